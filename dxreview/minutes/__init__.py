"""Source text → records, and an account of every character.

The way of a document: lines (furniture set aside) → evidence (what each mark means here) → blocks
(cut at headings) → header, roster, agenda, body → records, spans, warnings.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from pathlib import PurePath

from msgspec import structs

from dxreview.minutes.checks import account, check, unread, warning
from dxreview.minutes.corrections import Corrections
from dxreview.minutes.header import TOKYO, is_title
from dxreview.minutes.headings import BODY, DATE, GROUP, ROSTER, heading, is_group
from dxreview.minutes.lines import (
    FURNITURE_ENDS,
    Line,
    is_divider,
    is_furniture,
    is_rule,
    is_written,
    lines,
    pages,
    running_heads,
)
from dxreview.minutes.meeting import Draft, finish, read
from dxreview.minutes.mending import Place
from dxreview.minutes.tables import head_row
from dxreview.records import Minutes, SourceText

__all__ = ["TOKYO", "Corrections", "parse"]
Claim = tuple[int, int, str]
_TORN = re.compile("([^\\s（）()]{1,3})[）)]")  # （会 ⏎ 長） …


def parse(source: SourceText, *, corrections: Corrections | None = None) -> Minutes:
    """What ``source`` says: records, spans that hold every non-blank character once, warnings
    (codes: see `dxreview.minutes.checks`), and what was decided about its marks.

    Pure; time grows with the length of the text. Raises DxError where a quote in ``corrections``
    is not found in the source, or found more than once.
    """
    rules, found = corrections or Corrections(), lines(source)
    if (starts := pages(source, found)) != source.pages:
        source = replace(source, pages=starts)
    claims: list[Claim] = [span for span in source.marked if span.what == "furniture"]
    kept = _kept(source, found, rules.left_out(source) if corrections else (), claims)
    drafts = _meetings(source, kept, rules)
    changes = list(rules.apply(source, drafts, claims)) if corrections else []
    for draft in drafts:
        finish(draft)
    every = chain.from_iterable
    spans = account(source.text, chain(claims, *(draft.claims for draft in drafts)))
    return Minutes(
        source,
        tuple(draft.meeting() for draft in drafts),
        tuple(every(draft.attendees for draft in drafts)),
        tuple(every(draft.agenda for draft in drafts)),
        tuple(every(draft.materials for draft in drafts)),
        tuple(every(draft.opinions for draft in drafts)),
        spans,
        (
            *source.notes,
            *check(source, kept, drafts),
            *unread(source, spans),
            *(warning(source, "corrected", place, what=what) for what, place in changes),
        ),
        tuple(every(draft.found.decisions for draft in drafts)),
    )


def _kept(
    source: SourceText, found: Sequence[Line], left_out: Sequence[Place], claims: list[Claim]
) -> list[Line]:
    """The lines that say something; the others go to ``claims``. In a drawn table a label may
    stand in the middle of its row: it is read first."""
    heads, titles = running_heads(found, source.pages), {line.text for line in found[:3]}
    kept: list[Line] = []
    ruled, row, tabbed, torn = False, -1, "\t" in source.text, False
    plain = not (left_out or tabbed or source.marked)
    for at, line in enumerate(found):
        if plain and is_written(line.raw) and not (heads or ruled or row >= 0 or torn):
            kept.append(line)  # as most lines are
        elif line.start in heads or (line.raw[-1] in FURNITURE_ENDS and is_furniture(line.raw)):
            claims.append((line.start, line.end, "furniture"))
            below = found[at + 1 : at + 2] if at > 3 and not is_rule(line.raw) else ()
            heads |= {one.start for one in below if one.text in titles}  # below a page number
            ruled = ruled or is_divider(line.raw)
            row = len(kept) if line.raw[0] in "┌├" else -1 if line.raw[0] == "└" else row
        elif left_out and any(line.start < end and start < line.end for start, end in left_out):
            claims.append((line.start, line.end, "left_out"))
        elif line.kind == "note":
            claims.append((line.start, line.end, "note"))
        elif (torn or len(line.text) < 16) and kept and _wrapped(kept[-1].text, line.text):
            above = kept.pop()
            text, raw = above.text + line.text, source.text[above.start : line.end]
            kept.append(structs.replace(above, end=line.end, text=text, raw=raw))
            torn = False
        else:
            torn = len(line.text) < 5 and (line.text[0] in "（(" or len(line.text) == 1)
            line.ruled, ruled = ruled, False
            if row >= 0 and _heads_row(line):
                kept.insert(row, line)
            elif tabbed and "\t" in line.raw:
                kept += _parted(line)
            else:
                kept.append(line)
    return kept


def _parted(line: Line) -> Iterator[Line]:
    """A line of a table; a heading of talk and what is said beside it (議事内容 ⇥ ○委員 …) are
    two."""
    label, _, said = line.raw.partition("\t")
    opened = heading(label.rstrip()) if said.strip() and not head_row(line) else None
    if opened and opened.kind == BODY and opened.value is None:
        label, said = label.rstrip(), said.lstrip()
        yield structs.replace(line, end=line.start + len(label), text=label, raw=label)
        line = structs.replace(
            line, start=line.end - len(said), text=said, raw=said, gap=0, kind=""
        )
    yield line


def _wrapped(above: str, text: str) -> bool:
    """Whether a line goes on with a word that is torn in two (事務局（秘書 ⏎ 課長）, 議 ⏎ 長)."""
    if len(above) == 1 and len(text) == 1:
        return is_group(above + text)
    if len(above) < 5 and above[0] in "（(" and (found := _TORN.match(text)):
        return is_group(above[1:] + found[1])
    if text[-1] != "）" or "（" in text or len(above) >= 16:
        return False
    return above.count("（") == above.count("）") + 1


def _heads_row(line: Line) -> bool:
    """Whether a line of a drawn table is a label and its value (出席委員│青山 望)."""
    opened = heading(line.text) if "│" in line.text else None
    return opened is not None and opened.kind in (DATE, GROUP, ROSTER)


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
