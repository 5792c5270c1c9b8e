"""Headings: the words that open a part of minutes, in whatever dress a body prints them.

○開催日時： · 1.日時 · 第1 開催日時及び場所 · 日　時　value · 【構成員】 · 〇出席議員（２６人）
"""

import re
from typing import NamedTuple

from dxreview.minutes.words import either, headings
from dxreview.text import number

DATE, VENUE, ROSTER, AGENDA, MATERIALS, BODY, NOTE = (
    "date", "venue", "roster", "agenda", "materials", "body", "note",
)  # fmt: skip

_KIND = headings()
_WHO = f"(?:者|{either('people.groups')})*"
_ATTEND = f"(?:{either('people.presence')})"
_ROSTER = re.compile(
    rf"(?:本日の|当日の|会議の)?(?:主な)?(?:{_ATTEND}(?:した|の)?{_WHO}|{_WHO}{_ATTEND}(?:状況|{_WHO}))"
    rf"(?:(?:・|及び){_ATTEND}{_WHO})?(?:の?職?氏名|名|名簿|等|一覧)*"
    r"|(?:委員|構成員|議員|委員等)(?:名簿|一覧|一覧表)|不?応招議員"
    rf"|(?:(?:説明|職務|事務|議事)のため)?に?(?:会議|議場)?に?出席した{_WHO}(?:の?職?・?氏名)?"
)
_BARE = re.compile(rf"(?:{either('people.groups')})|\S{{0,8}}事務局(?:職員|出席職員)?")

_MARK = "○〇◯◎●◆◇■□・※▼▽▪◾▶►☆★•‣"
_DRESS = re.compile(
    rf"[{_MARK}]?\s*"
    r"(?:第\s*\d{1,2}(?!\d|回|号|条)\s*|\d{1,2}\s*[.．、)）:]\s*|\d{1,2}(?=\s)\s*"
    r"|[(（]\s*[\d一二三四五六七八九十]{1,2}\s*[)）]\s*|[一二三四五六七八九十]{1,2}(?:\s*[.．、]\s*|\s+)"
    r"|[①-⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]\s*[.．、]?\s*|[a-zA-Zア-オ][.．)）]\s*)?"
)
_OPEN, _CLOSE = "【〔（(＜<〈［[《≪『「", "】〕）)＞>〉］]》≫』」"
_COUNT = re.compile(
    r"[（(\[〔]?\s*(?:(?:計|合計|全|総数|定数)\s*)?(\d{1,3}|[一二三四五六七八九十百]{1,5})\s*(?:名|人|氏)(?:[、中,].{0,10})?\s*[)）\]〕]?"
)
_NONE = re.compile(r"(?<=.)[（(]?(?:なし|無し)[）)]?$")
_SEPARATOR = re.compile(r"\s*[:：|｜│┃]\s*|[\s　]+")


class Heading(NamedTuple):
    """What a line opens: ``kind`` of part, ``label`` as printed (without dress), the
    number of people ``declared``, and where in the line the value behind it starts (or None)."""

    kind: str
    label: str
    declared: int | None
    value: int | None
    dressed: str


def heading(text: str) -> Heading | None:
    """The heading that a line is or opens with, or None. Looks at its first 40 letters only."""
    dress = _DRESS.match(text)
    at = dress.end() if dress else 0
    bracket = text[at : at + 1]
    if bracket and bracket in _OPEN:
        return _bracketed(text, at)
    stop = _label_end(text, at)
    for end in stop:
        label = "".join(text[at:end].split())
        bare, count = _without_count(label)
        kind = _kind(bare)
        if kind:
            after = _SEPARATOR.match(text, end)
            value = after.end() if after else end
            colon = bool(after and after.group().strip())
            if end < len(text) and not colon and not after:
                continue
            return Heading(
                kind,
                bare,
                count,
                value if value < len(text) else None,
                text[:at] + (":" if colon else ""),
            )
    return None


def _bracketed(text: str, at: int) -> Heading | None:
    close = _CLOSE[_OPEN.index(text[at])]
    end = text.find(close, at + 1, at + 40)
    if end < 0:
        return None
    bare, count = _without_count("".join(text[at + 1 : end].split()))
    kind = _kind(bare)
    if kind is None:
        return None
    rest = text[end + 1 :]
    if rest and (found := _COUNT.fullmatch(rest.strip())):
        return Heading(kind, bare, number(found[1]), None, text[: at + 1])
    after = _SEPARATOR.match(text, end + 1)
    value = after.end() if after else end + 1
    return Heading(kind, bare, count, value if value < len(text) else None, text[: at + 1])


def _label_end(text: str, at: int) -> list[int]:
    """Where the label may end: at a colon, at each of the first blanks, or with the line;
    the longest first."""
    window = text[at : at + 40]
    ends = [at + match.start() for match in re.finditer(r"[\s　]+|\s*[:：|｜│┃]", window)][:6]
    if len(text) - at <= 40:
        ends.append(len(text))
    return ends[::-1]


def _without_count(label: str) -> tuple[str, int | None]:
    if none := _NONE.search(label):
        return label[: none.start()], 0
    for found in _COUNT.finditer(label):
        if found.end() == len(label) and found.start() > 0:
            return label[: found.start()], number(found[1])
    return label, None


def _kind(label: str) -> str | None:
    if not label or len(label) > 30:
        return None
    kind = _KIND.get(label) or (_KIND.get(label[1:-1]) if label[0] in _OPEN else None)
    if kind:
        return kind
    return ROSTER if _ROSTER.fullmatch(label) else None


def is_group(label: str) -> bool:
    """Whether a label names a group of people inside a roster (委員, 事務局, オブザーバー)."""
    return bool(_BARE.fullmatch(label))
