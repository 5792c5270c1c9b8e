"""What was loaded before, so that loading again reads only what changed.

A folder of JSON files that may be deleted at any time. An entry's name is a hash over everything
its content depends on: the file's name and bytes, its corrections, the code that reads it, the
language of its warnings. An entry that is damaged is read anew.
"""

import os
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from dxreview.loader.worker import pack, unpack
from dxreview.messages import language
from dxreview.records import Minutes
from dxreview.sources import Limits

FOLDER = ".dxreview-cache"
_PACKAGE = Path(__file__).resolve().parents[1]


class Entry:
    """The entry of the file at ``path`` as it is now; outside a project it is never there.
    ``is_kept`` is whether it was there."""

    def __init__(self, path: Path) -> None:
        self._place: Path | None = None
        self.is_kept = False
        folder = place_for(path)
        if folder is None or not path.is_file():
            return
        found = sha256(path.name.encode("utf-8", "surrogateescape") + language().encode())
        with suppress(OSError):
            for part in (path, path.with_suffix(".toml")):
                if part.is_file() and part.stat().st_size <= Limits.file_bytes:
                    found.update(sha256(part.read_bytes()).digest())
            self._place = folder / code_version() / f"{found.hexdigest()[:40]}.json"
            self.is_kept = self._place.exists()

    def get(self) -> Minutes | None:
        with suppress(OSError, ValueError):
            held = unpack(self._place.read_bytes()) if self._place and self.is_kept else None
            return held if isinstance(held, Minutes) else None
        return None

    def put(self, minutes: Minutes) -> None:
        """Keep an entry; a folder that cannot be written to is no reason to fail."""
        if self._place is None:
            return
        draft = self._place.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            if not self._place.parent.is_dir():
                _begin(self._place.parent)
            draft.write_bytes(pack(minutes))
            draft.replace(self._place)


def place_for(path: Path) -> Path | None:
    """The cache of the project whose ``minutes`` folder holds ``path``."""
    folder = path.absolute().parent
    is_project = folder.name == "minutes" and (folder.parent / "project.toml").is_file()
    return folder.parent / FOLDER if is_project else None


def _begin(folder: Path) -> None:
    """The first entry of this version of the code: those of earlier versions are of no use."""
    for old in folder.parent.glob("[0-9a-f]" * len(folder.name) + "/*.json"):
        old.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / ".gitignore").write_text("*\n", encoding="utf-8")


@cache
def code_version() -> str:
    """A hash over the code and the sentences that turn files into minutes with warnings."""
    parts = [_PACKAGE / "text.py", _PACKAGE / "records.py"]
    for room in ("sources", "minutes", "loader", "messages"):
        parts += sorted((_PACKAGE / room).glob("*.*"))
    return sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()[:16]
