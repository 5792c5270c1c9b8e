"""Tags find their opinions again in a new version of the minutes. Nothing is re-mapped here; a
person looks and decides."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from dxreview.records import Event
from dxreview.store.replay import Replay
from dxreview.text import fold_identity

CLOSE = 0.5  # this share of the quote's triples of letters must be in an opinion to offer it
RIVAL = 0.9  # an opinion that holds this share of what the best one holds may be meant as well
_REPEAT = re.compile(r"(?<=-[0-9a-f]{8})-(\d+)$")
Reviewed = Mapping[str, Sequence[str]]  # opinion → whose its decisions, memos, settlements are


class Homeless(NamedTuple):
    """A reviewed opinion without its place. ``found``: the opinion that holds most of the quote, to
    be confirmed by a move, None where none comes close or another one has it; ``score``: the share
    of the quote found, 0 to 1; ``whose``: the reviewers; ``together``: how many decisions, memos
    and settlements of theirs are on ``found`` already."""

    opinion_id: str
    found: str | None
    score: float
    quote: str | None
    whose: tuple[str, ...]
    together: int = 0


# How well the quote of a suspect fits a present opinion; the greater the better: its share there,
# what its neighbours say, whether the same people have nothing else there, whether the id is the
# same; as the last resort, the reading order of both.
_Fit = tuple[float, float, bool, bool]


def homeless(replay: Replay, opinions: Mapping[str, str]) -> list[Homeless]:
    """Reviewed opinions that are not among ``opinions`` (opinion_id → text, in reading order) under
    their id. Of several equal ones in a meeting, the neighbours tell which was meant; no opinion is
    found for two of them."""
    reviewed = _reviewed(replay)
    repeated = {_REPEAT.sub("", each) for each in opinions if _REPEAT.search(each)}
    # Not there under their id, or maybe another of several repeats; these in reading order.
    doubtful = (each for each, whose in reviewed.items() if whose)
    doubtful = (e for e in doubtful if e not in opinions or _REPEAT.sub("", e) in repeated)
    if not (suspects := sorted(doubtful, key=_repeat)):  # as nearly always
        return []
    quoted = _quoted(replay)
    places = _assigned(_fits(suspects, quoted, reviewed, opinions))
    lost = []
    for opinion_id in suspects:
        now, score = places.get(opinion_id, (None, 0.0))
        if now != opinion_id and (now or opinion_id not in opinions):
            quote = quoted[opinion_id].quote if opinion_id in quoted else None
            whose = tuple(sorted(set(reviewed[opinion_id])))
            together = _together(reviewed, opinion_id, now) if now else 0
            lost.append(Homeless(opinion_id, now, score, quote, whose, together))
    return lost


def _reviewed(replay: Replay) -> Reviewed:
    found: dict[str, list[str]] = defaultdict(list)
    for (opinion_id, _), made in replay.choices().items():
        found[opinion_id] += made
    for opinion_id, memos in replay.memos().items():
        found[opinion_id] += memos
    for (opinion_id, _), settled in replay.settlements().items():
        found[opinion_id].append(settled.reviewer)
    return found


def _together(reviewed: Reviewed, opinion_id: str, found: str) -> int:
    """How much the reviewers of an opinion have on another one."""
    there = reviewed.get(found, ()) if found != opinion_id else ()
    return sum(who in reviewed[opinion_id] for who in there)


def _repeat(opinion_id: str) -> tuple[str, int]:
    number = _REPEAT.search(opinion_id)
    return _REPEAT.sub("", opinion_id), int(number[1]) if number else 1


def _quoted(replay: Replay) -> dict[str, Event]:
    """The latest event with a quote, by the opinion that it is about now."""
    events = (event for _, event in sorted(replay.known.items()) if event.quote)
    return {replay.home(event.opinion_id or ""): event for event in events}


def _fits(
    suspects: Sequence[str],
    quoted: Mapping[str, Event],
    reviewed: Reviewed,
    opinions: Mapping[str, str],
) -> Iterator[tuple[_Fit, str, str]]:
    """Every present opinion that may be meant by a suspect's quote: how well, whose, which."""
    ids, texts = list(opinions), _texts(tuple(opinions.values()))
    for opinion_id in suspects:
        if event := quoted.get(opinion_id):
            for row, share in texts.holding(event.quote or ""):
                near = texts.share(event.before, row - 1) + texts.share(event.after, row + 1)
                free = not _together(reviewed, opinion_id, ids[row])
                fit = share, near, free, ids[row] == opinion_id
                yield fit, opinion_id, ids[row]


def _assigned(fits: Iterable[tuple[_Fit, str, str]]) -> dict[str, tuple[str, float]]:
    """Suspect → its opinion and the share; the best fit first, each opinion once."""
    places: dict[str, tuple[str, float]] = {}
    taken = set()
    for fit, suspect, opinion_id in sorted(fits, key=itemgetter(0), reverse=True):
        if suspect not in places and opinion_id not in taken:
            places[suspect] = opinion_id, round(fit[0], 3)
            taken.add(opinion_id)
    return places


class _Texts:
    """Texts in reading order, and in which of them each triple of letters stands: a quote is looked
    for among ten thousand at every redraw."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._triples = [_triples(text) for text in texts]
        self._rows: dict[str, list[int]] = defaultdict(list)
        for row, triples in enumerate(self._triples):
            for each in triples:
                self._rows[each].append(row)
        self.holding = cache(self._holding)

    def _holding(self, quote: str) -> list[tuple[int, float]]:
        """The texts that hold most of the quote, or nearly as much, and the share; none where no
        text comes close."""
        triples = _triples(quote)
        counts = Counter(chain.from_iterable(self._rows.get(each, ()) for each in triples))
        least = max(CLOSE * len(triples), RIVAL * max(counts.values(), default=0))
        return [(row, n / len(triples)) for row, n in sorted(counts.items()) if n >= least]

    def share(self, words: str | None, row: int) -> float:
        """How much of the words is in one text; 0 beyond the first and the last."""
        triples = _triples(words)
        if not triples or not 0 <= row < len(self._triples):
            return 0.0
        return len(triples & self._triples[row]) / len(triples)


# Of one state of the minutes: a tag changes no text.
_texts = lru_cache(maxsize=1)(_Texts)


def _triples(text: str | None) -> set[str]:
    folded = fold_identity(text or "")
    return {folded[i : i + 3] for i in range(len(folded) - 2)} or {folded} - {""}
