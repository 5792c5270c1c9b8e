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
_PRESENT = f"(?:{either('people.presence')})"
_ROSTER = re.compile(
    rf"(?:本日の|当日の|会議の)?(?:主な)?(?:{_PRESENT}(?:した|の)?{_WHO}|{_WHO}{_PRESENT}(?:状況|{_WHO}))"
    rf"(?:(?:・|及び){_PRESENT}{_WHO})?(?:の?職?氏名|名|名簿|等|一覧)*"
    r"|(?:委員|構成員|議員|委員等)(?:名簿|一覧|一覧表)|不?応招議員"
    rf"|(?:(?:説明|職務|事務|議事)のため)?に?(?:会議|議場)?に?出席した{_WHO}(?:の?職?・?氏名)?"
)
_GROUP = re.compile(rf"(?:{either('people.groups')})|\S{{0,8}}事務局(?:職員|出席職員)?")
_K = "[一二三四五六七八九十]"
_DRESS = re.compile(
    r"[○〇◯◎●◆◇■□・※▼▽▪◾▶►☆★•‣]?\s*"
    r"(?:第\s*\d{1,2}(?!\d|回|号|条)\s*|\d{1,2}(?:\s*[.．、)）:]\s*|(?=\s)\s*)"
    rf"|[(（]\s*(?:\d{{1,2}}|{_K}{{1,2}})\s*[)）]\s*|{_K}{{1,2}}(?:\s*[.．、]\s*|\s+)"
    r"|[①-⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]\s*[.．、]?\s*|[a-zA-Zア-オ][.．)）]\s*)?"
)
_OPEN, _CLOSE = "【〔（(＜<〈［[《≪『「", "】〕）)＞>〉］]》≫』」"
_COUNT = re.compile(
    rf"[（(\[〔]?(?:計|合計|全|総数|定数)?(\d{{1,3}}|{_K}{{1,5}})(?:名|人|氏)(?:[、中,].{{0,10}})?[)）\]〕]?$"
)
_ASIDE = re.compile(r"[（(](?P<none>なし|無し)?[^（）()]{0,12}[）)]$|(?P<bare>なし|無し)$")
_STOP = re.compile(r"\s*[:：|｜│┃]\s*|\s+")


class Heading(NamedTuple):
    """What a line opens: ``kind`` of part, ``label`` as printed (without dress), the number of
    people ``declared``, where in the line the value behind it starts (or None), its ``dress``."""

    kind: str
    label: str
    declared: int | None
    value: int | None
    dress: str


def heading(text: str) -> Heading | None:
    """The heading that a line is or opens with, or None. Looks at its first 40 letters only."""
    dress = _DRESS.match(text)
    at = dress.end() if dress else 0
    if text[at : at + 1] and text[at] in _OPEN:
        return _bracketed(text, at)
    stops = [found.span() for found in _STOP.finditer(text, at, at + 40) if found.start() > at][:6]
    if len(text) - at <= 40:
        stops.append((len(text), len(text)))
    for end, value in reversed(stops):
        pieces = text[at:end].split()
        if len(pieces) > 1 and any(len(piece) > 1 and piece[0] not in "（(" for piece in pieces):
            continue
        label, declared = _plain("".join(pieces))
        if kind := _kind(label):
            colon = ":" if text[end:value].strip() else ""
            return Heading(
                kind, label, declared, value if value < len(text) else None, text[:at] + colon
            )
    return None


def _bracketed(text: str, at: int) -> Heading | None:
    end = text.find(_CLOSE[_OPEN.index(text[at])], at + 1, at + 40)
    label, declared = _plain("".join(text[at + 1 : end].split())) if end > 0 else ("", None)
    kind = _kind(label)
    if kind is None:
        return None
    rest = "".join(text[end + 1 :].split())
    if rest and (count := _COUNT.match(rest)):
        return Heading(kind, label, number(count[1]), None, text[: at + 1])
    stop = _STOP.match(text, end + 1)
    value = stop.end() if stop else end + 1
    return Heading(kind, label, declared, value if value < len(text) else None, text[: at + 1])


def _plain(label: str) -> tuple[str, int | None]:
    """A label without what is added to it: a count of people, なし, an aside (敬称略)."""
    if (count := _COUNT.search(label)) and count.start() > 0:
        return label[: count.start()], number(count[1])
    if (aside := _ASIDE.search(label)) and aside.start() > 0:
        return label[: aside.start()], 0 if aside["none"] or aside["bare"] else None
    return label, None


def _kind(label: str) -> str | None:
    if not label or len(label) > 30:
        return None
    return _KIND.get(label) or (ROSTER if _ROSTER.fullmatch(label) else None)


def is_group(label: str) -> bool:
    """Whether a label names a group of people inside a roster (委員, 事務局, オブザーバー)."""
    return len(label) < 20 and _GROUP.fullmatch(label) is not None
