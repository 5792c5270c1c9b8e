"""Word's automatic numbers: what stands before a paragraph although nobody typed it.

The rules are those of ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (number formats). A number
past the end of its format's row below is written in digits.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

_KANJI = ["", *"一二三四五六七八九"]
_ONES = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]
_COUNTING = [f"{ten}{one}" for ten in ("", "十", "二十", "三十") for one in _KANJI][1:]
_ROMAN = [f"{ten}{one}" for ten in ("", "x", "xx", "xxx") for one in _ONES][1:]
_WIDE = [str(n).translate({48 + d: 0xFF10 + d for d in range(10)}) for n in range(1, 1000)]
_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモ"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FORMATS: dict[str | None, Sequence[str]] = {
    **dict.fromkeys(("bullet", "none"), [""] * 1000),
    **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"), _WIDE),
    **dict.fromkeys(("japaneseCounting", "ideographDigital", "chineseCounting"), _COUNTING),
    **dict.fromkeys(("aiueo", "aiueoFullWidth"), _AIUEO),
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "lowerLetter": _LETTERS,
    "upperLetter": _LETTERS.upper(),
    "lowerRoman": _ROMAN,
    "upperRoman": [each.upper() for each in _ROMAN],
}
# Bullets that Word takes from its symbol fonts, as the characters they look like.
_SYMBOLS = str.maketrans("\uf0b7\uf06c\uf06e\uf075\uf0a7\uf06f\uf0fc", "・●■◆▪□✓")


class Numbering:
    """Counts the numbered paragraphs of one document, in order."""

    def __init__(self, numbering: Any | None = None, styles: Any | None = None) -> None:
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        lists = {value(each, "abstractNumId"): each for each in children(numbering, "abstractNum")}
        self._nums = {value(each, "numId"): each for each in children(numbering, "num")}
        self._levels = {
            number: {
                whole(value(lvl, "ilvl"), 0): lvl
                for lvl in children(lists.get(_said(num, "abstractNumId")), "lvl")
            }
            for number, num in self._nums.items()
        }
        self._styles = {value(each, "styleId"): each for each in children(styles, "style")}

    def mark(self, properties: Any | None) -> str:
        """What stands before the paragraph with these properties (``w:pPr``), or ""."""
        number, level = self._place(properties)
        levels = self._levels.get(number, {})
        if level not in levels:
            return ""
        counts = self._count(str(number), level, levels)
        text = _said(levels[level], "lvlText") or ""
        for each, count in counts.items():
            text = text.replace(f"%{each + 1}", written(count, _said(levels[each], "numFmt")))
        return text.translate(_SYMBOLS) + " " * (_said(levels[level], "suff") != "nothing")

    def _count(self, number: str, level: int, levels: dict[int, Any]) -> dict[int, int]:
        """The counts of this list's levels down to this one, this paragraph counted."""
        num = self._nums[number]
        counts = self._counts[_said(num, "abstractNumId") or ""]
        for override in list(children(num, "lvlOverride")):
            start = whole(_said(override, "startOverride"), 1)
            if whole(value(override, "ilvl"), 0) == level:
                counts[level] = start - 1
                num.remove(override)
        for each in range(level + 1):
            if each in levels and (each == level or each not in counts):
                first = whole(_said(levels[each], "start"), 1)
                counts[each] = counts.get(each, first - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        return counts

    def is_heading(self, properties: Any | None) -> bool:
        """Whether the paragraph stands in the document's outline; its body text has level 9."""
        held = self._property(properties, "outlineLvl")
        return held is not None and value(held, "val") != "9"

    def _place(self, properties: Any | None) -> tuple[str | None, int]:
        """The list and level of a paragraph."""
        held = self._property(properties, "numPr")
        return (None, 0) if held is None else (_said(held, "numId"), whole(_said(held, "ilvl"), 0))

    def _property(self, properties: Any | None, name: str) -> Any | None:
        """What is said by the paragraph, or by the styles it is based on."""
        base = _said(properties, "pStyle")
        for _ in range(20):
            held = next(children(properties, name), None)
            style = self._styles.get(base)
            if held is not None or style is None:
                return held
            properties, base = next(children(style, "pPr"), None), _said(style, "basedOn")
        return None


def local(tag: Any) -> str:
    """A name without its namespace: strict and transitional documents are read alike."""
    return str(tag).rpartition("}")[2]


def children(element: Any | None, name: str) -> Any:
    return (each for each in (() if element is None else element) if local(each.tag) == name)


def has(element: Any, properties: str, name: str) -> bool:
    """Whether a property is on: ``<w:vanish/>``, but not ``<w:vanish w:val="0"/>``."""
    held = next(children(next(children(element, properties), None), name), None)
    return held is not None and value(held, "val") not in ("0", "false", "off")


def value(element: Any, name: str) -> str | None:
    return next((held for key, held in element.attrib.items() if local(key) == name), None)


def _said(element: Any | None, name: str) -> str | None:
    """The value of the child ``name``."""
    child = next(children(element, name), None)
    return None if child is None else value(child, "val")


def whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else otherwise


def written(number: int, form: str | None) -> str:
    """A number in one of Word's formats; in digits where that has no such number."""
    row = _FORMATS.get(form, ())
    return row[number - 1] if 1 <= number <= len(row) else str(number)
