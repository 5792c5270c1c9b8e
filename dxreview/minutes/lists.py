"""What a list of people shows as a whole, before its rows are read one by one."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from dxreview.minutes.headings import is_group
from dxreview.minutes.lines import Line
from dxreview.minutes.names import is_named, is_post, is_title, name_then_post, surname
from dxreview.minutes.rows import ASIDE, Entry, entries
from dxreview.minutes.words import pattern

LABEL, MARGIN, KANA, _ONLY = map(pattern, ("group_label", "margin", "furigana", "only_presence"))
_BEHIND = re.compile("[（(][^（）()]*[）)]$")
_LETTER = re.compile("[一-龥々ぁ-んァ-ヶ]")
_COMMA, _END = re.compile("[、，,]"), re.compile("[、，,）)]|ほか|他")
_LABELS = re.compile("(?<!^)[（(【](\\S{1,12}?)[）)】](?=[^\\s、，,の）)]{2})")
_POST_DOT = re.compile("(?:^|(?<=[、，]))(?:副?(?:会長|委員長|座長|議長)|委員|構成員)・")
BOXES, COLON = frozenset("－―—【〔［[<＜〈《≪（("), re.compile("[:：|｜\\t]")
DRESS = "○〇◯◎●◆◇■□・•―—-－:： \u3000"


def is_above(text: str, row: str) -> bool:
    """Whether a line is the label of the deeper ``row`` below it: an office above people, or a post
    above people who have their own; not a long post whose name stands on the next line."""
    first = next(iter(entries(row)), None)
    if len(text.split()) > 1 or first is None or not first.names:
        return False
    own = bool(first.posts) and first.posts[0].kind != ASIDE
    return own if is_title(text) else is_post(text)


def unwrapped(lines: Sequence[Line]) -> list[Line]:
    """The lines of a list with commas, a post that goes on below moved to its end (学 ⏎ 術省調査課
    長): the others of the row end in a post, and so do its two parts together."""
    out: list[Line] = []
    for line in lettered(lines):
        above = out[-1] if out and not line.gap else None
        if above and (begun := _begun(above.raw, line.raw)):
            rest = above.raw[: -len(begun)].rstrip()
            out[-1] = replace(above, end=above.start + len(rest), text=rest, raw=rest)
            line = replace(line, text=begun + line.raw, raw=begun + line.raw)
        above = out[-1] if out and not line.gap else None
        open_end = above and (is_open(above.raw) or above.raw[-1] in ":：")
        if above and open_end and "、" in above.raw and len(above.raw) < 1000:
            line = _joined(out.pop(), line)
        out.append(line)
    return out


def _joined(above: Line, line: Line) -> Line:
    """Two lines as one, every letter in its place."""
    raw = above.raw + " " * (line.end - len(line.raw) - above.end) + line.raw
    return replace(above, end=line.end, text=raw, raw=raw)


def lettered(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines of a list, letters that stand one a line put together (植 ⏎ 松 ⏎ 昌 ⏎ 代), where
    most of its lines are such."""
    lone = [_LETTER.fullmatch(line.raw) is not None for line in lines]
    if sum(lone) * 2 < len(lines):
        return lines
    out: list[Line] = []
    for line, alone, before in zip(lines, lone, [False, *lone], strict=False):
        if alone and before and len(out[-1].raw) < 40:
            out[-1] = _joined(out[-1], line)
        else:
            out.append(line)
    return out


def is_open(text: str) -> bool:
    """Whether a bracket is open at the end of a text."""
    return text.count("（") + text.count("(") > text.count("）") + text.count(")")


def _begun(row: str, below: str) -> str:
    """The head of a post at the end of a row that goes on in the row below; "" if none does."""
    *posts, last = (_BEHIND.sub("", part.strip()) for part in _COMMA.split(row))
    first = _END.split(below)[0].strip()
    if (
        len(posts) < (1 if len(last) > 7 or len(first) < 3 else 2)
        or not last
        or last[-1] in "）)か他"
    ):
        return ""
    if is_title(last) and not (first == "長" and last[-1] == "係"):
        return ""
    if not all(map(is_title, posts)):
        return ""
    return last if is_title(last + first) else ""


