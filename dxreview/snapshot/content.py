"""What is published: a project's frames, sources and roadmaps, and its decisions as they count."""

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass

import pandas as pd

from dxreview.analysis import agreement
from dxreview.corpus import load, records
from dxreview.loader import Progress
from dxreview.messages import say
from dxreview.project import Project
from dxreview.records import DxError, SourceText
from dxreview.roadmap import Roadmap, load_roadmaps
from dxreview.store import Store
from dxreview.store.counting import Count, count

FRAMES = ("meetings", "attendees", "agenda", "materials", "opinions")  # those of a corpus
DECISIONS = ["opinion_id", "roadmap", "status", "stages", "drafts", "reviewers", "reason"]


@dataclass(frozen=True)
class Content:
    """Everything that a snapshot is made from; nothing in it names a reviewer.

    ``decisions``, one row per opinion and roadmap: opinion_id, roadmap, status (the contract's, and
    ``withheld``), stages (as they count), drafts (those that are 案; () where the decision is 案
    without a stage; missing where nothing is), reviewers (how many decided), reason (of a
    settlement). ``sources`` by file name; ``files``: the roadmap files' bytes; ``credits``: lines
    on origin and terms; ``homeless``: how many tagged opinions the minutes have no more;
    ``spans``: what each stretch of the sources was taken for; ``masked``: how many lines of theirs
    were hidden because they may hold names.
    """

    title: str
    date: str
    meetings: pd.DataFrame
    attendees: pd.DataFrame
    agenda: pd.DataFrame
    materials: pd.DataFrame
    opinions: pd.DataFrame
    decisions: pd.DataFrame
    agreement: pd.DataFrame
    spans: pd.DataFrame
    sources: Mapping[str, SourceText]
    roadmaps: tuple[Roadmap, ...]
    files: Mapping[str, bytes]
    credits: tuple[str, ...] = ()
    reviewers: int = 0
    homeless: int = 0
    masked: int = 0
    blind: bool = False
    names: str = "full"

    @property
    def tags(self) -> pd.DataFrame:
        """The tags that count, a row each: opinion_id, roadmap, version, stage, draft."""
        version = {roadmap.id: roadmap.version for roadmap in self.roadmaps}
        tags = self.decisions.explode("stages").dropna(subset="stages")
        stages = zip(tags["stages"], tags["drafts"], strict=True)
        columns = tags[["opinion_id", "roadmap"]].astype("str")
        return columns.assign(
            version=tags["roadmap"].map(version).astype("str"),
            stage=tags["stages"].astype("str"),
            draft=[stage in (drafts or ()) for stage, drafts in stages],
        ).astype({"draft": "bool"})

    def frames(self) -> dict[str, pd.DataFrame]:
        """The frames by name, in the order of the contract."""
        names = (*FRAMES, "tags", "decisions", "agreement")
        return {name: getattr(self, name) for name in names}


def gather(project: Project, *, progress: Progress | None = None) -> Content:
    """The content of a project. Raises DxError where a source cannot be read, there is no opinion,
    no decision, or a roadmap in use has no file."""
    newest, ids = load_roadmaps(project.roadmaps), list(project.roadmap_ids)
    if missing := ", ".join(name for name in ids if name not in newest):
        facts = {"folder": project.roadmaps, "found": missing, "accepted": ", ".join(newest)}
        raise DxError("snapshot.roadmap", **facts)
    corpus = load([project.minutes], progress=progress)
    roadmaps = tuple(newest[name] for name in ids)
    for name in corpus.failures["source"]:
        if name != project.minutes.name:  # the folder itself: there are no opinions
            raise DxError("snapshot.unread", file=project.minutes / name)
    if corpus.opinions.empty:
        raise DxError("snapshot.no_opinions", folder=project.dir)
    with closing(open_store(project)) as reviews:
        choices, events = reviews.choices(), reviews.events()
        decisions = reviews.decisions(corpus.opinions, roadmaps=ids)
    decisions = decisions.assign(reason=_unnamed(decisions["reason"], events["reviewer"].unique()))
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
        date=f"{events['at'].max().tz_convert('Asia/Tokyo'):%Y-%m-%d}",
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


def open_store(project: Project) -> Store:
    """The project's store; while nobody has reviewed in it, one in memory that holds the hand-over
    files of ``reviews/``, so that publishing leaves the project as it was."""
    file = project.dir.absolute() / "review.db"
    if file.exists() or project.store_url != f"sqlite:///{file.as_posix()}":
        store = Store(project.store_url)
        if store.revision:
            return store
        store.close()
    store = Store(":memory:")
    store.begin(project.reviews)
    return store


def _credits(project: Project) -> tuple[str, ...]:
    """Where the minutes come from and on which terms, as the project's datapackage.json says
    (Frictionless Data Package: resources with sources and licenses)."""
    file = project.dir / "datapackage.json"
    if not file.exists():
        return ()
    try:
        return tuple(
            "、".join(
                [source["title"] for source in one.get("sources", ())]
                + [f"{terms['title']} {terms['path']}" for terms in one.get("licenses", ())]
            )
            for one in json.loads(file.read_text(encoding="utf-8"))["resources"]
            if one["path"].startswith("minutes/")
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        raise DxError("snapshot.package", file=file) from None


def counted(
    choices: pd.DataFrame, decisions: pd.DataFrame, *, roadmaps: Iterable[Roadmap], blind: bool
) -> pd.DataFrame:
    """``Content.decisions`` from the store's choices and decisions. ``blind``: what not all who
    work on a roadmap have decided, and is not settled, is ``withheld``."""
    named = {roadmap.id: roadmap for roadmap in roadmaps}
    made = choices.groupby(["opinion_id", "roadmap"])["stages"].agg(list).to_dict()
    all_of = choices.groupby("roadmap")["reviewer"].nunique()
    rows = []
    for row in records(decisions):
        place, deciders = (row["opinion_id"], row["roadmap"]), row["reviewers"]
        found = count(made.get(place, ()))
        if row["status"] == "settled":
            found = Count("settled", "settled", tuple(row["stages"]))
        elif blind and 0 < deciders < max(2, all_of[row["roadmap"]]):
            found = Count("withheld", "withheld")
        order = named[row["roadmap"]].in_order
        stages, drafts = (each and tuple(order(each)) for each in found[2:])
        rows.append((*place, found.result, stages, drafts, deciders, row["reason"]))
    return pd.DataFrame(rows, columns=DECISIONS).astype({"reviewers": "Int64", "reason": "str"})


def either(words: Iterable[str], between: str = "") -> str:
    """A pattern of any of the words, longest first; ``between``: what may stand between letters."""
    longest = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(between.join(map(re.escape, word)) for word in longest) or "(?!)"
