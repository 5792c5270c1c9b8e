"""What the review page is told: the session as plain JSON. Nothing is decided here.

A text with search hits goes as pieces ``[[text, hit], …]``: offsets would count differently in
Python and in the browser.
"""

import os
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from dxreview.filters import highlight
from dxreview.messages import say
from dxreview.records import Event
from dxreview.roadmap import Roadmap
from dxreview.session import Session
from dxreview.store.replay import unpacked
from dxreview.widgets.line import sentences

Json = dict[str, Any]
_ROW = 110  # characters of an opinion in the list, and of its neighbours on the card
_NEAR = 160
_AROUND = 300  # characters of the source before and after an opinion
_FACET = 60  # values of one facet
_LONG = 3000  # characters from which an opinion is scrolled on the card


def opening(session: Session) -> Json:
    """What never changes while a page is open."""
    project = session.project
    place = f"{project.dir.resolve()} {project.store_url}"
    return {
        "type": "init",
        "mode": "agree" if session.settling else "review",
        "project": {"id": sha256(place.encode()).hexdigest()[:12], "title": project.title},
        "messages": sentences(
            "review", "card", "agree", kind="publish.kind", status="publish.status"
        ),
        "roadmaps": [_roadmap(each) for each in session.roadmaps.values()],
        "guess": os.environ.get("JUPYTERHUB_USER", ""),
        "binder": any(name.startswith("BINDER_") for name in os.environ),
        "lead": project.lead,
    }


def _roadmap(roadmap: Roadmap) -> Json:
    named = ("id", "label", "definition", "include", "exclude")
    stages = [{name: getattr(stage, name) for name in named} for stage in roadmap.stages]
    head = ("id", "version", "title", "ordered", "exclusive")
    return {name: getattr(roadmap, name) for name in head} | {"stages": stages}


def quick(session: Session) -> Json:
    """What may change with every key."""
    replay, me = session.store.replay, session.reviewer
    return {
        "language": session.language, "reviewer": me, "roadmap": session.roadmap,
        "order": session.order, "filter": _filter(session), "code": session.filter.to_code(),
        "total": len(session.shown), "of": len(session.corpus.opinions),
        "position": session.position(), "may_settle": session.may_settle,
        "card": card(session, session.current) if session.current else None,
        "can_undo": bool(me) and replay.undoable(me) is not None,
        "can_redo": bool(me) and replay.redoable(me) is not None,
    }  # fmt: skip


def slow(session: Session) -> Json:
    """What is counted over all opinions: told when a burst of keys is over."""
    progress, me = session.progress(), session.reviewer
    total = sum(each["total"] for each in progress["meetings"])
    mine = {each["name"]: each for each in progress["reviewers"]}
    found: Json = {
        "facets": _facets(session), "progress": progress, "known": session.store.reviewers(),
        "mine": mine.get(me, {"name": me, "done": 0, "total": total}),
        "emptied": session.filter.emptied_by(session.corpus, session.seen),
    }  # fmt: skip
    return found | ({"figures": figures(session)} if session.settling else {})


def figures(session: Session) -> Json:
    """The agreement frame's rows; what is undefined is null."""
    frame = session.figures().astype(object)
    return {"rows": frame.where(frame.notna(), None).to_dict("records")}


def _filter(session: Session) -> Json:
    fields = (
        "text",
        "meeting",
        "section",
        "kind",
        "speaker",
        "role",
        "stage",
        "status",
        "reviewer",
    )
    found: Json = {name: getattr(session.filter, name) for name in fields}
    days = {name: getattr(session.filter, name) for name in ("since", "until")}
    return found | {name: day.isoformat() if day else None for name, day in days.items()}


def _facets(session: Session) -> dict[str, list[list[Any]]]:
    """By field ``[value, label, n]``; a field with one value only is no choice."""
    meetings = session.corpus.meetings
    titles = dict(zip(meetings["meeting_id"], meetings["title"].fillna(""), strict=True))
    counted = session.filter.facets(session.corpus, session.seen)
    labelled = {
        field: [[value, titles.get(value) or None, n] for value, n in counts.items()]
        for field, counts in counted.items()
    }
    always = ("status", "stage")
    return {
        field: values[:_FACET]
        for field, values in labelled.items()
        if len(values) > 1 or field in always or getattr(session.filter, field)
    }


def rows(session: Session, start: int, count: int) -> list[Json]:
    """The rows of the list from ``start`` on."""
    return [row(session, opinion) for opinion in session.shown[start : start + count]]


def row(session: Session, opinion_id: str) -> Json:
    opinion = session.opinion(opinion_id)
    found = highlight(opinion["text"], session.filter.text) if session.filter.text else []
    first = max(0, found[0][0] - 20) if found and found[0][1] > _ROW else 0
    text = opinion["text"][first : first + _ROW]
    shown = [(a - first, b - first) for a, b in found if a >= first and b <= first + _ROW]
    return {
        "id": opinion_id,
        "section": opinion["section"],
        "speaker": opinion["speaker"],
        "role": opinion["role"],
        "kind": opinion["kind"],
        "mark": session.mark(opinion_id),
        "stages": _stages_of_row(session, opinion_id),
        "text": ([["…", 0]] if first else []) + pieces(text, shown),
    }


def _stages_of_row(session: Session, opinion_id: str) -> list[str]:
    """What counts as settled, else what all gave while settling, else my own stages."""
    if not session.visible(opinion_id):
        return []
    if settled := session.settled(opinion_id):
        return _ordered(session.roadmap_now, unpacked(settled.stages))
    made = session.choices(opinion_id)
    who = (
        made.values()
        if session.settling
        else [made[session.reviewer]]
        if session.reviewer in made
        else []
    )
    return _ordered(session.roadmap_now, {stage for choice in who for stage in choice.stages})


