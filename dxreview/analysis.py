"""Figures over opinions and decisions, as DataFrames: stages and what was said of them, agreement.

How several tags count: an opinion counts once in every stage it belongs to (its ``stages`` in the
decisions frame: what was settled, else what at least half of the reviewers gave), so that the sum
over stages may exceed the number of opinions. Untagged opinions, and those to which none applies,
count nowhere.

The measures of agreement work on counts: a row per opinion, a column per value, how many reviewers
gave it. Opinions that fewer than two decided say nothing. Sources: J. Cohen, Educational and
Psychological Measurement 20 (1960); J. L. Fleiss, Psychological Bulletin 76 (1971); K.
Krippendorff, Computing Krippendorff's Alpha-Reliability (2011); R. Passonneau, LREC (2006) for
MASI.
"""

from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dxreview.roadmap import Roadmap

Floats = NDArray[np.float64]
MEASURES = ["percent", "kappa", "fleiss", "alpha", "low", "high"]
FEW, RESAMPLES, SEED = 30, 4000, 20201102


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
    return frame.astype({"stage": "string", "value": "string", "n": "Int64"})


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
    return frame.astype({"stage": "string", "n": "Int64", "meetings": "Int64", "share": "Float64"})


def _plain(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def agreement(choices: pd.DataFrame, *, roadmap: Roadmap) -> pd.DataFrame:
    """Agreement of all who decided; ``choices`` is ``store.choices()``, ``roadmap`` a `Roadmap`.

    Columns: roadmap; stage (<NA>: over all); n (opinions that two or more decided); reviewers (who
    decided one of them); percent (share of agreeing pairs, averaged over opinions; over all: the
    very same set); kappa (Cohen; two reviewers only); fleiss; alpha (Krippendorff; over all with
    the MASI distance); low, high (95 % of alpha's bootstrap over opinions, seeded); warning
    ("one_class": all decisions are the same; "few": n below 30; else <NA>). Shares are 0 to 1, what
    is undefined is <NA>.
    """
    sets = _sets(choices, roadmap)
    rows = [_row(sets, stage) for stage in (None, *(stage.id for stage in roadmap.stages))]
    frame = pd.DataFrame(rows, columns=["stage", "n", "reviewers", *MEASURES, "warning"])
    frame.insert(0, "roadmap", roadmap.id)
    kinds = dict.fromkeys(MEASURES, "Float64") | {"n": "Int64", "reviewers": "Int64"}
    return frame.astype(kinds | dict.fromkeys(("stage", "warning"), "string"))


def pairs(choices: pd.DataFrame, *, roadmap: Roadmap) -> pd.DataFrame:
    """How far each two of three or more reviewers agree over all; arguments as of `agreement`.

    Columns: one, other (reviewers), n (opinions that both decided), percent (share on which they
    gave the very same set), kappa (Cohen). What is undefined is <NA>.
    """
    sets = _sets(choices, roadmap)
    rows: list[tuple[Any, ...]] = []
    for one, other in combinations(sets.columns, 2) if sets.shape[1] > 2 else ():
        both = sets[[one, other]].dropna()
        if both.empty:
            rows.append((one, other, 0, None, None))
            continue
        crossed = _crossed(_coded(both, None)[0])
        rows.append((one, other, len(both), np.trace(crossed) / len(both), cohen(crossed)))
    frame = pd.DataFrame(rows, columns=["one", "other", "n", "percent", "kappa"])
    kinds = {"one": "string", "other": "string", "n": "Int64"}
    return frame.astype(kinds | dict.fromkeys(("percent", "kappa"), "Float64"))


def masi(one: frozenset[str], other: frozenset[str]) -> float:
    """Distance of two sets: 1 − Jaccard × (1 same, 2/3 one within the other, 1/3 overlap, 0).

    >>> [round(masi(frozenset("ab"), frozenset(x)), 3) for x in ("ab", "a", "bc", "c", "")]
    [0.0, 0.667, 0.889, 1.0, 1.0]
    """
    if one == other:
        return 0.0
    monotonic = 2 / 3 if one <= other or other <= one else 1 / 3
    return 1 - monotonic * len(one & other) / len(one | other)


def cohen(pairs: ArrayLike) -> float:
    """Cohen's κ of a table: how often the one gave the row's value and the other the column's.

    Cohen (1960), table 1:

    >>> round(cohen([[88, 14, 18], [10, 40, 10], [2, 6, 12]]), 3)
    0.492
    """
    table = np.asarray(pairs, dtype=float) / np.sum(pairs)
    return _beyond(np.trace(table), table.sum(axis=0) @ table.sum(axis=1))


def fleiss(counts: ArrayLike) -> float:
    """Fleiss' κ. Where decisions are missing, opinions weigh alike in what was observed, decisions
    in what chance would give. The worked example of Wikipedia's article:

    >>> table = "0 0 0 0 14,0 2 6 4 2,0 0 3 5 6,0 3 9 2 0,2 2 8 1 1,7 7 0 0 0,3 2 6 3 0,2 5 3 2 2"
    >>> rows = [*table.split(","), "6 5 2 1 0", "0 2 2 3 7"]
    >>> round(fleiss([[int(n) for n in row.split()] for row in rows]), 3)
    0.21
    """
    given = np.asarray(counts, dtype=float)
    chance = given.sum(axis=0) / given.sum()
    return _beyond(agreeing(given), chance @ chance)


def agreeing(counts: Floats) -> float:
    """The share of agreeing pairs of reviewers, averaged over opinions."""
    made = counts.sum(axis=1)
    return float(((counts * (counts - 1)).sum(axis=1) / (made * (made - 1))).mean())


def alpha(counts: ArrayLike, distance: ArrayLike | None = None) -> float:
    """Krippendorff's α; ``distance``: between values, squared as α takes it (default: nominal).

    Krippendorff (2011), example C, nominal:

    >>> gave = "111 2232 3333 3333 2222 1234 4444 1121 2222 555 11 3"
    >>> round(alpha([[unit.count(v) for v in "12345"] for unit in gave.split()]), 3)
    0.743
    """
    return float(_alphas(counts, distance, np.ones((1, len(np.asarray(counts)))))[0])


def interval(counts: ArrayLike, distance: ArrayLike | None = None) -> tuple[float, float]:
    """95 % of α over opinions drawn with replacement; draws of one value only are left out.

    Opinions decided alike are drawn together, as one multinomial.
    """
    patterns, times = np.unique(np.asarray(counts), axis=0, return_counts=True)
    share, rng = times / times.sum(), np.random.default_rng(SEED)
    found = _alphas(patterns, distance, rng.multinomial(times.sum(), share, size=RESAMPLES))
    known = found[~np.isnan(found)]
    low, high = np.percentile(known, [2.5, 97.5]) if len(known) else (np.nan, np.nan)
    return float(low), float(high)


def _alphas(counts: ArrayLike, distance: ArrayLike | None, weights: ArrayLike) -> Floats:
    """α for each row of weights over the opinions; NaN where one value is all there is."""
    given = np.asarray(counts, dtype=float)
    given = given[pairs := given.sum(axis=1) >= 2]
    weights = np.asarray(weights, dtype=float)[:, pairs]
    between = 1 - np.eye(given.shape[1]) if distance is None else np.asarray(distance, dtype=float)
    within = ((given @ between) * given).sum(axis=1) / (given.sum(axis=1) - 1)
    totals = weights @ given
    expected = ((totals @ between) * totals).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (totals.sum(axis=1) - 1) * (weights @ within) / expected
    return np.where(expected > 0, 1 - share, np.nan)


def _beyond(observed: float, chance: float) -> float:
    return float((observed - chance) / (1 - chance)) if chance < 1 else np.nan


def _sets(choices: pd.DataFrame, roadmap: Roadmap) -> pd.DataFrame:
    """A row per opinion that two or more decided, a column per reviewer: the set of stages."""
    ours = choices[choices["roadmap"] == roadmap.id]
    made = ours.assign(stages=ours["stages"].map(frozenset))
    sets = made.pivot(index="opinion_id", columns="reviewer", values="stages")
    return sets[sets.notna().sum(axis=1) >= 2].dropna(axis=1, how="all")


def _coded(sets: pd.DataFrame, stage: str | None) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """What each reviewer gave, by number, -1 where nothing: a set of stages, or whether a stage is
    in it; and the values numbered."""
    given = sets.notna().to_numpy()
    made = sets.to_numpy()[given]
    codes = np.full(sets.shape, -1)
    codes[given], values = pd.factorize(
        np.array([one if stage is None else stage in one for one in made], dtype=object)
    )
    return codes, values


def _row(sets: pd.DataFrame, stage: str | None) -> dict[str, Any]:
    """One row of `agreement`, of reviewers' sets of stages: over all, or of one stage."""
    row: dict[str, Any] = {"stage": stage, "n": len(sets), "reviewers": sets.shape[1]}
    if sets.empty:
        return row | {"warning": "few"}
    codes, values = _coded(sets, stage)
    counts = np.stack([(codes == code).sum(axis=1) for code in range(len(values))], axis=1)
    between = None if stage else [[masi(one, other) for other in values] for one in values]
    kappa = cohen(_crossed(codes)) if sets.shape[1] == 2 else np.nan
    low, high = interval(counts, between)
    found = agreeing(counts), kappa, fleiss(counts), alpha(counts, between), low, high
    few = "few" if len(sets) < FEW else None
    warning = "one_class" if len(values) == 1 else few
    return row | dict(zip(MEASURES, found, strict=True)) | {"warning": warning}


def _crossed(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """What the one gave against what the other gave."""
    size = int(codes.max()) + 1
    return np.bincount(codes @ [size, 1], minlength=size**2).reshape(size, size)
