"""Which rows of the opinions frame fit each field of a filter, and the counts by value."""

from collections.abc import Collection
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dxreview.filters.search import Mask, TextIndex
from dxreview.store.counting import count

COLUMNS = {"meeting": "meeting_id"} | {x: x for x in ("section", "kind", "speaker", "role")}
DECIDED = ("stage", "status", "reviewer")
Ints = NDArray[np.integer[Any]]


class Values(NamedTuple):
    """Which of ``names`` hold at which rows (None: every row in order), by number, 0 for none."""

    rows: Ints | None
    codes: Ints
    names: list[str]

    @classmethod
    def of(cls, column: pd.Series, rows: Ints | None = None) -> "Values":
        codes, names = pd.factorize(column, sort=rows is not None)
        return cls(rows, (codes + 1).astype(np.int32), list(names))

    def chosen(self, wanted: Collection[str], size: int) -> Mask:
        held: Mask = np.array([False, *(name in wanted for name in self.names)])[self.codes]
        if self.rows is None:
            return held
        found = np.zeros(size, dtype=bool)
        found[self.rows[held]] = True
        return found

    def counts(self, mask: Mask, rows: Ints) -> dict[str, int]:
        """How often each holds; ``rows``: where the mask does."""
        codes = self.codes.take(rows) if self.rows is None else self.codes[mask[self.rows]]
        counts = np.bincount(codes, minlength=len(self.names) + 1)[1:]
        return dict(zip(self.names, counts.tolist(), strict=True))


class Index:
    """What is worked out once for an opinions frame, and what was asked of the store last."""

    def __init__(self, corpus: Any) -> None:
        self.opinions = corpus.opinions
        self.ids = pd.Index(self.opinions["opinion_id"])
        self.values = lru_cache(lambda field: Values.of(self.opinions[COLUMNS[field]]))
        self.decided = lru_cache(maxsize=2)(self._decided)

    @cached_property
    def text(self) -> TextIndex:
        return TextIndex(self.opinions["text"].fillna("").tolist())

    def _decided(
        self, roadmap: str | None, reviewer: tuple[str, ...], store: Any, revision: object
    ) -> dict[str, Values]:
        """What was decided on the roadmap: without reviewers, the decisions frame; with them, their
        choices alone. Reviewers are all who chose."""
        if store is None:
            return dict.fromkeys(DECIDED, Values(np.empty(0, int), np.empty(0, int), []))
        choices, decisions = (self._ours(f, roadmap) for f in (store.choices(), store.decisions()))
        decisions = decisions[decisions["status"] != "untagged"]
        if reviewer:
            decisions = _among(choices[choices["reviewer"].isin(reviewer)], decisions)
        stages = decisions[["row", "stages"]].explode("stages").dropna()
        found = stages, decisions[["row", "status"]], choices[["row", "reviewer"]]
        pairs = zip(DECIDED, (frame.drop_duplicates() for frame in found), strict=True)
        return {field: Values.of(f.iloc[:, 1], f["row"].to_numpy(dtype=int)) for field, f in pairs}

    def _ours(self, frame: pd.DataFrame, roadmap: str | None) -> pd.DataFrame:
        """Of the roadmap, of opinions that are here, with their row."""
        if roadmap:
            frame = frame[frame["roadmap"] == roadmap]
        frame = frame.assign(row=self.ids.get_indexer(frame["opinion_id"]))
        return frame[frame["row"] >= 0]


_indexes: WeakKeyDictionary[Any, Index] = WeakKeyDictionary()


class Masks:
    """A filter's fields as masks over the rows of one opinions frame."""

    def __init__(self, filter_: Any, corpus: Any, store: Any) -> None:
        if corpus not in _indexes or _indexes[corpus].opinions is not corpus.opinions:
            _indexes[corpus] = Index(corpus)
        self._index, self._filter, self._store = _indexes[corpus], filter_, store
        self._meetings, self._size = corpus.meetings, len(corpus.opinions)
        self._fields = {name: self._mask(name) for name in filter_.active() if name != "roadmap"}
        self._fitting = lru_cache(self._fit)

    @cached_property
    def _decided(self) -> dict[str, Values]:
        asked, store = self._filter, self._store
        revision = getattr(store, "revision", None)
        found: dict[str, Values]
        found = self._index.decided(asked.roadmap, asked.reviewer, store, revision)
        return found

    def all(self, but: str | None = None) -> Mask:
        """The rows that fit every field, one left out or none."""
        return self._fitting(but)[0]

    def _fit(self, but: str | None) -> tuple[Mask, Ints]:
        """The rows as a mask and as numbers."""
        if but is not None and but not in self._fields:
            return self._fitting(None)
        kept = (mask for name, mask in self._fields.items() if name != but)
        mask = np.logical_and.reduce([np.ones(self._size, dtype=bool), *kept])
        return mask, np.flatnonzero(mask)

    def facets(self) -> dict[str, dict[str, int]]:
        values = {field: self._index.values(field) for field in COLUMNS} | self._decided
        counts = {field: held.counts(*self._fitting(field)) for field, held in values.items()}
        free = int((self.all("status") & self._untagged()).sum())
        return counts | {"status": {"untagged": free, **counts["status"]}}

    def emptied_by(self) -> str | None:
        """Of several that would do, the one that gives most; of none, the narrowest."""
        if self.all().any():
            return None

        def gives(name: str) -> tuple[int, int]:
            return int(self.all(name).sum()), -int(self._fields[name].sum())

        return max(self._fields, key=gives, default=None)

    def _untagged(self) -> Mask:
        decided = self._decided["status"]
        return ~decided.chosen(decided.names, self._size)

    def _mask(self, field: str) -> Mask:
        value, size = getattr(self._filter, field), self._size
        if field == "text":
            return self._index.text.mask(value)
        if field in COLUMNS:
            return self._index.values(field).chosen(value, size)
        if field == "status" and value == "untagged":
            return self._untagged()
        if field == "reviewer" and self._filter.status == "untagged":
            return np.ones(size, dtype=bool)  # what they have still to do
        if field in DECIDED:
            wanted = (value,) if isinstance(value, str) else value
            return self._decided[field].chosen(wanted, size)
        days = pd.to_datetime(self._meetings["held_on"])  # no day fits no date
        fits = days >= pd.Timestamp(value) if field == "since" else days <= pd.Timestamp(value)
        held = set(self._meetings.loc[fits, "meeting_id"])
        return self._index.values("meeting").chosen(held, size)


def _among(choices: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """The decisions of some reviewers alone; what the lead settled stays settled."""
    settled = decisions[decisions["status"] == "settled"]
    final = set(zip(settled["row"], settled["roadmap"], strict=True))
    rows = []
    for place, made in choices.groupby(["row", "roadmap"])["stages"]:
        found = count(made)
        rows.append((*place, "settled" if place in final else found.status, found.stages))
    return pd.DataFrame(rows, columns=["row", "roadmap", "status", "stages"])
