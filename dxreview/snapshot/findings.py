"""What the numbers say, one sentence each: no more than they carry.

A sentence gives its n, says how many of the counted tags are drafts (案), uses no percentage (n is
often below 30) and claims nothing about opinions that nobody reviewed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from dxreview.messages import LANGUAGES, say

Row = dict[str, Any]
STANDING = "reflection"
NAMED = 4
OPEN = ["untagged", "withheld"]


def findings(roadmaps: list[Row], opinions: list[Row]) -> list[Row]:
    """The findings of the page's schema, made from its roadmaps and the opinions that count."""
    found: list[Row] = []
    for roadmap in roadmaps:
        tagged = [row for row in opinions if roadmap["id"] in row.get("tags", {})]
        if roadmap["id"] == STANDING:
            found.append(_standing(roadmap, tagged, len(opinions)))
            continue
        if tagged:
            found += [*_stages(roadmap, tagged, len(opinions)), *_voices(roadmap, tagged)]
        found += _state(roadmap, opinions)
    return found


def stages_of(rows: Iterable[Row], roadmap: str) -> Counter[str]:
    """How many of the opinions count in each stage."""
    return Counter(stage for row in rows for stage in row.get("tags", {}).get(roadmap, ()))


def text(key: str, **facts: Any) -> dict[str, str]:
    """The sentence of section [publish] in both languages; a fact that has two gives its own."""
    said = {}
    for lang in LANGUAGES:
        own = {key: fact[lang] if isinstance(fact, dict) else fact for key, fact in facts.items()}
        said[lang] = say(f"publish.{key}", lang=lang, **own)
    return said


def _stages(roadmap: Row, tagged: list[Row], n: int) -> Iterator[Row]:
    """Where most opinions are, where none is, where one is."""
    given = stages_of(tagged, roadmap["id"])
    top, most = _top(roadmap, tagged)
    key = "most" if len(top) == 1 else "tied" if most > 1 and len(top) <= NAMED else "even"
    facts = {"n": n, "tagged": len(tagged), "top": most, "draft": _drafts(roadmap, tagged, top)}
    yield _finding("most", roadmap, key, {"stage": top}, stages=_labels(roadmap, top), **facts)
    none = [stage["id"] for stage in roadmap["stages"] if not given[stage["id"]]]
    yield _finding("empty", roadmap, "empty" if none else "full", stages=_labels(roadmap, none))
    once = [stage["id"] for stage in roadmap["stages"] if given[stage["id"]] == 1]
    if once:
        facts = {"stages": _labels(roadmap, once), "draft": _drafts(roadmap, tagged, once)}
        yield _finding("once", roadmap, "once", {"stage": once}, **facts)


def _voices(roadmap: Row, tagged: list[Row]) -> Iterator[Row]:
    """What each side says most: by role where there are several, else by kind."""
    for column in ("role", "kind"):
        sides = Counter(row[column] for row in tagged if row[column]).most_common(NAMED)
        if len(sides) > 1:
            parts = []
            for side, n in sides:
                top, most = _top(roadmap, [row for row in tagged if row[column] == side])
                named = text(f"kind.{side}") if column == "kind" else side
                facts = {"n": n, "top": most, "stages": _labels(roadmap, top)}
                parts.append(text("finding.voice", name=named, **facts))
            names = [side for side, _ in sides]
            draft = _drafts(roadmap, [row for row in tagged if row[column] in names])
            said = {"voices": _joined(parts), "draft": draft}
            show = {"stage": [stage["id"] for stage in roadmap["stages"]], column: names}
            yield _finding("voices", roadmap, f"by_{column}", show, **said)
            return


def _standing(roadmap: Row, tagged: list[Row], n: int) -> Row:
    """What became of the opinions."""
    given = stages_of(tagged, roadmap["id"])
    stages = [stage for stage in roadmap["stages"] if given[stage["id"]]]
    parts = [text("finding.count", stage=one["label"], n=given[one["id"]]) for one in stages]
    key, show = ("standing", {"stage": sorted(given)}) if parts else ("unrecorded", None)
    facts = {"n": n, "counts": _joined(parts), "left": n - len(tagged)}
    return _finding("standing", roadmap, key, show, draft=_drafts(roadmap, tagged), **facts)


def _state(roadmap: Row, opinions: list[Row]) -> Iterator[Row]:
    """How much of it is 案, and how much is not yet reviewed."""
    name = roadmap["id"]
    drafts = [row["n"][name] for row in opinions if name in row.get("draft", {})]
    if drafts:
        single = drafts.count(1)
        facts = {"n": len(drafts), "single": single, "split": len(drafts) - single}
        yield _finding("draft", roadmap, "drafts", {"draft": True}, **facts)
    left = sum(row.get("status", {}).get(name, OPEN[0]) in OPEN for row in opinions)
    if 0 < left < len(opinions):
        yield _finding("open", roadmap, "open", {"status": OPEN}, n=len(opinions), left=left)


def _finding(name: str, roadmap: Row, key: str, show: Row | None = None, **facts: Any) -> Row:
    said = text(f"finding.{key}", roadmap=roadmap["title"], **facts)
    found = {"id": name, "roadmap": roadmap["id"], "text": said}
    return found | ({"show": {"roadmap": roadmap["id"]} | show} if show else {})


def _top(roadmap: Row, rows: Iterable[Row]) -> tuple[list[str], int]:
    given = stages_of(rows, roadmap["id"])
    most = max(given.values())
    return [stage["id"] for stage in roadmap["stages"] if given[stage["id"]] == most], most


def _drafts(roadmap: Row, rows: list[Row], stages: list[str] | None = None) -> Any:
    """（うち案2件）, or nothing: how many of the tags counted are drafts."""
    drafts = [stage for row in rows for stage in row.get("draft", {}).get(roadmap["id"], ())]
    n = len(drafts) if stages is None else sum(stage in stages for stage in drafts)
    return text("finding.of_draft", n=n) if n else ""


def _labels(roadmap: Row, ids: list[str]) -> dict[str, str]:
    stages = [stage for stage in roadmap["stages"] if stage["id"] in ids]
    return _joined([text("finding.quoted", label=stage["label"]) for stage in stages])


def _joined(parts: list[dict[str, str]]) -> dict[str, str]:
    comma = text("finding.comma")
    return {lang: comma[lang].join(part[lang] for part in parts) for lang in LANGUAGES}
