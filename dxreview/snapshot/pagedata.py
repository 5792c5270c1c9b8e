"""page.json: all that the page draws, made once by `publish`, drawn by ``page/page.js``.

The page matches and counts; what a number means is decided here. ``SCHEMA.md`` beside this file
describes every key.
"""

from collections import Counter

import pandas as pd

from dxreview import __version__
from dxreview.folding import fold_search
from dxreview.messages import LANGUAGES, say, section
from dxreview.records import SourceText
from dxreview.roadmap import Roadmap
from dxreview.snapshot.content import Content, records
from dxreview.snapshot.findings import OPEN, Row, findings, stages_of

FORMAT = "dxreview-page/1"
WORDS = ("kind", "status", "attendance")


def page_data(content: Content) -> Row:
    """The page's data without the snapshot's id, as the schema says."""
    meetings, opinions = _meetings(content), _opinions(content)
    roadmaps = [_roadmap(roadmap, opinions) for roadmap in content.roadmaps]
    counting = [row for row in opinions if row.get("counts", True)]
    axes = _axes(meetings, roadmaps, counting)
    return {
        "format": FORMAT,
        "date": content.date,
        "draft": any("draft" in row for row in opinions),
        "names": content.names,
        "blind": content.blind,
        "title": dict.fromkeys(LANGUAGES, content.title),
        "versions": versions(content),
        "n": {
            "opinions": len(counting),
            "units": len(opinions),
            "meetings": len(meetings),
            "reviewers": content.reviewers,
        }
        | _n_by_roadmap(roadmaps, opinions),
        "messages": {lang: section("page", lang) for lang in LANGUAGES},
        "labels": {name: _texts(f"publish.{name}") for name in WORDS},
        "meetings": meetings,
        "roadmaps": roadmaps,
        "opinions": opinions,
        "sources": {name: _source(source) for name, source in content.sources.items()},
        "agreement": records(content.agreement),
        "axes": axes,
        "view": _view(roadmaps, axes),
        "findings": findings(roadmaps, counting),
        "credits": _credits(content),
    }


def _credits(content: Content) -> list[Row]:
    """Each source, what it was made into, and whose view the stages are."""
    lines = [_text("publish.source_credit", source=line) for line in content.credits]
    lines += [
        _text("publish.roadmap_credit", title=roadmap.title["ja"], source=roadmap.source["name"])
        for roadmap in content.roadmaps
    ]
    return [{"text": text} for text in (*lines, _text("publish.credit"))]


def versions(content: Content) -> Row:
    """Versions of dxreview and of the roadmaps."""
    roadmaps = {roadmap.id: roadmap.version for roadmap in content.roadmaps}
    return {"dxreview": __version__, "roadmaps": roadmaps}


def source_file(name: str) -> str:
    """Where a source's text stands in the snapshot: a.txt, a.pdf.txt."""
    return f"sources/{name}" if name.endswith(".txt") else f"sources/{name}.txt"


def _n_by_roadmap(roadmaps: list[Row], opinions: list[Row]) -> Row:
    found: Row = {"tags": {}, "decided": {}, "draft": {}}
    for name in (roadmap["id"] for roadmap in roadmaps):
        states = [row["status"][name] for row in opinions if name in row.get("status", {})]
        found["tags"][name] = stages_of(opinions, name).total()
        found["decided"][name] = sum(state not in OPEN for state in states)
        found["draft"][name] = sum(name in row.get("draft", {}) for row in opinions)
    return found


def _meetings(content: Content) -> list[Row]:
    """Meetings by date, each with its attendees."""
    columns = ["group", "name", "affiliation", "attendance"]
    people = {
        meeting: records(group[columns])
        for meeting, group in content.attendees.groupby("meeting_id")
    }
    rows = []
    for row in records(content.meetings):
        name, day, source = row["meeting_id"], row["held_on"], row["source"]
        kept = {key: row[key] for key in ("title", "series", "round", "kind", "venue", "source")}
        times = {key: row[key] and f"{row[key]:%H:%M}" for key in ("starts_at", "ends_at")}
        pages = len(content.sources[source].pages)
        rows.append(
            {"id": name, **kept, "date": day and f"{day:%Y-%m-%d}", **times}
            | {"pages": pages, "attendees": people.get(name, [])}
        )
    return sorted(rows, key=lambda row: (row["date"] or "9999", row["id"]))


