"""The project folder: what project.toml may say, where it is found, how a new one is made."""

import errno
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from dxreview.cli import main
from dxreview.project import Project, find, init
from dxreview.records import DxError, file_error
from dxreview.serve import free_port
from dxreview.snapshot import load_page, publish

from .conftest import ROOT


def test_the_bundled_project_reads_as_written() -> None:
    project = Project.open(ROOT / "data")
    assert project.roadmap_ids[0] == "soumu-steps"
    assert project.store_url.endswith("data/review.db")
    assert project.notebooks == ROOT / "notebooks"


def test_a_folder_without_settings_has_the_defaults(tmp_path: Path) -> None:
    project = Project.open(tmp_path)
    assert (project.title, project.lead, project.blind) == (tmp_path.name, "", False)
    assert project.roadmaps == ROOT / "data" / "roadmaps"


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("blind = 'yes'", "blind"),
        ("roadmaps = [1]", "roadmaps"),
        ("titel = 'x'", "titel"),
        ("title = ", "project.toml"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_accepted(
    tmp_path: Path, said: str, word: str
) -> None:
    (tmp_path / "project.toml").write_text(said, encoding="utf-8")
    with pytest.raises(DxError) as error:
        Project.open(tmp_path)
    for lang in ("ja", "en"):
        assert word in error.value.sentence(lang)
        assert str(tmp_path / "project.toml") in error.value.sentence(lang)


def test_a_notebook_finds_its_project_beside_or_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DXREVIEW_DATA", raising=False)
    place = init(tmp_path / "ours")
    for folder, project in ((ROOT, ROOT / "data"), (place, place)):
        monkeypatch.chdir(folder / "notebooks")
        assert find() == project
    monkeypatch.setenv("DXREVIEW_DATA", str(tmp_path))
    assert find() == tmp_path


def test_a_project_named_by_the_surroundings_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DXREVIEW_DATA", str(tmp_path / "gone"))
    assert main(["load"]) == 1
    assert str(tmp_path / "gone") in capsys.readouterr().err


def test_init_makes_a_folder_that_opens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path / "町の会議")]) == 0
    assert "町の会議" in capsys.readouterr().out
    project = Project.open(tmp_path / "町の会議")
    assert project.title == "町の会議"
    assert project.notebooks == project.dir / "notebooks"
    assert not list(project.minutes.iterdir())


def test_a_folder_may_be_called_anything(tmp_path: Path) -> None:
    name = '町の"会議" \\ 第１回\n' if os.name != "nt" else "町の会議"
    assert Project.open(init(tmp_path / name)).title == name


def test_init_with_the_example_brings_the_first_minutes(
    tmp_path: Path, first_minutes: Path
) -> None:
    project = Project.open(init(tmp_path / "new", example=True))
    assert (project.minutes / first_minutes.name).read_bytes() == first_minutes.read_bytes()
    shipped = load_page(project.published / "2020-11")
    assert load_page(publish(project.dir))["credits"] == shipped["credits"]


def test_a_roadmap_named_twice_is_used_once(tmp_path: Path) -> None:
    (tmp_path / "project.toml").write_text('roadmaps = ["b", "a", "b"]')
    assert Project.open(tmp_path).roadmap_ids == ("b", "a")


def test_without_a_project_anywhere_the_sentence_says_where_it_was_sought(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["publish"]) == 1
    said = capsys.readouterr().err
    assert str(tmp_path) in said
    assert "--data" in said


