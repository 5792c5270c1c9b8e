"""What words and lines of a list of people are as labels: of a group, an office, who was there."""

import re
from collections.abc import Sequence
from itertools import pairwise

from dxreview.minutes.headings import is_capacity, is_group
from dxreview.minutes.lines import Line
from dxreview.minutes.lists import MARGIN
from dxreview.minutes.names import is_post, is_title, surname
from dxreview.minutes.rows import ASIDE, Entry, entries, state_of
from dxreview.minutes.words import pattern, words

LABEL, INLINE, ABSENTEES = map(pattern, ("group_label", "inline_label", "absentees"))
_ONLY, _NOBODY, _COLUMNS = map(pattern, ("only_presence", "nobody", "columns"))
_MEMBERS_OF, _GAPS, _OWN_ROLES = pattern("members_of"), re.compile("[\\s/|｜]+"), words("own_roles")
_NOBODY_SIGN = re.compile(
    "[名人社時定欠開絡]|計|な\\s*し|無|以上|挨|あい|他|ほか|関係|別|とおり|略|順|話|線|TEL|^[君同〃]|退|途中|室$|ル$"
    "|議場$|[/／]|^項|^区分|^備考|事録$|議録$"
)
PRESENCE, ONES = words("presence"), re.compile("長(?:代理)?$")
_LABELS = re.compile(
    "(?<!^)[（(【［\\[]([^（）()【】［］\\[\\]]{1,12}?)[）)】］\\]](?=[^\\s、，,の）)]{2})"
)
_LABEL_INSIDE = re.compile("(?<=\\S)\\s+([^\\s、，:：（）()]{2,12})[:：](?=\\s*\\S)")
BOXES, COLON = frozenset("－―—【〔［[<＜〈《≪（("), re.compile("[:：|｜\\t]")
_PAIR = re.compile(
    "[^\\s、:：]+[:：]\\s*[^\\s、:：]+(?:\\s[^\\s、:：]+)?(?=、|$)"
)  # 市長：山田、副市長：佐藤
DRESS = "○〇◯◎●◆◇■□▽▼・•―—-－:： \u3000"


def is_above(text: str, row: str) -> bool:
    """Whether a line is the label of the deeper ``row`` below it: an office above people, or a post
    above people who have their own; not a long post whose name stands on the next line."""
    first = next(iter(entries(row)), None)
    if len(text.split()) > 1 or first is None or not first.names:
        return False
    own = bool(first.posts) and first.posts[0].kind != ASIDE
    return own if is_title(text) else is_post(text)


def row_labels(rows: Sequence[str]) -> set[str]:
    """The groups that rows begin with before several people (委員　青山 望　石綿 香), who may stand
    on the rows below."""
    heads = [row.split(maxsplit=1)[0] for row in rows]
    found = set()
    for at, row in enumerate(rows):
        if not is_group(heads[at]):
            continue
        first, *others = entries(row) or [Entry()]
        if not others and heads.count(heads[at]) == 1:
            others = [one for below in rows[at + 1 : at + 3] for one in entries(below)]
        several = len(others) > 0 and not any(one.posts for one in others)
        if several and first.posts and first.names and is_group(first.posts[0].text):
            found.add(first.posts[0].text)
    return found


def vertical(lines: Sequence[Line]) -> dict[int, str]:
    """Group labels printed downwards in the left margin: the line at which each group starts."""
    labels: dict[int, str] = {}
    start, label = 0, ""
    for at, line in enumerate(lines):
        label += line.raw[0] if MARGIN.match(line.raw) else ""
        if len(label) > 1 and is_group(label):
            labels[start] = label
            start, label = at + 1, ""
    return labels


def names_place(label: str, names: str) -> bool:
    """Whether a label before a bracket is where the people in it come from."""
    return (label[-1] in "都道府県市区町村会" or is_post(label)) and several(names)


def further(row: str, at: int) -> list[tuple[str, int]]:
    """The pieces of a row that begin with labels in brackets, if the first is not the only one."""
    found = _LABELS.finditer(row, at)
    labels = ((one.start(), "".join(one[1].split())) for one in found)
    cuts = [at for at, label in labels if is_group(label) or is_office(label)]
    return [(row[a:b], a) for a, b in pairwise([0, *cuts, len(row)])] if cuts else []


