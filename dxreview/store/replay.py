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
from collections.abc import Sequence
from itertools import filterfalse, takewhile
from operator import attrgetter
from typing import Any

from dxreview.records import Event

UNDO_DEPTH = 100
Place = tuple[str, str]  # opinion and roadmap
# Opinion, roadmap ("" for a memo), reviewer ("" for a settlement): what one decision goes by.
Slot = tuple[str, str, str]
Choice = dict[str, Event]  # stage → the event that put it on; empty: none applies
_id = attrgetter("id")


class Replay:
    """Takes events in, in any order and more than once, and answers for their state."""

    def __init__(self) -> None:
        self.known: dict[str, Event] = {}
        self.latest = ""
        self._acts: dict[str, list[Event]] = defaultdict(list)  # by reviewer
        self._units: dict[str, list[Event]] = defaultdict(list)
        self._turns: dict[tuple[str, str], Event] = {}  # (reviewer, unit) → latest undo or redo
        self._moves: dict[str, list[Event]] = defaultdict(list)  # by the id that they move away
        self._forget()

    def _forget(self) -> None:
        """The state as of no event."""
        self._slots: dict[Slot, list[Event]] = defaultdict(list)
        self._stale: set[Slot] = set()
        self._moved = False
        self._choices: dict[Place, dict[str, Choice]] = defaultdict(dict)
        self._memos: dict[str, dict[str, Event]] = defaultdict(dict)
        self._settled: dict[Place, Event] = {}

    def take(self, events: Sequence[Event]) -> None:
        """Take in ``events``; those that are known already change nothing."""
        for event in events:
            if event.id not in self.known:
                self.known[event.id] = event
                self._take(event)

    def _take(self, event: Event) -> None:
        self.latest = max(self.latest, event.id)
        _put(self._acts[event.reviewer], event)
        if _is_turn(event):
            key = event.reviewer, event.undoes or ""
            self._turns[key] = max(event, self._turns.get(key, event), key=_id)
            for act in self.reached(event):
                self._touch(act)
        else:
            _put(self._units[unit(event)], event)
            held = self._touch(event)
            _put(self._moves[event.undoes or ""] if event.action == "move" else held, event)

    def _touch(self, event: Event) -> list[Event]:
        """The events of the decision that the event has a part in, which is to be worked out anew;
        everything is, where it is a move."""
        self._moved |= event.action == "move"
        roadmap = "" if event.action == "memo" else event.roadmap or ""
        who = "" if event.action == "settle" else event.reviewer
        slot = self.home(event.opinion_id or ""), roadmap, who
        self._stale.add(slot)
        return self._slots[slot]

    def _refresh(self) -> None:
        """Work out what has changed."""
        if self._moved:
            self._forget()
            for event in sorted(self.known.values(), key=_id):
                if event.opinion_id and event.action != "move":
                    self._touch(event).append(event)
        for slot in self._stale:
            self._work_out(slot)
        self._stale.clear()

    def _work_out(self, slot: Slot) -> None:
        opinion, roadmap, who = slot
        events = [event for event in self._slots[slot] if self.counts(event)]
        last = events[-1] if events else None
        if not who:
            _keep(self._settled, (opinion, roadmap), last)
        elif not roadmap:
            _keep(self._memos[opinion], who, last if last and last.memo else None)
        else:
            _keep(self._choices[opinion, roadmap], who, _choice(events))

    def reached(self, turn: Event) -> list[Event]:
        """The events that an undo or redo takes back or brings back."""
        acts = self._units.get(turn.undoes or "", ())
        return [act for act in acts if act.reviewer == turn.reviewer]

    def counts(self, event: Event) -> bool:
        """Whether the event is not taken back at present."""
        turn = self._turns.get((event.reviewer, unit(event)))
        return turn is None or turn.action == "redo"

    def reviewers(self) -> list[str]:
        """Everybody who ever acted, sorted."""
        return sorted(self._acts)

    def choices(self) -> dict[Place, dict[str, Choice]]:
        """(opinion, roadmap) → reviewer → present decision; who has not decided is left out."""
        self._refresh()
        return self._choices

    def settlements(self) -> dict[Place, Event]:
        """(opinion, roadmap) → the settlement that counts."""
        self._refresh()
        return self._settled

    def memos(self) -> dict[str, dict[str, Event]]:
        """opinion → reviewer → the memo that counts; removed ones are left out."""
        self._refresh()
        return self._memos

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
        while moves := self._moves.get(opinion_id):
            last = [move for move in moves if self.counts(move)][-1:]
            if not last or last[0].id <= at:  # each step is later than the last: no circles
                break
            opinion_id, at = last[0].opinion_id or "", last[0].id
        return opinion_id

    def turnable(self, action: str, reviewer: str) -> str | None:
        """The unit that the reviewer's next undo takes back, one of the last hundred, or that the
        next redo brings back: none after a new act."""
        acts, passed = reversed(self._acts.get(reviewer, [])), set[str]()
        if action == "redo":
            undone = (turn for turn in takewhile(_is_turn, acts) if turn.action == "undo")
            holding = (t for t in undone if self._turns[reviewer, t.undoes or ""] is t)
            return next((turn.undoes for turn in holding if self.reached(turn)), None)
        for act in filterfalse(_is_turn, acts):
            if self.counts(act):
                return unit(act)
            passed.add(unit(act))
            if len(passed) == UNDO_DEPTH:
                break
        return None


def unit(event: Event) -> str:
    """What one undo takes back: the whole group, or the event."""
    return event.group or event.id


def _choice(events: Sequence[Event]) -> Choice | None:
    """The decision that the events come to; None where there is none any more."""
    stages: Choice = {}
    for event in events:
        if event.action == "none_applies":
            stages = {}
        for stage in event.stages:
            if event.action == "tag":
                stages[stage] = event
            else:
                stages.pop(stage, None)
    return stages if stages or (events and events[-1].action == "none_applies") else None


def _keep(state: dict[Any, Any], key: Any, value: Any) -> None:
    if value is None:
        state.pop(key, None)
    else:
        state[key] = value


def _put(events: list[Event], event: Event) -> None:
    """Keep ``events`` in order; nearly always the event is the last."""
    if not events or event.id > events[-1].id:
        events.append(event)
    else:
        insort(events, event, key=_id)


def _is_turn(event: Event) -> bool:
    return event.action in ("undo", "redo")
