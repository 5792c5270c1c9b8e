"""A source as lines: blank lines counted, furniture (page numbers, rules) and pages recognised."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from dxreview.minutes.words import pattern
from dxreview.records import SourceText
from dxreview.text import is_spaced, unspace


class Line(Struct, eq=False, gc=False):  # made in half of a dataclass's time
    """A line that holds something, from ``start`` to ``end`` in the source.

    ``raw`` is as printed without its outer blanks, ``text`` with letter-spacing undone; ``gap``
    counts the blank lines before it, ``indent`` the blanks at its head; ``ruled``: below a rule;
    ``kind``: what the format itself says it is (heading, note, row, or cell: more of a row).
    """

    start: int
    end: int
    text: str
    raw: str
    gap: int
    indent: int
    ruled: bool = False
    kind: str = ""

    @property
    def celled(self) -> bool:
        """Whether it stands in a table."""
        return self.kind in ("row", "cell") or "\t" in self.raw

    def at(self, index: int) -> int:
        """Where in the source the letter ``index`` of the text stands."""
        if self.raw is self.text:
            return self.start + index
        letters = len("".join(self.text[:index].split()))
        stands = [at for at, char in enumerate(self.raw) if not char.isspace()]
        return self.start + stands[letters] if letters < len(stands) else self.end


_RULE = frozenset("─━―—–‐−－ー-＝=_＿~～*＊…‥・･◇◆○●☆★□■※／/|｜＋+┌┐└┘├┤┬┴┼│┃ \u3000")
_TABLE, _BARS = "┌└├┏┗┣+", "│┃|"
FURNITURE_ENDS = _RULE | frozenset("0123456789０１２３４５６７８９)）:：ジ頁>")
_LOST_END = pattern("lost_end")
_NEXT_MARK = re.compile(r"。[ \u3000]+[（(○〇◯◎●【〔]")
_TIMED = re.compile(r"[会議開][ \u3000]{4,}(?:出席|欠席)(?:議員|委員|者)")
_INDEX = re.compile(r"[ \u3000]*(\d{1,4})(?:[:：]\s*|[ \u3000]+)(?=[○〇◯◎◆●]|午[前後])")
_HEAD = 8_000  # characters that show whether lines are numbered, or run together
_INDEXED = re.compile(rf"\n{_INDEX.pattern}")
_PAGE = re.compile(
    r"[-－‐−–—―]\s*\d{1,4}\s*[-－‐−–—―]|[(（]\s*\d{1,3}\s*[)）]|\d{1,4}(?:\s*[/／]\s*\d{1,4}|[:：])?"
    r"|[Pp](?:age)?[.．]?\s*\d{1,4}|\d{1,4}\s*(?:ページ|頁)|(?P<tag></?(?i:PAGE)[^<>]{0,12}>)"
)


def lines(source: SourceText) -> list[Line]:
    """The lines that hold something and that the format itself did not mark as furniture."""
    text, kinds = source.text, {span.start: span.what for span in source.marked}
    # What hardly any document holds is looked for once, not in every line.
    barred = any(bar in text for bar in _BARS)
    indexed = len(_INDEXED.findall(text, 0, _HEAD)) > 2
    joined, timed = _NEXT_MARK.search(text, 0, 2 * _HEAD), "席" in text and _TIMED.search(text)
    found: list[Line] = []
    offset = gap = 0
    for printed in text.split("\n"):
        first = offset
        offset += len(printed) + 1
        raw = printed.strip()
        if not raw:
            gap += 1
            continue
        if barred and (raw[0] in _BARS or raw[-1] in _BARS):
            raw = raw.strip(_BARS + " \u3000\t") or raw
        if indexed and (number := _INDEX.match(raw)):  # 12: ○委員長 …
            place = first + printed.index(raw)
            found.append(Line(place, place + len(number[1]), number[1], number[1], gap, 0))
            raw, gap = raw[number.end() :], 0
        indent = 0 if raw is printed else printed.index(raw[0])
        start, size, kind = first + indent, len(raw), ""
        if kinds:
            kind = kinds.get(first) or kinds.get(start, "")
            if kind == "furniture":
                continue
            if kind == "row":  # A tab for each cell above that reaches down into it.
                indent = printed[:indent].count("\t")
        long = (joined or size > 250) and (size > 80 or raw[0] in "○〇◯") and _ran_together(raw)
        if long or (timed and _TIMED.search(raw)):
            found += _cut(raw, start, gap, indent)
        else:
            apart = size > 1 and (raw[1].isspace() or (size < 90 and raw[-2].isspace()))
            own = unspace(raw) if apart and is_spaced(raw) else raw
            found.append(Line(start, start + size, own, raw, gap, indent, False, kind))
        gap = 0
    return found


def _ran_together(raw: str) -> bool:
    """Whether a line is long beyond measure, or the next speaker's mark follows a sentence."""
    if len(raw) > 250:
        return len(raw) < 200_000 and (" " in raw or "\u3000" in raw)
    return _NEXT_MARK.search(raw) is not None


