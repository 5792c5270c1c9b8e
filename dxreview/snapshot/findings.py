"""What the numbers say, one sentence each: no more than they carry.

A sentence gives its n, says how many of the counted tags are drafts (案), uses no percentage (n is
often below 30) and claims nothing about opinions that nobody reviewed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from dxreview.messages import LANGUAGES, say

Row = dict[str, Any]
Texts = dict[str, str]
STANDING = "reflection"
NAMED = 4
OPEN = ("untagged", "withheld")


def findings(roadmaps: list[Row], opinions: list[Row]) -> list[Row]:
    """The findings of the page's schema, made from its roadmaps and the opinions that count."""
    found = []
    for roadmap in roadmaps:
        tagged = [row for row in opinions if roadmap["id"] in row.get("tags", {})]
        if roadmap["id"] == STANDING:
            found.append(_standing(roadmap, tagged, len(opinions)))
            continue
        if tagged:
            found += [_most(roadmap, tagged, len(opinions)), _empty(roadmap, tagged)]
            found += [*_once(roadmap, tagged), *_voices(roadmap, tagged)]
        found += [*_draft(roadmap, opinions), *_open(roadmap, opinions)]
    return found


def stages_of(rows: Iterable[Row], roadmap: str) -> Counter[str]:
    """How many of the opinions count in each stage."""
    return Counter(stage for row in rows for stage in row.get("tags", {}).get(roadmap, ()))


def _top(roadmap: Row, rows: Iterable[Row]) -> tuple[list[str], int]:
    given = stages_of(rows, roadmap["id"])
    most = max(given.values())
    return [stage["id"] for stage in roadmap["stages"] if given[stage["id"]] == most], most


def _most(roadmap: Row, tagged: list[Row], n: int) -> Row:
    top, most = _top(roadmap, tagged)
    one, few = len(top) == 1, most > 1 and len(top) <= NAMED
    key = "most" if one else "most_tied" if few else "most_even"
    facts = {"n": n, "tagged": len(tagged), "top": most, "draft": _drafts(roadmap, tagged, top)}
    return _finding("most", roadmap, key, {"stage": top}, stages=_labels(roadmap, top), **facts)


def _empty(roadmap: Row, tagged: list[Row]) -> Row:
    given = stages_of(tagged, roadmap["id"])
    none = [stage["id"] for stage in roadmap["stages"] if not given[stage["id"]]]
    key = "empty" if none else "none_empty"
    return _finding("empty", roadmap, key, None, stages=_labels(roadmap, none))


def _once(roadmap: Row, tagged: list[Row]) -> Iterator[Row]:
    given = stages_of(tagged, roadmap["id"])
    once = [stage["id"] for stage in roadmap["stages"] if given[stage["id"]] == 1]
    if once:
        facts = {"stages": _labels(roadmap, once), "draft": _drafts(roadmap, tagged, once)}
        yield _finding("once", roadmap, "once", {"stage": once}, **facts)


def _voices(roadmap: Row, tagged: list[Row]) -> Iterator[Row]:
    """What each side says most: by role where there are several, else by kind."""
    for column in ("role", "kind"):
        voices = defaultdict(list)
        for row in tagged:
            if row[column]:
                voices[row[column]].append(row)
        if len(voices) > 1:
            names = sorted(voices, key=lambda name: (-len(voices[name]), name))[:NAMED]
            parts = [_voice(roadmap, column, name, voices[name]) for name in names]
            every = [row for name in names for row in voices[name]]
            facts = {"voices": _joined("between", parts), "draft": _drafts(roadmap, every)}
            yield _finding("voices", roadmap, f"voices_{column}", {column: names}, **facts)
            return


def _voice(roadmap: Row, column: str, name: str, rows: list[Row]) -> Texts:
    top, most = _top(roadmap, rows)
    named = _said(f"publish.kind.{name}") if column == "kind" else dict.fromkeys(LANGUAGES, name)
    facts = {"n": len(rows), "top": most, "stages": _labels(roadmap, top)}
    return _said("publish.finding.voice", name=named, **facts)


def _standing(roadmap: Row, tagged: list[Row], n: int) -> Row:
    given = stages_of(tagged, roadmap["id"])
    parts = [
        _said("publish.finding.count", stage=stage["label"], count=given[stage["id"]])
        for stage in roadmap["stages"]
        if given[stage["id"]]
    ]
    key, show = ("standing", {"stage": sorted(given)}) if parts else ("standing_none", None)
    facts = {"counts": _joined("and", parts), "left": n - len(tagged)}
    return _finding("standing", roadmap, key, show, n=n, draft=_drafts(roadmap, tagged), **facts)


def _draft(roadmap: Row, opinions: list[Row]) -> Iterator[Row]:
    """How much of it is 案: one reviewer only, or reviewers who differ without a majority."""
    mine = [row["n"][roadmap["id"]] for row in opinions if roadmap["id"] in row.get("draft", {})]
    if mine:
        facts = {"n": len(mine), "single": mine.count(1), "split": len(mine) - mine.count(1)}
        yield _finding("draft", roadmap, "drafts", {"draft": True}, **facts)


def _open(roadmap: Row, opinions: list[Row]) -> Iterator[Row]:
    status = Counter(row.get("status", {}).get(roadmap["id"], "untagged") for row in opinions)
    left = sum(status[name] for name in OPEN)
    if 0 < left < len(opinions):
        facts = {"n": len(opinions), "left": left}
        yield _finding("open", roadmap, "open", {"status": list(OPEN)}, **facts)


def _finding(name: str, roadmap: Row, key: str, show: Row | None, **facts: Any) -> Row:
    text = _said(f"publish.finding.{key}", roadmap=roadmap["title"], **facts)
    found: Row = {"id": name, "roadmap": roadmap["id"], "text": text}
    return found | ({"show": {"roadmap": roadmap["id"]} | show} if show else {})


def _drafts(roadmap: Row, rows: list[Row], stages: list[str] | None = None) -> Texts:
    """(うち案2件), or nothing: how many of the tags counted are drafts."""
    drafts = [stage for row in rows for stage in row.get("draft", {}).get(roadmap["id"], ())]
    n = len(drafts) if stages is None else sum(stage in stages for stage in drafts)
    return _said("publish.finding.of_draft", n=n) if n else dict.fromkeys(LANGUAGES, "")


def _labels(roadmap: Row, ids: list[str]) -> Texts:
    labels = [stage["label"] for stage in roadmap["stages"] if stage["id"] in ids]
    return _joined("list", [_said("publish.finding.quoted", label=label) for label in labels])


def _joined(key: str, parts: list[Texts]) -> Texts:
    between = _said(f"publish.finding.{key}")
    return {lang: between[lang].join(part[lang] for part in parts) for lang in LANGUAGES}


def _said(key: str, **facts: Any) -> Texts:
    """The sentence in both languages; a fact with two languages gives its own to each."""

    def fact(value: Any, lang: str) -> Any:
        return value[lang] if isinstance(value, dict) else value

    return {
        lang: say(key, lang=lang, **{name: fact(value, lang) for name, value in facts.items()})
        for lang in LANGUAGES
    }
