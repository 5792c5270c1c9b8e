"""What a file's text is, whatever encoding or format it comes in."""

from html import escape
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxreview import sources
from dxreview.minutes import parse
from dxreview.records import DxError, SourceText
from dxreview.sources import Limits
from dxreview.sources.html import extract
from dxreview.sources.numbering import Numbering
from dxreview.sources.text import decode
from tests.documents import pdf, saved, with_part, word

TEXT = (
    "架空市デジタル推進会議（第２回）　議事概要\n\n"
    "○委員　住民の手続きを、窓口でもスマートフォンでも選べるようにしてほしい。\n"
    "○事務局　ご意見のとおり検討する。\n"
)
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932", "euc_jp"]
ENCODINGS += ["iso2022_jp_ext"]


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def page(folder: Path, body: str, *, charset: str = "utf-8", declared: str | None = None):
    html = f'<html><head><meta charset="{declared or charset}"></head><body>{body}</body></html>'
    return sources.read(write(folder, "page.html", html.encode(charset)))


def furniture(source: SourceText) -> list[str]:
    hidden = (span for span in source.marked if span.what == "furniture")
    return [source.text[span.start : span.end] for span in hidden]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_text_reads_the_same_in_every_encoding(tmp_path, encoding, line_end):
    path = write(tmp_path, "a.txt", TEXT.replace("\n", line_end).encode(encoding))
    assert sources.read(path).text == TEXT


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
def test_a_list_of_names_without_kana_is_told_from_its_kanji(tmp_path, encoding):
    names = "架空市審議会\n委員長　架空花子\n委員　見本太郎\n"
    assert sources.read(write(tmp_path, "a.txt", names.encode(encoding))).text == names


def test_the_first_minutes_keep_every_character(first_minutes):
    decoded = first_minutes.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    assert sources.read(first_minutes).text == decoded


def test_a_form_feed_starts_a_page(tmp_path):
    assert sources.read(write(tmp_path, "a.txt", "一頁\n\f二頁\n\f三頁\n\f")).pages == (0, 4, 8)


def test_html_in_shift_jis_is_read_by_its_declaration(tmp_path):
    source = page(tmp_path, "<p>○委員　賛成である。①</p>", charset="cp932", declared="Shift_JIS")
    assert source.text == "○委員　賛成である。①\n"


@pytest.mark.parametrize("blank", ["", " "])  # UTF-16 has two bytes a letter
@pytest.mark.parametrize("charset", ["cp932", "utf-8-sig"])
@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "no-such", "utf-16"])
def test_a_wrong_charset_declaration_does_not_garble(tmp_path, declared, charset, blank):
    body = f"<p>住民のための改革です。</p>{blank}"
    source = page(tmp_path, body, charset=charset, declared=declared)
    assert source.text == "住民のための改革です。\n"


def test_a_table_row_is_a_line_with_a_tab_between_cells(tmp_path):
    row = "<tr><th><p>座長</p></th>\n<td><p>架空 花子</p></td><td>架空大学</td></tr>"
    source = page(tmp_path, f"<table>{row}<tr><td>日時</td><td>令和２年<br>午後</td></tr></table>")
    assert source.text == "座長\t架空 花子\t架空大学\n日時\t令和２年\n午後\n"


def test_a_row_that_begins_with_an_empty_cell_is_a_line_of_its_own(tmp_path):
    rows = "<tr><th>委員</th><td></td><td>架空 花子</td></tr><tr><th></th><td>見本 太郎</td></tr>"
    text = "委員\t架空 花子\n見本 太郎\n"
    assert page(tmp_path, f"<table>{rows}</table>").text == text
    document = docx.Document()
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(1, 1).text = "委員", "見本 太郎"
    table.cell(0, 1).add_paragraph("架空 花子")
    assert sources.read(write(tmp_path, "a.docx", saved(document))).text == text


def opinions_by_row(source: SourceText) -> list[tuple[str | None, str, str]]:
    return [(each.speaker, each.kind, each.text) for each in parse(source).opinions]


