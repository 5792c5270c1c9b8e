"""A snapshot: the same input gives the same bytes, nothing can change unseen, no name is left."""

import io
import json
import re
import shutil
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dxreview as dx
from dxreview.cli import main
from dxreview.records import DxError
from dxreview.roadmap import Roadmap
from dxreview.snapshot.content import counted
from dxreview.snapshot.door import index_html
from dxreview.snapshot.findings import findings
from dxreview.snapshot.freeze import freeze
from dxreview.snapshot.names import Names, without_names
from dxreview.snapshot.pagedata import page_data
from dxreview.snapshot.tables import write_csv, write_xlsx
from dxreview.snapshot.verify import load_page, verify
from tests.conftest import ROOT
from tests.factory import PEOPLE, content, parsed


@pytest.fixture(scope="module")
def made():
    return content(60)


@pytest.fixture(scope="module")
def published(made, tmp_path_factory) -> Path:
    return freeze(made, tmp_path_factory.mktemp("published") / "one")


@pytest.fixture
def copy(published, tmp_path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "copy"))


def _bytes(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


# --- how tags count ---


STEPS = Roadmap.load(ROOT / "data" / "roadmaps" / "soumu-steps.toml")
SETS = st.lists(st.sets(st.sampled_from([stage.id for stage in STEPS.stages])), max_size=5)


@settings(max_examples=40, deadline=None)
@given(SETS, st.booleans())
def test_what_counts_is_what_a_recount_of_the_reviews_gives(sets, blind) -> None:
    store = dx.Store(":memory:")
    opinions = pd.DataFrame({"opinion_id": ["x-1", "x-2"]})
    for who, stages in enumerate(sets):
        store.tag("x-1", STEPS, sorted(stages), reviewer=f"{who}") if stages else (
            store.act("none_applies", f"{who}", opinion_id="x-1", roadmap=STEPS)
        )
    store.tag("x-2", STEPS, "step0", reviewer="another")
    decisions = store.decisions(opinions)
    store.close()
    found = counted(store.choices(), decisions, roadmaps=[STEPS], blind=blind).iloc[0]
    votes = Counter(stage for stages in sets for stage in stages)
    n = len(sets)
    half = {stage for stage in votes if n == 1 or votes[stage] == n / 2}
    firm = {stage for stage in votes if n > 1 and votes[stage] > n / 2}
    if blind and n:
        assert (found["status"], found["stages"]) == ("withheld", ())
        return
    assert set(found["stages"]) == half | firm
    assert set(found["drafts"] or ()) == half
    no_majority = n and not firm and sum(not stages for stages in sets) <= n / 2
    assert (found["drafts"] is not None) == bool(half or no_majority or n == 1)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.booleans())
def test_numbers_on_the_page_equal_a_count_of_the_frames(seed, reviewers, blind) -> None:
    made = content(12, seed=seed, reviewers=reviewers, blind=blind)
    page = page_data(made)
    shown, drafts = Counter(), Counter()
    for one in page["opinions"]:
        for roadmap, stages in one.get("tags", {}).items():
            shown.update((roadmap, stage) for stage in stages)
        for roadmap, stages in one.get("draft", {}).items():
            drafts.update((roadmap, stage) for stage in stages)
    tags = made.tags
    assert shown == Counter(zip(tags["roadmap"], tags["stage"], strict=True))
    tags = tags[tags["draft"]]
    assert drafts == Counter(zip(tags["roadmap"], tags["stage"], strict=True))


def _opened(page, show) -> list[dict]:
    """The opinions that a finding's `show` stands for, as SCHEMA.md says."""
    roadmap = show["roadmap"]
    return [
        one
        for one in page["opinions"]
        if one.get("counts", True)
        and ("stage" not in show or set(show["stage"]) & set(one.get("tags", {}).get(roadmap, ())))
        and ("draft" not in show or roadmap in one.get("draft", {}))
        and one.get("status", {}).get(roadmap, "untagged") in show.get("status", STATUS)
        and all(one[name] in show[name] for name in ("role", "kind") if name in show)
    ]


STATUS = {"untagged", "tagged", "disagreed", "none_applies", "settled", "withheld"}


@pytest.mark.parametrize("seed", range(6))
def test_what_a_finding_opens_is_what_its_sentence_counts(seed) -> None:
    page = page_data(content(40, seed=seed))
    for finding in page["findings"]:
        if "show" not in finding:
            continue
        said = [int(n) for n in re.findall(r"\d+(?=件)", finding["text"]["ja"])]
        opened = len(_opened(page, finding["show"]))
        roadmap = finding["roadmap"]
        if finding["id"] == "most" and len(finding["show"]["stage"]) == 1:
            tagged = [one for one in page["opinions"] if roadmap in one.get("tags", {})]
            assert said[:3] == [page["n"]["opinions"], len(tagged), opened]
        elif finding["id"] == "draft":
            assert opened == said[0] == said[1] + said[2]
        elif finding["id"] == "open":
            assert said == [page["n"]["opinions"], opened]
        elif finding["id"] == "standing":
            assert said[0] - opened in said


def _said(*given: str, drafts: bool = False, left: int = 0) -> dict[str, dict[str, str]]:
    """The findings by id where each opinion has the stages that its letters name."""
    both = [{"ja": name, "en": name} for name in "ABC"]
    road = {"id": "r", "title": both[0], "ordered": True}
    road["stages"] = [{"id": label["ja"].lower(), "label": label} for label in both]
    rows = [
        {"role": None, "kind": "opinion", "tags": {"r": [*stages]}, "n": {"r": 1 if drafts else 2},
         "status": {"r": "tagged"}} | ({"draft": {"r": [*stages]}} if drafts else {})
        for stages in given
    ]  # fmt: skip
    rows += [{"role": None, "kind": "opinion"}] * left
    return {one["id"]: one["text"] for one in findings([road], rows)}


