"""The body: sections, and the units of review that stand in them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dxreview.minutes.blocks import ENDED, Block
from dxreview.minutes.evidence import Opening
from dxreview.minutes.headings import AGENDA, BODY, is_known, numbered
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import BULLETS, HEADS, is_closing, is_stage, is_time_note
from dxreview.minutes.meanings import legend
from dxreview.minutes.speakers import Speaker, split_who
from dxreview.minutes.tables import ANSWER, SAID, TOPIC, WHO, Table, head_row
from dxreview.minutes.units import ITEM, LIST_MARKS, Head, Unit, items, link_answers, name_topics
from dxreview.minutes.words import pattern, words

_BRACKETED, _AFTER_NAME, _NOTHING = map(pattern, ("bracketed", "after_name", "nothing"))
_ITEM_ALONE, _HAPPENED, _VOTE, _RESOLVED = map(
    pattern, ("item_alone", "happened", "vote", "resolved")
)
_LEAD_IN, _OVER, _REPORTING, _GREETING = map(pattern, ("lead_in", "over", "reporting", "greeting"))
_EXPLAINED, _REPORT, _TOLD = map(pattern, ("explained", "report", "told"))
_EXPLAINS, _ASKS, _VOICES = map(pattern, ("explains", "asks", "voices"))


_STEPS = words("steps")
_BY_WHOM = re.compile(rf"(?:から|より|にて)[^。]{{0,40}}{_EXPLAINS.pattern}", re.VERBOSE)
_EXPLAINS_LAST = re.compile(rf"(?:{_EXPLAINS.pattern})(?:[（(][^（）()]*[）)])?$", re.VERBOSE)
_STOPS, _DITTO = "。．.？?！!", ("〃", "同", "同上")


@dataclass(slots=True)
class Body:
    """Units in order, what the other lines were taken for (start, end, what), sections that
    announce opinions but hold none, the last number of each shape that headed a section, opinions
    by the number that they are listed with, the numbered lines of the agenda, and the headings of
    sections (a line of None: a section begins without one)."""

    units: list[Unit] = field(default_factory=list)
    claims: list[tuple[int, int, str]] = field(default_factory=list)
    empty: list[Block] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    items: dict[int, Unit] = field(default_factory=dict)
    titles: frozenset[str] = frozenset()
    heads: list[Head] = field(default_factory=list)


def body(blocks: Iterable[Block]) -> Body:
    """The units of all body blocks, answers pointing to what they answer."""
    blocks = list(blocks)
    listed = (line for block in blocks if block.kind == AGENDA for line in block.lines)
    out = Body(titles=frozenset(line.text for line in listed if numbered(line.text)))
    for block in blocks:
        if block.kind == BODY:
            before = len(out.units)
            _Section(out, block).read()
            nothing = block.lines and _NOTHING.fullmatch(block.lines[0].text)
            if _VOICES.search(block.label or "") and len(out.units) == before and not nothing:
                out.empty.append(block)
    silent = [unit for unit in out.units if not (unit.pieces[0][2] or unit.text)]
    for unit in (*silent, *items(out.units)):
        out.units.remove(unit)
        out.claims.append((unit.start, unit.end, "note"))
    link_answers(out.units)
    name_topics(out.units, out.heads)
    return out


class _Section:
    """One block of the body, read line by line; ``unit`` is the unit that is open."""

    def __init__(self, out: Body, block: Block) -> None:
        self.out, self.block, self.section = out, block, block.label
        # A heading may stand between a speaker and the words.
        self.unit = out.units[-1] if out.units and out.units[-1].awaits() else None
        self.closed = self.in_table = False
        self.indent = 0
        self.lead: Speaker | None = None
        # In a format that knows headings, each line is a whole paragraph.
        self.whole = block.line is not None and block.line.kind == "heading"
        if self.unit and self.section:
            self.unit.section = self.section
        self.table: Table | None = None
        self.who: str | None = None
        if block.line or block.lines:
            start = block.whole()[0].start
            out.heads.append((start, block.line, block.label))
        if block.line and (item := numbered(block.line.text)):
            out.numbers[item.shape] = item.value
        self.talk = any(opening.speaker for opening in block.openings.values())
        self.plain = _are_plain(block)

    def read(self) -> None:
        lines, openings, tabled = self.block.lines, self.block.openings, self.block.table
        for at, line in enumerate(lines):
            if tabled and self.table and self.in_table and line.kind not in ("row", "cell"):
                self.table = self.unit = None  # the format says that the table ends above
            if tabled and (table := head_row(line)):
                self.table, self.section = table, self.section or table.label
                self.out.claims.append((line.start, line.end, "heading"))
            elif tabled and self.table and line.celled:
                self._row(line, self.table)
            elif opening := openings.get(line.start):
                self._open(line, opening)
            elif len(line.text) > 120 and self.unit and not (line.gap or line.kind):
                self._words(line, ())
            elif line.gap and self._ended() and _leads_in(line.text):
                self.out.claims.append((line.start, line.end, "note"))
                self.unit = None
            elif line.kind == "heading" and line.text[-1] != "。":
                self._head(line)
            elif line.kind in ("row", "cell") and self.unit and not self.in_table:
                self.out.claims.append((line.start, line.end, "note"))
            elif len(line.text) <= 120 and self._reports(line, lines[at + 1 : at + 2]):
                self._start("explanation", line, None, _own(line.text))
            elif self.talk and "決" in line.text and self._ended() and _VOTE.fullmatch(line.text):
                self._start("explanation", line, None, line.text)
            elif self.unit and not self.closed and (len(line.text) > 60 or line.text[-1] == "。"):
                self._words(line, ())
            elif is_time_note(line.text) or is_stage(line.text) or self._is_aside(line.text):
                self.out.claims.append((line.start, line.end, "note"))
                self.closed = self.closed or is_closing(line.text)
            elif self._is_heading(line, lines[at + 1 : at + 4]):
                self._head(line)
            else:
                self._words(line, lines[at + 1 : at + 4])

    def _row(self, line: Line, table: Table) -> None:
        """Opinion and answer of a row; what else stands in it is a note beside them."""
        pieces, self.in_table = list(table.row(line)), line.kind in ("row", "cell")
        above, self.who = self.who, self.who if table.keeps_who else None
        told = [piece.column in (SAID, ANSWER) for piece in pieces]
        longest = max(pieces, key=lambda piece: len(piece.text), default=None)
        cells = line.raw.count("\t") + 1 + (line.indent if line.kind == "row" else 0)
        fewer = cells < len(table.columns) and not any(told)
        if longest and fewer and "。" in longest.text:  # its columns are not those of the head row
            pieces[pieces.index(longest)] = longest._replace(column=SAID)
        for piece in pieces:
            place = piece.start, piece.end
            if piece.column == TOPIC and piece.begins:
                self.section = piece.text
            unit, new = self.unit, piece.begins and not _NOTHING.fullmatch(piece.text)
            if piece.column == WHO and piece.begins:
                self.who = above if piece.text in _DITTO else piece.text
            if piece.column in (SAID, ANSWER) and new:
                kind, who = "answer", None
                if piece.column == SAID:
                    who = Speaker(*split_who(self.who), "", None) if self.who else None
                    kind = "question" if _ASKS.search(table.label) else "opinion"
                self.unit = Unit(kind, self.section, who, *place, [(*place, piece.text)])
                self.out.units.append(self.unit)
            elif piece.column in (SAID, ANSWER) and unit and not piece.begins:
                unit.pieces.append((*place, piece.text))
                unit.end = piece.end
            else:
                self.out.claims.append((*place, "note"))

    def _head(self, line: Line) -> None:
        self.section = _bare(line.text)
        self.out.heads.append((line.start, line, self.section))
        self.out.claims.append((line.start, line.end, "heading"))
        if self.unit and self.unit.awaits():
            self.unit.section = self.section
        else:
            self.unit = None

    def _open(self, line: Line, opening: Opening) -> None:
        who = opening.speaker
        if who is None and ITEM.search(line.text):
            self._head(line)  # what is talked about, not what was said
            return
        words = "" if opening.words is None else line.text[opening.words :]
        if who is None and _NOTHING.fullmatch(words):  # ・特になし
            self.out.claims.append((line.start, line.end, "note"))
            return
        if who:
            if who.form == "役職｜" and (who.name or who.role) in _DITTO and self.out.units:
                who = self.out.units[-1].speaker or who
            if words[:1] == "〔" and (aside := _AFTER_NAME.match(words)):
                words = words[aside.end() :]
            self.lead = None if words else who
        elif opening.mark in BULLETS:
            # ・ below （青木委員長） alone on a line, where an analyst says that each is an opinion
            who = self.lead
        self._start(opening.kind, line, who, words, opening)

    def _start(
        self, kind: str, line: Line, who: Speaker | None, words: str, by: Opening | None = None
    ) -> None:
        self.closed, self.in_table = False, line.kind in ("row", "cell")
        self.indent = line.indent
        pieces = [(line.start, line.end, words)]
        self.unit = Unit(kind, self.section, who, line.start, line.end, pieces, by)
        self.out.units.append(self.unit)

    def _reports(self, line: Line, below: Sequence[Line]) -> bool:
        """Whether a line says, without a full stop, who explained what; a wrap does not end so."""
        if line.text[-1] == "。" or self.closed or not self._ended():
            return False
        ends = (one.gap or one.start in self.block.openings or numbered(one.text) for one in below)
        alone = line.text[0] in LIST_MARKS or all(ends)
        return alone and _REPORT.fullmatch(line.text) is not None

    def _is_aside(self, text: str) -> bool:
        aside = self.talk and text[0] == "〔" and text[-1] == "〕"
        aside = aside or (self.talk and _HAPPENED.fullmatch(text) is not None)
        aside = aside or (len(text) <= 90 and bool(legend(text)))
        return aside or (_OVER.fullmatch(text) is not None and text == self.block.lines[-1].text)

    def _ended(self, ends: str = ENDED) -> bool:
        """Whether what was said before has come to its end, so that something new may begin."""
        last = self.unit.pieces[-1][2] if self.unit else ""
        whole = not last or last[-1] in ends
        return self.plain or whole or _REPORT.fullmatch(last) is not None

    def _is_heading(self, line: Line, below: Sequence[Line]) -> bool:
        """A line in brackets, a numbered line, or a short one set out, right before a unit."""
        text = line.text
        if _ITEM_ALONE.fullmatch(text) or (text[0] in HEADS and text[1:].strip() in _STEPS):
            return True
        step = _bare(text) in _STEPS and text not in _STEPS and not self._is_listed(text)
        if len(text) > 60 or "。" in text or not (step or self._ended()):
            return False
        opens = self._opens(below)
        if text in self.out.titles and not (below and numbered(below[0].text)):
            return True
        if found := _BRACKETED.fullmatch(text):
            explains = text[0] == "【" and _EXPLAINS_LAST.search(found["label"])
            if text[0] in "（(" and not self._ended(_STOPS) and not _VOICES.search(found["label"]):
                return False
            topic = ITEM.search(found["label"]) or found["label"] in _STEPS
            topic = topic and text[0] in "＜<〈［["
            return not explains and (
                self.unit is None or not self.talk or text[0] in "【≪《" or bool(topic)
            )
        awaits = self.unit is not None and self.unit.awaits()
        if text in _STEPS and ((opens and not awaits) or (line.gap and not self.talk)):
            return True
        if item := numbered(text):
            last = self.out.numbers.get(item.shape, 0)
            self.out.numbers[item.shape] = item.value
            if self.unit is None or opens or step or (awaits and len(text) < 25):
                return True
            known = is_known(text[item.end :])
            loose = not self.talk or self.unit.opening is None or known
            follows = item.value == last + 1
            return loose and (follows or (not self.talk and known))
        out = not line.indent and self.set_in
        return out and ((self.talk and opens) or (not self.talk and len(text) < 16))

    @cached_property
    def set_in(self) -> bool:
        """Whether most lines are indented, so that one that is not stands out."""
        lines = self.block.lines
        return sum(line.indent == 0 for line in lines) * 3 < len(lines)

    def _is_listed(self, text: str) -> bool:
        """Whether a numbered line goes on with the numbered lines that somebody reads out."""
        item, last = numbered(text), self.unit.pieces[-1][2] if self.unit else ""
        return item is not None and item.follows(numbered(last))

    def _opens(self, below: Sequence[Line]) -> bool:
        """Whether a unit opens on the next line, or below further numbered lines."""
        for line in below:
            if line.start in self.block.openings or _REPORT.fullmatch(line.text):
                return True
            boxed = _BRACKETED.fullmatch(line.text)
            if not (numbered(line.text) or (boxed and _VOICES.search(boxed["label"]))):
                return False
        return False

    def _words(self, line: Line, below: Sequence[Line]) -> None:
        """Words that no opening marks: those of the open unit, or of one of their own."""
        text, unit = line.text, self.unit
        if unit and unit.opening and self.talk and not self.closed:
            unit.add(line)
            return
        found = _BRACKETED.fullmatch(text) if text[0] == "【" and not self.talk else None
        opens = bool(below) and below[0].start in self.block.openings
        if found and not opens and _EXPLAINS_LAST.search(found["label"]):
            who = _EXPLAINS.split(found["label"])[0].removesuffix("から").removesuffix("の")
            self._start("explanation", line, Speaker(None, who or None, "【】", None), "")
        elif self.closed:
            self.out.claims.append((line.start, line.end, "note"))
        elif unit is None or self._is_next(unit, line):
            self._unmarked(line, below)
        elif self._is_answer(unit, line):
            self._start("answer", line, None, text)
        else:
            unit.add(line)

    def _is_next(self, unit: Unit, line: Line) -> bool:
        """Whether a paragraph begins something new, not more of the open unit: below what no mark
        opened, or an answer, it has a number or tells who reports next; or it is an item of a list
        of opinions that has no marks."""
        ended = self._ended()
        if unit.opening and unit.kind != "answer":
            aside = line.gap and ended and not self.talk and line.indent <= self.indent
            return bool(aside) and _RESOLVED.search(line.text) is not None
        if unit.kind == "opinion" and (self.plain or self.whole or (line.gap and ended)):
            return self.plain or self._announced()
        reports = line.gap and unit.kind == "explanation" and _REPORTING.match(line.text)
        return ended and bool(reports or numbered(line.text))

    def _announced(self) -> bool:
        """Whether the section, or the heading of the format above it, announces opinions."""
        above = self.block.label if self.block.line and self.block.line.kind == "heading" else None
        return _VOICES.search(f"{self.section or ''} {above or ''}") is not None

    def _is_answer(self, unit: Unit, line: Line) -> bool:
        """An unmarked paragraph, set in, right below a complete question (○…か。)."""
        if self.talk or not line.indent or not unit.opening or not self._ended():
            return False
        return bool(_ASKS.search(self.section or "")) and unit.pieces[-1][2].endswith(
            ("か。", "か？")
        )

    def _unmarked(self, line: Line, below: Sequence[Line]) -> None:
        """A paragraph that no mark opens: an explanation, an opinion, or not understood."""
        paragraph = line.text
        for wrapped in below:
            if paragraph[-1] in ENDED or wrapped.start in self.block.openings:
                break
            paragraph += wrapped.text
        item = numbered(line.text)
        own = line.text[item.end :] if item else _own(line.text)
        explains = _BY_WHOM if self._announced() else _EXPLAINED
        if explains.search(paragraph):
            self._start("explanation", line, None, own)
        elif found := _GREETING.match(self.section or ""):
            self._start("speech", line, Speaker(None, found["role"], "", None), own)
        elif _LEAD_IN.fullmatch(paragraph) or _NOTHING.fullmatch(paragraph):
            self.out.claims.append((line.start, line.end, "note"))
        elif (self.plain and len(line.text) > 12 and not ITEM.search(line.text)) or (
            self._announced() and ("。" in paragraph or self.whole)
        ):
            self._start("opinion", line, None, own)
            if item and self.unit:
                if item.value == 1:
                    self.out.items.clear()  # another list begins
                self.out.items[item.value] = self.unit
        elif item and item.value in self.out.items and "答" in (self.section or ""):
            self._start("answer", line, None, own)  # ２ … below 回答: to opinion ２
            if self.unit:
                self.unit.reply_to = self.out.items[item.value]
        elif _TOLD.search(paragraph) and (len(line.text) > 20 or line.text[-1] == "。"):
            self._start("explanation", line, None, own)
        else:
            self.out.claims.append((line.start, line.end, "unparsed"))


def _are_plain(block: Block) -> bool:
    """Whether opinions stand one a line, without marks and full stops, below a heading that
    announces them; where lines wrap, many are about as long as the longest."""
    if any("。" in line.text and len(line.text) > 12 for line in block.lines):
        return False
    texts = [line.text for line in block.lines if len(line.text) > 12]
    if len(texts) < 3:
        return False
    widest = max(map(len, texts))
    full = sum(len(text) > widest * 0.9 for text in texts)
    return full * 3 <= len(texts) and re.search("要旨|意見", block.label or "") is not None


def _own(text: str) -> str:
    """A line without the bullet that it begins with."""
    return text[1:].lstrip() if text[0] == "-" and text[1:2].isspace() else text.lstrip(LIST_MARKS)


def _leads_in(text: str) -> bool:
    """Whether a line only says that opinions follow, not who explained something first."""
    return _LEAD_IN.fullmatch(text) is not None


def _bare(text: str) -> str:
    if found := _BRACKETED.fullmatch(text):
        return found["label"].strip()
    item = numbered(text)
    return text[item.end :].strip() if item else text.strip()
