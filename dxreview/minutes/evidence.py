"""What opens a unit of review in this document: each mark and form is judged by its evidence.

A mark means what most of its lines show: a heading, a speaker, an opinion, an answer. A form
without a mark counts where it comes again and again and words follow it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from typing import NamedTuple

from dxreview.minutes.headings import GROUP, NOTE, ROSTER, heading, is_known, numbered
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
from dxreview.minutes.names import is_post, surname
from dxreview.minutes.rows import lists_people
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
_SIGN, _ANY = re.compile(f"[{_SIGNS}]"), re.compile(f"[・{_BLANKS}{_SIGNS}]")
_SHOWN = re.compile(
    rf"[^・\s]{{1,6}}+\s*+・・|(?P<gap>\S{{1,14}}+\s)|[^{_SIGNS}]{{0,44}}+[{_SIGNS}]"
)
_EXPLAINS = re.compile(rf"\S(?:{'|'.join(words('explains'))}|あいさつ|挨拶)$")
_LEAD_IN, _EXPLAINED, _VOICES, _ACT = map(pattern, ("lead_in", "explained", "voices", "act"))
_NAMED_ALONE = re.compile("[一-龥々ぁ-んァ-ヶ]{1,4}[ \u3000][一-龥々ぁ-んァ-ヶ]{1,4}(?=$|[\\s（(])")
_FOLLOW = re.compile("(?:以下|次)の(?:とおり|通り)")
_ROLE_ENDS = frozenset(role[-1] for role in words("roles")) | frozenset("問答見明")  # 委員質問
# A roster has these forms too, but no sentence behind them.
_LOOSE = ("役職　", "番号", "氏名…")
_NAMED = "氏名　"  # so must most of its names be known
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


@dataclass(slots=True)
class _Mark:
    """What the lines of one mark show."""

    known: list[int] = field(default_factory=list)
    speakers: dict[int, Speaker] = field(default_factory=dict)
    prose: list[int] = field(default_factory=list)

    def lines(self) -> list[int]:
        return [*self.known, *self.speakers, *self.prose]


def evidence(lines: Sequence[Line], meanings: Mapping[str, str]) -> Evidence:
    """Judge every mark and form of a document; ``meanings`` are an analyst's own (mark → one of
    `MEANINGS`)."""
    decisions: list[Decision] = []
    found = Evidence({}, set(), set(), decisions)
    marks, forms, labels = _collect(lines, found.tables)
    for mark, seen in marks.items():
        _set_labels_apart(seen, lines)
        meaning = meanings.get(mark) or _meaning(mark, seen, lines, marks)
        count = len(seen.speakers if meaning == "speaker" else seen.prose or seen.known)
        if count:
            decisions.append(Decision(mark, meaning, count))
        if meaning == "heading":
            found.headings.update(seen.prose)
        elif meaning != "text":
            found.openings.update(_openings(mark, meaning, seen, lines))
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
        below = [at + 1 for at, one in said.items() if one.words is None]
        under = (found.openings[at] for at in below if at in found.openings)
        inside = {opened.mark for opened in under if opened.speaker is None}
        start = min(said)
        worded = {
            one.mark
            for at, one in found.openings.items()
            if "。" in lines[at].text or _EXPLAINS.search(lines[at].text)
        }
        for at, opened in list(found.openings.items()):
            if opened.mark in given:
                continue
            within = opened.mark in BULLETS and (at > start or opened.mark not in worded)
            if opened.mark in inside or (not talk and within):
                del found.openings[at]
            elif opened.speaker is None and _is_short(opened.mark, lines[at].text):
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
            if new and _said(at, who, lines, found.openings):
                found.openings[at] = Opening("speech", who, who.words, "")


def _collect(
    lines: Sequence[Line], tables: set[int]
) -> tuple[dict[str, _Mark], dict[str, dict[int, Speaker]], dict[int, tuple[str, int]]]:
    """The lines of each mark, of each form without one, and those with a label of question or
    answer; head rows of tables go to ``tables``."""
    marks: dict[str, _Mark] = defaultdict(_Mark)
    forms: dict[str, dict[int, Speaker]] = defaultdict(dict)
    labels: dict[int, tuple[str, int]] = {}
    listed: set[str] = set()
    for at, line in enumerate(lines):
        text, raw = line.text, line.raw
        if len(raw) <= 80 and ("\t" in raw or "|" in raw) and head_row(line):
            tables.add(at)
            continue
        head = text[0]
        if head in MARKS and (head not in "-*" or is_marked(text)):
            _sort(marks[head], at, text)
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
        prose = kind == ROSTER and _is_prose(text)  # 参加者：…です。
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


def _sort(mark: _Mark, at: int, text: str) -> None:
    if len(text) > 100 and (who := closed(text)):
        mark.speakers[at] = who
        return
    rest = text[1:120].lstrip()
    if not rest or rest[0] in "…‥" or rest[0] == text[0]:  # ○…部会長 is a legend, 〇〇市 a blank
        return
    if len(rest) <= 90 and (is_time_note(rest) or is_stage(rest)):
        return
    if len(rest) <= 80 and _LEAD_IN.fullmatch(rest) and not _EXPLAINED.search(rest):
        return
    if is_known(text):
        mark.known.append(at)
    elif who := behind(text):
        mark.speakers[at] = who
    else:
        mark.prose.append(at)


def _set_labels_apart(seen: _Mark, lines: Sequence[Line]) -> None:
    """What looks like speakers of a mark before the first who says anything are labels of lists
    (○説明員)."""
    lists = frozenset(seen.lines())
    first = next((at for at, who in seen.speakers.items() if _said(at, who, lines, lists)), None)
    for at in [*takewhile(lambda at: first is not None and at < first, seen.speakers)]:
        del seen.speakers[at]
        seen.known.append(at)


def _meaning(mark: str, seen: _Mark, lines: Sequence[Line], marks: dict[str, _Mark]) -> str:
    prose, known = seen.prose, len(seen.known)
    if mark in ANSWERS:
        return "answer"
    heads = {at for name, other in marks.items() if name in HEADS + mark for at in other.lines()}
    said = (_said(at, who, lines, heads) for at, who in seen.speakers.items())
    if len(seen.speakers) * 3 >= len(prose) and any(said):
        return "speaker"
    if not prose:
        return "heading"
    people = sum(_is_quoted(lines[at].text) for at in prose)
    if people > 1 and people * 5 >= len(prose) * 3:
        return "speaker"
    items = [numbered(lines[at].text[1:].lstrip()) for at in prose]
    if mark in HEADS and all(item and item.shape[0] in "議案次" for item in items):
        return "heading"  # ○議題１　…
    short = all(_is_short(mark, lines[at].text) for at in prose)
    others = {name: other for name, other in marks.items() if name != mark and other.prose}
    main = {name: other for name, other in marks.items() if name != mark and name not in BULLETS}
    marked_talk = (other for name, other in main.items() if name not in ANSWERS)
    spoken = ((at, who) for other in marked_talk for at, who in other.speakers.items())
    talk = any(_said(at, who, lines, heads.difference(seen.prose)) for at, who in spoken)
    once = len(prose) == 1 and not seen.speakers and "。" in lines[prose[0]].text
    if talk and once and mark in HEADS:
        return "heading"
    if short and (known > 1 or mark in "□■◇▼" or talk or _stand_above(prose, lines)):
        return "heading"
    asked = (other for name, other in others.items() if name not in BULLETS)
    if mark in "◎●" and any(_answers(seen, other) for other in asked):
        return "answer"
    units = {name for name, o in main.items() if name not in ANSWERS and len(o.prose) > 1}
    if mark in BULLETS and any(at and _announces(lines[at - 1].text) for at in prose):
        return "opinion"
    if mark in BULLETS and (mark == "※" or talk or units):
        return "text"
    return "opinion"


def _stand_above(prose: Sequence[int], lines: Sequence[Line]) -> bool:
    """Whether most of some lines stand above a sentence of their own."""
    below = (lines[at + 1] for at in prose if at + 1 < len(lines) and at + 1 not in prose)
    return len(prose) > 1 and sum("。" in line.text for line in below) * 2 > len(prose)


def _announces(text: str) -> bool:
    """Whether a line says that opinions follow."""
    return _VOICES.search(text) is not None and _FOLLOW.search(text) is not None


def _is_short(mark: str, text: str) -> bool:
    """Whether a line behind a mark of headings is a few words, no sentence."""
    about = len(text) <= 24 or text.endswith(("について", "の件"))
    return mark in HEADS and about and "。" not in text


def _answers(seen: _Mark, other: _Mark) -> bool:
    """Whether most lines of a mark come after a line of the other one."""
    answers = frozenset(seen.prose)
    both = sorted([*seen.prose, *other.prose])
    after = sum(at not in answers and below in answers for at, below in pairwise(both))
    return after * 2 >= len(seen.prose) and len(seen.prose) * 3 >= len(other.prose)


def _is_quoted(text: str) -> bool:
    """Whether a line behind a mark is ○氏名「…」, or a common surname and a sentence."""
    who = quoted(text[1:].lstrip())
    known = who is not None and surname(who.name or "") > 1 and "。" in text
    return who is not None and (who.form != _NAMED or known)


def _openings(mark: str, kind: str, seen: _Mark, lines: Sequence[Line]) -> dict[int, Opening]:
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
        if (who.words or who.role or who.form == "役職") and _said(at, who, lines, found)
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


def _said(at: int, who: Speaker, lines: Sequence[Line], found: Container[int]) -> bool:
    """Whether a sentence stands between this line and the next one ``found``: a roster has posts
    and names, but no sentence."""
    if who.form in _LOOSE and not _is_prose(lines[at].text):
        return False
    first = at + (who.words is None)
    for below in range(first, min(at + 4, len(lines))):
        if below > at and (below in found or (lines[below].celled and not lines[at].celled)):
            return False
        text = lines[below].text
        if below > first and lines[below].gap and is_known(text):
            return False
        if (
            below == at
            and "、" in text
            and "。" not in text
            and lists_people(text[who.words or 0 :])
        ):
            return False
        if ("。" in text and text[0] != "※") or text[-1] in "?？":
            return True
        if who.role and below == at + (who.words is None) and _EXPLAINS.search(text):
            return True
    return False


def _is_prose(text: str) -> bool:
    """Whether words of a speech stand behind a blank, not names and posts."""
    return "。" in text or (len(text) >= 30 and len(text[:200].split()) < 4)


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
