"""Tables of a PDF page: which ruled cell each character stands in, and the cells row by row."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from pypdfium2 import PdfiumError, PdfObject, raw

from dxreview.records import Span
from dxreview.sources import Extract, unix_lines
from dxreview.sources.lines import Lines

Cell = tuple[int, int]  # Where its upper left corner is: minus how high on the page, how far right.
Line = tuple[float, float, float]  # where it is drawn, from and to
_NEAR = 3  # Points: lines that meet stand no further apart.
_DRAWING = 2_000  # As many upright lines are no table.
_PADDING = 8  # Points: what is kept free beside the words of a cell, at most.


def tabled(page: Any, layer: Any, text: Sequence[str]) -> tuple[str, list[Span]]:
    """The letters of a page as its text, each row of its ruled tables on a line of its own with a
    tab between cells; and which lines are rows, or more of a cell. Blanks apart, no character
    changes."""
    placed, done, marked = list(map(_Placed, text)), "", list[Span]()
    with suppress(PdfiumError, ValueError, OverflowError):  # What is drawn nowhere is no table.
        placed = _placed(page, layer, text)
    for is_plain, run in groupby(placed, lambda each: each.cell is None):
        if is_plain:
            done += unix_lines("".join(each.char for each in run))
            continue
        if done and not done.endswith("\n"):
            done += "\n"
        table, first = _written(run), len(done)
        marked += (Span(first + start, first + end, what) for start, end, what in table.marked)
        done += table.text
    return done.removesuffix("\n"), marked


class _Placed(NamedTuple):
    """A character, its cell, and whether it goes on in the next line: no other has room there."""

    char: str
    cell: Cell | None = None
    is_last: bool = False


def _placed(page: Any, layer: Any, text: Sequence[str]) -> list[_Placed]:
    """The characters; those with a cell where others stand beside it in a row. A blank goes with
    what is before it."""
    upright, level = _rules(page)
    if not 2 < len(upright) < _DRAWING or len(text) != layer.count_chars():
        return list(map(_Placed, text))

    @cache
    def sides(y: int) -> list[float]:
        return sorted(x for x, bottom, top in upright if bottom <= y <= top)

    @cache
    def corner(y: int, left: float, right: float) -> Cell | None:
        """Below the next line that goes from side to side; an underline does not."""
        above = [at for at, first, last in level if at >= y and first <= left and right <= last]
        return (-round(min(above)), round(left)) if above else None

    found, cell, is_last = list[_Placed](), None, False
    for index, char in enumerate(text):
        if not char.isspace():
            left, bottom, right, top = layer.get_charbox(index, loose=True)
            y = round((bottom + top) / 2)
            at = bisect_right(sides(y), (left + right) / 2)
            inside = sides(y)[at - 1 : at + 1] if at else []
            cell = corner(y, *inside) if len(inside) == 2 else None
            room = inside[-1] - right if cell else 0
            is_last = not char.isascii() and room < right - left + _PADDING
        found.append(_Placed(char, cell, is_last))
    beside = Counter(cell[0] for cell in {each.cell for each in found} if cell)
    return [
        each if each.cell and beside[each.cell[0]] > 1 else _Placed(each.char) for each in found
    ]


def _rules(page: Any) -> tuple[list[Line], list[Line]]:
    """Upright and level lines: where, from and to. A line may be drawn as a narrow box, or in
    pieces; of any other box the sides are lines."""
    upright, level = list[Line](), list[Line]()
    for number in range(raw.FPDFPage_CountObjects(page)):
        drawn = raw.FPDFPage_GetObject(page, number)
        if raw.FPDFPageObj_GetType(drawn) == raw.FPDF_PAGEOBJ_PATH:
            left, bottom, right, top = PdfObject(drawn, page=page).get_bounds()
            if top - bottom > _NEAR:
                upright += ((x, bottom, top) for x in (left, right))
            level += ((y, left - _NEAR, right + _NEAR) for y in (bottom, top))
    whole = list[Line]()
    for y, first, end in sorted(level, key=lambda each: (round(each[0]), each[1])):
        if whole and abs(whole[-1][0] - y) < 1 and first <= whole[-1][2]:
            first, end = whole[-1][1], max(end, whole.pop()[2])
        whole.append((y, first, end))
    return upright, whole


def _written(run: Iterator[_Placed]) -> Extract:
    """The rows of a table, in order; a cell without words, or reached into from above, is empty.
    A line that leaves no room goes on in the next one."""
    words = defaultdict[Cell, list[str]](list)
    full, last, breaks = dict[Cell, bool](), None, False
    for char, cell, is_last in run:
        if cell is None or char in "\r\n":
            breaks = True
            continue
        held, is_next = words[cell], breaks or cell != last
        if not held or (is_next and not full[cell]):
            held.append("")
        held[-1] = held[-1].rstrip() + char if is_next else held[-1] + char
        full[cell], last, breaks = is_last, cell, False
    lines = Lines()
    for top, lefts in _rows(words):
        lines.open_row()
        for left in lefts:
            lines.open_cell()
            lines.write("")
            lines.verbatim("\n".join(map(str.strip, words[top, left])))
        lines.close_row()
    return lines.extract()


def _rows(cells: Iterable[Cell]) -> list[tuple[int, list[int]]]:
    """The rows of tables one below the other: where each is, and where the columns of its table
    begin. A row that fits no column of the one above, nor the other way round, is another's."""
    rows = defaultdict[int, set[int]](set)
    for top, left in cells:
        rows[top].add(left)
    found, columns = list[tuple[int, set[int]]](), set[int]()
    for top, lefts in sorted(rows.items()):
        if not (lefts <= columns or columns <= lefts):
            columns = set()
        columns |= lefts
        found.append((top, columns))
    return [(top, sorted(held)) for top, held in found]
