"""A project folder: where its parts lie, what its project.toml says, and how a new one is made.

project.toml   title, roadmaps in use, who leads, blind or not, store
minutes/       sources, and NAME.toml with an analyst's corrections
roadmaps/      roadmap files; without this folder, the ones that come with dxreview
review.db      the embedded store
reviews/       hand-over files
published/     snapshots
notebooks/     in a folder made by ``init``; in the repository they lie beside ``data``
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dxreview.messages import say
from dxreview.records import DxError, UsageError, read_toml

ROADMAPS = ("soumu-steps", "soumu-plan", "dx-maturity", "reflection")
_PACKAGE = Path(__file__).resolve().parent
_KINDS: dict[str, type] = {"title": str, "roadmaps": list, "lead": str, "blind": bool, "store": str}


@dataclass(frozen=True, slots=True)
class Project:
    """Where the parts of a project lie, and what its project.toml says; every key may be left out.

    ``notebooks``: in the folder, or beside it as in the repository. ``roadmap_ids``: the roadmaps
    in use, each once, the first is the default. ``lead``: who settles, "" while nobody is named.
    ``blind``: others' tags stay hidden until one has decided. ``store_url``: as `open` was told,
    else ``$DXREVIEW_STORE``, else what the file says (an SQLite file as seen from the project),
    else SQLite in ``review.db``. It holds wherever it is used: a notebook's kernel runs in another
    folder than the command line.
    """

    dir: Path
    minutes: Path
    roadmaps: Path
    reviews: Path
    published: Path
    notebooks: Path
    title: str
    roadmap_ids: tuple[str, ...]
    lead: str
    blind: bool
    store_url: str

    @classmethod
    def open(cls, folder: Path | str | None = None, *, store: str | None = None) -> "Project":
        """Read the project in ``folder`` (default: `find`); ``store``: a URL in place of its own.
        DxError where the folder is missing or project.toml is not as documented."""
        place = Path(folder) if folder is not None else find()
        if not place.is_dir():
            raise DxError("project.missing", folder=place)
        said = _read(place / "project.toml")
        roadmaps, beside = place / "roadmaps", place.resolve().parent / "notebooks"
        named, own = store or os.environ.get("DXREVIEW_STORE"), said.get("store")
        return cls(
            dir=place,
            minutes=place / "minutes",
            roadmaps=roadmaps if roadmaps.is_dir() else shipped("data/roadmaps"),
            reviews=place / "reviews",
            published=place / "published",
            notebooks=beside if (beside / "start.ipynb").is_file() else place / "notebooks",
            title=said.get("title") or place.resolve().name,
            roadmap_ids=tuple(dict.fromkeys(said.get("roadmaps") or ROADMAPS)),
            lead=said.get("lead", ""),
            blind=said.get("blind", False),
            store_url=_from(Path(), named) if named else _from(place, own or "sqlite:///review.db"),
        )


def find() -> Path:
    """The project folder: ``$DXREVIEW_DATA``, else the nearest at, beside or above the current
    folder, else ``data``; raises DxError where there is none."""
    if named := os.environ.get("DXREVIEW_DATA"):
        return Path(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        for place in (folder, folder / "data"):
            if (place / "project.toml").is_file():
                return place
    if Path("data").is_dir():
        return Path("data")
    raise DxError("project.nowhere", folder=here)


def shipped(name: str) -> Path:
    """A file or folder that comes with dxreview ("notebooks", "voila.json" …): in the installed
    package, or at the root of a checkout."""
    packed = _PACKAGE / "share" / name
    return packed if packed.exists() else _PACKAGE.parent / name


def init(folder: Path | str, *, example: bool = False) -> Path:
    """Make a project folder with roadmaps and notebooks; ``example`` adds the first minutes, their
    example reviews and the snapshot made from them.

    Raises UsageError where ``folder`` exists and is not empty: nothing is ever overwritten.
    """
    place = Path(folder)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise UsageError("project.occupied", folder=place)
    for name in ("minutes", "reviews", "published"):
        (place / name).mkdir(parents=True)
        if example:
            _copy(shipped(f"data/{name}"), place / name)
    _copy(shipped("data/roadmaps"), place / "roadmaps")
    _copy(shipped("notebooks"), place / "notebooks")
    if example:
        for name in ("README.md", "datapackage.json"):  # the minutes' source and terms
            shutil.copy(shipped(f"data/{name}"), place)
    title = say("project.example_title") if example else place.resolve().name
    text = say("project.toml", title=json.dumps(title, ensure_ascii=False))  # as TOML writes it
    (place / "project.toml").write_text(text, encoding="utf-8")
    return place


def bring_notebooks(project: Project) -> Path:
    """The project's notebooks; copied there first where it has none."""
    if not project.notebooks.is_dir():
        _copy(shipped("notebooks"), project.notebooks)
    return project.notebooks


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*"), dirs_exist_ok=True)


def _from(folder: Path, url: str) -> str:
    """The URL of a store; a relative SQLite file is meant from ``folder``."""
    head, file = url[:10], url[10:]
    if head != "sqlite:///" or file in ("", ":memory:"):
        return url
    return head + (folder.absolute() / file).as_posix()


def _read(file: Path) -> dict[str, Any]:
    said = read_toml(file) if file.is_file() else {}
    for key, value in said.items():
        if key not in _KINDS:
            raise DxError("project.unknown", file=file, key=key, accepted=", ".join(_KINDS))
        names = value if isinstance(value, list) else []
        if not isinstance(value, _KINDS[key]) or not all(isinstance(name, str) for name in names):
            raise DxError("project.kind", file=file, key=key, found=repr(value))
    return said
