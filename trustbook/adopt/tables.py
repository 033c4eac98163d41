"""The tables of a workbook nobody described: where their header row stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from trustbook.adopt import speaking, words
from trustbook.columns import MOMENTS, TYPED, Sheet, header_names
from trustbook.headers import HeaderReader
from trustbook.names import clean, key
from trustbook.privacy import refused_header
from trustbook.snapshot import CellValue, Grid

_HEADER_WITHIN = 60


@dataclass(slots=True, eq=False)
class SourceColumn:
    """A column as it stands: its header as written and bare, and the cells below it.

    ``own``: list to the column of that list which bears this header as its name.
    """

    number: int
    header: str
    plain: str
    cells: Sequence[CellValue]
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class SourceTable:
    """A header row and its columns; those ``refused`` hold special personal data."""

    title: str
    header_row: int
    columns: list[SourceColumn]
    refused: list[SourceColumn] = field(default_factory=list)
    rows: int = 0


def find_table(grid: Grid, header: str | None = None) -> SourceTable | None:
    """The table of a sheet: below the row with most words we know; None where no row has any.

    ``header``: a header that people pointed out; its row is the one, whatever else stands in it.
    """
    rows = grid.rows[:_HEADER_WITHIN]
    if header is not None:
        return next((_table(grid, at) for at, row in enumerate(rows) if _holds(row, header)), None)
    # A title says as much as a header of one known word, and has fewer words.
    known, _, above = max(
        (
            (_known_words(row), len(_plain_texts(row)), -at)
            for at, row in enumerate(rows)
            if not _is_among_others(rows, at)
        ),
        default=(0, 0, 0),
    )
    if not known:
        return None
    return _table(grid, -above)


def _holds(row: Sequence[CellValue], header: str) -> bool:
    return any(isinstance(cell, str) and key(cell) == key(header) for cell in row)


def _table(grid: Grid, header_at: int) -> SourceTable:
    """The table below a header row."""
    body = grid.rows[header_at + 1 :]
    found = SourceTable(grid.title, grid.first_row + header_at, [], rows=len(body))
    columns = list(_source_columns(grid, header_at))
    if not all(speaking.may_be_people(column.plain) for column in columns):
        for column in columns:
            if speaking.says_organisation(column.plain):
                column.plain = speaking.beside_organisation(column.plain)
    _tell_who_apart(columns)
    for column in columns:
        (found.refused if refused_header(column.header) else found.columns).append(column)
    return found


def _tell_who_apart(columns: Sequence[SourceColumn]) -> None:
    """In a log with "Who" beside a header that says with whom, the first is our own colleague."""
    who = [column for column in columns if speaking.is_bare_who(column.plain)]
    whom = [column for column in columns if _says_whom(column)]
    if not (who and whom and any(map(_says_day, columns))):
        return
    # The other one is what a bare "Who" would be without it.
    for column in whom:
        if not speaking.says_organisation(column.plain):
            column.plain = who[0].plain
    for column in who:
        column.plain = speaking.plain_header("door wie")


def _says_whom(column: SourceColumn) -> bool:
    if speaking.is_bare_who(column.plain):
        return False
    usual = "with" in words.usual(column.plain, MOMENTS.key)
    named = usual or column.own.get(MOMENTS.key) == "with"
    return named or speaking.says_organisation(column.plain)


def _says_day(column: SourceColumn) -> bool:
    usual = "date" in words.usual(column.plain, MOMENTS.key)
    return usual or column.own.get(MOMENTS.key) == "date"


def _is_among_others(rows: Sequence[Sequence[CellValue]], at: int) -> bool:
    """Whether a row right above says as much as this one, which is then no header, but a row."""
    cells = _count(rows[at])
    for row in reversed(rows[:at]):
        if not (above := _count(row)):
            return False
        if above >= cells > 1:
            return True
    return False


def _count(row: Sequence[CellValue]) -> int:
    return sum(cell is not None and bool(clean(str(cell))) for cell in row)


def _source_columns(grid: Grid, header_at: int) -> Iterator[SourceColumn]:
    row, body = grid.rows[header_at], grid.rows[header_at + 1 :]
    own = {sheet.key: own_columns(row, sheet) for sheet in TYPED}
    for place, cell in enumerate(row):
        if isinstance(cell, str) and clean(cell):
            cells = [line[place] if place < len(line) else None for line in body]
            names = {name: read[place] for name, read in own.items() if place in read}
            plain, number = speaking.plain_header(cell), grid.first_column + place
            yield SourceColumn(number, clean(cell), plain, cells, names)


def own_columns(row: Sequence[object], sheet: Sheet) -> dict[int, str]:
    """The headers of a row that are names of ours for ``sheet``: place to key, as every door reads
    them.
    """
    read = HeaderReader(header_names(sheet)).read(row)
    return {place: column.key for place, column in (read.columns | read.doubled).items()}


def _known_words(row: Sequence[CellValue]) -> int:
    """How many headers of a row we know; a lone word counts only where it says organisation."""
    own = {place for sheet in TYPED for place in own_columns(row, sheet)}
    texts = _plain_texts(row)
    known = sum(place in own or _is_usual(text) for text, place in texts.items())
    if known == len(texts) == 1 and not any(map(speaking.says_organisation, texts)):
        return 0
    return known


def _plain_texts(row: Sequence[CellValue]) -> dict[str, int]:
    """The bare texts of a row, with their places."""
    found = {speaking.plain_header(c): at for at, c in enumerate(row) if isinstance(c, str)}
    found.pop("", None)
    return found


def _is_usual(text: str) -> bool:
    if words.left_aside(text) or refused_header(text) or speaking.how_plainly(text):
        return True
    return any(words.usual(text, sheet.key) for sheet in TYPED)
