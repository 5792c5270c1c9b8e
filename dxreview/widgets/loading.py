"""The load notebook's page: more files by drag and drop, and the picture of what was read."""

from pathlib import Path
from typing import Any

from dxreview import report
from dxreview.loader import Loaded, load
from dxreview.messages import language, say
from dxreview.project import Project
from dxreview.records import DxError
from dxreview.sources import SUFFIXES, Limits
from dxreview.widgets.line import Line, Message, page_text, sentences


class Loading(Line):
    """``loaded``: one `Loaded` a file of the project's minutes, as they are now."""

    _esm = page_text("kit.js", "loading.js")
    _css = page_text("card.css")

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.folder = project.minutes
        self.loaded: list[Loaded] = []

    @property
    def language(self) -> str:
        return language()

    def on_ping(self, _: Message) -> None:
        self.send({"type": "pong"})

    def on_hello(self, _: Message) -> None:
        told = {"language": language(), "messages": sentences("load"), "accept": ",".join(SUFFIXES)}
        self.send({"type": "init", **told})
        self._read()

    def on_files(self, message: Message, buffers: Any) -> None:
        """Files of minutes go into the project's folder; none that is there is overwritten."""
        names = message.get("names")
        taken = [] if not isinstance(names, list) else list(zip(names, buffers, strict=False))
        try:
            for name, data in taken:
                self._place(str(name), bytes(data))
            self.tell(say("load.taken", n=len(taken)))
        finally:
            self._read()

    def _place(self, name: str, data: bytes) -> None:
        place = self.folder / Path(name).name
        if Path(name).name != name or name.startswith(".") or place.suffix.lower() not in SUFFIXES:
            raise DxError(
                "source.kind", file=name, found=place.suffix, accepted=", ".join(SUFFIXES)
            )
        if len(data) > Limits().file_bytes:
            found, most = len(data) // 1_000_000, Limits().file_bytes // 1_000_000
            raise DxError("source.too_big", file=name, found=found, limit=most)
        if place.exists() and place.read_bytes() != data:
            raise DxError("source.there", file=name)
        self.folder.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def _read(self) -> None:
        self.loaded = list(load([self.folder], progress=self._progress))
        self.send({"type": "picture", "html": report.as_html(self.loaded)})

    def _progress(self, done: int, total: int) -> None:
        if total > 20 and done % 10 == 0:
            self.tell(say("load.working", done=done, total=total))
