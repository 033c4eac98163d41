"""The list of partners that somebody pointed out: a sheet, or a sheet and the column of names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trustbook.adopt.guesses import Guess
from trustbook.adopt.lists import ListCandidate
from trustbook.adopt.tables import SourceColumn
from trustbook.columns import MOMENTS, PARTNERS
from trustbook.errors import UsageError
from trustbook.messages import say
from trustbook.names import header_key, key
from trustbook.privacy import spoken

_SURELY = 1_000_000  # before whatever else speaks for another table


def point_out(tables: Sequence[ListCandidate], wanted: str, lang: str) -> None:
    """Make one of the tables the list of partners: ``wanted`` is SHEET or SHEET:COLUMN.

    Raises UsageError for a sheet or a column that no table has, with those there are.
    """
    for table in tables:
        if key(table.table.title) == key(wanted):
            _name_from(table, _likeliest(table), wanted, lang)
            return
        if header := header_in(wanted, table.table.title):
            _name_from(table, _column(table, header), header, lang)
            return
    titles = _named(table.table.title for table in tables)
    raise UsageError("adopt.no_such_sheet", sheet=wanted, known=titles)


def header_in(wanted: str, title: str) -> str:
    """The column that SHEET:COLUMN names of the sheet with this title; "" for another sheet."""
    places = [at for at, sign in enumerate(wanted) if sign == ":"]  # a tab of Google may have one
    found = (wanted[at + 1 :] for at in places if key(wanted[:at]) == key(title))
    return next(found, "")


def _likeliest(table: ListCandidate) -> SourceColumn | None:
    return table.column(PARTNERS, "name") or table.column(MOMENTS, "with")


def _column(table: ListCandidate, header: str) -> SourceColumn | None:
    columns = table.table.columns
    exact = [column for column in columns if key(column.header) == key(header)]
    alike = [column for column in columns if header_key(column.header) == header_key(header)]
    return next(iter(exact + alike), None)


def _name_from(table: ListCandidate, column: SourceColumn | None, header: str, lang: str) -> None:
    if column is None:
        known = _named(each.header for each in table.table.columns)
        raise UsageError(
            "adopt.no_such_column", column=header, sheet=table.table.title, known=known
        )
    why = say(lang, "adopt.why_pointed_out")
    read = table.as_list[PARTNERS.key].columns
    for name in [name for name, guess in read.items() if guess.column is column]:
        del read[name]
    read["name"] = Guess(column, "name", "certain", why, (_SURELY, 0))
    table.strength[PARTNERS.key] = _SURELY
    table.doubt = None


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"“{spoken(name)}”" for name in names)
