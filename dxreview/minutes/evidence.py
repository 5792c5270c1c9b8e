"""What opens a unit of review in this document: each mark and form is judged by its evidence.

A mark means what most of its lines show: a heading, a speaker, an opinion, an answer. A form
without a mark counts where it comes again and again and words follow it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from dxreview.minutes.headings import GROUP, NOTE, ROSTER, heading, is_known
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import (
    ANSWERS,
    BULLETS,
    HEADS,
    LABEL_HEADS,
    MARKS,
    is_marked,
    is_stage,
    is_time_note,
    labelled,
    used,
)
from dxreview.minutes.meanings import (
    EXPLAINS,
    OFFICE,
    Mark,
    is_prose,
    is_said,
    is_short,
    legend,
    meaning_of,
    set_labels_apart,
)
from dxreview.minutes.names import is_post
from dxreview.minutes.speakers import (
    Speaker,
    behind,
    behind_number,
    closed,
    marked,
    quoted,
    unmarked,
)
from dxreview.minutes.tables import head_row
from dxreview.minutes.words import pattern, words
from dxreview.records import Decision
from dxreview.text import tidy

_SIGNS = r"：:）)|｜│\t】〕］\]＞>〉≫》…‥「"
# Each blank by itself, for a set that names a class is slow to search.
_BLANKS = "".join(letter for letter in map(chr, range(0x3001)) if letter.isspace())
_SIGN_FIRST = re.compile(r"\S\s*(?:[:：]\s*)?")
_SIGN, _ANY = re.compile(f"[{_SIGNS}]"), re.compile(f"[・{_BLANKS}{_SIGNS}]")
_SHOWN = re.compile(
    rf"[^・\s]{{1,6}}+\s*+・・|(?P<gap>\S{{1,14}}+\s)|[^{_SIGNS}]{{0,44}}+[{_SIGNS}]"
)
_LEAD_IN, _EXPLAINED, _VOICES, _ACT = map(pattern, ("lead_in", "explained", "voices", "act"))
_NAMED_ALONE = re.compile("[一-龥々ぁ-んァ-ヶ]{1,4}[ \u3000][一-龥々ぁ-んァ-ヶ]{1,4}(?=$|[\\s（(])")
_ROLE_ENDS = frozenset(role[-1] for role in words("roles")) | frozenset("問答見明")  # 委員質問
MEANINGS = ("opinion", "question", "answer", "speaker", "heading", "text")


class Opening(NamedTuple):
    """A line that opens a unit: its kind, who speaks, where in the line the words begin (None: on
    the next line), by which mark, and whether a label (問) gives the kind."""

    kind: str
    speaker: Speaker | None
    words: int | None
    mark: str
    sure: bool = False


class Evidence(NamedTuple):
    """``openings`` by the index of the line, ``headings`` (lines that a heading mark dresses),
    ``tables`` (head rows of tables of opinions), and the decisions made, for the report."""

    openings: dict[int, Opening]
    headings: set[int]
    tables: set[int]
    decisions: list[Decision]


def evidence(lines: Sequence[Line], meanings: Mapping[str, str]) -> Evidence:
    """Judge every mark and form of a document; ``meanings`` are an analyst's own (mark → one of
    `MEANINGS`)."""
    decisions: list[Decision] = []
    found = Evidence({}, set(), set(), decisions)
    marks, forms, labels = _collect(lines, found.tables)
    for mark, seen in marks.items():
        set_labels_apart(seen, lines)
        meaning = meanings.get(mark) or meaning_of(mark, seen, lines, marks)
        count = len(seen.speakers if meaning == "speaker" else seen.prose or seen.known)
        if count:
            decisions.append(Decision(mark, meaning, count))
        if meaning == "heading":
            found.headings.update(seen.prose)
        elif meaning != "text":
            found.openings.update(_openings(mark, meaning, seen, lines))
    short = (line.text for line in lines if len(line.text) <= 90)
    for mark, who in (pair for text in short for pair in legend(text).items()):
        _tell(found, mark, who, marks[mark], lines)
    if {"question", "answer"} <= {kind for kind, _ in labels.values()}:  # （問） is nobody's name
        forms = {
            form: {at: who for at, who in seen.items() if at not in labels}
            for form, seen in forms.items()
        }
    _add_forms(found, forms, lines, decisions, meanings)
    talk = any(opening.speaker for opening in found.openings.values())
    told = used(labels, lines, talk=talk) if labels else {}
    asked = {at: _asked(lines[at].text, *label) for at, label in told.items()}
    if asked:
        found.openings.update(asked)
        decisions.append(Decision("問答", "question and answer", len(asked)))
    if {"◆", "◎"} <= marks.keys() and (paired := _pair(found.openings)):
        decisions.append(Decision("◆◎", "question and answer", paired))
    return found


def _tell(found: Evidence, mark: str, who: str, seen: Mark, lines: Sequence[Line]) -> None:
    """Let the lines of a mark that a legend explains be speeches of whom it names."""
    for at in seen.prose:
        words = _SIGN_FIRST.match(lines[at].text)
        speaker = Speaker(None, who, mark, words.end() if words else 1)
        if is_said(at, speaker, lines, found.openings.keys() - {at}):
            found.openings[at] = Opening("speech", speaker, speaker.words, mark)
            found.headings.discard(at)


def _asked(text: str, kind: str, words: int) -> Opening:
    """What a label (Ｑ, 答) opens; a speaker may stand behind it."""
    who = marked(text[words:]) if words < len(text) else None
    if who is None:
        return Opening(kind, None, words if words < len(text) else None, "", True)
    return Opening(kind, who, None if who.words is None else words + who.words, "", True)


def _add_forms(
    found: Evidence,
    forms: Mapping[str, dict[int, Speaker]],
    lines: Sequence[Line],
    decisions: list[Decision],
    given: Container[str],
) -> None:
    """Take the forms without a mark that the document uses: the most frequent one where no mark
    gives speakers, and any other that shows nothing but posts. Marks whose meaning is ``given``
    keep it."""
    alone = not found.openings
    spoken = {form: _spoken(seen, lines, alone) for form, seen in forms.items()}
    talk = any(opening.speaker for opening in found.openings.values())
    for form in sorted(spoken, key=lambda form: -len(spoken[form])):
        said = {at: opening for at, opening in spoken[form].items() if at not in found.openings}
        posts = all(one.speaker and one.speaker.role for one in said.values())
        if not said or (talk and not posts):
            continue
        if not talk and _answer_items(said, found.openings):
            found.openings.update({at: one._replace(kind="answer") for at, one in said.items()})
            decisions.append(Decision(form, "answer", len(said)))
            continue
        below = [at + 1 for at, one in said.items() if one.words is None]
        under = (found.openings[at] for at in below if at in found.openings)
        inside = {opened.mark for opened in under if opened.speaker is None}
        start = min(said)
        worded = {
            one.mark
            for at, one in found.openings.items()
            if "。" in lines[at].text or EXPLAINS.search(lines[at].text)
        }
        for at, opened in list(found.openings.items()):
            if opened.mark in given:
                continue
            within = opened.mark in BULLETS and (at > start or opened.mark not in worded)
            if opened.mark in inside or (not talk and within):
                del found.openings[at]
            elif opened.speaker is None and is_short(opened.mark, lines[at].text):
                del found.openings[at]
                found.headings.add(at)
        talk = True
        found.openings.update(said)
        decisions.append(Decision(form, "speaker", len(said)))
    signs = {decision.mark[-1] for decision in decisions if decision.mark in forms}
    late = [form for form in forms if form == "役職" or form[-1] in signs & {"：", "」"}]
    speaks = (at for at, one in found.openings.items() if one.speaker) if late else ()
    first = min(speaks, default=len(lines))
    for form in late:
        for at, who in forms[form].items():
            # 木村課長 alone on a line, or 事務局（久保）：…, once, between turns of another form.
            told = who.role and (form != "役職" or (who.name and who.words is None))
            new = told and at > first and at not in found.openings
            if new and is_said(at, who, lines, found.openings):
                found.openings[at] = Opening("speech", who, who.words, "")


def _answer_items(said: Mapping[int, Opening], openings: Mapping[int, Opening]) -> bool:
    """Whether only the office speaks, below items that somebody else said (・… ⏎ （事務局）…)."""
    roles = [one.speaker.role or "" if one.speaker else "" for one in said.values()]
    items = [at for at, one in openings.items() if one.mark in BULLETS and one.speaker is None]
    office = all(OFFICE.fullmatch(role) for role in roles)
    return office and len(items) >= len(roles) and min(items) < min(said)


def _collect(
    lines: Sequence[Line], tables: set[int]
) -> tuple[dict[str, Mark], dict[str, dict[int, Speaker]], dict[int, tuple[str, int]]]:
    """The lines of each mark, of each form without one, and those with a label of question or
    answer; head rows of tables go to ``tables``."""
    marks: dict[str, Mark] = defaultdict(Mark)
    forms: dict[str, dict[int, Speaker]] = defaultdict(dict)
    labels: dict[int, tuple[str, int]] = {}
    listed: set[str] = set()
    for at, line in enumerate(lines):
        text, raw = line.text, line.raw
        if len(raw) <= 80 and ("\t" in raw or "|" in raw) and head_row(line):
            tables.add(at)
            continue
        head = text[0]
        if head in MARKS and (head not in "-*" or is_marked(text)) and _sort(marks, at, text):
            continue
        if head in LABEL_HEADS and (label := labelled(text)):
            labels[at] = label
        named = _NAMED_ALONE.match(text) if len(text) < 40 else None
        if named and not is_post("".join(named[0].split())):
            whole = named.end() == len(text) and named[0] in listed
            listed.add(named[0])
            if whole:  # somebody of the list of people, now before the words
                forms["役職"][at] = Speaker(tidy(text), None, "役職", None)
                continue
        if not _may_speak(text) or is_stage(text):
            continue
        who = unmarked(text) or behind_number(text)
        if who is None:
            continue
        known = heading(text)
        acts = who.role and who.form[0] != "（" and _act(text)
        kind = known.kind if known else GROUP
        prose = kind == ROSTER and is_prose(text)  # 参加者：…です。
        fits = kind == GROUP or (who.role and (kind == NOTE or prose))
        if fits or acts:
            forms[who.form][at] = who
    return marks, forms, labels


def _may_speak(text: str) -> bool:
    """A quick look, for most lines show no sign of a speaker near their head."""
    if len(text) < 30 and text[-1] in _ROLE_ENDS:
        return True
    if _ANY.search(text, 0, 45) is None:
        return False
    shown = _SHOWN.match(text)
    if shown is None or shown["gap"] is None:
        return shown is not None
    return len(text) > 30 or text[-1] in "。？?」" or _SIGN.search(text, 0, 45) is not None


def _sort(marks: dict[str, Mark], at: int, text: str) -> bool:
    """Take in a line of a mark; False where it is none: ○○委員, a name that is not told."""
    mark = marks[text[0]]
    if len(text) > 100 and (who := closed(text)):
        mark.speakers[at] = who
        return True
    rest = text[1:120].lstrip()
    if not rest or rest[0] in "…‥＝":  # ○…部会長 is a legend
        return True
    if rest[0] == text[0]:
        return False
    if len(rest) <= 90 and (is_time_note(rest) or is_stage(rest)):
        return True
    if len(rest) <= 80 and _LEAD_IN.fullmatch(rest) and not _EXPLAINED.search(rest):
        return True
    if is_known(text):
        mark.known.append(at)
    elif who := behind(text):
        mark.speakers[at] = who
    else:
        mark.prose.append(at)
    return True


def _openings(mark: str, kind: str, seen: Mark, lines: Sequence[Line]) -> dict[int, Opening]:
    talk = kind == "speaker"
    speakers = seen.speakers if talk else {}
    # Most turns are of the same few speakers, told apart once (`speakers.closed`).
    once = {id(who): who for who in speakers.values()}
    turns = {key: Opening("speech", who, who.words, mark) for key, who in once.items()}
    found = {at: turns[id(who)] for at, who in speakers.items()}
    for at in seen.prose if talk else (*seen.speakers, *seen.prose):
        rest = lines[at].text[1:].lstrip()
        if mark in BULLETS and rest[0] in HEADS:  # • ○
            rest = rest[1:].lstrip() or rest
        skipped, label = len(lines[at].text) - len(rest), None if talk else labelled(rest)
        if talk and not speakers and (named := quoted(rest)):
            found[at] = Opening("speech", named, named.words and named.words + skipped, mark)
        elif label:
            found[at] = Opening(label[0], None, skipped + label[1], mark, True)
        elif not talk:
            found[at] = _answered(kind, rest, skipped, mark)
    return found


def _answered(kind: str, rest: str, skipped: int, mark: str) -> Opening:
    """What a mark opens that gives no speakers; behind → one may stand in brackets."""
    who = unmarked(rest) if mark in ANSWERS or rest[0] in "（(" else None
    boxed = who and (rest[0] in "（(【" or who.form[-1] == "：")
    if who is None or who.role is None or not boxed:
        return Opening(kind, None, skipped, mark)
    return Opening(kind, who, None if who.words is None else who.words + skipped, mark)


def _spoken(found: dict[int, Speaker], lines: Sequence[Line], alone: bool) -> dict[int, Opening]:
    """The lines of a form without a mark, if words follow at least two and they read like
    speakers: posts, or names that come again. One is enough in brackets, with name and post,
    where nothing else opens a unit."""
    said = {
        at: who
        for at, who in found.items()
        if (who.words or who.role or who.form == "役職") and is_said(at, who, lines, found)
    }
    posts = sum(who.role is not None for who in said.values())
    again = max(Counter((who.name, who.role) for who in said.values()).values(), default=0)
    sure = alone and all(
        who.name and who.role and who.form[0] in "（〔【＜" for who in said.values()
    )
    few = len(said) < (1 if sure else 2) or (posts * 2 < len(said) and len(said) < 3)
    if few or (not posts and again < 2 and len(said) < 4):
        return {}
    # Where the form is once known, a turn may be short: the same people, without a sentence.
    known, first = {(who.name, who.role) for who in said.values()}, min(said)
    again_said = {at: who for at, who in found.items() if at > first and who[:2] in known}
    led = max((at for at in found if at < first), default=first)  # 議長　１、「…」について
    if found[led][:2] in known and any("。" in line.text for line in lines[led + 1 : first][:3]):
        again_said[led] = found[led]
    return {
        at: Opening((who.words is None and _act(lines[at].text)) or "speech", who, who.words, "")
        for at, who in (said | again_said).items()
    }


def _act(text: str) -> str | None:
    """What somebody does by a label alone on its line (【委員より質問】, 委員質問), or None."""
    boxed = text[-1] in "】〕］＞〉≫》）"
    found = _ACT.search(text[1:-1] if boxed else f"より{text[-2:]}") if len(text) < 40 else None
    return found and (found.lastgroup or "speech")


def _pair(openings: dict[int, Opening]) -> int:
    """◆ asks and ◎ answers where most ◎ come right after a ◆, or one turn of the chair later."""
    order = [at for at in sorted(openings) if openings[at].speaker]
    marks = [openings[at].mark for at in order]
    answers = [i for i, mark in enumerate(marks) if mark == "◎"]
    paired = sum("◆" in marks[max(i - 2, 0) : i] for i in answers)
    if not paired or paired * 2 < len(answers):
        return 0
    asked = False
    for at, mark in zip(order, marks, strict=True):
        asked = asked or mark == "◆"
        if mark == "◆" or (mark == "◎" and asked):
            kind = "question" if mark == "◆" else "answer"
            openings[at] = openings[at]._replace(kind=kind)
    return paired
