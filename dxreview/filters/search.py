"""Text search over many opinions: words are AND, "…" is a phrase, -word excludes.

Measured on 1,000,000 opinions of 77 characters (see tests/bench/bench_filters.py), against
``q in s`` over all of them: bytes.find over one buffer and pyarrow were slower than it for common
words, scanning an array of units three times faster, the index below ten to a hundred times.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dxreview.folding import fold_key, fold_search

_TERM = re.compile(
    r'(?P<minus>[-－])?(?:["“”＂](?P<phrase>[^"“”＂]+)["“”＂]?|(?P<word>[^\s"“”＂]+))'
)
_SHARD = 1 << 15  # rows; their numbers fit 16 bits, their places the processor's cache
Mask = NDArray[np.bool_]


class Term(NamedTuple):
    key: str
    excluded: bool


def terms(query: str | None) -> list[Term]:
    """The words and phrases of a query, folded; a lone "-" or quotation mark says nothing.

    >>> terms('"横の つながり" -ＲＰＡ')
    [Term(key='横の つながり', excluded=False), Term(key='rpa', excluded=True)]
    """
    found = []
    for match in _TERM.finditer(query or ""):
        key = fold_key(match["phrase"] or match["word"]).replace("\0", "").strip()
        if key and match["word"] not in ("-", "－"):
            found.append(Term(key, match["minus"] is not None))
    return found


def highlight(text: str, query: str | None) -> list[tuple[int, int]]:
    """Where the query's words stand in the text as printed: (start, end), sorted, merged.

    >>> highlight("㈱のサーバーとＤＸ", "dx さーば")
    [(2, 6), (7, 9)]
    """
    key, offsets = fold_search(text)
    spans = []
    for term in terms(query):
        if not term.excluded:
            spans += [_printed(offsets, at, at + len(term.key)) for at in _places(key, term.key)]
    return _merged(sorted(spans))


class TextIndex:
    """The keys of all opinions, ready to be searched: 8 bytes a character."""

    def __init__(self, texts: Sequence[str]) -> None:
        starts = range(0, len(texts), _SHARD)
        self._shards = [_Shard(texts[start : start + _SHARD]) for start in starts]

    def mask(self, query: str | None) -> Mask:
        """Which opinions match, in order."""
        asked = terms(query)
        found = [shard.mask(asked) for shard in self._shards]
        return np.concatenate([np.empty(0, dtype=bool), *found])


class _Shard:
    """A suffix array of depth four: every place of the joined keys, sorted by the four UTF-16 units
    that begin there. A word of up to four units is one slice of it, found by bisection; of a longer
    one the rarest four are looked up, and the others compared at those places only."""

    def __init__(self, texts: Sequence[str]) -> None:
        keys = fold_key("\0".join(text.replace("\0", " ") for text in texts))
        raw = _units(keys + "\0\0\0\0")
        self._fours = np.ndarray(len(raw) // 2 - 3, dtype=">u8", buffer=raw, strides=(2,))
        order = np.argsort(self._fours.astype(np.uint64))
        breaks = np.frombuffer(raw, dtype=">u2")[:-3] == 0
        self._order = order.astype(np.int32)
        self._rows = (np.cumsum(breaks) - breaks).astype(np.uint16)[order]
        self._size = len(texts)

    def mask(self, asked: Iterable[Term]) -> Mask:
        found = np.ones(self._size, dtype=bool)
        for term in asked:
            held = np.zeros(self._size, dtype=bool)
            held[self._holding(_units(term.key))] = True
            found &= held ^ term.excluded
        return found

    def _holding(self, key: bytes) -> Any:
        """Rows in which the key occurs. It has no NUL: no hit runs into the next row."""
        steps = sorted({*range(0, len(key) // 2 - 3, 4), max(0, len(key) // 2 - 4)})
        slices = {step: self._slice(key[2 * step : 2 * step + 8]) for step in steps}
        rarest = min(steps, key=lambda step: slices[step].stop - slices[step].start)
        part = slices.pop(rarest)
        rows, places = self._rows[part], self._order[part] - rarest
        if slices:
            inside = (places >= 0) & (places < len(self._fours) - steps[-1])
            rows, places = rows[inside], places[inside]
        for step in slices:
            same = self._fours[places + step] == int.from_bytes(key[2 * step : 2 * step + 8])
            rows, places = rows[same], places[same]
        return rows

    def _slice(self, four: bytes) -> slice:
        low, high = (int.from_bytes(four.ljust(8, end)) for end in (b"\0", b"\xff"))
        at = self._fours.__getitem__
        return slice(bisect_left(self._order, low, key=at), bisect_right(self._order, high, key=at))


def _units(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def _places(key: str, word: str) -> list[int]:
    found, at = [], key.find(word)
    while at >= 0:
        found.append(at)
        at = key.find(word, at + 1)
    return found


def _printed(offsets: list[int], start: int, end: int) -> tuple[int, int]:
    """A character that became several (㈱) is marked whole."""
    last = offsets[end - 1]
    while offsets[end] == last:
        end += 1
    return offsets[start], offsets[end]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
