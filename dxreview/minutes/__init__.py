"""Source text → records, and an account of every character.

The way of a document: lines (furniture set aside) → evidence (what each mark means here) → blocks
(cut at headings) → header, roster, agenda, body → records, spans, warnings.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from pathlib import PurePath

from dxreview.minutes.checks import account, check, warning
from dxreview.minutes.corrections import Change, Corrections
from dxreview.minutes.header import TOKYO, is_title
from dxreview.minutes.headings import DATE, heading
from dxreview.minutes.lines import Line, is_divider, is_furniture, lines, pages, running_heads
from dxreview.minutes.meeting import Draft, finish, read
from dxreview.records import Minutes, SourceText

__all__ = ["TOKYO", "Corrections", "parse"]
_Claims = list[tuple[int, int, str]]


def parse(source: SourceText, *, corrections: Corrections | None = None) -> Minutes:
    """What ``source`` says: records, spans that hold every non-blank character once, warnings
    (codes: see `dxreview.minutes.checks`), and what was decided about its marks.

    Pure; time grows with the length of the text. Raises DxError where a quote in ``corrections``
    is not found in the source, or found more than once.
    """
    rules = corrections or Corrections()
    found = lines(source)
    source = replace(source, pages=pages(source, found))
    claims = [(span.start, span.end, "furniture") for span in source.furniture]
    kept, changes = rules.leave(source, _without_furniture(source, found, claims))
    drafts = _meetings(source, kept, rules)
    for draft in drafts:
        changes += rules.apply(source, draft.header, draft.body.units, draft is drafts[0])
        finish(draft)
    rules.check(source, changes)
    return _minutes(source, drafts, claims, changes)


def _without_furniture(source: SourceText, found: Sequence[Line], claims: _Claims) -> list[Line]:
    """The lines that say something; the others go to ``claims``."""
    heads = running_heads(found, source.pages)
    kept: list[Line] = []
    ruled = False
    for line in found:
        if is_furniture(line.raw) or line.start in heads:
            claims.append((line.start, line.end, "furniture"))
            ruled = ruled or is_divider(line.raw)
        else:
            kept.append(line._replace(ruled=True) if ruled else line)
            ruled = False
    return kept


def _meetings(source: SourceText, kept: Sequence[Line], rules: Corrections) -> list[Draft]:
    """The meetings of a source: a further one starts at a title with a date right below."""
    titles = [at for at, line in enumerate(kept) if len(line.text) <= 80 and is_title(line.text)]
    dated = [at for at in titles if _is_dated(kept[at + 1 : at + 5])]
    starts = [0, *(at for at in dated[1:] if at - dated[0] > 4), len(kept)]
    stem = PurePath(source.name).stem
    return [
        read(source, kept[first:last], f"{stem}-{at}" if at > 1 else stem, rules.marks)
        for at, (first, last) in enumerate(pairwise(starts), 1)
    ]


def _is_dated(below: Iterable[Line]) -> bool:
    return any((opened := heading(line.text)) and opened.kind == DATE for line in below)


def _minutes(
    source: SourceText, drafts: Sequence[Draft], claims: _Claims, changes: Sequence[Change]
) -> Minutes:
    left = [(*change.place, "left_out") for change in changes if change.left_out and change.place]
    every = chain.from_iterable
    return Minutes(
        source,
        tuple(draft.meeting() for draft in drafts),
        tuple(every(draft.attendees for draft in drafts)),
        tuple(every(draft.agenda for draft in drafts)),
        tuple(every(draft.materials for draft in drafts)),
        tuple(every(draft.opinions for draft in drafts)),
        account(source.text, chain(claims, left, *(draft.claims for draft in drafts))),
        (
            *source.notes,
            *check(source, drafts),
            *(warning(source, "corrected", c.place, what=c.what) for c in changes),
        ),
        tuple(every(draft.found.decisions for draft in drafts)),
    )
