"""People as a roster lists them, one after the other: a post alone on its row waits for its name,
a flag for the legend that explains it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dxreview.minutes.names import is_post, is_surname
from dxreview.minutes.rows import SAME, stands_in
from dxreview.minutes.words import TABLE, compiled, pattern
from dxreview.text import tidy

_MEANS = [(state, compiled(f"%{state}%")) for state in TABLE["absence"]]
_LEGEND, _PROSE = map(pattern, ("legend", "prose"))
_LEGENDS = frozenset("（(注※◎○●＊*")
_NEXT_MARK = re.compile("[、，\\s]+(?=[※◎○●＊*×])")
_HEADS = ("長", "代理", "主査")


class Person(NamedTuple):
    group: str | None
    name: str | None
    affiliation: str | None
    attendance: str
    start: int
    end: int


@dataclass
class People:
    """The people of one meeting; ``pending`` are posts for which no name has come yet, ``parted``
    is how many names stood on two lines."""

    people: list[Person] = field(default_factory=list)
    pending: list[Person] = field(default_factory=list)
    flagged: dict[str, list[int]] = field(default_factory=dict)
    meaning: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[str | None, str], int] = field(default_factory=dict)
    parted: int = 0

    @property
    def last(self) -> Person | None:
        """Whoever was listed last, if no post has come since."""
        return self.people[-1] if self.people and not self.pending else None

    def add(self, person: Person, state: str | None, flags: Sequence[str]) -> None:
        """Add somebody; who was listed before is only said to have been there in another way."""
        if self.pending and person.name:
            wrapped, self.pending = self.pending[-2:], self.pending[:-2]
            post = "".join([*(one.affiliation or "" for one in wrapped), person.affiliation or ""])
            person = person._replace(affiliation=post, start=wrapped[0].start)
        self.close()
        told = next((self.meaning[mark] for mark in flags if mark in self.meaning), state)
        state = "absent" if "×" in flags else state or told
        if state == SAME:
            state = self.people[-1].attendance if self.people else None
        who, next_place = (person.group, person.name or ""), len(self.people)
        place = self.places.setdefault(who, next_place) if person.name else next_place
        for mark in flags:
            self.flagged.setdefault(mark, []).append(place)
        if state and place < next_place:
            self.people[place] = self.people[place]._replace(attendance=state)
        else:
            self.people.append(person._replace(attendance=state or person.attendance))

    def post(self, one: Person) -> None:
        """A post alone on its row: it goes on with the one before, or waits for the next name."""
        last, post = self.last, one.affiliation or ""
        if last and last.name and last.affiliation is None and last.group == one.group:
            self.people[-1] = last._replace(affiliation=post, end=one.end)
        else:
            self.pending.append(one)

    def aside(self, raw: str, end: int) -> None:
        """A line in parentheses goes on with the post or affiliation beside it."""
        if self.pending:
            self._go_on(raw, end)
        elif stands_in(raw[1:-1].strip()):
            self.people[-1] = self.people[-1]._replace(attendance="proxy", end=end)
        elif (last := self.people[-1]).affiliation:
            self.people[-1] = last._replace(affiliation=f"{last.affiliation}{tidy(raw)}", end=end)

    def _go_on(self, post: str, end: int) -> None:
        above = self.pending.pop()
        self.pending.append(above._replace(affiliation=f"{above.affiliation}{post}", end=end))

    def goes_on(self, name: str, group: str | None, below: str) -> bool:
        """Whether a name alone on its line is the given name to the surname on the line above,
        and the next line begins with another post (１番 / 石塚 / 敦 / ２番)."""
        last, usual = self.last, self.parted > 1  # as the names above
        if last is None or not last.affiliation or len(name) > 3:
            return False
        above = last.name or ""
        own = len(above) < 3 or is_surname(above) or (usual and len(above) == 3)
        follows = is_post(below) or "番" in below or (usual and below[0] in "（(")
        goes_on = own and follows and last.group == group and (usual or not is_surname(name))
        self.parted += goes_on
        return goes_on

    def close(self) -> None:
        """A post for which no name came is a person without a name."""
        self.people += self.pending
        self.pending = []

    def is_legend(self, raw: str) -> bool:
        """Whether a line explains a flag (then whom it flagged were there in that way), or notes
        something in a sentence."""
        listed = "）　" in raw and "【" in raw  # ○　加来 秀子（…）　神田 大地（…）【オンライン】
        pieces = _NEXT_MARK.split(raw.strip("（）()")) if raw[0] in _LEGENDS and not listed else []
        first, *others = [_LEGEND.fullmatch(piece) for piece in pieces] or [None]
        posts = all(found and found["means"].endswith(_HEADS) for found in (first, *others))
        if first and (self._explain(first) or (others and posts)):  # ◎座長　○副座長
            for found in filter(None, others):
                self._explain(found)
            return True
        return raw[0] in "※＊*" and _PROSE.search(raw) is not None

    def _explain(self, found: re.Match[str]) -> bool:
        """Take in what a mark means; whether it says that at all, or how somebody was there."""
        state = next((state for state, word in _MEANS if word.search(found["means"])), None)
        if state:
            self.meaning[found["mark"]] = state
        for at in self.flagged.get(found["mark"], ()) if state else ():
            self.people[at] = self.people[at]._replace(attendance=state or "")
        return bool(found["sign"] or state)
