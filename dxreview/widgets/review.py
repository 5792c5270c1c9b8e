"""The review surface: one anywidget for filters, list, card, bulk acts and settlement.

Twenty cards composed of ipywidgets take about ten times as long as one anywidget, so the page
draws everything and messages carry the state. Only the window of the list that is looked at is
sent, and of the state only the parts that changed.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dxreview.records import DxError
from dxreview.session import Refused, Session
from dxreview.session.acts import refused
from dxreview.widgets import drawn
from dxreview.widgets.line import Line, Message, guarded, log, page_text

_WINDOW = 200  # rows that one message may ask for
_LOOKED_AT = 5  # opinions shown before a bulk act


class Workbook(Line):
    """One session on a page; several pages may show it."""

    _esm = page_text("kit.js", "card.js")
    _css = page_text("card.css")
    HEARS = frozenset(
        {
            "hello",
            "ping",
            "reviewer",
            "language",
            "roadmap",
            "order",
            "refine",
            "window",
            "go",
            "step",
            "next_untagged",
            "act",
            "look",
            "passage",
            "history",
            "handover",
        }
    )

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._window = (0, 30)
        self._shown: tuple[str, ...] | None = None
        self._serial = 0
        self._moved: Any = None
        self._sent: dict[str, Any] = {}
        self._counted: tuple[Any, dict[str, Any]] = None, {}
        session.observe(self.redraw, "revision")

    @property
    def language(self) -> str | None:
        return str(self.session.language)

    # --- telling ---

    @guarded
    def redraw(self, _: Any = None) -> None:
        """Tell the pages what changed since they were told last."""
        session = self.session
        if session.shown != self._shown:
            self._shown = session.shown
            self._serial += 1
        key = session.drawn, session.filter, session.reviewer, session.roadmap
        if self._counted[0] != key:
            self._counted = key, drawn.slow(session)
        start, count = self._window
        place = {"serial": self._serial, "start": start, "moved": self._moved}
        rows = {"rows": drawn.rows(session, start, count)}
        parts = {**drawn.quick(session), **self._counted[1], **place, **rows}
        had, self._sent = self._sent, parts
        changed = {k: part for k, part in parts.items() if k not in had or had[k] != part}
        if changed:
            self.send({"type": "state", "start": start, **changed})

    # --- hearing: what is looked at ---

    def on_hello(self, _: Message) -> None:
        """A page that has just opened: everything, once."""
        self.send(drawn.opening(self.session))
        self._sent = {}
        if not self.session.poll():
            self.redraw()

    def on_ping(self, _: Message) -> None:
        self.send({"type": "pong"})
        self.session.poll()

    def on_reviewer(self, message: Message) -> None:
        self.session.enter(message.get("name", 0))

    def on_language(self, message: Message) -> None:
        self.session.speak(message.get("value", 0))

    def on_roadmap(self, message: Message) -> None:
        self.session.use(message.get("id", 0))

    def on_order(self, message: Message) -> None:
        self.session.sort(message.get("value", 0))

    def on_refine(self, message: Message) -> None:
        self.session.refine(**_changes(message.get("changes")))

    def on_window(self, message: Message) -> None:
        start, count = _whole(message.get("start")), _whole(message.get("count"))
        if count > _WINDOW:
            raise refused("window", message)
        self._window = (start, count)
        rows = drawn.rows(self.session, start, count)
        self.send({"type": "rows", "serial": self._serial, "start": start, "rows": rows})

    def on_go(self, message: Message) -> None:
        self._move(message, lambda: self.session.go(message.get("opinion", "")))

    def on_step(self, message: Message) -> None:
        by = message.get("by")
        if not isinstance(by, int) or isinstance(by, bool):
            raise refused("window", by)
        self._move(message, lambda: self.session.step(by))

    def on_next_untagged(self, message: Message) -> None:
        self._move(message, self._next_untagged)

    def _next_untagged(self) -> None:
        if not self.session.next_untagged():
            raise DxError("review.all_done")

    def _move(self, message: Message, move: Callable[[], None]) -> None:
        """Go elsewhere and say which move it was: the page holds back keys until it is there."""
        self._moved = str(message.get("move"))[:40]
        try:
            move()
        finally:
            self.redraw()

    def on_passage(self, message: Message) -> None:
        self.send(drawn.passage(self.session, self._opinion(message)))

    def on_history(self, message: Message) -> None:
        self.send(drawn.history(self.session, self._opinion(message)))

    # --- hearing: acts ---

    def on_act(self, message: Message) -> None:
        """Store an act, acknowledge it, and only then draw; what is counted waits for a ping."""
        act = message.get("act")
        answer = {"type": "ack", "id": act.get("id") if isinstance(act, dict) else None}
        try:
            self.session.act(act)
        except Refused as error:
            log.warning("refused: %s", error)
            self.send(
                {**answer, "ok": False, "refused": True, "sentence": error.sentence(self.language)}
            )
        except DxError as error:
            self.send({**answer, "ok": False, "sentence": error.sentence(self.language)})
        else:
            self.send({**answer, "ok": True})
        self.redraw()

    def on_look(self, message: Message) -> None:
        """What a bulk act would change, before it is done."""
        found = self.session.touched(message.get("action", ""), message.get("stage", ""))
        some = [self.session.opinion(opinion)["text"][:80] for opinion in found[:_LOOKED_AT]]
        self.send({"type": "look", "n": len(found), "some": some, "opinions": found})

    def on_handover(self, _: Message) -> None:
        """This reviewer's hand-over file, to be downloaded."""
        with tempfile.TemporaryDirectory() as folder:
            files = self.session.store.export(Path(folder))
            mine = [file for file in files if _whose(file) == self.session.reviewer]
            if not mine:
                raise DxError("review.nothing_yet")
            self.send(
                {
                    "type": "handover",
                    "name": mine[0].name,
                    "text": mine[0].read_text(encoding="utf-8"),
                }
            )

    def _opinion(self, message: Message) -> str:
        opinion = message.get("opinion")
        if not self.session.has(opinion):
            raise refused("opinion", opinion)
        return str(opinion)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise refused("window", value)
    return value


def _whose(file: Path) -> str | None:
    from dxreview.store.handover import read

    return next((event.reviewer for event in read(file)), None)


_SEVERAL = ("meeting", "section", "kind", "speaker", "role", "stage", "reviewer")
_ONE = ("text", "status", "since", "until")


def _changes(sent: object) -> dict[str, Any]:
    """Parts of a filter, as far as a page may change them."""
    if not isinstance(sent, dict):
        raise refused("filter", sent)
    for name, value in sent.items():
        if name in _SEVERAL:
            fits = isinstance(value, list) and all(isinstance(each, str) for each in value)
        else:
            fits = name in _ONE and (
                value is None or (isinstance(value, str) and len(value) <= 1000)
            )
        if not fits:
            raise refused("filter", {name: value})
    return sent