SPANNED = [
    ("架空", "opinion", "窓口を増やしてほしい。"),
    ("架空", "opinion", "賛成"),
    (None, "answer", "承知した。"),
    ("見本", "opinion", "字を大きくしてほしい。"),
    (None, "answer", "検討する。"),
]


def test_a_cell_that_spans_rows_of_a_page_counts_for_each_of_them(tmp_path):
    rows = "<tr><th>発言者<th>番号<th>意見の内容<th>事務局の回答</tr>"
    rows += (
        "<tr><td rowspan=3>架空委員<td>１<td rowspan=2 colspan=1>窓口を増やしてほしい。<td></tr>"
    )
    rows += "<tr><td>２<td></tr><tr><td>　<td>賛成<td>承知した。</tr>"
    rows += "<tr><td>　見本委員<td>３<td>字を大きくしてほしい。<td rowspan=9>検討する。</tr>"
    source = page(tmp_path, f"<h1>架空市検討会 議事概要</h1><table>{rows}</table>")
    assert opinions_by_row(source) == SPANNED
    assert source.text.count("架空委員") == 1


def test_a_cell_that_spans_rows_of_a_word_table_counts_for_each_of_them(tmp_path):
    document = docx.Document()
    document.add_heading("架空市検討会　議事概要", 1)
    said = [
        ("発言者", "意見の内容", "事務局の回答"),
        ("架空委員", "窓口を増やしてほしい。", ""),
        ("", "賛成", "承知した。"),
        ("見本委員", "字を大きくしてほしい。", "検討する。"),
    ]
    table = document.add_table(0, 3)
    for row in said:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    source = sources.read(write(tmp_path, "a.docx", saved(document)))
    assert opinions_by_row(source) == SPANNED


def test_navigation_is_furniture_and_stays_in_the_text(tmp_path):
    body = "<nav><a href=/>ホーム</a></nav><p>○一つ目の意見。</p><footer>架空市</footer>"
    source = page(tmp_path, body)
    assert source.text == "ホーム\n○一つ目の意見。\n架空市\n"
    assert furniture(source) == ["ホーム", "架空市"]


def test_numbered_lists_keep_their_numbers_and_furigana_their_own_line(tmp_path):
    body = "<ol><li>開会</li><li>議事</li></ol><p><ruby>架空<rt>かくう</rt></ruby>委員</p>"
    source = page(tmp_path, body)
    assert source.text == "1. 開会\n2. 議事\n架空委員\nかくう\n"
    assert furniture(source) == ["かくう"]


def test_items_are_numbered_as_a_browser_does(tmp_path):
    body = "<ol type=a start=2><li>開会<li>議事<ol><li>報告</ol><template><ol></ol></template>"
    body += "<li value=7>閉会<li>（8）以上</ol>"
    assert page(tmp_path, body).text == "b. 開会\nc. 議事\n1. 報告\ng. 閉会\n（8）以上\n"


def test_what_a_page_hides_is_furniture(tmp_path):
    hidden = "<p style='DISPLAY : none'>隠れた字</p><p hidden>これも</p>"
    assert furniture(page(tmp_path, f"{hidden}<p>見える字</p>")) == ["隠れた字", "これも"]


def test_a_page_of_frames_names_the_pages_that_hold_the_text(tmp_path):
    frames = "<frameset><frame src=menu.html><frame src=text.html></frameset>"
    with pytest.raises(DxError, match=r"menu\.html、text\.html"):
        sources.read(write(tmp_path, "a.html", frames))


