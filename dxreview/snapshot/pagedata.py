"""page.json: all that the page draws, made once by `publish`, drawn by ``page/page.js``.

The page matches and counts; what a number means is decided here. Two doors, one front end:
``index.html`` holds the data in ``<script type="application/json" id="dxreview-data">`` and calls
``mount(element, data, options)`` of the inlined page.js; Voila's anywidget calls its default
export's ``render``, which calls the same ``mount``. ``options`` is ``{}`` or holds
``xlsx: () => Promise<Uint8Array>`` (the whole workbook); without it the page links to
``downloads/dxreview.xlsx`` beside it.

Schema (every text that has two languages is ``{"ja": …, "en": …}``; a missing value is null; a key
that says "absent where …" is left out to keep the file small)::

    format      "dxreview-page/1"
    id          hex digits naming the snapshot's content; the page shows the first 12
    date        "2020-11-15": day (Asia/Tokyo) of the last event
    draft       true where anything that is shown counts as 案 (a draft)
    names       "full" | "roles" (every name of a person replaced by the role: the page says so)
    blind       true where reviewers work blind: what they have not all decided is "withheld"
    title       {ja, en}
    versions    {dxreview: "0.1.0", roadmaps: {id: version}}
    n           {opinions: 8, units: 10, meetings: 1, reviewers: 2, tags: {roadmap: 11},
                 decided: {roadmap: 8}, draft: {roadmap: 3}}
                 opinions: the units that count; units: all rows; tags: tags that count;
                 decided: opinions on which anybody decided; draft: opinions shown as 案
    messages    {ja: {…}, en: {…}}: section [page] of the message files
    labels      {kind: {opinion: {ja, en}, …}, status: {untagged: {ja, en}, …},
                 attendance: {present: {ja, en}, …}}
    meetings    [{id, title, series, round, kind, date "2020-11-02", starts_at "16:00",
                  ends_at "18:00", venue, source (key of `sources`), pages (how many),
                  attendees [{group, name, affiliation, attendance}]}]
    roadmaps    [{id, version, title {ja,en}, ordered, exclusive,
                  source {name, url, date}, stages [{id, label {ja,en}, definition {ja,en}}]}]
                 in the project's order: the first is the default; stages in their order
    opinions    [{id, meeting (id), order, section, kind, speaker, role, reply_to (id), text,
                  key (text folded for search by `folding.fold_search`),
                  map [[k, t], …] (from key offset k on, text offset = t + (offset - k), until
                      the next pair; absent where key and text run alike from 0),
                  page, start, end (code points in sources[source].text),
                  counts false (an untagged explanation: in the list, not in any n;
                      absent otherwise),
                  status {roadmap: tagged|disagreed|none_applies|settled|withheld}
                      (a roadmap is absent where untagged),
                  tags   {roadmap: [stage, …]} as they count (absent where none),
                  draft  {roadmap: [stage, …]} those of `tags` that are 案; the key with an empty
                      list: the decision is 案 but no stage counts (absent where nothing is 案),
                  n      {roadmap: reviewers who decided} (absent where nobody),
                  reason {roadmap: text} the lead's reason of a settlement (absent where none)}]
                 in reading order: meetings by date, then order
    sources     {key: {text, pages [offset at which each page starts], sha256 (of the original
                 file's bytes), file (path in the snapshot)}}; offsets are code points
    agreement   [{roadmap, stage (null: over all), n, reviewers, percent, alpha, low, high, …}]:
                 rows of `analysis.agreement`, without anybody's name
    axes        [{id, label {ja,en}, values [{id, label {ja,en}, n}]}]: what a matrix may put
                 against the stages; only those with more than one value among the opinions that
                 have a tag. id: meeting, section, kind, role, or a roadmap's id; a value's id is
                 what stands in the opinion (for a roadmap: the stage's id); n: opinions
    view        {roadmap, by}: the first matrix: stages of `roadmap` × axis `by` (null: stages only)
    findings    [{id, roadmap, text {ja, en}, show {roadmap, stage [..], status [..], role [..],
                  kind [..], draft true}}]: id is most, empty, once, voices, standing, draft or open
                 (at most one of each a roadmap); the first is the page's opening sentence; `show`
                 (absent: nothing to open) is the filter whose opinions the sentence counts: those
                 with any of the stages in the roadmap, and so on; draft: `draft` has the roadmap
    credits     [{text {ja,en}, url}]

How tags count, for one opinion and roadmap: a settlement's stages; else a stage that more than half
of those who decided gave. A stage that exactly half gave (a tie), and every stage of a single
reviewer, counts as 案; where no stage reaches half and "none applies" has no majority either,
nothing counts and the decision itself is 案. One opinion with several stages counts once in each:
a matrix's cells may add up to more than n.
"""

from collections import defaultdict
from typing import Any

import pandas as pd

from dxreview import __version__
from dxreview.folding import fold_search
from dxreview.messages import LANGUAGES, say, section
from dxreview.records import SourceText
from dxreview.snapshot.content import Content
from dxreview.snapshot.findings import findings

