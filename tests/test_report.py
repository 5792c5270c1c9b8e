"""The account: as text, as JSON, and as a picture that hostile sources cannot use."""

import json
import re
import subprocess
import sys

import pytest

import dxreview as dx
from dxreview import cli, report, sources
from dxreview.loader import Loaded, load

HOSTILE = (
    "架空市会議録\n\n○委員　</script><img src=x onerror=alert(1)><b>太字</b>の\u202e意見である。\n"
)


@pytest.fixture(scope="module")
def first(first_minutes):
    (loaded,) = load([first_minutes])
    return loaded.minutes


def test_json_is_the_truth_of_the_first_minutes(first_minutes, capsys):
    assert cli.main(["load", str(first_minutes), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["sources", "meetings", "warnings"]
    assert list(told["sources"][0]) == ["source", "sha256", "pages", "characters", "spans"]
    (meeting,) = told["meetings"]
    assert (meeting["held_on"], meeting["round"]) == ("2020-11-02", 1)
    assert meeting["starts_at"] == "2020-11-02T16:00:00+09:00"
    sizes = [len(meeting[name]) for name in ("attendees", "agenda", "materials", "opinions")]
    assert sizes == [22, 8, 9, 10]
    text, spans = sources.read(first_minutes).text, told["sources"][0]["spans"]
    held = [at for span in spans for at in range(span["start"], span["end"])]
    assert len(held) == len(set(held))
    assert {at for at, each in enumerate(text) if each.strip()} <= set(held)


def test_the_picture_shows_every_character_once(first):
    held = report.picture(first)
    said = "".join(
        piece[1] for block in held["blocks"] for line in block["lines"] for piece in line
    )
    assert "".join(said.split()) == "".join(first.source.text.split())


def test_the_picture_numbers_the_opinions(first):
    held = [block["opinion"] for block in report.picture(first)["blocks"] if block["opinion"]]
    assert sorted({each["n"] for each in held}) == list(range(1, 11))


def test_the_picture_says_who_speaks_and_what_marks_were_taken_for(tmp_path):
    (tmp_path / "a.txt").write_text(
        "架空市審議会　会議録\n日時　令和４年５月17日 午後２時\n出席者　委員：見本太郎（欠席）\n"
        "○委員（架空花子君）　窓口を残すか。\n○課長（例示次郎君）　残す方針である。\n"
    )
    (loaded,) = load([tmp_path])
    held = report.picture(loaded.minutes)
    assert held["attendees"] == [["委員", "見本太郎", None, "absent"]]
    assert [block["opinion"]["who"] for block in held["blocks"] if block["opinion"]] == [
        ["架空花子", "委員"],
        ["例示次郎", "課長"],
    ]
    assert [(mark, meaning) for mark, meaning, _ in held["decisions"]] == [("○", "speaker")]
    assert held["meetings"][0]["time"] == "14:00"
    assert "印の読み方：○ 発言者（2 行）" in "".join(report.as_text(loaded.minutes))


def test_what_has_no_pages_is_cited_without_and_a_correction_is_no_warning(tmp_path):
    (tmp_path / "a.txt").write_text(HOSTILE)
    (tmp_path / "a.toml").write_text('leave_out = ["太字"]\ndate = 2021-04-01\n')
    (loaded,) = load([tmp_path])
    said = list(report.as_text(loaded.minutes))
    assert said[0] == f"■ a.txt（{len(HOSTILE)} 字）"
    assert [line.split(": ")[0] for line in said[-3:]] == ["  注意", "  修正", "  修正"]
    assert report.picture(loaded.minutes)["counts"][0] is None


def test_nothing_in_a_source_ends_the_pictures_script(tmp_path):
    (tmp_path / "a.txt").write_text(HOSTILE)
    page = report.as_html(load([tmp_path]))
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)[1]
    assert "<" not in data
    assert HOSTILE.splitlines()[-1] in json.dumps(json.loads(data), ensure_ascii=False)


def test_a_file_that_could_not_be_read_stands_in_the_picture(tmp_path):
    failed = list(load([tmp_path / "none.txt"]))
    assert "none.txt が見つかりません" in report.as_html(failed)
    assert isinstance(failed[0], Loaded)


def test_a_folder_is_reported_file_by_file_and_summed_up(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(HOSTILE)
    (tmp_path / "b.txt").touch()
    assert cli.main(["load", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out.splitlines()[0].startswith("■ a.txt")
    assert "1 件を読み、1 件は読めませんでした。意見 1 件" in said.out.splitlines()[-1]
    assert "b.txt" in said.err
    assert len(said.err.splitlines()) == 1


def test_a_path_that_does_not_exist_fails_the_command_and_the_rest_is_reported(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(HOSTILE)
    missing, there = str(tmp_path / "missing.txt"), str(tmp_path / "a.txt")
    assert cli.main(["load", missing]) == 1
    assert cli.main(["load", missing, there]) == 1
    said = capsys.readouterr()
    assert [line.count("missing.txt が見つかりません") for line in said.err.splitlines()] == [1, 1]
    assert said.out.startswith("■ a.txt")


def test_nothing_in_a_source_steers_the_terminal(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("第１回 A\u202eB\x1b[31mC検討会 議事概要\n〇 意見です。\n")
    assert cli.main(["load", str(tmp_path)]) == 0
    assert "第１回 A\ufffdB\ufffd[31mC検討会 議事概要" in capsys.readouterr().out


def test_the_command_imports_neither_pandas_nor_a_format_it_does_not_meet(first_minutes):
    code = (
        "import sys; from dxreview.cli import main; main(['load', sys.argv[1], '--json']);"
        "print(sorted({'pandas', 'lxml', 'pypdfium2', 'subprocess'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, first_minutes], capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "[]"


@pytest.mark.browser
def test_the_picture_in_a_browser(chromium, tmp_path):
    """Only a browser tells whether hostile text stays text, whether links lead somewhere, and what
    axe finds."""
    (tmp_path / "a.txt").write_text(HOSTILE)
    place = tmp_path / "picture.html"
    assert cli.main(["load", str(tmp_path), "--html", str(place)]) == 0
    page = chromium.new_context(bypass_csp=True).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append("dialog"))
    page.goto(place.as_uri())
    assert page.locator(".text").inner_text().count("<b>太字</b>") == 1
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.locator("body").inner_text())
    assert page.locator(".text img, .text b").count() == 0
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    page.locator("table a").click()
    assert page.evaluate("document.activeElement.id") == "s0"
    page.get_by_text("English").click()
    assert page.locator("h1").inner_text().startswith("What was read")
    assert asked == [place.as_uri()]


@pytest.mark.browser
def test_the_picture_of_small_files_is_about_as_tall_as_what_it_shows(chromium, tmp_path):
    """Only a browser tells how tall it takes what is out of sight to be."""
    for n in range(8):
        (tmp_path / f"{n}.txt").write_text(HOSTILE)
    place = tmp_path / "picture.html"
    place.write_text(report.as_html(load([tmp_path])))
    page = chromium.new_page(viewport={"width": 1280, "height": 400})
    page.goto(place.as_uri())
    height = "document.documentElement.scrollHeight"
    seen = page.evaluate(height)
    page.add_style_tag(content=".text { content-visibility: visible !important }")
    assert seen == pytest.approx(page.evaluate(height), rel=0.25)


class Page(list):
    """Hears what the widget sends."""

    def __init__(self, widget):
        super().__init__()
        widget.send = lambda message, buffers=None: self.append(message)


def test_files_dropped_on_the_load_page_are_read_and_never_overwrite(tmp_path):
    (tmp_path / "minutes").mkdir()
    widget = dx.loading(tmp_path)
    page = Page(widget)
    widget.hear(widget, {"type": "files", "names": ["a.txt"]}, [memoryview(HOSTILE.encode())])
    assert [message["type"] for message in page] == ["said", "picture"]
    assert widget.loaded[0].minutes.source.text == HOSTILE
    widget.hear(widget, {"type": "files", "names": ["a.txt"]}, [b"other"])
    assert "すでにあります" in page[-1]["sentence"]
    widget.hear(widget, {"type": "files", "names": ["../b.txt"]}, [b"other"])
    assert sorted(path.name for path in tmp_path.rglob("*.txt")) == ["a.txt"]
    widget.hear(widget, {"type": "files", "names": ["a.html"]}, [b"<p>other"])
    assert "拡張子を除いた名前が同じ" in page[-1]["sentence"]
    assert not (tmp_path / "minutes" / "a.html").exists()
    both = {"type": "files", "names": ["c.png", "d.txt"]}
    widget.hear(widget, both, [b"picture", HOSTILE.encode()])
    assert "c.png" in page[-1]["sentence"]
    assert (tmp_path / "minutes" / "d.txt").exists()
    widget.hear(widget, {"type": "files", "names": ["あ" * 100 + ".txt"]}, [b"too long a name"])
    assert "あああ" in page[-1]["sentence"]


def test_a_correction_is_made_on_the_load_page_and_one_that_misses_is_taken_back(tmp_path):
    (tmp_path / "minutes").mkdir()
    (tmp_path / "minutes" / "a.txt").write_text(HOSTILE)
    widget = dx.loading(tmp_path)
    page = Page(widget)

    def correct(key: str, value: str) -> str:
        widget.hear(widget, {"type": "correct", "source": "a.txt", "key": key, "value": value})
        return page[-1]["sentence"]

    widget.hear(widget, {"type": "hello"})
    assert "直しました" in correct("date", "令和３年４月１日")
    assert str(widget.loaded[0].minutes.meetings[0].held_on) == "2021-04-01"
    assert "a.toml" in correct("split", "どこにもない言葉")
    assert "2021年" in correct("date", "2021年")
    assert "2020-11-02" in page[-1]["sentence"]
    assert "../b" in correct("../b", "x")
    assert (tmp_path / "minutes" / "a.toml").read_text() == "date = 2021-04-01\n"
    back = {"type": "take_back", "source": "a.txt", "key": "date", "value": "2021-04-01"}
    widget.hear(widget, back)
    assert not (tmp_path / "minutes" / "a.toml").exists()
    assert page[-2]["made"] == {"a.txt": []}


def test_a_correction_that_misses_in_a_new_version_of_the_file_can_be_taken_back(tmp_path):
    (tmp_path / "minutes").mkdir()
    (tmp_path / "minutes" / "a.txt").write_text("意見交換\n○狭い。広くしてほしい。\n")
    (tmp_path / "minutes" / "a.toml").write_text('split = ["暗い。"]\n')
    widget = dx.loading(tmp_path)
    page = Page(widget)
    widget.hear(widget, {"type": "hello"})
    assert page[-1]["made"] == {"a.txt": [("split", "暗い。", "")]}
    back = {"type": "take_back", "source": "a.txt", "key": "split", "value": "暗い。"}
    widget.hear(widget, back)
    assert page[-2]["made"] == {"a.txt": []}
    assert widget.loaded[0].minutes


def test_the_meaning_of_a_mark_is_put_right_on_the_load_page(tmp_path):
    (tmp_path / "minutes").mkdir()
    (tmp_path / "minutes" / "a.txt").write_text(
        "意見交換\n◇予約は電話でもできるとよい。\n◇窓口を広くしてほしい。\n"
    )
    widget = dx.loading(tmp_path)
    page = Page(widget)
    widget.hear(widget, {"type": "hello"})
    mark = {
        "type": "correct",
        "source": "a.txt",
        "key": "marks",
        "value": "◇",
        "meaning": "question",
    }
    widget.hear(widget, mark)
    assert page[-2]["made"] == {"a.txt": [("marks", "◇", "question")]}
    assert [one.kind for one in widget.loaded[0].minutes.opinions] == ["question", "question"]


def test_speaker_and_attendee_are_put_right_on_the_load_page(tmp_path):
    (tmp_path / "minutes").mkdir()
    (tmp_path / "minutes" / "a.txt").write_text(
        "読書会議 会議録\n出席者\n委員　石綿花子　ほか傍聴人\n議事\n"
        "○青山会長　開きます。\n○石綿委員　急ぐ。\n○橘読書係長　走らせます。\n"
    )
    widget = dx.loading(tmp_path)
    page = Page(widget)
    widget.hear(widget, {"type": "hello"})

    def correct(key: str, value: str, **told: object) -> str:
        message = {"type": "correct", "source": "a.txt", "key": key, "value": value, "meaning": ""}
        widget.hear(widget, message | {"told": told})
        return page[-1]["sentence"]

    def people() -> list[str | None]:
        return [one.name for one in widget.loaded[0].minutes.attendees]

    assert people() == ["石綿花子", "ほか傍聴人"]
    assert "直しました" in correct("speakers", "走らせます", speaker="橘", role="読書係長")
    last = widget.loaded[0].minutes.opinions[-1]
    assert (last.speaker, last.role, last.text) == ("橘", "読書係長", "走らせます。")
    assert "直しました" in correct("attendees", "ほか傍聴人")
    assert people() == ["石綿花子"]
    assert page[-2]["made"]["a.txt"] == [
        ("speakers", "走らせます", "橘、読書係長"),
        ("attendees", "ほか傍聴人", "人ではない"),
    ]
    for key, value, told in (
        ("attendees", "石綿花子", {"name": "石綿花代"}),
        ("attendees", "石綿花子", {"affiliation": "読書の友社"}),
        ("attendees", "石綿花子", {"attendance": "late"}),
        ("speakers", "急ぐ", {"speaker": 3}),
        ("speakers", "石綿花子", {"speaker": "石綿"}),
    ):
        assert value in correct(key, value, **told)
    assert len(page[-1]["sentence"].splitlines()) == 1
    widget.hear(widget, {"type": "correct", "source": "a.txt", "key": "speakers", "value": "急ぐ"})
    assert "a.toml" in page[-1]["sentence"]
    for key, value in (("speakers", "走らせます"), ("attendees", "ほか傍聴人")):
        widget.hear(widget, {"type": "take_back", "source": "a.txt", "key": key, "value": value})
    assert people() == ["石綿花子", "ほか傍聴人"]
    assert not (tmp_path / "minutes" / "a.toml").exists()


def test_a_report_takes_the_place_of_a_report_and_of_nothing_else(tmp_path, capsys):
    source, place = tmp_path / "a.txt", tmp_path / "r.html"
    source.write_text("架空審議会　議事録\n\n日時　令和５年１０月１０日\n", encoding="utf-8")
    before = source.read_bytes()
    assert cli.main(["load", str(source), "--html", str(source)]) == 2
    assert source.read_bytes() == before
    assert "上書きしません" in capsys.readouterr().err
    for _ in range(2):
        assert cli.main(["load", str(source), "--html", str(place)]) == 0
