"""All minutes as DataFrames: ``dx.load("data/minutes")``.

Columns and their order are DESIGN's contract. Text is pandas' Arrow-backed ``string``, whole
numbers are Int64, a date is an Arrow date, a time is datetime64 in Asia/Tokyo. Missing is ``<NA>``
everywhere; an empty frame has the same types.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from dxreview import loader, sources
from dxreview.records import DxError, Minutes, SourceText

_TEXT, _WHOLE, _DAY = pa.string(), pa.int64(), pa.date32()
_TIME = pa.timestamp("us", tz="Asia/Tokyo")
_SPAN = {"page": _WHOLE, "start": _WHOLE, "end": _WHOLE}


def _texts(*names: str) -> dict[str, pa.DataType]:
    return dict.fromkeys(names, _TEXT)


FRAMES: dict[str, dict[str, pa.DataType]] = {
    "meetings": {
        **_texts("meeting_id", "title", "series"),
        "round": _WHOLE,
        "kind": _TEXT,
        "held_on": _DAY,
        "starts_at": _TIME,
        "ends_at": _TIME,
        **_texts("venue", "source", "source_sha256"),
    },
    "attendees": {**_texts("meeting_id", "group", "name", "affiliation", "attendance"), **_SPAN},
    "agenda": {**_texts("meeting_id", "number", "title"), **_SPAN},
    "materials": {**_texts("meeting_id", "number", "presenter", "section"), **_SPAN},
    "opinions": {
        **_texts("opinion_id", "meeting_id"),
        "order": _WHOLE,
        **_texts("section", "kind", "speaker", "role", "reply_to", "text"),
        **_SPAN,
    },
    "warnings": {**_texts("source"), **_SPAN, **_texts("code", "message")},
    "failures": _texts("source", "code", "message"),
    "spans": {**_texts("source"), **_SPAN, **_texts("what")},
}
_PANDAS = {
    _TEXT: pd.StringDtype("pyarrow", na_value=pd.NA),
    _WHOLE: pd.Int64Dtype(),
    _DAY: pd.ArrowDtype(_DAY),
}
_RECORDS = ("meetings", "attendees", "agenda", "materials", "opinions", "warnings")


class Corpus:
    """The frames of all minutes that were loaded.

    ``meetings attendees agenda materials opinions`` as in DESIGN; ``report`` (source, page, start,
    end, what, text: every stretch of every source, built when asked for); ``warnings`` (source,
    page, start, end, code, message) and ``failures`` (source, code, message: files that could not
    be read).
    """

    def __init__(
        self,
        frames: dict[str, pd.DataFrame],
        read: Callable[[Iterable[str]], Iterator[SourceText]],
    ) -> None:
        self.meetings = frames["meetings"]
        self.attendees = frames["attendees"]
        self.agenda = frames["agenda"]
        self.materials = frames["materials"]
        self.opinions = frames["opinions"]
        self.warnings = frames["warnings"]
        self.failures = frames["failures"]
        self._spans = frames["spans"]
        self._read = read
        self._source = lru_cache(maxsize=4)(lambda name: next(read([name])))
        self._rows: dict[str, int] | None = None

    @classmethod
    def from_minutes(cls, *minutes: Minutes) -> "Corpus":
        """A corpus of minutes at hand (``minutes.parse(source)``), without files."""
        texts = {each.source.name: each.source for each in minutes}
        frames = _Frames()
        for each in minutes:
            frames.add(each)
        return cls(frames.finish(), lambda names: (texts[name] for name in names))

    def __repr__(self) -> str:
        counts = (len(self.meetings), len(self.opinions), len(self.warnings), len(self.failures))
        return "Corpus(meetings={}, opinions={}, warnings={}, failures={})".format(*counts)

    @property
    def report(self) -> pd.DataFrame:
        """What every stretch of every source was taken for: source, page, start, end, what, text.

        Together the rows hold every non-blank character. Built anew at each call: it repeats the
        sources' text, which no other frame holds.
        """
        text = pa.chunked_array(self._stretches(), _TEXT)
        return self._spans.assign(text=pd.array(text, dtype=_PANDAS[_TEXT]))

    def _stretches(self) -> Iterator[pa.Array]:
        """The text of the spans, one source after another."""
        places = self._spans[["start", "end"]].to_numpy(int).tolist()
        counts = self._spans.groupby("source", sort=False).size()
        done = 0
        for source, count in zip(self._read(counts.index), counts, strict=True):
            held = places[done : done + count]
            done += count
            yield pa.array((source.text[start:end] for start, end in held), _TEXT)

    def source(self, name: str) -> SourceText:
        """The source text called ``name`` (a file's name, or a meeting's id)."""
        held = self.meetings
        named = held.loc[held["meeting_id"] == name, "source"]
        return self._source(str(named.iloc[0]) if len(named) else name)

    def opinion(self, opinion_id: str) -> dict[str, Any]:
        """One row of ``opinions`` as a dict, None where it has no value."""
        row = self._row(opinion_id)
        (held,) = self.opinions.iloc[row : row + 1].to_dict("records")
        return {name: None if value is pd.NA else value for name, value in held.items()}

    def neighbours(self, opinion_id: str) -> tuple[str | None, str | None]:
        """The ids of the opinions before and after this one in its meeting; None at its ends."""
        row = self._row(opinion_id)
        return self._beside(row, row - 1), self._beside(row, row + 1)

    def _beside(self, row: int, other: int) -> str | None:
        if not 0 <= other < len(self.opinions):
            return None
        ids, meetings = self.opinions["opinion_id"], self.opinions["meeting_id"]
        same = meetings.iloc[row] == meetings.iloc[other]
        return str(ids.iloc[other]) if same else None

    def _row(self, opinion_id: str) -> int:
        if self._rows is None:
            self._rows = {each: row for row, each in enumerate(self.opinions["opinion_id"])}
        return self._rows[opinion_id]


def load(
    *paths: str | Path,
    cache: str | Path | None = None,
    progress: loader.Progress | None = None,
    processes: int | None = None,
) -> Corpus:
    """Load files and folders of minutes (txt, html, docx, pdf) into frames.

    A file that cannot be read is a row of ``failures``; the rest is loaded. ``cache``: a folder
    that may be deleted at any time. ``progress(done, total)`` is called after each file.
    ``processes``: how many worker processes at most (default: one a core).
    """
    frames, places = _Frames(), {}
    for each in loader.load(paths, cache=cache, progress=progress, processes=processes):
        if each.minutes:
            frames.add(each.minutes)
            places[each.minutes.source.name] = each.path
        elif each.failure:
            frames.fail(each.path, each.failure)

    def read(names: Iterable[str]) -> Iterator[SourceText]:
        """Sources once more, as they were when they were loaded: no text is kept twice."""
        wanted = [places[name] for name in names]
        for each in loader.load(wanted, cache=cache, processes=processes):
            yield _unchanged(each, frames.hashes)

    return Corpus(frames.finish(), read)


def _unchanged(found: loader.Loaded, hashes: dict[str, str]) -> SourceText:
    if found.failure:
        raise found.failure
    source = found.minutes.source if found.minutes else None
    if source is None or source.sha256 != hashes[source.name]:
        raise DxError("source.changed", file=sources.printable(found.path.name))
    return source


class _Frames:
    """Collects records column by column; every batch leaves Python for Arrow."""

    BATCH = 5_000

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in FRAMES}
        self._done: dict[str, list[pa.RecordBatch]] = {name: [] for name in FRAMES}
        self.hashes: dict[str, str] = {}
        self._get = {name: attrgetter(*FRAMES[name]) for name in _RECORDS}

    def add(self, minutes: Minutes) -> None:
        for name in _RECORDS:
            self._extend(name, map(self._get[name], getattr(minutes, name)))
        source = minutes.source
        self.hashes[source.name] = source.sha256
        self._extend(
            "spans",
            ((source.name, source.page_at(s.start), s.start, s.end, s.what) for s in minutes.spans),
        )

    def fail(self, path: Path, failure: DxError) -> None:
        row = (sources.printable(path.name), failure.key, failure.sentence())
        self._extend("failures", [row])

    def finish(self) -> dict[str, pd.DataFrame]:
        return {name: self._frame(name) for name in FRAMES}

    def _extend(self, name: str, rows: Iterable[tuple[Any, ...]]) -> None:
        held = self._rows[name]
        held.extend(rows)
        if len(held) >= self.BATCH:
            self._pack(name)

    def _pack(self, name: str) -> None:
        rows, self._rows[name] = self._rows[name], []
        self._done[name].append(pa.record_batch(list(_columns(name, rows)), _schema(name)))

    def _frame(self, name: str) -> pd.DataFrame:
        self._pack(name)
        return to_pandas(pa.Table.from_batches(self._done.pop(name), _schema(name)))


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """An Arrow table with the types of the contract."""
    return table.to_pandas(types_mapper=_PANDAS.get)


def _schema(name: str) -> pa.Schema:
    return pa.schema(FRAMES[name])


def _columns(name: str, rows: list[tuple[Any, ...]]) -> Iterator[pa.Array]:
    columns = zip(*rows, strict=True) if rows else ([] for _ in FRAMES[name])
    for values, kind in zip(columns, FRAMES[name].values(), strict=True):
        yield pa.array(values, kind)
