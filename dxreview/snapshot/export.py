"""Write the project's frames, as they are now, to work on with elsewhere: columns and values are
those of the frames, so that a program reads them as it reads the frames."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

from dxreview.corpus import load
from dxreview.loader import Progress
from dxreview.project import Project
from dxreview.records import DxError, UsageError
from dxreview.snapshot.content import FRAMES
from dxreview.snapshot.gather import open_store
from dxreview.snapshot.tables import write_csv, write_xlsx


def export(
    data: Path | str,
    form: str,
    out: Path,
    *,
    store: str | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write the frames as ``form`` and return the files.

    xlsx: one workbook, a sheet a frame; with the opinions stand ROADMAP.status, .stages and
    .reviewers of each roadmap. csv: this first sheet. jsonl: a folder, a hand-over file a reviewer.
    Raises UsageError where ``out`` is called as another kind of file is.
    """
    if out.suffix and (form == "jsonl" or out.suffix.lower() != f".{form}"):
        key = "folder" if form == "jsonl" else "suffix"
        raise UsageError(f"snapshot.{key}", file=out, form=form)
    project = Project.open(data)
    with closing(open_store(project, store)) as reviews:
        if form == "jsonl":
            return reviews.export(out)
        corpus = load(project.minutes, progress=progress)
        frames = {name: getattr(corpus, name) for name in ("opinions", *FRAMES, "warnings")}
        decisions = reviews.decisions(corpus.opinions, roadmaps=project.roadmap_ids)
        frames |= {"tags": reviews.tags(), "memos": reviews.memos(), "decisions": decisions}
    for roadmap, mine in decisions.groupby("roadmap", sort=False):
        columns = mine.set_index("opinion_id")[["status", "stages", "reviewers"]]
        columns = columns.add_prefix(f"{roadmap}.")
        frames["opinions"] = frames["opinions"].join(columns, on="opinion_id")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if form == "csv":
            write_csv(frames["opinions"], out)
        else:
            write_xlsx(frames, out, created=datetime.now())
    except OSError as error:
        raise DxError("snapshot.unwritable", folder=out, found=error.strerror) from error
    return [out]
