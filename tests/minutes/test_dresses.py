"""The same people, turns and dates are read in whatever dress a body prints them."""

from datetime import date
from itertools import product

import pytest

from dxreview.minutes import parse
from dxreview.records import Minutes, SourceText

TALK = """○山本委員長　ただいまから会議を開きます。
○西川総務部長　御説明いたします。
○近江委員　費用を伺います。
○山本委員長　以上です。"""
STAFF = "説明のため出席した者"

# How people are printed: three members, one who is absent, two of the staff.
PEOPLE = {
    "post, name": (
        ["委員長　　山本　一郎", "副委員長　近江　花子", "委　員　　桑島　健"],
        ["委　員　　早川　誠"],
        ["総務部長　　西川　徹", "総務課長　　落合　恵"],
    ),
    "two columns": (
        ["委員長　山本　一郎　　副委員長　近江　花子", "委　員　桑島　健"],
        ["委　員　早川　誠"],
        ["総務部長　西川　徹　　総務課長　落合　恵"],
    ),
    "seats": (
        ["１番　山本　一郎君　　２番　近江　花子君", "３番　桑島　健君"],
        ["４番　早川　誠君"],
        ["総務部長　西川　徹君　　総務課長　落合　恵君"],
    ),
    "glued": (
        ["委員長山本一郎", "副委員長近江花子", "桑島健"],
        ["早川誠"],
        ["総務部長西川徹", "総務課長落合恵"],
    ),
    "commas": (
        ["山本委員長、近江副委員長、桑島委員"],
        ["早川委員"],
        ["西川総務部長、落合総務課長"],
    ),
    "leaders": (
        ["委員長…………山　本　一　郎", "副委員長………近　江　花　子", "委　員…………桑　島　　　健"],
        ["委　員…………早　川　　　誠"],
        ["総務部長………西　川　　　徹", "総務課長………落　合　　　恵"],
    ),
    "bullets": (
        ["・山本 一郎（委員長）", "・近江 花子（副委員長）", "・桑島 健"],
        ["・早川 誠"],
        ["・西川 徹（総務部長）", "・落合 恵（総務課長）"],
    ),
    "name, post": (
        ["山本　一郎　委員長", "近江　花子　副委員長", "桑島　健　　委員"],
        ["早川　誠　　委員"],
        ["西川　徹　　総務部長", "落合　恵　　総務課長"],
    ),
}
# How a label and its people are set: {n} a number, {label}, {first} and {rest} of the people.
SETTINGS = {
    "below": "{label}\n　　{all}",
    "flush": "{label}\n{flush}",
    "beside": "{label}　　{first}\n　　　　　　　　　　{rest}",
    "colon": "{label}：{first}\n　　　　　　　　　　{rest}",
    "number": "{n}　{label}\n　　{all}",
    "number, colon": "{n}. {label}： {first}\n　　　　　　　　　　{rest}",
    "number in brackets": "（{n}）{label}\n　　{all}",
    "circle": "○{label}\n　{all}",
    "brackets": "【{label}】\n　{all}",
    "brackets beside": "【{label}】{first}\n　　　　　　　　　　{rest}",
    "bar": "| {label} | {first} |\n| | {rest} |",
    "sentence": "{label}は次のとおりである。\n　　{all}",
    "blank lines": "\n{label}\n\n　　{all}\n",
}


def read(text: str) -> Minutes:
    return parse(SourceText("example.txt", text, "0" * 64))


def listed(setting: str, label: str, people: list[str], n: int) -> str:
    rest = "\n　　　　　　　　　　".join(people[1:])
    if setting == "bar":
        rest = " |\n| | ".join(people[1:])
    every, flush = "\n　　".join(people), "\n".join(people)
    text = SETTINGS[setting].format(
        n=n, label=label, first=people[0], rest=rest, all=every, flush=flush
    )
    return text.rstrip("| \u3000\n")


