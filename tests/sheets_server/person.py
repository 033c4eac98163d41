"""A person at the spreadsheet in a browser: sees what it shows, types, sorts, moves, renames."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import values
from .batch import batch_update
from .drive import shown_rows
from .entering import Formula
from .ranges import a1, grid_range
from .resolve import located
from .resources import formatted
from .state import ROWS, Book, Sheet
from .structure import delete, insert


class Person:
    """Acts on one file at once and without the API; counted nowhere. Rows are numbered as shown,
    from 1.
    """

    def __init__(self, book: Book, while_alone: Callable[[], Any]) -> None:
        self.book = book
        self._while_alone = while_alone

    def _tab(self, title: str) -> Sheet:
        sheet = self.book.sheet_titled(title)
        if sheet is None:
            raise KeyError(title)
        return sheet

    @property
    def titles(self) -> list[str]:
        """The tabs from left to right."""
        return [s.title for s in self.book.sheets]

    def rows(self, title: str) -> list[list[str]]:
        """What a tab shows, as a full rectangle of texts."""
        with self._while_alone():
            return shown_rows(self.book, self._tab(title))

    def typed(self, title: str) -> list[list[Any]]:
        """What stands in the cells: numbers, texts, truths, formulas as text; None is blank."""
        with self._while_alone():
            sheet = self._tab(title)
            height = max((r for r, _ in sheet.cells), default=-1) + 1
            width = max((c for _, c in sheet.cells), default=-1) + 1
            grid = [[sheet.cell(r, c).value for c in range(width)] for r in range(height)]
            return [[v.text if isinstance(v, Formula) else v for v in row] for row in grid]

    def see(self, place: str) -> str:
        """What one cell (``Tab!B2``) shows."""
        with self._while_alone():
            sheet, area = located(self.book, place)
            value = self.book.value(sheet, area.top, area.left)
            return formatted(self.book, sheet.cell(area.top, area.left), value)

    def type(self, place: str, text: str) -> None:
        """Type a text into a cell; an empty one clears it."""
        with self._while_alone():
            sheet, area = located(self.book, place)
            sheet.resize(max(sheet.rows, area.bottom), max(sheet.columns, area.right))
            values.write(self.book, a1(sheet.title, area), {"values": [[text]]}, "USER_ENTERED")

    def sort(self, title: str, column: int, descending: bool = False, header: int = 1) -> None:
        """Sort a tab by a column (from 0), the header rows staying."""
        with self._while_alone():
            sheet = self._tab(title)
            area = grid_range(sheet.id, sheet.area) | {"sheetId": sheet.id, "startRowIndex": header}
            order = "DESCENDING" if descending else "ASCENDING"
            spec = {"dimensionIndex": column, "sortOrder": order}
            self.ask({"sortRange": {"range": area, "sortSpecs": [spec]}})

    def insert_rows(self, title: str, before: int, count: int = 1) -> None:
        """Blank rows above row number ``before``."""
        with self._while_alone():
            insert(self.book, self._tab(title), ROWS, before - 1, count, inherit_before=False)
            self.book.touched()

    def delete_rows(self, title: str, first: int, count: int = 1) -> None:
        with self._while_alone():
            delete(self.book, self._tab(title), ROWS, first - 1, first - 1 + count)
            self.book.touched()

    def rename(self, title: str, new: str) -> None:
        """Give a tab another name."""
        with self._while_alone():
            sheet_id = self._tab(title).id
            properties = {"sheetId": sheet_id, "title": new}
            self.ask({"updateSheetProperties": {"properties": properties, "fields": "title"}})

    def delete_tab(self, title: str) -> None:
        with self._while_alone():
            self.ask({"deleteSheet": {"sheetId": self._tab(title).id}})

    def protect(self, title: str) -> None:
        """Close a tab to everyone else, the account under test too."""
        with self._while_alone():
            sheet = self._tab(title)
            sheet.objects["protectedRanges"].append(
                {"protectedRangeId": self.book.fresh_id(), "range": {"sheetId": sheet.id}}
            )

    def ask(self, *requests: dict[str, Any]) -> dict[str, Any]:
        """Anything else, as requests of a batchUpdate."""
        with self._while_alone():
            return batch_update(self.book, {"requests": list(requests)}, None)
