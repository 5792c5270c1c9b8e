"""What the events say together: the state is their replay, whatever order they arrived in.

The rules. Events count in the order of their ids.

- A reviewer's stages for an opinion and a roadmap: ``tag`` puts stages on, ``untag`` takes them
  off, ``none_applies`` takes all off and says so, until the next ``tag`` or ``untag``. For an
  exclusive roadmap the writer sends, in one group, an ``untag`` of all other stages before the
  ``tag``, so that the later of two choices made apart stands alone after a merge, and no roadmap
  file is needed here.
- The latest ``memo`` of a reviewer on an opinion counts; one without text removes it.
- The latest ``settle`` of an opinion and a roadmap counts; tags do not change it.
- ``undo`` and ``redo`` name a unit: a group, or an event without one. The later of them decides
  whether the unit counts. They reach only units of their own reviewer.
- ``move`` says that what was decided on one opinion id belongs to another id now.
"""

import json
from bisect import insort
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

UNDO_DEPTH = 100


class Row(NamedTuple):
    """The part of an event that the replay reads, as the database keeps it."""

    id: str
    at: str
    reviewer: str
    action: str
    opinion_id: str | None
    roadmap: str | None
    version: str | None
    stages: str
    basis: str
    memo: str | None
    group: str | None
    undoes: str | None


class Choice(NamedTuple):
    """One reviewer's present decision: stage → the event that put it on; or none applies."""

    stages: dict[str, Row]
    none: bool

    @property
    def decided(self) -> bool:
        return self.none or bool(self.stages)


Place = tuple[str, str]
Rows = list[Row]
unpacked = cache(lambda stages: tuple(json.loads(stages)) if stages else ())


class Replay:
    """Takes events in, in any order and more than once, and answers for their state."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.latest = ""
        self._acts: dict[str, Rows] = {}
        self._choices: dict[Place, dict[str, Rows]] = {}
        self._settled: dict[Place, Rows] = {}
        self._memos: dict[Place, Rows] = {}
        self._moves: dict[str, Rows] = {}
        self._turns: dict[tuple[str, str | None], tuple[str, bool]] = {}

    def take(self, rows: Iterable[Row]) -> int:
        """Take in ``rows``; return how many were new."""
        before = len(self.known)
        for row in rows:
            if row[0] not in self.known:
                self.known.add(row[0])
                self._take(row)
        return len(self.known) - before

    def _take(self, row: Row) -> None:
        event_id, _, reviewer, action, opinion, roadmap, *_, undoes = row
        self.latest = max(self.latest, event_id)
        _put(self._acts.setdefault(reviewer, []), row)
        if action in ("undo", "redo"):
            turn = (event_id, action == "undo")
            self._turns[reviewer, undoes] = max(turn, self._turns.get((reviewer, undoes), turn))
        elif action == "move":
            _put(self._moves.setdefault(undoes or "", []), row)
        elif action == "memo":
            _put(self._memos.setdefault((opinion or "", reviewer), []), row)
        elif action == "settle":
            _put(self._settled.setdefault((opinion or "", roadmap or ""), []), row)
        else:
            place = self._choices.setdefault((opinion or "", roadmap or ""), {})
            _put(place.setdefault(reviewer, []), row)

    def counts(self, row: Row) -> bool:
        """Whether the event is not taken back at present."""
        turn = self._turns.get((row.reviewer, row.group or row.id))
        return turn is None or not turn[1]

    def reviewers(self) -> list[str]:
        """Everybody who ever acted."""
        return sorted(self._acts)

    # --- the state ---

    def choices(self) -> dict[Place, dict[str, Choice]]:
        """(opinion, roadmap) → reviewer → present decision; undecided reviewers are left out."""
        found: dict[Place, dict[str, Choice]] = {}
        for place, by_reviewer in sorted(self._moved(self._choices).items()):
            made = {who: self._choice(rows) for who, rows in sorted(by_reviewer.items())}
            found[place] = {who: choice for who, choice in made.items() if choice.decided}
        return found

    def _choice(self, rows: Rows) -> Choice:
        stages: dict[str, Row] = {}
        none = False
        for row in rows:
            if self._turns and not self.counts(row):
                continue
            if row.action == "tag":
                stages.update(dict.fromkeys(unpacked(row.stages), row))
                none = False
            elif row.action == "untag":
                for stage in unpacked(row.stages):
                    stages.pop(stage, None)
                none = False
            else:
                stages, none = {}, True
        return Choice(stages, none)

    def settlements(self) -> dict[Place, Row]:
        """(opinion, roadmap) → the settlement that counts."""
        last: dict[Place, Row] = {}
        for (opinion, roadmap), rows in self._settled.items():
            self._keep_latest(last, (self.home(opinion), roadmap), rows)
        return last

    def memos(self) -> dict[Place, Row]:
        """(opinion, reviewer) → the memo that counts; removed ones are left out."""
        last: dict[Place, Row] = {}
        for (opinion, reviewer), rows in self._memos.items():
            self._keep_latest(last, (self.home(opinion), reviewer), rows)
        return {key: row for key, row in last.items() if row.memo}

    def _keep_latest(self, last: dict[Place, Row], key: Place, rows: Rows) -> None:
        counting = [row for row in rows if self.counts(row)]
        if counting:
            last[key] = max(counting[-1], last.get(key, counting[-1]))

    # --- opinions that moved ---

    def home(self, opinion_id: str) -> str:
        """The id under which the opinion stands now; each step must be later than the last."""
        at = ""
        while step := next((r for r in self._steps(opinion_id) if r.id > at), None):
            opinion_id, at = step.opinion_id or "", step.id
        return opinion_id

    def _steps(self, opinion_id: str) -> Iterator[Row]:
        """The latest move away from this id, if one counts."""
        rows = reversed(self._moves.get(opinion_id, ()))
        yield from [row for row in rows if self.counts(row)][:1]

    def _moved(self, places: dict[Place, dict[str, Rows]]) -> dict[Place, dict[str, Rows]]:
        if not self._moves:
            return places
        merged: dict[Place, dict[str, Rows]] = {}
        for (opinion, roadmap), by_reviewer in places.items():
            target = merged.setdefault((self.home(opinion), roadmap), {})
            for who, rows in by_reviewer.items():
                target[who] = sorted(target.get(who, []) + rows)
        return merged

    # --- undo and redo ---

    def undoable(self, reviewer: str) -> str | None:
        """The unit that the reviewer's next undo takes back."""
        return next(reversed(self._stacks(reviewer)[0]), None)

    def redoable(self, reviewer: str) -> str | None:
        """The unit that the reviewer's next redo brings back."""
        return next(reversed(self._stacks(reviewer)[1]), None)

    def _stacks(self, reviewer: str) -> tuple[dict[str, None], dict[str, None]]:
        done: dict[str, None] = {}
        undone: dict[str, None] = {}
        for row in self._acts.get(reviewer, ()):
            if row.action == "undo":
                _shift(done, undone, row.undoes or "")
            elif row.action == "redo":
                _shift(undone, done, row.undoes or "")
            else:
                undone.clear()
                done[row.group or row.id] = None
            if len(done) > UNDO_DEPTH:
                del done[next(iter(done))]
        return done, undone


def _shift(source: dict[str, None], target: dict[str, None], unit: str) -> None:
    if unit in source:
        del source[unit]
        target[unit] = None


def _put(rows: Rows, row: Row) -> None:
    """Keep ``rows`` in the order of ids; nearly always the new one is the last."""
    if rows and row < rows[-1]:
        insort(rows, row)
    else:
        rows.append(row)
