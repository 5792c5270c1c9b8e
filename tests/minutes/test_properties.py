"""Any text loads, with a full account; what the printer adds changes nobody's words."""

import time
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dxreview.minutes import parse
from dxreview.records import SourceText
from dxreview.text import fold_identity
from tests.minutes.scoring import EXPECTED, load

PIECES = st.sampled_from(
    [
        "○",
        "〇",
        "◯",
        "◎",
        "◆",
        "→",
        "・",
        "【",
        "】",
        "（",
        "）",
        "〔",
        "〕",
        "：",
        "、",
        "。",
        "「",
        "」",
        "\n",
        "\n\n",
        "\x0c",
        "\u3000",
        "１",
        "２",
        "3",
        "委員",
        "会長",
        "議長",
        "事務局",
        "日時",
        "令和５年４月３日",
        "１０：００",
        "出席者",
        "議題",
        "意見交換",
        "主な意見",
        "山田",
        "君",
        "説明",
        "資料１",
        "欠席",
        "か。",
        "－１－",
        "───",
        "なし",
        "第２回",
        "議事録",
        "番",
        "君",
        "|",
        "…",
        "10時",
        "午後",
        "年",
        "月",
        "日",
        "㌔",
        "゙",
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join))
SHOWN = ["01-header-fields", "02-assembly-notes", "07-circle-two-uses", "31-answer-arrow"]


def read(text):
    return parse(SourceText("any.txt", text, "0" * 64))


def words(minutes):
    return [(o.kind, fold_identity(o.text)) for o in minutes.opinions]


@settings(max_examples=250, deadline=None)
@given(TEXTS)
@example("委員\n【○】")
@example("より質問：氏\nか。")
def test_any_text_loads_with_a_full_account(text):
    minutes = read(text)
    at = 0
    for span in minutes.spans:
        assert at <= span.start < span.end
        assert not text[at : span.start].strip()
        at = span.end
    assert not text[at:].strip()
    assert minutes == read(text)


def body_at(text):
    """Where the first unit of a look-alike begins: what is before it is header."""
    return load(text).opinions[0].start


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SHOWN), st.randoms(use_true_random=False))
def test_wraps_and_blank_lines_change_no_words(name, random):
    minutes = load(name)
    text = minutes.source.text
    for opinion in reversed(minutes.opinions):
        if len(opinion.text) > 12:
            at = random.randrange(opinion.end - 6, opinion.end - 2)
            text = f"{text[:at]}{random.choice([chr(10), ' ' + chr(10)])}{text[at:]}"
    assert words(read(text)) == words(minutes)
    if random.random() < 0.5:
        text = text.replace("\n", "\n\n")
        assert words(read(text)) == words(minutes)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SHOWN), st.randoms(use_true_random=False))
def test_page_numbers_change_no_words(name, random):
    minutes = load(name)
    lines = minutes.source.text.split("\n")
    first = minutes.source.text[: body_at(name)].count("\n") + 1
    for page in range(3, 0, -1):
        mark = random.choice(["- {} -", "−{}−", "({})", '<PAGE="{}">', "{}"]).format(page)
        lines.insert(random.randrange(first, len(lines)), mark)
    assert words(read("\n".join(lines))) == words(minutes)


@pytest.mark.parametrize("name", EXPECTED)
def test_width_of_digits_changes_no_words(name):
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    minutes = load(name)
    source = replace(minutes.source, text=minutes.source.text.translate(wide))
    changed = parse(source)
    assert words(changed) == words(minutes)


@pytest.mark.parametrize(
    "line",
    [
        "あ" * 10_000_000,
        "○" * 3_000_000,
        "（" * 3_000_000,
        "１ " * 3_000_000,
        "　" * 3_000_000 + "。",
    ],
    ids=["letters", "circles", "brackets", "digits", "blanks"],
)
def test_a_line_without_end_is_read_in_time(line):
    started = time.perf_counter()
    read(f"議事録\n意見交換\n○{line}\n○次の意見。")
    assert time.perf_counter() - started < 8
