"""What a mark at the head of a line means, decided for each document from what follows it."""

import re

from dxreview.minutes.headings import heading
from dxreview.minutes.speakers import Speaker, speaker
from dxreview.minutes.words import either
from dxreview.text import find_times

MARKS = frozenset("○〇◯◎●◆◇■□・•‣→⇒※▼▽☆★")
_STAGE = re.compile(
    rf"[〔（(［\[].{{0,60}}(?:{either('body.stage')})[^〔〕（）()［］\[\]]{{0,12}}[〕）)］\]]。?"
)
_TIME_NOTE = re.compile(either("body.clock"))


def is_stage(text: str) -> bool:
    """Whether a line is a stage direction: 〔登壇〕, （「異議なし」と呼ぶ者あり）."""
    if text[0] not in "〔（(［[" or len(text) > 90:
        return False
    return (text[0] == "〔" and text[-1] == "〕") or bool(_STAGE.fullmatch(text))


def is_time_note(text: str) -> bool:
    """Whether a line only says when something began or ended: 午前１０時００分開会."""
    return (
        len(text) <= 40
        and bool(_TIME_NOTE.search(text))
        and bool(find_times(text))
        and not text.endswith("。")
    )


def turn(text: str) -> Speaker | None:
    """The speaker of a line that opens with a mark and a sure form, or None."""
    if text[0] not in MARKS or text[0] in "・※→⇒":
        return None
    rest = text[1:].lstrip()
    if heading(text) is not None:
        return None
    return speaker(rest)
