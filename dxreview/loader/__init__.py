"""Many files → Minutes, one after another, in order; a bad file is reported and the rest loads.

Nothing here needs pandas: the command ``dxreview load`` goes from here straight to JSON.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from dxreview import sources
from dxreview.loader.cache import Entry
from dxreview.loader.worker import minutes_of
from dxreview.minutes.checks import warning
from dxreview.records import DxError, Minutes, file_error
from dxreview.sources import Limits, printable, refusal

if TYPE_CHECKING:
    from dxreview.loader.pool import Worker

Progress = Callable[[int, int], None]
# Before this much text is read, a worker has hardly started.
_WORTH_A_WORKER = 4 * sources.MEGABYTE
_UNDER_WAY = 32


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
    within ``limits``; much text is read here and there, for speed. Only a few files are under way
    at a time, so memory does not grow with their number. What lies in a project is taken from its
    cache where nothing has changed. ``progress(done, total)`` is called after each file.
    ``processes``: how many at most (default: one a core).
    """
    found, limits, seen = list(files(paths)), limits or Limits(), dict[tuple[str, ...], str]()
    with ExitStack() as stack:
        given = [each for each in found if isinstance(each, Path)]
        workers = _Workers(given, processes or os.cpu_count() or 1, limits, stack)
        begun = (_Reading(each, limits, number) for number, each in enumerate(found))
        window = deque[_Reading]()
        for done in range(1, len(found) + 1):
            window.extend(islice(begun, _UNDER_WAY - len(window)))
            loaded = _first(window, workers)
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


class _Reading:
    """One file under way: ``loaded`` once it is read, here or by the ``worker`` that was asked."""

    def __init__(self, given: Path | Loaded, limits: Limits, number: int) -> None:
        self.path = given if isinstance(given, Path) else given.path
        self.limits, self.number, self.is_light = limits, number, _is_light(self.path)
        self.worker: Worker | None = None
        self.loaded = given if isinstance(given, Loaded) else None
        if self.loaded is None:
            self.entry = Entry(self.path)
            known = self.entry.get()
            self.loaded = Loaded(self.path, known) if known else None

    @property
    def is_open(self) -> bool:
        return self.loaded is None and self.worker is None

    def read(self) -> None:
        try:
            worker = self.worker
            held = minutes_of(self.path, self.limits) if worker is None else worker.minutes()
            self.entry.put(held)
            self.loaded = Loaded(self.path, held)
        except DxError as error:
            if told := error.facts.get("told"):
                import logging  # A worker need not pay for it.

                log = logging.getLogger(__name__)
                log.error("reading %s failed unexpectedly\n%s", printable(self.path), told)
            self.loaded = Loaded(self.path, failure=error)


class _Workers:
    """The worker processes that the files ``given`` are worth: none for a little plain text. Each
    is asked for a few files ahead, so that it need not wait for this process."""

    def __init__(self, given: list[Path], size: int, limits: Limits, stack: ExitStack) -> None:
        self._is_text, text = all(map(_is_light, given)), sum(map(_size, given))
        if self._is_text:  # This process reads, too: everything, while the workers start.
            size = size - 1 if text > _WORTH_A_WORKER else 0
        self._ahead = 3 if self._is_text else 6
        self._alone = len(given) * _WORTH_A_WORKER // max(1, text)
        self._held: list[Worker] = []
        if size:
            from dxreview.loader import pool

            for _ in range(min(size, len(given))):
                worker = pool.Worker(limits, at_once=self._is_text)
                self._held.append(stack.enter_context(worker))

    def ask(self, window: Iterable[_Reading]) -> None:
        """Ask for the next files that have to be, or may be, read there."""
        for each in window if self._held else ():
            may_leave = not each.is_light or (self._is_text and each.number >= self._alone)
            if each.is_open and may_leave:
                worker = min(self._held, key=len)
                if len(worker) == self._ahead:
                    break
                worker.ask(each.path)
                each.worker = worker


def _first(window: deque[_Reading], workers: _Workers) -> Loaded:
    """The first of the files under way; while a worker reads it, others are read here."""
    head = window[0]
    workers.ask(window)
    while head.loaded is None:
        others = (each for each in reversed(window) if each.is_open and each.is_light)
        is_waiting = head.worker is not None and not head.worker.has_answered()
        (next(others, head) if is_waiting else head).read()
        workers.ask(window)
    window.popleft()
    return head.loaded


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


def _held(path: Path) -> list[Path]:
    """A file itself, or the sources in a folder; also those in a format that is not read, as a
    reader would miss them, unless they were saved in another one too."""
    if not path.exists() and not path.is_symlink():
        raise refusal("missing", path, accepted=sources.ACCEPTED)
    if not path.is_dir():
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


def _leaves(path: Path, folder: Path) -> bool:
    """Whether a link in ``folder`` leads out of it."""
    if path == folder or not path.is_symlink():
        return False
    # Not Path.resolve, which raises where links run in a circle.
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _is_light(path: Path) -> bool:
    """Whether a file can do no harm where it is read: plain text, and not much of it."""
    return path.suffix.lower() == ".txt" and _size(path) <= sources.MEGABYTE


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0
