"""The examples in docstrings are true."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from .conftest import ROOT


def _with_examples() -> list[str]:
    files = sorted((ROOT / "dxreview").rglob("*.py"))
    return [_name(path) for path in files if ">>> " in path.read_text(encoding="utf-8")]


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("name", _with_examples())
def test_examples(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
