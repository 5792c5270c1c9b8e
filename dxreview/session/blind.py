"""A store as one reviewer may see it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dxreview.session import Session


class Seen:
    """A store's frames without what a reviewer who works blind may not see."""

    def __init__(self, session: "Session") -> None:
        self._session = session

    def choices(self) -> Any:
        return self._open(self._session.store.choices())

    def decisions(self) -> Any:
        return self._open(self._session.store.decisions())

    def _open(self, frame: Any) -> Any:
        places = zip(frame["opinion_id"], frame["roadmap"], strict=True)
        return frame.loc[[self._session.visible(*place) for place in places]]
