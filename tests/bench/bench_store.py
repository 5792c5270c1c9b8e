"""The store: a tag against a raw append, a replay against json.loads, and crowds."""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from dxreview.records import Event
from dxreview.store import Store
from dxreview.store.events import new_id, to_line

EVENTS = 100_000
QUOTE = {
    "quote": "技術は手段であって目的ではない。まず誰のための行政かを考えたい。",
    "before": "自治体の規模によって事情は異なる。",
    "after": "データが連携していなければ、窓口は変わらない。",
}


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name)
        return [*_tag(folder), *_replay(folder), *_crowd(folder), _import()]


def _row(name: str, value: float, unit: str, bound: float | None = None) -> dict[str, Any]:
    ok = None if bound is None else value <= bound
    return {"name": name, "value": value, "unit": unit, "bound": bound, "ok": ok}


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _tag(folder: Path) -> list[dict[str, Any]]:
    """Turn and turn about, so that both meet the same disk."""
    store = Store(f"sqlite:///{folder / 'tag.db'}")
    tags, appends = [], []
    with (folder / "raw.jsonl").open("ab", buffering=0) as raw:
        for number in range(400):
            about = {"reviewer": "評価者A", "version": "1", **QUOTE}
            event = store.event("tag", "評価者A", opinion_id="m-1", roadmap="r", stages=("s",))
            line = to_line(event).encode() + b"\n"
            appends.append(_timed(lambda line=line: (raw.write(line), os.fsync(raw.fileno()))))
            tags.append(_timed(lambda n=number, a=about: store.tag(f"m-{n}", "r", "step0", **a)))
    store.close()
    return [
        _row("a tag, against a raw append with fsync", median(tags) / median(appends), "×", 2.0),
        _row("a tag, durable", median(tags) * 1e6, "µs"),
    ]


def _events() -> list[Event]:
    chance, at, last = random.Random(1), datetime.now(UTC), {}
    found = []
    for _ in range(EVENTS):
        who, dice = f"評価者{chance.choice('ABC')}", chance.random()
        opinion = f"kentokai-{chance.randrange(400):02}-{chance.randrange(25):08x}"
        about = {"opinion_id": opinion, "roadmap": chance.choice(("soumu-steps", "soumu-plan"))}
        act = {"stages": (f"step{chance.randrange(4)}",), "version": "1", **about, **QUOTE}
        action = "none_applies" if dice < 0.1 else "untag" if dice < 0.15 else "tag"
        if dice < 0.04 and who in last:
            action, act = "undo", {"undoes": last[who]}
        elif action == "none_applies":
            act["stages"] = ()
        last[who] = new_id()
        found.append(Event(last[who], at, who, action, **act))
    return found


def _replay(folder: Path) -> list[dict[str, Any]]:
    url, events = f"sqlite:///{folder / 'replay.db'}", _events()
    store = Store(url)
    store.append(*events)
    lines = [to_line(event) for event in events]
    parsed, replayed = [], []
    Store(url).close()  # the backup is made once
    for _ in range(5):
        parsed.append(_timed(lambda: [json.loads(line) for line in lines]))
        replayed.append(_timed(lambda: _frames(Store(url))))
    other = Store(url)
    # From then on, decisions under two ids are one.
    store.act("move", "x", opinion_id="m-1", undoes="m-0")
    _state(other)
    store.tag("m-1", "r", "s", reviewer="x")
    new = _timed(lambda: _state(other))
    store.close()
    return [
        _row("replay 100,000 events into frames, against json.loads",
             median(replayed) / median(parsed), "×", 3.0),
        _row("replay 100,000 events into frames", median(replayed), "s"),
        _row("afterwards one new event: poll and state, against the replay",
             new / median(replayed), "×", 0.02),
    ]  # fmt: skip


def _state(store: Store) -> tuple[Any, ...]:
    store.poll()
    return store.replay.choices(), store.replay.memos(), store.replay.settlements()


def _frames(store: Store) -> None:
    store.tags()
    store.decisions()
    store.close()


def _crowd(folder: Path) -> list[dict[str, Any]]:
    """Eight processes with a thousand tags each, on this disk; raises where one is lost."""
    from tests.store.test_faults import crowd

    took = _timed(lambda: crowd(f"sqlite:///{folder / 'crowd.db'}", 8, 1000))
    return [_row("8 processes × 1,000 tags on SQLite, none lost", took, "s")]


def _import() -> dict[str, Any]:
    code = (
        "import pandas, time; start = time.perf_counter();"
        "import sqlalchemy; print(time.perf_counter() - start)"
    )
    told = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(3)
    ]
    return _row("import of SQLAlchemy, after pandas", median(told), "s")
