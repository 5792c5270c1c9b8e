"""What the review page is told: the session as plain JSON. Nothing is decided here.

A text with search hits goes as pieces ``[[text, hit], …]``: offsets would count differently in
Python and in the browser.
"""

import os
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any

from dxreview.analysis import agreement, pairs
from dxreview.corpus import records
from dxreview.filters import SEVERAL, highlight
from dxreview.messages import LANGUAGES, say
from dxreview.records import Event
from dxreview.session import ONE, Session
from dxreview.store.placing import Homeless
from dxreview.widgets.line import sentences

Json = dict[str, Any]
_ROW = 110  # characters of an opinion in the list
_NEAR = 160  # characters of its neighbours on the card
_AROUND = 300  # characters of the source before and after an opinion
_FACET = 60  # values of one facet
_LONG = 3000  # characters from which an opinion is scrolled on the card
# Where JupyterHub, and Voila behind a proxy, say who it is.
_USERS = ("JUPYTERHUB_USER", "HTTP_X_FORWARDED_USER", "HTTP_REMOTE_USER")


def opening(session: Session) -> Json:
    """What never changes while a page is open."""
    project = session.project
    place = f"{project.dir.resolve()} {session.store.place}"
    return {
        "type": "init",
        "project": {"id": sha256(place.encode()).hexdigest()[:12], "title": project.title},
        "messages": sentences("review", "card", "agree", "publish.kind", "publish.status"),
        # Without its source, which holds dates.
        "roadmaps": [asdict(replace(each, source={})) for each in session.roadmaps.values()],
        "guess": next(filter(None, map(os.environ.get, _USERS)), ""),
        "binder": any(name.startswith("BINDER_") for name in os.environ),
        "lead": project.lead,
        "warnings": [
            {lang: warning.sentence(lang) for lang in LANGUAGES}
            for warning in session.store.warnings
        ],
    }


def _named(thing: Any, names: Iterable[str]) -> Json:
    return {name: getattr(thing, name) for name in names}


def quick(session: Session) -> Json:
    """What may change with every key."""
    replay, me, filter_ = session.store.replay, session.reviewer, session.filter
    chosen = _named(filter_, (*SEVERAL, *ONE)).items()
    return {
        **_named(session, ("language", "reviewer", "roadmap", "order", "settling", "may_settle")),
        "filter": {name: str(each) if isinstance(each, date) else each for name, each in chosen},
        "code": filter_.to_code(),
        "total": len(session.shown),
        "of": len(session.corpus.opinions),
        "position": session.position(),
        "card": card(session, session.current) if session.current else None,
        # A page whose clock is behind mints its ids above this one.
        "latest": replay.latest,
        "can_undo": replay.turnable("undo", me) is not None,
        "can_redo": replay.turnable("redo", me) is not None,
    }


def slow(session: Session) -> Json:
    """What is counted over all opinions: told when a burst of keys is over."""
    found: Json = {
        "facets": _facets(session),
        "progress": session.progress(),
        "known": session.store.replay.reviewers(),
        "map": "".join(_cell(*session.marks(opinion)) for opinion in session.shown),
        "emptied": session.filter.emptied_by(session.corpus, session.seen),
        "lost": [_lost(session, each) for each in session.homeless()[:100]],
        "looks": _looks(session),
    }
    if session.settling:
        for name, measure in (("figures", agreement), ("pairs", pairs)):
            frame = measure(session.store.choices(), roadmap=session.roadmap_now)
            found[name] = records(frame) if session.unblinded else []
    return found


def _lost(session: Session, each: Homeless) -> Json:
    whose = each.whose if session.unblinded else ()
    now = each.found and beginning(session, each.found, _ROW)
    return {**each._asdict(), "whose": whose, "now": now}


def _looks(session: Session) -> list[Json]:
    """Tags of an earlier version of a roadmap that a person has to look at again; a hundred."""
    change = cache(session.library.change)
    names = ("opinion_id", "roadmap", "reviewer", "stage", "what", "now")
    found = [
        (opinion, roadmap, who, stage, *changed)
        for (opinion, roadmap), made in session.store.replay.choices().items()
        for who, choice in made.items()
        for stage, event in choice.items()
        if (changed := change(roadmap, event.version, stage))
        and opinion in session.opinions
        and session.visible(opinion, roadmap)
    ]
    return [dict(zip(names, look, strict=True)) for look in sorted(found)[:100]]


def _facets(session: Session) -> dict[str, list[list[Any]]]:
    """By field ``[value, label, n]``; a field with one value only is no choice."""
    return {
        field: [[value, session.titles.get(value), n] for value, n in counts.items()][:_FACET]
        for field, counts in session.filter.facets(session.corpus, session.seen).items()
        if len(counts) > 1 or field in ("status", "stage") or getattr(session.filter, field)
    }


def rows(session: Session, start: int, count: int) -> list[Json]:
    """The rows of the list from ``start`` on."""
    return [_row(session, opinion) for opinion in session.shown[start : start + count]]


def _row(session: Session, opinion_id: str) -> Json:
    opinion = session.opinions[opinion_id]
    found = highlight(opinion["text"], session.filter.text) if session.filter.text else []
    first = max(0, found[0][0] - 20) if found and found[0][1] > _ROW else 0
    hits = [(a - first, b - first) for a, b in found if b <= first + _ROW]
    text = pieces(opinion["text"][first : first + _ROW], hits)
    return {
        **{name: opinion[name] for name in ("section", "speaker", "role")},
        "id": opinion_id,
        "marks": session.marks(opinion_id),
        "stages": _stages_of_row(session, opinion_id),
        "text": [["…", 0], *text] if first else text,
    }


