"""Attendees: groups, names told from posts and affiliations, and who was there in what way.

A roster is read line by line: a line is a legend, the label of a group, or holds one or more
entries. An entry is a name, a post, or both in either order; what a line lacks (a long post, an
affiliation in parentheses) stands on the line before or after.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dxreview.minutes.headings import gather, is_group
from dxreview.minutes.lines import Line
from dxreview.minutes.speakers import split_who
from dxreview.minutes.words import TABLE, compiled, pattern, table, words
from dxreview.text import tidy


class Person(NamedTuple):
    group: str | None
    name: str | None
    affiliation: str | None
    attendance: str
    start: int
    end: int


_POST = re.compile(pattern("posts").pattern + "$", re.VERBOSE)
_GROUPS, _PRESENCE = words("groups"), words("presence")
_STATES, _MEANS = table("states"), [(state, compiled(f"%{state}%")) for state in TABLE["absence"]]
_FLAG, _LEGEND, _LABEL, _INLINE = map(pattern, ("flag", "legend", "group_label", "inline_label"))
_LEADING, _MORE, _NOBODY, _SEAT = map(pattern, ("leading_label", "more", "nobody", "seat"))
_LEADER, _COMMA, _GLUED, _NAME = map(pattern, ("leader", "comma", "glued", "person"))
_SURNAME, _AFFILIATED, _OFFICE = map(pattern, ("surname_office", "affiliated", "offices"))
_MARGIN, _KANA = map(pattern, ("margin", "furigana"))


@dataclass
class Roster:
    """The people of one meeting, read list by list; a legend may explain flags of all lists."""

    people: list[Person] = field(default_factory=list)
    group: str | None = None
    generic: bool = False
    state: str = "present"
    outside: int | None = None
    pending: list[tuple[str, int]] = field(default_factory=list)
    flagged: dict[str, list[int]] = field(default_factory=dict)

    def read(self, lines: Sequence[Line], group: str | None, *, generic: bool, indent: int) -> int:
        """Read the lines below a heading whose label is ``group``; how many people it covers.

        Below a ``generic`` heading (出席者) a post that names a group is the group of its row. A
        label no deeper than the heading's ``indent``, or a rule, ends what the heading says.
        """
        before, self.outside = len(self.people), None
        self.group, self.generic = group, generic
        self.state = "absent" if "欠席" in (group or "") else "present"
        labels = _vertical(lines)
        for at, line in enumerate(lines):
            if line.ruled and at:
                self._open(None, False)
            self.group = labels.get(at, self.group)
            raw = gather(line.raw if "\u3000" in line.text else line.text)
            if labels and line.indent < 3 and (margin := _MARGIN.match(raw)):
                raw = raw[margin.end() :]
            following = lines[at + 1].raw.split() if at + 1 < len(lines) else []
            if raw and not (_KANA.fullmatch(raw) and len(following) > 2):
                self._line(raw, line.end - len(raw), line.indent > indent)
        self._posts_left()
        return (len(self.people) if self.outside is None else self.outside) - before

    def _line(self, raw: str, start: int, inside: bool) -> None:
        bare = "".join(raw.split()).rstrip(":：")
        legend = _LEGEND.fullmatch(raw)
        if legend and self._legend(legend["mark"], legend["means"], bool(legend["sign"])):
            return
        if (label := _LABEL.fullmatch(raw)) or (
            is_group(bare.strip("（）()")) and not self.pending
        ):
            self._open(tidy(label["label"]) if label else bare.strip("（）()"), inside)
        elif (
            raw[0] in "（("
            and raw[-1] in "）)"
            and (self.pending or (self.people and not _INLINE.match(raw)))
        ):
            self._parenthesis(raw, start)
        elif bare in _PRESENCE and not self.pending:
            self._open(bare, inside)
        else:
            self._entries(raw, start, inside)

    def _open(self, label: str | None, inside: bool) -> None:
        """A label, or a rule, opens a group of its own."""
        self._posts_left()
        self.group = label
        if "欠席" in (label or ""):
            self.state = "absent"
        elif not inside:
            self.state = "present"
            self.outside = len(self.people) if self.outside is None else self.outside

    def _parenthesis(self, raw: str, start: int) -> None:
        """A line in parentheses goes on with the post or affiliation beside it."""
        if self.pending:
            self.pending.append((raw, start))
        else:
            last = self.people[-1]
            post = f"{last.affiliation or ''}{tidy(raw)}"
            self.people[-1] = last._replace(affiliation=post, end=start + len(raw))

    def _legend(self, mark: str, means: str, sure: bool) -> bool:
        """Whether a line explains a flag; then whom it flagged were there in that way."""
        state = next((state for state, word in _MEANS if word.search(means)), None)
        for at in self.flagged.get(mark, ()) if state else ():
            self.people[at] = self.people[at]._replace(attendance=state or "")
        return sure or state is not None

    def _entries(self, raw: str, start: int, inside: bool) -> None:
        words = raw.split()
        leads = _COMMA.search(raw) or (len(words) > 2 and is_post(words[1]))
        inline = _INLINE.match(raw) or (_LEADING.match(raw) if leads else None)
        label = "".join((inline["a"] or inline["b"]).split()) if inline else ""
        if inline and (is_group(label) or label in _PRESENCE):
            self._open(label, inside)
            start, raw = start + inline.end(), raw[inline.end() :]
        raw = _MORE.sub("", raw)
        several = _COMMA.search(raw) is not None
        for offset, part in _parts(raw):
            self._entry(part, start + offset, several)

    def _entry(self, part: str, start: int, several: bool) -> None:
        bare, state, marks = _stripped(part)
        if not bare or _NOBODY.fullmatch(bare):
            return
        end = start + len(part)
        entry = told_apart(bare)
        if entry.name is None and several:
            entry = _surname(entry.post or bare)
        if entry.name is None or self._goes_on(bare):
            self._post(bare if entry.name else entry.post or bare, start, end)
            return
        post, group = entry.post, entry.group or self.group
        if self.pending:
            post = "".join([*(word for word, _ in self.pending), post or ""])
            start, self.pending = self.pending[0][1], []
        if self.generic and entry.leads and post and is_group(post):
            self.group, group, post = post, post, None
        for mark in marks:
            self.flagged.setdefault(mark, []).append(len(self.people))
        self.people.append(Person(group, entry.name, post, state or self.state, start, end))

    def _goes_on(self, bare: str) -> bool:
        """Whether a long word without blanks is the affiliation of the name on the line before."""
        last = self.people[-1] if self.people else None
        lacks = last is not None and last.affiliation is None and last.group == self.group
        return (
            lacks and len(bare) > 8 and not any(char.isspace() or char in "（(…" for char in bare)
        )

    def _post(self, post: str, start: int, end: int) -> None:
        """A post without a name: it goes on with the one before, or waits for the next name."""
        last = self.people[-1] if self.people else None
        if last and (last.affiliation or "").endswith(("兼務", "兼", "・", "及び")):
            self.people[-1] = last._replace(affiliation=f"{last.affiliation}{post}", end=end)
        elif last and last.name and last.affiliation is None and last.group == self.group:
            self.people[-1] = last._replace(affiliation=post, end=end)
        else:
            self.pending.append((post, start))

    def _posts_left(self) -> None:
        """Posts for which no name came are people without a name."""
        for post, start in self.pending:
            self.people.append(Person(self.group, None, post, self.state, start, start + len(post)))
        self.pending = []


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """The entries of a line: by seat number, 君, list comma, or columns of post and name."""
    if seats := [found.start() for found in _SEAT.finditer(text)]:
        cuts = seats
    elif text.count("君") > 1 and text.endswith("君"):
        cuts = [0, *(found.end() for found in re.finditer("君(?=.)", text))]
    elif _COMMA.search(text):
        cuts = [0, *(found.end() for found in _COMMA.finditer(text))]
    else:
        cuts = [0, *_columns(text)]
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        part = text[start:end].rstrip("、，, \u3000")
        if part.strip():
            yield start + len(part) - len(part.lstrip()), part.strip()


def _columns(text: str) -> list[int]:
    """Where a second pair of post and name starts in a line that starts with a post."""
    cuts: list[int] = []
    named = False
    for at, found in enumerate(re.finditer(r"\S+", text)):
        post = is_post(found[0])
        if at == 0 and not post:
            return []
        if post and named and text[found.start() - 2 : found.start()].isspace():
            cuts.append(found.start())
        named = not post
    return cuts


def _stripped(part: str) -> tuple[str, str | None, list[str]]:
    """An entry without its bullet and flags, its own state, and the flags a legend explains."""
    part = re.sub(r"^[•‣・◎○●◯〇]\s*", "", part)
    state = None
    for name, shape in _STATES:
        if (found := shape.search(part)) and found.start() > 0:
            part, state = part[: found.start()].rstrip(), name
            break
    marks = ["".join(filter(None, found.groups())) for found in _FLAG.finditer(part)]
    return _FLAG.sub("", part).strip(), state, marks


class Entry(NamedTuple):
    """Name and post or affiliation, the group that the entry itself gives (【主査】), and whether
    the post stands before the name as a word of its own."""

    name: str | None
    post: str | None
    group: str | None = None
    leads: bool = False


def told_apart(entry: str) -> Entry:
    """Name and post of one entry."""
    if seat := _SEAT.match(entry):
        return Entry(
            _named(entry[seat.end() :].removesuffix("君").split()), "".join(seat[0].split())
        )
    if (found := _AFFILIATED.fullmatch(entry)) and not is_post(found["name"]):
        return Entry(_named(found["name"].split()), tidy(found["post"]), found["group"])
    leader = _LEADER.split(entry, maxsplit=1)
    if len(leader) == 2 and all(leader):
        return Entry(_named(leader[1].split()), "".join(leader[0].split()), leads=True)
    parts = entry.removesuffix("君").split()
    if len(parts) > 1:
        return _words(parts)
    if entry.endswith("君"):
        return Entry(parts[0], None)
    return _one_word(entry)


def _one_word(word: str) -> Entry:
    if word[-1] in "・、":
        return Entry(None, word)
    if found := _GLUED.fullmatch(word):
        return Entry(found["name"], found["role"])
    name, role = split_who(word)
    return Entry(name, role) if name and (role or not is_post(word)) else _post_or_name(word)


def _post_or_name(word: str) -> Entry:
    return Entry(None, word) if is_post(word) else Entry(word, None)


def _surname(post: str) -> Entry:
    """A surname right before the name of an office, in a list of people (久慈住民課長)."""
    found = None if _OFFICE.match(post) else _SURNAME.fullmatch(post)
    return Entry(found["name"], found["post"]) if found else Entry(None, post)


def _words(parts: list[str]) -> Entry:
    """Blanks between posts and names: a post stands first, or the name does."""
    lead = _spaced_post(parts)
    while lead < len(parts) and (is_post(parts[lead]) or parts[lead][0] in "（("):
        lead += 1
    if lead == len(parts):
        return Entry(None, "".join(parts))
    if lead:
        return Entry(_named(parts[lead:]), "".join(parts[:lead]), leads=True)
    count = _name_length(parts)
    return Entry(_named(parts[:count]), " ".join(parts[count:]) or None)


def _spaced_post(parts: list[str]) -> int:
    """How many words are the letters of a post before the name: 町　　　長　　岡　部　仁."""
    for end in range(2, min(len(parts), 6)):
        post, rest = parts[:end], "".join(parts[end:])
        if all(len(word) == 1 for word in post) and post[-1] in "長官監員":
            return end if 2 <= len(rest) <= 7 and not is_post(rest) else 0
    return 0


def _name_length(parts: list[str]) -> int:
    """How many words the name takes: all where they are letters of it, else two short ones."""
    if all(len(word) <= 3 and not is_post(word) for word in parts) and sum(map(len, parts)) <= 8:
        return len(parts)
    first, second = parts[:2]
    whole = len(first) >= 4 or len(second) > 4 or is_post(second) or not _NAME.fullmatch(second)
    return 1 if whole else 2


def _named(parts: list[str]) -> str:
    """A name with its blanks: letter by letter undone, a run of blanks one."""
    return ("" if len(parts) > 2 else " ").join(parts)


def is_post(word: str) -> bool:
    """Whether a word of a roster is a post or an office, not somebody's name."""
    if len(word) < 2 or word in _GROUPS:
        return len(word) > 1
    known = len(word) > 3 or word[-1] in "長官監" or word in ("知事", "書記") or _OFFICE.match(word)
    return _POST.search(word) is not None and bool(known)


def _vertical(lines: Sequence[Line]) -> dict[int, str]:
    """Group labels printed downwards in the left margin: the line at which each group starts."""
    letters = [
        (at, line.raw[0])
        for at, line in enumerate(lines)
        if line.indent < 3 and _MARGIN.match(line.raw)
    ]
    labels: dict[int, str] = {}
    start, label = 0, ""
    for at, letter in letters if len(letters) > 2 else ():
        label += letter
        if is_group(label):
            labels[start] = label
            start, label = at + 1, ""
    return labels
