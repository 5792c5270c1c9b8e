"""The page's code and look, and index.html that holds both with a snapshot's data.

Needs no pandas: a kernel that only shows the page starts with this.
"""

import html
import re
from importlib.resources import files

from dxreview.messages import LANGUAGES, say

_PARTS = (
    "elements.js", "search.js", "counts.js", "files.js", "pictures.js", "words.js", "take.js",
    "page.js",
)  # fmt: skip


def script() -> str:
    """The page's code as one module without imports."""
    return page_text(*_PARTS).replace("</script", r"<\/script")


def style() -> str:
    """The page's look as CSS."""
    return page_text("page.css")


def index_html(title: str, data: str) -> str:
    """The page, its code, its look and its data (page.json's text) in one file without a server.

    Browsers refuse module files from ``file://``; an inline module script runs there. In a script
    element only ``<`` could end what stands there.
    """
    parts = {"script": script(), "style": style()}
    parts |= {"data": data.replace("<", r"\u003c"), "title": html.escape(title)}
    parts |= {lang: html.escape(say("publish.noscript", lang=lang)) for lang in LANGUAGES}
    return re.sub(r"\{\{(\w+)\}\}", lambda part: parts[part[1]], page_text("index.html"))


def page_text(*names: str) -> str:
    """Files of ``page/`` one after another: a module is one piece, without imports."""
    page = files("dxreview") / "page"
    return "\n".join((page / name).read_text(encoding="utf-8") for name in names)
