"""Which rows of the opinions frame fit each field of a filter, and the counts by value."""

import weakref
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dxreview.filters.search import Mask, TextIndex

if TYPE_CHECKING:
    from dxreview.filters.value import Filter

COLUMNS = {
    "meeting": "meeting_id",
    "section": "section",
    "kind": "kind",
    "speaker": "speaker",
    "role": "role",
}


class Index:
    """What is worked out once for an opinions frame."""

    def __init__(self, opinions: pd.DataFrame) -> None:
        self.size = len(opinions)
        self.rows = pd.Index(opinions["opinion_id"])
        self._texts = opinions["text"]
        self._columns = {field: opinions[name] for field, name in COLUMNS.items()}
        self._codes: dict[str, tuple[NDArray[np.intp], list[str]]] = {}

    @cached_property
    def text(self) -> TextIndex:
        return TextIndex(self._texts)

    def codes(self, field: str) -> tuple[NDArray[np.intp], list[str]]:
        """The number of each row's value (-1: none), and the values in order of appearance."""
        if field not in self._codes:
            codes, values = pd.factorize(self._columns[field])
            self._codes[field] = codes, list(values)
        return self._codes[field]


_indexes: dict[int, tuple[Any, Index]] = {}


def index(opinions: pd.DataFrame) -> Index:
    """The index of a frame, built on first use and dropped with the frame."""
    key = id(opinions)
    if key not in _indexes:
        gone = weakref.ref(opinions, lambda _: _indexes.pop(key, None))
        _indexes[key] = gone, Index(opinions)
    return _indexes[key][1]


class Masks:
    """A filter's fields as masks over the rows of one opinions frame."""

    def __init__(self, filter_: "Filter", corpus: Any, store: Any) -> None:
        self._filter, self._corpus = filter_, corpus
        self.index = index(corpus.opinions)
        self.decided = Decided(filter_, self.index, store)
        self.fields = {name: self._mask(name) for name in filter_.active() if name != "roadmap"}

    def all(self, but: str | None = None) -> Mask:
        """The rows that fit every field, one left out or none."""
        found = np.ones(self.index.size, dtype=bool)
        for name, mask in self.fields.items():
            if name != but:
                found &= mask
        return found

    def facets(self) -> dict[str, dict[str, int]]:
        counts = {}
        whole = self.all()
        for field in COLUMNS:
            codes, values = self.index.codes(field)
            mask = self.all(but=field) if field in self.fields else whole
            found = np.bincount(codes[mask] + 1, minlength=len(values) + 1)[1:]
            counts[field] = dict(zip(values, found.tolist(), strict=True))
        for field in ("stage", "status", "reviewer"):
            mask = self.all(but=field) if field in self.fields else whole
            counts[field] = self.decided.counts(field, mask)
        return counts

    def emptied_by(self) -> str | None:
        if self.all().any():
            return None
        without = {name: int(self.all(but=name).sum()) for name in self.fields}
        best = max(without, key=lambda name: without[name], default=None)
        return best if best is None or without[best] else self._first_to_empty()

    def _first_to_empty(self) -> str | None:
        left = np.ones(self.index.size, dtype=bool)
        for name, mask in self.fields.items():
            left &= mask
            if not left.any():
                return name
        return None

    def _mask(self, name: str) -> Mask:
        value = getattr(self._filter, name)
        if name == "text":
            return self.index.text.mask(value)
        if name in COLUMNS:
            codes, values = self.index.codes(name)
            wanted = np.array([*(v in value for v in values), False])  # the last is for -1, missing
            return wanted[codes]
        if name in ("since", "until"):
            return self._held(lambda day: day >= value if name == "since" else day <= value)
        return self.decided.mask(name, value)

    def _held(self, fits: Callable[[Any], bool]) -> Mask:
        """A meeting without a date fits no date."""
        meetings = self._corpus.meetings
        days = pd.to_datetime(meetings["held_on"]).dt.date
        good = {
            m
            for m, day in zip(meetings["meeting_id"], days, strict=True)
            if day == day and fits(day)
        }
        codes, values = self.index.codes("meeting")
        return np.array([*(value in good for value in values), False])[codes]


