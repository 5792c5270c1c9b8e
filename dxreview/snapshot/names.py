"""Publish without names: every person's name replaced by the role, offsets carried over.

Whose: whoever is listed, speaks or presents. A name is found with other blanks or line wraps
(楠 正憲, 楠　正憲, 楠正憲), in other forms of its letters (髙橋, 高橋; 﨑, 崎) and with its
reading (楠（くすのき）正憲); a surname before a title (庄司座長 becomes 座長) and where it stands
alone between characters that are not kanji. A surname inside a longer word (千葉県, 山口市) is not
a name. Roadmap files go out as they are.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from itertools import repeat
from typing import Any

import pandas as pd

from dxreview.records import SourceText
from dxreview.snapshot.content import FRAMES, Content, records
from dxreview.snapshot.masking import (
    PERSON,
    Mask,
    bare_label,
    either,
    masks,
    meet,
    name_in,
    names_in,
    post,
)

ROLES = (  # noqa: SIM905 (a word list is easier to read and extend without quotes)
    "座長 座長代理 副座長 構成員 幹事 オブザーバー 委員長 副委員長 委員 専門委員 臨時委員 特別委員 "
    "会長 副会長 会長代理 議長 副議長 議員 主査 部会長 事務局 説明員 説明者 参考人 理事 知事 総理 "
    "副大臣 政務官 局長 部長 次長 課長 室長 係長 主任 補佐 参事官 審議官 教授 准教授 リーダー 社長 "
    "専務 常務 弁護士 税理士 医師 所長 校長 学長 総長 館長 署長 顧問 幹部 主事 主幹 参与 専門官 "
    "企画官 調整官 統括官 監察官 次官 助教 講師 研究員 代表 班長 担当 書記"
).split()
HONORIFICS = ("氏", "さん", "様", "殿", "君", "くん", "先生")
KANJI = r"[㐀-䶿一-鿿豈-﫿々〆ヶ\U00020000-\U0003ffff]"
TEXTS = {"title", "series", "venue", "affiliation", "section", "role", "text", "reason", "name",
         "presenter", "speaker"}  # fmt: skip
CHANGED = (*FRAMES, "decisions")
# Letters that names are printed with in several forms; the first stands for all.
FORMS = (
    "高髙 崎﨑嵜碕 斎斉齋齊 辺邊邉 沢澤 浜濱濵 広廣 国國 島嶋嶌 桜櫻 吉𠮷 真眞 恵惠 徳德 竜龍 "
    "滝瀧 関關 塩鹽 黒黑 栄榮 円圓 与與 万萬 寿壽 実實 静靜 亀龜 芦蘆 郎郞 柳栁 桑桒 富冨 曽曾 "
    "館舘 峰峯 野埜 槙槇 鉄鐵 薗園 鶴靏靍 瀬瀨 巌巖 弥彌 桧檜 条條 満滿 豊豐 為爲 宝寶 蔵藏 慎愼 "
    "尚尙 穂穗 緑綠 頼賴 教敎 清淸 青靑 増增 祢禰 亘亙 渕淵渊 礼禮 遥遙 荘莊 桝枡 総總 当當 伝傳 "
    "来來"
)
_SEVERAL = (*range(0xF900, 0xFB00), *range(0x2F00, 0x2FD6), *range(0x2F800, 0x2FA1E),
            *range(0xFF10, 0xFF5B))  # fmt: skip
_BASE = {code: unicodedata.normalize("NFKC", chr(code)) for code in _SEVERAL}
_BASE = {code: base for code, base in _BASE.items() if len(base) == 1 and base.isalnum()}
_BASE |= {ord(form): forms[0] for forms in FORMS.split() for form in forms[1:]}
_SELECTORS = r"\ufe00-\ufe0f\U000e0100-\U000e01ef"  # of a variant of the letter before
_GAP = rf"[\s{_SELECTORS}]*"
_READING = rf"[{_SELECTORS}]*(?:{_GAP}[（(][ぁ-ヶー・\s]+[）)])?"


class Names:
    """The people of a content and the role that stands for each; ``posts``: titles they hold.

    `at` gives the same for one meeting, whose own roles come first.
    """

    def __init__(self, people: Mapping[str, str], posts: Iterable[str] = ()) -> None:
        self.people = {_letters(name, _GAP): role for name, role in people.items()}
        self.surnames = _surnames(people)
        kanji = [name for name in self.surnames if re.fullmatch(f"{KANJI}+", name)]
        title = either(map(_letters, {*ROLES, *people.values(), *posts}))
        self.title = re.compile(rf"[ 　]*(?:{title}|{KANJI}{{0,6}}?大臣)")
        titled = rf"(?={self.title.pattern}|[ 　]*(?:{either(HONORIFICS)}))"
        start, end = rf"(?<!{KANJI})", rf"(?!{KANJI})"
        # 林立 may be a word, 林 立 is not.
        two = [name for name in self.people if len(name) == 2]
        apart, close = either(two, rf"{_GAP}\s{_GAP}"), either(two)
        self.pattern = re.compile(
            rf"(?P<full>{_named(self.people, 3)}|{start}(?:{apart}|(?:{close})(?:{end}|{titled})))"
            rf"{_READING}"
            rf"|(?P<titled>{_named(self.surnames, 2)}|{start}(?:{_named(self.surnames, 1, 1)}))"
            rf"{_READING}[ 　]*{titled}"
            rf"|{start}(?P<alone>{_named(kanji, 2)}){end}{_READING}"
            rf"|{start}(?<![ぁ-ヶ])(?P<short>{_named(kanji, 1, 1)})(?=[ 　]*[：:）)])"
        )

    def at(self, people: Mapping[str, str]) -> "Names":
        """The same names with the roles that some of the people have at one meeting."""
        own = copy(self)
        own.people = self.people | {_letters(name, _GAP): role for name, role in people.items()}
        own.surnames = self.surnames | _surnames(people)
        return own

    def role(self, match: re.Match[str]) -> str:
        """What stands in the place of a found name."""
        if self.title.match(match.string, match.end()):
            return ""  # 庄司座長: the title is there already
        if match["full"]:
            return self.people[_letters(match["full"], _GAP)]
        return self.surnames[_letters(match["titled"] or match["alone"] or match["short"], _GAP)]

    def text(self, text: str) -> str:
        """``text`` (or a cell that is a name) without names."""
        return self.people.get(_letters(text, _GAP)) or self._replaced(text)[0]

    def source(
        self, source: SourceText, masks: Iterable[Mask]
    ) -> tuple[SourceText, dict[str, list[int]]]:
        """The source without names, and with ``masks`` over what they hide; and where each old
        offset is now, as a start and as an end."""
        text, starts, ends = self._replaced(source.text, masks)
        pages = tuple(starts[page] for page in source.pages)
        bare = replace(source, text=text, pages=pages, marked=(), notes=())
        return bare, {"start": starts, "end": ends}

    def _replaced(self, old: str, masks: Iterable[Mask] = ()) -> tuple[str, list[int], list[int]]:
        text, at, starts, ends = "", 0, list[int](), list[int]()
        for start, end, instead in self._edits(old, masks):
            kept = range(len(text), len(text) + start - at)
            text += old[at:start]
            at = end
            starts += [*kept, *repeat(len(text), end - start)]
            ends += [*kept, len(text), *repeat(len(text) + len(instead), end - start - 1)]
            text += instead
        rest = range(len(text), len(text) + len(old) - at + 1)
        return text + old[at:], [*starts, *rest], [*ends, *rest]

    def _edits(self, old: str, masks: Iterable[Mask]) -> Iterator[tuple[int, int, str]]:
        """What is replaced by what, in order; a mask takes in a name that reaches out of it."""
        found = self.pattern.finditer(old.translate(_BASE))
        names = [Mask(*match.span(), self.role(match), hidden=False) for match in found]
        hidden = [(mask._replace(instead=self.text(mask.instead)), True) for mask in masks]
        last: tuple[Mask, bool] | None = None
        for edit, sure in sorted([*hidden, *((name, False) for name in names)]):
            if last and edit.start < last[0].end:
                instead = edit.instead if sure else last[0].instead
                whole = last[0]._replace(end=max(last[0].end, edit.end), instead=instead)
                last = whole, sure or last[1]
                continue
            if last:
                yield last[0][:3]
            last = edit, sure
        if last:
            yield last[0][:3]


def without_names(content: Content) -> Content:
    """``content`` with roles for names, in every frame, label, source text and file name; lines of
    people that cannot be told apart are hidden."""
    hidden = masks(content)
    known = people(content)
    everybody = dict.fromkeys(_unlisted(content, hidden), PERSON) | known.get("", {})
    names = Names(everybody, content.attendees["affiliation"].dropna().unique())
    ids, files = content.meetings["meeting_id"], content.meetings["source"]
    own = {meeting: names.at(known.get(meeting, {})) for meeting in ids}
    first = dict(zip(files[::-1], ids[::-1], strict=True))
    bare, moved = {}, {}
    for name, source in content.sources.items():
        bare[name], moved[name] = own[first[name]].source(source, hidden.get(name, ()))
    places = {meeting: moved[file] for meeting, file in zip(ids, files, strict=True)}
    held = content.opinions.set_index("opinion_id")["meeting_id"]
    decisions = content.decisions.assign(meeting_id=content.decisions["opinion_id"].map(held))
    content = replace(content, attendees=_attendees(content, hidden), decisions=decisions)
    changed = {name: _frame(getattr(content, name), own, places) for name in CHANGED}
    changed["decisions"] = changed["decisions"].drop(columns="meeting_id")
    title, lines = names.text(content.title), tuple(map(names.text, content.credits))
    content = replace(content, **changed, title=title, credits=lines, sources=bare, names="roles")
    count = sum(mask.hidden for each in hidden.values() for mask in each)
    return _renamed(replace(content, masked=count), names)


def people(content: Content) -> dict[str, dict[str, str]]:
    """By meeting, each person's name and role word; "" has those of all meetings. Attendees come
    first, then who speaks or presents unlisted."""
    pairs = defaultdict[str, list[tuple[str, str | None]]](list)
    spoken = content.opinions.drop_duplicates(["meeting_id", "speaker", "role"])
    for frame, name, role in (
        (content.attendees, "name", "group"),
        (spoken, "speaker", "role"),
        (spoken.assign(held=spoken["role"].map(name_in, na_action="ignore")), "held", ""),
        (content.materials, "presenter", ""),
    ):
        for row in records(frame):
            if row[name] and (name != "presenter" or _is_person(row[name])):
                for meeting in ("", row["meeting_id"]):
                    pairs[meeting].append((row[name], row.get(role)))
    return {meeting: _named_once(held) for meeting, held in pairs.items()}


def _named_once(pairs: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """The first role of each name, without what stands around the name."""
    found: dict[str, str] = {}
    for name, role in pairs:
        bare = re.sub(_AROUND, "", name)
        if bare and bare not in ROLES and not re.search(r"\d", bare):
            found.setdefault(bare.strip(), bare_label(role))
    return {name: role for name, role in found.items() if name not in found.values()}


def _unlisted(content: Content, hidden: Mapping[str, list[Mask]]) -> list[str]:
    """The names of hidden lines, which may stand elsewhere too."""
    return [
        name
        for source, each in hidden.items()
        for mask in each
        if mask.hidden
        for name in names_in(content.sources[source].text[mask.start : mask.end])
    ]


def _attendees(content: Content, hidden: Mapping[str, list[Mask]]) -> pd.DataFrame:
    """The attendees by group; where a line is hidden or may hold a name, without their post."""
    files = dict(zip(content.meetings["meeting_id"], content.meetings["source"], strict=True))
    rows = records(content.attendees)
    for row in rows:
        over = (mask for mask in hidden.get(files[row["meeting_id"]], ()) if mask.hidden)
        unclear = any(meet(row, mask.start, mask.end) for mask in over)
        row["affiliation"] = None if unclear else post(row)
        group = bare_label(row["group"])
        row["name"], row["group"] = row["name"] and group, row["group"] and group
    frame = pd.DataFrame(rows, columns=content.attendees.columns)
    return frame.astype(content.attendees.dtypes)


def _is_person(presenter: str) -> bool:
    """A title, an honorific or two short words: 京都府 and 事務局 present too."""
    words = presenter.split()
    two = len(words) == 2 and all(len(word) < 5 for word in words)
    return presenter not in ROLES and (two or re.sub(_AROUND, "", presenter) != presenter)


def _renamed(content: Content, names: Names) -> Content:
    """Where a file is called after somebody, it, its meeting and its opinions go by the role."""
    meetings, files = (_by_role(content.meetings[key], names) for key in ("meeting_id", "source"))
    if all(old == new for old, new in (*meetings.items(), *files.items())):
        return content
    opinions = {
        row["opinion_id"]: meetings[row["meeting_id"]]
        + row["opinion_id"].removeprefix(row["meeting_id"])
        for row in records(content.opinions)
    }
    ids = {"meeting_id": meetings, "source": files, "opinion_id": opinions, "reply_to": opinions}
    changed = {}
    for name in CHANGED:
        frame = getattr(content, name)
        new = {key: frame[key].map(ids[key].get, na_action="ignore") for key in ids if key in frame}
        changed[name] = frame.assign(**new).astype(frame.dtypes)
    sources = {files[name]: replace(one, name=files[name]) for name, one in content.sources.items()}
    return replace(content, **changed, sources=sources)


def _by_role(old: Iterable[str], names: Names) -> dict[str, str]:
    """New names by the old ones; two that become alike are told apart by a number."""
    found, seen = dict[str, str](), Counter[str]()
    for name in dict.fromkeys(old):
        new = names.text(name)
        seen[new] += 1
        mark = f"-{seen[new]}" if seen[new] > 1 else ""
        found[name] = re.sub(r"(?=\.\w+$)|$", mark, new, count=1)
    return found


def _frame(frame: pd.DataFrame, own: Mapping[str, Names], moved: Mapping[str, Any]) -> pd.DataFrame:
    """A frame with its texts as each row's meeting has them, and its places where they are now."""
    found: dict[str, Any] = {}
    for column in TEXTS & set(frame.columns):
        pairs = zip(frame["meeting_id"], frame[column], strict=True)
        found[column] = [
            text if pd.isna(text) else own[meeting].text(text) for meeting, text in pairs
        ]
    for column in {"start", "end"} & set(frame.columns):
        pairs = zip(frame["meeting_id"], frame[column], strict=True)
        found[column] = [moved[meeting][column][offset] for meeting, offset in pairs]
    return frame.assign(**found).astype(frame.dtypes)


def _surnames(people: Mapping[str, str]) -> dict[str, str]:
    """Surnames with a role. A name printed without a blank gives each beginning it could be."""
    found: dict[str, str] = {}
    for name, role in people.items():
        first, *rest = _letters(name).split()
        lengths = range(2 if len(first) > 3 else 1, min(4, len(first)))
        for length in [len(first)] if rest or len(first) < 3 else lengths:
            found.setdefault(first[:length], role)
    return found


def _letters(name: str, without: str = f"[{_SELECTORS}]") -> str:
    """``name`` with one form for each letter."""
    return re.sub(without, "", name.translate(_BASE))


def _named(names: Iterable[str], least: int, most: int = 99) -> str:
    """A pattern of the names of so many letters, with whatever may stand between letters."""
    return either((name for name in names if least <= len(name) <= most), _GAP)


# Some minutes print a seat before a name, a title or 君 around it: １２番 庄司昌彦君.
_TITLE = either(ROLES)
_AROUND = rf"^\d+番\s*|^(?:{_TITLE})\s+|\s*(?:{_TITLE}|{either(HONORIFICS)})$"
