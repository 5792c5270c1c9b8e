"""The one observable state of a review: views draw it and send commands to it.

A view watches ``revision`` (anything changed) and holds no truth of its own. Commands check what
they are given; a refusal is a `Refused`, logged by the caller, and nothing was written.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import traitlets as t

from dxreview import loader
from dxreview.corpus import Corpus, load, records
from dxreview.filters import SEVERAL, Filter
from dxreview.messages import LANGUAGES, language
from dxreview.minutes import Corrections
from dxreview.project import Project
from dxreview.records import DxError, Event
from dxreview.roadmap import Roadmap, Roadmaps, load_roadmaps
from dxreview.session import acts
from dxreview.session.acts import Refused, check, refused
from dxreview.store import Store
from dxreview.store.counting import count
from dxreview.store.placing import Homeless, homeless
from dxreview.store.replay import Choice

__all__ = ["ONE", "ORDERS", "Refused", "Session", "correct", "corrections"]
ORDERS = ("untagged", "reading", "disagreed")
ONE = ("text", "status", "since", "until")  # parts of a filter that a page may set to one value
_QUOTED = 40  # characters by which a correction finds its place


class Session(t.HasTraits):
    """One person's review of one project.

    ``filter`` is one frozen value, changed by `refine`; ``shown`` the opinion ids it leaves, in
    ``order``; ``current`` the opinion on the card, which stays when a tag takes it out of
    ``shown``; ``settling``: on the agreement page. ``revision`` grows whenever anything that a
    view draws has changed.
    """

    roadmap = t.Unicode()
    reviewer = t.Unicode()
    language = t.Enum(LANGUAGES)
    filter = t.Any()
    order = t.Enum(ORDERS, "untagged")
    shown = t.Tuple()
    current = t.Unicode(None, allow_none=True)
    settling = t.Bool(False)
    revision = t.Int(0)

    @classmethod
    def open(cls, folder: Path | str | None = None, **traits: Any) -> "Session":
        """The session of a project folder: its minutes, roadmaps and store."""
        project = Project.open(folder)
        opened = Store(project.store_url)
        corpus, library = load([project.minutes]), load_roadmaps(project.roadmaps)
        return cls(project, corpus, opened, library, **traits)

    def __init__(
        self, project: Project, corpus: Corpus, store: Store, library: Roadmaps, **traits: Any
    ) -> None:
        used = {name: library[name] for name in project.roadmap_ids if name in library}
        if not used:
            facts = {"found": ", ".join(library) or "–", "accepted": ", ".join(project.roadmap_ids)}
            raise DxError("review.roadmaps", folder=project.roadmaps, **facts)
        super().__init__(**{"language": language(), "roadmap": next(iter(used)), **traits})
        # No traits: they are asked for at every opinion, and nobody watches them.
        self.project, self.store, self.library, self.roadmaps = project, store, library, used
        self.filter = Filter(roadmap=self.roadmap)
        self.bring(corpus)

    # --- what is there ---

    def bring(self, corpus: Corpus) -> None:
        """Take this corpus in place of the one before."""
        self.corpus = corpus
        # Dicts: a row of an Arrow-backed frame costs a hundred times as much.
        self.opinions = {row["opinion_id"]: row for row in records(corpus.opinions)}
        self.meetings = {row["meeting_id"]: row for row in records(corpus.meetings)}
        # One without a title is called by its id, which is its file's name.
        self.titles = {name: row["title"] or name for name, row in self.meetings.items()}
        self._ids = [None, *self.opinions, None]
        self._arrange()

    def neighbours(self, opinion_id: str) -> list[str | None]:
        """The opinions before and after in the same meeting, None at its ends."""
        _, row = self._rank[opinion_id]
        meeting = self.opinions[opinion_id]["meeting_id"]
        return [
            each if each and self.opinions[each]["meeting_id"] == meeting else None
            for each in (self._ids[row], self._ids[row + 2])
        ]

    def required(self, opinion_id: str) -> bool:
        """Whether an opinion is to be reviewed: an explanation may be, but need not."""
        return bool(self.opinions[opinion_id]["kind"] != "explanation")

    @property
    def roadmap_now(self) -> Roadmap:
        return self.roadmaps[self.roadmap]

    def choices(self, opinion_id: str, roadmap: str | None = None) -> Mapping[str, Choice]:
        """reviewer → the stages of their decision on one opinion (none where none applies)."""
        return self.store.replay.choices().get((opinion_id, roadmap or self.roadmap), {})

    def settled(self, opinion_id: str) -> Event | None:
        """The settlement that counts on one opinion, or None."""
        return self.store.replay.settlements().get((opinion_id, self.roadmap))

    @property
    def unblinded(self) -> bool:
        """Whether this person may see all tags: review is not blind, or the lead settles."""
        lead = self.project.lead
        return not self.project.blind or (self.settling and bool(lead) and self.reviewer == lead)

    def visible(self, opinion_id: str, roadmap: str | None = None) -> bool:
        """Whether this reviewer may see what others decided on an opinion: always, unless review is
        blind; then after deciding, and for the lead while settling."""
        return self.unblinded or self.reviewer in self.choices(opinion_id, roadmap)

    @property
    def seen(self) -> Any:
        """The store as far as this reviewer may see it: what filters and counts are given."""
        return Seen(self) if self.project.blind else self.store

    @property
    def may_settle(self) -> bool:
        """Whether this reviewer is the lead; where project.toml names none, everybody may."""
        return self.project.lead in ("", self.reviewer)

    def own(self, opinion_id: str) -> Mapping[str, Choice]:
        """The decisions that an opinion's state goes by: this reviewer's, or everybody's, while
        settling or while nobody is named."""
        made = self.choices(opinion_id)
        if self.settling or not self.reviewer:
            return made
        return {self.reviewer: made[self.reviewer]} if self.reviewer in made else {}

    def marks(self, opinion_id: str) -> tuple[str, ...]:
        """How far an opinion is: settled, tagged, none, untagged, or optional (untagged, and need
        not be), by `own`; and disagreed, where reviewers are: while settling, that alone."""
        if not self.visible(opinion_id):
            return ("untagged" if self.required(opinion_id) else "optional",)
        if self.settled(opinion_id):
            return ("settled",)
        own, made = self.own(opinion_id), self.choices(opinion_id)
        apart = count(made.values()).status == "disagreed"
        if apart and self.settling:
            return ("disagreed",)
        done = "tagged" if any(own.values()) else "none"
        mark = done if own else "untagged" if self.required(opinion_id) else "optional"
        return (mark, "disagreed") if apart else (mark,)

    def progress(self) -> dict[str, Any]:
        """How far the review is for the roadmap in use; explanations do not count.

        ``meetings`` (title, done, total), ``mine`` (done, total), ``reviewers`` (name, done,
        total), ``people`` (how many have decided on anything), ``finished`` (how many of them on
        everything here). Who works blind is told of no other reviewer by name.
        """
        meetings: dict[str, dict[str, Any]] = {
            meeting: {"title": title, "done": 0, "total": 0}
            for meeting, title in self.titles.items()
        }
        # A lead who only settles is no reviewer.
        decided = {who for made in self.store.replay.choices().values() for who in made}
        people: dict[str, int] = dict.fromkeys(sorted(decided), 0)
        counted = [opinion for opinion in self.opinions if self.required(opinion)]
        for opinion in counted:
            meeting = meetings[self.opinions[opinion]["meeting_id"]]
            meeting["total"] += 1
            meeting["done"] += bool(self.own(opinion))
            for person in self.choices(opinion):
                people[person] += 1
        whole = len(counted)
        named = people if self.unblinded else people.keys() & {self.reviewer}
        return {
            "meetings": list(meetings.values()),
            "mine": {"done": people.get(self.reviewer, 0), "total": whole},
            "reviewers": [{"name": who, "done": people[who], "total": whole} for who in named],
            "people": len(people),
            "finished": sum(0 < whole <= n for n in people.values()),
        }

    def homeless(self) -> list[Homeless]:
        """Reviewed opinions that a new version of the minutes no longer has."""
        texts = {each: row["text"] for each, row in self.opinions.items()}
        return homeless(self.store.replay, texts)

    def position(self) -> int | None:
        """Where the current opinion stands in ``shown``; None where it does not."""
        return self._place.get(self.current or "")

    # --- commands: what is looked at ---

    def refine(self, /, **changes: Any) -> None:
        """Change parts of the filter; raises Refused where a part is unknown or of a wrong type."""
        for name, value in changes.items():
            each = [value or ""] if name in ONE else value
            known = name in (*ONE, *SEVERAL) and isinstance(each, list | tuple)
            if not known or not all(isinstance(e, str) and len(e) <= 1000 for e in each):
                raise refused("filter", changes)
        changed = replace(self.filter, **changes)
        if changed != self.filter:
            self.filter = changed
            self._arrange(follow=True)

    def sort(self, order: object) -> None:
        self.order = check("order", order, ORDERS)
        self._arrange()

    def use(self, roadmap: object) -> None:
        """Review against another roadmap; a filter on stages of the old one goes."""
        self.roadmap = check("roadmap", roadmap, self.roadmaps)
        self.filter = replace(self.filter, roadmap=self.roadmap, stage=())
        self._arrange()

    def speak(self, lang: object) -> None:
        self.language = check("language", lang, LANGUAGES)
        self.revision += 1

    def enter(self, reviewer: object) -> None:
        """Say who reviews; "" asks again."""
        name = " ".join(reviewer.split()) if isinstance(reviewer, str) else "\0"
        if len(name) > 100 or not name.isprintable():
            raise refused("reviewer", reviewer)
        self.reviewer, self.current = name, None
        self._arrange()

    def go(self, opinion_id: object) -> None:
        self.current = check("opinion", opinion_id, self.opinions)
        self.revision += 1

    def step(self, by: object) -> None:
        """Go on by so many opinions of the list; not beyond its ends."""
        if type(by) is not int:
            raise refused("window", by)
        at = self.position()
        if at is None:  # it left the list: the one that took its place comes next
            here = self._ranked(self.current or "")
            at = bisect_left(self.shown, here, key=self._ranked) - (by > 0)
        if self.shown:
            self.go(self.shown[min(max(at + by, 0), len(self.shown) - 1)])

    def next_open(self, _: object = None) -> None:
        """Go to the next opinion of the list that is still to be done, from the top again after the
        end; raises DxError where there is none. Settling: reviewers disagree; else: not decided."""
        at = self.position()
        start = 0 if at is None else at + 1
        for opinion in (*self.shown[start:], *self.shown[:start]):
            if self._first(opinion, "disagreed" if self.settling else "untagged") == 0:
                return self.go(opinion)
        raise DxError("review.none_open" if self.settling else "review.all_done")

    def agree(self, settling: object) -> None:
        """Go over to settling, at the first disagreed opinion, or back to reviewing."""
        if not isinstance(settling, bool):
            raise refused("message", settling)
        self.settling, self.current = settling, None if settling else self.current
        self.sort("disagreed" if settling else "untagged")

    # --- commands: acts ---

    def act(self, act: object) -> None:
        """Store one act (`dxreview.session.acts`) durably; the same id again stores nothing more.
        Views show it at the next `poll`: whoever waits for the store need not wait for them.

        Raises Refused where a part of it is unknown or of a wrong type, else what the store says.
        """
        sent = acts.check_sender(self, act)
        self.store.poll()
        if sent["id"] in self.store.replay.known:
            return
        self.store.append(*acts.events(self, sent))
        found = self.turned(sent["id"])
        if len(found) == 1 and found <= self.opinions.keys():  # so that one sees it
            (self.current,) = found

    def turned(self, act_id: str) -> set[str]:
        """The opinions on which an undo or redo took something back or brought it back; none for
        another act."""
        replay = self.store.replay
        reached = replay.reached(replay.known[act_id]) if act_id in replay.known else ()
        return {replay.home(act.opinion_id or "") for act in reached}

    def touched(self, does: object, stage: object = "") -> list[str]:
        """The shown opinions that a bulk act would change; ``stage``: unless none applies."""
        mine = {opinion: self.choices(opinion).get(self.reviewer) for opinion in self.shown}
        if check("action", does, acts.BULK) == "none_applies":
            return [opinion for opinion, stages in mine.items() if stages != {}]
        check("stage", stage, [each.id for each in self.roadmap_now.stages])
        on = does == "tag"
        return [opinion for opinion, stages in mine.items() if on != (stage in (stages or ()))]

    def take_in(self) -> "Session":
        """Into a new store, what others handed over (`Store.begin`)."""
        self.store.begin(self.project.reviews)
        self._arrange()
        return self

    def poll(self) -> bool:
        """Take in what others did; True where anything changed."""
        if self.store.poll() == self.drawn:
            return False
        self._refilter()
        self.revision += 1
        return True

    def correct(self, opinion_id: str, key: object, quote: object) -> None:
        """Write a correction of the minutes beside their source, and load them anew: ``split`` the
        opinion where ``quote`` begins, or ``join`` it to the one before.

        Raises DxError where the quote is not there or is there twice; then nothing is written.
        """
        opinion = self.opinions[check("opinion", opinion_id, self.opinions)]
        if (name := check("action", key, ("split", "join"))) == "join":
            quote = opinion["text"][:_QUOTED]
        if not isinstance(quote, str) or not quote.strip() or quote not in opinion["text"]:
            raise refused("quote", quote)
        place = self.project.minutes / self.corpus.source(opinion["meeting_id"]).name
        correct(place, lambda rules: rules.including(name, quote[:_QUOTED]))
        self.bring(load([self.project.minutes]))

    # --- inside ---

    def _arrange(self, *, follow: bool = False) -> None:
        """Filter and sort anew; ``follow``: to the first that fits, where the current does not."""
        order = self.order
        self._rank = {each: (self._first(each, order), i) for i, each in enumerate(self.opinions)}
        self._refilter()
        if self.current not in (self._place if follow and self.shown else self.opinions):
            self.current = self.shown[0] if self.shown else None
        self.revision += 1

    def _refilter(self) -> None:
        """Filter anew but keep the order: a tag must not move the list under the reader's hand."""
        self.drawn = self.store.revision  # which `shown` goes by
        found = self.filter.apply(self.corpus, self.seen)["opinion_id"].tolist()
        self.shown = tuple(sorted(found, key=self._ranked))
        self._place = {opinion: i for i, opinion in enumerate(self.shown)}

    def _ranked(self, opinion_id: str) -> tuple[int, int]:
        return self._rank.get(opinion_id, (0, -1))

    def _first(self, opinion_id: str, order: str) -> int:
        """What comes first in an order: what is to be done (0), explanations (1), the rest (2)."""
        if order == "untagged":
            return 2 if self.own(opinion_id) else 1 - self.required(opinion_id)
        if order == "disagreed":
            differs = self.marks(opinion_id)[-1] == "disagreed"
            return 0 if differs else 2 - self.required(opinion_id)
        return 0


class Seen:
    """A store's frames without what a reviewer who works blind may not see."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def choices(self) -> Any:
        return self._open(self._session.store.choices())

    def decisions(self) -> Any:
        return self._open(self._session.store.decisions())

    def _open(self, frame: Any) -> Any:
        places = zip(frame["opinion_id"], frame["roadmap"], strict=True)
        return frame.loc[[self._session.visible(*place) for place in places]]


def correct(source: Path, change: Callable[[Corrections], Corrections]) -> Path:
    """Change the corrections beside a source and return their file; what then misses is not kept
    but raised."""
    beside = source.with_suffix(".toml")
    before = beside.read_bytes() if beside.exists() else None
    change(corrections(source)).save(beside)
    (again,) = loader.load([source])
    if again.failure:
        beside.unlink() if before is None else beside.write_bytes(before)
        raise again.failure
    return beside


def corrections(source: Path) -> Corrections:
    """The corrections beside a source, none where it has no such file."""
    beside = source.with_suffix(".toml")
    return Corrections.load(beside) if beside.exists() else Corrections(beside.name)
