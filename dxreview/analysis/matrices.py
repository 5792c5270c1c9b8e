"""How many opinions belong to which stage, and to which stages nobody spoke.

How several tags count: an opinion counts once in every stage it belongs to (its ``stages`` in the
decisions frame: what was settled, else what at least half of the reviewers gave), so that the sum
over stages may exceed the number of opinions. Untagged opinions, and those to which none applies,
count nowhere.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd

from dxreview.roadmap import Roadmap


def placed(opinions: pd.DataFrame, decisions: pd.DataFrame, roadmap: str) -> pd.DataFrame:
    """A row per opinion and stage it belongs to: the opinions' columns and ``stage``."""
    chosen = decisions.loc[decisions["roadmap"] == roadmap, ["opinion_id", "stages"]]
    pairs = chosen.explode("stages").dropna().rename(columns={"stages": "stage"})
    return opinions.merge(pairs, on="opinion_id", how="inner", sort=False)


def stage_matrix(
    opinions: pd.DataFrame,
    decisions: pd.DataFrame,
    *,
    roadmap: str,
    by: str,
    roadmaps: Mapping[str, Roadmap],
) -> pd.DataFrame:
    """Stages of ``roadmap`` against the values of ``by``: a column of the opinions frame
    (meeting_id, section, kind, role …) or the id of another roadmap.

    Columns: stage, value, n (Int64), opinion_ids (tuple, in the order of ``opinions``). A row for
    every pair, also where n is 0; stages in the roadmap's order, values in reading order (of a
    roadmap: in its order). Opinions without a value are counted under <NA> where there are any.
    """
    ours = placed(opinions, decisions, roadmap)
    if by in roadmaps:
        theirs = placed(opinions, decisions, by)[["opinion_id", "stage"]]
        ours = ours.merge(theirs.rename(columns={"stage": "value"}), on="opinion_id")
        values = [stage.id for stage in roadmaps[by].stages]
    else:
        ours, values = ours.assign(value=ours[by]), opinions[by].unique()
    found: dict[tuple[str, str | None], dict[str, None]] = defaultdict(dict)
    for stage, value, opinion in zip(ours["stage"], ours["value"], ours["opinion_id"], strict=True):
        found[stage, _plain(value)][opinion] = None
    cells = [(stage.id, _plain(value)) for stage in roadmaps[roadmap].stages for value in values]
    rows = [(*cell, len(found[cell]), tuple(found[cell])) for cell in cells]
    frame = pd.DataFrame(rows, columns=["stage", "value", "n", "opinion_ids"])
    return frame.astype({"stage": "str", "value": "str", "n": "Int64"})


def coverage(
    opinions: pd.DataFrame,
    decisions: pd.DataFrame,
    *,
    roadmap: str,
    roadmaps: Mapping[str, Roadmap],
) -> pd.DataFrame:
    """How far the stages are spoken to. Columns: stage, n (opinions; 1: said once), meetings (in
    how many), share (of the opinions that belong to any stage; <NA> where there are none),
    opinion_ids (tuple). A row for every stage, in order, also with 0."""
    ours = placed(opinions, decisions, roadmap)
    whole = ours["opinion_id"].nunique() or pd.NA
    rows = []
    for stage in roadmaps[roadmap].stages:
        said = ours[ours["stage"] == stage.id].drop_duplicates("opinion_id")
        n, meetings = len(said), said["meeting_id"].nunique()
        rows.append((stage.id, n, meetings, n / whole, tuple(said["opinion_id"])))
    frame = pd.DataFrame(rows, columns=["stage", "n", "meetings", "share", "opinion_ids"])
    return frame.astype({"stage": "str", "n": "Int64", "meetings": "Int64", "share": "Float64"})


def _plain(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)
