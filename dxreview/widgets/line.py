"""The kernel's end of the line to a page: messages in, messages out, no error lost.

Every message of a page is ``{"type": …}`` and whatever its type needs. A page may be forged, and a
message may come late: each handler checks what it gets.
"""

import functools
import logging
from collections.abc import Callable
from typing import Any

import anywidget

from dxreview.messages import LANGUAGES, say, section
from dxreview.records import DxError, file_error
from dxreview.session import Refused
from dxreview.session.acts import refused

log = logging.getLogger("dxreview")
Message = dict[str, Any]


def sentences(*names: str) -> dict[str, dict[str, str]]:
    """The sentences of some sections in both languages, so that a page switches live; those of
    publish.kind, a section within another, come as kind_NAME."""
    found: dict[str, dict[str, str]] = {lang: {} for lang in LANGUAGES}
    for lang, table in found.items():
        for name in names:
            start = f"{name.partition('.')[2]}_".removeprefix("_")
            table |= {start + key: text for key, text in section(name, lang).items()}
    return found


KNOWN = (DxError, OSError)


def sentence_of(error: DxError | OSError, lang: str) -> str:
    """What to tell of an error we know, or of the file system; a refusal is logged, too."""
    if isinstance(error, OSError):
        error = file_error(error, error.filename or "—")
    if isinstance(error, Refused):
        log.warning("refused: %s", error)
    return error.sentence(lang)


def guarded(act: Callable[..., None]) -> Callable[..., None]:
    """For every callback: a `KNOWN` error becomes a sentence in the status line; any other is
    logged with its traceback and said to be unexpected."""

    @functools.wraps(act)
    def wrapped(self: Any, *args: Any) -> None:
        try:
            act(self, *args)
        except KNOWN as error:
            self.tell(sentence_of(error, self.language))
        except Exception:
            log.exception("unexpected error in a callback")
            self.tell(say("review.unexpected", lang=self.language))

    return wrapped


class Line(anywidget.AnyWidget):
    """A widget that talks in messages: a method ``hear_NAME`` hears those of type NAME."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.on_msg(self.hear)

    def tell(self, sentence: str) -> None:
        """Say something in the page's status line."""
        self.send({"type": "said", "sentence": sentence})

    @guarded
    def hear(self, _: Any, message: Any, buffers: Any = ()) -> None:
        """Give a message, with the bytes that came along, to its method."""
        kind = message.get("type") if isinstance(message, dict) else None
        handler = getattr(self, f"hear_{kind}", None)
        if handler is None:
            raise refused("message", message)
        handler({**message, "buffers": buffers})

    def hear_ping(self, _: Message) -> None:
        self.send({"type": "pong"})
