"""Tables to take away: a workbook and CSV files that hold text as text.

A cell of a CSV file that a spreadsheet would take for a formula gets an apostrophe in front
(OWASP, CSV injection); a workbook's cells are written as text, whatever they begin with.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
CELL_LIMIT = 32_767
WIDE, NARROW = 80, 8


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """``frame`` as CSV: UTF-8 with BOM (Excel asks for it), CRLF, no live formula."""
    safe = frame.apply(lambda column: column.map(_safe, na_action="ignore"))
    path.write_bytes(safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig", "replace"))


def write_xlsx(sheets: Mapping[str, pd.DataFrame], path: Path, *, created: datetime) -> None:
    """One sheet a frame: frozen header, filters, wrapped text, text never a formula or a link.

    A text longer than Excel's 32,767 characters is cut and ends in …; ``created`` stands in the
    file's properties, so that the same frames give the same bytes.
    """
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), plain) as book:
        book.set_properties({"created": created, "author": "", "comments": ""})
        head = book.add_format({"bold": True, "bg_color": "#e8f1fe", "bottom": 1, "valign": "top"})
        cell = book.add_format({"text_wrap": True, "valign": "top"})
        for name, frame in sheets.items():
            _sheet(book.add_worksheet(name), frame, head, cell)


def _sheet(sheet: Any, frame: pd.DataFrame, head: Any, cell: Any) -> None:
    last = max(len(frame.columns) - 1, 0)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(frame), last)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for place, name in enumerate(frame.columns):
        values = [None if missing(value) else _plain(value) for value in frame[name]]
        sheet.set_column(place, place, _width(name, values), cell)
        sheet.write_string(0, place, str(name), head)
        for row, value in enumerate(values, start=1):
            if isinstance(value, str):
                sheet.write_string(row, place, _cut(value), cell)
            elif value is not None:
                sheet.write(row, place, value, cell)


def missing(value: object) -> bool:
    """Whether a cell holds nothing (a list never does)."""
    return not isinstance(value, (list, tuple)) and bool(pd.isna(value))


def _plain(value: Any) -> Any:
    """What a sheet can hold: numbers and truth as they are, the rest as text."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d" if value == value.normalize() else "%Y-%m-%d %H:%M")
    return value.item() if hasattr(value, "item") else value if _is_number(value) else str(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (bool, int, float))


def _safe(value: Any) -> Any:
    text = _plain(value)
    return f"'{text}" if isinstance(text, str) and FORMULA.match(text) else text


def _cut(text: str) -> str:
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 1] + "…"


def _width(name: object, values: list[Any]) -> int:
    """In characters of a Latin font: Japanese ones count twice."""
    longest = max((len(str(value)) for value in values[:500]), default=0)
    return min(WIDE, max(NARROW, 2 * longest, 2 * len(str(name))) + 2)
