"""The store: what every reviewer decided, as events that are only ever added.

`Store` writes an event durably before it returns, replays all events into frames, and merges
hand-over files. `dxreview.store.replay` states the rules of the replay.
"""

import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dxreview.records import DxError, Event
from dxreview.store import handover
from dxreview.store.events import checked, new_id, packed, stamp
from dxreview.store.replay import Place, Replay, Row, many_made

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Store", "restore"]


class Store:
    """All tag events of a project, at a URL: ``sqlite:///data/review.db``,
    ``postgresql+psycopg://…``, or ``:memory:`` for what need not last.

    What is returned is durable. Every refusal is a `DxError`, and then nothing was written. Several
    processes may have one store open; `poll` takes in what the others wrote. A store may be used
    from several threads. ``warnings`` are sentences to be shown: the store lies where it is not
    safe, or could not be backed up.
    """

    def __init__(self, url: str) -> None:
        from dxreview.store import database, safety

        self.warnings: list[DxError] = []
        file = database.file_of(url)
        if file and file.exists():
            self._back_up(file)
        self._database = database.Database(url, may_migrate=not self.warnings)
        if file and (kind := safety.network_file_system(file)):
            self.warnings.append(DxError("store.network", store=file, found=kind))
        self._lock = threading.RLock()
        self._epoch = ""
        self._revised = 0
        self._forget()
        self.poll()

    def _back_up(self, file: Path) -> None:
        from dxreview.store import safety

        try:
            safety.back_up(file)
            safety.prune(file)
        except DxError as error:
            self.warnings.append(DxError("store.backup", store=file, found=error))

    def _forget(self) -> None:
        self._seq = 0
        self._replay = Replay()

    @property
    def revision(self) -> int:
        """Grows with every event taken in; equal revisions mean an equal state."""
        return self._revised + len(self._replay.known)

    @property
    def replay(self) -> Replay:
        """The state without frames, to be read at every key that a reviewer presses."""
        return self._replay

    def poll(self) -> int:
        """Take in what other processes appended; return the revision."""
        with self._lock, many_made():
            epoch, rows = self._database.since(self._seq)
            if epoch != self._epoch and self._epoch:
                self._revised = self.revision + 1
                self._forget()
                epoch, rows = self._database.since(0)
            self._epoch, self._seq = epoch, rows[-1][-1] if rows else self._seq
            self._replay.take([Row._make(row[:-1]) for row in rows])
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
        with self._lock:
            self._database.insert(clean)
            self._replay.take([_row(event) for event in clean])
        return clean

    def event(self, action: str, reviewer: str, **fields: Any) -> Event:
        """A new event that sorts behind everything this store has seen; not yet stored."""
        at = datetime.now(UTC)
        return Event(new_id(self._replay.latest), at, reviewer, action, **fields)

    def tag(self, opinion_id: str, roadmap: Any, stages: str | Sequence[str], **act: Any) -> Event:
        """Put stages on: ``tag(opinion_id, roadmap, stage_or_stages, *, reviewer, version=None,
        quote="", before="", after="", basis="manual", memo=None, group=None)``.

        ``roadmap`` is an id or a `Roadmap`; a `Roadmap` gives the version too, and where it is
        exclusive the other stages are taken off in the same group, so that one undo takes back
        both. ``quote``, ``before``, ``after``: the first words of the opinion and its neighbours.
        """
        stages = _several(stages)
        fields = _place(opinion_id, roadmap, act)
        others = tuple(s.id for s in getattr(roadmap, "stages", ()) if s.id not in stages)
        if not getattr(roadmap, "exclusive", False) or not others:
            return self.append(self.event("tag", stages=stages, **fields))[0]
        fields["group"] = fields.get("group") or new_id()
        off = {**fields, "memo": None, "stages": others}
        with self._lock:
            off_event = self.event("untag", **off)
            return self.append(off_event, self.event("tag", stages=stages, **fields))[1]

    def untag(
        self, opinion_id: str, roadmap: Any, stages: str | Sequence[str], **act: Any
    ) -> Event:
        """Take stages off; arguments as of `tag`."""
        fields = _place(opinion_id, roadmap, act)
        return self.append(self.event("untag", stages=_several(stages), **fields))[0]

    def none_applies(self, opinion_id: str, roadmap: Any, **act: Any) -> Event:
        """Say that no stage fits; takes off what the reviewer had put on. Arguments as of `tag`."""
        return self.append(self.event("none_applies", **_place(opinion_id, roadmap, act)))[0]

    def memo(self, opinion_id: str, text: str, *, reviewer: str, **act: Any) -> Event:
        """Note ``text`` on the opinion in place of the reviewer's earlier note; "" removes it."""
        return self.append(self.event("memo", reviewer, opinion_id=opinion_id, memo=text, **act))[0]

    def settle(
        self,
        opinion_id: str,
        roadmap: Any,
        stages: str | Sequence[str],
        *,
        reviewer: str,
        reason: str,
        **act: Any,
    ) -> Event:
        """The lead's final decision, with a reason; ``stages`` may be () for none."""
        fields = _place(opinion_id, roadmap, act | {"reviewer": reviewer, "memo": reason})
        return self.append(self.event("settle", stages=_several(stages), **fields))[0]

    def move(self, old: str, new: str, *, reviewer: str, **act: Any) -> Event:
        """Confirm that the opinion ``old`` of an earlier version of the minutes is ``new`` now."""
        return self.append(self.event("move", reviewer, opinion_id=new, undoes=old, **act))[0]

    # --- undo and redo ---

    def undo(self, reviewer: str) -> Event | None:
        """Take back the reviewer's last act (a bulk act as a whole); None where there is none."""
        with self._lock:
            return self._turn("undo", reviewer, self._replay.undoable(reviewer))

    def redo(self, reviewer: str) -> Event | None:
        """Bring back what was undone last; None where there is none, or a new act came after."""
        with self._lock:
            return self._turn("redo", reviewer, self._replay.redoable(reviewer))

    def _turn(self, action: str, reviewer: str, unit: str | None) -> Event | None:
        return self.append(self.event(action, reviewer, undoes=unit))[0] if unit else None

    def can_undo(self, reviewer: str) -> bool:
        return self._replay.undoable(reviewer) is not None

    def can_redo(self, reviewer: str) -> bool:
        return self._replay.redoable(reviewer) is not None

    # --- the state ---

    def tags(self) -> "pd.DataFrame":
        """Present tags, a row per opinion, roadmap, stage and reviewer: opinion_id, roadmap,
        version, stage, reviewer, at (UTC), basis (manual, suggestion), memo."""
        from dxreview.store import frames

        with self._lock:
            return frames.tags(self._replay.choices())

    def choices(self) -> "pd.DataFrame":
        """Who decided what, a row per opinion, roadmap and reviewer who decided: opinion_id,
        roadmap, reviewer, stages (tuple, sorted; () where the reviewer said that none applies)."""
        from dxreview.store import frames

        with self._lock:
            return frames.choices(self._replay.choices())

    def decisions(
        self, opinions: "pd.DataFrame | None" = None, *, roadmaps: Iterable[str] = ()
    ) -> "pd.DataFrame":
        """A row per opinion and roadmap: opinion_id, roadmap, status, stages (tuple), reviewers
        (how many decided), reason (of a settlement).

        Status: settled; untagged (nobody decided); none_applies (all who decided said so);
        disagreed (then stages is all that anybody chose); else tagged. With ``opinions`` exactly
        these opinions, untagged ones too, for every roadmap that has events or is named in
        ``roadmaps``; without, only what somebody acted on.
        """
        from dxreview.store import frames

        with self._lock:
            choices, settled = self._replay.choices(), self._replay.settlements()
        places: Iterable[Place] = sorted({*choices, *settled})
        if opinions is not None:
            names = sorted({roadmap for _, roadmap in places} | set(roadmaps))
            places = [(opinion, name) for opinion in opinions["opinion_id"] for name in names]
        return frames.decisions(choices, settled, places)

    def memos(self) -> "pd.DataFrame":
        """Present notes on opinions: opinion_id, reviewer, at (UTC), memo."""
        from dxreview.store import frames

        with self._lock:
            return frames.memos(self._replay.memos())

    def reviewers(self) -> list[str]:
        """Everybody who ever acted, sorted."""
        return self._replay.reviewers()

    def decided_by(self, reviewer: str, roadmap: str) -> set[str]:
        """Opinions on which the reviewer has decided (stages, or none applies)."""
        with self._lock:
            choices = self._replay.choices()
        return {
            opinion
            for (opinion, name), made in choices.items()
            if name == roadmap and reviewer in made
        }

    def events(self) -> "pd.DataFrame":
        """Every event ever, sorted by id: the fields of `Event`; stages are tuples."""
        from dxreview.store import frames

        return frames.events(self._database.events())

    def history(self, opinion_id: str) -> "pd.DataFrame":
        """Who decided what on the opinion, and when, in order: id, at, reviewer, action, roadmap,
        stages, basis, memo, ``undone`` (taken back at present). Undo and redo events stand where
        they reach it; what was decided under an earlier id of the opinion stands here too."""
        from dxreview.store import frames

        with self._lock:
            return frames.history(self._replay, opinion_id)

    # --- hand-over ---

    def export(self, folder: str | Path) -> list[Path]:
        """Write one JSON Lines file per reviewer, sorted by event id; return the files. Lines that
        a file there holds already are kept."""
        return handover.write(self._database.events(), Path(folder))

    def merge(self, *files: str | Path) -> int:
        """Take in hand-over files, all or none; return how many events were new.

        Raises DxError ``store.handover`` with file, line and what was found.
        """
        found = {event.id: event for path in files for event in handover.read(Path(path))}
        before = self.revision
        self.append(*found.values())
        return self.revision - before

    # --- backups ---

    def backups(self) -> list[Path]:
        """Backups made on opening, newest first; none outside SQLite files."""
        from dxreview.store import safety

        return safety.backups(self._database.file) if self._database.file else []

    def restore(self, backup: str | Path) -> Path | None:
        """Go back to a backup; return where the state before is kept. See `restore`."""
        kept = restore(str(self._database.url), backup)
        self.poll()
        return kept


