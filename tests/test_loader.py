"""Many files, some of them hostile: one sentence each, and the rest loads."""

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from dxreview.loader import cache, load, worker
from dxreview.sources import Limits
from tests.documents import pdf, word

GOOD = "架空市会議録\n\n○委員　窓口の手続きを、家からもできるようにしてほしい。\n"
XML = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def put(folder: Path, **named: bytes | str) -> Path:
    for name, data in named.items():
        held = data.encode() if isinstance(data, str) else data
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_bytes(held)
    return folder


def project(folder: Path, **named: bytes | str) -> Path:
    """The folder of minutes of a project, where what is loaded is kept."""
    (folder / "project.toml").touch()
    (folder / "minutes").mkdir()
    return put(folder / "minutes", **named)


def failures(*paths: Path, **options) -> dict[str, str]:
    found = load(paths, **options)
    return {each.path.name: each.failure.key for each in found if each.failure}


def zipped(document: bytes | str, **parts: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", document)
        for name, data in parts.items():
            made.writestr(f"word/{name}.xml", data)
    return held.getvalue()


def body(text: str, before: str = "") -> str:
    held = f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body>"
    return f'{before}<w:document xmlns:w="{XML}">{held}</w:document>'


def test_every_hostile_file_gets_one_sentence_and_the_rest_loads(tmp_path):
    entity = '<!DOCTYPE a [<!ENTITY b "billion"><!ENTITY c "&b;&b;&b;">]>'
    outside = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    put(
        tmp_path,
        good_txt=GOOD,
        also_pdf=pdf(GOOD),
        word_docx=word(*GOOD.splitlines()),
        bomb_docx=zipped(b"<a>" + b" " * 80_000_000),
        entities_docx=zipped(body("&c;", entity)),
        external_docx=zipped(body("&b;", outside)),
        cut_docx=word(GOOD)[:-400],
        nozip_docx=b"not a zip",
        sheet_docx=zipped(body(GOOD)).replace(b"word/document", b"xl/worksheets"),
        excel_txt=zipped("x"),
        loop_pdf=pdf("一").replace(b"/Kids [10 0 R]", b"/Kids [2 0 R]"),
        many_pdf=pdf("一", extra="% ").replace(b"/Count 1", b"/Count 999999"),
        stump_pdf=pdf("一")[:60],
        deep_html="<html><body>" + "<div>" * 5000 + "深い",
        long_txt="あ" * 1_200_000,
        empty_txt="",
        lines_txt="○\n" * 600_000,
        blank_html="<html><body><img src=x></body></html>",
        binary_txt=os.urandom(4000),
    )
    with (tmp_path / "huge.txt").open("wb") as huge:
        huge.truncate(1_000_000_000)
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    (tmp_path / "circle.txt").symlink_to("circle.txt")
    (tmp_path / "two\nlines\x1b[31m.txt").touch()
    (tmp_path / "twin.txt").write_text(GOOD)
    (tmp_path / "twin.html").write_text(GOOD)
    found = list(load([tmp_path], processes=2))
    loaded = {each.path.name for each in found if each.minutes}
    keys = {each.path.name: each.failure.key for each in found if each.failure}
    assert loaded == {"good.txt", "also.pdf", "word.docx", "twin.html"}
    assert keys.pop("many.pdf").startswith("source.")
    assert keys.pop("loop.pdf") in ("source.damaged", "source.empty")
    assert keys.pop("deep.html") == "source.damaged"
    assert keys == {
        "bomb.docx": "source.bomb",
        "entities.docx": "source.damaged",
        "external.docx": "source.damaged",
        "cut.docx": "source.damaged",
        "nozip.docx": "source.damaged",
        "sheet.docx": "source.not_word",
        "excel.txt": "source.binary",
        "stump.pdf": "source.damaged",
        "long.txt": "source.line",
        "empty.txt": "source.empty",
        "lines.txt": "source.lines",
        "blank.html": "source.empty",
        "binary.txt": keys["binary.txt"],
        "huge.txt": "source.too_big",
        "folder.txt": "source.not_file",
        "link.txt": "source.outside",
        "circle.txt": "source.missing",
        "two\nlines\x1b[31m.txt": "source.empty",
        "twin.txt": "source.same_stem",
    }
    refused = [each.failure for each in found if each.failure]
    sentences = [each.sentence(lang) for each in refused for lang in ("ja", "en")]
    assert not [told for told in sentences if not set(told).isdisjoint("\n\x1b")]
    assert any(told.startswith("bomb.docx would unpack to 80 MB") for told in sentences)


def test_missing_files_and_folders_without_minutes(tmp_path):
    (tmp_path / "notes.toml").touch()
    assert failures(tmp_path, tmp_path / "none.pdf") == {
        tmp_path.name: "source.no_minutes",
        "none.pdf": "source.missing",
    }


def test_two_files_of_one_stem_in_two_folders(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        put(tmp_path / name, one_txt=GOOD)
    assert failures(tmp_path / "a", tmp_path / "b") == {"one.txt": "source.same_stem"}
    assert failures(tmp_path / "a", tmp_path / "b" / ".." / "a" / "one.txt") == {}


def test_a_file_that_takes_too_long_costs_only_itself(tmp_path):
    put(tmp_path, a_txt=GOOD, slow_pdf=pdf(*["長い会議\n" * 40] * 600))
    found = list(load([tmp_path], processes=1, limits=Limits(seconds=0.3)))
    assert [each.path.name for each in found] == ["a.txt", "slow.pdf"]
    assert found[1].failure.key == "source.slow"


@pytest.mark.slow
def test_whoever_takes_their_time_with_one_file_loses_no_other(tmp_path):
    """As where the report is read page by page: a worker's answers wait for more than its limit."""
    for number in range(6):
        put(tmp_path, **{f"{number}_html": "<p>○長い意見</p>" * 20_000})
    found = load([tmp_path], processes=1, limits=Limits(seconds=3))
    taken = [next(found)]
    time.sleep(9)
    assert [each.failure for each in [*taken, *found]] == [None] * 6


def test_a_file_that_asks_for_too_much_memory_costs_only_itself(tmp_path):
    pytest.importorskip("resource")
    put(tmp_path, fat_html="<p>" + "会議<br>" * 3_000_000, good_html=f"<p>{GOOD}</p>")
    found = load([tmp_path], processes=1, limits=Limits(memory=300_000_000))
    keys = {each.path.name: each.failure and each.failure.key for each in found}
    assert keys["fat.html"] in ("source.memory", "source.crashed", "source.damaged")
    assert keys["good.html"] is None


def test_much_text_is_read_in_a_worker_too(tmp_path):
    pytest.importorskip("resource")
    put(tmp_path, fat_txt="○一\n" * 450_000, good_txt=GOOD)
    found = load([tmp_path], processes=1, limits=Limits(memory=200_000_000))
    keys = {each.path.name: each.failure and each.failure.key for each in found}
    assert keys["fat.txt"] in ("source.memory", "source.crashed")
    assert keys["good.txt"] is None


def test_a_text_of_page_breaks_only_takes_no_time(tmp_path):
    put(tmp_path, a_txt="あ" + "\f" * 900_000)
    begun = time.monotonic()
    assert failures(tmp_path) == {"a.txt": "source.pages"}
    assert time.monotonic() - begun < 5


def test_a_page_of_headings_and_items_only_takes_no_time(tmp_path):
    put(tmp_path, a_html="<h3>見出し</h3>" * 5_000, b_html="<ol>" + "<li>一" * 20_000)
    assert failures(tmp_path, limits=Limits(seconds=20)) == {}


def test_where_no_worker_can_be_started_text_is_still_read(tmp_path, monkeypatch):
    put(tmp_path, a_html=f"<p>{GOOD}</p>", b_txt=GOOD)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert failures(tmp_path) == {"a.html": "source.no_worker"}


LIES = {
    "an endless answer": "while True: tell(b'x' * 1_000_000)",
    "no minutes": "tell(b'junk\\n')",
    "an error of nobody's": """tell(b'["no.such", {}]\\n')""",
    "a section of errors": """tell(b'["source", {}]\\n')""",
    "half a fact": """tell(b'["source.slow", {"limit": "3"}]\\n')""",
    "an answer too deep": "tell(b'[' * 200_000 + b'\\n')",
    "minutes too deep": """tell(b'{"no":' + b'{"no":' * 200_000 + b'\\n')""",
    "nothing": "sys.exit(3)",
}
WORKER = """
import sys
sys.stdin.buffer.read()
def tell(answer):
    sys.stdout.buffer.write(answer)
    sys.stdout.flush()
LIE
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script in place of Python")
@pytest.mark.parametrize("lie", LIES)
def test_a_worker_that_a_file_has_taken_over_is_not_believed(tmp_path, monkeypatch, lie):
    put(tmp_path, a_html=f"<p>{GOOD}</p>", b_txt=GOOD)
    script = tmp_path / "worker.py"
    script.write_text(WORKER.replace("LIE", LIES[lie]))
    stand_in = tmp_path / "python"
    stand_in.write_text(f"#!/bin/sh\nexec {sys.executable} {script}\n")
    stand_in.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stand_in))
    assert failures(tmp_path) == {"a.html": "source.crashed"}


def test_a_pdf_with_too_many_pages_is_refused(tmp_path):
    put(tmp_path, many_pdf=pdf(*["一"] * 30))
    assert failures(tmp_path, limits=Limits(pages=20)) == {"many.pdf": "source.pages"}


def test_packed_minutes_come_back_the_same(first_minutes):
    (loaded,) = load([first_minutes])
    assert worker.unpack(worker.pack(loaded.minutes)) == loaded.minutes


def test_packed_minutes_that_were_tampered_with_are_refused(first_minutes):
    (loaded,) = load([first_minutes])
    for table, column, wrong in [("spans", 1, 10**9), ("opinions", 8, None)]:
        changed = json.loads(worker.pack(loaded.minutes))
        changed[table][0][column] = wrong
        with pytest.raises(ValueError, match=r"span|Expected `str`"):
            worker.unpack(json.dumps(changed).encode())


def test_loading_again_reads_only_what_changed(tmp_path):
    folder = project(tmp_path, a_html=f"<p>{GOOD}</p>", b_html=f"<p>{GOOD}</p>")
    first = [each.minutes for each in load([folder])]
    entries = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.json")}
    put(folder, b_html="<p>○変わった意見である。</p>")
    again = [each.minutes for each in load([folder])]
    assert again[0] == first[0]
    assert again[1].source.text == "○変わった意見である。\n"
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.json")}
    assert len(entries) == 2
    assert kept.items() > entries.items()


@pytest.mark.parametrize("suffix", ["txt", "html"])
def test_a_damaged_cache_entry_is_read_anew(tmp_path, suffix):
    folder = project(tmp_path, **{f"a_{suffix}": GOOD})
    (first,) = load([folder])
    (entry,) = tmp_path.rglob("*.json")
    entry.write_bytes(entry.read_bytes()[:-30])
    (again,) = load([folder])
    assert again.minutes == first.minutes


def test_two_who_load_the_same_folder_at_once_both_read_it(tmp_path):
    folder = project(tmp_path, a_html=GOOD, b_html=GOOD.replace("家", "外"), c_html=GOOD)
    slowly = load([folder], processes=1)
    read = [next(slowly).minutes, *(each.minutes for each in load([folder]))]
    read += [each.minutes for each in slowly]
    assert [each.source.name for each in read] == [f"{c}.html" for c in "aabcbc"]


def test_the_cache_is_in_the_project_folder_and_only_there(tmp_path):
    folder = project(tmp_path, a_txt=GOOD)
    assert cache.place_for(folder / "a.txt") == tmp_path / ".dxreview-cache"
    (tmp_path / "project.toml").unlink()
    assert cache.place_for(folder / "a.txt") is None


def test_progress_is_told_after_each_file(tmp_path):
    put(tmp_path, a_txt=GOOD, b_txt="", c_txt=GOOD)
    told: list[tuple[int, int]] = []
    list(load([tmp_path], progress=lambda done, total: told.append((done, total))))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_script_without_a_main_guard_may_load_a_pdf(tmp_path):
    put(tmp_path, a_pdf=pdf(GOOD))
    code = f"import dxreview as dx; print(len(dx.load({str(tmp_path)!r}).meetings))"
    script = tmp_path / "script.py"
    script.write_text(code)
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert ran.stdout == "1\n"


@pytest.mark.parametrize("suffix", ["txt", "html"])
def test_what_nobody_expected_costs_one_file_wherever_it_is_read(tmp_path, suffix, caplog):
    put(tmp_path, a_toml="title = " + "[" * 100_000, **{f"a_{suffix}": GOOD, f"b_{suffix}": GOOD})
    keys = [each.failure and each.failure.key for each in load([tmp_path])]
    assert keys == ["source.unexpected", None]
    assert "Traceback" in caplog.text


def test_the_corrections_beside_a_file_are_applied_and_change_its_cache_entry(tmp_path):
    folder = project(tmp_path, a_txt=GOOD)
    (plain,) = load([folder])
    put(folder, a_toml='title = "架空市デジタル会議"\n')
    (corrected,) = load([folder])
    assert plain.minutes.meetings[0].title != corrected.minutes.meetings[0].title
    assert corrected.minutes.meetings[0].title == "架空市デジタル会議"
    put(folder, a_toml="#" * 2_000_000)
    (huge,) = load([folder])
    assert huge.failure.key == "source.too_big"
    put(folder, a_toml='leave_out = ["どこにもない言葉"]\n')
    (missed,) = load([folder])
    assert missed.failure.key == "corrections.missing"


def test_a_document_in_a_format_that_is_not_read_is_said_unless_it_was_saved_again(tmp_path):
    (tmp_path / "a.txt").write_text("第１回会議 議事概要\n○意見である。", encoding="utf-8")
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf")
    (tmp_path / "b.doc").write_bytes(b"\xd0\xcf")
    (tmp_path / "c.png").write_bytes(b"\x89PNG")
    loaded = list(load([tmp_path]))
    assert [each.path.name for each in loaded] == ["a.txt", "b.doc"]
    assert ".doc" in loaded[1].failure.sentence("ja")
    assert ".docx" in loaded[1].failure.sentence("ja")


def test_the_same_minutes_under_two_names_are_asked_about(tmp_path):
    text = "架空市会議　議事概要\n日時　令和６年４月５日\n○ 窓口を一つに。\n○ 字が小さい。\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "b.txt").write_text(text, encoding="cp932")
    (tmp_path / "c.txt").write_text(text.replace("一つ", "二つ"), encoding="utf-8")
    codes = [[each.code for each in one.minutes.warnings] for one in load([tmp_path])]
    assert codes == [[], ["duplicate"], []]
    assert "a.txt" in [*load([tmp_path])][1].minutes.warnings[0].message


def test_minutes_that_differ_in_one_opinion_are_not_called_the_same(tmp_path):
    lines = [f"○ 窓口を{n}つにしてほしい。" for n in range(40)]
    head = "架空市会議　議事概要\n日時　令和６年４月５日\n"
    (tmp_path / "a.txt").write_text(head + "\n".join(lines), encoding="utf-8")
    lines[7] = "○ 字を大きくしてほしい。"
    (tmp_path / "b.txt").write_text(head + "\n".join(lines), encoding="utf-8")
    assert not any(one.minutes.warnings for one in load([tmp_path]))


@pytest.mark.parametrize("name", ["old.toml", "a.txt.toml", "a.TOML"])
def test_corrections_that_belong_to_no_file_are_told_of(tmp_path, name):
    put(tmp_path, a_txt=GOOD)
    (tmp_path / name).write_text('title = "別の題"\n', encoding="utf-8")
    (tmp_path / "other.toml").write_text('[tool]\nname = "x"\n', encoding="utf-8")
    told = {each.path.name: each.failure and each.failure.key for each in load([tmp_path])}
    assert told == {"a.txt": None, name: "source.orphan"}
