"""What a reader meets at the page's two doors: Voila, and index.html opened as a file."""

import io
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import dxreview as dx
from dxreview.snapshot import load_page
from dxreview.snapshot.door import index_html
from dxreview.snapshot.freeze import freeze
from tests import pages
from tests.factory import content
from tests.page.voila import serving

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HOSTILE = (
    '=HYPERLINK("http://example.org")<script>document.title="hit"</script></script><img src=x>'
)


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    data = pages.page(60, meetings=3)
    data["opinions"][0]["text"] = HOSTILE
    data["opinions"][0]["speaker"] = "\u202e逆さ"
    return data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]) -> Path:
    place = pages.snapshot(tmp_path_factory.mktemp("published"), data)
    text = index_html(data["title"]["ja"], json.dumps(data, ensure_ascii=False))
    (place / "index.html").write_text(text, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def voila(folder: Path) -> Iterator[tuple[str, Any]]:
    with serving("dxreview", "dashboard", str(folder), "--no-browser") as server:
        yield server


@pytest.fixture(params=["voila", "file"])
def door(request: pytest.FixtureRequest, chromium: Any, folder: Path) -> Iterator[Any]:
    """A tab that shows the page, at its full size, with the requests that it made."""
    url = (
        request.getfixturevalue("voila")[0]
        if request.param == "voila"
        else (folder / "index.html").as_uri()
    )
    context = chromium.new_context(
        accept_downloads=True, permissions=["clipboard-read", "clipboard-write"]
    )
    context.set_default_timeout(8_000)
    tab = context.new_page()
    tab.asked, tab.failed = [], []
    tab.on("request", lambda asked: tab.asked.append(asked.url))
    tab.on("pageerror", lambda error: tab.failed.append(str(error)))
    tab.goto(url)
    tab.wait_for_selector(".dxr-matrix")
    yield tab
    assert tab.failed == []
    fetched = [asked.split("#")[0] for asked in tab.asked]
    assert {asked for asked in fetched if not asked.startswith(("blob:", "data:", "about:"))} == {
        url
    }
    context.close()


def held(data: dict[str, Any], stage: str, theme: str) -> list[str]:
    return [
        one["text"]
        for one in data["opinions"]
        if stage in one["tags"].get("steps", []) and theme in one["tags"].get("themes", [])
    ]


def test_a_cell_opens_the_opinions_it_counts_and_each_its_passage(
    door: Any, data: dict[str, Any]
) -> None:
    expected = held(data, "steps1", "themes2")
    row = door.locator(".dxr-matrix tbody tr").nth(1)
    cell = row.locator("td").nth(3).get_by_role("button")
    assert cell.inner_text() == str(len(expected))
    cell.click()
    assert door.locator(".dxr-opinion blockquote").all_inner_texts() == expected
    assert door.evaluate("document.activeElement.id") == "dxr-opinions"
    first = door.locator(".dxr-opinion").first.get_by_role("button")
    opinion = next(one for one in data["opinions"] if one["text"] == expected[0])
    assert f"{opinion['page']} ページ" in first.inner_text()
    first.click()
    assert door.locator("dialog mark").all_inner_texts() == [expected[0]]
    door.go_back()
    assert door.locator("dialog").count() == 0
    door.go_back()
    assert door.locator(".dxr-chip").count() == 0
    door.go_forward()
    assert door.locator(".dxr-opinion").count() == len(expected)


def test_a_link_opens_the_same_view_again(door: Any) -> None:
    door.get_by_label("言葉でさがす").fill("ﾃﾞｰﾀ -人材")
    door.get_by_label("表の横に並べるもの").select_option(label="反映")
    status = door.locator(".dxr-status").inner_text()
    address = door.url
    door.goto("about:blank")
    door.goto(address)
    door.wait_for_selector(".dxr-matrix")
    assert door.locator(".dxr-status").inner_text() == status
    assert "反映" in door.locator("#dxr-caption-matrix").inner_text()
    assert door.locator("mark").count() > 0


def test_a_bar_of_the_time_line_opens_the_opinions_it_counts(
    door: Any, data: dict[str, Any]
) -> None:
    bars = door.locator(".dxr-point")
    bars.first.wait_for()
    said = int(bars.first.locator("text").text_content())
    bars.first.click()
    assert door.locator(".dxr-opinion").count() == said
    first = [one for one in data["opinions"] if one["meeting"] == "m0"]
    held = [one["text"] for one in first if "steps0" in one["tags"].get("steps", [])]
    assert door.locator(".dxr-opinion blockquote").all_inner_texts() == held


def test_three_presses_of_enter_give_a_citation_to_paste(door: Any, data: dict[str, Any]) -> None:
    tab_to(door, "count-matrix")
    door.keyboard.press("Enter")
    tab_to(door, "open-")
    door.keyboard.press("Enter")
    tab_to(door, "cite")
    door.keyboard.press("Enter")
    door.locator("dialog [role=status]:text('コピーしました')").wait_for()
    copied = door.evaluate("navigator.clipboard.readText()")
    opened = door.locator("dialog").get_attribute("data-open")
    one = next(one for one in data["opinions"] if one["id"] == opened)
    assert copied.startswith(f"「{one['text']}」（")
    meeting = next(each for each in data["meetings"] if each["id"] == one["meeting"])
    for fact in (meeting["title"], f"{one['page']} ページ", "公開版 0123456789ab"):
        assert fact in copied


def test_from_the_opinions_a_button_leads_back_to_the_number(door: Any) -> None:
    tab_to(door, "count-matrix")
    number = door.evaluate("document.activeElement.dataset.key")
    door.keyboard.press("Enter")
    tab_to(door, "back")
    door.keyboard.press("Enter")
    assert door.evaluate("document.activeElement.dataset.key") == number


def test_where_nothing_fits_the_page_says_what_to_do(door: Any) -> None:
    door.get_by_label("言葉でさがす").fill("どこにもない言葉")
    assert "条件をはずすか" in door.locator(".dxr-status").inner_text()
    assert door.locator(".dxr-opinion").count() == 0
    door.get_by_role("button", name="条件をすべてはずす").click()
    assert door.locator(".dxr-opinion").count() > 0


def tab_to(door: Any, key: str) -> None:
    """Press Tab until what has the focus is called ``key``."""
    for _ in range(200):
        door.keyboard.press("Tab")
        if door.evaluate("document.activeElement.dataset.key ?? ''").startswith(key):
            return
    raise AssertionError(f"Tab does not reach {key}")


def test_the_keyboard_alone_answers_and_takes_away(door: Any) -> None:
    door.keyboard.press("Tab")
    assert door.evaluate("document.activeElement.className") == "dxr-skip"
    door.keyboard.press("Enter")
    assert door.evaluate("document.activeElement.id") == "main"
    tab_to(door, "count-matrix")
    door.keyboard.press("Enter")
    tab_to(door, "open-")
    door.keyboard.press("Enter")
    assert door.locator("dialog mark").is_visible()
    door.keyboard.press("Escape")
    assert door.evaluate("document.activeElement.dataset.key").startswith("open-")
    door.evaluate("document.querySelector('#dxr-opinions').focus()")
    tab_to(door, "take_opinions-excel")
    with door.expect_download():
        door.keyboard.press("Enter")


def test_the_workbook_holds_what_is_shown_as_text(door: Any, data: dict[str, Any]) -> None:
    with door.expect_download() as waiting:
        door.get_by_role("button", name="この意見を保存：Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    place = [cell.value for cell in sheet[1]].index("意見")
    texts = [row[place].value for row in sheet.iter_rows(min_row=2)]
    assert texts == [one["text"] for one in data["opinions"]]
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "inlineStr", "n"}
    assert (sheet.freeze_panes, sheet.auto_filter.ref[:3]) == ("A2", "A1:")


def test_all_tables_come_in_one_workbook(door: Any, data: dict[str, Any]) -> None:
    with door.expect_download() as waiting:
        door.get_by_role("button", name="すべての表を保存：Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    assert book.sheetnames == ["意見", "タグ", "出席者", "この表について"]
    rows = {
        name: list(book[name].iter_rows(min_row=2, values_only=True)) for name in book.sheetnames
    }
    assert len(rows["意見"]) == len(data["opinions"])
    roads = {one["id"]: one for one in data["roadmaps"]}
    given = [
        (one["id"], roads[road]["title"]["ja"], _label(roads[road], stage))
        for one in data["opinions"]
        for road, ids in one["tags"].items()
        for stage in ids
    ]
    assert [(row[0], row[1], row[3].split(". ")[-1]) for row in rows["タグ"]] == given
    assert rows["出席者"] == [tuple(row) for row in data["frames"]["attendees"]["rows"]]


def _label(roadmap: dict[str, Any], stage: str) -> str:
    return str(next(one["label"]["ja"] for one in roadmap["stages"] if one["id"] == stage))


def test_csv_is_safe_in_a_spreadsheet(door: Any) -> None:
    with door.expect_download() as waiting:
        door.get_by_role("button", name="この意見を保存：CSV").click()
    raw = Path(waiting.value.path()).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b"\"'=HYPERLINK" in raw


@pytest.mark.parametrize("kind", ["図（SVG）", "画像（PNG）"])
def test_the_chart_can_be_taken_as_a_picture(door: Any, kind: str) -> None:
    with door.expect_download() as waiting:
        door.get_by_role("button", name=f"この表を保存：{kind}").click()
    raw = Path(waiting.value.path()).read_bytes()
    assert raw.startswith(b"<svg" if "SVG" in kind else b"\x89PNG")


def test_languages_switch_live_and_the_page_says_which(door: Any) -> None:
    door.get_by_role("button", name="English").click()
    assert door.get_by_role("heading", name="What we found").is_visible()
    assert door.evaluate("document.documentElement.lang") == "en"
    assert door.locator("blockquote").first.get_attribute("lang") == "ja"


def test_axe_finds_nothing_in_any_state_and_nothing_is_cut_off(door: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    width = 320 if door.url.startswith("file:") else 1280
    door.set_viewport_size({"width": width, "height": 900})

    def check() -> None:
        found = Axe().run(door, options={"runOnly": RULES}).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert door.evaluate("document.documentElement.scrollWidth") <= width

    check()
    for summary in door.locator("summary").all():
        summary.click()
    check()
    for selector in (".dxr-matrix .dxr-count", ".dxr-opinion button"):
        door.locator(selector).first.click()
        check()
    door.keyboard.press("Escape")
    door.get_by_label("言葉でさがす").fill("どこにもない言葉")
    check()


def test_what_is_drawn_needs_no_server(chromium: Any, folder: Path, data: dict[str, Any]) -> None:
    with serving("dxreview", "dashboard", str(folder), "--no-browser") as (url, _):
        tab = chromium.new_page()
        tab.goto(url)
        tab.wait_for_selector(".dxr-matrix")
    tab.locator(".dxr-matrix tbody tr").nth(1).locator("td").nth(3).get_by_role("button").click()
    assert tab.locator(".dxr-opinion").count() == len(held(data, "steps1", "themes2"))
    tab.close()


# --- a project of several files: some without an opinion, a title or a day, most not reviewed ---

WORDS = ("窓口", "標準化", "人材", "データ", "予算", "周知", "研修", "連携")
HEADS = {
    "a-01": "見本市懇談会（第１回）議事概要\n日時：令和６年４月１０日\n",
    "a-02": "見本市懇談会（第２回）議事概要\n日時：令和６年５月２１日\n",
    "a-03": "",
    "a-04": "日時：令和６年７月１日\n",
}


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published page of 36 opinions at four meetings, eight of them reviewed."""
    data = tmp_path_factory.mktemp("several") / "data"
    minutes = data / "minutes"
    minutes.mkdir(parents=True)
    for at, (name, head) in enumerate(HEADS.items()):
        lines = [f"○{WORDS[at]}と{word}を見直してほしい。\n" for word in WORDS]
        lines += lines[:4] if name == "a-02" else []
        (minutes / f"{name}.txt").write_text(f"{head}主な意見\n{''.join(lines)}", encoding="utf-8")
    (minutes / "menu.txt").write_text("献立表\n４月１日　カレーライス\n", encoding="utf-8")
    opinions = dx.load(minutes).opinions
    held = {name: own.tolist() for name, own in opinions.groupby("meeting_id")["opinion_id"]}
    with closing(dx.Store(f"sqlite:///{data / 'review.db'}")) as store:
        for who in ("甲", "乙"):
            for at, one in enumerate(held["a-01"][:4]):
                store.tag(one, "soumu-steps", f"step{at % 2}", reviewer=who)
            store.act("none_applies", who, opinion_id=held["a-01"][4], roadmap="soumu-steps")
        for one in held["a-02"][:2]:
            store.tag(one, "soumu-steps", "step1", reviewer="甲")
        store.tag(held["a-03"][0], "soumu-steps", "step2", reviewer="甲")
    return dx.publish(data, data / "published" / "x")


@pytest.fixture
def tab(chromium: Any, several: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    tab = chromium.new_page(viewport={"width": 390, "height": 900})
    tab.goto((several / "index.html").as_uri() + f"#lang={request.param}&rows=soumu-steps")
    tab.wait_for_selector(".dxr-time")
    yield tab
    tab.close()


@pytest.mark.parametrize(
    ("tab", "said"),
    [
        ("ja", (
            "会議 4 回の記録にある意見 36 件（うち評価済み 8 件）を、段階ごとに数えました。",
            "意見36件のうち7件を分類しました。最も多いのは「全体方針の決定」で、4件です（うち2件は案）。",
            "段階の付いた意見が最も多かったのは2024年4月10日で、4 件です。",
            "日付の分からない会議の、段階の付いた意見 1 件は、図にありません。",
            "分類した意見7件に、「DXの取組の実行」のものはありません。",
            "意見36件のうち28件は、評価がまだ終わっていません。",
            "会議 4 回の記録にある意見 36 件のうち、8 件が評価されています（評価者は 2 人）。",
        )),
        ("en", (
            "36 opinions recorded at 4 meetings (reviewed: 8 opinions), counted by stage.",
            "7 of them placed so far, “Deciding the overall policy” drew the most: 4 (drafts among",
            "Most opinions with a stage: 2024-04-10, with 4 opinions.",
            "Not in the chart, as their meeting has no date: 1 opinion with a stage.",
            "Of 7 opinions placed so far, none is on “Carrying out the DX work”.",
            "Not finished: the review of 28 of 36 opinions.",
            "Meetings: 4. Recorded: 36 opinions. Reviewed: 8 opinions. Reviewers: 2.",
        )),
    ],
    indirect=["tab"],
)  # fmt: skip
def test_every_number_told_is_true_where_most_is_not_reviewed(
    tab: Any, said: tuple[str, ...]
) -> None:
    text = tab.locator("body").text_content()
    assert [sentence for sentence in said if sentence not in text] == []


@pytest.mark.parametrize("tab", ["ja"], indirect=True)
def test_a_meeting_without_a_title_goes_by_its_file(tab: Any) -> None:
    heads = tab.locator(".dxr-matrix").first.locator("thead tr + tr th").all_inner_texts()
    assert len(heads) == 4
    assert [head for head in heads if not head.strip()] == []
    assert heads[-1] == "a-03.txt"
    tab.goto(tab.url.split("#")[0] + "#f.meeting=a-03")
    tab.locator(".dxr-chip").wait_for()
    assert "a-03.txt" in tab.locator(".dxr-opinions").inner_text()


@pytest.mark.parametrize("tab", ["ja"], indirect=True)
def test_none_applies_and_not_reviewed_look_different_in_the_list(tab: Any) -> None:
    shown = tab.locator(".dxr-opinion").all_inner_texts()
    assert "該当なし" in shown[4]
    assert "未評価" not in shown[4]
    assert "未評価" in shown[5]


@pytest.mark.parametrize("tab", ["ja"], indirect=True)
def test_on_a_phone_dates_stand_under_their_bars_and_a_wide_table_says_so(tab: Any) -> None:
    names = tab.locator(".dxr-time > text").filter(has_text="年")
    bar = tab.locator(".dxr-point rect:last-of-type").first.bounding_box()
    boxes = [one.bounding_box() for one in names.all()]
    centre = boxes[0]["x"] + boxes[0]["width"] / 2
    assert abs(centre - bar["x"] - bar["width"] / 2) < 3
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    hint = tab.locator("#dxr-caption-matrix + .dxr-wide")
    assert hint.is_visible()
    tab.set_viewport_size({"width": 1280, "height": 900})
    hint.wait_for(state="hidden")


def test_what_turns_the_direction_of_writing_is_shown_instead(door: Any) -> None:
    assert "\ufffd逆さ" in door.locator("body").inner_text()
    assert "\u202e" not in door.locator("body").inner_text()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", "このうち {} 件は「評価中」です。評価者は"),
        ("en", "In review: {} opinions. Reviewers"),
    ],
)
def test_a_blind_page_says_how_many_opinions_it_withholds_and_why(
    chromium: Any, tmp_path: Path, language: str, said: str
) -> None:
    folder = freeze(content(60, reviewers=3, blind=True), tmp_path / "x")
    page = load_page(folder)
    n = sum(
        one.get("counts", True)
        and any(one.get("status", {}).get(name) == "withheld" for name in page["view"].values())
        for one in page["opinions"]
    )
    tab = chromium.new_page()
    tab.goto((folder / "index.html").as_uri() + f"#lang={language}")
    assert said.format(n) in tab.locator(".dxr-note:below(.dxr-matrix)").first.inner_text()
    tab.close()


def test_where_all_around_is_dark_the_source_is_still_dark_on_white(
    chromium: Any, several: Path
) -> None:
    tab = chromium.new_page(color_scheme="dark")
    tab.goto((several / "index.html").as_uri())
    tab.add_style_tag(content=":root { color-scheme: dark; }")  # as some notebooks have it
    tab.locator(".dxr-opinion button").first.click()
    colours = "(at) => [getComputedStyle(at).backgroundColor, getComputedStyle(at).color]"
    assert tab.locator("dialog").evaluate(colours) == ["rgb(255, 255, 255)", "rgb(26, 26, 26)"]
    tab.close()