@pytest.mark.parametrize(("setting", "people"), product(SETTINGS, PEOPLE))
def test_people_are_read_in_every_dress(setting, people):
    members, absent, staff = PEOPLE[people]
    minutes = read(
        "\n".join(
            [
                "あおば市総務委員会会議録\n日時　令和５年４月３日（月）10時～11時",
                listed(setting, "出席委員", members, 1),
                listed(setting, "欠席委員", absent, 2),
                listed(setting, STAFF, staff, 3),
                listed(setting, "会議に付した事件", ["議案第１号　予算について"], 4),
                TALK,
            ]
        )
    )
    found = [
        (p.group, "".join((p.name or "").split())[:2], p.attendance) for p in minutes.attendees
    ]
    assert found == [
        ("出席委員", "山本", "present"),
        ("出席委員", "近江", "present"),
        ("出席委員", "桑島", "present"),
        ("欠席委員", "早川", "absent"),
        (STAFF, "西川", "present"),
        (STAFF, "落合", "present"),
    ]
    assert len(minutes.opinions) == 4


WHO = {
    "surname and post": "{0}{2}",
    "name and post": "{0}{1}{2}",
    "post (name)": "{2}（{0}{1}）",
    "post (name 君)": "{2}（{0}　{1}君）",
    "surname, post": "{0}　{2}",
    "post, name": "{2}　{0}{1}",
}
MARKS = ["○{}", "〇{}", "◆{}", "・{}", "【{}】", "〔{}〕", "＜{}＞", "[{}]", "{}：", "○{}："]
WORDS = {"beside": "　{0}\n　{1}", "below": "\n{0}\n{1}", "set in below": "\n\n　{0}\n\n　{1}\n"}


@pytest.mark.parametrize(("who", "mark", "words"), product(WHO, MARKS, WORDS))
def test_turns_are_read_in_every_dress(who, mark, words):
    speakers = [("山本", "一郎", "会長"), ("西川", "徹", "総務課長"), ("近江", "花子", "委員")]
    said = ("資料を御覧ください。", "（1）現在の状況を申し上げます。")
    turns = [
        mark.format(WHO[who].format(*speaker)) + WORDS[words].format(*said)
        for speaker in (*speakers, speakers[1], speakers[2], speakers[0])
    ]
    minutes = read("\n".join(["あおば市審議会　会議録", "日時　令和５年４月３日", *turns]))
    assert [(o.speaker or "")[:2] for o in minutes.opinions] == [
        "山本", "西川", "近江", "西川", "近江", "山本",
    ]  # fmt: skip
    assert [o.role for o in minutes.opinions[:3]] == ["会長", "総務課長", "委員"]


DATES = [
    "令和５年４月３日（月）", "令和 5 年 4 月 3 日（月曜日）", "令和五年四月三日",
    "2023年4月3日(月)", "2023年(令和5年)4月3日", "令和5年(2023年)4月3日", "2023/4/3",
    "２０２３．４．３", "R5.4.3",
    "Ｒ５．４．３", "令和５．４．３", "令5.4.3",
]  # fmt: skip
LABELS = [
    "日時　{}　10時～", "１　日　時：{}", "【日時】{}", "○日時\n{}", "| 開催日時 | {} |",
    "{}　午前10時開会", "と　き　{}", "日　程　{}", "実施日：{}", "{}に会議を開催した。",
]  # fmt: skip


@pytest.mark.parametrize(("label", "printed"), product(LABELS, DATES))
def test_a_date_is_read_in_every_dress(label, printed):
    head = "更新日：2023年6月1日\nあおば市環境審議会　会議録\n"
    body = "\n場所　市役所\n議事\n○山本会長　令和４年９月１日の件を報告します。\n○近江委員　はい。"
    (meeting,) = read(head + label.format(printed) + body).meetings
    assert meeting.held_on == date(2023, 4, 3)
