"""Word's automatic numbers: what stands before a paragraph although nobody typed it.

The rules are those of ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (number formats).
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

_AIUEO = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
_IROHA = (
    "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
)
_DIGITS = "〇一二三四五六七八九"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
# Bullets that Word takes from its symbol fonts, as the characters they look like.
_SYMBOLS = str.maketrans(
    {"\uf0b7": "・", "\uf06c": "●", "\uf06e": "■", "\uf075": "◆", "\uf0d8": "➢", "\uf0fc": "✓",
     "\uf0a7": "▪", "\uf06f": "□", "\uf0e8": "⇨", "\uf0b2": "☐", "\uf076": "❖"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"


class Numbering:
    """Counts the numbered paragraphs of one document, in order."""

    def __init__(self, numbering: Any | None, styles: Any | None) -> None:
        self._levels: dict[str, dict[int, Level]] = {}
        self._list_of: dict[str, str] = {}
        self._restart: dict[str, dict[int, int]] = defaultdict(dict)
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._styles: dict[str, tuple[str | None, str | None, str | None]] = {}
        if numbering is not None:
            self._read_numbering(numbering)
        if styles is not None:
            self._read_styles(styles)

    def mark(self, properties: Any | None) -> str:
        """What stands before the paragraph with these properties (``w:pPr``), or ""."""
        number, level = self._place(properties)
        levels = self._levels.get(self._list_of.get(number or "", ""), {})
        if number in (None, "0") or level not in levels:
            return ""
        counts = self._count(str(number), level, levels)
        text = levels[level].text
        for each in range(9):
            if f"%{each + 1}" in text:
                held = levels.get(each, Level())
                text = text.replace(f"%{each + 1}", _format(counts.get(each, held.start), held))
        return text.translate(_SYMBOLS) + ("" if levels[level].suffix == "nothing" else " ")

    def _count(self, number: str, level: int, levels: dict[int, Level]) -> dict[int, int]:
        counts = self._counts[self._list_of[number]]
        restart = self._restart[number].pop(level, None)
        if restart is not None:
            counts[level] = restart
        else:
            counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        return counts

    def _place(self, properties: Any | None) -> tuple[str | None, int]:
        number, level, style = _number_of(properties)
        for _ in range(20):
            if number is not None or style not in self._styles:
                break
            number, styled, style = self._styles[style]
            level = level or styled
        return number, _whole(level, 0)

    def _read_numbering(self, root: Any) -> None:
        for each in _children(root, "abstractNum"):
            levels = {_whole(_value(lvl, "ilvl"), 0): _level(lvl) for lvl in _children(each, "lvl")}
            self._levels[_value(each, "abstractNumId") or ""] = levels
        for each in _children(root, "num"):
            number = _value(each, "numId") or ""
            self._list_of[number] = _child_value(each, "abstractNumId") or ""
            for override in _children(each, "lvlOverride"):
                start = _child_value(override, "startOverride")
                if start is not None:
                    level = _whole(_value(override, "ilvl"), 0)
                    self._restart[number][level] = _whole(start, 1)

    def _read_styles(self, root: Any) -> None:
        for each in _children(root, "style"):
            properties = next(_children(each, "pPr"), None)
            number, level, _ = _number_of(properties)
            name = _value(each, "styleId") or ""
            self._styles[name] = number, level, _child_value(each, "basedOn")


def local(tag: Any) -> str:
    """A name without its namespace: strict and transitional documents are read alike."""
    return str(tag).rpartition("}")[2]


def _children(element: Any, name: str) -> Any:
    return (child for child in element if local(child.tag) == name)


def _value(element: Any, name: str) -> str | None:
    return next((value for key, value in element.attrib.items() if local(key) == name), None)


def _child_value(element: Any, name: str) -> str | None:
    child = next(_children(element, name), None)
    return None if child is None else _value(child, "val")


def _number_of(properties: Any | None) -> tuple[str | None, str | None, str | None]:
    """numId, ilvl and style of a paragraph's properties."""
    if properties is None:
        return None, None, None
    style = _child_value(properties, "pStyle")
    held = next(_children(properties, "numPr"), None)
    if held is None:
        return None, None, style
    return _child_value(held, "numId"), _child_value(held, "ilvl"), style


def _level(element: Any) -> Level:
    return Level(
        start=_whole(_child_value(element, "start"), 1),
        format=_child_value(element, "numFmt") or "decimal",
        text=_child_value(element, "lvlText") or "",
        suffix=_child_value(element, "suff") or "tab",
    )


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else otherwise


def _format(number: int, level: Level) -> str:
    match level.format:
        case "none" | "bullet":
            return ""
        case "decimalFullWidth" | "decimalFullWidth2":
            return str(number).translate(_FULL_WIDTH)
        case "decimalZero":
            return f"{number:02}"
        case "decimalEnclosedCircle" if 1 <= number <= 20:
            return chr(0x2460 + number - 1)
        case "decimalEnclosedParen" if 1 <= number <= 20:
            return chr(0x2474 + number - 1)
        case "japaneseCounting" | "chineseCounting" | "chineseCountingThousand":
            return _counting(number)
        case "ideographDigital" | "japaneseDigitalTenThousand":
            return "".join(_DIGITS[int(digit)] for digit in str(number))
        case "aiueo" | "aiueoFullWidth" if number >= 1:
            return _AIUEO[(number - 1) % len(_AIUEO)]
        case "iroha" | "irohaFullWidth" if number >= 1:
            return _IROHA[(number - 1) % len(_IROHA)]
        case "upperLetter" | "lowerLetter" if number >= 1:
            letter = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 % 50 + 1)
            return letter if level.format == "upperLetter" else letter.lower()
        case "upperRoman" | "lowerRoman":
            return _roman(number) if level.format == "upperRoman" else _roman(number).lower()
        case _:
            return str(number)


def _counting(number: int) -> str:
    """一, 十, 二十三, 百五 … below ten thousand."""
    if not 0 < number < 10_000:
        return str(number)
    parts = []
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            parts.append((_DIGITS[digit] if digit > 1 or unit == 1 else "") + name)
    return "".join(parts)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    steps = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
             (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
    made = ""
    for value, name in steps:
        times, number = divmod(number, value)
        made += name * times
    return made
