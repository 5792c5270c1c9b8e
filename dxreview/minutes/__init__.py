"""Source text → records, and an account of every character.

The way of a document: lines (furniture set aside) → evidence (what each mark means here) → blocks
(cut at headings) → header, roster, agenda, body → records, spans, warnings.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, pairwise
from pathlib import PurePath
from typing import Any

from dxreview.minutes.account import account
from dxreview.minutes.checks import check
from dxreview.minutes.header import TOKYO, is_title
from dxreview.minutes.headings import DATE, heading
from dxreview.minutes.lines import Line, is_divider, is_furniture, lines, pages, running_heads
from dxreview.minutes.meeting import Draft, number_units, read
from dxreview.records import Minutes, SourceText

__all__ = ["TOKYO", "parse"]


def parse(source: SourceText, *, corrections: Any = None) -> Minutes:
    """What ``source`` says: records, spans that hold every non-blank character once, warnings,
    and what was decided about its marks. Pure; time grows with the length of the text.

    Codes of the warnings: see ``dxreview.minutes.checks``.
    """
    found = lines(source)
    source = replace(source, pages=pages(source, found))
    heads = running_heads(found, source.pages)
    claims = [(span.start, span.end, "furniture") for span in source.furniture]
    kept: list[Line] = []
    ruled = False
    for line in found:
        if is_furniture(line.text) or line.start in heads:
            claims.append((line.start, line.end, "furniture"))
            ruled = ruled or is_divider(line.text)
        else:
            kept.append(line._replace(ruled=True) if ruled else line)
            ruled = False
    drafts = _meetings(source, kept)
    for draft in drafts:
        number_units(draft)
    return _minutes(source, drafts, claims)


def _meetings(source: SourceText, kept: Sequence[Line]) -> list[Draft]:
    stem = PurePath(source.name).stem
    starts = [0, *_further(kept), len(kept)]
    return [
        read(source, kept[first:last], stem if not at else f"{stem}-{at + 1}", {})
        for at, (first, last) in enumerate(pairwise(starts))
    ]


def _further(kept: Sequence[Line]) -> list[int]:
    """Where a further meeting starts: a title, with a date right below, as the first one had."""
    titles = [at for at, line in enumerate(kept) if is_title(line.plain)]
    dated = [at for at in titles if _dated(kept[at + 1 : at + 5])]
    return [at for at in dated[1:] if at - dated[0] > 4]


def _dated(below: Sequence[Line]) -> bool:
    return any((opened := heading(line.plain)) and opened.kind == DATE for line in below)


def _minutes(
    source: SourceText, drafts: Sequence[Draft], claims: list[tuple[int, int, str]]
) -> Minutes:
    spans = account(source.text, chain(claims, *(draft.claims for draft in drafts)))
    return Minutes(
        source,
        tuple(draft.meeting() for draft in drafts),
        tuple(chain.from_iterable(draft.attendees for draft in drafts)),
        tuple(chain.from_iterable(draft.agenda for draft in drafts)),
        tuple(chain.from_iterable(draft.materials for draft in drafts)),
        tuple(chain.from_iterable(draft.opinions for draft in drafts)),
        spans,
        (*source.notes, *check(source, drafts)),
        tuple(chain.from_iterable(draft.found.decisions for draft in drafts)),
    )
