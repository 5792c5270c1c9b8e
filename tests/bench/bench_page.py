"""The page at both doors: until it can be read, a filter, a click, what it sends, twenty visitors.

Baselines in the same run: Voila with the same template and a notebook that shows one label (as it
comes, and with preheated kernels); a bare HTML file that only parses the same data.
"""

import contextlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import sync_playwright

from dxreview.serve import free_port
from dxreview.snapshot.door import index_html
from tests import pages
from tests.browser import ARGUMENTS, chromium_path
from tests.conftest import ROOT

ROUNDS = 5
READY = "performance.getEntriesByName('dxreview-ready')[0].startTime"
LABEL = "import ipywidgets\nipywidgets.Label('the one label')"
BARE = """<!doctype html><meta charset="utf-8"><p id="n"></p>
<script type="application/json" id="data">%s</script><script type="module">
document.getElementById("n").textContent =
  JSON.parse(document.getElementById("data").textContent).opinions.length;
performance.mark("dxreview-ready")</script>"""
FILTERS = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const timed = async (act) => {
    const start = performance.now(); act(); document.body.offsetHeight;
    const took = performance.now() - start; await frame(); await frame(); return took;
  };
  const input = document.getElementById("dxr-search"), filter = [], drill = [];
  for (let i = 0; i < 21; i += 1) filter.push(await timed(() => {
    input.value = ["データ", "窓口 住民", "人材", "ＤＸ -体制", ""][i % 5];
    input.dispatchEvent(new Event("input"));
  }));
  for (let i = 0; i < 21; i += 1) drill.push(await timed(() => {
    const cells = document.querySelectorAll(".dxr-matrix tbody .dxr-count");
    cells[(7 * i) % cells.length].click();
  }));
  return [filter, drill];
}"""


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        rows = [*_voila(browser, Path(name)), *_static(browser, Path(name))]
        browser.close()
        return rows


def _row(name: str, value: float, unit: str, bound: float | None = None) -> dict[str, Any]:
    ok = None if bound is None else value <= bound
    return {"name": name, "value": value, "unit": unit, "bound": bound, "ok": ok}


def _voila(browser: Any, folder: Path) -> Iterator[dict[str, Any]]:
    shot = pages.snapshot(folder / "snapshot", pages.page(300, meetings=6))
    label = folder / "label.ipynb"
    cells = [nbformat.v4.new_code_cell(LABEL)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), label)
    preheat = "--VoilaConfiguration.preheat_kernel=True"
    with _host(label) as url:
        plain = _median(lambda: _until(browser, url, "text=the one label"))
    with _host(label, preheat) as url:
        heated = _median(lambda: _until(browser, url, "text=the one label", pause=4))
    dashboard = ROOT / "notebooks" / "dashboard.ipynb"
    with _host(dashboard, DXREVIEW_SNAPSHOT=str(shot)) as url:
        first = _until(browser, url, ".dxr-matrix")
        ours = _median(lambda: _until(browser, url, ".dxr-matrix"))
        sent = _sent(browser, url)
        at_once = _median(lambda: _visitors(url, 20))
        one = _median(lambda: _visitors(url, 1))
        kernels = _kernels()
    yield _row("300 opinions through Voila, first visitor, to a label", first / plain, "x", 1.5)
    yield _row("300 opinions through Voila, to a preheated label", ours / heated, "x", 1.3)
    yield _row("  that label, preheated", heated, "s")
    yield _row("  300 opinions, on screen", ours, "s")
    yield _row("sent on a first visit", sent[0] / 1e6, "MB", 4)
    yield _row("sent on a second visit", sent[1] / 1e6, "MB", 0.5)
    yield _row("20 visitors at once, to 20 one by one on each core",
               at_once / (20 * one / (os.cpu_count() or 1)), "x", 1.3)  # fmt: skip
    yield _row("kernels left after 20 visitors (80 MB each)", kernels, "", 0)


def _static(browser: Any, folder: Path) -> Iterator[dict[str, Any]]:
    real = ROOT / "data" / "published" / "2020-11" / "page.json"
    sizes = {"first minutes": json.loads(real.read_text(encoding="utf-8"))}
    sizes["10,000 opinions"] = pages.page(10_000, meetings=200)
    for name, data in sizes.items():
        text = json.dumps(data, ensure_ascii=False)
        page, bare = folder / "page.html", folder / "bare.html"
        page.write_text(index_html("page", text), encoding="utf-8")
        bare.write_text(BARE % text.replace("<", "\\u003c"), encoding="utf-8")
        # In turns, so that whatever else the machine does falls on both.
        turns = [(_ready(browser, page), _ready(browser, bare)) for _ in range(2 * ROUNDS)]
        ours, base = map(statistics.median, zip(*turns, strict=True))
        filters, drills = _latency(browser, page)
        yield _row(f"index.html, {name}, to a bare page", ours / base, "x", 3)
        yield _row(f"  index.html, {name}, usable", ours, "ms")
        yield _row(f"filter, {name}, median", statistics.median(filters), "ms", 33)
        yield _row(f"drill-down, {name}, median", statistics.median(drills), "ms", 33)
        more = (page.stat().st_size - len(text.encode())) / 1e6
        yield _row(f"index.html larger than its data, {name}", more, "MB", 1)


def _median(measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(ROUNDS))


@contextlib.contextmanager
def _host(notebook: Path, *options: str, **env: str) -> Iterator[str]:
    command = [sys.executable, "-m", "dxreview.host", str(notebook), "--no-browser", *options]
    with _served(command, "login", **env) as base:
        yield base


@contextlib.contextmanager
def _served(command: list[str], probe: str, **env: str) -> Iterator[str]:
    """A server's address, once it answers at ``probe``."""
    port = free_port(None, first=9700)
    env = {**os.environ, "PYTHONPATH": str(ROOT), **env}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    server = subprocess.Popen(
        [*command, f"--port={port}"],
        **{"env": env, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL},
    )
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                _get(f"http://127.0.0.1:{port}/{probe}")
                break
            time.sleep(0.1)
        time.sleep(3)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(30)


