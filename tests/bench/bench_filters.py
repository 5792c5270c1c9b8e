"""Search with facet counts, against the same strings in a list, in pandas and in polars.

The opinions are made from the first minutes' fragments by a seeded generator; the words are those
that people would look for in them, frequent and rare; each is asked five times and stands for its
median, so that p95 is that of the words and not of what else the machine had to do.
"""

import random
import re
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from dxreview.filters import Filter
from dxreview.store import Store
from tests.conftest import ROOT

WORDS = [
    *("人材", "デジタル", "自治体", "都道府県", "ロードマップ", "見つからない語", "する", "標準化"),
    *(
        "高齢者",
        "意識醸成",
        "横のつながり",
        "目的",
        "データの連携",
        "チャットボット",
        "国から",
        "派遣",
    ),
    *("テックドリブン", "全体像", "職員", "プラットフォーム", "管理職クラス", "寄り添うか"),
]
TIMES = 5


def fragments() -> list[str]:
    minutes = ROOT / "data" / "minutes" / "soumu-dx-kentokai-01.txt"
    said = minutes.read_text(encoding="utf-8-sig").split("○「どこに")[1]
    return [part for part in re.split("[。、○「」（）]", re.sub(r"\s", "", said)) if len(part) > 2]


def corpus(size: int) -> Any:
    """Opinions of two to six fragments, in meetings of forty."""
    parts, rng = fragments(), random.Random(20201102)
    texts = ["、".join(rng.choices(parts, k=rng.randint(2, 6))) + "。" for _ in range(size)]
    pick = np.random.default_rng(20201102)
    opinions = pd.DataFrame(
        {
            "opinion_id": [f"o{number}" for number in range(size)],
            "meeting_id": [f"m{number // 40}" for number in range(size)],
            "section": pick.choice(["説明", "質疑", "意見交換"], size),
            "kind": pick.choice(["opinion", "question", "answer"], size),
            "speaker": pick.choice([f"委員{number}" for number in range(300)], size),
            "role": pick.choice(["委員", "座長", "事務局", "説明員"], size),
            "text": texts,
        }
    )
    meetings = pd.DataFrame({"meeting_id": [], "held_on": []})
    return type("Corpus", (), {"opinions": opinions, "meetings": meetings})()


def reviewed() -> Store:
    """A thousand opinions, each tagged by two."""
    store = Store(":memory:")
    acts = [(9 * n, f"step{n % 4}", who) for n in range(1000) for who in ("甲", "乙")]
    events = [
        store.event("tag", who, opinion_id=f"o{n}", roadmap="soumu-steps", stages=(stage,))
        for n, stage, who in acts
    ]
    store.append(*events)
    return store


def times(search: Callable[[str], Any]) -> float:
    """95th percentile over the words, in milliseconds."""
    taken = np.empty((TIMES, len(WORDS)))
    for place in np.ndindex(taken.shape):
        start = perf_counter()
        search(WORDS[place[1]])
        taken[place] = 1000 * (perf_counter() - start)
    return float(np.percentile(np.median(taken, axis=0), 95))


def rows(size: int, bounds: dict[str, float]) -> list[dict[str, Any]]:
    made, store = corpus(size), reviewed()
    texts, frame = made.opinions["text"].tolist(), made.opinions["text"]
    column = pl.Series(texts)
    start = perf_counter()
    Filter(text="始").facets(made, store)
    built = perf_counter() - start
    ours = times(lambda word: Filter(text=word).facets(made, store))
    others = {
        "q in s": times(lambda word: [word in text for text in texts]),
        "pandas": times(lambda word: frame.str.contains(word, regex=False)),
        "polars": times(lambda word: column.str.contains(word, literal=True)),
    }
    found = [_row(f"{size:,}: search with facets, p95", ours, "ms")]
    found += [_row(f"{size:,}: index, once", built, "s")]
    for name, other in others.items():
        found.append(
            _row(f"{size:,}: faster than {name}, p95", other / ours, "x", bounds.get(name))
        )
    return found


def _row(name: str, value: float, unit: str, bound: float | None = None) -> dict[str, Any]:
    ok = None if bound is None else value >= bound
    return {"name": name, "value": value, "unit": unit, "bound": bound, "ok": ok}


def run() -> list[dict[str, Any]]:
    return [*rows(10_000, {"q in s": 1}), *rows(1_000_000, {"q in s": 4, "pandas": 15})]
