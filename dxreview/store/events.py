"""Events as they are minted, checked and written; no database and no frames here."""

import json
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from dxreview.records import DxError, Event

FIELDS = tuple(field.name for field in fields(Event))
# What each action needs besides. `move`: what was decided on the opinion `undoes` (its id in an
# earlier version of the minutes) belongs to `opinion_id` now.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "tag": ("opinion_id", "roadmap", "stages"),
    "untag": ("opinion_id", "roadmap", "stages"),
    "none_applies": ("opinion_id", "roadmap"),
    "memo": ("opinion_id",),
    "settle": ("opinion_id", "roadmap", "memo"),
    "undo": ("undoes",),
    "redo": ("undoes",),
    "move": ("opinion_id", "undoes"),
}
_BASES = ("manual", "suggestion")
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# PostgreSQL keeps no NUL, and UTF-8 no lone surrogate; a tag must not fail because of its quote.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_last = 0


def new_id(after: str = "") -> str:
    """A UUIDv7 (RFC 9562) later than every one made here before and than the id ``after``.

    ``after`` is the latest id that the writer has seen: what is done in answer to an event sorts
    behind it even where the clock of the machine that made it is ahead of ours.
    """
    global _last
    milliseconds = time.time_ns() // 1_000_000
    now = milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(61)
    latest = max(_last, UUID(after).int if after else 0)
    _last = now if now > latest else latest + 1 + secrets.randbits(32)
    return str(UUID(int=_last))


def checked(event: Event) -> Event:
    """The event as it is stored: text cleaned, time in UTC. Raises DxError ``store.event``."""
    row = values(event)
    row["at"], row["stages"] = _utc(event.at), _stages(event.stages)
    for name in FIELDS[2:]:
        if name != "stages" and row[name] is not None:
            row[name] = _text(name, row[name]) or None
    for name, right, accepted in (
        ("id", UUID7.fullmatch(_text("id", event.id)), "UUIDv7"),
        ("reviewer", (row["reviewer"] or "").strip(), '"…"'),
        ("action", row["action"] in NEEDS, ", ".join(NEEDS)),
        ("basis", row["basis"] in _BASES, ", ".join(_BASES)),
        *((name, row[name], '"…"') for name in NEEDS.get(row["action"], ())),
    ):
        if not right:
            raise _refused(name, row[name], accepted)
    return Event(**row)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _refused(name, value, '"…"')
    return _UNSTORABLE.sub("\ufffd", value)


def _utc(at: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        if moment.tzinfo:
            return moment.astimezone(UTC)
    except (AttributeError, ValueError, OverflowError):
        pass
    raise _refused("at", at, "2026-04-01T09:30:00Z")


def _stages(stages: Any) -> tuple[str, ...]:
    if not isinstance(stages, tuple | list) or not all(stages):
        raise _refused("stages", stages, '["step0"]')
    return tuple(_text("stages", stage) for stage in stages)


def _refused(field: str, found: object, accepted: str) -> DxError:
    return DxError("store.event", field=field, found=repr(found)[:60], accepted=accepted)


def to_row(event: Event) -> dict[str, Any]:
    """The event as a row of the database: all fields, time and stages as text."""
    row = values(event)
    row["at"] = event.at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    row["stages"] = _json(event.stages) if event.stages else ""
    return row


def values(event: Event) -> dict[str, Any]:
    # Not dataclasses.asdict: it copies deeply, a third of the time of a tag.
    return {name: getattr(event, name) for name in FIELDS}


def from_row(row: Iterable[Any]) -> Event:
    """The event of a row of the database, its columns in the order of `FIELDS`."""
    values = [*row]
    values[1], values[7] = datetime.fromisoformat(values[1]), _unpacked(values[7])
    return Event(*values)


@cache
def _unpacked(stages: str) -> tuple[str, ...]:
    return tuple(json.loads(stages or "[]"))


def to_line(event: Event) -> str:
    """One line of a hand-over file: JSON, fields in the order of `Event`, absent ones left out."""
    row = to_row(event) | {"stages": event.stages}
    return _json({name: value for name, value in row.items() if value not in (None, ())})


def from_line(line: str) -> Event:
    """The event of one line. Raises DxError ``store.line`` or ``store.event``."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise DxError("store.line", found=repr(line)[:60])
    if unknown := sorted(row.keys() - set(FIELDS)):
        raise _refused(unknown[0], row[unknown[0]], ", ".join(FIELDS))
    always: dict[str, Any] = dict.fromkeys(("id", "at", "reviewer", "action"))
    return checked(Event(**always | row))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
