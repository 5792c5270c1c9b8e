"""The page's content as a Panel program in its shortest natural form, to be timed beside it.

Served by ``panel serve``; ``$DXREVIEW_PAGE`` names a page.json.
"""

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import panel as pn
import plotly.express as px

pn.extension("plotly", "tabulator")
DATA = json.loads(Path(os.environ["DXREVIEW_PAGE"]).read_text(encoding="utf-8"))
OPINIONS = pd.DataFrame(DATA["opinions"])
TAGS = OPINIONS.assign(
    step=OPINIONS["tags"].map(lambda tags: tags.get("steps", [])),
    theme=OPINIONS["tags"].map(lambda tags: tags.get("themes", [])),
).explode("step")
CELLS = TAGS.explode("theme")

search = pn.widgets.TextInput(name="Search")
matrix = pn.widgets.Tabulator(pd.crosstab(CELLS["step"], CELLS["theme"]), disabled=True)
cell = pn.rx({})
matrix.on_click(lambda event: setattr(cell.rx, "value", {"column": event.column, "row": event.row}))


def shown(text: str, picked: dict[str, Any]) -> pd.DataFrame:
    rows = CELLS[CELLS["text"].str.contains(text, regex=False)]
    if picked:
        rows = rows[(rows["theme"] == picked["column"]) & (rows["step"] == f"steps{picked['row']}")]
    return OPINIONS[OPINIONS["id"].isin(rows["id"])]


def found(text: str, picked: dict[str, Any]) -> str:
    return f"{len(shown(text, picked))} of {len(OPINIONS)} opinions"


def listed(text: str, picked: dict[str, Any]) -> pn.pane.DataFrame:
    return pn.pane.DataFrame(shown(text, picked)[["text", "section", "page"]].head(20), index=False)


def over_time(text: str, picked: dict[str, Any]) -> pn.pane.Plotly:
    rows = TAGS[TAGS["id"].isin(shown(text, picked)["id"])]
    counts = rows.groupby(["meeting", "step"], as_index=False).size()
    return pn.pane.Plotly(px.bar(counts, x="meeting", y="size", color="step"))


given = {"text": search, "picked": cell}
pn.Column(
    "# " + DATA["title"]["ja"], search, matrix, pn.bind(over_time, **given),
    pn.bind(found, **given), pn.bind(listed, **given),
).servable()  # fmt: skip
