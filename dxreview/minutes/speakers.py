"""Who speaks: the forms in which minutes print a speaker, as one table of patterns.

A form is tried on what follows a mark, or on a line without one; whether a document really uses
it, `evidence` decides.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from dxreview.minutes.numbering import numbered
from dxreview.minutes.words import either, words
from dxreview.text import tidy


class Speaker(NamedTuple):
    """Who speaks as printed, by which form, and where in the text the words begin (or None: they
    stand on the next line)."""

    name: str | None
    role: str | None
    form: str
    words: int | None


_ROLES, _OWN = either("people.roles"), either("people.own_roles")
_WORD = r"[^\s（）()【】「」『』、。，．：:|｜○◯〇◎◆]"
_NAME = rf"{_WORD}{{1,10}}(?:\s{{1,3}}{_WORD}{{1,8}}){{0,5}}"
_ROLE = rf"{_WORD}{{0,28}}(?:{_ROLES})(?:兼{_WORD}{{1,20}})?"
_WHO = rf"{_WORD}{{0,24}}(?:[（(]{_WORD}{{1,3}}[）)])?(?:{_ROLES})"
_END = r"(?=[\s:：]|〔|$)\s*(?:[:：]\s*)?"

MARKED = {
    "（氏名役職）": rf"[（(](?P<both>{_NAME}(?:{_ROLES}))[）)]{_END}",
    "番号（氏名）": rf"(?P<role>\d{{1,3}}\s*番)\s*[（(]\s*(?P<name>{_NAME}?)\s*[）)]{_END}",
    "番号氏名": rf"(?P<role>\d{{1,3}}\s*番)\s*(?P<name>{_NAME}?)(?:君|議員|委員|さん){_END}",
    "役職（氏名）": rf"(?P<role>{_ROLE})\s?[（(]\s*(?P<name>{_NAME}?)\s*[）)]{_END}",
    "姓　役職": rf"(?P<name>{_WORD}{{1,4}})\s(?P<role>{_OWN}){_END}",
    "課　役職": rf"(?P<role>{_WORD}{{1,8}}[課部局室係]\s{_WORD}{{1,8}}長){_END}",
    "氏名役職": rf"(?P<who>{_WHO}){_END}",
}
UNMARKED = {
    "【役職】": r"【\s*(?P<who>[^【】。]{1,24}?)\s*】",
    "（役職）": rf"[（(]\s*(?P<who>{_NAME})\s*[）)](?=\s*\S)",
    "役職（氏名）：": rf"(?P<role>{_ROLE})\s*[（(]\s*(?P<name>{_NAME}?)\s*[）)]\s*[:：]",
    "氏名：": rf"(?P<who>{_WORD}{{1,16}}?(?:\s{_WORD}{{1,6}})?)\s*[:：](?=\s*\S)",
    "氏名）": rf"(?P<who>{_WORD}{{1,8}})[）)](?=\s*\S)",
    "役職｜": rf"(?P<who>{_WORD}{{1,16}})\s*[|｜│](?=\s*\S)",
    "役職": rf"(?P<who>{_WHO}|{_WORD}{{1,4}}\s(?:{_OWN}))$",
}
QUOTED = {"氏名「」": rf"(?P<who>{_WORD}{{1,12}})(?=「)"}
_Forms = Sequence[tuple[str, re.Pattern[str]]]
_MARKED, _UNMARKED, _QUOTED = (
    [(form, re.compile(pattern)) for form, pattern in table.items()]
    for table in (MARKED, UNMARKED, QUOTED)
)


def marked(rest: str) -> Speaker | None:
    """The speaker that ``rest`` (what follows a mark) begins with, or None."""
    return _first(_MARKED, rest[:70], len(rest))


def unmarked(text: str) -> Speaker | None:
    """The speaker that a line without a mark may begin with, or None."""
    found = _first(_UNMARKED, text[:45], len(text))
    return None if found and found.form == "氏名：" and numbered(text) else found


def quoted(rest: str) -> Speaker | None:
    """The speaker of ``○氏名「…」``: no form is weaker, so many lines must show it."""
    return _first(_QUOTED, rest[:20], len(rest))


def _first(forms: _Forms, head: str, length: int) -> Speaker | None:
    for form, pattern in forms:
        if found := pattern.match(head):
            part = found.groupdict()
            name, role = part.get("name"), part.get("role")
            if who := part.get("who") or part.get("both"):
                name, role = split_both(who) if "both" in part else split_who(who)
            name = tidy(_HONOURED.sub("", name)) if name else None
            role = "".join(role.split()) if role else None
            at = len(head) - len(head[found.end() :].lstrip())
            return Speaker(name, role, form, at if at < length else None)
    return None


_HONOURED = re.compile(rf"(?<=..)\s*(?:{either('people.honours')})$")
_OWN_WORDS = frozenset(words("people.own_roles"))
_OWNED = re.compile(rf"(?P<name>.{{1,10}}?)\s?(?P<role>{_OWN})")
_POST = re.compile(rf"(?:{_ROLES})$")
_NO_NAME = re.compile(either("people.no_names"))
_OFFICES = either("people.offices")
_OFFICE = re.compile(_OFFICES)
_SURNAME = re.compile(
    r"(?P<name>[一-龥々]{1,3})(?P<role>副?(?:[部局課係室次市町村区]長|主任|主事|主幹))"
)
_BOTH = re.compile(rf"(?P<name>[^\d]{{2,9}}?)(?P<role>(?:{_OFFICES}|副?(?=議長|委員長))\S*)")


def split_who(who: str) -> tuple[str | None, str | None]:
    """Name and role apart where the words allow (福田ようすけ委員); a post alone is a role, a word
    that is no post a name."""
    if who in _OWN_WORDS:
        return None, who
    owned = _OWNED.fullmatch(who)
    if owned and not _NO_NAME.search(owned["name"]) and owned["name"] not in ("副", "正"):
        return owned["name"], owned["role"]
    found = _SURNAME.fullmatch(who)
    if found and not _OFFICE.match(found["name"]):
        return found["name"], found["role"]
    return (None, who) if _is_post(who) else (who, None)


def split_both(who: str) -> tuple[str | None, str | None]:
    """Name and role where the form promises both (青木克德区長)."""
    name, role = split_who(who)
    found = _BOTH.fullmatch(who) if name is None else None
    return (found["name"], found["role"]) if found else (name, role)


def _is_post(label: str) -> bool:
    """Whether a word ends like a post; a short one like 今村 or 岡部 is a surname."""
    short = 1 < len(label) <= 3 and label[-1] in "村町部市" and not _OFFICE.match(label)
    return not short and _POST.search(label) is not None
