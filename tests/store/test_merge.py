"""Merging: a union by id that commutes and may be repeated, by hand-over files and by git."""

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dxreview.records import DxError, Event
from dxreview.store import Store
from dxreview.store.events import checked, from_line, new_id, to_line
from dxreview.store.handover import file_names
from dxreview.store.replay import Replay

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
IDS = [new_id() for _ in range(40)]
reviewer = st.sampled_from("xy")
opinion = st.sampled_from(["a", "b"])
stages = st.lists(st.sampled_from(["s1", "s2"]), min_size=1, max_size=2, unique=True).map(tuple)
about: dict[str, Any] = {"opinion_id": opinion, "roadmap": st.just("r")}
group = st.none() | st.sampled_from(["g1", "g2"])
acts = st.one_of(
    st.fixed_dictionaries({"action": st.just("tag"), "stages": stages, "group": group, **about}),
    st.fixed_dictionaries({"action": st.just("untag"), "stages": stages, **about}),
    st.fixed_dictionaries({"action": st.just("none_applies"), **about}),
    st.fixed_dictionaries({"action": st.just("settle"), "memo": st.just("why"), **about}),
    st.fixed_dictionaries(
        {"action": st.just("memo"), "opinion_id": opinion, "memo": st.sampled_from(["n", ""])}
    ),
    st.fixed_dictionaries({"action": st.just("move"), "opinion_id": opinion, "undoes": opinion}),
    st.fixed_dictionaries(
        {
            "action": st.sampled_from(["undo", "redo"]),
            "undoes": st.sampled_from([*IDS[:12], "g1", "g2"]),
        }
    ),
)
histories = st.lists(st.tuples(reviewer, acts), max_size=12).map(
    lambda found: [
        checked(Event(IDS[number], NOW, who, **act)) for number, (who, act) in enumerate(found)
    ]
)


def state(*arrivals: list[Event]) -> tuple[Any, ...]:
    """Everything a replay answers, asked after each arrival and once more at the end."""
    replay = Replay()
    for events in arrivals:
        replay.take(events)
        replay.choices(), replay.memos(), replay.settlements()
        stacks = [replay.turnable(turn, who) for who in "xy" for turn in ("undo", "redo")]
    made = {place: by for place, by in replay.choices().items() if by}
    return made, replay.settlements(), replay.memos(), stacks


@given(histories, st.data())
@settings(max_examples=150, deadline=None)
def test_the_state_does_not_depend_on_the_order_of_arrival(
    events: list[Event], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(events))
    cut = data.draw(st.integers(0, len(events)))
    assert state(shuffled[:cut], shuffled[cut:], events[:cut]) == state(events)


@given(st.lists(st.sampled_from(["tag", "none", "bulk", "undo", "redo"]), max_size=25))
@settings(max_examples=60, deadline=None)
def test_undo_gives_the_state_before_and_redo_the_state_after(steps: list[str]) -> None:
    store = Store(":memory:")
    past: list[Any] = [{}]
    now = 0
    for number, step in enumerate(steps):
        if step == "undo":
            assert bool(store.act("undo", "x")) is (now > 0)
            now = max(0, now - 1)
        elif step == "redo":
            assert bool(store.act("redo", "x")) is (now < len(past) - 1)
            now = min(now + 1, len(past) - 1)
        else:
            act(store, step, number)
            past, now = [*past[: now + 1], choices(store)], now + 1
        assert choices(store) == past[now]
    store.close()


def act(store: Store, step: str, number: int) -> None:
    opinion_id = "ab"[number % 2]
    if step == "none":
        store.act("none_applies", "x", opinion_id=opinion_id, roadmap="r")
    elif step == "tag":
        store.tag(opinion_id, "r", f"s{number}", reviewer="x")
    else:
        common = {"roadmap": "r", "stages": ("bulk",), "group": new_id()}
        store.append(*(store.event("tag", "x", opinion_id=each, **common) for each in "abc"))


def choices(store: Store) -> Any:
    return {
        place: {who: set(choice) for who, choice in by.items()}
        for place, by in store.replay.choices().items()
        if by
    }


def test_a_hundred_acts_are_undone_and_one_more_is_not() -> None:
    store = Store(":memory:")
    for number in range(101):
        store.tag(f"o{number}", "r", "s", reviewer="x")
    while store.act("undo", "x"):
        pass
    assert store.tags()["opinion_id"].tolist() == ["o0"]


@given(st.text(min_size=1).filter(str.strip), st.text(), st.text())
@settings(max_examples=40, deadline=None)
def test_any_text_survives_the_hand_over(name: str, memo: str, quote: str) -> None:
    event = checked(
        Event(new_id(), NOW, name, "memo", "a", memo=memo, quote=quote, stages=("段階 1",))
    )
    assert from_line(to_line(event)) == event
    assert "\n" not in to_line(event)


