"""Loading: speed against plain reading, memory, growth, and a fuzz run of all four formats.

``DXREVIEW_BENCH_OUT``: a folder for the plot of growth (default: a temporary one).
``DXREVIEW_FUZZ``: how many mutated files (default 10,000).
"""

import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import dxreview as dx
from dxreview.loader import Loaded, load
from dxreview.sources import Limits
from tests.browser import ARGUMENTS, chromium_path
from tests.conftest import ROOT
from tests.documents import pdf, word

Row = dict[str, Any]
FIRST = ROOT / "data" / "minutes" / "soumu-dx-kentokai-01.txt"
SAID = (
    "住民の手続きを、窓口でも自宅からでも選べるようにすることが大切である。",
    "システムの標準化には、データを部署の間でつなぐ視点も入れるべきではないか。",
    "職員が互いの事例から学べる場を、県と市町村が一緒に設けてほしい。",
    "デジタルに慣れていない人が取り残されないよう、相談できる人を身近に置く必要がある。",
)


def run() -> list[Row]:
    rows = []
    with tempfile.TemporaryDirectory() as place:
        for measure in (_start, _text, _pdf, _growth, _fuzz):
            folder = Path(place) / measure.__name__
            folder.mkdir()
            rows += list(measure(folder))
            shutil.rmtree(folder)
    return rows


def row(name: str, value: float, unit: str, bound: float | None = None, least: bool = False) -> Row:
    ok = None if bound is None else bool(value >= bound if least else value <= bound)
    return {"name": name, "value": value, "unit": unit, "bound": bound, "ok": ok}


def seconds(
    act: Callable[[], Any], times: int = 5, clock: Callable[[], float] = time.perf_counter
) -> float:
    """The median time of ``act``; by ``time.process_time`` what other programs do counts less."""
    held = []
    for _ in range(times):
        start = clock()
        act()
        held.append(clock() - start)
    return median(held)


def minutes_text(turns: int, seed: int = 0, sentences: int = 4) -> str:
    """A look-alike of an assembly's record with ``turns`` turns of two paragraphs."""
    some = random.Random(seed)
    head = f"架空市議会　第{seed + 1}回　推進委員会　会議録\n\n開催日　令和４年５月17日（火）\n\n"
    turn = "○委員（架空花子君）　{}\n　{}\n\n"

    def paragraph() -> str:
        return "".join(some.choices(SAID, k=sentences))

    said = (turn.format(paragraph(), f"{paragraph()}（{n}）") for n in range(turns))
    return head + "".join(said)


def _start(folder: Path) -> Iterator[Row]:
    environment = {key: value for key, value in os.environ.items() if "BYTECODE" not in key}

    def ran(*arguments: str) -> Callable[[], Any]:
        command = [sys.executable, *arguments]
        return lambda: subprocess.run(
            command, check=True, capture_output=True, env=environment, cwd=ROOT
        )

    loads = ran("-m", "dxreview", "load", str(FIRST), "--json")
    loads()
    ratio = seconds(loads) / seconds(ran("-c", "import pandas"))
    yield row("load of the first minutes / import pandas, as processes", ratio, "x", 2)


def _text(folder: Path) -> Iterator[Row]:
    for number in range(60):
        (folder / f"{number:03}.txt").write_text(minutes_text(120, number), encoding="utf-8")
    paths = sorted(folder.iterdir())

    def bare() -> None:
        for path in paths:
            path.read_bytes().decode("utf-8").splitlines()

    def loads() -> None:
        for _ in load(paths, processes=1):
            pass

    clock = time.process_time  # One process does both.
    pairs = [(seconds(loads, 1, clock), seconds(bare, 3, clock)) for _ in range(7)]
    ratio = median(one / plain for one, plain in pairs)
    yield row("text: load / read, decode and split into lines", ratio, "x", 15)
    for number in range(400):  # Lines are as long as in real minutes: 65 letters.
        text = minutes_text(240, number % 60, sentences=2)
        (folder / f"{number:03}.txt").write_text(text, encoding="utf-8")
    taken: dict[int, list[float]] = {1: [], 2: []}
    for count in (1, 2) * 5:  # In turns: what else the machine does hits both alike.
        taken[count].append(seconds(lambda count=count: dx.load(folder, processes=count), 1))
    gain = min(taken[1]) / min(taken[2])
    yield row("text, 400 files: dx.load with one / two processes", gain, "x", 1.5, True)


