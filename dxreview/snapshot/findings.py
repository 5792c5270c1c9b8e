"""What the numbers say, one sentence each: no more than they carry.

A sentence gives its n, says how many of the counted tags are drafts (案), uses no percentage (n is
often below 30) and claims nothing about opinions that nobody reviewed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from dxreview.messages import LANGUAGES, say

Row = dict[str, Any]
STANDING = "reflection"
NAMED = 4
OPEN = ["untagged", "withheld"]
MEMBER, SEAT = "議員", r"(?:\d+|[一二三四五六七八九十百]+)番"
_SEATED = re.compile(rf"{SEAT}(?:議員)?")


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


def stages_of(rows: Iterable[Row], roadmap: str, of: str = "tags") -> Counter[str]:
    """How many of the opinions count in each stage; ``of`` "draft": as a draft."""
    return Counter(stage for row in rows for stage in row.get(of, {}).get(roadmap, ()))


def text(key: str, **facts: Any) -> dict[str, str]:
    """The sentence of section [publish] in both languages; a fact that has two gives its own, a
    number is written with its thousands."""
    said = {}
    for lang in LANGUAGES:
        own = {key: _word(fact, lang) for key, fact in facts.items()}
        said[lang] = say(f"publish.{key}", lang=lang, **own)
    return said


def _word(fact: Any, lang: str) -> str:
    fact = fact[lang] if isinstance(fact, dict) else fact
    return f"{fact:,}" if isinstance(fact, int) else str(fact)


def _opinions(n: int) -> dict[str, str]:
    """1 opinion, 2 opinions."""
    return text("finding.one_opinion" if n == 1 else "finding.opinions", n=n)


def _stages(roadmap: Row, tagged: list[Row], n: int) -> Iterator[Row]:
    """Where most opinions are, where none is, where one is."""
    given = stages_of(tagged, roadmap["id"])
    top, most = _top(roadmap, tagged)
    key = "all_of" if len(tagged) == n else "part_of"
    of = text(f"finding.{key}", n=_opinions(n), tagged=len(tagged))
    key = "most" if len(top) == 1 else "tied" if most > 1 and len(top) <= NAMED else "even"
    facts = {"of": of, "top": most, "draft": _drafts(roadmap, tagged, top)}
    some = "" if len(tagged) == n else "_of"  # of those placed so far
    yield _finding("most", roadmap, key, {"stage": top}, stages=_labels(roadmap, top), **facts)
    none = [stage["id"] for stage in roadmap["stages"] if not given[stage["id"]]]
    said = {"stages": _labels(roadmap, none), "tagged": _opinions(len(tagged))}
    yield _finding("empty", roadmap, f"empty{some}" if none else "full", **said)
    once = [stage["id"] for stage in roadmap["stages"] if given[stage["id"]] == 1]
    if once:
        said |= {"stages": _labels(roadmap, once), "draft": _drafts(roadmap, tagged, once)}
        yield _finding("once", roadmap, f"once{some}", {"stage": once}, **said)


def _voices(roadmap: Row, tagged: list[Row]) -> Iterator[Row]:
    """What each side says most: by role where there are several, else by kind."""
    for column in ("role", "kind"):
        values = Counter(row[column] for row in tagged if row[column])
        names = [name for name, _ in Counter(map(side, values.elements())).most_common(NAMED)]
        if len(names) > 1:
            parts = [
                _voice(roadmap, text(f"kind.{name}") if column == "kind" else name,
                       [row for row in tagged if row[column] and side(row[column]) == name])
                for name in names
            ]  # fmt: skip
            shown = [value for value, _ in values.most_common() if side(value) in names]
            show = {"stage": [stage["id"] for stage in roadmap["stages"]], column: shown}
            yield _finding(
                "voices", roadmap, f"by_{column}", show, voices=_joined(parts, "between")
            )
            return


def side(role: str) -> str:
    """Whom a role speaks for: a seat in an assembly (１番, 十二番) is a member's."""
    return MEMBER if _SEATED.fullmatch(role) else role


def _voice(roadmap: Row, name: Any, rows: list[Row]) -> dict[str, str]:
    top, most = _top(roadmap, rows)
    key = "voice" if len(top) == 1 else "voice_tied" if len(top) <= NAMED else "voice_even"
    facts = {"stages": _labels(roadmap, top), "draft": _drafts(roadmap, rows, top)}
    facts |= {"name": name, "n": len(rows), "top": most, "unit": _unit(roadmap)}
    return text(f"finding.{key}", **facts)


