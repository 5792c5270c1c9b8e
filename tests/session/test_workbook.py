"""What a page is told, and what becomes of what it sends."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from dxreview.project import init
from dxreview.records import DxError
from dxreview.store import Store
from dxreview.store.events import new_id

from .conftest import Open, Page, Sitting


def tell(page: Page, kind: str, **fields: Any) -> None:
    page.hear(page, {"type": kind, **fields}, [])


def tag(page: Page, **wrong: Any) -> dict[str, Any]:
    session = page.session
    return {"id": new_id(), "reviewer": session.reviewer, "action": "tag", "stages": ["step0"],
            "opinion": session.current, "roadmap": session.roadmap} | wrong  # fmt: skip


def test_a_page_that_opens_is_told_everything_once(page: Page) -> None:
    opening, first = page.begin
    tell(page, "hello")
    (state,) = page.told
    assert first["card"] == state["card"]
    assert set(opening["messages"]) == {"ja", "en"}
    assert len(state["rows"]) == 10
    assert "".join(text for text, _ in state["card"]["text"]).startswith("「どこに寄り添うか」")
    json.dumps(page.told)


def test_a_store_that_is_not_safe_is_said_on_the_first_screen(open_session: Open) -> None:
    session = open_session("")
    session.store.warnings.append(DxError("store.network", store="review.db", found="nfs"))
    (warning,) = Page(session).begin[0]["warnings"]
    assert "nfs" in warning["en"]


def test_an_act_is_acknowledged_before_anything_is_drawn(page: Page, store: Store) -> None:
    tell(page, "hello")
    page.told.clear()
    tell(page, "act", act=tag(page))
    ack, state = page.told
    assert ack["type"] == "ack"
    assert ack["ok"]
    assert state["card"]["mine"]["stages"] == ["step0"]
    assert len(store.tags()) == 1


def test_a_page_is_told_the_latest_id_so_that_its_own_sort_behind_it(
    page: Page, store: Store
) -> None:
    page.session.do("tag", "step0")
    tell(page, "hello")
    assert page.says("state")[-1]["latest"] == store.events().iloc[-1]["id"]


def test_an_undo_says_when_the_card_is_where_it_undid(page: Page) -> None:
    first, second = page.session.shown[:2]
    page.session.do("tag", "step0")
    page.session.go(second)
    undo = {"id": new_id(), "reviewer": page.session.reviewer, "action": "undo"}
    tell(page, "act", act=undo, move="m1")
    state = page.says("state")[-1]
    assert (state["card"]["id"], state["moved"]) == (first, "m1")
    assert "1" in page.says("said")[-1]["sentence"]


def test_the_map_has_a_letter_for_every_opinion_that_is_shown(
    page: Page, open_session: Open
) -> None:
    session = page.session
    for opinion, theirs in zip(session.shown[:3], ("step0", "step1", "step0"), strict=True):
        other = open_session("鈴木")
        other.go(opinion)
        other.do("tag", theirs)
    for opinion in session.shown[:2]:
        session.go(opinion)
        session.do("tag", "step0")
    tell(page, "hello")
    assert page.says("state")[-1]["map"] == "td" + "u" * 6 + "oo"
    session.agree(True)
    tell(page, "hello")
    assert page.says("state")[-1]["map"] == "dtt" + "u" * 5 + "oo"


def test_a_tag_whose_stage_is_gone_is_listed_to_be_looked_at_again(page: Page) -> None:
    session, roadmap = page.session, page.session.roadmap_now
    place = {"opinion_id": session.shown[0], "reviewer": "鈴木", "version": "0.1"}
    session.store.tag(roadmap=roadmap.id, stages=["step0", "old-stage"], **place)
    tell(page, "hello")
    (look,) = page.says("state")[-1]["looks"]
    assert (look["stage"], look["what"], look["reviewer"]) == ("old-stage", "gone", "鈴木")


def test_only_what_changed_is_told(page: Page) -> None:
    tell(page, "hello")
    page.told.clear()
    tell(page, "refine", changes={"text": "人材"})
    assert "card" in page.told[0]  # hits
    assert "known" not in page.told[0]
    page.told.clear()
    tell(page, "ping")
    assert [message["type"] for message in page.told] == ["pong"]


@pytest.mark.parametrize(
    "message",
    [
        7,
        {},
        {"type": "__init__"},
        {"type": "send"},
        {"type": "do", "command": "go", "value": ["x"]},
        {"type": "do", "command": "go"},
        {"type": "do", "command": "step", "value": "1"},
        {"type": "window", "start": -1, "count": 5},
        {"type": "window", "start": 0, "count": 10**9},
        {"type": "refine", "changes": {"roadmap": "x"}},
        {"type": "refine", "changes": {"self": "x"}},
        {"type": "refine", "changes": {"stage": "step0"}},
        {"type": "do"},
        {"type": "do", "command": "bring", "value": None},
        {"type": "do", "command": "enter", "value": 3},
        {"type": "do", "command": "agree", "value": "yes"},
        {"type": "do", "command": "enter", "value": "a\u202eb\x00"},
        {"type": "do", "command": "speak", "value": "fr"},
        {"type": "look", "action": "tag", "stage": "no"},
        {"type": "act", "act": None},
    ],
)
def test_a_forged_message_is_refused_logged_and_changes_nothing(
    message: Any, page: Page, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    before = (page.session.shown, page.session.current, page.session.reviewer)
    with caplog.at_level(logging.WARNING, "dxreview"):
        page.hear(page, message, [])
    assert "refused" in caplog.text
    assert (page.session.shown, page.session.current, page.session.reviewer) == before
    assert store.events().empty
    assert not page.says("ack") or not page.says("ack")[0]["ok"]


def test_an_unexpected_error_is_logged_and_said(
    page: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(type(page.session), "go", lambda *_: 1 / 0)
    tell(page, "do", command="go", value=page.session.current)
    assert "ZeroDivisionError" in caplog.text
    assert page.says("said")


def test_a_store_that_cannot_write_is_said_and_the_act_may_come_again(page: Page) -> None:
    act = tag(page)
    page.session.store.append = _full
    tell(page, "act", act=act)
    (ack,) = page.says("ack")
    assert not ack["ok"]
    assert "refused" not in ack
    del page.session.store.append
    tell(page, "act", act=act)
    assert page.says("ack")[-1]["ok"]


def _full(*_: Any) -> None:
    raise DxError("store.full", store="review.db", found="disk full")


def test_a_blind_page_holds_no_trace_of_others(open_session: Open) -> None:
    other = open_session("鈴木")
    other.do("tag", "step2")
    other.do("memo", memo="ひみつのメモ")
    page = Page(open_session("佐藤", blind=True))
    tell(page, "hello")
    tell(page, "history", opinion=page.session.current)
    told = [message for message in page.told if message["type"] != "init"]
    assert "ひみつのメモ" not in json.dumps(told, ensure_ascii=False)
    assert page.says("history")[0]["events"] == []
    assert all(row["stages"] == [] for row in page.says("state")[0]["rows"])
    assert page.says("state")[0]["card"]["hidden"]


def test_history_says_what_was_taken_back_and_keeps_the_stages_for_the_page_to_name(
    page: Page,
) -> None:
    for action, stages in (("tag", ["step0"]), ("tag", ["step2"]), ("undo", []), ("redo", [])):
        page.session.do(action, *stages)
    tell(page, "history", opinion=page.session.current)
    events = page.says("history")[0]["events"]
    told = [(event["action"], event["stages"], event["of"] and event["of"]["stages"])
            for event in events]  # fmt: skip
    assert told == [
        ("tag", ("step0",), None), ("tag", ("step2",), None),
        ("undo", (), ("step2",)), ("redo", (), ("step2",)),
    ]  # fmt: skip


def test_what_stands_before_and_after_an_opinion_is_of_its_own_meeting(tmp_path: Path) -> None:
    data = init(tmp_path / "project", example=True)
    (data / "minutes" / "a.txt").write_text("○窓口を一つに。\n○書かない窓口を。\n", "utf-8")
    page = Page(Sitting.open(data, reviewer="佐藤"))
    (first, last, other) = page.session.corpus.opinions["opinion_id"][:3]
    near = []
    for opinion in (first, last, other):
        tell(page, "do", command="go", value=opinion)
        card = page.says("state")[-1]["card"]
        near.append((card["before"], card["after"] and card["after"][:8]))
    assert near[:2] == [(None, "書かない窓口を。"), ("窓口を一つに。", None)]
    assert near[2][0] is None


def test_a_meeting_without_title_is_named_by_its_file(tmp_path: Path) -> None:
    data = init(tmp_path / "project", example=True)
    (data / "minutes" / "kaigi-02.txt").write_text("○窓口を一つにまとめるべきである。\n", "utf-8")
    page = Page(Sitting.open(data, reviewer="佐藤"))
    tell(page, "hello")
    (state,) = page.says("state")
    assert "kaigi-02" in [label for _, label, _ in state["facets"]["meeting"]]
    assert "kaigi-02" in [each["title"] for each in state["progress"]["meetings"]]
    assert state["card"]["meeting"]["title"] == "kaigi-02"


def test_blind_holds_for_each_roadmap_apart(open_session: Open) -> None:
    open_session("鈴木").do("tag", "step2")
    page = Page(open_session("佐藤", blind=True))
    page.session.roadmap = "dx-maturity"
    page.session.do("tag", "m1")
    tell(page, "history", opinion=page.session.current)
    assert [event["reviewer"] for event in page.says("history")[0]["events"]] == ["佐藤"]


@pytest.mark.parametrize("lead", ["", "田中"])
def test_blind_agreement_shows_nothing_to_who_does_not_lead(open_session: Open, lead: str) -> None:
    for who, stage in (("鈴木", "step2"), ("高橋", "step1")):
        open_session(who).do("tag", stage)
    for who in ("", "佐藤"):
        page = Page(open_session(who, blind=True, lead=lead, settling=True))
        tell(page, "hello")
        state = page.says("state")[0]
        assert not any(row["stages"] for row in state["rows"])
        assert not any(message.get("figures") for message in page.told)
    leading = Page(open_session("田中", blind=True, lead="田中", settling=True))
    tell(leading, "hello")
    assert any(row["stages"] for row in leading.says("state")[0]["rows"])


def test_the_hand_over_file_is_this_reviewers(page: Page, open_session: Open) -> None:
    page.session.do("tag", "step0")
    open_session("鈴木").do("tag", "step1")
    tell(page, "handover")
    lines = page.says("handover")[0]["text"].splitlines()
    assert [json.loads(line)["reviewer"] for line in lines] == ["佐藤"]


def test_the_passage_shows_the_opinion_as_the_source_has_it(page: Page) -> None:
    tell(page, "passage", opinion=page.session.current)
    (found,) = page.says("passage")
    assert [hit for _, hit in found["text"]] == [0, 1, 0]
    assert "「どこに寄り添うか」" in found["text"][1][0]


def test_a_split_opinion_is_listed_for_its_tag_to_be_moved(tmp_path: Path) -> None:
    page = Page(Sitting.open(init(tmp_path / "project", example=True), reviewer="佐藤"))
    whole = page.session.current
    page.session.do("tag", "step0")
    tell(page, "hello")
    tell(page, "correct", opinion=whole, key="split", quote="デジタル化は手段であって")
    assert [each["opinion_id"] for each in page.says("state")[-1]["lost"]] == [whole]
