"""One meeting put together: header, people, agenda, body → records with their places and ids."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from dxreview.minutes.agenda import agenda, listed, materials
from dxreview.minutes.blocks import HEAD, Block, blocks
from dxreview.minutes.body import Body, Unit, body
from dxreview.minutes.evidence import Evidence, evidence
from dxreview.minutes.header import Header, Reader, is_name
from dxreview.minutes.headings import AGENDA, DATE, MATERIALS, NOTE, ROSTER, VENUE
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import is_stage, is_time_note
from dxreview.minutes.roster import Person, Roster
from dxreview.records import AgendaItem, Attendee, Material, Meeting, Opinion, SourceText
from dxreview.text import find_dates, find_times, fold_identity, tidy

_GENERIC = re.compile(
    r"(?:出席|参加|列席)者?(?:名簿|一覧|等|状況)?|出席状況|出席者名|委員名簿|名簿|構成員名簿"
)
_EXCUSED = re.compile(
    r"(?P<names>(?:[^、。\s]{2,10}(?:議員|委員)(?:、|及び|と)?){1,12})から[^。]{0,20}欠席"
)
_ONE = re.compile(r"(?P<name>[^、。\s\d番]{2,10})(?:議員|委員)(?:、|及び|と)?")
_WHAT = {DATE: "date", VENUE: "venue", ROSTER: "attendee", AGENDA: "agenda", MATERIALS: "material"}


@dataclass
class Draft:
    """One meeting while it is read; ``claims`` are (start, end, what)."""

    source: SourceText
    id: str
    cut: list[Block]
    found: Evidence
    header: Header = field(default_factory=Header)
    body: Body = field(default_factory=Body)
    attendees: list[Attendee] = field(default_factory=list)
    roster: Roster = field(default_factory=Roster)
    agenda: list[AgendaItem] = field(default_factory=list)
    materials: list[Material] = field(default_factory=list)
    opinions: list[Opinion] = field(default_factory=list)
    declared: list[tuple[Block, int, int]] = field(default_factory=list)
    claims: list[tuple[int, int, str]] = field(default_factory=list)

    def page(self, offset: int) -> int:
        return self.source.page_at(offset)

    def meeting(self) -> Meeting:
        head = self.header
        return Meeting(
            self.id,
            self.source.name,
            self.source.sha256,
            head.title,
            head.series,
            head.round,
            head.kind,
            head.held_on,
            head.starts_at,
            head.ends_at,
            head.venue,
        )


def read(
    source: SourceText, lines: Sequence[Line], meeting_id: str, meanings: dict[str, str]
) -> Draft:
    """Read one meeting from its lines."""
    found = evidence(lines, meanings)
    draft = Draft(source, meeting_id, blocks(lines, found), found)
    _header(draft)
    for block in draft.cut:
        _block(draft, block)
    draft.body = body(draft.cut)
    if not draft.body.units:
        _whole_speech(draft)
    draft.claims += draft.body.claims
    return draft


def number_units(draft: Draft) -> None:
    """Give the units their ids and order; to be called once corrections were applied."""
    draft.attendees += [_attendee(draft, person) for person in draft.roster.people]
    seen: Counter[str] = Counter()
    ids: dict[int, str] = {}
    for order, unit in enumerate(draft.body.units, 1):
        text = unit.text
        base = f"{draft.id}-{sha256(fold_identity(text).encode()).hexdigest()[:8]}"
        seen[base] += 1
        ids[id(unit)] = base if seen[base] == 1 else f"{base}-{seen[base]}"
        draft.opinions.append(_opinion(draft, unit, order, text, ids))
        _pieces(draft, unit)
        _materials(draft, unit)
    _absent_in_speech(draft)


def _opinion(draft: Draft, unit: Unit, order: int, text: str, ids: dict[int, str]) -> Opinion:
    who = unit.speaker
    return Opinion(
        ids[id(unit)],
        draft.id,
        order,
        unit.section,
        unit.kind,
        who.name if who else None,
        who.role if who else None,
        ids.get(id(unit.reply_to)),
        text,
        draft.page(unit.start),
        unit.start,
        unit.end,
    )


def _pieces(draft: Draft, unit: Unit) -> None:
    """Claim the pieces of a unit; pieces with nothing but blanks between are one span."""
    text = draft.source.text
    start, end = unit.start, unit.pieces[0][1] if unit.pieces else unit.end
    for first, last, _ in unit.pieces[1:]:
        if text[end:first].strip():
            draft.claims.append((start, end, unit.kind))
            start = first
        end = last
    draft.claims.append((start, end, unit.kind))


def _header(draft: Draft) -> None:
    reader = Reader(draft.cut, draft.source.text)
    draft.header = reader.read()
    draft.claims += reader.claims
    titled = {start for start, _, _ in reader.claims}
    for block in draft.cut:
        if block.kind == HEAD:
            _head(draft, block, titled)


def _head(draft: Draft, block: Block, titled: set[int]) -> None:
    """Lines that no heading opened: dates, notes, a list of names below a title, or unparsed."""
    rest = [line for line in block.lines if line.start not in titled]
    if draft.header.title and re.search("名簿|委員一覧", draft.header.title) and len(rest) > 2:
        rest = [line for line in rest if not _claim_dated(draft, line, named=False)]
        _people(draft, rest, Block(ROSTER), None)
        return
    for line in rest:
        _claim_dated(draft, line)


def _claim_dated(draft: Draft, line: Line, *, named: bool = True) -> bool:
    text = line.plain
    if is_time_note(text) or is_stage(text):
        draft.claims.append((line.start, line.end, "note"))
    elif named and is_name(text):
        draft.claims.append((line.start, line.end, "title"))
    elif next(find_dates(text), None) or (len(text) < 40 and find_times(text)):
        draft.claims.append((line.start, line.end, "date"))
    else:
        return False
    return True


def _block(draft: Draft, block: Block) -> None:
    line, opened = block.line, block.heading
    if line is not None and opened is not None and block.kind != HEAD:
        valued = opened.value is not None and block.kind in (DATE, VENUE)
        what = _WHAT[block.kind] if valued else "note" if block.kind == NOTE else "heading"
        draft.claims.append((line.start, line.end, what))
    if block.kind == ROSTER:
        _people(draft, _valued(block), block, opened.label if opened else None)
    elif block.kind == AGENDA:
        _agenda(draft, _valued(block))
    elif block.kind == MATERIALS:
        _listed_materials(draft, _valued(block))
    elif block.kind in (DATE, VENUE, NOTE):
        for below in block.lines:
            draft.claims.append((below.start, below.end, _WHAT.get(block.kind, "note")))


def _valued(block: Block) -> list[Line]:
    """The lines of a list, the rest of its heading's line among them."""
    line, opened = block.line, block.heading
    if line is None or opened is None or opened.value is None:
        return block.lines
    value = line.text[opened.value :] if line.plain == line.text else line.plain[opened.value :]
    first = Line(line.end - len(value), line.end, value, line.gap, line.indent + opened.value)
    return [first, *block.lines]


