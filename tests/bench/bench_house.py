"""The house: how big the library is, and what its name costs to import."""

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def run() -> list[dict[str, Any]]:
    files = (ROOT / "dxreview").rglob("*.py")
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)
    bare, ours = _median("pass"), _median("import dxreview")
    return [
        row("lines of Python in the library", lines, "lines", 6500),
        row("import dxreview, against an empty process", ours / bare, "x", 1.5),
    ]


def row(name: str, value: float, unit: str, bound: float) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "bound": bound, "ok": value <= bound}


def _median(code: str) -> float:
    return statistics.median(_seconds(code) for _ in range(7))


def _seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    return time.perf_counter() - start
