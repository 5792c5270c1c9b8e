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


def gather(data: Path | str, *, store: str | None = None) -> Content:
    """The content of the project in ``data``; ``store`` is another store's URL.

    Raises DxError where there is no opinion, no tag, or a roadmap in use has no file.
    """
    project = Project.open(data)
    corpus = load(project.minutes)
    if corpus.opinions.empty:
        raise DxError("snapshot.no_opinions", folder=project.dir)
    files = roadmap_files(project)
    roadmaps = tuple(Roadmap.load(file) for file in files)
    reviews = open_store(project, store)
    try:
        return _content(project, corpus, roadmaps, files, reviews)
    finally:
        reviews.close()


def _content(
    project: Project,
    corpus: Corpus,
    roadmaps: tuple[Roadmap, ...],
    files: list[Path],
    store: Store,
) -> Content:
    events = store.events()
    ids = [roadmap.id for roadmap in roadmaps]
    every = store.tags()
    known = every["opinion_id"].isin(corpus.opinions["opinion_id"]) & every["roadmap"].isin(ids)
    decisions = store.decisions(corpus.opinions, roadmaps=ids)
    decisions = decisions[decisions["roadmap"].isin(ids)]
    if (decisions["status"] == "untagged").all():
        raise DxError("snapshot.no_tags", folder=project.dir)
    people = {name: _deciders(store, name) for name in ids} if project.blind else {}
    order = [stage.id for roadmap in roadmaps for stage in roadmap.stages]
    tags, decisions = counted(every[known], decisions, order=order, blind=people)
    last = events["at"].max().tz_convert(TOKYO)
    return Content(
        title=project.title,
        date=f"{last:%Y-%m-%d}",
        meetings=corpus.meetings,
        attendees=corpus.attendees,
        agenda=corpus.agenda,
        materials=corpus.materials,
        opinions=corpus.opinions,
        tags=tags,
        decisions=decisions,
        agreement=pd.DataFrame(),
        sources={name: corpus.source(name) for name in corpus.meetings["source"].unique()},
        roadmaps=roadmaps,
        files={file.name: file.read_bytes() for file in files},
        reviewers=every[known]["reviewer"].nunique(),
        blind=project.blind,
    )


def open_store(project: Project, url: str | None = None) -> Store:
    """The project's store. Where nobody has reviewed yet, it holds the hand-over files of
    ``reviews/``; nothing is written for that, so that publishing leaves the project as it was."""
    url = url or project.store_url
    if url == Project.open(project.dir).store_url and not (project.dir / "review.db").exists():
        url = ":memory:"
    store = Store(url)
    if not store.revision:
        store.merge(*sorted(project.reviews.glob("*.jsonl")))
    return store


def roadmap_files(project: Project) -> list[Path]:
    """The files of the roadmaps in use, in the project's order; the newest version of each."""
    newest = load_roadmaps(project.roadmaps)
    files = {
        (roadmap.id, roadmap.version): file
        for file in sorted(project.roadmaps.glob("*.toml"))
        for roadmap in [Roadmap.load(file)]
    }
    for name in project.roadmap_ids:
        if name not in newest:
            accepted = ", ".join(newest)
            raise DxError(
                "snapshot.roadmap", folder=project.roadmaps, found=name, accepted=accepted
            )
    return [files[name, newest[name].version] for name in project.roadmap_ids]


def _deciders(store: Store, roadmap: str) -> int:
    return sum(bool(store.decided_by(who, roadmap)) for who in store.reviewers())
