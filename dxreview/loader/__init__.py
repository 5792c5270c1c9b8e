"""Many files → Minutes, one after another, in order; a bad file is reported and the rest loads.

Nothing here needs pandas: the command ``dxreview load`` goes from here straight to JSON.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dxreview import sources
from dxreview.loader.cache import Entry
from dxreview.records import DxError, Minutes
from dxreview.sources import Limits, printable

if TYPE_CHECKING:
    from concurrent.futures import Future

    from dxreview.loader.pool import Pool

Progress = Callable[[int, int], None]
# Below this much text, starting a worker takes longer than reading.
_WORTH_A_WORKER = 2 * sources.MEGABYTE


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
    steps = _steps(found, Path(cache) if cache else None, processes, limits or Limits())
    for done, each in enumerate(steps, start=1):
        if progress:
            progress(done, len(found))
        yield each


def files(paths: Iterable[str | Path]) -> Iterator[Path | Loaded]:
    """The files to read: a folder stands for the sources in it, by name. What cannot be asked for
    (a folder without sources, two files of one stem, a link out of its folder) is a failure."""
    seen: dict[str, Path] = {}
    for path in map(Path, paths):
        for each in _folder(path) if path.is_dir() else (path,):
            yield from _once(each, seen) if isinstance(each, Path) else (each,)


def _once(path: Path, seen: dict[str, Path]) -> Iterator[Path | Loaded]:
    """A meeting's id is its file's stem, so no two files may share one."""
    other = seen.setdefault(path.stem, path)
    if other is path:
        yield path
    elif other.absolute() != path.absolute():
        yield _refused(path, "same_stem", other=printable(str(other)))


def _folder(folder: Path) -> Iterator[Path | Loaded]:
    held = [path for path in sorted(folder.iterdir()) if _is_source(path)]
    if not held:
        yield _refused(folder, "no_minutes", accepted=sources.ACCEPTED)
    for path in held:
        leaves = path.is_symlink() and folder.resolve() not in path.resolve().parents
        yield _refused(path, "outside") if leaves else path


def _is_source(path: Path) -> bool:
    return path.suffix.lower() in sources.SUFFIXES and not path.name.startswith((".", "~$"))


def _refused(path: Path, why: str, **facts: str) -> Loaded:
    error = DxError(f"source.{why}", file=printable(str(path)), **facts)
    return Loaded(path, failure=error)


def _steps(
    found: list[Path | Loaded], cache: Path | None, processes: int | None, limits: Limits
) -> Iterator[Loaded]:
    paths = [each for each in found if isinstance(each, Path)]
    if _needs_workers(paths, processes):
        most = min(processes or os.cpu_count() or 1, len(paths))
        yield from _parallel(found, cache, most, limits)
        return
    for each in found:
        yield each if isinstance(each, Loaded) else _one(each, cache, limits)


def _needs_workers(paths: list[Path], processes: int | None) -> bool:
    if any(path.suffix.lower() != ".txt" for path in paths):
        return True
    if len(paths) < 2 or processes == 1:
        return False
    return sum(path.stat().st_size for path in paths if path.is_file()) > _WORTH_A_WORKER


def _one(path: Path, folder: Path | None, limits: Limits) -> Loaded:
    """One plain text, in this process."""
    from dxreview.loader.packing import pack
    from dxreview.loader.work import minutes_of

    entry = Entry.of(path, folder)
    try:
        minutes = entry.get()
        if minutes is None:
            minutes = minutes_of(path, limits)
            entry.put(lambda: pack(minutes))
        return Loaded(path, minutes)
    except DxError as error:
        return Loaded(path, failure=error)


def _parallel(
    found: list[Path | Loaded], folder: Path | None, processes: int, limits: Limits
) -> Iterator[Loaded]:
    from dxreview.loader.pool import Pool

    with Pool(processes, limits) as pool:
        under_way: deque[Callable[[], Loaded]] = deque()
        for each in found:
            under_way.append(_begin(each, folder, pool))
            if len(under_way) > 2 * processes:
                yield under_way.popleft()()
        while under_way:
            yield under_way.popleft()()


def _begin(each: Path | Loaded, folder: Path | None, pool: "Pool") -> Callable[[], Loaded]:
    """Start on one file; the call returned waits for it."""
    if isinstance(each, Loaded):
        return lambda: each
    entry = Entry.of(each, folder)
    if (minutes := entry.get()) is not None:
        return lambda: Loaded(each, minutes)
    future = pool.submit(each)
    return lambda: _finish(each, future, entry)


def _finish(path: Path, future: "Future[bytes]", entry: Entry) -> Loaded:
    from dxreview.loader.packing import unpack

    try:
        packed = future.result()
        minutes = unpack(packed)
    except DxError as error:
        return Loaded(path, failure=error)
    except ValueError:
        return _refused(path, "crashed")
    entry.put(lambda: packed)
    return Loaded(path, minutes)
