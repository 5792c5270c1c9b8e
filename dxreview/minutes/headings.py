"""Headings and numbers: what opens a part of minutes, in whatever dress a body prints it.

○開催日時： · 1.日時 · 第1 開催日時及び場所 · 日　時　value · 【構成員】 · 〇出席議員（２６人）
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from dxreview.minutes.words import TABLE, by_length, pattern, words
from dxreview.text import number

_PARTS: list[str] = list(TABLE["headings"])
DATE, VENUE, AGENDA, MATERIALS, BODY, STEP, NOTE = _PARTS
ROSTER, GROUP = "roster", "group"
_KIND: dict[str, str] = {
    word: kind for kind, listed in TABLE["headings"].items() for word in listed.split()
}
_DRESS, _DECLARED, _ASIDE = pattern("dress"), pattern("declared"), pattern("aside")
_ROSTER, _GROUP, _NUMBERED = pattern("roster"), pattern("group"), pattern("numbered")
_SPREAD_LABEL = pattern("spread_label")
_VOICES, _AGENDA, _STEP, _NOTE = map(pattern, ("voices", "agenda_like", "step_like", "note_like"))
# A label begins with one of these; most lines do not, and need no further look.
_FIRST = frozenset(
    word[0]
    for word in (*_KIND, *words("groups"), *words("presence"), *"本当会主者不応説職事議出地")
)
# The last letters of what is added to a label, and what every label of a list of people holds.
_DECLARED_ENDS, _ASIDE_ENDS = frozenset("名人氏)）]〕"), frozenset(")）し】］]")
_ROSTER_SIGNS = frozenset(
    word[-1] for word in (*words("presence"), "名簿", "一覧", "氏名", "書記", "招致", "応招")
)
_LATE = re.compile(
    "席|応招|の[可別有開]|議案|案件|事件|題目|あいさつ|挨拶|宣|諮|委嘱|確認"
)  # labels that may begin with any letter
_OPEN, _CLOSE = "【〔（(＜<〈［[《≪『「－―—", "】〕）)＞>〉］]》≫』」－―—"
_BRACKETS = re.compile("[（(][^（）()]*[）)]")
_WHOLE = re.compile("した.{1,4}の(?:職)?氏名$")
_JOINED = re.compile("及び|並びに|および|と|・")
_CAPACITIES = words("capacities")
_STOP = pattern("stop")
_ORDER = re.compile("(?<=[）)名人者員])(?:、|・)?(?:(?:五十|50|５０)音順|敬称略|順不同|名簿順)$")
_LISTED = re.compile("[（(](?=[^（）()順略名人]*、[^（）()順略]*)")  # 事務局（木村部長、三好課長）


class Heading(NamedTuple):
    """What a line opens: ``kind`` of part (GROUP: people, where a roster may stand), ``label`` as
    printed (without dress), the number of people ``declared``, where in the line the value behind
    it starts (or None), its ``dress``."""

    kind: str
    label: str
    declared: int | None = None
    value: int | None = None
    dress: str = ""


@lru_cache(1024)
def heading(text: str) -> Heading | None:
    """The heading that a line is or opens with, or None. Looks at its first 40 letters only."""
    dress = _DRESS.match(text)
    at = dress.end() if dress else 0
    if text[at : at + 1] and text[at] in _OPEN:
        return _bracketed(text, at)
    if text[at : at + 1] not in _FIRST and not _LATE.search(text, at, at + 24):
        return None
    stops = [found.span() for found in _STOP.finditer(text, at, at + 40) if found.start() > at][:6]
    spread = _SPREAD_LABEL.match(text, at)
    if listed := _LISTED.search(text, at + 1, at + 40):
        stops.append((listed.start(), listed.start()))
    elif len(text) - at <= 40:
        stops.append((len(text), len(text)))
    for end, value in reversed(stops):
        if text.count("（", at, end) > text.count("）", at, end) or "\t" in text[at:end].strip():
            continue  # a blank inside of brackets ends no label, nor does one go on in another cell
        inner = _BRACKETS.search(text, at, end)
        apart = inner is not None and text[inner.start() - 1].isspace()
        if inner and apart and (inner[0][-3:-1] == "委員" or is_group(inner[0][1:-1])):
            continue  # 出席者　（委員長）　青山; 出席者　（みどり審議会委員）
        pieces = text[at:end].split()
        outside = _BRACKETS.sub("", text[at:end]).split() if len(pieces) > 1 else ()
        whole = end == len(text) and _WHOLE.search(joined := "".join(pieces)) and _kind(joined)
        if len(outside) > 1 and any(len(piece) > 1 for piece in outside) and not whole:
            continue  # but 出席 した 者の氏 名 is one, of a page that lost its widths
        label, declared = _plain("".join(pieces))
        spaced = spread is not None and end == spread.end()
        dressed = spaced or bool(text[:at].strip() or text[end:value].strip("\x20\u3000"))
        kind = _kind(label) or (GROUP if dressed and is_group(label) else None)
        if kind and (kind in (ROSTER, GROUP) or not text.startswith("は", end)):
            colon = ":" if text[end:value].strip() else ""
            start = value if value < len(text) else None
            rest = "".join(text[value:].split()) if kind == ROSTER and start else ""
            if rest and (count := _DECLARED.match(rest)):  # 出席議員　10名
                declared, start = number(count[1]), None
            return Heading(kind, label, declared, start, text[:at] + colon)
    return None


def is_known(text: str) -> bool:
    """Whether a line is a heading wherever it stands."""
    opened = heading(text)
    return opened is not None and opened.kind != GROUP


def _bracketed(text: str, at: int) -> Heading | None:
    end = text.find(_CLOSE[_OPEN.index(text[at])], at + 1, at + 40)
    label, declared = _plain("".join(text[at + 1 : end].split())) if end > 0 else ("", None)
    kind = _kind(label) or (BODY if text[-1] in _CLOSE and _VOICES.search(label) else None)
    if kind is None:
        return None
    if count := _DECLARED.match("".join(text[end + 1 :].split())):
        return Heading(kind, label, number(count[1]), None, text[: at + 1])
    stop = _STOP.match(text, end + 1)
    value = stop.end() if stop else end + 1
    return Heading(kind, label, declared, value if value < len(text) else None, text[: at + 1])


def uncounted(label: str) -> str:
    """A label without the count of people or the aside behind it."""
    return _plain(label)[0]


def _plain(label: str) -> tuple[str, int | None]:
    """A label without what is added to it: a count of people, なし, an aside (敬称略)."""
    if label[-1:] in "順略同":
        label = _ORDER.sub("", label) or label  # 出席委員（13名）五十音順
    last = label[-1:]
    if last in _DECLARED_ENDS and (count := _DECLARED.search(label)) and count.start() > 0:
        return label[: count.start()], number(count[1])
    if last in _ASIDE_ENDS and (aside := _ASIDE.search(label)) and aside.start() > 0:
        return label[: aside.start()], 0 if aside["none"] or aside["bare"] else None
    return label, None


@lru_cache(4096)
def _kind(label: str) -> str | None:
    if not label or len(label) > 40:
        return None
    label = _BRACKETS.sub("", label)
    plain = label.removesuffix("等").replace("の", "")
    # 議案及び議事内容 is what its last part is.
    for one in (label, plain, _JOINED.split(plain)[-1]):
        if kind := _KIND.get(one):
            return kind
    if not _ROSTER_SIGNS.isdisjoint(label) and "…" not in label and _ROSTER.fullmatch(label):
        return ROSTER
    if _STEP.fullmatch(label):
        return STEP
    if _NOTE.fullmatch(label):
        return NOTE
    return AGENDA if _AGENDA.fullmatch(label) else None


_SPREAD = "|".join(
    r"\s{0,4}".join(word) for word in ("司会", *by_length("groups")) if len(word) > 1
)
_BEFORE_COLON = re.compile(r"\S(?:[ \u3000]\S){1,4}(?<!君)(?=[ \u3000]?[:：])")
_DOTS = re.compile("・{2,}")
_SEAT_APART = re.compile(r"(\d)([ \u3000]+)番(?=[ \u3000])")  # １　番　北条
_LETTERED = re.compile(rf"(?<!\S)(?:{_SPREAD})(?=[\s:：（(・…]|$)(?![ \u3000]長[ \u3000])")


def gather(text: str) -> str:
    """The labels of groups that are printed letter by letter (委　　員) as words, the blanks moved
    behind them, so that every other letter keeps its place."""
    if "・・" in text:  # 事務局・・・三好館長
        text = _DOTS.sub(lambda found: "：".ljust(len(found[0])), text)
    if len(text.split(None, 1)) < 2:
        return text
    if spread := _BEFORE_COLON.match(text):  # 漁 港 課：
        text = "".join(spread[0].split()).ljust(spread.end()) + text[spread.end() :]
    if "番" in text:
        text = _SEAT_APART.sub(r"\1番\2", text)
    return _LETTERED.sub(lambda found: "".join(found[0].split()).ljust(len(found[0])), text)


@lru_cache(4096)
def is_group(label: str) -> bool:
    """Whether a label names a group of people inside a roster (委員, 事務局, オブザーバー)."""
    return len(label) < 20 and _GROUP.fullmatch(label.removesuffix("等")) is not None


def is_capacity(post: str, *, board: bool) -> bool:
    """Whether a post is what one is in the body, not in an office (委員, 座長; 教育長 in a board of
    education)."""
    heads = post.endswith(("部会長", "分科会長", "小委員長"))
    return heads or is_group(post) or (board and post in _CAPACITIES)


# A number begins with a digit or one of these; most lines do not.
_NUMBER_HEADS = frozenset("第日議案次報（(［[一二三四五六七八九十abcdefgh") | frozenset(
    chr(code)
    for first, last in ("アコ", "ⅠⅩ", "①⑳", "⑴⒛")
    for code in range(ord(first), ord(last) + 1)
)


class Numbered(NamedTuple):
    """The shape of a number ("(#)"), its value, as printed, and where the title behind starts."""

    shape: str
    value: int
    printed: str
    end: int

    def follows(self, above: "Numbered | None") -> bool:
        """Whether this is the next number of the same shape."""
        return above is not None and (self.shape, self.value) == (above.shape, above.value + 1)


def numbered(text: str) -> Numbered | None:
    """The number that a line starts with: １ · 1. · （１） · 第１ · 日程第１ · 一、 · ①."""
    head = text[:1]
    return _numbered(text[:80]) if head in _NUMBER_HEADS or head.isdecimal() else None


@lru_cache(1024)
def _numbered(text: str) -> Numbered | None:
    if (found := _NUMBERED.match(text)) is None:
        return None
    if circled := found["circled"]:
        shape = next(first for first in "⒈⑴①Ⅰ" if first <= circled)
        return Numbered(shape, int(unicodedata.numeric(circled)), circled, found.end())
    if kana := found["kana"]:
        first, step = ("ア", 2) if kana >= "ア" else ("a", 1)
        return Numbered(first, (ord(kana) - ord(first)) // step + 1, kana, found.end())
    shape, value = narrow(f"{found['before'] or ''}#{found['after']}"), number(found["number"])
    return Numbered(shape, value, f"{value}{narrow(found['sub'])}", found.end())


@lru_cache(1024)
def narrow(printed: str) -> str:
    """A number as everybody writes it: narrow, without blanks, with plain hyphens."""
    plain = "".join(unicodedata.normalize("NFKC", printed).split())
    return re.sub("[‐−–―]", "-", plain)