def _pdf(folder: Path) -> Iterator[Row]:
    import pypdfium2
    from pdfminer.high_level import extract_text

    if chromium_path() is None:
        yield row("PDF: not measured, no Chromium to print some with", 0, "")
        return
    printed = [_printed(minutes_text(80, number)) for number in range(4)]
    for number in range(120):
        (folder / f"{number:03}.pdf").write_bytes(printed[number % 4])
    paths = sorted(folder.iterdir())

    def bare() -> None:
        for path in paths:
            document = pypdfium2.PdfDocument(path)
            for page in document:
                page.get_textpage().get_text_range()
            document.close()

    ours = seconds(lambda: [each.path for each in load(paths)], 3)
    yield row("PDF, 120 files: load / bare pypdfium2", ours / seconds(bare, 3), "x", 1.5)
    miner = seconds(lambda: [extract_text(path) for path in paths[:4]], 1) * 30
    yield row("PDF: pdfminer.six / load", miner / ours, "x", 5, True)


def _printed(text: str) -> bytes:
    """A PDF as offices publish them, with its fonts in it: printed by Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        page = browser.new_page()
        page.set_content(f"<pre style='white-space: pre-wrap'>{text}</pre>")
        made = page.pdf(format="A4")
        browser.close()
    return made


_CHILD = """
import json, resource, sys, time
import dxreview as dx
start = time.perf_counter()
corpus = dx.load(sys.argv[1])
unit = 1e6 if sys.platform == "darwin" else 1e3
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
print(json.dumps([len(corpus.opinions), time.perf_counter() - start, peak]))
"""


def _loaded(folder: Path, count: int) -> tuple[int, float, float]:
    """Opinions, seconds and peak memory (MB) of a process of its own that loads ``count`` files."""
    place = folder / str(count)
    place.mkdir()
    for number in range(count):
        (place / f"{number:04}.txt").write_text(minutes_text(100, number), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", _CHILD, str(place)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    opinions, took, peak = json.loads(ran.stdout)
    return opinions, took, peak


def _growth(folder: Path) -> Iterator[Row]:
    held = {count: _loaded(folder, count) for count in (10, 100, 1000)}
    opinions, took, peak = held[1000]
    yield row("opinions in 1,000 files", opinions, "", 100_000, True)
    yield row("opinions in 1,000 files: peak memory of the parent", peak, "MB", 600)
    yield row("time a file, 1,000 files / 100 files", took / 10 / held[100][1], "x", 1.3)
    more = [held[each][2] - held[10][2] for each in (100, 1000)]
    yield row(
        "memory beyond that of 10 files, 1,000 / 100 files", more[1] / max(more[0], 5), "x", 11
    )
    place = Path(os.environ.get("DXREVIEW_BENCH_OUT", tempfile.gettempdir())) / "bench-load.html"
    _plot(held, place)
    print(f"plot of growth: {place}", file=sys.stderr)


def _plot(held: dict[int, tuple[int, float, float]], place: Path) -> None:
    from plotly.subplots import make_subplots

    figure = make_subplots(cols=2, subplot_titles=["seconds", "peak memory, MB"])
    for column in (1, 2):
        values = [each[column] for each in held.values()]
        figure.add_scatter(x=list(held), y=values, row=1, col=column, showlegend=False)
        figure.update_xaxes(title="files of 100 opinions", row=1, col=column)
    figure.write_html(place)


def _fuzz(folder: Path) -> Iterator[Row]:
    """Mutated files of all four formats, seed fixed: each loads with a full account, or is refused
    in a sentence; none crashes or hangs a worker."""
    some = random.Random(20201102)
    wanted = int(os.environ.get("DXREVIEW_FUZZ", "10000"))
    text = minutes_text(6, sentences=1)
    encodings = ("utf-8", "cp932", "euc_jp", "utf-16")
    bases: list[tuple[str, Callable[[], bytes]]] = [
        *(("txt", lambda code=code: text.encode(code)) for code in encodings),
        *(
            ("txt", lambda code=code: _junk(text, some).encode(code, "ignore"))
            for code in encodings
        ),
        *(("html", lambda code=code: _html(text, code)) for code in encodings[:2]),
        *(("html", lambda code=code: _html(_junk(text, some), code)) for code in encodings[:2]),
        *[("docx", lambda: word(*text.splitlines()))] * 2,
        *[("pdf", lambda: pdf(*_junk(text, some).split("\n\n")[:4]))] * 2,
    ]
    ends = {"loaded": 0, "refused": 0, "crash or hang": 0, "lost": 0}
    for start in range(0, wanted, 250):
        place = folder / str(start)
        place.mkdir()
        for number in range(start, min(start + 250, wanted)):
            suffix, made = bases[number % len(bases)]
            data = _mutated(made(), suffix, some) if some.random() < 0.7 else made()
            (place / f"{number}.{suffix}").write_bytes(data)
        for each in load([place], processes=2, limits=Limits(seconds=20)):
            ends[_end(each)] += 1
        shutil.rmtree(place)
    yield row("fuzz: mutated files", wanted, "files", 10_000, True)
    yield row("fuzz: refused in a sentence", ends["refused"], "files")
    yield row("fuzz: crash, hang or traceback", ends["crash or hang"], "files", 0)
    yield row("fuzz: loaded with a character lost", ends["lost"], "files", 0)


def _junk(text: str, some: random.Random) -> str:
    """The text with pieces of it moved, repeated and cut out, and with marks of minutes put in."""
    marks = (
        "○◯◎●◆→【】（）()：:│|\t\r\n\f\v\0\u3000\u200b\u2028・、１①令和年月日<b>&lt;<br>⽇\ue000😀"
    )
    held = list(text)
    for _ in range(some.randint(1, 12)):
        at, size = some.randrange(len(held) + 1), some.randint(1, 30)
        other = some.randrange(len(held) + 1)
        held[other:other] = some.choice([held[at : at + size], some.choices(marks, k=size)])
        del held[at : at + some.choice([0, size])]
    return "".join(held)


def _html(text: str, encoding: str) -> bytes:
    body = "".join(f"<p>{line}</p>\n" for line in text.splitlines())
    table = "<table><tr><th>座長</th><td>架空 花子</td></tr></table><ol><li>開会</ol>"
    page = f'<meta charset="{encoding}"><nav>架空市</nav>{table}{body}'
    return page.encode(encoding, "ignore")


def _mutated(data: bytes, suffix: str, some: random.Random) -> bytes:
    """A few of: bytes changed, cut out, put in, repeated, moved, the end cut off."""
    if suffix == "docx" and some.random() < 0.7:
        return _rezipped(data, some)
    held = bytearray(data)
    for _ in range(some.randint(1, 6)):
        at, size = some.randrange(len(held) + 1), some.randint(1, 40)
        piece = held[at : at + size]
        match some.randrange(6):
            case 0:
                held[at : at + 1] = some.randbytes(1)
            case 1:
                del held[at : at + size]
            case 2:
                held[at:at] = some.randbytes(size)
            case 3:
                held[at:at] = piece * some.randint(1, 50)
            case 4:
                other = some.randrange(len(held) + 1)
                held[other:other] = piece
            case _ if some.random() < 0.2:
                del held[at:]
    return bytes(held)


def _rezipped(data: bytes, some: random.Random) -> bytes:
    """The mutation is inside the document's XML, past the zip's own checks."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            held = old.read(name)
            new.writestr(name, _mutated(held, "xml", some) if "document" in name else held)
    return made.getvalue()


def _end(each: Loaded) -> str:
    if each.minutes is None:
        told = each.failure.sentence() if each.failure else "\n"
        key = each.failure.key if each.failure else ""
        bad = key in ("source.crashed", "source.slow", "source.unexpected") or "\n" in told
        return "crash or hang" if bad else "refused"
    text, at, lost = each.minutes.source.text, 0, ""
    for span in each.minutes.spans:
        lost += text[at : span.start] + ("" if span.start >= at else "overlap")
        at = span.end
    return "lost" if (lost + text[at:]).strip() else "loaded"
