"""Lines → blocks: each heading opens one, and what stands below belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dxreview.minutes.evidence import Evidence, Opening
from dxreview.minutes.headings import (
    AGENDA,
    BODY,
    DATE,
    MATERIALS,
    NOTE,
    ROSTER,
    VENUE,
    Heading,
    heading,
    is_group,
)
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import MARKS, is_time_note
from dxreview.minutes.numbering import Numbered, numbered

HEAD = "head"
_LISTS = (ROSTER, AGENDA, MATERIALS, BODY)


@dataclass(slots=True)
class Block:
    """A heading (None for what no heading opened) and the lines below it; ``openings`` gives the
    units that lines of a body open, by offset."""

    kind: str
    line: Line | None = None
    heading: Heading | None = None
    lines: list[Line] = field(default_factory=list)
    openings: dict[int, Opening] = field(default_factory=dict)


def blocks(lines: Sequence[Line], found: Evidence) -> list[Block]:
    """Cut the lines at headings, and where the first speaker takes the floor."""
    cutter = _Cutter(lines, found)
    for at in range(len(lines)):
        cutter.take(at)
    return cutter.out


class _Cutter:
    def __init__(self, lines: Sequence[Line], found: Evidence) -> None:
        self.lines = lines
        self.found = found
        self.out = [Block(HEAD)]
        self.number: Numbered | None = None

    def take(self, at: int) -> None:
        line = self.lines[at]
        opening = self.found.openings.get(at)
        if opening is not None and (self.out[-1].kind == BODY or self._starts(at, opening)):
            if self.out[-1].kind != BODY:
                self.out.append(Block(BODY))
            self.out[-1].openings[line.start] = opening
            self.out[-1].lines.append(line)
        elif opened := self._heading(at):
            self.number = numbered(line.plain) or self.number
            self.out.append(Block(opened.kind, line, opened))
        else:
            self._below(line)

    def _starts(self, at: int, opening: Opening) -> bool:
        """Whether an opening outside of a body begins one: a speaker does, and a sentence."""
        if opening.speaker is not None:
            return True
        for below in range(at, min(at + 4, len(self.lines))):
            text = self.lines[below].plain
            if below > at and (below in self.found.openings or heading(text)):
                return False
            if "。" in text or text[-1] in "?？":
                return True
        return False

    def _heading(self, at: int) -> Heading | None:
        line, block = self.lines[at], self.out[-1]
        text = line.plain
        if at in self.found.headings:
            return Heading(NOTE, text[1:].strip(), None, None, text[0])
        opened = heading(text)
        if opened is None and block.kind != BODY and text[0] in MARKS:
            label = "".join(text[1:].split())
            opened = Heading(ROSTER, label, None, None, text[0]) if is_group(label) else None
        if opened is None:
            return self._sibling(text, block)
        if block.kind == AGENDA and self._goes_on(block, text):
            return None
        if (
            block.kind == ROSTER
            and opened.kind in (NOTE, BODY)
            and "：" not in text
            and opened.value
        ):
            return None
        if block.kind == BODY and not self._fits_body(opened, line, block):
            return None
        return opened

    def _fits_body(self, opened: Heading, line: Line, block: Block) -> bool:
        """Inside the body a heading must look like one: speech has such words too."""
        if not block.lines or opened.dressed[:1] in MARKS:
            return True
        ended = block.lines[-1].text[-1] in "。」）)〕】？?．" or not block.openings
        if opened.kind == BODY:
            return opened.value is None and ended and (bool(opened.dressed) or not line.indent)
        talk = any(opening.speaker for opening in block.openings.values())
        return ended and not talk and (bool(opened.dressed) or opened.value is None)

    def _sibling(self, text: str, block: Block) -> Heading | None:
        """A heading by its number alone: the next one of the shape of the last heading."""
        last, item = self.number, numbered(text)
        if last is None or item is None or item.shape != last.shape or item.value != last.value + 1:
            return None
        if len(text) > 40 or "。" in text or (block.kind == AGENDA and self._goes_on(block, text)):
            return None
        self.number = item
        label = text[item.end :]
        return Heading(
            BODY if block.kind == BODY else NOTE, label.strip(), None, None, text[: item.end]
        )

    def _goes_on(self, block: Block, text: str) -> bool:
        """Whether a numbered line below an agenda heading is an item of it."""
        item = numbered(text)
        if item is None:
            return False
        above = numbered(block.line.plain) if block.line else None
        return above is None or above.shape != item.shape or above.value + 1 != item.value

    def _below(self, line: Line) -> None:
        """Put a line that opens nothing where it belongs: below the last heading, or by itself."""
        block = self.out[-1]
        opened = block.heading
        if block.kind in (DATE, VENUE, NOTE) and opened is not None and block.line is not None:
            deeper = line.indent > block.line.indent or (
                block.kind == NOTE and opened.value is None and not line.ruled
            )
            if not deeper and (opened.value is not None or block.lines):
                self.out.append(Block(HEAD))
        elif block.kind in (ROSTER, AGENDA, MATERIALS) and is_time_note(line.plain):
            self.out.append(Block(HEAD))
        self.out[-1].lines.append(line)
