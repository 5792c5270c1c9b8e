"""index.html: the page, its code, its look and its data in one file that needs no server.

Browsers refuse module files from ``file://``; an inline module script runs there. Data stand in
``<script type="application/json">``, where only ``<`` could end them: it is written as ``\\u003c``.
"""

import html
import json
from importlib.resources import files
from typing import Any

from dxreview.messages import LANGUAGES, say

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'"
)
START = """
mount(document.getElementById("dxreview-page"),
  JSON.parse(document.getElementById("dxreview-data").textContent));
"""


def index_html(page: dict[str, Any]) -> str:
    """The whole page in one file."""
    noscript = "".join(f"<p>{say('publish.noscript', lang=lang)}</p>" for lang in LANGUAGES)
    return "\n".join([
        '<!doctype html>\n<html lang="ja">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{html.escape(page['title']['ja'])}</title>",
        f"<style>\n{_page('page.css')}\n</style>\n</head>\n<body>",
        f'<div id="dxreview-page"><noscript>{noscript}</noscript></div>',
        f'<script type="application/json" id="dxreview-data">{embedded(page)}</script>',
        f'<script type="module">\n{_page("page.js")}\n{START}</script>\n</body>\n</html>\n',
    ])  # fmt: skip


def embedded(data: object) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _page(name: str) -> str:
    """A file of the page; a closing script tag in it would end the script."""
    file = files("dxreview") / "page" / name
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return text.replace("</script", "<\\/script")
