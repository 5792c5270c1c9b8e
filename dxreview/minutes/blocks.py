"""Lines → blocks: each heading opens one, and what stands below belongs to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import structs

from dxreview.minutes import headings as part
from dxreview.minutes.evidence import Evidence, Opening
from dxreview.minutes.headings import (
    Heading,
    Numbered,
    heading,
    is_group,
    is_known,
    numbered,
    uncounted,
)
from dxreview.minutes.labels import is_nobody, is_paired
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import HEADS, MARKS, is_stage, is_time_note
from dxreview.minutes.names import is_title
from dxreview.minutes.rows import entries, lists_people
from dxreview.minutes.words import pattern, words
from dxreview.text import find_dates

HEAD = "head"
_MEMBERS = ("委員", "構成員", "議員", "出席者")
_COLON = re.compile(r"(?P<label>[^、]{1,20}?)\s*[:：]\s*(?=\S)")
_PRESENCE = words("presence")
_ASIDES = re.compile("[（(][^（）()]*[）)]")
_PROSE, _PHRASE = map(pattern, ("prose", "phrase"))
_BOXES = ("（）", "()", "【】", "＜＞", "<>", "〈〉", "《》", "［］", "[]")
_LABELLED = re.compile("([^\\s、，:：（）()]{2,10})[\\s:：]+(?=\\S)")
_PRESENT = re.compile("[（(][出欠]席[）)]$")
_HEADS_ON, _COLUMNS = map(pattern, ("heads_on", "columns"))
_LEAD_IN, _VOICES, _EXPLAINED, _REPORT = map(pattern, ("lead_in", "voices", "explained", "report"))
ENDS = re.compile("(?:と?お?り)?(?:で)?(?:ある|す|あった|した)。")  # of a heading that wraps
_WHOLE, _MAY_BE_ITEM = re.compile("(?:要旨|概要|内容|経過|録)$"), re.compile("意見|質疑|討|結果$")
ENDED = "。」）)〕】？?．.！!』”"


@dataclass(slots=True)
class Block:
    """A heading (None for what no heading opened) and the lines below it; ``openings`` gives the
    units that lines of a body open, by offset; ``said``: a unit or a sentence stands in it;
    ``table``: so does the head row of a table of opinions."""

    kind: str
    line: Line | None = None
    heading: Heading | None = None
    lines: list[Line] = field(default_factory=list)
    openings: dict[int, Opening] = field(default_factory=dict)
    said: bool = False
    table: bool = False

    @property
    def label(self) -> str | None:
        return self.heading.label if self.heading else None

    def whole(self) -> list[Line]:
        """The heading's line, if any, and the lines below."""
        return [self.line, *self.lines] if self.line else self.lines

    def valued(self) -> list[Line]:
        """The lines below, the rest of the heading's own line before them."""
        line, opened = self.line, self.heading
        if not (line and opened) or opened.value is None:
            return self.lines
        text, start = line.text[opened.value :], line.at(opened.value)
        raw = text if line.raw is line.text else line.raw[start - line.start :]
        first = Line(start, line.end, text, raw, line.gap, line.indent + opened.value)
        return [first, *self.lines]


def blocks(lines: Sequence[Line], found: Evidence) -> list[Block]:
    """Cut the lines at headings, and where the first speaker takes the floor."""
    return _Cutter(lines, found).cut()


