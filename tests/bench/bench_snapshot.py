"""Publishing beside writing the same tables with pandas alone; index.html beside its data."""

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pandas as pd

from dxreview.snapshot.freeze import freeze
from dxreview.snapshot.names import without_names
from dxreview.snapshot.tables import sheets
from dxreview.snapshot.verify import verify
from tests.factory import content

OPINIONS, MOST_RATIO, MOST_EXTRA = 10_000, 2.5, 1.0


def run() -> list[dict[str, Any]]:
    made = content(OPINIONS)
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "one"
        plain = _seconds(lambda: _tables_alone(sheets(made, ""), Path(place) / "plain.xlsx"))
        published = _seconds(lambda: freeze(made, out))
        checked = _seconds(lambda: verify(out))
        bare = _seconds(lambda: without_names(made))
        extra = ((out / "index.html").stat().st_size - (out / "page.json").stat().st_size) / 1e6
    ratio = published / plain
    return [
        _row("publish 10,000 opinions / pandas' own xlsx of the same", ratio, "x", MOST_RATIO),
        _row("publish 10,000 opinions", published, "s"),
        _row("names as roles, 10,000 opinions", bare, "s"),
        _row("verify, 10,000 opinions", checked, "s"),
        _row("index.html beyond its data", extra, "MB", MOST_EXTRA),
    ]


def _row(name: str, value: float, unit: str, bound: float | None = None) -> dict[str, Any]:
    ok = None if bound is None else value <= bound
    return {"name": name, "value": value, "unit": unit, "bound": bound, "ok": ok}


def _seconds(act: Any, times: int = 3) -> float:
    taken = []
    for _ in range(times):
        start = perf_counter()
        act()
        taken.append(perf_counter() - start)
    return median(taken)


def _tables_alone(frames: dict[str, pd.DataFrame], file: Path) -> None:
    with pd.ExcelWriter(file, engine="xlsxwriter") as book:
        for name, frame in frames.items():
            zoned = frame.select_dtypes("datetimetz").columns
            frame.assign(**{column: frame[column].astype("str") for column in zoned}).to_excel(
                book, sheet_name=name, index=False
            )