def card(session: Session, opinion_id: str) -> Json:
    """One opinion with all that a reviewer looks at."""
    opinion = session.opinion(opinion_id)
    before, after = session.neighbours(opinion_id)
    open_, made = session.visible(opinion_id), session.choices(opinion_id)
    mine, memos = made.get(session.reviewer), session.memos(opinion_id)
    others = sorted(
        (made.keys() | memos.keys()) - {session.reviewer}
        | (made.keys() if session.settling else set())
    )
    query = session.filter.text
    return {
        "id": opinion_id,
        "meeting": meeting(session, opinion["meeting_id"]),
        **{name: opinion[name] for name in ("section", "kind", "speaker", "role", "page")},
        "text": pieces(opinion["text"], highlight(opinion["text"], query) if query else []),
        "long": len(opinion["text"]) > _LONG,
        "before": near(session, before),
        "after": near(session, after),
        "mine": {**_choice(session.roadmap_now, mine), "memo": memos.get(session.reviewer)},
        "hidden": not open_,
        "others": [
            {"reviewer": who, **_choice(session.roadmap_now, made.get(who)), "memo": memos.get(who)}
            for who in others
        ]
        if open_
        else [],
        "settled": _settled(session, opinion_id) if open_ else None,
        "roads": _roads(session, opinion_id),
        "citation": citation(session, opinion),
    }


def _choice(roadmap: Roadmap, choice: Any) -> Json:
    stages = _ordered(roadmap, choice.stages) if choice else []
    return {"stages": stages, "none": bool(choice and choice.none)}


def _settled(session: Session, opinion_id: str) -> Json | None:
    event = session.settled(opinion_id)
    if event is None:
        return None
    stages = _ordered(session.roadmap_now, unpacked(event.stages))
    return {"stages": stages, "reason": event.memo, "by": event.reviewer}


def _roads(session: Session, opinion_id: str) -> list[Json]:
    """What was decided against the other roadmaps, side by side."""
    found = []
    for roadmap in session.roadmaps.values():
        made = session.choices(opinion_id, roadmap.id)
        if roadmap.id == session.roadmap or not made:
            continue
        if not session.visible(opinion_id, roadmap.id):
            continue
        stages = {stage for choice in made.values() for stage in choice.stages}
        found.append({"roadmap": roadmap.id, "stages": _ordered(roadmap, stages)})
    return found


def _ordered(roadmap: Roadmap, stages: Iterable[str]) -> list[str]:
    """In the roadmap's order; stages it no longer has come last."""
    place = {stage.id: i for i, stage in enumerate(roadmap.stages)}
    return sorted(stages, key=lambda stage: (place.get(stage, len(place)), stage))


def near(session: Session, opinion_id: str | None) -> Json | None:
    if opinion_id is None:
        return None
    text = session.opinion(opinion_id)["text"]
    return {"id": opinion_id, "text": text[:_NEAR] + ("…" if len(text) > _NEAR else "")}


def meeting(session: Session, meeting_id: str) -> Json:
    frame = session.corpus.meetings
    found = frame[frame["meeting_id"] == meeting_id].iloc[0]
    day, title = found["held_on"], found["title"]
    return {
        "id": meeting_id,
        "title": title if isinstance(title, str) else meeting_id,
        "date": str(day)[:10] if day == day and day is not None else None,
    }


def citation(session: Session, opinion: Json) -> str:
    """The quote and where it stands, as one puts it into a paper."""
    where = meeting(session, opinion["meeting_id"])
    who = opinion["speaker"] or opinion["role"]
    parts = [
        who,
        where["title"],
        where["date"],
        say("card.page", lang=session.language, page=opinion["page"]),
    ]
    return f"「{opinion['text']}」（{'、'.join(part for part in parts if part)}）"


def passage(session: Session, opinion_id: str) -> Json:
    """Where the opinion stands in the source, with what is around it."""
    opinion = session.opinion(opinion_id)
    source = session.corpus.source(opinion["meeting_id"])
    start, end = int(opinion["start"]), int(opinion["end"])
    around = [
        source.text[max(0, start - _AROUND) : start],
        source.text[start:end],
        source.text[end : end + _AROUND],
    ]
    return {
        "type": "passage",
        "source": source.name,
        "page": opinion["page"],
        "text": [[around[0], 0], [around[1], 1], [around[2], 0]],
    }


def history(session: Session, opinion_id: str) -> Json:
    """Who decided what on the opinion, in order; blind as the card is."""
    frame = session.store.history(opinion_id)
    events = [
        _done(session, event)
        for event in frame.itertuples(index=False)
        if event.reviewer == session.reviewer or session.visible(opinion_id)
    ]
    return {"type": "history", "opinion": opinion_id, "events": events}


def _done(session: Session, event: Event | Any) -> Json:
    roadmap = session.roadmaps.get(event.roadmap) if isinstance(event.roadmap, str) else None
    known = {stage.id: stage.label[session.language] for stage in roadmap.stages} if roadmap else {}
    return {
        "at": event.at.isoformat(),
        "reviewer": event.reviewer,
        "action": event.action,
        "stages": [known.get(stage, stage) for stage in event.stages],
        "memo": event.memo if isinstance(event.memo, str) else None,
        "undone": bool(getattr(event, "undone", False)),
    }


def pieces(text: str, found: Iterable[tuple[int, int]]) -> list[list[Any]]:
    """The text cut at its hits."""
    cut: list[list[Any]] = []
    at = 0
    for start, end in found:
        cut += [[text[at:start], 0], [text[start:end], 1]]
        at = end
    return [piece for piece in [*cut, [text[at:], 0]] if piece[0]]
