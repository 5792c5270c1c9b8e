"""Hand-over files: one JSON Lines file per reviewer, sorted by event id.

Lines are only ever added, so that ``merge=union`` of git is a right merge.
"""

import hashlib
import os
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from dxreview.records import DxError, Event
from dxreview.store.database import sentences
from dxreview.store.events import from_line, to_line

_RESERVED = {"con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(10))}


def write(events: Iterable[Event], folder: Path) -> list[Path]:
    """Write each reviewer's events into ``folder``; what a file there already holds stays."""
    by_reviewer: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_reviewer[event.reviewer].append(event)
    names = file_names(by_reviewer)
    with sentences(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(folder / names[who], found) for who, found in sorted(by_reviewer.items())]


def _write(path: Path, events: list[Event]) -> Path:
    lines = {
        event.id: to_line(event) for event in [*events, *(read(path) if path.exists() else ())]
    }
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{lines[event_id]}\n" for event_id in sorted(lines))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path


def read(path: Path) -> list[Event]:
    """The events of one file. Raises DxError ``store.handover`` with the line that is at fault."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DxError("store.unreadable", file=path, found=error) from None
    events = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            events += [from_line(line)] if line.strip() else []
        except DxError as error:
            raise DxError("store.handover", file=path, line=number, found=error) from None
    return events


def file_names(reviewers: Iterable[str]) -> dict[str, str]:
    """A file name for each reviewer that every system can keep; two never share one."""
    plain = {who: _plain(who) for who in reviewers}
    taken = Counter(name.casefold() for name in plain.values())
    return {
        who: f"{name}.jsonl"
        if name == who and taken[name.casefold()] == 1
        else f"{name}-{hashlib.sha256(who.encode()).hexdigest()[:8]}.jsonl"
        for who, name in plain.items()
    }


def _plain(who: str) -> str:
    name = unicodedata.normalize("NFC", who)
    name = "".join(sign if sign.isalnum() or sign in "-_ ・" else "_" for sign in name).strip()
    return f"_{name}" if name.casefold() in _RESERVED else name[:50]
