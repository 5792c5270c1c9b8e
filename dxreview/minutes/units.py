"""Units of review while they are put together, and what they are to each other: answers belong to
questions, and sections to their topics."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from msgspec import Struct

from dxreview.minutes.evidence import Opening
from dxreview.minutes.headings import is_known, numbered
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import BULLETS, HEADS
from dxreview.minutes.speakers import Speaker
from dxreview.minutes.words import pattern
from dxreview.text import join

_ASKS, _VOICES, _FOLLOWING, _BRACKETED = map(pattern, ("asks", "voices", "following", "bracketed"))
_REPORTED, _RESOLVED = map(pattern, ("reported", "resolved"))
_SAID = re.compile("[とか旨]の(?:質問|意見|要望|指摘|発言|提案)が")
ITEM = re.compile("(?:について(?:の報告|の説明)?|の件|の概要)$")
LIST_MARKS, _ITEM_HEADS = "•‣・※ \u3000", f"{HEADS}-"
Head = tuple[int, Line | None, str | None]  # where a section begins, its heading, the label


class Unit(Struct, eq=False, gc=False):
    """A unit of review while it is put together: its pieces are (start, end, own words), its ``id``
    comes last."""

    kind: str
    section: str | None
    speaker: Speaker | None
    start: int
    end: int
    pieces: list[tuple[int, int, str]]
    opening: Opening | None = None
    reply_to: "Unit | None" = None
    id: str | None = None

    def add(self, line: Line) -> None:
        """Go on with the words of a line."""
        self.pieces.append((line.start, line.end, line.text))
        self.end = line.end

    def awaits(self) -> bool:
        """Whether it has no words so far."""
        return len(self.pieces) == 1 and not self.pieces[0][2]

    @property
    def text(self) -> str:
        """Its own words, line wraps undone."""
        text = join([words for _, _, words in self.pieces]).lstrip(LIST_MARKS)
        marked = (
            not self.pieces[0][2] and text[:1] in _ITEM_HEADS and text[1:2] not in (text[:1], "")
        )
        marked = marked and (text[0] != "-" or text[1].isspace())
        return text[1:].lstrip() if marked else text


def link_answers(units: Sequence[Unit]) -> None:
    """Answers point to the last question or opinion; what stands in 質疑 or is answered asks."""
    asked: Unit | None = None
    answered: set[int] = set()
    for unit in units:
        if unit.kind == "answer":
            unit.reply_to = unit.reply_to or asked
            answered.add(id(asked))
            if asked is None and not (unit.opening and unit.opening.sure):
                unit.kind = "speech" if unit.speaker else "opinion"
        elif unit.kind != "explanation":
            asked = unit
    for unit in units:
        if unit.kind == "opinion" and unit.opening and not unit.opening.sure:
            unit.kind = "question" if _asks(unit, id(unit) in answered) else "opinion"
            told = _REPORTED.search(unit.text) or _RESOLVED.search(unit.text)
            if told and not (_VOICES.search(unit.section or "") or _SAID.search(unit.text)):
                unit.kind = "explanation"


def items(units: Sequence[Unit]) -> list[Unit]:
    """Units that are items of a programme, not opinions: a bullet opens them, no sentence stands in
    them and no heading announces them, but others behind that bullet are announced sentences."""
    loose = (unit for unit in units if unit.speaker is None and unit.opening)
    every = ((unit, unit.opening.mark) for unit in loose if unit.opening)
    bullets = [(unit, mark) for unit, mark in every if mark and mark in BULLETS]
    announced = {id(unit) for unit, _ in bullets if _VOICES.search(unit.section or "")}
    said = {mark for unit, mark in bullets if id(unit) in announced and "。" in unit.text}
    others = (unit for unit, mark in bullets if mark in said and id(unit) not in announced)
    return [unit for unit in others if unit.kind == "opinion" and "。" not in unit.text]


def name_topics(units: Sequence[Unit], heads: Sequence[Head]) -> None:
    """A heading that only says that opinions follow (（主な意見）) names no section of its own
    where one above it says what they are about, and it stands below that one, not beside it."""
    topic: Line | None = None
    about: str | None = None
    shown: list[str | None] = []
    for _, line, label in heads:
        if topic and line and label and _FOLLOWING.fullmatch(label) and _is_below(line, topic):
            shown.append(about)
            continue
        topic, about = (None, None) if label is None or is_known(label) else (line, label)
        shown.append(label)
    starts = [start for start, _, _ in heads]
    for unit in units if shown != [label for _, _, label in heads] else ():
        at = bisect_right(starts, unit.start) - 1
        if at >= 0 and heads[at][2] == unit.section:
            unit.section = shown[at]


def _is_below(line: Line, topic: Line) -> bool:
    """Whether a heading belongs to the one above it: it has no number, and other dress."""
    if numbered(line.text) or line.indent < topic.indent:
        return False
    if numbered(topic.text) or ITEM.search(topic.text):
        return True
    dresses = [one.text[0] if _BRACKETED.match(one.text) else "" for one in (line, topic)]
    return dresses[0] != dresses[1]


def _asks(unit: Unit, answered: bool) -> bool:
    label = unit.section or ""
    asking = unit.text.endswith(("か。", "か？", "か", "？", "?"))
    if "要望" in label or not _ASKS.search(label):
        return answered and asking
    return asking or "意見" not in label
