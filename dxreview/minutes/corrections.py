"""An analyst's last word on a source: ``NAME.toml`` beside it.

    title = "…"            series = "…"       kind = "議事概要"     # what the file does not say,
    round = 1              date = 2020-11-02                        # or says wrongly
    leave_out = ["…"]      # quotes: the lines they stand on are left out
    split = ["…"]          # quotes: a unit of its own begins here, also where none was read
    join = ["…"]           # quotes: the unit that begins here belongs to the one before
    [marks]
    "○" = "opinion"        # opinion, question, answer, speaker, heading or text
    [speakers]             # quotes with which a unit's own words begin, and who says them
    "ただいま" = {speaker = "青山 健一", role = "会長"}
    "予約の件" = {}        # words that were taken for a speaker
    [attendees]            # quotes as printed, the name itself or words that hold it
    "青山 健一" = {group = "委員", affiliation = "みやび大学", attendance = "online"}
    "会長 青山 望" = {name = "青山 望", group = "会長"}       # present, unless told
    "敬称略" = {}          # no person

A quote is found whatever its blanks and line wraps. One that is not found, or found twice, is an
error: a new version of the source must not silently lose a correction. A name must stand in its
quote, an affiliation somewhere in the source. Rows of attendees are replaced where they overlap the
quote or, where a name is given, the words in the quote that are given with it; a group or an
affiliation that is not told of somebody who was read there stays.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

from dxreview.messages import say
from dxreview.minutes.evidence import MEANINGS
from dxreview.minutes.marks import MARKS
from dxreview.minutes.meeting import Draft
from dxreview.minutes.mending import Claims, Place, Told, attend, bare, join, speak, split
from dxreview.minutes.people import Person
from dxreview.records import DxError, SourceText, read_toml
from dxreview.text import tidy

_FACTS = {"title": str, "series": str, "kind": str, "round": int, "date": dt.date}
_EXAMPLES = {str: '"…"', int: "1", dt.date: "2020-11-02"}  # as TOML writes them
_QUOTES = ("leave_out", "split", "join")
_ATTENDANCE = ("present", "online", "proxy", "absent")
_PARTS = {  # what can be told of a person
    "speakers": ("speaker", "role"),
    "attendees": ("group", "name", "affiliation", "attendance"),
}
TABLES = ("marks", *_PARTS)


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
    speakers: Mapping[str, Told] = field(default_factory=dict)
    attendees: Mapping[str, Told] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "Corrections":
        """Read and check a file; DxError names the key, what was found and what is accepted."""
        table = read_toml(path)
        return cls(file=path.name, **{key: _checked(path.name, key, table[key]) for key in table})

    def save(self, path: Path) -> None:
        """Write the file that `load` reads; without a correction there is none."""
        values = {key: getattr(self, key) for key in (*_FACTS, *_QUOTES)}
        lines = [f"{key} = {_literal(value)}" for key, value in values.items() if value]
        for key in TABLES:
            told = getattr(self, key).items()
            lines += [f"[{key}]"] * bool(told)
            lines += [f"{_literal(quote)} = {_literal(value)}" for quote, value in told]
        if lines:
            path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        else:
            path.unlink(missing_ok=True)

    def including(self, key: str, value: Any) -> "Corrections":
        """These corrections with one more: a fact, a quote (of leave_out, split or join), or a
        mark, a speaker or an attendee with what is told of it.
        DxError as of `load`."""
        if key in _QUOTES:
            value = list(dict.fromkeys([*getattr(self, key), value]))
        elif key in TABLES:
            value = {**getattr(self, key), **value}
        more: dict[str, Any] = {key: _checked(self.file, key, value)}
        return replace(self, **more)

    def without(self, key: str, value: str) -> "Corrections":
        """These corrections without one that `made` lists; the same where there is no such one."""
        less: Any = None
        if key in TABLES:
            less = {quote: told for quote, told in getattr(self, key).items() if quote != value}
        elif key in _QUOTES:
            less = tuple(quote for quote in getattr(self, key) if quote != value)
        changed: dict[str, Any] = {key: less} if key in _FACTS or less is not None else {}
        return replace(self, **changed)

    def made(self) -> list[tuple[str, str, str]]:
        """Each correction: its key, its value as text, and what a mark means or who it is."""
        facts = [(key, str(getattr(self, key)), "") for key in _FACTS if getattr(self, key)]
        quotes = [(key, quote, "") for key in _QUOTES for quote in getattr(self, key)]
        marks = [("marks", mark, meaning) for mark, meaning in self.marks.items()]
        tables = [(key, getattr(self, key).items()) for key in _PARTS]
        people = [(key, quote, _who(key, told)) for key, held in tables for quote, told in held]
        return [*facts, *quotes, *marks, *people]

    def left_out(self, source: SourceText) -> list[Place]:
        """The places whose lines are not to be read."""
        return [place for _, place in self._places(source, "leave_out")]

    def apply(
        self, source: SourceText, drafts: Sequence[Draft], claims: Claims
    ) -> Iterator[tuple[str, Place | None]]:
        """Correct the facts of the first meeting, the units and the people of each in place; yield
        what was changed, and where. ``claims`` are of lines that no meeting was given."""
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
        yield from self._units(source, drafts)
        for quote, place in self._places(source, "attendees"):
            told = self.attendees[quote]
            begun = [one for one in drafts if one.lines and one.lines[0].start <= place[0]]
            person = self._person(source, quote, place) if told else None
            at = (person.start, person.end) if person else place
            attend([*drafts[:1], *begun][-1], at, person, claims)
            yield _said("attendees", f"「{quote}」 {_who('attendees', told)}"), place

    def _units(self, source: SourceText, drafts: Sequence[Draft]) -> Iterator[tuple[str, Place]]:
        """Split the units, say who speaks, and join them, each in the order of the source."""
        changes: dict[str, Callable[..., bool]] = {"split": split, "speakers": speak, "join": join}
        for key, change in changes.items():
            placed = sorted(self._places(source, key), key=itemgetter(1))
            for quote, place in placed:
                told = [self.speakers[quote]] if key == "speakers" else []
                if not any(change(draft, place[0], *told) for draft in drafts):
                    raise self._error(key, source, quote)
                said = [f"「{quote}」", *(_who(key, who) for who in told)]
                yield _said(key, " ".join(said)), place
            if key == "speakers":
                for (other, (above, _)), (quote, (start, _)) in pairwise(placed):
                    if start == above:  # one of the two would do nothing
                        raise self._error("twice", source, quote, other=other)

    def _person(self, source: SourceText, quote: str, place: Place) -> Person:
        """The attendee of a quote, where the words of it stand that are told: to be one place, it
        may reach to the next row. Where all of it is an affiliation, a person without a name."""
        told = self.attendees[quote]
        name, post, group = (told.get(part, "") for part in ("name", "affiliation", "group"))
        name = name or tidy(quote)
        if bare(name) not in bare(quote):
            raise self._error("name", source, quote, found=name)
        if bare(post) not in bare(source.text):
            raise self._error("affiliation", source, quote, found=post)
        letters = [at for at in range(*place) if not source.text[at].isspace()]
        first, last = _stretch(*map(bare, (quote, name, post, group)))
        who = group or None, name if bare(name) != bare(post) else None, post or None
        state = told.get("attendance", "present")
        return Person(*who, state, letters[first], letters[last - 1] + 1)

    def _error(self, error: str, source: SourceText, quote: str, **facts: object) -> DxError:
        facts |= {"source": source.name, "quote": quote}
        return DxError(f"corrections.{error}", file=self.file, **facts)

    def _places(self, source: SourceText, key: str) -> Iterator[tuple[str, Place]]:
        """Where each quote stands in the source, found whatever its blanks."""
        quotes = tuple[str, ...](getattr(self, key))
        stands = [at for at, char in enumerate(source.text if quotes else "") if not char.isspace()]
        text = "".join(source.text[at] for at in stands)
        for quote in quotes:
            wanted = bare(quote)
            if (count := text.count(wanted)) != 1:
                name = "ambiguous" if count else "missing"
                raise self._error(name, source, quote, count=count, key=key)
            at = text.index(wanted)
            yield quote, (stands[at], stands[at + len(wanted) - 1] + 1)


def is_corrections(path: Path) -> bool:
    """Whether a TOML file holds nothing but what corrections may hold."""
    try:
        keys = read_toml(path).keys()
    except DxError:
        return False
    return 0 < len(keys) == len(keys & {item.name for item in fields(Corrections)[1:]})


def _said(key: str, value: object) -> str:
    return f"{say(f'load.correct_{key}')}：{value}"


def _who(key: str, told: Told) -> str:
    """What is told of a person, in words."""
    words = dict(told)
    if state := words.pop("attendance", None):
        words["attendance"] = say(f"load.attendance.{state}")
    return "、".join(words.values()) or say(f"load.nobody_{key}")


def _stretch(quote: str, name: str, post: str, group: str) -> Place:
    """From where to where in a quote a name stands, with its group before it, its post beside it,
    and the marks and brackets around them."""
    at = quote.index(name)
    last = at + len(name)
    if post and (behind := quote.find(post, last)) >= 0:
        last = behind + len(post)
    before = [quote.rfind(word, 0, at) for word in (post, group) if word]
    first = min([at, *(place for place in before if place >= 0)])
    while first and not quote[first - 1].isalnum():
        first -= 1
    while last < len(quote) and not quote[last].isalnum():
        last += 1
    return first, last


def _literal(value: object) -> str:
    """A TOML literal: JSON's strings, numbers and lists are TOML's too."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{part} = {_literal(text)}' for part, text in value.items())}}}"
    if isinstance(value, dt.date):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _checked(file: str, key: str, value: Any) -> Any:
    known = [item.name for item in fields(Corrections)[1:]]
    if key not in known:
        raise DxError("corrections.key", file=file, key=key, accepted=", ".join(known))
    if key in _QUOTES:
        accepted, fits = '["…"]', isinstance(value, list) and all(map(_is_quote, value))
    elif key == "marks":
        accepted = ", ".join(MEANINGS)
        fits = isinstance(value, dict) and all(v in MEANINGS for v in value.values())
    elif key in _PARTS:
        accepted = f"{{{', '.join(_PARTS[key])}}}"
        accepted += f" (attendance: {', '.join(_ATTENDANCE)})" * (key == "attendees")
        fits = isinstance(value, dict) and all(_is_told(key, *each) for each in value.items())
    else:
        accepted, fits = _EXAMPLES[_FACTS[key]], type(value) is _FACTS[key] and bool(value)
        fits = fits and (key != "round" or value > 0) and bool(str(value).strip())
    if not fits:
        error = f"corrections.{'fact' if key in _FACTS else 'value'}"
        raise DxError(error, file=file, key=key, found=_literal(value), accepted=accepted)
    if key in _PARTS:
        return {
            quote: {part: tidy(text) for part, text in told.items() if text.strip()}
            for quote, told in value.items()
        }
    return tuple(value) if key in _QUOTES else value


def _is_quote(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_told(key: str, quote: str, told: object) -> bool:
    if not (_is_quote(quote) and isinstance(told, dict) and told.keys() <= set(_PARTS[key])):
        return False
    texts = all(isinstance(text, str) for text in told.values())
    return texts and told.get("attendance", "present") in ("", *_ATTENDANCE)
