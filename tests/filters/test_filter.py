"""Filters: what they find, what they count, and their other forms."""

from datetime import date
from typing import Any
from urllib.parse import parse_qs

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxreview as dx
from dxreview.filters import Filter, TextIndex
from dxreview.folding import fold_key
from dxreview.records import DxError
from dxreview.store import Store
from tests.conftest import ROOT

TEXTS = {
    "a-1": "サーバーの標準化と、データ連携を進める。",
    "a-2": "ＤＸは手段。人材の育成から。",
    "a-3": "人材の派遣、横の つながり。",
    "b-1": "資料１のとおり説明。",
    "b-2": "ｻｰﾊﾞの更新と人材。",
}


def _corpus() -> Any:
    ids = list(TEXTS)
    opinions = pd.DataFrame(
        {
            "opinion_id": ids,
            "meeting_id": ["a", "a", "a", "b", "b"],
            "order": [1, 2, 3, 1, 2],
            "section": ["意見交換", "意見交換", "意見交換", "説明", "意見交換"],
            "kind": ["opinion", "opinion", "opinion", "explanation", "opinion"],
            "speaker": pd.array(["甲野委員", None, None, None, "乙川委員"], dtype="string"),
            "role": pd.array(["委員", None, None, None, "委員"], dtype="string"),
            "text": list(TEXTS.values()),
        }
    )
    days = pd.to_datetime(["2020-11-02", None])
    meetings = pd.DataFrame({"meeting_id": ["a", "b"], "held_on": days})
    return type("Corpus", (), {"opinions": opinions, "meetings": meetings})()


@pytest.fixture
def corpus() -> Any:
    return _corpus()


@pytest.fixture
def store() -> Any:
    """甲 and 乙 agree on a-1, differ on a-2; 乙 alone says of b-1 that none applies."""
    store = Store(":memory:")
    store.tag("a-1", "steps", "s3", reviewer="甲")
    store.tag("a-1", "steps", "s3", reviewer="乙")
    store.tag("a-2", "steps", ("s0", "s2"), reviewer="甲")
    store.tag("a-2", "steps", "s0", reviewer="乙")
    store.act("none_applies", "乙", opinion_id="b-1", roadmap="steps")
    store.tag("b-2", "plan", "p1", reviewer="甲")
    yield store
    store.close()


def found(filter_: Filter, corpus: Any, store: Any = None) -> list[str]:
    return list(filter_.apply(corpus, store)["opinion_id"])


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("さーば", ["a-1", "b-2"]),
        ("dx", ["a-2"]),
        ("人材 育成", ["a-2"]),
        ("人材　-育成", ["a-3", "b-2"]),
        ('"横の つながり"', ["a-3"]),
        ("“標準化と、”", ["a-1"]),
        ("-人材 -説明", ["a-1"]),
        ('- "', list(TEXTS)),
        ("どこにもない", []),
    ],
)
def test_text(corpus: Any, query: str, ids: list[str]) -> None:
    assert found(Filter(text=query), corpus) == ids


@given(
    st.lists(st.text("あいうえアー𠮷 \0\n", max_size=30)),
    st.text("あいうえア𠮷", min_size=1, max_size=20),
)
def test_the_index_finds_what_the_keys_hold(texts: list[str], word: str) -> None:
    held = [fold_key(word) in fold_key(text.replace("\0", " ")) for text in texts]
    assert TextIndex(texts).mask(word).tolist() == held


@given(st.text("あいうえ", min_size=9, max_size=40), st.data())
def test_the_index_finds_every_part_of_a_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert TextIndex(["い", text, "あ"]).mask(text[start:end])[1]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"meeting": "b"}, ["b-1", "b-2"]),
        ({"kind": "opinion", "section": ("意見交換",), "meeting": "a"}, ["a-1", "a-2", "a-3"]),
        ({"speaker": ("甲野委員", "乙川委員")}, ["a-1", "b-2"]),
        ({"role": "だれでもない"}, []),
        ({"since": "2020-11-02"}, ["a-1", "a-2", "a-3"]),
        ({"until": date(2020, 11, 1)}, []),
        ({"stage": "s0"}, ["a-2"]),
        ({"roadmap": "steps", "stage": ("s0", "s3")}, ["a-1", "a-2"]),
        ({"roadmap": "plan", "stage": "s0"}, []),
        ({"status": "untagged"}, ["a-3"]),
        ({"status": "untagged", "roadmap": "steps"}, ["a-3", "b-2"]),
        ({"status": "untagged", "roadmap": "steps", "reviewer": "甲"}, ["a-3", "b-1", "b-2"]),
        ({"status": "disagreed"}, ["a-2"]),
        ({"status": "disagreed", "reviewer": "甲"}, []),
        ({"status": "tagged", "roadmap": "steps"}, ["a-1"]),
        ({"status": "none_applies"}, ["b-1"]),
        ({"reviewer": "乙"}, ["a-1", "a-2", "b-1"]),
        ({"reviewer": "乙", "stage": "s2"}, []),
    ],
)
def test_fields(corpus: Any, store: Any, asked: dict[str, Any], ids: list[str]) -> None:
    assert found(Filter(**asked), corpus, store) == ids


