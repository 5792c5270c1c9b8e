"""The page's numbers and matches against Python's, over thousands of random filters."""

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from dxreview.filters import highlight, terms
from dxreview.folding import fold_key, fold_search
from dxreview.snapshot.content import Content
from dxreview.snapshot.door import script
from dxreview.snapshot.pagedata import _runs, page_data
from tests import pages
from tests.factory import content

pytestmark = pytest.mark.browser
LETTERS = (
    "アーサーバデータ゛ガかｶﾞﾊﾟ～〜−‐ー㈱①ＤＸdx 　\n\t取組ヶヵゖんéＡß𠮷ﬁ-~「」。123１２３"
    "\u3099\u309a\u0301\u200b\ufeff\x85\x1c"
)


@pytest.fixture(scope="module")
def code(chromium: Any) -> Any:
    """page.js as a module in an empty tab: ``code.evaluate("(page, given) => …", given)``."""
    tab = chromium.new_page()
    tab.evaluate(
        """async (source) => {
        const file = new Blob([source], {type: "text/javascript"});
        window.page = await import(URL.createObjectURL(file));
    }""",
        script(),
    )
    yield tab
    tab.close()


def test_the_page_folds_as_the_library_does(code: Any) -> None:
    dice = random.Random(5)
    words = ["".join(dice.choices(LETTERS, k=dice.randint(0, 12))) for _ in range(20_000)]
    folded = code.evaluate("(words) => words.map((word) => page.fold(word))", words)
    assert [(word, fold_key(word)) for word in words] == list(zip(words, folded, strict=True))


def test_the_page_reads_a_query_as_the_filters_do(code: Any) -> None:
    dice = random.Random(6)
    marks = [*LETTERS, '"', "”", "-", "－", " ", " "]
    queries = ["".join(dice.choices(marks, k=dice.randint(0, 14))) for _ in range(5_000)]
    read = code.evaluate("(queries) => queries.map((query) => page.terms(query))", queries)
    expected = [[term._asdict() for term in terms(query)] for query in queries]
    assert list(zip(queries, read, strict=True)) == list(zip(queries, expected, strict=True))


def test_the_page_marks_the_words_where_they_are_printed(code: Any) -> None:
    dice = random.Random(7)
    cases = []
    for _ in range(2_000):
        text = "".join(dice.choices(LETTERS, k=30))
        at = dice.randrange(28)
        cases.append((text, text[at : at + dice.randint(1, 3)]))
    given = [{"opinion": _keyed(text), "query": query} for text, query in cases]
    marked = code.evaluate(
        """(given) => given.map(({opinion, query}) => page.highlights(opinion, query)
            .map(([start, end]) => opinion.text.slice(start, end)))""",
        given,
    )
    expected = [[text[start:end] for start, end in highlight(text, q)] for text, q in cases]
    assert list(zip(cases, marked, strict=True)) == list(zip(cases, expected, strict=True))


def _keyed(text: str) -> dict[str, Any]:
    key, offsets = fold_search(text)
    return {"text": text, "key": key, "map": _runs(offsets)}


def test_a_part_stands_alone_and_opens_what_it_counts(code: Any) -> None:
    shown = code.evaluate(
        """(data) => {
        const place = document.body.appendChild(document.createElement("div"));
        const visible = () => [...place.querySelectorAll("h1, h2")]
            .filter((one) => !one.closest("[hidden]")).map((one) => one.textContent);
        page.mount(place, data, {part: "matrix"});
        const before = visible();
        place.querySelector(".dxr-matrix tbody .dxr-count").click();
        return [before, visible(), location.href];
    }""",
        pages.page(8),
    )
    where = "どの段階に、どれだけ意見があるか"
    assert shown == [[where], [where, "意見を読む"], "about:blank"]


def test_what_the_page_counts_is_what_the_frames_hold(code: Any) -> None:
    """Thousands of filters; the expected numbers come from the frames, not from page.json."""
    made = _with_explanations(content(240, reviewers=2))
    frames, dice = Frames(made), random.Random(8)
    asked = [frames.question(dice) for _ in range(3_000)]
    counted = code.evaluate(
        """([data, asked]) => {
        const book = page.prepare(data);
        return asked.map(({filter, rows, columns}) => {
            const counts = page.matrix(book, filter, rows, columns);
            const cells = {};
            for (const row of book.facets.get(rows)) for (const column of book.facets.get(columns))
                if (counts.cell(row, column)) cells[`${row} ${column}`] = counts.cell(row, column);
            return {n: counts.n, cells, totals: Object.fromEntries(counts.rowTotals),
                listed: page.select(book, filter).map((i) => book.opinions[i].id)};
        });
    }""",
        [page_data(made), asked],
    )
    for question, answer in zip(asked, counted, strict=True):
        answer["totals"] = {value: n for value, n in answer["totals"].items() if n}
        assert answer == frames.count(**question), question
    assert sum(1 < len(answer["listed"]) < 200 for answer in counted) > 1_000


