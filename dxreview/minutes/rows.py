"""A row of a roster as people: its words, told apart as posts and names, and put together.

One rule gives a post to its name. In a row that begins with a post, a post belongs to the name
behind it; in a row that begins with a name, to the name before it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from dxreview.minutes.headings import is_group
from dxreview.minutes.names import (
    is_bare,
    is_post,
    is_surname,
    is_title,
    is_whole,
    name_and_post,
    name_then_post,
    office_name_post,
    owner,
    post_then_name,
    surname,
)
from dxreview.minutes.words import pattern, table
from dxreview.text import tidy

NAME, POST, ASIDE, MARK, STATE, END = "name", "post", "aside", "mark", "state", "over"
SAME = "same"  # the state of the person above (〃)
_STATES = table("states")
_TELLING = (NAME, POST, ASIDE)
_PLACE_ENDS = "都道府県市区町村"
_LATIN = pattern("latin")
_WORD, _SEAT, _PERSON, _READING, _OFFICE, _EACH, _OWNED = map(
    pattern, ("row_word", "seat", "person", "reading", "offices", "each", "owned")
)
_KATAKANA = re.compile("[ァ-ヶー]{2,}")
_FLAG = re.compile("[※◎○●＊*]\\s*[印は：:]")
_GIVEN_ENDS = frozenset("子美江恵代枝香奈郎男夫雄治一二三介助彦")
_STOOD_IN = re.compile("代理[:：]?(.{2,9})|(.{2,8})代理")
Piece = tuple[str, int, int, str]  # text, start, end, which part of the pattern found it


class Word(NamedTuple):
    """A word of a row, from ``start`` to ``end`` in it: what it is, whether a comma stands before
    it, and whether it is one piece with the word before (久慈 of 久慈課長)."""

    kind: str
    text: str
    start: int
    end: int
    comma: bool = False
    glued: bool = False


@dataclass(slots=True)
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

    def with_letter(self) -> "Entry":
        """The entry of one whose surname others share: what stands in brackets behind it is of the
        name (佐藤（茂）)."""
        letter = self.after[0] if self.after else None
        text = "".join(letter.text.split()) if letter and letter.kind == ASIDE else ""
        if letter is None or not 3 <= len(text) <= 5:
            return self
        name = self.names[-1]._replace(text=self.names[-1].text + text, end=letter.end)
        return replace(self, names=[*self.names[:-1], name], after=self.after[1:])

    def is_and(self) -> bool:
        """Whether a post ended in a further one to come: 主査（兼）係長."""
        return bool(self.after) and self.after[-1].text[1:-1] == "兼"

    def name(self) -> str | None:
        """The name: letter by letter undone, a run of blanks one."""
        parts = [word.text for word in self.names]
        lettered = len(parts) > 2 and any(len(part) == 1 for part in parts)
        return ("" if lettered else " ").join(parts) or None

    def post(self, row: str, skip: int = 0) -> str | None:
        """The post or affiliation: spaced posts joined (from the word ``skip`` on), what stands
        behind the name as printed."""
        lead = "".join(word.text for word in self.posts[skip:])
        rest = tidy(row[self.after[0].start : self.after[-1].end]) if self.after else ""
        if len(self.after) == 1 and self.after[0].kind == ASIDE:
            rest = f"（{rest[1:-1]}）" if lead else rest[1:-1]
        return f"{lead}{rest}" or None


SURNAMES, FULL = "surnames", "full names"


def glued(rows: Sequence[str]) -> str:
    """Whether names and posts are one word in these rows (久慈課長), and whether the names are
    `SURNAMES` or `FULL`; "" where they are not, or nothing tells."""
    names, owners, apart = list[str](), list[str](), 0
    for entry in (entry for row in rows for entry in entries(row, "")):
        if entry.names and entry.after[:1] and entry.after[0].glued:
            names.append("".join(word.text for word in entry.names))
        elif entry.names:
            apart += bool(entry.after) or not all(is_group(word.text) for word in entry.posts)
        else:
            titled = [word.text for word in entry.posts if is_title(word.text)]
            owners += [name for name in (owner(one.rpartition("・")[2]) for one in titled) if name]
            apart += sum(map(is_bare, titled))
    place = len(owners) > 1 and len(set(owners)) == 1  # 日置野市区長会長、日置野市商工会長
    names += [] if place else owners
    if apart * 2 >= len(names):
        return ""
    whole = sum(len(name) > max(surname(name), 2) for name in names)
    return FULL if whole * 2 > len(names) else SURNAMES


@lru_cache(1024)
def entries(row: str, form: str | None = None) -> tuple[Entry, ...]:
    """The people of a row, in order; ``form``: what `glued` says of the rows around it."""
    if form is None:
        return entries(row, glued([row]))
    found = list(_words(row, form))
    kinds = [word.kind for word in found if word.kind in _TELLING]
    leads = kinds[:1] != [NAME]
    posts_only = NAME not in kinds
    pairs = _in_pairs(found)
    out = [Entry()]
    for at, word in enumerate(found):
        if (kind := _kind_here(out[-1], word, found, at + 1)) != word.kind:
            word = word._replace(kind=kind)
        alone = posts_only and _is_next(out[-1], word)
        if alone or _begins(out[-1], word, leads, _named_ahead(found, at), pairs):
            out.append(Entry())
        _add(out[-1], word)
    people = [entry for entry in out if entry.posts or entry.names]
    *first, last = people or [Entry()]
    titled = all(not one.names and is_title(one.posts[-1].text) for one in first)
    if first and titled and last.posts and len(last.names) == 2:
        last.posts[:0] = [post for one in first for post in one.posts]  # 広報課長、秘書課長 矢沢 岳
        people = [last]
    for stood_in, entry in pairwise(list(people)):
        beside = not (entry.words[0].comma or any(word.glued for word in entry.after))
        if beside and stood_in.after and stood_in.after[-1].text == "委員代理" and entry.names:
            entry.posts[:0], entry.state = [*stood_in.names, *stood_in.after], "proxy"
            people.remove(stood_in)  # 横溝委員代理　清家 芳郎
    _name_brackets(people)
    return tuple(people)


def _name_brackets(people: Sequence[Entry]) -> None:
    """市長（塚原文孝）: what stands in brackets behind a post is a name, if it looks so."""
    for entry in people:
        last = entry.posts[-1] if len(entry.posts) > 1 and not entry.names else None
        name = "".join(last.text[1:-1].split()) if last and last.kind == ASIDE else ""
        like = (2 < len(name) < 8 and _is_name(name)) or is_surname(name)
        if last and like and name[-1] not in _PLACE_ENDS:
            entry.posts.pop()
            entry.names.append(last._replace(kind=NAME, text=tidy(last.text[1:-1])))


def _is_next(entry: Entry, word: Word) -> bool:
    """In a row without names: whether one post has ended and the next begins."""
    if word.kind != POST or not entry.posts:
        return False
    *_, post, last = [entry.posts[0], *entry.posts]
    return is_title(last.text) or (last.kind == ASIDE and is_title(post.text))


def _kind_here(entry: Entry, word: Word, found: Sequence[Word], after: int) -> str:
    """What a word is in its place: words in Latin letters are a name at the head of an entry, and
    behind a whole name, a name that heads a post is a place (藪内 伸彦　田原本町総務課長)."""
    if word.text[:1].isascii() and _LATIN.fullmatch(word.text):
        titled = word.text[1:].islower() and len(entry.posts) == 1 and is_title(entry.posts[0].text)
        head = not (entry.posts or entry.after) or titled or (entry.names and not entry.after)
        return NAME if head and all(_LATIN.fullmatch(name.text) for name in entry.names) else POST
    if entry.is_and() or (word.text in ("長", "員") and entry.posts and not entry.names):
        return POST  # also the end of a wrapped one
    if word.kind != NAME or len(entry.names) < 2 or entry.closed or word.comma:
        return word.kind
    following = found[after] if after < len(found) else None
    if following is None:
        return NAME
    own = bool(entry.after) and is_title(entry.after[-1].text)  # 藤井 弘 委員長　光本 邦子 …
    affiliated = following.kind == POST and not (surname(word.text) or own)
    return POST if following.glued or affiliated else NAME


def _named_ahead(found: Sequence[Word], at: int) -> bool:
    """Whether a name follows before the next comma, to which a post can belong."""
    for word in found[at + 1 :]:
        if word.comma or word.kind == NAME:
            return word.kind == NAME and not word.comma
    return False


def _in_pairs(found: Sequence[Word]) -> bool:
    """Whether two names stand between most commas of a row: surnames and given names."""
    starts = [0, *(at for at, word in enumerate(found) if word.comma), len(found)]
    between = [[word.kind for word in found[a:b]] for a, b in pairwise(starts)]
    paired = sum(kinds[:2] == [NAME, NAME] for kinds in between)
    return len(between) > 1 and paired * 4 >= len(between) * 3


def _begins(entry: Entry, word: Word, leads: bool, ahead: bool, pairs: bool) -> bool:
    """Whether a word begins the next person; not a second name, where a row prints ``pairs``."""
    if word.glued:
        return False
    if word.comma:
        return bool(entry.posts or entry.names)
    if word.kind == POST and entry.names:
        if entry.is_and():
            return False
        return (leads and ahead) or entry.closed or _SEAT.fullmatch(word.text) is not None
    if word.kind == NAME and entry.names:
        second = pairs and len(entry.names) == 1
        return entry.closed or bool(entry.after) or not (second or _goes_on(entry.names, word.text))
    return word.kind == MARK and word.text not in "※*＊" and bool(entry.names) and ahead


def _goes_on(names: Sequence[Word], word: str) -> bool:
    """Whether a word is the given name to the surname before it."""
    first = names[0].text
    if _LATIN.fullmatch(word):
        return True
    if all(map(_KATAKANA.fullmatch, (word, *(name.text for name in names)))):
        return len(names) < 4  # グエン ヴァン アン
    if len(names) > 1 or len(first) + len(word) > 9:
        return len(names) < 4 and all(len(part.text) == 1 for part in names[1:]) and len(word) == 1
    given = len(word) == 3 and word[-1] in _GIVEN_ENDS and not is_surname(word)
    if given and (len(first) == 2 or (len(first) > 1 and is_surname(first))):
        return True  # 本多 千賀子
    if (is_whole(word) and not (is_surname(first) and not surname(word))) or (
        is_whole(first) and (len(first) > 3 or surname(word))
    ):
        return False
    return not (len(word) > 1 and is_surname(word) and is_surname(first))


def _add(entry: Entry, word: Word) -> None:
    if word.kind == MARK:
        entry.flags.append(word.text)
    elif word.kind == STATE:
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


def _words(row: str, form: str) -> Iterator[Word]:
    """The words of a row, told apart."""
    comma, last = False, 0
    for text, start, end, kind in _letters(_pieces(row), row):
        beside = start == last and kind in (ASIDE, MARK, END)
        for at, (part, word) in enumerate(_kinds(text, kind, form)):
            stop = start + len(word) if part in (NAME, POST) and len(word) < len(text) else end
            yield Word(part, word, start, stop, comma, beside or at > 0)
            start, comma = stop, False
        comma, last = (True, -1) if kind == "comma" else (comma, end)


def _pieces(row: str) -> list[Piece]:
    found = _WORD.finditer(row)
    return [(one[0], *one.span(), one.lastgroup) for one in found if one.lastgroup]


def _letters(pieces: Sequence[Piece], row: str) -> Iterator[Piece]:
    """Words that are printed letter by letter (樋　口, 町　　　長) put together."""
    at = 0
    while at < len(pieces):
        text, start, end, kind = pieces[at]
        size = _lettered(pieces[at : at + 12], row) if len(text) < 4 and kind == "word" else 1
        if size > 1:
            text = "".join(piece[0] for piece in pieces[at : at + size])
            end = pieces[at + size - 1][2]
        yield text, start, end, kind
        at += size


def _lettered(pieces: Sequence[Piece], row: str) -> int:
    """How many of the pieces are the letters of one word: they stand one blank apart (two, where
    words stand wider still), or are the letters of a post however far apart."""
    if two := _two_names(pieces):
        return two
    if len(pieces[0][0]) > 1:
        return 1
    lone = list(takewhile(lambda piece: len(piece[0]) == 1 and piece[3] == "word", pieces))
    gaps = [_gap(before, after, row) for before, after in pairwise(lone)]
    if not gaps:
        return 1
    tight = 1 + sum(1 for _ in takewhile(lambda gap: gap == 1, gaps))
    if tight > 1:
        letters = "".join(piece[0] for piece in lone[:tight])
        posts = (size for size in range(10, 1, -1) if size + 1 < tight and is_title(letters[:size]))
        size = next((size for size in posts if is_post(letters[:size])), tight)
        after = pieces[tight] if size == tight < len(pieces) else None
        if after and after[1] - pieces[tight - 1][2] == 1 and is_title(after[0]):
            office = _OFFICE.match(letters)
            return tight + (office is not None and office[0] == letters)  # 産 業 建設部長
        return size + (letters[size : size + 1] == "兼")
    wide = 1 + sum(1 for _ in takewhile(lambda gap: gap > 1, gaps))
    letters = "".join(piece[0] for piece in lone[:wide])
    return next((size for size in range(2, len(letters) + 1) if is_post(letters[:size])), 1)


def _gap(before: Piece, after: Piece, row: str) -> int:
    """How far two pieces stand apart; in two cells of a table, as far as no letters of a word."""
    return 99 if "\t" in row[before[2] : after[1]] else after[1] - before[2]


def _two_names(pieces: Sequence[Piece]) -> int:
    """How many pieces the first of two names has that are printed letter by letter with no more
    between them than between letters: the second begins with a common surname."""
    if len(pieces) < 4:
        return 0
    gaps = [after[1] - before[2] for before, after in pairwise(pieces)]
    wide = max(3, 2 * gaps[0])  # what stands so far apart is nobody's name together
    near = next((at for at, gap in enumerate(gaps, 1) if gap > wide), len(pieces))
    words = takewhile(
        lambda piece: piece[3] == "word" and _PERSON.fullmatch(piece[0]), pieces[:near]
    )
    run = list(takewhile(lambda word: not is_post(word), (piece[0] for piece in words)))
    lone = sum(len(text) == 1 for text in run)
    if len(run) < 4 or lone * 2 < len(run) or not 6 <= len("".join(run)) <= 12:
        return 0
    found = []
    for cut in range(1, len(run)):
        first, second = "".join(run[:cut]), "".join(run[cut:])
        sizes = surname(first), surname(second)
        close = all(after[1] - before[2] == 1 for before, after in pairwise(pieces[: cut + 2]))
        told = sizes[0] > 0 or (sizes[1] > 1 and close)
        if 2 < len(first) < 7 and 2 < len(second) < 7 and told and not is_post(first):
            found.append((sizes[1], -abs(len(first) - 4), cut))
    known = [each for each in found if each[0]]
    even = pieces[len(run) - 1][2] - pieces[0][1] == 15  # eight letters with a blank between each
    return max(known)[2] if known else 4 * (len(run) == 8 == lone and even)


@lru_cache(4096)
def _kinds(text: str, kind: str, form: str) -> tuple[tuple[str, str], ...]:
    """What a piece of a row is: a post and a name may be one piece."""
    if kind != "word":
        return _beside(text, kind)
    if text.endswith("委員") and is_group(text):
        return ((POST, text),)  # 公益委員
    if (seat := _SEAT.match(text)) and seat.end():
        return ((POST, seat[0]), *_kinds(text[seat.end() :], kind, form))
    if not text or (text[-1] == "名" and text[:-1].isdecimal()):
        return ()
    both = name_then_post(text)
    size = surname(text) if both and form == SURNAMES else 0
    if both and 1 < size < len(both[0]) - 1 and not _OWNED.fullmatch(text):
        both = text[:size], text[size:]  # 豊永法人支援課長
    if not both and (state := state_of(text)):
        return ((STATE, state),)
    if both and both[1] == "委員代理":
        return (NAME, both[0]), (POST, both[1]), (STATE, "proxy"), (END, "")
    if both:
        return (NAME, both[0]), (POST, both[1]), (END, "")
    if both := post_then_name(text):
        return (POST, both[0]), (NAME, both[1])
    if parts := office_name_post(text):
        return (POST, parts[0]), (NAME, parts[1]), (POST, parts[2]), (END, "")
    place, dot, rest = text.partition("・")
    inside = _kinds(rest, kind, form) if dot and place[-1:] in _PLACE_ENDS + "省庁局部課" else ()
    if len(inside) > 2:
        return ((POST, place + dot), *inside)
    if form and (both := name_and_post(text, full=form == FULL)):
        return (NAME, both[0]), (POST, both[1]), (END, "")
    return ((NAME if _is_name(text) else POST, text),)


def _beside(text: str, kind: str) -> tuple[tuple[str, str], ...]:
    """A mark, or an aside in brackets: a state of presence, a flag, a reading, a post."""
    inside = text[1:-1].strip() if kind == ASIDE else text
    inside = inside.removeprefix("※") if "席" in inside else inside
    if kind in (MARK, END):
        return ((kind, text),)
    state = SAME if inside in ("〃", "同", "同上") else state_of(inside)
    if state is None and stands_in(inside):
        state = "proxy"
    if kind == "comma" or _FLAG.match(inside) or (state is None and _READING.fullmatch(inside)):
        return ()
    if len(inside) < 4 and inside[:1] in "※*＊×○":
        return ((MARK, inside),)
    return ((STATE, state) if state else (ASIDE, text),)


def lists_people(row: str) -> bool:
    """Whether a row is nothing but several people (三好部長、近藤課長)."""
    people = entries(row)
    named = sum(entry.closed and bool(entry.names) for entry in people)
    return named > 1 and named * 3 >= len(people) * 2


def stands_in(aside: str) -> bool:
    """Whether an aside says who came instead: 植木（望田代理）, 植木（代理：望田課長）."""
    who = _STOOD_IN.fullmatch(aside)
    return who is not None and _stands(who[1] or who[2])


def _stands(who: str) -> bool:
    """Whether a word before or behind 代理 is somebody's name, not a post that is stood in for."""
    if name_then_post(who):
        return True
    return _is_name(who) and not is_title(who) and (surname(who) > 0 or not _OFFICE.match(who))


def state_of(text: str) -> str | None:
    """How somebody was there, as a word says it (欠席, 代理出席), or None."""
    return next((state for state, shape in _STATES if shape.fullmatch(text)), None)


def _is_name(word: str) -> bool:
    if len(word) > 2 and word[-1] in "県府":
        return False
    if (len(word) > 8 and "・" not in word) or not _PERSON.fullmatch(word) or is_post(word):
        return False
    office = _OFFICE.match(word) if len(word) > 3 and not surname(word) else None
    return office is None or len(office[0]) < 2
