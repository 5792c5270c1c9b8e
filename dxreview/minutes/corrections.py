"""An analyst's last word on a source: ``NAME.toml`` beside it.

    title = "…"            series = "…"       kind = "議事概要"     # what the file does not say,
    round = 1              date = 2020-11-02                        # or says wrongly
    leave_out = ["…"]      # quotes: the lines they stand on are left out
    split = ["…"]          # quotes: a unit of its own begins here
    join = ["…"]           # quotes: the unit that begins here belongs to the one before
    [marks]
    "○" = "opinion"        # opinion, question, answer, speaker, heading or text

A quote is found whatever its blanks and line wraps. One that is not found, or found twice, is an
error: a new version of the source must not silently lose a correction.
"""

import datetime as dt
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from dxreview.minutes.body import Unit
from dxreview.minutes.evidence import MEANINGS
from dxreview.minutes.header import Header
from dxreview.minutes.lines import Line
from dxreview.records import DxError, SourceText

_FACTS = {"title": str, "series": str, "kind": str, "round": int, "date": dt.date}
_QUOTES = ("leave_out", "split", "join")


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction changed, and where; ``what`` is a sentence's worth for the report."""

    key: str
    what: str
    place: tuple[int, int] | None = None

    @property
    def left_out(self) -> bool:
        return self.key == "leave_out"


@dataclass(frozen=True)
class Corrections:
    """The corrections of one source; ``file`` is named in errors."""

    file: str = ""
    title: str | None = None
    series: str | None = None
    kind: str | None = None
    round: int | None = None
    date: dt.date | None = None
    leave_out: tuple[str, ...] = ()
    split: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "Corrections":
        """Read and check a file; DxError names the key, what was found and what is accepted."""
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DxError("corrections.toml", file=path.name, found=error) from error
        return cls(file=path.name, **{key: _checked(path.name, key, table[key]) for key in table})

    def save(self, path: Path) -> None:
        """Write the file that `load` reads."""
        out = []
        for key in (*_FACTS, *_QUOTES):
            value = getattr(self, key)
            if value:
                plain = value.isoformat() if isinstance(value, dt.date) else _literal(value)
                out.append(f"{key} = {plain}")
        if self.marks:
            out += ["[marks]", *(f"{_literal(k)} = {_literal(v)}" for k, v in self.marks.items())]
        path.write_text("\n".join(out) + "\n", encoding="utf-8")

    def with_quote(self, key: str, quote: str) -> "Corrections":
        """These corrections with one more quote under ``key`` (leave_out, split or join)."""
        more: dict[str, Any] = {key: (*getattr(self, key), quote)}
        return replace(self, **more)

    # --- applied while a source is parsed ---
    def leave(self, source: SourceText, kept: Sequence[Line]) -> tuple[list[Line], list[Change]]:
        """The lines without those to be left out, and a change for each quote."""
        changes = [
            Change("leave_out", quote, place) for quote, place in self._places(source, "leave_out")
        ]
        gone = {
            line.start: change
            for change in changes
            for line in kept
            if change.place and line.start < change.place[1] and change.place[0] < line.end
        }
        whole = [
            Change("leave_out", change.what, (line.start, line.end))
            for line in kept
            if (change := gone.get(line.start))
        ]
        return [line for line in kept if line.start not in gone], whole

    def apply(
        self, source: SourceText, head: Header, units: list[Unit], first: bool
    ) -> list[Change]:
        """Correct facts (of the first meeting) and units in place; what was changed."""
        changes = list(self._facts(head)) if first else []
        for quote, place in self._places(source, "split"):
            if _split(units, place[0]):
                changes.append(Change("split", quote, place))
        for quote, place in self._places(source, "join"):
            if _join(units, place):
                changes.append(Change("join", quote, place))
        return changes

    def check(self, source: SourceText, changes: Iterable[Change]) -> None:
        """Every split and join found its unit."""
        done = {(change.key, change.what) for change in changes}
        for key in ("split", "join"):
            for quote in getattr(self, key):
                if (key, quote) not in done:
                    raise DxError(
                        f"corrections.{key}", file=self.file, source=source.name, quote=quote
                    )

    def _facts(self, head: Header) -> Iterator[Change]:
        for key in _FACTS:
            value = getattr(self, key)
            if value is None:
                continue
            yield Change(key, f"{key} = {value}")
            if key == "date":
                head.held_on, head.misfit = value, None
                head.starts_at, head.ends_at = (
                    at and dt.datetime.combine(value, at.timetz())
                    for at in (head.starts_at, head.ends_at)
                )
            else:
                setattr(head, key, value)

    def _places(self, source: SourceText, key: str) -> Iterator[tuple[str, tuple[int, int]]]:
        """Where each quote stands in the source, found whatever its blanks."""
        quotes = getattr(self, key)
        if not quotes:
            return
        stands = [at for at, char in enumerate(source.text) if not char.isspace()]
        text = "".join(source.text.split())
        for quote in quotes:
            wanted = "".join(quote.split())
            count = text.count(wanted)
            if count != 1:
                name = "missing" if count == 0 else "ambiguous"
                facts = {"source": source.name, "quote": quote, "count": count, "key": key}
                raise DxError(f"corrections.{name}", file=self.file, **facts)
            at = text.index(wanted)
            yield quote, (stands[at], stands[at + len(wanted) - 1] + 1)


def _literal(value: object) -> str:
    """A TOML literal: JSON's strings, numbers and lists are TOML's too."""
    return json.dumps(value, ensure_ascii=False)


def _checked(file: str, key: str, value: Any) -> Any:
    known = [item.name for item in fields(Corrections) if item.name != "file"]
    if key not in known:
        raise DxError("corrections.key", file=file, key=key, accepted=", ".join(known))
    if key in _QUOTES:
        fits = isinstance(value, list) and all(isinstance(q, str) and q.strip() for q in value)
        value = tuple(value) if fits else value
    elif key == "marks":
        fits = isinstance(value, dict) and all(
            len(k) == 1 and v in MEANINGS for k, v in value.items()
        )
    else:
        fits = type(value) is _FACTS[key]
    if not fits:
        accepted = {"marks": ", ".join(MEANINGS)}.get(
            key, '["…"]' if key in _QUOTES else _FACTS.get(key, str).__name__
        )
        raise DxError("corrections.value", file=file, key=key, found=value, accepted=accepted)
    return value


def _split(units: list[Unit], at: int) -> bool:
    """Let a unit of its own begin at an offset inside of a unit."""
    for index, unit in enumerate(units):
        for number, (start, end, words) in enumerate(unit.pieces):
            inside = end - len(words)
            if start <= at < end and (number > 0 or at > inside):
                head, tail = words[: max(at - inside, 0)], words[max(at - inside, 0) :]
                before = [(start, at, head)] if head else []
                rest = [(at, end, tail), *unit.pieces[number + 1 :]]
                units.insert(index + 1, replace(unit, start=at, pieces=rest))
                unit.pieces[number:] = before
                unit.end = unit.pieces[-1][1]
                return True
    return False


def _join(units: list[Unit], place: tuple[int, int]) -> bool:
    """Let the unit that begins at a place belong to the one before."""
    for index, unit in enumerate(units):
        start, end, words = unit.pieces[0]
        if index and start <= place[0] < end and place[0] <= end - len(words):
            above = units[index - 1]
            above.pieces += unit.pieces
            above.end = unit.end
            del units[index]
            return True
    return False
