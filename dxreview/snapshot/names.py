"""Publish without names: every person's name replaced by the role, offsets carried over.

Whose: whoever is listed, speaks or presents. A name is found with other blanks or line wraps
(楠 正憲, 楠　正憲, 楠正憲), in other forms of its letters (髙橋, 高橋) and with its reading
(楠（くすのき）正憲); a surname before a title (庄司座長 becomes 座長, 木村総務課長 総務課長) and
alone between characters that are not kanji. One inside a longer word (千葉県, 山口市) is none; one
before a post in brackets, as in 企画課（木村課長）, is one anywhere. What is left out of a role
leaves the texts. A name that the parser did not see cannot be replaced: lines of people, and
lines that nobody understood, are hidden, and posts of attendees left out. Roadmap files go out as
they are.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import accumulate
from typing import Any
from unicodedata import normalize

import pandas as pd

from dxreview.corpus import records
from dxreview.messages import say
from dxreview.minutes.names import (
    is_bare,
    is_named,
    is_surname,
    is_title,
    name_and_post,
    name_then_post,
    office_name_post,
    surname,
)
from dxreview.minutes.words import pattern, words
from dxreview.snapshot.content import FRAMES, Content, either
from dxreview.snapshot.findings import SEAT, side

HIDDEN, PERSON = say("publish.masked", lang="ja"), "出席者"
LISTING = ["attendee", "heading", "unparsed", "note"]
HONORIFICS = ("氏", "さん", "様", "殿", "君", "くん", "先生")
ROLES = """事務局 説明員 説明者 総理 リーダー 社長 専務 常務 弁護士 税理士 医師 学長 総長 署長 顧問
    幹部 参与 統括官 助教 講師 研究員 代表 担当"""  # besides those of the grammar
KANJI = r"[㐀-䶿一-鿿豈-﫿々〆ヶ\U00020000-\U0003ffff]"
TEXTS = ["title", "series", "venue", "section", "text", "reason", "presenter", "speaker"]
IDS = ["meeting_id", "source", "opinion_id", "reply_to"]
# Letters that names are printed with in several forms; the first stands for all.
FORMS = (
    "高髙 崎﨑嵜碕 斎斉齋齊 辺邊邉 沢澤 浜濱濵 広廣 国國 島嶋嶌 桜櫻 吉𠮷 真眞 恵惠 徳德 竜龍 "
    "滝瀧 関關 塩鹽 黒黑 栄榮 円圓 与與 万萬 寿壽 実實 静靜 亀龜 芦蘆 郎郞 柳栁 桑桒 富冨 曽曾 "
    "館舘 峰峯 野埜 槙槇 鉄鐵 薗園 鶴靏靍 瀬瀨 巌巖 弥彌 桧檜 条條 満滿 豊豐 為爲 宝寶 蔵藏 慎愼 "
    "尚尙 穂穗 緑綠 頼賴 教敎 清淸 青靑 増增 祢禰 亘亙 渕淵渊 礼禮 遥遙 荘莊 桝枡 総總 当當 伝傳 "
    "来來"
)
_RANGES = (0xF900, 0xFB00), (0x2F00, 0x2FD6), (0x2F800, 0x2FA1E), (0xFF10, 0xFF5B)
_BASE = {code: normalize("NFKC", chr(code)) for each in _RANGES for code in range(*each)}
_BASE = {code: base for code, base in _BASE.items() if len(base) == 1 and base.isalnum()}
_BASE |= {ord(form): forms[0] for forms in (*FORMS.split(), "(（", ")）") for form in forms[1:]}
_SELECTORS = r"\ufe00-\ufe0f\U000e0100-\U000e01ef"  # of a variant of the letter before
_GAP = rf"[\s{_SELECTORS}]*"
_READING = rf"[{_SELECTORS}]*(?:{_GAP}[（(][ぁ-ヶー・\s]+[）)])?"
_KUN = r"(?:[ 　]*君)?"  # of an assembly's members; the role that stands for one needs none
# Some minutes print a seat before a name, a title or 君 around it: １２番 庄司昌彦君.
_OWN = {*words("own_roles"), *ROLES.split()} - {*HONORIFICS}
_TITLE = rf"(?:{either(_OWN)}|{pattern('short_post').pattern})"
_AROUND = rf"^\d+番\s*|^(?:{SEAT}|{_TITLE})\s+|\s*(?:{_TITLE}|{either(HONORIFICS)})$"
# What a label is made of: words of groups, posts and offices, and seats.
_LISTS = ("groups", "presence", "own_roles", "collective", "titles", "offices", "offices_end")
_KNOWN = rf"(?>{either(frozenset([*'副兼同各', '司会']).union(*map(words, _LISTS)))})|{SEAT}|\d+号?"
_SIGN = r"[\s、，,・･／/：:;；()（）「」【】\[\]［］〔〕<>＜＞《》〈〉○〇◯◎●◆◇■□―—…‥.．*＊※|｜]"
_BRACKETS = re.compile(r"[（(]([^（）()\n]{2,60})[）)]")
_POST = re.compile(rf"(?:{_KNOWN}|{KANJI})++")
_TAIL = re.compile(rf"(?:{_KNOWN})++[A-ZＡ-Ｚ]?$")  # 委員Ａ


class Names:
    """People and the role that stands for each; ``posts``: titles they hold; ``cut``: roles that
    are shown as less than they say."""

    def __init__(
        self, people: Mapping[str, str], posts: Iterable[str], cut: Mapping[str, str]
    ) -> None:
        surnames, said = _surnames(people), {**cut, **people}
        whole = {_letters(one, _GAP): role for one, role in said.items()}
        self._roles = surnames | whole
        title = either(map(_letters, {*people.values(), *posts, *cut}))
        spaced = rf"(?:[ 　]+{KANJI}){{2,4}}(?!{KANJI})"  # 畑 委 員
        held = rf"[ 　]*(?:{title}|{_TITLE}|{KANJI}{{0,6}}?大臣)|{spaced}"
        place = "[都道府県市区町村](?!民)|支|大学|高校|病院|銀行|新聞|放送"
        office = rf"(?!{place})(?:第|{_KNOWN}){{1,5}}?{_TITLE}"  # 木村総務部次長
        self._title = re.compile(f"{held}|{office}")
        titled = rf"(?={held}|[ 　]*(?:{either(HONORIFICS)}))"
        start, end = rf"(?<!{KANJI})", rf"(?!{KANJI})"
        kanji = [name for name in surnames if re.fullmatch(f"{KANJI}+", name)]
        full = [name for name in whole if not is_surname(name)]
        self._pattern = re.compile(
            rf"(?P<full>{_named(full, 3)}|{start}(?:{_named(full, 2, 2)})){_READING}{_KUN}"
            rf"|(?P<titled>{_named(surnames, 2)}|{start}(?:{_named(surnames, 1, 1)}))"
            rf"{_READING}[ 　]*{titled}{_KUN}"
            rf"|(?P<owner>{_named(surnames, 2)})(?={office})"
            rf"|{start}(?P<alone>{_named(kanji, 2)}){end}{_READING}"
            rf"|{start}(?<![ぁ-ヶ])(?P<short>{_named(kanji, 1, 1)})(?=[ 　]*[：:）)])"
        )

    def text(self, text: str) -> str:
        """``text`` (or a cell that is a name) without names."""
        return self._roles.get(_letters(text, _GAP)) or self.replaced(text)[0]

    def replaced(self, old: str, hidden: Iterable[tuple[int, int]] = ()) -> tuple[str, list[int]]:
        """A text without names and what is ``hidden``; and where each old offset is now."""
        pieces = list(old)
        for start, end, instead in self._edits(old, hidden):
            pieces[start:end] = [*[""] * (end - start - 1), instead]
        return "".join(pieces), [0, *accumulate(map(len, pieces))]

    def _edits(self, old: str, hidden: Iterable[tuple[int, int]]) -> list[tuple[int, int, str]]:
        """What is replaced by what, in order; a name that reaches out of what is hidden is too."""
        edits: list[tuple[int, int, str]] = []
        names = self._pattern.finditer(old.translate(_BASE))
        found = [(*name.span(), self._role(name)) for name in names]
        for start, end, instead in sorted([*found, *((*place, HIDDEN) for place in hidden)]):
            if edits and start < edits[-1][1]:
                start, last, _ = edits.pop()
                end, instead = max(end, last), HIDDEN
            edits.append((start, end, instead))
        return edits

    def _role(self, match: re.Match[str]) -> str:
        if self._title.match(match.string, match.end()):
            return ""  # 庄司座長: the title is there already
        return self._roles[_letters(match[match.lastgroup or 0], _GAP)]


def without_names(content: Content) -> Content:
    """``content`` with roles for names, in every frame, label, source text and file name, and
    lines of people hidden."""
    hidden, unlisted = defaultdict(list), list[str]()
    for file, start, end, unknown in _hidden(content):
        hidden[file].append((start, end))
        unlisted += unknown
    known = dict.fromkeys(unlisted, PERSON) | people(content)
    names = Names(known, content.attendees["affiliation"].dropna(), _cut(content))
    ids, sources, moved = _renamed(content, names), {}, {}
    for file, source in content.sources.items():
        text, moved[file] = names.replaced(source.text, hidden[file])
        pages = tuple(moved[file][page] for page in source.pages)
        bare = replace(source, name=ids[file], text=text, pages=pages, marked=(), notes=())
        sources[ids[file]] = bare
    places = {row["meeting_id"]: moved[row["source"]] for row in records(content.meetings)}
    frames = {
        name: _frame(getattr(content, name), names, ids, places) for name in (*FRAMES, "decisions")
    }
    return replace(
        content,
        **frames,
        title=names.text(content.title),
        credits=tuple(map(names.text, content.credits)),
        sources=sources,
        masked=sum(source.text.count(HIDDEN) for source in sources.values()),
        names="roles",
    )


def _hidden(content: Content) -> Iterator[tuple[str, int, int, list[str]]]:
    """Lines of people and lines that nobody understood: source, start, end, and names of which the
    parser does not say whose they are."""
    files = dict(zip(content.meetings["meeting_id"], content.meetings["source"], strict=True))
    people = defaultdict(list)
    for one in records(content.attendees):
        people[files[one["meeting_id"]]].append(one)
    for span in records(content.spans[content.spans["what"].isin(LISTING)]):
        text, what = content.sources[span["source"]].text, span["what"]
        for found in re.finditer(r"[^\n]*\S", text[span["start"] : span["end"]]):
            start, end = (span["start"] + place for place in found.span())
            listed = [
                one for one in people[span["source"]] if one["start"] < end and start < one["end"]
            ]
            unknown = [] if listed and all(one["name"] for one in listed) else names_in(found[0])
            if what in ("attendee", "unparsed") or listed or (what == "note" and unknown):
                yield span["source"], start, end, unknown


def names_in(line: str) -> list[str]:
    """The words of a line that begin with a common surname of two letters or more."""
    return [word for word in re.split(_SIGN, line) if surname(word) > 1 and is_named(word)]


def people(content: Content) -> dict[str, str]:
    """Each person's name and role word: of the list of attendees, else of who speaks or presents;
    PERSON where it is not always the same, or somebody is only told of in brackets."""
    listed = [(row["name"], row["group"]) for row in records(content.attendees)]
    spoken = {(row["speaker"], row["role"]): None for row in records(content.opinions)}
    roles = [role for _, role in spoken if role]
    # 事務局（木村課長）より説明
    inside = [said for one in content.sources.values() for said in _BRACKETS.findall(one.text)]
    shown = content.materials["presenter"].dropna()
    told = [name for said in (*roles, *inside, *shown) for name, _ in _parts(said)]
    told += [name for role in roles for name in names_in(role)]
    told += [name for name in shown if _is_person(name)]
    found: dict[str, str] = {}
    for pairs in (listed, spoken, [(name, None) for name in told]):
        before = {*found, ""}
        for name, role in pairs:
            bare, word = re.sub(_AROUND, "", name or "").strip(), side(label(role))
            if bare not in before and not re.search(r"\d", bare):
                found[bare] = word if found.get(bare, word) == word else PERSON
    return {name: role for name, role in found.items() if name not in found.values()}


def label(role: str | None) -> str:
    """A group or role without the names in it; where it may be more than posts, the words at the
    end of its parts that are known, or PERSON."""
    return "".join(_post(rest) for _, rest in _parts(role or "")) or PERSON


def _post(said: str) -> str:
    """A post, or the words at its end that are known."""
    named = name_then_post(said) or name_and_post(said, full=False)
    if _TAIL.fullmatch(said) or (_POST.fullmatch(said) and is_title(said) and not named):
        return said
    tail = _TAIL.search(named[1] if named else said)
    return tail[0] if tail else ""


def _cut(content: Content) -> dict[str, str]:
    """Roles as they are shown, where that leaves out more than the names that are known: what is
    left out of a role leaves the texts, too."""
    roles = [role for role in content.opinions["role"].dropna().unique() if len(role) > 2]
    rests = {role: "".join(rest for _, rest in _parts(role)) for role in roles}
    return {role: label(role) for role, rest in rests.items() if label(role) != rest}


def _parts(role: str) -> Iterator[tuple[str, str]]:
    """The words of a role: the name in each (事務局田中主査), or "", and the rest of it."""
    for word in filter(None, re.split(_SIGN, role)):
        owner = name_then_post(word)
        if found := office_name_post(word):
            yield found[1], found[0] + found[2]
        else:
            yield owner if owner and is_surname(owner[0]) else ("", word)


def _is_person(presenter: str) -> bool:
    """A title but no office's, an honorific, or two short words: 京都府, 企画課長 present too."""
    parts, bare = presenter.split(), re.sub(_AROUND, "", presenter)
    two = len(parts) == 2 and all(len(part) < 5 for part in parts)
    return not is_bare(presenter) and (two or bare not in (presenter, ""))


