"""What is published: a project's frames, sources and roadmaps, and its decisions as they count."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dxreview.records import SourceText
from dxreview.roadmap import Roadmap
from dxreview.store.counting import Count, count

FRAMES = ("meetings", "attendees", "agenda", "materials", "opinions")  # those of a corpus
DECISIONS = ["opinion_id", "roadmap", "status", "stages", "drafts", "reviewers", "reason"]


@dataclass(frozen=True)
class Content:
    """Everything that a snapshot is made from; nothing in it names a reviewer.

    ``decisions``, one row per opinion and roadmap: opinion_id, roadmap, status (the contract's, and
    ``withheld``), stages (as they count), drafts (those that are 案; () where the decision is 案
    without a stage; missing where nothing is), reviewers (how many decided), reason (of a
    settlement). ``sources`` by file name; ``files``: the roadmap files' bytes; ``credits``: lines
    on origin and terms; ``homeless``: how many tagged opinions the minutes have no more;
    ``spans``: what each stretch of the sources was taken for; ``masked``: how many lines of theirs
    were hidden because they may hold names.
    """

    title: str
    date: str
    meetings: pd.DataFrame
    attendees: pd.DataFrame
    agenda: pd.DataFrame
    materials: pd.DataFrame
    opinions: pd.DataFrame
    decisions: pd.DataFrame
    agreement: pd.DataFrame
    spans: pd.DataFrame
    sources: Mapping[str, SourceText]
    roadmaps: tuple[Roadmap, ...]
    files: Mapping[str, bytes]
    credits: tuple[str, ...] = ()
    reviewers: int = 0
    homeless: int = 0
    masked: int = 0
    blind: bool = False
    names: str = "full"

    @property
    def tags(self) -> pd.DataFrame:
        """The tags that count, a row each: opinion_id, roadmap, version, stage, draft."""
        version = {roadmap.id: roadmap.version for roadmap in self.roadmaps}
        tags = self.decisions.explode("stages").dropna(subset="stages")
        stages = zip(tags["stages"], tags["drafts"], strict=True)
        columns = tags[["opinion_id", "roadmap"]].astype("str")
        return columns.assign(
            version=tags["roadmap"].map(version).astype("str"),
            stage=tags["stages"].astype("str"),
            draft=[stage in (drafts or ()) for stage, drafts in stages],
        ).astype({"draft": "bool"})

    def frames(self) -> dict[str, pd.DataFrame]:
        """The frames by name, in the order of the contract."""
        names = (*FRAMES, "tags", "decisions", "agreement")
        return {name: getattr(self, name) for name in names}


def counted(
    choices: pd.DataFrame, decisions: pd.DataFrame, *, roadmaps: Iterable[Roadmap], blind: bool
) -> pd.DataFrame:
    """``Content.decisions`` from the store's choices and decisions. ``blind``: what not all who
    work on a roadmap have decided, and is not settled, is ``withheld``."""
    places = {stage.id: place for one in roadmaps for place, stage in enumerate(one.stages)}

    def ordered(stages: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(stages, key=lambda each: places.get(each, len(places))))

    made = defaultdict(list)
    for row in records(choices):
        made[row["opinion_id"], row["roadmap"]].append(row["stages"])
    all_of = choices.groupby("roadmap")["reviewer"].nunique() if blind else {}
    rows = []
    for row in records(decisions):
        place, deciders = (row["opinion_id"], row["roadmap"]), row["reviewers"]
        found = count(made[place])
        if row["status"] == "settled":
            found = Count("settled", "settled", tuple(row["stages"]))
        elif blind and 0 < deciders < max(2, all_of[row["roadmap"]]):
            found = Count("withheld", "withheld")
        stages, drafts = (each and ordered(each) for each in found[2:])
        rows.append((*place, found.result, stages, drafts, deciders, row["reason"]))
    return pd.DataFrame(rows, columns=DECISIONS).astype({"reviewers": "Int64", "reason": "str"})


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as Python values; missing is None."""
    rows: list[dict[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return rows
