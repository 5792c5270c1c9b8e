"""The records that pass between the rooms, and the one kind of error that a user sees.

Offsets (`start`, `end`) count code points of the source text, the end exclusive. A missing value is
None here and ``<NA>`` in the frames; it is never an empty string. What there are thousands of is a
NamedTuple: made in a third of a dataclass's time, and a row as JSON and Arrow take it.
"""

import errno
import gc
import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from dxreview.messages import say


class DxError(Exception):
    """Something the user can mend, said in one sentence.

    ``key`` names the sentence below ``[errors]`` in the message files; ``facts`` fill it in. The
    sentence gives the file, the place, what was found and what is accepted.
    """

    exit_code = 1

    def __init__(self, key: str, /, **facts: object) -> None:
        super().__init__(key, facts)
        self.key = key
        self.facts: Mapping[str, object] = facts

    def sentence(self, lang: str | None = None) -> str:
        """The sentence in ``lang`` (default: the language of the surroundings)."""
        return say(f"errors.{self.key}", lang=lang, **self.facts)

    def __str__(self) -> str:
        return self.sentence()

    def _render_traceback_(self) -> list[str]:
        """In a notebook, too, the sentence is all there is to read."""
        return [self.sentence()]


class UsageError(DxError):
    """The command line or the call is at fault, not the data."""

    exit_code = 2


_REASONS = {
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "denied"),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR), "missing"),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "full"),
    errno.EISDIR: "folder",
    errno.EEXIST: "exists",
}


def file_error(error: OSError, file: object) -> DxError:
    """What the system refused to do with ``file``, in words of ours where the reason is known."""
    why = _REASONS.get(error.errno or 0, "other")
    return DxError(f"file.{why}", file=file, found=error.strerror or error)


@contextmanager
def growing() -> Iterator[None]:
    """Thousands of rows are made, none of them garbage: looking for it costs a tenth."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def read_toml(path: Path) -> dict[str, Any]:
    """The TOML file at ``path``; raises DxError where it cannot be read, or is not TOML in UTF-8.

    The parser's own words are English, so only the line is taken from them.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise file_error(error, path) from None
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else len(data.splitlines())
    raise DxError("file.not_toml", file=path, line=line)


class Span(NamedTuple):
    """A stretch of the source and what it was taken for (title, attendee, opinion, furniture …,
    or unparsed)."""

    start: int
    end: int
    what: str


class LoadWarning(NamedTuple):
    """What a careful reader would ask about. ``code`` stands in ``[warnings]`` of the messages."""

    source: str
    page: int | None
    start: int | None
    end: int | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class SourceText:
    """One file as text: decoded, LF line ends, no BOM, nothing else changed.

    ``name`` is the file's name with suffix, ``sha256`` the hash of its bytes, ``pages`` the offset
    at which each page starts (the first is 0), ``marked`` lines that the format itself marks as
    furniture (no content: navigation, page numbers), heading, row of a table, cell (more of a row)
    or note (footnotes), ``notes`` what reading it made worth a warning.
    """

    name: str
    text: str
    sha256: str
    pages: tuple[int, ...] = (0,)
    format: str = "text"
    marked: tuple[Span, ...] = ()
    notes: tuple[LoadWarning, ...] = ()

    def page_at(self, offset: int) -> int:
        """The page (counted from 1) on which the code point at ``offset`` stands."""
        return bisect_right(self.pages, offset)

    @property
    def has_pages(self) -> bool:
        """Whether there are pages to cite: text, HTML and DOCX may have none, and are page 1."""
        return self.format == "pdf" or len(self.pages) > 1


class Meeting(NamedTuple):
    meeting_id: str
    title: str | None
    series: str | None
    round: int | None
    kind: str | None
    held_on: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    venue: str | None
    source: str
    source_sha256: str


class Attendee(NamedTuple):
    meeting_id: str
    group: str | None
    name: str | None
    affiliation: str | None
    attendance: str
    page: int
    start: int
    end: int


class AgendaItem(NamedTuple):
    meeting_id: str
    number: str | None
    title: str
    page: int
    start: int
    end: int


class Material(NamedTuple):
    meeting_id: str
    number: str
    presenter: str | None
    section: str | None
    page: int
    start: int
    end: int


class Opinion(NamedTuple):
    opinion_id: str
    meeting_id: str
    order: int
    section: str | None
    kind: str
    speaker: str | None
    role: str | None
    reply_to: str | None
    text: str
    page: int
    start: int
    end: int


class Decision(NamedTuple):
    """What a mark or a form of speaker was taken to mean in one source, by how many lines."""

    mark: str
    meaning: str
    lines: int


@dataclass(frozen=True, slots=True)
class Minutes:
    """What one source says: records, spans that hold every non-blank character once, warnings,
    and what was decided about its marks."""

    source: SourceText
    meetings: tuple[Meeting, ...]
    attendees: tuple[Attendee, ...]
    agenda: tuple[AgendaItem, ...]
    materials: tuple[Material, ...]
    opinions: tuple[Opinion, ...]
    spans: tuple[Span, ...]
    warnings: tuple[LoadWarning, ...] = ()
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One act of a reviewer; never changed once written.

    ``id`` is a UUIDv7 minted where the person acts; ``quote``, ``before`` and ``after`` are the
    first words of the opinion and of its neighbours; ``memo`` is the note, or the reason of a
    settlement; ``group`` ties the events of one bulk action; ``undoes`` is the id of the event or
    group that an undo or redo takes back.
    """

    id: str
    at: datetime
    reviewer: str
    action: str
    opinion_id: str | None = None
    roadmap: str | None = None
    version: str | None = None
    stages: tuple[str, ...] = ()
    basis: str = "manual"
    memo: str | None = None
    quote: str | None = None
    before: str | None = None
    after: str | None = None
    group: str | None = None
    undoes: str | None = None
