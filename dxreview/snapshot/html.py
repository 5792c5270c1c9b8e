"""index.html: the page, its code, its look and its data in one file that needs no server.

Browsers refuse module files from ``file://``; an inline module script runs there. Data stand in
``<script type="application/json">``, where only ``<`` could end them: it is written as ``\\u003c``.
"""

import html
import re
from importlib.resources import files

from dxreview.messages import LANGUAGES, say


def index_html(title: str, data: str) -> str:
    """The whole page: ``page/index.html``, filled in. ``data``: page.json's text."""
    names = {"script": "page.js", "style": "page.css", "whole": "index.html"}
    folder = files("dxreview") / "page"
    parts = {part: (folder / name).read_text(encoding="utf-8") for part, name in names.items()}
    parts["script"] = parts["script"].replace("</script", r"<\/script")
    parts |= {"data": data.replace("<", r"\u003c"), "title": html.escape(title)}
    parts |= {lang: html.escape(say("publish.noscript", lang=lang)) for lang in LANGUAGES}
    return re.sub(r"\{\{(\w+)\}\}", lambda part: parts[part[1]], parts["whole"])
