"""PDF: the text layer page by page, as PDFium extracts it.

The text stays as extracted, but ruled tables are read cell by cell. Page numbers and running heads
are marked as furniture. Pages that are pictures only, radicals that stand in for ideographs (⽇ for
日) and characters that have no meaning are reported.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import accumulate
from typing import NamedTuple

import pypdfium2 as pdfium

from dxreview.records import DxError, Span
from dxreview.sources import Extract, Limits, Note
from dxreview.sources.ruled import tabled

_REPORTED = {"radicals": re.compile(r"[\u2e80-\u2fd5]"), "no_unicode": re.compile("\ufffd")}
# PDFium writes U+FFFE or U+0002 for a hyphen at a line's end, U+0000 and lone surrogates where a
# font's table is wrong.
_REPAIRS = str.maketrans({"\ufffe": "-", "\x02": "-", "\0": "\ufffd"})
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_GAP = re.compile(r"(?<=[^\x00-\x7f\s]) (?=[^\x00-\x7f\s])")
_AROUND = r"[\s\-−‐–—―－ー()（）\[\]/／・.頁ページPp]*"
_PAGE_NUMBER = re.compile(rf"{_AROUND}\d{{1,4}}{_AROUND}(?:\d{{1,4}}{_AROUND})?")


def extract(data: bytes, name: str, limits: Limits) -> Extract:
    """The text layer of a PDF; a page break is a line break and an entry in ``pages``."""
    try:
        document = pdfium.PdfDocument(data)
        count = len(document)
        if count > limits.pages:
            raise DxError("source.pages", file=name, found=count, limit=limits.pages)
        pages = [_read(document[number]) for number in range(count)]
        document.close()
    except pdfium.PdfiumError as error:
        key = "locked" if "password" in str(error).lower() else "damaged"
        raise DxError(f"source.{key}", file=name, found="PDF") from error
    starts = [0, *accumulate(len(page.text) + 1 for page in pages[:-1])]
    whole = "".join(f"{page.text}\n" for page in pages)
    notes = [*_pictures([page.is_picture for page in pages], starts), *_notes(whole)]
    rows = (
        Span(start + row.start, start + row.end, row.what)
        for start, page in zip(starts, pages, strict=True)
        for row in page.rows
    )
    return Extract(whole, tuple(starts), (*_furniture(pages, starts), *rows), tuple(notes))


class _Page(NamedTuple):
    """``above``: last lines that stand above the first one: running heads, drawn last.
    ``is_picture``: there is a picture of text at most, as scanners make them."""

    text: str
    rows: list[Span]
    above: frozenset[str]
    is_picture: bool


def _read(page: pdfium.PdfPage) -> _Page:
    layer = page.get_textpage()
    raw = layer.get_text_range(errors="surrogatepass")
    above = frozenset(_above(layer, raw))
    letters = _spread(layer, _SURROGATES.sub("\ufffd", raw.translate(_REPAIRS)))
    text, rows = tabled(page, layer, letters)
    layer.close()
    is_picture = not raw.strip() and any(page.get_objects([pdfium.raw.FPDF_PAGEOBJ_IMAGE]))
    page.close()
    return _Page(text, rows, above, is_picture)


def _spread(layer: pdfium.PdfTextPage, text: str) -> list[str]:
    """The letters, where PDFium says one blank for a gap of any width as many as have room there:
    columns of names stand apart."""
    letters = list(text)
    with suppress(pdfium.PdfiumError):
        for found in _GAP.finditer(text if len(text) == layer.count_chars() else ""):
            at = found.start()
            left, _, right, _ = layer.get_charbox(at - 1, loose=True)
            gap = layer.get_charbox(at + 1, loose=True)[0] - right
            letters[at] *= min(40, max(1, round(gap / max(1, right - left))))
    return letters


def _above(layer: pdfium.PdfTextPage, raw: str) -> Iterator[str]:
    found = list(re.finditer(r"\S[^\r\n]*", raw))
    with suppress(pdfium.PdfiumError):
        for line in found[1:][-2:]:
            _, bottom, _, _ = layer.get_charbox(line.start())
            if bottom >= layer.get_charbox(found[0].start())[3]:
                yield _shape(line[0])


def _furniture(pages: list[_Page], starts: list[int]) -> Iterator[Span]:
    """First and last lines that are page numbers, or say the same on most pages; but the head row
    of a table that goes on is none."""
    edges = [_edges(page.text) for page in pages]
    shapes = Counter(shape for page in edges for shape in {_shape(line) for _, line in page})
    for start, page, held in zip(starts, pages, edges, strict=True):
        for at, line in held:
            often = 1 if _shape(line) in page.above else max(2, len(pages) * 0.6)
            is_row = any(row.start <= at < row.end for row in page.rows)
            is_number = len(pages) > 1 and _PAGE_NUMBER.fullmatch(line)
            if not is_row and (is_number or shapes[_shape(line)] > often):
                yield Span(start + at, start + at + len(line), "furniture")


def _edges(text: str) -> list[tuple[int, str]]:
    """The first two and the last two lines of a page that hold something, with their offsets."""
    found = [(each.start(), each.group()) for each in re.finditer(r"\S.*", text)]
    return found if len(found) < 5 else found[:2] + found[-2:]


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", line.strip())


def _pictures(pages: list[bool], starts: list[int]) -> Iterator[Note]:
    """Pages that hold a picture and no text: what stands there is not read."""
    if any(pages):
        first, count = pages.index(True), sum(pages)
        yield Note("pictures", starts[first], starts[first], {"count": count, "first": first + 1})


def _notes(text: str) -> Iterator[Note]:
    for code, pattern in _REPORTED.items():
        if first := pattern.search(text):
            facts = {"count": len(pattern.findall(text)), "first": first.group()}
            yield Note(code, first.start(), first.end(), facts)
