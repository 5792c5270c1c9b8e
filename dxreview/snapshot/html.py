"""index.html: the page, its code, its look and its data in one file that needs no server.

Browsers refuse module files from ``file://``; an inline module script runs there. Data stand in
``<script type="application/json">``, where only ``<`` could end them: it is written as ``\\u003c``.
"""

import html
import json
import re
from importlib.resources import files
from typing import Any

from dxreview.messages import LANGUAGES, say


def index_html(page: dict[str, Any]) -> str:
    """The whole page: ``page/index.html``, filled in. A closing tag in the code would end it."""
    names = {"script": "page.js", "style": "page.css", "whole": "index.html"}
    folder = files("dxreview") / "page"
    parts = {part: (folder / name).read_text(encoding="utf-8") for part, name in names.items()}
    parts["script"] = parts["script"].replace("</script", r"<\/script")
    parts["data"] = json.dumps(page, ensure_ascii=False).replace("<", r"\u003c")
    parts["title"] = html.escape(page["title"]["ja"])
    parts |= {lang: html.escape(say("publish.noscript", lang=lang)) for lang in LANGUAGES}
    return re.sub(r"\{\{(\w+)\}\}", lambda part: parts[part[1]], parts["whole"])
