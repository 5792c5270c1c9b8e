"""The account of every character, and what a careful reader would ask about a source.

| code             | asked when                                                             |
|------------------|------------------------------------------------------------------------|
| not_minutes      | no title of a meeting, date, people or speaker: this is something else |
| no_date          | no date of the meeting was found                                       |
| weekday          | the printed weekday is not that of the date                            |
| count            | a heading declares another number of people than are listed below it   |
| no_opinion       | nothing in the source is a unit of review                              |
| empty_section    | a section that announces opinions or questions holds none              |
| several_meetings | the source holds more than one meeting                                 |
| duplicate        | another file that was loaded with this one holds the same opinions     |
| jumbled          | the text looks as if it had come out of its order                      |
| unparsed         | more than a tenth of the text was not understood                   |
| corrected        | the analyst's corrections changed what the text says                   |
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from dxreview.messages import say
from dxreview.minutes.blocks import Block
from dxreview.minutes.lines import Line
from dxreview.minutes.meeting import Draft
from dxreview.minutes.words import pattern
from dxreview.records import LoadWarning, SourceText, Span
from dxreview.text import WEEKDAYS

_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_WEB, _DRAWN = pattern("web"), frozenset("│┃| \u3000\t")
_ODD = re.compile(r"[、。](?=[、。])")


def check(
    source: SourceText, lines: Sequence[Line], drafts: Sequence[Draft]
) -> Iterator[LoadWarning]:
    """The warnings of a source, those about the whole of it first."""
    if len(drafts) > 1:
        yield warning(source, "several_meetings", number=len(drafts))
    odd = len([line for line in lines if line.text[0] in "、。）」"])
    odd += sum(len(_ODD.findall(line.text)) for line in lines if line.raw is not line.text)
    if odd >= 3 and odd * 12 > len(lines):
        yield warning(source, "jumbled")
    for draft in drafts:
        yield from _meeting(source, draft)


def warning(
    source: SourceText, code: str, place: tuple[int, int] | None = None, **facts: str | int
) -> LoadWarning:
    """A warning about a place in the source, or about all of it."""
    start, end = place or (None, None)
    page = source.page_at(start) if start is not None else None
    message = say(f"warnings.{code}", lang=None, **facts)
    return LoadWarning(source.name, page, start, end, code, message)


def unread(source: SourceText, spans: Sequence[Span]) -> Iterator[LoadWarning]:
    """A warning where more than a tenth of the characters that count was not understood."""
    parts = [span for span in spans if span.what == "unparsed"]
    size = sum(span.end - span.start for span in parts)
    if size and size * 10 > sum(
        span.end - span.start for span in spans if span.what != "furniture"
    ):
        place = parts[0].start, parts[0].end
        yield warning(source, "unparsed", place, number=len(parts))


def _meeting(source: SourceText, draft: Draft) -> Iterator[LoadWarning]:
    head = draft.header
    spoken = any(unit.kind == "speech" for unit in draft.opinions)
    if not (head.held_on or head.title or head.kind or draft.attendees or spoken):
        yield warning(source, "not_minutes")
    if head.held_on is None:
        yield warning(source, "no_date")
    elif head.misfit is not None:
        printed, real = head.misfit.weekday or "", WEEKDAYS[head.held_on.weekday()]
        day = head.held_on.isoformat()
        yield warning(source, "weekday", head.place, date=day, printed=printed, real=real)
    for block, counted in draft.declared:
        declared = block.heading.declared if block.heading else None
        if declared is not None and declared != counted:
            facts = {"group": block.label or "", "declared": str(declared), "counted": str(counted)}
            yield warning(source, "count", _place(block), **facts)
    if not draft.opinions:
        yield warning(source, "no_opinion")
    for block in draft.body.empty if draft.opinions else ():
        yield warning(source, "empty_section", _place(block), section=block.label or "")


def _place(block: Block) -> tuple[int, int] | None:
    return (block.line.start, block.line.end) if block.line else None


def account(text: str, claims: Iterable[tuple[int, int, str]]) -> tuple[Span, ...]:
    """Spans in order, no two overlapping, from what the parts claimed (start, end, what); what
    nobody claimed is ``unparsed``, line by line."""
    spans: list[Span] = []
    at, made = 0, tuple.__new__  # half the time of Span(…)
    for first, last, what in (*sorted(claims), (len(text), len(text), "")):
        start, end = first if first > at else at, last
        if start > at and not text[at:start].isspace():
            for left in _LINE.finditer(text, at, start):
                said = set(left[0]) - _DRAWN and not _WEB.fullmatch(left[0])
                spans.append(Span(*left.span(), "unparsed" if said else "furniture"))
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start < end:
            spans.append(made(Span, (start, end, what)))
        at = last if last > at else at
    return tuple(spans)
