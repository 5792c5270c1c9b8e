"""Many files → Minutes, one after another, in order; a bad file is reported and the rest loads.

Nothing here needs pandas: the command ``dxreview load`` goes from here straight to JSON.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from dxreview import sources
from dxreview.loader.cache import Entry
from dxreview.loader.worker import minutes_of
from dxreview.minutes.checks import warning
from dxreview.minutes.corrections import is_corrections
from dxreview.records import DxError, Minutes, file_error
from dxreview.sources import Limits, printable, refusal

if TYPE_CHECKING:
    from dxreview.loader.pool import Worker

Progress = Callable[[int, int], None]
# Before this much text is read, workers have hardly started.
_WORTH_WORKERS = 4 * sources.MEGABYTE


@dataclass(frozen=True, slots=True)
class Loaded:
    """One file: its minutes, or why it could not be read."""

    path: Path
    minutes: Minutes | None = None
    failure: DxError | None = None


def load(
    paths: Iterable[str | Path],
    *,
    progress: Progress | None = None,
    processes: int | None = None,
    limits: Limits | None = None,
) -> Iterator[Loaded]:
    """Read and parse the files and folders in ``paths``, yielding one `Loaded` a file, in order.

    Files that may be hostile (all but plain text up to a megabyte) are read in worker processes
    within ``limits``; so is much text, for speed. They run only a few files ahead, so memory does
    not grow with their number. What lies in a project is taken from its cache where nothing has
    changed. ``progress(done, total)`` is called after each file. ``processes``: how many at most
    (default: one a core).
    """
    found, seen = list(files(paths)), dict[tuple[str, ...], str]()
    entries = {each: Entry(each) for each in found if isinstance(each, Path)}
    new = [path for path, entry in entries.items() if not entry.is_kept]
    with _Readers(new, processes or os.cpu_count() or 1, limits or Limits()) as readers:
        for done, each in enumerate(found, 1):
            loaded = each if isinstance(each, Loaded) else _loaded(each, entries[each], readers)
            if loaded.minutes:
                loaded = replace(loaded, minutes=_compared(loaded.minutes, seen))
            if progress:
                progress(done, len(found))
            yield loaded


def _compared(minutes: Minutes, seen: dict[tuple[str, ...], str]) -> Minutes:
    """The minutes, with a warning where another file holds the same opinions; ``seen`` are the
    names of files by their opinions, whatever their format or encoding."""
    said = tuple([one.opinion_id[-9:] for one in minutes.opinions])
    other = seen.setdefault(said, minutes.source.name) if said else minutes.source.name
    if other == minutes.source.name:
        return minutes
    told = warning(minutes.source, "duplicate", other=other)
    return replace(minutes, warnings=(*minutes.warnings, told))


def _loaded(path: Path, entry: Entry, readers: "_Readers") -> Loaded:
    """What one file holds: from the cache, or read."""
    try:
        minutes = entry.get()
        if minutes is None:
            minutes = readers.minutes(path)
            entry.put(minutes)
        return Loaded(path, minutes)
    except DxError as error:
        if told := error.facts.get("told"):
            import logging  # A worker need not pay for it.

            log = logging.getLogger(__name__)
            log.error("reading %s failed unexpectedly\n%s", printable(path), told)
        return Loaded(path, failure=error)


class _Readers(ExitStack):
    """Who reads the ``new`` files: worker processes in turns, or this process a little text."""

    def __init__(self, new: list[Path], size: int, limits: Limits) -> None:
        super().__init__()
        self._limits = limits
        sizes = {each: _size(each) for each in new}
        # What can do no harm where it is read is plain text, and not much of it.
        light = {each for each, size in sizes.items() if size <= sources.MEGABYTE}
        self._light = {each for each in light if each.suffix.lower() == ".txt"}
        heavy = [each for each in new if each not in self._light]
        text = sum(sizes.values())
        if not heavy and size > 1 and text > _WORTH_WORKERS:
            # This process reads, too: while the others start, and with one other, two in five.
            later = new[len(new) * _WORTH_WORKERS // text :]
            heavy = [each for number, each in enumerate(later) if number % 5 > 1 or size > 2]
            size -= 1
        turns = [self._worker(heavy[n::size]) for n in range(min(size, len(heavy)))]
        self._workers = dict(zip(heavy, cycle(turns), strict=False))

    def _worker(self, paths: list[Path]) -> "Worker":
        from dxreview.loader import pool

        worker = pool.Worker(paths, self._limits)
        self.callback(worker.stop)
        return worker

    def minutes(self, path: Path) -> Minutes:
        worker = self._workers.get(path)
        if worker is None and path in self._light:
            return minutes_of(path, self._limits)
        return (worker or self._worker([path])).minutes()


def files(paths: Iterable[str | Path]) -> Iterator[Path | Loaded]:
    """The files to read: a folder stands for the sources in it, by name. What cannot be asked for
    (a folder without sources, two files of one stem, a link out of its folder) is a failure."""
    seen: dict[str, Path] = {}
    for path in map(Path, paths):
        try:
            held = _held(path)
        except DxError as error:
            yield Loaded(path, failure=error)
            continue
        for each in held:
            if _leaves(each, path):
                yield Loaded(each, failure=refusal("outside", each))
                continue
            other = seen.setdefault(printable(each.stem), each)
            if other is each:
                yield each
            elif os.path.realpath(other) != os.path.realpath(each):
                failure = refusal("same_stem", each, other=printable(other))
                yield Loaded(each, failure=failure)
        for each in _orphans(path, held):
            yield Loaded(each, failure=refusal("orphan", each, accepted=sources.ACCEPTED))


def _held(path: Path) -> list[Path]:
    """A file itself, or the sources in a folder; also those in a format that is not read, as a
    reader would miss them, unless they were saved in another one too."""
    if not path.is_dir():
        if path.suffix.lower() not in sources.SUFFIXES and not os.path.lexists(path):
            raise refusal("missing", path, accepted=sources.ACCEPTED)
        return [path]
    try:
        listed = sorted(path.iterdir())
    except OSError as error:
        raise file_error(error, printable(path)) from None
    listed = [each for each in listed if not each.name.startswith((".", "~$"))]
    held = [each for each in listed if each.suffix.lower() in sources.SUFFIXES]
    read = {each.stem for each in held}
    other = (each for each in listed if each.suffix.lower() in sources.UNREAD)
    held += [each for each in other if each.stem not in read]
    if not held:
        raise refusal("no_minutes", path, accepted=sources.ACCEPTED)
    return held


def _orphans(path: Path, held: Iterable[Path]) -> list[Path]:
    """Files of corrections in a folder that are beside no source: one was renamed, or is gone."""
    if not path.is_dir():
        return []
    tables = {each for each in path.iterdir() if each.suffix.lower() == ".toml"}
    loose = tables - {each.with_suffix(".toml") for each in held}
    small = (each for each in loose if each.is_file() and _size(each) <= sources.MEGABYTE)
    return sorted(each for each in small if is_corrections(each))


def _leaves(path: Path, folder: Path) -> bool:
    """Whether a link in ``folder`` leads out of it."""
    if path == folder or not path.is_symlink():
        return False
    # Not Path.resolve, which raises where links run in a circle.
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0
