"""Find opinions: `Filter`, a value, the same as Python and as the query of a URL; `highlight`,
where its words stand in a text.

In a query words are AND, "…" is a phrase, -word excludes. The search was chosen by measuring
against ``q in s`` over all strings (tests/bench/bench_filters.py): scanning an array of all
characters with numpy was two to ten times faster, common words being the slow ones; the index below
is five to a hundred times, for eight bytes a character.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_list_like

from dxreview.folding import fold_key, fold_search
from dxreview.records import DxError
from dxreview.store.counting import count

STATUSES = ("untagged", "tagged", "disagreed", "none_applies", "settled")
SEVERAL = ("meeting", "section", "kind", "speaker", "role", "stage", "reviewer")
COLUMNS = {"meeting": "meeting_id"} | {x: x for x in ("section", "kind", "speaker", "role")}
DECIDED = ("stage", "status", "reviewer")
Ints = NDArray[np.integer[Any]]
_TERM = re.compile(
    r'(?P<minus>[-－])?(?:["“”＂](?P<phrase>[^"“”＂]+)["“”＂]?|(?P<word>[^\s"“”＂]+))'
)
_SHARD = 1 << 15  # rows; their numbers fit 16 bits, their places the processor's cache
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which opinions to show. Fields are AND; the values of one field are OR.

    ``text``: words (AND), "a phrase", -excluded; folded as in `dxreview.folding`. ``meeting``,
    ``section``, ``kind``, ``speaker``, ``role``: values of the opinions frame; ``since``,
    ``until``: the meeting's day, both included. ``stage``: stages that count for the opinion (as in
    the decisions frame). ``status``: one of `STATUSES`. ``roadmap`` says of which roadmap stage and
    status are meant; without it, "untagged" is decided in none, and the others hold in any.
    ``reviewer``: opinions on which one of them decided; stage and status then speak of the
    decisions of these reviewers alone, so that ``Filter(status="untagged", reviewer="佐藤")`` is
    what 佐藤 has still to do.

    One value may be given without a tuple, a date as "2020-11-02". Raises DxError for a status or a
    date that is none, and for what is no text.
    """

    text: str | None = None
    meeting: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    speaker: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    roadmap: str | None = None
    stage: tuple[str, ...] = ()
    status: str | None = None
    reviewer: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value, several = getattr(self, field.name), field.name in SEVERAL
            if several:
                value = tuple(value) if is_list_like(value) else (value,) if value else ()
            elif field.name in ("since", "until"):
                value = _day(field.name, value)
            elif not value:
                value = None
            texts = value if several else (value,)
            if wrong := [each for each in texts if not isinstance(each, str | date | None)]:
                raise DxError("filter.text", field=field.name, found=repr(wrong[0]))
            object.__setattr__(self, field.name, value)
        if self.status not in (None, *STATUSES):
            raise DxError("filter.status", found=self.status, accepted=", ".join(STATUSES))

    # --- the opinions ---

    def apply(self, corpus: Any, store: Any = None) -> pd.DataFrame:
        """The rows of the opinions frame that fit, in its order. Without a store nothing is
        tagged."""
        return corpus.opinions[Masks(self, corpus, store).fit()[0]]

    def facets(self, corpus: Any, store: Any = None) -> dict[str, dict[str, int]]:
        """How many opinions each value would show, by field: meeting, section, kind, speaker, role,
        stage, status, reviewer.

        Each field is counted with its own choice left out, the others in force. Values come in
        reading order, stages, statuses and reviewers sorted, and stay with 0; opinions without a
        value (no speaker) are not counted there.
        """
        return Masks(self, corpus, store).facets()

    def emptied_by(self, corpus: Any, store: Any = None) -> str | None:
        """Where nothing fits: the field without which most would fit; where no single field is the
        reason, the first after which nothing is left. None where something fits."""
        return Masks(self, corpus, store).emptied_by()

    # --- other forms of the same ---

    def active(self) -> dict[str, Any]:
        """The fields that ask for something, by name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value}

    def to_code(self) -> str:
        """Python that gives the same opinions; ``dx``, ``corpus`` and ``store`` are as in the
        notebooks."""
        given = ", ".join(f"{name}={_code(value)}" for name, value in self.active().items())
        return f"dx.Filter({given}).apply(corpus, store)"

    def to_query(self) -> str:
        """The query of a URL, without the "?"."""
        return urlencode(self.active(), doseq=True)


def _day(field: str, value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        raise DxError("filter.date", field=field, found=value) from None


def _code(value: Any) -> str:
    """A single value without its tuple, a date as text: as a person would write it."""
    single = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    return repr(single.isoformat() if isinstance(single, date) else single)


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
        self.fit = lru_cache(self._fit)

    @property
    def _decided(self) -> dict[str, Values]:
        asked, revision = self._filter, getattr(self._store, "revision", None)
        found: dict[str, Values]
        found = self._index.decided(asked.roadmap, asked.reviewer, self._store, revision)
        return found

    def _fit(self, but: str | None = None) -> tuple[Mask, Ints]:
        """The rows that fit every field, one left out or none, as a mask and as numbers."""
        if but and but not in self._fields:
            return self.fit()
        kept = (mask for name, mask in self._fields.items() if name != but)
        mask = np.logical_and.reduce([np.ones(self._size, dtype=bool), *kept])
        return mask, np.flatnonzero(mask)

    def facets(self) -> dict[str, dict[str, int]]:
        values = {field: self._index.values(field) for field in COLUMNS} | self._decided
        counts = {field: held.counts(*self.fit(field)) for field, held in values.items()}
        free = int((self.fit("status")[0] & self._untagged()).sum())
        return counts | {"status": {"untagged": free, **counts["status"]}}

    def emptied_by(self) -> str | None:
        """Of several that would do, the one that gives most; of none, the narrowest."""
        if len(self.fit()[1]):
            return None

        def gives(name: str) -> tuple[int, int]:
            return len(self.fit(name)[1]), -int(self._fields[name].sum())

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
