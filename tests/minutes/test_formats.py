"""What a format knows by itself (tables, lists, headings) tells opinions apart."""

import pytest
from docx import Document

from dxreview.minutes import parse
from dxreview.sources import read
from tests.documents import saved

HEAD = "<h1>第2回みらい市総合計画審議会 会議概要</h1><p>日時　令和6年5月21日（火）10時から11時</p>"


def told(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    minutes = parse(read(tmp_path / name))
    assert [span for span in minutes.spans if span.what == "unparsed"] == []
    return minutes


def test_rows_of_a_table_are_opinions_with_their_answers(tmp_path):
    table = """<h2>主な意見</h2><table>
    <tr><th>番号</th><th>発言者</th><th>意見の内容</th><th>事務局の回答</th></tr>
    <tr><td>1</td><td>青山会長</td><td>駅前の整備を急ぐべきである。</td><td>検討する。</td></tr>
    <tr><td>2</td><td>石綿委員</td><td><p>訓練を増やすべきだ。</p><p>学校とも。</p></td><td></td></tr>
    <tr><td>3</td><td>江口委員</td><td>道を直して</td><td>はい</td></tr>
    <tr><td>4</td><td></td><td>だれの意見かは書かれていない。</td><td></td></tr></table>"""
    units = told(tmp_path, "a.html", (HEAD + table).encode()).opinions
    assert [(unit.kind, unit.speaker, unit.text) for unit in units] == [
        ("opinion", "青山", "駅前の整備を急ぐべきである。"),
        ("answer", None, "検討する。"),
        ("opinion", "石綿", "訓練を増やすべきだ。学校とも。"),
        ("opinion", "江口", "道を直して"),
        ("answer", None, "はい"),
        ("opinion", None, "だれの意見かは書かれていない。"),
    ]
    assert [unit.reply_to for unit in units if unit.kind == "answer"] == [
        units[0].opinion_id,
        units[3].opinion_id,
    ]
    assert {unit.section for unit in units} == {"主な意見"}


def test_items_of_a_list_without_marks_are_opinions(tmp_path):
    listed = """<h2>主な意見</h2><ul><li>駅前の整備を急ぐべきである。</li>
    <li>訓練を増やすべきではないか。</li><li>広報を強化すること</li></ul>
    <h2>今後の予定</h2><p>次回は7月に開く。</p>"""
    units = told(tmp_path, "a.html", (HEAD + listed).encode()).opinions
    assert [unit.text[:2] for unit in units] == ["駅前", "訓練", "広報"]


@pytest.mark.parametrize("heading", ["議事", "議事要旨", "議事概要", "1. 暮らし"])
def test_items_of_a_list_have_the_bullets_that_a_browser_shows(tmp_path, heading):
    listed = (
        f"<h2>{heading}</h2><h3>窓口について</h3><ul><li>長く開けてほしい。<li>近いとよい。</ul>"
    )
    minutes = told(tmp_path, "a.html", (HEAD + listed).encode())
    assert "• 長く開けてほしい。\n• 近いとよい。" in minutes.source.text
    assert [unit.text for unit in minutes.opinions] == ["長く開けてほしい。", "近いとよい。"]


def test_headings_of_word_part_agenda_and_sections(tmp_path):
    document = Document()
    document.add_heading("第4回みらい市総合計画審議会　議事要旨", 0)
    document.add_paragraph("日時：令和6年5月21日（火）10時～11時")
    document.add_heading("議題", 1)
    for item in ("骨子案について", "意見募集について", "その他"):
        document.add_paragraph(item, style="List Number")
    document.add_heading("主な意見", 1)
    document.add_heading("骨子案について", 2)
    for item in ("分かりやすい。", "数値を入れるべきではないか。"):
        document.add_paragraph(item, style="List Bullet")
    document.add_heading("意見募集について", 2)
    for item in ("期間を延ばすべきだ。", "若い人の声を集めてほしい。"):
        document.add_paragraph(item, style="List Number")
    minutes = told(tmp_path, "a.docx", saved(document))
    assert [item.title for item in minutes.agenda] == [
        "骨子案について",
        "意見募集について",
        "その他",
    ]
    assert [(unit.section, unit.text[:2]) for unit in minutes.opinions] == [
        ("骨子案について", "分か"),
        ("骨子案について", "数値"),
        ("意見募集について", "期間"),
        ("意見募集について", "若い"),
    ]


def test_a_line_break_in_a_cell_stays_in_its_cell(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(
        "<meta charset=utf-8><h1>第2回会議 議事概要</h1><p>日時 令和6年1月22日</p><table>"
        "<tr><th>ご意見</th><th>市の考え方</th></tr>"
        "<tr><td>窓口が遠い。<br>近くにほしい。</td><td>検討する。</td></tr>"
        "<tr><td><p>字が小さい。</p><p>大きくしてほしい。</p></td><td>改める。<br>年内に。</td></tr>"
        "</table>",
        encoding="utf-8",
    )
    said = [(unit.kind, unit.text) for unit in parse(read(path)).opinions]
    assert said == [
        ("opinion", "窓口が遠い。近くにほしい。"),
        ("answer", "検討する。"),
        ("opinion", "字が小さい。大きくしてほしい。"),
        ("answer", "改める。年内に。"),
    ]


def test_items_before_the_first_speech_are_opinions_too(tmp_path):
    document = Document()
    document.add_heading("第３回懇談会 会議録", 0)
    document.add_heading("委員からの主な意見", 1)
    document.add_paragraph("手続を簡素にしてから始めるべき。", style="List Bullet")
    document.add_paragraph("取り残さない視点が必要である。", style="List Bullet")
    document.add_heading("質疑", 1)
    document.add_paragraph("小林委員　　町民への周知が足りない。")
    document.add_paragraph("事 務 局　　来月から始める。")
    (tmp_path / "a.docx").write_bytes(saved(document))
    minutes = parse(read(tmp_path / "a.docx"))
    assert [unit.kind for unit in minutes.opinions] == ["opinion", "opinion", "speech", "speech"]


def test_a_table_of_people_needs_no_heading(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(
        "<meta charset=utf-8><h1>第2回会議 議事概要</h1><p>日時 令和6年1月22日</p><table>"
        "<tr><th>区分</th><th>氏名</th><th>所属</th></tr>"
        "<tr><td>会長</td><td>中村 明</td><td>みどり大学</td></tr>"
        "<tr><td>委員</td><td>小林 さくら</td><td>商工会</td></tr></table>",
        encoding="utf-8",
    )
    people = parse(read(path)).attendees
    assert [(one.name, one.affiliation) for one in people] == [
        ("中村 明", "みどり大学"),
        ("小林 さくら", "商工会"),
    ]
