"""What a notebook calls: one line a page."""

import os
from contextlib import closing
from pathlib import Path
from typing import Any

from dxreview.project import Project
from dxreview.records import DxError

Place = Path | str | None


def workbook(data: Place = None, *, reviewer: str = "") -> Any:
    """The review notebook's one line: find opinions and tag them.

    ``data``: a project folder (default: `dxreview.project.find`); ``reviewer``: who reviews (asked
    where it is ""). Raises DxError where the project's files are not as documented.
    """
    return _review(data, reviewer=reviewer)


def agreement(data: Place = None, *, reviewer: str = "") -> Any:
    """The agreement notebook's one line: how far reviewers agree, what they disagree on, and, for
    the lead, settling it. Arguments as of `workbook`."""
    return _review(data, reviewer=reviewer, settling=True, order="disagreed")


def _review(data: Place, **traits: Any) -> Any:
    from dxreview.session import Session
    from dxreview.widgets.review import Workbook

    return Workbook(Session.open(data, **traits).take_in())


def start(data: Place = None) -> Any:
    """The start notebook's one line: where the work stands, and the notebooks in their order.
    Arguments as of `workbook`."""
    from dxreview.session import Session
    from dxreview.widgets.start import Start

    session = Session.open(data)
    with closing(session.store):
        return Start(session)


def publishing(data: Place = None) -> Any:
    """The publish notebook's one line: freeze the present state as a snapshot. Arguments as of
    `workbook`."""
    from dxreview.widgets.publishing import Publishing

    return Publishing(Project.open(data))


def loading(data: Place = None) -> Any:
    """The load notebook's one line: take in files, and see that nothing of them was lost.
    Arguments as of `workbook`."""
    from dxreview.widgets.loading import Loading

    return Loading(Project.open(data))


def dashboard(snapshot: Place = None, *, part: str = "") -> Any:
    """The published page of ``snapshot``: a snapshot's folder (default: ``$DXREVIEW_SNAPSHOT``,
    else the project's newest). ``part``: finding, matrix, time or opinions alone, for a cell among
    others. Read-only: it is given no store.

    Raises DxError where there is none.
    """
    from dxreview.snapshot import load_page
    from dxreview.widgets.page import Page

    place = snapshot or os.environ.get("DXREVIEW_SNAPSHOT") or newest(Project.open().published)
    return Page(load_page(place), part=part)


def newest(published: Path) -> Path:
    """The snapshot of the latest date below ``published``, of several the one made last; raises
    DxError where there is none."""
    from dxreview.snapshot.verify import MANIFEST, read_manifest

    found = [*published.glob(f"*/{MANIFEST}")]
    if not found:
        raise DxError("cli.no_snapshot", folder=published)

    def age(file: Path) -> tuple[str, float]:
        return read_manifest(file.parent)["date"] or "", file.stat().st_mtime

    return max(found, key=age).parent
