"""Where a list stands on a sheet: its header row, its columns by name, its rows; and what stands in
the way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from trustbook.a1 import column_letters
from trustbook.columns import (
    TYPED,
    Column,
    Sheet,
    bears_exact_title,
    header_names,
    typed_sheet,
)
from trustbook.errors import SafetyStop
from trustbook.headers import HeaderReader, HeaderRow, are_own_ids, names_left
from trustbook.names import clean, key
from trustbook.privacy import refused_header
from trustbook.reading.adoption import Adoption
from trustbook.reading.doubtful_rows import set_doubtful_apart
from trustbook.reading.listing import Listing as Listing
from trustbook.reading.listing import has_content, take_rows
from trustbook.snapshot import Grid, Snapshot

# A title, a logo and a few lines of explanation may stand above the header; a header further down
# is none.
HEADER_WITHIN = 60
# So many names of ours and nothing else beside them: no row below is more of a header.
_SURELY_A_HEADER = 3
_A_BOOK = "BOOK"  # in a sentence, where no workbook has a name


def lists_in(snapshot: Snapshot, adoption: Adoption | None) -> dict[str, Listing]:
    """Every list in a workbook, by the key of its sheet; see ``find_lists``.

    ``adoption`` says what its sheets and columns are to us where they have names of their own.
    """
    try:
        return find_lists((adoption.label(snapshot) if adoption else snapshot).grids)
    except SafetyStop as stop:
        if "file" in stop.params:
            stop.params["file"] = snapshot.workbook  # what to type: trustbook adopt "…"
        raise


def find_lists(grids: Sequence[Grid], needs_partners: bool = True) -> dict[str, Listing]:
    """Every list of a known sheet, by the sheet's key.

    Raises SafetyStop when Partners is absent, a known sheet stands there twice, or a list lacks a
    required column or has one twice: reading on would take a list for something it is not. What is
    looked at by itself need not have Partners.
    """
    found: dict[str, Listing] = {}
    exact = _exact_titles(grid.title for grid in grids if grid.ours is None)
    for grid in grids:
        if grid.ours is not None:
            continue
        for sheet in _sheets_on(grid, exact):
            listing = _find(sheet, grid)
            if listing is None:
                continue
            _ask_together(listing, found.values())
            if sheet.key in found:
                raise SafetyStop("sheet_twice", first=found[sheet.key].title, second=grid.title)
            found[sheet.key] = listing
    if needs_partners and "partners" not in found:
        raise SafetyStop("no_partners", file=_A_BOOK)
    return found


def _ask_together(listing: Listing, others: Iterable[Listing]) -> None:
    """Where several lists stand on one sheet, the first asks about its rows for all of them."""
    first = next((other for other in others if other.title == listing.title), None)
    if first is not None:
        first.beside.append(listing)
        listing.asks = False


def _exact_titles(titles: Iterable[str]) -> set[str]:
    """The sheets (keys) that bear a name of ours to the letter: one like it is then another."""
    named = ((title, typed_sheet(title)) for title in titles)
    return {sheet.key for title, sheet in named if sheet and bears_exact_title(title, sheet)}


def _sheets_on(grid: Grid, exact: Collection[str]) -> list[Sheet]:
    if grid.adopted is not None:
        return [sheet for sheet in TYPED if sheet.key in grid.adopted]
    sheet = typed_sheet(grid.title)
    if sheet is None or (sheet.key in exact and not bears_exact_title(grid.title, sheet)):
        return []
    return [sheet]


def _names(sheet: Sheet, grid: Grid) -> Mapping[str, Column]:
    """Normalised header to column. What was adopted goes first; two lists on one sheet share no
    usual header.
    """
    if grid.adopted is None:
        return header_names(sheet)
    own = grid.adopted[sheet.key]
    adopted = {header: sheet.column(name) for header, name in own.items() if name}
    if sheet.key != next(iter(grid.adopted)):
        return adopted
    return names_left(sheet, own, _spoken_for(grid.adopted)) | adopted


def _spoken_for(adopted: Mapping[str, Mapping[str, str | None]] | None) -> set[str]:
    """The headers of which trustbook.toml says what they are, or that they are nothing of ours."""
    return {header for headers in (adopted or {}).values() for header in headers}


def _find(sheet: Sheet, grid: Grid) -> Listing | None:
    headers, header_at = _best_header(sheet, grid, HeaderReader(_names(sheet, grid)))
    if headers is None and grid.adopted:
        raise SafetyStop("adopt.columns_gone", sheet=grid.title)
    if headers is None:
        # A sheet of that name with nothing of ours on it is the coordinator's own; only Partners
        # must be what it says.
        if sheet.key == "partners":
            raise _lacking(sheet.column("name"), grid.title, {})
        return None
    listing = _columns(sheet, grid, header_at, headers)
    listing.formulas = {
        name: grid.formulas[at] for name, at in listing.columns.items() if at in grid.formulas
    }
    listing.arrays, listing.merged = grid.arrays, grid.merged
    take_rows(listing, grid, header_at)
    set_doubtful_apart(listing, grid)
    if grid.adopted and (len(grid.adopted) > 1 or _goes_by_name(listing)):
        _part(listing)
    return listing


def _best_header(sheet: Sheet, grid: Grid, reader: HeaderReader) -> tuple[HeaderRow | None, int]:
    """The row that names most columns, and where it stands.

    A lone "Naam" in a title is no header: a required column or at least two known ones must stand
    there.
    """
    best, header_at, most = None, 0, 0
    for at, row in enumerate(grid.rows[:HEADER_WITHIN]):
        headers = reader.read(row)
        known = {column.key for column in headers.columns.values()}
        if len(known) > most and (len(known) > 1 or known & sheet.required):
            best, header_at, most = headers, at, len(known)
        if most >= _SURELY_A_HEADER and most == sum(map(has_content, row)):
            break
    return best, header_at


def header_texts(grid: Grid) -> set[str]:
    """All that stands where a header can be, normalised."""
    rows = grid.rows[:HEADER_WITHIN]
    return {key(text) for row in rows for text in row if isinstance(text, str)}


def headers_known(sheet: Sheet, grid: Grid) -> int:
    """How many of a list's headers stand together on a sheet."""
    found, _ = _best_header(sheet, grid, HeaderReader(header_names(sheet)))
    return len(found.columns) if found else 0


