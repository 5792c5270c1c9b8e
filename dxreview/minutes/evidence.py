"""What opens a unit of review in this document: each mark and form is judged by its evidence.

A mark means what most of its lines show: a heading, a speaker, an opinion, an answer. A form
without a mark counts where it comes again and again and words follow it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dxreview.minutes.headings import heading
from dxreview.minutes.lines import Line
from dxreview.minutes.marks import ANSWERS, BULLETS, HEADS, MARKS, is_stage, is_time_note, labelled
from dxreview.minutes.speakers import Speaker, marked, quoted, unmarked
from dxreview.records import Decision


class Opening(NamedTuple):
    """A line that opens a unit: its kind, who speaks, and where in the line the words begin."""

    kind: str
    speaker: Speaker | None
    words: int | None
    mark: str


class Evidence(NamedTuple):
    """``openings`` by the index of the line, ``headings`` (lines that a heading mark dresses), and
    the decisions made, for the report."""

    openings: dict[int, Opening]
    headings: set[int]
    decisions: tuple[Decision, ...]


class _Mark:
    """What the lines of one mark show."""

    def __init__(self) -> None:
        self.known: list[int] = []
        self.speakers: dict[int, Speaker] = {}
        self.prose: list[int] = []


def evidence(lines: Sequence[Line], meanings: dict[str, str] | None = None) -> Evidence:
    """Judge every mark and form of a document; ``meanings`` are an analyst's own (mark → kind)."""
    marks, forms = _collect(lines)
    openings: dict[int, Opening] = {}
    heads: set[int] = set()
    decisions: list[Decision] = []
    for mark, seen in marks.items():
        what = (meanings or {}).get(mark) or _meaning(mark, seen, lines, marks)
        decisions.append(Decision(mark, what, len(seen.speakers or seen.prose or seen.known)))
        if what == "speaker":
            openings.update(_speaking(mark, seen, lines))
        elif what == "heading":
            heads.update(seen.prose)
        elif what != "text":
            openings.update(_prose(mark, what, seen, lines))
    if not any(opening.speaker for opening in openings.values()):
        form, found = _best_form(forms, lines)
        if form:
            openings.update(found)
            decisions.append(Decision(form, "speaker", len(found)))
    _pair(openings, decisions)
    return Evidence(openings, heads, tuple(decisions))


def _collect(
    lines: Sequence[Line],
) -> tuple[dict[str, _Mark], dict[str, dict[int, Speaker]]]:
    marks: dict[str, _Mark] = defaultdict(_Mark)
    forms: dict[str, dict[int, Speaker]] = defaultdict(dict)
    for at, line in enumerate(lines):
        text = line.plain
        if text[0] in MARKS:
            _sort(marks[text[0]], at, text)
        elif at and _open_bracket(lines[at - 1].plain):
            continue
        elif not is_stage(text) and (who := unmarked(text)) and heading(text) is None:
            forms[who.form][at] = who
    return marks, forms


def _open_bracket(text: str) -> bool:
    """Whether a line ends inside brackets, so that the next one goes on with it."""
    return max(text.rfind("（"), text.rfind("(")) > max(text.rfind("）"), text.rfind(")"))


def _sort(mark: _Mark, at: int, text: str) -> None:
    rest = text[1:].lstrip()
    if not rest or is_time_note(rest) or is_stage(rest):
        return
    if heading(text) is not None:
        mark.known.append(at)
    elif who := marked(rest):
        mark.speakers[at] = who
    else:
        mark.prose.append(at)


def _meaning(mark: str, seen: _Mark, lines: Sequence[Line], marks: dict[str, _Mark]) -> str:
    if mark in ANSWERS:
        return "answer"
    if seen.speakers and len(seen.speakers) * 3 >= len(seen.prose) and _talk(seen.speakers, lines):
        return "speaker"
    if not seen.prose:
        return "heading"
    if len(seen.prose) > 1 and _share(seen.prose, lines, quoted) >= 0.6:
        return "quote"
    short = [at for at in seen.prose if _is_short(lines[at].text)]
    if mark in HEADS and len(short) == len(seen.prose) and (len(seen.known) > 1 or mark in "□■◇▼"):
        return "heading"
    others = [other for name, other in marks.items() if name != mark and name not in BULLETS]
    if mark in BULLETS and (mark == "※" or any(o.speakers or len(o.prose) > 1 for o in others)):
        return "text"
    first = seen.prose[0]
    if mark in "◎●" and any(other.prose and other.prose[0] < first for other in others):
        return "answer"
    return "opinion"


