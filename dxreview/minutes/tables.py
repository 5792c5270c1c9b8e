"""Tables of opinions: a head row names what stands in each column (意見の内容, 事務局の回答)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dxreview.minutes.lines import Line
from dxreview.minutes.words import table

SAID, ANSWER, WHO, TOPIC = "said", "answer", "who", "topic"
_SHAPES, _CELL = table("columns"), re.compile(r"(?:^|[\t|])[ \u3000]*(?P<text>[^\t|]*)")


class Piece(NamedTuple):
    """Words of one cell: where they stand, and whether they begin it."""

    column: str
    text: str
    start: int
    end: int
    begins: bool


class Table:
    """Goes through the rows below a head row; ``at`` is the column of the last words."""

    def __init__(self, columns: list[str], label: str) -> None:
        self.columns, self.label, self.at = columns, label, len(columns)
        self.keeps_who = False  # The cell that says who speaks reaches down, or has more lines.

    def row(self, line: Line) -> Iterator[Piece]:
        """The words of a line of the table: a new row, or more of a cell that has several lines; a
        format says which, else the number of cells that are left does."""
        above = line.indent if line.kind == "row" else 0  # cells that reach down into this row
        start = line.start - above
        cells = list(_CELL.finditer("\t" * above + line.raw))
        fits = len(cells) <= len(self.columns) - self.at
        goes_on = line.kind == "cell" or (line.kind != "row" and fits)
        self.at = self.at - 1 if goes_on else -1
        self.keeps_who = goes_on
        for number, cell in enumerate(cells):
            self.at = min(self.at + 1, len(self.columns) - 1)
            text = cell["text"].strip()
            self.keeps_who |= self.columns[self.at] == WHO and not text and line.kind == "row"
            if self.columns[self.at] == WHO and (len(text) > 16 or "。" in text):
                self.at += 1  # nobody's name: a format leaves out empty cells
            place = start + cell.start("text"), start + cell.end("text")
            if text:
                yield Piece(self.columns[self.at], text, *place, number > 0 or not goes_on)


def head_row(line: Line) -> Table | None:
    """The table that a line is the head row of: it names what was said, and what was answered or
    more; None for any other line."""
    if len(line.raw) > 80:
        return None
    cells = ["".join(cell["text"].split()) for cell in _CELL.finditer(line.raw)]
    kinds = [next((kind for kind, shape in _SHAPES if shape.fullmatch(cell)), "") for cell in cells]
    if SAID not in kinds or (ANSWER not in kinds and len(cells) < 3):
        return None
    return Table(kinds, cells[kinds.index(SAID)])
