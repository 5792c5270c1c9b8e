"""Minutes as JSON bytes and back: how they leave a worker process and lie in the cache.

JSON, because neither a worker that read a hostile file nor a file in a shared folder is trusted:
what comes back is checked, value by value, against the types of the records.
"""

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo

from dxreview.records import Minutes

_TOKYO = ZoneInfo("Asia/Tokyo")


def pack(minutes: Minutes) -> bytes:
    """``minutes`` as UTF-8 JSON: a record is the list of its values."""
    return json.dumps(minutes, ensure_ascii=False, default=_plain).encode("utf-8")


def unpack(data: bytes) -> Minutes:
    """The minutes in ``data``. Raises ValueError where they are not what `pack` makes."""
    try:
        minutes: Minutes = _made(Minutes, json.loads(data))
    except (TypeError, RecursionError) as error:
        raise ValueError(f"not packed minutes: {error!r}") from None
    length = len(minutes.source.text)
    if not all(0 <= span.start <= span.end <= length for span in minutes.spans):
        raise ValueError("a span lies outside the text")
    return minutes


def _plain(value: Any) -> Any:
    kind: Any = type(value)
    return value.isoformat() if isinstance(value, date) else _values(kind)(value)


@cache
def _values(kind: Any) -> Any:
    return attrgetter(*(each.name for each in fields(kind)))


@cache
def _types(kind: Any) -> tuple[Any, ...]:
    return tuple(each.type for each in fields(kind))


@cache
def _is_flat(kind: Any) -> bool:
    """Whether JSON holds all values of this record as they are."""
    return not any(get_origin(each) is tuple or is_dataclass(each) for each in _types(kind))


def _record(kind: Any, held: list[Any]) -> Any:
    types = _types(kind)
    if len(held) != len(types):
        raise ValueError(f"{kind}: {str(held)[:80]}")
    if _is_flat(kind) and all(map(isinstance, held, types)):
        return kind(*held)
    return kind(*map(_made, types, held))


def _made(kind: Any, held: Any) -> Any:
    """``held`` as ``kind``: a record, a tuple of such, a date, or a plain value."""
    if get_origin(kind) is tuple:
        inner, *_ = get_args(kind)
        return tuple([_made(inner, each) for each in held])
    if is_dataclass(kind):
        return _record(kind, held)
    if isinstance(held, str) and datetime in get_args(kind):
        return datetime.fromisoformat(held).astimezone(_TOKYO)
    if isinstance(held, str) and date in get_args(kind):
        return date.fromisoformat(held)
    if not isinstance(held, kind):
        raise ValueError(f"{kind}: {str(held)[:80]}")
    return held
