"""Agenda items and materials: numbered titles, and what an explanation says it rests on."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dxreview.minutes.headings import narrow, numbered
from dxreview.minutes.lines import Line
from dxreview.minutes.words import pattern
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
    gap = 0
    for line in lines:
        found = numbered(line.text)
        last = items[-1] if items else Item(None, "", 0, 0)
        wraps, gap = line.gap <= gap, line.gap
        if found is None and wraps and last.number and len(last.title) < 400:
            items[-1] = last._replace(title=tidy(join([last.title, line.text])), end=line.end)
        elif found is None:
            items.append(Item(None, tidy(line.text), line.start, line.end))
        else:
            depth = shapes.index(found.shape) if found.shape in shapes else len(shapes)
            shapes[depth:], above[depth:] = [found.shape], [found.printed]
            title = tidy(line.text[found.end :])
            items.append(Item(".".join(above), title, line.start, line.end))
    return items


class Named(NamedTuple):
    number: str
    presenter: str | None
    start: int
    end: int


_NUMBER, _NAMED, _LISTED = map(pattern, ("material_number", "materials", "material"))


def materials(text: str, start: int, presenter: str | None) -> Iterator[Named]:
    """The materials that a stretch of text names, from offset ``start`` of the source on."""
    for found in _NAMED.finditer(text):
        ones = list(_NUMBER.finditer(found["numbers"]))
        shift = start + found.start("numbers")
        for one in ones:
            first = start + found.start() if one is ones[0] else shift + one.start()
            last = start + found.end() if one is ones[-1] else shift + one.end()
            yield Named(narrow(one[0]), found["presenter"] or presenter, first, last)


def listed(line: Line) -> str | None:
    """The number of the material that a line of a list of materials names."""
    found = _LISTED.match(line.text)
    return narrow(found["number"]) if found else None
