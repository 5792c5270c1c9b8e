"""Write the project's frames, as they are now, for people who work on with a spreadsheet."""

from datetime import datetime
from pathlib import Path

import pandas as pd

from dxreview.corpus import load
from dxreview.project import Project
from dxreview.snapshot.downloads import write_csv, write_xlsx
from dxreview.snapshot.gather import open_store


def export(data: Path | str, form: str, out: Path, *, store: str | None = None) -> list[Path]:
    """Write the frames as ``form`` and return the files.

    xlsx: one workbook, a sheet a frame. csv: opinions with their decisions as the file ``out``; a
    file a frame where ``out`` has no suffix (a folder). jsonl: a hand-over file a reviewer.
    """
    project = Project.open(data)
    reviews = open_store(project, store)
    try:
        if form == "jsonl":
            return reviews.export(out)
        corpus = load(project.minutes)
        decisions = reviews.decisions(corpus.opinions, roadmaps=project.roadmap_ids)
        frames = {"opinions": _with_decisions(corpus.opinions, decisions), "tags": reviews.tags()}
        frames |= {"memos": reviews.memos(), "decisions": decisions}
    finally:
        reviews.close()
    names = ("meetings", "attendees", "agenda", "materials", "warnings")
    return _write(frames | {name: getattr(corpus, name) for name in names}, form, out)


def _write(frames: dict[str, pd.DataFrame], form: str, out: Path) -> list[Path]:
    named = {out / f"{name}.csv": frame for name, frame in frames.items()}
    files = {out: frames["opinions"]} if out.suffix else named
    next(iter(files)).parent.mkdir(parents=True, exist_ok=True)
    if form == "xlsx":
        write_xlsx(frames, out, created=datetime.now())
        return [out]
    for file, frame in files.items():
        write_csv(frame, file)
    return list(files)


def _with_decisions(opinions: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Opinions, with the columns ROADMAP.status, .stages and .reviewers of each roadmap."""
    for roadmap, mine in decisions.groupby("roadmap", sort=False):
        columns = mine.set_index("opinion_id")[["status", "stages", "reviewers"]]
        opinions = opinions.join(columns.add_prefix(f"{roadmap}."), on="opinion_id")
    return opinions
