"""index.html: the page, its code, its look and its data in one file that needs no server.

Browsers refuse module files from ``file://``; an inline module script runs there. Data stand in
``<script type="application/json">``, where only ``<`` could end them: it is written as ``\\u003c``.
"""

import base64
import html
import json
from importlib.resources import files
from typing import Any

from dxreview.messages import say

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'"
)
WORKBOOK_LIMIT = 500_000
START = """
const xlsx = document.getElementById("dxreview-xlsx")?.textContent.trim();
const bytes = () => Uint8Array.from(atob(xlsx), (letter) => letter.charCodeAt(0));
mount(document.getElementById("dxreview-page"),
  JSON.parse(document.getElementById("dxreview-data").textContent),
  xlsx ? {xlsx: async () => bytes()} : {});
"""


def index_html(page: dict[str, Any], workbook: bytes) -> str:
    """The whole page. The workbook travels inside up to 500 kB; a larger one lies beside it."""
    title = html.escape(page["title"]["ja"])
    inside = base64.b64encode(workbook).decode() if len(workbook) <= WORKBOOK_LIMIT else ""
    return "\n".join([
        '<!doctype html>\n<html lang="ja">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{title}</title>\n<style>\n{_page('page.css')}\n</style>\n</head>\n<body>",
        f'<div id="dxreview-page"><noscript>{_noscript()}</noscript></div>',
        f'<script type="application/json" id="dxreview-data">{embedded(page)}</script>',
        f'<script type="text/plain" id="dxreview-xlsx">{inside}</script>',
        f'<script type="module">\n{_page("page.js")}\n{START}</script>\n</body>\n</html>\n',
    ])  # fmt: skip


def embedded(data: object) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _noscript() -> str:
    sentences = (say("publish.noscript", lang=lang) for lang in ("ja", "en"))
    return "".join(f"<p>{html.escape(sentence)}</p>" for sentence in sentences)


def _page(name: str) -> str:
    """A file of the page; a closing script tag in it would end the script."""
    file = files("dxreview") / "page" / name
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return text.replace("</script", "<\\/script")
