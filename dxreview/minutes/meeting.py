"""One meeting put together: header, people, agenda, body → records with their places and ids."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import dropwhile, takewhile

from dxreview.minutes.agenda import agenda, listed, materials
from dxreview.minutes.blocks import ENDS, HEAD, Block, blocks
from dxreview.minutes.body import Body, body
from dxreview.minutes.evidence import Evidence, evidence
from dxreview.minutes.header import Header, header, is_name
from dxreview.minutes.headings import AGENDA, BODY, DATE, MATERIALS, NOTE, ROSTER, VENUE
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import is_stage, is_time_note
from dxreview.minutes.names import is_bare, is_title, name_and_post, surname
from dxreview.minutes.people import Person
from dxreview.minutes.roster import Roster
from dxreview.minutes.speakers import Speaker
from dxreview.minutes.units import Unit
from dxreview.minutes.words import pattern, words
from dxreview.records import AgendaItem, Attendee, Material, Meeting, Opinion, SourceText
from dxreview.text import find_dates, find_times, fold_identity, tidy

_Who = tuple[str | None, str | None]  # name and role
_HONOURS = ("氏", "さん", "君", "様")
_EXCUSED, _LEAD_IN, _OWNED = map(pattern, ("excused", "lead_in", "owned"))
BY_ANALYST = "analyst"  # the form of a speaker whom an analyst tells: nothing is told apart in it
_OWN_ROLES, _ASIDE = words("own_roles"), re.compile("[（(][^（）()]*[）)]$")


@dataclass
class Draft:
    """One meeting while it is read. ``claims`` are (start, end, what); ``declared`` are headings
    that declare how many people stand below them, with the number that do; ``settled`` are places
    of which an analyst says who is there."""

    source: SourceText
    id: str
    lines: Sequence[Line]
    cut: list[Block]
    found: Evidence
    header: Header = field(default_factory=Header)
    body: Body = field(default_factory=Body)
    roster: Roster = field(default_factory=Roster)
    agenda: list[AgendaItem] = field(default_factory=list)
    materials: list[Material] = field(default_factory=list)
    opinions: list[Opinion] = field(default_factory=list)
    attendees: list[Attendee] = field(default_factory=list)
    declared: list[tuple[Block, int]] = field(default_factory=list)
    claims: list[tuple[int, int, str]] = field(default_factory=list)
    settled: list[tuple[int, int]] = field(default_factory=list)

    def open_unit(self, at: int) -> bool:
        """Let an opinion begin at an offset where none was read, to the end of its paragraph;
        whatever its lines were taken for, they are no longer."""
        units = self.body.units
        ends = {unit.start for unit in units if unit.start > at}
        below = dropwhile(lambda line: line.end <= at, self.lines)
        first = next(below, None)
        if first is None or not first.start <= at or any(u.start <= at < u.end for u in units):
            return False

        def goes_on(line: Line) -> bool:
            return not (line.celled or line.gap or line.start in ends)

        rest = list(takewhile(goes_on, below))
        pieces = [(at, first.end, self.source.text[at : first.end])]
        pieces += [(line.start, line.end, line.text) for line in rest]
        end, after = pieces[-1][1], sum(unit.start < at for unit in units)
        section = units[after - 1].section if after else None
        units.insert(after, Unit("opinion", section, None, at, end, pieces))
        for claims in (self.claims, self.header.claims, self.body.claims):
            claims[:] = [claim for claim in claims if claim[1] <= at or end <= claim[0]]
        people = self.roster.people
        people[:] = [person for person in people if person.end <= at or end <= person.start]
        return True

    def page(self, offset: int) -> int:
        return self.source.page_at(offset)

    def claim(self, line: Line, what: str) -> None:
        self.claims.append((line.start, line.end, what))

    def meeting(self) -> Meeting:
        head, source = self.header, self.source
        return Meeting(
            self.id, head.title, head.series, head.round, head.kind, head.held_on, head.starts_at,
            head.ends_at, head.venue, source.name, source.sha256,
        )  # fmt: skip


def read(
    source: SourceText, lines: Sequence[Line], name: str, meanings: Mapping[str, str]
) -> Draft:
    """Read one meeting from its lines; `finish` makes its records."""
    found = evidence(lines, meanings)
    draft = Draft(source, name, lines, blocks(lines, found), found)
    draft.header = header(draft.cut)
    draft.body = body(draft.cut)
    if _one_speech(draft, lines):
        return draft
    titled = {start for start, _, _ in draft.header.claims}
    for block in draft.cut:
        if block.line is not None:
            valued = block.heading and block.heading.value is not None
            what = block.kind if valued and block.kind in (DATE, VENUE, NOTE) else "heading"
            end = block.valued()[0].start if valued and block.kind == ROSTER else block.line.end
            draft.claims.append((block.line.start, end, what))
        _BELOW.get(block.kind, _fact)(draft, block, titled)
    return draft


def _head(draft: Draft, block: Block, titled: set[int]) -> None:
    """Lines that no heading opened: dates, notes, names, a list of names below its title."""
    rest = [line for line in block.lines if line.start not in titled]
    listing = len(rest) > 2 and re.search("名簿|委員一覧", draft.header.title or "")
    rest = [line for line in rest if not _dated(draft, line, not listing)]
    if listing:
        _people(draft, Block(ROSTER, lines=rest), titled)


def _dated(draft: Draft, line: Line, named: bool) -> bool:
    text = line.text
    if is_time_note(text) or is_stage(text) or _LEAD_IN.fullmatch(text):
        draft.claim(line, "note")
    elif named and is_name(text):
        draft.claim(line, "title")
    elif len(text) < 60 and (any(find_dates(text)) or find_times(text)):
        draft.claim(line, "date")
    else:
        return False
    return True


def _people(draft: Draft, block: Block, titled: set[int]) -> None:
    listed_lines = [
        line for line in block.valued() if "。" not in line.raw and len(line.raw) < 2000
    ]
    indent = block.line.indent if block.line else -1
    counted = draft.roster.read(listed_lines, block.label or None, indent=indent)
    for line in listed_lines:
        draft.claim(line, "attendee")
    for line in block.lines:
        if "。" in line.raw and (line.text[0] in "※＊*注（(" or ENDS.fullmatch(line.text)):
            draft.claim(line, "note")
    if block.heading and block.heading.declared is not None and counted:
        draft.declared.append((block, counted))


def _agenda(draft: Draft, block: Block, titled: set[int]) -> None:
    lines = block.valued()
    for item in agenda(lines):
        place = draft.page(item.start), item.start, item.end
        draft.agenda.append(AgendaItem(draft.id, item.number, item.title, *place))
    for line in lines:
        draft.claim(line, "agenda")


def _listed(draft: Draft, block: Block, titled: set[int]) -> None:
    for line in block.valued():
        if number := listed(line):
            place = draft.page(line.start), line.start, line.end
            draft.materials.append(Material(draft.id, number, None, None, *place))
        draft.claim(line, "material")


def _fact(draft: Draft, block: Block, titled: set[int]) -> None:
    for line in block.lines if block.kind != BODY else ():  # the body claims its lines itself
        draft.claim(line, block.kind)


_BELOW = {HEAD: _head, ROSTER: _people, AGENDA: _agenda, MATERIALS: _listed}


def _one_speech(draft: Draft, lines: Sequence[Line]) -> bool:
    """A text without header and marks that speaks politely to its hearers is one speech."""
    if draft.body.units or {ROSTER, AGENDA} & {block.kind for block in draft.cut}:
        return False
    if any(line.celled for line in lines):
        return False
    if sum(line.text.endswith(("ます。", "ました。", "です。")) for line in lines) < 3:
        return False
    pieces = [(line.start, line.end, line.text) for line in lines]
    unit = Unit("speech", None, None, lines[0].start, lines[-1].end, pieces)
    draft.header, draft.body = Header(), Body([unit])
    return True


def finish(draft: Draft) -> None:
    """Make the records: ids and order of the units, people, materials inside explanations."""
    known = _told_apart(draft.body.units, draft.roster.people)
    meeting, pages, seen = draft.id, draft.source.pages, dict[str, int]()
    several, made = len(pages) > 1, tuple.__new__  # half the time of Opinion(…)
    for order, unit in enumerate(draft.body.units, 1):
        text, who, name, role = unit.text, unit.speaker, None, None
        own = f"{meeting}-{sha256(fold_identity(text).encode()).hexdigest()[:8]}"
        again = seen[own] = seen.get(own, 0) + 1
        unit.id = own if again == 1 else f"{own}-{again}"
        if who is not None:
            name, role = (known and known.get(who)) or who[:2]
        fields = (
            unit.id, meeting, order, unit.section, unit.kind, name, role,
            unit.reply_to.id if unit.reply_to else None, text,
            bisect_right(pages, unit.start) if several else 1, unit.start, unit.end,
        )  # fmt: skip
        draft.opinions.append(made(Opinion, fields))
        _claim_unit(draft, unit)
        if unit.kind == "explanation":
            _materials(draft, unit)
    people = [*draft.roster.people, *_absent(draft)]
    draft.attendees = [Attendee(draft.id, *p[:4], draft.page(p.start), *p[4:]) for p in people]
    draft.claims += [*draft.header.claims, *draft.body.claims]


def _heads(people: Sequence[Person]) -> list[str]:
    """The names of a roster and their surnames, the longest first."""
    names = [person.name.split() for person in people if person.name]
    heads = {"".join(name) for name in names}
    heads |= {name[0] if len(name) > 1 else name[0][: surname(name[0]) or 2] for name in names}
    known = (head for head in heads if len(head) > 1 and not is_bare(head))
    return sorted(known, key=len, reverse=True)


def _told_apart(units: Sequence[Unit], people: Sequence[Person]) -> dict[Speaker, _Who]:
    """Name and post where they are others than the speaker's mark says by itself: by the roster,
    and by how the other speakers are printed. What is no known surname and stands before several
    posts is an office (公益課長, 公益法人室長)."""
    once = {id(unit.speaker): unit.speaker for unit in units}
    speakers = {who for who in once.values() if who and who.role and who.form != BY_ANALYST}
    names, told = _heads(people), _are_told(speakers)
    listed = {
        f"{''.join(person.name.split())}{person.affiliation}": person
        for person in people
        if person.name and person.affiliation and not is_bare(f"{person.name}{person.affiliation}")
    }
    found: dict[Speaker, _Who] = {}
    for who in speakers:
        name, role = who.name, who.role or ""
        if role in _HONOURS:
            found[who] = name, None
        elif person := listed.get(f"{name or ''}{role}"):  # told as in the list
            found[who] = person.name, person.affiliation
        elif name not in names:
            found[who] = _known(name, role, names, told)
    held = Counter(name for name, _ in set(found.values()) if name and name not in names)
    offices = {name for name, count in held.items() if count > 1 and not surname(name)}
    for who, (part, post) in found.items():
        found[who] = (None, f"{part}{post}") if part in offices else (part, post)
    return {who: apart for who, apart in found.items() if apart != who[:2]}


def _are_told(who: Set[Speaker]) -> bool:
    """Whether most who speak are printed with name and post, also those who speak for an office."""
    named = [one for one in who if one.name is not None]
    official = sum(one.role not in _OWN_ROLES for one in named)
    bare = sum(one.name is None and is_bare(one.role or "") for one in who)
    return len(named) * 2 >= len(who) and bare <= official + 1


def _known(name: str | None, role: str, names: Sequence[str], told: bool) -> _Who:
    """Name and post apart where the roster knows who it is (久慈進総務部長, 真部会長), or where the
    others are ``told`` apart."""
    owned = _OWNED.fullmatch(role) if name is None else None
    if owned and any(one.startswith(owned["name"]) for one in names):
        return owned["name"], owned["role"]
    both = f"{name or ''}{role}"
    known = next((one for one in names if both.startswith(one)), "")
    if len(known) > len(name or "") and is_title(_ASIDE.sub("", both[len(known) :])):
        return known, both[len(known) :]
    apart = name_and_post(role, full=False) if told and name is None else None
    return apart or (name, role)


def _claim_unit(draft: Draft, unit: Unit) -> None:
    """Claim the pieces of a unit; pieces with nothing but blanks between are one span."""
    text, start, end = draft.source.text, unit.start, unit.pieces[0][1]
    for first, last, _ in unit.pieces[1:]:
        if first - end > 1 and not text[end:first].isspace():
            draft.claims.append((start, end, unit.kind))
            start = first
        end = last
    draft.claims.append((start, end, unit.kind))


def _materials(draft: Draft, unit: Unit) -> None:
    for _, end, piece in unit.pieces:
        who = unit.speaker.role if unit.speaker else None
        for number, presenter, start, stop in materials(piece, end - len(piece), who):
            place = draft.page(start), start, stop
            listed = (m for m in draft.materials if m.number == number and m.section is None)
            if (above := next(listed, None)) is not None:
                draft.materials.remove(above)
            draft.materials.append(Material(draft.id, number, presenter, unit.section, *place))


def _absent(draft: Draft) -> Iterator[Person]:
    """Who sent word of absence, as the chair reports it, where no list says so."""
    known = [fold_identity(person.name or "") for person in draft.roster.people]
    for unit in draft.body.units[:6]:
        for _, end, piece in unit.pieces:
            names, found, rest = piece[:1000].partition("から")
            for one in _EXCUSED.finditer(names) if found and "欠席" in rest[:30] else ():
                start = end - len(piece) + one.start("name")
                name = fold_identity(one["name"])
                stop = start + len(one["name"])
                told = any(start < last and first < stop for first, last in draft.settled)
                if not told and not any(listed.startswith(name) for listed in known):
                    yield Person(None, tidy(one["name"]), None, "absent", start, stop)
