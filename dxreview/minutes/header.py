"""The header: title, kind, series, round, date, times and venue of a meeting."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dxreview.minutes.blocks import HEAD, Block
from dxreview.minutes.headings import BODY, DATE, NOTE, VENUE
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import is_time_note
from dxreview.minutes.words import either, words
from dxreview.text import FoundDate, find_dates, find_times, find_year, join, number, tidy

TOKYO = ZoneInfo("Asia/Tokyo")
_KINDS = re.compile(either("title.kinds"))
_BODIES = re.compile(either("title.bodies"))
_ROUND = re.compile(r"[（(]?\s*第\s*([\d一二三四五六七八九十百]{1,4})\s*回\s*[）)]?")
_NAMED = ("会議名", "会議名称", "会議の名称", "名称", "審議会等の名称", "件名", "附属機関名")
_YEARS = re.compile(
    r"^(?:令和|平成|昭和)\s*[\d元一二三四五六七八九十]{1,3}\s*(?:[（(]\d{4}[）)])?\s*年度?\s*"
)
_TAIL = re.compile(
    r"\s*(?:[（(][^（）()]*[月日号回][^（）()]*[）)]|第\s*[\d一二三四五六七八九十]+\s*号)\s*$"
)
_UNFINISHED = re.compile(r"[ぁ-んー、・（(「]$|[ァ-ヶ]$")
_STARTS = re.compile("開会|開議|開始")
_ENDS = re.compile("散会|閉会|閉議|延会|終了")


@dataclass(slots=True)
class Header:
    """Facts of one meeting, and what the lines were taken for (start, end, what)."""

    title: str | None = None
    series: str | None = None
    round: int | None = None
    kind: str | None = None
    held_on: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    venue: str | None = None
    misfit: FoundDate | None = None
    misfit_at: tuple[int, int] = (0, 0)


class Reader:
    """Reads the facts of a meeting from its blocks; ``claims`` says what the lines are."""

    def __init__(self, blocks: Sequence[Block], text: str) -> None:
        self.blocks = blocks
        self.text = text
        self.facts = Header()
        self.claims: list[tuple[int, int, str]] = []

    def read(self) -> Header:
        head = [line for block in self._opening() if block.kind == HEAD for line in block.lines]
        self._title(head)
        self._venue()
        self._date(head)
        return self.facts

    def _opening(self) -> Sequence[Block]:
        """The blocks before the first one of the body that holds something."""
        for at, block in enumerate(self.blocks):
            if block.kind == BODY and (
                block.openings or any("。" in line.text for line in block.lines)
            ):
                return self.blocks[:at]
        return self.blocks

    # --- title ---
    def _title(self, head: Sequence[Line]) -> None:
        lines = [line for line in head if not is_time_note(line.plain)]
        span = _title_lines(lines)
        title = ""
        for line in span:
            title = (
                join(title, line.plain)
                if not title or _wraps(title, line.plain)
                else f"{title} {line.plain}"
            )
            self.claims.append((line.start, line.end, "title"))
        title = tidy(_undated(title)) or self._named() or ""
        kind = _KINDS.search(title) or _KINDS.search(" ".join(self._labels()))
        found = _ROUND.search(title)
        facts = self.facts
        facts.title = title or None
        facts.kind = kind[0] if kind else None
        facts.round = number(found[1]) if found else None
        facts.series = _series(title)

    def _named(self) -> str | None:
        for block in self.blocks:
            if block.kind == NOTE and block.heading and block.heading.label in _NAMED:
                value = _value(block)
                if value:
                    return tidy(value)
        return None

    def _labels(self) -> list[str]:
        return [
            b.heading.label
            for b in self.blocks
            if b.kind == BODY and b.heading and b.heading.label in words("title.kinds")
        ]

    # --- venue ---
    def _venue(self) -> None:
        for block in self.blocks:
            if block.kind == VENUE:
                self.facts.venue = self.facts.venue or tidy(_value(block)) or None

    # --- date and times ---
    def _date(self, head: Sequence[Line]) -> None:
        year = self._year()
        stated = [
            (line, _value(block))
            for block in self.blocks
            if block.kind == DATE and (line := block.line)
        ]
        loose = [(line, line.plain) for line in head]
        for line, text in [*stated, *loose]:
            if self.facts.held_on is None:
                self._on(line, text, year)
        if self.facts.held_on:
            self._clock([text for _, text in stated], loose)

    def _on(self, line: Line, text: str, year: tuple[int, bool] | None) -> None:
        for found in find_dates(text):
            day = found.on(year)
            if day is not None:
                self.facts.held_on = day
                if not found.weekday_fits(day):
                    self.facts.misfit, self.facts.misfit_at = found, (line.start, line.end)
                return

    def _year(self) -> tuple[int, bool] | None:
        for text in (self.facts.title or "", *self._texts()):
            if (year := find_year(text)) is not None:
                return year
        return None

    def _texts(self) -> list[str]:
        return [
            line.plain
            for block in self._opening()
            for line in ((block.line,) if block.line else ()) + tuple(block.lines)
        ]

    def _clock(self, stated: list[str], loose: list[tuple[Line, str]]) -> None:
        times = [found.at for text in stated for found in find_times(_after_dates(text))]
        notes = [text for _, text in loose if find_times(text)] + self._notes()
        starts = times[:1] or [_time(text, _STARTS) for text in notes if _time(text, _STARTS)][:1]
        if not starts:
            starts = [found.at for _, text in loose for found in find_times(_after_dates(text))][:2]
            times = starts
        ends = times[1:2] or [_time(text, _ENDS) for text in notes if _time(text, _ENDS)][-1:]
        day = self.facts.held_on
        if day and starts and starts[0]:
            self.facts.starts_at = datetime.combine(day, starts[0], TOKYO)
        if day and ends and ends[0]:
            self.facts.ends_at = datetime.combine(day, ends[0], TOKYO)

    def _notes(self) -> list[str]:
        """Lines anywhere that say when something began or ended."""
        return [
            line.plain.lstrip("○〇◯◎ ")
            for block in self.blocks
            for line in ((block.line,) if block.line else ()) + tuple(block.lines)
            if len(line.text) <= 40 and is_time_note(line.plain)
        ]


def _time(text: str, word: re.Pattern[str]):  # type: ignore[no-untyped-def]
    """The time right before a word such as 開会 or in parentheses behind it."""
    found = word.search(text)
    if found is None:
        return None
    times = find_times(text)
    before = [at for at in times if at.end <= found.start()]
    return (before or times)[-1].at if times else None


def _after_dates(text: str) -> str:
    ends = [found.end for found in find_dates(text)]
    return text[ends[-1] :] if ends else text


def _value(block: Block) -> str:
    """What a heading says of itself: the rest of its line, and the lines below it."""
    parts = []
    if block.line and block.heading and block.heading.value is not None:
        parts.append(block.line.plain[_value_start(block) :])
    parts += [line.plain for line in block.lines]
    return " ".join(parts)


def _value_start(block: Block) -> int:
    return block.heading.value or 0 if block.heading else 0


def _title_lines(lines: Sequence[Line]) -> list[Line]:
    """The line that names the kind of minutes, else the first that names a body; with its wraps."""
    chosen = next(
        (
            at
            for at, line in enumerate(lines)
            if _KINDS.search(line.plain) and "。" not in line.text
        ),
        None,
    )
    if chosen is None:
        chosen = next((at for at, line in enumerate(lines) if is_name(line.plain)), None)
    if chosen is None:
        return []
    first = chosen
    while first > 0 and _wraps(lines[first - 1].plain, lines[first].plain):
        first -= 1
    return list(lines[first : chosen + 1])


def is_title(text: str) -> bool:
    """Whether a line is by itself the title of minutes: a body, and the kind at its end."""
    found = _KINDS.search(text) if len(text) <= 80 and "。" not in text else None
    return bool(
        found and found.start() > 4 and _BODIES.search(text) and len(text) - found.end() < 8
    )


def is_name(text: str) -> bool:
    """Whether a line names a body or one of its sessions."""
    if "。" in text or len(text) > 80 or "：" in text:
        return False
    return bool(_BODIES.search(_undated(text)))


def _undated(text: str) -> str:
    """A line without the date of its meeting at either end."""
    for found in find_dates(text):
        if found.start < 2 or len(text) - found.end < 8:
            return text[found.end :] if found.start < 2 else text[: found.start]
    return text


def _wraps(above: str, text: str) -> bool:
    """Whether a title goes on in the line ``text`` below ``above``."""
    if next(iter(find_dates(above)), None) or "：" in above or _KINDS.search(above):
        return False
    alone = bool(_KINDS.match(text)) or bool(_ROUND.match(text))
    return (
        bool(_UNFINISHED.search(above))
        or (alone and bool(_BODIES.search(above)))
        or text[0] in "係（("
    )


def _series(title: str) -> str | None:
    name = _KINDS.sub("", title)
    name = _ROUND.sub(" ", _YEARS.sub("", name))
    for _ in range(2):
        name = _TAIL.sub("", name)
    return tidy(name.strip("（）()・")) or None
