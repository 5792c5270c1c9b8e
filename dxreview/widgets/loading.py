"""The load notebook's page: more files by drag and drop, and the picture of what was read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from dxreview import report
from dxreview.loader import Loaded, load
from dxreview.messages import language, say
from dxreview.minutes.corrections import Corrections
from dxreview.project import Project
from dxreview.records import DxError
from dxreview.sources import SUFFIXES, Limits
from dxreview.widgets.line import Line, Message, page_text, sentences

_KEYS = ("title", "series", "kind", "round", "date", "leave_out", "split", "join")


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

    def on_correct(self, message: Message) -> None:
        """One correction of one source, into NAME.toml beside it; one that misses is taken back."""
        source, key, value = (str(message.get(name, "")) for name in ("source", "key", "value"))
        path = next((each.path for each in self.loaded if each.path.name == source), None)
        if path is None or key not in _KEYS or not value.strip():
            raise DxError("corrections.value", file=source, key=key, found=value, accepted=_KEYS)
        beside = path.with_suffix(".toml")
        before = beside.read_bytes() if beside.exists() else None
        rules = Corrections.load(beside) if before else Corrections(file=beside.name)
        _with(rules, key, value.strip()).save(beside)
        (again,) = load([path])
        if again.failure:
            beside.write_bytes(before) if before else beside.unlink()
            raise again.failure
        self._read()
        self.tell(say("load.corrected", name=beside.name))

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
        names = [each.path.name for each in self.loaded if each.minutes]
        self.send({"type": "picture", "html": report.as_html(self.loaded), "names": names})

    def _progress(self, done: int, total: int) -> None:
        if total > 20 and done % 10 == 0:
            self.tell(say("load.working", done=done, total=total))


def _with(rules: Corrections, key: str, value: str) -> Corrections:
    """The rules with one more: a quote, or what the file does not say or says wrongly."""
    if key in ("leave_out", "split", "join"):
        return rules.with_quote(key, value)
    typing: dict[str, Callable[[str], Any]] = {"round": int, "date": date.fromisoformat}
    try:
        typed = typing.get(key, str)(value)
    except ValueError:
        accepted = "2020-11-02" if key == "date" else "1"
        facts = {"file": rules.file, "key": key, "found": value, "accepted": accepted}
        raise DxError("corrections.value", **facts) from None
    return replace(rules, **{key: typed})
