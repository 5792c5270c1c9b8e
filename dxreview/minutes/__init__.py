"""Source text → records, and an account of every character."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from dxreview.minutes.agenda import agenda, materials
from dxreview.minutes.blocks import Block, blocks
from dxreview.minutes.body import Body, Unit, body
from dxreview.minutes.headings import AGENDA, DATE, MATERIALS, NOTE, ROSTER, VENUE
from dxreview.minutes.lines import Line, is_furniture, lines, pages
from dxreview.minutes.roster import roster
from dxreview.minutes.words import words
from dxreview.records import (
    AgendaItem,
    Attendee,
    Material,
    Meeting,
    Minutes,
    Opinion,
    SourceText,
    Span,
)
from dxreview.text import find_dates, find_times, fold_identity, join, number, tidy

TOKYO = ZoneInfo("Asia/Tokyo")
KINDS = words("title.kinds")
_ROUND = re.compile(r"第\s*([\d一二三四五六七八九十百]{1,4})\s*回")


def parse(source: SourceText, *, corrections: Any = None) -> Minutes:
    """What ``source`` says: records, spans that hold every non-blank character once, warnings."""
    found = lines(source)
    source = replace(source, pages=pages(source, found))
    draft = _Draft(source)
    kept = []
    for line in found:
        if is_furniture(line.text):
            draft.claim(line.start, line.end, "furniture")
        else:
            kept.append(line)
    cut = blocks(kept)
    draft.header(cut)
    draft.body(body(cut))
    return draft.minutes()


class _Draft:
    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.id = PurePath(source.name).stem
        self.spans: list[Span] = list(source.furniture)
        self.facts: dict[str, Any] = {}
        self.attendees: list[Attendee] = []
        self.agenda: list[AgendaItem] = []
        self.materials: list[Material] = []
        self.opinions: list[Opinion] = []

    def claim(self, start: int, end: int, what: str) -> None:
        self.spans.append(Span(start, end, what))

    def header(self, cut: Sequence[Block]) -> None:
        for block in cut:
            if block.kind == "head":
                self._title(block.lines)
            elif block.line is not None and block.heading is not None:
                value = (
                    block.line.start + block.heading.value
                    if block.heading.value is not None
                    else block.line.end
                )
                text = self.source.text[value : block.line.end]
                if block.kind == DATE:
                    self._date(text or (block.lines[0].text if block.lines else ""))
                    self.claim(block.line.start, block.line.end, "date")
                elif block.kind == VENUE:
                    self.facts["venue"] = tidy(text) or None
                    self.claim(block.line.start, block.line.end, "venue")
                else:
                    self.claim(block.line.start, block.line.end, "heading")
            if block.kind == ROSTER:
                group = block.heading.label if block.heading else None
                for person in roster(block.lines, group):
                    self.attendees.append(
                        Attendee(
                            self.id,
                            person.group,
                            person.name,
                            person.affiliation,
                            person.attendance,
                            self.source.page_at(person.start),
                            person.start,
                            person.end,
                        )
                    )
                for line in block.lines:
                    self.claim(line.start, line.end, "attendee")
            elif block.kind == AGENDA:
                for item in agenda(block.lines):
                    self.agenda.append(
                        AgendaItem(
                            self.id,
                            item.number,
                            item.title,
                            self.source.page_at(item.start),
                            item.start,
                            item.end,
                        )
                    )
                for line in block.lines:
                    self.claim(line.start, line.end, "agenda")
            elif block.kind in (DATE, VENUE, NOTE, MATERIALS):
                for line in block.lines:
                    self.claim(line.start, line.end, block.kind)

    def _title(self, found: Sequence[Line]) -> None:
        title = ""
        for line in found:
            title = join(title, line.plain)
            self.claim(line.start, line.end, "title")
        title = tidy(title)
        if not title:
            return
        round_ = _ROUND.search(title)
        kind = next((kind for kind in KINDS if kind in title), None)
        series = title.replace(kind or "\n", "")
        series = tidy(re.sub(r"[（(]?第\s*[\d一二三四五六七八九十百]{1,4}\s*回[）)]?", "", series))
        self.facts.update(
            title=title,
            kind=kind,
            round=number(round_[1]) if round_ else None,
            series=series or None,
        )

    def _date(self, text: str) -> None:
        for found in find_dates(text):
            day = found.on()
            if day is None:
                continue
            self.facts["held_on"] = day
            times = find_times(text[found.end :])
            for key, time in zip(("starts_at", "ends_at"), times[:2], strict=False):
                self.facts[key] = datetime.combine(day, time.at, TOKYO)
            return

    def body(self, found: Body) -> None:
        for start, end, what in found.claims:
            self.claim(start, end, what)
        seen: Counter[str] = Counter()
        ids: dict[int, str] = {}
        for order, unit in enumerate(found.units, 1):
            self._unit(unit, order, seen, ids)

    def _unit(self, unit: Unit, order: int, seen: Counter[str], ids: dict[int, str]) -> None:
        text = unit.text
        base = f"{self.id}-{sha256(fold_identity(text).encode()).hexdigest()[:8]}"
        seen[base] += 1
        ids[id(unit)] = opinion = base if seen[base] == 1 else f"{base}-{seen[base]}"
        end = unit.pieces[-1][1] if unit.pieces else unit.start
        speaker = unit.speaker
        reply = ids.get(id(unit.reply_to))
        self.opinions.append(
            Opinion(
                opinion,
                self.id,
                order,
                unit.section,
                unit.kind,
                speaker.name if speaker else None,
                speaker.role if speaker else None,
                reply,
                text,
                self.source.page_at(unit.start),
                unit.start,
                end,
            )
        )
        self._pieces(unit)
        if unit.kind == "explanation":
            for start, _, piece in unit.pieces:
                for named in materials(piece, start, speaker.role if speaker else None):
                    self.materials.append(
                        Material(
                            self.id,
                            named.number,
                            named.presenter,
                            unit.section,
                            self.source.page_at(named.start),
                            named.start,
                            named.end,
                        )
                    )

    def _pieces(self, unit: Unit) -> None:
        start = unit.start
        for _, end, _ in unit.pieces:
            self.claim(start, end, unit.kind)
            start = end
        # pieces of one unit that touch are one span; see _account

    def minutes(self) -> Minutes:
        meeting = Meeting(self.id, self.source.name, self.source.sha256, **self.facts)
        return Minutes(
            self.source,
            (meeting,),
            tuple(self.attendees),
            tuple(self.agenda),
            tuple(self.materials),
            tuple(self.opinions),
            tuple(_account(self.source.text, self.spans)),
        )


def _account(text: str, spans: Iterable[Span]) -> Iterable[Span]:
    at = 0
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        start = max(at, span.start)
        yield from _unparsed(text, at, start)
        while start < span.end and text[start].isspace():
            start += 1
        if start < span.end:
            yield Span(start, span.end, span.what)
            at = span.end
    yield from _unparsed(text, at, len(text))


def _unparsed(text: str, start: int, end: int) -> Iterable[Span]:
    for line in re.finditer(r"\S(?:[^\n]*\S)?", text[start:end]):
        yield Span(start + line.start(), start + line.end(), "unparsed")
