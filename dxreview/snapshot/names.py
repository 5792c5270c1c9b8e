"""Publish without names: every person's name replaced by the role, offsets carried over.

A name is found as printed and with other blanks or line wraps in it (楠 正憲, 楠　正憲, 楠正憲); a
surname is found before a title (庄司座長 becomes 座長) and where it stands alone between characters
that are not kanji. A surname inside a longer word (千葉県, 山口市) is not a name.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import pandas as pd

from dxreview.records import SourceText
from dxreview.snapshot.content import Content

ROLES = (
    "座長", "座長代理", "副座長", "構成員", "幹事", "オブザーバー", "委員長", "副委員長", "委員",
    "専門委員", "臨時委員", "特別委員", "会長", "副会長", "会長代理", "議長", "副議長", "議員",
    "主査", "部会長", "事務局", "説明員", "説明者", "参考人", "理事", "知事", "大臣", "副大臣",
    "政務官", "局長", "部長", "次長", "課長", "室長", "係長", "主任", "補佐", "参事官", "審議官",
    "教授", "准教授", "リーダー",
)  # fmt: skip
HONORIFICS = ("氏", "さん", "様", "殿", "君", "くん", "先生")
KANJI = r"[㐀-䶿一-鿿豈-﫿々〆ヶ\U00020000-\U0003ffff]"
PERSON = "出席者"
WORDS = ("title", "series", "venue", "affiliation", "section", "role", "text", "reason")
PEOPLE = ("name", "presenter", "speaker")


class Names:
    """The people of a content and the role that stands for each."""

    def __init__(self, people: Mapping[str, str]) -> None:
        self.people = {_bare(name): role for name, role in people.items()}
        self.surnames = _surnames(people)
        self.titles = sorted({*ROLES, *people.values()})

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        full = [_loose(name) for name in _longest_first(self.people) if len(name) > 2]
        surnames = _longest_first(self.surnames)
        long = _either(name for name in surnames if len(name) > 1)
        short = _either(name for name in surnames if len(name) == 1)
        any_surname, title = _either(surnames), _either((*self.titles, *HONORIFICS))
        return re.compile(
            rf"(?P<full>{'|'.join(full) or '(?!)'})"
            rf"|(?<!{KANJI})(?P<titled>{any_surname})[ 　]*(?={title})"
            rf"|(?<!{KANJI})(?P<alone>{long})(?!{KANJI})"
            rf"|(?<![ぁ-ヶ])(?<!{KANJI})(?P<short>{short})(?=[ 　]*[：:）)])"
        )

    def role(self, match: re.Match[str]) -> str:
        """What stands in the place of a found name."""
        if match["full"]:
            return self.people[_bare(match["full"])]
        after = match.string[match.end() : match.end() + max(map(len, HONORIFICS))]
        if match["titled"] and not after.startswith(HONORIFICS):
            return ""  # 庄司座長: the title is there already
        return self.surnames[match["titled"] or match["alone"] or match["short"]]

    def label(self, name: str) -> str:
        """``name`` (a cell that holds a person) as a role."""
        return self.people.get(_bare(name)) or self.text(name)

    def text(self, text: str) -> str:
        """``text`` without names."""
        return self.pattern.sub(self.role, text)

    def source(self, source: SourceText) -> tuple[SourceText, "Offsets"]:
        """The source without names, and where its old offsets are now."""
        pieces, edits, at, grown = [], [], 0, 0
        for match in self.pattern.finditer(source.text):
            role = self.role(match)
            pieces += [source.text[at : match.start()], role]
            edits.append((match.start(), match.end(), match.start() + grown, len(role)))
            grown += len(role) - (match.end() - match.start())
            at = match.end()
        moved = Offsets(edits)
        text = "".join([*pieces, source.text[at:]])
        pages = tuple(moved.start(page) for page in source.pages)
        return replace(source, text=text, pages=pages, furniture=(), notes=()), moved


class Offsets:
    """Where the code points of a text are after replacements (old start, old end, new start,
    new length), in order."""

    def __init__(self, edits: Iterable[tuple[int, int, int, int]]) -> None:
        self.edits = list(edits)
        self.starts = [edit[0] for edit in self.edits]

    def start(self, offset: int) -> int:
        """The new place of a start: inside a replaced name, the start of its role."""
        return self._move(offset, inside=0)

    def end(self, offset: int) -> int:
        """The new place of an end: inside a replaced name, the end of its role."""
        return self._move(offset, inside=1)

    def _move(self, offset: int, inside: int) -> int:
        place = bisect_right(self.starts, offset) - 1
        if place < 0:
            return offset
        start, end, new, length = self.edits[place]
        if offset <= start:
            return new
        return new + length + offset - end if offset >= end else new + inside * length


def without_names(content: Content) -> Content:
    """``content`` with roles for names, in every frame, label and source text."""
    names = Names(people(content.attendees, content.opinions))
    moved = {name: names.source(source) for name, source in content.sources.items()}
    files = dict(zip(content.meetings["meeting_id"], content.meetings["source"], strict=True))
    places = {meeting: moved[file][1] for meeting, file in files.items()}
    frames = {
        name: _frame(getattr(content, name), names, places)
        for name in ("meetings", "attendees", "agenda", "materials", "opinions", "decisions")
    }
    return replace(
        content,
        **frames,
        title=names.text(content.title),
        sources={name: source for name, (source, _) in moved.items()},
        names="roles",
    )


def people(attendees: pd.DataFrame, opinions: pd.DataFrame) -> dict[str, str]:
    """Each person's name and role word: attendees first, then speakers whom no list names."""
    listed = _people(attendees, "name", "group")
    known = {*ROLES, *map(_bare, listed), *listed.values()}
    spoken = _people(opinions, "speaker", "role")
    known |= set(spoken.values())
    return listed | {name: role for name, role in spoken.items() if _bare(name) not in known}


