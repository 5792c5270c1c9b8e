"""The review surface: one anywidget for filters, list, card, bulk acts and settlement.

Twenty cards composed of ipywidgets take about ten times as long as one anywidget, so the page
draws everything and messages carry the state. Only the window of the list that is looked at is
sent, and of the state only the parts that changed.
"""

from typing import Any

import traitlets

from dxreview.messages import say
from dxreview.records import DxError
from dxreview.session import Refused, Session
from dxreview.session.acts import check, refused
from dxreview.snapshot.door import page_text
from dxreview.store.handover import as_text, file_names
from dxreview.widgets import drawn
from dxreview.widgets.line import Line, Message, guarded, sentence_of

_COMMANDS = ("enter", "agree", "speak", "use", "sort", "go", "step", "next_open")
_FIRST = (0, 30)  # rows that a page gets unasked
_WINDOW = 200  # rows that one message may ask for
_LOOKED_AT = 5  # opinions shown before a bulk act
_LOOK = 40  # characters of each


class Workbook(Line):
    """One session on a page; several pages may show it."""

    _esm = page_text("elements.js", "kit.js", "first.js", "list.js", "card.js", "desk.js")
    _css = page_text("card.css")

    # What a page draws before it has asked for anything.
    begin: Any = traitlets.List().tag(sync=True)

    def __init__(self, session: Session) -> None:
        first = {"type": "state", "serial": 0, "start": 0, "rows": drawn.rows(session, *_FIRST)}
        super().__init__(begin=[drawn.opening(session), {**drawn.quick(session), **first}])
        self.session = session
        self._window = _FIRST
        self._shown: tuple[str, ...] | None = None
        self._place: dict[str, Any] = {"serial": 0, "moved": None}
        self._sent: dict[str, Any] = {}
        self._counted: tuple[Any, dict[str, Any]] = None, {}
        session.observe(self.redraw, "revision")

    @property
    def language(self) -> str:
        return str(self.session.language)

    @guarded
    def redraw(self, _: Any = None) -> None:
        """Tell the pages what changed since they were told last."""
        session = self.session
        if session.shown != self._shown:
            self._shown = session.shown
            self._place["serial"] += 1
        state = session.drawn, session.filter, session.reviewer, session.roadmap
        key = *state, session.settling, session.corpus, self._place["serial"]
        if self._counted[0] != key:
            self._counted = key, drawn.slow(session)
        rows = {"start": self._window[0], "rows": drawn.rows(session, *self._window)}
        parts = {**drawn.quick(session), **self._counted[1], **self._place, **rows}
        had, self._sent = self._sent, parts
        changed = {k: part for k, part in parts.items() if k not in had or had[k] != part}
        if changed:
            self.send({"type": "state", "start": self._window[0], **changed})

    # --- hearing: what is looked at ---

    def hear_hello(self, _: Message) -> None:
        """A page that has just opened, and may have drawn what was at the beginning."""
        self._sent = {}
        if not self.session.poll():
            self.redraw()

    def hear_ping(self, message: Message) -> None:
        super().hear_ping(message)
        self.session.poll()

    def hear_do(self, message: Message) -> None:
        """A command of the session, which checks its value. Of a move it is said which it was: the
        page holds back keys until it is there."""
        command = getattr(self.session, check("message", message.get("command"), _COMMANDS))
        self._moves(message)
        try:
            command(message.get("value"))
        finally:
            self.redraw()

    def _moves(self, message: Message) -> None:
        if "move" in message:
            self._place["moved"] = str(message["move"])[:40]

    def hear_refine(self, message: Message) -> None:
        changes = message.get("changes")
        if not isinstance(changes, dict):
            raise refused("filter", changes)
        self.session.refine(**changes)

    def hear_window(self, message: Message) -> None:
        start, count = message.get("start"), message.get("count")
        if not isinstance(start, int) or not isinstance(count, int):
            raise refused("window", message)
        if start < 0 or not 0 < count <= _WINDOW:
            raise refused("window", message)
        self._window = (start, count)
        rows = drawn.rows(self.session, start, count)
        self.send({"type": "rows", "serial": self._place["serial"], "start": start, "rows": rows})

    def hear_passage(self, message: Message) -> None:
        self.send(drawn.passage(self.session, self._opinion(message)))

    def hear_history(self, message: Message) -> None:
        self.send(drawn.history(self.session, self._opinion(message)))

    def _opinion(self, message: Message) -> str:
        return check("opinion", message.get("opinion"), self.session.opinions)

    def hear_correct(self, message: Message) -> None:
        """Where one opinion ends and the next begins, put right beside the source."""
        self.session.correct(self._opinion(message), message.get("key"), message.get("quote"))

    # --- hearing: acts ---

    def hear_act(self, message: Message) -> None:
        """Store an act, acknowledge it, and only then draw; what is counted waits for a ping. An
        undo goes where it undoes: it is a move."""
        sent = message.get("act")
        act: Message = sent if isinstance(sent, dict) else {}
        self._moves(message)
        answer = {"type": "ack", "id": act.get("id"), "ok": True}
        try:
            self.session.act(act)
        except DxError as error:
            answer |= {"ok": False, "sentence": sentence_of(error, self.language)}
            answer |= {"refused": True} if isinstance(error, Refused) else {}
        self.send(answer)
        self.redraw()
        if answer["ok"] and act["action"] in ("undo", "redo"):
            n = len(self.session.turned(act["id"]))
            key = f"review.{act['action']}_done" if n else "review.no_turn"
            self.tell(say(key, n=n, lang=self.language))

    def hear_look(self, message: Message) -> None:
        """What a bulk act would change, before it is done."""
        found = self.session.touched(message.get("action"), message.get("stage"))
        some = [drawn.beginning(self.session, opinion, _LOOK) for opinion in found[:_LOOKED_AT]]
        self.send({"type": "look", "n": len(found), "some": some, "opinions": found})

    def hear_handover(self, _: Message) -> None:
        """This reviewer's hand-over file, to be downloaded."""
        replay, me = self.session.store.replay, self.session.reviewer
        text = as_text(event for event in replay.known.values() if event.reviewer == me)
        if not text:
            raise DxError("review.nothing_yet")
        self.send({"type": "handover", "name": file_names(replay.reviewers())[me], "text": text})