def test_a_line_wrapped_in_the_html_file_is_not_wrapped_in_the_text(tmp_path):
    assert page(tmp_path, "<p>住民の\n  ための\n改革 of\nDX</p>").text == "住民のための改革 of DX\n"


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("a.txt", b"", "source.empty"),
        ("a.txt", b" \r\n\t\r\n", "source.empty"),
        ("a.txt", b"%PDF-1.7 ...", "source.binary"),
        ("a.txt", bytes(range(32)) * 20, "source.binary"),
        ("a.txt", TEXT.encode()[:-60] + b"\xff\xfe" + TEXT.encode()[-60:], "source.encoding"),
        ("a.pdf", b"no pdf at all", "source.damaged"),
        ("a.html", b"<html><body></body></html>", "source.empty"),
        ("a.xlsx", b"PK", "source.kind"),
    ],
)
def test_a_file_that_is_no_minutes_is_refused_in_one_sentence(tmp_path, name, data, key):
    with pytest.raises(DxError) as caught:
        sources.read(write(tmp_path, name, data))
    assert caught.value.key == key
    assert name in caught.value.sentence("ja")
    assert "\n" not in caught.value.sentence("en")


def test_a_damaged_byte_is_named_by_its_place(tmp_path):
    data = TEXT.encode()
    path = write(tmp_path, "a.txt", data.replace("、".encode(), b"\xff!", 1))
    with pytest.raises(DxError, match=r"3 行目（[0-9]+ バイト目、FF"):
        sources.read(path)


def test_a_word_document_keeps_order_numbers_tables_and_text_boxes(tmp_path):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "架空市"
    document.add_paragraph("開会", style="List Number")
    document.add_paragraph("議事", style="List Number")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "座長", "架空 花子"
    anchor = document.add_paragraph("箱のある段落")
    box = f'<w:r {WORD} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox>'
    box += "<w:txbxContent><w:p><w:r><w:t>箱の中</w:t></w:r></w:p></w:txbxContent></v:textbox>"
    anchor._p.append(docx.oxml.parse_xml(box + "</v:shape></w:pict></w:r>"))
    document.add_paragraph("次の頁").paragraph_format.page_break_before = True
    source = sources.read(write(tmp_path, "a.docx", saved(document)))
    assert source.text == (
        "架空市\n1. 開会\n2. 議事\n座長\t架空 花子\n箱のある段落\n箱の中\n次の頁\n"
    )
    assert [source.text[at:][:3] for at in source.pages] == ["架空市", "次の頁"]
    assert furniture(source) == ["架空市"]


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("decimalFullWidth", "（１）（２）"),
        ("decimalEnclosedCircle", "（①）（②）"),
        ("japaneseCounting", "（一）（二）"),
        ("aiueoFullWidth", "（ア）（イ）"),
        ("lowerRoman", "（i）（ii）"),
    ],
)
def test_word_numbers_are_written_as_word_shows_them(form, numbers):
    level = f'<w:lvl w:ilvl="0"><w:numFmt w:val="{form}"/><w:lvlText w:val="（%1）"/></w:lvl>'
    held = f'<w:numbering {WORD}><w:abstractNum w:abstractNumId="7">{level}</w:abstractNum>'
    held += '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    place = f'<w:pPr {WORD}><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr>'
    numbering = Numbering(docx.oxml.parse_xml(held), None)
    marks = [numbering.mark(docx.oxml.parse_xml(place)) for _ in range(2)]
    assert "".join(marks).replace(" ", "") == numbers


