"""The account of a load: as text, as JSON for scripts, and as an HTML picture."""

import json
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from operator import methodcaller
from pathlib import Path
from typing import Any

from dxreview.loader import Loaded
from dxreview.messages import LANGUAGES, language, say, section
from dxreview.records import Meeting, Minutes, Opinion

_LISTS = ("attendees", "agenda", "materials", "opinions")
_BETWEEN = ("furniture", "note", "material")  # these may stand inside an opinion and are none of it
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
    what = "source" if source.has_pages else "source_without_pages"
    facts: Json = {"pages": len(source.pages), "characters": len(source.text)}
    yield say(f"load.{what}", name=source.name, **facts)
    for each in minutes.meetings:
        facts = {name: len(held) for name, held in _lists(minutes, each).items()}
        yield "  " + say("load.meeting", title=each.title or unknown, day=each.held_on or unknown)
        yield "  " + say("load.counts", **facts)
    marks = [
        say("load.mark", mark=mark, meaning=say(f"load.meaning.{meaning}"), n=lines)
        for mark, meaning, lines in minutes.decisions
    ]
    if marks:
        yield "  " + say("load.marks", marks=" · ".join(marks))
    whole, lost = held.total() or 1, held["unparsed"]
    # Never 100.0 while anything was not understood.
    yield "  " + say("load.account", share=(whole - lost) * 1000 // whole / 10, unparsed=lost)
    for warning in minutes.warnings:
        place = say("load.place", page=warning.page) if source.has_pages and warning.page else ""
        what = "correction" if warning.code == "corrected" else "warning"
        yield "  " + say(f"load.{what}", place=place, message=warning.message)


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


def is_report(file: Path) -> bool:
    """Whether `as_html` wrote this file, so that another report may take its place."""
    try:
        if not file.is_file():
            return False
        with file.open("rb") as held:
            return b"<title>dxreview</title>" in held.read(2000)
    except OSError:
        return False


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
    end = -1
    for text in source.text.split("\n"):
        offset, end = end + 1, end + 1 + len(text)
        if found := spans[bisect_right(ends, offset) : bisect_left(begins, end)]:
            start, what = max(offset, found[0].start), found[0].what
            opinion, held = None, opinions[max(0, bisect_right(starts, start) - 1) :][:1]
            if held and held[0].start <= start < held[0].end and what not in _BETWEEN:
                opinion = _opinion(held[0], orders)
            cuts = pairwise([offset, *(min(end, span.end) for span in found)])
            pieces = zip(found, cuts, strict=True)
            said = [[span.what, source.text[first:last]] for span, (first, last) in pieces]
            yield source.page_at(start), what, opinion, start, said


def _opinion(held: Opinion, orders: dict[str, int]) -> Json:
    who = [held.speaker, held.role]
    reply = orders.get(held.reply_to or "")
    return {"n": held.order, "kind": held.kind, "who": list(filter(None, who)), "reply": reply}