def _talk(speakers: Iterable[int], lines: Sequence[Line]) -> bool:
    """Whether words follow a speaker somewhere: a roster has posts and names, but no sentence."""
    return any(_says(lines, at) for at in speakers)


def _says(lines: Sequence[Line], at: int) -> bool:
    return any("。" in line.text or line.text[-1] in "?？" for line in lines[at : at + 4])


def _share(found: list[int], lines: Sequence[Line], test: object) -> float:
    return sum(1 for at in found if quoted(lines[at].text[1:].lstrip())) / len(found)


def _is_short(text: str) -> bool:
    return len(text) <= 24 and "。" not in text


def _speaking(mark: str, seen: _Mark, lines: Sequence[Line]) -> dict[int, Opening]:
    return {
        at: Opening("speech", who, _after(lines[at], who.words), mark)
        for at, who in seen.speakers.items()
    }


def _after(line: Line, words: int | None) -> int | None:
    """The offset in the line as printed of what starts at ``words`` behind its mark."""
    if words is None:
        return None
    text = line.text
    skipped = len(text) - len(text[1:].lstrip())
    if line.plain == text:
        return words + skipped
    left = sum(not char.isspace() for char in line.plain[: words + 1])
    for at, char in enumerate(text):
        if not char.isspace():
            if left == 0:
                return at
            left -= 1
    return None


def _prose(mark: str, what: str, seen: _Mark, lines: Sequence[Line]) -> dict[int, Opening]:
    openings = {}
    for at in (*seen.prose, *(seen.speakers if what != "quote" else ())):
        text = lines[at].text
        words = len(text) - len(text[1:].lstrip())
        who = quoted(text[words:]) if what == "quote" else None
        kind = "speech" if what == "quote" else what
        if label := labelled(text[words:]):
            kind, words = label[0], words + label[1]
        openings[at] = Opening(kind, who, words + (who.words or 0 if who else 0), mark)
    return openings


def _best_form(
    forms: dict[str, dict[int, Speaker]], lines: Sequence[Line]
) -> tuple[str | None, dict[int, Opening]]:
    """The form without a mark that most lines show, if it comes at least twice."""
    best: tuple[str | None, dict[int, Opening]] = (None, {})
    for form, found in forms.items():
        said = {at: who for at, who in found.items() if _speaks(form, at, who, lines, found)}
        names = Counter((who.name, who.role) for who in said.values())
        posts = sum(1 for who in said.values() if who.role)
        if len(said) < 2 or (posts * 2 < len(said) and len(said) < 3):
            continue
        if not posts and max(names.values()) < 2 and len(said) < 4:
            continue
        if len(said) > len(best[1]):
            best = form, {at: Opening("speech", who, who.words, "") for at, who in said.items()}
    return best


def _speaks(
    form: str, at: int, who: Speaker, lines: Sequence[Line], found: dict[int, Speaker]
) -> bool:
    """Whether words follow before the next line of this form."""
    first = at + 1 if who.words is None else at
    below = lines[first : at + 4]
    for offset, line in enumerate(below):
        if offset and at + offset in found and who.words is not None:
            break
        if "。" in line.text or line.text[-1] in "?？":
            return True
        if who.words is None and at + 1 + offset in found:
            return False
    return False


def _pair(openings: dict[int, Opening], decisions: list[Decision]) -> None:
    """◆ asks and ◎ answers where most ◎ come right after a ◆, or one turn of the chair later."""
    order = sorted(openings)
    if not {"◆", "◎"} <= {openings[at].mark for at in order if openings[at].speaker}:
        return
    answers = [i for i, at in enumerate(order) if openings[at].mark == "◎"]
    paired = [
        i for i in answers if "◆" in {openings[order[j]].mark for j in (i - 1, i - 2) if j >= 0}
    ]
    if len(paired) * 2 < len(answers):
        return
    decisions.append(Decision("◆◎", "question and answer", len(paired)))
    asked = False
    for at in order:
        if openings[at].mark == "◆":
            openings[at], asked = openings[at]._replace(kind="question"), True
        elif openings[at].mark == "◎" and asked:
            openings[at] = openings[at]._replace(kind="answer")
