"""Frames as plotly figures, for notebooks: hover, zoom, a picture.

The published page draws the same views itself, as tables and SVG: plotly.js is 4.8 MB, and what it
adds (the number under the pointer, a picture to save) the page has in 40 KB.

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

# ``plain``: stages of a list; ``ordered``: of a sequence, light to dark; ``shades``: few to many.
_LOOK: dict[str, Any] = {
    "font": "system-ui, 'Hiragino Sans', 'Yu Gothic UI', 'Noto Sans JP', sans-serif",
    **{"size": 16, "ink": "#1a1a1a"},
    "plain": ["#b78f00", "#259d63", "#264af4", "#aa00aa", "#4d4d4d", "#850000"],
    "ordered": ["#c5d7fb", "#7096f8", "#264af4", "#0017c1", "#000071", "#000000"],
    "shades": ["#ffffff", "#e8f1fe", "#d9e6ff", "#c5d7fb", "#9db7f9"],
}
_OUTLINE = {"color": _LOOK["ink"], "width": 1}


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
    rows = _rows(roadmap, language)
    values = [None if pd.isna(value) else value for value in matrix["value"].unique()]
    numbers = matrix["n"].to_numpy(dtype=int).reshape(len(rows), len(values))
    missing, named = say("charts.missing", lang=language), labels or {}
    heads = [
        by.label(str(v), language) if by else named.get(v, v) if v else missing for v in values
    ]
    heat = go.Heatmap(
        x=_labels(heads, max(10, 80 // max(1, len(heads)))),
        y=list(rows.values()),
        z=numbers,
        zmin=0,
        zmax=max(1, int(numbers.max(initial=0))),
        colorscale=[[step / 4, shade] for step, shade in enumerate(_LOOK["shades"])],
        showscale=False,
        text=numbers,
        texttemplate="%{text}",
        textfont={"color": _LOOK["ink"]},
        customdata=[[(stage, value) for value in values] for stage in rows],
        hovertemplate="%{y}<br>%{x}: %{z}<extra></extra>",
    )
    figure = _styled(heat, rows=len(rows))
    small = {"size": _LOOK["size"] - 3}  # so that neighbours' names do not touch
    return figure.update_yaxes(autorange="reversed").update_xaxes(side="top", tickfont=small)


def bars(coverage: pd.DataFrame, *, roadmap: Roadmap, language: str = "ja") -> go.Figure:
    """`analysis.coverage` as a bar a stage, with its number; stages without an opinion stay.
    ``customdata``: the stages' ids."""
    counts = coverage.set_index("stage")["n"]
    rows = _rows(roadmap, language)
    numbers = [int(counts.get(stage, 0)) for stage in rows]
    bar = go.Bar(
        orientation="h",
        x=numbers,
        y=list(rows.values()),
        text=numbers,
        textposition="outside",
        cliponaxis=False,
        marker={"color": colours(roadmap), "line": _OUTLINE},
        customdata=list(rows),
        hovertemplate="%{y}: %{x}<extra></extra>",
    )
    figure = _styled(bar, rows=len(rows)).update_yaxes(autorange="reversed")
    return figure.update_xaxes(visible=False, rangemode="tozero")


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
    rows = _rows(roadmap, language)
    colour = cells["stage"].map(dict(zip(rows, colours(roadmap), strict=True)))
    size = 10 * cells["n"].astype(float) ** 0.5 + 6
    dots = go.Scatter(
        x=cells["day"].tolist(),
        y=cells["stage"].map(rows).tolist(),
        mode="markers+text",
        text=cells["n"].astype(str).tolist(),
        textposition="middle right",
        cliponaxis=False,
        marker={"size": size, "color": colour, "opacity": 1, "line": _OUTLINE},
        customdata=list(zip(cells["stage"], cells["meetings"], strict=True)),
        hovertemplate="%{y}<br>%{x}: %{text}<extra></extra>",
    )
    figure = _styled(dots, rows=len(rows))
    figure.update_xaxes(type="category", categoryarray=sorted(days.unique()))
    return figure.update_yaxes(type="category", categoryarray=list(rows.values())[::-1])


def colours(roadmap: Roadmap) -> list[str]:
    """A colour a stage, in order; after six they begin again, as the numbers tell them apart."""
    scale = _LOOK["ordered" if roadmap.ordered else "plain"]
    return [scale[place % len(scale)] for place in range(len(roadmap.stages))]


def _styled(trace: Any, *, rows: int) -> go.Figure:
    figure = go.Figure(trace)
    figure.update_layout(
        template="none",
        font={"family": _LOOK["font"], "size": _LOOK["size"], "color": _LOOK["ink"]},
        height=120 + 56 * rows,
        margin={"l": 16, "r": 48, "t": 16, "b": 16},
    )
    figure.update_xaxes(automargin=True, tickangle=0, showgrid=False)
    return figure.update_yaxes(automargin=True)


def _rows(roadmap: Roadmap, language: str) -> dict[str, str]:
    """The stages' ids and what the axis calls them."""
    names = _labels((stage.label[language] for stage in roadmap.stages), 28)
    return dict(zip((stage.id for stage in roadmap.stages), names, strict=True))


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
