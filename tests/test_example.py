"""The example tags that ship: they belong to the minutes and the roadmaps beside them."""

import dxreview as dx
from dxreview.roadmap import load_roadmaps
from dxreview.store import Store

from .conftest import ROOT

DATA = ROOT / "data"


def _example() -> Store:
    store = Store(":memory:")
    store.merge(*sorted((DATA / "reviews").glob("*.jsonl")))
    return store


def test_every_example_tag_names_an_opinion_and_a_stage_that_exist() -> None:
    opinions = set(dx.load(DATA / "minutes").opinions["opinion_id"])
    roadmaps = load_roadmaps(DATA / "roadmaps")
    for tag in _example().tags().itertuples():
        assert tag.opinion_id in opinions
        assert tag.version == roadmaps[tag.roadmap].version
        assert tag.stage in {stage.id for stage in roadmaps[tag.roadmap].stages}


def test_two_readers_of_the_first_minutes_differ_where_readers_would() -> None:
    opinions = dx.load(DATA / "minutes").opinions
    decisions = _example().decisions(opinions)
    of_steps = decisions[decisions["roadmap"] == "soumu-steps"].set_index("opinion_id")["status"]
    said = opinions[opinions["kind"] == "opinion"]["opinion_id"]
    assert list(of_steps[said]) == [
        "disagreed",
        "tagged",
        "disagreed",
        "tagged",
        "tagged",
        "disagreed",
        "tagged",
        "disagreed",
    ]
    assert _example().replay.reviewers() == ["評価者A", "評価者B"]
