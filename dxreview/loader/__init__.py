"""Many files → Minutes, one after another, in order; a bad file is reported and the rest loads.

Nothing here needs pandas: the command ``dxreview load`` goes from here straight to JSON.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dxreview import sources
from dxreview.records import DxError, Minutes

Progress = Callable[[int, int], None]


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
    limits: sources.Limits | None = None,
) -> Iterator[Loaded]:
    """Read and parse the files and folders in ``paths``, yielding one `Loaded` a file, in order."""
    found = list(files(paths))
    for done, item in enumerate(found, start=1):
        yield item if isinstance(item, Loaded) else _load(item, limits)
        if progress:
            progress(done, len(found))


def files(paths: Iterable[str | Path]) -> Iterator[Path | Loaded]:
    """The files to read: a folder stands for the sources in it, by name. What cannot be asked for
    (a missing path, a folder without sources, two files of one stem) comes as a failure."""
    for path in map(Path, paths):
        if path.is_dir():
            yield from _folder(path)
        else:
            yield path


def _folder(folder: Path) -> Iterator[Path | Loaded]:
    seen: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.suffix.lower() not in sources.SUFFIXES:
            continue
        if other := seen.get(path.stem):
            facts = {"file": path.name, "other": other.name, "folder": folder}
            yield Loaded(path, failure=DxError("source.same_stem", **facts))
        else:
            seen[path.stem] = path
            yield path
    if not seen:
        missing = DxError("source.no_minutes", folder=folder, accepted=sources.ACCEPTED)
        yield Loaded(folder, failure=missing)


def _load(path: Path, limits: sources.Limits | None) -> Loaded:
    try:
        from dxreview.minutes import parse

        return Loaded(path, parse(sources.read(path, limits=limits)))
    except DxError as error:
        return Loaded(path, failure=error)
