"""One file (text, HTML, DOCX, PDF) as `SourceText`: its text, with pages, and nothing lost.

A format's reader is a function from bytes to `Extract`; its library is imported when the format is
met, so that plain text costs nothing but the standard library.
"""

import stat
import unicodedata
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from dxreview.messages import say
from dxreview.records import DxError, LoadWarning, SourceText, Span, file_error

MEGABYTE = 1_000_000
_FORMATS = {".txt": "text", ".html": "html", ".htm": "html", ".docx": "docx", ".pdf": "pdf"}
SUFFIXES = tuple(_FORMATS)
UNREAD = (".doc", ".rtf", ".odt", ".jtd")  # formats of minutes that we cannot read
ACCEPTED = "、".join(SUFFIXES)


@dataclass(frozen=True)
class Limits:
    """How much one file may ask for. Minutes stay far below; hostile files do not."""

    file_bytes: int = 100 * MEGABYTE
    characters: int = 20_000_000
    lines: int = 500_000
    line: int = 1_000_000
    pages: int = 5_000
    seconds: float = 60.0
    memory: int = 1_500 * MEGABYTE


class Note(NamedTuple):
    """Something that a careful reader would ask about: a warning's code, its place, its facts."""

    code: str
    start: int
    end: int
    facts: dict[str, Any]


class Extract(NamedTuple):
    """What a format's reader returns; offsets count code points of ``text``."""

    text: str
    pages: tuple[int, ...] = (0,)
    marked: tuple[Span, ...] = ()
    notes: tuple[Note, ...] = ()


def read(path: Path, *, limits: Limits | None = None) -> SourceText:
    """The file at ``path`` as text with pages.

    The text is the file decoded, with LF line ends and no BOM; of PDF, HTML and DOCX it is what a
    reader of the page sees, in reading order. Raises DxError (``errors.source``) naming the file,
    what was found and what is accepted. No limit on time or memory is set here: the loader sets
    them by reading PDF, HTML and DOCX in a worker process.
    """
    limits, name = limits or Limits(), printable(path.name)
    kind = _FORMATS.get(path.suffix.lower())
    if kind is None:
        suffix = Path(name).suffix or say("load.no_suffix")
        raise refusal("kind", name, found=suffix, accepted=ACCEPTED)
    data = _bytes_of(path, limits)
    found: Extract = import_module(f"dxreview.sources.{kind}").extract(data, name, limits)
    _check(found.text, name, limits)
    _refuse(name, "pages", len(found.pages), limits.pages)
    digest = sha256(data).hexdigest()
    source = SourceText(name, found.text, digest, found.pages, kind, found.marked)
    notes = tuple(_warning(source, note) for note in found.notes)
    return replace(source, notes=notes) if notes else source


def printable(name: str | Path) -> str:
    """A name or a sentence on one line: bytes that are no text, line breaks and what steers a
    terminal or the direction of writing become U+FFFD."""
    if (text := str(name)).isprintable():
        return text
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    steers = (unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") for char in text)
    return "".join("\ufffd" if each else char for each, char in zip(steers, text, strict=True))


def refusal(why: str, file: str | Path, **facts: object) -> DxError:
    """The error about a file, named as it is to be shown: ``errors.source`` has the sentences."""
    return DxError(f"source.{why}", file=printable(file), **facts)


def unix_lines(text: str) -> str:
    """LF line ends; nothing else changes."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _bytes_of(path: Path, limits: Limits) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise refusal("not_file", path, accepted=ACCEPTED)
        size, most = found.st_size // MEGABYTE, limits.file_bytes // MEGABYTE
        _refuse(path.name, "too_big", size, most)
        return path.read_bytes()
    except OSError as error:
        if not path.exists():
            raise refusal("missing", path, accepted=ACCEPTED) from None
        raise file_error(error, printable(path.name)) from None


def _check(text: str, name: str, limits: Limits) -> None:
    """Refuse what holds no text, or more than minutes ever hold."""
    if not text or text.isspace():
        raise refusal("empty", name)
    _refuse(name, "too_long", len(text), limits.characters)
    if len(text) > min(limits.lines, limits.line):
        _refuse(name, "lines", text.count("\n"), limits.lines)
        _refuse(name, "line", max(map(len, text.split("\n"))), limits.line)


def _refuse(name: str, why: str, found: int, limit: int) -> None:
    if found > limit:
        raise refusal(why, name, found=found, limit=limit)


def _warning(source: SourceText, note: Note) -> LoadWarning:
    message = say(f"warnings.{note.code}", **note.facts)
    page = source.page_at(note.start)
    return LoadWarning(source.name, page, note.start, note.end, note.code, message)
