"""`dxreview merge` says what a lead would ask about what came from elsewhere."""

from pathlib import Path

import pytest

import dxreview as dx
from dxreview.cli import main
from dxreview.project import init


def handed_over(folder: Path, *acts: tuple[str, str]) -> list[str]:
    """Hand-over files of 佐藤: each act (settle or tag) on an opinion id."""
    store = dx.Store(":memory:")
    for action, opinion in acts:
        about = {"opinion_id": opinion, "roadmap": "soumu-steps", "stages": "step0"}
        store.act(action, "佐藤", **about, memo="原文による。")
    return [str(file) for file in store.export(folder)]


def test_events_on_opinions_that_are_not_here_are_told(tmp_path, capsys) -> None:
    project = init(tmp_path / "project", example=True)
    files = handed_over(tmp_path / "sent", ("tag", "another-meeting-01234567"))
    assert main(["merge", *files, "--data", str(project)]) == 0
    said = capsys.readouterr()
    held = sum(len(file.read_bytes().splitlines()) for file in (project / "reviews").iterdir())
    assert f" {held + 1} 件" in said.out
    assert "いまの議事録に見つからない意見 1 件" in said.err
    (project / "minutes" / "b.pdf").write_text("x")
    assert main(["merge", *files, "--data", str(project)]) == 0
    assert "b.pdf" in capsys.readouterr().err


def test_settlements_by_others_than_the_lead_are_told(tmp_path, capsys) -> None:
    project = init(tmp_path / "project", example=True)
    (project / "project.toml").write_text('lead = "鈴木"\n', encoding="utf-8")
    opinion = dx.load(project / "minutes").opinions["opinion_id"][3]
    (file,) = handed_over(tmp_path / "sent", ("settle", opinion))
    # A name that would steer the terminal does not.
    Path(file).write_text(Path(file).read_text("utf-8").replace("佐藤", r"佐藤\u001b[31m"), "utf-8")
    assert main(["merge", file, "--data", str(project)]) == 0
    said = capsys.readouterr().err
    assert "佐藤\ufffd[31m" in said
    assert "鈴木" in said


def test_what_others_handed_over_before_is_not_lost_by_the_first_merge(tmp_path, capsys) -> None:
    project = init(tmp_path / "project", example=True)
    opinion = dx.load(project / "minutes").opinions["opinion_id"][3]
    files = handed_over(tmp_path / "sent", ("tag", opinion))
    assert main(["merge", *files, "--data", str(project)]) == 0
    store = dx.Store(dx.Project.open(project).store_url)
    assert f"{store.revision} 件" in capsys.readouterr().out
    assert store.replay.reviewers() == ["佐藤", "評価者A", "評価者B"]
    store.close()


@pytest.mark.parametrize("lead", ["佐藤", ""])
def test_the_leads_own_settlements_are_no_question(tmp_path, capsys, lead) -> None:
    project = init(tmp_path / "project", example=True)
    (project / "project.toml").write_text(f'lead = "{lead}"\n', encoding="utf-8")
    opinion = dx.load(project / "minutes").opinions["opinion_id"][3]
    assert (
        main(["merge", *handed_over(tmp_path / "s", ("settle", opinion)), "--data", str(project)])
        == 0
    )
    assert capsys.readouterr().err == ""


def test_a_folder_that_cannot_be_made_is_named_not_the_store(tmp_path, capsys) -> None:
    project = init(tmp_path / "project", example=True)
    (tmp_path / "file").write_text("x")
    place = tmp_path / "file" / "handed"
    assert main(["export", "jsonl", "-o", str(place), "--data", str(project)]) == 1
    said = capsys.readouterr().err
    assert str(tmp_path / "file") in said
    assert "保存できません" not in said
    assert len(said.splitlines()) == 1
