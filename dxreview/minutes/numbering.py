"""Numbers at the head of a line: １ · 1. · （１） · 第１ · 日程第１ · 一、 · ① · ア."""

import re
import unicodedata
from typing import NamedTuple

from dxreview.text import number

_N = r"[\d]{1,3}|[一二三四五六七八九十]{1,3}"
_NUMBERED = re.compile(
    r"(?P<before>(?:日程|議題|議案|報告|案件|議事)?第[ \u3000]*"
    rf"|(?:議題|議案|案件|日程|報告)[ \u3000]*(?:[（(])?|[（(][ \u3000]*)?"
    rf"(?P<number>{_N})(?P<sub>(?:[-－‐−–.．]\d{{1,2}})*)"
    r"(?P<after>[ \u3000]*[)）]|[ \u3000]*[.．、:：](?!\d)|号[ \u3000]*|(?=[ \u3000]))"
    r"[ \u3000]*(?=\S)|(?P<circled>[①-⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ])[ \u3000.．、]*(?=\S)"
)


class Numbered(NamedTuple):
    """The shape of a number ("(#)"), its value, and where the title behind it starts."""

    shape: str
    value: int
    printed: str
    end: int


def numbered(text: str) -> Numbered | None:
    found = _NUMBERED.match(text)
    if found is None:
        return None
    if circled := found["circled"]:
        return Numbered(
            "①" if circled < "Ⅰ" or circled > "Ⅻ" else "Ⅰ",
            int(unicodedata.numeric(circled)),
            circled,
            found.end(),
        )
    before, after = found["before"] or "", found["after"] or ""
    if not (before or after or found["sub"]) and not text[found.end("number")].isspace():
        return None
    shape = unicodedata.normalize("NFKC", "".join(f"{before}#{after}".split()))
    value = number(found["number"])
    sub = (
        unicodedata.normalize("NFKC", found["sub"] or "")
        .replace(".", "-")
        .replace("‐", "-")
        .replace("−", "-")
        .replace("–", "-")
    )
    return Numbered(shape, value, f"{value}{sub}", found.end())
