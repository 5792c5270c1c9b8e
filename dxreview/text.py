"""Japanese text as minutes write it: dates of an era, clock times, numerals, widths of a character.

Python's ``\\d`` and ``int`` take full-width digits too, so nothing is converted before it is read.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, time
from typing import NamedTuple

ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
WEEKDAYS = "月火水木金土日"
_KANJI = dict(zip("〇零一二三四五六七八九元", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1), strict=True))
_B = "[ \u3000]{0,3}"
_K = "〇零一二三四五六七八九十百"
_N = rf"(?:\d(?:{_B}\d){{0,3}}|[元{_K}](?:{_B}[{_K}]){{0,4}})"
_ASIDE = rf"(?:{_B}[（(][^（）()]{{2,10}}[）)])?"
_DATE = re.compile(
    rf"(?:(?:(?P<era>令{_B}和|平{_B}成|昭{_B}和|大{_B}正|明{_B}治){_B})?(?P<year>{_N}){_ASIDE}{_B}年"
    rf"(?P<fiscal>{_B}度)?{_ASIDE}{_B})?"
    rf"(?P<month>{_N}){_B}月{_B}(?P<day>{_N}){_B}日"
    rf"(?:{_B}[（(]?{_B}(?P<weekday>[月火水木金土日])(?=曜|{_B}[）)・，、]))?"
    r"|(?P<y>(?:19|20)\d\d)[-/.／．](?P<m>\d{1,2})[-/.／．](?P<d>\d{1,2})(?!\d)"
)
_YEAR = re.compile(
    rf"(?P<era>令{_B}和|平{_B}成|昭{_B}和|大{_B}正|明{_B}治){_B}(?P<year>{_N}){_ASIDE}{_B}年(?P<fiscal>{_B}度)?"
    r"|(?P<western>(?:19|20|[１２][９０])\d\d)年(?P<fiscal2>度)?"
)
_TIME = re.compile(
    rf"(?P<half>午{_B}[前後]|正{_B}午|[AaPp]\.?[Mm]\.?)?{_B}"
    rf"(?:(?P<hour>{_N}){_B}(?:時(?!間)(?:{_B}(?:(?P<minute>{_N}){_B}分|(?P<thirty>半)))?|[：:]{_B}(?P<colon>\d{_B}\d)))"
    r"|(?P<noon>正午)"
)


class FoundDate(NamedTuple):
    """A date in a line. ``year`` is None where the line names none, ``short`` the year of an era
    that it does not name (４年２月24日); ``weekday`` as printed."""

    start: int
    end: int
    year: int | None
    short: int | None
    fiscal: bool
    month: int
    day: int
    weekday: str | None

    def on(self, elsewhere: tuple[int, bool] | None = None) -> date | None:
        """The day itself, with the year (and whether it is a fiscal one) that the document names
        elsewhere; None where no year is to be had or there is no such day."""
        year, fiscal = self.year, self.fiscal
        if year is None and elsewhere is not None:
            year, fiscal = elsewhere
            if self.short is not None:
                eras = (first + self.short for first in ERAS.values())
                year, fiscal = next((era for era in eras if abs(era - year) < 2), None), False
        if year is not None and fiscal and self.month < 4:
            year += 1
        try:
            return date(year, self.month, self.day) if year else None
        except ValueError:
            return None

    def weekday_fits(self, day: date) -> bool:
        """Whether the printed weekday is that of ``day`` (also where none is printed)."""
        return self.weekday is None or WEEKDAYS[day.weekday()] == self.weekday


def number(numeral: str) -> int:
    """The value of digits of either width or of kanji (六十三, 二〇二四, 元)."""
    numeral = re.sub(r"\s", "", numeral)
    if numeral.isdecimal():
        return int(numeral)
    if not any(unit in numeral for unit in "十百"):
        return int("".join(str(_KANJI[char]) for char in numeral))
    total = 0
    for unit, value in (("百", 100), ("十", 10)):
        head, found, tail = numeral.partition(unit)
        if found:
            total += value * (number(head) if head else 1)
            numeral = tail
    return total + (number(numeral) if numeral else 0)


def find_dates(line: str) -> Iterator[FoundDate]:
    """Dates in a line: of an era, western, in digits or kanji, with or without a year."""
    for match in _DATE.finditer(line):
        part = match.groupdict()
        year: int | None
        short = None
        if part["y"]:
            year, month, day = int(part["y"]), int(part["m"]), int(part["d"])
        else:
            year = _year(part["era"], part["year"])
            short = number(part["year"]) if part["year"] and year is None else None
            month, day = number(part["month"]), number(part["day"])
        fiscal = bool(part["fiscal"])
        yield FoundDate(*match.span(), year, short, fiscal, month, day, part["weekday"])


def find_year(line: str) -> tuple[int, bool] | None:
    """The first year that a line names, and whether it is a fiscal year (年度)."""
    match = _YEAR.search(line)
    if match is None:
        return None
    if match["western"]:
        return int(match["western"]), bool(match["fiscal2"])
    year = _year(match["era"], match["year"])
    return (year, bool(match["fiscal"])) if year else None


def _year(era: str | None, numeral: str | None) -> int | None:
    if not numeral:
        return None
    value = number(numeral)
    if era:
        return ERAS[re.sub(r"\s", "", era)] + value
    return value if value > 1000 else None


class FoundTime(NamedTuple):
    start: int
    end: int
    at: time


def find_times(line: str) -> list[FoundTime]:
    """Clock times in a line; 午後 holds on for the end of a range (午後２時～４時)."""
    found: list[FoundTime] = []
    for match in _TIME.finditer(line):
        hour, minute, half = _clock(match)
        if hour > 24 or minute > 59:
            continue
        afternoon = "後" in half or half[:1] in ("P", "p")
        if (afternoon and hour < 12) or (
            not half and found and hour < found[-1].at.hour <= hour + 12
        ):
            hour += 12
        found.append(FoundTime(match.start(), match.end(), time(hour % 24, minute)))
    return found


def _clock(match: re.Match[str]) -> tuple[int, int, str]:
    if match["noon"]:
        return 12, 0, ""
    minute = 30 if match["thirty"] else number(match["minute"] or match["colon"] or "0")
    return number(match["hour"]), minute, match["half"] or ""


def fold_identity(text: str) -> str:
    """The folding behind an opinion's id: NFKC, every blank removed."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_wide(char: str) -> bool:
    """Whether a character is Japanese rather than a letter, digit or sign of ASCII."""
    return char > "\u02ff"


def join(left: str, right: str) -> str:
    """Undo a line wrap: nothing between Japanese, one blank between two words in Latin letters."""
    latin = (
        left[-1:].isascii() and left[-1:].isalpha() and right[:1].isascii() and right[:1].isalpha()
    )
    return f"{left} {right}" if latin else left + right


def is_spaced(line: str) -> bool:
    """Whether a line comes letter by letter (令 和 ７ 年): most of its words have one letter."""
    words = line.split()
    lone = sum(len(word) == 1 for word in words)
    return len(words) >= 5 and lone * 2 >= sum(map(len, words))


def unspace(line: str) -> str:
    """Undo letter-spacing: blanks go where a Japanese character or a lone letter stands beside."""
    out: list[str] = []
    for word in line.split():
        lone = len(word) == 1 or (out and len(out[-1]) == 1)
        if out and not (lone or is_wide(word[0]) or is_wide(out[-1][-1])):
            out.append(" ")
        out.append(word)
    return "".join(out)


def tidy(text: str) -> str:
    """A name, title or venue with its words: a run of blanks becomes one."""
    return " ".join(text.split())