def restore(url: str, backup: str | Path) -> Path | None:
    """Put a backup (a path, or its name in ``backups/``) in the place of the store at ``url``,
    which may be damaged; return where what was there is kept.

    Raises DxError ``store.no_backup`` with the backups that there are, ``store.damaged``,
    ``store.newer``, or ``store.no_file`` where the store is no SQLite file.
    """
    from dxreview.store import database, safety

    file = database.file_of(url)
    if file is None:
        raise DxError("store.no_file", store=url)
    named = [Path(backup), file.parent / "backups" / backup]
    found = next((path for path in named if path.is_file()), None)
    if found is None:
        there = ", ".join(path.name for path in safety.backups(file)) or "—"
        raise DxError("store.no_backup", file=backup, accepted=there)
    return safety.restore(file, found)


def _several(stages: str | Sequence[str]) -> tuple[str, ...]:
    return (stages,) if isinstance(stages, str) else tuple(stages)


def _place(opinion_id: str, roadmap: Any, act: dict[str, Any]) -> dict[str, Any]:
    """The fields of an event on an opinion and a roadmap (an id, or a `Roadmap`)."""
    name = getattr(roadmap, "id", roadmap)
    version = act.get("version") or getattr(roadmap, "version", None)
    return {**act, "opinion_id": opinion_id, "roadmap": name, "version": version}


def _row(event: Event) -> Row:
    values = {name: getattr(event, name) for name in Row._fields}
    return Row(**values | {"at": stamp(event.at), "stages": packed(event.stages)})
