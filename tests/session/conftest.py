"""Sessions on the first minutes, with a store in memory."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import dxreview as dx
from dxreview.project import Project
from dxreview.roadmap import load_roadmaps
from dxreview.session import Session
from dxreview.store import Store
from dxreview.store.events import new_id
from dxreview.widgets.review import Workbook

from ..conftest import ROOT


class Sitting(Session):
    """A session that acts as its page would."""

    def do(self, action: str, *stages: str, **fields: Any) -> None:
        """Act on the current opinion, or as ``fields`` say: ``do("tag", "step0")``,
        ``do("memo", memo="…")``, ``do("undo")``."""
        sent = {"id": new_id(self.store.replay.latest), "reviewer": self.reviewer}
        place = {"opinion": self.current, "roadmap": self.roadmap, "stages": list(stages)}
        self.act({**sent, "action": action, **place, **fields})
        self.poll()


Open = Callable[..., Sitting]


@pytest.fixture(scope="session")
def corpus() -> Any:
    return dx.load(ROOT / "data" / "minutes")


@pytest.fixture
def store() -> Store:
    return Store(":memory:")


@pytest.fixture
def open_session(corpus: Any, store: Store) -> Open:
    """``open_session("佐藤", lead="…", blind=True, settling=True)`` on one store."""
    project = Project.open(ROOT / "data")
    library = load_roadmaps(project.roadmaps)

    def made(
        reviewer: str = "佐藤", *, lead: str = "", blind: bool = False, **traits: Any
    ) -> Sitting:
        mine = replace(project, lead=lead, blind=blind)
        return Sitting(mine, corpus, store, library, reviewer=reviewer, language="ja", **traits)

    return made


@pytest.fixture
def session(open_session: Open) -> Sitting:
    return open_session()


class Page(Workbook):
    """A workbook whose messages are kept instead of sent."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.told: list[dict[str, Any]] = []

    def send(self, content: Any, buffers: Any = None) -> None:
        if hasattr(self, "told"):
            self.told.append(content)

    def says(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.told if message["type"] == kind]


@pytest.fixture
def page(session: Session) -> Page:
    return Page(session)