class _Cutter:
    """Goes through the lines: the last block of ``out`` is open, ``number`` is that of the last
    heading."""

    def __init__(self, lines: Sequence[Line], found: Evidence) -> None:
        self.lines, self.found, self.at = lines, found, 0
        self.out = [Block(HEAD)]
        self.number: Numbered | None = None

    def cut(self) -> list[Block]:
        openings, tables = self.found.openings, self.found.tables
        for at, line in enumerate(self.lines):
            opening, block = openings.get(at), self.out[-1]
            more = opening is None and block.said and block.kind == part.BODY and at not in tables
            if more and (len(line.text) > 60 or line.text[-1] == "。"):
                block.lines.append(line)  # as most lines are
                continue
            self.at = at
            if at in tables:
                if block.kind != part.BODY:
                    self._begin_body(line)
                self.out[-1].table = True
            elif opening is not None and (block.kind == part.BODY or self._starts(opening)):
                if block.kind != part.BODY:
                    self._begin_body(line)
                self.out[-1].openings[line.start] = opening
            elif (opened := self._heading(line, block)) is not None:
                if opened.kind == part.BODY and numbered(line.text) is None:
                    self.out += filter(None, [self._section(line)])
                self.number = numbered(line.text) or self.number
                self.out.append(_headed(self.out[-1], line, opened))
                continue
            elif block.kind != part.BODY:
                self._leave(line, block)
            block = self.out[-1]
            block.lines.append(line)
            if not block.said:  # once is enough
                block.said = opening is not None or "。" in line.text
        return self.out

    def _below(self, count: int) -> Sequence[Line]:
        return self.lines[self.at + 1 : self.at + 1 + count]

    def _said_below(self) -> bool:
        """Whether somebody speaks, or a sentence stands, in the next lines."""
        near = range(self.at + 1, self.at + 4)
        speaks = any(at in self.found.openings for at in near)
        return speaks or any("。" in line.text for line in self._below(3))

    def _starts(self, opening: Opening) -> bool:
        """Whether an opening outside of a body begins one: a speaker does, and a sentence."""
        if opening.speaker is not None:
            return True
        if len(self.out) == 1 and any(_is_dated(line) for line in self._below(60)):
            return False  # what a web page says above the minutes
        for at, line in enumerate(self.lines[self.at : self.at + 4], self.at):
            if at > self.at and (at in self.found.openings or is_known(line.text)):
                return False
            if "。" in line.text or line.text[-1] in "?？":
                return True
        return False

    def _begin_body(self, line: Line) -> None:
        """The body begins with a line; the numbered line right above it is its section, where it
        stood last in a list of items, or what the format itself marks as a heading below the
        title."""
        above = self.out[-1]
        dress = above.heading.dress[:1] if above.heading else ""
        if dress and dress in HEADS and above.kind == part.NOTE and not above.lines:
            above.kind = part.BODY  # ■議事１　…, right above who speaks first
            return
        last = above.lines[-1] if above.lines else None
        if last and last.kind == "heading" and last is not self.lines[0]:
            above.lines.pop()
            self.out.append(Block(part.BODY, last, Heading(part.BODY, last.text)))
            return
        self.out.append(self._section(line) or Block(part.BODY))

    def _section(self, line: Line) -> Block | None:
        """The section that the numbered line right above a line heads, no item of an agenda."""
        above = self.out[-1]
        last = above.lines[-1] if above.lines and above.kind == part.AGENDA else None
        item = numbered(last.text) if last and line.gap <= last.gap else None
        before = numbered(above.lines[-2].text) if item and len(above.lines) > 1 else None
        if last is None or item is None or item.follows(before):
            return None
        above.lines.pop()
        self.number, title, dress = item, last.text[item.end :], last.text[: item.end]
        return Block(part.BODY, last, Heading(part.BODY, title, dress=dress))

    def _leave(self, line: Line, block: Block) -> None:
        """Close a block to which a line that is no heading does not belong."""
        text, kind = line.text, block.kind
        listed = kind in (HEAD, part.ROSTER) and self._is_step(text)
        if (kind == part.AGENDA and (_is_sentence(text) or _REPORT.fullmatch(text))) or (
            kind == part.ROSTER and _is_prose(text)
        ):
            self._begin_body(line)
        elif listed:
            self.out.append(Block(part.AGENDA))
        elif _apart(line, block):
            self.out.append(Block(HEAD))

    def _is_step(self, text: str) -> bool:
        opened = heading(text)
        if opened is None or opened.kind != part.STEP or opened.value is not None:
            return False
        return self.out[-1].kind == part.ROSTER or numbered(text) is not None

    def _heading(self, line: Line, block: Block) -> Heading | None:
        """The heading that a line is in its place, or None."""
        text = line.text
        if block.table and line.celled:
            return None
        if self.at in self.found.headings:
            told = block.kind == part.ROSTER and (_names(text[1:]) or _is_group(text))
            kind = part.BODY if block.kind == part.BODY else part.NOTE
            if not told:
                return Heading(kind, text[1:].strip(), dress=text[0])
        item = numbered(text)
        opened = self._candidate(text, item, block)
        marked = line.kind == "heading"
        if opened is None and marked and item is not None and self._said_below():
            return Heading(part.BODY, text[item.end :].strip(), dress=text[: item.end])
        ends = marked and block.kind in (part.AGENDA, part.MATERIALS)
        if opened is None and ends:
            return Heading(part.NOTE, text)
        people = opened and opened.kind == part.ROSTER and item and item.follows(self.number)
        if item is not None and opened and not people and _is_item(opened, item, block):
            return None
        if opened is None:
            return self._sibling(text, item, block)
        if not _fits_place(opened, text, block) or self._goes_with(opened, block):
            return None
        return opened if block.kind != part.BODY or _fits_body(opened, line, block) else None

    def _candidate(self, text: str, item: Numbered | None, block: Block) -> Heading | None:
        """What a line would be as a heading: by its words, or as a group of people."""
        opened = None if is_stage(text) else heading(text)
        if opened is not None and opened.kind == part.STEP:
            step = item is not None and opened.value is None and self._said_below()
            opened = opened._replace(kind=part.BODY) if step else None
        if (
            opened is None
            and block.kind not in (part.BODY, part.ROSTER)
            and is_group(label := uncounted("".join(text.split())))
        ):
            opened = Heading(part.ROSTER, label)
        head = block.kind in (HEAD, part.DATE, part.VENUE)
        boxed = text[0] + text[-1] in _BOXES and text[1:-1].endswith(_MEMBERS)
        if opened is None and head and boxed and any(_several(one) for one in self._below(1)):
            opened = Heading(part.ROSTER, text[1:-1])  # （推進会議委員）, its people below
        columns = head and _COLUMNS.fullmatch(text)
        if opened is None and columns and "氏名" in text:
            opened = Heading(part.ROSTER, "", dress=":")  # the head row of a table of people
        leads = block.kind != part.BODY and _LEAD_IN.fullmatch(text) and _VOICES.search(text)
        if opened is None and leads and not _EXPLAINED.search(text):
            opened = Heading(part.BODY, text.partition("は")[0], dress="。")
        silent = block.kind != part.ROSTER and not (block.kind == part.BODY and block.said)
        if silent and opened is None:
            opened = _people_listed(text, block)
        if opened is not None and opened.kind == part.GROUP:
            # Inside a roster the name of a group may be the post of a person.
            inside = block.kind == part.ROSTER and opened.value is not None
            again = item is not None and (item.follows(self.number) or item == self.number)
            person = inside and ":" not in opened.dress and not again
            # Whoever stands behind 委員 in a list of absentees belongs to it.
            absent = "欠席" in (block.label or "") and opened.label.endswith(("委員", "議員"))
            absent = absent and not opened.label.startswith(("傍聴", "委員外", "紹介"))
            fits = not (block.kind == part.BODY or person or absent or is_paired(text))
            opened = opened._replace(kind=part.ROSTER) if fits else None
        return opened

    def _sibling(self, text: str, item: Numbered | None, block: Block) -> Heading | None:
        """A heading by its number alone: the next one of the shape of the last heading."""
        if item is None or not item.follows(self.number) or len(text) > 40 or "。" in text:
            return None
        rows = block.lines if block.kind == part.ROSTER else []
        if rows and item.follows(numbered(rows[-1].text)):
            return None
        kind, label = part.BODY if block.kind == part.BODY else part.NOTE, text[item.end :].strip()
        people = _LABELLED.match(label) if block.kind == part.ROSTER else None
        if people and _names(label[people.end() :]) and not _names(people[1]):
            start = len(text) - len(label) + people.end()  # ６　書記　議会事務局　三好 望
            return Heading(part.ROSTER, people[1], value=start, dress=text[: item.end])
        listed = block.kind == part.ROSTER and not _names(label)
        if listed and any(_names(line.text) for line in self._below(1)):
            kind, label = part.ROSTER, uncounted(label)
        return Heading(kind, label, dress=text[: item.end])

    def _goes_with(self, opened: Heading, block: Block) -> bool:
        """Whether a bare 意見交換 below 議題 is one of the items, for nothing is said right after;
        or a bare 議事録 at the head part of the title, for facts of the meeting follow."""
        if opened.kind != part.BODY or opened.dress:
            return False
        if block.kind == HEAD and _facts_follow(self._below(12)):
            return True
        if block.kind == part.ROSTER and not block.valued():
            return any(map(_several, self._below(1)))  # 出席委員 ⏎ 会議録 ⏎ 青山 望、…
        line = self.lines[self.at]
        if block.kind != part.AGENDA or line.kind == "heading":
            return False
        if line.gap and (_WHOLE.search(opened.label) or not _MAY_BE_ITEM.search(opened.label)):
            return False  # 議事内容 is no item
        text = next((line.text for line in self._below(1)), "")
        speaks = self.at + 1 in self.found.openings
        return not speaks and "。" not in text and text[:1] not in set("（(【＜〔")