def has_readings(lines: Sequence[Line]) -> bool:
    """Whether the names of a list stand below their readings, most with a post beside it."""
    if not any("ぁ" <= line.raw[-1] <= "ん" for line in lines):
        return False
    shown = [MARGIN.sub("", line.raw) for line in lines]
    below = [after for row, after in pairwise(shown) if KANA.fullmatch(row)]
    rows = [next(iter(entries(row)), Entry()) for row in below]
    beside = sum(bool(row.names and (row.posts or row.after)) for row in rows)
    return len(rows) > 1 and beside * 4 >= len(rows) * 3


def row_labels(rows: Sequence[str]) -> set[str]:
    """The groups that rows begin with before several people (委員　青山 望　石綿 香), who may stand
    on the rows below."""
    heads = [row.split(maxsplit=1)[0] for row in rows]
    found = set()
    for at, row in enumerate(rows):
        if not is_group(heads[at]):
            continue
        first, *others = entries(row) or [Entry()]
        if not others and heads.count(heads[at]) == 1:
            others = [one for below in rows[at + 1 : at + 3] for one in entries(below)]
        several = len(others) > 0 and not any(one.posts or one.after for one in others)
        if several and first.posts and first.names and is_group(first.posts[0].text):
            found.add(first.posts[0].text)
    return found


def vertical(lines: Sequence[Line]) -> dict[int, str]:
    """Group labels printed downwards in the left margin: the line at which each group starts."""
    letters = [
        (at, line.raw[0])
        for at, line in enumerate(lines)
        if line.indent < 3 and MARGIN.match(line.raw)
    ]
    labels: dict[int, str] = {}
    start, label = 0, ""
    for at, letter in letters if len(letters) > 2 else ():
        label += letter
        if len(label) > 1 and is_group(label):
            labels[start] = label
            start, label = at + 1, ""
    return labels


def names_place(label: str, names: str) -> bool:
    """Whether a label before a bracket is where the people in it come from."""
    return (label[-1] in "都道府県市区町村会" or is_post(label)) and several(names)


def further(row: str, at: int) -> list[tuple[str, int]]:
    """The pieces of a row that begin with labels in brackets, if the first is not the only one."""
    found = (one for one in _LABELS.finditer(row, at) if one[0][0] == row[0])
    cuts = [one.start() for one in found if _is_label(one[1])]
    return [(row[a:b], a) for a, b in pairwise([0, *cuts, len(row)])] if cuts else []


def _is_label(word: str) -> bool:
    """Whether what stands in brackets between people is the label of those behind it."""
    return is_group(word) or is_office(word)


def is_office(word: str) -> bool:
    """Whether a word says where one is, not what."""
    return is_post(word) and not is_title(word)


def is_absence(label: str | None) -> bool:
    """Whether a label speaks of who was absent; 出席者及び欠席者 does not say who."""
    return label is not None and "欠席" in label and "出席" not in label


def only_presence(label: str | None) -> bool:
    """Whether a label says no more than who was there or was not (出席者), or there is none."""
    return not label or _ONLY.fullmatch(label) is not None


def several(row: str) -> bool:
    """Whether a row names several people."""
    return sum(bool(entry.names) for entry in entries(row)) > 1


def is_member(label: str | None) -> bool:
    return (label or "").endswith(("委員", "議員", "構成員"))


def dotted(row: str) -> str:
    """A row in which ・ stands between people (越村淳子・表 正一（老人クラブ）), with commas."""
    if _POST_DOT.match(row):  # 会長・三好望、副会長・石田浩
        return _POST_DOT.sub(lambda found: f"{found[0][:-1]} ", row)
    post, dot, name = row.strip().partition("・")
    if dot and is_title(post) and is_named(name) and surname(name):
        return row.replace("・", " ")  # 事務局長・三好望
    head = re.split("[（(、]", row)[0]
    parts = ["".join(part.split()) for part in head.split("・")]
    posts = sum(map(is_title, parts))
    owned = sum(name_then_post(part) is not None for part in parts)
    many = len(parts) > 3 and posts * 4 >= len(parts) * 3  # 知事・副知事・総務部長・教育長
    if head == row and (many or (len(row.split()) == 1 and owned * 2 >= posts == len(parts))):
        return row.replace("・", "、")
    short = all(1 < len(part) < 7 and not is_post(part) for part in parts)
    known = sum(surname(part) > 0 for part in parts)
    whole = known > 0 and min(map(len, parts)) > 2
    named = head == row or whole or known * 2 >= len(parts)
    return head.replace("・", "、") + row[len(head) :] if short and named else row
