"""Where the work stands and what comes next, with a way to each notebook."""

from html import escape
from typing import Any

from dxreview.messages import LANGUAGES, say

STEPS = ("load", "review", "agree", "publish", "dashboard", "explore")


class Start:
    """A page of its own for a notebook's output, in both languages. No widget: JupyterLab follows
    the links of an output, not those of a widget.

    ``next``: the notebook that comes next: load, too, while a file could not be read, or while some
    parts were not and nobody has begun to review.
    """

    def __init__(self, session: Any) -> None:
        project, progress = session.project, session.progress()
        self.title = project.title
        opinions = sum(meeting["total"] for meeting in progress["meetings"])
        people, names = progress["people"], progress["reviewers"]
        published = sorted(each.parent.name for each in project.published.glob("*/manifest.json"))
        failed, doubts = session.corpus.failures, session.corpus.warnings
        nothing = failed["code"].isin(["source.no_minutes", "source.missing"])
        failed = list(failed[~nothing]["source"])
        unread = list(doubts[doubts["code"] == "unparsed"]["source"].drop_duplicates())
        handed = len([*project.reviews.glob("*.jsonl")])
        facts = {
            "folder": project.minutes,
            "meetings": len(progress["meetings"]),
            "opinions": opinions,
            "people": people,
            "finished": progress["finished"],
            "names": ", ".join(f"{each['name']} {each['done']}" for each in names),
            "handed": handed,
            "published": ", ".join(published),
        }
        reviewed = "reviewed" if names else "reviewed_blind"
        self._said: list[tuple[str, dict[str, Any]]] = [
            ("loaded" if opinions or failed else "empty", facts),
            (reviewed if people else "handed_over" if handed else "unreviewed", facts),
            ("published" if published else "unpublished", facts),
        ]
        for key, files in (("failed", failed), ("unparsed", unread)):
            if files:
                self._said.append((key, {"n": len(files), "names": ", ".join(files)}))
        if not opinions or failed or (unread and not people):
            self.next = "load"
        elif not progress["finished"]:
            self.next = "review"
        else:
            self.next = "agree" if people > 1 else "publish"

    def lines(self, lang: str) -> list[str]:
        """Where the work stands, a sentence a line."""
        return [say(f"start.{key}", lang=lang, **facts) for key, facts in self._said]

    def _repr_html_(self) -> str:
        stand = "".join(
            f'<p lang="{lang}">{"<br>".join(map(escape, self.lines(lang)))}</p>'
            for lang in LANGUAGES
        )
        steps = "".join(f"<li>{self._step(step)}</li>" for step in STEPS)
        return f'<h2>{escape(self.title)}</h2>{stand}<ol style="line-height: 1.7">{steps}</ol>'

    def _step(self, step: str) -> str:
        ja, en = (escape(say(f"start.steps.{step}", lang=lang)) for lang in LANGUAGES)
        come = escape(say("start.next", lang="ja"))
        mark = f" <strong>{come}</strong>" if step == self.next else ""
        return f'<a href="{step}.ipynb"><b>{ja}</b></a>{mark}<br><span lang="en">{en}</span>'
