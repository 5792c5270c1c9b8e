"""Tables to take away: what a person reads in a spreadsheet, with headings in Japanese.

A cell of a CSV file that a spreadsheet would take for a formula gets an apostrophe in front
(OWASP, CSV injection); a workbook's cells are written as text, whatever they begin with. An export
holds the frames as they are, so that a program reads it as it reads the frames.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from dxreview.corpus import load, records
from dxreview.loader import Progress
from dxreview.messages import say, section
from dxreview.project import Project
from dxreview.records import UsageError, file_error
from dxreview.roadmap import Roadmap
from dxreview.snapshot.content import FRAMES, Content, open_store

LANG = "ja"
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
CELL_LIMIT = 32_767
NARROW, WIDE = 8, 80
COLUMNS = ("opinion_id", "meeting", "held_on", "page", "order", "section", "kind", "speaker",
           "role", "text")  # fmt: skip


def sheets(content: Content, snapshot_id: str) -> dict[str, pd.DataFrame]:
    """The workbook's sheets by their name: what this is, the opinions, then the frames. Of the
    decisions only those with a reason: the others stand with the opinions."""
    found = {"about": _about(content, snapshot_id), "opinions": opinions(content)}
    words, frames = section("publish.column", LANG), content.frames()
    frames["decisions"] = content.decisions[content.decisions["reason"].notna()]
    for name, frame in frames.items():
        if name != "opinions" and len(frame):
            found[name] = _worded(frame, content.roadmaps).rename(columns=words)
    return {_say(f"sheet.{name}"): frame for name, frame in found.items()}


def _worded(frame: pd.DataFrame, roadmaps: Iterable[Roadmap]) -> pd.DataFrame:
    """A frame with words for its codes: of roadmaps, stages, status, attendance and agreement."""
    labels = {one.id: one.labels(LANG) for one in roadmaps}
    words: dict[str, Mapping[Any, Any]] = {
        "roadmap": {one.id: one.title[LANG] for one in roadmaps},
        "status": section("publish.status", LANG),
        "attendance": section("load.attendance", LANG),
        "warning": {name: say(f"agree.short_{name}", lang=LANG) for name in ("few", "one_class")},
        "draft": {True: _say("about.draft"), False: None},
    }

    def word(row: Mapping[str, Any], column: str, value: Any) -> Any:
        if isinstance(value, tuple):
            return "、".join(word(row, "stage", stage) for stage in value)
        known = labels[row["roadmap"]] if column == "stage" else words.get(column, {})
        return known.get(value, value)

    rows, coded = records(frame), frame.columns.intersection([*words, "stage", "stages", "drafts"])
    return frame.assign(**{name: [word(row, name, row[name]) for row in rows] for name in coded})


def opinions(content: Content) -> pd.DataFrame:
    """One row an opinion: where it stands, its words, and for each roadmap its stages by their
    labels and its status, drafts marked （案）; an explanation that nobody tagged has neither."""
    meetings = {row["meeting_id"]: row for row in records(content.meetings)}
    decisions = {(row["opinion_id"], row["roadmap"]): row for row in records(content.decisions)}
    words, kinds, states = (section(f"publish.{it}", LANG) for it in ("column", "kind", "status"))
    mark, rows, titles = _say("draft_mark"), [], [one.title[LANG] for one in content.roadmaps]
    named = [title if titles.count(title) == 1 else f"{title}（{one.id}）"
             for one, title in zip(content.roadmaps, titles, strict=True)]  # fmt: skip
    for one in records(content.opinions):
        meeting = meetings[one["meeting_id"]]
        said = one | {"meeting": meeting["title"] or meeting["source"]}
        said |= {"held_on": meeting["held_on"], "kind": kinds.get(one["kind"])}
        row = {words[name]: said[name] for name in COLUMNS}
        for roadmap, title in zip(content.roadmaps, named, strict=True):
            decided, labels = decisions[one["opinion_id"], roadmap.id], roadmap.labels(LANG)
            row[title] = "、".join(
                labels.get(stage, stage) + mark * (stage in (decided["drafts"] or ()))
                for stage in decided["stages"]
            )
            status = states[decided["status"]] + mark * (decided["drafts"] is not None)
            left_out = one["kind"] == "explanation" and decided["status"] == "untagged"
            row[f"{title}：{words['status']}"] = "" if left_out else status
        rows.append(row)
    return pd.DataFrame(rows).replace("", None)


def _about(content: Content, snapshot_id: str) -> pd.DataFrame:
    """What a reader must know to use the tables: title, id, date, how tags count."""
    rows: dict[str, Any] = {
        "title": content.title,
        "id": snapshot_id,
        "date": content.date,
        "roadmaps": "、".join(f"{one.title[LANG]} {one.version}" for one in content.roadmaps),
        "reviewers": content.reviewers,
        "counting": _say("counting"),
        "draft": _say("draft_yes" if content.decisions["drafts"].notna().any() else "draft_no"),
        "names": _say(f"names_{content.names}"),
        "credit": "\n".join((*content.credits, _say("credit"))),
    }
    table = [(_say(f"about.{key}"), value) for key, value in rows.items()]
    return pd.DataFrame(table, columns=[_say("about.item"), _say("about.value")], dtype=object)


def _say(key: str) -> str:
    return say(f"publish.{key}", lang=LANG)


def export(
    data: Path | str,
    form: str,
    out: Path,
    *,
    store: str | None = None,
    progress: Progress | None = None,
) -> tuple[list[Path], list[str]]:
    """Write the frames as ``form``; return the files, and a sentence on each source that could not
    be read, whose opinions are missing from them.

    xlsx: one workbook, a sheet a frame; with the opinions stand ROADMAP.status, .stages and
    .reviewers of each roadmap. csv: this first sheet. jsonl: a folder, a hand-over file a reviewer.
    Raises UsageError where ``out`` is called as another kind of file is, DxError where it cannot be
    written.
    """
    if out.suffix and (form == "jsonl" or out.suffix.lower() != f".{form}"):
        key = "folder" if form == "jsonl" else "suffix"
        raise UsageError(f"snapshot.{key}", file=out, form=form)
    project = Project.open(data, store=store)
    with closing(open_store(project)) as reviews:
        if form == "jsonl":
            return reviews.export(out), []
        corpus = load([project.minutes], progress=progress)
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
        raise file_error(error, out) from None
    return [out], list(corpus.failures["message"])


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """``frame`` as CSV: UTF-8 with BOM (Excel asks for it), CRLF, no live formula."""
    safe = frame.map(_safe).rename(columns=_safe)
    path.write_bytes(safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig", "replace"))


def write_xlsx(sheets: Mapping[str, pd.DataFrame], path: Path, *, created: datetime) -> None:
    """One sheet a frame: frozen header, filters, wrapped text, text never a formula or a link.

    A text longer than Excel's 32,767 characters is cut and ends in …; ``created`` stands in the
    file's properties, so that the same frames give the same bytes.
    """
    held = BytesIO()
    plainly = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with pd.ExcelWriter(held, engine="xlsxwriter", engine_kwargs={"options": plainly}) as writer:
        writer.book.set_properties({"created": created})
        head = writer.book.add_format({"bold": True, "bg_color": "#e8f1fe", "bottom": 1})
        cell = writer.book.add_format({"text_wrap": True, "valign": "top"})
        for name, frame in sheets.items():
            cells, held_row = frame.map(_short), {"freeze_panes": (1, 0), "autofilter": True}
            cells.to_excel(writer, sheet_name=name, index=False, **held_row)
            _lay_out(writer.sheets[name], cells, head, cell)
    path.write_bytes(held.getvalue())


def _lay_out(sheet: Any, cells: pd.DataFrame, head: Any, cell: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.write_row(0, 0, cells.columns, head)
    for place, (title, column) in enumerate(cells.items()):
        longest = max(map(len, map(str, [title, *column[:500]])))
        sheet.set_column(place, place, min(WIDE, max(NARROW, 2 * longest)) + 2, cell)


def plain(value: Any) -> Any:
    """What a cell can hold: numbers and truth as they are, None where missing, the rest as text."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or None
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M}"
    return value if isinstance(value, bool | int | float) else str(value)


def _short(value: Any) -> Any:
    text = plain(value)
    long = isinstance(text, str) and len(text) > CELL_LIMIT
    return f"{text[: CELL_LIMIT - 1]}…" if long else text


def _safe(value: Any) -> Any:
    text = plain(value)
    return f"'{text}" if isinstance(text, str) and FORMULA.match(text) else text
