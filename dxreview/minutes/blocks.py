"""Lines → blocks: each heading opens one, and what stands below belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dxreview.minutes import headings as part
from dxreview.minutes.evidence import Evidence, Opening
from dxreview.minutes.headings import Heading, Numbered, heading, is_group, numbered
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import MARKS, is_stage, is_time_note
from dxreview.minutes.words import pattern

HEAD = "head"
_PROSE = pattern("prose")
ENDED = "。」）)〕】？?．.！!』”"


@dataclass(slots=True)
class Block:
    """A heading (None for what no heading opened) and the lines below it; ``openings`` gives the
    units that lines of a body open, by offset."""

    kind: str
    line: Line | None = None
    heading: Heading | None = None
    lines: list[Line] = field(default_factory=list)
    openings: dict[int, Opening] = field(default_factory=dict)

    @property
    def label(self) -> str | None:
        return self.heading.label if self.heading else None

    def valued(self) -> list[Line]:
        """The lines below, the rest of the heading's own line before them."""
        line, opened = self.line, self.heading
        if line is None or opened is None or opened.value is None:
            return self.lines
        text, start = line.text[opened.value :], line.at(opened.value)
        raw = text if line.raw is line.text else line.raw[start - line.start :]
        first = Line(start, line.end, text, raw, line.gap, line.indent + opened.value)
        return [first, *self.lines]


def blocks(lines: Sequence[Line], found: Evidence) -> list[Block]:
    """Cut the lines at headings, and where the first speaker takes the floor."""
    out = [Block(HEAD)]
    number: Numbered | None = None
    for at, line in enumerate(lines):
        block, opening = out[-1], found.openings.get(at)
        if opening is not None and (block.kind == part.BODY or _starts(lines, at, found)):
            if block.kind != part.BODY:
                out.append(_body(block, line, lines[0]))
                number = number if out[-1].line is None else numbered(out[-1].line.text)
            out[-1].openings[line.start] = opening
        elif block.kind != part.BODY or not block.lines or _is_short(line.text):
            opened = _opened(line, block, at in found.headings, number)
            if opened is not None and not _item(opened, block, lines, at + 1, found):
                number = numbered(line.text) or number
                out.append(Block(opened.kind, line, opened))
                continue
        if opening is None and block.kind == part.AGENDA and line.text[-1] == "。":
            out.append(_body(block, line, lines[0]))
            number = number if out[-1].line is None else numbered(out[-1].line.text)
        elif opening is None and block.kind == part.ROSTER and _is_prose(line.text):
            out.append(_body(block, line, lines[0]))
        elif opening is None and _apart(line, block):
            out.append(Block(HEAD))
        out[-1].lines.append(line)
    return out


def _is_prose(text: str) -> bool:
    """Whether a line below a roster is a sentence, with which no roster goes on."""
    return _PROSE.search(text) is not None and text[0] not in "（(※＊*注・"


def _body(above: Block, line: Line, title: Line) -> Block:
    """The body that begins with a line; the numbered line right above it is its section, where it
    stood last in a list of items, or what the format itself marks as a heading below the title."""
    last = above.lines[-1] if above.lines else None
    if last and last.kind == "heading" and last is not title:
        above.lines.pop()
        return Block(part.BODY, last, Heading(part.BODY, last.text))
    last = last if above.kind == part.AGENDA else None
    item = numbered(last.text) if last and line.gap <= last.gap else None
    if last is None or item is None:
        return Block(part.BODY)
    above.lines.pop()
    return Block(
        part.BODY, last, Heading(part.BODY, last.text[item.end :], dress=last.text[: item.end])
    )


def _starts(lines: Sequence[Line], at: int, found: Evidence) -> bool:
    """Whether an opening outside of a body begins one: a speaker does, and a sentence."""
    if found.openings[at].speaker is not None:
        return True
    for below in range(at, min(at + 4, len(lines))):
        text = lines[below].text
        if below > at and (below in found.openings or heading(text)):
            return False
        if "。" in text or text[-1] in "?？":
            return True
    return False