def test_deleted_words_of_a_word_document_are_gone_and_inserted_ones_there(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("窓口を")._p
    changes = f"<w:p {WORD}><w:del><w:r><w:delText>減らす</w:delText></w:r></w:del>"
    changes += "<w:ins><w:r><w:t>残す</w:t></w:r></w:ins></w:p>"
    paragraph.extend(list(docx.oxml.parse_xml(changes)))
    assert sources.read(write(tmp_path, "a.docx", saved(document))).text == "窓口を残す\n"


def test_a_deleted_row_of_a_word_table_is_gone_and_hidden_words_are_furniture(tmp_path):
    document = docx.Document()
    outer = document.add_table(1, 2)
    table, outer.cell(0, 1).text = outer.cell(0, 0).add_table(2, 1), "右"
    table.cell(0, 0).text, table.cell(1, 0).text = "残る", "消える"
    table.rows[1]._tr.get_or_add_trPr().append(docx.oxml.parse_xml(f"<w:del {WORD}/>"))
    document.add_paragraph("見える").add_run("隠れる").font.hidden = True
    source = sources.read(write(tmp_path, "a.docx", saved(document)))
    assert source.text == "残る\t右\n見える\n隠れる\n"
    assert furniture(source) == ["隠れる"]


def test_headings_tables_and_footnotes_of_a_word_document_are_nobodys_words(tmp_path):
    document = docx.Document()
    document.add_heading("架空市検討会　議事概要", 1)
    document.add_heading("子育ての手続きについて", 2)
    document.add_paragraph("○窓口を残してほしい。")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "窓口", "三か所"
    document.add_heading("高齢者の手続きについて", 2)
    document.add_paragraph("○相談できる人がほしい。")
    note = f"<w:footnotes {WORD}><w:footnote><w:p><w:r><w:t>注である。</w:t></w:r></w:p>"
    held = with_part(saved(document), "word/footnotes.xml", f"{note}</w:footnote></w:footnotes>")
    minutes = parse(sources.read(write(tmp_path, "a.docx", held)))
    assert [(each.section, each.text) for each in minutes.opinions] == [
        ("子育ての手続きについて", "窓口を残してほしい。"),
        ("高齢者の手続きについて", "相談できる人がほしい。"),
    ]
    notes = [minutes.source.text[at:end] for at, end, what in minutes.spans if what == "note"]
    assert notes == ["窓口\t三か所", "注である。"]


def test_headings_of_a_page_are_sections(tmp_path):
    body = (
        "<h1>架空市検討会 議事概要</h1><p>令和２年11月２日</p><h2>子育て</h2><p>○窓口がほしい。</p>"
    )
    minutes = parse(page(tmp_path, f"{body}<h3>高齢者</h3><p>○相談できる人がほしい。</p>"))
    assert [each.section for each in minutes.opinions] == ["子育て", "高齢者"]
    assert minutes.meetings[0].title == "架空市検討会 議事概要"


def test_a_pdf_keeps_its_pages_and_marks_running_heads_and_page_numbers(tmp_path):
    said = ["○委員　窓口を残してほしい。", "○課長　残す方針である。", "○委員　安心した。"]
    pages = [f"架空市議会\n{line}\n- {number} -" for number, line in enumerate(said, start=1)]
    source = sources.read(write(tmp_path, "a.pdf", pdf(*pages)))
    assert source.text == "\n".join(pages) + "\n"
    assert [source.page_at(source.text.index(line)) for line in said] == [1, 2, 3]
    assert furniture(source) == [
        each for number in (1, 2, 3) for each in ("架空市議会", f"- {number} -")
    ]


def test_tables_of_a_pdf_one_below_the_other_have_their_own_columns(tmp_path):
    held = ruled(
        "40 770 100 20, 140 770 160 20, 40 750 60 20, 100 750 200 20, 40 730 60 20, 100 730 200 20",
        *((45, 775, "日時"), (145, 775, "五月一日"), (45, 755, "委員"), (105, 755, "急ぐべきだ。")),
        *((45, 735, "課長"), (105, 735, "調べる。")),
    )
    text = sources.read(write(tmp_path, "a.pdf", held)).text
    assert text == "日時\t五月一日\n委員\t急ぐべきだ。\n課長\t調べる。\n"


def test_what_stands_below_a_table_of_opinions_is_not_its_last_answer(tmp_path):
    rows = "<tr><th>意見<th>回答<th>備考<tr><td>窓口を残してほしい。<td>残します。<td>"
    text = f"<h1>架空市検討会 議事概要</h1><h2>意見</h2><table>{rows}</table><p>次回は五月とした。"
    opinions = parse(page(tmp_path, text)).opinions
    assert [one.text for one in opinions] == [
        "窓口を残してほしい。",
        "残します。",
        "次回は五月とした。",
    ]


def test_an_empty_paragraph_of_a_word_file_is_a_blank_line(tmp_path):
    source = sources.read(write(tmp_path, "a.docx", word("", "出席者", "", "架空花子")))
    assert source.text == "出席者\n\n架空花子\n"


def test_columns_of_a_pdf_stand_as_far_apart_as_they_are_drawn(tmp_path):
    held = pdf("架空花子\n委員").replace(b"50 764 Tm", b"140 780 Tm")  # ten points a letter
    assert sources.read(write(tmp_path, "a.pdf", held)).text == "架空花子     委員\n"


def test_a_running_head_that_is_drawn_last_is_told_by_its_place(tmp_path):
    said = ["○委員　窓口を残してほしい。", "○委員　安心した。"]
    held = pdf(*(f"{line}\n以上\n架空市議会会議録" for line in said))
    source = sources.read(write(tmp_path, "a.pdf", held.replace(b"50 748 Tm", b"50 820 Tm")))
    assert furniture(source) == ["架空市議会会議録"] * 2


def ruled(boxes: str, *words: tuple[int, int, str]) -> bytes:
    """A PDF with boxes (x y width height, …) and words at (x, y)."""
    held = pdf("\n".join(text for _, _, text in words))
    for row, (x, y, _) in enumerate(words):
        held = held.replace(f"50 {780 - 16 * row} Tm".encode(), f"{x} {y} Tm".encode())
    drawn = "".join(f"{box} re S\n" for box in boxes.split(", "))
    return held.replace(b"BT /F 10 Tf", f"{drawn}BT /F 10 Tf".encode())


def test_a_ruled_table_of_a_pdf_is_read_cell_by_cell_though_its_columns_share_lines(tmp_path):
    head = "40 770 55 20, 95 770 75 20, 170 770 85 20"
    rows = "40 715 55 55, 95 740 75 30, 170 740 85 30, 95 715 75 25, 170 715 85 25"
    held = ruled(
        f"30 700 300 130, {head}, {rows}",
        *((41, 815, "架空市検討会　議事概要"), (41, 800, "意見交換")),
        *((45, 775, "発言者"), (100, 775, "意見の内容"), (175, 775, "事務局の回答")),
        *((45, 758, "架空花子"), (100, 758, "窓口を残して"), (175, 758, "残す。")),
        *((45, 744, "委員"), (100, 744, "ほしい。"), (175, 744, "検討もする。")),
        *((100, 724, "賛成"), (175, 724, "承知した。")),
    )
    source = sources.read(write(tmp_path, "a.pdf", held))
    assert source.text == (
        "架空市検討会　議事概要\n意見交換\n発言者\t意見の内容\t事務局の回答\n"
        "架空花子委員\t窓口を残してほしい。\t残す。\n検討もする。\n\t賛成\t承知した。\n"
    )
    assert opinions_by_row(source) == [
        ("架空花子", "opinion", "窓口を残してほしい。"),
        (None, "answer", "残す。検討もする。"),
        ("架空花子", "opinion", "賛成"),
        (None, "answer", "承知した。"),
    ]


def test_the_head_row_of_a_table_that_each_page_repeats_is_no_running_head(tmp_path):
    words = (45, 775, "発言者"), (100, 775, "意見"), (45, 755, "架空委員"), (100, 755, "賛成")
    one = ruled("40 770 55 20, 95 770 75 20, 40 750 55 20, 95 750 75 20", *words)
    held = one.replace(b"/Kids [10 0 R] /Count 1", b"/Kids [10 0 R 10 0 R 10 0 R] /Count 3")
    source = sources.read(write(tmp_path, "a.pdf", held))
    assert source.text == "発言者\t意見\n架空委員\t賛成\n" * 3
    assert furniture(source) == []


def test_words_in_boxes_one_below_the_other_or_underlined_are_no_table(tmp_path):
    words = (45, 775, "意見の要旨"), (45, 745, "○賛成である。"), (45, 725, "○同じく。")
    source = sources.read(
        write(tmp_path, "a.pdf", ruled("40 770 200 20, 40 720 200 50, 45 743 60 0.5", *words))
    )
    assert source.text == "意見の要旨\n○賛成である。\n○同じく。\n"
    assert source.marked == ()


def test_radicals_in_a_pdf_stay_as_they_are_and_are_reported(tmp_path):
    source = sources.read(write(tmp_path, "a.pdf", pdf("○委員　⽬的を⾒直す。\n次の⾏")))
    assert "⽬的を⾒直す" in source.text
    (note,) = source.notes
    assert (note.code, note.page, source.text[note.start : note.end]) == ("radicals", 1, "⽬")


def test_pages_that_are_pictures_only_are_reported(tmp_path):
    picture = b"q 99 0 0 99 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"
    held = pdf("○委員　賛成である。", "", "○委員　同じく。").replace(b"BT /F 10 Tf\nET", picture)
    (note,) = sources.read(write(tmp_path, "a.pdf", held)).notes
    assert (note.code, note.page) == ("pictures", 2)


def test_a_pdf_behind_a_password_is_refused_as_such(tmp_path):
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'00' * 32}> /U <{'00' * 32}> >>"
    held = pdf("一").replace(b"/Root 1 0 R", f"/Root 1 0 R /ID [<00> <00>] {lock}".encode())
    with pytest.raises(DxError, match="パスワード"):
        sources.read(write(tmp_path, "a.pdf", held))


