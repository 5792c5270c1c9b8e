"""What a careful reader would ask about a source.

| code             | asked when                                                             |
|------------------|------------------------------------------------------------------------|
| no_date          | no date of the meeting was found                                       |
| weekday          | the printed weekday is not that of the date                            |
| count            | a heading declares another number of people than are listed below it   |
| no_opinion       | nothing in the source is a unit of review                              |
| empty_section    | a section that announces opinions or questions holds none              |
| several_meetings | the source holds more than one meeting                                 |
| jumbled          | the text looks as if it had come out of its order                      |
| unparsed         | parts were not understood                                              |
| corrected        | the analyst's corrections changed what the text says                   |
"""

import re
from collections.abc import Iterator, Sequence

from dxreview.messages import say
from dxreview.minutes.blocks import Block
from dxreview.minutes.meeting import Draft
from dxreview.records import LoadWarning, SourceText

_ODD = re.compile(r"^[ \u3000]*[、。）」]|[、。][ \u3000]*[、。]", re.MULTILINE)


def check(source: SourceText, drafts: Sequence[Draft]) -> Iterator[LoadWarning]:
    """The warnings of a source, those about the whole of it first."""
    if len(drafts) > 1:
        yield warning(source, "several_meetings", None, None, number=len(drafts))
    odd = len(_ODD.findall(source.text))
    if odd >= 3 and odd * 12 > source.text.count("\n"):
        yield warning(source, "jumbled", None, None)
    for draft in drafts:
        yield from _meeting(source, draft)


def warning(
    source: SourceText, code: str, start: int | None, end: int | None, **facts: str | int
) -> LoadWarning:
    page = source.page_at(start) if start is not None else None
    return LoadWarning(
        source.name, page, start, end, code, say(f"warnings.{code}", lang=None, **facts)
    )


def _meeting(source: SourceText, draft: Draft) -> Iterator[LoadWarning]:
    head = draft.header
    if head.held_on is None:
        yield warning(source, "no_date", None, None)
    elif head.misfit is not None:
        real = "月火水木金土日"[head.held_on.weekday()]
        date, printed = head.held_on.isoformat(), head.misfit.weekday or ""
        yield warning(source, "weekday", *head.misfit_at, date=date, printed=printed, real=real)
    for block, declared, counted in draft.declared:
        if counted and counted != declared:
            at, label = _place(block)
            yield warning(source, "count", *at, group=label, declared=declared, counted=counted)
    if not draft.opinions:
        yield warning(source, "no_opinion", None, None)
    for block in draft.body.empty if draft.opinions else ():
        at, label = _place(block)
        yield warning(source, "empty_section", *at, section=label)


def _place(block: Block) -> tuple[tuple[int | None, int | None], str]:
    line, opened = block.line, block.heading
    return (line.start, line.end) if line else (None, None), opened.label if opened else ""
