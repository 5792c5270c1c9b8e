"""The first minutes, exactly as counted by reading."""

from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from dxreview.minutes import TOKYO, parse
from dxreview.records import Minutes, SourceText

FIRST = Path(__file__).parents[2] / "data" / "minutes" / "soumu-dx-kentokai-01.txt"


def read(text: str, name: str = "example.txt") -> Minutes:
    return parse(SourceText(name, text, "0" * 64))


@pytest.fixture(scope="module")
def first() -> Minutes:
    return read(FIRST.read_text(encoding="utf-8"), FIRST.name)


def test_meeting(first):
    (meeting,) = first.meetings
    assert meeting.meeting_id == "soumu-dx-kentokai-01"
    assert meeting.title == (
        "地方自治体のデジタルトランスフォーメーション推進に係る検討会（第１回） 議事概要"
    )
    assert meeting.series == "地方自治体のデジタルトランスフォーメーション推進に係る検討会"
    assert (meeting.round, meeting.kind, meeting.held_on) == (1, "議事概要", date(2020, 11, 2))
    assert meeting.starts_at == datetime(2020, 11, 2, 16, tzinfo=TOKYO)
    assert meeting.ends_at == datetime(2020, 11, 2, 18, tzinfo=TOKYO)
    assert meeting.venue == "中央合同庁舎第２号館 ８階 第１特別会議室"


def test_attendees(first):
    groups = Counter(person.group for person in first.attendees)
    assert groups == {"座長": 1, "構成員": 9, "幹事": 6, "オブザーバー": 6}
    online = [person.name for person in first.attendees if person.attendance == "online"]
    assert online == ["石井夏生利", "弘中 秀治", "川島 正治", "内村 義和", "小出 太朗", "澤 俊彦"]
    affiliation = {person.name: person.affiliation for person in first.attendees}
    assert affiliation["楠 正憲"] == "Japan Digital Design 株式会社 Chief Technology Officer"
    assert affiliation["黒瀬 敏文"] == (
        "総務省大臣官房審議官(新型コロナウイルス感染症対策・地域振興担当)"
    )
    assert affiliation["森 麻理子"] == "内閣官房情報通信技術(lT)総合戦略室参事官補佐"
    assert affiliation["澤 俊彦"] == "指定都市市長会主査"


def test_agenda_and_materials(first):
    assert [item.number for item in first.agenda] == [
        "1", "2", "2.1", "2.2", "2.3", "2.4", "2.5", "3",
    ]  # fmt: skip
    assert [item.title for item in first.agenda][-2:] == ["意見交換", "閉会"]
    assert [(m.number, m.presenter, m.section) for m in first.materials] == [
        *((f"2-{part}", "事務局", "自治体ＤＸの基本的方向性") for part in (1, 2, 3, 4)),
        ("3", "京都府", "地方公共団体の取組"),
        ("4", "神戸市", "地方公共団体の取組"),
        ("5", "船橋市", "地方公共団体の取組"),
        ("6", "宇部市", "地方公共団体の取組"),
        ("7", "田原本町", "地方公共団体の取組"),
    ]


def test_units_of_review(first):
    assert Counter((unit.kind, unit.section) for unit in first.opinions) == {
        ("explanation", "自治体ＤＸの基本的方向性"): 1,
        ("explanation", "地方公共団体の取組"): 1,
        ("opinion", "意見交換"): 8,
    }
    assert [unit.order for unit in first.opinions] == list(range(1, 11))
    assert [unit.page for unit in first.opinions] == [2] * 9 + [3]
    assert all(not any(char.isspace() for char in unit.text) for unit in first.opinions)
    assert "ＤＸ推進に当たって、都道府県は" in first.opinions[-1].text
    assert {unit.speaker for unit in first.opinions} == {None}


def test_every_character_is_in_one_span(first):
    held = [at for span in first.spans for at in range(span.start, span.end)]
    assert len(held) == len(set(held))
    text = first.source.text
    assert {at for at, char in enumerate(text) if not char.isspace()} <= set(held)
    assert not [span for span in first.spans if span.what == "unparsed"]
