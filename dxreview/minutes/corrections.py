"""An analyst's last word on a source: ``NAME.toml`` beside it.

    title = "…"            series = "…"       kind = "議事概要"     # what the file does not say,
    round = 1              date = 2020-11-02                        # or says wrongly
    leave_out = ["…"]      # quotes: the lines they stand on are left out
    split = ["…"]          # quotes: a unit of its own begins here, also where none was read
    join = ["…"]           # quotes: the unit that begins here belongs to the one before
    [marks]
    "○" = "opinion"        # opinion, question, answer, speaker, heading or text

A quote is found whatever its blanks and line wraps. One that is not found, or found twice, is an
error: a new version of the source must not silently lose a correction.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

from dxreview.messages import say
from dxreview.minutes.evidence import MEANINGS
from dxreview.minutes.marks import MARKS
from dxreview.minutes.meeting import Draft
from dxreview.records import DxError, SourceText, read_toml

_FACTS = {"title": str, "series": str, "kind": str, "round": int, "date": dt.date}
_EXAMPLES = {str: '"…"', int: "1", dt.date: "2020-11-02"}  # as TOML writes them
_QUOTES = ("leave_out", "split", "join")
Place = tuple[int, int]


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
        table = read_toml(path)
        return cls(file=path.name, **{key: _checked(path.name, key, table[key]) for key in table})

    def save(self, path: Path) -> None:
        """Write the file that `load` reads; without a correction there is none."""
        values = {key: getattr(self, key) for key in (*_FACTS, *_QUOTES)}
        lines = [f"{key} = {_literal(value)}" for key, value in values.items() if value]
        marks = [f"{_literal(mark)} = {_literal(kind)}" for mark, kind in self.marks.items()]
        text = "\n".join(lines + ["[marks]", *marks] * bool(marks))
        if text:
            path.write_text(f"{text}\n", encoding="utf-8")
        else:
            path.unlink(missing_ok=True)

    def including(self, key: str, value: Any) -> "Corrections":
        """These corrections with one more: a fact, a quote (of leave_out, split or join), or marks.
        DxError as of `load`."""
        if key in _QUOTES:
            value = list(dict.fromkeys([*getattr(self, key), value]))
        elif key == "marks":
            value = {**self.marks, **value}
        more: dict[str, Any] = {key: _checked(self.file, key, value)}
        return replace(self, **more)

    def without(self, key: str, value: str) -> "Corrections":
        """These corrections without one that `made` lists; the same where there is no such one."""
        less: Any = None
        if key == "marks":
            less = {mark: meaning for mark, meaning in self.marks.items() if mark != value}
        elif key in _QUOTES:
            less = tuple(quote for quote in getattr(self, key) if quote != value)
        changed: dict[str, Any] = {key: less} if key in _FACTS or less is not None else {}
        return replace(self, **changed)

    def made(self) -> list[tuple[str, str, str]]:
        """Each correction: its key, its value as text, and for a mark what it means."""
        facts = [(key, str(getattr(self, key)), "") for key in _FACTS if getattr(self, key)]
        quotes = [(key, quote, "") for key in _QUOTES for quote in getattr(self, key)]
        return [*facts, *quotes, *(("marks", mark, kind) for mark, kind in self.marks.items())]

    def left_out(self, source: SourceText) -> list[Place]:
        """The places whose lines are not to be read."""
        return [place for _, place in self._places(source, "leave_out")]

    def apply(
        self, source: SourceText, drafts: Sequence[Draft]
    ) -> Iterator[tuple[str, Place | None]]:
        """Correct the facts of the first meeting and the units of each in place; yield what was
        changed, and where."""
        head = drafts[0].header
        for quote, place in self._places(source, "leave_out"):
            yield _said("leave_out", f"「{quote}」"), place
        for key in _FACTS:
            if (value := getattr(self, key)) is not None:
                setattr(head, "held_on" if key == "date" else key, value)
                yield _said(key, value), None
        if self.date is not None:
            head.misfit, times = None, (head.starts_at, head.ends_at)
            head.starts_at, head.ends_at = (head.at(at.time() if at else None) for at in times)
        for mark, meaning in self.marks.items():
            opened = {line.text[0] for draft in drafts for line in draft.lines} & MARKS
            if mark not in opened:
                facts = {"source": source.name, "mark": mark, "accepted": " ".join(sorted(opened))}
                raise DxError("corrections.mark", file=self.file, **facts)
            yield _said("marks", f"{mark} {say(f'load.mean_{meaning}')}"), None
        for key, change in (("split", _split), ("join", _join)):
            for quote, place in sorted(self._places(source, key), key=itemgetter(1)):
                if not any(change(draft, place[0]) for draft in drafts):
                    raise DxError(
                        f"corrections.{key}", file=self.file, source=source.name, quote=quote
                    )
                yield _said(key, f"「{quote}」"), place

    def _places(self, source: SourceText, key: str) -> Iterator[tuple[str, Place]]:
        """Where each quote stands in the source, found whatever its blanks."""
        quotes: tuple[str, ...] = getattr(self, key)
        stands = [at for at, char in enumerate(source.text if quotes else "") if not char.isspace()]
        text = "".join(source.text[at] for at in stands)
        for quote in quotes:
            wanted = "".join(quote.split())
            if (count := text.count(wanted)) != 1:
                name = "ambiguous" if count else "missing"
                facts = {"source": source.name, "quote": quote, "count": count, "key": key}
                raise DxError(f"corrections.{name}", file=self.file, **facts)
            at = text.index(wanted)
            yield quote, (stands[at], stands[at + len(wanted) - 1] + 1)


def _said(key: str, value: object) -> str:
    return f"{say(f'load.correct_{key}')}：{value}"


def _literal(value: object) -> str:
    """A TOML literal: JSON's strings, numbers and lists are TOML's too."""
    return str(value) if isinstance(value, dt.date) else json.dumps(value, ensure_ascii=False)


def _checked(file: str, key: str, value: Any) -> Any:
    known = [item.name for item in fields(Corrections)[1:]]
    if key not in known:
        raise DxError("corrections.key", file=file, key=key, accepted=", ".join(known))
    if key in _QUOTES:
        accepted, fits = '["…"]', isinstance(value, list) and all(map(_is_quote, value))
    elif key == "marks":
        accepted = ", ".join(MEANINGS)
        fits = isinstance(value, dict) and all(v in MEANINGS for v in value.values())
    else:
        accepted, fits = _EXAMPLES[_FACTS[key]], type(value) is _FACTS[key] and value != ""
        fits = fits and (key != "round" or value > 0)
    if not fits:
        raise DxError("corrections.value", file=file, key=key, found=value, accepted=accepted)
    return tuple(value) if key in _QUOTES else value


def _is_quote(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _split(draft: Draft, at: int) -> bool:
    """Let a unit of its own begin at an offset inside of a unit, or where there is none."""
    units = draft.body.units
    for index, unit in enumerate(units):
        for number, (start, end, words) in enumerate(unit.pieces):
            inside = at - (end - len(words))
            if start <= at < end and (number > 0 or inside > 0):
                rest = [(at, end, words[max(inside, 0) :]), *unit.pieces[number + 1 :]]
                units.insert(index + 1, replace(unit, start=at, pieces=rest))
                left = words[: max(inside, 0)].rstrip()
                unit.pieces[number:] = [(start, end - len(words) + len(left), left)] if left else []
                unit.end = unit.pieces[-1][1]
                return True
    return draft.open_unit(at)


def _join(draft: Draft, at: int) -> bool:
    """Let the unit that begins at an offset belong to the one before."""
    units = draft.body.units
    for above, unit in pairwise(units):
        start, end, words = unit.pieces[0]
        if start <= at < end and at <= end - len(words):
            above.pieces, above.end = above.pieces + unit.pieces, unit.end
            units.remove(unit)
            return True
    return False
