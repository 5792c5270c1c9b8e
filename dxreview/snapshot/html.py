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
    script, style = (_read(name) for name in ("page.js", "page.css"))
    noscript = "".join(f"<p>{say('publish.noscript', lang=lang)}</p>" for lang in LANGUAGES)
    data = json.dumps(page, ensure_ascii=False).replace("<", "\\u003c")
    return f"""<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{html.escape(page["title"]["ja"])}</title>
<style>
{style}
</style>
</head>
<body>
<div id="dxreview-page"><noscript>{noscript}</noscript></div>
<script type="application/json" id="dxreview-data">{data}</script>
<script type="module">
{script}
{START}</script>
</body>
</html>
"""


def _read(name: str) -> str:
    """A file of the page; a closing script tag in it would end the script."""
    text = (files("dxreview") / "page" / name).read_text(encoding="utf-8")
    return text.replace("</script", "<\\/script")
