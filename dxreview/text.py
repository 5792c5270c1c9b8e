"""Japanese text as minutes write it: dates of an era, clock times, numerals, letter-spacing.

Python's ``\\d`` and ``int`` take full-width digits too, so nothing is converted before it is read.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, time
from functools import lru_cache, partial
from typing import NamedTuple

ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
WEEKDAYS = "月火水木金土日"
_KANJI = dict(zip("〇零一二三四五六七八九元", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1), strict=True))
_B = "[ \u3000]{0,3}"
_K = "〇零一二三四五六七八九十百"
_N = rf"(?:\d(?:{_B}\d){{0,3}}|[元{_K}](?:{_B}[{_K}]){{0,4}})"
_ASIDE = rf"(?:{_B}[（(][^（）()]{{2,10}}[）)])?"
_ERA_LETTERS = {"R": 2018, "Ｒ": 2018, "H": 1988, "Ｈ": 1988, "S": 1925, "Ｓ": 1925}
_FIRST_YEARS = _ERA_LETTERS | {name[0]: first for name, first in ERAS.items()}
_ERA = (
    rf"令{_B}和|平{_B}成|昭{_B}和|大{_B}正|明{_B}治|[令平昭](?=\d)|(?<![A-Za-z])[RHSＲＨＳ](?=\d)"
)
_ERA_YEAR = (
    rf"(?:(?P<era>{_ERA}){_B})?"
    rf"(?P<year>{_N}){_ASIDE}{_B}年(?P<fiscal>{_B}度)?"
)
_DATE = re.compile(
    rf"(?:{_ERA_YEAR}{_ASIDE}{_B})?(?P<month>{_N}){_B}月{_B}(?P<day>{_N}){_B}日"
    rf"(?:{_B}[（(]?{_B}(?P<weekday>[{WEEKDAYS}])(?=曜|{_B}[）)・，、]))?"
    rf"|(?:(?P<y>(?:[1１][9９]|[2２][0０])\d\d)|(?P<e>{_ERA}){_B}(?P<ey>\d{{1,2}}))"
    r"[-/.／．](?P<m>\d{1,2})[-/.／．](?P<d>\d{1,2})(?!\d)"
)
_DATED = re.compile(r"日|\d[-/.／．]\d")
_YEAR = re.compile(_ERA_YEAR)
_TIMED = re.compile("[時:：]|正午")
_TIME = re.compile(
    rf"(?P<noon>正午)|(?P<half>午{_B}[前後]|[AaPp]\.?[Mm]\.?)?{_B}(?P<hour>{_N}){_B}"
    rf"(?:時(?!間)(?:{_B}(?:(?P<minute>{_N}){_B}分|(?P<thirty>半)))?|[：:]{_B}(?P<colon>\d{_B}\d))"
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
        try:
            return date(year + (fiscal and self.month < 4), self.month, self.day) if year else None
        except ValueError:
            return None

    def weekday_fits(self, day: date) -> bool:
        """Whether the printed weekday is that of ``day`` (also where none is printed)."""
        return self.weekday is None or WEEKDAYS[day.weekday()] == self.weekday


def number(numeral: str) -> int:
    """The value of digits of either width or of kanji (六十三, 二〇二四, 元)."""
    numeral = "".join(numeral.split())
    if numeral.isdecimal():
        return int(numeral)
    total = 0
    for unit, value in (("百", 100), ("十", 10)):
        head, found, tail = numeral.partition(unit)
        if found:
            total += value * (number(head) if head else 1)
            numeral = tail
    return total + int("".join(str(_KANJI[char]) for char in numeral) or "0")


@lru_cache(256)
def find_dates(line: str) -> tuple[FoundDate, ...]:
    """Dates in a line: of an era, western, in digits or kanji, with or without a year."""
    return tuple(map(_found_date, _DATE.finditer(line))) if _DATED.search(line) else ()


def _found_date(found: re.Match[str]) -> FoundDate:
    part = found.groupdict()
    year = int(part["y"] or 0) or _year(part["era"] or part["e"], part["year"] or part["ey"])
    short = number(part["year"]) if part["year"] and year is None else None
    month, day = number(part["m"] or part["month"]), number(part["d"] or part["day"])
    fiscal = bool(part["fiscal"])
    return FoundDate(*found.span(), year, short, fiscal, month, day, part["weekday"])


def find_year(line: str) -> tuple[int, bool] | None:
    """The first year that a line names in full, and whether it is a fiscal year (年度)."""
    for found in _YEAR.finditer(line) if "年" in line else ():
        year = _year(found["era"], found["year"])
        if year is not None:
            return year, bool(found["fiscal"])
    return None


def _year(era: str | None, numeral: str | None) -> int | None:
    value = number(numeral) if numeral else 0
    if era:
        return _FIRST_YEARS[era[0]] + value
    return value if value > 1000 else None


class FoundTime(NamedTuple):
    start: int
    end: int
    at: time


def find_times(line: str) -> list[FoundTime]:
    """Clock times in a line; 午後 holds on for the end of a range (午後２時～４時)."""
    found: list[FoundTime] = []
    for match in _TIME.finditer(line) if _TIMED.search(line) else ():
        half = match["half"] or ""
        hour = 12 if match["noon"] else number(match["hour"])
        minute = 30 if match["thirty"] else number(match["minute"] or match["colon"] or "0")
        if hour > 24 or minute > 59:
            continue
        later = not half and found and hour < found[-1].at.hour <= hour + 12
        if hour < 12 and (later or half[-1:] == "後" or half[:1] in ("P", "p")):
            hour += 12
        found.append(FoundTime(match.start(), match.end(), time(hour % 24, minute)))
    return found


_WIDE = re.compile("[\uff01-\uff5e\u3000…]+")
_nfkc = partial(unicodedata.normalize, "NFKC")
_narrow = lru_cache(4096)(_nfkc)


def fold_identity(text: str) -> str:
    """The folding behind an opinion's id: NFKC, every blank removed."""
    # Full-width parentheses are narrowed first: the rest is mostly normal, and quick to check.
    text = "".join(text.split()).replace("（", "(").replace("）", ")")
    if not unicodedata.is_normalized("NFKC", text):
        text = "".join(_nfkc(_WIDE.sub(lambda found: _narrow(found[0]), text)).split())
    return text