def _people(draft: Draft, lines: list[Line], block: Block, label: str | None) -> None:
    listed_lines = [line for line in lines if "。" not in line.text]
    generic = label is None or bool(_GENERIC.fullmatch(label))
    counted = draft.roster.read(
        listed_lines,
        label,
        generic=generic,
        indent=block.line.indent if block.line else -1,
    )
    for line in listed_lines:
        draft.claims.append((line.start, line.end, "attendee"))
    if block.heading and block.heading.declared is not None:
        draft.declared.append((block, block.heading.declared, counted))


def _attendee(draft: Draft, person: Person) -> Attendee:
    return Attendee(draft.id, *person[:4], draft.page(person.start), person.start, person.end)


def _agenda(draft: Draft, lines: list[Line]) -> None:
    for item in agenda(lines):
        draft.agenda.append(
            AgendaItem(
                draft.id, item.number, item.title, draft.page(item.start), item.start, item.end
            )
        )
    for line in lines:
        draft.claims.append((line.start, line.end, "agenda"))


def _listed_materials(draft: Draft, lines: list[Line]) -> None:
    for line in lines:
        for named in listed(line.plain, line.start):
            _material(draft, named.number, named.presenter, None, line.start, line.end)
        draft.claims.append((line.start, line.end, "material"))


def _materials(draft: Draft, unit: Unit) -> None:
    """The materials that an explanation rests on lie inside it."""
    if unit.kind != "explanation":
        return
    who = unit.speaker.role if unit.speaker else None
    for _, end, piece in unit.pieces:
        for named in materials(piece, end - len(piece), who):
            _material(draft, named.number, named.presenter, unit.section, named.start, named.end)


def _material(
    draft: Draft, number: str, who: str | None, section: str | None, start: int, end: int
) -> None:
    draft.materials.append(Material(draft.id, number, who, section, draft.page(start), start, end))


def _whole_speech(draft: Draft) -> None:
    """A text without any mark that speaks to its hearers from end to end is one speech."""
    lines = [
        line for block in draft.cut for line in ([block.line] if block.line else []) + block.lines
    ]
    polite = sum(line.plain.endswith(("ます。", "ました。", "です。")) for line in lines)
    if (
        polite < 3
        or draft.roster.people
        or any(block.kind in (ROSTER, AGENDA) for block in draft.cut)
    ):
        return
    unit = Unit("speech", None, None, lines[0].start, lines[-1].end)
    unit.pieces = [(line.start, line.end, line.text) for line in lines]
    draft.body.units.append(unit)
    draft.header = Header()
    draft.claims.clear()
    draft.body.claims.clear()


def _absent_in_speech(draft: Draft) -> None:
    """Who sent word of absence, as the chair reports it, where no list says so."""
    known = {fold_identity(person.name or "") for person in draft.attendees}
    for unit in draft.body.units[:6]:
        for _, end, piece in unit.pieces:
            for name, at in _excused(piece):
                if fold_identity(name) not in known:
                    first = end - len(piece) + at
                    person = Person(None, tidy(name), None, "absent", first, first + len(name))
                    draft.attendees.append(_attendee(draft, person))
                    known.add(fold_identity(name))


def _excused(piece: str) -> Iterator[tuple[str, int]]:
    if "欠席" not in piece:
        return
    for found in _EXCUSED.finditer(piece):
        for one in _ONE.finditer(piece, *found.span("names")):
            yield one["name"], one.start("name")