def test_init_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("x")
    assert main(["init", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_place_that_cannot_be_written_is_said_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")
    assert main(["init", str(tmp_path / "file" / "new")]) == 1
    said = capsys.readouterr().err
    assert str(tmp_path / "file") in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("code", [errno.EACCES, errno.EISDIR, errno.ENOSPC, errno.ENOENT])
def test_what_the_system_refuses_is_said_in_the_readers_language(code: int) -> None:
    said = file_error(OSError(code, os.strerror(code)), "議事録.txt")
    assert os.strerror(code) not in said.sentence("ja")
    assert "議事録.txt" in said.sentence("ja")


def test_a_reader_who_has_seen_enough_is_no_error(first_minutes: Path) -> None:
    command = f"{sys.executable} -m dxreview load --json {first_minutes} | head -c 10"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_japanese_can_be_said_under_any_locale(first_minutes: Path) -> None:
    surroundings = {**os.environ, "PYTHONIOENCODING": "ascii", "DXREVIEW_LANG": "ja"}
    command = [sys.executable, "-m", "dxreview", "load", str(first_minutes)]
    said = subprocess.run(command, env=surroundings, capture_output=True, check=True).stdout
    assert "意見" in said.decode("utf-8")


@pytest.mark.slow
def test_jupyterlab_ends_with_the_command_that_started_it(tmp_path: Path) -> None:
    folder = init(tmp_path / "new")
    command = [sys.executable, "-m", "dxreview", "lab", "--no-browser", "--data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as lab:
        assert lab.stdout is not None
        port = int(lab.stdout.readline().split(b"127.0.0.1:")[1].split(b"/")[0])
        lab.terminate()
    assert lab.returncode == 0
    assert free_port(port, first=port) == port


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs the signals of Unix")
@pytest.mark.parametrize("kept", [False, True])
def test_a_dashboard_ends_with_its_terminal_unless_nohup_keeps_it(
    tmp_path: Path, kept: bool
) -> None:
    folder = init(tmp_path / "new", example=True)
    command = [sys.executable, "-m", "dxreview", "dashboard", "--no-browser", "--data", str(folder)]
    started = ["nohup", *command] if kept else command
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    # The tests themselves may run below nohup, whose children do not hear of the terminal's end.
    with subprocess.Popen(started, preexec_fn=_hears_of_its_terminal, **quiet) as server:
        try:
            assert server.stdout is not None
            address = re.search("http:[^ ]+", server.stdout.readline().decode().strip())
            assert address
            server.send_signal(signal.SIGHUP)
            if kept:
                time.sleep(1)
                with urllib.request.urlopen(address[0]) as page:
                    assert page.status == 200
                server.terminate()
            assert server.wait(20) == 0
        finally:
            server.kill()


def _hears_of_its_terminal() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "次の引数が必要です: COMMAND"),
        ("lod", "'lod' は選べません（選べるのは 'init', 'load'"),
        ("load --x", "知らない引数があります: --x"),
        ("export csv -o", "引数 -o: 値が 1 つ必要です"),
        ("load --json=3", "引数 --json: 値 '3' は付けられません"),
        ("lab --port 0", "引数 --port: 0 は使えません"),
    ],
)
def test_a_wrong_command_line_is_told_in_the_users_language(
    line: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for lang, head in (("ja", "使い方: dxreview"), ("en", "usage: dxreview")):
        monkeypatch.setenv("DXREVIEW_LANG", lang)
        with pytest.raises(SystemExit) as ended:
            main(line.split())
        told = capsys.readouterr().err
        assert (ended.value.code, told.startswith(head)) == (2, True)
        assert (said in told) == (lang == "ja"), told
        assert bool(re.search("[ぁ-ん]", told)) == (lang == "ja"), told


def test_a_store_named_by_the_project_is_the_same_file_from_every_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = init(tmp_path / "new")
    (project / "project.toml").write_text('store = "sqlite:///team.db"')
    monkeypatch.chdir(tmp_path)
    named = [Project.open("new").store_url]
    monkeypatch.chdir(project / "notebooks")
    named.append(Project.open("..").store_url)
    assert {Path(url.removeprefix("sqlite:///")).resolve() for url in named} == {
        project / "team.db"
    }
    (project / "project.toml").write_text('store = "postgresql+psycopg://team/reviews"')
    assert Project.open(project).store_url == "postgresql+psycopg://team/reviews"


@pytest.mark.parametrize("by", ["option", "environment"])
def test_a_store_named_at_the_command_line_is_the_one_that_its_notebooks_open(
    by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dxreview.host._voila", lambda *_, **__: None)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    init(tmp_path / "new")
    monkeypatch.chdir(tmp_path)
    if by == "environment":
        monkeypatch.setenv("DXREVIEW_STORE", "sqlite:///mine.db")
    option = ["--store", "sqlite:///mine.db"] if by == "option" else []
    assert main(["review", "--data", "new", *option]) == 0
    assert (tmp_path / "mine.db").exists()
    monkeypatch.chdir(tmp_path / "new" / "notebooks")
    assert Project.open().store_url == f"sqlite:///{(tmp_path / 'mine.db').as_posix()}"
