"""Fixtures shared by all tests."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .browser import ARGUMENTS, chromium_path

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def first_minutes() -> Path:
    """The real first minutes, in the repository's data folder."""
    return ROOT / "data" / "minutes" / "soumu-dx-kentokai-01.txt"


@pytest.fixture(scope="session")
def truth_folder() -> Path:
    """Real documents kept outside the repository, with what was counted by reading them."""
    folder = Path(os.environ.get("DXREVIEW_TRUTH", ROOT.parent / "shared" / "minutes"))
    if not (folder / "truth.json").exists():
        pytest.skip(f"the documents counted by reading are not here ({folder.name}/truth.json)")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A Chromium started once; open a context of your own: ``chromium.new_context()``."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
