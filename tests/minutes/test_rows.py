"""Who is who in one row of a list of people."""

import pytest

from dxreview.minutes import parse
from dxreview.records import SourceText

PRESENT, ABSENT = "present", "absent"


def people(rows: str) -> list[tuple[str | None, str | None, str | None, str]]:
    head = "第２回架空審議会　議事録\n\n日時　令和５年９月１日\n"
    talk = "議事\n佐藤座長：始めます。\n鈴木委員：はい。\n"
    found = parse(SourceText("a.txt", f"{head}{rows}\n\n{talk}", "0" * 64))
    return [tuple(each[1:5]) for each in found.attendees]


@pytest.mark.parametrize("absent", ["欠席者　田中委員", "欠席者：田中委員", "欠席：田中委員"])
@pytest.mark.parametrize("blank", ["　", " ", "、"])
def test_whoever_stands_behind_absent_on_the_same_row_is_absent(blank, absent):
    found = people(f"出席者：佐藤座長、鈴木委員{blank}{absent}")
    assert [(name, state) for _, name, _, state in found] == [
        ("佐藤", PRESENT),
        ("鈴木", PRESENT),
        ("田中", ABSENT),
    ]


@pytest.mark.parametrize(
    "row",
    [
        "出席委員：　佐藤 一郎　林 誠　鈴木 二郎",
        "出席委員\n佐藤 一郎　　林 誠　　鈴木 二郎",
        "出席委員　３名　佐藤 一郎　林 誠　鈴木 二郎",
    ],
)
def test_wide_blanks_part_people_and_narrow_ones_their_names(row):
    names = [each[1].replace(" ", "") for each in people(row)]
    assert names == ["佐藤一郎", "林誠", "鈴木二郎"]


def test_names_of_other_languages_keep_their_words():
    rows = "出席者\n委員　グエン ヴァン アン\n委員 Maria Garcia\n委員 John Smith（みやび大学）"
    assert people(rows) == [
        ("委員", "グエン ヴァン アン", None, PRESENT),
        ("委員", "Maria Garcia", None, PRESENT),
        ("委員", "John Smith", "みやび大学", PRESENT),
    ]


def test_a_given_name_before_a_post_is_none_of_the_post():
    rows = "出席者\n事務局　仙石芳友副町長、中元賢二課長、岩佐正一郎参事、船越宣孝副主幹"
    assert [each[1:3] for each in people(rows)] == [
        ("仙石芳友", "副町長"),
        ("中元賢二", "課長"),
        ("岩佐正一郎", "参事"),
        ("船越宣孝", "副主幹"),
    ]


def test_who_is_of_the_office_has_a_post_there_and_no_capacity():
    rows = "出席者\n委員　江口 太郎\n事務局　総務課長　大沢 恵、主査　小田 誠"
    assert people(rows) == [
        ("委員", "江口 太郎", None, PRESENT),
        ("事務局", "大沢 恵", "総務課長", PRESENT),
        ("事務局", "小田 誠", "主査", PRESENT),
    ]


def test_whoever_comes_for_a_member_is_a_proxy():
    rows = (
        "出席者\n委員　青山 望（みやび大学）\n委員代理　石綿 花子（架空電話）\n江口部長、大沢課長"
    )
    assert [each[:2] + each[3:] for each in people(rows)][:2] == [
        ("委員", "青山 望", PRESENT),
        ("委員代理", "石綿 花子", "proxy"),
    ]


def test_letters_apart_and_names_far_apart_are_told_from_each_other():
    rows = "出席者\n中　林　行　雄　　　　　　　　南　里　千賀子"
    assert [each[1] for each in people(rows)] == ["中林行雄", "南里 千賀子"]


def test_whoever_stands_in_brackets_behind_absent_is_absent_and_nobody_else():
    for gap in ("\n　", ""):
        found = people(f"出席者：鵜殿会長、釜萢委員{gap}（欠席　小粥委員、目片委員）")
        assert [(name, state) for _, name, _, state in found] == [
            ("鵜殿", PRESENT),
            ("釜萢", PRESENT),
            ("小粥", ABSENT),
            ("目片", ABSENT),
        ]


@pytest.mark.parametrize("gap", ["………", "　　　"])
def test_a_post_whose_holder_is_absent_is_one_person(gap):
    rows = f"出席者\n総務部長{gap}宍戸　伸\n農林水産部長{gap}欠席\n警察本部長{gap}栢　孝行"
    assert [each[1:] for each in people(rows)] == [
        ("宍戸 伸", "総務部長", PRESENT),
        (None, "農林水産部長", ABSENT),
        ("栢 孝行", "警察本部長", PRESENT),
    ]