def _several(line: Line) -> bool:
    """Whether a line names several people and no more, or one who was there or was not."""
    if _PRESENT.search(line.text):
        return True
    people = entries(line.text)
    return len(people) > 2 and all(one.names for one in people)


def _is_group(text: str) -> bool:
    """Whether a line is the label of a group of people (■説明員（条例第19条による））."""
    opened = heading(text)
    return opened is not None and opened.kind == part.GROUP


def _names(text: str) -> bool:
    return any(entry.names for entry in entries(text))


def _headed(above: Block, line: Line, opened: Heading) -> Block:
    """The block that a heading opens; that of a roster may have begun on the line before."""
    last = above.lines[-1] if above.lines and opened.kind == part.ROSTER else None
    if last is None or not _HEADS_ON.search(last.text):
        return Block(opened.kind, line, opened)
    opened = opened._replace(label="".join(last.text.split()) + opened.label)
    if opened.value is None:
        above.lines.pop()
        text, raw = last.text + line.text, last.raw + line.raw
        line = structs.replace(last, end=line.end, text=text, raw=raw)
    return Block(opened.kind, line, opened)


def _is_sentence(text: str) -> bool:
    """Whether a line below an agenda is no item: a sentence, whole or wrapped."""
    return text[-1] == "。" or (text[-1] == "、" and "。" in text)


