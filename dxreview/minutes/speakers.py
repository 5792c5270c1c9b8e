"""Who speaks: the forms in which minutes print a speaker, as one table of patterns.

A form is tried on what follows the mark (or on the line, where there is none). ``sure`` forms say
by themselves that somebody speaks; the others need evidence from the rest of the document.
"""

import re
from typing import NamedTuple

from dxreview.minutes.words import either

_ROLE_END = either("people.roles")
_ROLE = rf"[^\s（）()【】「」『』、。：:]{{0,28}}(?:{_ROLE_END})(?:兼[^\s（）、。]{{1,20}})?"
_NAME = (
    r"[^\s（）()【】「」、。：:\d]{1,10}(?:[ \u3000]{1,3}[^\s（）()【】「」、。：:\d]{1,8}){0,5}"
)
_END = r"(?=[\s　:：]|〔|$)\s*(?:[:：]\s*)?"
_HONOUR = f"(?:{either('people.honours')})"
_OWN_ROLE = either("people.own_roles")


class Speaker(NamedTuple):
    """Who speaks as printed, and where in the line the words begin (or None: on the next line)."""

    name: str | None
    role: str | None
    form: str
    sure: bool
    words: int | None


_WORD = r"[^\s（）()【】「」『』、。：:]"
_POST = rf"{_WORD}{{0,16}}?(?:{_ROLE_END})"
_PATTERNS = {
    "（氏名役職）": rf"[（(](?P<name>{_NAME})(?P<role>{_OWN_ROLE}|{_POST})[）)]",
    "番号（氏名）": rf"(?P<role>\d{{1,3}}\s*番)\s*[（(]\s*(?P<name>{_NAME}?)\s*{_HONOUR}?\s*[）)]",
    "番号氏名": rf"(?P<role>\d{{1,3}}\s*番)\s*(?P<name>{_NAME}?){_HONOUR}",
    "役職（氏名）": rf"(?P<role>{_ROLE})[ \u3000]?[（(]\s*(?P<name>{_NAME}?)\s*{_HONOUR}?\s*[）)]",
    "姓　役職": rf"(?P<name>{_WORD}{{1,4}})[ \u3000](?P<role>{_OWN_ROLE}|{_WORD}{{0,4}}長)",
    "氏名役職": rf"(?P<who>{_WORD}{{1,24}}(?:[（(]{_WORD}{{1,3}}[）)])?(?:{_ROLE_END}))",
}
_FORMS = [(form, re.compile(pattern + _END)) for form, pattern in _PATTERNS.items()]


def speaker(rest: str) -> Speaker | None:
    """The speaker that what follows a mark begins with, or None."""
    head = rest[:70]
    for form, pattern in _FORMS:
        found = pattern.match(head)
        if found:
            part = found.groupdict()
            name, role = part.get("name"), part.get("role")
            if "who" in part:
                name, role = split_who(part["who"])
            words = found.end() if found.end() < len(rest) else None
            return Speaker(name, role, form, True, words)
    return None


_OWN = re.compile(rf"(?P<name>.{{1,10}}?)(?P<role>{_OWN_ROLE})")
_ORG = re.compile(either("people.no_names"))


def split_who(who: str) -> tuple[str | None, str | None]:
    """Name and role apart where the words allow (福田ようすけ委員), else all of it as the role."""
    found = _OWN.fullmatch(who)
    if found and not _ORG.search(found["name"]):
        return found["name"], found["role"]
    return None, who
