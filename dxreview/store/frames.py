"""The replayed state as typed DataFrames; missing values are ``<NA>``. `Store` says what is in
them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from dxreview.records import Event
from dxreview.store.counting import count
from dxreview.store.replay import Choice, Place, Replay

_TYPES = {"reviewers": "Int64", "at": "datetime64[us, UTC]"}


def frame(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """A frame with the column types of the contract, also where there is no row."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pd.DataFrame({n: _column(n, list(v)) for n, v in zip(columns, values, strict=True)})


def _column(name: str, values: list[Any]) -> Any:
    if name == "stages":
        return pd.Series(values, dtype=object)
    if name in _TYPES:
        return pd.array(values, dtype=_TYPES[name])
    return pd.array(pa.array(values, pa.large_string()), dtype="string[pyarrow]")


def tags(replay: Replay) -> pd.DataFrame:
    rows = [
        (*place, event.version, stage, who, event.at, event.basis, event.memo)
        for place, who, choice in _sorted(replay)
        for stage, event in sorted(choice.items())
    ]
    columns = ("opinion_id", "roadmap", "version", "stage", "reviewer", "at", "basis", "memo")
    return frame(columns, rows)


def choices(replay: Replay) -> pd.DataFrame:
    rows = [(*place, who, tuple(sorted(choice))) for place, who, choice in _sorted(replay)]
    return frame(("opinion_id", "roadmap", "reviewer", "stages"), rows)


def _sorted(replay: Replay) -> Iterator[tuple[Place, str, Choice]]:
    for place, made in sorted(replay.choices().items()):
        for who, choice in sorted(made.items()):
            yield place, who, choice


def decisions(replay: Replay, opinions: Any, roadmaps: Iterable[str]) -> pd.DataFrame:
    made, settled = replay.choices(), replay.settlements()
    places: Iterable[Place] = sorted({*made, *settled})
    if opinions is not None:
        names = sorted({roadmap for _, roadmap in places} | set(roadmaps))
        places = [(opinion, name) for opinion in opinions["opinion_id"] for name in names]
    rows = [(*place, *_decision(made.get(place, {}), settled.get(place))) for place in places]
    return frame(("opinion_id", "roadmap", "status", "stages", "reviewers", "reason"), rows)


def _decision(made: dict[str, Choice], settled: Event | None) -> tuple[Any, ...]:
    if settled:
        return "settled", settled.stages, len(made), settled.memo
    found = count(made.values())
    return found.status, found.stages, len(made), None


def memos(replay: Replay) -> pd.DataFrame:
    rows = [
        (opinion, who, row.at, row.memo)
        for opinion, made in sorted(replay.memos().items())
        for who, row in sorted(made.items())
    ]
    return frame(("opinion_id", "reviewer", "at", "memo"), rows)


def events(replay: Replay) -> pd.DataFrame:
    columns = tuple(Event.__dataclass_fields__)
    known = sorted(replay.known.values(), key=lambda event: event.id)
    return frame(columns, ([getattr(event, name) for name in columns] for event in known))