def _renamed(content: Content, names: Names) -> dict[str, str]:
    """New ids of files, meetings and opinions by the old ones: where a file is called after
    somebody, they go by the role. Two that become alike are told apart by a sign."""
    ids: dict[str, str] = {}
    for old in dict.fromkeys([*content.meetings["source"], *content.meetings["meeting_id"]]):
        new = names.text(old)
        while new in ids.values():
            new = f"_{new}"
        ids[old] = new
    for row in records(content.opinions):
        meeting, own = row["meeting_id"], row["opinion_id"]
        ids[own] = ids[meeting] + own.removeprefix(meeting)
    return ids


def _frame(
    frame: pd.DataFrame, names: Names, ids: Mapping[str, str], places: Mapping[str, list[int]]
) -> pd.DataFrame:
    """A frame with roles for names, ids of files without them, and places where they are now."""
    change: dict[str, Any] = dict.fromkeys(["group", "role"], label)
    change |= dict.fromkeys(TEXTS, names.text) | dict.fromkeys(IDS, ids.get)
    new: dict[str, Any] = {
        column: frame[column].map(change[column], na_action="ignore")
        for column in frame.columns.intersection([*change])
    }
    for column in frame.columns.intersection(["start", "end"]):
        pairs = zip(frame["meeting_id"], frame[column], strict=True)
        new[column] = [places[meeting][offset] for meeting, offset in pairs]
    if "affiliation" in frame:
        roles = [row["name"] and label(row["group"]) for row in records(frame)]
        new |= {"name": roles, "affiliation": None}
    return frame.assign(**new).astype(frame.dtypes)


def _surnames(people: Mapping[str, str]) -> dict[str, str]:
    """Surnames with a role. A name printed without a blank gives each beginning it could be."""
    found: dict[str, str] = {}
    for name, role in people.items():
        first, *rest = _letters(name).split()
        lengths = range(2 if len(first) > 3 else 1, min(4, len(first)))
        for length in [len(first)] if rest or len(first) < 3 or is_surname(first) else lengths:
            found.setdefault(first[:length], role)
    return found


def _letters(name: str, without: str = f"[{_SELECTORS}]") -> str:
    """``name`` with one form for each letter."""
    return re.sub(without, "", name.translate(_BASE))


def _named(names: Iterable[str], least: int, most: int = 99) -> str:
    """A pattern of the names of so many letters, with whatever may stand between letters."""
    return either((name for name in names if least <= len(name) <= most), _GAP)