def _cut(raw: str, start: int, gap: int, indent: int) -> Iterator[Line]:
    """The lines of one that lost its line ends on the way (text copied from a page)."""
    cuts = [(0, 0), *(found.span() for found in _LOST_END.finditer(raw)), (len(raw), len(raw))]
    for (above, first), (last, _) in pairwise(cuts):
        if text := raw[first:last].strip(_BARS + " \u3000"):
            first = raw.index(text, first)
            yield Line(
                start + first, start + first + len(text), text, text, gap, indent + first - above
            )
            gap = 0


def is_rule(raw: str) -> bool:
    """Whether a line is drawn, not written: ────, ＝＝＝, ……◇……."""
    return raw[0] in _RULE and raw[-1] in _RULE and len(raw) >= 3 and _RULE.issuperset(raw)


def is_divider(raw: str) -> bool:
    """Whether a rule parts what stands above it from what stands below; a table's lines do not."""
    return raw[0] not in _TABLE and is_rule(raw)


def is_written(raw: str) -> bool:
    """Whether a line at a glance is neither furniture nor a short one that may be a wrap."""
    return len(raw) > 16 and (raw[-1] not in FURNITURE_ENDS or raw[0] not in _RULE)


def is_furniture(raw: str) -> bool:
    """Whether a line is a rule, or nothing but a page number or tag."""
    if raw[-1] not in FURNITURE_ENDS or (len(raw) > 16 and raw[0] not in _RULE):
        return False
    return (len(raw) <= 16 and _PAGE.fullmatch(raw) is not None) or is_rule(raw)


def pages(source: SourceText, found: Sequence[Line]) -> tuple[int, ...]:
    """Where each page starts: as the format says, else by the evidence of plain text.

    That is a tag ``<PAGE="2">``, or, where every line is followed by a blank one, a line that
    starts with a blank right after the line before.
    """
    if len(source.pages) > 1 or source.format != "text" or not found:
        return source.pages
    tagged = (line for line in found if line.raw[0] == "<") if "<" in source.text else ()
    tags = [line.start for line in tagged if _is_tag(line.raw)]
    tight = [line for line in found[1:] if line.gap == 0]
    if not tags and len(tight) * 10 <= len(found) and all(line.indent for line in tight):
        tags = [line.start - line.indent for line in tight]
    return (0, *(start for start in tags if start > found[0].start))


def _is_tag(raw: str) -> bool:
    tag = _PAGE.fullmatch(raw)
    return tag is not None and tag["tag"] is not None


def running_heads(found: Sequence[Line], starts: Sequence[int]) -> set[int]:
    """Starts of the lines that open a page and opened an earlier page too."""
    first: dict[int, Line] = {}
    for line in found if len(starts) > 1 else ():
        if not is_furniture(line.raw):
            first.setdefault(bisect_right(starts, line.start), line)
    seen: set[str] = set()
    heads: set[int] = set()
    for line in first.values():
        if line.text in seen:
            heads.add(line.start)
        seen.add(line.text)
    return heads
