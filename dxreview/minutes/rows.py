"""A row of a roster as people: its words, told apart as posts and names, and put together.

One rule gives a post to its name. In a row that begins with a post, a post belongs to the name
behind it; in a row that begins with a name, to the name before it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dxreview.minutes.names import (
    SURNAMES,
    is_post,
    is_whole,
    name_then_post,
    post_then_name,
    surname,
)
from dxreview.minutes.words import pattern, table
from dxreview.text import tidy

NAME, POST, ASIDE, END = "name", "post", "aside", "end"
_STATES = table("states")
_WORD, _SEAT, _PERSON, _READING, _OFFICE, _EACH = map(
    pattern, ("row_word", "seat", "person", "reading", "offices", "each")
)


class Word(NamedTuple):
    """A word of a row, from ``start`` to ``end`` in it: what it is, whether a comma stands before
    it, and whether it is one piece with the word before (久慈 of 久慈課長)."""

    kind: str
    text: str
    start: int
    end: int
    comma: bool = False
    glued: bool = False


@dataclass
class Entry:
    """One person as a row prints it: what stands before the name, the name, what stands behind;
    ``state`` of presence, ``flags`` that a legend explains, the ``group`` of a 【主査】 behind."""

    posts: list[Word] = field(default_factory=list)
    names: list[Word] = field(default_factory=list)
    after: list[Word] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    state: str | None = None
    group: str | None = None
    closed: bool = False

    @property
    def words(self) -> list[Word]:
        return sorted([*self.posts, *self.names, *self.after], key=lambda word: word.start)

    def name(self) -> str | None:
        """The name: letter by letter undone, a run of blanks one."""
        parts = [word.text for word in self.names]
        return ("" if len(parts) > 2 else " ").join(parts) or None

    def post(self, row: str) -> str | None:
        """The post or affiliation: spaced posts joined, what stands behind as printed."""
        lead = "".join(word.text for word in self.posts)
        rest = tidy(row[self.after[0].start : self.after[-1].end]) if self.after else ""
        if len(self.after) == 1 and self.after[0].kind == ASIDE:
            rest = f"（{rest[1:-1]}）" if lead else rest[1:-1]
        return f"{lead}{rest}" or None


def entries(row: str) -> list[Entry]:
    """The people of a row, in order."""
    found = list(_words(row))
    leads = next((word.kind for word in found if word.kind in (NAME, POST)), None) == POST
    out = [Entry()]
    for at, word in enumerate(found):
        if _begins(out[-1], word, leads and _named_ahead(found, at)):
            out.append(Entry())
        _add(out[-1], word)
    return [entry for entry in out if entry.posts or entry.names]


def _named_ahead(found: Sequence[Word], at: int) -> bool:
    """Whether a name follows before the next comma, to which a post can belong."""
    for word in found[at + 1 :]:
        if word.comma or word.kind == NAME:
            return word.kind == NAME and not word.comma
    return False


def _begins(entry: Entry, word: Word, leads: bool) -> bool:
    """Whether a word begins the next person."""
    if word.glued:
        return False
    if word.comma:
        return bool(entry.posts or entry.names)
    if word.kind == POST and entry.names:
        return leads or _SEAT.fullmatch(word.text) is not None
    if word.kind == NAME and entry.names:
        return entry.closed or bool(entry.after) or not _goes_on(entry.names, word.text)
    return word.kind == "mark" and word.text not in "※*＊" and bool(entry.names)


def _goes_on(names: Sequence[Word], word: str) -> bool:
    """Whether a word is the given name to the surname before it."""
    first = names[0].text
    if len(names) > 1 or len(first) + len(word) > 9:
        return len(names) < 4 and all(len(part.text) == 1 for part in names[1:]) and len(word) == 1
    if is_whole(word) or (is_whole(first) and (len(first) > 3 or surname(word))):
        return False
    return not (len(word) > 1 and word in SURNAMES and first in SURNAMES)


def _add(entry: Entry, word: Word) -> None:
    if word.kind == "mark":
        entry.flags.append(word.text)
    elif word.kind == "state":
        entry.state = word.text
    elif word.kind == END:
        entry.closed = True
    elif word.kind == NAME:
        entry.names.append(word)
    elif word.text[0] == "【" and entry.names:
        entry.group = word.text[1:-1].strip()
    elif entry.names:
        entry.after.append(word)
    else:
        entry.posts.append(word)


def _words(row: str) -> Iterator[Word]:
    """The words of a row, told apart."""
    comma, last = False, 0
    for text, start, end, kind in _letters(_pieces(row)):
        if kind == "comma":
            comma = True
            continue
        for word in _told(text, start, end, kind):
            glued = word.glued or (start == last and kind in (ASIDE, "mark"))
            yield word._replace(comma=comma, glued=glued)
            comma = False
        last = end


def _pieces(row: str) -> list[tuple[str, int, int, str]]:
    found = _WORD.finditer(row)
    return [(one[0], *one.span(), one.lastgroup or "") for one in found if one.lastgroup]


def _letters(pieces: list[tuple[str, int, int, str]]) -> Iterator[tuple[str, int, int, str]]:
    """Words that are printed letter by letter (樋　口, 町　　　長) put together."""
    at = 0
    while at < len(pieces):
        text, start, end, kind = pieces[at]
        at += 1
        while kind == "word" and at < len(pieces):
            more, begin, stop, other = pieces[at]
            if other != "word" or len(more) > 1 or (len(text) > 1 and end - start < 2 * len(text) - 1):
                break
            if begin - end > 1 and not (len(text) == 1 and is_post(text + more)):
                break
            text, end, at = text + more, stop, at + 1
        yield text, start, end, kind


def _told(text: str, start: int, end: int, kind: str) -> Iterator[Word]:
    """A piece of a row as words: a post and a name may be one piece."""
    if kind != "word":
        yield from _beside(text, start, end, kind)
        return
    if (seat := _SEAT.match(text)) and seat.end():
        yield Word(POST, seat[0], start, start + seat.end())
        text, start = text[seat.end() :], start + seat.end()
    if state := _state(text):
        parts = [("state", state)]
    elif both := name_then_post(text):
        parts = [(NAME, both[0]), (POST, both[1]), (END, "")]
    elif both := post_then_name(text):
        parts = [(POST, both[0]), (NAME, both[1])]
    else:
        parts = [(NAME if _is_name(text) else POST, text)] if text else []
    glued = False
    for part, word in parts:
        stop = start + len(word) if len(parts) > 1 else end
        yield Word(part, word, start, stop, glued=glued)
        start, glued = stop, True


def _beside(text: str, start: int, end: int, kind: str) -> Iterator[Word]:
    """A mark, or an aside in brackets: a state of presence, a flag, a reading, a post."""
    inside = text[1:-1].strip() if kind == "aside" else text
    if kind == "over":
        yield Word(END, text, start, end, glued=True)
    elif kind == "mark" or (len(inside) < 4 and inside[:1] in "※*＊×○"):
        yield Word("mark", inside, start, end, glued=kind == "aside")
    elif state := _state(inside):
        yield Word("state", state, start, end, glued=True)
    elif not _READING.fullmatch(inside):
        yield Word(ASIDE, text, start, end)


def _state(text: str) -> str | None:
    return next((state for state, shape in _STATES if shape.fullmatch(text)), None)


def _is_name(word: str) -> bool:
    if len(word) > 8 or not _PERSON.fullmatch(word) or is_post(word):
        return False
    return len(word) < 4 or surname(word) > 0 or not _OFFICE.match(word)