def test_the_opening_sentence_is_right_for_one_for_ties_and_for_drafts() -> None:
    assert _said("a", drafts=True)["most"] == {
        "ja": "意見1件のうち、最も多いのは「A」で、1件です（すべて案）。",
        "en": "Of 1 opinion, “A” drew the most: 1 (all drafts).",
    }
    assert _said("a", "ab", "b", "c")["most"] == {
        "ja": "意見4件のうち、最も多いのは「A」、「B」で、それぞれ2件です。",
        "en": "Of 4 opinions, “A”, “B” drew the most, 2 each.",
    }
    assert _said("a", "b", "c")["most"] == {
        "ja": "意見3件のうち、特に多い段階はありません。多いところで、それぞれ1件です。",
        "en": "Of 3 opinions, no stage stands out; the largest have 1 each.",
    }
    assert _said(*["a"] * 1_200, left=34)["most"] == {
        "ja": "意見1,234件のうち1,200件を分類しました。最も多いのは「A」で、1,200件です。",
        "en": "Of 1,234 opinions, 1,200 of them placed so far, “A” drew the most: 1,200.",
    }


def test_seats_count_as_members_together_and_open_their_opinions() -> None:
    road = {"id": "r", "title": "r", "ordered": True}
    road["stages"] = [{"id": name, "label": {"ja": name, "en": name}} for name in "ab"]
    roles = ["１番", "12番", "一番", "十二番", "市長", "市長", "１番"]
    rows = [
        {"role": role, "kind": "speech", "tags": {"r": ["a"]}, "n": {"r": 2},
         "status": {"r": "tagged"}}
        for role in roles
    ]  # fmt: skip
    said = next(one for one in findings([road], rows) if one["id"] == "voices")
    assert "議員（5件）は「a」で5件；市長（2件）" in said["text"]["ja"]
    assert "番" not in said["text"]["ja"]
    assert len(_opened({"opinions": rows}, said["show"])) == 7


def test_without_a_tag_nothing_is_said_and_no_zero_is_told() -> None:
    assert _said(left=3) == {}
    said = _said("a", "a", "b", left=1)
    assert said["empty"]["ja"] == "分類した意見3件に、「C」のものはありません。"
    assert said["once"] == {
        "ja": "分類した意見3件のうち1件だけなのは、「B」です。",
        "en": "Heard only once among 3 opinions placed so far: “B”.",
    }
    assert said["open"]["en"] == "Not finished: the review of 1 of 4 opinions."
    assert "draft" not in said
    assert _said("a", "b", drafts=True)["draft"] == {
        "ja": "意見2件は、1人だけが評価した「案」です。",
        "en": "Still a draft, by one reviewer only: 2 opinions.",
    }


def test_a_blind_project_shows_only_what_all_have_decided() -> None:
    made = content(60, reviewers=3, blind=True)
    status = made.decisions.set_index(["opinion_id", "roadmap"])
    withheld = status[status["status"] == "withheld"]
    assert len(withheld)
    assert (withheld["reviewers"] < 3).all()
    shown = status[~status["status"].isin(["withheld", "untagged", "settled"])]
    assert (shown["reviewers"] == 3).all()
    assert not set(withheld.index) & set(made.tags.set_index(["opinion_id", "roadmap"]).index)


# --- the same bytes; nothing changes unseen ---


def test_the_same_content_gives_the_same_bytes(made, published, tmp_path) -> None:
    assert _bytes(freeze(made, tmp_path / "again")) == _bytes(published)


def test_one_changed_byte_in_any_file_is_found_and_named(published, copy) -> None:
    for name, raw in _bytes(published).items():
        file = copy / name
        file.write_bytes(raw[:-2] + bytes([raw[-2] ^ 1]) + raw[-1:])
        try:
            found = verify(copy)
        except DxError as error:
            found = [error]
        assert [problem.facts["file"] for problem in found] == [file], name
        file.write_bytes(raw)
    assert verify(copy) == []


def test_missing_and_added_files_are_named(copy) -> None:
    (copy / "index.html").unlink()
    (copy / "downloads" / "note.txt").write_text("x")
    assert [(problem.key, problem.facts["file"]) for problem in verify(copy)] == [
        ("snapshot.added", copy / "downloads" / "note.txt"),
        ("snapshot.missing", copy / "index.html"),
    ]


@pytest.mark.parametrize("change", [{"date": "1999-01-01"}, {"names": "roles"}, {"id": "0" * 64}])
def test_a_changed_manifest_is_found(copy, change) -> None:
    file = copy / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    assert [problem.key for problem in verify(copy)] == ["snapshot.manifest_changed"]


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "a\\..\\b", "sources/../page.json"])
def test_a_manifest_that_leads_outside_is_refused(copy, name) -> None:
    file = copy / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["files"][name] = manifest["files"]["page.json"]
    file.write_text(json.dumps(manifest))
    assert "snapshot.outside" in [problem.key for problem in verify(copy)]


def test_a_link_in_place_of_a_file_is_refused(copy, tmp_path) -> None:
    (copy / "page.json").rename(tmp_path / "elsewhere")
    (copy / "page.json").symlink_to(tmp_path / "elsewhere")
    assert [problem.key for problem in verify(copy)] == ["snapshot.outside"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "x"}', "\x00\xff"])
def test_what_is_no_manifest_is_one_sentence(tmp_path, text) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(DxError, match=re.escape("manifest.json")):
        verify(tmp_path)


def test_the_page_is_not_loaded_after_a_change(copy) -> None:
    assert load_page(copy)["format"] == "dxreview-page/1"
    (copy / "page.json").write_text("{}")
    with pytest.raises(DxError):
        load_page(copy)


def test_every_source_is_kept_under_a_name_that_any_system_can_hold(project, store) -> None:
    store.tag(_ids(project)[3], "soumu-steps", "step1", reviewer="甲")
    for name in ("第1回:概要.txt", "a.html", "a.html.txt"):
        text = f"{name}の会（第２回）議事概要\n日時：令和３年５月１０日\n主な意見\n○よい。\n"
        (project / "minutes" / name).write_text(text)
    folder = dx.publish(project)
    assert verify(folder) == []
    files = {file.name: file.read_text() for file in (folder / "sources").iterdir()}
    assert len(files) == len(load_page(folder)["sources"]) == 4
    assert "第1回:概要" in files["第1回_概要.txt"]
    texts = [text for name, text in files.items() if "a.html" in name]
    assert len({*texts}) == 2


# --- what is there is not lost ---


def test_the_same_again_changes_nothing_and_anything_else_is_kept(made, copy, tmp_path) -> None:
    before = copy.stat().st_ino
    assert freeze(made, copy) == copy
    assert copy.stat().st_ino == before
    (copy / "index.html").write_text("edited")
    with pytest.raises(DxError, match="copy"):
        freeze(made, copy)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(DxError):
        freeze(made, tmp_path / "mine")
    assert (tmp_path / "mine" / "notes.txt").read_text() == "mine"


