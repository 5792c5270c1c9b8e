"""An analyst says who speaks and who attended where the list or the speaker was misread."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dxreview.minutes import Corrections, parse
from dxreview.records import DxError, SourceText

TEXT = """第１回みやび市読書会議 会議録
日時：令和５年４月３日（月）10:00～11:00
出席者（３名）
会長　青山　健一（みやび大学）
委員　石綿花子　ほか傍聴人
図書館を考える会　かなた
議事
○青山会長　開きます。椿山委員から、欠席の連絡がありました。
○橘読書係長　本を運ぶ車を走らせます。
○予約の窓口係　簡単にしてほしい。
みやび　夜も開けてほしい。
○石綿委員　曜日は問いません。
"""
SECOND = """
第２回みやび市読書会議 会議録
日時：令和５年５月８日（月）10:00～11:00
出席者
会長　青山　健一
委員　真部次郎
議事
○真部委員　棚を低くしてほしい。
○石綿委員　曜日は問うべきです。
"""


def corrected(text=TEXT, **keys):
    rules = Corrections("miyabi.toml")
    for key, value in keys.items():
        rules = rules.including(key, value)
    return parse(SourceText("miyabi.txt", text, "0" * 64), corrections=rules)


def spoken(minutes, words):
    (found,) = [one for one in minutes.opinions if words in one.text]
    return found.kind, found.speaker, found.role, found.text


def listed(minutes):
    return [(one.group, one.name, one.affiliation, one.attendance) for one in minutes.attendees]


def spans(minutes):
    return [(minutes.source.text[one.start : one.end], one.what) for one in minutes.spans]


def test_a_speaker_is_whom_the_analyst_says():
    words, who = "本を運ぶ車を走らせます。", {"speaker": "橘　まこと", "role": "読書係長"}
    assert spoken(corrected(), words) == ("speech", "橘読書", "係長", words)
    minutes = corrected(speakers={"本を運ぶ 車を": who})
    assert spoken(minutes, words) == ("speech", "橘 まこと", "読書係長", words)
    (change,) = [one.message for one in minutes.warnings if one.code == "corrected"]
    assert "本を運ぶ" in change
    assert "橘 まこと、読書係長" in change


def test_a_speaker_who_was_taken_for_words_is_none_of_them():
    minutes = corrected(split="みやび　夜も", speakers={"夜も開けて": {"speaker": "みやび"}})
    assert spoken(minutes, "夜も") == ("speech", "みやび", None, "夜も開けてほしい。")


def test_words_that_were_taken_for_a_speaker_are_words_again():
    minutes = corrected(speakers={"予約の窓口係": {}})
    words = "予約の窓口係　簡単にしてほしい。みやび　夜も開けてほしい。"
    assert spoken(minutes, "簡単に") == ("opinion", None, None, words)


def test_an_opinion_that_is_given_a_speaker_is_speech_and_a_question_stays_one():
    text = "第１回みやび会議 議事概要\n主な意見\n○本を増やしてほしい。\n○夜も開けてほしい。\n"
    for mark, kind in (("opinion", "speech"), ("question", "question")):
        rules = Corrections("a.toml", marks={"○": mark}, speakers={"夜も": {"speaker": "橘"}})
        minutes = parse(SourceText("a.txt", text, "0" * 64), corrections=rules)
        assert spoken(minutes, "夜も")[:2] == (kind, "橘")
        assert spoken(minutes, "本を")[:2] == (mark, None)


def test_an_attendee_is_as_the_analyst_says():
    told = {"group": "委員", "affiliation": "図書館を考える会", "attendance": "online"}
    minutes = corrected(attendees={"かなた": told, "ほか傍聴人": {}})
    assert listed(minutes)[:3] == [
        ("会長", "青山 健一", "みやび大学", "present"),
        ("委員", "石綿花子", None, "present"),
        ("委員", "かなた", "図書館を考える会", "online"),
    ]
    assert ("かなた", "attendee") in spans(minutes)
    assert {one.code for one in minutes.warnings} == {"corrected"}  # three, as the heading declares


def test_what_is_not_told_of_an_attendee_stays_as_it_was_read():
    minutes = corrected(attendees={"青山　健一": {"attendance": "online"}})
    assert listed(minutes)[0] == ("会長", "青山 健一", "みやび大学", "online")


def test_a_name_that_is_printed_twice_is_told_by_a_longer_quote():
    text = TEXT + SECOND
    told = {"name": "青山健一", "group": "座長", "attendance": "absent"}
    minutes = corrected(
        text, attendees={"青山 健一 委員 真部": told, "真部次郎": {"group": "委員"}}
    )
    second = [one for one in minutes.attendees if one.meeting_id == "miyabi-2"]
    assert [one[1:5] for one in second] == [
        ("座長", "青山健一", None, "absent"),
        ("委員", "真部次郎", None, "present"),
    ]


def test_a_speaker_is_found_in_whichever_meeting_speaks():
    minutes = corrected(TEXT + SECOND, speakers={"棚を低く": {"speaker": "真部 次郎"}})
    assert spoken(minutes, "棚を")[1:3] == ("真部 次郎", None)


def test_somebody_whom_the_chair_reports_absent_is_nobody_where_the_analyst_says_so():
    assert "椿山" in {one.name for one in corrected().attendees}
    assert "椿山" not in {one.name for one in corrected(attendees={"椿山委員": {}}).attendees}


def test_a_line_of_the_list_that_was_taken_for_an_opinion_is_one_no_longer():
    text = "第１回みやび会議 議事概要\n主な意見\n○青山　望（みやび大学）\n○夜も開けてほしい。\n"
    quote, who = "○青山望（みやび大学）", {"name": "青山望", "affiliation": "みやび大学"}
    minutes = corrected(text, attendees={quote: who})
    assert [one.text for one in minutes.opinions] == ["夜も開けてほしい。"]
    assert listed(minutes) == [(None, "青山望", "みやび大学", "present")]


@pytest.mark.parametrize(
    ("key", "quote", "who", "error", "said"),
    [
        ("speakers", "車を走らせ", {"speaker": "橘"}, "speakers", "車を走らせ"),
        ("speakers", "かなた", {"speaker": "橘"}, "speakers", "かなた"),
        ("speakers", "飛行機", {}, "missing", "飛行機"),
        ("attendees", "青山", {"group": "会長"}, "ambiguous", "青山"),
        ("attendees", "かなた", {"name": "かなこ"}, "name", "かなこ"),
        ("attendees", "かなた", {"affiliation": "読書の友社"}, "affiliation", "読書の友社"),
    ],
)
def test_what_the_source_does_not_say_is_an_error(key, quote, who, error, said):
    with pytest.raises(DxError, match="miyabi") as caught:
        corrected(**{key: {quote: who}})
    assert caught.value.key == f"corrections.{error}"
    assert said in str(caught.value)


def test_what_is_saved_is_what_is_loaded_and_each_can_be_taken_back(tmp_path):
    path = tmp_path / "miyabi.toml"
    rules = Corrections("miyabi.toml").including("speakers", {'"夜も"': {"speaker": " 橘 "}})
    rules = rules.including("attendees", {"かなた": {"attendance": "proxy", "group": ""}})
    rules = rules.including("attendees", {"傍聴人": {}})
    rules.save(path)
    assert Corrections.load(path) == rules
    assert rules.made() == [
        ("speakers", '"夜も"', "橘"),
        ("attendees", "かなた", "代理"),
        ("attendees", "傍聴人", "人ではない"),
    ]
    for key, quote, _ in rules.made():
        rules = rules.without(key, quote)
    assert rules == Corrections("miyabi.toml")


BOTH = TEXT + SECOND
SQUEEZED = "".join(BOTH.split())
QUOTES = st.tuples(st.integers(0, len(BOTH)), st.integers(1, 40)).map(
    lambda place: BOTH[place[0] : sum(place)].strip()
)
BEGINNINGS = st.sets(st.sampled_from(["開きます", "本を運ぶ車を", "予約の窓口係", "棚を低く"]))


@settings(max_examples=120, deadline=None)
@given(st.sets(QUOTES, max_size=4), BEGINNINGS, st.booleans())
def test_the_account_stays_full_whatever_is_quoted(quotes, beginnings, somebody):
    once = {one for one in quotes if SQUEEZED.count("".join(one.split())) == 1}
    minutes = corrected(
        BOTH,
        attendees={one: {"group": "委員"} if somebody else {} for one in once},
        speakers={one: {"speaker": "橘"} if somebody else {} for one in beginnings},
    )
    at = 0
    for span in minutes.spans:
        assert at <= span.start < span.end
        assert not BOTH[at : span.start].strip()
        at = span.end
    assert not BOTH[at:].strip()
