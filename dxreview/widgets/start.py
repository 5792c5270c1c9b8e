"""Where the work stands and what comes next, with a way to each notebook."""

from html import escape
from typing import Any

from dxreview.messages import LANGUAGES, say

STEPS = ("load", "review", "agree", "publish", "dashboard", "explore")


class Start:
    """A page of its own for a notebook's output, in both languages. No widget: JupyterLab follows
    the links of an output, not those of a widget."""

    def __init__(self, session: Any) -> None:
        project, progress = session.project, session.progress()
        self.title = project.title
        self.total = sum(meeting["total"] for meeting in progress["meetings"])
        self.people, self.finished = progress["people"], progress["finished"]
        self.facts = {
            "folder": project.minutes,
            "meetings": len(progress["meetings"]),
            "opinions": self.total,
            "people": self.people,
            "finished": self.finished,
            "names": ", ".join(f"{each['name']} {each['done']}" for each in progress["reviewers"]),
            "published": ", ".join(sorted(each.parent.name for each in _published(project))),
        }
        failed, doubts = session.corpus.failures, session.corpus.warnings
        failed = failed[failed["code"] != "source.no_minutes"]["source"]
        unread = doubts[doubts["code"] == "unparsed"]["source"].drop_duplicates()
        self.unread = {
            key: {"n": len(files), "names": ", ".join(files)}
            for key, files in (("failed", failed), ("unparsed", unread))
            if len(files)
        }

    @property
    def next(self) -> str:
        """The notebook that comes next: load, too, while a file could not be read, or while some
        parts were not and nobody has begun to review."""
        if not self.total or "failed" in self.unread or (self.unread and not self.people):
            return "load"
        if not self.finished:
            return "review"
        return "agree" if self.people > 1 else "publish"

    def lines(self, lang: str) -> list[str]:
        """Where the work stands, a sentence a line."""
        loaded = "loaded" if self.total or "failed" in self.unread else "empty"
        named = "reviewed" if self.facts["names"] else "reviewed_blind"
        reviewed = named if self.people else "unreviewed"
        published = "published" if self.facts["published"] else "unpublished"
        said = [
            say(f"start.{key}", lang=lang, **self.facts) for key in (loaded, reviewed, published)
        ]
        return said + [say(f"start.{key}", lang=lang, **told) for key, told in self.unread.items()]

    def _repr_html_(self) -> str:
        stand = "".join(
            f'<p lang="{lang}">{"<br>".join(map(escape, self.lines(lang)))}</p>'
            for lang in LANGUAGES
        )
        steps = "".join(f"<li>{self._step(step)}</li>" for step in STEPS)
        return f'<h2>{escape(self.title)}</h2>{stand}<ol style="line-height: 1.7">{steps}</ol>'

    def _step(self, step: str) -> str:
        ja, en = (escape(say(f"start.steps.{step}", lang=lang)) for lang in LANGUAGES)
        mark = (
            f" <strong>{escape(say('start.next', lang='ja'))}</strong>" if step == self.next else ""
        )
        return f'<a href="{step}.ipynb"><b>{ja}</b></a>{mark}<br><span lang="en">{en}</span>'


def _published(project: Any) -> list[Any]:
    return list(project.published.glob("*/manifest.json"))
