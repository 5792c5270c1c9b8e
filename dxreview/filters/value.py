"""The filter as a value: the same as Python, as the query of a URL, and as chips."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import parse_qsl, urlencode

from dxreview.filters.masks import masks
from dxreview.records import DxError

if TYPE_CHECKING:
    import pandas as pd

STATUSES = ("untagged", "tagged", "disagreed", "none_applies", "settled")
_SEVERAL = ("meeting", "section", "kind", "speaker", "role", "stage", "reviewer")
_DATES = ("since", "until")


class Chip(NamedTuple):
    """One thing that the filter asks for: ``filter.without(chip.field, chip.value)`` drops it."""

    field: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Which opinions to show. Fields are AND; the values of one field are OR.

    ``text``: words (AND), "a phrase", -excluded; folded as in `dxreview.folding`. ``meeting``,
    ``section``, ``kind``, ``speaker``, ``role``: values of the opinions frame; ``since``,
    ``until``: the meeting's day, both included. ``stage``: stages that count for the opinion (as in
    the decisions frame). ``status``: one of `STATUSES`. ``roadmap`` says of which roadmap stage and
    status are meant; without it, "untagged" is decided in none, and the others hold in any.
    ``reviewer``: opinions on which one of them decided; stage and status then speak of the
    decisions of these reviewers alone, so that ``Filter(status="untagged", reviewer="佐藤")`` is
    what 佐藤 has still to do.

    One value may be given without a tuple, a date as "2020-11-02". Raises DxError for a status or a
    date that is none.
    """

    text: str | None = None
    meeting: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    speaker: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    roadmap: str | None = None
    stage: tuple[str, ...] = ()
    status: str | None = None
    reviewer: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        for name in _SEVERAL:
            _set(self, name, _several(getattr(self, name)))
        for name in _DATES:
            _set(self, name, _day(name, getattr(self, name)))
        for name in ("text", "roadmap", "status"):
            _set(self, name, getattr(self, name) or None)
        if self.status not in (None, *STATUSES):
            accepted = ", ".join(STATUSES)
            raise DxError("filter.status", found=self.status, accepted=accepted)

    # --- the opinions ---

    def apply(self, corpus: Any, store: Any = None) -> "pd.DataFrame":
        """The rows of the opinions frame that fit, in its order. Without a store nothing is
        tagged."""
        return corpus.opinions[masks(self, corpus, store).all()]

    def facets(self, corpus: Any, store: Any = None) -> dict[str, dict[str, int]]:
        """How many opinions each value would show, by field: meeting, section, kind, speaker, role,
        stage, status, reviewer.

        Each field is counted with its own choice left out, the others in force. Values come in
        reading order and stay with 0; opinions without a value (no speaker) are not counted there.
        """
        return masks(self, corpus, store).facets()

    def emptied_by(self, corpus: Any, store: Any = None) -> str | None:
        """Where nothing fits: the field without which most would fit; where no single field is the
        reason, the first after which nothing is left. None where something fits."""
        return masks(self, corpus, store).emptied_by()

    # --- other forms of the same ---

    def active(self) -> dict[str, Any]:
        """The fields that ask for something, by name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value not in (None, ())}

    def replace(self, **changes: Any) -> Self:
        """The same filter with some fields changed."""
        return replace(self, **changes)

    def without(self, field: str, value: str | None = None) -> Self:
        """The filter without one value of a field, or without the field."""
        if field not in _SEVERAL:
            return self.replace(**{field: None})
        kept = () if value is None else getattr(self, field)
        return self.replace(**{field: tuple(v for v in kept if v != value)})

    def chips(self, labels: Mapping[str, Mapping[str, str]] | None = None) -> list[Chip]:
        """What is active, a chip a value. ``labels``: names of values by field where they are shown
        by another name (stages, statuses, meetings)."""
        named = labels or {}
        return [
            Chip(field, text, named.get(field, {}).get(text, text))
            for field, value in self.active().items()
            for text in map(str, value if isinstance(value, tuple) else (value,))
        ]

    def to_code(self) -> str:
        """Python that gives the same opinions; ``dx``, ``corpus`` and ``store`` are as in the
        notebooks."""
        given = ", ".join(f"{name}={_code(value)}" for name, value in self.active().items())
        return f"dx.Filter({given}).apply(corpus, store)"

    def to_query(self) -> str:
        """The query of a URL, without the "?"."""
        return urlencode(
            [
                (field, text)
                for field, value in self.active().items()
                for text in (value if isinstance(value, tuple) else (str(value),))
            ]
        )

    @classmethod
    def from_query(cls, query: str) -> Self:
        """The filter of a URL's query; what is not ours in it is passed over. Raises DxError as the
        filter itself does."""
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(query.removeprefix("?")):
            found.setdefault(name, []).append(value)
        known = {field.name for field in fields(cls)} & found.keys()
        return cls(**{n: tuple(found[n]) if n in _SEVERAL else found[n][-1] for n in known})  # type: ignore[arg-type]


def _set(filter_: Filter, name: str, value: Any) -> None:
    object.__setattr__(filter_, name, value)


def _several(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _day(name: str, value: Any) -> date | None:
    if value is None or value == "" or isinstance(value, date):
        return value or None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise DxError("filter.date", field=name, found=value) from None


def _code(value: Any) -> str:
    """A single value without its tuple, a date as text: as a person would write it."""
    if isinstance(value, tuple) and len(value) == 1:
        return repr(value[0])
    return repr(value.isoformat()) if isinstance(value, date) else repr(value)
