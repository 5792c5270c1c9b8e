"""Text search over many opinions: words are AND, "…" is a phrase, -word excludes.

Chosen by measuring against ``q in s`` over all strings (tests/bench/bench_filters.py): scanning an
array of all characters with numpy was two to ten times faster, common words being the slow ones;
the index below is five to a hundred times, for eight bytes a character.
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
    marked = bytearray(len(text))
    for word in (term.key for term in terms(query) if not term.excluded):
        for hit in re.finditer(f"(?={re.escape(word)})", key):
            last = offsets[hit.start() + len(word) - 1]
            end = offsets[bisect_right(offsets, last)]  # ㈱, several in the key, is marked whole
            marked[offsets[hit.start()] : end] = b"x" * (end - offsets[hit.start()])
    return [run.span() for run in re.finditer(b"x+", marked)]


class TextIndex:
    """The keys of all opinions, ready to be searched."""

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
