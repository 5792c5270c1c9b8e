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
NARROW, WIDE = 8, 80


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """``frame`` as CSV: UTF-8 with BOM (Excel asks for it), CRLF, no live formula."""
    safe = frame.apply(lambda column: column.map(_safe, na_action="ignore"))
    path.write_bytes(safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig", "replace"))


def write_xlsx(sheets: Mapping[str, pd.DataFrame], path: Path, *, created: datetime) -> None:
    """One sheet a frame: frozen header, filters, wrapped text, text never a formula or a link.

    A text longer than Excel's 32,767 characters is cut and ends in …; ``created`` stands in the
    file's properties, so that the same frames give the same bytes.
    """
    try:
        with xlsxwriter.Workbook(str(path)) as book:
            book.set_properties({"created": created})
            cell = book.add_format({"text_wrap": True, "valign": "top"})
            head = book.add_format({"bold": True, "bg_color": "#e8f1fe", "bottom": 1})
            for name, frame in sheets.items():
                _sheet(book.add_worksheet(name), frame, head, cell)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(*getattr(error.args[0], "args", error.args)) from error


def _sheet(sheet: Any, frame: pd.DataFrame, head: Any, cell: Any) -> None:
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(frame), max(len(frame.columns) - 1, 0))
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for place, (title, column) in enumerate(frame.items()):
        values = [_plain(value) for value in column.astype(object)]
        longest = max(map(len, map(str, [title, *values[:500]])))
        sheet.set_column(place, place, min(WIDE, max(NARROW, 2 * longest)) + 2, cell)
        sheet.write_string(0, place, str(title), head)
        for row, value in enumerate(values, start=1):
            if isinstance(value, str):
                cut = value if len(value) <= CELL_LIMIT else value[: CELL_LIMIT - 1] + "…"
                sheet.write_string(row, place, cut, cell)
            elif value is not None:
                sheet.write(row, place, value, cell)


def _plain(value: Any) -> Any:
    """What a cell can hold: numbers and truth as they are, None where missing, the rest as text."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or None
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M}"
    return value if isinstance(value, bool | int | float) else str(value)


def _safe(value: Any) -> Any:
    text = _plain(value)
    return f"'{text}" if isinstance(text, str) and FORMULA.match(text) else text
