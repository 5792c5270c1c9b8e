"""Plain text: which encoding it is in, and where its pages start."""

import codecs
import re

from dxreview.records import DxError
from dxreview.sources import Extract, Limits, unix_lines

ACCEPTED = "UTF-8、UTF-16、Shift_JIS（CP932）、EUC-JP、ISO-2022-JP"
_MAGIC = {b"%PDF-": "PDF", b"PK\x03\x04": "ZIP、DOCX、XLSX", b"\xd0\xcf\x11\xe0": "DOC、XLS"}
# Half-width katakana are what EUC-JP looks like in CP932; control characters, what no text holds.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_HTML = re.compile(r"\s*(?:<!doctype html|<html)[\s>]", re.IGNORECASE)
_OTHER_BYTES = bytes({*range(256)} - {*range(32)} | {*b"\t\n\v\f\r\x1b"})
_ODD = re.compile(r"[\uff61-\uff9f\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]")
_USUAL = re.compile(r"[\u3041-\u3096\u30a1-\u30fa、。年月日時分会議委員長市町村区県部課名出席者]")


def extract(data: bytes, name: str, limits: Limits) -> Extract:
    """The text in ``data``; a form feed starts a page. (`minutes` finds pages marked otherwise.)"""
    text = unix_lines(decode(data, name))
    if _HTML.match(text):
        raise DxError("source.binary", file=name, found="HTML", accepted=ACCEPTED)
    first, breaks = len(text) - len(text.lstrip()), re.finditer("\f", text) if "\f" in text else ()
    return Extract(text, (0, *(at.end() for at in breaks if first < at.end() < len(text))))


def decode(data: bytes, name: str) -> str:
    """``data`` decoded, without its BOM. Raises DxError where no encoding of Japanese text fits."""
    found = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
    try:
        text = "" if found else data.decode(_encoding(data))
    except UnicodeDecodeError as error:
        text = _older(data, name, error)
    # Looking at the first bytes is quick; UTF-16 holds such bytes and is looked at twice.
    is_clean = not data[:8_000].translate(None, _OTHER_BYTES)
    controls = [] if is_clean else _CONTROL.findall(text)
    if len(controls) * 50 > len(text):
        found = f"U+{ord(controls[0]):04X}"
    if found:
        raise DxError("source.binary", file=name, found=found, accepted=ACCEPTED)
    return text


def _encoding(data: bytes) -> str:
    """What the first bytes say; UTF-8 where they say nothing."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in data[:4096]:  # The byte that is often zero comes first, or second.
        return "utf-16-be" if data[0::2].count(0) > data[1::2].count(0) else "utf-16-le"
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return "iso2022_jp_ext" if b"\x1b" in data and data.isascii() else "utf-8"


def _older(data: bytes, name: str, error: UnicodeDecodeError) -> str:
    """CP932 or EUC-JP, whichever reads more like Japanese; but UTF-8 or UTF-16 with a few bytes
    damaged is refused by their place rather than read as something else."""
    best = max(map(_reading, ("cp932", "euc_jp", "euc_jis_2004"), [data] * 3), key=_score)
    sample = data[:200_000].decode("utf-8", "replace")
    wide = sum("\u2fff" < char != "\ufffd" for char in sample)
    if _score(best) > 0.05 and wide <= 10 * sample.count("\ufffd") and error.encoding == "utf-8":
        return best
    found = data[error.start : error.start + 2].hex(" ").upper()
    place = {"line": data.count(b"\n", 0, error.start) + 1, "byte": error.start + 1}
    raise DxError("source.encoding", file=name, found=found, accepted=ACCEPTED, **place)


def _reading(encoding: str, data: bytes) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _score(text: str) -> float:
    """How much of what is not ASCII is usual in minutes, less what is odd."""
    wide = re.sub(r"[\0-\x7f]+", "", text[:200_000])
    odd = len(_ODD.findall(text[:200_000]))
    return (len(_USUAL.findall(wide)) - 2 * odd) / max(1, len(wide))
