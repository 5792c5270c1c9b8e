"""Run every bench, each in a process of its own: ``python -m tests.bench [PART …]``.

On Linux a process takes over the peak memory of the one that started it: in one process for all,
the peak that a bench reads would be that of the largest bench before it.

A bench is a module ``bench_PART`` with ``run() -> list[dict]`` of rows
``{name, value, unit, bound, ok}``: ratios against a baseline measured in the same run. ``bound`` is
None where a figure is only reported.
"""

import importlib
import pkgutil
import subprocess
import sys
from typing import Any

import tests.bench


def parts() -> list[str]:
    names = (module.name for module in pkgutil.iter_modules(tests.bench.__path__))
    return [name.removeprefix("bench_") for name in names if name.startswith("bench_")]


def show(part: str, row: dict[str, Any]) -> None:
    bound = "" if row["bound"] is None else f"(bound {row['bound']:g})"
    mark = {True: "ok", False: "MISSED", None: "-"}[row["ok"]]
    print(f"{part:10} {row['name']:60} {row['value']:10.3g} {row['unit']:6} {bound:14} {mark}")


def main(wanted: list[str]) -> int:
    """0 where every bound of the parts (all, if none is named) was met, or else 1."""
    if len(wanted) == 1:
        rows = importlib.import_module(f"tests.bench.bench_{wanted[0]}").run()
        missed = 0
        for row in rows:
            show(wanted[0], row)
            missed += row["ok"] is False
        return min(missed, 1)
    each = [sys.executable, "-m", "tests.bench"]
    return max(subprocess.run([*each, part]).returncode for part in wanted or parts())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
