"""Write the project's frames, as they are now, for people who work on with a spreadsheet."""

from datetime import datetime
from pathlib import Path

import pandas as pd

from dxreview.corpus import load
from dxreview.project import Project
from dxreview.snapshot.downloads import write_csv, write_xlsx
from dxreview.snapshot.gather import open_store

JSONL = "jsonl"


def export(data: Path | str, form: str, out: Path, *, store: str | None = None) -> list[Path]:
    """Write the frames as ``form`` and return the files.

    xlsx: one workbook, a sheet a frame. csv: opinions with their decisions as the file ``out``; a
    file a frame where ``out`` is a folder or has no suffix. jsonl: a hand-over file a reviewer.
    """
    project = Project.open(data)
    reviews = open_store(project, store)
    try:
        if form == JSONL:
            return reviews.export(out)
        corpus = load(project.minutes)
        decisions = reviews.decisions(corpus.opinions, roadmaps=project.roadmap_ids)
        frames = {
            "opinions": _with_decisions(corpus.opinions, decisions),
            "tags": reviews.tags(),
            "memos": reviews.memos(),
            "decisions": decisions,
            **{name: getattr(corpus, name) for name in ("meetings", "attendees", "agenda",
                                                        "materials", "warnings")},
        }  # fmt: skip
    finally:
        reviews.close()
    return _write(frames, form, out)


def _write(frames: dict[str, pd.DataFrame], form: str, out: Path) -> list[Path]:
    if form == "xlsx":
        out.parent.mkdir(parents=True, exist_ok=True)
        write_xlsx(frames, out, created=datetime.now())
        return [out]
    if out.suffix:
        frames, folder = {out.name: frames["opinions"]}, out.parent
    else:
        frames, folder = {f"{name}.csv": frame for name, frame in frames.items()}, out
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        write_csv(frame, folder / name)
    return [folder / name for name in frames]


def _with_decisions(opinions: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Opinions, with the columns ROADMAP.status, .stages and .reviewers of each roadmap."""
    wide = opinions
    for roadmap, mine in decisions.groupby("roadmap", sort=False):
        columns = mine.set_index("opinion_id")[["status", "stages", "reviewers"]]
        wide = wide.join(columns.add_prefix(f"{roadmap}."), on="opinion_id")
    return wide
