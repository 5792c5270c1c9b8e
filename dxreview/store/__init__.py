"""The store: what every reviewer decided, as events that are only ever added.

`Store` writes an event durably before it returns, replays all events into frames, and merges
hand-over files. `dxreview.store.replay` states the rules of the replay.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from dxreview.records import DxError, Event, growing
from dxreview.store import handover
from dxreview.store.counting import count
from dxreview.store.database import Database, file_of
from dxreview.store.events import FIELDS, checked, new_id, values
from dxreview.store.replay import Choice, Place, Replay
from dxreview.store.safety import back_up, network_file_system

Stages = str | Sequence[str]
__all__ = ["Store"]


class Store:
    """All tag events of a project, at a URL: ``sqlite:///data/review.db``,
    ``postgresql+psycopg://…``, or ``:memory:`` for what need not last.

    What is returned is durable; an act refused is a `DxError`, and nothing was written. Several
    processes may have one store open; `poll` takes in what the others wrote. ``place`` is how
    sentences name it; ``warnings`` are sentences to be shown: the store lies where it is not safe,
    or could not be backed up.
    """

    def __init__(self, url: str) -> None:
        self.warnings: list[DxError] = []
        file = file_of(url)
        if file and file.exists():
            try:
                back_up(file)
            except DxError as error:
                self.warnings.append(DxError("store.backup", store=file, found=error))
        self._database = Database(url)
        self.place = self._database.place
        if file and (kind := network_file_system(file)):
            self.warnings.append(DxError("store.network", store=file, found=kind))
        self._epoch, self._seq, self._earlier = "", 0, 0
        self.replay = Replay()  # the state without frames, for what is read at every key
        self.poll()

    @property
    def revision(self) -> int:
        """Grows with every event taken in; equal revisions mean an equal state."""
        return self._earlier + len(self.replay.known)

    def poll(self) -> int:
        """Take in what other processes appended; return the revision."""
        with growing():
            epoch, self._seq, events = self._database.since(self._seq)
            if self._epoch not in ("", epoch):  # a backup was restored
                self._earlier, self.replay = self.revision + 1, Replay()
                epoch, self._seq, events = self._database.since(0)
            self._epoch = epoch
            self.replay.take(events)
        return self.revision

    def close(self) -> None:
        self._database.close()

    # --- acts ---

    def append(self, *events: Event) -> list[Event]:
        """Store the events, all or none, and return them as stored once they are durable.

        An event that is there already is not stored again. Raises DxError ``store.event`` (a field
        cannot be right), ``store.conflict`` (the id is taken by another event), or what the
        database said (``store.full``, ``store.readonly``, ``store.locked``, ``store.unreachable``).
        """
        clean = [checked(event) for event in events]
        self._database.insert(clean)
        self.replay.take(clean)
        return clean

    def event(
        self, action: str, reviewer: str, *, roadmap: Any = None, stages: Stages = (), **fields: Any
    ) -> Event:
        """A new event that sorts behind everything this store has seen; not yet stored."""
        fields["roadmap"] = getattr(roadmap, "id", roadmap)
        fields["version"] = fields.get("version") or getattr(roadmap, "version", None)
        fields["stages"] = (stages,) if isinstance(stages, str) else tuple(stages)
        return Event(new_id(self.replay.latest), datetime.now(UTC), reviewer, action, **fields)

    def made(self, action: str, reviewer: str, **fields: Any) -> list[Event]:
        """The events of one act, not yet stored; arguments as of `event`.

        Of a `Roadmap` that allows one stage, a tag stands behind the untag of all others in its
        group. An undo takes back the reviewer's last act (a bulk act as a whole), a redo brings
        back what was undone last; [] where there is none, or, for a redo, a new act came after.
        """
        if action in ("undo", "redo"):
            unit = self.replay.turnable(action, reviewer)
            return [self.event(action, reviewer, undoes=unit)] if unit else []
        event = self.event(action, reviewer, **fields)
        roadmap: Any = fields.get("roadmap")
        if action != "tag" or not getattr(roadmap, "exclusive", False):
            return [event]
        others = tuple(stage.id for stage in roadmap.stages if stage.id not in event.stages)
        tag = replace(event, id=new_id(event.id), group=event.group or event.id)
        return [replace(tag, id=event.id, action="untag", stages=others, memo=None), tag]

    def act(self, action: str, reviewer: str, **fields: Any) -> list[Event]:
        """Store one act and return its events, [] for an undo or redo of nothing.

        ``action`` with its ``fields``: tag, untag (opinion_id, roadmap, stages), none_applies
        (opinion_id, roadmap; takes off what the reviewer had put on), memo (opinion_id, memo; ""
        removes it), settle (opinion_id, roadmap, stages, memo: the lead's reason), move
        (opinion_id, undoes: its id in earlier minutes), undo, redo; and what `Event` has besides.
        """
        return self.append(*self.made(action, reviewer, **fields))

    def tag(
        self, opinion_id: str, roadmap: Any, stages: Stages, *, reviewer: str, **fields: Any
    ) -> Event:
        """Put stages on. A `Roadmap` instead of its id gives the version too, and where it is
        exclusive the other stages are taken off in the same group. ``fields``: version, quote,
        before, after (the first words of the opinion and its neighbours), basis, memo, group."""
        about = {"opinion_id": opinion_id, "roadmap": roadmap, "stages": stages}
        return self.act("tag", reviewer, **about, **fields)[-1]

    # --- the state ---

    def tags(self) -> pd.DataFrame:
        """Present tags, a row per opinion, roadmap, stage and reviewer: opinion_id, roadmap,
        version, stage, reviewer, at (UTC), basis (manual, suggestion), memo."""
        rows = [
            (*place, event.version, stage, who, event.at, event.basis, event.memo)
            for place, who, choice in self._sorted_choices()
            for stage, event in sorted(choice.items())
        ]
        return frame("opinion_id roadmap version stage reviewer at basis memo", rows)

    def choices(self) -> pd.DataFrame:
        """Who decided what, a row per opinion, roadmap and reviewer who decided: opinion_id,
        roadmap, reviewer, stages (tuple, sorted; () where the reviewer said that none applies)."""
        made = self._sorted_choices()
        rows = [(*place, who, tuple(sorted(choice))) for place, who, choice in made]
        return frame("opinion_id roadmap reviewer stages", rows)

    def _sorted_choices(self) -> Iterator[tuple[Place, str, Choice]]:
        for place, made in sorted(self.replay.choices().items()):
            for who, choice in sorted(made.items()):
                yield place, who, choice

    def decisions(
        self, opinions: pd.DataFrame | None = None, *, roadmaps: Iterable[str] = ()
    ) -> pd.DataFrame:
        """A row per opinion and roadmap: opinion_id, roadmap, status, stages (tuple), reviewers
        (how many decided), reason (of a settlement).

        Status: settled; untagged (nobody decided); none_applies (all who decided said so);
        disagreed (reviewers differ); else tagged. Stages: of a settlement, else those that at least
        half of the reviewers gave (`dxreview.store.counting`). With ``opinions`` exactly these
        opinions, untagged ones too, for every roadmap that has events or is named in ``roadmaps``;
        without, only what somebody acted on.
        """
        made, settled = self.replay.choices(), self.replay.settlements()
        places: Iterable[Place] = sorted({*made, *settled})
        if opinions is not None:
            names = sorted({roadmap for _, roadmap in places} | set(roadmaps))
            places = [(opinion, name) for opinion in opinions["opinion_id"] for name in names]
        rows = [(*place, *_decision(made.get(place, {}), settled.get(place))) for place in places]
        return frame("opinion_id roadmap status stages reviewers reason", rows)

    def memos(self) -> pd.DataFrame:
        """Present notes on opinions: opinion_id, reviewer, at (UTC), memo."""
        rows = [
            (opinion, who, event.at, event.memo)
            for opinion, made in sorted(self.replay.memos().items())
            for who, event in sorted(made.items())
        ]
        return frame("opinion_id reviewer at memo", rows)

    def events(self) -> pd.DataFrame:
        """Every event ever, sorted by id: the fields of `Event`; stages are tuples."""
        known = sorted(self.replay.known.items())
        return frame(" ".join(FIELDS), ([*values(event).values()] for _, event in known))

    # --- hand-over ---

    def export(self, folder: str | Path) -> list[Path]:
        """Write one JSON Lines file per reviewer, sorted by event id; return the files. Lines that
        a file there holds already are kept. Raises DxError where that cannot be read, OSError
        where nothing can be written."""
        self.poll()
        return handover.write(self.replay.known.values(), Path(folder))

    def begin(self, reviews: Path) -> None:
        """Take the hand-over files of a folder into a new store: in a fresh clone the work stands
        there, and would be missing once the first act is stored."""
        if not self.revision:
            self.merge(*sorted(reviews.glob("*.jsonl")))

    def merge(self, *files: str | Path) -> int:
        """Take in hand-over files, all or none; return how many events were new.

        Raises DxError ``store.handover`` with file, line and what was found.
        """
        found = [event for path in files for event in handover.read(Path(path))]
        before, known = self.poll(), self.replay.known
        self.append(*(event for event in found if known.get(event.id) != event))
        return self.revision - before


def _decision(made: Mapping[str, Choice], settled: Event | None) -> tuple[Any, ...]:
    if settled:
        return "settled", settled.stages, len(made), settled.memo
    found = count(made.values())
    return found.status, found.stages, len(made), None


def frame(columns: str, rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """A frame with the column types of the contract, also where there is no row; what is missing
    is ``<NA>``."""
    names = columns.split()
    values = list(zip(*rows, strict=True)) or [()] * len(names)
    return pd.DataFrame({n: _column(n, list(v)) for n, v in zip(names, values, strict=True)})


def _column(name: str, values: list[Any]) -> Any:
    if name == "stages":
        return pd.Series(values, dtype=object)
    if kind := {"reviewers": "Int64", "at": "datetime64[us, UTC]"}.get(name):
        return pd.array(values, dtype=kind)
    return pd.array(pa.array(values, pa.large_string()), dtype="string[pyarrow]")
