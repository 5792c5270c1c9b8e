"""Precision and recall of the look-alikes: what a reader finds against what the loader finds."""

import sys
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from dxreview.minutes import parse
from dxreview.records import Attendee, Minutes, Opinion, SourceText
from dxreview.text import fold_identity

EXAMPLES = Path(__file__).parents[1] / "minutes_examples"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads(
    (EXAMPLES / "expected.toml").read_text(encoding="utf-8")
)
STATES = {"present": "p", "online": "o", "proxy": "x", "absent": "a"}


@cache
def load(name: str) -> Minutes:
    text = (EXAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    feeds = [at + 1 for at, char in enumerate(text) if char == "\f"]
    return parse(SourceText(f"{name}.txt", text, "0" * 64, pages=(0, *feeds)))


def fold(text: str | None) -> str:
    return fold_identity(text or "")


def person_fits(person: Attendee, wanted: str) -> bool:
    group, name, state = wanted.split("|")
    printed = fold(person.name) + fold(person.affiliation)
    return (
        fold(name) in (fold(person.name), printed, fold(person.affiliation) + fold(person.name))
        or (person.name is None and fold(person.affiliation) == fold(name))
    ) and (fold(person.group), STATES[person.attendance]) == (fold(group), state)


def unit_fits(unit: Opinion, wanted: str) -> bool:
    kind, speaker, role, start = wanted.split("|")
    if speaker == "*":
        who = unit.role is not None
    else:
        who = (fold(unit.speaker), fold(unit.role)) == (fold(speaker), fold(role))
    return who and unit.kind[0] == kind and fold(unit.text).startswith(fold(start))


def matched(found: list[Any], wanted: list[str], fits: Any) -> tuple[int, list[Any], list[str]]:
    left = list(wanted)
    extra = []
    for one in found:
        hit = next((want for want in left if fits(one, want)), None)
        if hit is None:
            extra.append(one)
        else:
            left.remove(hit)
    return len(found) - len(extra), extra, left


def score(names: list[str], *, show: bool = False) -> Counter[str]:
    total: Counter[str] = Counter()
    for name in names:
        wanted, minutes = EXPECTED[name], load(name)
        for what, found, fits in (
            ("people", list(minutes.attendees), person_fits),
            ("units", list(minutes.opinions), unit_fits),
        ):
            hits, extra, missed = matched(found, wanted[what], fits)
            total.update({f"{what} hit": hits, f"{what} found": len(found)})
            total[f"{what} wanted"] += len(wanted[what])
            if show and (extra or missed):
                print(f"== {name} {what}")
                for one in extra:
                    print("   +", described(one))
                for one in missed:
                    print("   -", one)
        wrong = facts(minutes, wanted)
        total["dates wanted"] += 1
        total["dates hit"] += not any(key in ("date", "second", "time") for key in wrong)
        total["facts wrong"] += len(wrong)
        if show and wrong:
            print(f"== {name} {wrong}")
    return total


def facts(minutes: Minutes, wanted: dict[str, Any]) -> dict[str, Any]:
    """What differs: key → found."""
    meeting = minutes.meetings[0]
    clock = "-".join(
        at.strftime("%H:%M") if at else "" for at in (meeting.starts_at, meeting.ends_at)
    )
    found = {
        "date": meeting.held_on,
        "time": clock if clock != "-" else None,
        "kind": meeting.kind,
        "round": meeting.round,
        "second": minutes.meetings[1].held_on if len(minutes.meetings) > 1 else None,
        "agenda": len(minutes.agenda) if "agenda" in wanted else None,
    }
    wrong = {key: value for key, value in found.items() if value != wanted.get(key)}
    codes = sorted({warning.code for warning in minutes.warnings})
    return wrong | ({"warnings": codes} if codes != sorted(wanted.get("warnings", [])) else {})


def described(one: Any) -> str:
    if isinstance(one, Attendee):
        return f"{one.group}|{one.name}|{one.affiliation}|{one.attendance}"
    return f"{one.kind[0]}|{one.speaker}|{one.role}|{one.text[:20]}"


def percent(total: Counter[str]) -> str:
    parts = []
    for what in ("units", "people"):
        hit, found, wanted = (total[f"{what} {key}"] for key in ("hit", "found", "wanted"))
        parts.append(f"{what}: precision {hit}/{found}, recall {hit}/{wanted}")
    return "; ".join([*parts, f"dates {total['dates hit']}/{total['dates wanted']}"])


if __name__ == "__main__":
    parts = ("held", "fresh", "taught")
    part = next((key for key in parts if key in sys.argv), None)
    chosen = [
        name
        for name, wanted in EXPECTED.items()
        if (wanted.get(part) if part else not any(map(wanted.get, parts)))
    ]
    result = score(chosen, show="show" in sys.argv)
    print(len(chosen), "documents;", percent(result), "; facts wrong", result["facts wrong"])
