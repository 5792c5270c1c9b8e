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

from bisect import insort
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter

from dxreview.records import Event

UNDO_DEPTH = 100
Place = tuple[str, str]  # opinion and roadmap (of a memo: and reviewer)
Units = dict[str, None]  # an ordered set
Cell = tuple[str, str, str]  # opinion, roadmap, reviewer
Choice = dict[str, Event]  # stage → the event that put it on; empty: none applies
_id = attrgetter("id")


def unit(event: Event) -> str:
    """What one undo takes back: the whole group, or the event."""
    return event.group or event.id


class Replay:
    """Takes events in, in any order and more than once, and answers for their state."""

    def __init__(self) -> None:
        self.known: dict[str, Event] = {}
        self.latest = ""
        self._acts: dict[str, list[Event]] = defaultdict(list)
        self._decided: dict[Cell, list[Event]] = defaultdict(list)
        # memo, settle, move: of each the latest counts.
        self._single: dict[str, dict[Place, list[Event]]] = defaultdict(lambda: defaultdict(list))
        self._turns: dict[Place, Event] = {}  # (reviewer, unit) → its latest undo or redo
        self._undone: dict[str, set[str]] = defaultdict(set)  # reviewer → units taken back now
        self._stacks: dict[str, tuple[int, Units, Units]] = {}
        # What `choices` worked out last, and the cells that changed since; None: all of them.
        self._choices: dict[Place, dict[str, Choice]] = {}
        self._changed: set[Cell] | None = None
        # What `settlements` and `memos` worked out, while nothing of it has changed.
        self._settled: dict[Place, Event] | None = None
        self._memos: dict[str, dict[str, Event]] | None = None

    def take(self, events: Sequence[Event]) -> None:
        """Take in ``events``; those that are known already change nothing."""
        if len(events) > len(self.known):
            self._changed = None
        for event in events:
            if event.id not in self.known:
                self.known[event.id] = event
                self._take(event)

    def _take(self, event: Event) -> None:
        reviewer, action, opinion = event.reviewer, event.action, event.opinion_id or ""
        self.latest = max(self.latest, event.id)
        if not _put(self._acts[reviewer], event):
            self._stacks.pop(reviewer, None)
        if action in ("undo", "redo"):
            self._turn(event, (reviewer, event.undoes or ""))
        elif action in ("memo", "settle"):
            other = reviewer if action == "memo" else event.roadmap or ""
            _put(self._single[action][opinion, other], event)
        elif action == "move":
            _put(self._single[action][event.undoes or "", ""], event)
        else:
            _put(self._decided[opinion, event.roadmap or "", reviewer], event)
        self._touch(event)

    def _touch(self, event: Event) -> None:
        """What the event has a part in is to be worked out anew."""
        if event.action in ("memo", "settle", "move"):
            self._settled = self._memos = None
        if event.action == "move":
            self._changed = None
        elif event.opinion_id and self._changed is not None:
            self._changed.add((event.opinion_id, event.roadmap or "", event.reviewer))

    def _turn(self, event: Event, key: Place) -> None:
        reviewer, taken = key
        last = self._turns[key] = max(event, self._turns.get(key, event), key=_id)
        undone = self._undone[reviewer]
        (undone.add if last.action == "undo" else undone.discard)(taken)
        if self._changed is None:
            self._settled = self._memos = None
        else:
            for act in self.reached(event):
                self._touch(act)

    def reached(self, turn: Event) -> list[Event]:
        """The events that an undo or redo takes back or brings back."""
        return [act for act in self._acts[turn.reviewer] if unit(act) == turn.undoes]

    def counts(self, event: Event) -> bool:
        """Whether the event is not taken back at present."""
        return unit(event) not in self._undone[event.reviewer]

    def reviewers(self) -> list[str]:
        """Everybody who ever acted."""
        return sorted(self._acts)

    def choices(self) -> dict[Place, dict[str, Choice]]:
        """(opinion, roadmap) → reviewer → present decision; who has not decided is left out."""
        cells: Collection[Cell] | None = self._changed
        if cells is None:
            self._choices, cells = defaultdict(dict), self._decided.keys()
        if not cells:
            return self._choices
        moved = {old: self.home(old) for old, _ in self._single["move"]}
        if moved:
            cells = {(moved.get(opinion, opinion), name, who) for opinion, name, who in cells}
        for cell in cells:
            opinion, roadmap, who = cell
            events = self._decisions(cell, moved) if moved else self._decided.get(cell, ())
            choice = _choice(events, self._undone[who])
            if choice is not None:
                self._choices[opinion, roadmap][who] = choice
            elif made := self._choices.get((opinion, roadmap)):
                made.pop(who, None)
        self._changed = set()
        return self._choices

    def _decisions(self, cell: Cell, moved: Mapping[str, str]) -> Sequence[Event]:
        """A reviewer's events on an opinion, also under the ids that moved to it, in order."""
        opinion, roadmap, who = cell
        if opinion not in moved.values():
            return self._decided.get(cell, ())
        homes = {opinion: opinion, **moved}
        same = [(old, roadmap, who) for old, home in homes.items() if home == opinion]
        return sorted((e for each in same for e in self._decided.get(each, ())), key=_id)

    def settlements(self) -> dict[Place, Event]:
        """(opinion, roadmap) → the settlement that counts."""
        if self._settled is None:
            self._settled = self._latest("settle")
        return self._settled

    def memos(self) -> dict[str, dict[str, Event]]:
        """opinion → reviewer → the memo that counts; removed ones are left out."""
        if self._memos is None:
            self._memos = defaultdict(dict)
            for (opinion, who), event in self._latest("memo").items():
                if event.memo:
                    self._memos[opinion][who] = event
        return self._memos

    def _latest(self, action: str) -> dict[Place, Event]:
        last: dict[Place, Event] = {}
        for (opinion, other), events in self._single[action].items():
            key = (self.home(opinion), other)
            for event in [event for event in events if self.counts(event)][-1:]:
                last[key] = max(event, last.get(key, event), key=_id)
        return last

    def history(self, opinion_id: str) -> list[Event]:
        """The events that reach the opinion, in order: what was decided under an earlier id of it
        too, undo and redo where they reach it."""
        every = self.known.values()
        about = [e for e in every if e.opinion_id and self.home(e.opinion_id) == opinion_id]
        units = {(event.reviewer, unit(event)) for event in about}
        turns = [e for e in every if not e.opinion_id and (e.reviewer, e.undoes) in units]
        return sorted(about + turns, key=_id)

    def home(self, opinion_id: str) -> str:
        """The id under which the opinion stands now."""
        at = ""
        while moves := self._single["move"].get((opinion_id, "")):
            last = [move for move in moves if self.counts(move)][-1:]
            if not last or last[0].id <= at:  # each step is later than the last: no circles
                break
            opinion_id, at = last[0].opinion_id or "", last[0].id
        return opinion_id

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
        for event in acts[seen:]:
            if event.action in ("undo", "redo"):
                source, target = (done, undone) if event.action == "undo" else (undone, done)
                if event.undoes in source:
                    target[event.undoes] = source.pop(event.undoes)
            else:
                undone.clear()
                done[unit(event)] = None
            if len(done) > UNDO_DEPTH:
                del done[next(iter(done))]
        self._stacks[reviewer] = len(acts), done, undone
        return done, undone


def _choice(events: Sequence[Event], undone: set[str]) -> Choice | None:
    """The present decision; None where there is none any more."""
    stages: Choice = {}
    none = False
    for event in events:
        if undone and unit(event) in undone:
            continue
        if none := event.action == "none_applies":
            stages = {}
        for stage in event.stages:
            if event.action == "tag":
                stages[stage] = event
            else:
                stages.pop(stage, None)
    return stages if stages or none else None


def _put(events: list[Event], event: Event) -> bool:
    """Keep ``events`` in order; True where the event is the last, as it nearly always is."""
    if last := not events or event.id > events[-1].id:
        events.append(event)
    else:
        insort(events, event, key=_id)
    return last
