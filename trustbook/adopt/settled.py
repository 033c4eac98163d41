"""A workbook that trustbook.toml describes already: what is read from it, in the form of a
proposal.
"""

from __future__ import annotations

from trustbook.adopt.proposal import ColumnFound, MappingProposal, SheetFound
from trustbook.messages import say
from trustbook.names import clean, key
from trustbook.reading.adoption import Adoption
from trustbook.reading.lists import Listing, book_language, lists_in
from trustbook.snapshot import Grid, Snapshot


def as_settled(snapshot: Snapshot, adoption: Adoption, lang: str | None = None) -> MappingProposal:
    """What the settings make of the workbook, in ``lang`` or else the language of its headers.

    Raises SafetyStop where a sheet or column they name is gone.
    """
    by_title: dict[str, list[Listing]] = {}
    found_lists = lists_in(snapshot, adoption)
    lang = lang or book_language(found_lists)
    for listing in found_lists.values():
        by_title.setdefault(listing.title, []).append(listing)
    sheets = []
    for title, lists in by_title.items():
        said = any(key(title) == key(other) for other in adoption.sheets.values())
        why = say(lang, "adopt.why_settings" if said else "adopt.sheet_own_name")
        found = SheetFound(title, lists[0].header_row, tuple(each.sheet.key for each in lists), why)
        grid = next(grid for grid in snapshot.grids if grid.title == title)
        found.columns = _columns_of_row(grid, found.header_row, lists, adoption, lang)
        sheets.append(found)
    return MappingProposal(sheets, [], adoption, book_language(found_lists))


def _columns_of_row(
    grid: Grid, header_row: int, lists: list[Listing], adoption: Adoption, lang: str
) -> list[ColumnFound]:
    """What each header of a row is read as."""
    found: list[ColumnFound] = []
    for number, cell in enumerate(grid.rows[header_row - grid.first_row], grid.first_column):
        if isinstance(cell, str) and clean(cell):
            found += _column(number, clean(cell), lists, adoption, lang)
    return found


def _column(
    number: int, header: str, lists: list[Listing], adoption: Adoption, lang: str
) -> list[ColumnFound]:
    read = [
        (each.sheet.key, name)
        for each in lists
        for name, place in each.columns.items()
        if place == number
    ]
    if not read:
        refused = any(number == place for each in lists for place, _, _ in each.refused)
        why = say(lang, "adopt.left_refused" if refused else "adopt.left_settings")
        return [ColumnFound(number, header, None, None, "not_used", why)]
    found = []
    for sheet, name in read:
        named = name in adoption.columns.get(sheet, {})
        why = say(lang, "adopt.why_settings" if named else "adopt.why_own_name")
        found.append(ColumnFound(number, header, sheet, name, "certain", why))
    return found
