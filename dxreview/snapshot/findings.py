"""What the numbers say, one sentence each: no more than they carry.

A sentence gives its n, says how many of the counted tags are drafts (案), uses no percentage (n is
often below 30) and claims nothing about opinions that nobody reviewed.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from dxreview.messages import LANGUAGES, say
from dxreview.snapshot.content import Content

Finding = dict[str, Any]
Texts = dict[str, str]
STANDING = "reflection"
NAMED = 4
OPEN = ("untagged", "withheld")


def findings(content: Content, counting: pd.DataFrame) -> list[Finding]:
    """The findings of `pagedata`, the opening sentence first. ``counting``: opinions that count."""
    found: list[Finding] = []
    for roadmap in content.roadmaps:
        tags = content.tags[content.tags["roadmap"] == roadmap.id]
        if roadmap.id == STANDING:
            said = [*_standing(roadmap, tags, len(counting))]
        elif len(tags):
            said = [*_most(roadmap, tags, len(counting)), *_empty(roadmap, tags)]
            said += [*_once(roadmap, tags), *_voices(roadmap, tags, counting)]
        else:
            said = []
        said += [*_drafts(content, roadmap), *_open(content, roadmap, counting)]
        found += [{"roadmap": roadmap.id} | finding for finding in said]
    return found


def _most(roadmap: Any, tags: pd.DataFrame, n: int) -> Iterator[Finding]:
    given = tags["stage"].value_counts()
    top = [stage.id for stage in roadmap.stages if given.get(stage.id, 0) == given.max()]
    key = "most" if len(top) == 1 else "most_tied" if len(top) <= NAMED else "most_even"
    facts = {"n": n, "tagged": tags["opinion_id"].nunique(), "top": int(given.max())}
    drafts = int(tags[tags["stage"].isin(top)]["draft"].sum())
    yield _finding(
        "most", key, {"roadmap": roadmap.id, "stage": top}, **facts,
        roadmap=roadmap.title, stages=_labels(roadmap, top), draft=_draft(drafts),
    )  # fmt: skip


def _empty(roadmap: Any, tags: pd.DataFrame) -> Iterator[Finding]:
    given = set(tags["stage"])
    none = [stage.id for stage in roadmap.stages if stage.id not in given]
    yield _finding(
        "empty", "empty" if none else "none_empty", None,
        roadmap=roadmap.title, stages=_labels(roadmap, none),
    )  # fmt: skip


def _once(roadmap: Any, tags: pd.DataFrame) -> Iterator[Finding]:
    given = tags["stage"].value_counts()
    once = [stage.id for stage in roadmap.stages if given.get(stage.id, 0) == 1]
    if once:
        drafts = int(tags[tags["stage"].isin(once)]["draft"].sum())
        show = {"roadmap": roadmap.id, "stage": once}
        yield _finding("once", "once", show, stages=_labels(roadmap, once), draft=_draft(drafts))


def _voices(roadmap: Any, tags: pd.DataFrame, counting: pd.DataFrame) -> Iterator[Finding]:
    """What each side says most: by role where there are several, else by kind."""
    for column in ("role", "kind"):
        said = tags.merge(counting[["opinion_id", column]].dropna(), on="opinion_id")
        voices = said.drop_duplicates(["opinion_id", column])[column].value_counts()
        if len(voices) > 1:
            break
    else:
        return
    names = sorted(voices.index, key=lambda name: (-voices[name], name))[:NAMED]
    parts = [_voice(roadmap, column, name, said[said[column] == name]) for name in names]
    text = {
        lang: say("publish.finding.between", lang=lang).join(part[lang] for part in parts)
        for lang in LANGUAGES
    }
    drafts = int(said[said[column].isin(names)]["draft"].sum())
    show = {"roadmap": roadmap.id, column: names}
    yield _finding("voices", f"voices_{column}", show, voices=text, draft=_draft(drafts))


def _voice(roadmap: Any, column: str, name: str, said: pd.DataFrame) -> Texts:
    given = said["stage"].value_counts()
    top = [stage.id for stage in roadmap.stages if given.get(stage.id, 0) == given.max()]
    named = _said(f"publish.kind.{name}") if column == "kind" else dict.fromkeys(LANGUAGES, name)
    facts = {"n": said["opinion_id"].nunique(), "top": int(given.max())}
    return _said("publish.finding.voice", name=named, stages=_labels(roadmap, top), **facts)


def _standing(roadmap: Any, tags: pd.DataFrame, n: int) -> Iterator[Finding]:
    given = tags["stage"].value_counts()
    parts = [
        _said("publish.finding.count", stage=_label(stage), count=int(given[stage.id]))
        for stage in roadmap.stages
        if stage.id in given
    ]
    text = {
        lang: say("publish.finding.and", lang=lang).join(part[lang] for part in parts)
        for lang in LANGUAGES
    }
    left = n - tags["opinion_id"].nunique()
    yield _finding(
        "standing", "standing" if parts else "standing_none",
        {"roadmap": roadmap.id, "stage": sorted(given.index)} if parts else None,
        n=n, counts=text, left=left, draft=_draft(int(tags["draft"].sum())),
    )  # fmt: skip


def _drafts(content: Content, roadmap: Any) -> Iterator[Finding]:
    """How much of it is 案: one reviewer only, or reviewers who differ without a majority."""
    mine = _decisions(content, roadmap)
    draft = mine[mine["draft"]]
    if len(draft):
        single = int((draft["reviewers"] == 1).sum())
        counts = {"n": len(draft), "single": single, "split": len(draft) - single}
        show = {"roadmap": roadmap.id, "draft": True}
        yield _finding("draft", "drafts", show, roadmap=roadmap.title, **counts)


def _open(content: Content, roadmap: Any, counting: pd.DataFrame) -> Iterator[Finding]:
    mine = _decisions(content, roadmap)
    left = mine[mine["status"].isin(OPEN) & mine["opinion_id"].isin(counting["opinion_id"])]
    if 0 < len(left) < len(counting):
        show = {"roadmap": roadmap.id, "status": list(OPEN)}
        facts = {"n": len(counting), "left": len(left)}
        yield _finding("open", "open", show, roadmap=roadmap.title, **facts)


def _decisions(content: Content, roadmap: Any) -> pd.DataFrame:
    return content.decisions[content.decisions["roadmap"] == roadmap.id]


def _finding(name: str, key: str, show: dict[str, Any] | None, **facts: Any) -> Finding:
    found: Finding = {"id": name, "text": _said(f"publish.finding.{key}", **facts)}
    return found | ({"show": show} if show else {})


def _said(key: str, **facts: Any) -> Texts:
    """The sentence in both languages; a fact with two languages gives its own to each."""
    return {
        lang: say(key, lang=lang, **{name: _in(lang, fact) for name, fact in facts.items()})
        for lang in LANGUAGES
    }


def _in(lang: str, fact: Any) -> Any:
    return fact.get(lang) or fact["ja"] if isinstance(fact, dict) else fact


def _draft(drafts: int) -> Texts:
    return _said("publish.finding.of_draft", n=drafts) if drafts else dict.fromkeys(LANGUAGES, "")


def _label(stage: Any) -> Texts:
    return {lang: _in(lang, stage.label) for lang in LANGUAGES}


def _labels(roadmap: Any, ids: list[str]) -> Texts:
    labels = [_label(stage) for stage in roadmap.stages if stage.id in ids]
    return {
        lang: say("publish.finding.list", lang=lang).join(
            say("publish.finding.quoted", lang=lang, label=label[lang]) for label in labels
        )
        for lang in LANGUAGES
    }