def _columns(sheet: Sheet, grid: Grid, header_at: int, headers: HeaderRow) -> Listing:
    listing = Listing(sheet, grid.title, grid.first_row + header_at, {}, {})
    row = grid.rows[header_at]
    texts = {place: clean(text) for place, text in enumerate(row) if isinstance(text, str)}
    for place, column in headers.columns.items():
        listing.columns[column.key] = grid.first_column + place
        listing.headers[column.key] = texts[place]
    for place, column in headers.doubled.items():
        _refuse_double(listing, column, grid.first_column + place, texts[place])
    spoken = _spoken_for(grid.adopted)
    for place, header in texts.items():
        if header and not headers.names(place) and key(header) not in spoken:
            _leave_unread(listing, grid.first_column + place, header)
    _leave_own_ids(listing, grid)
    _must_have_required(listing, (grid.adopted or {}).get(sheet.key, {}))
    return listing


def _leave_own_ids(listing: Listing, grid: Grid) -> None:
    """Read no column ID that holds numbers of the coordinator's own."""
    if (number := listing.columns.get("id")) is None:
        return
    place, below = number - grid.first_column, listing.header_row + 1 - grid.first_row
    if are_own_ids(grid.rows[below:], place):
        listing.own_ids = (listing.columns.pop("id"), listing.headers.pop("id"))


def _must_have_required(listing: Listing, own: Mapping[str, str | None]) -> None:
    """Raise SafetyStop for a list without a column it cannot be read without."""
    lacking = listing.sheet.required - listing.columns.keys()
    for column in listing.sheet.columns:
        if column.key in lacking:
            raise _lacking(column, listing.title, own)


def _leave_unread(listing: Listing, number: int, header: str) -> None:
    """Note a header that is no column of ours."""
    if kind := refused_header(header):
        listing.refused.append((number, header, kind))
    else:
        listing.unread.append((number, header))


def _refuse_double(listing: Listing, column: Column, number: int, header: str) -> None:
    """Of two headers alike the first counts, unless that is a guess we may not make."""
    if not column.required and column.type != "id":
        listing.doubled.append((number, header))
        return
    raise SafetyStop(
        "column_twice",
        sheet=listing.title,
        column=header,
        first=column_letters(listing.columns[column.key]),
        second=column_letters(number),
    )


def _lacking(column: Column, title: str, own: Mapping[str, str | None]) -> SafetyStop:
    """The stop for a list without a required column, by its adopted header where it has one."""
    header = next((header for header, name in own.items() if name == column.key), None)
    if header:
        return SafetyStop("adopt.column_gone", sheet=title, column=header)
    names = f"{column.nl} / {column.en}"
    return SafetyStop("column_missing", sheet=title, column=names, file=_A_BOOK)


def _goes_by_name(listing: Listing) -> bool:
    """Whether the name alone says which partner a row is: several of one name are then one."""
    return listing.sheet.key == "partners" and "id" not in listing.columns


def _part(listing: Listing) -> None:
    """Keep the rows of one list where several stand on one sheet, or a name is all that tells them
    apart: each partner and person once, each dated moment.

    Further people of a partner stand right below its first row, with the partner repeated or left
    blank.
    """
    kind = listing.sheet.key
    named = listing.get("date" if kind == "moments" else "name")
    partners = listing.get("with" if kind == "moments" else "partner")
    if kind != "partners":
        _repeat_partners(partners, listing.rows)
    seen: set[object] = set()
    kept: list[int] = []
    for i, cell in enumerate(named):
        mark = _mark(kind, i, cell, partners[i])
        if has_content(cell) and mark not in seen:
            seen.add(mark)
            kept.append(i)
    listing.repeats = 5 * len(kept) < 4 * sum(map(has_content, named))
    listing.rows = [listing.rows[i] for i in kept]
    listing.cells = {column: [cells[i] for i in kept] for column, cells in listing.cells.items()}


def _mark(kind: str, i: int, name: object, partner: object) -> object:
    """What makes a row the same as another: its names; a moment is like no other."""
    return i if kind == "moments" else (key(str(name)), key(str(partner)))


def _repeat_partners(partners: list[object], rows: Sequence[int]) -> None:
    """Write the partner of a row into the blank cells right below it."""
    for i in range(1, len(rows)):
        if rows[i] == rows[i - 1] + 1 and not has_content(partners[i]):
            partners[i] = partners[i - 1]


def book_language(lists: dict[str, Listing]) -> str:
    """The language most headers are written in; Dutch where they do not tell."""
    dutch = english = 0
    for listing in lists.values():
        for name, header in listing.headers.items():
            column = listing.sheet.column(name)
            if key(column.en) != key(column.nl):
                english += key(header) == key(column.en)
                dutch += key(header) == key(column.nl)
    return "en" if english > dutch else "nl"