def test_a_snapshot_with_names_does_not_take_the_place_of_one_without(made, tmp_path) -> None:
    out = freeze(without_names(made), tmp_path / "out")
    before = _bytes(out)
    with pytest.raises(DxError) as error:
        freeze(made, out)
    assert {error.value.sentence(lang).count(str(out)) for lang in ("ja", "en")} == {1}
    assert _bytes(out) == before


def test_where_no_place_is_named_nothing_is_written_over(made, copy) -> None:
    before = _bytes(copy)
    two, three = (freeze(each, copy, numbered=True) for each in (without_names(made), content(9)))
    assert [two.name, three.name] == ["copy-2", "copy-3"]
    assert freeze(without_names(made), copy, numbered=True) == two
    assert freeze(made, copy, numbered=True) == copy
    assert _bytes(copy) == before
    assert sorted(path.name for path in copy.parent.iterdir()) == ["copy", "copy-2", "copy-3"]


def test_whoever_interrupts_the_replacing_keeps_what_was_there(made, copy, monkeypatch) -> None:
    before, real, asked = _bytes(copy), Path.rename, []

    def rename(path: Path, target: Path) -> Path:
        asked.append(path)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(KeyboardInterrupt):
        freeze(without_names(made), copy)
    assert _bytes(copy) == before


def test_an_error_half_way_leaves_nothing_behind(made, copy, monkeypatch) -> None:
    before = _bytes(copy)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dxreview.snapshot.freeze.write_xlsx", full)
    with pytest.raises(DxError) as told:
        freeze(without_names(made), copy, numbered=True)
    assert told.value.key == "file.full"
    assert _bytes(copy) == before
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


# --- who stays out ---


def test_no_reviewer_is_named_anywhere(published) -> None:
    assert not [name for name, text in _texts(published) if "評価者" + "0" in text]
    assert not [name for name, text in _texts(published) if "見本の評価者" in text]


def test_with_roles_no_name_is_left_in_any_byte(made, tmp_path) -> None:
    folder = freeze(without_names(made), tmp_path / "roles")
    forms = [form for name in PEOPLE for form in _forms(name)]
    for file, text in _texts(folder):
        assert not [form for form in forms if form in text], file
    page = load_page(folder)
    assert page["names"] == "roles"
    assert {one["speaker"] for one in page["opinions"]} == set(PEOPLE.values())


FAMILY = ("髙橋", "黒瀨", "﨑山", "齋藤", "渡邉", "林", "長谷川", "吉田", "澤")
GIVEN = ("健", "正憲", "みどり", "惠", "一朗")
OTHER = str.maketrans("髙瀨﨑齋邉澤惠朗", "高瀬崎斎辺沢恵朗")
AFTER = ("構成員", "委員", "座長", "氏", "さん", "先生", "課長", "弁護士")
PLACES = (
    "{full}のお話のとおり。", "当日{short}{after}の説明。", "（{short}）", "「{short}、どうぞ」",
    "{short} {after}と{full}{after}", "{first}（よみがな）{given}{after}", "{wrapped}が述べた。",
    "{chosen}{after}",
)  # fmt: skip


@st.composite
def _someone(draw) -> tuple[str, str, str]:
    """A name, what a text makes of it, and how the surname alone is written."""
    first, given = draw(st.sampled_from(FAMILY)), draw(st.sampled_from(GIVEN))
    written = [text.translate(OTHER) if draw(st.booleans()) else text for text in (first, given)]
    blank = draw(st.sampled_from(["", " ", "　", "  "]))
    place = draw(st.sampled_from(PLACES[:2] + PLACES[4:] if len(first) == 1 else PLACES))
    facts = {"full": blank.join(written), "first": written[0], "given": written[1]}
    facts |= {"short": written[0], "after": draw(st.sampled_from(AFTER))}
    facts |= {"wrapped": "\n".join("".join(written)), "chosen": f"{written[0]}\ufe00"}
    if len(first) == 1:  # 農林委員: one letter needs a boundary before it
        place = place.removeprefix("当日")
    return f"{first}{draw(st.sampled_from([' ', '　']))}{given}", place.format(**facts), written[0]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(_someone(), min_size=1, max_size=4),
    st.sampled_from(["attendees", "speaker", "presenter"]),
)
def test_no_name_however_written_is_left_in_any_file(tmp_path_factory, someone, listed) -> None:
    made = content(8)
    names, said = [name for name, _, _ in someone], "。".join(text for _, text, _ in someone)
    everybody = {
        "attendees": made.attendees, "opinions": made.opinions, "materials": made.materials,
        "meetings": made.meetings.assign(title=f"{said}の会議", venue=f"{names[0]}記念館"),
    }  # fmt: skip
    if listed == "attendees":
        rows = [made.attendees.iloc[[0]].assign(name=name) for name in names]
        everybody["attendees"] = pd.concat([made.attendees, *rows], ignore_index=True)
    elif listed == "speaker":
        spoken = [names[place % len(names)] for place in range(len(made.opinions))]
        everybody["opinions"] = made.opinions.assign(speaker=spoken).astype(made.opinions.dtypes)
    else:
        shown = [made.materials.iloc[[0]].assign(presenter=name) for name in names]
        everybody["materials"] = pd.concat([made.materials, *shown], ignore_index=True)
    everybody["opinions"] = everybody["opinions"].assign(
        text=everybody["opinions"]["text"] + said, section=said
    )
    file, first = next(iter(made.sources.items()))
    sources = {**made.sources, file: replace(first, text=f"{first.text}{said}")}
    folder = tmp_path_factory.mktemp("roles") / "out"
    freeze(without_names(replace(made, **everybody, sources=sources, title=said)), folder)
    for name, text in _texts(folder):
        bare = re.sub(r"[\s\ufe00]", "", text).translate(OTHER)
        for whole, _, short in someone:
            forms = ["".join(whole.split()), *(f"{short}{after}" for after in AFTER)]
            found = [form for form in forms if form.translate(OTHER) in bare]
            assert not found, (name, someone)


# Names that the parser knows, that it does not know, and that are no Japanese names at all.
STRANGE = ("寿限無", "大河原 前園", "鈴木 太郎 花子", "Nguyễn Thị Hoa", "グエン・ホア", "ᠪᠠᠲᠤ",
           "大河原", "山田太郎", "東海林 さだ", "Nguyen Hoa")  # fmt: skip