SOME_TEXT = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
    ),
    min_size=1,
).filter(str.strip)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(SOME_TEXT, st.sampled_from(["p", "td", "li", "pre", "div><b"]))
def test_no_character_of_an_html_page_is_lost_or_invented(text, tag):
    held = extract(f"<{tag}>{escape(text)}".encode(), "a.html", Limits()).text
    assert squeezed(held) == squeezed(text)


@given(SOME_TEXT)
def test_no_character_of_a_plain_text_is_lost_or_invented(text):
    assert decode(text.encode(), "a.txt") == text.removeprefix("\ufeff")


def test_the_name_of_the_site_is_furniture(tmp_path):
    title = "<title>第２回委員会 本文 | 架空市議会会議録</title>"
    source = page(tmp_path, f"{title}<h1>架空市議会会議録</h1><p>第２回委員会　本文</p>")
    assert furniture(source)[-1] == "架空市議会会議録"
    assert source.text.endswith("架空市議会会議録\n第２回委員会　本文\n")


def test_a_heading_over_controls_only_is_furniture(tmp_path):
    controls = "<section><h3>文字サイズ</h3><div><button>大きく</button></div></section>"
    source = page(tmp_path, f"{controls}<section><h3>意見交換</h3><p>○賛成である。</p></section>")
    assert furniture(source) == ["文字サイズ", "大きく"]


def test_a_symbol_that_is_no_character_is_shown_as_one_that_is_missing(tmp_path):
    document = docx.Document()
    run = document.add_paragraph("印").add_run()._r
    for code in ("00D8", "D800", "FFFFFFFFFFFF", ""):
        run.append(docx.oxml.parse_xml(f'<w:sym {WORD} w:char="{code}"/>'))
    text = sources.read(write(tmp_path, "a.docx", saved(document))).text
    assert text == "印\u00d8\ufffd\ufffd\ufffd\n"


def test_html_that_is_called_text_is_refused_by_its_name(tmp_path):
    (tmp_path / "a.txt").write_text("<!DOCTYPE html>\n<p>議事録</p>", encoding="utf-8")
    with pytest.raises(DxError, match="HTML が見つかりました"):
        sources.read(tmp_path / "a.txt")


def test_items_that_hold_paragraphs_are_layout_and_have_no_bullets(tmp_path):
    body = "<ul><li>開会<br>議事<ul><li>報告</ul></li><li><p>閉会</p></li><li>・以上</ul>"
    assert page(tmp_path, body).text == "• 開会\n議事\n• 報告\n閉会\n・以上\n"
