"""Plain text: which encoding it is in, and where its pages start."""

import codecs
import re

from dxreview.records import DxError
from dxreview.sources import Extract, Limits, unix_lines

ACCEPTED = "UTF-8、UTF-16、Shift_JIS（CP932）、EUC-JP、ISO-2022-JP"
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_MAGIC = {b"%PDF-": "PDF", b"PK\x03\x04": "ZIP、DOCX、XLSX", b"\xd0\xcf\x11\xe0": "DOC、XLS"}
# Half-width katakana are what EUC-JP looks like in CP932; control characters, what no text holds.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ODD = re.compile(r"[\uff61-\uff9f\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa、。]")


def extract(data: bytes, name: str, limits: Limits) -> Extract:
    """The text in ``data``; a form feed starts a page. (`minutes` finds pages marked otherwise.)"""
    most = limits.characters
    if len(data) > 4 * most:
        raise DxError("source.too_long", file=name, found=len(data) // 4, limit=most)
    text = unix_lines(decode(data, name))
    starts = [found.end() for found in re.finditer("\f", text)] if "\f" in text else []
    return Extract(text, (0, *(at for at in starts if at < len(text) and text[:at].strip())))


def decode(data: bytes, name: str) -> str:
    """``data`` decoded, without its BOM. Raises DxError where no encoding of Japanese text fits."""
    for bom, encoding in _BOMS.items():
        if data.startswith(bom):
            return _checked(_strict(data.removeprefix(bom), encoding, name), name)
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise DxError("source.binary", file=name, found=kind, accepted=ACCEPTED)
    if b"\0" in data[:4096]:  # UTF-16: the byte that is often zero comes first, or second.
        big = data[0::2].count(0) > data[1::2].count(0)
        return _checked(_strict(data, "utf-16-be" if big else "utf-16-le", name), name)
    if b"\x1b$" in data and (text := _maybe(data, "iso2022_jp_ext")):
        return text
    return _checked(_utf8_or_older(data, name), name)


def _utf8_or_older(data: bytes, name: str) -> str:
    """UTF-8, or else CP932 or EUC-JP, whichever reads more like Japanese."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        readings = [_maybe(data, each) for each in ("cp932", "euc_jp", "euc_jis_2004")]
        best = max((text for text in readings if text), key=_score, default="")
        if _is_nearly_utf8(data) or _score(best) <= 0:
            raise _damaged(data, name, error) from None
        return best


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _damaged(data, name, error) from None


def _maybe(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _damaged(data: bytes, name: str, error: UnicodeDecodeError) -> DxError:
    found = data[error.start : error.start + 2].hex(" ").upper()
    line = data.count(b"\n", 0, error.start) + 1
    place = {"line": line, "byte": error.start + 1}
    return DxError("source.encoding", file=name, found=found, accepted=ACCEPTED, **place)


def _checked(text: str, name: str) -> str:
    controls = _CONTROL.findall(text)
    if len(controls) * 50 > len(text):
        found = f"U+{ord(controls[0]):04X}"
        raise DxError("source.binary", file=name, found=found, accepted=ACCEPTED)
    return text


def _score(text: str) -> int:
    sample = text[:200_000]
    return len(_KANA.findall(sample)) - 2 * len(_ODD.findall(sample))


def _is_nearly_utf8(data: bytes) -> bool:
    """UTF-8 with a few bytes damaged: better refused by place than read as something else."""
    sample = data[:200_000].decode("utf-8", "replace")
    wide = sum("\u2fff" < char != "\ufffd" for char in sample)
    return wide > 10 * sample.count("\ufffd")
