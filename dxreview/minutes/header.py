"""The header: title, kind, series, round, date, times and venue of a meeting."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import chain
from zoneinfo import ZoneInfo

from dxreview.minutes.blocks import HEAD, Block
from dxreview.minutes.headings import BODY, DATE, VENUE
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import is_time_note
from dxreview.minutes.words import pattern, words
from dxreview.text import FoundDate, find_dates, find_times, find_year, join, number, tidy

TOKYO = ZoneInfo("Asia/Tokyo")
_KIND, _BODY, _ROUND, _ENDS = map(pattern, ("kinds", "bodies", "round", "closing"))
_YEAR, _TAIL, _UNFINISHED = map(pattern, ("leading_year", "title_tail", "unfinished"))
_NO_TITLE = re.compile("[。>＞]")  # a sentence, or the way to a page
_LABELS, _KINDS = words("labels"), words("kinds")
_POSTED = pattern("posted")  # the day a page was posted is not that of the meeting
_KIND_ASIDE = re.compile(rf"(?:{_KIND.pattern})\s*(?:[（(][^（）()月日号回]*[）)])?")
_STARTS, _HELD = re.compile("開会|開議|開始"), re.compile("開催|会を開会")


@dataclass(slots=True)
class Header:
    """Facts of one meeting; ``misfit`` is its date where the printed weekday is another's, with
    the place; ``claims`` says what the lines were taken for (start, end, what)."""

    title: str | None = None
    series: str | None = None
    round: int | None = None
    kind: str | None = None
    held_on: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    venue: str | None = None
    misfit: FoundDate | None = None
    place: tuple[int, int] = (0, 0)
    claims: list[tuple[int, int, str]] = field(default_factory=list)

    def at(self, clock: time | None) -> datetime | None:
        day = self.held_on
        return datetime.combine(day, clock, TOKYO) if day and clock is not None else None


def header(blocks: Sequence[Block]) -> Header:
    """The facts that the blocks of one meeting state."""
    facts = Header()
    opening = _opening(blocks)
    head = [line for block in opening if block.kind == HEAD for line in block.lines]
    _title(facts, [line for line in head if not is_time_note(line.text)], blocks)
    venues = (_value(block) for block in blocks if block.kind == VENUE)
    facts.venue = next((venue for venue in venues if venue), None)
    stated = [(block.line, _value(block)) for block in blocks if block.kind == DATE and block.line]
    other = [block.line for block in opening if block.line and block.kind != DATE]
    _date(facts, [*stated, *((line, line.text) for line in (*head, *other))], opening)
    _clock(facts, [text for _, text in stated], [line.text for line in head], blocks)
    return facts


def _opening(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks before the first one of the body that holds something."""
    for at, block in enumerate(blocks):
        if block.kind == BODY and block.said:
            return blocks[:at]
    return blocks


def _value(block: Block) -> str:
    """What a heading says of itself: the rest of its line, and the lines below it."""
    return tidy(" ".join(line.text for line in block.valued()))


def _title(facts: Header, head: Sequence[Line], blocks: Sequence[Block]) -> None:
    titled = _title_lines(head)
    title = join(line.text for line in titled)
    for line in titled:
        facts.claims.append((line.start, line.end, "title"))
    named = (_value(block) for block in blocks if block.label in _LABELS)
    title = _undated(tidy(title)) or next(named, "")
    labels = [block.label or "" for block in blocks if block.label in _KINDS]
    kind, turn = _KIND.search(" ".join([title, *labels])), _ROUND.search(title)
    facts.title, facts.kind = title or None, kind[0] if kind else None
    facts.round = number(turn[1]) if turn else None
    series = _ROUND.sub(" ", _YEAR.sub("", _KIND_ASIDE.sub("", title)))
    facts.series = tidy(_TAIL.sub("", _TAIL.sub("", series)).strip("（）()・ \u3000")) or None


