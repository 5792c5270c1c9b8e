"""The account: every non-blank character in exactly one span."""

import re
from collections.abc import Iterable, Iterator

from dxreview.records import Span

_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_FRAME = frozenset("│┃|")


def account(text: str, claims: Iterable[tuple[int, int, str]]) -> tuple[Span, ...]:
    """Spans in order, no two overlapping, from what the parts claimed (start, end, what); what
    nobody claimed is ``unparsed``, line by line."""
    spans: list[Span] = []
    at = 0
    for start, end, what in sorted(claims):
        start = max(at, start)
        if start >= end:
            continue
        spans.extend(_left(text, at, start))
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start < end:
            spans.append(Span(start, end, what))
            at = end
    spans.extend(_left(text, at, len(text)))
    return tuple(spans)


def _left(text: str, start: int, end: int) -> Iterator[Span]:
    for line in _LINE.finditer(text, start, end):
        what = "furniture" if _FRAME.issuperset(line.group()) else "unparsed"
        yield Span(line.start(), line.end(), what)
