"""What counts of what reviewers decided: one definition for the frames, figures and publishing."""

from collections import Counter
from collections.abc import Collection, Iterable
from itertools import chain
from typing import NamedTuple


class Count(NamedTuple):
    """How the decisions on one opinion count.

    ``status``: as in the decisions frame: "disagreed" where reviewers differ at all. ``result``:
    what most of them say; "disagreed" where that is nothing. ``stages``, sorted: those that count;
    ``drafts``: which of them are drafts (案), () where the decision is a draft without a stage,
    None where nothing is.
    """

    status: str
    result: str
    stages: tuple[str, ...] = ()
    drafts: tuple[str, ...] | None = None


def count(decisions: Iterable[Collection[str]]) -> Count:
    """Weigh the decisions of reviewers, a set of stages each, an empty one where none applies.

    A stage counts that at least half gave; exactly half, or a single reviewer, is a draft.

    >>> count([["step0", "step1"], ["step0"]])[1:]
    ('tagged', ('step0', 'step1'), ('step1',))
    >>> count([["step0"], [], []])
    Count(status='disagreed', result='none_applies', stages=(), drafts=None)
    >>> count([["step0"], ["step0"], ["step1"]])
    Count(status='disagreed', result='tagged', stages=('step0',), drafts=None)
    """
    sets = [*map(frozenset, decisions)]
    if not sets:
        return Count("untagged", "untagged")
    if len(set(sets)) == 1:
        stages = tuple(sorted(sets[0]))
        status = "tagged" if stages else "none_applies"
        return Count(status, status, stages, stages if len(sets) == 1 else None)
    votes = Counter(chain.from_iterable(sets))
    stages = tuple(sorted(stage for stage, given in votes.items() if 2 * given >= len(sets)))
    drafts = tuple(stage for stage in stages if 2 * votes[stage] == len(sets))
    if 2 * sets.count(frozenset()) > len(sets):
        return Count("disagreed", "none_applies")
    if len(drafts) < len(stages):
        return Count("disagreed", "tagged", stages, drafts or None)
    return Count("disagreed", "disagreed", stages, drafts)
