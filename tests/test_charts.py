"""Charts: the numbers of the frame, labels that are text and nothing else."""

import json
from dataclasses import replace

import pandas as pd
import plotly.graph_objects as go
import pytest

from dxreview import charts
from dxreview.roadmap import Roadmap

from .conftest import ROOT

STEPS = Roadmap.load(ROOT / "data" / "roadmaps" / "soumu-steps.toml")
MEETINGS = pd.DataFrame({"meeting_id": ["a", "b"], "held_on": pd.to_datetime(["2020-11-02", None])})


def _matrix(values: list[str | None]) -> pd.DataFrame:
    cells = [(stage.id, value) for stage in STEPS.stages for value in values]
    frame = pd.DataFrame(cells, columns=["stage", "value"]).astype("string")
    return frame.assign(n=pd.array(range(len(cells)), dtype="Int64"))


def _figures(roadmap: Roadmap) -> list[go.Figure]:
    coverage = pd.DataFrame({"stage": [s.id for s in roadmap.stages], "n": [3, 0, 1, 2]})
    matrix = _matrix(["a", "b"])
    return [
        charts.stage_matrix(matrix, roadmap=roadmap, labels={"a": "<b>第１回</b> & 第２回"}),
        charts.bars(coverage, roadmap=roadmap),
        charts.timeline(matrix, MEETINGS, roadmap=roadmap),
    ]


def test_the_matrix_shows_every_cell_with_its_number() -> None:
    figure = charts.stage_matrix(_matrix(["a", None]), roadmap=STEPS, labels={"a": "第１回"})
    heat = figure.data[0]
    assert heat.z.tolist() == [[0, 1], [2, 3], [4, 5], [6, 7]]
    assert [label.replace("<br>", "") for label in heat.x] == ["第１回", "記載なし"]
    assert len(heat.y) == len(set(heat.y)) == len(STEPS.stages)


def test_bars_keep_the_stages_without_an_opinion() -> None:
    bar = _figures(STEPS)[1].data[0]
    names = [label.replace("<br>", "") for label in bar.y]
    assert list(bar.x) == [3, 0, 1, 2]
    assert names == [stage.label["ja"] for stage in STEPS.stages]


def test_the_timeline_leaves_out_meetings_without_a_day() -> None:
    dots = _figures(STEPS)[2].data[0]
    assert [(x, text) for x, text in zip(dots.x, dots.text, strict=True)] == [
        ("2020-11-02", "2"),
        ("2020-11-02", "4"),
        ("2020-11-02", "6"),
    ]


@pytest.mark.parametrize("place", range(3))
def test_markup_in_a_label_is_shown_as_text(place: int) -> None:
    label = {"ja": "<a href='https://x.example'>押す</a> & <i>", "en": "x"}
    evil = replace(STEPS, stages=tuple(replace(stage, label=label) for stage in STEPS.stages))
    drawn = json.dumps(_figures(evil)[place].to_plotly_json()["data"], default=str)
    assert "<a" not in drawn
    assert "<i" not in drawn
    assert "&lt;a" in drawn


def test_equal_labels_stay_apart() -> None:
    label = {"ja": "同じ", "en": "same"}
    same = replace(STEPS, stages=tuple(replace(stage, label=label) for stage in STEPS.stages))
    assert len(set(_figures(same)[1].data[0].y)) == 4
