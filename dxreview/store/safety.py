"""Backups of an SQLite store, restoring them, and file systems on which it is not safe."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dxreview.records import DxError
from dxreview.store.database import EPOCH, SCHEMA, sentences
from dxreview.store.events import new_id

KEPT = 10
# SQLite's locks and its shared memory do not reach from one machine to another
# (https://www.sqlite.org/wal.html, "Overview").
_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ncpfs|ceph|glusterfs|lustre|gfs2|vboxsf|prl_fs"
    r"|fuse\.(?:sshfs|rclone|davfs2?|glusterfs|smbnetfs|vmhgfs-fuse|s3fs)|davfs2?"
)


def backups(file: Path) -> list[Path]:
    """The backups of the store, newest first."""
    return sorted((file.parent / "backups").glob(f"{file.stem}-*.db"), reverse=True)


def back_up(file: Path) -> Path | None:
    """Copy the store into ``backups/`` beside it; None where the newest backup holds the same.
    Raises DxError where the file is no store or the copy cannot be written."""
    with sentences(str(file)), _opened(file) as source:
        last = next(iter(backups(file)), None)
        if last and _newest_event(last) == _newest_event(file):
            return None
        now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")[:-3]
        made = file.parent / "backups" / f"{file.stem}-{now}.db"
        made.parent.mkdir(exist_ok=True)
        part = made.with_suffix(f".{os.getpid()}.part")
        _copy(source, part)
        part.replace(made)
        return made


def prune(file: Path) -> None:
    """Keep the newest ten backups."""
    for old in backups(file)[KEPT:]:
        old.unlink(missing_ok=True)


def restore(file: Path, backup: Path) -> Path | None:
    """Put ``backup`` in the place of the store ``file``; return where the state before is kept.

    Stores that have the file open take the change in at their next `poll`. What was there is backed
    up first; where it cannot be read as a store, the file is set aside under a new name.
    """
    with sentences(str(backup)):
        _check(backup)
    kept = _set_aside(file) if file.exists() else None
    with sentences(str(file)), _opened(backup) as source, _opened(file, create=True) as target:
        source.backup(target)
        target.execute("UPDATE dxreview_meta SET value = ? WHERE key = ?", (new_id(), EPOCH))
        target.commit()
    return kept


def _check(backup: Path) -> None:
    with _opened(backup) as connection:
        found = dict(connection.execute("SELECT key, value FROM dxreview_meta"))["schema"]
        if int(found) > SCHEMA:
            raise DxError("store.newer", store=backup, found=found, accepted=SCHEMA)
        told = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if told != "ok":
        raise DxError("store.damaged", store=backup, found=told)


def _set_aside(file: Path) -> Path:
    try:
        return back_up(file) or backups(file)[0]
    except DxError as error:
        if error.key != "store.damaged":
            raise
    kept = file.with_name(f"{file.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    for ending in ("", "-wal", "-shm"):
        beside = file.with_name(file.name + ending)
        if beside.exists():
            beside.replace(kept.with_name(kept.name + ending))
    return kept


@contextmanager
def _opened(file: Path, *, create: bool = False) -> Iterator[sqlite3.Connection]:
    mode = "rwc" if create else "rw"
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True)) as opened:
        yield opened


def _newest_event(file: Path) -> object:
    """What tells two states apart, as events are only ever added; of no store, equal to nothing."""
    try:
        with _opened(file) as connection:
            return connection.execute(
                "SELECT seq, id FROM dxreview_events ORDER BY seq DESC LIMIT 1"
            ).fetchone()
    except sqlite3.Error:
        return object()


def _copy(source: sqlite3.Connection, path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, to be opened from anywhere
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def network_file_system(file: Path, mounts: Path = Path("/proc/mounts")) -> str | None:
    """The kind of network file system that the store lies on, if it does (Linux; and Windows,
    where the path says so)."""
    place = file.absolute()
    if place.drive.startswith("\\\\"):
        return place.drive
    if not mounts.exists():
        return None
    found = (0, "")
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _, folder, kind, *_ = line.split(" ")
        folder = re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), folder)
        if place.resolve().is_relative_to(folder):
            found = max(found, (len(folder), kind), key=lambda each: each[0])
    return found[1] if _NETWORK.fullmatch(found[1]) else None