LISTED = (
    "{post}　{name}", "{name}　{post}", "{post}　{name}、{post}　{other}", "{name}\t{place}",
    "{name}、{other}", "　{name}　（{place}{post}）", "{place}{post}　{name}　{other}",
    "{name}{post}、{other}{post}", "{place}\n　　{name}", "{post}：{name}・{other}",
)  # fmt: skip
HEADS = (
    "出席者\n", "３　出席者\n", "４　欠席者　　", "５　事務局　　総務部長　", "委員：",
    "出席者：市側　",
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda form, name, other, post, place: (
                form.format(name=name, other=other, post=post, place=place), {name, other}
            ),
            st.sampled_from(LISTED), st.sampled_from(STRANGE), st.sampled_from(STRANGE),
            st.sampled_from(["委員", "総務部長", "課長", "教授"]),
            st.sampled_from(["見本市", "青葉野国際交流協会", "見本大学", "みほんデータ"]),
        ), min_size=1, max_size=4,
    ),
    st.sampled_from(HEADS),
)  # fmt: skip
def test_no_word_of_a_list_of_people_is_left_but_groups_and_posts(lines, head) -> None:
    listed = "\n".join(line for line, _ in lines)
    text = f"見本市懇談会（第２回）議事録\n日時：令和３年５月１０日\n{head}{listed}\n"
    made = parsed(text + "主な意見\n○よい。\n○古い。\n")
    bare = without_names(made)
    shown = bare.sources["yomi-0.txt"].text
    people = " ".join(bare.attendees.fillna("").astype(str).to_csv().split())
    read = {row["what"] for _, row in made.spans.iterrows() if row["start"] < len(text)}
    if read & {"opinion", "speech", "question", "answer", "agenda", "material"}:
        return  # read as something else than a list
    for _, names in lines:
        for word in " ".join(names).replace("・", " ").split():
            assert word not in shown + people, (text, shown)
    assert bare.masked == shown.count("（氏名を含む行）")


def test_opinions_keep_their_places_below_hidden_lines() -> None:
    bare = without_names(parsed(
        "見本市懇談会（第２回）議事録\n日時：令和３年５月１０日\n出席者\n氏名\t所属\n"
        "Nguyễn Thị Hoa\t青葉野国際交流協会\n太白 一郎\t見本大学\n主な意見\n○よい。\n○古い。\n"
    ))  # fmt: skip
    text = bare.sources["yomi-0.txt"].text
    assert "Hoa" not in text + bare.attendees.to_csv()
    assert bare.masked == text.count("（氏名を含む行）") > 0
    places = zip(bare.opinions["start"], bare.opinions["end"], strict=True)
    assert [text[start:end] for start, end in places] == ["○よい。", "○古い。"]


def test_a_name_in_a_role_goes_and_whose_role_changes_is_an_attendee() -> None:
    text = (
        "見本市懇談会（第{n}回）議事録\n１　日時　令和３年５月１{n}日\n２　出席者\n"
        "　{chair}　青葉　健\n　委員　若林　春子\n３　議事\n（１）計画について\n"
        "（事務局　田中主査）\n説明する。\n"
        "（青葉{chair}）\n青葉さんと田中主査の案である。\n（若林委員）\nよいと思う。\n"
    )
    bare = without_names(parsed(text.format(n=1, chair="座長"), text.format(n=2, chair="委員長")))
    assert [*bare.attendees["name"]] == ["座長", "委員", "委員長", "委員"]
    roles = [["事務局主査", chair, "委員"] for chair in ("座長", "委員長")]
    assert [*bare.opinions["role"]] == [*roles[0], *roles[1]]
    assert [*bare.opinions["text"].iloc[[1, 4]]] == ["出席者さんと主査の案である。"] * 2
    for number, chair in enumerate(["座長", "委員長"]):
        shown = bare.sources[f"yomi-{number}.txt"].text
        assert f"（事務局　主査）\n説明する。\n（{chair}）\n出席者さんと主査の案" in shown


@pytest.mark.parametrize(
    ("role", "after"),
    [
        ("【事務局（木村課長）】", "【事務局（課長）】"),
        ("【企画課(木村　課長)】", "【企画課(課長)】"),
        ("【事務局（木村課長、寿限無係長）】", "【事務局課長係長】"),
        ("【企画課（當麻課長）】", "【企画課（課長）】"),
        ("○事務局（木村課長）", "○事務局（課長）"),
        ("○事務局（企画課木村課長）", "○事務局（企画課課長）"),
        ("【事務局（総務課長）】", "【事務局（総務課長）】"),
    ],
)
def test_what_is_left_out_of_a_role_leaves_every_text(role, after, tmp_path) -> None:
    other = "【委員】" if role[0] == "【" else "○委員"
    whom = "木村課長" if "木村" in role else "課長"
    lines = [f"{role}　説明。", f"{other}　よい。", f"{role}　はい。", f"{other}　{whom}に伺う。"]
    head = "見本市懇談会（第２回）議事録\n日時：令和３年５月１０日\n議事\n"
    bare = without_names(parsed(head + "\n".join(lines)))
    assert bare.sources["yomi-0.txt"].text.count(after) == 2
    for file, text in _texts(freeze(bare, tmp_path / "x")):
        assert not [name for name in ("木村", "寿限無", "當麻") if name in text], file


def test_a_surname_before_a_post_in_brackets_leaves_and_places_stay() -> None:
    bare = without_names(parsed(
        "見本市懇談会（第２回）議事録\n日時：令和３年５月１０日\n主な意見\n"
        "○企画課（木村課長、森主査）から聞いた（山口市長も）。木村さんは山口市の人。\n○古い。\n"
    ))  # fmt: skip
    said = "企画課（課長、主査）から聞いた（山口市長も）。出席者さんは山口市の人。"
    assert bare.opinions["text"].iloc[0] == said
    assert f"○{said}" in bare.sources["yomi-0.txt"].text


@pytest.mark.parametrize(
    ("presenter", "shown"),
    [("企画課長", "企画課長"), ("企画課木村課長", "企画課課長"), ("寿限無委員", "委員")],
)
def test_who_presents_leaves_every_text_and_an_office_stays(presenter, shown) -> None:
    bare = without_names(parsed(
        f"見本市懇談会（第２回）議事録\n日時：令和３年５月１０日\n議事\n資料１（{presenter}）のとおり説明。\n"
        f"主な意見\n○企画の段階から{presenter}に伺う。\n○古い。\n"
    ))  # fmt: skip
    assert f"○企画の段階から{shown}に伺う。" in bare.sources["yomi-0.txt"].text
    assert bare.materials["presenter"].tolist() == [shown]


