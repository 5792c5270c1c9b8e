"""Builds a source text line by line, with its furniture, pages and notes in place."""

from dxreview.records import Span
from dxreview.sources import Extract, Note


class Lines:
    """Text that grows by pieces; breaks between pieces are held back until the next piece.

    So a paragraph that opens a table cell does not leave its row, and no blank line is made that
    nobody wrote. Furniture always has lines of its own.
    """

    def __init__(self) -> None:
        self._done: list[str] = []
        self._line: list[str] = []
        self._length = 0
        self._break = ""
        self._is_furniture = False
        self._readings: list[str] = []
        self._furniture: list[Span] = []
        self._pages = [0]
        self.notes: list[Note] = []

    @property
    def offset(self) -> int:
        """Where the next piece will stand, once held-back breaks are written."""
        return self._length + sum(map(len, self._line)) + len(self._break)

    def opens_line(self, *, furniture: bool = False) -> bool:
        """Whether the next piece opens a line, or a cell."""
        return not self._line or bool(self._break) or furniture != self._is_furniture

    def write(self, piece: str, *, furniture: bool = False) -> None:
        """``piece`` as written; it holds no line break."""
        if self._line and furniture != self._is_furniture:
            self._break = "\n"
        self._settle()
        self._is_furniture = furniture
        self._line.append(piece)

    def reading(self, piece: str) -> None:
        """Furigana: a furniture line of its own below the line it belongs to."""
        self._readings.append(piece)

    def end(self) -> None:
        """The line ends here, if anything stands on it."""
        if self._line:
            self._break = "\n"

    def cell(self) -> None:
        """The next piece is the next cell of the same line."""
        if self._line:
            self._break = "\t"

    def newline(self) -> None:
        """A line break that somebody wrote: twice makes a blank line."""
        self._settle()
        self._flush()

    def page(self) -> None:
        """A page ends here."""
        self._break = ""
        if self._line:
            self._flush()
        if self._length > self._pages[-1]:
            self._pages.append(self._length)

    def extract(self) -> Extract:
        self._break = ""
        if self._line:
            self._flush()
        text = "".join(self._done)
        pages = self._pages if self._pages[-1] < len(text) else self._pages[:-1]
        return Extract(text, tuple(pages) or (0,), tuple(self._furniture), tuple(self.notes))

    def _settle(self) -> None:
        held, self._break = self._break, ""
        if held == "\n":
            self._flush()
        elif held:
            self._line.append(held)

    def _flush(self) -> None:
        line = "".join(self._line).rstrip(" \t")
        self._append(line, self._is_furniture)
        self._line, self._is_furniture = [], False
        if self._readings:
            readings, self._readings = " ".join(self._readings), []
            self._append(readings, True)

    def _append(self, line: str, furniture: bool) -> None:
        if furniture and line.strip():
            self._furniture.append(Span(self._length, self._length + len(line), "furniture"))
        self._done.append(line + "\n")
        self._length += len(line) + 1
