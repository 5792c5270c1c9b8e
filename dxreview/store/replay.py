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
- ``move`` says that what was decided on one opinion id belongs to another id now; the latest move
  away from an id counts.
"""

import gc
import json
from bisect import insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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

    @property
    def unit(self) -> str:
        """What one undo takes back: the whole group, or the event."""
        return self.group or self.id


class Choice(NamedTuple):
    """One reviewer's present decision: stage → the event that put it on; or none applies."""

    stages: dict[str, Row]
    none: bool


Place = tuple[str, str]  # opinion and roadmap (of a memo: and reviewer)
Cell = tuple[str, str, str]  # opinion, roadmap, reviewer
Rows = list[Row]
Units = dict[str, None]  # an ordered set
Choices = dict[Place, dict[str, Choice]]
unpacked = cache(lambda stages: tuple(json.loads(stages)) if stages else ())


@contextmanager
def many_made() -> Iterator[None]:
    """Around work that makes very many small objects, none of them garbage: without the collector,
    which would walk them again and again, it takes a third less time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class Replay:
    """Takes events in, in any order and more than once, and answers for their state."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.latest = ""
        self._acts: dict[str, Rows] = defaultdict(list)
        self._decided: dict[Cell, Rows] = defaultdict(list)
        # memo, settle, move: of each the latest counts.
        self._single: dict[str, dict[Place, Rows]] = defaultdict(lambda: defaultdict(list))
        self._turns: dict[Place, Row] = {}  # (reviewer, unit) → its latest undo or redo
        self._undone: dict[str, set[str]] = defaultdict(set)  # reviewer → units taken back now
        self._stacks: dict[str, tuple[int, Units, Units]] = {}
        # What `choices` worked out last, and the cells that changed since; None: all of them.
        self._choices: Choices = {}
        self._changed: set[Cell] | None = None

    def take(self, rows: Sequence[Row]) -> None:
        """Take in ``rows``; those that are known already change nothing."""
        if len(rows) > len(self.known):
            self._changed = None
        for row in rows:
            if row[0] not in self.known:
                self.known.add(row[0])
                self._take(row)

    def _take(self, row: Row) -> None:
        event_id, _, reviewer, action, opinion, roadmap, *_, undoes = row
        if event_id > self.latest:
            self.latest = event_id
        if not _put(self._acts[reviewer], row):
            self._stacks.pop(reviewer, None)
        if action in ("undo", "redo"):
            self._turn(row, (reviewer, undoes or ""))
        elif action in ("memo", "settle", "move"):
            places = {"memo": (opinion, reviewer), "settle": (opinion, roadmap)}
            _put(self._single[action][places.get(action, (undoes, ""))], row)  # type: ignore[index]
        else:
            _put(self._decided[opinion or "", roadmap or "", reviewer], row)
        if self._changed is not None:
            self._changed.add((opinion or "", roadmap or "", reviewer))

    def _turn(self, row: Row, key: Place) -> None:
        reviewer, unit = key
        last = self._turns[key] = max(row, self._turns.get(key, row))
        undone = self._undone[reviewer]
        (undone.add if last.action == "undo" else undone.discard)(unit)
        if self._changed is not None:
            reached = (act for act in self._acts[reviewer] if act.unit == unit)
            self._changed.update((r.opinion_id or "", r.roadmap or "", reviewer) for r in reached)

    def counts(self, row: Row) -> bool:
        """Whether the event is not taken back at present."""
        return row.unit not in self._undone[row.reviewer]

    def reviewers(self) -> list[str]:
        """Everybody who ever acted."""
        return sorted(self._acts)

    # --- the state ---

    def choices(self) -> Choices:
        """(opinion, roadmap) → reviewer → present decision; who has not decided is left out."""
        if self._changed is None or (self._changed and self._single["move"]):
            self._choices = defaultdict(dict)
            cells = self._at_home()
        else:
            cells = {cell: self._decided[cell] for cell in self._changed & self._decided.keys()}
        for (opinion, roadmap, who), rows in cells.items():
            made = self._choices[opinion, roadmap]
            made[who] = choice = _choice(rows, self._undone[who])
            if not choice.stages and not choice.none:
                del made[who]
        self._changed = set()
        return self._choices

    def settlements(self) -> dict[Place, Row]:
        """(opinion, roadmap) → the settlement that counts."""
        return self._latest("settle")

    def memos(self) -> dict[Place, Row]:
        """(opinion, reviewer) → the memo that counts; removed ones are left out."""
        return {key: row for key, row in self._latest("memo").items() if row.memo}

    def _latest(self, action: str) -> dict[Place, Row]:
        last: dict[Place, Row] = {}
        for (opinion, other), rows in self._single[action].items():
            key = (self.home(opinion), other)
            for row in [row for row in rows if self.counts(row)][-1:]:
                last[key] = max(row, last.get(key, row))
        return last

    def history(self, opinion_id: str) -> list[tuple[Row, bool]]:
        """The events that reach the opinion, in order, and whether they are taken back now."""
        acts = [row for rows in self._acts.values() for row in rows]
        about = [row for row in acts if row.opinion_id and self.home(row.opinion_id) == opinion_id]
        units = {(row.reviewer, row.unit) for row in about}
        turns = [row for row in acts if not row.opinion_id and (row.reviewer, row.undoes) in units]
        return [(row, not self.counts(row)) for row in sorted(about + turns)]

    def home(self, opinion_id: str) -> str:
        """The id under which the opinion stands now."""
        at = ""
        while moves := self._single["move"].get((opinion_id, "")):
            last = [row for row in moves if self.counts(row)][-1:]
            if not last or last[0].id <= at:  # each step is later than the last: no circles
                break
            opinion_id, at = last[0].opinion_id or "", last[0].id
        return opinion_id

    def _at_home(self) -> dict[Cell, Rows]:
        if not self._single["move"]:
            return self._decided
        merged: dict[Cell, Rows] = defaultdict(list)
        for (opinion, roadmap, who), rows in self._decided.items():
            merged[self.home(opinion), roadmap, who] += rows
        return {cell: sorted(rows) for cell, rows in merged.items()}

    # --- undo and redo ---

    def undoable(self, reviewer: str) -> str | None:
        """The unit that the reviewer's next undo takes back."""
        return next(reversed(self._stack(reviewer)[0]), None)

    def redoable(self, reviewer: str) -> str | None:
        """The unit that the reviewer's next redo brings back."""
        return next(reversed(self._stack(reviewer)[1]), None)

    def _stack(self, reviewer: str) -> tuple[Units, Units]:
        """Units done and units undone, the last one last; only new acts are gone through."""
        acts = self._acts.get(reviewer, [])
        seen, done, undone = self._stacks.get(reviewer, (0, {}, {}))
        for row in acts[seen:]:
            if row.action in ("undo", "redo"):
                source, target = (done, undone) if row.action == "undo" else (undone, done)
                if row.undoes in source:
                    target[row.undoes] = source.pop(row.undoes)
            else:
                undone.clear()
                done[row.unit] = None
            if len(done) > UNDO_DEPTH:
                del done[next(iter(done))]
        self._stacks[reviewer] = len(acts), done, undone
        return done, undone


def _choice(rows: Rows, undone: set[str]) -> Choice:
    stages: dict[str, Row] = {}
    none = False
    for row in rows:
        event_id, _, _, action, _, _, _, packed, _, _, group, _ = row
        if undone and (group or event_id) in undone:
            continue
        if none := action == "none_applies":
            stages = {}
        for stage in unpacked(packed):
            if action == "tag":
                stages[stage] = row
            else:
                stages.pop(stage, None)
    return Choice(stages, none)


def _put(rows: Rows, row: Row) -> bool:
    """Keep ``rows`` in the order of ids; True where the row is the last, as it nearly always is."""
    if rows and row < rows[-1]:
        insort(rows, row)
        return False
    rows.append(row)
    return True
