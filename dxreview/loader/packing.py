"""Minutes as JSON bytes and back: how they leave a worker process and lie in the cache.

JSON, because neither a worker that read a hostile file nor a file in a shared folder is trusted:
what comes back is checked, column by column, against the types of the records.
"""

import gc
import json
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from operator import methodcaller
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo

from dxreview.records import Minutes, SourceText

_CODE = "utf-16-le"  # Japanese text passes through it four times as fast as through UTF-8.
_TOKYO = ZoneInfo("Asia/Tokyo")
_FROM_TEXT: dict[Any, Callable[[str], date]] = {
    date: date.fromisoformat,
    datetime: lambda text: datetime.fromisoformat(text).astimezone(_TOKYO),
}


def pack(minutes: Minutes) -> bytes:
    """``minutes`` as JSON in UTF-16."""
    return json.dumps(
        _plain(minutes), ensure_ascii=False, default=methodcaller("isoformat")
    ).encode(_CODE)


def unpack(data: bytes) -> Minutes:
    """The minutes in ``data``. Raises ValueError where they are not what `pack` makes."""
    was_collecting = gc.isenabled()
    gc.disable()  # What is finalised deep inside nested lists fails aloud; and it costs time.
    try:
        minutes: Minutes = _made(Minutes, json.loads(data.decode(_CODE)))
    except (TypeError, RecursionError) as error:
        raise ValueError(f"not packed minutes: {error!r}") from None
    finally:
        if was_collecting:
            gc.enable()
    length = len(minutes.source.text)
    if not all(0 <= start <= end <= length for start, end, _ in minutes.spans):
        raise ValueError("a span lies outside the text")
    return minutes


def _plain(value: Any) -> Any:
    """A record as the list of its values, rows as the list of their columns."""
    if isinstance(value, (Minutes, SourceText)):
        return [_plain(getattr(value, each.name)) for each in fields(value)]
    is_table = isinstance(value, tuple) and bool(value) and isinstance(value[0], tuple)
    return list(zip(*value, strict=True)) if is_table else value


def _made(kind: Any, held: Any) -> Any:
    """What `_plain` made ``held`` of, if that was a ``kind``."""
    if hasattr(kind, "__dataclass_fields__"):
        types = [each.type for each in fields(kind)]
        return kind(*(_made(*each) for each in zip(types, held, strict=True)))
    if get_origin(kind) is not tuple:
        return _column(kind, [held])[0]
    inner, *_ = get_args(kind)
    if not hasattr(inner, "_fields"):
        return tuple(_column(inner, held))
    types = inner.__annotations__.values()
    columns = [_column(*each) for each in zip(types, held or [()] * len(types), strict=True)]
    return tuple(map(inner._make, zip(*columns, strict=True)))


def _column(kind: Any, held: Any) -> Any:
    """The values of one column: checked, and dates made of text."""
    made, kinds = _rules(kind)
    if made:
        held = [value if value is None else made(value) for value in held]
    if not kinds.issuperset(map(type, held)):
        raise ValueError(f"not all are {kind}: {str(held)[:80]}")
    return held


@cache
def _rules(kind: Any) -> tuple[Callable[[str], date] | None, frozenset[Any]]:
    """What makes a value of its text, where JSON has none of the kind; and the types allowed."""
    kinds = frozenset((kind, *get_args(kind)))
    return next((_FROM_TEXT[each] for each in _FROM_TEXT.keys() & kinds), None), kinds
