"""Marks at the head of a line, and lines that are no words of anybody's."""

from collections import Counter
from collections.abc import Mapping, Sequence

from dxreview.minutes.lines import Line
from dxreview.minutes.words import pattern, words
from dxreview.text import find_times

MARKS = frozenset("○〇◯◎●◆◇■□△▲・•‣→⇒⇨※▼▽☆★＊-*")
ANSWERS, BULLETS, HEADS = "→⇒⇨", "・•‣※☆★▽＊-*", "○〇◯◎●◆◇■□△▲▼★"
_STAGE, _CLOCK, _CLOSING, _LABEL = map(pattern, ("stage_direction", "clock", "closing", "label"))
_LABELS = {word: kind for kind in ("question", "answer", "opinion") for word in words(kind)}
LABEL_HEADS = frozenset("（(【〔［＜<〈") | {word[0] for word in _LABELS}


def is_marked(text: str) -> bool:
    """Whether a line begins with a mark; a hyphen or a star is one before a blank."""
    return text[0] in MARKS and (text[0] not in "-*" or text[1:2].isspace())


def is_stage(text: str) -> bool:
    """Whether a line is a stage direction: 〔登壇〕, （「異議なし」と呼ぶ者あり）."""
    return text[0] in "〔（(［[" and len(text) <= 90 and _STAGE.fullmatch(text) is not None


def is_time_note(text: str) -> bool:
    """Whether a line only says when something began or ended: 午前１０時００分開会."""
    if len(text) > 40 or "。" in text or not _CLOCK.search("".join(text.split())):
        return False
    return bool(find_times(text))


def is_closing(text: str) -> bool:
    """Whether a time note says that the meeting ended."""
    return _CLOSING.search(text) is not None and is_time_note(text)


Label = tuple[str, int]  # its kind, and where the words behind it begin


def labelled(rest: str) -> Label | None:
    """The kind that a label of question or answer gives (◆問　…), and where the words begin."""
    found = _LABEL.match(rest) if rest[:1] in LABEL_HEADS else None
    return (_LABELS[found["label"]], found.end()) if found else None


def used(labels: Mapping[int, Label], lines: Sequence[Line], *, talk: bool) -> Mapping[int, Label]:
    """The labels (by line) that a document uses: of question and answer, of answers to speakers
    (（委員）… （回答）…), or of one opinion after another in brackets (〈委員意見〉…)."""
    kinds = Counter(kind for kind, _ in labels.values())
    if kinds["question"]:
        return labels if kinds["answer"] else {}
    wanted = "answer" if talk else "opinion"
    signs = "答" if wanted == "answer" else "意要提"
    found = {
        at: (kind, words)
        for at, (kind, words) in labels.items()
        if kind == wanted and not set(signs).isdisjoint(lines[at].text[:words])
    }
    return found if wanted == "answer" or len(found) > 2 else {}
