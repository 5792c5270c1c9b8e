"""Find opinions: `Filter`, a value, the same as Python and as the query of a URL; `highlight`,
where its words stand in a text."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Self
from urllib.parse import urlencode

import pandas as pd

from dxreview.filters.masks import Masks
from dxreview.filters.search import highlight
from dxreview.records import DxError

__all__ = ["STATUSES", "Filter", "highlight"]
STATUSES = ("untagged", "tagged", "disagreed", "none_applies", "settled")
_SEVERAL = ("meeting", "section", "kind", "speaker", "role", "stage", "reviewer")


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
        for field in fields(self):
            value = getattr(self, field.name) or None
            if field.name in _SEVERAL:
                value = (value,) if isinstance(value, str) else tuple(value or ())
            elif field.name in ("since", "until"):
                value = _day(field.name, value)
            object.__setattr__(self, field.name, value)
        if self.status not in (None, *STATUSES):
            raise DxError("filter.status", found=self.status, accepted=", ".join(STATUSES))

    # --- the opinions ---

    def apply(self, corpus: Any, store: Any = None) -> pd.DataFrame:
        """The rows of the opinions frame that fit, in its order. Without a store nothing is
        tagged."""
        return corpus.opinions[Masks(self, corpus, store).all()]

    def facets(self, corpus: Any, store: Any = None) -> dict[str, dict[str, int]]:
        """How many opinions each value would show, by field: meeting, section, kind, speaker, role,
        stage, status, reviewer.

        Each field is counted with its own choice left out, the others in force. Values come in
        reading order and stay with 0; opinions without a value (no speaker) are not counted there.
        """
        return Masks(self, corpus, store).facets()

    def emptied_by(self, corpus: Any, store: Any = None) -> str | None:
        """Where nothing fits: the field without which most would fit; where no single field is the
        reason, the first after which nothing is left. None where something fits."""
        return Masks(self, corpus, store).emptied_by()

    # --- other forms of the same ---

    def active(self) -> dict[str, Any]:
        """The fields that ask for something, by name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value}

    def replace(self, **changes: Any) -> Self:
        """The same filter with some fields changed."""
        return replace(self, **changes)

    def to_code(self) -> str:
        """Python that gives the same opinions; ``dx``, ``corpus`` and ``store`` are as in the
        notebooks."""
        given = ", ".join(f"{name}={_code(value)}" for name, value in self.active().items())
        return f"dx.Filter({given}).apply(corpus, store)"

    def to_query(self) -> str:
        """The query of a URL, without the "?"."""
        return urlencode(self.active(), doseq=True)


def _day(field: str, value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        raise DxError("filter.date", field=field, found=value) from None


def _code(value: Any) -> str:
    """A single value without its tuple, a date as text: as a person would write it."""
    single = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    return repr(single.isoformat() if isinstance(single, date) else single)
