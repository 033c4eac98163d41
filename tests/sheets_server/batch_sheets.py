"""Requests on tabs and on the spreadsheet itself."""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import replace
from typing import Any

from .colours import paired, paired_mask
from .entering import Formula
from .errors import invalid
from .formulas import relocated
from .handlers import handles, mask_of
from .masks import Mask, merged
from .resources import sheet_properties
from .state import Book, Sheet
from .structure import ranges_in, rename_in_formulas

OWN = ("sheetId", "title", "index", "sheetType", "gridProperties")
LONGEST_TITLE = 100


def _taken(title: str) -> Exception:
    return invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')


def _checked_title(title: str) -> str:
    if not title or len(title) > LONGEST_TITLE:
        raise invalid(f"The sheet name must be between 1 and {LONGEST_TITLE} characters.")
    return title


def _new_id(book: Book, wanted: int | None) -> int:
    if wanted is None:
        return book.fresh_id()
    if any(s.id == wanted for s in book.sheets):
        raise invalid(f"A sheet with id {wanted} already exists. Please use another id.")
    return wanted


def apply_grid(sheet: Sheet, given: dict[str, Any], mask: Mask) -> None:
    """Take the masked GridProperties over; a smaller grid loses what falls outside."""
    current = {"rowCount": sheet.rows, "columnCount": sheet.columns} | sheet.grid
    new = merged(current, given, mask)
    rows, columns = new.pop("rowCount", 0), new.pop("columnCount", 0)
    if rows < 1 or columns < 1:
        raise invalid("gridProperties.rowCount and columnCount must be at least 1.")
    if new.get("frozenRowCount", 0) >= rows or new.get("frozenColumnCount", 0) >= columns:
        raise invalid("You can't freeze all visible rows or columns on the sheet.")
    sheet.resize(rows, columns)
    sheet.grid = {k: v for k, v in new.items() if v}


def made_sheet(book: Book, properties: dict[str, Any]) -> Sheet:
    """A new sheet from SheetProperties, not yet in the book."""
    title = properties.get("title")
    if title is not None and book.sheet_titled(_checked_title(title)):
        raise _taken(title)
    number = len(book.sheets) + 1
    while title is None:
        title = None if book.sheet_titled(f"Sheet{number}") else f"Sheet{number}"
        number += 1
    sheet = Sheet(_new_id(book, properties.get("sheetId")), title)
    grid = properties.get("gridProperties", {})
    if grid:
        apply_grid(sheet, {"rowCount": 1000, "columnCount": 26} | grid, {})
    sheet.properties = paired({k: v for k, v in properties.items() if k not in OWN})
    return sheet


@handles("addSheet")
def add_sheet(book: Book, request: dict[str, Any]) -> dict[str, Any]:
    properties = request.get("properties", {})
    sheet = made_sheet(book, properties)
    index = properties.get("index", len(book.sheets))
    if not 0 <= index <= len(book.sheets):
        raise invalid(f"Invalid sheet index: {index}")
    book.sheets.insert(index, sheet)
    return {"properties": sheet_properties(sheet, index)}


@handles("deleteSheet")
def delete_sheet(book: Book, request: dict[str, Any]) -> None:
    sheet = book.sheet(request.get("sheetId", 0), "sheet")
    if len(book.sheets) == 1:
        raise invalid("You can't remove all the sheets in a document.")
    sheet.guard(sheet.area)
    book.sheets.remove(sheet)

    def elsewhere(thing: dict[str, Any]) -> bool:
        return all(r.get("sheetId", 0) != sheet.id for r in ranges_in(thing))

    book.named_ranges = [n for n in book.named_ranges if elsewhere(n)]
    book.metadata = [
        m for m in book.metadata if m["location"].get("sheetId") != sheet.id and elsewhere(m)
    ]


@handles("updateSheetProperties")
def update_sheet_properties(book: Book, request: dict[str, Any]) -> None:
    given = request.get("properties", {})
    sheet = book.sheet(given.get("sheetId", 0), "sheet")
    mask = mask_of(request, "SheetProperties") or {
        k: {} for k in given if k not in ("sheetId", "sheetType")
    }
    if "title" in mask:
        _retitle(book, sheet, given.get("title", ""))
    if "index" in mask:
        _move(book, sheet, given.get("index", 0))
    if "gridProperties" in mask:
        apply_grid(sheet, given.get("gridProperties", {}), mask["gridProperties"])
    others = paired_mask({k: v for k, v in mask.items() if k not in OWN})
    if others:
        sheet.properties = merged(sheet.properties, paired(given), others)
    visible = [s for s in book.sheets if not s.properties.get("hidden")]
    if not visible:
        raise invalid("You can't hide all the sheets in a document.")


def _retitle(book: Book, sheet: Sheet, title: str) -> None:
    owner = book.sheet_titled(_checked_title(title))
    if owner is not None and owner is not sheet:
        raise _taken(title)
    old, sheet.title = sheet.title, title
    rename_in_formulas(book, old, title)


def _move(book: Book, sheet: Sheet, index: int) -> None:
    """To an index counted before the move."""
    if not 0 <= index <= len(book.sheets):
        raise invalid(f"Invalid sheet index: {index}")
    now = book.sheets.index(sheet)
    if index not in (now, now + 1):
        book.sheets.insert(index, sheet)
        book.sheets.pop(now if index > now else now + 1)


@handles("duplicateSheet")
def duplicate_sheet(book: Book, request: dict[str, Any]) -> dict[str, Any]:
    source = book.sheet(request.get("sourceSheetId", 0), "sheet")
    title = request.get("newSheetName")
    if title and book.sheet_titled(title):
        raise _taken(title)
    copied = copy_of(source, _new_id(book, request.get("newSheetId")))
    copied.title = title or book.free_title(f"Copy of {source.title}")
    index = request.get("insertSheetIndex", 0)
    if not 0 <= index <= len(book.sheets):
        raise invalid(f"Invalid sheet index: {index}")
    book.sheets.insert(index, copied)
    return {"properties": sheet_properties(copied, index)}


def copy_of(sheet: Sheet, new_id: int) -> Sheet:
    """A copy under another id, its objects pointing at itself."""
    copied = sheet.copy()
    copied.id = new_id
    for found in ranges_in([copied.objects, copied.basic_filter, copied.groups]):
        if found.get("sheetId", 0) == sheet.id:
            found["sheetId"] = new_id
    return copied


@handles("updateSpreadsheetProperties")
def update_spreadsheet_properties(book: Book, request: dict[str, Any]) -> None:
    mask = mask_of(request, "SpreadsheetProperties")
    given = request.get("properties", {})
    for name in mask or given:
        if name == "title":
            if not given.get("title"):
                raise invalid("The spreadsheet title must not be empty.")
            book.title = given["title"]
        elif name == "locale":
            _relocate(book, given.get("locale", ""))
        elif name == "timeZone":
            book.time_zone = _time_zone(given.get("timeZone", ""))
        elif name in given:
            book.properties[name] = given[name]


def _relocate(book: Book, name: str) -> None:
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", name):
        raise invalid(f"Unsupported locale: {name}")
    for sheet, place, cell in book.formulas():
        assert isinstance(cell.value, Formula)
        text = relocated(cell.value.text, book.locale, name)
        sheet.put(*place, replace(cell, value=Formula(text)))
    book.locale = name


def _time_zone(name: str) -> str:
    if re.fullmatch(r"GMT[-+]\d{2}:\d{2}", name):
        return name
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise invalid(f"Unknown time zone: {name}") from None
    return name
