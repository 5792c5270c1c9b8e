"""What a reviewer relies on: an act is kept, may be taken back, and is there after a restart."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from dxreview.records import DxError, Event
from dxreview.store import Store
from dxreview.store.events import new_id


@pytest.fixture
def store() -> Store:
    return Store(":memory:")


def stages(store: Store) -> dict[str, set[str]]:
    """Reviewer → stages of opinion a on roadmap r."""
    tags = store.tags()
    return {who: set(part["stage"]) for who, part in tags.groupby("reviewer")}


def status(store: Store) -> str:
    return str(store.decisions(pd.DataFrame({"opinion_id": ["a"]}), roadmaps=["r"]).status[0])


def test_a_tag_is_there_after_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'review.db'}"
    first = Store(url)
    first.tag("a", "r", "s1", reviewer="佐藤", memo="理由", version="1")
    first.close()
    again = Store(url).tags()
    assert again.drop(columns="at").values.tolist() == [
        ["a", "r", "1", "s1", "佐藤", "manual", "理由"]
    ]


def test_tags_add_up_and_untag_takes_one_off(store: Store) -> None:
    store.tag("a", "r", ["s1", "s2"], reviewer="x")
    store.tag("a", "r", "s3", reviewer="x")
    store.act("untag", "x", opinion_id="a", roadmap="r", stages="s1")
    assert stages(store) == {"x": {"s2", "s3"}}


def test_on_an_exclusive_roadmap_the_last_choice_stands_alone(store: Store) -> None:
    names = [SimpleNamespace(id=name) for name in ("yes", "partly", "no")]
    answer = SimpleNamespace(id="r", version="1", exclusive=True, stages=names)
    store.tag("a", answer, "yes", reviewer="x")
    store.tag("a", answer, "no", reviewer="x")
    assert stages(store) == {"x": {"no"}}
    store.act("undo", "x")
    assert stages(store) == {"x": {"yes"}}


def test_none_applies_takes_tags_off_until_the_next_tag(store: Store) -> None:
    store.tag("a", "r", "s1", reviewer="x")
    store.act("none_applies", "x", opinion_id="a", roadmap="r")
    assert (stages(store), status(store)) == ({}, "none_applies")
    store.tag("a", "r", "s2", reviewer="x")
    assert (stages(store), status(store)) == ({"x": {"s2"}}, "tagged")


def test_status_of_an_opinion(store: Store) -> None:
    seen = [status(store)]
    store.tag("a", "r", "s1", reviewer="x")
    seen.append(status(store))
    store.act("none_applies", "y", opinion_id="a", roadmap="r")
    seen.append(status(store))
    store.act("settle", "lead", opinion_id="a", roadmap="r", stages=(), memo="対象外")
    store.tag("a", "r", "s2", reviewer="y")
    seen.append(status(store))
    assert seen == ["untagged", "tagged", "disagreed", "settled"]
    assert store.decisions().values.tolist() == [["a", "r", "settled", (), 2, "対象外"]]
    store.act("undo", "lead")
    assert status(store) == "disagreed"


def test_undo_and_redo_go_back_and_forth_until_a_new_act(store: Store) -> None:
    store.tag("a", "r", "s1", reviewer="x")
    store.tag("a", "r", "s2", reviewer="x")
    store.act("undo", "x")
    store.act("undo", "x")
    assert (stages(store), store.act("undo", "x")) == ({}, [])
    store.act("redo", "x")
    assert stages(store) == {"x": {"s1"}}
    store.tag("a", "r", "s3", reviewer="x")
    assert store.act("redo", "x") == []


def test_one_undo_takes_back_a_bulk_act(store: Store) -> None:
    group = new_id()
    store.append(
        *(store.event("tag", "x", opinion_id=o, roadmap="r", stages=("s",), group=group)
          for o in "abc")
    )  # fmt: skip
    store.act("undo", "x")
    assert store.tags().empty
    store.act("redo", "x")
    assert set(store.tags()["opinion_id"]) == set("abc")


def test_nobody_takes_back_what_another_did(store: Store) -> None:
    tag = store.tag("a", "r", "s1", reviewer="x")
    store.append(store.event("undo", "y", undoes=tag.id))
    assert (stages(store), store.act("undo", "y")) == ({"x": {"s1"}}, [])


def test_sent_twice_it_is_stored_once(store: Store) -> None:
    event = store.event("tag", "x", opinion_id="a", roadmap="r", stages=("s",))
    store.append(event)
    store.append(event)
    assert len(store.events()) == 1


def test_an_id_taken_by_another_event_is_refused(store: Store) -> None:
    event = store.event("tag", "x", opinion_id="a", roadmap="r", stages=("s",))
    store.append(event)
    with pytest.raises(DxError, match=event.id):
        store.append(replace(event, reviewer="y"))
    assert stages(store) == {"x": {"s"}}


@pytest.mark.parametrize(
    "fault",
    [
        {"id": "17"},
        {"at": datetime(2026, 4, 1)},
        {"reviewer": " "},
        {"action": "drop"},
        {"stages": ()},
        {"stages": "s1"},
        {"stages": (1,)},
        {"opinion_id": None},
        {"memo": 5},
        {"basis": "guess"},
    ],
)
def test_an_event_that_cannot_be_right_is_refused(store: Store, fault: dict[str, object]) -> None:
    right = Event(new_id(), datetime.now(UTC), "x", "tag", "a", "r", stages=("s",))
    with pytest.raises(DxError, match=next(iter(fault))):
        store.append(replace(right, **fault))
    assert store.events().empty


def test_another_process_sees_it_after_a_poll(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'review.db'}"
    one, two = Store(url), Store(url)
    one.tag("a", "r", "s1", reviewer="x")
    before = two.revision
    assert two.poll() > before
    assert stages(two) == {"x": {"s1"}}


def test_a_memo_replaces_the_last_and_may_be_removed(store: Store) -> None:
    store.act("memo", "x", opinion_id="a", memo="一")
    store.act("memo", "x", opinion_id="a", memo="二")
    assert store.memos()["memo"].tolist() == ["二"]
    store.act("memo", "x", opinion_id="a", memo="")
    assert store.memos().empty


def test_empty_frames_have_the_types_of_full_ones(store: Store) -> None:
    empty = [store.tags().dtypes, store.decisions().dtypes, store.events().dtypes]
    store.tag("a", "r", "s1", reviewer="x")
    full = [store.tags().dtypes, store.decisions().dtypes, store.events().dtypes]
    assert all(e.equals(f) for e, f in zip(empty, full, strict=True))


def test_export_and_merge_carry_everything_over(store: Store, tmp_path: Path) -> None:
    store.tag("a", "r", "s1", reviewer="佐藤")
    store.act("none_applies", "../x", opinion_id="a", roadmap="r")
    files = store.export(tmp_path)
    other = Store(":memory:")
    assert [other.merge(*files), other.merge(*files)] == [2, 0]
    assert other.decisions().equals(store.decisions())
    assert {file.parent for file in files} == {tmp_path}
