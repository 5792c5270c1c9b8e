"""Frames as plotly figures, for notebooks: hover, zoom, a picture.

Every function is pure: frames in, a Figure out. Plotly reads labels as HTML and keeps links alive,
so that every label is escaped here. A chart has no accessible name of its own (plotly.js issue
6920): put the frame beside it. Colours of stages are apart for the colour-blind, and every mark
carries its number, so that nothing rests on colour alone.
"""

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dxreview.messages import say
from dxreview.roadmap import Roadmap

FONT = "system-ui, 'Hiragino Sans', 'Yu Gothic UI', 'Noto Sans JP', sans-serif"
INK, SIZE = "#1a1a1a", 16
FEW_TO_MANY = ["#ffffff", "#e8f1fe", "#d9e6ff", "#c5d7fb", "#9db7f9"]
LIST = ["#b78f00", "#259d63", "#264af4", "#aa00aa", "#4d4d4d", "#850000"]
SEQUENCE = ["#c5d7fb", "#7096f8", "#264af4", "#0017c1", "#000071", "#000000"]
_OUTLINE = {"color": INK, "width": 1}


def stage_matrix(
    matrix: pd.DataFrame,
    *,
    roadmap: Roadmap,
    by: Roadmap | None = None,
    labels: Mapping[str, str] | None = None,
    language: str = "ja",
) -> go.Figure:
    """`analysis.stage_matrix` as a table of shaded cells with their numbers.

    ``by``: the roadmap of the columns, where it is one; ``labels``: names of other values (titles
    of meetings).
    """
    rows, missing = _rows(roadmap, language), say("charts.missing", lang=language)
    named = by.labels(language) if by else labels or {}
    values = matrix["value"].unique()
    heads = [missing if pd.isna(value) else named.get(value, value) for value in values]
    numbers = matrix["n"].to_numpy(dtype=int).reshape(len(rows), len(values))
    heat = go.Heatmap(
        x=_labels(heads, max(10, 80 // max(1, len(heads)))),
        y=list(rows.values()),
        z=numbers,
        zmin=0,
        zmax=max(1, int(numbers.max(initial=0))),
        colorscale=FEW_TO_MANY,
        showscale=False,
        texttemplate="%{z}",
        textfont={"color": INK},
        hovertemplate="%{y}<br>%{x}: %{z}<extra></extra>",
    )
    small = {"size": SIZE - 3}  # so that neighbours' names do not touch
    return _styled(heat, rows).update_xaxes(side="top", tickfont=small)


def bars(coverage: pd.DataFrame, *, roadmap: Roadmap, language: str = "ja") -> go.Figure:
    """`analysis.coverage` as a bar a stage, with its number; stages without an opinion stay."""
    rows, counts = _rows(roadmap, language), coverage.set_index("stage")["n"]
    bar = go.Bar(
        orientation="h",
        x=[int(counts.get(stage, 0)) for stage in rows],
        y=list(rows.values()),
        texttemplate="%{x}",
        textposition="outside",
        cliponaxis=False,
        marker={"color": _colours(roadmap), "line": _OUTLINE},
        hovertemplate="%{y}: %{x}<extra></extra>",
    )
    return _styled(bar, rows).update_xaxes(visible=False, rangemode="tozero")


def timeline(
    matrix: pd.DataFrame, meetings: pd.DataFrame, *, roadmap: Roadmap, language: str = "ja"
) -> go.Figure:
    """`analysis.stage_matrix` by ``meeting_id`` over the days of the meetings: a circle with its
    number where a stage was spoken to, its area by the number. Meetings without a day are left
    out."""
    days = meetings.dropna(subset="held_on").set_index("meeting_id")["held_on"].astype(str)
    cells = matrix.assign(day=matrix["value"].map(days)).groupby(["stage", "day"])["n"].sum()
    cells, rows = cells[cells > 0].reset_index(), _rows(roadmap, language)
    colours = dict(zip(rows, _colours(roadmap), strict=True))
    dots = go.Scatter(
        x=cells["day"].tolist(),
        y=cells["stage"].map(rows).tolist(),
        mode="markers+text",
        text=cells["n"].astype(str).tolist(),
        textposition="middle right",
        cliponaxis=False,
        marker={
            "size": 10 * cells["n"].astype(float) ** 0.5 + 6,
            "color": cells["stage"].map(colours),
            "opacity": 1,
            "line": _OUTLINE,
        },
        hovertemplate="%{y}<br>%{x}: %{text}<extra></extra>",
    )
    figure = _styled(dots, rows).update_yaxes(categoryarray=list(rows.values()))
    return figure.update_xaxes(type="category", categoryarray=sorted(days.unique()))


def _colours(roadmap: Roadmap) -> list[str]:
    """A colour a stage, in order; after six they begin again, as the numbers tell them apart."""
    scale = SEQUENCE if roadmap.ordered else LIST
    return [scale[place % len(scale)] for place in range(len(roadmap.stages))]


def _styled(trace: Any, rows: Mapping[str, str]) -> go.Figure:
    figure = go.Figure(trace)
    figure.update_layout(
        template="none",
        font={"family": FONT, "size": SIZE, "color": INK},
        height=120 + 56 * len(rows),
        margin={"l": 16, "r": 48, "t": 16, "b": 16},
    )
    figure.update_xaxes(automargin=True, tickangle=0, showgrid=False)
    return figure.update_yaxes(type="category", automargin=True, autorange="reversed")


def _rows(roadmap: Roadmap, language: str) -> dict[str, str]:
    """The stages' ids and what the axis calls them."""
    named = roadmap.labels(language)
    return dict(zip(named, _labels(named.values(), 28), strict=True))


def _labels(names: Iterable[str], width: int) -> list[str]:
    """Wrapped and escaped; equal names must not fall into one place of the axis."""
    wrapped = ["<br>".join(_lines(name, width)) for name in names]
    return [label + "\u200b" * wrapped[:place].count(label) for place, label in enumerate(wrapped)]


def _lines(name: str, width: int) -> list[str]:
    """``width`` counts a Japanese character as two; words of other letters stay whole, and no line
    begins with ー, a small kana or a stop."""
    lines = [""]
    for piece in re.findall(r"(?:[!-~]+ *|.)[ーァィゥェォッャュョ・、。）」]*", name):
        if lines[-1] and sum(1 + (char > "\u00ff") for char in lines[-1] + piece) > width:
            lines.append("")
        lines[-1] += piece
    return [escape(line.strip(), quote=False) for line in lines]
