"""PDF: the text layer page by page, as PDFium extracts it.

The text stays as extracted. Page numbers and running heads are marked as furniture; radicals that
stand for ideographs (⽇ for 日), characters without a meaning and pages without text are reported.
"""

import re
from collections import Counter
from collections.abc import Iterator

import pypdfium2 as pdfium

from dxreview.records import DxError, Span
from dxreview.sources import Extract, Limits, Note, printable

_RADICALS = re.compile(r"[\u2e80-\u2fd5]")
_UNKNOWN = re.compile("\ufffd")
# PDFium writes U+FFFE (now U+0002) for a hyphen at a line's end, and lone surrogates where a font's
# table is wrong.
_REPAIRS = str.maketrans({"\ufffe": "-", "\x02": "-", "\0": "\ufffd"})
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_PAGE_NUMBER = re.compile(
    r"[\s\-−‐–—―－ー()（）\[\]/／・.頁ページPp]*[0-9０-９]{1,4}[\s\-−‐–—―－ー()（）\[\]/／・.頁ページ0-9０-９]*"
)
_DIGITS = re.compile(r"\d+")


def extract(data: bytes, name: str, limits: Limits) -> Extract:
    """The text layer of a PDF; a page break is a line break and an entry in ``pages``."""
    texts = list(_pages(data, name, limits))
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    whole = "\n".join(texts) + "\n"
    return Extract(whole, tuple(starts), tuple(_furniture(texts, starts)), tuple(_notes(whole)))


def _pages(data: bytes, name: str, limits: Limits) -> Iterator[str]:
    document = _open(data, name)
    try:
        count = len(document)
        if count > limits.pages:
            raise DxError("source.pages", file=printable(name), found=count, limit=limits.pages)
        for number in range(count):
            yield _page(document, number, name)
    finally:
        document.close()


def _open(data: bytes, name: str) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        key = "locked" if "password" in str(error).lower() else "damaged"
        raise DxError(f"source.{key}", file=printable(name), found=str(error)) from None


def _page(document: pdfium.PdfDocument, number: int, name: str) -> str:
    try:
        page = document[number]
    except pdfium.PdfiumError as error:
        found = f"p. {number + 1}: {error}"
        raise DxError("source.damaged", file=printable(name), found=found) from None
    layer = page.get_textpage()
    try:
        text = layer.get_text_range(errors="surrogatepass")
    finally:
        layer.close()
        page.close()
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_REPAIRS)
    return _SURROGATES.sub("\ufffd", text)


def _furniture(texts: list[str], starts: list[int]) -> Iterator[Span]:
    """First and last lines that are page numbers, or say the same on most pages."""
    edges = [_edges(text) for text in texts]
    shapes = Counter(shape for page in edges for shape in {_shape(line) for _, line in page})
    for start, page in zip(starts, edges, strict=True):
        for at, line in page:
            is_head = shapes[_shape(line)] > max(2, len(texts) * 0.6)
            is_number = len(texts) > 1 and _PAGE_NUMBER.fullmatch(line)
            if is_head or is_number:
                yield Span(start + at, start + at + len(line), "furniture")


def _edges(text: str) -> list[tuple[int, str]]:
    """The first two and the last two lines of a page that hold something, with their offsets."""
    found = [(each.start(), each.group()) for each in re.finditer(r"\S.*", text)]
    return found[:2] + [each for each in found[-2:] if each not in found[:2]]


def _shape(line: str) -> str:
    return _DIGITS.sub("0", line.strip())


def _notes(text: str) -> Iterator[Note]:
    for code, pattern in (("radicals", _RADICALS), ("no_unicode", _UNKNOWN)):
        places = list(pattern.finditer(text))
        if places:
            first = places[0]
            facts = (("count", len(places)), ("first", first.group()))
            yield Note(code, first.start(), first.end(), facts)