FORMAT = "dxreview-page/1"
COLUMNS = {"meeting": "meeting_id", "section": "section", "kind": "kind", "role": "role"}
Row = dict[str, Any]


def page_data(content: Content) -> Row:
    """The page's data without the snapshot's id, as the schema above says."""
    counting = counting_opinions(content)
    axes = _axes(content, counting)
    return {
        "format": FORMAT,
        "date": content.date,
        "draft": bool(content.decisions["draft"].any()),
        "names": content.names,
        "blind": content.blind,
        "title": dict.fromkeys(LANGUAGES, content.title),
        "versions": versions(content),
        "n": _n(content, counting),
        "messages": {lang: section("page", lang) for lang in LANGUAGES},
        "labels": {name: _texts(f"publish.{name}") for name in ("kind", "status", "attendance")},
        "meetings": _meetings(content),
        "roadmaps": [_roadmap(roadmap, content) for roadmap in content.roadmaps],
        "opinions": _opinions(content, set(counting["opinion_id"])),
        "sources": {name: _source(source) for name, source in content.sources.items()},
        "agreement": _rows(content.agreement),
        "axes": axes,
        "view": _view(content, axes),
        "findings": findings(content, counting),
        "credits": [{"text": _text("publish.credit"), "url": None}],
    }


def versions(content: Content) -> Row:
    """Versions of dxreview and of the roadmaps."""
    roadmaps = {roadmap.id: roadmap.version for roadmap in content.roadmaps}
    return {"dxreview": __version__, "roadmaps": roadmaps}


def counting_opinions(content: Content) -> pd.DataFrame:
    """The opinions that numbers are about: all but explanations that nobody gave a stage."""
    opinions = content.opinions
    tagged = opinions["opinion_id"].isin(content.tags["opinion_id"])
    return opinions[(opinions["kind"] != "explanation") | tagged]


def source_file(name: str) -> str:
    """Where a source's text stands in the snapshot: a.txt, a.pdf.txt."""
    return f"sources/{name}" if name.endswith(".txt") else f"sources/{name}.txt"


def _n(content: Content, counting: pd.DataFrame) -> Row:
    decided = content.decisions[~content.decisions["status"].isin(["untagged", "withheld"])]
    ids = [roadmap.id for roadmap in content.roadmaps]

    def by_roadmap(frame: pd.DataFrame) -> Row:
        found = frame["roadmap"].value_counts()
        return {name: int(found.get(name, 0)) for name in ids}

    return {
        "opinions": len(counting),
        "units": len(content.opinions),
        "meetings": len(content.meetings),
        "reviewers": content.reviewers,
        "tags": by_roadmap(content.tags),
        "decided": by_roadmap(decided),
        "draft": by_roadmap(decided[decided["draft"]]),
    }


def _meetings(content: Content) -> list[Row]:
    people = defaultdict(list)
    columns = ["meeting_id", "group", "name", "affiliation", "attendance"]
    for meeting, *person in _tuples(content.attendees, columns):
        people[meeting].append(dict(zip(columns[1:], person, strict=True)))
    columns = ["meeting_id", "title", "series", "round", "kind", "venue", "source"]
    rows = []
    for fields, at in zip(
        _tuples(content.meetings, columns),
        _tuples(content.meetings, ["held_on", "starts_at", "ends_at"]),
        strict=True,
    ):
        row = dict(zip(["id", *columns[1:]], fields, strict=True))
        held_on, starts_at, ends_at = at
        row["date"] = f"{held_on:%Y-%m-%d}" if held_on else None
        row["starts_at"] = f"{starts_at:%H:%M}" if starts_at else None
        row["ends_at"] = f"{ends_at:%H:%M}" if ends_at else None
        row["pages"] = len(content.sources[row["source"]].pages)
        rows.append(row | {"attendees": people[row["id"]]})
    return sorted(rows, key=lambda row: (row["date"] or "9999", row["id"]))


def _roadmap(roadmap: Any, content: Content) -> Row:
    """A roadmap; stages that tags still name and this version no longer has stand at its end."""
    stages = [
        {"id": stage.id, "label": stage.label, "definition": stage.definition}
        for stage in roadmap.stages
    ]
    known = {stage.id for stage in roadmap.stages}
    tags = content.tags[content.tags["roadmap"] == roadmap.id]
    for stage in sorted(set(tags["stage"]) - known):
        gone = {"label": _text("publish.gone", stage=stage), "definition": _text("publish.gone_is")}
        stages.append({"id": stage} | gone)
    head = {name: getattr(roadmap, name) for name in ("id", "version", "title", "ordered")}
    source = dict(roadmap.source)
    return head | {"exclusive": roadmap.exclusive, "source": source, "stages": stages}


