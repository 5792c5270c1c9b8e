"""The account of a load: as text, as JSON (DESIGN's contract), and as an HTML picture."""

import json
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import methodcaller
from pathlib import Path
from typing import Any

from dxreview.loader import Loaded
from dxreview.messages import LANGUAGES, language, say, section
from dxreview.records import Meeting, Minutes, Opinion, Span

_LISTS = ("attendees", "agenda", "materials", "opinions")
Json = dict[str, Any]


def as_json(loaded: Iterable[Minutes]) -> str:
    """``{"sources": […], "meetings": […], "warnings": […]}``; dates and times as ISO 8601,
    missing as null."""
    whole: dict[str, list[Json]] = {"sources": [], "meetings": [], "warnings": []}
    for minutes in loaded:
        source = {"source": minutes.source.name, "sha256": minutes.source.sha256}
        sizes = {"pages": len(minutes.source.pages), "characters": len(minutes.source.text)}
        spans = [span._asdict() for span in minutes.spans]
        whole["sources"].append(source | sizes | {"spans": spans})
        whole["meetings"] += [each._asdict() | _lists(minutes, each) for each in minutes.meetings]
        whole["warnings"] += (each._asdict() for each in minutes.warnings)
    return json.dumps(whole, ensure_ascii=False, indent=1, default=methodcaller("isoformat"))


def _lists(minutes: Minutes, meeting: Meeting) -> dict[str, list[Json]]:
    """The meeting's own records, list by list."""
    own = meeting.meeting_id
    return {
        name: [each._asdict() for each in getattr(minutes, name) if each.meeting_id == own]
        for name in _LISTS
    }


def as_text(minutes: Minutes) -> Iterator[str]:
    """The report on one source, line by line: what was found, what its marks were taken for, what
    was not understood, warnings."""
    source, held, unknown = minutes.source, _sizes(minutes), say("load.unknown")
    sizes: Json = {"pages": len(source.pages), "characters": len(source.text)}
    what = "source" if source.has_pages else "source_without_pages"
    yield say(f"load.{what}", name=source.name, **sizes)
    for each in minutes.meetings:
        counts: Json = {name: len(held) for name, held in _lists(minutes, each).items()}
        title, day = each.title or unknown, each.held_on or unknown
        yield "  " + say("load.meeting", title=title, day=day)
        yield "  " + say("load.counts", **counts)
    if marks := [_mark(*each) for each in minutes.decisions]:
        yield "  " + say("load.marks", marks=" · ".join(marks))
    whole, lost = held.total() or 1, held["unparsed"]
    # Never 100.0 while anything was not understood.
    yield "  " + say("load.account", share=(whole - lost) * 1000 // whole / 10, unparsed=lost)
    for warning in minutes.warnings:
        place = say("load.place", page=warning.page) if source.has_pages and warning.page else ""
        what = "correction" if warning.code == "corrected" else "warning"
        yield "  " + say(f"load.{what}", place=place, message=warning.message)


def _mark(mark: str, meaning: str, lines: int) -> str:
    return say("load.mark", mark=mark, meaning=say(f"load.meaning.{meaning}"), n=lines)


def _sizes(minutes: Minutes) -> Counter[str]:
    """How many non-blank characters were taken for what."""
    held: Counter[str] = Counter()
    for span in minutes.spans:
        held[span.what] += len("".join(minutes.source.text[span.start : span.end].split()))
    return held


def as_html(loaded: Iterable[Loaded]) -> str:
    """The picture of the account: one page that needs nothing else, drawn by page/account.html.

    What could not be read, was not understood or is doubtful comes first; then each source's text,
    every stretch with a colour and a label. Both languages are in it.
    """
    every = list(loaded)
    data = {
        "lang": language(),
        "messages": {
            each: {"load": section("load", each), "what": section("what", each)}
            | {"kind": section("publish.kind", each)}
            for each in LANGUAGES
        },
        "failures": [
            {each: failure.sentence(each) for each in LANGUAGES}
            for failure in (held.failure for held in every)
            if failure
        ],
        "sources": [picture(held.minutes) for held in every if held.minutes],
    }
    page = (Path(__file__).parent / "page" / "account.html").read_text(encoding="utf-8")
    # No "<" in the data: nothing in it can end the script element.
    return page.replace("{data}", json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"))


def picture(minutes: Minutes) -> Json:
    """One source as its picture shows it: the lines that hold something, in blocks of one meaning.

    A block is ``{page, what, opinion, lines}``, a line a list of pieces ``[what, text]``: in
    pieces, because Python and the browser count characters differently. A warning is ``[message,
    block, code]``; the first of ``counts`` is the number of pages, null where there are none.
    """
    lines = list(_lines(minutes))
    blocks = [list(held) for _, held in groupby(lines, key=lambda line: line[:3])]
    starts = [held[0][3] for held in blocks]
    pages = len(minutes.source.pages) if minutes.source.has_pages else None
    return {
        "name": minutes.source.name,
        "meetings": list(map(_facts, minutes.meetings)),
        "attendees": [[p.group, p.name, p.affiliation, p.attendance] for p in minutes.attendees],
        "decisions": minutes.decisions,
        "counts": [pages, *(len(getattr(minutes, each)) for each in _LISTS)],
        "sizes": _sizes(minutes).most_common(),
        "kinds": Counter(each.kind for each in minutes.opinions),
        "warnings": [
            [each.message, max(0, bisect_right(starts, each.start or 0) - 1), each.code]
            for each in minutes.warnings
        ],
        "blocks": [
            {"page": held[0][0], "what": held[0][1], "opinion": held[0][2]}
            | {"lines": [line[4] for line in held]}
            for held in blocks
        ],
    }


def _facts(meeting: Meeting) -> Json:
    times = [f"{at:%H:%M}" for at in (meeting.starts_at, meeting.ends_at) if at]
    facts = {"held_on": str(meeting.held_on or ""), "time": "–".join(times)}
    return {name: getattr(meeting, name) for name in ("title", "kind", "round", "venue")} | facts


def _lines(minutes: Minutes) -> Iterator[tuple[int, str, Json | None, int, list[list[str]]]]:
    """Page, meaning, opinion, place and pieces of each line that holds something."""
    source, spans = minutes.source, minutes.spans
    begins, ends = [span.start for span in spans], [span.end for span in spans]
    opinions = sorted(minutes.opinions, key=lambda each: each.start)
    starts = [each.start for each in opinions]
    orders = {each.opinion_id: each.order for each in opinions}
    offset = 0
    for text in source.text.split("\n"):
        end = offset + len(text)
        found = spans[bisect_right(ends, offset) : bisect_left(begins, end)]
        if found:
            start = max(offset, found[0].start)
            at = bisect_right(starts, start) - 1
            held = opinions[at] if at >= 0 and start < opinions[at].end else None
            own = held and found[0].what not in ("furniture", "note", "material")
            opinion = _opinion(held, orders) if held and own else None
            pieces = list(_pieces(source.text, offset, end, found))
            yield source.page_at(start), found[0].what, opinion, start, pieces
        offset = end + 1


def _opinion(held: Opinion, orders: dict[str, int]) -> Json:
    who = [held.speaker, held.role]
    reply = orders.get(held.reply_to or "")
    return {"n": held.order, "kind": held.kind, "who": list(filter(None, who)), "reply": reply}


def _pieces(text: str, start: int, end: int, found: Sequence[Span]) -> Iterator[list[str]]:
    at = start
    for span in found:
        last = min(end, span.end)
        yield [span.what, text[at:last]]
        at = last
