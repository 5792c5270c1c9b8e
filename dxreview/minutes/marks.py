"""Marks at the head of a line, and lines that are no words of anybody's."""

import re

from dxreview.minutes.words import either
from dxreview.text import find_times

MARKS = frozenset("○〇◯◎●◆◇■□・•‣→⇒⇨※▼▽☆★")
ANSWERS, BULLETS, HEADS = "→⇒⇨", "・•‣※☆★▽", "○〇◯◎●◆◇■□▼★"
_STAGE = re.compile(
    rf"[〔（(［\[].{{0,60}}(?:{either('body.stage')})[^〔〕（）()［］\[\]]{{0,12}}[〕）)］\]]。?"
)
_CLOCK = re.compile(either("body.clock"))
_CLOSING = re.compile(either("body.closing"))
LABELS = {
    **dict.fromkeys(("問", "質問", "Ｑ", "Q"), "question"),
    **dict.fromkeys(("答", "回答", "答弁", "Ａ", "A"), "answer"),
    **dict.fromkeys(("要望", "意見", "提案"), "opinion"),
}
_LABEL = re.compile(rf"(?P<label>{'|'.join(sorted(LABELS, key=len, reverse=True))})[\s:：.．]+")


def is_stage(text: str) -> bool:
    """Whether a line is a stage direction: 〔登壇〕, （「異議なし」と呼ぶ者あり）."""
    return text[0] in "〔（(［[" and len(text) <= 90 and _STAGE.fullmatch(text) is not None


def is_time_note(text: str) -> bool:
    """Whether a line only says when something began or ended: 午前１０時００分開会."""
    return (
        len(text) <= 40 and "。" not in text and _CLOCK.search(text) is not None
        and bool(find_times(text))
    )  # fmt: skip


def is_closing(text: str) -> bool:
    """Whether a time note says that the meeting ended."""
    return _CLOSING.search(text) is not None and is_time_note(text)


def labelled(rest: str) -> tuple[str, int] | None:
    """The kind that a label of question or answer gives (◆問　…), and where the words begin."""
    found = _LABEL.match(rest)
    return (LABELS[found["label"]], found.end()) if found else None
