"""One act of a reviewer, as a page sends it, into events; every part of it is checked here.

An act: ``id`` (UUIDv7, minted where the person acted), ``reviewer``, ``action`` (tag, untag,
none_applies, memo, settle, move, undo, redo, bulk) and, as the action needs them, ``opinion``,
``roadmap``, ``stages``, ``memo``; for a bulk ``does`` (one of `BULK`) and ``opinions``; for a move
``old``, the id under which the opinion was reviewed in earlier minutes.
"""

import time
from collections.abc import Container, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dxreview.records import DxError, Event
from dxreview.roadmap import Roadmap
from dxreview.store.events import NEEDS, UUID7

if TYPE_CHECKING:
    from dxreview.session import Session

LONGEST_MEMO = 20_000
BULK = ("tag", "untag", "none_applies")
_QUOTED = 200  # characters of an opinion that an event carries along
_BESIDE = 40  # characters of each neighbour
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


def check_sender(session: "Session", act: object) -> Act:
    """The act, where it has an id and is of the present reviewer. Raises Refused where it is no
    act, DxError where another reviewer's comes late: it is kept by the page and not lost."""
    if not isinstance(act, Mapping) or not UUID7.fullmatch(str(act.get("id"))):
        raise refused("act", act)
    if not session.reviewer or act.get("reviewer") != session.reviewer:
        raise DxError("review.somebody", found=str(act.get("reviewer"))[:60])
    return act


def events(session: "Session", act: Act) -> list[Event]:
    """The events of an act, none where it changes nothing, under ids counted up from the act's and
    at the time which that id names: sent again, through another process, they are the same events.

    Raises Refused.
    """
    number, latest = UUID(act["id"]).int, session.store.replay.latest
    seconds = _seconds(act["id"])
    # A page mints above the latest id, whoever's clock made that one.
    if seconds > max(time.time(), _seconds(latest) if latest else 0) + _AHEAD:
        raise refused("act", act["id"])
    at = datetime.fromtimestamp(seconds, UTC)
    made = _made(session, act)
    group = act["id"] if len(made) > 1 else None
    ids = (str(UUID(int=number + i)) for i in range(len(made)))
    return [replace(event, id=next(ids), at=at, group=group) for event in made]


def _seconds(minted: str) -> float:
    return (UUID(minted).int >> 80) / 1000


def _made(session: "Session", act: Act) -> list[Event]:
    """The events, as yet without their ids and times."""
    action = check("action", act.get("action"), (*NEEDS, "bulk"))
    if action == "bulk":
        return _bulk(session, act)
    fields = _about(session, act) if "opinion_id" in NEEDS[action] else {}
    if action == "move":
        lost = [each.opinion_id for each in session.homeless()]
        fields["undoes"] = check("opinion", act.get("old"), lost)
    if "roadmap" in NEEDS[action]:
        roadmap = session.roadmaps[check("roadmap", act.get("roadmap"), session.roadmaps)]
        fields["roadmap"] = roadmap
        if action != "none_applies":
            fields["stages"] = _stages(roadmap, act)
    if action in ("memo", "settle"):
        fields["memo"] = _memo(session, act)
    return session.store.made(action, session.reviewer, **fields)


def _about(session: "Session", act: Act) -> dict[str, Any]:
    """The opinion, quoted so that its tag finds it again in a new version of the minutes."""
    opinion = check("opinion", act.get("opinion"), session.opinions)
    quote = session.opinions[opinion]["text"][:_QUOTED]
    near = session.neighbours(opinion)
    before, after = (each and session.opinions[each]["text"][:_BESIDE] for each in near)
    return {"opinion_id": opinion, "quote": quote, "before": before, "after": after}


def _stages(roadmap: Roadmap, act: Act) -> tuple[str, ...]:
    stages, known = act.get("stages"), [stage.id for stage in roadmap.stages]
    least = 0 if act["action"] == "settle" else 1
    most = 1 if roadmap.exclusive and act["action"] != "untag" else len(known)
    if not isinstance(stages, list) or not least <= len(stages) <= most:
        raise refused("stage", stages)
    return tuple(dict.fromkeys(check("stage", stage, known) for stage in stages))


def _memo(session: "Session", act: Act) -> str:
    """The note, or the reason of a settlement, which the lead has to give."""
    memo, settles = act.get("memo"), act["action"] == "settle"
    if not isinstance(memo, str) or len(memo) > LONGEST_MEMO:
        raise refused("memo", memo)
    if settles and not session.may_settle:
        raise Refused("review.lead", lead=session.project.lead)
    if settles and not memo.strip():
        raise refused("settlement", memo)
    return memo


def _bulk(session: "Session", act: Act) -> list[Event]:
    opinions, does = act.get("opinions"), check("action", act.get("does"), BULK)
    if not isinstance(opinions, list) or not opinions:
        raise refused("opinion", opinions)
    each = ({**act, "action": does, "opinion": o} for o in dict.fromkeys(map(str, opinions)))
    return [event for one in each for event in _made(session, one)]
