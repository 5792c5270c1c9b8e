"""What an analyst corrects by hand is checked, applied and reported."""

import datetime as dt
from dataclasses import replace

import pytest

from dxreview.minutes import Corrections, parse
from dxreview.records import DxError, SourceText

TEXT = """第１回みやび市読書会議 議事概要
日時：令和５年４月３日（月）10:00～11:00
主な意見
○図書館を増やしてほしい。夜も開けてほしい。
○本を運ぶ車を
○走らせてほしい。
○予約を簡単にしてほしい。
お問い合わせは読書係まで。
"""
SOURCE = SourceText("miyabi.txt", TEXT, "0" * 64)


def corrected(**keys):
    return parse(SOURCE, corrections=Corrections(file="miyabi.toml", **keys))


def texts(minutes):
    return [opinion.text for opinion in minutes.opinions]


def test_split_at_a_quote():
    minutes = corrected(split=("夜も開けて",))
    assert texts(minutes)[:2] == ["図書館を増やしてほしい。", "夜も開けてほしい。"]
    first, second = minutes.opinions[:2]
    assert first.end == second.start
    assert (second.section, second.kind) == (first.section, first.kind)


TABLE = """みやび市読書会議 会議結果
日時：令和５年４月３日（月）
番号	名前	ことば
1	読書係	夜も開けてほしい。	検討します。
2	図書係	本を運ぶ車を走らせてほしい。
曜日は問わない。

以上
"""


def test_an_opinion_can_begin_where_none_was_read():
    source = replace(SOURCE, text=TABLE)
    assert "夜も開けてほしい。" not in texts(parse(source))
    rules = Corrections(file="a.toml", split=("夜も", "検討します", "本を運ぶ"))
    minutes = parse(source, corrections=rules)
    assert texts(minutes) == [
        "夜も開けてほしい。",
        "検討します。",
        "本を運ぶ車を走らせてほしい。曜日は問わない。",
    ]
    held = [char for char in TABLE if not char.isspace()]
    spans = [TABLE[span.start : span.end] for span in minutes.spans]
    assert "".join("".join(spans).split()) == "".join(held)


def test_join_to_the_one_before():
    assert texts(corrected(join=("○走らせて",)))[1] == "本を運ぶ車を走らせてほしい。"


def test_leave_out():
    minutes = corrected(leave_out=("お問い合わせは 読書係",))
    assert texts(minutes)[-1] == "予約を簡単にしてほしい。"
    (span,) = [span for span in minutes.spans if span.what == "left_out"]
    assert TEXT[span.start : span.end] == "お問い合わせは読書係まで。"


def test_facts_and_what_the_report_shows():
    minutes = corrected(title="読書会議", date=dt.date(2023, 4, 4), round=2)
    (meeting,) = minutes.meetings
    assert (meeting.title, meeting.held_on, meeting.round) == ("読書会議", dt.date(2023, 4, 4), 2)
    assert meeting.starts_at.date() == dt.date(2023, 4, 4)
    assert [w.code for w in minutes.warnings] == ["corrected"] * 3


def test_marks():
    assert [o.kind for o in corrected(marks={"○": "question"}).opinions] == ["question"] * 4
    assert texts(corrected(marks={"○": "text"})) != texts(parse(SOURCE))


@pytest.mark.parametrize(
    ("key", "quote", "error"),
    [
        ("split", "鉄道を延ばして", "missing"),
        ("split", "ほしい。", "ambiguous"),
        ("split", "図書館を増やし", "split"),
        ("join", "夜も開けて", "join"),
        ("leave_out", "鉄道", "missing"),
    ],
)
def test_a_quote_that_misses_is_an_error(key, quote, error):
    with pytest.raises(DxError, match="miyabi") as caught:
        corrected(**{key: (quote,)})
    assert caught.value.key == f"corrections.{error}"
    assert quote in str(caught.value)


def test_two_speakers_of_one_opinion_are_refused():
    told = {"予約を": {"speaker": "青山"}, "予約を簡単に": {"speaker": "石綿"}}
    with pytest.raises(DxError, match="「予約を」と「予約を簡単に」"):
        corrected(speakers=told)


@pytest.mark.parametrize("mark", ["★", "１．", "意"])
def test_a_mark_that_opens_no_line_is_an_error(mark):
    with pytest.raises(DxError, match="○") as caught:
        corrected(marks={mark: "opinion"})
    assert caught.value.key == "corrections.mark"


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('titel = "x"', "titel"),
        ('round = "1"', '"1".*例えば 1 の'),
        ('title = "　"', "title"),
        ("round = -5", "round"),
        ("split = 3", "split"),
        ('[marks]\n"○" = "opinions"', "opinion"),
        ("title = ", "miyabi.toml"),
        ('[speakers]\n"夜も" = "橘"', "speaker, role"),
        ('[speakers]\n"夜も" = {name = "橘"}', "speaker, role"),
        ('[attendees]\n"橘" = {attendance = "late"}', "present, online, proxy, absent"),
        ('[attendees]\n" " = {group = "委員"}', "affiliation"),
    ],
)
def test_a_file_is_checked(tmp_path, toml, said):
    path = tmp_path / "miyabi.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(DxError, match=said):
        Corrections.load(path)


def test_what_is_saved_is_what_is_loaded(tmp_path):
    path = tmp_path / "miyabi.toml"
    rules = Corrections(
        "miyabi.toml", title='「一」"二"', date=dt.date(2023, 4, 4), marks={"○": "opinion"}
    )
    rules = rules.including("join", "○走らせて").including("split", "夜も")
    rules.save(path)
    assert Corrections.load(path) == replace(rules, marks=dict(rules.marks))


def test_a_meaning_that_an_analyst_gives_holds_below_names_alone_on_their_lines():
    said = "（青山会長）\n・急ぐ。\n・調べる。\n（石綿委員）\n・安くする。\n・広くする。\n"
    source = SourceText("a.txt", f"第1回みらい会議 議事要旨\n議事\n{said}", "0" * 64)
    found = parse(source, corrections=Corrections(marks={"・": "opinion"})).opinions
    assert [(one.speaker, one.text) for one in found] == [
        ("青山", "急ぐ。"), ("青山", "調べる。"), ("石綿", "安くする。"), ("石綿", "広くする。")
    ]  # fmt: skip