def _get(url: str) -> int:
    server = http.client.HTTPConnection(url.split("/")[2], timeout=60)
    server.request("GET", "/" + url.split("/", 3)[3], headers={"Accept-Encoding": "gzip"})
    answer = server.getresponse()
    size = len(answer.read())
    server.close()
    return size


def _until(browser: Any, url: str, *selectors: str, pause: float = 0) -> float:
    """Seconds until a fresh context shows all ``selectors``; a pool of kernels fills in
    ``pause``."""
    time.sleep(pause)
    context = browser.new_context()
    tab = context.new_page()
    start = time.perf_counter()
    tab.goto(url, wait_until="commit")
    for selector in selectors:
        tab.wait_for_selector(selector, timeout=60_000)
    took = time.perf_counter() - start
    context.close()
    return took


def _ready(browser: Any, file: Path) -> float:
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(file.as_uri())
    took = tab.evaluate(READY)
    context.close()
    return float(took)


def _latency(browser: Any, file: Path) -> tuple[list[float], list[float]]:
    tab = browser.new_page()
    tab.goto(file.as_uri())
    filters, drills = tab.evaluate(FILTERS)
    tab.close()
    return filters, drills


def _sent(browser: Any, url: str) -> list[float]:
    """Bytes over the wire on a first and on a second visit with the same cache."""
    context = browser.new_context()
    totals = []
    for _ in range(2):
        tab = context.new_page()
        wire, seen = context.new_cdp_session(tab), []
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", lambda event, seen=seen: seen.append(event))
        tab.goto(url)
        tab.wait_for_selector(".dxr-matrix")
        totals.append(sum(event["encodedDataLength"] for event in seen))
        tab.close()
    context.close()
    return totals


def _visitors(url: str, n: int) -> float:
    start = time.perf_counter()
    with ThreadPoolExecutor(n) as pool:
        sizes = list(pool.map(_get, [url] * n))
    assert min(sizes) > 10_000
    return time.perf_counter() - start


def _kernels() -> int:
    """Kernels that this process's servers have running."""
    return sum("ipykernel_launcher" in command for _, command in _descendants())


def _descendants() -> list[tuple[int, str]]:
    """Kilobytes in memory and command of every process below this one."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,rss,args"], capture_output=True, text=True)
    children: dict[str, list[list[str]]] = {}
    for row in (line.split(None, 3) for line in listed.stdout.splitlines()[1:]):
        children.setdefault(row[1], []).append(row)
    found, queue = [], [str(os.getpid())]
    while queue:
        for pid, _, size, *command in children.get(queue.pop(), []):
            found.append((int(size), "".join(command)))
            queue.append(pid)
    return found
