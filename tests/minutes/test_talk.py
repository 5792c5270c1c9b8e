"""What stands between speeches and in tables of opinions is nobody else's words."""

import pytest

from dxreview.minutes import parse
from dxreview.records import Minutes, Opinion, SourceText

HEAD = "第２回架空審議会　議事録\n\n日時　令和５年９月１日\n"
TALK = """議事
鈴木委員：値段を下げてほしい。
高橋委員：賛成です。
{}
事務局：訂正します。
"""


def told(text: str) -> Minutes:
    return parse(SourceText("a.txt", f"{HEAD}{text}", "0" * 64))


def said(text: str) -> list[tuple[str, str | None, str | None, str]]:
    def row(unit: Opinion) -> tuple[str, str | None, str | None, str]:
        return unit.kind, unit.speaker, unit.role, unit.text

    return list(map(row, told(text).opinions))


@pytest.mark.parametrize(
    "between",
    [
        "（閉会）",
        "（全員賛成により可決）",
        "（鈴木委員退席）",
        "※ここで鈴木委員退席",
        "＜資料２を説明＞",
        "---- 休憩 ----",
        "以上で閉会",
        "午後４時10分閉会",
    ],
)
def test_what_happens_between_two_speeches_is_in_neither(between):
    assert [text for _, _, _, text in said(TALK.format(between))] == [
        "値段を下げてほしい。",
        "賛成です。",
        "訂正します。",
    ]


@pytest.mark.parametrize(
    "vote", ["採決の結果、全員賛成で可決された。", "会長が採決を行い、承認された。"]
)
def test_how_a_vote_ended_is_told_not_said(vote):
    assert said(TALK.format(f"　{vote}"))[2] == ("explanation", None, None, vote)


def test_a_speaker_who_goes_on_is_one():
    talk = (
        "\n○議長（佐藤一郎君）　これより開きます。\n○総務部長（田中四郎君）　お答えします。\n"
        "○議長（佐藤一郎君）　次に。\n○総務部長（田中四郎君）（続）　補足します。\n"
    )
    assert said(talk)[-1] == ("speech", "田中四郎", "総務部長", "補足します。")


def test_all_together_are_a_speaker():
    turns = {
        "佐藤座長": "始めます。",
        "鈴木委員": "賛成です。",
        "一同": "異議なし。",
        "高橋委員": "はい。",
    }
    talk = "".join(f"【{who}】\n{words}\n" for who, words in turns.items())
    assert said(f"議事\n{talk}")[2] == ("speech", None, "一同", "異議なし。")


@pytest.mark.parametrize("answer", ["回答", "回答（担当課）", "事務局回答", "市の考え方"])
@pytest.mark.parametrize("opinion", ["ご意見・ご質問", "御意見・御質問", "意見", "質問・要望"])
def test_a_table_of_opinions_is_read_by_its_head_row(opinion, answer):
    table = (
        f"\nNo.\t委員名\t{opinion}\t{answer}\t回答課\n"
        "1\t田中委員\t交付率は何割か。\t８割です。\t市民課\n"
        "2\t〃\t窓口はいつ変わるのか。\t来年度です。\t企画課\n"
    )
    assert [(kind == "answer", name, text) for kind, name, _, text in said(table)] == [
        (False, "田中", "交付率は何割か。"),
        (True, None, "８割です。"),
        (False, "田中", "窓口はいつ変わるのか。"),
        (True, None, "来年度です。"),
    ]


@pytest.mark.parametrize("heading", ["会議内容", "議事録", "議事の経過", "発言要旨"])
def test_a_heading_below_the_agenda_is_none_of_its_items(heading):
    listed, talk = "(1) 計画の進捗について\n(2) その他", "会長：始めます。\n委員：はい。"
    found = told(f"議題\n{listed}\n\n{heading}\n1 開会\n{talk}\n").agenda
    assert [item.title for item in found] == ["計画の進捗について", "その他"]


def test_items_of_a_programme_are_no_opinions_where_sentences_are_announced():
    programme = "議事\n（１）計画の進み方\n- 推進体制\n- 数値目標\n"
    opinions = "３．委員の意見\n- 木陰が足りない。\n- 歩きにくい。\n"
    assert [words for _, _, _, words in said(programme + opinions)] == [
        "木陰が足りない。",
        "歩きにくい。",
    ]


@pytest.mark.parametrize("shape", ["{}　{}", "{}：{}", "（{}）{}", "【{}】{}"])
def test_whose_name_is_withheld_speaks_for_himself(shape):
    turns = [
        ("会長", "始めます。"),
        ("○○委員", "賛成です。"),
        ("△△委員", "反対です。"),
        ("会長", "はい。"),
    ]
    talk = "\n".join(shape.format(*turn) for turn in turns)
    assert [(name, role, words) for _, name, role, words in said(f"議事\n{talk}\n")] == [
        (None, "会長", "始めます。"),
        ("○○", "委員", "賛成です。"),
        ("△△", "委員", "反対です。"),
        (None, "会長", "はい。"),
    ]


@pytest.mark.parametrize("who", ["早乙女（辺見代理）", "市民Ｂ（女性）", "参加者３（自治会長）"])
def test_an_aside_behind_a_speaker_is_none_of_the_words_before(who):
    assert [words for _, _, _, words in said(TALK.format(f"{who}：協力します。"))][1:3] == [
        "賛成です。",
        "協力します。",
    ]


def test_the_office_answers_the_items_above_it():
    text = (
        "１　調査について\n・割合が多い。\n　（事務局）減る見込みである。\n"
        "・町内会に頼んではどうか。\n"
        "２　基準について\n・数値で示せないか。\n　（事務局）検討する。\n・隣と揃えるべき。\n"
    )
    units = told(f"議事要旨\n{text}").opinions
    assert [(unit.kind, unit.section, unit.role) for unit in units] == [
        ("opinion", "調査について", None),
        ("answer", "調査について", "事務局"),
        ("opinion", "調査について", None),
        ("question", "基準について", None),
        ("answer", "基準について", "事務局"),
        ("opinion", "基準について", None),
    ]
    assert [unit.reply_to for unit in units if unit.kind == "answer"] == [
        units[0].opinion_id,
        units[3].opinion_id,
    ]


def test_a_topic_in_any_brackets_parts_the_speeches():
    talk = "薗委員：一律がよい。\n鳳課長：検討する。\n"
    text = f"議事録\n＜宿泊税について＞\n{talk}＜周遊バスについて＞\n{talk}"
    assert [(unit.section, unit.text) for unit in told(text).opinions] == [
        ("宿泊税について", "一律がよい。"),
        ("宿泊税について", "検討する。"),
        ("周遊バスについて", "一律がよい。"),
        ("周遊バスについて", "検討する。"),
    ]


def test_the_item_of_a_row_is_the_section_of_what_was_said_there():
    table = (
        "\nNo.\t項目\t質問・意見\t回答\n1\t料金\t上げすぎではないか。\t検討します。\n"
        "2\t広報\t足りない。\t増やします。\n"
    )
    assert [unit.section for unit in told(table).opinions] == ["料金", "料金", "広報", "広報"]


def test_a_legend_says_whose_words_a_mark_opens():
    text = (
        "【議事】　（◎会長　○委員　●事務局）\n●：　始めます。\n◎：　お願いします。\n○：　どうか。\n"
    )
    assert [(role, words) for _, _, role, words in said(text)] == [
        ("事務局", "始めます。"),
        ("会長", "お願いします。"),
        ("委員", "どうか。"),
    ]
