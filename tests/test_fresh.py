"""A machine that has nothing of ours: the environment that Binder builds, from its very files.

postBuild installs the folder as a wheel, so this is also what `pip install` of the wheel gives.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import ROOT

pytestmark = pytest.mark.slow
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("PYTHON", "JUPYTER", "DXREVIEW"))
}


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new virtual environment, made from the files in binder/ as Binder makes its own."""
    place = tmp_path_factory.mktemp("fresh")
    run([sys.executable, "-m", "venv", place])
    python = program(place, "python")
    run([python, "-m", "pip", "install", "-q", "-r", ROOT / "binder/requirements.txt"])
    path = f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}"
    run([ROOT / "binder/postBuild"], cwd=ROOT, PATH=path, JUPYTER_CONFIG_DIR=str(place / "config"))
    return place


def program(place: Path, name: str) -> str:
    return str(place / "bin" / name)


def run(command: list[object], *, cwd: Path | None = None, **surroundings: str) -> str:
    words, env = [str(word) for word in command], {**CLEAN, **surroundings}
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_the_wheel_gives_the_example_without_git(fresh: Path, tmp_path: Path) -> None:
    dxreview = program(fresh, "dxreview")
    run([dxreview, "init", "--example", tmp_path / "new"])
    made = tmp_path / "new"
    for name in ("notebooks", "data/roadmaps", "data/minutes", "data/reviews", "data/published"):
        for path in filter(Path.is_file, (ROOT / name).rglob("[!.]*.*")):
            copy = made / Path(name).name / path.relative_to(ROOT / name)
            assert copy.read_bytes() == path.read_bytes()
    assert (made / "datapackage.json").is_file()
    said = json.loads(run([dxreview, "load", "--json"], cwd=made))
    kinds = [opinion["kind"] for opinion in said["meetings"][0]["opinions"]]
    assert kinds.count("opinion") == 8
    run([dxreview, "publish", "-o", made / "published" / "mine"], cwd=made)
    run([dxreview, "verify", made / "published" / "mine"])


@pytest.fixture(scope="module")
def binder(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server as Binder starts it: at the root of the repository, with Voila as an extension."""
    root = tmp_path_factory.mktemp("binder")
    for name in ("notebooks", "data", "voila.json"):
        _copy(ROOT / name, root / name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        program(fresh, "jupyter"),
        "notebook",
        "--no-browser",
        "--allow-root",
        "--ServerApp.token=",
    ]
    address = f"http://127.0.0.1:{port}/"
    where = [f"--ServerApp.port={port}", "--ServerApp.ip=127.0.0.1"]
    with (root / "log").open("w") as log:
        env = {**CLEAN, "JUPYTER_CONFIG_DIR": str(fresh / "config")}
        server = subprocess.Popen([*command, *where], cwd=root, env=env, stderr=log)
    try:
        yield _answering(address)
    finally:
        server.terminate()
        server.wait()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        ignored = shutil.ignore_patterns("review.db*", "backups", ".*")
        shutil.copytree(source, target, ignore=ignored)
    elif source.exists():
        shutil.copy(source, target)


def _answering(address: str) -> str:
    for _ in range(300):
        try:
            urllib.request.urlopen(address + "api", timeout=5).close()
            return address
        except OSError:
            time.sleep(0.1)
    raise AssertionError("JupyterLab did not start")


def _badges() -> list[str]:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    return [part.split(")")[0].replace("%2F", "/") for part in page.split("?urlpath=")[1:]]


@pytest.mark.parametrize("path", _badges())
def test_what_a_badge_opens_answers(binder: str, path: str) -> None:
    page = _get(binder + path)
    assert "<html" in page
    if path.startswith("voila"):
        assert 'lang="ja"' in page
        assert not re.findall(r'(?:src|href)="https?://[^"]*', page)
    notebook = json.loads(_get(binder + "api/contents/" + path[path.index("notebooks") :]))
    assert notebook["type"] == "notebook"


def _get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return str(answer.read().decode())


def test_repo2docker_sees_the_files_of_binder() -> None:
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", ROOT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    plan = done.stdout + done.stderr
    assert done.returncode == 0, plan[-2000:]
    assert "python=3.11" in plan
    assert 'pip install --no-cache-dir -r "binder/requirements.txt"' in plan
    assert "RUN ./binder/postBuild" in plan
