"""The set-up script on a machine that lacks things: one line each, and no half-made environment."""

import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import ROOT

FILES = (".ci/setup", "pyproject.toml", "binder/requirements.txt", "tests/requirements.txt")
TOOLS = ("sh", "cat", "cksum", "tr", "id", "dirname", "grep", "ls", "env")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A copy of the set-up's files beside a ``bin`` that holds hardly anything."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    return tmp_path


def setup(bare: Path, what: str) -> subprocess.CompletedProcess[str]:
    command = [bare / "bin/sh", bare / ".ci/setup", what]
    env = {"PATH": str(bare / "bin")}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_without_a_fit_python_it_says_so_and_makes_nothing(bare: Path) -> None:
    (bare / "bin/python3").write_text("#!/bin/sh\nexit 1\n")
    (bare / "bin/python3").chmod(0o755)
    done = setup(bare, "run")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "Python 3.11 or newer" in line
    assert not (bare / ".venv").exists()


def test_what_cannot_be_installed_is_named_with_the_tests_that_do_not_run(bare: Path) -> None:
    done = setup(bare, "system")
    assert done.returncode == 0
    said = done.stderr.splitlines()
    assert all("do not run" in line and "apt-get install" in line for line in said)
    assert any("Chromium" in line for line in said)