@given(st.sets(st.text(min_size=1, max_size=300), min_size=1))
@settings(max_examples=60, deadline=None)
def test_every_reviewer_has_a_file_name_of_his_own(reviewers: set[str]) -> None:
    names = file_names(reviewers)
    assert len({name.casefold() for name in names.values()}) == len(reviewers)
    assert all(set(name).isdisjoint('/\\:*?"<>|\0') for name in names.values())
    assert all(len(name.encode()) < 250 for name in names.values())


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    one, other = Store(":memory:"), Store(":memory:")
    one.tag("a", "r", "s1", reviewer="佐藤")
    one.act("settle", "佐藤", opinion_id="a", roadmap="r", stages=["s1"], memo="理由")
    other.tag("a", "r", "s2", reviewer="鈴木")
    other.act("undo", "鈴木")
    yield one, other
    one.close()
    other.close()


def test_merging_commutes_and_may_be_repeated(two: tuple[Store, Store], tmp_path: Path) -> None:
    files = [path for n, store in enumerate(two) for path in store.export(tmp_path / str(n))]
    new = [store.merge(*files, *files[::-1]) for store in two]
    assert new == [2, 2]
    assert [store.merge(*files) for store in two] == [0, 0]
    first, second = (store.events() for store in two)
    assert first.equals(second)
    assert two[0].decisions().equals(two[1].decisions())


def test_exporting_keeps_what_the_file_holds_already(
    two: tuple[Store, Store], tmp_path: Path
) -> None:
    two[0].export(tmp_path)
    two[1].tag("b", "r", "s1", reviewer="佐藤")
    two[1].export(tmp_path)
    third = Store(":memory:")
    assert third.merge(*tmp_path.glob("*.jsonl")) == 5


GOOD = to_line(Event(new_id(), NOW, "x", "tag", "a", "r", stages=("s",)))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("<<<<<<< HEAD", "HEAD"),
        ("[1, 2]", "1, 2"),
        (GOOD[:-9], "JSON"),
        (json.dumps({**json.loads(GOOD), "action": "drop"}), "drop"),
        (json.dumps({**json.loads(GOOD), "at": "yesterday"}), "yesterday"),
        (json.dumps({**json.loads(GOOD), "stages": "s"}), "stages"),
        (json.dumps({**json.loads(GOOD), "colour": "red"}), "colour"),
        (json.dumps({"id": json.loads(GOOD)["id"]}), "at"),
        ("[" * 5000, "[["),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken_in(tmp_path: Path, line: str, told: str) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text(GOOD + "\n")
    bad.write_text(f"{GOOD}\n\n{line}\n")
    store = Store(":memory:")
    with pytest.raises(DxError) as error:
        store.merge(good, bad)
    assert (error.value.key, error.value.facts["line"]) == ("store.handover", 3)
    assert told in str(error.value)
    assert store.events().empty


def test_files_that_say_different_things_under_one_id_are_refused(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.jsonl").write_text(GOOD.replace('"x"', f'"{name}"') + "\n")
    store = Store(":memory:")
    with pytest.raises(DxError) as told:
        store.merge(*tmp_path.glob("*.jsonl"))
    assert (told.value.key, store.revision) == ("store.conflict", 0)
    assert store.poll() == 0


def test_a_hand_over_file_from_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n")
    assert Store(":memory:").merge(path) == 1


def git(folder: Path, *command: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *command], cwd=folder, check=True, capture_output=True)


def test_two_git_branches_that_both_tagged_merge(tmp_path: Path) -> None:
    store, folder = Store(":memory:"), tmp_path / "reviews"
    git(tmp_path, "init", "-b", "main")
    (tmp_path / ".gitattributes").write_text("reviews/*.jsonl merge=union\n")
    store.tag("a", "r", "s1", reviewer="佐藤")
    commit(tmp_path, store, folder)
    for branch in ("one", "two"):
        git(tmp_path, "checkout", "main", "-b", branch)
        here = Store(":memory:")
        here.merge(*folder.glob("*.jsonl"))
        here.tag(branch, "r", "s1", reviewer="佐藤")
        here.tag(branch, "r", "s2", reviewer=branch)
        commit(tmp_path, here, folder)
    git(tmp_path, "merge", "one", "-m", "both")
    assert store.merge(*folder.glob("*.jsonl")) == 4
    assert store.tags()["opinion_id"].tolist() == ["a", "one", "one", "two", "two"]


def commit(repository: Path, store: Store, folder: Path) -> None:
    store.export(folder)
    git(repository, "add", ".")
    git(repository, "commit", "-m", "tags")
