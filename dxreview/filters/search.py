"""Text search over many opinions: words are AND, "…" is a phrase, -word excludes.

All keys lie in one array of UTF-16 units with a line feed between opinions. A word is found by
looking for its rarest unit in the whole array at once and then comparing what stands around the
hits; no Python object is touched per opinion, and no n-gram index has to be kept.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dxreview.folding import fold_key, fold_search

_TERM = re.compile(
    r'(?P<minus>[-－])?(?:["“”＂](?P<phrase>[^"“”＂]+)["“”＂]?|(?P<word>[^\s"“”＂]+))'
)
_BLOCK = 1 << 17
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
        key = fold_key(match["phrase"] or match["word"]).strip()
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
    """The keys of all opinions, ready to be searched."""

    def __init__(self, texts: Iterable[str]) -> None:
        keys = "\n".join(map(fold_key, texts)) + "\n"
        self._units = _units(keys)
        self._ends = np.flatnonzero(self._units == ord("\n"))
        self._counts = np.bincount(self._units, minlength=1 << 16)

    def mask(self, query: str | None) -> Mask:
        """Which opinions match, in order."""
        found = np.ones(len(self._ends), dtype=bool)
        for term in terms(query):
            found &= self._holds(term.key) ^ term.excluded
        return found

    def _holds(self, key: str) -> Mask:
        """A key has no line feed, so that a hit never runs into the next opinion."""
        units = _units(key)
        rarest = int(self._counts[units].argmin())
        hits = self._positions(units[rarest]) - rarest
        hits = hits[(hits >= 0) & (hits <= len(self._units) - len(units))]
        for step, unit in enumerate(units):
            if step != rarest and len(hits):
                hits = hits[self._units[hits + step] == unit]
        found = np.zeros(len(self._ends), dtype=bool)
        found[np.searchsorted(self._ends, hits)] = True
        return found

    def _positions(self, unit: np.uint16) -> NDArray[np.intp]:
        """Block by block, so that what is in between stays in the processor's cache."""
        starts = range(0, len(self._units), _BLOCK)
        found = [
            start + np.flatnonzero(self._units[start : start + _BLOCK] == unit) for start in starts
        ]
        return np.concatenate(found) if found else np.empty(0, dtype=np.intp)


def _units(text: str) -> NDArray[np.uint16]:
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")


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
