"""What a reviewer does, and what they then find."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from dxreview.project import init
from dxreview.records import DxError
from dxreview.session import Refused
from dxreview.store import Store
from dxreview.store.events import new_id

from .conftest import Open, Sitting


def tags(store: Store, opinion: str) -> set[tuple[str, str]]:
    frame = store.tags()
    return {(t.reviewer, t.stage) for t in frame[frame["opinion_id"] == opinion].itertuples()}


def decided(session: Sitting, opinion: str) -> bool:
    return session.reviewer in session.choices(opinion)


def act(session: Sitting, action: str, **fields: object) -> dict[str, object]:
    return {
        "id": new_id(), "reviewer": session.reviewer, "action": action,
        "opinion": session.current, "roadmap": session.roadmap, **fields,
    }  # fmt: skip


def test_the_eight_opinions_come_before_the_explanations(session: Sitting) -> None:
    kinds = [session.corpus.opinion(opinion)["kind"] for opinion in session.shown]
    assert kinds == ["opinion"] * 8 + ["explanation"] * 2
    assert session.current == session.shown[0]


def test_several_stages_stay_on_an_opinion(session: Sitting, store: Store) -> None:
    session.do("tag", "step0")
    session.do("tag", "step2")
    assert tags(store, session.current) == {("佐藤", "step0"), ("佐藤", "step2")}


def test_an_exclusive_roadmap_keeps_the_later_stage_and_one_undo_brings_back_the_first(
    session: Sitting, store: Store
) -> None:
    session.use("reflection")
    first, second = (stage.id for stage in session.roadmap_now.stages[:2])
    session.do("tag", first)
    session.do("tag", second)
    assert tags(store, session.current) == {("佐藤", second)}
    session.do("undo")
    assert tags(store, session.current) == {("佐藤", first)}


def test_none_applies_takes_stages_off_and_counts_as_decided(
    session: Sitting, store: Store
) -> None:
    session.do("tag", "step0")
    session.do("none_applies")
    assert tags(store, session.current) == set()
    assert session.marks(session.current) == ("none",)


def test_undo_and_redo_reach_over_a_restart(session: Sitting, open_session: Open) -> None:
    session.do("tag", "step0")
    again = open_session()
    again.do("undo")
    assert not decided(again, session.current)
    again.do("redo")
    assert decided(again, session.current)


def test_one_undo_takes_back_everything_that_was_tagged_at_once(
    session: Sitting, store: Store
) -> None:
    session.refine(kind=["opinion"])
    found = session.touched("tag", "step3")
    session.do("bulk", "step3", does="tag", opinions=found)
    assert len(store.tags()) == 8
    assert session.touched("tag", "step3") == []
    session.do("undo")
    assert store.tags().empty


def test_none_applies_is_said_of_everything_shown_at_once_and_one_undo_brings_all_back(
    session: Sitting, store: Store
) -> None:
    session.refine(kind=["opinion"])
    first, second = session.shown[:2]
    session.do("tag", "step0")
    session.go(second)
    session.do("none_applies")
    found = session.touched("none_applies")
    assert found == [each for each in session.shown if each != second]
    session.do("bulk", does="none_applies", opinions=found)
    assert {session.marks(opinion) for opinion in session.shown} == {("none",)}
    session.do("undo")
    assert tags(store, first) == {("佐藤", "step0")}
    assert [decided(session, opinion) for opinion in session.shown] == [True] * 2 + [False] * 6


def test_undo_goes_to_the_opinion_on_which_it_takes_something_back(session: Sitting) -> None:
    first, second = session.shown[:2]
    session.do("tag", "step0")
    session.go(second)
    session.do("undo")
    assert session.current == first
    session.go(second)
    session.do("redo")
    assert session.current == first


def test_a_tag_leaves_the_list_in_its_order_and_the_opinion_on_the_card(session: Sitting) -> None:
    session.refine(status="untagged")
    first, second = session.shown[:2]
    session.do("tag", "step0")
    assert session.current == first
    assert first not in session.shown
    session.step(1)
    assert session.current == second


def test_next_untagged_passes_over_what_is_decided_and_over_explanations(session: Sitting) -> None:
    for opinion in session.shown[1:7]:
        session.go(opinion)
        session.do("tag", "step0")
    session.go(session.shown[0])
    session.next_open()
    assert session.current == session.shown[7]
    session.do("tag", "step0")
    session.next_open()
    assert session.current == session.shown[0]
    session.do("none_applies")
    with pytest.raises(DxError):
        session.next_open()


def test_an_act_sent_twice_is_stored_once(session: Sitting, store: Store) -> None:
    sent = act(session, "tag", stages=["step0"])
    session.act(sent)
    session.act(sent)
    undo = act(session, "undo")
    session.act(undo)
    session.act(undo)
    assert len(store.events()) == 2
    assert store.tags().empty


def test_an_act_carries_the_words_by_which_its_opinion_is_found_again(
    session: Sitting, store: Store
) -> None:
    session.do("tag", "step0")
    event = store.events().iloc[0]
    assert session.corpus.opinion(session.current)["text"].startswith(event["quote"])
    assert event["version"] == session.roadmap_now.version


@pytest.mark.parametrize(
    "wrong",
    [
        {"opinion": "no-such-opinion"},
        {"opinion": None},
        {"stages": ["no-such-stage"]},
        {"stages": "step0"},
        {"stages": [{"$ne": 1}]},
        {"stages": []},
        {"roadmap": "no-such-roadmap"},
        {"action": "delete"},
        {"action": "memo", "memo": 7},
        {"action": "memo", "memo": "長" * 20_001},
        {"action": "bulk", "does": "settle", "opinions": ["x"]},
        {"action": "bulk", "does": "tag", "opinions": ["no-such-opinion"]},
        {"id": "not-an-id"},
        {"id": "ffffffff-ffff-7fff-bfff-ffffffffffff"},
    ],
)
def test_a_forged_act_is_refused_and_nothing_is_written(
    wrong: dict[str, object], session: Sitting, store: Store
) -> None:
    with pytest.raises(Refused):
        session.act({**act(session, "tag", stages=["step0"]), **wrong})
    assert store.events().empty


def test_a_colleagues_clock_that_is_days_ahead_stops_nobody(
    session: Sitting, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dxreview.store.events._last", 0)  # as it was, for the tests after this one
    ahead = f"{int((time.time() + 3 * 86_400) * 1000):012x}"
    theirs = f"{ahead[:8]}-{ahead[8:]}-7000-8000-000000000000"
    event = store.event(
        "tag", "鈴木", opinion_id=session.current, roadmap="soumu-steps", stages="x"
    )
    store.append(replace(event, id=theirs))
    session.do("tag", "step0")
    session.do("undo")
    assert not decided(session, session.current)


def test_an_act_of_somebody_else_is_kept_back_not_refused(session: Sitting, store: Store) -> None:
    with pytest.raises(DxError) as caught:
        session.act({**act(session, "tag", stages=["step0"]), "reviewer": "鈴木"})
    assert not isinstance(caught.value, Refused)
    assert store.events().empty


def test_others_tags_show_after_a_poll(session: Sitting, open_session: Open) -> None:
    other = open_session("鈴木")
    other.go(session.shown[0])
    other.do("tag", "step1")
    assert session.poll()
    assert set(session.choices(session.shown[0])) == {"鈴木"}
    assert session.marks(session.shown[0]) == ("untagged",)


def test_who_works_blind_sees_others_only_after_deciding(open_session: Open) -> None:
    first, second = open_session("佐藤", blind=True), open_session("鈴木", blind=True)
    first.do("tag", "step0")
    second.poll()
    second.refine(status="tagged")
    assert second.shown == ()
    second.refine(status=None, stage=("step0",))
    assert second.shown == ()
    second.refine(stage=())
    second.go(first.current)
    assert not second.visible(first.current)
    second.do("tag", "step1")
    assert second.visible(first.current)
    assert "disagreed" in second.marks(first.current)


def test_only_the_lead_settles_with_a_reason_and_the_originals_stay(
    open_session: Open, store: Store
) -> None:
    first, second = open_session("佐藤"), open_session("鈴木")
    first.do("tag", "step0")
    second.do("tag", "step1")
    lead = open_session("田中", lead="田中", settling=True, order="disagreed")
    assert lead.current == first.current
    with pytest.raises(Refused):
        open_session("佐藤", lead="田中", settling=True).do("settle", "step0", memo="読んで決めた")
    with pytest.raises(Refused):
        lead.do("settle", "step0", memo=" ")
    lead.do("settle", "step0", "step2", memo="読んで決めた")
    assert lead.marks(lead.current) == ("settled",)
    assert tags(store, lead.current) == {("佐藤", "step0"), ("鈴木", "step1")}
    lead.do("undo")
    assert "disagreed" in lead.marks(lead.current)


def test_who_leads_goes_from_reviewing_to_what_is_disagreed_and_on_to_the_next(
    open_session: Open,
) -> None:
    first, second = open_session("佐藤"), open_session("鈴木")
    apart = first.shown[2], first.shown[5]
    for opinion in first.shown[:6]:
        first.go(opinion)
        first.do("tag", "step0")
        second.go(opinion)
        second.do("tag", "step1" if opinion in apart else "step0")
    lead = open_session("田中", lead="田中")
    lead.agree(True)
    assert lead.current == apart[0]
    lead.do("settle", "step0", memo="読んで決めた")
    lead.next_open()
    assert lead.current == apart[1]
    lead.do("settle", memo="どれでもない")
    with pytest.raises(DxError):
        lead.next_open()
    lead.agree(False)
    assert lead.order == "untagged"


def test_a_filter_of_the_wrong_type_is_refused(session: Sitting) -> None:
    before = session.shown
    for wrong in ({"nonsense": 1}, {"status": "lost"}, {"since": "soon"}):
        with pytest.raises(DxError):
            session.refine(**wrong)
    assert session.shown == before


def test_progress_counts_by_meeting_and_by_reviewer(session: Sitting) -> None:
    session.do("tag", "step0")
    progress = session.progress()
    assert [(each["done"], each["total"]) for each in progress["meetings"]] == [(1, 8)]
    assert progress["reviewers"] == [{"name": "佐藤", "done": 1, "total": 8}]
    assert (progress["people"], progress["finished"]) == (1, 0)


def test_who_only_settles_is_not_counted_among_the_reviewers(open_session: Open) -> None:
    for who in ("佐藤", "鈴木"):
        open_session(who).do("tag", "step0")
    lead = open_session("田中", lead="田中", settling=True)
    lead.do("settle", "step0", memo="読んで決めた")
    progress = lead.progress()
    assert [each["name"] for each in progress["reviewers"]] == ["佐藤", "鈴木"]
    assert progress["people"] == 2


def test_who_works_blind_is_told_how_many_are_done_but_not_who(open_session: Open) -> None:
    other = open_session("鈴木", blind=True)
    for opinion in other.shown:
        other.go(opinion)
        other.do("none_applies")
    mine = open_session("佐藤", blind=True)
    mine.do("tag", "step0")
    progress = mine.progress()
    assert [each["name"] for each in progress["reviewers"]] == ["佐藤"]
    assert (progress["people"], progress["finished"]) == (2, 1)
    assert open_session("", blind=True).progress()["reviewers"] == []


def test_what_others_handed_over_is_there_in_a_fresh_clone(tmp_path: Path) -> None:
    data = init(tmp_path / "project", example=True)
    session = Sitting.open(data).take_in()
    assert session.store.replay.reviewers() == ["評価者A", "評価者B"]


def test_two_opinions_in_one_are_split_beside_the_source_and_the_tag_is_moved_by_hand(
    tmp_path: Path,
) -> None:
    session = Sitting.open(init(tmp_path / "project", example=True), reviewer="佐藤")
    whole = session.current
    session.do("tag", "step0")
    before = len(session.corpus.opinions)
    with pytest.raises(DxError):
        session.correct(whole, "split", "これは本文にない")
    session.correct(whole, "split", "デジタル化は手段であって")
    assert len(session.corpus.opinions) == before + 1
    assert list(session.project.minutes.glob("*.toml"))
    (lost,) = session.homeless()
    assert lost.opinion_id == whole
    found = lost.found
    session.act({**act(session, "move", old=whole), "opinion": found})
    session.poll()
    assert decided(session, found)
    session.do("undo")
    assert not decided(session, found)
    assert [each.opinion_id for each in session.homeless()] == [whole]
    session.do("redo")
    again = session.shown[session.position() or 0]
    assert again in session.corpus.opinions["opinion_id"].tolist()
