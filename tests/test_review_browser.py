"""The review notebook in a real JupyterLab: only a browser shows keys, focus, a dead kernel."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dxreview.store import Store

from .browser import jupyterlab, run_notebook
from .conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lab")
    for name in ("minutes", "roadmaps"):
        shutil.copytree(ROOT / "data" / name, root / "data" / name)
    shutil.copy(ROOT / "data" / "project.toml", root / "data")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    return root


@pytest.fixture(scope="module")
def lab(project: Path) -> Iterator[str]:
    with jupyterlab(project) as address:
        yield address


def open_review(chromium: Any, lab: str, who: str) -> Any:
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(30_000)
    run_notebook(page, lab.format("notebooks/review.ipynb"))
    begin(page, who)
    return page


def begin(page: Any, who: str) -> None:
    page.locator("#dx-name").fill(who)
    page.keyboard.press("Enter")
    page.wait_for_selector(".dx-card blockquote")


def saved(page: Any) -> None:
    page.wait_for_selector(".dx-is-saved:not(:empty)")


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def marks(page: Any) -> list[str]:
    return page.eval_on_selector_all(".dx-rowbutton .dx-mark", "all => all.map(e => e.className)")


def test_a_reviewer_tags_by_keys_and_finds_everything_after_a_restart(
    chromium: Any, lab: str, project: Path
) -> None:
    page = open_review(chromium, lab, "佐藤")
    cells = page.locator(".jp-Cell").count()
    for _ in range(8):
        press(page, "0", "2", "x", "d", "d", "j")
    saved(page)
    assert page.locator(".jp-Cell").count() == cells, "a key reached JupyterLab's shortcuts"
    press(page, "z", "z")
    saved(page)
    page.wait_for_function("document.querySelectorAll('.dx-mark-tagged').length === 7")
    press(page, "u", "n")
    saved(page)
    page.click("[data-k=bulk]")
    page.select_option("[data-k=bulk_stage]", "step3")
    page.click("[data-k=bulk-look]")
    page.click("[data-k=bulk-do]")
    saved(page)
    page.wait_for_function("document.querySelectorAll('.dx-mark-tagged').length === 10")
    page.click("[data-k=undo]")
    saved(page)
    page.wait_for_function("document.querySelectorAll('.dx-mark-tagged').length === 7")
    before = sorted(marks(page))
    page.evaluate("() => { window.jupyterapp.shell.currentWidget.sessionContext.restartKernel(); }")
    page.wait_for_selector(".dx-banner:has-text('セルをもう一度')", timeout=20_000)
    run_notebook(page, lab.format("notebooks/review.ipynb"))
    begin(page, "佐藤")
    page.wait_for_function("document.querySelectorAll('.dx-mark-tagged').length === 7")
    assert sorted(marks(page)) == before
    page.context.close()


def test_another_reviewers_tag_shows_by_itself(chromium: Any, lab: str, project: Path) -> None:
    page = open_review(chromium, lab, "鈴木")
    store = Store(f"sqlite:///{project / 'data' / 'review.db'}")
    opinion = page.locator(".dx-rowbutton").first.get_attribute("data-k").removeprefix("row-")
    store.tag(opinion, "soumu-steps", "step3", reviewer="田中")
    page.wait_for_selector(".dx-others >> text=田中", timeout=6_000)  # a poll is 1.5 s
    page.context.close()


def test_what_was_not_sent_is_kept_and_sent_once(chromium: Any, lab: str, project: Path) -> None:
    page = open_review(chromium, lab, "高橋")
    page.evaluate("""() => {
      const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
      return kernel.shutdown();
    }""")
    press(page, "1")
    page.wait_for_selector(".dx-banner:has-text('1')", timeout=20_000)
    assert "step1" not in {tag.stage for tag in _tags(project, "高橋")}
    run_notebook(page, lab.format("notebooks/review.ipynb"))
    begin(page, "高橋")
    saved(page)
    assert [tag.stage for tag in _tags(project, "高橋")] == ["step1"]
    page.reload()
    page.wait_for_selector(".jp-NotebookPanel")
    assert [tag.stage for tag in _tags(project, "高橋")] == ["step1"]
    page.context.close()


def _tags(project: Path, reviewer: str) -> list[Any]:
    tags = Store(f"sqlite:///{project / 'data' / 'review.db'}").tags()
    return list(tags[tags["reviewer"] == reviewer].itertuples())


def test_axe_finds_nothing_and_both_languages_fit(chromium: Any, lab: str, tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_review(chromium, lab, "伊藤")
    for language in ("ja", "en"):
        for summary in page.locator(".dx summary").all():
            summary.click()
        press(page, "Escape")
        found = Axe().run(page, context=".dx", options=WCAG)
        hits = [(hit["id"], [node["html"][:120] for node in hit["nodes"]])
                for hit in found.response["violations"]]  # fmt: skip
        assert not hits, (language, hits)
        page.click("[data-k=lang]")
        page.wait_for_timeout(300)
    page.set_viewport_size({"width": 768, "height": 900})
    page.wait_for_timeout(300)
    assert page.evaluate("() => { const e = document.querySelector('.dx'); "
                         "return e.scrollWidth <= e.clientWidth; }")  # fmt: skip
    page.context.close()


WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