@pytest.mark.parametrize("seats", [("１番", "２番"), ("1番", "12番"), ("一番", "十二番")])
def test_a_seat_is_a_member_and_takes_no_kun(seats) -> None:
    one, two = seats
    text = (
        "見本市議会会議録\n日時：令和３年５月１０日\n議事\n"
        f"○議長（木村太郎君）　{one}青葉健君。\n○{one}（青葉　健君）　よい。\n"
        f"○{two}（若林　春子君）　{one}、青葉君に同じ。\n○議長（木村太郎君）　{two} 若林春子君。\n"
    )
    shown = without_names(parsed(text)).sources["yomi-0.txt"].text
    assert shown.endswith(
        f"○議長（議長）　{one}議員。\n○{one}（議員）　よい。\n"
        f"○{two}（議員）　{one}、議員に同じ。\n○議長（議長）　{two} 議員。\n"
    )


def test_who_stands_in_no_group_is_an_attendee(made) -> None:
    listed = made.attendees.assign(group=None).astype(made.attendees.dtypes)
    bare = without_names(replace(made, attendees=listed))
    assert {*bare.attendees["name"]} == {"出席者"}
    assert bare.attendees[["group", "affiliation"]].isna().all(axis=None)


def test_a_file_called_after_somebody_goes_by_the_role(made, tmp_path) -> None:
    old = made.meetings["source"].iloc[0]
    meetings = made.meetings.assign(source=made.meetings["source"].replace(old, "泉構成員.txt"))
    sources = {name.replace(old, "泉構成員.txt"): one for name, one in made.sources.items()}
    bare = without_names(replace(made, meetings=meetings, sources=sources))
    folder = freeze(bare, tmp_path / "x")
    assert (folder / "sources" / "構成員.txt").is_file()
    assert verify(folder) == []
    assert not [name for name, text in _texts(folder) if "泉" in name + text]


def test_files_of_two_people_with_one_role_stay_two_files(made) -> None:
    both = dict(zip(made.meetings["source"], ["泉構成員.txt", "若林構成員.txt"], strict=True))
    sources = {both[name]: one for name, one in made.sources.items()}
    meetings = made.meetings.assign(source=made.meetings["source"].map(both))
    bare = without_names(replace(made, meetings=meetings, sources=sources))
    assert [*bare.sources] == [*bare.meetings["source"]] == ["構成員.txt", "_構成員.txt"]


def test_offsets_still_point_at_the_opinion_after_names_are_replaced(made) -> None:
    bare = without_names(made)
    files = dict(zip(bare.meetings["meeting_id"], bare.meetings["source"], strict=True))
    for _, one in bare.opinions.iterrows():
        passage = bare.sources[files[one["meeting_id"]]].text[one["start"] : one["end"]]
        assert passage.endswith(one["text"])
        assert passage.startswith("○")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("庄司座長から、楠構成員へ", "座長から、構成員へ"),
        ("庄司　昌彦、楠  正憲、楠正憲、楠\n\n正憲", "座長、構成員、構成員、構成員"),
        ("石井夏生利 石井構成員 石井さん", "構成員 構成員 構成員さん"),
        ("千葉県の千葉さん、山口市", "千葉県の構成員さん、山口市"),
        ("森林と森：よい\n森：よい", "森林と森：よい\n幹事：よい"),
        ("庄司と申します", "座長と申します"),
        (
            "庄司総務部次長、千葉第２分科会長、千葉県総務部長",
            "総務部次長、第２分科会長、千葉県総務部長",
        ),
        ("千葉大学教授、千葉支所長、千葉委員", "千葉大学教授、千葉支所長、委員"),
        ("福井県の福井さん、長谷川町の長谷川委員", "福井県の事務局さん、長谷川町の委員"),
        ("森 委 員：はい\n庄 司 座 長：では", " 委 員：はい\n 座 長：では"),
        ("楠厚労大臣、千葉市長、山口県知事、森教育長", "厚労大臣、千葉市長、山口県知事、教育長"),
    ],
)
def test_names_are_found_in_every_form_and_places_are_not(before, after) -> None:
    names = Names({
        "庄司 昌彦": "座長", "楠 正憲": "構成員", "石井夏生利": "構成員", "千葉 大右": "構成員",
        "森 浩三": "幹事", "山口 功作": "構成員", "福井": "事務局", "長谷川": "委員",
    }, ["教育長"], {})  # fmt: skip
    assert names.text(before) == after


def test_a_surname_before_a_role_that_is_shown_shorter_leaves() -> None:
    names = Names({"山田 和弘": "課長"}, [], {"情報システム課長": "課長"})
    assert names.text("山田情報システム課長に伺う") == "課長に伺う"


def _forms(name: str) -> list[str]:
    bare = name.replace(" ", "")
    first = name.split()[0]
    return [name, bare, name.replace(" ", "　"), *(f"{first}{role}" for role in PEOPLE.values())]


def _texts(folder: Path):
    """Every file as text: archives opened, Parquet read, the rest decoded."""
    for name, raw in _bytes(folder).items():
        if name.endswith(".parquet"):
            yield name, pd.read_parquet(io.BytesIO(raw)).to_csv()
        elif name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(raw)) as book:
                for part in book.namelist():
                    yield f"{name}/{part}", book.read(part).decode("utf-8", "replace")
        yield name, raw.decode("utf-8", "replace")


# --- downloads and page ---

EVIL = ["=1+1", "+cmd", "-2", "@x", "\tx", "＝1", "＋1", "－1", "＠x", "https://x.example", "普通"]


def test_no_cell_of_a_csv_file_begins_a_formula(tmp_path) -> None:
    write_csv(pd.DataFrame({"n": [-1], "text": ["-1"]}), tmp_path / "n.csv")
    assert (tmp_path / "n.csv").read_bytes() == b"\xef\xbb\xbfn,text\r\n-1,'-1\r\n"
    write_csv(pd.DataFrame({"text": EVIL}), tmp_path / "evil.csv")
    cells = pd.read_csv(tmp_path / "evil.csv", dtype=str)["text"]
    assert [cell for cell in cells if not cell.startswith("'")] == ["https://x.example", "普通"]
    write_csv(pd.DataFrame({"=1+1": ["x"]}), tmp_path / "head.csv")
    assert (tmp_path / "head.csv").read_bytes() == b"\xef\xbb\xbf'=1+1\r\nx\r\n"


