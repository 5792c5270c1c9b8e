"""Every notebook runs from top to bottom, on a folder as `dxreview init --example` makes it."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from dxreview.project import init

from .conftest import ROOT

NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return init(tmp_path_factory.mktemp("project") / "example", example=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DXREVIEW_DATA", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    book = nbformat.read(folder / "notebooks" / name, as_version=4)
    where = {"metadata": {"path": str(folder / "notebooks")}}
    NotebookClient(book, timeout=120, kernel_name="python3", resources=where).execute()
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert any(cell.outputs for cell in code), f"{name} shows nothing"
    said = [
        out.get("text", "") for cell in code for out in cell.outputs if out.get("name") == "stderr"
    ]
    assert not said
