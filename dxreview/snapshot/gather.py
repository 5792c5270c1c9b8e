"""Gather what a project publishes: its minutes, roadmaps in use and decisions, as they are now."""

import json
import re
from collections.abc import Iterable
from contextlib import closing
from zoneinfo import ZoneInfo

import pandas as pd

from dxreview.analysis import agreement
from dxreview.corpus import load
from dxreview.loader import Progress
from dxreview.messages import say
from dxreview.project import Project
from dxreview.records import DxError
from dxreview.roadmap import Roadmap, load_roadmaps
from dxreview.snapshot.content import FRAMES, Content, counted
from dxreview.snapshot.names import either
from dxreview.store import Store

TOKYO = ZoneInfo("Asia/Tokyo")


def gather(
    project: Project, *, store: str | None = None, progress: Progress | None = None
) -> Content:
    """The content of a project; ``store`` is another store's URL. Raises DxError where a source
    cannot be read, there is no opinion, no decision, or a roadmap in use has no file."""
    newest, ids = load_roadmaps(project.roadmaps), list(project.roadmap_ids)
    if missing := ", ".join(name for name in ids if name not in newest):
        facts = {"folder": project.roadmaps, "found": missing, "accepted": ", ".join(newest)}
        raise DxError("snapshot.roadmap", **facts)
    corpus = load(project.minutes, progress=progress)
    roadmaps = tuple(newest[name] for name in ids)
    for unread in corpus.failures.itertuples():
        if unread.code != "source.no_minutes":
            raise DxError("snapshot.unread", file=project.minutes / unread.source)
    if corpus.opinions.empty:
        raise DxError("snapshot.no_opinions", folder=project.dir)
    with closing(open_store(project, store)) as reviews:
        choices, events = reviews.choices(), reviews.events()
        decisions = reviews.decisions(corpus.opinions, roadmaps=ids)
    reasons = _unnamed(decisions["reason"], events["reviewer"].unique())
    decisions = decisions.assign(reason=reasons)
    known = choices["opinion_id"].isin(corpus.opinions["opinion_id"])
    homeless = choices[~known]["opinion_id"].nunique()
    choices = choices[known & choices["roadmap"].isin(ids)]
    decisions = decisions[decisions["roadmap"].isin(ids)]
    if (decisions["status"] == "untagged").all():
        raise DxError("snapshot.no_tags", folder=project.dir)
    agreed = pd.concat([agreement(choices, roadmap=roadmap) for roadmap in roadmaps])
    files = sorted(project.roadmaps.glob("*.toml"))
    return Content(
        title=project.title,
        date=f"{events['at'].max().tz_convert(TOKYO):%Y-%m-%d}",
        **{name: getattr(corpus, name) for name in FRAMES},
        decisions=counted(choices, decisions, roadmaps=roadmaps, blind=project.blind),
        agreement=agreed[agreed["n"] > 0],
        sources={name: corpus.source(name) for name in corpus.meetings["source"].unique()},
        roadmaps=roadmaps,
        files={file.name: file.read_bytes() for file in files if Roadmap.load(file).id in ids},
        credits=_credits(project),
        reviewers=choices["reviewer"].nunique(),
        homeless=homeless,
        blind=project.blind,
        spans=corpus.spans,
    )


def _unnamed(reasons: pd.Series, reviewers: Iterable[str]) -> pd.Series:
    """The reasons of settlements without the reviewers whom they name. A name of one letter stays:
    it would be found in other words."""
    names = ("".join(name.split()) for name in reviewers)
    known = either((name for name in names if len(name) > 1), between=r"\s*")
    pattern = re.compile(rf"(?:{known})(?:\s*(?:さん|氏|様))?")
    instead = say("publish.reviewer", lang="ja")
    return reasons.map(lambda reason: pattern.sub(instead, reason), na_action="ignore")


def open_store(project: Project, url: str | None = None) -> Store:
    """The project's store; while nobody has reviewed in it, one in memory that holds the hand-over
    files of ``reviews/``, so that publishing leaves the project as it was."""
    file, url = project.dir / "review.db", url or project.store_url
    if file.exists() or url != f"sqlite:///{file.as_posix()}":
        store = Store(url)
        if store.revision:
            return store
        store.close()
    store = Store(":memory:")
    store.merge(*sorted(project.reviews.glob("*.jsonl")))
    return store


def _credits(project: Project) -> tuple[str, ...]:
    """Where the minutes come from and on which terms, as the project's datapackage.json says
    (Frictionless Data Package: resources with sources and licenses)."""
    file = project.dir / "datapackage.json"
    package = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"resources": ()}
    return tuple(
        "、".join(
            [source["title"] for source in one.get("sources", ())]
            + [f"{terms['title']} {terms['path']}" for terms in one.get("licenses", ())]
        )
        for one in package["resources"]
        if one["path"].startswith("minutes/")
    )
