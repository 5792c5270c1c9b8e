"""The review as a page (`dxreview review`): what only a browser and a line that breaks can show."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dxreview.store import Store

from .browser import project
from .page.voila import serving
from .test_review_browser import WCAG, begin, press, saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG = "長い意見です。" * 14_286  # 100,002 characters


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = [f"見本の意見その{n}。窓口を{n}つにまとめるべき。" for n in range(1, 6)]
    said = {"title": "見本", "roadmaps": ["soumu-steps", "reflection"], "lead": "山本"}
    return project(tmp_path_factory.mktemp("page"), *lines, LONG, **said)


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    with review_of(data) as (url, _):
        yield url


def review_of(data: Path) -> Any:
    """The review of a project in a store of its own, elsewhere than the project says."""
    store = f"sqlite:///{data.parent / 'stores' / 'review.db'}"
    (data.parent / "stores").mkdir(exist_ok=True)
    options = ("--no-browser", "--data", str(data), "--store", store)
    return serving("dxreview", "review", *options)


@pytest.fixture
def store(data: Path, address: str) -> Iterator[Store]:
    store = Store(f"sqlite:///{data.parent / 'stores' / 'review.db'}")
    yield store
    store.close()


@pytest.fixture
def tab(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield context.new_page()
    for page in context.pages:  # left, so that their kernels end
        page.goto("about:blank")
    context.close()


def stages_of(store: Store, reviewer: str) -> list[str]:
    store.poll()
    tags = store.tags()
    return sorted(tags.loc[tags["reviewer"] == reviewer, "stage"])


def test_a_line_that_breaks_is_said_and_what_was_not_sent_is_sent_once(
    tab: Any, address: str, store: Store
) -> None:
    cut: list[bool] = []
    lines: list[Any] = []

    def carry(line: Any) -> None:
        if cut:
            line.close()
            return
        lines.append(line)
        line.connect_to_server()

    tab.route_web_socket("**/channels*", carry)
    tab.goto(address)
    begin(tab, "佐藤")
    press(tab, "0")
    saved(tab)
    cut.append(True)
    for line in lines:
        line.close()
    press(tab, "1", "2")
    tab.wait_for_selector(".dx-banner:has-text('2')", timeout=10_000)
    banner = tab.inner_text(".dx-banner")
    assert "再読み込み" in banner
    assert "新しいアドレス" in banner
    assert "セル" not in banner
    assert stages_of(store, "佐藤") == ["step0"]
    cut.clear()
    tab.wait_for_selector(".dx-banner:empty", state="attached", timeout=60_000)
    saved(tab)
    assert stages_of(store, "佐藤") == ["step0", "step1", "step2"]
    assert len(store.events()) == 3


def test_a_page_that_is_closed_or_reloaded_ends_its_kernel(chromium: Any, address: str) -> None:
    with chromium.new_context() as context:
        tab, seen = context.new_page(), []
        tab.goto(address)
        for leave in (tab.reload, lambda: tab.close(run_before_unload=True)):
            begin(tab, "遠藤")
            seen.append(kernel_of(tab))
            assert context.request.get(seen[-1]).ok
            leave()
        context.new_page().wait_for_timeout(2000)
        assert [context.request.get(kernel).status for kernel in seen] == [404, 404]


def test_a_page_whose_kernel_was_ended_while_it_slept_loses_nothing(
    tab: Any, address: str, store: Store
) -> None:
    tab.goto(address)
    begin(tab, "遠藤")
    tab.request.post(kernel_of(tab).replace("api/kernels", "voila/api/shutdown"))
    press(tab, "0")
    tab.wait_for_selector(".dx-banner:has-text('再読み込み')")
    tab.reload()
    begin(tab, "遠藤")
    saved(tab)
    assert stages_of(store, "遠藤") == ["step0"]


def kernel_of(tab: Any) -> str:
    """The address of a page's kernel, for who has the page's cookies."""
    held = re.search(r'"kernelId": "([\w-]+)"', tab.content())
    assert held
    return f"{tab.url.partition('?')[0]}api/kernels/{held[1]}"


def test_a_proxy_that_knows_the_reviewer_fills_in_the_name(tab: Any, address: str) -> None:
    tab.set_extra_http_headers({"X-Forwarded-User": "yamada"})
    tab.goto(address)
    tab.wait_for_selector("#dx-name")
    assert tab.input_value("#dx-name") == "yamada"


def test_a_memo_being_typed_outlives_a_reload(tab: Any, address: str, store: Store) -> None:
    tab.goto(address)
    begin(tab, "鈴木")
    press(tab, "m")
    tab.keyboard.type("書きかけの")
    tab.reload()
    begin(tab, "鈴木")
    saved(tab)
    assert tab.input_value("[data-k=memo]") == "書きかけの"
    press(tab, "m", "End")
    tab.keyboard.type("メモ")
    press(tab, "Escape")
    saved(tab)
    store.poll()
    memos = store.memos()
    assert memos.loc[memos["reviewer"] == "鈴木", "memo"].tolist() == ["書きかけのメモ"]


def test_a_memo_is_a_draft_until_one_leaves_it_or_rests(
    tab: Any, address: str, store: Store
) -> None:
    tab.goto(address)
    begin(tab, "山田")
    press(tab, "m")
    tab.keyboard.type("まず")
    draft = tab.inner_text(".dx-is-draft")
    assert "下書き" in draft
    for words in ("ひと休み", "して、もう一度"):
        tab.keyboard.type(words)
        saved(tab)
    press(tab, "Escape")
    saved(tab)
    assert tab.input_value("[data-k=memo]") == "まずひと休みして、もう一度"
    store.poll()
    events = store.events()
    texts = events.loc[events["reviewer"] == "山田", "memo"].tolist()
    assert texts == ["まずひと休み", "まずひと休みして、もう一度"]


def test_what_an_input_method_composes_outlives_a_colleagues_tag(
    tab: Any, address: str, store: Store
) -> None:
    tab.goto(address)
    begin(tab, "中村")
    opinion = tab.locator(".dx-rowbutton[aria-current]").get_attribute("data-k")
    press(tab, "m")
    composing = tab.context.new_cdp_session(tab)

    def compose(text: str) -> None:
        at = {"selectionStart": len(text), "selectionEnd": len(text)}
        composing.send("Input.imeSetComposition", {"text": text, **at})

    compose("にほん")
    store.tag(opinion.removeprefix("row-"), "soumu-steps", "step1", reviewer="小林")
    tab.wait_for_timeout(3_000)  # two polls
    compose("にほんご")
    composing.send("Input.insertText", {"text": "日本語"})
    tab.wait_for_selector(".dx-others >> text=小林")
    assert tab.input_value("[data-k=memo]") == "日本語"


def test_the_key_of_a_step_is_its_own_number_and_n_says_that_none_applies(
    tab: Any, address: str, store: Store
) -> None:
    tab.goto(address)
    begin(tab, "木村")
    press(tab, "2")
    saved(tab)
    assert stages_of(store, "木村") == ["step2"]
    name = tab.locator("[data-k=stage-step2] span").inner_text()
    assert name.startswith("2. ")
    assert tab.locator("[aria-current] .dx-chip").inner_text() == name
    press(tab, "?")
    tab.wait_for_selector(".dx-keylist")
    assert tab.locator(".dx-keylist div").first.locator("kbd").all_inner_texts() == [*"0123"]
    press(tab, "n")
    tab.wait_for_selector("[data-k=stage-none][aria-pressed=true]")
    tab.select_option("[data-k=roadmap]", "reflection")
    tab.wait_for_selector("[data-k=stage-partly]")
    tab.locator(".dx-card").focus()
    press(tab, "2", "0")
    saved(tab)
    assert stages_of(store, "木村") == ["partly"]


def test_keys_can_be_switched_off(tab: Any, address: str, store: Store) -> None:
    tab.goto(address)
    begin(tab, "加藤")
    press(tab, "?")
    tab.click("[data-k=keys]")
    tab.locator(".dx-card").focus()
    press(tab, "1", "n")
    tab.click("[data-k=stage-step2]")
    saved(tab)
    assert stages_of(store, "加藤") == ["step2"]


def test_a_browser_whose_clock_is_behind_still_undoes_what_came_last(
    tab: Any, address: str, store: Store
) -> None:
    tab.add_init_script("const now = Date.now; Date.now = () => now() - 3_600_000;")
    tab.goto(address)
    opinion = "mihon-02-00000000"
    store.tag(opinion, "soumu-steps", "step3", reviewer="高橋")
    begin(tab, "高橋")
    press(tab, "1")
    saved(tab)
    press(tab, "z")
    saved(tab)
    assert stages_of(store, "高橋") == ["step3"]
    ids = store.events()
    assert ids[ids["reviewer"] == "高橋"]["action"].tolist() == ["tag", "tag", "undo"]


def test_an_opinion_of_100_000_characters_is_shown_and_tagged(
    tab: Any, address: str, store: Store
) -> None:
    tab.goto(address)
    begin(tab, "伊藤")
    tab.locator(".dx-rowbutton").first.focus()
    press(tab, "End")
    tab.wait_for_selector(".dx-place:has-text('6 / 6')")
    assert tab.evaluate("document.querySelector('.dx-text').textContent") == LONG
    press(tab, "3")
    saved(tab)
    assert stages_of(store, "伊藤") == ["step3"]
    assert tab.evaluate("document.querySelector('.dx-card').getBoundingClientRect().height") < 3000


def test_the_lead_settles_in_two_keystrokes_without_leaving_the_page(
    tab: Any, address: str, store: Store
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab.goto(address)
    begin(tab, "渡辺")
    opinion = tab.locator(".dx-rowbutton[aria-current]").get_attribute("data-k")
    opinion = opinion.removeprefix("row-")
    for who, stage in (("甲", "step1"), ("乙", "step2")):
        store.tag(opinion, "soumu-steps", stage, reviewer=who)
    tab.click("[data-k=leave]")
    tab.wait_for_selector("#dx-name:focus")
    begin(tab, "山本")
    tab.click("[data-k=mode-true]")
    tab.click(f"[data-k='row-{opinion}']")
    tab.wait_for_selector("[data-k='adopt-乙']")
    for width in (390, 768, 1024, 1280):
        tab.set_viewport_size({"width": width, "height": 900})
        assert not tab.evaluate(_CUT), width
    assert "「これを採る」で自動で" in tab.inner_text("label:has([data-k=reason])")
    press(tab, "a")
    assert tab.input_value("[data-k=reason]")
    chosen = tab.get_attribute("[data-k=stage-step2]", "aria-pressed")
    tab.wait_for_selector(".dx-is-draft")
    press(tab, "j")
    tab.wait_for_selector(".dx-toast:has-text('前の意見は確定していません')")
    assert "2. " in tab.inner_text(".dx-toast")
    press(tab, "k")
    tab.wait_for_selector("[data-k='adopt-乙']")
    press(tab, "a", "s")
    saved(tab)
    tab.wait_for_selector(".dx-rowbutton .dx-mark-settled")
    store.poll()
    found = store.decisions().set_index(["opinion_id", "roadmap"]).loc[opinion, "soumu-steps"]
    assert found["status"] == "settled"
    assert chosen == "true"
    for summary in tab.locator(".dx summary").all():
        summary.click()
    for language in ("ja", "en"):
        hits = Axe().run(tab, options=WCAG).response["violations"]
        assert not hits, (language, [(hit["id"], hit["nodes"][0]["html"][:200]) for hit in hits])
        tab.click("[data-k=lang]")
        tab.wait_for_timeout(300)


# Names of stages that are cut; three that do not fit beside each other in a row of the list may be.
_CUT = """() => [...document.querySelectorAll(".dx-chip")]
  .filter((each) => each.scrollWidth > each.clientWidth && each.parentElement.children.length < 3)
  .map((each) => each.title)"""
_BOXES = """() => [document.querySelector(".dx-toast"), document.activeElement]
  .map((each) => each.getBoundingClientRect().toJSON())"""


def undecided(tab: Any, address: str) -> None:
    """The lead, before an opinion for which nothing is chosen yet."""
    tab.goto(address)
    begin(tab, "山本")
    tab.click("[data-k=mode-true]")
    tab.locator(".dx-rowbutton").nth(3).click()
    tab.wait_for_selector(".dx-place:has-text('4 / 6')")
    tab.locator(".dx-card").focus()


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_what_is_missing_to_settle_is_said_in_the_window_and_beside_the_focus(
    tab: Any, address: str, width: int
) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    undecided(tab, address)
    for keys, words in (("s", "段階を選ぶか"), ("1s", "確定の理由の欄に移りました")):
        press(tab, *keys)
        tab.wait_for_selector(f".dx-toast[role=status]:has-text('{words}')")
        said, focused = tab.evaluate(_BOXES)
        assert 0 <= said["left"] < said["right"] <= width
        assert 0 <= said["top"] < said["bottom"] <= 900
    assert tab.locator(":focus").get_attribute("data-k") == "reason"
    assert focused["bottom"] <= said["top"] or said["bottom"] <= focused["top"]


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (640, 400)])  # and at 200 %
def test_what_is_said_gives_way_to_what_one_goes_to_press(
    tab: Any, address: str, width: int, height: int
) -> None:
    tab.set_viewport_size({"width": width, "height": height})
    undecided(tab, address)
    press(tab, "s")
    tab.wait_for_selector(".dx-toast:has-text('段階を選ぶか')")
    for _ in range(2):  # wherever it is
        before = tab.evaluate(_BOXES)[0]
        tab.mouse.move(width / 2, (before["top"] + before["bottom"]) / 2, steps=5)
        now = tab.evaluate(_BOXES)[0]
        assert now["bottom"] <= before["top"] or before["bottom"] <= now["top"]
        assert 0 <= now["top"] < now["bottom"] <= height
    assert "段階を選ぶか" in tab.inner_text(".dx-toast")


def test_where_all_around_is_dark_controls_are_drawn_for_a_white_page(
    tab: Any, address: str
) -> None:
    tab.goto(address)
    begin(tab, "山本")
    tab.add_style_tag(content=":root { color-scheme: dark; }")  # as some notebooks have it
    drawn = ".dx :is(input, select, textarea, .dx-scroll)"
    schemes = tab.eval_on_selector_all(
        drawn, "all => all.map(e => getComputedStyle(e).colorScheme)"
    )
    assert {*schemes} == {"light"}


def test_a_name_that_is_filled_in_is_replaced_by_typing(tab: Any, address: str) -> None:
    tab.goto(address)
    begin(tab, "鈴木")
    tab.reload()
    tab.wait_for_selector("#dx-name:focus")
    tab.keyboard.type("田中")
    assert tab.input_value("#dx-name") == "田中"


def test_a_store_that_has_gone_is_said_on_the_page(tab: Any, data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "data")
    with review_of(tmp_path / "data") as (url, _):
        shutil.rmtree(tmp_path / "stores")
        tab.goto(url)
        tab.wait_for_selector("text=review.db")
        assert not tab.locator("#loading").count()


def test_an_opinion_is_split_at_what_is_selected(tab: Any, tmp_path: Path) -> None:
    said = "窓口を一つにしてほしい。職員も増やすべき。"
    data = project(tmp_path, said, lead="山本")
    with review_of(data) as (url, _):
        tab.goto(url)
        begin(tab, "佐藤")
        tab.locator("summary", has_text="区切りを直す").click()
        tab.evaluate(
            """() => {
              const text = document.querySelector(".dx-text bdi").firstChild;
              getSelection().setBaseAndExtent(text, 12, text, 14);
            }"""
        )
        tab.locator("[data-k=split]").click()
        tab.locator(".dx-text bdi").get_by_text("窓口を一つにしてほしい。", exact=True).wait_for()
    (beside,) = (data / "minutes").glob("*.toml")
    assert "職員も増やすべき" in beside.read_text(encoding="utf-8")


def test_who_works_blind_is_not_told_that_nobody_has_reviewed(
    chromium: Any, tmp_path: Path
) -> None:
    data = project(tmp_path, "広くしてほしい。", "朝も開けてほしい。", blind=True)
    with review_of(data) as (url, _):
        for who, seen in (("佐藤", "誰も評価していない"), ("鈴木", "見える評価がない")):
            context = chromium.new_context()
            page = context.new_page()
            page.goto(url)
            begin(page, who)
            page.get_by_text(seen).first.wait_for(state="attached")
            press(page, "1")
            saved(page)
            page.goto("about:blank")
            context.close()