def is_office(word: str) -> bool:
    """Whether a word says where one is, not what."""
    return is_post(word) and not is_title(word)


def names_many(word: str) -> bool:
    """Whether a word is what several people are called (招聘者, 専門部会委員), no name."""
    return word.endswith(("者", "側")) or (len(word) > 4 and is_member(word) and not surname(word))


def is_absence(label: str | None) -> bool:
    """Whether a label speaks of who was absent; 出席者及び欠席者 does not say who."""
    return label is not None and "欠席" in label and "出席" not in label


def only_presence(label: str | None) -> bool:
    """Whether a label says no more than who was there or was not (出席者), or there is none."""
    return not label or _ONLY.fullmatch(label) is not None


def is_member(label: str | None) -> bool:
    return label is not None and label.endswith(("委員", "議員", "構成員"))


def labels_inside(row: str) -> list[int]:
    """Where labels stand between the people of a row (会長：青山 望　副会長：石田 香)."""
    found = _LABEL_INSIDE.finditer(row)
    return [one.start(1) for one in found if is_group(one[1]) or one[1] in PRESENCE]


def only_how(label: str | None) -> str | None:
    """How the people of the group above were there, where a label says no more (WEB出席)."""
    how = state_of(label or "")
    return how if how in ("online", "present") else None


def is_nobody(text: str) -> bool:
    """Whether words of a roster are nobody's name or post: なし, ５名, その他関係職員."""
    return _NOBODY_SIGN.search(text) is not None and _NOBODY.fullmatch(text) is not None


def is_aside(text: str, *, people: bool = False) -> bool:
    """Whether a line in parentheses goes on with the one above: no label, nobody absent; or whether
    it holds several people."""
    boxed = text[0] in "（(" and text[-1] in "）)"
    boxed = boxed and not INLINE.match(text) and not ABSENTEES.search(text)
    return boxed and (not people or (several(text[1:-1]) and not is_nobody(text[1:-1])))


def heads_row(label: str, following: str) -> bool:
    """Whether a label in brackets, of an office, heads a row of people or posts."""
    return bool(entries(following)) and (is_office(label) or label.endswith(("関係", "側")))


def is_official(row: str) -> bool:
    """Whether a row begins with somebody's post in an office, not that of a member."""
    first = next(iter(entries(row)), None)
    if first is None or not first.names or not first.posts:
        return False
    post = first.posts[0].text
    return is_title(post) and not is_group(post) and not is_member(post)


def leads(word: str, entry: Entry) -> bool:
    """Whether what stands before a post with its name (公益委員　今野部会長、…) is a label."""
    glued = bool(entry.after) and entry.after[0].glued
    return glued and is_group(word) and not ONES.search(word)


def is_columns(row: str) -> bool:
    """Whether a row names the columns of a table of people (番号 氏名, 役職 / 氏名 / 出欠)."""
    return _COLUMNS.fullmatch(_GAPS.sub("", row)) is not None


def members_label(row: str) -> str | None:
    """The kind of members (第１号委員) that a row names and tells in words who they are."""
    kind = _MEMBERS_OF.fullmatch(row)
    return kind["label"] if kind else None


def own_capacity(entry: Entry, group: str | None, *, board: bool) -> str | None:
    """What one is, as printed behind the name, where the group says only who was there."""
    if not entry.after or not only_presence(group):
        return None
    for word in entry.after:
        post = word.text.strip("（）()")
        own = post in _OWN_ROLES or post.endswith(("委員", "議員", "教育長", "職務代理者"))
        if own and is_capacity(post, board=board):
            return post
    return None


def several(row: str) -> bool:
    """Whether a row names several people."""
    return sum(bool(entry.names) for entry in entries(row)) > 1


def is_paired(row: str) -> bool:
    """Whether each of several people of a row stands behind a post and a colon."""
    return len(_PAIR.findall(row)) > 1
