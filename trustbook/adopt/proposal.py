"""What trustbook proposes to read a workbook as: which sheet and column is which, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trustbook.a1 import column_letters
from trustbook.adopt import words
from trustbook.adopt.guesses import Guess, Sure, assign
from trustbook.adopt.lists import (
    ListCandidate,
    choose_lists,
    lists_of,
    used_columns,
    weigh_table,
)
from trustbook.adopt.notes import proposal_notes, why_no_partners
from trustbook.adopt.pointed import header_in, point_out
from trustbook.adopt.tables import SourceColumn, SourceTable, find_table
from trustbook.columns import TYPED, Sheet, typed_sheet
from trustbook.headers import HeaderReader, names_left
from trustbook.merge.allowances import shell_quoted
from trustbook.messages import say
from trustbook.names import key
from trustbook.privacy import spoken
from trustbook.reading.adoption import Adoption
from trustbook.snapshot import Snapshot

_SHEETS = {sheet.key: sheet for sheet in TYPED}


@dataclass(frozen=True, slots=True)
class ColumnFound:
    """One column: what it becomes (keys of list and column; None: not used), how sure, and why."""

    number: int
    header: str
    sheet: str | None
    name: str | None
    sure: Sure
    why: str


@dataclass(slots=True)
class SheetFound:
    """One sheet with a header row: the lists it is read as (none: left alone), and why."""

    title: str
    header_row: int
    lists: tuple[str, ...]
    why: str
    columns: list[ColumnFound] = field(default_factory=list)


@dataclass(slots=True)
class MappingProposal:
    """The whole workbook.

    ``adoption`` is what trustbook.toml is to say, ``notes`` what else a person should know,
    ``doubts`` why there is no list of partners, and ``language`` that of the headers.
    """

    sheets: list[SheetFound]
    notes: list[str]
    adoption: Adoption
    language: str
    doubts: str = ""

    @property
    def lists(self) -> dict[str, SheetFound]:
        """The sheet of every list that was found."""
        return {name: found for found in self.sheets for name in found.lists}


def propose(
    snapshot: Snapshot, lang: str | None = None, wanted: str | None = None, book: str | None = None
) -> MappingProposal:
    """What all sheets and columns of a workbook (``ExcelWorkbook.survey``) probably are.

    Reasons and notes are in ``lang``, else in the language of the headers. Nothing is guessed
    silently: a column that is not sure is "not used", and of two lists that are as good neither is
    taken. ``wanted``: the list of partners, as SHEET or SHEET:COLUMN; ``book`` is what people typed
    for the workbook. Raises UsageError for a sheet or column that is not there.
    """
    found = list(_tables(snapshot, wanted))
    language = words.header_language(column.plain for table in found for column in table.columns)
    lang = lang or language
    tables = [_weighed(table, snapshot, lang) for table in found]
    if wanted is not None:
        point_out(tables, wanted, lang)
    chosen = choose_lists(tables)
    command = f"trustbook adopt {shell_quoted(book or snapshot.workbook)}"
    doubts = list(why_no_partners(tables, chosen, command, lang))
    return MappingProposal(
        [_show(table, chosen, lang) for table in tables],
        doubts + list(proposal_notes(tables, chosen, command, lang)),
        _adoption(tables, chosen),
        language,
        " ".join(doubts),
    )


def _tables(snapshot: Snapshot, wanted: str | None) -> Iterator[SourceTable]:
    """The table of every sheet of the coordinator's that has one."""
    for grid in (grid for grid in snapshot.grids if grid.ours is None):
        header = header_in(wanted, grid.title) if wanted else ""
        table = (find_table(grid, header) if header else None) or find_table(grid)
        if table is not None:
            yield table


def _weighed(table: SourceTable, snapshot: Snapshot, lang: str) -> ListCandidate:
    ours = "book" in snapshot.marks
    as_list = {sheet.key: assign(table, sheet, ours, snapshot.epoch, lang) for sheet in TYPED}
    return weigh_table(table, as_list)


def _show(table: ListCandidate, chosen: Mapping[str, ListCandidate], lang: str) -> SheetFound:
    source, lists = table.table, lists_of(table, chosen)
    found = SheetFound(
        source.title, source.header_row, lists, _why_sheet(table, lists, chosen, lang)
    )
    used = used_columns(table, lists)
    refused = {column.number for column in source.refused}
    for column in sorted([*source.columns, *source.refused], key=lambda column: column.number):
        if column.number in refused:
            found.columns.append(_unused(column, say(lang, "adopt.left_refused")))
        elif column.number in used:
            found.columns += [_used(column, name, guess) for name, guess in used[column.number]]
        elif lists:
            found.columns.append(_unused(column, _why_left(table, lists, column, lang)))
    return found


