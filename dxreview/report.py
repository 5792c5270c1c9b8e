"""The account of a load: as text, as JSON (DESIGN's contract), and as an HTML picture."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from typing import Any

from dxreview.messages import say
from dxreview.records import Meeting, Minutes

_LISTS = ("attendees", "agenda", "materials", "opinions")


def as_json(loaded: Iterable[Minutes]) -> str:
    """``{"sources": […], "meetings": […], "warnings": […]}``; dates and times as ISO 8601,
    missing as null."""
    whole: dict[str, list[Any]] = {"sources": [], "meetings": [], "warnings": []}
    for minutes in loaded:
        whole["sources"].append(_source(minutes))
        whole["meetings"].extend(_meeting(minutes, each) for each in minutes.meetings)
        whole["warnings"].extend(map(row, minutes.warnings))
    return json.dumps(whole, ensure_ascii=False, indent=1)


def row(record: Any) -> dict[str, Any]:
    """A record as a JSON object."""
    return {each.name: _plain(getattr(record, each.name)) for each in fields(record)}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _source(minutes: Minutes) -> dict[str, Any]:
    source = minutes.source
    return {
        "source": source.name,
        "sha256": source.sha256,
        "pages": len(source.pages),
        "characters": len(source.text),
        "spans": [row(span) for span in minutes.spans],
    }


def _meeting(minutes: Minutes, meeting: Meeting) -> dict[str, Any]:
    return row(meeting) | {
        name: [
            row(each)
            for each in getattr(minutes, name)
            if each.meeting_id == meeting.meeting_id
        ]
        for name in _LISTS
    }  # fmt: skip


def as_text(minutes: Minutes) -> Iterator[str]:
    """The report on one source, line by line: what was found, what was not understood, warnings."""
    source = minutes.source
    yield say("load.source", name=source.name, pages=len(source.pages), characters=len(source.text))
    for meeting in minutes.meetings:
        counts = {
            name: sum(each.meeting_id == meeting.meeting_id for each in getattr(minutes, name))
            for name in _LISTS
        }
        day = meeting.held_on or say("load.unknown")
        yield "  " + say("load.meeting", title=meeting.title or say("load.unknown"), day=day)
        yield "  " + say("load.counts", **counts)
    held = Counter(characters(minutes))
    yield "  " + say("load.account", share=_share(held), unparsed=held["unparsed"])
    for warning in minutes.warnings:
        place = say("load.place", page=warning.page) if warning.page else ""
        yield "  " + say("load.warning", place=place, message=warning.message)


def characters(minutes: Minutes) -> Iterator[str]:
    """What each non-blank character was taken for."""
    for span in minutes.spans:
        piece = minutes.source.text[span.start : span.end]
        yield from [span.what] * len("".join(piece.split()))


def _share(held: Counter[str]) -> str:
    whole = held.total()
    return f"{100 * (whole - held['unparsed']) / whole:.1f}" if whole else "0.0"
