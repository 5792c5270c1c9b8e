"""The tables of the downloads: what a person reads in a spreadsheet, with headings in Japanese."""

from typing import Any

import pandas as pd

from dxreview.messages import say, section
from dxreview.snapshot.content import Content

LANG = "ja"


def sheets(content: Content, snapshot_id: str) -> dict[str, pd.DataFrame]:
    """The workbook's sheets by their name: what this is, then opinions, tags and the frames."""
    frames = {"about": about(content, snapshot_id), "opinions": opinions(content)}
    frames |= {name: _headed(name, frame) for name, frame in content.frames().items()
               if name not in frames}  # fmt: skip
    return {_say(f"sheet.{name}"): frame for name, frame in frames.items()}


def opinions(content: Content) -> pd.DataFrame:
    """One row an opinion: where it stands, its words, and for each roadmap its stages and status.

    Stages are given by their labels; a stage that is a draft is marked （案）.
    """
    meetings = content.meetings.set_index("meeting_id")
    frame = content.opinions
    table = {
        "opinion_id": frame["opinion_id"],
        "meeting": frame["meeting_id"].map(meetings["title"]).fillna(frame["meeting_id"]),
        "held_on": frame["meeting_id"].map(meetings["held_on"]),
        **{name: frame[name] for name in ("page", "order", "section")},
        "kind": frame["kind"].map(section("publish.kind", LANG)),
        **{name: frame[name] for name in ("speaker", "role", "text")},
    }
    shown = pd.DataFrame(table).rename(columns=_columns())
    for roadmap in content.roadmaps:
        shown = shown.assign(**_decided(content, roadmap))
    return shown


def _decided(content: Content, roadmap: Any) -> dict[str, list[str | None]]:
    """Two columns of a roadmap: stages, and status with how many decided."""
    decisions = content.decisions[content.decisions["roadmap"] == roadmap.id]
    drafts = content.tags[content.tags["draft"] & (content.tags["roadmap"] == roadmap.id)]
    draft = set(zip(drafts["opinion_id"], drafts["stage"], strict=True))
    labels: dict[str, str] = {stage.id: stage.label[LANG] for stage in roadmap.stages}
    mark, words = _say("draft_mark"), section("publish.status", LANG)
    rows = zip(*(decisions[name] for name in ("opinion_id", "stages", "status")), strict=True)

    def named(opinion: str, stage: str) -> str:
        return labels.get(stage, stage) + mark * ((opinion, stage) in draft)

    found = {
        opinion: ("、".join(named(opinion, stage) for stage in stages), words[status])
        for opinion, stages, status in rows
    }
    told = [found[opinion] for opinion in content.opinions["opinion_id"]]
    title, status = roadmap.title[LANG], _say("column.status")
    return {
        title: [stages or None for stages, _ in told],
        f"{title}：{status}": [word for _, word in told],
    }


def about(content: Content, snapshot_id: str) -> pd.DataFrame:
    """What a reader must know to use the tables: title, id, date, how tags count."""
    roadmaps = "、".join(f"{one.title[LANG]} {one.version}" for one in content.roadmaps)
    drafts = bool(content.decisions["draft"].any())
    rows = {
        "title": content.title,
        "id": snapshot_id,
        "date": content.date,
        "roadmaps": roadmaps,
        "reviewers": content.reviewers,
        "counting": _say("counting"),
        "draft": _say("draft_yes" if drafts else "draft_no"),
        "names": _say(f"names_{content.names}"),
        "credit": _say("credit"),
    }
    table = [(_say(f"about.{key}"), str(value)) for key, value in rows.items()]
    return pd.DataFrame(table, columns=[_say("about.item"), _say("about.value")], dtype="str")


def _headed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    words = _columns()
    return frame.rename(columns={column: words.get(column, column) for column in frame.columns})


def _columns() -> dict[str, str]:
    return section("publish.column", LANG)


def _say(key: str) -> str:
    return say(f"publish.{key}", lang=LANG)
