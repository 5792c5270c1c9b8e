"""The body: sections, and the units of review that stand in them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dxreview.minutes.blocks import Block
from dxreview.minutes.evidence import Opening
from dxreview.minutes.headings import BODY
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import is_closing, is_stage, is_time_note
from dxreview.minutes.numbering import numbered
from dxreview.minutes.speakers import Speaker
from dxreview.minutes.words import either
from dxreview.text import is_spaced, join, unspace

_BRACKETED = re.compile(r"[【（(<＜〈［\[〔](?P<label>[^】）)>＞〉］\]〕]{1,40})[】）)>＞〉］\]〕]")
_EXPLAINS = re.compile(either("body.explains"))
_ASKS = re.compile(either("body.asks"))
_VOICES = re.compile(either("body.voices"))
_AFTER_NAME = re.compile(r"〔[^〔〕]{1,24}〕\s*")
_ENDED = "。」）)〕】？?．.！!』”"


@dataclass(slots=True, eq=False)
class Unit:
    """A unit of review while it is put together: its pieces are (start, end, text)."""

    kind: str
    section: str | None
    speaker: Speaker | None
    start: int
    end: int
    mark: str = ""
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
    """Units in order, and what the other lines were taken for (start, end, what)."""

    units: list[Unit] = field(default_factory=list)
    claims: list[tuple[int, int, str]] = field(default_factory=list)
    empty: list[Block] = field(default_factory=list)


def body(blocks: Iterable[Block]) -> Body:
    """The units of all body blocks, answers pointing to what they answer."""
    out = Body()
    for block in blocks:
        if block.kind == BODY:
            before = len(out.units)
            _Section(out, block).read()
            if block.heading and _VOICES.search(block.heading.label) and len(out.units) == before:
                out.empty.append(block)
    _answers(out.units)
    return out


class _Section:
    """One block of the body, read line by line; ``unit`` is the unit that is open."""

    def __init__(self, out: Body, block: Block) -> None:
        self.out = out
        self.block = block
        self.section = block.heading.label if block.heading else None
        self.unit: Unit | None = None
        self.closed = False
        self.talk = any(opening.speaker for opening in block.openings.values())
        self.flush = bool(block.lines) and sum(line.indent == 0 for line in block.lines) * 3 < len(
            block.lines
        )

    def read(self) -> None:
        lines = self.block.lines
        for at, line in enumerate(lines):
            opening = self.block.openings.get(line.start)
            following = lines[at + 1] if at + 1 < len(lines) else None
            if opening is not None:
                self._open(line, opening)
            elif is_time_note(line.plain) or is_stage(line.text) or self._is_aside(line):
                self._claim(line, "note")
                self.closed = self.closed or is_closing(line.plain)
            elif self._is_heading(line, following):
                self.section, self.unit = _bare(line.plain), None
                self._claim(line, "heading")
            else:
                self._words(line, lines[at + 1 : at + 4])

    def _claim(self, line: Line, what: str) -> None:
        self.out.claims.append((line.start, line.end, what))

    def _open(self, line: Line, opening: Opening) -> None:
        self.closed = False
        kind = opening.kind
        self.unit = Unit(kind, self.section, opening.speaker, line.start, line.end, opening.mark)
        self.out.units.append(self.unit)
        if opening.words is None:
            self.unit.pieces.append((line.start, line.end, ""))
            return
        words = line.text[opening.words :]
        if opening.speaker and (aside := _AFTER_NAME.match(words)):
            words = words[aside.end() :]
        self.unit.pieces.append((line.start, line.end, words))

    def _is_aside(self, line: Line) -> bool:
        return self.talk and line.text[0] == "〔" and line.text[-1] == "〕"

    def _ended(self) -> bool:
        return self.unit is None or not self.unit.text or self.unit.pieces[-1][2][-1:] in _ENDED

    def _is_heading(self, line: Line, following: Line | None) -> bool:
        """A line in brackets, a numbered line, or a short one set out, right before a unit."""
        text = line.plain
        if len(text) > 42 or "。" in text or not self._ended():
            return False
        opens = following is None or following.start in self.block.openings
        if found := _BRACKETED.fullmatch(text):
            if _EXPLAINS.search(found["label"]) and text[0] == "【":
                return False
            return self.unit is None or not self.talk
        if numbered(text):
            return (opens and following is not None) or self.unit is None
        return self.talk and opens and following is not None and self.flush and not line.indent

    def _words(self, line: Line, below: Sequence[Line]) -> None:
        found = _BRACKETED.fullmatch(line.plain)
        if found and _EXPLAINS.search(found["label"]) and line.text[0] == "【":
            who = _EXPLAINS.split(found["label"])[0].removesuffix("から").removesuffix("の")
            speaker = Speaker(None, who or None, "【】", None)
            self._start("explanation", line, speaker, "")
        elif self.closed:
            self._claim(line, "note")
        elif self._is_answer(line):
            self._start("answer", line, None, line.text)
        elif self.unit is not None:
            self.unit.pieces.append((line.start, line.end, line.text))
            self.unit.end = line.end
        else:
            self._unmarked(line, below)

    def _start(self, kind: str, line: Line, speaker: Speaker | None, words: str) -> None:
        self.unit = Unit(kind, self.section, speaker, line.start, line.end)
        self.unit.pieces.append((line.start, line.end, words))
        self.out.units.append(self.unit)

    def _is_answer(self, line: Line) -> bool:
        """An unmarked paragraph, set in, right below a complete question (○…か。)."""
        if self.unit is None or self.talk or not line.indent or not self._ended():
            return False
        asked = self.unit.kind in ("opinion", "question") and self.unit.mark != ""
        return (
            asked
            and bool(_ASKS.search(self.section or ""))
            and self.unit.text[-2:] in ("か。", "か？")
        )

    def _unmarked(self, line: Line, below: Sequence[Line]) -> None:
        """A paragraph that no mark opens: an explanation, an opinion, or not understood."""
        paragraph = line.plain
        for wrapped in below:
            if paragraph[-1] in _ENDED or wrapped.start in self.block.openings:
                break
            paragraph += wrapped.plain
        if _EXPLAINS.search(paragraph):
            self._start("explanation", line, None, line.text)
        elif _VOICES.search(self.section or "") and "。" in paragraph:
            self._start("opinion", line, None, line.text)
        else:
            self._claim(line, "unparsed")


def _bare(text: str) -> str:
    found = _BRACKETED.fullmatch(text)
    if found:
        return found["label"].strip()
    item = numbered(text)
    return text[item.end :].strip() if item else text.strip()


def _answers(units: list[Unit]) -> None:
    """Answers point to the last question or opinion; what stands in 質疑 or is answered asks."""
    asked: Unit | None = None
    for unit in units:
        if unit.kind == "answer":
            unit.reply_to = asked
            if asked is None:
                unit.kind = "speech" if unit.speaker else "opinion"
        elif unit.kind in ("question", "opinion"):
            asked = unit
    answered = {id(unit.reply_to) for unit in units if unit.reply_to}
    for unit in units:
        if unit.kind == "opinion" and unit.mark and _asks(unit, id(unit) in answered):
            unit.kind = "question"


def _asks(unit: Unit, answered: bool) -> bool:
    label = unit.section or ""
    interrogative = unit.text.endswith(("か。", "か？", "か", "？", "?"))
    if "要望" in label or not _ASKS.search(label):
        return answered and interrogative
    return interrogative or "意見" not in label
