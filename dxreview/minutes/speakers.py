"""Who speaks: the forms of ``grammar.toml`` in which minutes print a speaker.

A form is tried on what follows a mark, or on a line without one; whether a document really uses
it, `evidence` decides.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from dxreview.minutes.headings import gather, is_known, numbered
from dxreview.minutes.names import given, is_bare, is_named, is_post, name_then_post
from dxreview.minutes.words import pattern, table, words
from dxreview.text import tidy

_Part = str | None  # of what a form found


class Speaker(NamedTuple):
    """Who speaks as printed, by which form, and where in the text the words begin (or None: they
    stand on the next line)."""

    name: str | None
    role: str | None
    form: str
    words: int | None


_MARKED, _UNMARKED, _QUOTED = map(table, ("marked", "unmarked", "quoted"))
_PARTS = {form: tuple(shape.groupindex) for form, shape in (*_MARKED, *_UNMARKED, *_QUOTED)}
# Forms behind a mark that begin with a bracket or a number; most speakers do not.
_OPENED = [(form, shape) for form, shape in _MARKED if form[0] in "（番"]
_NAMED = [each for each in _MARKED if each not in _OPENED]
_OPENS = frozenset("（(一二三四五六七八九十")
# What each form without a mark must hold, by the last letter of its name: a quick look first.
_SIGNS = {
    "】": frozenset("】"),
    "〕": frozenset("〕］]"),
    "＞": frozenset("＞>〉≫》"),
    "）": frozenset("）)"),
    "：": frozenset("：:"),
    "…": frozenset("・…‥."),
    "｜": frozenset("|｜│\t"),
    "」": frozenset("「"),
    "　": frozenset(" \u3000"),
    "職": frozenset(role[-1] for role in words("roles")) | frozenset("問答見明"),
}
_ANY_SIGN = frozenset().union(*_SIGNS.values())
_OWN_ROLES = words("own_roles")
_BOTH, _OFFICE, _HONOURED = map(pattern, ("name_and_office", "offices", "honoured"))
_LETTERS = "ABCDEFGHJKLMNＡＢＣＤＥＦＧＨＪＫＬＭＮ0123456789０１２３４５６７８９"  # 委員Ａ
_BEHIND = "役職　氏名"  # words of a speech stand there too, so the surname must be known
_APART = "姓　役職名"
_ACT, _COUNTED = pattern("act"), re.compile(r"[\d一二三四五六七八九十]+(?:つ目|点目|番目|つ|点)")
_ASIDE = re.compile("[（(][^（）()]*[）)]$")
_BODY = re.compile(pattern("offices_end").pattern + "$", re.VERBOSE)
_STANDS_IN = "龥"  # a letter that no name has
_WITHHELD = re.compile("([○〇◯△□×●◇])\\1+")  # ○○委員: a name that is not told
_BEFORE_SIGN = re.compile("(?<=\\S)[（(][^（）()。]{1,14}[）)]\\s*[:：](?=\\s*\\S)")
_BILL = re.compile("\\S{0,6}第[\\d一二三四五六七八九十]+号")  # 議案第21号「…」
_POST = re.compile(pattern("roles").pattern + "$", re.VERBOSE)
_HONOURS = ("君", "氏", "さん")
_LETTER = re.compile("(?:専門|臨時)?(?:[A-ZＡ-Ｚ](?:委員|構成員)|(?:委員|構成員)[A-ZＡ-Ｚ])")


def marked(rest: str) -> Speaker | None:
    """The speaker that ``rest`` (what follows a mark) begins with, or None."""
    opened = rest[:1] in _OPENS or rest[:1].isdecimal()
    return _first(_MARKED if opened else _NAMED, rest[:70], len(rest))


def behind(text: str) -> Speaker | None:
    """The speaker behind the mark that a line begins with, or None."""
    rest = text[1:120].lstrip()
    if rest[1:2].isspace():
        rest = gather(rest)  # ●司　会
    who, skipped = marked(rest), min(len(text), 120) - len(rest)
    return who and who._replace(words=who.words and who.words + skipped)


def closed(text: str) -> Speaker | None:
    """The speaker of a marked line who ends in a bracket and a blank (○委員（青山望君）　…): told
    apart once, for the same people speak again and again."""
    end = text.find("）\u3000", 2, 40) + 2
    return _closed(text[:end]) if 2 < end < len(text) else None


@lru_cache(4096)
def _closed(head: str) -> Speaker | None:
    return None if is_known(head) else behind(f"{head}…")


def unmarked(text: str) -> Speaker | None:
    """The speaker that a line without a mark may begin with, or None."""
    head = gather(text[:45])
    if withheld := _WITHHELD.search(head):
        head = _WITHHELD.sub(lambda found: _STANDS_IN * len(found[0]), head)
    forms = _shown(_ANY_SIGN.intersection(head))
    found = _first(forms, head, len(text)) if forms else None
    if found is None and forms and (aside := _BEFORE_SIGN.search(head)):
        blank = "：".ljust(len(aside[0]))  # 早乙女（辺見代理）：
        found = _first(forms, head[: aside.start()] + blank + head[aside.end() :], len(text))
    if found is None or (found.role or "").endswith("会議室"):
        return None
    if withheld:
        name, role = (part and part.replace(_STANDS_IN, withheld[1]) for part in found[:2])
        found = found._replace(name=name, role=role)
    unsure = found.role is None or found.form == "役職の職"
    return None if unsure and numbered(text) else found


def behind_number(text: str) -> Speaker | None:
    """The speaker behind a number: （１）委員　…."""
    item = numbered(text) if "\t" not in text else None
    who = unmarked(text[item.end :]) if item else None
    if item is None or who is None or not who.role or not who.words:
        return None
    return who._replace(form="番号", words=who.words + item.end)


@lru_cache(1024)
def _shown(signs: frozenset[str]) -> list[tuple[str, re.Pattern[str]]]:
    """The forms without a mark whose signs a line shows."""
    return [(form, shape) for form, shape in _UNMARKED if not _SIGNS[form[-1]].isdisjoint(signs)]


def quoted(rest: str) -> Speaker | None:
    """The speaker of ``○氏名「…」``: no form is weaker, so many lines must show it."""
    if _BILL.match(rest):
        return None
    return _first(_QUOTED, rest[:20], len(rest))


def _first(forms: list[tuple[str, re.Pattern[str]]], head: str, length: int) -> Speaker | None:
    for form, shape in forms:
        if found := shape.match(head):
            name, role = _told(form, found.groups())
            if name and _COUNTED.fullmatch(name):  # 一つ目：…
                continue
            if form == _BEHIND and not is_named("".join((name or "").split())):
                continue
            at = len(head) - len(head[found.end() :].lstrip())
            return Speaker(name, role, form, at if at < length else None)
    return None


@lru_cache(4096)
def _told(form: str, found: tuple[_Part, ...]) -> tuple[_Part, _Part]:
    """Name and role from what a form found; the same people speak again and again."""
    part = dict(zip(_PARTS[form], found, strict=True))
    name, role, both = part.get("name"), part.get("role"), part.get("both")
    if who := part.get("who") or both:
        if form[0] != "（":  # （事務局から説明） tells of it
            who = _ACT.sub("", who) or who
        name, role = split_who(who, both is not None)
    elif name and role and name.endswith("代理"):
        name, role = split_who(role)  # 早乙女氏（辺見委員代理）
    elif name and role and (apart := name_then_post(name)):
        # 水産庁（倉重次長）, but 議長（中屋健吾議員）, ８番（榎委員）
        own = role[-1] == "番" or apart[1] in _OWN_ROLES
        name, role = apart[0], role if own else role + apart[1]
    elif name and role and role[-1] != "番" and is_post(name):
        inside = name  # 事務局（総務課長）, 佐野会長（弥生村村長）, 大蔵健治（教育係長）
        name, role = split_who(role)
        role = f"{role}（{inside}）" if role else inside
    if name and role in _HONOURS and len(name.split()) > 1:  # 教育長　笹尾忠道君
        post, named = name.split(maxsplit=1)
        name, role = (named, post) if _POST.search(post) else (name, role)
    if form == _APART and name and role and (cut := given(role)):
        name, role = f"{name} {role[:cut]}", role[cut:]
    if name in ("各", "全") and role:
        return None, f"{name}{role}"
    if name and (letter := _LETTER.fullmatch("".join(f"{name}{role or ''}".split()))):
        return None, letter[0]
    name = tidy(_HONOURED.sub("", name)) if name else None
    return name, "".join(role.split()) if role else None


def split_who(who: str, both: bool = False) -> tuple[str | None, str | None]:
    """Name and role apart where the words allow (福田ようすけ委員), or the form promises ``both``
    (青木克德区長); a post alone is a role, a word that is no post a name."""
    if who in _OWN_ROLES or (who[-1] == "番" and who[:-1].isdecimal()):
        return None, who
    if len(who) > 2 and who.endswith(_HONOURS):
        return who.removesuffix("さん").rstrip("君氏"), None
    if who[-1] in "）)" and (aside := _ASIDE.search(who)) and aside.start() > 1:
        name, role = split_who(who[: aside.start()], both)
        inside = "".join(aside[0][1:-1].removesuffix("君").split())
        if name is None and role and (apart := name_then_post(inside)):
            return apart[0], role + apart[1]  # 事務局（木村課長）
        if name is None and role and is_named(inside):
            return inside, role
        return (name, role and role + aside[0]) if role else (who, None)
    if apart := name_then_post(who.rpartition("・")[2]):  # also 福祉会・須山事務局長
        return apart
    if who[-1] in _LETTERS and _POST.search(who.rstrip(_LETTERS)):
        return None, who
    post, *named = who.split(maxsplit=1) or [who]  # nothing but blanks in brackets
    if named and _POST.search(post) and is_named("".join(named[0].split())):
        return named[0], post
    # A short word like 今村 or 岡部 is a surname, not the head of a village or a section.
    if len(who) > 3 and _BODY.search(who):
        return None, who  # speaks for it
    short = 1 < len(who) <= 3 and who[-1] in "村町部市" and not _OFFICE.match(who)
    if short or not _POST.search(who):
        return who, None
    found = _BOTH.fullmatch(who) if both and not is_bare(who) else None
    return (found["name"], found["role"]) if found else (None, who)
