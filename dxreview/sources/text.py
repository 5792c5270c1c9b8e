"""Plain text: which encoding it is in, and where its pages start."""

import codecs
import re
from collections.abc import Iterator

from dxreview.records import DxError
from dxreview.sources import Extract, Limits, printable

ACCEPTED = "UTF-8、UTF-16、Shift_JIS（CP932）、EUC-JP、ISO-2022-JP"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = {b"%PDF-": "PDF", b"PK\x03\x04": "ZIP（DOCX、XLSX）", b"\xd0\xcf\x11\xe0": "DOC、XLS"}
# Half-width katakana are what EUC-JP reads as in CP932; control characters, what a binary file is.
_ODD = re.compile(r"[\uff61-\uff9f\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ue000-\uf8ff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa、。]")
_PAGE_MARK = re.compile(r'^<PAGE="?\d+"?>', re.MULTILINE)
_UNSPACED = re.compile(r"\S[ \t]*\n(?=[ ]\S)")


def extract(data: bytes, name: str, limits: Limits) -> Extract:
    """The text in ``data`` with its pages; see `decode` and `pages`."""
    if len(data) > 4 * limits.characters:
        raise DxError(
            "source.too_long", file=printable(name), found=len(data) // 4, limit=limits.characters
        )
    text = unix_lines(decode(data, name))
    return Extract(text, pages(text))


def unix_lines(text: str) -> str:
    """LF line ends; nothing else changes."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def decode(data: bytes, name: str) -> str:
    """``data`` decoded, without its BOM. Raises DxError where no encoding of Japanese text fits."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], encoding, name, len(bom))
    _refuse_magic(data, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _legacy(data, name, error)
    if b"\x1b$" in data:
        return _iso_2022(data, text)
    if b"\0" in data:
        return _utf16(data, name)
    return _refuse_binary(text, name)


def _strict(data: bytes, encoding: str, name: str, skipped: int = 0) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _damaged(data, name, error, skipped) from None


def _damaged(data: bytes, name: str, error: UnicodeDecodeError, skipped: int = 0) -> DxError:
    return DxError(
        "source.encoding",
        file=printable(name),
        line=data.count(b"\n", 0, error.start) + 1,
        byte=error.start + skipped + 1,
        found=data[error.start : error.start + 2].hex(" ").upper(),
        accepted=ACCEPTED,
    )


def _refuse_magic(data: bytes, name: str) -> None:
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise DxError("source.binary", file=printable(name), found=kind, accepted=ACCEPTED)


def _refuse_binary(text: str, name: str) -> str:
    if len(_CONTROL.findall(text)) * 50 > len(text):
        found = _CONTROL.search(text)
        code = f"U+{ord(found.group()):04X}" if found else ""
        raise DxError("source.binary", file=printable(name), found=code, accepted=ACCEPTED)
    return text


def _iso_2022(data: bytes, otherwise: str) -> str:
    try:
        return data.decode("iso2022_jp_ext")
    except UnicodeDecodeError:
        return otherwise


def _utf16(data: bytes, name: str) -> str:
    """UTF-16 without a BOM: line feeds tell which byte comes first."""
    high = data[0::2].count(0) > data[1::2].count(0)
    return _refuse_binary(_strict(data, "utf-16-be" if high else "utf-16-le", name), name)


def _legacy(data: bytes, name: str, error: UnicodeDecodeError) -> str:
    """CP932 or EUC-JP, whichever reads more like Japanese."""
    if b"\0" in data[:4096]:
        return _utf16(data, name)
    readings = [text for text in _readings(data) if _score(text) > 0]
    if not readings or _is_nearly_utf8(data):
        raise _damaged(data, name, error)
    return _refuse_binary(max(readings, key=_score), name)


def _readings(data: bytes) -> Iterator[str]:
    for encoding in ("cp932", "euc_jp", "euc_jis_2004"):
        try:
            yield data.decode(encoding)
        except UnicodeDecodeError:
            continue


def _score(text: str) -> float:
    sample = text[:200_000]
    return len(_KANA.findall(sample)) - 2 * len(_ODD.findall(sample)) + 1 / (len(text) + 1)


def _is_nearly_utf8(data: bytes) -> bool:
    """UTF-8 with a few bytes damaged: better refused by place than read as something else."""
    sample = data[:200_000].decode("utf-8", "replace")
    wide = sum(1 for char in sample if char > "\u2fff" and char != "\ufffd")
    return wide > 10 * sample.count("\ufffd")


def pages(text: str) -> tuple[int, ...]:
    """Where pages start: at form feeds, at ``<PAGE="2">`` marks, or where text printed with a blank
    line after every line goes on without one, in a line that starts with a blank (how the text
    layer of a PDF shows a page break)."""
    if "\f" in text:
        return _starts(text, (at + 1 for at, char in enumerate(text) if char == "\f"))
    if "<PAGE=" in text:
        return _starts(text, (found.start() for found in _PAGE_MARK.finditer(text)))
    if 9 * text.count("\n") < 20 * (text.count("\n\n") + text.count("\n \n")):
        return _starts(text, (found.end() for found in _UNSPACED.finditer(text)))
    return (0,)


def _starts(text: str, found: Iterator[int]) -> tuple[int, ...]:
    """The first page starts at 0; a page without a character is none."""
    starts = [0]
    for at in found:
        if text[starts[-1] : at].strip() and text[at:].strip():
            starts.append(at)
    return tuple(starts)
