"""Freezing a snapshot from a notebook: what it would say, whether people are named, one button."""

from html import escape
from typing import Any

import ipywidgets as w

from dxreview.messages import language, say
from dxreview.project import Project
from dxreview.records import DxError
from dxreview.snapshot import load_page, publish
from dxreview.snapshot.content import gather
from dxreview.snapshot.findings import cautions
from dxreview.snapshot.pagedata import page_data
from dxreview.snapshot.verify import told
from dxreview.widgets.line import guarded


class Publishing(w.VBox):  # type: ignore[misc]
    """Publishes ``project`` when asked to."""

    def __init__(self, project: Project) -> None:
        self.project, self.language = project, language()
        spoken = w.ToggleButtons(options=[("日本語", "ja"), ("English", "en")], value=self.language)
        self.names = w.RadioButtons(layout=w.Layout(width="auto"))
        self.button = w.Button(button_style="primary", layout=w.Layout(width="20em", height="44px"))
        self.preview, self.status = w.HTML(), w.HTML()
        super().__init__([spoken, self.preview, self.names, self.button, self.status])
        spoken.observe(self._speak, "value")
        self.button.on_click(self._publish)
        self._draw()

    def tell(self, sentences: str) -> None:
        """Show plain text; a screen reader says it."""
        self.status.value = f'<p role="status">{"<br>".join(escape(sentences).splitlines())}</p>'

    def _findings(self) -> list[str]:
        """What the page would say now of the roadmap that it opens on, after a line that says so,
        and what to mend before; or why there is nothing to publish."""
        try:
            page = page_data(gather(self.project))
        except DxError as error:
            return [error.sentence(self.language)]
        first = page["view"]["roadmap"]
        title = next(each["title"] for each in page["roadmaps"] if each["id"] == first)
        found = [each["text"] for each in page["findings"] if each["roadmap"] == first]
        return [
            say("publish.preview", lang=self.language, title=title[self.language]),
            *(text[self.language] for text in found),
            *cautions(page, self.language),
        ]

    @guarded
    def _speak(self, change: Any) -> None:
        self.language = change["new"]
        self._draw()

    def _draw(self) -> None:
        chosen = self.names.value or "full"
        self.names.options = [
            (say(f"publish.choose_{kind}", lang=self.language), kind) for kind in ("full", "roles")
        ]
        self.names.value = chosen
        self.button.description = say("publish.button", lang=self.language)
        said = "".join(f"<p>{escape(sentence)}</p>" for sentence in self._findings())
        self.preview.value = f'<div style="line-height: 1.7">{said}</div>'
        self.tell("")

    @guarded
    def _publish(self, _: Any) -> None:
        self.button.disabled = True
        self.tell(say("publish.working", lang=self.language))
        try:
            project = self.project
            folder = publish(project.dir, names=self.names.value, store=project.store_url)
        finally:
            self.button.disabled = False
        said = [told(folder, self.language), *cautions(load_page(folder), self.language)]
        self.tell("\n".join(said))
