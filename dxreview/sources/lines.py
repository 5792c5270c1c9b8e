"""Builds a source text line by line, with its pages and what the format marks in place."""

from dxreview.records import Span
from dxreview.sources import Extract


class Lines:
    """Text that grows by pieces; a break between pieces is held back until the next piece.

    So a paragraph that opens a table cell does not leave its row, and no blank line is made that
    nobody wrote. ``what`` a piece is ("" for words; furniture, heading or note) has lines of its
    own; a line that opens in a table is a row, or where its row goes on a cell.
    """

    def __init__(self) -> None:
        self._done: list[str] = []
        self._line: list[str] = []
        self._length = 0
        self._break = ""
        self._what = ""
        self._is_new = False  # a row that holds no line as yet
        self._part = ""
        self._readings: list[str] = []
        self._marked: list[Span] = []
        self._pages = [0]
        self._rows: list[int] = []  # Of each open row: how much was written when it opened,
        self._cells: list[int] = []  # and when its cell did.
        self._written = 0

    def opens_line(self, what: str) -> bool:
        """Whether the next piece opens a line, or a cell."""
        return not self._line or bool(self._break) or what != self._what

    def write(self, piece: str, what: str = "") -> None:
        """``piece`` as written; it holds no line break."""
        if self._line and what != self._what:
            self._break = "\n"
        self._settle()
        if not self._line:
            self._what = what
            self._part = ("row" if self._is_new else "cell") if self._cells else ""
            self._is_new = False
        self._line.append(piece)
        self._written += 1

    def verbatim(self, text: str, what: str = "") -> None:
        """``text`` with the line breaks it holds."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self.newline()
            if line:
                self.write(line, what)

    def reading(self, piece: str) -> None:
        """Furigana: a furniture line of its own below the line it belongs to."""
        self._readings.append(piece.strip())

    def end(self) -> None:
        """A block opens or ends: what follows has a line of its own, but for the first in a table
        cell."""
        if self._line and not (self._cells and self._cells[-1] == self._written):
            self._break = "\n"

    def newline(self) -> None:
        """A line break that somebody wrote: twice makes a blank line."""
        self._settle()
        self._flush()

    def blank(self) -> None:
        """A paragraph without words: a blank line, but in a cell."""
        if not self._cells and (self._line or self._done):
            self.newline()

    def open_row(self) -> None:
        """A table row opens: its cells share a line, with a tab between them."""
        self.end()
        self._is_new = True
        self._rows.append(self._written)
        self._cells.append(self._written)

    def open_cell(self) -> None:
        if self._rows:
            if self._rows[-1] != self._written and self._line:
                self._break = "\t"
            self._cells[-1] = self._written

    def close_row(self) -> None:
        if self._rows:
            self._rows.pop()
            self._cells.pop()
        self.end()

    def page(self) -> None:
        """A page ends here."""
        self._rest()
        if self._length > self._pages[-1]:
            self._pages.append(self._length)

    def extract(self) -> Extract:
        self._rest()
        pages = tuple(at for at in self._pages if at < self._length)
        return Extract("".join(self._done), pages or (0,), tuple(self._marked))

    def _rest(self) -> None:
        self._break = ""
        if self._line or self._readings:
            self._flush()

    def _settle(self) -> None:
        held, self._break = self._break, ""
        if held == "\n":
            self._flush()
        elif held:
            self._line.append(held)

    def _flush(self) -> None:
        self._append("".join(self._line).rstrip(" \t"), self._what or self._part)
        self._line, self._what = [], ""
        if self._readings:
            self._append(" ".join(self._readings), "furniture")
            self._readings = []

    def _append(self, line: str, what: str) -> None:
        if what and line.strip():
            self._marked.append(Span(self._length, self._length + len(line), what))
        self._done.append(line + "\n")
        self._length += len(line) + 1
