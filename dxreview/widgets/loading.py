"""The load notebook's page: more files by drag and drop, and the picture of what was read."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from dxreview import report
from dxreview.loader import Loaded, load
from dxreview.messages import language, say
from dxreview.minutes.corrections import TABLES, Corrections
from dxreview.project import Project
from dxreview.records import DxError
from dxreview.session import correct, corrections
from dxreview.session.acts import refused
from dxreview.snapshot.door import page_text
from dxreview.sources import ACCEPTED, SUFFIXES, printable, refusal
from dxreview.text import find_dates
from dxreview.widgets.line import KNOWN, Line, Message, sentence_of, sentences


class Loading(Line):
    """``loaded``: one `Loaded` a file of the project's minutes, as they are now."""

    _esm = page_text("elements.js", "kit.js", "loading.js")
    _css = page_text("card.css")

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.folder = project.minutes
        self.loaded: list[Loaded] = []

    @property
    def language(self) -> str:
        return language()

    def hear_hello(self, _: Message) -> None:
        told = sentences("load", "load.attendance")
        self.send(
            {"type": "init", "language": language(), "messages": told, "accept": ",".join(SUFFIXES)}
        )
        self._read()

    def hear_files(self, message: Message) -> None:
        """Files of minutes go into the project's folder; none that is there is overwritten. What is
        refused does not keep the others out."""
        names = message.get("names")
        named = names if isinstance(names, list) else []
        taken, refusals = 0, list[str]()
        for name, data in zip(named, message["buffers"], strict=False):
            try:
                self._place(str(name), bytes(data))
                taken += 1
            except KNOWN as error:
                refusals.append(sentence_of(error, self.language))
        if taken:
            self.tell(say("load.taken", n=taken))
        self._read()
        if refusals:
            self.tell(" ".join(refusals))

    def hear_correct(self, message: Message) -> None:
        """One correction of one source more."""
        key, value, meaning = _told(message, "key", "value", "meaning")
        means = {"marks": meaning}.get(key, message.get("told"))
        self._change(message, lambda rules: _with(rules, key, value, means))

    def hear_take_back(self, message: Message) -> None:
        """One correction of one source less."""
        key, value = _told(message, "key", "value")
        self._change(message, lambda rules: rules.without(key, value))

    def _change(self, message: Message, change: Callable[[Corrections], Corrections]) -> None:
        """Change NAME.toml beside a source; what then misses is not kept."""
        (source,) = _told(message, "source")
        path = next((each.path for each in self.loaded if each.path.name == source), None)
        if path is None:
            raise refused("message", source)
        beside = correct(path, change)
        self._read()
        self.tell(say("load.corrected", name=beside.name))

    def _place(self, name: str, data: bytes) -> None:
        place = self.folder / Path(name).name
        if Path(name).name != name or name.startswith(".") or place.suffix.lower() not in SUFFIXES:
            suffix = place.suffix or say("load.no_suffix")
            raise refusal("kind", place, found=suffix, accepted=ACCEPTED)
        if place.exists() and place.read_bytes() != data:
            raise refusal("there", place)
        self.folder.mkdir(parents=True, exist_ok=True)
        for other in self.folder.iterdir():
            twin = other.stem == place.stem and other.suffix.lower() in SUFFIXES
            if twin and other.name != name:
                raise refusal("same_stem", name, other=printable(other.name))
        place.write_bytes(data)

    def _read(self) -> None:
        self.loaded = list(load([self.folder], progress=self._progress))
        made = {each.path.name: _made(each) for each in self.loaded}
        made = {name: rules for name, rules in made.items() if rules is not None}
        self.send({"type": "picture", "html": report.as_html(self.loaded), "made": made})

    def _progress(self, done: int, total: int) -> None:
        if total > 20 and done % 10 == 0:
            self.tell(say("load.working", done=done, total=total))


def _made(each: Loaded) -> list[tuple[str, str, str]] | None:
    """The corrections of a file, also of one that cannot be read because one of them misses; None
    where there is nothing to correct."""
    try:
        rules = corrections(each.path).made()
    except KNOWN:
        return None
    return rules if each.minutes or rules else None


def _told(message: Message, *names: str) -> list[str]:
    return [str(message.get(name, "")).strip() for name in names]


def _with(rules: Corrections, key: str, value: str, means: Any) -> Corrections:
    """The rules with one more, its value typed as the key asks; ``means`` is what a mark means, or
    what is told of a person."""
    accepted = say("load.accepted_date" if key == "date" else "load.accepted_number")
    typing: dict[str, Callable[[str], Any]] = {"round": int, "date": _day}
    try:
        typed = typing.get(key, str)(value)
    except ValueError:
        facts = {"file": rules.file, "key": say(f"load.correct_{key}"), "found": value}
        raise DxError("corrections.value", **facts, accepted=accepted) from None
    return rules.including(key, {typed: means} if key in TABLES else typed)


def _day(text: str) -> date:
    """The day that somebody typed, in any form in which minutes print one."""
    days = [found.on() for found in find_dates(text)]
    if len(days) != 1 or days[0] is None:
        raise ValueError(text)
    return days[0]
