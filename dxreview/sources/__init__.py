"""One file (text, HTML, DOCX, PDF) as `SourceText`: its text, with pages, and nothing lost.

A reader for each format is a function from bytes to `Extract`; its library is imported when the
format is met, so that plain text costs nothing but the standard library.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from dxreview.messages import say
from dxreview.records import DxError, LoadWarning, SourceText, Span

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may ask for. Minutes stay far below; hostile files do not."""

    file_bytes: int = 100 * MEGABYTE
    characters: int = 20_000_000
    line: int = 1_000_000
    pages: int = 5_000
    seconds: float = 60.0
    memory: int = 1_500 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Note:
    """Something that reading met and a careful reader would ask about: a code, its place, facts."""

    code: str
    start: int
    end: int
    facts: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Extract:
    """What a format's reader returns; offsets count code points of ``text``."""

    text: str
    pages: tuple[int, ...] = (0,)
    furniture: tuple[Span, ...] = ()
    notes: tuple[Note, ...] = ()


Reader = Callable[[bytes, str, Limits], Extract]
_FORMATS = {".txt": "text", ".html": "html", ".htm": "html", ".docx": "docx", ".pdf": "pdf"}
SUFFIXES = tuple(_FORMATS)


def read(path: str | Path, *, limits: Limits | None = None) -> SourceText:
    """The file at ``path`` as text with pages.

    The text is the file decoded, with LF line ends and no BOM; of PDF, HTML and DOCX it is what a
    reader of the page sees, in reading order. Raises DxError (``errors.source``) naming the file,
    what was found and what is accepted. No limit on time or memory is set here: the loader sets
    them by reading PDF, HTML and DOCX in a worker process.
    """
    path, limits = Path(path), limits or Limits()
    data = _bytes_of(path, limits)
    extract = _reader(path)(data, path.name, limits)
    _check(extract, path.name, limits)
    name = printable(path.name)
    source = SourceText(
        name=name,
        text=extract.text,
        sha256=sha256(data).hexdigest(),
        pages=extract.pages,
        format=format_of(path),
        furniture=extract.furniture,
    )
    return _with_notes(source, extract.notes)


def format_of(path: Path) -> str:
    """text, html, docx or pdf, by the file's suffix."""
    try:
        return _FORMATS[path.suffix.lower()]
    except KeyError:
        found = path.suffix or say("load.no_suffix")
        raise DxError("source.kind", file=path.name, found=found, accepted=ACCEPTED) from None


ACCEPTED = "、".join(SUFFIXES)


def printable(name: str) -> str:
    """A file name that can be written as UTF-8: bytes that are no text become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _reader(path: Path) -> Reader:
    reader: Reader = import_module(f"dxreview.sources.{format_of(path)}").extract
    return reader


def _bytes_of(path: Path, limits: Limits) -> bytes:
    if not path.exists():
        raise DxError("source.missing", file=printable(str(path)), accepted=ACCEPTED)
    if not path.is_file():
        raise DxError("source.not_file", file=printable(str(path)), accepted=ACCEPTED)
    size = path.stat().st_size
    if size > limits.file_bytes:
        found, most = size // MEGABYTE, limits.file_bytes // MEGABYTE
        raise DxError("source.too_big", file=printable(path.name), found=found, limit=most)
    try:
        return path.read_bytes()
    except OSError as error:
        raise DxError(
            "source.unreadable", file=printable(path.name), found=error.strerror or str(error)
        ) from None


def _check(extract: Extract, name: str, limits: Limits) -> None:
    """Refuse what holds no text, or more than minutes ever hold."""
    text = extract.text
    if not text.strip():
        raise DxError("source.empty", file=printable(name))
    if len(text) > limits.characters:
        raise DxError(
            "source.too_long", file=printable(name), found=len(text), limit=limits.characters
        )
    if len(text) > limits.line:
        for number, line in enumerate(text.split("\n"), start=1):
            if len(line) > limits.line:
                raise DxError(
                    "source.line", file=printable(name), line=number, found=len(line),
                    limit=limits.line,
                )  # fmt: skip


def _with_notes(source: SourceText, notes: tuple[Note, ...]) -> SourceText:
    from dataclasses import replace

    made = tuple(
        LoadWarning(
            source=source.name,
            page=source.page_at(note.start),
            start=note.start,
            end=note.end,
            code=note.code,
            message=say(f"warnings.{note.code}", **dict(note.facts)),
        )
        for note in notes
    )
    return replace(source, notes=made) if made else source