def test_roadmaps_with_one_title_keep_their_columns(made, tmp_path) -> None:
    first, second, *rest = made.roadmaps
    both = (first, replace(second, title=first.title), *rest)
    freeze(replace(made, roadmaps=both), tmp_path / "x")
    table = pd.read_csv(tmp_path / "x" / "downloads" / "opinions.csv")
    found = [table[f"{first.title['ja']}（{one.id}）"].dropna() for one in (first, second)]
    assert [set(said.str.split("、").explode().str.removesuffix("（案）")) for said in found] == [
        {*one.labels("ja").values()} for one in (first, second)
    ]


def test_a_workbook_holds_text_as_text_with_a_frozen_header_and_filters(tmp_path) -> None:
    frame = pd.DataFrame({"text": [*EVIL, "長" * 40_000]})
    write_xlsx({"x": frame}, tmp_path / "x.xlsx", created=pd.Timestamp("2022-03-31"))
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["x"]
    assert [cell.value for cell in sheet["A"]][1:-1] == EVIL
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert not sheet._hyperlinks
    assert len(sheet["A"][-1].value) == 32_767
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:A13")
    assert sheet["A2"].alignment.wrap_text


def test_data_cannot_end_the_script_that_holds_them(made) -> None:
    title = "</title><script>x"
    page = page_data(made) | {"title": {"ja": title, "en": "</script><b>"}}
    text = index_html(title, json.dumps(page))
    assert "<script>x" not in text
    assert "</script><b>" not in text
    data = re.search(r'id="dxreview-data">(.*?)</script>', text, re.DOTALL)
    assert data
    assert json.loads(data[1]) == json.loads(json.dumps(page))


def test_the_page_asks_nobody(published) -> None:
    text = (published / "index.html").read_text()
    assert re.search(r'Content-Security-Policy" content="default-src \'none\'', text)
    assert '<html lang="ja">' in text


def test_a_dimension_with_one_value_is_not_offered() -> None:
    made = content(20)
    one = made.opinions.assign(section="意見交換", meeting_id=made.meetings["meeting_id"].iloc[0])
    page = page_data(type(made)(**vars(made) | {"opinions": one}))
    assert {"meeting", "section"}.isdisjoint(axis["id"] for axis in page["axes"])
    assert page["view"]["by"] in ("soumu-plan", "dx-maturity", "reflection")


@pytest.mark.slow
def test_ten_thousand_opinions_are_published_in_reasonable_time(tmp_path) -> None:
    folder = freeze(content(10_000), tmp_path / "many")
    size = (folder / "index.html").stat().st_size - (folder / "page.json").stat().st_size
    assert size < 1_000_000
    assert verify(folder) == []


# --- from a project, by the command line ---


@pytest.fixture
def project(tmp_path) -> Path:
    """The first minutes with the roadmaps, and nobody who reviewed them."""
    for name in ("minutes", "roadmaps"):
        shutil.copytree(ROOT / "data" / name, tmp_path / "data" / name)
    return tmp_path / "data"


@pytest.fixture
def store(project):
    made = dx.Store(f"sqlite:///{project / 'review.db'}")
    yield made
    made.close()


def _ids(project: Path) -> list[str]:
    return dx.load(project / "minutes").opinions["opinion_id"].tolist()


def test_without_a_tag_one_sentence_says_what_to_do(project, capsys) -> None:
    assert main(["publish", "--data", str(project)]) == 1
    assert "dxreview review" in capsys.readouterr().err
    assert not (project / "published").exists()
    assert not (project / "review.db").exists()


def test_memos_and_reviewers_stay_and_the_reason_of_a_settlement_goes(project, store) -> None:
    first, second, *_ = _ids(project)[2:]
    store.tag(first, "soumu-steps", "step0", reviewer="覆面太郎", memo="内輪の話")
    store.act("memo", "覆面太郎", opinion_id=first, memo="内輪の話")
    reason = "原文による。覆面 太郎さんの評価を採る。"
    store.act(
        "settle",
        "覆面花子",
        opinion_id=second,
        roadmap="soumu-steps",
        stages=["step3"],
        memo=reason,
    )
    folder = dx.publish(project)
    for name, text in _texts(folder):
        assert not [word for word in ("覆面", "内輪の話") if word in text], name
    shown = {one["id"]: one for one in load_page(folder)["opinions"]}
    assert shown[first]["draft"] == {"soumu-steps": ["step0"]}
    assert shown[second]["status"] == {"soumu-steps": "settled"}
    assert shown[second]["reason"] == {"soumu-steps": "原文による。評価者の評価を採る。"}
    assert "draft" not in shown[second]


def test_the_first_minutes_with_roles_name_nobody_who_was_there(project, store) -> None:
    names = dx.load(project / "minutes").attendees["name"].tolist()
    store.act(
        "settle",
        "主",
        opinion_id=_ids(project)[3],
        roadmap="soumu-steps",
        stages="step1",
        memo="庄司座長の発言。",
    )
    folder = dx.publish(project, names="roles")
    for file, text in _texts(folder):
        bare = "".join(text.split())
        assert not [name for name in names if "".join(name.split()) in bare], file
        assert "庄司" not in bare
    page = load_page(folder)
    assert page["opinions"][3]["reason"] == {"soumu-steps": "座長の発言。"}
    assert page["opinions"][9]["page"] == 3


def test_a_settlement_alone_is_enough_and_the_date_is_that_of_the_last_event(project, store):
    at = datetime(2021, 3, 31, 20, tzinfo=UTC)
    event = store.event("settle", "主", opinion_id=_ids(project)[5], roadmap="soumu-steps")
    store.append(replace(event, at=at, stages=("step2",), memo="会議で確かめた。"))
    assert dx.publish(project).name == "2021-04-01"
    assert load_page(project / "published" / "2021-04-01")["draft"] is False


def test_a_stage_that_the_roadmap_has_no_more_is_still_counted_and_said_to_be_gone(project, store):
    store.tag(_ids(project)[4], "soumu-steps", "step9", reviewer="甲")
    page = load_page(dx.publish(project))
    assert page["roadmaps"][0]["stages"][-1]["id"] == "step9"
    assert page["findings"][0]["show"] == {"roadmap": "soumu-steps", "stage": ["step9"]}