class Decided:
    """Who decided what, as far as the filter's roadmap and reviewers go.

    Without reviewers, the decisions frame; with them, their choices alone.
    """

    def __init__(self, filter_: "Filter", rows: Index, store: Any) -> None:
        self._filter, self._index, self._store = filter_, rows, store

    @cached_property
    def choices(self) -> pd.DataFrame:
        """A row per opinion, roadmap and reviewer who decided: ``stages`` may be ()."""
        return self._ours(self._store.choices())

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row per opinion and roadmap on which somebody decided: ``stages``, ``status``."""
        frame = self._ours(self._store.decisions())
        frame = frame[frame["status"] != "untagged"]
        if not self._filter.reviewer:
            return frame
        return _among(self.choices[self.choices["reviewer"].isin(self._filter.reviewer)], frame)

    def mask(self, field: str, value: Any) -> Mask:
        if self._store is None:
            return np.full(self._index.size, field == "status" and value == "untagged")
        if field == "reviewer":
            if self._filter.status == "untagged":
                return np.ones(self._index.size, dtype=bool)
            return self._at(self.choices.loc[self.choices["reviewer"].isin(value), "row"])
        if field == "stage":
            stages = self.frame[["row", "stages"]].explode("stages")
            return self._at(stages.loc[stages["stages"].isin(value), "row"])
        if value == "untagged":
            return ~self._at(self.frame["row"])
        return self._at(self.frame.loc[self.frame["status"] == value, "row"])

    def counts(self, field: str, mask: Mask) -> dict[str, int]:
        if self._store is None:
            return {}
        source, column = (self.choices, "reviewer") if field == "reviewer" else (self.frame, field)
        if field == "stage":
            source, column = self.frame[["row", "stages"]].explode("stages"), "stages"
        pairs = source[["row", column]].dropna().drop_duplicates()
        known = sorted(pairs[column].unique())
        shown = pairs.loc[mask[pairs["row"].to_numpy(dtype=int)], column].value_counts()
        counts = {value: int(shown.get(value, 0)) for value in known}
        if field == "status":
            free = int((mask & ~self._at(self.frame["row"])).sum())
            return {"untagged": free, **counts}
        return counts

    def _ours(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Of the filter's roadmap, of opinions that are here, with their row."""
        if self._filter.roadmap:
            frame = frame[frame["roadmap"] == self._filter.roadmap]
        frame = frame.assign(row=self._index.rows.get_indexer(frame["opinion_id"]))
        return frame[frame["row"] >= 0]

    def _at(self, rows: pd.Series) -> Mask:
        found = np.zeros(self._index.size, dtype=bool)
        found[rows.to_numpy(dtype=int)] = True
        return found


def _among(choices: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """The decisions of some reviewers alone; what the lead settled stays settled."""
    settled = decisions[decisions["status"] == "settled"]
    settled_at = set(zip(settled["row"], settled["roadmap"], strict=True))
    rows = []
    for (row, roadmap), made in choices.groupby(["row", "roadmap"])["stages"]:
        sets = {frozenset(stages) for stages in made}
        stages = tuple(sorted(frozenset[str]().union(*sets)))
        rows.append((row, roadmap, stages, _status(sets, (row, roadmap) in settled_at)))
    return pd.DataFrame(rows, columns=["row", "roadmap", "stages", "status"])


def _status(sets: set[frozenset[str]], settled: bool) -> str:
    if settled:
        return "settled"
    if len(sets) > 1:
        return "disagreed"
    return "tagged" if any(sets) else "none_applies"


def of(filter_: "Filter", corpus: Any, store: Any) -> Masks:
    return Masks(filter_, corpus, store)
