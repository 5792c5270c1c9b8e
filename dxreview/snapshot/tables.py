"""The tables of the downloads: what a person reads in a spreadsheet, with headings in Japanese."""

from typing import Any

import pandas as pd

from dxreview.messages import say, section
from dxreview.snapshot.content import Content, records

LANG = "ja"


def sheets(content: Content, snapshot_id: str) -> dict[str, pd.DataFrame]:
    """The workbook's sheets by their name: what this is, the opinions, then the frames. Of the
    decisions only those with a reason: the others stand with the opinions."""
    words, frames = section("publish.column", LANG), content.frames()
    frames["decisions"] = content.decisions[content.decisions["reason"].notna()]
    frames = {name: frame.rename(columns=words) for name, frame in frames.items() if len(frame)}
    first = {"about": _about(content, snapshot_id), "opinions": opinions(content)}
    return {_say(f"sheet.{name}"): frame for name, frame in (first | frames | first).items()}


def opinions(content: Content) -> pd.DataFrame:
    """One row an opinion: where it stands, its words, and for each roadmap its stages by their
    labels and its status, drafts marked （案）; an explanation that nobody tagged has neither."""
    meetings = {row["meeting_id"]: row for row in records(content.meetings)}
    decisions = {(row["opinion_id"], row["roadmap"]): row for row in records(content.decisions)}
    words, kinds, states = (section(f"publish.{it}", LANG) for it in ("column", "kind", "status"))
    mark, status = _say("draft_mark"), words["status"]
    rows = []
    for one in records(content.opinions):
        meeting = meetings[one["meeting_id"]]
        held = {"meeting": meeting["title"] or one["meeting_id"], "held_on": meeting["held_on"]}
        kept = ("page", "order", "section", "kind", "speaker", "role", "text")
        row = {"opinion_id": one["opinion_id"], **held, **{name: one[name] for name in kept}}
        row = {words[name]: value for name, value in row.items()}
        row[words["kind"]] = kinds.get(one["kind"])
        for roadmap in content.roadmaps:
            decided = decisions[one["opinion_id"], roadmap.id]
            labels = {stage.id: stage.label[LANG] for stage in roadmap.stages}
            row[roadmap.title[LANG]] = "、".join(
                labels.get(stage, stage) + mark * (stage in (decided["drafts"] or ()))
                for stage in decided["stages"]
            )
            said = states[decided["status"]] + mark * (decided["drafts"] is not None)
            left_out = one["kind"] == "explanation" and decided["status"] == "untagged"
            row[f"{roadmap.title[LANG]}：{status}"] = "" if left_out else said
        rows.append(row)
    return pd.DataFrame(rows).replace("", None)


def _about(content: Content, snapshot_id: str) -> pd.DataFrame:
    """What a reader must know to use the tables: title, id, date, how tags count."""
    rows: dict[str, Any] = {
        "title": content.title,
        "id": snapshot_id,
        "date": content.date,
        "roadmaps": "、".join(f"{one.title[LANG]} {one.version}" for one in content.roadmaps),
        "reviewers": content.reviewers,
        "counting": _say("counting"),
        "draft": _say("draft_yes" if content.decisions["drafts"].notna().any() else "draft_no"),
        "names": _say(f"names_{content.names}"),
        "credit": "\n".join((*content.credits, _say("credit"))),
    }
    table = [(_say(f"about.{key}"), value) for key, value in rows.items()]
    return pd.DataFrame(table, columns=[_say("about.item"), _say("about.value")], dtype=object)


def _say(key: str) -> str:
    return say(f"publish.{key}", lang=LANG)
