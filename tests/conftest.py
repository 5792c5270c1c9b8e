"""Fixtures shared by all tests."""

import os
from pathlib import Path

import pytest

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
