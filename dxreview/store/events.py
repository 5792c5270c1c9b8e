"""Events as they are minted, checked and written as lines; no database and no frames here."""

import json
import re
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from dxreview.records import DxError, Event

FIELDS = tuple(field.name for field in fields(Event))
# What an event of each action must carry besides id, at and reviewer. `move` says that what was
# decided on the opinion `undoes` (its id in an earlier version of the minutes) belongs to
# `opinion_id` now.
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
BASES = ("manual", "suggestion")
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# PostgreSQL keeps no NUL, and UTF-8 no lone surrogate; a tag must not fail because of its quote.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_TEXTS = tuple(name for name in FIELDS if name not in ("at", "stages"))
_minting = threading.Lock()
_last = 0


def new_id(after: str = "") -> str:
    """A UUIDv7 (RFC 9562) later than every one made here before and than the id ``after``.

    ``after`` is the latest id that the writer has seen: what is done in answer to an event sorts
    behind it even where the clock of the machine that made it is ahead of ours.
    """
    global _last
    now = time.time_ns() // 1_000_000 << 74 | secrets.randbits(74)
    with _minting:
        latest = max(_last, _payload(after) if after else 0)
        _last = now if now > latest else latest + 1 + secrets.randbits(32)
        return _uuid(_last)


def _uuid(payload: int) -> str:
    """122 sortable bits with the version (7) and the variant (10) put in their places."""
    high, low = payload >> 62, payload & (1 << 62) - 1
    digits = f"{(high >> 12 << 16) | 0x7000 | high & 0xFFF:016x}{1 << 63 | low:016x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _payload(event_id: str) -> int:
    bits = int(event_id.replace("-", ""), 16)
    return (bits >> 80 << 74) | (bits >> 64 & 0xFFF) << 62 | bits & (1 << 62) - 1


def checked(event: Event) -> Event:
    """The event as it is stored: text cleaned, time in UTC. Raises DxError ``store.event``."""
    texts: dict[str, Any] = {name: _text(name, getattr(event, name)) for name in _TEXTS}
    clean = Event(**texts, at=_utc(event.at), stages=_stages(event.stages))
    _check_words(clean)
    return clean


def _check_words(event: Event) -> None:
    if not UUID7.fullmatch(event.id or ""):
        raise _refused("id", event.id, "UUIDv7")
    if not (event.reviewer or "").strip():
        raise _refused("reviewer", event.reviewer, "…")
    if event.action not in NEEDS:
        raise _refused("action", event.action, ", ".join(NEEDS))
    if event.basis not in BASES:
        raise _refused("basis", event.basis, ", ".join(BASES))
    for name in NEEDS[event.action]:
        if not getattr(event, name):
            raise _refused(name, None, f"{event.action}: {', '.join(NEEDS[event.action])}")


def _text(name: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise _refused(name, value, "text")
    return _UNSTORABLE.sub("\ufffd", value)


def _utc(at: Any) -> datetime:
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise _refused("at", at, "2026-04-01T09:30:00Z")
    return at.astimezone(UTC)


def _stages(stages: Any) -> tuple[str, ...]:
    if not isinstance(stages, tuple | list) or not all(isinstance(s, str) and s for s in stages):
        raise _refused("stages", stages, '["step0"]')
    return tuple(_UNSTORABLE.sub("\ufffd", stage) for stage in stages)


def _refused(field: str, found: object, accepted: str) -> DxError:
    return DxError("store.event", field=field, found=_short(found), accepted=accepted)


def _short(found: object) -> str:
    text = repr(found)
    return text if len(text) <= 60 else text[:59] + "…"


def to_dict(event: Event) -> dict[str, Any]:
    """The event in JSON's types, every field present: what the database keeps as a row."""
    return _values(event) | {"at": stamp(event.at), "stages": packed(event.stages)}


def _values(event: Event) -> dict[str, Any]:
    # Not dataclasses.asdict: it copies deeply, a third of the time of a tag.
    return {name: getattr(event, name) for name in FIELDS}


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def packed(stages: tuple[str, ...]) -> str:
    return json.dumps(stages, ensure_ascii=False, separators=(",", ":")) if stages else ""


def from_dict(row: Any) -> Event:
    """The event of one row (a mapping) of the database."""
    stages = tuple(json.loads(row["stages"] or "[]"))
    return Event(**{**row, "at": datetime.fromisoformat(row["at"]), "stages": stages})


def to_line(event: Event) -> str:
    """One line of a hand-over file: JSON, fields in the order of `Event`, absent ones left out."""
    row = _values(event) | {"at": stamp(event.at)}
    present = {name: value for name, value in row.items() if value not in (None, ())}
    return json.dumps(present, ensure_ascii=False, separators=(",", ":"))


def from_line(line: str) -> Event:
    """The event of one line. Raises DxError ``store.line`` or ``store.event``."""
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise DxError("store.line", found=_short(line))
    for name in row.keys() - set(FIELDS):
        raise _refused(name, row[name], ", ".join(FIELDS))
    for name in {"id", "at", "reviewer", "action"} - row.keys():
        raise _refused(name, None, "id, at, reviewer, action")
    return checked(Event(**row | {"at": _moment(row["at"])}))


def _moment(found: Any) -> datetime:
    try:
        return datetime.fromisoformat(found)
    except (TypeError, ValueError):
        raise _refused("at", found, "2026-04-01T09:30:00Z") from None
