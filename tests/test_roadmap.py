"""Roadmap files: what is shipped, what is refused, what a newer version asks to look at again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dxreview.records import DxError
from dxreview.roadmap import Roadmap, Roadmaps, load_roadmaps

from .conftest import ROOT

FILES = ROOT / "data" / "roadmaps"


@pytest.fixture
def steps() -> Roadmap:
    return Roadmap.load(FILES / "soumu-steps.toml")


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """The first roadmap with one passage replaced, as a file."""

    def write(old: str, new: str) -> Path:
        text = (FILES / "soumu-steps.toml").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "changed.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return write


def test_the_four_roadmaps_that_ship() -> None:
    found = {
        key: [s.label["ja"] for s in roadmap.stages]
        for key, roadmap in load_roadmaps(FILES).items()
    }
    assert found == {
        "soumu-steps": [
            "DXの認識共有・機運醸成",
            "全体方針の決定",
            "推進体制の整備",
            "DXの取組の実行",
        ],
        "soumu-plan": [
            "自治体フロントヤード改革の推進",
            "情報システムの標準化・共通化",
            "公金収納におけるeLTAXの活用",
            "マイナンバーカードの普及促進・利用の推進",
            "セキュリティ対策の徹底",
            "AI・RPAの利用推進",
            "テレワークの推進",
        ],
        "dx-maturity": [
            "未着手",
            "デジタイゼーション",
            "デジタライゼーション",
            "デジタルトランスフォーメーション",
        ],
        "reflection": ["反映", "一部反映", "参考", "未反映", "対象外"],
    }


def test_only_the_answers_exclude_each_other_and_only_sequences_are_ordered() -> None:
    kinds = {key: (r.ordered, r.exclusive) for key, r in load_roadmaps(FILES).items()}
    assert kinds == {
        "soumu-steps": (True, False),
        "soumu-plan": (False, False),
        "dx-maturity": (True, False),
        "reflection": (False, True),
    }


def test_labels_in_two_languages(steps: Roadmap) -> None:
    assert steps.stages[1].label == {
        "ja": "全体方針の決定",
        "en": "Deciding the overall policy",
    }


@pytest.mark.parametrize(
    ("old", "new", "key", "place"),
    [
        ('version = "2021.1"', "", "missing_key", "version"),
        ("ordered = true", 'ordered = "yes"', "wrong_value", "ordered"),
        ("ordered = true", "orderd = true", "unknown_key", "orderd"),
        ("order = 1", "order = 0", "twice", "stages[2] order"),
        ('id = "step1"', 'id = "step0"', "twice", "stages[2] id"),
        ('id = "step2"', 'id = "二"', "wrong_value", "stages[3] id"),
        ('en = "Deciding the overall policy"', 'fr = "…"', "unknown_key", "stages[2] label fr"),
        ("[stages.example]", "[stages.sample]", "unknown_key", "stages[1] sample"),
        ("keywords = [", "keywords = [1, ", "wrong_value", "stages[1] keywords[1]"),
        ("url = [", "web = [", "unknown_key", "source web"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(
    written: Callable[..., Path], old: str, new: str, key: str, place: str
) -> None:
    path = written(old, new)
    with pytest.raises(DxError) as refused:
        Roadmap.load(path)
    assert (refused.value.key, refused.value.facts["place"]) == (f"roadmap.{key}", place)
    assert str(path) in str(refused.value)


def test_what_is_no_toml_or_not_there_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\x81\x8d\x00")
    for path, key in ((tmp_path / "x.toml", "not_toml"), (tmp_path / "y.toml", "missing")):
        with pytest.raises(DxError) as refused:
            Roadmap.load(path)
        assert refused.value.key == f"file.{key}"


def test_what_breaks_a_toml_file_is_named_by_its_line(written: Callable[..., Path]) -> None:
    path = written("ordered = true", "ordered = ")
    line = path.read_text(encoding="utf-8").split("ordered = ")[0].count("\n") + 1
    with pytest.raises(DxError, match=f"（{line} 行目）"):
        Roadmap.load(path)


def test_the_newest_version_wins_and_all_are_kept(steps: Roadmap) -> None:
    versions = [replace(steps, version=version) for version in ("2.10", "2.9", "1.0")]
    roadmaps = Roadmaps(versions)
    assert roadmaps["soumu-steps"].version == "2.10"
    assert [r.version for r in roadmaps.versions["soumu-steps"]] == ["1.0", "2.9", "2.10"]


def test_one_version_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_bytes((FILES / "reflection.toml").read_bytes())
    with pytest.raises(DxError) as refused:
        load_roadmaps(tmp_path)
    assert refused.value.key == "roadmap.same_version"


def test_a_newer_version_says_which_stages_need_another_look(steps: Roadmap) -> None:
    zero, one, two, three = steps.stages
    new = replace(
        steps,
        version="2025.1",
        stages=(
            zero,
            replace(one, label={"ja": "全体方針", "en": "Policy"}),
            replace(two, id="people", was=("step2",)),
            replace(two, id="bodies", order=9, was=("step2",)),
        ),
    )
    roadmaps = Roadmaps([new, steps])
    found = {stage.id: roadmaps.change(steps.id, "2021.1", stage.id) for stage in steps.stages}
    assert found == {
        zero.id: None,
        "step1": ("renamed", ("step1",)),
        "step2": ("split", ("people", "bodies")),
        three.id: ("gone", ()),
    }


def test_of_a_version_that_is_not_here_ids_alone_are_compared(steps: Roadmap) -> None:
    roadmaps = Roadmaps([steps])
    assert roadmaps.change(steps.id, "2019.1", "step1") is None
    assert roadmaps.change(steps.id, "2019.1", "step9") == ("gone", ())
    assert roadmaps.change("another", "1.0", "x") is None