def _roadmap(roadmap: Roadmap, opinions: list[Row]) -> Row:
    """A roadmap; stages that tags still name and this version no longer has stand at its end."""
    kept = ("id", "version", "title", "ordered", "exclusive")
    stages = [
        {"id": stage.id, "label": stage.label, "definition": stage.definition}
        for stage in roadmap.stages
    ]
    gone = stages_of(opinions, roadmap.id).keys() - {stage.id for stage in roadmap.stages}
    stages += [
        {"id": stage, "label": _text("publish.gone", stage=stage),
         "definition": _text("publish.gone_is")}
        for stage in sorted(gone)
    ]  # fmt: skip
    head = {name: getattr(roadmap, name) for name in kept}
    return head | {"source": dict(roadmap.source), "stages": stages}


def _opinions(content: Content) -> list[Row]:
    """Opinions in reading order: meetings by date, then order."""
    place = {row["id"]: place for place, row in enumerate(_meetings(content))}
    decided = _decided(content.decisions)
    rows = []
    for row in records(content.opinions):
        row = {"id": row.pop("opinion_id"), "meeting": row.pop("meeting_id")} | row
        row["key"], offsets = fold_search(row["text"])
        if runs := _runs(offsets[:-1]):
            row["map"] = runs
        row |= decided.get(row["id"], {})
        if row["kind"] == "explanation" and "tags" not in row:
            row["counts"] = False
        rows.append(row)
    return sorted(rows, key=lambda row: (place[row["meeting"]], row["order"]))


def _decided(decisions: pd.DataFrame) -> dict[str, Row]:
    """By opinion, what the schema calls status, tags, draft, n and reason."""
    found: dict[str, Row] = {}
    for row in records(decisions[decisions["status"] != "untagged"]):
        n = row["reviewers"] if row["status"] != "withheld" else None
        stages, drafts = list(row["stages"]) or None, row["drafts"]
        said = {
            "status": row["status"],
            "tags": stages,
            "draft": None if drafts is None else list(drafts),
            "n": n or None,
            "reason": row["reason"],
        }
        for key, value in said.items():
            if value is not None:
                place = found.setdefault(row["opinion_id"], {})
                place.setdefault(key, {})[row["roadmap"]] = value
    return found


def _runs(offsets: list[int]) -> list[tuple[int, int]]:
    """Where key and text stop running alike: [[k, t], …]."""
    ahead = [offset - place for place, offset in enumerate(offsets)]
    return [
        (place, offsets[place])
        for place, now in enumerate(ahead)
        if now != (ahead[place - 1] if place else 0)
    ]


def _source(source: SourceText) -> Row:
    file = source_file(source.name)
    pages = list(source.pages)
    return {"text": source.text, "pages": pages, "sha256": source.sha256, "file": file}


def _axes(meetings: list[Row], roadmaps: list[Row], counting: list[Row]) -> list[Row]:
    """What has more than one value among the opinions with a tag."""
    tagged = [row for row in counting if "tags" in row] or counting
    titles = {row["id"]: dict.fromkeys(LANGUAGES, row["title"] or row["id"]) for row in meetings}
    named: Row = {"meeting": titles, "section": {}, "kind": _texts("publish.kind"), "role": {}}
    axes = []
    for name, labels in named.items():
        n = Counter(row[name] for row in tagged if row[name])
        values = [_value(value, labels.get(value), n) for value in n]
        axes.append({"id": name, "label": _text(f"publish.axis.{name}"), "values": values})
    for roadmap in roadmaps:
        n = stages_of(tagged, roadmap["id"])
        stages = [stage for stage in roadmap["stages"] if n[stage["id"]]]
        values = [_value(stage["id"], stage["label"], n) for stage in stages]
        axes.append({"id": roadmap["id"], "label": roadmap["title"], "values": values})
    return [axis for axis in axes if len(axis["values"]) > 1]


def _value(value: str, label: Row | None, n: Counter[str]) -> Row:
    return {"id": value, "label": label or dict.fromkeys(LANGUAGES, value), "n": n[value]}


def _view(roadmaps: list[Row], axes: list[Row]) -> Row:
    """Stage × meeting where there are several, else × another roadmap, else what is left."""
    first, *others = (roadmap["id"] for roadmap in roadmaps)
    offered = [axis["id"] for axis in axes]
    order = ("meeting", *others, "section", "role", "kind")
    return {"roadmap": first, "by": next((name for name in order if name in offered), None)}


def _text(key: str, **facts: object) -> dict[str, str]:
    return {lang: say(key, lang=lang, **facts) for lang in LANGUAGES}


def _texts(name: str) -> dict[str, dict[str, str]]:
    return {key: _text(f"{name}.{key}") for key in section(name, "ja")}
