"""What is published: the frames, sources and roadmaps of a project, with the tags as they count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dxreview.records import SourceText

TAGS = {
    "opinion_id": "str",
    "roadmap": "str",
    "version": "str",
    "stage": "str",
    "draft": "bool",
    "votes": "Int64",
    "reviewers": "Int64",
}
DECISIONS = {
    "opinion_id": "str",
    "roadmap": "str",
    "status": "str",
    "stages": "object",
    "draft": "bool",
    "reviewers": "Int64",
    "reason": "str",
}


@dataclass(frozen=True)
class Content:
    """Everything that a snapshot is made from; nothing in it names a reviewer.

    ``tags``: opinion_id, roadmap, version, stage, draft, votes (how many gave it; <NA> where
    settled), reviewers (how many decided). ``decisions``: opinion_id, roadmap, status (the
    contract's, and ``withheld``), stages (list, as they count), draft, reviewers, reason; one row
    per opinion and roadmap. ``sources`` by file name; ``files`` the bytes of the roadmap files.
    """

    title: str
    date: str
    meetings: pd.DataFrame
    attendees: pd.DataFrame
    agenda: pd.DataFrame
    materials: pd.DataFrame
    opinions: pd.DataFrame
    tags: pd.DataFrame
    decisions: pd.DataFrame
    agreement: pd.DataFrame
    sources: Mapping[str, SourceText]
    roadmaps: tuple[Any, ...]
    files: Mapping[str, bytes]
    reviewers: int
    blind: bool = False
    names: str = "full"

    def frames(self) -> dict[str, pd.DataFrame]:
        """The frames by name, in the order of the contract."""
        names = ("meetings", "attendees", "agenda", "materials", "opinions")
        return {name: getattr(self, name) for name in (*names, "tags", "decisions", "agreement")}


@dataclass(frozen=True, slots=True)
class Count:
    """How the decisions on one opinion and roadmap count (the rule stands in `pagedata`)."""

    status: str
    stages: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    draft: bool = False


def count(votes: Mapping[str, int], none: int, deciders: int) -> Count:
    """Weigh the votes of ``deciders`` reviewers, ``none`` of whom said that no stage applies.

    >>> count({"step0": 2, "step1": 1}, 0, 2)
    Count(status='tagged', stages=('step0', 'step1'), drafts=('step1',), draft=True)
    >>> count({"step0": 1}, 2, 3)
    Count(status='none_applies', stages=(), drafts=(), draft=False)
    """
    if not deciders:
        return Count("untagged")
    single = deciders == 1
    firm = [stage for stage, given in votes.items() if 2 * given > deciders and not single]
    half = [stage for stage, given in votes.items() if 2 * given == deciders or single]
    stages = tuple(stage for stage in votes if stage in firm or stage in half)
    if 2 * none > deciders:
        return Count("none_applies", draft=single)
    if firm or single:
        return Count("tagged", stages, tuple(half), bool(half))
    return Count("disagreed", stages, tuple(half), True)


def counted(
    tags: pd.DataFrame, decisions: pd.DataFrame, *, order: Iterable[str], blind: Mapping[str, int]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tags and decisions frames of `Content` from the store's own.

    ``order`` lists all stages in the order in which they are shown. ``blind`` gives, where the
    project is blind, how many reviewers work on each roadmap: what they have not all decided, and
    is not settled, is ``withheld``.
    """
    given = _votes(tags, {stage: place for place, stage in enumerate(order)})
    versions = {row[:2]: row[2] for row in _rows(tags, ["opinion_id", "roadmap", "version"])}
    tag_rows, decision_rows = [], []
    columns = ["opinion_id", "roadmap", "status", "stages", "reviewers", "reason"]
    for opinion, roadmap, status, stages, deciders, reason in _rows(decisions, columns):
        votes, voters = given.get((opinion, roadmap), ({}, 0))
        if status == "settled":
            result = Count("settled", tuple(stages))
        elif deciders and deciders < max(2, blind.get(roadmap, 0)) and roadmap in blind:
            result = Count("withheld")
        else:
            result = count(votes, deciders - voters, deciders)
        settled = result.status == "settled"
        decision_rows.append(
            (opinion, roadmap, result.status, list(result.stages), result.draft, deciders,
             reason if settled else None)
        )  # fmt: skip
        version = versions.get((opinion, roadmap))
        tag_rows += [
            (opinion, roadmap, version, stage, stage in result.drafts,
             None if settled else votes[stage], deciders)
            for stage in result.stages
        ]  # fmt: skip
    return _typed(tag_rows, TAGS), _typed(decision_rows, DECISIONS)


def _votes(
    tags: pd.DataFrame, places: Mapping[str, int]
) -> dict[tuple[str, str], tuple[dict[str, int], int]]:
    """By opinion and roadmap: how many reviewers gave each stage, and how many gave any."""
    givers: dict[tuple[str, str], dict[str, set[str]]] = {}
    for opinion, roadmap, stage, reviewer in _rows(
        tags, ["opinion_id", "roadmap", "stage", "reviewer"]
    ):
        givers.setdefault((opinion, roadmap), {}).setdefault(stage, set()).add(reviewer)
    last = len(places)
    return {
        key: (
            {
                stage: len(stages[stage])
                for stage in sorted(stages, key=lambda name: (places.get(name, last), name))
            },
            len(set().union(*stages.values())),
        )
        for key, stages in givers.items()
    }


def _rows(frame: pd.DataFrame, columns: list[str]) -> list[tuple[Any, ...]]:
    return list(zip(*(frame[column].tolist() for column in columns), strict=True))


def _typed(rows: list[tuple[Any, ...]], types: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(types)).astype(dict(types))
