"""The tables of the downloads: what a person reads in a spreadsheet, with headings in Japanese."""

from typing import Any

import pandas as pd

from dxreview.messages import say, section
from dxreview.roadmap import Roadmap
from dxreview.snapshot.content import Content, records

LANG = "ja"


def sheets(content: Content, snapshot_id: str) -> dict[str, pd.DataFrame]:
    """The workbook's sheets by their name: what this is, the opinions, then the frames. Of the
    decisions only those with a reason: the others stand with the opinions."""
    words, frames = section("publish.column", LANG), content.frames()
    frames["decisions"] = content.decisions[content.decisions["reason"].notna()]
    frames = {name: frame.rename(columns=words) for name, frame in frames.items()}
    first = {"about": about(content, snapshot_id), "opinions": opinions(content)}
    return {_say(f"sheet.{name}"): frame for name, frame in (first | frames | first).items()}


def opinions(content: Content) -> pd.DataFrame:
    """One row an opinion: where it stands, its words, and for each roadmap its stages and status.

    Stages are given by their labels; a stage that is a draft is marked （案）.
    """
    frame, meetings = content.opinions, content.meetings.set_index("meeting_id")
    kept = ["page", "order", "section", "kind", "speaker", "role", "text"]
    table = frame[["opinion_id", *kept]].assign(
        kind=frame["kind"].map(section("publish.kind", LANG))
    )
    titles = frame["meeting_id"].map(meetings["title"]).fillna(frame["meeting_id"])
    table.insert(1, "meeting", titles)
    table.insert(2, "held_on", frame["meeting_id"].map(meetings["held_on"]))
    table = table.rename(columns=section("publish.column", LANG))
    for roadmap in content.roadmaps:
        table = table.assign(**_decided(content, roadmap))
    return table


def about(content: Content, snapshot_id: str) -> pd.DataFrame:
    """What a reader must know to use the tables: title, id, date, how tags count."""
    drafts = content.decisions["drafts"].notna().any()
    rows = {
        "title": content.title,
        "id": snapshot_id,
        "date": content.date,
        "roadmaps": "、".join(f"{one.title[LANG]} {one.version}" for one in content.roadmaps),
        "reviewers": str(content.reviewers),
        "counting": _say("counting"),
        "draft": _say("draft_yes" if drafts else "draft_no"),
        "names": _say(f"names_{content.names}"),
        "credit": _say("credit"),
    }
    table = [(_say(f"about.{key}"), value) for key, value in rows.items()]
    return pd.DataFrame(table, columns=[_say("about.item"), _say("about.value")])


def _decided(content: Content, roadmap: Roadmap) -> dict[str, list[str | None]]:
    """Two columns of a roadmap: its stages, and the status."""
    labels = {stage.id: stage.label[LANG] for stage in roadmap.stages}
    words, mark = section("publish.status", LANG), _say("draft_mark")

    def named(row: dict[str, Any]) -> str:
        drafts = row["drafts"] or ()
        return "、".join(labels.get(one, one) + mark * (one in drafts) for one in row["stages"])

    mine = records(content.decisions[content.decisions["roadmap"] == roadmap.id])
    rows = {row["opinion_id"]: row for row in mine}
    told = [rows[opinion] for opinion in content.opinions["opinion_id"]]
    title, status = roadmap.title[LANG], _say("column.status")
    return {
        title: [named(row) or None for row in told],
        f"{title}：{status}": [words[row["status"]] for row in told],
    }


def _say(key: str) -> str:
    return say(f"publish.{key}", lang=LANG)
