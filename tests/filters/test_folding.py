"""Which ways of writing a word are one to the search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxreview.filters import highlight
from dxreview.folding import fold_key, fold_search

SAME = [
    ("ＤＸ", "dx"),
    ("ＲＰＡ", "Rpa"),
    ("サーバー", "サーバ"),
    ("サーバー", "ｻｰﾊﾞｰ"),
    ("サーバー", "さーばー"),
    ("サーバー", "サ−バーー"),
    ("ユーザー視点", "ユーザ視点"),
    ("データー", "データ"),
    ("すご〜い", "すごーい"),
    ("１６：００～１８：００", "16:00〜18:00"),
    ("茅ヶ崎", "茅ケ崎"),
    ("が", "が"),
    ("ガ", "ｶﾞ"),
    ("㈱", "(株)"),
    ("第１　特別", "第1 特別"),
]
DIFFERENT = [
    ("コピー", "コピ"),
    ("データ", "でた"),
    ("10-12", "10~12"),
    ("取組", "取り組み"),
    ("①", "1"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_word(one: str, other: str) -> None:
    assert fold_key(one) == fold_key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_words(one: str, other: str) -> None:
    assert fold_key(one) != fold_key(other)


TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("アカサバガーー〜～-−ｶﾊﾞﾟ゙かきーABａ １\n　"))
)


@given(TEXTS)
def test_every_key_character_knows_its_place(text: str) -> None:
    key, offsets = fold_search(text)
    assert key == fold_key(text)
    assert len(offsets) == len(key) + 1
    assert offsets == sorted(offsets)
    assert "\n" not in key


@given(TEXTS)
def test_folding_a_key_changes_little(text: str) -> None:
    """Page and library may fold a key again without losing a hit of what it had."""
    assert len(fold_key(fold_key(text))) <= len(fold_key(text))


def test_hits_are_marked_as_printed() -> None:
    text = "ＤＸ推進とサーバー、ﾃﾞｰﾀ連携は㈱で。"
    marked = [text[start:end] for start, end in highlight(text, "dx さーば データ 株 -連携")]
    assert marked == ["ＤＸ", "サーバー", "ﾃﾞｰﾀ", "㈱"]
