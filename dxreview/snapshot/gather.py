"""Gather what a project publishes: its minutes, roadmaps in use and decisions, as they are now."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from dxreview.analysis import agreement
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
    files = sorted(project.roadmaps.glob("*.toml"))
    loaded = {file: Roadmap.load(file) for file in files}
    of = {(roadmap.id, roadmap.version): file for file, roadmap in loaded.items()}
    return [of[name, newest[name].version] for name in project.roadmap_ids]


def _content(project: Project, corpus: Corpus, files: list[Path], store: Store) -> Content:
    roadmaps = tuple(Roadmap.load(file) for file in files)
    ids = [roadmap.id for roadmap in roadmaps]
    choices, decisions = store.choices(), store.decisions(corpus.opinions, roadmaps=ids)
    known = choices["opinion_id"].isin(corpus.opinions["opinion_id"])
    choices = choices[known & choices["roadmap"].isin(ids)]
    decisions = decisions[decisions["roadmap"].isin(ids)]
    if (decisions["status"] == "untagged").all():
        raise DxError("snapshot.no_tags", folder=project.dir)
    order = [stage.id for roadmap in roadmaps for stage in roadmap.stages]
    agreed = pd.concat([agreement(choices, roadmap=roadmap) for roadmap in roadmaps])
    frames = ("meetings", "attendees", "agenda", "materials", "opinions")
    return Content(
        title=project.title,
        date=f"{store.events()['at'].max().tz_convert(TOKYO):%Y-%m-%d}",
        **{name: getattr(corpus, name) for name in frames},
        decisions=counted(choices, decisions, order=order, blind=project.blind),
        agreement=agreed[agreed["n"] > 0],
        sources={name: corpus.source(name) for name in corpus.meetings["source"].unique()},
        roadmaps=roadmaps,
        files={file.name: file.read_bytes() for file in files},
        credits=_credits(project),
        reviewers=choices["reviewer"].nunique(),
        blind=project.blind,
    )


def _credits(project: Project) -> tuple[str, ...]:
    """Where the minutes come from and on which terms, as the project's datapackage.json says
    (Frictionless Data Package: resources with sources and licenses)."""
    file = project.dir / "datapackage.json"
    if not file.exists():
        return ()
    resources = json.loads(file.read_text(encoding="utf-8"))["resources"]
    lines = (
        [source["title"] for source in one.get("sources", ())]
        + [f"{terms['title']} {terms['path']}" for terms in one.get("licenses", ())]
        for one in resources
        if one["path"].startswith("minutes/")
    )
    return tuple("、".join(line) for line in lines)
