"""DOCX: paragraphs, tables, lists with their numbers and text boxes, in the document's order.

Read from the zip parts directly: only the parts that hold text are unpacked, each up to a limit,
nothing is written to disk, no external target is followed and no DTD is accepted.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from dxreview.records import DxError
from dxreview.sources import MEGABYTE, Extract, Limits, printable
from dxreview.sources.lines import Lines
from dxreview.sources.numbering import Numbering, local

_BROKEN = (
    zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError,
    ValueError, struct.error, MemoryError,
)  # fmt: skip
_PART_BYTES = 64 * MEGABYTE
# Not shown: deleted or moved away, a field's instruction, the copy for old programs, properties.
_HIDDEN = {"del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr", "tblPr", "sectPr"}
_SIGNS = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "-", "softHyphen": "", "cr": "\n"}


def extract(data: bytes, name: str, limits: Limits) -> Extract:
    """The text of a Word document; headers and footers are furniture, footnotes come last."""
    package = _Package(data, name)
    main = package.main()
    folder = main.rpartition("/")[0]
    lines = Lines()
    root = package.tree(main)
    if root is None:
        raise DxError("source.damaged", file=printable(name), found=main)
    numbering = Numbering(
        package.tree(f"{folder}/numbering.xml"), package.tree(f"{folder}/styles.xml")
    )
    _edges(package, f"{folder}/header", lines)
    _Walk(lines, numbering).walk(root)
    for notes in ("footnotes", "endnotes"):
        lines.end()
        _Walk(lines, Numbering(None, None)).maybe(package.tree(f"{folder}/{notes}.xml"))
    _edges(package, f"{folder}/footer", lines)
    return lines.extract()


def _edges(package: "_Package", prefix: str, lines: Lines) -> None:
    """Headers or footers, each once."""
    for part in package.starting_with(prefix):
        _Walk(lines, Numbering(None, None), furniture=True).maybe(package.tree(part))
        lines.end()


class _Package:
    """The zip: parts by name, as trees."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except _BROKEN as error:
            raise self._damaged(str(error)) from None
        self._refuse_bomb(len(data))

    def main(self) -> str:
        """Where the document's own text is, by the package's relations."""
        relations = self.tree("_rels/.rels")
        for each in relations if relations is not None else ():
            if str(each.get("Type", "")).endswith("/officeDocument"):
                return str(each.get("Target", "")).lstrip("/")
        return "word/document.xml"

    def starting_with(self, prefix: str) -> Iterator[str]:
        names = sorted(set(self._zip.namelist()))
        return (name for name in names if name.startswith(prefix) and name.endswith(".xml"))

    def tree(self, part: str) -> Any | None:
        """The root of ``part``; None where there is no such part."""
        if part not in self._zip.NameToInfo:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
            remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            with self._zip.open(part) as stream:
                root = etree.fromstring(stream.read(_PART_BYTES + 1), parser)
        except (*_BROKEN, etree.XMLSyntaxError) as error:
            raise self._damaged(f"{part}: {error}") from None
        if root.getroottree().docinfo.doctype:
            raise self._damaged(f"{part}: DOCTYPE")
        return root

    def _refuse_bomb(self, packed: int) -> None:
        """Sizes are what the zip declares; reading stops there too."""
        held = [info.file_size for info in self._zip.infolist() if info.filename.endswith(".xml")]
        if sum(held, 0) > 2 * _PART_BYTES or max(held, default=0) > _PART_BYTES:
            found, most = sum(held) // MEGABYTE, _PART_BYTES // MEGABYTE
            file = printable(self._name)
            raise DxError("source.bomb", file=file, packed=packed, found=found, limit=most)

    def _damaged(self, found: str) -> DxError:
        return DxError("source.damaged", file=printable(self._name), found=" ".join(found.split()))


class _Walk:
    """One pass over a part, without recursion but for text boxes inside text boxes."""

    def __init__(self, lines: Lines, numbering: Numbering, *, furniture: bool = False) -> None:
        self.lines = lines
        self.numbering = numbering
        self.furniture = furniture
        self.boxes: list[Any] = []
        self.is_reading = False

    def maybe(self, root: Any | None) -> None:
        if root is not None:
            self.walk(root)

    def walk(self, root: Any) -> None:
        steps = etree.iterwalk(root, events=("start", "end"))
        for event, element in steps:
            name = local(element.tag)
            if event == "end":
                self.leave(name)
            elif name in _HIDDEN:
                steps.skip_subtree()
            elif name == "txbxContent" and element is not root:
                self.boxes.append(element)
                steps.skip_subtree()
            else:
                self.enter(name, element)

    def enter(self, name: str, element: Any) -> None:
        match name:
            case "p":
                self.paragraph(element)
            case "t":
                self.say(element.text or "")
            case "tr":
                self.lines.open_row()
            case "tc":
                self.lines.open_cell()
            case "br" | "lastRenderedPageBreak":
                self.break_(name, element)
            case "sym":
                self.symbol(element)
            case "rt":
                self.is_reading = True
            case _ if name in _SIGNS:
                self.say(_SIGNS[name])

    def leave(self, name: str) -> None:
        match name:
            case "p":
                self.end_paragraph()
            case "tr":
                self.lines.close_row()
            case "rt":
                self.is_reading = False

    def paragraph(self, element: Any) -> None:
        self.lines.block()
        properties = next((child for child in element if local(child.tag) == "pPr"), None)
        if properties is not None and any(
            local(child.tag) == "pageBreakBefore" for child in properties
        ):
            self.lines.page()
        if any(element.itertext()):
            self.say(self.numbering.mark(properties))

    def end_paragraph(self) -> None:
        self.lines.end()
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self.walk(box)
            self.lines.end()

    def break_(self, name: str, element: Any) -> None:
        kinds = {value for key, value in element.attrib.items() if local(key) == "type"}
        if name == "lastRenderedPageBreak" or "page" in kinds:
            self.lines.page()
        elif "column" not in kinds:
            self.lines.newline()

    def symbol(self, element: Any) -> None:
        code = next((value for key, value in element.attrib.items() if local(key) == "char"), "")
        try:
            self.say(chr(int(code, 16)))
        except (ValueError, OverflowError):
            self.say("\ufffd")

    def say(self, text: str) -> None:
        if self.is_reading:
            self.lines.reading(text.strip())
            return
        for number, line in enumerate(text.split("\n")):
            if number:
                self.lines.newline()
            if line:
                self.lines.write(line, furniture=self.furniture)
