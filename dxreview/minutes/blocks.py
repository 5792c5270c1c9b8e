"""Lines → blocks: each heading opens one, and what stands below belongs to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from dxreview.minutes.headings import AGENDA, BODY, Heading, heading
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import turn
from dxreview.minutes.numbering import numbered

HEAD = "head"


@dataclass(slots=True)
class Block:
    """A heading (None for the lines before the first one) and the lines below it."""

    kind: str
    line: Line | None = None
    heading: Heading | None = None
    lines: list[Line] = field(default_factory=list)


def blocks(found: Iterable[Line]) -> list[Block]:
    """Cut the lines at headings, and where the first speaker takes the floor."""
    out = [Block(HEAD)]
    for line in found:
        opened = _opened(out[-1], line)
        if opened is not None:
            out.append(Block(opened.kind, line, opened))
            continue
        if out[-1].kind != BODY and turn(line.text) is not None:
            out.append(Block(BODY))
        out[-1].lines.append(line)
    return out


def _opened(block: Block, line: Line) -> Heading | None:
    opened = heading(line.text)
    if opened is None or (block.kind == AGENDA and _goes_on(block, line)):
        return None
    return opened


def _goes_on(block: Block, line: Line) -> bool:
    """Whether a numbered line below an agenda heading is an item of it, not the next heading."""
    item = numbered(line.text)
    if item is None:
        return False
    above = numbered(block.line.text) if block.line else None
    return above is None or above.shape != item.shape or above.value + 1 != item.value
