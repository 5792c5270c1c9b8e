"""Attendees: groups, names told from posts and affiliations, and who was there in what way.

A roster is read line by line: a line is a legend, the label of a group, or holds one or more
entries. An entry is a name, a post, or both in either order; what a line lacks (a long post, an
affiliation in parentheses) stands on the line before or after.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dxreview.minutes.headings import is_group
from dxreview.minutes.lines import Line
from dxreview.minutes.speakers import split_who
from dxreview.minutes.words import either
from dxreview.text import tidy


class Person(NamedTuple):
    group: str | None
    name: str | None
    affiliation: str | None
    attendance: str
    start: int
    end: int


_MARGIN = re.compile(r"[一-龥](?:\s{2,}|$)")
_KANA = re.compile(r"[ぁ-んー\s]+")
_NAME = re.compile(r"[一-龥々〆ヶ㐀-䶿豈-﫿ぁ-んァ-ヶー髙﨑𠮷]+")
_POST = re.compile(rf"(?:{either('people.posts')})$")
_OFFICE = re.compile(either("people.offices"))
_GROUPS = re.compile(either("people.groups"))
_STATES = {
    "proxy": re.compile(rf"[（(※]\s*(?:{either('absence.proxy')})[^（）()]*[）)]?$|※代理.*$"),
    "absent": re.compile(rf"[（(]\s*(?:{either('absence.absent')})[^（）()]*[）)]$"),
    "online": re.compile(rf"[（(※]\s*(?:{either('absence.online')})[^（）()]*[）)]?$"),
    "present": re.compile(r"[（(]\s*出席?\s*[）)]$"),
}
_MEANS = {
    "absent": re.compile("欠席"),
    "proxy": re.compile("代理"),
    "online": re.compile(either("absence.online")),
}
_FLAG = re.compile(r"\s*[（(]\s*(?P<a>[※*＊]\d*)\s*[）)]\s*|\s*(?P<b>[※*＊]\d*)$|^(?P<c>[※＊])\s*")
_LEGEND = re.compile(
    r"[（(]?(?:注)?\s*[）)]?\s*[（(]?\s*(?P<mark>[※◎○●＊*]\d*)\s*[）)]?\s*印?\s*(?:は|：|:|…|=|＝)\s*(?P<means>.{1,40})"
)
_BRACKET = re.compile(r"[【〔［\[<＜〈]\s*(?P<label>[^】〕］\]>＞〉]{1,24}?)\s*[】〕］\]>＞〉]")
_INLINE = re.compile(
    r"[（(【\[]\s*(?P<a>[^（）()【】\[\]]{1,14})\s*[）)】\]]\s*(?=\S)"
    r"|(?P<b>[^\s:：、（）()]{1,14}(?:[ \u3000][^\s:：、]{1,3}){0,4})\s*[:：|｜]\s*(?=\S)"
)
_COUNTED = r"[\d一二三四五六七八九十]+\s*[名人]"
_MORE = re.compile(rf"[\s、]*(?:他|ほか|外)\s*{_COUNTED}")
_NOBODY = re.compile(rf"[^、]{{0,10}}?{_COUNTED}.*|[（(]?(?:なし|無し)[）)]?|以上")
_PRESENCE = ("出席", "欠席", "代理出席", "オンライン")
_SEAT = re.compile(r"(\d{1,3})\s*番\s*")
_LEADER = re.compile(r"[\s]*[…‥・．.]{3,}[\s]*|[…‥]+")
_LIST = re.compile(r"[、，,]\s*(?![^（(]*[）)])")
_GLUED = re.compile(
    r"(?P<role>.{2,24}(?:課長補佐|課長|部長|局長|室長|次長|係長|所長|館長|主任|主事|主幹|参事|書記|委員長|会長|事務局長|議長|委員))"
    r"(?P<name>[一-龥々ぁ-んァ-ヶ]{2,6})"
)
_SURNAME = re.compile(rf"(?P<name>[一-龥々]{{1,3}}?)(?P<post>(?:{either('people.offices')})\S+)")
_LEADING = re.compile(r"(\S{2,8})\s+(?=\S)")
_AFFILIATED = re.compile(
    r"(?P<name>[^（）()【】]{2,16}?)\s*[（(](?P<affiliation>[^（）()]+(?:[（(][^（）()]*[）)][^（）()]*)?)[）)]\s*(?:【(?P<group>[^】]+)】)?"
)


@dataclass
class Roster:
    """The people of one meeting, read list by list."""

    people: list[Person] = field(default_factory=list)
    group: str | None = None
    generic: bool = False
    state: str = "present"
    outside: int | None = None
    pending: list[tuple[str, int]] = field(default_factory=list)
    flagged: dict[str, list[int]] = field(default_factory=dict)

    def read(
        self, lines: Sequence[Line], group: str | None, *, generic: bool, indent: int = -1
    ) -> int:
        """Read the lines below a heading whose label is ``group``; how many people it declares.

        Below a ``generic`` heading (出席者) a post that names a group is the group of its row. A
        label no deeper than the heading's ``indent``, or a rule, ends what the heading says.
        """
        before, self.outside = len(self.people), None
        self.group, self.generic = group, generic
        self.state = "absent" if group and _MEANS["absent"].search(group) else "present"
        labels = _vertical(lines)
        for at, line in enumerate(lines):
            if line.ruled and at:
                self._posts_left()
                self.group, self.state = None, "present"
            self.group = labels.get(at, self.group)
            following = lines[at + 1] if at + 1 < len(lines) else None
            line = _without_margin(line) if labels else line
            if line.text and not _is_furigana(line, following):
                self._line(line, line.indent > indent)
        self._posts_left()
        return (len(self.people) if self.outside is None else self.outside) - before

    def _line(self, line: Line, inside: bool) -> None:
        text = line.text
        bare = "".join(text.split()).rstrip(":：")
        if legend := _LEGEND.fullmatch(line.plain):
            self._legend(legend["mark"], legend["means"])
        elif label := _BRACKET.fullmatch(line.plain):
            self._open(label["label"], inside)
        elif text[0] in "（(" and text[-1] in "）)" and self._parenthesis(line):
            pass
        elif (is_group(bare) or bare in _PRESENCE) and not self.pending:
            self._open(bare, inside)
        else:
            self._entries(line.start, text, inside)

    def _open(self, label: str, inside: bool) -> None:
        self._posts_left()
        self.group = tidy(label) if not is_group("".join(label.split())) else "".join(label.split())
        if _MEANS["absent"].search(label):
            self.state = "absent"
        elif not inside:
            self.state = "present"
            self.outside = len(self.people) if self.outside is None else self.outside

    def _parenthesis(self, line: Line) -> bool:
        """A line in parentheses goes on with the post or affiliation beside it."""
        if self.pending:
            self.pending.append((line.plain, line.start))
            return True
        if not self.people or _INLINE.match(line.plain):
            return False
        last = self.people[-1]
        self.people[-1] = last._replace(
            affiliation=f"{last.affiliation or ''}{tidy(line.plain)}", end=line.end
        )
        return True

    def _legend(self, mark: str, means: str) -> None:
        state = next((state for state, words in _MEANS.items() if words.search(means)), None)
        for at in self.flagged.get(mark, ()) if state else ():
            self.people[at] = self.people[at]._replace(attendance=state or "")

    def _entries(self, start: int, text: str, inside: bool) -> None:
        inline = _INLINE.match(text) or (_LEADING.match(text) if _LIST.search(text) else None)
        label = "".join("".join(filter(None, inline.groups())).split()) if inline else ""
        if inline and (is_group(label) or label in _PRESENCE):
            self._open(label, inside)
            start, text = start + inline.end(), text[inline.end() :]
        text = _MORE.sub("", text)
        several = bool(_LIST.search(text))
        for offset, part in _parts(text):
            self._entry(start + offset, part, several)

    def _entry(self, start: int, part: str, several: bool) -> None:
        bare, state, marks = _stripped(part)
        if not bare or _NOBODY.fullmatch(bare):
            return
        end = start + len(part)
        entry = told_apart(bare)
        if entry.name is None and several:
            entry = _surname(entry.post or bare)
        if entry.name is None:
            self._post(entry.post or bare, start, end)
            return
        post, group = entry.post, entry.group or self.group
        if self.pending:
            post = "".join([*(word for word, _ in self.pending), post or ""])
            start, self.pending = self.pending[0][1], []
        if self.generic and entry.leads and post and is_group(post):
            self.group = group = post
            post = None
        for mark in marks:
            self.flagged.setdefault(mark, []).append(len(self.people))
        self.people.append(Person(group, entry.name, post, state or self.state, start, end))

    def _post(self, post: str, start: int, end: int) -> None:
        """A post without a name: it goes on with the one before, or waits for the next name."""
        last = self.people[-1] if self.people else None
        if last and last.affiliation and last.affiliation.endswith(("兼務", "兼", "・", "及び")):
            self.people[-1] = last._replace(affiliation=last.affiliation + post, end=end)
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
    if len(_SEAT.findall(text)) > 0:
        cuts = [found.start() for found in _SEAT.finditer(text)]
    elif text.count("君") > 1 and text.endswith("君"):
        cuts = [0, *(found.end() for found in re.finditer("君(?=.)", text))]
    elif _LIST.search(text):
        cuts = [0, *(found.end() for found in _LIST.finditer(text))]
    else:
        cuts = [0, *_columns(text)]
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        part = text[start:end].rstrip("、，, \u3000")
        lead = len(part) - len(part.lstrip())
        if part.strip():
            yield start + lead, part.strip()


def _columns(text: str) -> list[int]:
    """Where a second pair of post and name starts in one line."""
    cuts: list[int] = []
    named = False
    for found in re.finditer(r"\S+", text):
        post = len(found[0]) > 1 and is_post(found[0])
        if post and named and text[found.start() - 3 : found.start()].isspace():
            cuts.append(found.start())
            named = False
        elif not post and found.start() > 0:
            named = True
    return cuts if cuts and is_post(text.split()[0]) else []


def _stripped(part: str) -> tuple[str, str | None, list[str]]:
    """An entry without its bullet and flags, its own state, and the flags a legend explains."""
    part = re.sub(r"^[•‣・◎○●◯〇]\s*", "", part)
    state = None
    for name, pattern in _STATES.items():
        found = pattern.search(part)
        if found and found.start() > 0:
            part, state = part[: found.start()].rstrip(), name
            break
    marks = [found["a"] or found["b"] or found["c"] for found in _FLAG.finditer(part)]
    return _FLAG.sub("", part).strip(), state, marks


class Entry(NamedTuple):
    """Name and post or affiliation, the group that the entry itself gives (【主査】), and whether
    the post stands before the name as a word of its own."""

    name: str | None
    post: str | None
    group: str | None = None
    leads: bool = False


def _surname(post: str) -> Entry:
    """A surname right before the name of an office, in a list of people (久慈住民課長)."""
    found = None if _OFFICE.match(post) else _SURNAME.fullmatch(post)
    return Entry(found["name"], found["post"]) if found else Entry(None, post)


def told_apart(entry: str) -> Entry:
    """Name and post of one entry."""
    if seat := _SEAT.match(entry):
        return Entry(_named(entry[seat.end() :].removesuffix("君")), "".join(seat[0].split()))
    if (found := _AFFILIATED.fullmatch(entry)) and not is_post(found["name"]):
        return Entry(_named(found["name"]), tidy(found["affiliation"]), found["group"])
    leader = _LEADER.split(entry, maxsplit=1)
    if len(leader) == 2 and all(leader):
        return Entry(_named(leader[1]), "".join(leader[0].split()), leads=True)
    words = entry.removesuffix("君").split()
    if len(words) == 1:
        return _one_word(words[0], entry.endswith("君"))
    return _words(words)


def _one_word(word: str, known: bool) -> Entry:
    if known:
        return Entry(word, None)
    if word[-1] in "・、":
        return Entry(None, word)
    if found := _GLUED.fullmatch(word):
        return Entry(found["name"], found["role"])
    name, role = split_who(word)
    if name is not None and not (role is None and is_post(word)):
        return Entry(name, role)
    return Entry(None, word) if is_post(word) else Entry(word, None)


def _words(words: list[str]) -> Entry:
    """Blanks between posts and names: a post stands first, or the name does."""
    if spaced := _spaced_post(words):
        return spaced
    lead = 0
    while lead < len(words) and (is_post(words[lead]) or words[lead][0] in "（("):
        lead += 1
    if lead == len(words):
        return Entry(None, "".join(words))
    if lead:
        return Entry(_named(" ".join(words[lead:])), "".join(words[:lead]), leads=True)
    count = _name_length(words)
    return Entry(_named(" ".join(words[:count])), " ".join(words[count:]) or None)


def _name_length(words: list[str]) -> int:
    """How many words the name takes: all where they are letters of it, else two short ones."""
    if all(len(word) <= 3 and not is_post(word) for word in words) and sum(map(len, words)) <= 8:
        return len(words)
    first, second = words[0], words[1]
    if len(first) >= 4 or len(second) > 4 or not _NAME.fullmatch(second) or is_post(second):
        return 1
    return 2


def _spaced_post(words: list[str]) -> Entry | None:
    """A post printed letter by letter before the name: 町　　　長　　岡　部　仁."""
    for end in range(2, min(len(words), 6)):
        if all(len(word) == 1 for word in words[:end]):
            post, rest = "".join(words[:end]), "".join(words[end:])
            if post[-1] in "長官監員" and 2 <= len(rest) <= 7 and not is_post(rest):
                return Entry(_named(" ".join(words[end:])), post, leads=True)
    return None


def _named(name: str) -> str:
    """A name with its blanks: letter by letter undone, a run of blanks one."""
    words = name.split()
    return "".join(words) if len(words) > 2 else " ".join(words)


def is_post(word: str) -> bool:
    """Whether a word of a roster is a post or an office, not somebody's name."""
    if len(word) < 2:
        return False
    if _GROUPS.fullmatch(word) or word in ("市長", "町長", "村長", "区長", "知事", "書記", "次長"):
        return True
    return bool(_POST.search(word)) and (
        len(word) > 3 or bool(_OFFICE.match(word)) or word[-1] in "長官監"
    )


def _is_furigana(line: Line, following: Line | None) -> bool:
    """Whether a line only says how the name below it is read."""
    text = re.sub(r"^[一-龥]\s+", "", line.text)
    if not _KANA.fullmatch(text) or following is None or len(text.split()) != 2:
        return False
    return len(following.text.split()) > 2 or following.gap > 0


def _without_margin(line: Line) -> Line:
    found = _MARGIN.match(line.text) if line.indent < 3 else None
    return (
        line._replace(text=line.text[found.end() :], start=line.start + found.end())
        if found
        else line
    )


def _vertical(lines: Sequence[Line]) -> dict[int, str]:
    """Group labels printed downwards in the left margin: the line at which each group starts."""
    letters: list[tuple[int, str]] = []
    for at, line in enumerate(lines):
        if line.indent < 3 and _MARGIN.match(line.text):
            letters.append((at, line.text[0]))
    labels: dict[int, str] = {}
    start, label = 0, ""
    for at, letter in letters:
        label += letter
        if is_group(label):
            labels[start] = label
            start, label = at + 1, ""
    return labels if len(letters) >= 3 else {}
