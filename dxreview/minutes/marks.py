"""Marks at the head of a line, and lines that are no words of anybody's."""

import re

from dxreview.minutes.words import either
from dxreview.text import find_times

MARKS = frozenset("○〇◯◎●◆◇■□・•‣→⇒⇨※▼▽☆★")
ANSWERS = frozenset("→⇒⇨")
BULLETS = frozenset("・•‣※☆★▽")
HEADS = frozenset("○〇◯◎●◆◇■□▼★")
_STAGE = re.compile(
    rf"[〔（(［\[].{{0,60}}(?:{either('body.stage')})[^〔〕（）()［］\[\]]{{0,12}}[〕）)］\]]。?"
)
_CLOCK = re.compile(either("body.clock"))
_CLOSING = re.compile(either("body.closing"))
_LABELS = {"問": "question", "質問": "question", "Ｑ": "question", "Q": "question", "答": "answer"}
_LABELS |= {"回答": "answer", "答弁": "answer", "Ａ": "answer", "A": "answer"}
_LABELS |= {"要望": "opinion", "意見": "opinion", "提案": "opinion"}
_LABEL = re.compile(rf"(?P<label>{'|'.join(sorted(_LABELS, key=len, reverse=True))})[\s:：.．]+")


def is_stage(text: str) -> bool:
    """Whether a line is a stage direction: 〔登壇〕, （「異議なし」と呼ぶ者あり）."""
    if text[0] not in "〔（(［[" or len(text) > 90:
        return False
    return bool(_STAGE.fullmatch(text))


def is_time_note(text: str) -> bool:
    """Whether a line only says when something began or ended: 午前１０時００分開会."""
    return (
        len(text) <= 40
        and "。" not in text
        and bool(_CLOCK.search(text))
        and bool(find_times(text))
    )


def is_closing(text: str) -> bool:
    return is_time_note(text) and bool(_CLOSING.search(text))


def labelled(rest: str) -> tuple[str, int] | None:
    """The kind that a label of question or answer gives (◆問　…), and where the words begin."""
    found = _LABEL.match(rest)
    return (_LABELS[found["label"]], found.end()) if found else None
