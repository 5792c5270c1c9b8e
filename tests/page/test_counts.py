"""The page's numbers and matches against Python's, over thousands of random filters."""

import random
from typing import Any

import pytest

from dxreview.filters import highlight
from dxreview.filters.search import terms
from dxreview.folding import fold_key, fold_search
from dxreview.snapshot.door import script
from dxreview.snapshot.pagedata import _runs
from tests import pages

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


def test_a_thousand_random_filters_count_alike(code: Any) -> None:
    data = pages.page(200, meetings=30)
    dice = random.Random(8)
    asked = [_question(dice, data) for _ in range(2_000)]
    counted = code.evaluate(
        """([data, asked]) => {
        const book = page.prepare(data);
        return asked.map(({filter, rows, columns}) => {
            const counts = page.matrix(book, filter, rows, columns);
            const cells = {};
            for (const row of book.facets.get(rows)) for (const column of book.facets.get(columns))
                if (counts.cell(row, column)) cells[`${row} ${column}`] = counts.cell(row, column);
            return {n: counts.n, cells, listed: page.select(book, filter).length};
        });
    }""",
        [data, asked],
    )
    for question, answer in zip(asked, counted, strict=True):
        assert answer == _count(data, **question), question


def _question(dice: random.Random, data: dict[str, Any]) -> dict[str, Any]:
    facets = ["meeting", "section", "kind", "role", *pages.ROADMAPS]
    rows, columns = dice.sample([*pages.ROADMAPS], 1)[0], dice.choice(facets)
    picks = {
        facet: dice.sample(sorted({v for one in data["opinions"] for v in _values(one, facet)}), 2)
        for facet in dice.sample(facets, dice.randint(0, 3))
    }
    text = dice.choice(["", "", "データ", "ﾃﾞｰﾀ 窓口", "体制 -人材", '"取り残されない"', "ＤＸ"])
    columns = columns if columns != rows else "meeting"
    return {"filter": {"text": text, "picks": picks}, "rows": rows, "columns": columns}


def _values(opinion: dict[str, Any], facet: str) -> list[str]:
    if facet not in pages.ROADMAPS:
        return [opinion[facet] or ""]
    return opinion["tags"].get(facet) or ["~" + opinion["status"].get(facet, "untagged")]


def _count(data: dict[str, Any], filter: dict[str, Any], rows: str, columns: str) -> dict[str, Any]:
    words = terms(filter["text"])

    def fits(opinion: dict[str, Any], but: tuple[str, ...] = ()) -> bool:
        held = all((word.key in opinion["key"]) != word.excluded for word in words)
        return held and all(
            set(values) & set(_values(opinion, facet))
            for facet, values in filter["picks"].items()
            if facet not in but
        )

    shown = [one for one in data["opinions"] if fits(one, (rows, columns))]
    cells: dict[str, int] = {}
    for opinion in shown:
        for row in _values(opinion, rows):
            for column in _values(opinion, columns):
                cells[f"{row} {column}"] = cells.get(f"{row} {column}", 0) + 1
    listed = sum(fits(opinion) for opinion in data["opinions"])
    return {"n": len(shown), "cells": cells, "listed": listed}
