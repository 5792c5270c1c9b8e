"""All minutes as DataFrames: ``dx.load("data/minutes")``.

Columns and their order are a contract: more may be added, none renamed. Text is pandas'
Arrow-backed ``string``, whole numbers are Int64, a date is an Arrow date, a time is datetime64 in
Asia/Tokyo. Missing is ``<NA>`` everywhere; an empty frame has the same types.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, get_args, get_origin

import pandas as pd
import pyarrow as pa

from dxreview import loader, sources
from dxreview.records import Minutes, SourceText, UsageError

_TEXT, _WHOLE, _DAY = pa.string(), pa.int64(), pa.date32()
_TIME = pa.timestamp("us", tz="Asia/Tokyo")
_ARROW: dict[Any, pa.DataType] = {
    str: _TEXT, str | None: _TEXT, int: _WHOLE, int | None: _WHOLE,
    date | None: _DAY, datetime | None: _TIME,
}  # fmt: skip
_PANDAS = {
    _TEXT: pd.StringDtype("pyarrow", na_value=pd.NA),
    _WHOLE: pd.Int64Dtype(),
    _DAY: pd.ArrowDtype(_DAY),
}
_RECORDS = {
    each.name: get_args(each.type)[0]
    for each in fields(Minutes)
    if get_origin(each.type) is tuple and each.name != "spans"
}


FRAMES = {
    name: {column: _ARROW[kind.__annotations__[column]] for column in kind._fields}
    for name, kind in _RECORDS.items()
} | {
    "failures": dict.fromkeys(("source", "code", "message"), _TEXT),
    "spans": {"source": _TEXT, "page": _WHOLE, "start": _WHOLE, "end": _WHOLE, "what": _TEXT},
}
Read = Callable[[Iterable[str]], Iterator[SourceText]]


class Corpus:
    """The frames of all minutes that were loaded.

    ``meetings`` (meeting_id, title, series, round, kind, held_on, starts_at, ends_at, venue,
    source, source_sha256), ``attendees`` (meeting_id, group, name, affiliation, attendance),
    ``agenda`` (meeting_id, number, title), ``materials`` (meeting_id, number, presenter, section)
    and ``opinions`` (opinion_id, meeting_id, order, section, kind, speaker, role, reply_to, text),
    the last four with their place in the source (page, start, end); ``report`` (source, page,
    start, end, what, text: every stretch of every source, built when asked for); ``warnings``
    (source, page, start, end, code, message) and ``failures`` (source, code, message: files that
    could not be read); ``spans`` (source, page, start, end, what: the report without its text).
    """

    def __init__(self, frames: dict[str, pd.DataFrame], read: Read) -> None:
        self.meetings = frames["meetings"]
        self.attendees = frames["attendees"]
        self.agenda = frames["agenda"]
        self.materials = frames["materials"]
        self.opinions = frames["opinions"]
        self.warnings = frames["warnings"]
        self.failures = frames["failures"]
        self.spans = frames["spans"]
        self._read = read
        self._source = lru_cache(maxsize=4)(lambda name: next(read([name])))

    def __repr__(self) -> str:
        frames = ("meetings", "opinions", "warnings", "failures")
        return f"Corpus({', '.join(f'{name}={len(getattr(self, name))}' for name in frames)})"

    @property
    def report(self) -> pd.DataFrame:
        """What every stretch of every source was taken for: source, page, start, end, what, text.

        Together the rows hold every non-blank character. Built anew at each call: it repeats the
        sources' text, which no other frame holds.
        """
        held = self.spans.groupby("source", sort=False)
        texts = [
            source.text[start:end]
            for source, (_, spans) in zip(self._read(list(held.groups)), held, strict=True)
            for start, end in zip(spans["start"], spans["end"], strict=True)
        ]
        return self.spans.assign(text=pd.array(texts, dtype=_PANDAS[_TEXT]))

    def source(self, name: str) -> SourceText:
        """The source text called ``name`` (a file's name, or a meeting's id)."""
        files, held = self.meetings["source"], self.meetings["meeting_id"] == name
        by_id = held.any() and not (files == name).any()  # a.pdf.txt is the meeting a.pdf
        return self._source(str(files[held].iloc[0]) if by_id else name)

    def opinion(self, opinion_id: str) -> dict[str, Any]:
        """One row of ``opinions`` as a dict, None where it has no value."""
        row = self._rows[opinion_id]
        (held,) = self.opinions.iloc[row : row + 1].to_dict("records")
        return {name: None if value is pd.NA else value for name, value in held.items()}

    def page(self, opinion_id: str) -> int | None:
        """The page to cite; None where the source has none (text, HTML, Word)."""
        one = self.opinion(opinion_id)
        source = self.meetings.loc[self.meetings["meeting_id"] == one["meeting_id"], "source"]
        return one["page"] if str(source.iloc[0]) in self._paged else None

    @cached_property
    def _paged(self) -> set[str]:
        last = self.spans.groupby("source")["page"].max()
        return {name for name, page in last.items() if page > 1 or name.lower().endswith(".pdf")}

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {each: row for row, each in enumerate(self.opinions["opinion_id"])}


def load(
    *paths: str | Path | Iterable[str | Path],
    progress: loader.Progress | None = None,
    processes: int | None = None,
) -> Corpus:
    """Load files and folders of minutes (txt, html, docx, pdf), also a list of them, into frames.

    A file that cannot be read is a row of ``failures``; the rest is loaded. ``progress(done,
    total)`` is called after each file. ``processes``: how many at most (default: one a core).
    Raises DxError where the only path named does not exist (one in a list is a row of
    ``failures``), UsageError where something is no path.
    """
    frames, places, hashes = _Frames(), {}, {}
    for each in loader.load(_named(paths), progress=progress, processes=processes):
        if each.minutes:
            frames.add(each.minutes)
            source = each.minutes.source
            places[source.name], hashes[source.name] = each.path, source.sha256
        elif each.failure:
            told = each.failure.key, each.failure.sentence()
            frames.extend("failures", [(sources.printable(each.path.name), *told)])

    def read(names: Iterable[str]) -> Iterator[SourceText]:
        """Sources once more, as they were when they were loaded: no text is kept twice."""
        for each in loader.load([places[name] for name in names], processes=processes):
            if each.failure:
                raise each.failure
            source = each.minutes.source if each.minutes else None
            if source is None or source.sha256 != hashes[source.name]:
                raise sources.refusal("changed", each.path.name)
            yield source

    return Corpus(frames.finish(), read)


def _named(paths: Iterable[Any]) -> list[Path]:
    """The paths, those of a list one by one; what a person wrote as the only one must exist."""
    match paths:
        case [str() | Path() as only] if not os.path.lexists(only):
            raise sources.refusal("missing", only, accepted=sources.ACCEPTED)
    try:
        return [
            Path(each)
            for given in paths
            for each in ([given] if isinstance(given, str | os.PathLike) else given)
        ]
    except TypeError:
        found = ", ".join(map(repr, paths))
        raise UsageError("source.path", found=found, accepted=sources.ACCEPTED) from None


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as Python values; what is missing is None."""
    plain = frame.astype(object)
    rows: list[dict[str, Any]] = plain.where(plain.notna(), None).to_dict("records")
    return rows


class _Frames:
    """Collects rows; every batch of them leaves Python for Arrow."""

    BATCH = 5_000

    def __init__(self) -> None:
        self._held: dict[str, list[Sequence[Any]]] = {name: [] for name in FRAMES}
        self._done: dict[str, list[pa.RecordBatch]] = {name: [] for name in FRAMES}

    def add(self, minutes: Minutes) -> None:
        for name in _RECORDS:
            self.extend(name, getattr(minutes, name))
        source, page_at = minutes.source.name, minutes.source.page_at
        self.extend("spans", [(source, page_at(span.start), *span) for span in minutes.spans])

    def extend(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        self._held[name] += rows
        if len(self._held[name]) >= self.BATCH:
            self._pack(name)

    def finish(self) -> dict[str, pd.DataFrame]:
        frames = {}
        for name, columns in FRAMES.items():
            self._pack(name)
            table = pa.Table.from_batches(self._done.pop(name), pa.schema(columns))
            frames[name] = table.to_pandas(types_mapper=_PANDAS.get)
        return frames

    def _pack(self, name: str) -> None:
        rows = pa.array(self._held[name], pa.struct(FRAMES[name].items()))
        self._done[name].append(pa.RecordBatch.from_struct_array(rows))
        self._held[name] = []
