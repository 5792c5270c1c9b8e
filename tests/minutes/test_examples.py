"""Look-alikes of every form of published minutes: the loader finds what a reader finds."""

import pytest

from dxreview.minutes import parse
from dxreview.records import SourceText
from tests.minutes.scoring import EXPECTED, facts, load, matched, person_fits, unit_fits

NAMES = list(EXPECTED)


@pytest.mark.parametrize("name", NAMES)
def test_units(name):
    found, wanted = list(load(name).opinions), EXPECTED[name]["units"]
    assert matched(found, wanted, unit_fits) == (len(wanted), [], [])


@pytest.mark.parametrize("name", NAMES)
def test_people(name):
    found, wanted = list(load(name).attendees), EXPECTED[name]["people"]
    assert matched(found, wanted, person_fits) == (len(wanted), [], [])


@pytest.mark.parametrize("name", NAMES)
def test_facts(name):
    assert facts(load(name), EXPECTED[name]) == {}


@pytest.mark.parametrize("name", EXPECTED)
def test_account(name):
    minutes = load(name)
    text = minutes.source.text
    at = 0
    for span in minutes.spans:
        assert at <= span.start < span.end
        assert not text[at : span.start].strip()
        at = span.end
    assert not text[at:].strip()


def test_an_honour_without_a_name_is_nobody():
    text = "架空市会議　会議録\n\n出席委員\n架空花子君\n君\n"
    found = parse(SourceText("a.txt", text, "0" * 64))
    assert [each.name for each in found.attendees] == ["架空花子"]


@pytest.mark.parametrize("row", ["・", "•  ・", "‣"])
def test_a_bullet_without_words_in_a_list_is_nobody(row):
    text = f"架空市会議　会議録\n\n出席委員\n架空花子\n{row}\n架空太郎\n"
    found = parse(SourceText("a.txt", text, "0" * 64))
    assert [each.name for each in found.attendees] == ["架空花子", "架空太郎"]


def test_what_is_read_out_is_said_and_what_closes_the_minutes_is_not() -> None:
    minutes = load("118-closing-lines-and-read-out-lists")
    assert [opinion.text for opinion in minutes.opinions] == [
        "では、事務局から順に読み上げます。１　計画の素案２　意見の一覧以上の二つです。",
        "素案の表紙を大きな字にしてください。",
        "直します。",
    ]
    assert [material.number for material in minutes.materials] == ["1", "2"]


def test_a_page_is_that_of_the_tag_above() -> None:
    minutes = load("10-pdf-page-tags")
    assert [opinion.page for opinion in minutes.opinions] == [2, 2, 2, 3]
    assert {person.page for person in minutes.attendees} == {1}


def test_posts_side_by_side_are_one_person_each():
    text = "架空市議会　会議録\n\n説明員\n市長　副市長　教育長\n総務部長　架空花子\n"
    found = parse(SourceText("a.txt", text, "0" * 64))
    told = [each.name or each.affiliation for each in found.attendees]
    assert told == ["市長", "副市長", "教育長", "架空花子"]


@pytest.mark.parametrize(
    "rows",
    [
        "架空花子（オンライン）、架空太郎",
        "※はオンライン\n架空花子※\n架空太郎",
        "架空花子※\n架空太郎\n※はオンライン",
    ],
)
def test_who_is_online_is_said_in_brackets_or_by_a_legend_before_or_behind(rows):
    text = f"架空市会議　会議録\n\n出席者\n{rows}\n"
    found = parse(SourceText("a.txt", text, "0" * 64))
    assert [each.attendance for each in found.attendees] == ["online", "present"]


def test_a_bracket_that_a_wrap_parts_from_its_name_is_said_of_that_one():
    rows = "委員　青山花子、三好太郎\n（代理）、大野次郎\n議事\n○委員　賛成です。"
    source = SourceText("a.txt", f"会議録\n出席者\n{rows}", "0" * 64)
    there = {one.name: one.attendance for one in parse(source).attendees}
    assert there == {"青山花子": "present", "三好太郎": "proxy", "大野次郎": "present"}


def test_a_turn_of_few_words_is_no_answer_by_its_last_word():
    said = "課長：始めます。\n委員：いつですか。\n課長：後日回答\n委員：わかりました。"
    found = parse(SourceText("a.txt", f"会議録\n議事\n{said}", "0" * 64)).opinions
    kinds = {one.text: one.kind for one in found}
    assert kinds["後日回答"] == "speech"


def test_what_stands_beside_an_empty_opinion_is_no_opinion():
    rows = "意見\t回答\t備考\n道を直す。\t直す。\t\n－\t－\t前回から続く。"
    found = parse(SourceText("a.txt", f"会議録\n意見\n{rows}", "0" * 64)).opinions
    assert "前回から続く。" not in [one.text for one in found]


def test_answers_go_to_the_list_of_opinions_right_before_them():
    lists = (
        ("参加者からの意見", "１　道が狭い。\n２　灯りがほしい。"),
        ("市長の回答", "１　広げる。\n２　付ける。"),
        ("参加者からの意見", "１　水が濁る。"),
        ("市長の回答", "１　調べる。\n２　ほかはない。"),
    )
    body = "\n".join(f"＜{head}＞\n{items}" for head, items in lists)
    text = f"市長と語る会　議事概要\n日時：2023年6月24日（土）\n{body}"
    found = {one.text: one for one in parse(SourceText("a.txt", text, "0" * 64)).opinions}
    assert found["付ける。"].reply_to == found["灯りがほしい。"].opinion_id
    assert found["調べる。"].reply_to == found["水が濁る。"].opinion_id
    assert "ほかはない。" not in found


@pytest.mark.parametrize(
    ("topic", "following", "section"),
    [
        ("（１）公園の見直しについて", "（主な意見）", "公園の見直しについて"),
        ("１　公園の見直し", "＜質疑応答＞", "公園の見直し"),
        ("１　公園の見直し", "主な意見", "公園の見直し"),
        ("【公園の見直し】", "○主な意見", "公園の見直し"),
        ("【公園の見直し】", "【主な意見】", "主な意見"),  # beside it
        ("（１）公園の見直しについて", "（２）意見交換", "意見交換"),
        ("（１）公園の見直しについて", "【ベンチについての意見】", "ベンチについての意見"),
    ],
)
def test_a_heading_that_says_only_that_opinions_follow_hides_no_topic(topic, following, section):
    head = "架空審議会　議事要旨\n\n日時　令和６年５月10日\n\n議事概要\n"
    told = f"{topic}\n　事務局より資料１について説明があった。\n{following}\n"
    text = f"{head}{told}・木陰を増やしてほしい。\n・ベンチが足りない。\n"
    found = parse(SourceText("a.txt", text, "0" * 64))
    assert [unit.section for unit in found.opinions[-2:]] == [section, section]
