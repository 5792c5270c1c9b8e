"""page.json: all that the page draws, made once by `publish`, drawn by ``page/page.js``.

The page matches and counts; what a number means is decided here. ``SCHEMA.md`` beside this file
describes every key.
"""

from collections import defaultdict
from itertools import pairwise
from typing import Any

import pandas as pd

from dxreview import __version__
from dxreview.corpus import records
from dxreview.folding import fold_search
from dxreview.messages import LANGUAGES, section
from dxreview.roadmap import Roadmap
from dxreview.snapshot.content import FRAMES, Content
from dxreview.snapshot.findings import Row, findings, stages_of, text
from dxreview.snapshot.tables import plain

MEETING = ("title", "series", "round", "kind", "venue", "source")


def page_data(content: Content) -> Row:
    """The page's data without the snapshot's id, as the schema says."""
    meetings = _meetings(content)
    opinions = _opinions(content, [meeting["id"] for meeting in meetings])
    roadmaps = [_roadmap(roadmap, opinions) for roadmap in content.roadmaps]
    counting = [row for row in opinions if row.get("counts", True)]
    axes = _axes(roadmaps, counting)
    versions = {one.id: one.version for one in content.roadmaps}
    # The project's first roadmap, unless nobody has worked on it yet.
    first = next((name for name in versions if stages_of(counting, name)), next(iter(versions)))
    others = [name for name in versions if name != first]
    others.sort(key=lambda name: -stages_of(counting, name).total())
    order = ("meeting", *others, "section", "role", "kind")
    told_of = [{*row.get("status", {}).values()} for row in counting]
    return {
        "format": "dxreview-page/1",
        "date": content.date,
        "draft": any("draft" in row for row in opinions),
        "names": content.names,
        "blind": content.blind,
        "title": dict.fromkeys(LANGUAGES, content.title),
        "versions": {"dxreview": __version__, "roadmaps": versions},
        "n": {
            "opinions": len(counting), "units": len(opinions),
            "reviewed": sum(bool(told - {"withheld"}) for told in told_of),
            "meetings": len({row["meeting"] for row in counting}),
            "reviewers": content.reviewers, "homeless": content.homeless, "masked": content.masked,
        },
        "messages": {lang: section("page", lang) for lang in LANGUAGES},
        "labels": {
            name.rpartition(".")[2]: _both(name)
            for name in (
                "publish.kind", "publish.status", "publish.column", "publish.sheet",
                "load.attendance",
            )
        },
        "meetings": meetings,
        "roadmaps": roadmaps,
        "opinions": opinions,
        "sources": {
            name: {"text": one.text, "pages": list(one.pages), "sha256": one.sha256}
            for name, one in content.sources.items()
        },
        "frames": {name: _rows(getattr(content, name)) for name in FRAMES if name != "opinions"},
        "agreement": records(content.agreement),
        "axes": [{"id": name} for name in axes],
        # Stage × meeting where there are several, else × the other roadmap that says most.
        "view": {"roadmap": first, "by": next((name for name in order if name in axes), None)},
        "findings": findings(sorted(roadmaps, key=lambda one: one["id"] != first), counting),
        "credits": [
            *({"text": text("source_credit", source=line)} for line in content.credits),
            *({"text": text("roadmap_credit", title=one.title, version=one.version,
                            source=one.source["name"])} for one in content.roadmaps),
            {"text": text("credit")},
        ],
    }  # fmt: skip


def _both(words: str) -> dict[str, dict[str, str]]:
    """The words of a section of the messages in both languages."""
    return {
        key: {lang: section(words, lang)[key] for lang in LANGUAGES} for key in section(words, "ja")
    }


def _rows(frame: pd.DataFrame) -> Row:
    """A frame as it goes into a workbook that the page makes."""
    rows = [list(map(plain, row.values())) for row in records(frame)]
    return {"columns": [*frame.columns], "rows": rows}


def _meetings(content: Content) -> list[Row]:
    rows = [
        {"id": row["meeting_id"], "date": row["held_on"] and str(row["held_on"]),
         **{key: row[key] for key in MEETING}, "pages": len(content.sources[row["source"]].pages)}
        for row in records(content.meetings)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["date"] or "9999", row["id"]))


def _roadmap(roadmap: Roadmap, opinions: list[Row]) -> Row:
    """A roadmap; stages that tags still name and this version no longer has stand at its end."""
    stages: dict[str, Row] = {
        one.id: {name: getattr(one, name) for name in ("id", "order", "label", "definition")}
        for one in roadmap.stages
    }
    for stage in sorted(stages_of(opinions, roadmap.id)):
        gone = {"label": text("gone", stage=stage), "definition": text("gone_is")}
        stages.setdefault(stage, {"id": stage, "gone": True, **gone})
    kept = ("id", "version", "title", "ordered", "exclusive")
    head = {name: getattr(roadmap, name) for name in kept}
    return head | {"source": dict(roadmap.source), "stages": [*stages.values()]}


def _opinions(content: Content, meetings: list[str]) -> list[Row]:
    """Opinions in reading order."""
    decided, rows = _decided(content.decisions), []
    for one in records(content.opinions):
        row = {"id": one.pop("opinion_id"), "meeting": one.pop("meeting_id"), **one}
        row["key"], offsets = fold_search(row["text"])
        if runs := _runs(offsets[:-1]):
            row["map"] = runs
        row |= decided.get(row["id"], {})
        if row["kind"] == "explanation" and "tags" not in row:
            row["counts"] = False
        rows.append(row)
    place = {meeting: number for number, meeting in enumerate(meetings)}
    return sorted(rows, key=lambda row: (place[row["meeting"]], row["order"]))


def _decided(decisions: pd.DataFrame) -> dict[str, Row]:
    """By opinion, what the schema calls status, tags, draft, n and reason."""
    found: dict[str, Row] = defaultdict(dict)
    for row in records(decisions[decisions["status"] != "untagged"]):
        said = {
            "status": row["status"],
            "tags": row["stages"] or None,
            "draft": row["drafts"],
            "n": None if row["status"] == "withheld" else row["reviewers"] or None,
            "reason": row["reason"],
        }
        for key, value in said.items():
            if value is not None:
                found[row["opinion_id"]].setdefault(key, {})[row["roadmap"]] = value
    return found


def _runs(offsets: list[int]) -> list[tuple[int, int]]:
    """Where key and text stop running alike: [[k, t], …]."""
    steps = enumerate(pairwise([-1, *offsets]))
    return [(place, now) for place, (before, now) in steps if now != before + 1]


def _axes(roadmaps: list[Row], counting: list[Row]) -> list[str]:
    """What has more than one value among the opinions with a tag."""
    tagged = [row for row in counting if "tags" in row] or counting
    values: dict[str, set[Any]] = {
        name: {row[name] for row in tagged} - {None}
        for name in ("meeting", "section", "kind", "role")
    }
    values |= {one["id"]: set(stages_of(tagged, one["id"])) for one in roadmaps}
    return [name for name, found in values.items() if len(found) > 1]
