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
from dxreview.loader.packing import pack, unpack
from dxreview.loader.worker import minutes_of
from dxreview.records import DxError, Minutes
from dxreview.sources import Limits, printable

if TYPE_CHECKING:
    from dxreview.loader.pool import Pool

Progress = Callable[[int, int], None]
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
    limits, folder = limits or Limits(), Path(cache) if cache else None
    most = _workers([each for each in found if isinstance(each, Path)], processes)
    steps = _parallel(found, folder, most, limits) if most else _here(found, folder, limits)
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
            if isinstance(each, Loaded) or (other := seen.setdefault(each.stem, each)) is each:
                yield each
            elif other.absolute() != each.absolute():
                yield _refused(each, "same_stem", other=printable(other))


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
    return Loaded(path, failure=DxError(f"source.{why}", file=printable(path), **facts))


def _workers(paths: list[Path], processes: int | None) -> int:
    """How many worker processes these files are worth: 0 for a little plain text."""
    size = sum(path.stat().st_size for path in paths if path.is_file())
    is_text = all(path.suffix.lower() == ".txt" for path in paths)
    if is_text and (processes == 1 or len(paths) < 2 or size < _WORTH_A_WORKER):
        return 0
    return min(processes or os.cpu_count() or 1, len(paths))


def _here(found: list[Path | Loaded], folder: Path | None, limits: Limits) -> Iterator[Loaded]:
    """Plain text, in this process."""
    for each in found:
        yield each if isinstance(each, Loaded) else _one(each, Entry.of(each, folder), limits)


def _one(path: Path, entry: Entry, limits: Limits) -> Loaded:
    if (known := entry.get()) is not None:
        return Loaded(path, known)
    try:
        minutes = minutes_of(path, limits)
    except DxError as error:
        return Loaded(path, failure=error)
    entry.put(lambda: pack(minutes))
    return Loaded(path, minutes)


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
    if (known := entry.get()) is not None:
        return lambda: Loaded(each, known)
    future = pool.submit(each)

    def finish() -> Loaded:
        try:
            packed = future.result()
            minutes = unpack(packed)
        except DxError as error:
            return Loaded(each, failure=error)
        except ValueError:
            return _refused(each, "crashed")
        entry.put(lambda: packed)
        return Loaded(each, minutes)

    return finish
