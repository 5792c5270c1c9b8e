"""A new version of the minutes: tags find their opinions again, or are listed."""

import pandas as pd
import pytest

from dxreview.store import Store
from dxreview.store.placing import homeless

DATA = "データが連携できる仕組みを国が示さなければ、小さな自治体は動けないのではないか。"
PEOPLE = "人材の育成は一つの自治体では難しく、都道府県の支援があるとよい。"
SAME = "異議なし。"


@pytest.fixture
def store() -> Store:
    return Store(":memory:")


def minutes(*texts: tuple[str, str]) -> dict[str, str]:
    return dict(texts)


def places(store: Store, opinions: dict[str, str]) -> dict[str, str | None]:
    return {each.opinion_id: each.found for each in homeless(store.replay, opinions)}


def tag(store: Store, opinion_id: str, quote: str, **near: str) -> None:
    store.tag(opinion_id, "r", "s1", reviewer="x", quote=quote, **near)


def test_an_opinion_found_by_its_id_has_a_home(store: Store) -> None:
    tag(store, "m-1", "whatever it said")
    assert homeless(store.replay, minutes(("m-1", DATA))) == []


def test_an_edited_opinion_is_offered_and_moves_when_confirmed(store: Store) -> None:
    tag(store, "m-old", DATA)
    now = minutes(("m-1", PEOPLE), ("m-2", DATA.replace("小さな", "規模の小さい")))
    assert places(store, now) == {"m-old": "m-2"}
    store.act("move", "lead", opinion_id="m-2", undoes="m-old")
    assert homeless(store.replay, now) == []
    assert store.decisions(pd.DataFrame({"opinion_id": list(now)}))["status"].tolist() == [
        "untagged",
        "tagged",
    ]
    assert [event.action for event in store.replay.history("m-2")] == ["tag", "move"]
    store.act("undo", "lead")
    assert places(store, now) == {"m-old": "m-2"}


def test_an_opinion_that_is_gone_is_listed_and_not_dropped(store: Store) -> None:
    tag(store, "m-old", DATA)
    assert places(store, minutes(("m-1", PEOPLE))) == {"m-old": None}
    assert len(store.tags()) == 1


def test_of_equal_opinions_the_neighbours_tell_which_was_meant(store: Store) -> None:
    first, second = "m-0123abcd", "m-0123abcd-2"
    tag(store, second, SAME, before=PEOPLE, after="")
    both = minutes(("m-a", DATA), (first, SAME), ("m-b", PEOPLE), (second, SAME))
    assert homeless(store.replay, both) == []
    one = minutes(("m-a", DATA), ("m-b", PEOPLE), (first, SAME))
    assert places(store, one) == {second: first}


def test_equal_opinions_of_a_renamed_file_are_each_offered_a_place_of_their_own(
    store: Store,
) -> None:
    old = ["a-0123abcd", *(f"a-0123abcd-{n}" for n in range(2, 12))]
    for opinion_id in old:
        tag(store, opinion_id, SAME)
    now = minutes(*((each.replace("a-", "b-"), SAME) for each in old))
    offered = places(store, now)
    assert offered == {each: each.replace("a-", "b-") for each in old}
    for lost, found in offered.items():
        store.act("move", "x", opinion_id=found or "", undoes=lost)
        assert {each.together for each in homeless(store.replay, now)} <= {0}
    assert homeless(store.replay, now) == []
    assert set(store.tags()["opinion_id"]) == set(now)


def test_an_equal_opinion_that_was_moved_by_hand_stays_where_it_is(store: Store) -> None:
    tag(store, "a-0123abcd-3", SAME)
    store.act("move", "x", opinion_id="b-0123abcd-3", undoes="a-0123abcd-3")
    now = minutes(*((f"b-0123abcd{n}", SAME) for n in ("", "-2", "-3", "-4")))
    assert homeless(store.replay, now) == []


def test_the_better_fit_has_the_place_and_the_other_is_told_what_would_come_together(
    store: Store,
) -> None:
    joined = minutes(("m-1", DATA + PEOPLE), ("m-2", SAME))
    tag(store, "m-old", DATA)
    tag(store, "m-older", PEOPLE.replace("難しく", "むずかしく"))
    store.act("memo", "x", opinion_id="m-old", memo="覚え")
    assert places(store, joined) == {"m-old": "m-1", "m-older": None}
    store.act("move", "x", opinion_id="m-1", undoes="m-old")
    (left,) = homeless(store.replay, joined)
    assert (left.opinion_id, left.found, left.together) == ("m-older", "m-1", 2)


def test_of_equal_opinions_one_that_the_same_people_reviewed_is_not_offered(store: Store) -> None:
    store.tag("m-1", "r", "s2", reviewer="x")
    store.tag("m-2", "r", "s2", reviewer="y")
    tag(store, "m-old", SAME)
    assert places(store, minutes(("m-1", SAME), ("m-2", SAME))) == {"m-old": "m-2"}


def test_moves_of_two_reviewers_in_a_circle_end(store: Store) -> None:
    tag(store, "m-1", DATA)
    store.act("move", "x", opinion_id="m-2", undoes="m-1")
    store.act("move", "y", opinion_id="m-1", undoes="m-2")
    assert set(store.tags()["opinion_id"]) == {"m-1"}
