"""Numbers at the head of a line: １ · 1. · （１） · 第１ · 日程第１ · 一、 · ① · ア."""

import re
import unicodedata
from typing import NamedTuple

from dxreview.text import number

_NUMBERED = re.compile(
    r"(?P<before>(?:日程|議題|議案|報告|案件|議事)?第\s*|(?:議題|議案|案件|日程|報告)\s*[（(]?|[（(]\s*)?"
    r"(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})(?P<sub>(?:[-－‐−–.．]\d{1,2})*)"
    r"(?P<after>\s*[)）]|\s*[.．、:：](?!\d)|号\s*|(?=\s))\s*(?=\S)|(?P<circled>[①-⑳Ⅰ-Ⅹ])[\s.．、]*(?=\S)"
)


class Numbered(NamedTuple):
    """The shape of a number ("(#)"), its value, as printed, and where the title behind starts."""

    shape: str
    value: int
    printed: str
    end: int


def numbered(text: str) -> Numbered | None:
    """The number that a line starts with, or None."""
    found = _NUMBERED.match(text)
    if found is None:
        return None
    if circled := found["circled"]:
        shape = "Ⅰ" if "Ⅰ" <= circled <= "Ⅹ" else "①"
        return Numbered(shape, int(unicodedata.numeric(circled)), circled, found.end())
    shape = narrow(f"{found['before'] or ''}#{found['after'] or ''}")
    value = number(found["number"])
    return Numbered(shape, value, f"{value}{narrow(found['sub'] or '')}", found.end())


def narrow(printed: str) -> str:
    """A number as everybody writes it: narrow, without blanks, with plain hyphens."""
    plain = "".join(unicodedata.normalize("NFKC", printed).split())
    return re.sub("[‐−–―]", "-", plain)
