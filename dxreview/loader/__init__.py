"""Many files → Minutes, one after another, in order; a bad file is reported and the rest loads.

Nothing here needs pandas: the command ``dxreview load`` goes from here straight to JSON.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from dxreview import sources
from dxreview.loader.cache import Entry
from dxreview.loader.packing import pack, unpack
from dxreview.loader.worker import minutes_of
from dxreview.records import DxError, Minutes
from dxreview.sources import Limits, printable

if TYPE_CHECKING:
    from dxreview.loader.pool import Pool

Progress = Callable[[int, int], None]
# Before this much text is read, a worker has hardly started.
_WORTH_A_WORKER = 4 * sources.MEGABYTE
# How many files are under way, and how many of text a worker is told ahead.
_WINDOW, _AHEAD = 24, 6


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
    within ``limits``; many files of text are read here and there, for speed. Only a few files are
    under way at a time, so memory does not grow with their number. ``cache``: the folder to keep
    results in (default: that of the project the path lies in, if any). ``progress(done, total)`` is
    called after each file. ``processes``: how many at most (default: one a core).
    """
    found = list(files(paths))
    folder, limits = Path(cache) if cache else None, limits or Limits()
    with ExitStack() as stack:
        pool = _pool([each for each in found if isinstance(each, Path)], processes, limits, stack)
        rest, window = iter(found), deque[_Reading | Loaded]()
        for done in range(1, len(found) + 1):
            more = islice(rest, (_WINDOW if pool else 1) - len(window))
            window.extend(
                each if isinstance(each, Loaded) else _Reading(each, folder, limits, pool)
                for each in more
            )
            loaded = _first(window)
            if progress:
                progress(done, len(found))
            yield loaded


class _Reading:
    """One file under way, in a worker process or here; ``loaded`` once it is done."""

    def __init__(self, path: Path, folder: Path | None, limits: Limits, pool: "Pool | None"):
        self._path, self._limits, self._pool = path, limits, pool
        self._entry, self._is_light = Entry(path, folder), _is_light(path)
        known = self._entry.get()
        self.loaded = Loaded(path, known) if known else None
        self._packed = pool.begin(path) if pool and not known else None

    def here(self) -> bool:
        """Read the file in this process, if it is light and no worker has begun with it."""
        if self.loaded or (self._packed and not (self._is_light and self._packed.cancel())):
            return False
        try:
            minutes = minutes_of(self._path, self._limits)
            self._entry.put(lambda: pack(minutes))
            self.loaded = Loaded(self._path, minutes)
        except DxError as error:
            self.loaded = _failed(self._path, error)
        if self._packed:
            sleep(0)  # Threads that serve the workers have their turn.
        return True

    def there(self) -> None:
        """Wait for the worker that reads the file; if it dies, what is light is read here."""
        assert self._pool is not None
        assert self._packed is not None
        try:
            packed = self._pool.wait(self._path, self._packed)
            minutes = unpack(packed)
            if minutes.source.name != printable(self._path.name):
                raise ValueError("minutes of another file")
            self.loaded = Loaded(self._path, minutes)
            self._entry.put(lambda: packed)
        except ValueError:
            self.loaded = _refused(self._path, "crashed")
        except DxError as error:
            self.loaded = _failed(self._path, error)
        if self._is_light and self.loaded.failure and self.loaded.failure.key == "source.crashed":
            self.loaded = self._packed = None
            self.here()

    def is_read(self) -> bool:
        return self._packed is not None and self._packed.done()


def _failed(path: Path, error: DxError) -> Loaded:
    if told := error.facts.get("told"):
        import logging  # A worker need not pay for it.

        log = logging.getLogger(__name__)
        log.error("reading %s failed unexpectedly\n%s", printable(path), told)
    return Loaded(path, failure=error)


def _first(window: deque[_Reading | Loaded]) -> Loaded:
    """The first of the files under way; others are read here while it is read in a worker."""
    head = window.popleft()
    while isinstance(head, _Reading):
        if head.loaded:
            return head.loaded
        under_way = (each for each in (head, *reversed(window)) if isinstance(each, _Reading))
        if head.is_read() or not any(each.here() for each in under_way):
            head.there()
    return head


def files(paths: Iterable[str | Path]) -> Iterator[Path | Loaded]:
    """The files to read: a folder stands for the sources in it, by name. What cannot be asked for
    (a folder without sources, two files of one stem, a link out of its folder) is a failure."""
    seen: dict[str, Path] = {}
    for path in map(Path, paths):
        if not path.exists() and not path.is_symlink():
            yield _refused(path, "missing", accepted=sources.ACCEPTED)
            continue
        for each in _folder(path) if path.is_dir() else (path,):
            stem = printable(each.path.stem if isinstance(each, Loaded) else each.stem)
            if isinstance(each, Loaded) or (other := seen.setdefault(stem, each)) is each:
                yield each
            elif other.absolute() != each.absolute():
                yield _refused(each, "same_stem", other=printable(other))


def _folder(folder: Path) -> Iterator[Path | Loaded]:
    kinds = sources.SUFFIXES
    try:
        held = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in kinds]
    except OSError as error:
        yield _refused(folder, "unreadable", found=str(error.strerror))
        return
    held = [path for path in held if not path.name.startswith((".", "~$"))]
    if not held:
        yield _refused(folder, "no_minutes", accepted=sources.ACCEPTED)
    inside = os.path.realpath(folder)
    for path in held:  # Not Path.resolve, which raises where links run in a circle.
        leaves = path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(inside)
        yield _refused(path, "outside") if leaves else path


def _refused(path: Path, why: str, **facts: str) -> Loaded:
    return Loaded(path, failure=DxError(f"source.{why}", file=printable(path), **facts))


def _pool(
    paths: list[Path], processes: int | None, limits: Limits, stack: ExitStack
) -> "Pool | None":
    """The worker processes that these files are worth: none for a little plain text."""
    most = min(processes or os.cpu_count() or 1, len(paths))
    if light := all(map(_is_light, paths)):
        most = most - 1 if sum(map(_size, paths)) > _WORTH_A_WORKER else 0  # This one reads, too.
    if not most:
        return None
    from dxreview.loader.pool import Pool

    return stack.enter_context(Pool(most, limits, ahead=_AHEAD if light else 1))


def _is_light(path: Path) -> bool:
    """Whether a file can do no harm where it is read: plain text, and not much of it."""
    return path.suffix.lower() == ".txt" and _size(path) <= sources.MEGABYTE


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0
