"""The published page in a notebook's cell.

JupyterLab, and Voila with any template, show it as an anywidget. Voila with dxreview's template
finds the same page in the output and draws it at once, before any widget manager is there.
"""

import json
from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets

from dxreview.messages import LANGUAGES, section
from dxreview.snapshot.door import script, style

MIME = "application/vnd.dxreview.page+json"


class Page(anywidget.AnyWidget):
    """A snapshot's page.json, drawn in the browser; ``part`` of it alone, for a cell among others.
    It is read-only: nothing listens to it."""

    _esm = script()
    _css = style()
    data = traitlets.Unicode().tag(sync=True)
    language = traitlets.Unicode("ja").tag(sync=True)
    part = traitlets.Enum(["", "finding", "matrix", "time", "opinions"], "").tag(sync=True)

    def __init__(self, data: Mapping[str, Any], **options: Any) -> None:
        # The code is of this version, so its sentences are too, whatever the snapshot's age.
        now = {"messages": {lang: section("page", lang) for lang in LANGUAGES}}
        super().__init__(data=json.dumps({**data, **now}, ensure_ascii=False), **options)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        own = {"data": self.data, "script": script(), "style": style()}
        return bundle | ({} if self.part else {MIME: own}), metadata
