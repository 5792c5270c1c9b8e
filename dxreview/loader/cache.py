"""What was loaded before, so that loading again reads only what changed.

A folder of JSON files that may be deleted at any time. An entry's name is a hash over everything
its content depends on: the file's name and bytes, its corrections, the code that reads it, the
language of its warnings. An entry that is damaged is read anew.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from dxreview.messages import language
from dxreview.records import Minutes

FOLDER = ".dxreview-cache"
_PACKAGE = Path(__file__).resolve().parents[1]
_READS = ("sources", "minutes", "loader", "text.py", "records.py")


def place_for(path: Path) -> Path | None:
    """The cache of the project whose ``minutes`` folder is, or holds, ``path``."""
    folder = path.absolute() if path.is_dir() else path.absolute().parent
    is_project = folder.name == "minutes" and (folder.parent / "project.toml").is_file()
    return folder.parent / FOLDER if is_project else None


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry of one file as it is now; without a file, nothing is kept."""

    file: Path | None

    @classmethod
    def of(cls, path: Path, folder: Path | None) -> "Entry":
        """The entry for the file at ``path`` in ``folder`` (default: `place_for`)."""
        place = folder or place_for(path)
        key = _key(path) if place else None
        return cls(place / code_version() / f"{key}.json" if place and key else None)

    def get(self) -> Minutes | None:
        from dxreview.loader.packing import unpack

        try:
            return unpack(self.file.read_bytes()) if self.file else None
        except (OSError, ValueError):
            return None

    def put(self, packed: Callable[[], bytes]) -> None:
        """Keep an entry; a folder that cannot be written to is no reason to fail."""
        if not self.file:
            return
        draft = self.file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            if not self.file.parent.is_dir():
                _begin(self.file.parent)
            draft.write_bytes(packed())
            draft.replace(self.file)


def _key(path: Path) -> str | None:
    """A hash over what the minutes of the file at ``path`` depend on; None if it is unreadable."""
    found = sha256(path.name.encode("utf-8", "surrogateescape") + language().encode())
    try:
        for part in (path, path.with_suffix(".toml")):
            held = sha256(part.read_bytes()).digest() if part.is_file() else b""
            found.update(b"\0" + held)
    except OSError:
        return None
    return found.hexdigest()[:40]


def _begin(folder: Path) -> None:
    """The first entry of this version of the code: those of earlier versions are of no use."""
    for each in folder.parent.glob("[0-9a-f]" * len(folder.name)):
        for entry in each.glob("*.json"):
            entry.unlink(missing_ok=True)
        with suppress(OSError):
            each.rmdir()
    folder.mkdir(parents=True)
    (folder.parent / ".gitignore").write_text("*\n", encoding="utf-8")


@cache
def code_version() -> str:
    """A hash over the code that turns files into minutes."""
    held = sha256()
    for name in _READS:
        place = _PACKAGE / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in (".py", ".toml"):
                held.update(path.read_bytes())
    return held.hexdigest()[:16]
