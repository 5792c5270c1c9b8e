"""Freezing a snapshot from a notebook: whether people are named, and one button."""

from html import escape
from typing import Any

import ipywidgets as w

from dxreview.messages import LANGUAGES, language, say
from dxreview.project import Project
from dxreview.widgets.line import guarded


class Publishing(w.VBox):  # type: ignore[misc]
    """Publishes ``project`` when asked to; ``store``: a URL in place of the project's."""

    def __init__(self, project: Project, store: str | None = None) -> None:
        self.project, self.store, self.language = project, store, language()
        spoken = w.ToggleButtons(options=[("日本語", "ja"), ("English", "en")], value=self.language)
        self.names = w.RadioButtons(layout=w.Layout(width="auto"))
        self.button = w.Button(button_style="primary", layout=w.Layout(width="20em", height="44px"))
        self.status = w.HTML()
        super().__init__([spoken, self.names, self.button, self.status])
        spoken.observe(self._speak, "value")
        self.button.on_click(self._publish)
        self._draw()

    def tell(self, sentences: str) -> None:
        """Show plain text; a screen reader says it."""
        self.status.value = f'<p role="status">{"<br>".join(escape(sentences).splitlines())}</p>'

    @guarded
    def _speak(self, change: Any) -> None:
        if change["new"] in LANGUAGES:
            self.language = change["new"]
            self._draw()

    def _draw(self) -> None:
        chosen = self.names.value or "full"
        kinds = ("full", "roles")
        labels = [say(f"publish.choose_{kind}", lang=self.language) for kind in kinds]
        self.names.options, self.names.value = tuple(zip(labels, kinds, strict=True)), chosen
        self.button.description = say("publish.button", lang=self.language)
        self.tell("")

    @guarded
    def _publish(self, _: Any) -> None:
        from dxreview.snapshot import publish
        from dxreview.snapshot.verify import read_manifest

        self.button.disabled = True
        self.tell(say("publish.working", lang=self.language))
        try:
            folder = publish(self.project.dir, names=self.names.value, store=self.store)
        finally:
            self.button.disabled = False
        facts = {"folder": folder, "file": folder / "index.html", **read_manifest(folder)}
        self.tell(say("publish.done", lang=self.language, **facts))