def _opinions(content: Content, counting: set[str]) -> list[Row]:
    decided = _decided(content)
    columns = ["opinion_id", "meeting_id", "order", "section", "kind", "speaker", "role",
               "reply_to", "text", "page", "start", "end"]  # fmt: skip
    names = ["id", "meeting", *columns[2:]]
    rows = []
    for fields in _tuples(content.opinions, columns):
        row = dict(zip(names, fields, strict=True))
        key, offsets = fold_search(row["text"])
        row["key"] = key
        if runs := _runs(offsets):
            row["map"] = runs
        if row["id"] not in counting:
            row["counts"] = False
        rows.append(row | decided.get(row["id"], {}))
    place = {meeting["id"]: place for place, meeting in enumerate(_meetings(content))}
    return sorted(rows, key=lambda row: (place[row["meeting"]], row["order"]))


def _decided(content: Content) -> dict[str, Row]:
    """By opinion, what the schema calls status, tags, draft, n and reason."""
    found: dict[str, Row] = defaultdict(lambda: defaultdict(dict))
    drafts = defaultdict(list)
    tags = content.tags[content.tags["draft"]]
    for opinion, roadmap, stage in _tuples(tags, ["opinion_id", "roadmap", "stage"]):
        drafts[opinion, roadmap].append(stage)
    columns = ["opinion_id", "roadmap", "status", "stages", "draft", "reviewers", "reason"]
    decisions = content.decisions[content.decisions["status"] != "untagged"]
    for opinion, roadmap, status, stages, draft, n, reason in _tuples(decisions, columns):
        row = found[opinion]
        row["status"][roadmap] = status
        if stages:
            row["tags"][roadmap] = list(stages)
        if draft:
            row["draft"][roadmap] = drafts[opinion, roadmap]
        if n and status != "withheld":
            row["n"][roadmap] = n
        if reason:
            row["reason"][roadmap] = reason
    return found


def _runs(offsets: Any) -> list[tuple[int, int]]:
    """Where key and text stop running alike: [[k, t], …]."""
    runs, ahead = [], 0
    for place, offset in enumerate(offsets):
        if offset - place != ahead:
            runs.append((place, int(offset)))
            ahead = offset - place
    return runs


def _source(source: SourceText) -> Row:
    return {
        "text": source.text,
        "pages": list(source.pages),
        "sha256": source.sha256,
        "file": source_file(source.name),
    }


def _axes(content: Content, counting: pd.DataFrame) -> list[Row]:
    tagged = counting[counting["opinion_id"].isin(content.tags["opinion_id"])]
    opinions = tagged if len(tagged) else counting
    axes = [_axis(content, opinions, name, column) for name, column in COLUMNS.items()]
    axes += [_roadmap_axis(content, roadmap) for roadmap in content.roadmaps]
    return [axis for axis in axes if len(axis["values"]) > 1]


def _axis(content: Content, opinions: pd.DataFrame, name: str, column: str) -> Row:
    n = opinions[column].value_counts()
    labels = {value: dict.fromkeys(LANGUAGES, value) for value in n.index}
    order = list(dict.fromkeys(opinions[column].dropna()))
    if name == "kind":
        labels = _texts("publish.kind")
    if name == "meeting":
        meetings = _meetings(content)
        titles = {row["id"]: row["title"] or row["id"] for row in meetings}
        labels = {name: dict.fromkeys(LANGUAGES, title) for name, title in titles.items()}
        order = [row["id"] for row in meetings if row["id"] in n.index]
    values = [{"id": value, "label": labels[value], "n": int(n[value])} for value in order]
    return {"id": name, "label": _text(f"publish.axis.{name}"), "values": values}


def _roadmap_axis(content: Content, roadmap: Any) -> Row:
    tags = content.tags[content.tags["roadmap"] == roadmap.id]
    n = tags.groupby("stage")["opinion_id"].nunique()
    values = [
        {"id": stage["id"], "label": stage["label"], "n": int(n[stage["id"]])}
        for stage in _roadmap(roadmap, content)["stages"]
        if stage["id"] in n.index
    ]
    return {"id": roadmap.id, "label": roadmap.title, "values": values}


def _view(content: Content, axes: list[Row]) -> Row:
    """Stage × meeting where there are several, else × another roadmap, else what is left."""
    first = content.roadmaps[0].id
    others = [roadmap.id for roadmap in content.roadmaps[1:]]
    offered = {axis["id"] for axis in axes}
    order = ["meeting", *others, "section", "role", "kind"]
    return {"roadmap": first, "by": next((name for name in order if name in offered), None)}


def _tuples(frame: pd.DataFrame, columns: list[str]) -> list[tuple[Any, ...]]:
    """Rows as Python values; missing is None."""
    return list(zip(*(_values(frame[name]) for name in columns), strict=True))


def _values(column: pd.Series) -> list[Any]:
    pairs = zip(column.isna().tolist(), column.tolist(), strict=True)
    return [None if gone else value for gone, value in pairs]


def _rows(frame: pd.DataFrame) -> list[Row]:
    columns = list(frame.columns)
    return [dict(zip(columns, row, strict=True)) for row in _tuples(frame, columns)]


def _text(key: str, **facts: object) -> dict[str, str]:
    return {lang: say(key, lang=lang, **facts) for lang in LANGUAGES}


def _texts(name: str) -> dict[str, dict[str, str]]:
    return {key: _text(f"{name}.{key}") for key in section(name, "ja")}
