"""Makes small PDF and DOCX files for tests: real files, with invented content."""

import io
import zipfile

import docx


def pdf(*pages: str, extra: str = "") -> bytes:
    """A PDF with a text layer, one string a page, one line a line.

    The font is not embedded: its encoding is UCS-2, and its ToUnicode table says that each code is
    its own code point, which is all that text extraction asks for.
    """
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(len(pages)))
    table = "".join(f"<{high:02x}00> <{high:02x}ff> <{high:02x}00>\n" for high in range(1, 256))
    blocks = table.splitlines()
    cmap = "".join(
        f"{len(part)} beginbfrange\n" + "\n".join(part) + "\nendbfrange\n"
        for part in (blocks[at : at + 100] for at in range(0, len(blocks), 100))
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        "1 beginbfrange <0000> <00ff> <0000> endbfrange\n"
        f"{cmap}endcmap end end"
    )
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} {extra}>>",
        3: "<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiMin-W3 /Encoding /UniJIS-UCS2-H "
        "/DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
        4: "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiMin-W3 /DW 1000 "
        "/FontDescriptor 5 0 R /CIDSystemInfo "
        "<< /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>",
        5: "<< /Type /FontDescriptor /FontName /HeiseiMin-W3 /Flags 4 /FontBBox [0 0 1000 1000] "
        "/ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 800 /StemV 80 >>",
        6: f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    }
    for number, page in enumerate(pages):
        drawn = "".join(
            f"1 0 0 1 50 {780 - 16 * row} Tm <{line.encode('utf-16-be').hex()}> Tj\n"
            for row, line in enumerate(page.splitlines())
        )
        drawn = f"BT /F 10 Tf\n{drawn}ET"
        objects[10 + 2 * number] = (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F 3 0 R >> >> /Contents {11 + 2 * number} 0 R >>"
        )
        objects[11 + 2 * number] = f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream"
    body = "".join(f"{number} 0 obj\n{held}\nendobj\n" for number, held in objects.items())
    return f"%PDF-1.4\n{body}trailer\n<< /Root 1 0 R >>\n%%EOF".encode("latin-1")


def saved(document: "docx.document.Document") -> bytes:
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def word(*paragraphs: str) -> bytes:
    """A DOCX of plain paragraphs."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def with_part(document: bytes, name: str, xml: str) -> bytes:
    """A DOCX with one more part."""
    held = io.BytesIO(document)
    with zipfile.ZipFile(held, "a") as package:
        package.writestr(name, xml)
    return held.getvalue()
