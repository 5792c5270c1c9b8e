"""Tags find their opinions again in a new version of the minutes. Nothing is re-mapped here; a
person looks and decides."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from dxreview.records import Event
from dxreview.store.replay import Replay
from dxreview.text import fold_identity

CLOSE = 0.5  # this share of the quote's triples of letters must be in an opinion to offer it
_REPEAT = re.compile(r"(?<=-[0-9a-f]{8})-\d+$")


class Homeless(NamedTuple):
    """A reviewed opinion without its place. ``found``: the opinion that holds most of the quote, to
    be confirmed by a move, None where none comes close; ``score``: the share of the quote found, 0
    to 1; ``whose``: the reviewers."""

    opinion_id: str
    found: str | None
    score: float
    quote: str | None
    whose: tuple[str, ...]


def homeless(replay: Replay, opinions: Mapping[str, str]) -> list[Homeless]:
    """As of `Store.homeless`."""
    lost = []
    suspects = _suspects(replay, opinions)
    there = {each: fold_identity(text) for each, text in opinions.items()} if suspects else {}
    quoted: dict[str, Event] = {}
    for event_id in sorted(replay.known) if suspects else ():
        event = replay.known[event_id]
        if event.quote:
            quoted[replay.home(event.opinion_id or "")] = event
    for opinion_id, reviewers in suspects.items():
        last = quoted.get(opinion_id)
        now, score = _place(last, there) if last else (None, 0.0)
        if now != opinion_id and (now or opinion_id not in there):
            quote, whose = last.quote if last else None, tuple(sorted(reviewers))
            lost.append(Homeless(opinion_id, now, score, quote, whose))
    return lost


def _suspects(replay: Replay, known: Collection[str]) -> dict[str, set[str]]:
    """Reviewed opinions that are not there under their id, or may be another of several repeats,
    and by whom."""
    alike = Counter(_REPEAT.sub("", each) for each in known)
    reviewed: Iterable[tuple[str, Iterable[str]]] = chain(
        ((opinion_id, made) for (opinion_id, _), made in replay.choices().items() if made),
        replay.memos().items(),
        ((opinion_id, [e.reviewer]) for (opinion_id, _), e in replay.settlements().items()),
    )
    found: dict[str, set[str]] = defaultdict(set)
    for opinion_id, reviewers in reviewed:
        if opinion_id not in known or alike[_REPEAT.sub("", opinion_id)] > 1:
            found[opinion_id].update(reviewers)
    return dict(sorted(found.items()))


def _place(event: Event, there: dict[str, str]) -> tuple[str | None, float]:
    """The opinion that the event's quote fits best (its neighbours decide between equals) and how
    much of the quote it holds, 0 to 1; None where none holds half of it."""
    quote, before, after = (_triples(text) for text in (event.quote, event.before, event.after))
    texts = ["", *there.values(), ""]
    best: tuple[float, float, bool, str] = (0.0, 0.0, False, "")
    for index, (opinion_id, text) in enumerate(there.items()):
        share = _share(quote, text)
        if share >= max(CLOSE, best[0]):
            near = _share(before, texts[index]) + _share(after, texts[index + 2])
            best = max(best, (share, near, opinion_id == event.opinion_id, opinion_id))
    return best[3] or None, round(best[0], 3)


def _triples(text: str | None) -> set[str]:
    folded = fold_identity(text or "")
    return {folded[i : i + 3] for i in range(len(folded) - 2)} or {folded} - {""}


def _share(triples: set[str], text: str) -> float:
    return sum(each in text for each in triples) / len(triples) if triples else 0.0