def _with_explanations(made: Content) -> Content:
    """``made`` with every other explanation untagged: it counts nowhere."""
    explained = made.opinions[made.opinions["kind"] == "explanation"]["opinion_id"].iloc[::2]
    left = made.decisions["opinion_id"].isin(explained)
    rows = zip(left, made.decisions["stages"], strict=True)
    decisions = made.decisions.assign(
        status=made.decisions["status"].mask(left, "untagged"),
        stages=[() if gone else stages for gone, stages in rows],
        drafts=made.decisions["drafts"].mask(left, None),
    )
    return replace(made, decisions=decisions)


class Frames:
    """What a content's frames say of every opinion, by facet."""

    def __init__(self, made: Content) -> None:
        opinions = made.opinions.set_index("opinion_id")
        tagged = made.tags["opinion_id"]
        shown = (opinions["kind"] != "explanation") | opinions.index.isin(tagged)
        self.opinions = opinions[shown]
        self.keys = self.opinions["text"].map(fold_key)
        assert 0 < (~shown).sum() < len(opinions)
        day = made.meetings.set_index("meeting_id")["held_on"].astype(str)
        self.roadmaps = [roadmap.id for roadmap in made.roadmaps]
        self.facets = {
            "meeting": self._plain(self.opinions["meeting_id"]),
            "period": self._plain(self.opinions["meeting_id"].map(day)),
            **{name: self._plain(self.opinions[name]) for name in ("section", "kind", "role")},
            "speaker": self._plain(self.opinions["speaker"]),
        }
        for roadmap in self.roadmaps:
            mine = made.decisions[made.decisions["roadmap"] == roadmap].set_index("opinion_id")
            tags = made.tags[made.tags["roadmap"] == roadmap].groupby("opinion_id")["stage"]
            given = tags.agg(set).to_dict()
            drafts = mine["drafts"].notna().map({True: "draft", False: "firm"})
            self.facets[f"status.{roadmap}"] = self._plain(mine["status"])
            self.facets[f"draft.{roadmap}"] = self._plain(drafts)
            self.facets[roadmap] = {
                one: given.get(one, {f"~{status}"}) for one, status in mine["status"].items()
            }

    @staticmethod
    def _plain(column: pd.Series) -> dict[str, set[str]]:
        return {one: {value} for one, value in column.fillna("").items()}

    def question(self, dice: random.Random) -> dict[str, Any]:
        rows = dice.choice([*self.roadmaps, "period"])
        columns = dice.choice(
            [name for name in ("section", "role", *self.roadmaps) if name != rows]
        )
        picks = {}
        for facet in dice.sample([*self.facets], dice.randint(0, 3)):
            values = sorted(set().union(*(self.facets[facet][one] for one in self.opinions.index)))
            picks[facet] = dice.sample(values, min(len(values), dice.randint(1, 2)))
        text = dice.choice(["", "", "データ", "ﾃﾞｰﾀ 窓口", "体制 -人材", '"若手にも任せて"', "DX"])
        return {"filter": {"text": text, "picks": picks}, "rows": rows, "columns": columns}

    def count(self, filter: dict[str, Any], rows: str, columns: str) -> dict[str, Any]:
        words = terms(filter["text"])
        said = [one for one, key in self.keys.items()
                if all((word.key in key) != word.excluded for word in words)]  # fmt: skip

        def fitting(*but: str) -> list[str]:
            picks = {facet: {*each} for facet, each in filter["picks"].items() if facet not in but}
            return [
                one
                for one in said
                if all(self.facets[facet][one] & each for facet, each in picks.items())
            ]

        shown, cells, totals = fitting(rows, columns), Counter[str](), Counter[str]()
        for one in shown:
            totals.update(self.facets[rows][one])
            cells.update(
                f"{row} {column}"
                for row in self.facets[rows][one]
                for column in self.facets[columns][one]
            )
        return {"n": len(shown), "cells": cells, "totals": totals, "listed": fitting()}
