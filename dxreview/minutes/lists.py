"""What a list of people shows as a whole, before its rows are read one by one."""

import re
from collections.abc import Sequence

from msgspec import structs

from dxreview.minutes.lines import Line
from dxreview.minutes.names import is_named, is_post, is_surname, is_title, name_then_post, surname
from dxreview.minutes.rows import Entry
from dxreview.minutes.words import pattern

MARGIN, KANA = map(pattern, ("margin", "furigana"))
_BEHIND = re.compile("[（(][^（）()]*[）)]$")
_LETTER = re.compile("[一-龥々ぁ-んァ-ヶ]")
_COMMA, _END = re.compile("[、，,]"), re.compile("[、，,（(）)]|ほか|他")
_HALF = re.compile("(?:^|[、，】）\\s])([^\\s、，】）]{1,4})$")
_BRACKETED = re.compile("([（(][^（）()]*[）)])")
_PIECE = re.compile("([、，,（）()])")
_POST_DOT = re.compile("(?:^|(?<=[、，]))(?:副?(?:会長|委員長|座長|議長)|委員|構成員)・")
# （代理）、乙 below …、甲: what stands in the bracket is said of the last one above.
_ASIDE_FIRST = re.compile("[（(][^（）()]*[）)][、，,]")


_WIDE = re.compile("\u3000[ \u3000]*| [ \u3000]+")
_NAME = re.compile("[一-龥々ぁ-んァ-ヶ]{1,3} (?![君氏様])[一-龥々ぁ-んァ-ヶ]{1,3}")


def unwrapped(lines: Sequence[Line]) -> list[Line]:
    """The lines of a list with commas, a post that goes on below moved to its end (学 ⏎ 術省調査課
    長): the others of the row end in a post, and so do its two parts together."""
    out: list[Line] = []
    for line in lettered(lines):
        above = out[-1] if out and not line.gap else None
        if above and (begun := _begun(above.raw, line.raw)):
            rest = above.raw[: -len(begun)].rstrip()
            above = out[-1] = structs.replace(
                above, end=above.start + len(rest), text=rest, raw=rest
            )
            line = structs.replace(line, text=begun + line.raw, raw=begun + line.raw)
        open_end = above and (is_open(above.raw) or above.raw[-1] in ":：")
        open_end = open_end or (
            above and _ASIDE_FIRST.match(line.raw) and above.raw[-1] not in "、,"
        )
        half = _HALF.search(above.raw) if above and "、" in line.raw else None
        given = _COMMA.split(line.raw)[0]
        torn = half is not None and surname(half[1] + given) > len(half[1])  # 吉 ⏎ 住英介、…
        apart = half and is_surname(half[1]) and not is_surname(given) and len(given) < 4
        if above and (apart or torn):
            line = _joined(out.pop(), line)  # 石倉 ⏎ 紫乃、大河原 ⏎ 博美、…
        elif above and open_end and "、" in above.raw and len(above.raw) < 1000:
            line = _joined(out.pop(), line)
        out.append(line)
    return out


def _joined(above: Line, line: Line) -> Line:
    """Two lines as one, every letter in its place."""
    raw = above.raw + " " * (line.end - len(line.raw) - above.end) + line.raw
    return structs.replace(above, end=line.end, text=raw, raw=raw)


def lettered(lines: Sequence[Line]) -> list[Line]:
    """The lines of a list, letters that stand one a line put together (植 ⏎ 松 ⏎ 昌 ⏎ 代)."""
    lone = [_LETTER.fullmatch(line.raw) is not None for line in lines]
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
    if not posts or not last or last[-1] in "）)か他氏君":
        return ""
    whole = is_title(last) or not all(map(is_title, posts))
    return last if is_title(last + first) and not whole else ""


def told_apart(row: str) -> str:
    """A row as its pieces are told apart: commas for dots, names closed up."""
    row = dotted(row) if "・" in row else row
    return closed_up(row) if "、" in row else parted(row)


def parted(row: str) -> str:
    """A row with narrow blanks inside of names and wide ones between them, with commas for the wide
    ones (佐藤 一郎　林 誠)."""
    gaps = list(_WIDE.finditer(row)) if " " in row else []
    names = _WIDE.split(row) if gaps else []
    if names and (is_post(names[0]) or names[0].endswith("名")):
        names, gaps = names[1:], gaps[1:]
    if not gaps or not all(map(_NAME.fullmatch, names)):
        return row
    known = sum(is_surname(name.split()[0]) for name in names)
    if known * 2 < len(names) or any(is_post(part) for name in names for part in name.split()):
        return row
    for gap in gaps:
        row = f"{row[: gap.start()]}、{row[gap.start() + 1 :]}"
    return row


def closed_up(row: str) -> str:
    """A row with commas, blanks that stand inside of names moved behind them (江 﨑公 平、…)."""
    return "".join(_closed(part) for part in _PIECE.split(row))


def _closed(piece: str) -> str:
    words = piece.split()
    name = "".join(words)
    if len(words) < 2 or not 2 < len(name) < 7 or any(map(is_post, words)):
        return piece
    apart = is_named(name) and len(words[0]) != surname(name)
    if apart and not (len(words) == 2 and surname(words[0])):
        return piece[: len(piece) - len(piece.lstrip())] + name.ljust(len(piece.lstrip()))
    return piece


def dotted(row: str) -> str:
    """A row in which ・ stands between people (越村淳子・表 正一（老人クラブ）), with commas."""
    if _POST_DOT.match(row):  # 会長・三好望、副会長・石田浩
        return _POST_DOT.sub(lambda found: f"{found[0][:-1]} ", row)
    head = re.split("[（(、]", row)[0]
    parts = ["".join(part.split()) for part in head.split("・")]
    posts = sum(map(is_title, parts))
    owned = sum(name_then_post(part) is not None for part in parts)
    many = len(parts) > 3 and posts * 4 >= len(parts) * 3  # 知事・副知事・総務部長・教育長
    if head == row and (many or owned * 2 >= posts == len(parts)):
        return row.replace("・", "、")
    if many:  # …・産業労働部長（代理）・農林水産部長
        pieces = _BRACKETED.split(row)
        return "".join(each if each[:1] in "（(" else each.replace("・", "、") for each in pieces)
    short = all(0 < len(part) < 7 and not is_post(part) for part in parts)
    lone = sum(len(part) == 1 for part in parts)
    named = short and lone * 3 <= len(parts) and any(map(surname, parts))
    return head.replace("・", "、") + row[len(head) :] if named else row


def bare(entry: Entry) -> str:
    """A name without the letter in brackets that tells namesakes apart."""
    return (entry.name() or "").partition("（")[0]
