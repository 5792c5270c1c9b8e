"""From thirty opinions to a published settlement, by two reviewers and a lead in JupyterLab."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dxreview.store import Store

from .browser import jupyterlab, project, run_notebook
from .conftest import ROOT
from .test_review_browser import WCAG, begin, open_review, press, saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("together")
    lines = [f"見本の意見その{n}。窓口の待ち時間を{n}分短くすべき。" for n in range(1, 31)]
    project(root, *lines, title="見本", roadmaps=["soumu-steps", "dx-maturity"], lead="山本")
    return root


@pytest.fixture(scope="module")
def lab(root: Path) -> Iterator[str]:
    with jupyterlab(root) as address:
        yield address


def dxreview(*words: str | Path) -> None:
    command = [sys.executable, "-m", "dxreview", *map(str, words)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def marked(page: Any, kind: str) -> None:
    """The first row that the list shows carries this mark."""
    page.wait_for_selector(f".dx-rowbutton .dx-mark-{kind}")


def tags_of(root: Path, reviewer: str) -> set[tuple[str, str]]:
    tags = _store(root / "data").tags()
    mine = tags[tags["reviewer"] == reviewer]
    return set(zip(mine["opinion_id"], mine["stage"], strict=True))


def test_thirty_opinions_by_keys_then_agreed_and_published(
    chromium: Any, lab: str, root: Path, tmp_path: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    first = open_review(chromium, lab, "佐藤")
    for _ in range(30):
        press(first, "0", "j")
    saved(first)
    press(first, "z", "z")
    saved(first)
    first.wait_for_function("() => document.querySelector('progress')?.value === 28")
    first.click("[data-k=bulk]")
    first.select_option("[data-k=bulk_stage]", "step3")
    first.click("[data-k=bulk-look]")
    first.click("[data-k=bulk-do]")
    saved(first)
    first.wait_for_function("() => document.querySelector('progress')?.value === 30")
    whole = tags_of(root, "佐藤")
    assert len(whole) == 58

    first.evaluate(
        "() => { window.jupyterapp.shell.currentWidget.sessionContext.restartKernel(); }"
    )
    first.wait_for_selector(".dx-banner:not(:empty)", timeout=20_000)
    run_notebook(first, lab.format("notebooks/review.ipynb"))
    begin(first, "佐藤")
    first.wait_for_function("() => document.querySelector('progress')?.value === 30")
    assert tags_of(root, "佐藤") == whole

    second = open_review(chromium, lab, "鈴木")
    second.wait_for_selector(".dx-others >> text=佐藤")
    press(second, "1", "j", "n")
    saved(second)
    first.context.close()
    second.context.close()

    _handed_over(root, tmp_path)

    lead = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    lead.set_default_timeout(30_000)
    # JupyterLab would open the review notebook again, and run that one: reset its layout.
    run_notebook(lead, lab.format("notebooks/agree.ipynb") + "&reset")
    begin(lead, "山本")
    marked(lead, "disagreed")
    for summary in lead.locator(".dx summary").all():
        summary.click()
    assert not Axe().run(lead, context=".dx", options=WCAG).response["violations"]
    opinion = lead.locator(".dx-rowbutton").first.get_attribute("data-k").removeprefix("row-")
    lead.click("[data-k=stage-step1]")
    lead.fill("[data-k=reason]", "計画の順番を述べているため")
    lead.click("[data-k=settle]")
    saved(lead)
    lead.context.close()

    dxreview("publish", "--data", root / "data", "-o", tmp_path / "out")
    page = json.loads((tmp_path / "out" / "page.json").read_text(encoding="utf-8"))
    [row] = [row for row in page["opinions"] if row["id"] == opinion]
    assert row["status"]["soumu-steps"] == "settled"
    assert row["tags"]["soumu-steps"] == ["step1"]
    dxreview("verify", tmp_path / "out")


def _handed_over(root: Path, elsewhere: Path) -> None:
    """Both reviewers' files, taken in by an empty project, give the same tags there."""
    dxreview("export", "jsonl", "-o", elsewhere / "files", "--data", root / "data")
    dxreview("init", elsewhere / "other")
    files = sorted((elsewhere / "files").glob("*.jsonl"))
    assert [file.stem for file in files] == ["佐藤", "鈴木"]
    dxreview("merge", *files, "--data", elsewhere / "other")
    assert _store(elsewhere / "other").tags().equals(_store(root / "data").tags())


def _store(folder: Path) -> Store:
    return Store(f"sqlite:///{folder / 'review.db'}")
