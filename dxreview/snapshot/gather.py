"""Gather what a project publishes: its minutes, roadmaps in use and decisions, as they are now."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from dxreview.corpus import Corpus, load
from dxreview.project import Project
from dxreview.records import DxError
from dxreview.roadmap import Roadmap, load_roadmaps
from dxreview.snapshot.content import Content, counted
from dxreview.store import Store

TOKYO = ZoneInfo("Asia/Tokyo")


def gather(project: Project, *, store: str | None = None) -> Content:
    """The content of a project; ``store`` is another store's URL.

    Raises DxError where there is no opinion, no decision, or a roadmap in use has no file.
    """
    corpus = load(project.minutes)
    if corpus.opinions.empty:
        raise DxError("snapshot.no_opinions", folder=project.dir)
    files = roadmap_files(project)
    reviews = open_store(project, store)
    try:
        return _content(project, corpus, files, reviews)
    finally:
        reviews.close()


def open_store(project: Project, url: str | None = None) -> Store:
    """The project's store. Where nobody has reviewed yet, it holds the hand-over files of
    ``reviews/``; nothing is written for that, so that publishing leaves the project as it was."""
    untouched = not url and not (project.dir / "review.db").exists()
    if untouched and project.store_url.startswith("sqlite"):
        url = ":memory:"
    store = Store(url or project.store_url)
    if not store.revision:
        store.merge(*sorted(project.reviews.glob("*.jsonl")))
    return store


def roadmap_files(project: Project) -> list[Path]:
    """The files of the roadmaps in use, in the project's order; the newest version of each."""
    newest = load_roadmaps(project.roadmaps)
    for name in project.roadmap_ids:
        if name not in newest:
            facts = {"folder": project.roadmaps, "found": name, "accepted": ", ".join(newest)}
            raise DxError("snapshot.roadmap", **facts)
    files = {Roadmap.load(file): file for file in sorted(project.roadmaps.glob("*.toml"))}
    return [files[newest[name]] for name in project.roadmap_ids]


def _content(project: Project, corpus: Corpus, files: list[Path], store: Store) -> Content:
    roadmaps = tuple(Roadmap.load(file) for file in files)
    ids = [roadmap.id for roadmap in roadmaps]
    tags, decisions = store.tags(), store.decisions(corpus.opinions, roadmaps=ids)
    tags = tags[tags["opinion_id"].isin(corpus.opinions["opinion_id"]) & tags["roadmap"].isin(ids)]
    decisions = decisions[decisions["roadmap"].isin(ids)]
    if (decisions["status"] == "untagged").all():
        raise DxError("snapshot.no_tags", folder=project.dir)
    people = {name: _deciders(store, name) for name in ids} if project.blind else {}
    order = [stage.id for roadmap in roadmaps for stage in roadmap.stages]
    last = store.events()["at"].max().tz_convert(TOKYO)
    frames = ("meetings", "attendees", "agenda", "materials", "opinions")
    return Content(
        title=project.title,
        date=f"{last:%Y-%m-%d}",
        **{name: getattr(corpus, name) for name in frames},
        decisions=counted(tags, decisions, order=order, blind=people),
        agreement=pd.DataFrame(),
        sources={name: corpus.source(name) for name in corpus.meetings["source"].unique()},
        roadmaps=roadmaps,
        files={file.name: file.read_bytes() for file in files},
        reviewers=tags["reviewer"].nunique(),
        blind=project.blind,
    )


def _deciders(store: Store, roadmap: str) -> int:
    return sum(bool(store.decided_by(who, roadmap)) for who in store.reviewers())
