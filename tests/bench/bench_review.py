"""The review page in a real JupyterLab: a tag until 保存済み, twenty cards, a list of 10,000."""

import json
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from tests.browser import ARGUMENTS, chromium_path, jupyterlab, run_notebook

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("住民の目線で", "職員どうしで", "都道府県と", "ＤＸを手段として", "小さな町村でも")
ENDS = ("進めることが大切である。", "学び合う場が要る。", "工程を示してほしい。", "支えてほしい。")
HEAD = (
    "地域の情報化を考える会（第１回） 議事概要\n\n日時：令和４年５月17日（火）\n\n（意見交換）\n\n"
)
CODE = """
import anywidget, ipywidgets, traitlets
from dxreview.session import Session
from dxreview.widgets.review import Workbook
class Bare(anywidget.AnyWidget):
    _esm = '''export default { render({ model, el }) {
      for (const text of model.get("texts")) {
        const p = document.createElement("p"); p.className = "text"; p.textContent = text;
        el.append(p); } } };'''
    texts = traitlets.List().tag(sync=True)
session = Session.open("../data", reviewer="佐藤")
large = Session.open("../../10000/data", reviewer="佐藤")
texts = session.corpus.opinions["text"].tolist()[:20]
show = ipywidgets.Output()
def button(name, act):
    made = ipywidgets.Button(description="0")
    made.add_class(name)
    made.on_click(act)
    return made
def put(make):
    show.clear_output()
    with show:
        display(make())
display(button("plain", lambda b: setattr(b, "description", str(int(b.description) + 1))),
        button("clear", lambda _: show.clear_output()),
        button("bare", lambda _: put(lambda: Bare(texts=texts))),
        button("book", lambda _: put(lambda: Workbook(session))),
        button("large", lambda _: put(lambda: Workbook(large))), show)
"""
# The clock runs in the page: from the click or key until the page shows its end.
MEASURE = """() => new Promise((done) => {
  const at = document.querySelector("%s"), start = performance.now();
  const watch = new MutationObserver(() => {
    if (!(%s)) return;
    watch.disconnect();
    done(performance.now() - start); });
  watch.observe(document.body,
    { attributes: true, childList: true, subtree: true, characterData: true });
  setTimeout(() => done(NaN), 20000);
  %s
})"""
CLICK = "at.click();"
KEY = "at.dispatchEvent(new KeyboardEvent('keydown', { key: '1', bubbles: true }));"


def run() -> list[dict[str, Any]]:
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        return [_row("no Chromium on this machine", 0, "", None)]
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for size in (20, 10_000):
            _project(Path(name) / str(size), size)
        with jupyterlab(Path(name)) as address:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(60_000)
            run_notebook(page, address.format("20/notebooks/bench.ipynb"))
            page.wait_for_selector(".book")
            rows = [*_cards(page), *_tag(page), *_list(page)]
        browser.close()
    return rows


def _row(name: str, value: float, unit: str, bound: float | None) -> dict[str, Any]:
    ok = None if bound is None else value <= bound
    return {"name": name, "value": value, "unit": unit, "bound": bound, "ok": ok}


def _project(root: Path, opinions: int) -> None:
    dice = random.Random(opinions)
    said = (f"○{dice.choice(PARTS)}{dice.choice(ENDS)}その{i}。" for i in range(opinions))
    (root / "data" / "minutes").mkdir(parents=True)
    shutil.copytree(ROOT / "data" / "roadmaps", root / "data" / "roadmaps")
    (root / "data" / "minutes" / "kaigi-01.txt").write_text(
        HEAD + "\n\n".join(said) + "\n", "utf-8"
    )
    cell = {"cell_type": "code", "id": "bench", "metadata": {}, "outputs": [], "source": CODE}
    python = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    book = {"cells": [cell | {"execution_count": None}], "metadata": python, "nbformat": 4}
    (root / "notebooks").mkdir()
    path = root / "notebooks" / "bench.ipynb"
    path.write_text(json.dumps(book | {"nbformat_minor": 5}), "utf-8")


def _until(page: Any, at: str, end: str, act: str) -> float:
    return float(page.evaluate(MEASURE % (at, end, act)))


def _cards(page: Any) -> Iterator[dict[str, Any]]:
    """Twenty opinions on the page, against one bare anywidget with the same text."""
    found: dict[str, list[float]] = {"bare": [], "book": []}
    for _ in range(6):
        for name, text in (("bare", ".text"), ("book", ".dx-rowbutton")):
            page.click(".clear")
            page.wait_for_timeout(300)
            seen = 20 if name == "bare" else 12  # of the list, what its window holds
            end = f"document.querySelectorAll('{text}').length >= {seen}"
            found[name].append(_until(page, f".{name}", end, CLICK))
    bare, book = (median(times[1:]) for times in found.values())  # the first one warms up
    yield _row("one anywidget with twenty texts", bare, "ms", None)
    yield _row("the page of twenty opinions, list and card ÷ that", book / bare, "×", 2)


def _tag(page: Any) -> Iterator[dict[str, Any]]:
    """From the key to 保存済み, against an ipywidgets button that only counts its clicks."""
    clicks, tags = [], []
    page.wait_for_selector(".dx-card blockquote")
    for i in range(1, 16):
        counted = f"document.querySelector('.plain').textContent === '{i}'"
        clicks.append(_until(page, ".plain", counted, CLICK))
        saved = "document.querySelector('.dx-is-saved')?.textContent"
        tags.append(_until(page, ".dx-card", saved, KEY))
        page.wait_for_timeout(400)
    yield _row("a click on an empty ipywidgets button", median(clicks), "ms", None)
    yield _row("key to 保存済み ÷ that button", median(tags) / median(clicks), "×", 3)


def _list(page: Any) -> Iterator[dict[str, Any]]:
    page.click(".clear")
    page.wait_for_selector(".dx-rowbutton", state="detached")
    page.click(".large")
    page.wait_for_selector(".dx-rowbutton")
    jump = "document.querySelector('.dx-scroll').scrollTop = 420_000;"
    end = "document.querySelector('.dx-rows').textContent.includes('その5001')"
    time = _until(page, ".dx-scroll", end, jump)
    yield _row("a jump to the middle of 10,000 rows", time, "ms", None)
    yield _row("rows in the page then", page.locator(".dx-rowbutton").count(), "rows", 40)
