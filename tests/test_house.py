"""Rules of the house: what a reader of the repository may rely on."""

import ast
import json
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

import dxreview
from dxreview.cli import parser
from dxreview.messages import LANGUAGES, language, table

from .conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TOP_LEVEL = re.compile(
    r"pyproject\.toml|notebooks|dxreview|data|tests|binder|README(\.ja)?\.md|LICENSE|CHANGELOG\.md"
    r"|CONTRIBUTING\.md|ARCHITECTURE\.md|SECURITY\.md|Makefile|voila\.json|\..*"
)
# Written so that the rule does not break itself.
HOSTS = r"p[y]pi\.org|p[y]thonhosted|registry\.n[p]m|deb\.d[e]bian|archive\.u[b]untu"
MACHINE_PATHS = r"(^|[^A-Za-z0-9_.])/(w[o]rk|h[o]me/[a-z]|r[o]ot|U[s]ers)/"


@cache
def tracked() -> list[Path]:
    """The files of the repository, as git knows them."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@cache
def source(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def library() -> list[Path]:
    return sorted((ROOT / "dxreview").rglob("*.py"))


# --- messages ---


def _sentences(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, child in node.items():
            yield from _sentences(child, f"{path}.{name}" if path else name)
    else:
        yield path, node


def _facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_sentence_exists_in_both_languages_with_the_same_facts() -> None:
    ja, en = (
        {key: _facts(sentence) for key, sentence in _sentences(table(lang))} for lang in LANGUAGES
    )
    assert ja == en


def _said(path: Path) -> Iterator[tuple[str, set[str] | None]]:
    """The literal keys of say() and of errors, with the facts given (None: not to be seen)."""
    for node in ast.walk(source(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        key = node.args[0]
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            continue
        given = {word.arg for word in node.keywords}
        facts = None if None in given else {name for name in given if name and name != "lang"}
        if node.func.id == "say":
            yield key.value, facts
        elif node.func.id.endswith("Error") and "." in key.value:
            yield f"errors.{key.value}", facts


@pytest.mark.parametrize("path", library(), ids=lambda path: path.name)
def test_every_sentence_that_is_said_exists_and_gets_its_facts(path: Path) -> None:
    known = dict(_sentences(table("ja")))
    for key, facts in _said(path):
        assert key in known, f"{path.name} says {key}"
        assert facts is None or _facts(known[key]) <= facts, f"{path.name} says {key}"


@pytest.mark.parametrize(
    ("surroundings", "spoken"),
    [
        ({}, "ja"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "DXREVIEW_LANG": "ja"}, "ja"),
    ],
)
def test_the_language_is_that_of_the_surroundings(monkeypatch, surroundings, spoken) -> None:
    for name in ("DXREVIEW_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    assert language() == spoken


# --- the library ---


def test_importing_the_library_loads_nothing_heavy() -> None:
    code = "import sys, dxreview; print({'pandas', 'plotly', 'ipywidgets'} & set(sys.modules))"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "set()"


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_grows_into_two_rooms() -> None:
    assert {path.name: _lines(path) for path in library() if _lines(path) > 450} == {}


def test_the_architecture_page_names_every_room() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {path.stem for path in (ROOT / "dxreview").iterdir() if not path.name.startswith("_")}
    missing = {room for room in rooms - {"py"} if not re.search(rf"\b{room}\b", page)}
    assert not missing


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_the_readme_names_every_command_and_every_public_name_it_uses(name: str) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    (commands,) = (action for action in parser()._actions if action.choices)
    assert commands.choices
    for command, made in commands.choices.items():
        assert f"`dxreview {command}" in page, command
        for action in made._actions:
            for option in action.option_strings:
                assert option in page or option in ("-h", "--help"), f"{command} {option}"
    for target in re.findall(r"^([a-z]+)(?: [a-z]+)*:", _makefile(), re.M):
        assert target in ("lab", "pins", "snapshot", "clean") or f"make {target}" in page, target
    assert set(re.findall(r"\bdx\.(\w+)", page)) <= set(dxreview.__all__)


def _makefile() -> str:
    return (ROOT / "Makefile").read_text(encoding="utf-8")


# --- the notebooks ---


def _cells(path: Path, kind: str) -> list[dict[str, Any]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == kind]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_thin(path: Path) -> None:
    for cell in _cells(path, "code"):
        text = "".join(cell["source"])
        assert cell["outputs"] == []
        assert len(text.splitlines()) <= 8
        for node in ast.walk(ast.parse(text)):
            assert not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            assert not isinstance(node, ast.ImportFrom)
            if isinstance(node, ast.Import):
                assert [name.name for name in node.names] == ["dxreview"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_in_two_languages_what_it_is(path: Path) -> None:
    book = json.loads(path.read_text(encoding="utf-8"))
    assert book["metadata"]["title"]
    if path.stem == "dashboard":  # a page of its own, not a notebook to read
        return
    opening = "".join(_cells(path, "markdown")[0]["source"])
    assert re.search("[ぁ-ん]", opening)
    assert re.search("[A-Za-z]{3} [a-z]{2}", opening)


# --- the files ---


def test_the_top_level_is_the_agreed_one() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert not {name for name in names if not TOP_LEVEL.fullmatch(name)}


def test_no_file_names_a_package_host_or_a_path_of_one_machine() -> None:
    wrong = re.compile(f"{HOSTS}|{MACHINE_PATHS}".encode(), re.M)
    binary = {".parquet", ".xlsx", ".pdf", ".docx", ".png"}
    found = [
        path.name
        for path in tracked()
        if path.suffix not in binary and wrong.search(path.read_bytes())
    ]
    assert not found


def _pins(name: str) -> set[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def test_the_tests_run_on_the_versions_that_are_shipped() -> None:
    shipped, tested = _pins("binder/requirements.txt"), _pins("tests/requirements.txt")
    assert shipped <= tested
    assert all("==" in pin and "://" not in pin for pin in tested)


def test_the_pins_answer_every_requirement() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    extras.pop("peer")  # not pinned: see pyproject.toml
    for name, wanted in (
        ("binder/requirements.txt", [*project["dependencies"], *extras["binder"]]),
        ("tests/requirements.txt", [entry for extra in extras.values() for entry in extra]),
    ):
        pinned = [Requirement(pin) for pin in _pins(name)]
        for need in map(Requirement, wanted):
            pins = [pin for pin in pinned if pin.name == need.name]
            versions = [str(pin.specifier).removeprefix("==") for pin in pins]
            assert need.name == "dxreview" or versions, f"{need}: run make pins"
            assert all(version in need.specifier for version in versions), f"{need}: run make pins"


def test_binder_builds_with_the_python_that_the_tests_run_on() -> None:
    runtime = (ROOT / "binder/runtime.txt").read_text().strip()
    floor = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text())
    assert floor is not None
    assert runtime == f"python-{floor[1]}"
