"""The page through Voila beside the same content as a Panel program (`panel_app`), in one run.

Ready: matrix, time line and list on screen, in a fresh browser context. Filter and drill-down: from
the key or the click until the new count stands in the page. Needs the extra ``peer``.
"""

import importlib.util
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests import pages
from tests.bench.bench_page import ROUNDS, _descendants, _row, _served, _until
from tests.browser import ARGUMENTS, chromium_path
from tests.conftest import ROOT

OPINIONS, VISITORS, CELLS = 300, 5, 12
WORDS = ("窓口", "データ", "人材", "標準化")
BEGIN = """() => { for (const kind of ["keydown", "input", "click"])
  addEventListener(kind, () => { window.began = performance.now(); }, true); }"""
SEEN = """(wanted) => {
  const text = (root) => [...root.querySelectorAll("*")].reduce(
    (said, one) => (one.shadowRoot ? said + text(one.shadowRoot) : said), root.textContent);
  const said = text(document.querySelector(".dxr-status") ?? document.body);
  return said.includes(wanted) && performance.now() - window.began;
}"""


def run() -> list[dict[str, Any]]:
    if importlib.util.find_spec("panel") is None:
        return [_row("not compared: pip install -e '.[peer]' brings Panel", 0, "")]
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        data, folder = pages.page(OPINIONS, meetings=6), Path(name)
        shot = pages.snapshot(folder / "snapshot", data)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        with _ours(shot) as url:
            ours = _measured(browser, url, data, Ours())
        with _panel(shot / "page.json") as url:
            panel = _measured(browser, url, data, Panel())
        browser.close()
    return [*_rows(ours, panel)]


def _rows(ours: dict[str, float], panel: dict[str, float]) -> Iterator[dict[str, Any]]:
    bounds = {"ready": (1.0, "s"), "filter": (0.25, "ms"), "drill-down": (0.25, "ms")}
    for what, (bound, unit) in bounds.items():
        yield _row(f"{what}, to Panel", ours[what] / panel[what], "x", bound)
        yield _row(f"  {what}", ours[what], unit)
        yield _row(f"  {what}, Panel", panel[what], unit)
    yield _row("memory of the server for a visitor", ours["memory"], "MB", 80)
    yield _row("  memory for a visitor, Panel", panel["memory"], "MB")


class Ours:
    """Where the page has what is timed."""

    ready = (".dxr-matrix", ".dxr-time", ".dxr-opinion")
    process = ("dxreview.host", "ipykernel_launcher")
    cells = "#dxr-where + div .dxr-matrix tbody td:not(.dxr-total) .dxr-count"

    def count(self, n: int) -> str:
        return f"意見 {OPINIONS} 件のうち {n} 件です。"

    def search(self, tab: Any, word: str) -> None:
        tab.locator("#dxr-search").fill(word)


class Panel:
    """The same of the Panel program."""

    ready = ("text=300 of 300", ".js-plotly-plot .bars", ".tabulator-row")
    process = ("panel serve", "-m panel")
    cells = (
        ".tabulator-row .tabulator-cell:not([tabulator-field=step]):not([tabulator-field=_index])"
    )

    def count(self, n: int) -> str:
        return f"{n} of {OPINIONS} opinions"

    def search(self, tab: Any, word: str) -> None:
        field = tab.locator("input[type=text]").first
        field.fill(word)
        field.press("Enter")


def _measured(browser: Any, url: str, data: dict[str, Any], app: Any) -> dict[str, float]:
    _until(browser, url, *app.ready)
    ready = statistics.median(_until(browser, url, *app.ready) for _ in range(ROUNDS))
    tab = browser.new_page(viewport={"width": 1280, "height": 2000})
    tab.goto(url)
    for selector in app.ready:
        tab.wait_for_selector(selector)
    tab.evaluate(BEGIN)
    found = {word: sum(word in one["text"] for one in data["opinions"]) for word in WORDS}
    filters = [
        _acted(tab, lambda word=word: app.search(tab, word), app.count(found[word]))
        for word in WORDS * 5
    ]
    app.search(tab, "")
    tab.wait_for_timeout(1000)
    drills = [*_drills(tab, app)]
    tab.close()
    said = {"ready": ready, "memory": _memory(browser, url, app)}
    return said | {"filter": statistics.median(filters), "drill-down": statistics.median(drills)}


def _drills(tab: Any, app: Any) -> Iterator[float]:
    """Cells one after another; one with the same number as the last cannot be told from it."""
    last = ""
    for place in range(CELLS):
        cell = tab.locator(app.cells).nth(place)
        number = cell.inner_text()
        if number.isdigit() and number not in ("0", last):
            yield _acted(tab, cell.click, app.count(int(number)))
            last = number


def _acted(tab: Any, act: Callable[[], None], wanted: str) -> float:
    act()
    return float(tab.wait_for_function(SEEN, arg=wanted, polling="raf").json_value())


def _memory(browser: Any, url: str, app: Any) -> float:
    """Megabytes of the server and its kernels for each of several visitors who stay."""
    before = _megabytes(app.process)
    contexts = [browser.new_context() for _ in range(VISITORS)]
    for context in contexts:
        tab = context.new_page()
        tab.goto(url)
        tab.wait_for_selector(app.ready[0])
    after = _megabytes(app.process)
    for context in contexts:
        context.close()
    return max(0.0, after - before) / VISITORS


def _megabytes(words: tuple[str, ...]) -> float:
    mine = [size for size, command in _descendants() if any(word in command for word in words)]
    return sum(mine) / 1024


@contextmanager
def _ours(shot: Path) -> Iterator[str]:
    notebook = str(ROOT / "notebooks" / "dashboard.ipynb")
    command = [sys.executable, "-m", "dxreview.host", notebook, "--no-browser"]
    with _served(command, "login", DXREVIEW_SNAPSHOT=str(shot)) as base:
        yield base


@contextmanager
def _panel(page: Path) -> Iterator[str]:
    program = str(Path(__file__).parent / "panel_app.py")
    command = [sys.executable, "-m", "panel", "serve", program, "--address=127.0.0.1"]
    with _served(command, "panel_app", DXREVIEW_PAGE=str(page)) as base:
        yield f"{base}panel_app"
