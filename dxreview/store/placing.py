"""Tags whose ground moved: a new version of the minutes, or of a roadmap. Nothing is re-mapped
here; a person looks and decides."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from dxreview.records import Event
from dxreview.roadmap import Change, Roadmaps, changes
from dxreview.store.replay import Replay
from dxreview.text import fold_identity

CLOSE = 0.5  # this share of the quote's triples of letters must be in an opinion to offer it
_REPEAT = re.compile(r"(?<=-[0-9a-f]{8})-\d+$")


class Candidate(NamedTuple):
    """An opinion of the minutes as they are now and its neighbours, folded."""

    opinion_id: str
    text: str
    before: str
    after: str


def candidates(opinions: Iterable[tuple[str, str, str]]) -> list[Candidate]:
    """From (meeting_id, opinion_id, text) in reading order."""
    found = []
    for _, rows in groupby(opinions, key=lambda row: row[0]):
        meeting = [(opinion_id, fold_identity(text)) for _, opinion_id, text in rows]
        texts = ["", *(text for _, text in meeting), ""]
        found += [Candidate(o, t, texts[i], texts[i + 2]) for i, (o, t) in enumerate(meeting)]
    return found


def place(event: Event, among: Iterable[Candidate]) -> tuple[str | None, float]:
    """The opinion that the event's quote fits best (its neighbours decide between equals) and how
    much of the quote it holds, 0 to 1; None where none holds half of it."""
    quote, before, after = (_triples(text) for text in (event.quote, event.before, event.after))
    best: tuple[float, float, bool, str] = (0.0, 0.0, False, "")
    for each in among:
        share = _share(quote, each.text)
        if share >= max(CLOSE, best[0]):
            near = _share(before, each.before) + _share(after, each.after)
            best = max(best, (share, near, each.opinion_id == event.opinion_id, each.opinion_id))
    return best[3] or None, round(best[0], 3)


def _triples(text: str | None) -> set[str]:
    folded = fold_identity(text or "")
    return {folded[i : i + 3] for i in range(len(folded) - 2)} or {folded} - {""}


def _share(triples: set[str], text: str) -> float:
    return sum(each in text for each in triples) / len(triples) if triples else 0.0


def suspects(replay: Replay, known: Iterable[str]) -> dict[str, set[str]]:
    """Opinions that somebody decided on, settled or noted, and that are not there under their id or
    may be another of several repeats; and by whom."""
    known = list(known)
    repeated = Counter(_REPEAT.sub("", opinion_id) for opinion_id in known)
    sure = {each for each in known if repeated[each] == 1}
    found: dict[str, set[str]] = {}
    for (opinion_id, _), made in replay.choices().items():
        if made and opinion_id not in sure:
            found.setdefault(opinion_id, set()).update(made)
    for row in (*replay.settlements().values(), *replay.memos().values()):
        opinion_id = replay.home(row.opinion_id or "")
        if opinion_id not in sure:
            found.setdefault(opinion_id, set()).add(row.reviewer)
    return found


def homeless(
    found: Mapping[str, set[str]],
    quoted: Mapping[str, Event],
    opinions: Sequence[tuple[str, str, str]],
) -> Iterator[tuple[Any, ...]]:
    """For each suspect that is not at its place: opinion_id, found, score, quote, reviewers."""
    there = candidates(opinions) if found else []
    ids = {each.opinion_id for each in there}
    for opinion_id, reviewers in sorted(found.items()):
        event = quoted.get(opinion_id)
        now, score = place(event, there) if event else (None, 0.0)
        if opinion_id not in ids or now not in (opinion_id, None):
            yield opinion_id, now, score, event and event.quote, tuple(sorted(reviewers))


def second_look(
    tags: Iterable[tuple[str | None, str | None, str]], roadmaps: Roadmaps
) -> Iterator[Change | None]:
    """For each (roadmap, version or None, stage) what the newest version did to it; None: nothing.

    Where the file of the tag's version is not there, a stage that is in the newest version is taken
    to be the same.
    """
    for name, version, stage in tags:
        new = roadmaps.get(name or "")
        if new is None or version in (None, new.version):
            yield None
            continue
        old = [each for each in roadmaps.versions[new.id] if each.version == version]
        gone = Change("gone", ()) if all(stage != each.id for each in new.stages) else None
        yield changes(old[0], new).get(stage) if old else gone