def test_the_page_opens_on_the_roadmap_that_somebody_has_worked_on(project, store) -> None:
    (project / "project.toml").write_text('roadmaps = ["reflection", "soumu-steps", "soumu-plan"]')
    store.tag(_ids(project)[3], "soumu-plan", "p_frontyard", reviewer="甲")
    page = load_page(dx.publish(project))
    assert page["view"]["roadmap"] == page["findings"][0]["roadmap"] == "soumu-plan"


def test_a_store_that_project_toml_names_is_the_one_that_counts(project, tmp_path) -> None:
    url = f"sqlite:///{(tmp_path / 'elsewhere.db').as_posix()}"
    (project / "project.toml").write_text(f'store = "{url}"')
    store = dx.Store(url)
    store.tag(_ids(project)[3], "soumu-steps", "step1", reviewer="甲")
    store.close()
    assert load_page(dx.publish(project))["n"]["reviewers"] == 1


def test_a_source_that_cannot_be_read_is_not_left_out_in_silence(project, store, capsys) -> None:
    store.tag(_ids(project)[3], "soumu-steps", "step1", reviewer="甲")
    (project / "minutes" / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    assert main(["publish", "--data", str(project)]) == 1
    assert "broken.pdf" in capsys.readouterr().err


def test_tags_that_lost_their_opinion_are_said_and_not_counted(project, store, capsys) -> None:
    store.tag(_ids(project)[3], "soumu-steps", "step1", reviewer="甲")
    store.tag("soumu-dx-kentokai-01-00000000", "soumu-steps", "step2", reviewer="甲")
    assert main(["publish", "--data", str(project), "-o", str(project / "published" / "x")]) == 0
    assert "1" in capsys.readouterr().err
    assert load_page(project / "published" / "x")["n"]["homeless"] == 1


def test_publish_verify_and_a_changed_byte_on_the_command_line(project, store, capsys) -> None:
    store.tag(_ids(project)[3], "soumu-steps", "step1", reviewer="甲")
    out = project / "published" / "one"
    assert main(["publish", "--data", str(project), "-o", str(out)]) == 0
    assert main(["verify", str(out)]) == 0
    file = out / "frames" / "tags.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    capsys.readouterr()
    assert main(["verify", str(out)]) == 1
    assert "tags.parquet" in capsys.readouterr().err


def test_a_second_snapshot_of_a_day_goes_beside_the_first(project, store, capsys):
    store.tag(_ids(project)[3], "soumu-steps", "step1", reviewer="甲")
    publish = ["publish", "--data", str(project)]
    assert main([*publish, "--names", "roles"]) == 0
    (first,) = (project / "published").iterdir()
    before = _bytes(first)
    capsys.readouterr()
    assert main([*publish, "-o", str(first)]) == 1
    (refused,) = capsys.readouterr().err.splitlines()
    assert str(first) in refused
    assert (old := load_page(first)["id"][:12]) in refused
    assert main(publish) == 0
    assert f"{first}-2" in (said := capsys.readouterr().out)
    assert f"{first} にある前の公開版" in said
    assert main(publish) == main([*publish, "-o", f"{first}-2"]) == 0
    assert _bytes(first) == before
    assert {path.name for path in first.parent.iterdir()} == {first.name, f"{first.name}-2"}
    store.tag(_ids(project)[4], "soumu-steps", "step1", reviewer="甲")
    assert main([*publish, "--names", "roles", "-o", str(first)]) == 0
    assert old in capsys.readouterr().err


def test_export_writes_the_frames_of_the_live_project(project, store, tmp_path) -> None:
    store.tag(_ids(project)[3], "soumu-steps", ["step1", "step2"], reviewer="=甲")
    for form, name in (("xlsx", "x.xlsx"), ("csv", "x.csv")):
        out = ["-o", str(tmp_path / name)]
        assert main(["export", form, "--data", str(project), *out]) == 0
    book = pd.read_excel(tmp_path / "x.xlsx", sheet_name=None)
    assert {"opinions", "tags", "memos", "attendees"} <= set(book)
    assert book["tags"]["reviewer"].tolist() == ["=甲", "=甲"]
    opinions = pd.read_csv(tmp_path / "x.csv")
    assert opinions["soumu-steps.stages"].dropna().tolist() == ["step1, step2"]


def test_an_empty_folder_takes_a_snapshot_from_within(made, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert verify(freeze(made, Path(), numbered=False)) == []


def test_an_export_says_which_source_is_missing_from_it(project, store, capsys) -> None:
    (project / "minutes" / "b.pdf").write_text("x")
    out = project / "x.csv"
    assert main(["export", "csv", "--data", str(project), "-o", str(out)]) == 1
    assert capsys.readouterr().err.startswith("b.pdf は")
    assert len(pd.read_csv(out)) == len(_ids(project))


def test_a_project_without_its_folder_of_minutes_has_no_opinions(project, store) -> None:
    (project / "minutes").rename(project / "elsewhere")
    with pytest.raises(DxError) as told:
        dx.publish(project)
    assert told.value.key == "snapshot.no_opinions"


@pytest.mark.parametrize("name", ["minutes", "roadmaps", "reviews", "published"])
def test_no_snapshot_takes_the_place_of_a_folder_of_the_project(
    project, store, capsys, name
) -> None:
    store.tag(_ids(project)[0], STEPS, "step0", reviewer="佐藤")
    place = project / "published" / ".." / name
    for empty in ("reviews", "published"):  # as a new project has them
        (project / empty).mkdir()
    assert main(["publish", "--data", str(project), "-o", str(place)]) == 2
    assert f"{name} はプロジェクトの" in capsys.readouterr().err
    assert not (project / name / "index.html").exists()


def test_a_place_that_cannot_be_written_is_one_sentence(project, store, capsys) -> None:
    store.tag(_ids(project)[3], "soumu-steps", "step1", reviewer="甲")
    file = project / "project.toml"
    file.write_text("")
    for command in (["publish"], ["export", "xlsx"], ["export", "csv"]):
        for out in (file / "below", project):
            assert main([*command, "--data", str(project), "-o", str(out)]) == 1
            assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_full_disk_is_one_sentence_that_names_the_file(project, store, capsys, form) -> None:
    assert main(["export", form, "--data", str(project), "-o", "/dev/full"]) == 1
    (told,) = capsys.readouterr().err.splitlines()
    assert "/dev/full" in told


@pytest.mark.parametrize("said", ["x", "[]", '{"resources": 3}', '{"resources": [{}]}'])
def test_terms_that_cannot_be_read_are_one_sentence(project, store, said) -> None:
    store.tag(_ids(project)[3], "soumu-steps", "step1", reviewer="甲")
    (project / "datapackage.json").write_text(said)
    with pytest.raises(DxError, match=r"datapackage\.json") as told:
        dx.publish(project)
    assert told.value.key == "snapshot.package"


def test_publish_tells_of_days_opinions_and_stages_that_are_missing(project, store, capsys) -> None:
    (project / "minutes" / "menu.txt").write_text("献立表\n４月１日　カレーライス\n")
    store.tag(_ids(project)[3], "soumu-steps", "step9", reviewer="甲")
    out = project / "published" / "x"
    assert main(["publish", "--data", str(project), "-o", str(out)]) == 0
    undated, silent, gone = capsys.readouterr().err.splitlines()
    assert "1 回" in undated
    assert "menu.txt" in undated
    assert "menu.txt" in silent
    assert "step9" in gone


def test_publish_tells_what_a_blind_project_withholds_once_a_third_reviewer_starts(
    project, store, capsys
) -> None:
    (project / "project.toml").write_text("blind = true")
    one, other, *_ = _ids(project)
    for who in ("甲", "乙"):
        for opinion in (one, other):
            store.tag(opinion, "soumu-steps", "step1", reviewer=who)
    out = project / "published" / "x"
    assert main(["publish", "--data", str(project), "-o", str(out)]) == 0
    assert "伏せます" not in capsys.readouterr().err
    store.tag(one, "soumu-steps", "step1", reviewer="丙")
    assert main(["publish", "--data", str(project), "-o", str(out)]) == 0
    (told,) = [line for line in capsys.readouterr().err.splitlines() if "伏せます" in line]
    assert told.startswith("意見 1 件の評価は、評価者の全員がまだ決めていない")


def test_publish_tells_how_many_lines_it_hid(project, store, capsys) -> None:
    store.tag(_ids(project)[3], "soumu-steps", "step1", reviewer="甲")
    (project / "minutes" / "b.txt").write_text(
        "見本市の会（第２回）議事概要\n日時：令和３年５月１０日\n出席者\n"
        "Nguyen Hoa\t青葉野国際交流協会\n太白 一郎\t見本大学\n主な意見\n○よい。\n○古い。\n"
    )
    out = project / "published" / "x"
    assert main(["publish", "--data", str(project), "-o", str(out), "--names", "roles"]) == 0
    hidden = load_page(out)["n"]["masked"]
    assert f"{hidden} 行" in capsys.readouterr().err
    shown = [file.read_text() for file in (out / "sources").iterdir()]
    assert sum(text.count("（氏名を含む行）") for text in shown) == hidden > 0


@pytest.mark.parametrize(
    ("form", "name"), [("csv", "out.xlsx"), ("xlsx", "out.csv"), ("jsonl", "out.jsonl")]
)
def test_a_name_of_another_kind_of_file_is_refused(project, store, capsys, form, name) -> None:
    store.tag(_ids(project)[3], "soumu-steps", "step1", reviewer="甲")
    file = project / name
    file.write_text("mine")
    assert main(["export", form, "--data", str(project), "-o", str(file)]) == 2
    assert name in capsys.readouterr().err
    assert file.read_text() == "mine"


def test_the_sheets_of_the_download_are_in_words_and_hold_no_codes(made, published) -> None:
    book = pd.read_excel(published / "downloads" / "dxreview.xlsx", sheet_name=None)
    columns = {column for frame in book.values() for column in frame.columns}
    assert [column for column in columns if re.fullmatch(r"[a-z_]+", column)] == []
    assert set(book["出席者"]["出欠"]) == {"出席"}
    labels = {stage.label["ja"] for roadmap in made.roadmaps for stage in roadmap.stages}
    assert set(book["タグ"]["段階"]) <= labels
    assert set(book["タグ"]["ロードマップ"]) == {one.title["ja"] for one in made.roadmaps}
    assert set(book["確定の理由"]["状態"]) == {"確定"}


# --- the snapshot that ships ---

BUNDLED = ROOT / "data" / "published" / "2020-11"
SHOWN = ("page.json", "index.html", "downloads/opinions.csv", "sources/soumu-dx-kentokai-01.txt")


@pytest.mark.slow
def test_the_snapshot_that_ships_is_unchanged_and_says_what_the_data_say(tmp_path) -> None:
    assert verify(BUNDLED) == []
    fresh = dx.publish(ROOT / "data", tmp_path / "fresh", store=":memory:")
    # The id is over the Parquet files' bytes, which another version of pyarrow may write otherwise.
    pages = [
        {name: (folder / name).read_text().replace(load_page(folder)["id"], "") for name in SHOWN}
        for folder in (BUNDLED, fresh)
    ]
    assert [name for name in SHOWN if pages[0][name] != pages[1][name]] == [], "run make snapshot"
    for frame in (fresh / "frames").iterdir():
        other = pd.read_parquet(BUNDLED / "frames" / frame.name)
        pd.testing.assert_frame_equal(pd.read_parquet(frame), other)


def test_the_first_minutes_open_with_what_the_eight_opinions_say(tmp_path) -> None:
    page = load_page(dx.publish(ROOT / "data", tmp_path / "fresh", store=":memory:"))
    assert (page["n"]["opinions"], page["n"]["units"], page["n"]["meetings"]) == (8, 10, 1)
    assert page["view"] == {"roadmap": "soumu-steps", "by": "dx-maturity"}
    assert {axis["id"] for axis in page["axes"]} == {"soumu-steps", "soumu-plan", "dx-maturity"}
    assert page["findings"][0]["text"] == {
        "ja": "意見8件のうち、最も多いのは「DXの認識共有・機運醸成」で、5件です（うち2件は案）。",
        "en": "Of 8 opinions, “Shared understanding and momentum” drew the most: 5"
        " (drafts among them: 2).",
    }
    text = page["sources"]["soumu-dx-kentokai-01.txt"]["text"]
    last = page["opinions"][-1]
    assert last["page"] == 3
    assert "国から提示してもらえると有り難い" in text[last["start"] : last["end"]]
