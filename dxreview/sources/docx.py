"""DOCX: paragraphs, tables, lists with their numbers and text boxes, in the document's order.

Read from the zip's parts directly: only those that hold text are unpacked, up to a limit; nothing
is written to disk, no external target is followed and no DTD is accepted.
"""

import re
import zipfile
import zlib
from io import BytesIO
from typing import Any

from lxml import etree

from dxreview.records import DxError
from dxreview.sources import MEGABYTE, Extract, Limits, printable
from dxreview.sources.lines import Lines
from dxreview.sources.numbering import Numbering, children, has, local, value

_BROKEN = (
    zipfile.BadZipFile, EOFError, zlib.error, etree.LxmlError, RuntimeError, OSError, ValueError,
)  # fmt: skip
_PART_BYTES = 64 * MEGABYTE
# Not shown: deleted or moved away, a field's instruction, the copy for old programs, properties.
_HIDDEN = {"del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr", "tblPr", "sectPr"}
_CODE = re.compile(r"(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4}")
_SIGNS = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "-", "cr": "\n"}


def extract(data: bytes, name: str, limits: Limits) -> Extract:
    """The text of a Word document; headers, footers and hidden words are furniture, footnotes come
    last."""
    try:
        return _extract(zipfile.ZipFile(BytesIO(data)), name)
    except _BROKEN as error:
        raise DxError("source.damaged", file=name, found="DOCX") from error


def _extract(package: zipfile.ZipFile, name: str) -> Extract:
    _refuse_bomb(package, name)
    main = _main(package)
    if main not in package.NameToInfo:
        found = printable("、".join(package.namelist()[:3])[:80])
        raise DxError("source.not_word", file=name, found=found)
    folder = main.rpartition("/")[0] + "/"
    numbering, styles = (_tree(package, f"{folder}{each}.xml") for each in ("numbering", "styles"))
    lines = Lines()
    listed = sorted(package.namelist())
    for name in ("header", main, f"{folder}footnotes.xml", f"{folder}endnotes.xml", "footer"):
        is_edge = name in ("header", "footer")
        parts = [part for part in listed if part.startswith(folder + name)] if is_edge else [name]
        counted = Numbering(numbering, styles) if name == main else Numbering()
        what = "furniture" if is_edge else "" if name == main else "note"
        for part in parts:
            if (root := _tree(package, part)) is not None:
                _Walk(lines, counted, what).inside(root)
                lines.end()
    return lines.extract()


def _main(package: zipfile.ZipFile) -> str:
    """Where the document's own text is, by the package's relations."""
    for each in children(_tree(package, "_rels/.rels"), "Relationship"):
        if each.get("Type", "").endswith("/officeDocument"):
            return str(each.get("Target", "")).lstrip("/")
    return "word/document.xml"


def _tree(package: zipfile.ZipFile, part: str) -> Any | None:
    """The root of ``part``; None where there is no such part."""
    if part not in package.NameToInfo:
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    with package.open(part) as stream:
        root = etree.fromstring(stream.read(_PART_BYTES + 1), parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError(f"{part}: DOCTYPE")
    return root


def _refuse_bomb(package: zipfile.ZipFile, name: str) -> None:
    """By the sizes that the zip declares; reading a part stops there too."""
    held = [info.file_size for info in package.infolist() if info.filename.endswith(".xml")]
    if sum(held) > _PART_BYTES:
        found, most = sum(held) // MEGABYTE, _PART_BYTES // MEGABYTE
        raise DxError("source.bomb", file=name, found=found, limit=most)


# Without words and these a paragraph is a blank line.
_HOLDS = frozenset(("br", "lastRenderedPageBreak", "pageBreakBefore", "drawing", "pict", "object"))


class _Walk:
    """One pass over a part, which the parser does not let grow deeper than 256."""

    def __init__(self, lines: Lines, numbering: Numbering, what: str) -> None:
        self.lines = lines
        self.numbering = numbering
        self.what = what
        self.boxes: list[Any] = []
        self.is_heading = self.is_hidden = False
        self.above = 0  # Cells of rows above that reach into this row, and stand before the next.

    def inside(self, element: Any) -> None:
        for child in element:
            self.walk(child)

    def walk(self, element: Any) -> None:
        name = local(element.tag)
        match name:
            case _ if name in _HIDDEN:
                return
            case "p":
                self.paragraph(element)
            case "r":
                self.is_hidden = has(element, "rPr", "vanish")
                self.inside(element)
                self.is_hidden = False
            case "t":
                self.say(element.text or "")
            case "tr":
                self.lines.open_row()
                self.above = 0
                if not has(element, "trPr", "del"):
                    self.inside(element)
                self.lines.close_row()
            case "tc" if _reaches_down(element):
                self.above += 1
            case "tc":
                self.cell(element)
            case "br" if value(element, "type") not in ("page", "column"):
                self.lines.newline()
            case "lastRenderedPageBreak" | "br":
                self.lines.page()
            case "sym":
                code = value(element, "char") or ""
                self.say(chr(int(code, 16)) if _CODE.fullmatch(code) else "\ufffd")
            case "rt":
                self.lines.reading("".join(element.itertext()))
            case "txbxContent":
                self.boxes.append(element)
            case _ if name in _SIGNS:
                self.say(_SIGNS[name])
            case _:
                self.inside(element)

    def cell(self, element: Any) -> None:
        if self.above and "".join(element.itertext()).strip():
            for _ in range(self.above):
                self.lines.open_cell()
                self.lines.write("")
            self.above = 0
        self.lines.open_cell()
        self.inside(element)

    def paragraph(self, element: Any) -> None:
        self.lines.end()
        properties = next(children(element, "pPr"), None)
        if has(element, "pPr", "pageBreakBefore"):
            self.lines.page()
        self.is_heading = self.numbering.is_heading(properties)
        says = any(element.itertext())
        if says and (mark := self.numbering.mark(properties)):
            self.say(mark)
        self.inside(element)
        self.lines.end()
        if not says and _HOLDS.isdisjoint(local(each.tag) for each in element.iter()):
            self.lines.blank()
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self.inside(box)
            self.lines.end()

    def say(self, text: str) -> None:
        hidden = "furniture" if self.is_hidden else self.what
        self.lines.verbatim(text, hidden or ("heading" if self.is_heading else ""))


def _reaches_down(cell: Any) -> bool:
    """Whether a cell is the rest of one in the row above."""
    merged = next(children(next(children(cell, "tcPr"), None), "vMerge"), None)
    return merged is not None and value(merged, "val") != "restart"