def _people(frame: pd.DataFrame, name: str, role: str) -> dict[str, str]:
    rows = frame[frame[name].notna()].drop_duplicates(name)
    pairs = zip(rows[name].tolist(), rows[role].fillna("").tolist(), strict=True)
    return dict(_apart(*pair) for pair in pairs)


def _apart(name: str, role: str) -> tuple[str, str]:
    """A name without the title that some minutes print behind it (庄司座長), and its role."""
    ends = (title for title in ROLES if name.endswith(title) and name != title)
    title = max(ends, key=len, default="")
    return name.removesuffix(title).strip(), role or title or PERSON


def _frame(frame: pd.DataFrame, names: Names, places: Mapping[str, Offsets]) -> pd.DataFrame:
    said = dict.fromkeys(WORDS, names.text) | dict.fromkeys(PEOPLE, names.label)
    changed: dict[str, Any] = {
        column: frame[column].map(change, na_action="ignore").astype(frame[column].dtype)
        for column, change in said.items()
        if column in frame
    }
    if "start" in frame and len(frame):
        for column in ("start", "end"):
            new = [
                getattr(places[meeting], column)(offset)
                for meeting, offset in zip(frame["meeting_id"], frame[column], strict=True)
            ]
            changed[column] = pd.Series(new, frame.index, frame[column].dtype)
    return frame.assign(**changed)


def _surnames(people: Mapping[str, str]) -> dict[str, str]:
    """Surnames with a role. A name printed without a blank gives each beginning it could be."""
    found: dict[str, str] = {}
    for name, role in people.items():
        first, *rest = name.split()
        shortest = len(first) if rest or len(first) < 3 else 2
        for length in range(shortest, len(first) + bool(rest or len(first) < 3)):
            found.setdefault(first[:length], role)
    return found


def _bare(name: str) -> str:
    return "".join(name.split())


def _loose(name: str) -> str:
    return r"\s*".join(map(re.escape, name))


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words)) or "(?!)"


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (-len(name), name))
