"""Publish without names: every person's name replaced by the role, offsets carried over.

A name is found as printed and with other blanks or line wraps in it (楠 正憲, 楠　正憲, 楠正憲); a
surname before a title (庄司座長 becomes 座長) and where it stands alone between characters that are
not kanji. A surname inside a longer word (千葉県, 山口市) is not a name.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import repeat
from typing import Any

import pandas as pd

from dxreview.records import SourceText
from dxreview.snapshot.content import Content, records

ROLES = (  # noqa: SIM905 (a word list is easier to read and extend without quotes)
    "座長 座長代理 副座長 構成員 幹事 オブザーバー 委員長 副委員長 委員 専門委員 臨時委員 特別委員 "
    "会長 副会長 会長代理 議長 副議長 議員 主査 部会長 事務局 説明員 説明者 参考人 理事 知事 総理 "
    "副大臣 政務官 局長 部長 次長 課長 室長 係長 主任 補佐 参事官 審議官 教授 准教授 リーダー"
).split()
HONORIFICS = ("氏", "さん", "様", "殿", "君", "くん", "先生")
KANJI = r"[㐀-䶿一-鿿豈-﫿々〆ヶ\U00020000-\U0003ffff]"
PERSON = "出席者"
TEXTS = {"title", "series", "venue", "affiliation", "section", "role", "text", "reason", "name",
         "presenter", "speaker"}  # fmt: skip


class Names:
    """The people of a content and the role that stands for each; ``posts``: titles they hold."""

    def __init__(self, people: Mapping[str, str], posts: Iterable[str] = ()) -> None:
        self.people = {"".join(name.split()): role for name, role in people.items()}
        self.surnames = _surnames(people)
        full = _either((name for name in self.people if len(name) > 2), r"\s*")
        kanji = [name for name in self.surnames if re.fullmatch(f"{KANJI}+", name)]
        alone = _either(name for name in kanji if len(name) > 1)
        short = _either(name for name in kanji if len(name) == 1)
        title = _either({*ROLES, *people.values(), *posts, *HONORIFICS})
        self.pattern = re.compile(
            rf"(?P<full>{full})"
            rf"|(?<!{KANJI})(?:(?P<titled>{_either(self.surnames)})[ 　]*"
            rf"(?={title}|{KANJI}{{0,6}}?大臣)"
            rf"|(?P<alone>{alone})(?!{KANJI})|(?<![ぁ-ヶ])(?P<short>{short})(?=[ 　]*[：:）)]))"
        )

    def role(self, match: re.Match[str]) -> str:
        """What stands in the place of a found name."""
        if match["full"]:
            return self.people["".join(match["full"].split())]
        if match["titled"] and not match.string.startswith(HONORIFICS, match.end()):
            return ""  # 庄司座長: the title is there already
        return self.surnames[match["titled"] or match["alone"] or match["short"]]

    def text(self, text: str) -> str:
        """``text`` (or a cell that is a name) without names."""
        return self.people.get("".join(text.split())) or self.pattern.sub(self.role, text)

    def source(self, source: SourceText) -> tuple[SourceText, dict[str, list[int]]]:
        """The source without names; and where each old offset is now, as a start and as an end."""
        text, at, starts, ends = "", 0, list[int](), list[int]()
        for match in self.pattern.finditer(source.text):
            kept = range(len(text), len(text) + match.start() - at)
            text += source.text[at : match.start()]
            at, role = match.end(), self.role(match)
            starts += [*kept, *repeat(len(text), len(match[0]))]
            ends += [*kept, len(text), *repeat(len(text) + len(role), len(match[0]) - 1)]
            text += role
        rest = range(len(text), len(text) + len(source.text) - at + 1)
        starts, ends, text = [*starts, *rest], [*ends, *rest], text + source.text[at:]
        pages = tuple(starts[page] for page in source.pages)
        bare = replace(source, text=text, pages=pages, furniture=(), notes=())
        return bare, {"start": starts, "end": ends}


def without_names(content: Content) -> Content:
    """``content`` with roles for names, in every frame, label and source text."""
    posts = content.attendees["affiliation"].dropna().unique()
    names = Names(people(content.attendees, content.opinions), posts)
    sources = {name: names.source(source) for name, source in content.sources.items()}
    files = zip(content.meetings["meeting_id"], content.meetings["source"], strict=True)
    moved = {meeting: sources[file][1] for meeting, file in files}
    frames = ("meetings", "attendees", "agenda", "materials", "opinions", "decisions")
    changed = {name: _frame(getattr(content, name), names, moved) for name in frames}
    bare = {name: source for name, (source, _) in sources.items()}
    title, lines = names.text(content.title), tuple(map(names.text, content.credits))
    return replace(content, **changed, title=title, credits=lines, sources=bare, names="roles")


def people(attendees: pd.DataFrame, opinions: pd.DataFrame) -> dict[str, str]:
    """Each person's name and role word: attendees first, then speakers whom no list names."""
    listed = [(row["name"], row["group"]) for row in records(attendees)]
    spoken = [(row["speaker"], row["role"]) for row in records(opinions.drop_duplicates("speaker"))]
    found: dict[str, str] = {}
    title = _either(ROLES)
    # Some minutes print a seat before a name, a title or 君 around it: １２番 庄司昌彦君.
    around = rf"^\d+番\s*|^(?:{title})\s+|\s*(?:{title}|{_either(HONORIFICS)})$"
    for name, role in (pair for pair in listed + spoken if pair[0]):
        bare = re.sub(around, "", name)
        if bare and bare not in ROLES and not re.search(r"\d", bare):
            found.setdefault(bare.strip(), role or PERSON)
    return {name: role for name, role in found.items() if name not in found.values()}


def _frame(frame: pd.DataFrame, names: Names, moved: Mapping[str, Any]) -> pd.DataFrame:
    found: dict[str, Any] = {}
    for column in TEXTS & set(frame.columns):
        found[column] = frame[column].map(names.text, na_action="ignore")
    for column in {"start", "end"} & set(frame.columns):
        pairs = zip(frame["meeting_id"], frame[column], strict=True)
        found[column] = [moved[meeting][column][offset] for meeting, offset in pairs]
    return frame.assign(**found).astype(frame.dtypes)


def _surnames(people: Mapping[str, str]) -> dict[str, str]:
    """Surnames with a role. A name printed without a blank gives each beginning it could be."""
    found: dict[str, str] = {}
    for name, role in people.items():
        first, *rest = name.split()
        lengths = range(2 if len(first) > 3 else 1, min(4, len(first)))
        for length in [len(first)] if rest or len(first) < 3 else lengths:
            found.setdefault(first[:length], role)
    return found


def _either(words: Iterable[str], between: str = "") -> str:
    """A pattern of any of the words, longest first; ``between``: what may stand between letters."""
    longest = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(between.join(map(re.escape, word)) for word in longest) or "(?!)"
