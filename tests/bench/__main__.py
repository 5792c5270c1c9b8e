"""Run every bench: ``python -m tests.bench [PART …]``.

A bench is a module ``bench_PART`` with ``run() -> list[dict]`` of rows
``{name, value, unit, bound, ok}``: ratios against a baseline measured in the same run. ``bound`` is
None where a figure is only reported.
"""

import importlib
import pkgutil
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
    missed = 0
    for part in wanted or parts():
        for row in importlib.import_module(f"tests.bench.bench_{part}").run():
            show(part, row)
            missed += row["ok"] is False
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
