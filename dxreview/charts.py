"""Frames as plotly figures, for notebooks; and the look that they share with the page.

Every function is pure: frames in, a Figure out. Plotly reads labels as HTML and keeps links alive,
so that every label from minutes or roadmap files is escaped here. A chart has no accessible name of
its own (plotly.js issue 6920): put the frame beside it. Colours of stages stand at least 3:1 on
white and apart for the colour-blind; every figure carries its number, so that none rests on colour.
"""

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dxreview.messages import say
from dxreview.roadmap import Roadmap

_LOOK = {
    "font": "system-ui, 'Hiragino Sans', 'Yu Gothic UI', 'Noto Sans JP', sans-serif",
    "size": 16,
    "ink": "#1a1a1a",
    "line": "#949494",
    "paper": "#ffffff",
    "plain": ["#b78f00", "#259d63", "#264af4", "#aa00aa", "#4d4d4d", "#850000"],
    "ordered": ["#c5d7fb", "#7096f8", "#264af4", "#0017c1", "#000071", "#000000"],
    "shades": ["#ffffff", "#e8f1fe", "#d9e6ff", "#c5d7fb", "#9db7f9"],
}


def look(language: str = "ja") -> dict[str, Any]:
    """Fonts, colours and axis names as JSON. ``plain``: stages of a list; ``ordered``: stages of a
    sequence, light to dark; ``shades``: few to many."""
    return {**_LOOK, "language": language, "opinions": say("charts.opinions", lang=language)}


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
    of meetings). A cell's ``customdata`` is (stage, value), ids, not labels.
    """
    stages = [stage.id for stage in roadmap.stages]
    values = list(
        dict.fromkeys(matrix["value"].astype(object).where(matrix["value"].notna(), None))
    )
    numbers = matrix["n"].to_numpy(dtype=int).reshape(len(stages), len(values))
    named = {**(labels or {}), None: say("charts.missing", lang=language)}
    columns = _names(by, language) if by else [named.get(value, value) for value in values]
    shades = _LOOK["shades"]
    figure = go.Figure(
        go.Heatmap(
            z=numbers,
            x=_labels(columns, max(10, 80 // len(columns or [1]))),
            y=_labels(_names(roadmap, language), 28),
            customdata=[[(stage, value) for value in values] for stage in stages],
            text=numbers,
            texttemplate="%{text}",
            textfont={"color": _LOOK["ink"]},
            hovertemplate="%{y}<br>%{x}: %{z}<extra></extra>",
            colorscale=[[step / (len(shades) - 1), shade] for step, shade in enumerate(shades)],
            zmin=0,
            zmax=max(1, int(numbers.max(initial=0))),
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )
    figure.update_yaxes(autorange="reversed")
    return _styled(figure, rows=len(stages), top=True)


def bars(coverage: pd.DataFrame, *, roadmap: Roadmap, language: str = "ja") -> go.Figure:
    """`analysis.coverage` as a bar a stage, with its number; stages without an opinion stay."""
    counts = coverage.set_index("stage")["n"].astype(int)
    stages = [stage.id for stage in roadmap.stages]
    figure = go.Figure(
        go.Bar(
            orientation="h",
            x=[counts.get(stage, 0) for stage in stages],
            y=_labels(_names(roadmap, language), 28),
            customdata=stages,
            text=[counts.get(stage, 0) for stage in stages],
            textposition="outside",
            cliponaxis=False,
            marker={"color": colours(roadmap), "line": {"color": _LOOK["ink"], "width": 1}},
            hovertemplate="%{y}: %{x}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(visible=False, rangemode="tozero")
    return _styled(figure, rows=len(stages))


def timeline(
    matrix: pd.DataFrame, meetings: pd.DataFrame, *, roadmap: Roadmap, language: str = "ja"
) -> go.Figure:
    """`analysis.stage_matrix` by ``meeting_id`` over the days of the meetings: a circle with its
    number where a stage was spoken to, its area by the number. Meetings without a day are left
    out; a circle's ``customdata`` is (stage, meeting_ids)."""
    days = meetings.dropna(subset="held_on").set_index("meeting_id")["held_on"].astype(str)
    dated = matrix.assign(day=matrix["value"].map(days)).dropna(subset="day")
    spoken = dated[dated["n"] > 0].groupby(["stage", "day"], as_index=False)
    cells = spoken.agg(n=("n", "sum"), meetings=("value", tuple))
    stages = [stage.id for stage in roadmap.stages]
    rows = dict(zip(stages, _labels(_names(roadmap, language), 28), strict=True))
    colour = dict(zip(stages, colours(roadmap), strict=True))
    figure = go.Figure(
        go.Scatter(
            x=cells["day"].tolist(),
            y=cells["stage"].map(rows).tolist(),
            customdata=list(zip(cells["stage"], cells["meetings"], strict=True)),
            mode="markers+text",
            text=cells["n"].astype(str).tolist(),
            textposition="middle right",
            cliponaxis=False,
            marker={
                "size": (10 * cells["n"].astype(float) ** 0.5 + 6).tolist(),
                "color": cells["stage"].map(colour).tolist(),
                "line": {"color": _LOOK["ink"], "width": 1},
                "opacity": 1,
            },
            hovertemplate="%{y}<br>%{x}: %{text}<extra></extra>",
        )
    )
    figure.update_xaxes(type="category", categoryarray=sorted(days.unique()))
    figure.update_yaxes(type="category", categoryarray=list(rows.values())[::-1])
    return _styled(figure, rows=len(rows))


def colours(roadmap: Roadmap) -> list[str]:
    """A colour a stage, in order; after six they begin again, as the numbers tell them apart."""
    scale = _LOOK["ordered" if roadmap.ordered else "plain"]
    return [scale[place % len(scale)] for place in range(len(roadmap.stages))]


def _styled(figure: go.Figure, *, rows: int, top: bool = False) -> go.Figure:
    figure.update_layout(
        template="none",
        font={"family": _LOOK["font"], "size": _LOOK["size"], "color": _LOOK["ink"]},
        paper_bgcolor=_LOOK["paper"],
        plot_bgcolor=_LOOK["paper"],
        height=120 + 56 * rows,
        margin={"l": 16, "r": 48, "t": 16, "b": 16},
        showlegend=False,
    )
    figure.update_xaxes(
        automargin=True,
        tickangle=0,
        showgrid=False,
        side="top" if top else "bottom",
        linecolor=_LOOK["line"],
    )
    figure.update_yaxes(automargin=True, linecolor=_LOOK["line"])
    return figure


def _names(roadmap: Roadmap, language: str) -> list[str]:
    return [stage.label[language] for stage in roadmap.stages]


def _labels(names: Iterable[str], width: int) -> list[str]:
    """Wrapped and escaped; equal names must not fall into one place of the axis."""
    wrapped = ["<br>".join(_lines(name, width)) for name in names]
    return [label + "\u200b" * wrapped[:place].count(label) for place, label in enumerate(wrapped)]


def _lines(name: str, width: int) -> list[str]:
    """``width`` counts a Japanese character as two; words of other letters stay whole."""
    lines = [""]
    for piece in re.findall(r"[!-~]+ *|.", name):
        if lines[-1] and sum(1 + (char > "\u00ff") for char in lines[-1] + piece) > width:
            lines.append("")
        lines[-1] += piece
    return [escape(line.strip(), quote=False) for line in lines]
