"""A stage counts by majority, and else as a draft."""

import pytest

from dxreview.store import Store
from dxreview.store.counting import Count, count


@pytest.mark.parametrize(
    ("decisions", "status", "result", "stages", "drafts"),
    [
        ([], "untagged", "untagged", "", None),
        (["a"], "tagged", "tagged", "a", "a"),
        ([""], "none_applies", "none_applies", "", ""),
        (["a", "a"], "tagged", "tagged", "a", None),
        (["ab", "a"], "disagreed", "tagged", "ab", "b"),
        (["a", "b"], "disagreed", "disagreed", "ab", "ab"),
        (["a", "a", "b"], "disagreed", "tagged", "a", None),
        (["a", "b", "c"], "disagreed", "disagreed", "", ""),
        (["a", "", ""], "disagreed", "none_applies", "", None),
        (["a", ""], "disagreed", "disagreed", "a", "a"),
    ],
)
def test_a_stage_counts_by_majority(
    decisions: list[str], status: str, result: str, stages: str, drafts: str | None
) -> None:
    expected = Count(status, result, tuple(stages), None if drafts is None else tuple(drafts))
    assert count(decisions) == expected


def test_of_three_reviewers_the_stage_of_one_does_not_count() -> None:
    store = Store(":memory:")
    for who, stage in (("甲", "a"), ("乙", "a"), ("丙", "b")):
        store.tag("o", "r", stage, reviewer=who)
    row = store.decisions().iloc[0]
    assert (row["status"], row["stages"], row["reviewers"]) == ("disagreed", ("a",), 3)
