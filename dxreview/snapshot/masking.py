"""Lines of a source in which people are listed, as they go out without names.

A line of a list says who was there by group and post where every person of it was told apart; a
line of labels alone stays. Any other line of a list, and a line nobody understood that looks like
one, is hidden whole: a name that the parser did not see cannot be replaced.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from dxreview.messages import say
from dxreview.minutes.headings import is_group
from dxreview.minutes.names import (
    is_named,
    is_post,
    is_surname,
    is_title,
    name_then_office,
    name_then_post,
    post_then_name,
    surname,
)
from dxreview.minutes.words import words
from dxreview.snapshot.content import Content, records


def either(words: Iterable[str], between: str = "") -> str:
    """A pattern of any of the words, longest first; ``between``: what may stand between letters."""
    longest = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(between.join(map(re.escape, word)) for word in longest) or "(?!)"


PEOPLE, PERSON = "attendee", "出席者"
UNCLEAR = ("unparsed", "note")  # may be the rest of a list
SPOKEN = {"opinion", "question", "answer", "speech", "explanation"}
LISTING = {PEOPLE, "heading", *UNCLEAR}
_WORD = re.compile(
    r"[^\s、，,・･／/：:;；()（）「」【】\[\]［］〔〕<>＜＞《》〈〉○〇◯◎●◆◇■□―—…‥.．*＊※|｜]+"
)
_LETTER = re.compile("(?<=.)[A-ZＡ-Ｚ]$")  # 委員Ａ
_SEAT = re.compile(r"\d+番?")
_KNOWN = words("groups") | words("presence") | words("own_roles") | words("collective")
_PARTS = (
    _KNOWN | words("titles") | words("offices") | words("offices_end") | {"副", "兼", "同", "各"}
)
_BUILT = re.compile(f"(?:{either(_PARTS)})+")
_BODY = re.compile(f"(?:{either(words('offices_end'))})$")
_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚÀ-ɏ]")


class Mask(NamedTuple):
    """A stretch of a source and what stands for it; ``hidden`` where its words are not kept."""

    start: int
    end: int
    instead: str
    hidden: bool


@lru_cache(4096)
def is_plain(text: str) -> bool:
    """Whether words name posts and places only: none is, begins or ends like somebody's name."""
    return all(_is_place(word) for word in _WORD.findall(text))


@lru_cache(4096)
def is_built(text: str) -> bool:
    """Whether every word is made of known words of posts and offices and of nothing else."""
    return all(_BUILT.fullmatch(word) and _is_place(word) for word in _WORD.findall(text))


def is_label(text: str) -> bool:
    """Whether words are what a list or a speaker may be called without anybody being named."""
    bare = _LETTER.sub("", text)
    return not names_somebody(bare) and (is_group(bare) or is_plain(bare))


def _is_place(word: str) -> bool:
    known = _SEAT.fullmatch(word) or word in _KNOWN or is_title(word)
    if not (known or (is_post(word) and _BODY.search(word))) or names_somebody(word):
        return False
    owner, office = name_then_post(word), name_then_office(word)
    if _BUILT.fullmatch(word):
        return not (owner and is_surname(owner[0]))
    of_place = office is None or office[0][-1] in "都道府県市区町村"
    return owner is None and of_place and not _LATIN.search(_BUILT.sub("", word))


def names_somebody(text: str) -> bool:
    """Whether a word is, begins or ends like somebody's name."""
    return any(
        is_surname(word) or post_then_name(word) or name_in(word) or names_in(word)
        for word in _WORD.findall(text)
    )


@lru_cache(4096)
def name_in(role: str) -> str:
    """The name before the post that ends a role, behind a group or not (事務局田中主査), or ""."""
    for cut in range(len(role)):
        found = name_then_post(role[cut:])
        behind = cut and _heads(role[:cut]) and not _BUILT.fullmatch(role[cut:])
        if found and (behind or (is_surname(found[0]) and (not cut or _heads(role[:cut])))):
            return found[0]
    return ""


def _heads(word: str) -> bool:
    return is_group(word) or is_title(word)


def names_in(line: str) -> list[str]:
    """The words of a line that begin with a common surname of two letters or more."""
    return [word for word in _WORD.findall(line) if surname(word) > 1 and is_named(word)]


def masks(content: Content) -> dict[str, list[Mask]]:
    """The lines to be replaced, by the name of their source, in order."""
    files = dict(zip(content.meetings["meeting_id"], content.meetings["source"], strict=True))
    people, spans = defaultdict(list), defaultdict(list)
    for row in records(content.attendees):
        people[files[row["meeting_id"]]].append(row)
    for row in records(content.spans):
        spans[row["source"]].append(row)
    return {
        name: list(_masks(content.sources[name].text, spans[name], people[name])) for name in spans
    }


def _masks(text: str, spans: list[dict[str, Any]], people: list[dict[str, Any]]) -> Iterator[Mask]:
    lines = [line for span in spans if span["what"] in LISTING for line in _lines(text, span)]
    said = min((span["start"] for span in spans if span["what"] in SPOKEN), default=len(text))
    held = [[one for one in people if meet(one, *line[:2])] for line in lines]
    listed = [bool(there) or line[2] == PEOPLE for line, there in zip(lines, held, strict=True)]
    for at, (start, end, what) in enumerate(lines):
        line = text[start:end]
        if is_built(line) or (listed[at] and not held[at] and is_plain(line)):
            continue  # labels and posts alone
        if listed[at]:
            instead = _told(held[at], start, end)
            yield Mask(start, end, instead or say("publish.masked", lang="ja"), not instead)
        elif what in UNCLEAR and "。" not in line:
            near = start < said or any(listed[max(0, at - 1) : at + 2])
            if names_in(line) or (what == UNCLEAR[0] and near):
                yield Mask(start, end, say("publish.masked", lang="ja"), True)


def _lines(text: str, span: Mapping[str, Any]) -> Iterator[tuple[int, int, str]]:
    """A span line by line: start, end, what."""
    for found in re.finditer(r"[^\n]*\S", text[span["start"] : span["end"]]):
        yield span["start"] + found.start(), span["start"] + found.end(), span["what"]


def meet(one: Mapping[str, Any], start: int, end: int) -> bool:
    """Whether a row of a frame stands in a stretch of its source, or a part of it."""
    return bool(one["start"] < end and start < one["end"])


def _told(people: list[dict[str, Any]], start: int, end: int) -> str:
    """Groups and posts of a line's people; "" where one of them was not told apart."""
    if not all(start <= one["start"] and one["end"] <= end and is_told(one) for one in people):
        return ""
    said = (filter(None, dict.fromkeys((bare_label(one["group"]), post(one)))) for one in people)
    return "、".join(filter(None, map("　".join, said)))


def is_told(one: Mapping[str, Any]) -> bool:
    """Whether an attendee's name is known, or there is none and the post is built of known words
    and nothing else."""
    return bool(one["name"] or is_built(one["affiliation"] or ""))


def post(one: Mapping[str, Any]) -> str | None:
    """The affiliation of an attendee; None where there is none or it may hold a name."""
    return one["affiliation"] if is_told(one) and is_plain(one["affiliation"] or "") else None


@lru_cache(4096)
def bare_label(label: str | None) -> str:
    """A group or role without the name in it; PERSON where it may be more than a label."""
    rest = (label or "").replace(name_in(label or ""), "")
    return rest if rest and is_label(rest) else PERSON
