"""What an analyst's corrections do to a meeting while it is read: units split, joined and given
speakers, people put in and taken out."""

from collections.abc import Mapping
from itertools import pairwise

from msgspec import structs

from dxreview.minutes.marks import MARKS
from dxreview.minutes.meeting import BY_ANALYST, Draft
from dxreview.minutes.people import Person
from dxreview.minutes.speakers import Speaker
from dxreview.minutes.units import Unit
from dxreview.text import join as unwrap

_HONOURS = "君氏様さん"
Place = tuple[int, int]
Claims = list[tuple[int, int, str]]
Told = Mapping[str, str]  # what an analyst tells of a person; nothing of it is empty


def bare(text: str) -> str:
    """A text without its blanks."""
    return "".join(text.split())


def split(draft: Draft, at: int) -> bool:
    """Let a unit of its own begin at an offset inside of a unit, or where there is none."""
    units = draft.body.units
    for index, unit in enumerate(units):
        for number, (start, end, words) in enumerate(unit.pieces):
            inside = at - (end - len(words))
            if start <= at < end and (number > 0 or inside > 0):
                rest = [(at, end, words[max(inside, 0) :]), *unit.pieces[number + 1 :]]
                units.insert(index + 1, structs.replace(unit, start=at, pieces=rest))
                left = words[: max(inside, 0)].rstrip()
                unit.pieces[number:] = [(start, end - len(words) + len(left), left)] if left else []
                unit.end = unit.pieces[-1][1]
                return True
    return draft.open_unit(at)


def join(draft: Draft, at: int) -> bool:
    """Let the unit that begins at an offset belong to the one before."""
    units = draft.body.units
    for above, unit in pairwise(units):
        start, end, words = unit.pieces[0]
        if start <= at < end and at <= end - len(words):
            above.pieces, above.end = above.pieces + unit.pieces, unit.end
            units.remove(unit)
            return True
    return False


def speak(draft: Draft, at: int, told: Told) -> bool:
    """Let the unit whose own words begin at an offset be spoken by whom an analyst tells."""
    held = (unit for unit in draft.body.units if unit.start <= at < unit.end)
    if (unit := next(held, None)) is None or not _begin(unit, at, told, draft.source.text):
        return False
    who = told.get("speaker"), told.get("role")
    unit.speaker = Speaker(*who, BY_ANALYST, None) if told else None
    if told and unit.kind in ("opinion", "explanation"):
        unit.kind = "speech"
    elif not told and unit.kind == "speech":
        unit.kind = "opinion"
    return True


def _begin(unit: Unit, at: int, told: Told, text: str) -> bool:
    """Whether the own words of a unit begin at an offset, or can: what stands before it is no more
    than the speaker who is told; where nobody is, what was taken for a speaker is words."""
    for number, (start, end, words) in enumerate(unit.pieces):
        if start <= at < end:
            inside = len(bare(words)) - len(bare(text[at:end]))
            if inside > 0:
                cut = [place for place, char in enumerate(words) if not char.isspace()][inside]
                named = {*"".join(told.values()), *_HONOURS, *MARKS}
                if any(char.isalnum() and char not in named for char in words[:cut]):
                    return False
                words = words[cut:]
            elif inside < 0 and unit.speaker and not told:
                words = unwrap(text[at:end].lstrip("".join(MARKS)).split("\n")).lstrip()
            unit.pieces[number] = (start, end, words)
            return True
        if words:
            return False
    return False


def attend(draft: Draft, place: Place, person: Person | None, aside: Claims) -> None:
    """Let a person, or nobody, be where a quote stands, whatever it was taken for; what is not told
    of somebody who was read there stays. ``aside`` are claims of lines that no meeting was given.
    Where nobody is, the line is still one of people: it may hold names, which `publish` hides with
    the line."""
    start, end = place
    people = draft.roster.people
    kept = [one for one in people if one.end <= start or end <= one.start]
    gone = [one for one in people if one not in kept]
    if person and len(gone) == 1 and bare(gone[0].name or "") == bare(person.name or ""):
        group, post = person.group or gone[0].group, person.affiliation or gone[0].affiliation
        person = person._replace(group=group, affiliation=post)
    more, at = bool(person) - (len(people) - len(kept)), sum(one.start < start for one in kept)
    people[:] = [*kept[:at], *filter(None, [person]), *kept[at:]]
    draft.declared = [
        (block, counted + more * any(line.start <= start < line.end for line in block.lines))
        for block, counted in draft.declared
    ]
    draft.settled.append(place)
    if person:
        _take_out(draft.body.units, place)
        _claim(draft, place, aside)


def _claim(draft: Draft, place: Place, aside: Claims) -> None:
    start, end = place
    for claims in (aside, draft.claims, draft.header.claims, draft.body.claims):
        above = [(first, min(last, start), what) for first, last, what in claims]
        below = [(max(first, end), last, what) for first, last, what in claims]
        claims[:] = [part for part in (*above, *below) if part[0] < part[1]]
    draft.claims.append((start, end, "attendee"))


def _take_out(units: list[Unit], place: Place) -> None:
    """Take whole lines out of the units; a name within somebody's words is still part of them."""
    for unit in [*units]:
        rest = [piece for piece in unit.pieces if piece[0] < place[0] or place[1] < piece[1]]
        if not any(words for _, _, words in rest):
            units.remove(unit)
        elif len(rest) < len(unit.pieces):
            unit.pieces, unit.start, unit.end = rest, rest[0][0], rest[-1][1]
