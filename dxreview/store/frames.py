"""The replayed state as typed DataFrames; missing values are ``<NA>``."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from dxreview.records import Event
from dxreview.store.replay import Choice, Choices, Place, Replay, Row, unpacked

TAGS = ("opinion_id", "roadmap", "version", "stage", "reviewer", "at", "basis", "memo")
DECISIONS = ("opinion_id", "roadmap", "status", "stages", "reviewers", "reason")
CHOICES = ("opinion_id", "roadmap", "reviewer", "stages")
MEMOS = ("opinion_id", "reviewer", "at", "memo")
HISTORY = (
    "id", "at", "reviewer", "action", "roadmap", "stages", "basis", "memo", "undone",
)  # fmt: skip
EVENTS = tuple(Event.__dataclass_fields__)
_KINDS = {"at": "datetime64[us, UTC]", "reviewers": "Int64", "undone": "bool"}


def frame(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """A frame with the column types of the contract, also where there is no row."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    named = zip(columns, values, strict=True)
    return pd.DataFrame({name: _column(name, found) for name, found in named})


def _column(name: str, values: Sequence[Any]) -> Any:
    if name == "stages":
        return pd.Series(list(values), dtype=object)
    if name == "at":
        return pd.to_datetime(pd.Series(list(values), dtype=object), utc=True).astype(_KINDS[name])
    if name in _KINDS:
        return pd.array(list(values), dtype=_KINDS[name])
    return pd.array(pa.array(values, pa.large_string()), dtype="string[pyarrow]")


def tags(choices: Choices) -> pd.DataFrame:
    return frame(
        TAGS,
        [
            (opinion, roadmap, row.version, stage, who, row.at, row.basis, row.memo)
            for (opinion, roadmap), made in sorted(choices.items())
            for who, choice in sorted(made.items())
            for stage, row in sorted(choice.stages.items())
        ],
    )


def choices(found: Mapping[Place, Mapping[str, Choice]]) -> pd.DataFrame:
    return frame(
        CHOICES,
        (
            (*place, who, tuple(sorted(choice.stages)))
            for place, made in found.items()
            for who, choice in made.items()
        ),
    )


def decisions(
    choices: Choices,
    settled: Mapping[Place, Row],
    places: Iterable[Place],
) -> pd.DataFrame:
    return frame(
        DECISIONS,
        ((*place, *_decision(choices.get(place, {}), settled.get(place))) for place in places),
    )


def _decision(
    made: Mapping[str, Choice], settled: Row | None
) -> tuple[str, tuple[str, ...], int, str | None]:
    if settled:
        return "settled", unpacked(settled.stages), len(made), settled.memo
    sets = {frozenset(choice.stages) for choice in made.values()}
    stages = tuple(sorted(frozenset().union(*sets)))
    if not sets:
        return "untagged", (), 0, None
    if len(sets) > 1:
        return "disagreed", stages, len(made), None
    return ("tagged" if stages else "none_applies"), stages, len(made), None


def memos(found: Mapping[Place, Row]) -> pd.DataFrame:
    return frame(MEMOS, ((*key, row.at, row.memo) for key, row in found.items()))


def events(found: Iterable[Event]) -> pd.DataFrame:
    return frame(EVENTS, ([getattr(event, name) for name in EVENTS] for event in found))


def history(replay: Replay, opinion_id: str) -> pd.DataFrame:
    return frame(
        HISTORY,
        [
            (*row[:4], row.roadmap, unpacked(row.stages), row.basis, row.memo, undone)
            for row, undone in replay.history(opinion_id)
        ],
    )
