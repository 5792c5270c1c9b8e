"""Agenda items and materials: numbered titles, and what an explanation says it rests on."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dxreview.minutes.lines import Line
from dxreview.minutes.numbering import numbered
from dxreview.text import join, tidy


class Item(NamedTuple):
    number: str | None
    title: str
    start: int
    end: int


def agenda(lines: Sequence[Line]) -> list[Item]:
    """Numbered lines with their wraps; a second shape of number below the first nests (2.1)."""
    items: list[Item] = []
    shapes: list[str] = []
    above: list[str] = []
    for line in lines:
        found = numbered(line.text)
        if found is None:
            if items:
                last = items[-1]
                items[-1] = last._replace(title=tidy(join(last.title, line.plain)), end=line.end)
            else:
                items.append(Item(None, tidy(line.plain), line.start, line.end))
            continue
        if found.shape in shapes:
            depth = shapes.index(found.shape)
            del shapes[depth + 1 :]
        else:
            depth = len(shapes)
            shapes.append(found.shape)
        above[depth:] = [found.printed]
        items.append(Item(".".join(above), tidy(line.text[found.end :]), line.start, line.end))
    return items


class Named(NamedTuple):
    number: str
    presenter: str | None
    start: int
    end: int


_NUMBER = r"\d{1,2}(?:[-－‐−–―]\d{1,2})*"
_MATERIAL = re.compile(
    rf"資料[ \u3000]?(?:No[.．]?)?(?P<numbers>{_NUMBER}(?:[、，,・][ \u3000]?{_NUMBER})*)"
    r"(?:[（(](?P<presenter>[^（）()\n]{1,20})[）)])?"
)
_ONE = re.compile(_NUMBER)


def materials(text: str, start: int, presenter: str | None) -> Iterator[Named]:
    """The materials that a stretch of text names, from offset ``start`` of the source on."""
    for found in _MATERIAL.finditer(text):
        who = found["presenter"] or presenter
        ones = list(_ONE.finditer(text, *found.span("numbers")))
        for index, one in enumerate(ones):
            first = found.start() if index == 0 else one.start()
            last = found.end() if index == len(ones) - 1 else one.end()
            yield Named(_plain(one.group()), who, start + first, start + last)


def _plain(printed: str) -> str:
    narrow = unicodedata.normalize("NFKC", printed)
    return re.sub("[‐−–―]", "-", narrow)


_LISTED = re.compile(rf"(?:(?:参考|配付|配布)?資料)[ \u3000]?(?:No[.．]?)?(?P<number>{_NUMBER})")


def listed(text: str, start: int) -> Iterator[Named]:
    """The material that a line of a list of materials names."""
    found = _LISTED.match(re.sub(r"^[・•○◯〇][ \u3000]*", "", text))
    if found:
        yield Named(_plain(found["number"]), None, start, start + len(text))
