"""The start page tells the next step; the publish page publishes; an error is a sentence."""

import os
import re
from pathlib import Path

import pytest

import dxreview as dx
from dxreview.cli import main
from dxreview.project import init
from dxreview.snapshot import verify
from dxreview.widgets.start import STEPS

from .conftest import ROOT


@pytest.fixture
def example(tmp_path: Path) -> Path:
    return init(tmp_path / "example", example=True)


def test_a_newcomer_is_sent_to_the_review(example: Path) -> None:
    page = dx.start(example)
    assert page.next == "review"
    assert "Meetings loaded: 1; opinions: 8." in page.lines("en")
    assert "公開版：2020-11" in page.lines("ja")
    assert "handed over (files: 2)" in page.lines("en")[1]


def test_a_new_folder_is_sent_to_load_and_told_where_files_go(tmp_path: Path) -> None:
    page = dx.start(init(tmp_path / "new"))
    assert page.next == "load"
    assert str(tmp_path / "new" / "minutes") in page.lines("ja")[0]


def test_a_clone_without_the_empty_minutes_folder_is_told_where_files_go(tmp_path: Path) -> None:
    folder = init(tmp_path / "new")
    (folder / "minutes").rmdir()
    page = dx.start(folder)
    assert page.next == "load"
    assert str(folder / "minutes") in page.lines("ja")[0]


def test_two_reviewers_who_are_done_are_sent_to_their_agreement(example: Path) -> None:
    store = dx.Store(dx.Project.open(example).store_url)
    store.merge(*(example / "reviews").glob("*.jsonl"))
    store.close()
    assert dx.start(example).next == "agree"


def test_while_a_file_cannot_be_read_loading_comes_next_and_each_language_says_so(
    example: Path,
) -> None:
    (example / "minutes" / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    page = dx.start(example)
    assert page.next == "load"
    assert "broken.pdf" in page.lines("ja")[-1]
    assert page.lines("en")[-1] == (
        "Files that could not be read: 1 (broken.pdf). The load page tells why."
    )
    assert not re.search("[ぁ-ん]", "".join(page.lines("en")).replace("評価者", ""))


def test_parts_that_were_not_understood_come_before_the_first_review(example: Path) -> None:
    text = "見本市の会（第２回）議事概要\n日時：令和３年５月１０日\n（事務局）\n総務部長　前園\n"
    (example / "minutes" / "b.txt").write_text(f"{text}主な意見\n○よい。\n○古い。\n")
    page = dx.start(example)
    assert page.next == "load"
    assert "b.txt" in page.lines("ja")[-1]


def test_the_start_page_leads_to_every_notebook(example: Path) -> None:
    links = re.findall(r'href="(.*?)"', dx.start(example)._repr_html_())
    notebooks = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert links == [f"{step}.ipynb" for step in STEPS]
    assert set(links) == notebooks - {"start.ipynb"}


def test_a_title_is_text_on_the_start_page(example: Path) -> None:
    (example / "project.toml").write_text("title = '<img src=x onerror=alert(1)>'")
    assert "<img" not in dx.start(example)._repr_html_()


def test_the_publish_page_publishes_and_says_where(example: Path) -> None:
    page = dx.publishing(example)
    page.names.value = "roles"
    page.button.click()
    (made,) = set((example / "published").iterdir()) - {example / "published" / "2020-11"}
    assert str(made / "index.html") in page.status.value
    assert verify(made) == []
    assert "庄司" not in (made / "page.json").read_text(encoding="utf-8")
    page.close_all()


def test_the_publish_page_keeps_what_was_published_and_says_where_the_next_went(
    example: Path,
) -> None:
    page = dx.publishing(example)
    page.names.value = "roles"
    page.button.click()
    (first,) = set((example / "published").iterdir()) - {example / "published" / "2020-11"}
    page.names.value = "full"
    page.button.click()
    assert str(Path(f"{first}-2", "index.html")) in page.status.value
    assert f"{first} にある前の公開版" in page.status.value
    assert "庄司" not in (first / "page.json").read_text(encoding="utf-8")
    page.close_all()


def test_the_publish_page_says_beforehand_what_the_page_will_say(example: Path) -> None:
    page = dx.publishing(example)
    assert "最も多いのは" in page.preview.value
    page.children[0].value = "en"
    assert "最も多いのは" not in page.preview.value
    page.close_all()


def test_the_publish_page_says_before_what_to_mend_and_after_what_it_hid(example: Path) -> None:
    (example / "minutes" / "menu.txt").write_text("献立表\n４月１日　カレーライス\n")
    page = dx.publishing(example)
    assert page.preview.value.count("menu.txt") == 2
    assert "氏名を含む行" not in page.status.value
    page.names.value = "roles"
    page.button.click()
    assert "「（氏名を含む行）」" in page.status.value
    page.close_all()


def test_the_publish_page_says_what_is_missing(tmp_path: Path) -> None:
    page = dx.publishing(init(tmp_path / "new"))
    assert str(tmp_path / "new") in page.preview.value
    page.button.click()
    assert "<p role" in page.status.value
    assert not page.button.disabled
    assert len(page.status.value) > 30
    page.close_all()


def test_a_review_whose_store_cannot_be_opened_is_not_served(
    example: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())  # the command tells its servers by it
    place = f"sqlite:///{example / 'nowhere' / 'review.db'}"
    assert main(["review", "--no-browser", "--data", str(example), "--store", place]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_an_error_in_a_notebook_is_its_sentence_alone() -> None:
    with pytest.raises(dx.DxError) as error:
        dx.start("no such folder")
    assert error.value._render_traceback_() == [error.value.sentence()]