def join(pieces: Iterable[str]) -> str:
    """Undo line wraps: nothing between Japanese, one blank between two words in Latin letters."""
    out = ""
    for piece in pieces:
        if out and out[-1].isascii() and out[-1].isalpha():
            out += " " * (piece[:1].isascii() and piece[:1].isalpha())
        out += piece
    return out


def is_spaced(line: str) -> bool:
    """Whether a line comes letter by letter (令 和 ７ 年): most of its letters stand alone."""
    words = line.split()
    lone = sum(len(word) == 1 for word in words)
    alone = len(words) > 2 and lone == len(words)
    return alone or (len(words) >= 5 and lone * 2 >= sum(map(len, words)))


def unspace(line: str) -> str:
    """Undo letter-spacing. A blank wider than the others is a real one and stays, as does one
    between two words in Latin letters."""
    words = re.findall(r"(\S+)(\s*)", line)
    usual = min(len(blank) for _, blank in words if blank)
    if "\t" in line:  # cells of a table stay apart
        return "\t".join(
            unspace(cell) if " " in cell.strip() or "\u3000" in cell.strip() else cell.strip()
            for cell in line.split("\t")
        )
    out = ""
    for (word, blank), (after, _) in zip(words, [*words[1:], ("", "")], strict=True):
        latin = len(word) > 1 < len(after) and word[-1] < "\u02ff" and after[0] < "\u02ff"
        out += word + (("\u3000" if len(blank) > usual else " " if latin else "") if after else "")
    return out


def tidy(text: str) -> str:
    """A name, title or venue with its words: a run of blanks becomes one."""
    return " ".join(text.split())