def _item(
    opened: Heading, block: Block, lines: Sequence[Line], after: int, found: Evidence
) -> bool:
    """Whether a bare 意見交換 below 議題 is one of the items: nothing is said right after it."""
    if block.kind != part.AGENDA or opened.kind != part.BODY or opened.dress:
        return False
    text = lines[after].text if after < len(lines) else ""
    return after not in found.openings and "。" not in text and text[:1] not in set("（(【＜〔")


def _opened(line: Line, block: Block, marked: bool, last: Numbered | None) -> Heading | None:
    """The heading that a line is in its place, or None."""
    text = line.text
    if marked:
        return Heading(part.NOTE, text[1:].strip(), dress=text[0])
    opened, item = heading(text), numbered(text)
    if opened is not None and is_stage(text):
        return None
    dressed = text[0] in MARKS or item is not None
    bare = block.kind not in (part.BODY, part.ROSTER)
    if opened is None and block.kind != part.BODY and len(text) < 24 and (dressed or bare):
        label = "".join(text[item.end if item else text[0] in MARKS :].split())
        opened = Heading(part.ROSTER, label, dress=text[0]) if is_group(label) else None
    if item is not None and block.kind == part.AGENDA and _goes_on(block, item):
        return None
    if item is not None and block.kind == part.BODY and opened and opened.kind == part.AGENDA:
        return None
    if opened is None:
        return _sibling(text, block, item, last)
    if len(text) > 60 and (
        opened.value is None or opened.kind == part.BODY or "。" in text[opened.value :]
    ):
        return None
    if block.kind == part.MATERIALS and "名簿" in opened.label and not opened.dress:
        return None
    valued = not opened.dress and opened.value is not None
    if block.kind == part.ROSTER and valued and opened.kind in (part.NOTE, part.BODY):
        return None
    return opened if block.kind != part.BODY or _fits_body(opened, line, block) else None


def _fits_body(opened: Heading, line: Line, block: Block) -> bool:
    """Inside the body a heading must look like one: speech has such words too."""
    if not block.lines or opened.dress[:1] in MARKS:
        return True
    if not block.openings and opened.kind != part.BODY and not _says(block):
        return True
    if block.openings and block.lines[-1].text[-1] not in ENDED:
        return False
    if opened.kind == part.BODY:
        return opened.value is None and (bool(opened.dress) or not line.indent)
    talk = any(opening.speaker for opening in block.openings.values())
    return not talk and (bool(opened.dress) or opened.value is None)


def _is_short(text: str) -> bool:
    """Whether a line of the body may be a heading at all."""
    return len(text) <= 60 and text[-1] != "。"


def _says(block: Block) -> bool:
    """Whether a sentence stands in a block."""
    return any("。" in line.text for line in block.lines)


def _goes_on(block: Block, item: Numbered) -> bool:
    """Whether a numbered line below an agenda heading is an item of it, not the next heading."""
    above = numbered(block.line.text) if block.line else None
    return above is None or above.shape != item.shape or above.value + 1 != item.value


def _is_next(block: Block, item: Numbered) -> bool:
    """Whether a numbered line of a roster goes on with the numbers of the people above it."""
    above = numbered(block.lines[-1].text) if block.kind == part.ROSTER and block.lines else None
    return above is not None and (above.shape, above.value + 1) == (item.shape, item.value)


def _sibling(
    text: str, block: Block, item: Numbered | None, last: Numbered | None
) -> Heading | None:
    """A heading by its number alone: the next one of the shape of the last heading."""
    if not item or not last or (item.shape, item.value) != (last.shape, last.value + 1):
        return None
    if len(text) > 40 or "。" in text or _is_next(block, item):
        return None
    kind = part.BODY if block.kind == part.BODY else part.NOTE
    return Heading(kind, text[item.end :].strip(), dress=text[: item.end])


def _apart(line: Line, block: Block) -> bool:
    """Whether a line that opens nothing does not belong below the last heading either."""
    opened = block.heading
    if opened is None or block.line is None or block.kind == part.BODY:
        return False
    if block.kind not in (part.DATE, part.VENUE, part.NOTE):
        return is_time_note(line.text)
    if block.kind == part.NOTE and opened.value is None:
        return line.ruled
    return line.indent <= block.line.indent and (opened.value is not None or bool(block.lines))
