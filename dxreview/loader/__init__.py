"""Many files → Minutes, one after another, in order; a bad file is reported and the rest loads.

Nothing here needs pandas: the command ``dxreview load`` goes from here straight to JSON.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from dxreview import sources
from dxreview.loader.cache import Entry
from dxreview.loader.packing import pack
from dxreview.loader.worker import minutes_of
from dxreview.records import DxError, Minutes
from dxreview.sources import Limits, printable

Progress = Callable[[int, int], None]
# What waits for one file's minutes; they come with what packs them for the cache.
Wait = Callable[[], tuple[Minutes, Callable[[], bytes]]]
# Below this much text, starting a worker takes longer than reading.
_WORTH_A_WORKER = 1 * sources.MEGABYTE


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

    Files that may be hostile (all but plain text) are read in worker processes within ``limits``;
    a great deal of text is, too, for speed. Only a few files are under way at a time, so memory
    does not grow with their number. ``cache``: the folder to keep results in (default: that of the
    project the path lies in, if any). ``progress(done, total)`` is called after each file.
    """
    found = list(files(paths))
    folder, limits = Path(cache) if cache else None, limits or Limits()
    most = _workers([each for each in found if isinstance(each, Path)], processes)
    under_way: deque[Callable[[], Loaded]] = deque()
    with ExitStack() as stack:
        begin = _starter(most, limits, stack)
        for number in range(len(found) + 2 * most):
            if number < len(found):
                under_way.append(_begun(found[number], folder, begin))
            if number >= 2 * most:
                done = under_way.popleft()()
                if progress:
                    progress(number - 2 * most + 1, len(found))
                yield done


def files(paths: Iterable[str | Path]) -> Iterator[Path | Loaded]:
    """The files to read: a folder stands for the sources in it, by name. What cannot be asked for
    (a folder without sources, two files of one stem, a link out of its folder) is a failure."""
    seen: dict[str, Path] = {}
    for path in map(Path, paths):
        if not path.exists() and not path.is_symlink():
            yield _refused(path, "missing", accepted=sources.ACCEPTED)
            continue
        for each in _folder(path) if path.is_dir() else (path,):
            if isinstance(each, Loaded) or (other := seen.setdefault(each.stem, each)) is each:
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
    for path in held:
        leaves = path.is_symlink() and folder.resolve() not in path.resolve().parents
        yield _refused(path, "outside") if leaves else path


def _refused(path: Path, why: str, **facts: str) -> Loaded:
    return Loaded(path, failure=DxError(f"source.{why}", file=printable(path), **facts))


def _workers(paths: list[Path], processes: int | None) -> int:
    """How many worker processes these files are worth: 0 for a little plain text."""
    size = sum(path.stat().st_size for path in paths if path.is_file())
    is_text = all(path.suffix.lower() == ".txt" for path in paths)
    if is_text and (processes == 1 or len(paths) < 2 or size < _WORTH_A_WORKER):
        return 0
    return min(processes or os.cpu_count() or 1, len(paths))


def _starter(processes: int, limits: Limits, stack: ExitStack) -> Callable[[Path], Wait]:
    """What begins to read a file: in a worker process, or (0) here when it is waited for."""
    if processes:
        from dxreview.loader.pool import Pool

        return stack.enter_context(Pool(processes, limits)).begin

    def here(path: Path) -> Wait:
        def wait() -> tuple[Minutes, Callable[[], bytes]]:
            minutes = minutes_of(path, limits)
            return minutes, lambda: pack(minutes)

        return wait

    return here


def _begun(
    each: Path | Loaded, folder: Path | None, begin: Callable[[Path], Wait]
) -> Callable[[], Loaded]:
    """Start on one file; the call returned waits for it."""
    if isinstance(each, Loaded):
        return lambda: each
    entry = Entry(each, folder)
    if (known := entry.get()) is not None:
        return lambda: Loaded(each, known)
    wait = begin(each)

    def finish() -> Loaded:
        try:
            minutes, packed = wait()
        except DxError as error:
            return Loaded(each, failure=error)
        entry.put(packed)
        return Loaded(each, minutes)

    return finish
