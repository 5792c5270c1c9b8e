"""A frozen, hashed, published state: the folder that stakeholders, the dashboard and a USB stick
are given.

``verify`` and ``load_page`` need no pandas; ``publish`` brings it when it is called.
"""

from pathlib import Path

from dxreview.loader import Progress
from dxreview.records import UsageError
from dxreview.snapshot.verify import load_page, verify

__all__ = ["load_page", "publish", "verify"]


def publish(
    data: Path | str = "data",
    out: Path | str | None = None,
    *,
    names: str = "full",
    store: str | None = None,
    progress: Progress | None = None,
) -> Path:
    """Freeze the project in ``data`` as a snapshot folder and return its path.

    ``out``: default the project's ``published/`` + the date of the last event, with -2, -3 …
    where another snapshot is there; one in a named ``out`` is replaced, but never one without
    names by one with them. ``names="roles"`` replaces every person's name by the role. ``store``:
    a URL in place of the project's; ``progress(done, total)`` is called after each file of
    minutes. The same input gives the same bytes. Raises DxError where there is no opinion or no
    tag yet, or ``out`` holds something else; UsageError where it is one of the project's own
    folders.
    """
    from dxreview.project import Project
    from dxreview.snapshot.content import gather
    from dxreview.snapshot.freeze import freeze
    from dxreview.snapshot.names import without_names

    if names not in ("full", "roles"):
        raise UsageError("snapshot.names", found=names)
    project = Project.open(data, store=store)
    own = [project.dir / name for name in ("minutes", "roadmaps", "reviews", "published")]
    if out and Path(out).resolve() in [each.resolve() for each in own]:
        raise UsageError("snapshot.own", folder=out)
    content = gather(project, progress=progress)
    if names == "roles":
        content = without_names(content)
    place = Path(out) if out else project.published / content.date
    return freeze(content, place, numbered=not out)
