"""Hand-over files: one JSON Lines file per reviewer, sorted by event id.

Lines are only ever added, so that ``merge=union`` of git is a right merge.
"""

import hashlib
import os
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from dxreview.records import DxError, Event, file_error
from dxreview.store.events import from_line, to_line

_RESERVED = re.compile(r"con|prn|aux|nul|(com|lpt)\d", re.IGNORECASE)  # on Windows


def write(events: Iterable[Event], folder: Path) -> list[Path]:
    """Write each reviewer's events into ``folder``; what a file there already holds stays."""
    known: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        known[event.reviewer].append(event)
    folder.mkdir(parents=True, exist_ok=True)
    names = {who: folder / name for who, name in sorted(file_names(known).items())}
    for who, path in names.items():
        there = read(path) if path.exists() else ()
        part = path.with_name(path.name + ".part")
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(as_text((*known[who], *there)))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    return list(names.values())


def as_text(events: Iterable[Event]) -> str:
    """The lines of a hand-over file, each event once."""
    lines = {event.id: to_line(event) for event in events}
    return "".join(f"{lines[event_id]}\n" for event_id in sorted(lines))


def read(path: Path) -> list[Event]:
    """The events of one file. Raises DxError ``store.handover`` with the line that is at fault."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise file_error(error, path) from None
    except UnicodeDecodeError as error:
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
    plain = {
        who: re.sub(r"[^\w・ -]", "_", unicodedata.normalize("NFC", who)).strip()[:50]
        for who in reviewers
    }
    taken = Counter(name.casefold() for name in plain.values())
    names = {}
    for who, name in plain.items():
        if name != who or taken[name.casefold()] > 1 or _RESERVED.fullmatch(name):
            name += f"-{hashlib.sha256(who.encode()).hexdigest()[:8]}"
        names[who] = f"{name}.jsonl"
    return names
