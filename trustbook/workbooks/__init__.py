"""One workbook behind one small interface, whatever program keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trustbook.config import is_google
from trustbook.workbooks.base import Workbook

if TYPE_CHECKING:
    from trustbook.reading.adoption import Adoption


def open_workbook(
    address: str, google_key: str | None = None, adoption: Adoption | None = None
) -> Workbook:
    """The workbook at ``address``: an absolute path, a Google Sheets link or ``gsheet:KEY``.
    Nothing is read yet.

    ``google_key`` is the key file of the settings (config.Target.google_key); left out, what the
    environment names. ``adoption`` (config.Target.adoption) is for an Excel file whose sheets and
    columns have names of their own.
    """
    if is_google(address):
        from trustbook.workbooks.google import GoogleWorkbook

        return GoogleWorkbook(address, Path(google_key) if google_key else None)
    from trustbook.workbooks.excel import ExcelWorkbook

    return ExcelWorkbook(Path(address), adoption=adoption)
