"""What a mark means in one document: speakers, opinions, questions and answers, or headings."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from dxreview.minutes.headings import is_known, numbered
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import ANSWERS, BULLETS, HEADS, labelled
from dxreview.minutes.names import surname
from dxreview.minutes.rows import lists_people
from dxreview.minutes.speakers import Speaker, quoted
from dxreview.minutes.words import pattern, words

EXPLAINS = re.compile(rf"\S(?:{'|'.join(words('explains'))}|あいさつ|挨拶)$")
_VOICES = pattern("voices")
_FOLLOW = re.compile("(?:以下|次)の(?:とおり|通り)")
OFFICE = pattern("office_side")
_PAIR = re.compile(
    f"([{HEADS}])\\s*(?:[＝=：:]|は)?\\s*([^\\s、，,。（）()＝=：:{HEADS}]{{2,14}})(?=[\\s、，,）)]|$)"
)
_TWO_MARKS = re.compile(f"[{HEADS}][^{HEADS}。]{{2,20}}[{HEADS}]")
_POST = re.compile(pattern("roles").pattern + "$", re.VERBOSE)
# A roster has these forms too, but no sentence behind them.
_LOOSE = ("役職　", "番号", "氏名…")
_NAMED = "氏名　"  # so must most of its names be known


@dataclass(slots=True)
class Mark:
    """What the lines of one mark show."""

    known: list[int] = field(default_factory=list)
    speakers: dict[int, Speaker] = field(default_factory=dict)
    prose: list[int] = field(default_factory=list)

    def lines(self) -> list[int]:
        return [*self.known, *self.speakers, *self.prose]


def legend(text: str) -> dict[str, str]:
    """What a line says that marks mean, the office among them: （◎会長　○委員　●事務局）."""
    pairs = _PAIR.findall(text) if _TWO_MARKS.search(text) else []
    told = {mark: who for mark, who in pairs if _POST.search(who)}
    office = any(map(OFFICE.fullmatch, told.values()))
    return told if 1 < len(told) == len(pairs) and office else {}


def set_labels_apart(seen: Mark, lines: Sequence[Line]) -> None:
    """What looks like speakers of a mark before the first who says anything are labels of lists
    (○説明員)."""
    lists = frozenset(seen.lines())
    first = next((at for at, who in seen.speakers.items() if is_said(at, who, lines, lists)), None)
    for at in [*takewhile(lambda at: first is not None and at < first, seen.speakers)]:
        del seen.speakers[at]
        seen.known.append(at)


def meaning_of(mark: str, seen: Mark, lines: Sequence[Line], marks: dict[str, Mark]) -> str:
    prose, known = seen.prose, len(seen.known)
    if mark in ANSWERS:
        return "answer"
    heads = {at for name, other in marks.items() if name in HEADS + mark for at in other.lines()}
    said = (is_said(at, who, lines, heads) for at, who in seen.speakers.items())
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
    short = all(is_short(mark, lines[at].text) for at in prose)
    others = {name: other for name, other in marks.items() if name != mark and other.prose}
    main = {name: other for name, other in marks.items() if name != mark and name not in BULLETS}
    marked_talk = (other for name, other in main.items() if name not in ANSWERS)
    spoken = ((at, who) for other in marked_talk for at, who in other.speakers.items())
    talk = any(is_said(at, who, lines, heads.difference(seen.prose)) for at, who in spoken)
    once = len(prose) == 1 and not seen.speakers and "。" in lines[prose[0]].text
    if talk and once and mark in HEADS:
        return "heading"
    if short and (known > 1 or mark in "□■◇▼" or talk):
        return "heading"
    if _heads(mark, seen, lines):
        return "heading"
    asked = (other for name, other in others.items() if name not in (*BULLETS, *ANSWERS))
    if mark in "◎●" and any(_answers(seen, other) for other in asked):
        return "answer"
    several = {name: o for name, o in main.items() if name not in ANSWERS and len(o.prose) > 1}
    units = {name for name, other in several.items() if not _heads(name, other, lines)}
    if mark in BULLETS and any(at and _announces(lines[at - 1].text) for at in prose):
        return "opinion"
    if mark in BULLETS and (mark == "※" or talk or units):
        return "text"
    return "opinion"


def _heads(mark: str, seen: Mark, lines: Sequence[Line]) -> bool:
    """Whether the lines of a mark are short, ask nothing, and mostly stand above a sentence."""
    texts = [lines[at].text for at in seen.prose]
    if len(texts) < 2 or not all(is_short(mark, text) for text in texts):
        return False
    if any(text[-1] in "か？?" or labelled(text[1:].lstrip()) for text in texts):
        return False
    below = (lines[at + 1].text for at in seen.prose if at + 1 < len(lines))
    return sum("。" in text and text[0] != mark for text in below) * 2 > len(texts)


def _announces(text: str) -> bool:
    """Whether a line says that opinions follow."""
    return _VOICES.search(text) is not None and _FOLLOW.search(text) is not None


def is_short(mark: str, text: str) -> bool:
    """Whether a line behind a mark of headings is a few words, no sentence."""
    about = len(text) <= 24 or text.endswith(("について", "の件"))
    return mark in HEADS and about and "。" not in text


def _answers(seen: Mark, other: Mark) -> bool:
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


def is_said(at: int, who: Speaker, lines: Sequence[Line], found: Container[int]) -> bool:
    """Whether a sentence stands between this line and the next one ``found``: a roster has posts
    and names, but no sentence."""
    if who.form in _LOOSE and not is_prose(lines[at].text):
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
        if who.role and below == at + (who.words is None) and EXPLAINS.search(text):
            return True
    return False


def is_prose(text: str) -> bool:
    """Whether words of a speech stand behind a blank, not names and posts."""
    return "。" in text or (len(text) >= 30 and len(text[:200].split()) < 4)
