"""One workbook behind one small interface, whatever program keeps it."""

from __future__ import annotations

from trustbook.workbooks.base import Workbook


def open_workbook(address: str) -> Workbook:
    """The workbook at ``address``: an absolute path. Nothing is read yet."""
    from pathlib import Path

    from trustbook.workbooks.excel import ExcelWorkbook

    return ExcelWorkbook(Path(address))
