"""Attendees: lists of people read row by row, with their groups and who was there in what way.

A row is a legend, the label of a group, or holds people (`rows`); what a row lacks (a long post,
an affiliation in parentheses) stands on the row before or after.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from msgspec import structs

from dxreview.minutes.headings import (
    ROSTER,
    Numbered,
    gather,
    heading,
    is_capacity,
    is_group,
    numbered,
    uncounted,
)
from dxreview.minutes.labels import (
    ABSENTEES,
    BOXES,
    COLON,
    DRESS,
    INLINE,
    LABEL,
    ONES,
    PRESENCE,
    further,
    heads_row,
    is_above,
    is_absence,
    is_aside,
    is_columns,
    is_member,
    is_nobody,
    is_office,
    is_official,
    is_paired,
    labels_inside,
    leads,
    members_label,
    names_many,
    names_place,
    only_how,
    only_presence,
    own_capacity,
    row_labels,
    several,
    vertical,
)
from dxreview.minutes.lines import Line
from dxreview.minutes.lists import KANA, MARGIN, bare, told_apart, unwrapped
from dxreview.minutes.names import is_post, is_title, surname
from dxreview.minutes.people import People, Person
from dxreview.minutes.rows import ASIDE, Entry, entries, glued, state_of
from dxreview.minutes.words import pattern, words

_COLLECTIVE = words("collective")
_MORE = pattern("more")
_OFFICE_ALONE = re.compile("[^\\s（）()]{2,14}[省庁府局部課室]")
_MORE_SIGNS = frozenset("他ほ外各")  # of 他○名 and 各委員
_BOX_BEHIND, _MAYOR, _TWICE = map(pattern, ("box_behind", "mayor", "twice"))
_SPREAD_NAME, _RUN_ON, _AND_STAFF = map(pattern, ("spread_name", "run_on", "and_staff"))
_ABSENT_INSIDE = re.compile(
    "(?<=\\S)[\\s、，。；;]+(?P<label>欠席(?:(?:者|委員|議員|構成員)(?=[\\s:：])|(?=\\s*[:：])))[\\s:：]+(?=\\S)"
)  # 出席者　佐藤委員、鈴木委員　欠席者　田中委員
_POST_ABSENT = re.compile("(?P<post>[^\\s…‥・:：]{2,16})(?:[…‥・]{2,}|\\s{2,})\\s*欠\\s*席")
_LISTED, _COMMA = re.compile("[（(][^（）()]*[、，,]"), re.compile("[、，,]")
_COUNTED_NAMES, _ABSENT_NOTE, _SUM = map(pattern, ("counted_names", "absent_note", "sum"))
_HEADCOUNT, _BOXED_STATE = map(pattern, ("headcount", "boxed_state"))
_GATHERED, _EACH = map(pattern, ("gathered", "each"))
_OFFICIAL = ("主査", "理事", "幹事")  # what one is in an office, too
_PROXIES = ("委員代理", "議員代理", "構成員代理")  # in the place of one


def _is_glued(entry: Entry) -> bool:
    """Whether a name and a post in an office are one word (三好部長)."""
    glued = bool(entry.names) and bool(entry.after) and entry.after[0].glued
    return glued and not is_group(entry.after[0].text)


@dataclass
class Roster:
    """The people of one meeting, read list by list; a legend may explain flags of all lists."""

    found: People = field(default_factory=People)
    group: str | None = None
    generic: bool = False
    by_row: bool = False
    labelled: set[str] = field(default_factory=set)
    state: str = "present"
    first: int = 0
    outside: int | None = None
    inside: bool = False
    board: bool = True
    listed: bool = False
    stands_in: bool = False
    form: str = ""
    heading: str | None = None
    told: int = 0
    names: Counter[str] = field(default_factory=Counter)
    above: str | None = None
    below: Line | None = None

    @property
    def people(self) -> list[Person]:
        return self.found.people

    def read(self, lines: Sequence[Line], group: str | None, *, indent: int) -> int:
        """Read the lines below a heading whose label is ``group``; how many people it covers.

        Below a heading that says only who was there (出席者) a post that names a group is the group
        of its row. A label no deeper than the heading's ``indent``, or a rule, ends what it says.
        """
        before, self.outside = len(self.people), None
        self.stands_in, self.first = False, before
        how = only_how(group)
        group = self.group or group if how else group
        self.state = how or ("absent" if is_absence(group) else "present")
        generic = only_presence(group)
        self.group, self.above, self.generic = group, None, generic
        self.heading, self.told = group, 0
        # 委員 before several names says nothing new below 出席委員, 臨時委員 does.
        self.labelled = row_labels([line.raw for line in lines])
        self.by_row = generic or any(label not in (group or "") for label in self.labelled)
        lines = unwrapped(lines)
        labels = vertical(lines)
        rows = [line.raw for line in lines if not is_group("".join(line.raw.split()))]
        self.board = not any(map(_MAYOR.search, rows))
        self.form = glued([_EACH.sub("", _MORE.sub("", row)) for row in rows])
        self.names = Counter(bare(one) for row in rows for one in entries(row, self.form))
        for at, line in enumerate(lines):
            directly = at == 0 and self.state == "absent" and not line.gap
            under = directly or line.indent > indent
            self.inside = under and not (line.ruled and at)
            if line.ruled and at:
                self._open(None)
            if at in labels:
                self.group, self.above = labels[at], None
            raw = gather(line.raw)
            if labels and line.indent < 3 and (margin := MARGIN.match(raw)):
                raw = raw[margin.end() :]
            self.below = lines[at + 1] if at + 1 < len(lines) else None
            if raw and not KANA.fullmatch(raw):  # the reading of the name below
                self._line(raw, line)
        self.found.close()
        return (len(self.people) if self.outside is None else self.outside) - before

    def _line(self, raw: str, line: Line) -> None:
        counted = _HEADCOUNT.fullmatch(raw)  # 委員　14名出席　6名欠席
        if label := counted["label"] if counted else members_label(raw):
            self._open_labelled(label)
        if counted or label:
            return
        if summed := _SUM.search(raw):  # 由利 峰子　以上17名
            line = structs.replace(line, end=line.end - len(raw) + summed.start())
            raw = raw[: summed.start()]
        if "欠席" in raw and (found := _ABSENT_NOTE.fullmatch(raw)):
            self._absent(found, line.end - len(raw), self.group)
            return
        if "席" in raw and (found := _POST_ABSENT.fullmatch(raw)) and is_title(found["post"]):
            place = line.end - len(raw), line.end  # 農林水産部長………欠席
            self.found.close()
            self.people.append(Person(self.group, None, found["post"], "absent", *place))
            return
        if found := _BOXED_STATE.search(raw):
            self._boxed(raw, found, line)
            return
        if "欠席" in raw and (found := _ABSENT_INSIDE.search(raw)):
            end = line.end - len(raw) + found.start()
            self._line(raw[: found.start()], structs.replace(line, end=end))
            self.outside = len(self.people) if self.outside is None else self.outside
            self._open_labelled(found["label"])
            self._line(raw[found.end() :], line)
            return
        if self.found.is_legend(raw) or is_columns(raw):
            self.stands_in = self.stands_in or "代理" in raw[-6:]
            return
        item, start = None if _SPREAD_NAME.match(raw) else numbered(raw), line.end - len(raw)
        bullet = len(raw) - len(raw.removeprefix("- ").lstrip("•‣・ "))
        shift = item.end if item and raw[item.end - 1] not in "番号" else bullet
        if not (text := raw[shift:]):
            return
        if text[-1] in "】］>＞" and (boxed := _BOX_BEHIND.fullmatch(text)) and is_group(boxed[1]):
            self._open_labelled(boxed[1])  # 市執行部　【都市建設部】
            text, shift = boxed[2], shift + boxed.start(2)
        opened = heading(text) if "席" in text[:20] else None
        if opened and opened.kind == ROSTER and ":" in opened.dress and opened.value:
            self._open(opened.label)  # 出席者：（委員）青山会長、…
            text, shift = text[opened.value :], shift + opened.value
        below = self.below.raw if self.below else raw
        apart = self.below and line.gap and self.below.gap and _OFFICE_ALONE.fullmatch(text)
        deeper = self.below and self.below.indent > line.indent
        if (apart or deeper) and is_above(text, below):
            self._open_labelled(text.strip(DRESS))
        elif is_aside(text, people=True):
            self._people(text[1:-1], start + shift + 1)
        elif (label := self._label(text, item, below)) is not None:
            self._open_labelled(label)
        elif is_nobody((_MORE.sub("", raw) or raw).strip("（）()<>＜＞")):
            return
        elif is_aside(text) and (len(self.people) > self.first or self.found.pending):
            self.found.aside(text, line.end)
        else:
            if self.state == "absent" and line.gap and is_official(text):
                self._open(None)
                self.state = "present"
            self._row(text, start + shift)

    def _boxed(self, raw: str, found: re.Match[str], line: Line) -> None:
        """People in brackets with a word of how all of them were there, and who stands before."""
        end = line.end - len(raw) + found.start()
        if found.start():
            self._line(raw[: found.start()], structs.replace(line, end=end))
        state, self.state = self.state, state_of(found["state"]) or self.state
        self._people(found["names"], line.end - len(raw) + found.start("names"))
        self.state = state

    def _label(self, text: str, item: Numbered | None, following: str) -> str | None:
        """The label of a group that a line is, or None."""
        boxed = LABEL.fullmatch(text) if text[0] in BOXES else None
        if boxed and ABSENTEES.fullmatch(text):
            return None
        if boxed is None and (_LISTED.search(text) or (len(text) > 40 and _COMMA.search(text))):
            return None
        bare = "".join((boxed["label"] if boxed else text).strip(DRESS).split())
        bare, printed = uncounted(bare).rstrip(":："), bare
        held = printed[len(bare) :].strip("（）()")
        if surname(held) > 1:  # 議長（北詰 みどり）
            return None
        alone = len(bare) == 1 and boxed is None and text[-1] not in ":："
        if (is_group(bare) and not alone) or bare in PRESENCE:
            return bare
        if len(bare) > 1 and bare[-1] in "都道府県市区町村" and is_paired(following):
            return bare
        nobody = not bare or is_nobody(bare) or (boxed and is_nobody(text.strip("（）()")))
        one = len(text.split()) == 1 and not _COMMA.search(text)
        many = one and names_many(bare) and _COMMA.search(following)
        if nobody or len(bare) > 24 or (any(one.names for one in entries(text)) and not many):
            return None
        if boxed:
            outside = text[0] not in "（("
            follows = self.generic and (outside or self.listed)
            fits = outside and is_office(bare)
            place = bare[-1] in "都道府県市区町村"
            opens = is_member(bare) or heads_row(bare, following)
            return bare if follows or fits or place or opens else None
        inner = item is not None and "#" in item.shape[1:]
        heads = is_office(bare) and _COMMA.search(following)
        return bare if inner or many or heads or text[-1] in ":：" else None

    def _open(self, label: str | None, *, in_row: bool = False) -> None:
        """A label, or a rule, opens a group of its own; 委員 before its people, on their row, does
        not end a list of absentees."""
        self.found.close()
        if how := only_how(label):
            self.state = how
            return
        if in_row and self.state == "absent" and is_member(label):
            # 委員 says nothing new below 欠席委員.
            self.group = self.group if is_member(self.group) else label
            return
        one = label is not None and ONES.search(label) is not None
        one = one and (in_row or is_member(self.group))
        chained = self.above is not None and ONES.search(self.group or "")
        self.above = (self.above if chained else self.group) if one else None
        self.group = label
        if is_absence(label):
            self.state = "absent"
        elif not self.inside:
            self.state = "present"
            self.outside = len(self.people) if self.outside is None else self.outside

    def _open_labelled(self, label: str, *, in_row: bool = False) -> None:
        """Below a label of its own, a row's post is a post; below 出席, or where rows tell 臨時委員
        from 委員, rows may have groups."""
        self._open(label, in_row=in_row)
        narrower = any(label in row and label != row for row in self.labelled)
        one = self.above is not None and only_presence(self.above)
        self.by_row = self.by_row and (label in PRESENCE or narrower or one)

    def _row(self, raw: str, start: int) -> None:
        if self.above is not None:
            # 会長 is one person: the next row is of the group above.
            self.group, self.above = self.above, None
        found = _GATHERED.fullmatch(raw) if "（" in raw or "(" in raw else None
        if found and (is_group(label := found["label"]) or names_place(label, found["names"])):
            self._open(label)
            names = found["names"]
            self._people(names, start + found.start("names"), glued([_MORE.sub("", names)]))
            return
        if (cuts := labels_inside(raw)) and not is_paired(raw):
            for a, b in pairwise([0, *cuts, len(raw)]):
                self.state = self.state if a == 0 else "present"
                self._row(raw[a:b].rstrip(), start + a)
            return
        absent = ABSENTEES.search(raw) if "欠席" in raw else None
        self._labelled(raw[: absent.start()] if absent else raw, start)
        if absent:
            self._absent(absent, start, "欠席" if absent["sign"] else self.group)

    def _absent(self, found: re.Match[str], start: int, group: str | None) -> None:
        """People of whom a note says that they are absent."""
        state, above = self.state, self.group
        self.state, self.group = "absent", group
        self._people(found["names"], start + found.start("names"))
        self.state, self.group = state, above

    def _labelled(self, raw: str, start: int) -> None:
        """A row, a label before its people or not."""
        if named := _COUNTED_NAMES.fullmatch(raw):
            start, raw = start + named.start("names"), named["names"]
        if twice := _TWICE.match(raw):
            start, raw = start + twice.end(), raw[twice.end() :]
        signed = raw[:1] in BOXES or COLON.search(raw) or "）" in raw or ")" in raw
        inline, before = INLINE.match(raw) if signed else None, None
        celled = inline is not None and not inline["a"] and not inline["colon"]
        colon = inline is not None and bool(inline["colon"])
        if inline and celled and inline["b"] not in self.labelled:
            inline = None if self._is_alone(raw[inline.end() :]) else inline
        elif colon and is_paired(raw):
            inline = None
        label = uncounted("".join((inline["a"] or inline["b"]).split())) if inline else ""
        state = state_of(label) if label else None
        known = bool(state or is_group(label) or label in PRESENCE)
        known = known or (colon and label.endswith(("者", "職員")))  # 委員以外の報告者：
        if colon and inline and not known and several(raw[inline.end() :]):
            known = True  # 四ツ橋：大隈　宮浦
        if inline and inline["colon"] and not known:
            # Not of 課長：青山 望.
            known = is_post(label) and not (is_title(label) and self._is_alone(raw[inline.end() :]))
        if inline and inline["a"] and not known:
            known = label.endswith(("より", "から", "者")) or is_member(label) or is_office(label)
        if inline and inline["a"] and known and (others := further(raw, inline.end())):
            for piece, at in others:  # （総務部）三好部長（政策課）石田係長
                self._labelled(piece, start + at)
            return
        if inline and known:
            start, raw = start + inline.end(), raw[inline.end() :]
            if state:
                before, self.state = self.state, state
            else:
                self._open_labelled(label, in_row=True)
        self._people(raw, start)
        self.state = before or self.state

    def _is_alone(self, cells: str) -> bool:
        """Whether one person stands behind the first cell of a row: then it is that one's post."""
        return sum(bool(entry.names) for entry in entries(told_apart(cells))) == 1

    def _people(self, raw: str, start: int, form: str | None = None) -> None:
        if not _MORE_SIGNS.isdisjoint(raw):
            raw = _EACH.sub("", _MORE.sub("", raw))
        raw = _AND_STAFF.sub(lambda found: "、".ljust(len(found[0])), raw)
        if cuts := [one.start() for one in _RUN_ON.finditer(raw)]:
            for a, b in pairwise([0, *cuts, len(raw)]):
                self._people(raw[a:b], start + a, form)
            return
        raw = told_apart(raw)
        if form is None:
            own = glued([raw]) if len(_COMMA.findall(raw)) > 1 else ""
            form = self.form or own
        found = entries(raw, form)
        self.listed = len(found) > 1
        if self.stands_in and "\t" in raw and [bool(one.names) for one in found] == [True, True]:
            found = (replace(found[0], state="proxy"),)  # who came instead, in the last column
            self.listed = False
        if self.listed and ONES.search(self.group or "") and self.people[-1:]:
            # One person is 会長; several in the next row are not.
            self.group = self.above if self.people[-1].group == self.group else self.group
        if self.listed and self.generic and self.told and all(map(_is_glued, found)):
            self.group = self.heading  # 委員　青山 望 ⏎ 委員　石綿 香 ⏎ 三好部長、石田課長
        if self.listed and not found[0].names and self._heads(found[0], found[1]):
            self._open(found[0].posts[0].text, in_row=True)
            found = found[1:]
        for entry in found:
            words = entry.words
            first, last = words[0].start, words[-1].end
            aside = all(word.kind == ASIDE for word in words)
            if not aside and not is_nobody(raw[first:last]):
                if entry is not found[0] and self.above is not None and is_group(self.group or ""):
                    self.group, self.above = self.above, None  # 会長：三好、… is one
                entry = entry.with_letter() if self.names[bare(entry)] > 1 else entry
                self._entry(entry, raw, (start + first, start + last))

    def _heads(self, entry: Entry, following: Entry) -> bool:
        """Whether a post without a name is the group of the people, or posts, behind it."""
        word = entry.posts[0].text
        labels = self._is_label(word, 1) if following.names else word in _COLLECTIVE
        return len(entry.posts) == 1 and labels

    def _is_label(self, word: str, posts: int) -> bool:
        """Whether the first word of a row is the group of the people behind it."""
        if not self.by_row and word in (self.group or ""):
            return False
        if word in _OFFICIAL and (self.group or "").endswith(("事務局", "側")):
            return False  # 事務局　課長　大沢 恵、主査　小田 誠
        outside = posts > 1 and not self.inside
        if word in _COLLECTIVE or (word.endswith("事務局") and is_group(word)):
            return True
        return (self.by_row or outside) and is_capacity(word, board=self.board)

    def _entry(self, entry: Entry, row: str, place: tuple[int, int]) -> None:
        if not entry.names and (self.group or "").startswith(("担当", "所管")):
            return  # 担当部署 names an office, nobody
        whole = entry.names or len("".join(word.text for word in entry.posts[1:])) > 1
        first = entry.posts[0].text.strip("（）()") if entry.posts and whole else ""
        if entry.names and first in _PROXIES:
            one = Person(first, entry.name(), entry.post(row, 1), self.state, *place)
            self.found.add(one, entry.state or "proxy", entry.flags)
            return
        labelled = bool(first) and self._is_label(first, len(entry.posts))
        labelled = labelled or (self.listed and leads(first, entry))
        self.told = self.told + 1 if labelled and first == self.group else 0
        if labelled:
            nested = entry.names and len(entry.posts) > 1 and is_group(entry.posts[1].text)
            (self._open_labelled if nested else self._open)(first, in_row=True)
        name, post = entry.name(), entry.post(row, int(labelled))
        if not self.listed and name is None:
            self.found.post(Person(self.group, None, post, self.state, *place))
            return
        below = self.below.raw if self.below else "番"
        if name and not post and not self.listed and self.found.goes_on(name, self.group, below):
            last = self.people[-1]
            self.people[-1] = last._replace(name=f"{last.name} {name}", end=place[1])
            return
        group = (
            entry.group or own_capacity(entry, self.group, board=self.board) or self.group or None
        )
        one = Person(group, name, post, self.state, *place)
        self.found.add(one, entry.state, entry.flags)