def _cell(first: str, *more: str) -> str:
    """An opinion on the map of all: untagged, optional, disagreed, settled or tagged, by its
    letter; what is still to be done comes before what others say."""
    return "d" if more and first in ("tagged", "none") else {"none": "t"}.get(first, first[0])


def _stages_of_row(session: Session, opinion_id: str) -> list[str]:
    """What counts as settled, else what all gave while settling, else my own stages."""
    if not session.visible(opinion_id):
        return []
    settled, own = session.settled(opinion_id), session.own(opinion_id)
    stages = settled.stages if settled else set().union(*own.values())
    return session.roadmap_now.in_order(stages)


def card(session: Session, opinion_id: str) -> Json:
    """One opinion with all that a reviewer looks at."""
    opinion, query = session.opinions[opinion_id], session.filter.text
    near = [each and beginning(session, each, _NEAR) for each in session.neighbours(opinion_id)]
    open_, settled = session.visible(opinion_id), session.settled(opinion_id)
    made, me = session.choices(opinion_id), session.reviewer
    memos = session.store.replay.memos().get(opinion_id, {})

    def decision(who: str) -> Json:
        choice = made.get(who)
        stages = session.roadmap_now.in_order(choice or ())
        memo = memos[who].memo if who in memos else None
        return {"stages": stages, "none": choice == {}, "memo": memo}

    shown = {who for who in made.keys() | memos.keys() if who != me or session.settling}
    return {
        **{name: opinion[name] for name in ("section", "kind", "speaker", "role")},
        **_where(session, opinion),
        "id": opinion_id,
        "text": pieces(opinion["text"], highlight(opinion["text"], query) if query else []),
        "long": len(opinion["text"]) > _LONG,
        "before": near[0],
        "after": near[1],
        "mine": decision(me),
        "hidden": not open_,
        "others": [{"reviewer": who, **decision(who)} for who in sorted(shown) if open_],
        "settled": settled
        and open_
        and {
            "stages": session.roadmap_now.in_order(settled.stages),
            "reason": settled.memo,
            "by": settled.reviewer,
        },
        "roads": _roads(session, opinion_id),
    }


def _roads(session: Session, opinion_id: str) -> list[Json]:
    """What was decided against the other roadmaps, side by side."""
    return [
        {"roadmap": name, "stages": roadmap.in_order(set().union(*made.values()))}
        for name, roadmap in session.roadmaps.items()
        if name != session.roadmap
        and session.visible(opinion_id, name)
        and (made := session.choices(opinion_id, name))
    ]


def beginning(session: Session, opinion_id: str, most: int) -> str:
    """The first characters of an opinion, "…" behind them where there are more than ``most``."""
    text: str = session.opinions[opinion_id]["text"]
    return text[:most] + "…" * (len(text) > most)


def _where(session: Session, opinion: Json) -> Json:
    """Where an opinion stands, and the quote with that, as one puts it into a paper."""
    title = session.titles[opinion["meeting_id"]]
    day = session.meetings[opinion["meeting_id"]]["held_on"]
    page = session.corpus.page(opinion["opinion_id"])
    place = page and say("card.page", lang=session.language, page=page)
    named = filter(None, (opinion["speaker"] or opinion["role"], title, day and str(day), place))
    citation = f"「{opinion['text']}」（{'、'.join(named)}）"
    where = {"title": title, "date": day and str(day)}
    return {"meeting": where, "page": page, "citation": citation}


def passage(session: Session, opinion_id: str) -> Json:
    """Where the opinion stands in the source, with what is around it."""
    opinion = session.opinions[opinion_id]
    source = session.corpus.source(session.meetings[opinion["meeting_id"]]["source"])
    start, end = opinion["start"], opinion["end"]
    before, after = source.text[max(0, start - _AROUND) : start], source.text[end : end + _AROUND]
    text = [[before, 0], [source.text[start:end], 1], [after, 0]]
    page = session.corpus.page(opinion_id)
    return {"type": "passage", "source": source.name, "page": page, "text": text}


def history(session: Session, opinion_id: str) -> Json:
    """Who decided what on the opinion, in order, and what was taken back or brought back; blind as
    the card is, also for a memo, which names no roadmap."""
    replay, me = session.store.replay, session.reviewer
    names = ("reviewer", "action", "memo", "roadmap", "stages")

    def open_(event: Event) -> bool:
        return event.reviewer == me or session.visible(opinion_id, event.roadmap)

    def reached(turn: Event) -> Json | None:
        here = [e for e in replay.reached(turn) if replay.home(e.opinion_id or "") == opinion_id]
        return _named(here[-1], names) if here and open_(here[-1]) else None

    events = [
        {
            **_named(event, names),
            "at": event.at.isoformat(),
            "undone": not replay.counts(event),
            "of": reached(event) if event.action in ("undo", "redo") else None,
        }
        for event in replay.history(opinion_id)
        if open_(event)
    ]
    return {"type": "history", "opinion": opinion_id, "events": events}


def pieces(text: str, found: Iterable[tuple[int, int]]) -> list[list[Any]]:
    """The text cut at its hits."""
    cut: list[list[Any]] = []
    at = 0
    for start, end in found:
        cut += [[text[at:start], 0], [text[start:end], 1]]
        at = end
    return [piece for piece in [*cut, [text[at:], 0]] if piece[0]]
