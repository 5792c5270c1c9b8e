"""Which rows of the opinions frame fit each field of a filter, and the counts by value."""

import weakref
from collections.abc import Callable, Collection
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dxreview.filters.search import Mask, TextIndex

if TYPE_CHECKING:
    from dxreview.filters.value import Filter

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

    def counts(self, codes: Ints) -> dict[str, int]:
        counts = np.bincount(codes, minlength=len(self.names) + 1)[1:]
        return dict(zip(self.names, counts.tolist(), strict=True))


class Index:
    """What is worked out once for an opinions frame, and what was asked of it last."""

    def __init__(self, opinions: pd.DataFrame) -> None:
        self.size = len(opinions)
        self._columns = {name: opinions[name] for name in ("opinion_id", "text", *COLUMNS.values())}
        self._values: dict[str, Values] = {}
        self._last: dict[str, tuple[Any, Any]] = {}

    @cached_property
    def text(self) -> TextIndex:
        return TextIndex(self._columns["text"].fillna("").tolist())

    @cached_property
    def ids(self) -> pd.Index:
        return pd.Index(self._columns["opinion_id"])

    def values(self, field: str) -> Values:
        if field not in self._values:
            self._values[field] = Values.of(self._columns[COLUMNS[field]])
        return self._values[field]

    def kept(self, kind: str, asked: Any, make: Callable[[], Any]) -> Any:
        """The last thing of its kind, made anew where something else is asked for."""
        if kind not in self._last or self._last[kind][0] != asked:
            self._last[kind] = asked, make()
        return self._last[kind][1]


_indexes: dict[int, tuple[Any, Index]] = {}


def _index(opinions: pd.DataFrame) -> Index:
    """The index of a frame, built on first use and dropped with the frame."""
    key = id(opinions)
    if key not in _indexes:
        gone = weakref.ref(opinions, lambda _: _indexes.pop(key, None))
        _indexes[key] = gone, Index(opinions)
    return _indexes[key][1]


def masks(filter_: "Filter", corpus: Any, store: Any) -> "Masks":
    """The masks of a filter, kept until another is asked for or the store has changed."""
    index, state = _index(corpus.opinions), (store, getattr(store, "revision", None))
    scope = (*state, filter_.roadmap, filter_.reviewer)
    decided = index.kept("decided", scope, lambda: _decided(filter_, index, store))
    made = index.kept("masks", (*state, filter_), lambda: Masks(filter_, index, corpus, decided))
    found: Masks = made
    return found


class Masks:
    """A filter's fields as masks over the rows of one opinions frame."""

    def __init__(
        self, filter_: "Filter", index: Index, corpus: Any, decided: dict[str, Values]
    ) -> None:
        self._filter, self._index, self._meetings = filter_, index, corpus.meetings
        self._decided = decided
        self._fields = {name: self._mask(name) for name in filter_.active() if name != "roadmap"}
        self._found: dict[tuple[str, ...], tuple[Mask, Ints]] = {}

    def all(self, but: str | None = None) -> Mask:
        """The rows that fit every field, one left out or none."""
        return self._both(but)[0]

    def facets(self) -> dict[str, dict[str, int]]:
        counts = {}
        for field in COLUMNS:
            values = self._index.values(field)
            counts[field] = values.counts(values.codes.take(self._both(field)[1]))
        for field, values in self._decided.items():
            counts[field] = values.counts(values.codes[self.all(field)[values.rows]])
        free = int((self.all("status") & self._untagged()).sum())
        return counts | {"status": {"untagged": free, **counts["status"]}}

    def emptied_by(self) -> str | None:
        """Of several that would do, the one that gives most; of none, the narrowest."""
        if self.all().any():
            return None

        def gives(name: str) -> tuple[int, int]:
            return int(self.all(name).sum()), -int(self._fields[name].sum())

        return max(self._fields, key=gives, default=None)

    def _both(self, but: str | None) -> tuple[Mask, Ints]:
        """The rows as a mask and as numbers."""
        names = tuple(name for name in self._fields if name != but)
        if names not in self._found:
            every = np.ones(self._index.size, dtype=bool)
            mask = np.logical_and.reduce([every, *(self._fields[name] for name in names)])
            self._found[names] = mask, np.flatnonzero(mask)
        return self._found[names]

    def _untagged(self) -> Mask:
        decided = self._decided["status"]
        return ~decided.chosen(decided.names, self._index.size)

    def _mask(self, field: str) -> Mask:
        value, size = getattr(self._filter, field), self._index.size
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


def _decided(filter_: "Filter", index: Index, store: Any) -> dict[str, Values]:
    """What was decided, as far as the filter's roadmap and reviewers go: without reviewers, the
    decisions frame; with them, their choices alone. Reviewers are all who chose."""
    if store is None:
        nothing = Values(np.empty(0, dtype=int), np.empty(0, dtype=int), [])
        return dict.fromkeys(DECIDED, nothing)
    choices, decisions = (_ours(f, filter_, index) for f in (store.choices(), store.decisions()))
    decisions = decisions[decisions["status"] != "untagged"]
    if filter_.reviewer:
        theirs = choices[choices["reviewer"].isin(filter_.reviewer)]
        decisions = _among(theirs, decisions)
    stages = decisions[["row", "stages"]].explode("stages").dropna()
    found = stages, decisions[["row", "status"]], choices[["row", "reviewer"]]
    pairs = zip(DECIDED, (frame.drop_duplicates() for frame in found), strict=True)
    return {field: Values.of(f.iloc[:, 1], f["row"].to_numpy(dtype=int)) for field, f in pairs}


def _ours(frame: pd.DataFrame, filter_: "Filter", index: Index) -> pd.DataFrame:
    """Of the filter's roadmap, of opinions that are here, with their row."""
    if filter_.roadmap:
        frame = frame[frame["roadmap"] == filter_.roadmap]
    frame = frame.assign(row=index.ids.get_indexer(frame["opinion_id"]))
    return frame[frame["row"] >= 0]


def _among(choices: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """The decisions of some reviewers alone; what the lead settled stays settled."""
    settled = decisions[decisions["status"] == "settled"]
    final = set(zip(settled["row"], settled["roadmap"], strict=True))
    rows = []
    for place, made in choices.groupby(["row", "roadmap"])["stages"]:
        sets = {frozenset(stages) for stages in made}
        stages = tuple(sorted(frozenset[str]().union(*sets)))
        status = "disagreed" if len(sets) > 1 else "tagged" if stages else "none_applies"
        rows.append((*place, "settled" if place in final else status, stages))
    return pd.DataFrame(rows, columns=["row", "roadmap", "status", "stages"])