def _standing(roadmap: Row, tagged: list[Row], n: int) -> Row:
    """What became of the opinions."""
    given = stages_of(tagged, roadmap["id"])
    stages = [stage for stage in roadmap["stages"] if given[stage["id"]]]
    parts = [text("finding.count", stage=one["label"], n=given[one["id"]]) for one in stages]
    key, show = ("standing", {"stage": sorted(given)}) if parts else ("unrecorded", None)
    facts = {"n": _opinions(n), "counts": _joined(parts), "left": n - len(tagged)}
    return _finding("standing", roadmap, key, show, draft=_drafts(roadmap, tagged), **facts)


def _state(roadmap: Row, opinions: list[Row]) -> Iterator[Row]:
    """How much of it is 案, and how much is not yet reviewed."""
    name = roadmap["id"]
    drafts = [row["n"][name] for row in opinions if name in row.get("draft", {})]
    if drafts:
        single = drafts.count(1)
        key = "single" if single == len(drafts) else "both" if single else "split"
        facts = {"n": _opinions(len(drafts)), "single": single, "split": len(drafts) - single}
        yield _finding("draft", roadmap, f"drafts_{key}", {"draft": True}, **facts)
    left = sum(row.get("status", {}).get(name, OPEN[0]) in OPEN for row in opinions)
    if 0 < left < len(opinions):
        facts = {"n": _opinions(len(opinions)), "left": left}
        yield _finding("open", roadmap, "open", {"status": OPEN}, **facts)


def _finding(name: str, roadmap: Row, key: str, show: Row | None = None, **facts: Any) -> Row:
    said = text(f"finding.{key}", unit=_unit(roadmap), **facts)
    found = {"id": name, "roadmap": roadmap["id"], "text": said}
    return found | ({"show": {"roadmap": roadmap["id"]} | show} if show else {})


def _unit(roadmap: Row) -> dict[str, str]:
    return text("finding.stage" if roadmap["ordered"] else "finding.entry")


def _top(roadmap: Row, rows: Iterable[Row]) -> tuple[list[str], int]:
    given = stages_of(rows, roadmap["id"])
    most = max(given.values())
    return [stage["id"] for stage in roadmap["stages"] if given[stage["id"]] == most], most


def _drafts(roadmap: Row, rows: list[Row], stages: Iterable[str] | None = None) -> Any:
    """（うち2件は案）, （すべて案） or nothing: how many of the tags counted are drafts. Of several
    stages, each with its number, the drafts are those of all of them."""
    tags, drafts = (stages_of(rows, roadmap["id"], of) for of in ("tags", "draft"))
    shown = [*(tags if stages is None else stages)]
    n, every = (sum(map(counted.__getitem__, shown)) for counted in (drafts, tags))
    key = "all_draft" if n == every else "of_draft" if len(shown) == 1 else "of_drafts"
    return text(f"finding.{key}", n=n, all=every) if n else ""


def _labels(roadmap: Row, ids: list[str]) -> dict[str, str]:
    stages = [stage for stage in roadmap["stages"] if stage["id"] in ids]
    return _joined([text("finding.quoted", label=stage["label"]) for stage in stages])


def _joined(parts: list[dict[str, str]], by: str = "comma") -> dict[str, str]:
    comma = text(f"finding.{by}")
    return {lang: comma[lang].join(part[lang] for part in parts) for lang in LANGUAGES}


def cautions(page: Row, lang: str | None = None) -> list[str]:
    """What whoever publishes ``page`` should know or mend before it is handed on, a sentence each:
    lines that were hidden, tags that count nowhere or not yet, stages that are gone, sources that
    say no day or no opinion."""
    spoken = {one["meeting"] for one in page["opinions"]}
    held = page["meetings"]
    named = {
        "undated": [one["source"] for one in held if not one["date"]],
        "silent": [one["source"] for one in held if one["id"] not in spoken],
        "gone_stages": [
            stage["id"] for road in page["roadmaps"] for stage in road["stages"] if "gone" in stage
        ],
    }
    counts = {
        "hidden_lines": page["n"]["masked"],
        "homeless": page["n"]["homeless"],
        "withheld": sum("withheld" in row.get("status", {}).values() for row in page["opinions"]),
    }
    facts = {key: {"n": n} for key, n in counts.items() if n}
    facts |= {key: {"n": len(of), "names": ", ".join(of)} for key, of in named.items() if of}
    return [say(f"publish.{key}", lang=lang, **said) for key, said in facts.items()]
