"""Who is counted where."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from dxreview.analysis import coverage, stage_matrix

OPINIONS = pd.DataFrame(
    {
        "opinion_id": ["a-1", "a-2", "b-1", "b-2"],
        "meeting_id": ["a", "a", "b", "b"],
        "role": pd.array(["委員", None, "委員", None], dtype="string"),
    }
)
DECISIONS = pd.DataFrame(
    [
        ("a-1", "steps", "tagged", ("s0", "s1")),
        ("a-2", "steps", "disagreed", ("s0",)),
        ("b-1", "steps", "none_applies", ()),
        ("b-2", "steps", "settled", ("s0",)),
        ("a-1", "plan", "tagged", ("p1", "p2")),
        ("a-2", "plan", "tagged", ("p1",)),
    ],
    columns=["opinion_id", "roadmap", "status", "stages"],
)


def _roadmap(*stages: str) -> Any:
    return SimpleNamespace(stages=[SimpleNamespace(id=stage) for stage in stages])


ROADMAPS = {"steps": _roadmap("s0", "s1", "s2"), "plan": _roadmap("p1", "p2")}


@pytest.mark.parametrize(
    ("by", "cells"),
    [
        ("meeting_id", [("s0", "a", 2), ("s0", "b", 1), ("s1", "a", 1), ("s1", "b", 0)]),
        ("plan", [("s0", "p1", 2), ("s0", "p2", 1), ("s1", "p1", 1), ("s1", "p2", 1)]),
        ("role", [("s0", "委員", 1), ("s0", None, 2), ("s1", "委員", 1), ("s1", None, 0)]),
    ],
)
def test_an_opinion_counts_once_in_each_of_its_stages(by: str, cells: list[Any]) -> None:
    matrix = stage_matrix(OPINIONS, DECISIONS, roadmap="steps", by=by, roadmaps=ROADMAPS)
    values = [(s, None if v is pd.NA else v, n) for s, v, n, _ in matrix.itertuples(index=False)]
    nobody = [("s2", value, 0) for _, value, _ in cells[:2]]
    assert values == [*cells, *nobody]


def test_a_cell_knows_its_opinions() -> None:
    matrix = stage_matrix(OPINIONS, DECISIONS, roadmap="steps", by="meeting_id", roadmaps=ROADMAPS)
    assert matrix["opinion_ids"][0] == ("a-1", "a-2")


def test_no_opinion_gives_a_matrix_of_zeros() -> None:
    none = OPINIONS.iloc[:0]
    matrix = stage_matrix(none, DECISIONS, roadmap="steps", by="plan", roadmaps=ROADMAPS)
    assert (len(matrix), int(matrix["n"].sum())) == (6, 0)


def test_coverage_names_the_stages_without_an_opinion() -> None:
    found = coverage(OPINIONS, DECISIONS, roadmap="steps", roadmaps=ROADMAPS)
    assert list(found["stage"][found["n"] == 0]) == ["s2"]
    assert list(found["meetings"]) == [2, 1, 0]
    assert found["share"].round(3).tolist() == [1.0, 0.333, 0.0]


def test_a_stage_that_one_opinion_alone_speaks_to() -> None:
    found = coverage(OPINIONS, DECISIONS, roadmap="steps", roadmaps=ROADMAPS)
    assert found.loc[found["n"] == 1, "opinion_ids"].tolist() == [("a-1",)]
