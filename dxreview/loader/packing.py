"""Minutes as JSON bytes and back: how they leave a worker process and lie in the cache.

JSON, because neither a worker that read a hostile file nor a file in a shared folder is trusted:
what comes back is checked, value by value, against the types of the records.
"""

import json
from dataclasses import fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from dxreview.records import (
    AgendaItem,
    Attendee,
    LoadWarning,
    Material,
    Meeting,
    Minutes,
    Opinion,
    SourceText,
    Span,
)

_TABLES: dict[str, type] = {
    "meetings": Meeting,
    "attendees": Attendee,
    "agenda": AgendaItem,
    "materials": Material,
    "opinions": Opinion,
    "spans": Span,
    "warnings": LoadWarning,
}
_KINDS = (*_TABLES.values(), SourceText)
_NAMES = {kind: tuple(each.name for each in fields(kind)) for kind in _KINDS}
_TYPES: dict[type, tuple[Any, ...]] = {
    kind: tuple(each.type for each in fields(kind)) for kind in _KINDS
}
_GET = {kind: attrgetter(*_NAMES[kind]) for kind in _KINDS}
_TOKYO = ZoneInfo("Asia/Tokyo")


def pack(minutes: Minutes) -> bytes:
    """``minutes`` as UTF-8 JSON."""
    source = minutes.source
    held: dict[str, Any] = {
        name: list(map(_GET[kind], getattr(minutes, name))) for name, kind in _TABLES.items()
    }
    held["source"] = {
        "name": source.name,
        "text": source.text,
        "sha256": source.sha256,
        "pages": source.pages,
        "format": source.format,
        "furniture": list(map(_GET[Span], source.furniture)),
        "notes": list(map(_GET[LoadWarning], source.notes)),
    }
    return json.dumps(held, ensure_ascii=False, default=date.isoformat).encode("utf-8")


def unpack(data: bytes) -> Minutes:
    """The minutes in ``data``. Raises ValueError where they are not what `pack` makes."""
    try:
        held = json.loads(data)
        source = _source(held["source"])
        tables = {
            name: tuple(_record(kind, row) for row in held[name]) for name, kind in _TABLES.items()
        }
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not packed minutes: {error!r}") from None
    minutes = Minutes(source=source, **tables)
    _check_places(minutes)
    return minutes


def _source(held: dict[str, Any]) -> SourceText:
    made: dict[str, Any] = dict(held)
    made["furniture"] = tuple(_record(Span, row) for row in held["furniture"])
    made["notes"] = tuple(_record(LoadWarning, row) for row in held["notes"])
    made["pages"] = tuple(held["pages"])
    texts = (held["name"], held["text"], held["sha256"], held["format"])
    if not all(isinstance(each, str) for each in texts):
        raise ValueError("source: not text")
    if not made["pages"] or not all(isinstance(page, int) for page in made["pages"]):
        raise ValueError("source: pages")
    return SourceText(**made)


def _record(kind: type, row: list[Any]) -> Any:
    values = _dated(row) if kind is Meeting else row
    types = _TYPES[kind]
    if len(values) != len(types) or not all(
        isinstance(value, type_) for value, type_ in zip(values, types, strict=True)
    ):
        raise ValueError(f"{kind.__name__}: {str(row)[:80]}")
    return kind(*values)


def _dated(row: list[Any]) -> list[Any]:
    """A meeting's date and times, from ISO 8601."""
    made = dict(zip(_NAMES[Meeting], row, strict=True))
    if made["held_on"] is not None:
        made["held_on"] = date.fromisoformat(made["held_on"])
    for name in ("starts_at", "ends_at"):
        if made[name] is not None:
            made[name] = datetime.fromisoformat(made[name]).astimezone(_TOKYO)
    return list(made.values())


def _check_places(minutes: Minutes) -> None:
    end = len(minutes.source.text)
    for span in minutes.spans:
        if not 0 <= span.start <= span.end <= end:
            raise ValueError(f"span out of the text: {span}")
