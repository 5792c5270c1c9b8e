"""One act of a reviewer, as a page sends it, into events; every part of it is checked here.

An act: ``id`` (UUIDv7, minted where the person acted), ``reviewer``, ``action`` (tag, untag,
none_applies, memo, settle, undo, redo, bulk) and, as the action needs them, ``opinion``,
``roadmap``, ``stages``, ``memo``; for a bulk ``does`` (tag, untag) and ``opinions``.
"""

import re
import time
from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dxreview.records import DxError, Event
from dxreview.roadmap import Roadmap

if TYPE_CHECKING:
    from dxreview.session import Session

LONGEST_MEMO = 20_000
_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_QUOTED = 200  # characters of an opinion that an event carries along, and of each neighbour
_BESIDE = 40
_AHEAD = 86_400  # seconds of a clock that is wrong; an id from the far future would sort last
Act = Mapping[str, Any]


class Refused(DxError):
    """A command that no view of ours sends: forged, or too late. Nothing was written."""


def check(key: str, found: object, accepted: Container[str]) -> str:
    """``found``, where it is one of the accepted words; raises Refused under ``review.key``."""
    if not isinstance(found, str) or found not in accepted:
        raise refused(key, found)
    return found


def refused(key: str, found: object) -> Refused:
    return Refused(f"review.{key}", found=repr(found)[:60])


def events(session: "Session", act: Act) -> list[Event]:
    """The events of an act, none where it changes nothing. Raises Refused."""
    made = _MAKE[check("action", act.get("action"), _MAKE)](session, act)
    return _numbered(act["id"], made)


def check_sender(session: "Session", act: object) -> Act:
    """The act, where it has an id and is of the present reviewer. Raises Refused where it is no
    act, DxError where another reviewer's comes late: it is kept by the page and not lost."""
    if not isinstance(act, Mapping) or not _UUID7.fullmatch(str(act.get("id"))):
        raise refused("act", act)
    if not session.reviewer or act.get("reviewer") != session.reviewer:
        raise DxError("review.somebody", found=str(act.get("reviewer"))[:60])
    return act


def _numbered(first: str, made: list[Event]) -> list[Event]:
    """The events of one act under ids counted up from the act's, at the time which that id names:
    sent again, through another process, they are the same events."""
    number = int(first.replace("-", ""), 16)
    seconds = (number >> 80) / 1000
    if seconds > time.time() + _AHEAD:
        raise refused("act", first)
    at = datetime.fromtimestamp(seconds, UTC)
    return [replace(event, id=_uuid(number + i), at=at) for i, event in enumerate(made)]


def _uuid(number: int) -> str:
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _event(session: "Session", action: str, **fields: Any) -> Event:
    """An event that still lacks its id and time."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return Event(id="", at=epoch, reviewer=session.reviewer, action=action, **fields)


def _about(session: "Session", act: Act) -> dict[str, Any]:
    """The opinion, quoted so that its tag finds it again in a new version of the minutes."""
    opinion = act.get("opinion")
    if not session.has(opinion):
        raise refused("opinion", opinion)
    before, after = (
        session.opinion(each)["text"][:_BESIDE] if each else None
        for each in session.neighbours(opinion)
    )
    quote = session.opinion(opinion)["text"][:_QUOTED]
    return {"opinion_id": opinion, "quote": quote, "before": before, "after": after}


def _place(session: "Session", act: Act) -> dict[str, Any]:
    """The opinion, and the roadmap in the version that is in use."""
    roadmap = _roadmap(session, act)
    return _about(session, act) | {"roadmap": roadmap.id, "version": roadmap.version}


def _roadmap(session: "Session", act: Act) -> Roadmap:
    found: Roadmap = session.roadmaps[check("roadmap", act.get("roadmap"), session.roadmaps)]
    return found


def _stages(session: "Session", act: Act, *, least: int = 1) -> tuple[str, ...]:
    roadmap, stages = _roadmap(session, act), act.get("stages")
    known = [stage.id for stage in roadmap.stages]
    if not isinstance(stages, list) or not least <= len(stages) <= len(known):
        raise refused("stage", stages)
    return tuple(dict.fromkeys(check("stage", stage, known) for stage in stages))


def _text(act: Act) -> str:
    text = act.get("memo")
    if not isinstance(text, str) or len(text) > LONGEST_MEMO:
        raise refused("memo", text)
    return text


def _tag(session: "Session", act: Act) -> list[Event]:
    """Stages put on; for an exclusive roadmap all others are taken off first, in one group."""
    roadmap, stages, place = _roadmap(session, act), _stages(session, act), _place(session, act)
    if not roadmap.exclusive:
        return [_event(session, "tag", stages=stages, **place)]
    if len(stages) > 1:
        raise refused("stage", stages)
    others = tuple(stage.id for stage in roadmap.stages if stage.id not in stages)
    off = _event(session, "untag", stages=others, group=act["id"], **place)
    return [off, replace(off, action="tag", stages=stages)]


def _untag(session: "Session", act: Act) -> list[Event]:
    return [_event(session, "untag", stages=_stages(session, act), **_place(session, act))]


def _none(session: "Session", act: Act) -> list[Event]:
    return [_event(session, "none_applies", **_place(session, act))]


def _memo(session: "Session", act: Act) -> list[Event]:
    return [_event(session, "memo", memo=_text(act), **_about(session, act))]


def _settle(session: "Session", act: Act) -> list[Event]:
    stages, reason = _stages(session, act, least=0), _text(act).strip()
    if not session.may_settle:
        raise Refused("review.lead", lead=session.project.lead)
    if not reason or (_roadmap(session, act).exclusive and len(stages) > 1):
        raise refused("settlement", stages)
    return [_event(session, "settle", stages=stages, memo=reason, **_place(session, act))]


def _bulk(session: "Session", act: Act) -> list[Event]:
    opinions = act.get("opinions")
    make = _MAKE[check("action", act.get("does"), ("tag", "untag"))]
    if not isinstance(opinions, list) or not opinions:
        raise refused("opinion", opinions)
    each = (
        make(session, {**act, "opinion": opinion}) for opinion in dict.fromkeys(map(str, opinions))
    )
    return [replace(event, group=act["id"]) for made in each for event in made]


def _undo(session: "Session", act: Act) -> list[Event]:
    return _turn(session, "undo", session.store.replay.undoable(session.reviewer))


def _redo(session: "Session", act: Act) -> list[Event]:
    return _turn(session, "redo", session.store.replay.redoable(session.reviewer))


def _turn(session: "Session", action: str, unit: str | None) -> list[Event]:
    return [_event(session, action, undoes=unit)] if unit else []


_MAKE: dict[str, Callable[["Session", Act], list[Event]]] = {
    "tag": _tag,
    "untag": _untag,
    "none_applies": _none,
    "memo": _memo,
    "settle": _settle,
    "bulk": _bulk,
    "undo": _undo,
    "redo": _redo,
}
