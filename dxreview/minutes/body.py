"""The body: sections, and the units of review that stand in them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from dxreview.minutes.blocks import Block
from dxreview.minutes.headings import BODY
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import MARKS, is_stage, is_time_note, turn
from dxreview.minutes.speakers import Speaker
from dxreview.minutes.words import either
from dxreview.text import is_spaced, join, unspace

_BRACKETED = re.compile(r"[【（(<＜〈［\[〔](?P<label>[^】）)>＞〉］\]〕]{1,40})[】）)>＞〉］\]〕]")
_EXPLAINS = re.compile(either("body.explains"))
_ANSWERS = frozenset("→⇒")


@dataclass(slots=True)
class Unit:
    """A unit of review while it is put together: its pieces are (start, end, text)."""

    kind: str
    section: str | None
    speaker: Speaker | None = None
    start: int = 0
    reply_to: "Unit | None" = None
    pieces: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        whole = ""
        for _, _, piece in self.pieces:
            whole = join(whole, unspace(piece) if is_spaced(piece) else piece)
        return whole


@dataclass(slots=True)
class Body:
    units: list[Unit] = field(default_factory=list)
    claims: list[tuple[int, int, str]] = field(default_factory=list)


def body(blocks: Iterable[Block]) -> Body:
    out = Body()
    section: str | None = None
    for block in blocks:
        if block.kind != BODY:
            continue
        if block.heading is not None:
            section = block.heading.label
        _section(out, block.lines, section)
    return out


def _section(out: Body, lines: Iterable[Line], section: str | None) -> None:
    unit: Unit | None = None
    for line in lines:
        text = line.text
        if is_stage(text) or is_time_note(text):
            out.claims.append((line.start, line.end, "note"))
            continue
        who = turn(text)
        if who is not None:
            unit = Unit("speech", section, who, line.start)
            out.units.append(unit)
            _words(unit, line, 0 if who.words is None else who.words, out, text)
        elif text[0] in MARKS and text[0] not in "・•※":
            unit = Unit("answer" if text[0] in _ANSWERS else "opinion", section, None, line.start)
            out.units.append(unit)
            rest = text[1:].lstrip()
            unit.pieces.append((line.end - len(rest), line.end, rest))
        elif (found := _BRACKETED.fullmatch(text)) and (
            unit is None or line.gap or text[0] != "（"
        ):
            label = found["label"]
            if _EXPLAINS.search(label) and text[0] == "【":
                unit = Unit(
                    "explanation",
                    section,
                    Speaker(None, _EXPLAINS.split(label)[0] or None, "【】", True, None),
                    line.start,
                )
                out.units.append(unit)
            else:
                section, unit = label, None
                out.claims.append((line.start, line.end, "heading"))
        elif unit is not None:
            unit.pieces.append((line.start, line.end, text))
        else:
            unit = Unit("explanation", section, None, line.start)
            out.units.append(unit)
            unit.pieces.append((line.start, line.end, text))


def _words(unit: Unit, line: Line, at: int, out: Body, text: str) -> None:
    rest = text[1:].lstrip()
    words = rest[at:] if at else ""
    if words:
        unit.pieces.append((line.end - len(words), line.end, words))
