"""Backups of an SQLite store, restoring them, and file systems on which it is not safe."""

import os
import re
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil

from dxreview.records import DxError
from dxreview.store.database import EPOCH, SCHEMA, file_of, sentences
from dxreview.store.events import new_id

KEPT = 10
# SQLite's locks and its shared memory do not reach from one machine to another
# (https://www.sqlite.org/wal.html, "Overview").
_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|afpfs|webdav|9p|afs|ncpfs|ceph|glusterfs|lustre|gfs2|vboxsf|prl_fs|davfs2?"
    r"|fuse\.(?:sshfs|rclone|davfs2?|glusterfs|smbnetfs|vmhgfs-fuse|s3fs)"
)


def backups(file: Path) -> list[Path]:
    """The backups of the store, newest first."""
    return sorted((file.parent / "backups").glob(f"{file.stem}-*.db"), reverse=True)


def back_up(file: Path) -> Path:
    """Copy the store into ``backups/`` beside it, unless the newest backup holds the same, and keep
    ten; return the newest. Raises DxError where it is no store or the copy cannot be written."""
    with sentences(str(file)), _opened(file) as source:
        # Events are only ever added: the newest one tells two states apart.
        newest, state = "SELECT id FROM dxreview_events ORDER BY seq DESC LIMIT 1", "empty"
        with suppress(sqlite3.OperationalError):  # no store as yet
            state = "".join(source.execute(newest).fetchone() or (state,))[-12:]
        last = next(iter(backups(file)), None)
        if last and last.stem.endswith(f"-{state}"):
            return last
        now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")[:-3]
        made = file.parent / "backups" / f"{file.stem}-{now}-{state}.db"
        made.parent.mkdir(exist_ok=True)
        part = made.with_suffix(f".{os.getpid()}.part")
        try:
            source.execute("VACUUM INTO ?", (str(part),))
            part.replace(made)
        finally:
            part.unlink(missing_ok=True)
    for old in backups(file)[KEPT:]:
        with suppress(OSError):  # on Windows a backup that is being read stays
            old.unlink()
    return made


def restore(url: str, backup: str | Path) -> Path | None:
    """Put a backup (a path, or its name in ``backups/``) in the place of the store at ``url``;
    return where what was there is kept, None where nothing was.

    Stores that are open take the change in at their next `poll`. What was there is backed up first;
    what cannot be read as a store is set aside under a new name. Raises DxError
    ``store.no_backup``, ``store.not_backup``, ``store.newer``, or ``store.no_file`` (no SQLite
    file).
    """
    if (file := file_of(url)) is None:
        raise DxError("store.no_file", store=url)
    named = (Path(backup), file.parent / "backups" / backup)
    found = next((path for path in named if path.is_file()), None)
    there = ", ".join(path.name for path in backups(file)) or "—"
    if found is None:
        raise DxError("store.no_backup", file=backup, accepted=there)
    with sentences(str(found)), _opened(found) as source:
        try:
            schema = dict(source.execute("SELECT key, value FROM dxreview_meta"))["schema"]
            told = source.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            schema, told = "0", str(error)
        if int(schema) > SCHEMA:
            raise DxError("store.newer", store=found, found=schema, accepted=SCHEMA)
        if told != "ok":
            raise DxError("store.not_backup", file=found, found=told, accepted=there)
        kept = _set_aside(file) if file.exists() else None
        with sentences(str(file)), _opened(file, "rwc") as target:
            source.backup(target)
            target.execute("UPDATE dxreview_meta SET value = ? WHERE key = ?", (new_id(), EPOCH))
            target.commit()
    return kept


def _set_aside(file: Path) -> Path:
    try:
        return back_up(file)
    except DxError as error:
        if error.key != "store.damaged":
            raise
    kept = f"{file.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    for ending in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            file.with_name(file.name + ending).replace(file.with_name(kept + ending))
    return file.with_name(kept)


def _opened(file: Path, mode: str = "rw") -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True))


def network_file_system(file: Path) -> str | None:
    """The kind of network file system that the store lies on, if it does."""
    place = file.resolve()
    if place.drive.startswith("\\\\"):
        return place.drive
    mounts = []
    with suppress(OSError):  # a system that does not tell
        mounts = psutil.disk_partitions(all=True)
    above = [(len(m.mountpoint), m.fstype) for m in mounts if place.is_relative_to(m.mountpoint)]
    _, kind = max(above, default=(0, ""))
    return kind if _NETWORK.fullmatch(kind) else None
