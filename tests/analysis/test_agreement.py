"""Agreement: against other libraries, on random decisions with gaps, and what a reader is told."""

from types import SimpleNamespace
from typing import Any

import krippendorff
import numpy as np
import pandas as pd
import pytest
from nltk.metrics.agreement import AnnotationTask

from dxreview.analysis import agreement, alpha, cohen, fleiss, interval, masi, pairs

SETS = [frozenset(names) for names in ("", "a", "b", "ab", "abc")]


def _codes(reviewers: int, gaps: float, seed: int) -> np.ndarray:
    """Random codes 0–4, a row per opinion, biased so that reviewers agree more often than not."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 5, size=(60, 1))
    codes = np.where(rng.random((60, reviewers)) < 0.6, truth, rng.integers(0, 5, (60, reviewers)))
    return np.where(rng.random(codes.shape) < gaps, -1, codes)


def _counts(codes: np.ndarray) -> np.ndarray:
    return np.stack([(codes == code).sum(axis=1) for code in range(5)], axis=1)


def _task(codes: np.ndarray, **how: Any) -> AnnotationTask:
    cells = [(f"r{r}", f"o{o}", code) for (o, r), code in np.ndenumerate(codes) if code >= 0]
    return AnnotationTask(data=cells, **how)


@pytest.mark.parametrize("seed", range(3))
def test_alpha_is_that_of_krippendorff_with_gaps(seed: int) -> None:
    codes = _codes(4, 0.3, seed)
    data = np.where(codes < 0, np.nan, codes).T
    theirs = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    assert alpha(_counts(codes)) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_alpha_of_sets_is_that_of_nltk_with_the_same_distance(seed: int) -> None:
    codes = _codes(3, 0.0, seed)
    between = np.array([[masi(one, other) for other in SETS] for one in SETS])
    theirs = _task(codes, distance=lambda one, other: between[one, other]).alpha()
    assert alpha(_counts(codes), between) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_kappas_are_those_of_nltk(seed: int) -> None:
    two, four = _codes(2, 0.0, seed), _codes(4, 0.0, seed)
    table = np.zeros((5, 5))
    np.add.at(table, (two[:, 0], two[:, 1]), 1)
    assert cohen(table) == pytest.approx(_task(two).kappa(), abs=1e-9)
    assert fleiss(_counts(four)) == pytest.approx(_task(four).pi(), abs=1e-9)


def test_the_interval_is_the_same_every_time_and_holds_alpha() -> None:
    counts = _counts(_codes(3, 0.2, 7))
    low, high = interval(counts)
    assert (low, high) == interval(counts)
    assert low < alpha(counts) < high


def test_the_interval_is_that_of_drawing_opinions_one_by_one() -> None:
    counts = _counts(_codes(3, 0.0, 8))
    rng = np.random.default_rng(1)
    drawn = [alpha(counts[rng.integers(0, len(counts), len(counts))]) for _ in range(2000)]
    assert interval(counts) == pytest.approx(np.percentile(drawn, [2.5, 97.5]), abs=0.02)


ROADMAP = SimpleNamespace(id="steps", stages=[SimpleNamespace(id="s0"), SimpleNamespace(id="s1")])


def _choices(*rows: tuple[str, str, tuple[str, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["opinion_id", "reviewer", "stages"])
    return frame.assign(roadmap="steps")


def test_all_opinions_the_same_is_one_class_and_no_alpha() -> None:
    choices = _choices(*((f"o{n}", who, ("s0",)) for n in range(40) for who in ("甲", "乙")))
    found = agreement(choices, roadmap=ROADMAP)
    assert found["warning"].tolist() == ["one_class"] * 3
    assert found["alpha"].isna().all()
    assert found["percent"].tolist() == [1, 1, 1]


def test_none_applies_is_a_decision_and_silence_is_not() -> None:
    rows = [("o1", "甲", ()), ("o1", "乙", ()), ("o2", "甲", ("s0",)), ("o2", "乙", ("s0", "s1"))]
    found = agreement(_choices(*rows, ("o3", "甲", ("s1",))), roadmap=ROADMAP)
    assert found["n"].tolist() == [2, 2, 2]
    assert found["percent"].tolist() == [0.5, 1, 0.5]
    assert found["warning"].tolist() == ["few"] * 3


def test_cohen_is_for_two_and_a_reviewer_without_company_is_not_counted() -> None:
    rows = [(o, who, ("s0",) if o == "o1" else ()) for o in ("o1", "o2") for who in ("甲", "乙")]
    two = agreement(_choices(*rows, ("o9", "丙", ("s1",))), roadmap=ROADMAP)
    assert two["reviewers"].tolist() == [2] * 3
    assert two["kappa"][0] == 1
    three = agreement(_choices(*rows, ("o1", "丙", ("s1",))), roadmap=ROADMAP)
    assert three["kappa"].isna().all()


def test_nobody_decided_gives_rows_without_figures() -> None:
    found = agreement(_choices(), roadmap=ROADMAP)
    assert found["n"].tolist() == [0, 0, 0]
    assert found[["percent", "alpha", "low"]].isna().all(axis=None)


def test_of_three_reviewers_it_shows_which_two_agree() -> None:
    gave = {"甲": "aabb", "乙": "aabb", "丙": "bb  "}
    choices = _choices(
        *((f"o{n}", who, (to,)) for who, all_ in gave.items() for n, to in enumerate(all_.strip()))
    )
    found = pairs(choices, roadmap=ROADMAP).set_index(["one", "other"])
    assert found["n"].to_dict() == {("丙", "乙"): 2, ("丙", "甲"): 2, ("乙", "甲"): 4}
    assert found["percent"].to_dict() == {("丙", "乙"): 0, ("丙", "甲"): 0, ("乙", "甲"): 1}
    assert found["kappa"].loc["乙", "甲"] == 1
    assert pairs(choices[choices["reviewer"] != "丙"], roadmap=ROADMAP).empty
