"""Attendees: the groups of a roster, and names told from affiliations and posts."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from dxreview.minutes.lines import Line
from dxreview.text import tidy

_FLAG = re.compile(
    r"[ \u3000]*[（(]\s*※\s*(\d*)\s*[）)][ \u3000]*|[ \u3000]*※\d*$|^[※◎○●][ \u3000]*"
)
_LEGEND = re.compile(
    r"[（(]?\s*(?P<mark>[※◎○●＊*]\d*)\s*[）)]?\s*(?:印)?\s*(?:は|：|:|…|=|＝)\s*(?P<means>.{1,30})"
)
_LABEL = re.compile(r"[【〔［\[<＜〈]\s*(?P<label>[^】〕］\]>＞〉]{1,20})\s*[】〕］\]>＞〉]")
_NAME = re.compile(r"[一-龥々〆ヶ㐀-䶿豈-﫿ぁ-んァ-ヶー]+")


class Person(NamedTuple):
    group: str | None
    name: str | None
    affiliation: str | None
    attendance: str
    start: int
    end: int


def roster(lines: Sequence[Line], group: str | None) -> list[Person]:
    people: list[Person] = []
    flagged: list[int] = []
    for line in lines:
        text = line.plain
        legend = _LEGEND.fullmatch(text)
        if legend:
            people = _apply(people, flagged, legend["means"])
            continue
        label = _LABEL.fullmatch(text)
        if label:
            group = tidy(label["label"])
            continue
        if text[0] in "(（" and text[-1] in ")）" and people:
            last = people[-1]
            people[-1] = last._replace(
                affiliation=f"{last.affiliation or ''}{tidy(text)}", end=line.end
            )
            continue
        bare = _FLAG.sub("", text)
        if bare != text:
            flagged.append(len(people))
        name, affiliation = split(bare)
        people.append(Person(group, name, affiliation, "present", line.start, line.end))
    return people


def _apply(people: list[Person], flagged: list[int], means: str) -> list[Person]:
    state = (
        "online"
        if re.search("オンライン|ウェブ|ＷＥＢ|WEB|Web|リモート", means)
        else "absent"
        if "欠席" in means
        else None
    )
    if state is None:
        return people
    return [
        person._replace(attendance=state) if at in flagged else person
        for at, person in enumerate(people)
    ]


def split(text: str) -> tuple[str, str | None]:
    """Name and affiliation: the name is one full word, or two short ones."""
    words = text.split()
    count = (
        1
        if len(words[0]) >= 4
        or len(words) < 2
        or not _NAME.fullmatch(words[1])
        or len(words[1]) > 3
        else 2
    )
    return " ".join(words[:count]), " ".join(words[count:]) or None
