"""Many files → Minutes, one after another, in order; a bad file is reported and the rest loads.

Nothing here needs pandas: the command ``dxreview load`` goes from here straight to JSON.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count, islice
from pathlib import Path

from dxreview import sources
from dxreview.loader.cache import Entry
from dxreview.loader.worker import minutes_of
from dxreview.records import DxError, Minutes, file_error
from dxreview.sources import Limits, printable, refusal

Progress = Callable[[int, int], None]
# Before this much text is read, a worker has hardly started.
_WORTH_A_WORKER = 4 * sources.MEGABYTE
# As many requests fit into a pipe, even of the longest paths, whatever a worker is at.
_UNDER_WAY = 16


@dataclass(frozen=True, slots=True)
class Loaded:
    """One file: its minutes, or why it could not be read."""

    path: Path
    minutes: Minutes | None = None
    failure: DxError | None = None


def load(
    paths: Iterable[str | Path],
    *,
    cache: str | Path | None = None,
    progress: Progress | None = None,
    processes: int | None = None,
    limits: Limits | None = None,
) -> Iterator[Loaded]:
    """Read and parse the files and folders in ``paths``, yielding one `Loaded` a file, in order.

    Files that may be hostile (all but plain text up to a megabyte) are read in worker processes
    within ``limits``; much text is read here and there, for speed. Only a few files are under way
    at a time, so memory does not grow with their number. ``cache``: the folder to keep results in
    (default: that of the project the path lies in, if any). ``progress(done, total)`` is called
    after each file. ``processes``: how many at most (default: one a core).
    """
    found, folder, limits = list(files(paths)), Path(cache) if cache else None, limits or Limits()
    given = [each for each in found if isinstance(each, Path)]
    size = min(processes or os.cpu_count() or 1, len(given))
    if is_text := all(map(_is_light, given)):  # This process reads, too.
        size = size - 1 if sum(map(_size, given)) > _WORTH_A_WORKER else 0
    with ExitStack() as stack:
        workers = []
        if size:
            from dxreview.loader.pool import Worker

            workers = [stack.enter_context(Worker(limits)) for _ in range(size)]
        turns = count()

        def begin(each: Path | Loaded) -> Callable[[], Loaded]:
            if isinstance(each, Loaded):
                return lambda: each
            entry = Entry(each, folder)
            if known := entry.get():
                return lambda: Loaded(each, known)
            is_there = next(turns) % (size + 1) > 0 if is_text else not _is_light(each)
            there = min(workers, key=len).ask(each) if is_there else None
            return partial(_read, each, entry, there or partial(minutes_of, each, limits))

        begun, window = map(begin, found), deque[Callable[[], Loaded]]()
        for done in range(1, len(found) + 1):
            window.extend(islice(begun, _UNDER_WAY - len(window)))
            loaded = window.popleft()()
            if progress:
                progress(done, len(found))
            yield loaded


def _read(path: Path, entry: Entry, reader: Callable[[], Minutes]) -> Loaded:
    try:
        minutes = reader()
    except DxError as error:
        if told := error.facts.get("told"):
            import logging  # A worker need not pay for it.

            log = logging.getLogger(__name__)
            log.error("reading %s failed unexpectedly\n%s", printable(path), told)
        return Loaded(path, failure=error)
    entry.put(minutes)
    return Loaded(path, minutes)


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
            elif other.absolute() != each.absolute():
                failure = refusal("same_stem", each, other=printable(other))
                yield Loaded(each, failure=failure)


def _held(path: Path) -> list[Path]:
    """A file itself, or the sources in a folder."""
    if not path.exists() and not path.is_symlink():
        raise refusal("missing", path, accepted=sources.ACCEPTED)
    if not path.is_dir():
        return [path]
    try:
        listed = sorted(path.iterdir())
    except OSError as error:
        raise file_error(error, printable(path)) from None
    held = [each for each in listed if each.suffix.lower() in sources.SUFFIXES]
    held = [each for each in held if not each.name.startswith((".", "~$"))]
    if not held:
        raise refusal("no_minutes", path, accepted=sources.ACCEPTED)
    return held


def _leaves(path: Path, folder: Path) -> bool:
    """Whether a link in ``folder`` leads out of it."""
    # Not Path.resolve, which raises where links run in a circle.
    inside, place = os.path.realpath(folder), Path(os.path.realpath(path))
    return path != folder and path.is_symlink() and not place.is_relative_to(inside)


def _is_light(path: Path) -> bool:
    """Whether a file can do no harm where it is read: plain text, and not much of it."""
    return path.suffix.lower() == ".txt" and _size(path) <= sources.MEGABYTE


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0