def _title_lines(lines: Sequence[Line]) -> list[Line]:
    """The line that names the kind of minutes, else the first that names a body; with its wraps."""
    texts = [line.text for line in lines]
    kinds = [at for at, text in enumerate(texts[:100]) if _names_kind(text)]
    whole = (at for at in kinds if is_title(texts[at]))
    names = (at for at, text in enumerate(texts) if is_name(text))
    chosen = next(chain(whole, kinds, names), -1)
    first = chosen
    while first > 0 and _wraps(texts[first - 1], texts[first]):
        first -= 1
    return list(lines[first : chosen + 1]) if chosen >= 0 else []


def _names_kind(text: str) -> bool:
    return _KIND.search(text) is not None and not _NO_TITLE.search(text)


def is_title(text: str) -> bool:
    """Whether a line is by itself the title of minutes: a body, and the kind at its end."""
    found = _KIND.search(text) if len(text) <= 80 and "。" not in text else None
    return found is not None and found.start() > 4 and len(text) - found.end() < 8 and is_name(text)


def is_name(text: str) -> bool:
    """Whether a line names a body or one of its sessions."""
    if "。" in text or len(text) > 80 or "：" in text:
        return False
    text = _undated(text)
    return _BODY.search(text) is not None or _ROUND.search(text) is not None


def _undated(text: str) -> str:
    """A line without the date of its meeting at either end."""
    for found in find_dates(text):
        if found.start < 2 or len(text) - found.end < 2:
            return (text[found.end :] if found.start < 2 else text[: found.start]).strip()
    return text


def _wraps(above: str, text: str) -> bool:
    """Whether a title goes on in the line ``text`` below ``above``."""
    if any(find_dates(above)) or "：" in above or _KIND.search(above):
        return False
    alone = (_KIND.match(text) or _ROUND.match(text)) and _BODY.search(above)
    return bool(alone or _UNFINISHED.search(above)) or text[0] in "係（("


def _date(facts: Header, stated: Sequence[tuple[Line, str]], opening: Sequence[Block]) -> None:
    """The first date that the headings state, else that a line of the header names."""
    texts = [facts.title or ""]
    for block in opening:
        texts += [line.text for line in block.whole()]
    year = next(filter(None, map(find_year, texts)), None)
    for line, text in stated:
        if _POSTED.search(text) or ("。" in text and not _HELD.search(text)):
            continue
        for found in find_dates(text):
            if (day := found.on(year)) is not None:
                facts.held_on = day
                if not found.weekday_fits(day):
                    facts.misfit, facts.place = found, (line.start, line.end)
                return


def _clock(facts: Header, stated: list[str], head: list[str], blocks: Sequence[Block]) -> None:
    """Begin and end: as the headings state, else as time notes say (午前１０時開会)."""
    every = (line.text for block in blocks for line in block.whole() if len(line.text) <= 40)
    notes = [text for text in every if is_time_note(text)]
    times = [found.at for text in stated for found in find_times(_after_date(text))]
    begun = [at for text in [*head, *notes] if (at := _beside(text, _STARTS)) is not None]
    ended = [at for text in [*head, *notes] if (at := _beside(text, _ENDS)) is not None]
    loose = [] if times or begun else [t.at for text in head for t in find_times(_after_date(text))]
    facts.starts_at = facts.at(next(iter([*times[:1], *begun, *loose]), None))
    facts.ends_at = facts.at(next(iter([*times[1:2], *ended[-1:], *loose[1:2]]), None))


def _beside(text: str, word: re.Pattern[str]) -> time | None:
    """The time right before a word such as 開会, or behind it in parentheses."""
    found = word.search(text)
    times = find_times(text) if found else []
    before = [at for at in times if found and at.end <= found.start()]
    return (before or times)[-1].at if times else None


def _after_date(text: str) -> str:
    ends = [found.end for found in find_dates(text)]
    return text[ends[-1] :] if ends else text
