"""A source as lines: blank lines counted, furniture (page numbers, rules) and pages recognised."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from dxreview.records import SourceText
from dxreview.text import is_spaced, unspace


class Line(NamedTuple):
    """A line that holds something. ``text`` is without its outer blanks, from ``start`` to ``end``
    in the source; ``gap`` counts the blank lines before it, ``indent`` the blanks at its head;
    ``ruled`` tells that a rule is drawn above it."""

    start: int
    end: int
    text: str
    gap: int
    indent: int
    ruled: bool = False

    @property
    def plain(self) -> str:
        """The text with letter-spacing undone."""
        return unspace(self.text) if is_spaced(self.text) else self.text


_RULES = frozenset("─━―—–‐－ー-＝=_＿~～*＊…‥・･◇◆○●☆★□■※／/|｜＋+┌┐└┘├┤┬┴┼│┃ \u3000")
_PAGE_NUMBER = re.compile(
    r"(?:[-－‐−–—―]\s*\d{1,4}\s*[-－‐−–—―]|[(（]\s*\d{1,3}\s*[)）]|\d{1,4}|\d{1,4}\s*[/／]\s*\d{1,4}"
    r"|[Pp](?:age)?[.．]?\s*\d{1,4}|\d{1,4}\s*(?:ページ|頁)|\d{1,4}[:：])"
)
_DRAWN = frozenset("┌└├┏┗┣+|｜│")
_FRAME, _BLANKS = "│┃|", " \u3000\t"
_PAGE_TAG = re.compile(r"</?PAGE(?:\s*=\s*\"?\d+\"?)?\s*/?>", re.IGNORECASE)


def lines(source: SourceText) -> list[Line]:
    """The lines that hold something and that the format itself did not mark as furniture."""
    skipped = [span.start for span in source.furniture]
    found: list[Line] = []
    offset = gap = 0
    for raw in source.text.split("\n"):
        text = raw.strip()
        if text and text[0] in _FRAME:
            text = text.strip(_FRAME + _BLANKS) or text
        if not text:
            gap += 1
        else:
            indent = 0 if raw[0] == text[0] else raw.index(text)
            start = offset + indent
            hidden = bisect_right(skipped, start) - 1 if skipped else -1
            if hidden < 0 or source.furniture[hidden].end <= start:
                found.append(Line(start, start + len(text), text, gap, indent))
                gap = 0
        offset += len(raw) + 1
    return found


def is_rule(text: str) -> bool:
    """Whether a line is drawn, not written: ────, ＝＝＝, ……◇……."""
    return len(text) >= 3 and text[0] in _RULES and len(set(text)) <= 7 and _RULES.issuperset(text)


def is_divider(text: str) -> bool:
    """Whether a rule parts what stands above from what stands below; a table's lines do not."""
    return is_rule(text) and text[0] not in _DRAWN


def is_page_mark(text: str) -> bool:
    """Whether a line is nothing but a page number or a page tag."""
    if len(text) > 16:
        return False
    return bool(_PAGE_NUMBER.fullmatch(text) or (text[0] == "<" and _PAGE_TAG.fullmatch(text)))


def is_furniture(text: str) -> bool:
    return is_rule(text) or is_page_mark(text)


def usual_gap(found: Sequence[Line]) -> int:
    """How many blank lines stand between two lines of one paragraph: PDF text often has one."""
    counts = Counter(line.gap for line in found[1:] if line.gap < 4)
    return counts.most_common(1)[0][0] if counts else 0


def pages(source: SourceText, found: Sequence[Line]) -> tuple[int, ...]:
    """Where each page starts: as the format says, else by the evidence of plain text.

    That is a tag ``<PAGE="2">``, or, where every line is followed by a blank one, a line that
    starts with a blank right after the line before.
    """
    if len(source.pages) > 1 or source.format != "text" or not found:
        return source.pages
    tags = [line.start for line in found if line.text[0] == "<" and _PAGE_TAG.fullmatch(line.text)]
    starts = tags or _close_lines(found)
    return (0, *(start for start in starts if start > found[0].start))


def _close_lines(found: Sequence[Line]) -> list[int]:
    """Starts of lines that follow without a blank line where nearly all others have one."""
    close = [line.start - line.indent for line in found[1:] if line.gap == 0 and line.indent]
    tight = sum(line.gap == 0 for line in found[1:])
    return close if tight == len(close) and len(close) * 10 <= len(found) else []


def running_heads(found: Sequence[Line], starts: Sequence[int]) -> set[int]:
    """Starts of the lines that open a page and were printed on the page before too."""
    if len(starts) < 2:
        return set()
    first: dict[int, Line] = {}
    for line in found:
        if not is_page_mark(line.text):
            first.setdefault(bisect_right(starts, line.start), line)
    counts = Counter(line.text for line in first.values())
    seen: set[str] = set()
    heads: set[int] = set()
    for line in first.values():
        if counts[line.text] > 1 and line.text in seen:
            heads.add(line.start)
        seen.add(line.text)
    return heads