def test_what_the_lead_settled(corpus: Any, store: Any) -> None:
    store.act(
        "settle", "座長", opinion_id="a-2", roadmap="steps", stages=("s0",), memo="第一の文による"
    )
    assert found(Filter(status="settled"), corpus, store) == ["a-2"]
    assert found(Filter(stage="s2"), corpus, store) == []


def test_without_a_store_nothing_is_tagged(corpus: Any) -> None:
    assert found(Filter(status="untagged"), corpus) == list(TEXTS)
    assert found(Filter(stage="s0"), corpus) == []


def test_a_field_is_counted_without_its_own_choice(corpus: Any, store: Any) -> None:
    counts = Filter(text="人材", meeting="a", roadmap="steps").facets(corpus, store)
    assert counts == {
        "meeting": {"a": 2, "b": 1},
        "section": {"意見交換": 2, "説明": 0},
        "kind": {"opinion": 2, "explanation": 0},
        "speaker": {"甲野委員": 0, "乙川委員": 0},
        "role": {"委員": 0},
        "stage": {"s0": 1, "s2": 1, "s3": 0},
        "status": {"untagged": 1, "disagreed": 1, "none_applies": 0, "tagged": 0},
        "reviewer": {"乙": 1, "甲": 1},
    }


def test_an_empty_result_names_the_filter_that_emptied_it(corpus: Any, store: Any) -> None:
    assert Filter(text="人材", meeting="a", kind="explanation").emptied_by(corpus, store) == "kind"
    assert Filter(text="人材").emptied_by(corpus, store) is None
    assert Filter(role="だれ", text="どこにもない").emptied_by(corpus, store) == "text"


FILTERS = [
    Filter(),
    Filter(text='"横の つながり" -説明', kind=("opinion", "speech")),
    Filter(roadmap="steps", stage=("s0", "s2"), status="disagreed", reviewer="甲 & '乙'"),
    Filter(since="2020-11-02", until="2020-11-02", section="意見交換"),
]


@pytest.mark.parametrize("filter_", FILTERS)
def test_the_code_gives_the_same_opinions(corpus: Any, store: Any, filter_: Filter) -> None:
    names = {"dx": dx, "corpus": corpus, "store": store}
    again = eval(filter_.to_code(), names)
    pd.testing.assert_frame_equal(again, filter_.apply(corpus, store))


@pytest.mark.parametrize("filter_", FILTERS)
def test_the_query_gives_the_same_filter(filter_: Filter) -> None:
    asked = parse_qs(filter_.to_query())
    one = ("text", "roadmap", "status", "since", "until")
    assert Filter(**{k: v[0] if k in one else v for k, v in asked.items()}) == filter_


@pytest.mark.parametrize(
    ("asked", "key"),
    [({"status": "x"}, "status"), ({"since": "11/2"}, "date"), ({"text": 3}, "text"),
     ({"text": ["窓口"]}, "text"), ({"stage": 3}, "text"), ({"roadmap": 3}, "text")],
)  # fmt: skip
def test_a_value_that_is_none_is_refused(asked: dict[str, Any], key: str) -> None:
    with pytest.raises(DxError) as refused:
        Filter(**asked)
    assert refused.value.key == f"filter.{key}"


def test_values_may_come_as_a_column_of_a_frame(corpus: Any) -> None:
    assert Filter(meeting=corpus.meetings["meeting_id"][1:]).meeting == ("b",)


def test_the_first_minutes_by_day() -> None:
    corpus = dx.load(ROOT / "data" / "minutes")
    assert len(Filter(since="2020-11-02", until="2020-11-02").apply(corpus)) == 10
    assert len(Filter(since="2020-11-03").apply(corpus)) == 0


def test_what_is_tagged_in_between_is_seen(corpus: Any, store: Any) -> None:
    wanted = Filter(status="untagged")
    assert found(wanted, corpus, store) == ["a-3"]
    store.tag("a-3", "plan", "p1", reviewer="乙")
    assert found(wanted, corpus, store) == []