def _used(column: SourceColumn, sheet: str, guess: Guess) -> ColumnFound:
    return ColumnFound(column.number, column.header, sheet, guess.name, guess.sure, guess.why)


def _unused(column: SourceColumn, why: str) -> ColumnFound:
    return ColumnFound(column.number, column.header, None, None, "not_used", why)


def _why_left(table: ListCandidate, lists: Sequence[str], column: SourceColumn, lang: str) -> str:
    """Why none of the lists takes a column: the first reason there is."""
    reasons = (table.as_list[name].left.get(column.number) for name in lists)
    return next(filter(None, reasons), None) or say(lang, "adopt.left_unknown")


def _why_sheet(
    table: ListCandidate, lists: Sequence[str], chosen: Mapping[str, ListCandidate], lang: str
) -> str:
    if not lists:
        return _why_no_list(table, chosen, lang)
    if len(lists) > 1:
        return say(lang, "adopt.sheet_shared_log" if "moments" in lists else "adopt.sheet_shared")
    own = typed_sheet(table.table.title)
    is_own_name = own is not None and own.key == lists[0]
    return say(lang, "adopt.sheet_own_name" if is_own_name else f"adopt.sheet_{lists[0]}")


def _why_no_list(table: ListCandidate, chosen: Mapping[str, ListCandidate], lang: str) -> str:
    """Another sheet does better as the list that this one could be, or it could be none."""
    other = next((name for name in table.strength if name in chosen), None)
    if other is None:
        return say(lang, "adopt.sheet_unknown")
    title = spoken(chosen[other].table.title)
    return say(lang, "adopt.sheet_second", list=_SHEETS[other].label(lang), other=title)


def _adoption(tables: Sequence[ListCandidate], chosen: Mapping[str, ListCandidate]) -> Adoption:
    """What must be said for the workbook to be read so: names that do not speak for themselves."""
    sheets: dict[str, str] = {}
    columns: dict[str, dict[str, str]] = {}
    unused: dict[str, list[str]] = {}
    for table in tables:
        lists = lists_of(table, chosen)
        used = used_columns(table, lists)
        for at, name in enumerate(lists):
            if typed_sheet(table.table.title) is not _SHEETS[name] or len(lists) > 1:
                sheets[name] = table.table.title
            taken = _columns_of(name, used)
            # On a sheet of several lists a header may be meant for each of them.
            if wanted := _to_say(name, taken, every=len(lists) > 1):
                columns[name] = wanted
            if not at and (misleading := _misleading(table.table, _SHEETS[name], taken)):
                unused[name] = misleading
    return Adoption(sheets, columns, unused)


def _to_say(sheet: str, taken: Mapping[str, SourceColumn], every: bool) -> dict[str, str]:
    """The headers of a list that are no names of ours, or ``every`` one: column to header."""
    return {
        name: column.header
        for name, column in taken.items()
        if every or column.own.get(sheet) != name
    }


def _columns_of(
    sheet: str, used: Mapping[int, Sequence[tuple[str, Guess]]]
) -> dict[str, SourceColumn]:
    """The columns of one list by their key."""
    guesses = (guess for found in used.values() for name, guess in found if name == sheet)
    return {guess.name: guess.column for guess in guesses}


def _misleading(table: SourceTable, sheet: Sheet, taken: Mapping[str, SourceColumn]) -> list[str]:
    """Headers that would be read as a column of ours and are something else."""
    misleading: list[str] = []
    headers = [each.header for each in table.columns]
    # Without one, another may be the nearest: as long as there is any.
    while True:
        names = names_left(sheet, dict.fromkeys(map(key, misleading)))
        read = HeaderReader(names).read(headers)
        found = [
            headers[place]
            for place, column in (read.columns | read.doubled).items()
            if taken.get(column.key) is not table.columns[place]
        ]
        if not found:
            return misleading
        misleading += found


def proposal_json(proposal: MappingProposal) -> dict[str, Any]:
    """The proposal as data: columns by letter, null for what a column that is not used becomes."""
    return {
        "sheets": [
            {
                "title": spoken(found.title),
                "header_row": found.header_row,
                "lists": list(found.lists),
                "why": found.why,
                "columns": [
                    {
                        "column": column_letters(column.number),
                        "header": spoken(column.header),
                        "list": column.sheet,
                        "name": column.name,
                        "sure": column.sure,
                        "why": column.why,
                    }
                    for column in found.columns
                ],
            }
            for found in proposal.sheets
        ],
        "notes": proposal.notes,
    }