def _is_prose(text: str) -> bool:
    """Whether a line below a roster is a sentence, with which no roster goes on."""
    if text[0] in "（(※＊*注・" or is_nobody(text):
        return False
    if ENDS.fullmatch(text):
        return False  # …は、次のとおりで ⏎ ある。
    if len(text) < 16 and is_title(text) and not numbered(text):
        return False  # 白岩花とみどりの課長
    text = _ASIDES.sub("", text).rstrip()  # 青山 望 ○○大学教授（識見を有する者）
    phrase = _PHRASE.search(text) and not _names(text)
    dated = any(find_dates(text)) and not ("、" in text and _names(text))  # 四月一日委員
    return bool(phrase or _PROSE.search(text) or dated)


def _facts_follow(below: Sequence[Line]) -> bool:
    """Whether a date or a heading of facts stands below, before anything is said."""
    for line in below:
        opened = heading(line.text)
        if (opened and opened.kind in (part.DATE, part.VENUE)) or any(find_dates(line.text)):
            return True
        if opened or "。" in line.text:
            return False
    return False


def _is_dated(line: Line) -> bool:
    opened = heading(line.text)
    return opened is not None and opened.kind == part.DATE and any(find_dates(line.text))


def _people_listed(text: str, above: Block) -> Heading | None:
    """A line that lists people by itself (関係部局：三好部長、近藤課長), whatever its label; not
    who a heading lists for another reason."""
    if "、" not in text or len(text) > 2000 or set("。を") & set(text) or any(find_dates(text)):
        return None
    colon = _COLON.match(text)
    if colon is None and above.kind == part.NOTE:
        return None
    start = colon.end() if colon else 0
    if not lists_people(text[start:]):
        return None
    label = "".join(colon["label"].split()) if colon else ""
    return Heading(part.ROSTER, label, value=start, dress=":")


def _is_item(opened: Heading, item: Numbered, block: Block) -> bool:
    """Whether a numbered line is an item of the agenda above it, or of the talk about it."""
    if block.kind == part.AGENDA:
        return _goes_on(block, item)
    return block.kind == part.BODY and opened.kind == part.AGENDA


def _fits_place(opened: Heading, text: str, block: Block) -> bool:
    """Whether what looks like a heading is not rather a long line, a material or a post."""
    value = opened.value
    if len(text) > 60 and (value is None or opened.kind == part.BODY or "。" in text[value:]):
        return False
    listed = "名簿" in opened.label or (opened.label.endswith("次第") and not block.valued())
    if block.kind == part.MATERIALS and listed and not opened.dress:
        return False
    if opened.label in _PRESENCE and "出欠" in (block.label or ""):
        return False  # how many are there and are not, above the list
    post = block.kind == part.ROSTER and not opened.dress and value is not None
    return not (post and opened.kind == part.BODY)


def _fits_body(opened: Heading, line: Line, block: Block) -> bool:
    """Inside the body a heading must look like one: speech has such words too."""
    if not block.lines or line.kind == "heading" or opened.dress[:1] in MARKS:
        return True
    if not block.said and opened.kind != part.BODY:
        return True
    if opened.kind == part.ROSTER and opened.declared and opened.value is None:
        return True  # 出席議員　10名, behind the words that opened the meeting
    if block.openings and block.lines[-1].text[-1] not in ENDED:
        return False
    if opened.kind == part.BODY:
        return opened.value is None and (bool(opened.dress) or not line.indent)
    talk = any(opening.speaker for opening in block.openings.values())
    return not talk and (bool(opened.dress) or opened.value is None)


def _goes_on(block: Block, item: Numbered) -> bool:
    """Whether a numbered line below an agenda heading is an item of it, not the next heading."""
    return not item.follows(numbered(block.line.text) if block.line else None)


def _apart(line: Line, block: Block) -> bool:
    """Whether a line that opens nothing does not belong below the last heading either."""
    opened = block.heading
    if opened is None or block.line is None:
        return False
    if block.kind not in (part.DATE, part.VENUE, part.NOTE):
        return is_time_note(line.text)
    if block.kind == part.NOTE and opened.value is None:
        return line.ruled
    return line.indent <= block.line.indent and (opened.value is not None or bool(block.lines))
