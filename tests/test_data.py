"""The data that ship: each file with its source, its terms and its hash; the snapshot unchanged."""

import hashlib
import json
import subprocess

import pytest

from .conftest import ROOT

DATA = ROOT / "data"
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {entry["path"]: entry for entry in PACKAGE["resources"]}


def test_every_data_file_is_described() -> None:
    command = ["git", "ls-files", "-z", "minutes", "roadmaps", "reviews"]
    listed = subprocess.run(command, cwd=DATA, capture_output=True, text=True, check=True).stdout
    assert set(listed.split("\0")) - {""} == set(RESOURCES), "run .ci/datapackage"
    assert all(entry["licenses"] for entry in RESOURCES.values())


@pytest.mark.parametrize("path", sorted(RESOURCES))
def test_a_data_file_is_the_one_that_was_described(path: str) -> None:
    data = (DATA / path).read_bytes()
    assert RESOURCES[path]["bytes"] == len(data)
    digest = hashlib.sha256(data).hexdigest()
    assert RESOURCES[path]["hash"] == f"sha256:{digest}", "run .ci/datapackage"


def test_the_page_about_the_data_names_each_kind_and_the_minutes() -> None:
    page = (DATA / "README.md").read_text(encoding="utf-8")
    for path, entry in RESOURCES.items():
        folder, name = path.split("/")
        assert name in page or f"{folder}/*" in page
        assert entry["title"].replace("_", "") in page or folder != "minutes"
