"""Turn published meeting minutes into a reviewed, citable picture of a reform.

>>> import dxreview as dx
>>> corpus = dx.load("data/minutes")            # doctest: +SKIP
>>> dx.workbook("data")                         # doctest: +SKIP

Names are imported when first used, so that a page pays only for what it shows.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # true to a type checker; typing itself costs as much as starting Python does
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

_HOME = {
    "Corpus": "corpus",
    "DxError": "records",
    "Filter": "filters",
    "Project": "project",
    "Roadmap": "roadmap",
    "Store": "store",
    "agreement": "app",
    "dashboard": "app",
    "load": "corpus",
    "load_roadmaps": "roadmap",
    "loading": "app",
    "publish": "snapshot",
    "publishing": "app",
    "start": "app",
    "verify": "snapshot",
    "workbook": "app",
}
_ROOMS = ("analysis", "charts")
__all__ = ["__version__", *sorted([*_HOME, *_ROOMS])]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"dxreview.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'dxreview' has no attribute {name!r}")
    value = getattr(import_module(f"dxreview.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
