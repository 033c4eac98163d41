"""What trustbook proposes to read a workbook as: which sheet is which list, which column is which,
and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trustbook.a1 import column_letters
from trustbook.adopt import words
from trustbook.adopt.evidence import repeats
from trustbook.adopt.tables import (
    Assigned,
    Guess,
    SourceColumn,
    SourceTable,
    Sure,
    assign,
    find_table,
)
from trustbook.columns import (
    CONSULTATIONS,
    MOMENTS,
    PARTNERS,
    PEOPLE,
    REQUIRED,
    SETTINGS,
    TYPED,
    Sheet,
    typed_sheet,
)
from trustbook.messages import say
from trustbook.names import clean, key
from trustbook.privacy import spoken
from trustbook.reading.adoption import Adoption
from trustbook.snapshot import Snapshot

_LOG_COLUMNS = ("also_present", "by", "kind", "weather", "initiative", "topic", "promise", "state")
_OWN = 100  # a sheet that carries our own names goes before any that is recognised


@dataclass(frozen=True, slots=True)
class ColumnFound:
    """One column of a sheet: what it becomes (``sheet`` and ``name`` are keys; None: not used), how
    sure, and why.
    """

    number: int
    header: str
    sheet: str | None
    name: str | None
    sure: Sure
    why: str


@dataclass(slots=True)
class SheetFound:
    """One sheet with a header row: the lists it is read as (none: left alone), why, and its
    columns.
    """

    title: str
    header_row: int
    lists: tuple[str, ...]
    why: str
    columns: list[ColumnFound] = field(default_factory=list)


@dataclass(slots=True)
class MappingProposal:
    """The whole workbook. ``adoption`` is what trustbook.toml is to say; ``notes`` what else a
    person should know.

    ``language`` is that of the headers.
    """

    sheets: list[SheetFound]
    notes: list[str]
    adoption: Adoption
    language: str

    @property
    def lists(self) -> dict[str, SheetFound]:
        """The sheet of every list that was found."""
        return {name: found for found in self.sheets for name in found.lists}


@dataclass(slots=True)
class _Seen:
    """A table with what it would be as each list, and how well it would do as each."""

    table: SourceTable
    as_list: dict[str, Assigned]
    strength: dict[str, int] = field(default_factory=dict)

    def column(self, sheet: Sheet, name: str) -> SourceColumn | None:
        guess = self.as_list[sheet.key].columns.get(name)
        return guess.column if guess else None


def propose(snapshot: Snapshot, lang: str) -> MappingProposal:
    """What the sheets and columns of a workbook (all of them, see ``ExcelWorkbook.survey``)
    probably are.

    Reasons and notes are in ``lang``. Nothing is guessed silently: a column that is not sure is
    "not used".
    """
    ours = "book" in snapshot.marks
    tables = [table for grid in snapshot.grids if grid.ours is None and (table := find_table(grid))]
    language = words.header_language(column.plain for table in tables for column in table.columns)
    seen = []
    for table in tables:
        each = _Seen(table, {s.key: assign(table, s, ours, snapshot.epoch, lang) for s in TYPED})
        _weigh(each)
        seen.append(each)
    chosen = _choose(seen)
    sheets = [_show(each, chosen, lang) for each in seen]
    return MappingProposal(sheets, _notes(seen, chosen, lang), _adoption(seen, chosen), language)


def _weigh(each: _Seen) -> None:
    """How well a table would do as each list; lists it cannot be get no strength."""
    found = {name: set(assigned.columns) for name, assigned in each.as_list.items()}
    titled, own = words.titles_of(each.table.title), typed_sheet(each.table.title)
    for sheet in (CONSULTATIONS, REQUIRED, SETTINGS):
        needed = {column.key for column in sheet.columns if column.required}
        title = sheet is CONSULTATIONS and sheet.key in titled and "members" in found[sheet.key]
        if needed <= found[sheet.key] and (own is sheet or title):
            each.strength[sheet.key] = _OWN if own is sheet else 1
    log = _log_strength(each, titled)
    if log:
        each.strength[MOMENTS.key] = log
    name, home = each.column(PEOPLE, "name"), each.column(PEOPLE, "partner")
    partner = each.column(PARTNERS, "name")
    if each.strength.keys() & {CONSULTATIONS.key, REQUIRED.key, SETTINGS.key}:
        return
    if name and home and name is not home:
        each.strength[PEOPLE.key] = len(found["people"]) + (2 if PEOPLE.key in titled else 0)
    if partner and (words.says_organisation(partner.plain) or _lists_partners(each, titled)):
        apart = not repeats(partner.cells) and not log
        alone = PEOPLE.key not in each.strength or PARTNERS.key in titled
        each.strength[PARTNERS.key] = (
            len(found["partners"]) + (4 if apart else 0) + (2 if alone else 0)
        )
    for sheet in (PARTNERS, PEOPLE, MOMENTS):
        if own is sheet and sheet.key in each.strength:
            each.strength[sheet.key] += _OWN


def _lists_partners(each: _Seen, titled: Sequence[str]) -> bool:
    """Whether a table whose names are just called "name" lists partners: by its tab, or by what
    else it says.
    """
    others = set(each.as_list["partners"].columns) - {"name", "since", "kind"}
    people = set(each.as_list["people"].columns) & {"role", "phone", "email"}
    if PEOPLE.key in titled:
        return False
    return PARTNERS.key in titled or len(others) > len(people)


def _log_strength(each: _Seen, titled: Sequence[str]) -> int:
    """How much a table looks like a log: a day and somebody in every row, and a word of what a
    contact was.
    """
    day, who = each.column(MOMENTS, "date"), each.column(MOMENTS, "with")
    if day is None or who is None:
        return 0
    told = sum(name in each.as_list["moments"].columns for name in _LOG_COLUMNS)
    hints = told + 2 * (MOMENTS.key in titled) + 2 * repeats(who.cells)
    return 2 + hints if hints else 0


def _choose(seen: Sequence[_Seen]) -> dict[str, _Seen]:
    """For each list the table that does best; one sheet may hold partners, their people and the
    log.
    """
    chosen: dict[str, _Seen] = {}
    for sheet in TYPED:
        able = [each for each in seen if each.strength.get(sheet.key)]
        if able:
            home = chosen.get("partners")
            chosen[sheet.key] = max(
                able, key=lambda each: (each.strength[sheet.key], each is home, each.table.rows)
            )
    log, people = chosen.get("moments"), chosen.get("people")
    if (
        log
        and people is log
        and (others := [each for each in seen if each is not log and "people" in each.strength])
    ):
        chosen["people"] = max(others, key=lambda each: each.strength["people"])
    return chosen


def _lists_of(each: _Seen, chosen: Mapping[str, _Seen]) -> tuple[str, ...]:
    return tuple(sheet.key for sheet in TYPED if chosen.get(sheet.key) is each)


def _used(each: _Seen, lists: Sequence[str]) -> dict[int, list[tuple[str, Guess]]]:
    """Columns by number, with what they become; where lists share a sheet, the log has the say,
    then partners.
    """
    used: dict[int, list[tuple[str, Guess]]] = {}
    for at, name in enumerate(sorted(lists, key=lambda name: name != MOMENTS.key)):
        required = {
            column.key
            for sheet in TYPED
            if sheet.key == name
            for column in sheet.columns
            if column.required
        }
        for column, guess in each.as_list[name].columns.items():
            if at and (column == "id" or (guess.column.number in used and column not in required)):
                continue
            used.setdefault(guess.column.number, []).append((name, guess))
    return used


def _show(each: _Seen, chosen: Mapping[str, _Seen], lang: str) -> SheetFound:
    lists, table = _lists_of(each, chosen), each.table
    found = SheetFound(table.title, table.header_row, lists, _why_sheet(each, lists, chosen, lang))
    used = _used(each, lists)
    for column in sorted([*table.columns, *table.refused], key=lambda column: column.number):
        if column in table.refused:
            why = say(lang, "adopt.left_refused")
            found.columns.append(
                ColumnFound(column.number, column.header, None, None, "not_used", why)
            )
        elif column.number in used:
            for name, guess in used[column.number]:
                found.columns.append(
                    ColumnFound(
                        column.number, column.header, name, guess.name, guess.sure, guess.why
                    )
                )
        elif lists:
            reasons = [each.as_list[name].left.get(column.number) for name in lists]
            why = next((reason for reason in reasons if reason), None) or say(
                lang, "adopt.left_unknown"
            )
            found.columns.append(
                ColumnFound(column.number, column.header, None, None, "not_used", why)
            )
    return found


def _why_sheet(each: _Seen, lists: Sequence[str], chosen: Mapping[str, _Seen], lang: str) -> str:
    if not lists:
        other = next((name for name in each.strength if name in chosen), None)
        if other is None:
            return say(lang, "adopt.sheet_unknown")
        return say(
            lang,
            "adopt.sheet_second",
            list=_label(other, lang),
            other=spoken(chosen[other].table.title),
        )
    own = typed_sheet(each.table.title)
    if len(lists) == 1:
        return say(
            lang,
            "adopt.sheet_own_name" if own and own.key == lists[0] else f"adopt.sheet_{lists[0]}",
        )
    return say(lang, "adopt.sheet_shared_log" if "moments" in lists else "adopt.sheet_shared")


def _label(sheet: str, lang: str) -> str:
    return next(each for each in TYPED if each.key == sheet).label(lang)


def _adoption(seen: Sequence[_Seen], chosen: Mapping[str, _Seen]) -> Adoption:
    """What must be said for the workbook to be read so: only names that do not speak for
    themselves.
    """
    sheets: dict[str, str] = {}
    columns: dict[str, dict[str, str]] = {}
    unused: dict[str, list[str]] = {}
    for each in seen:
        lists = _lists_of(each, chosen)
        used = _used(each, lists)
        for at, name in enumerate(lists):
            sheet = next(one for one in TYPED if one.key == name)
            if typed_sheet(each.table.title) is not sheet or len(lists) > 1:
                sheets[name] = each.table.title
            own = {
                key(text): column.key
                for column in sheet.columns
                for text in (column.en, column.nl, *column.also)
            }
            said = {
                guess.name: guess.column.header
                for found in used.values()
                for of, guess in found
                if of == name
            }
            spoken = {
                column: text for column, text in said.items() if at or own.get(key(text)) != column
            }
            if spoken:
                columns[name] = spoken
            taken = {key(text) for text in said.values()}
            loose = [
                c.header
                for c in each.table.columns
                if key(c.header) in own and key(c.header) not in taken
            ]
            if loose and not at:
                unused[name] = list(dict.fromkeys(loose))
    return Adoption(sheets, columns, unused)


def _notes(seen: Sequence[_Seen], chosen: Mapping[str, _Seen], lang: str) -> list[str]:
    notes = []
    if "partners" not in chosen:
        notes.append(say(lang, "adopt.note_no_partners"))
    if "moments" not in chosen:
        notes.append(say(lang, "adopt.note_no_moments"))
    for each in seen:
        headers = {column.plain: column.header for column in each.table.columns}
        kinds = {
            words.aside().get(text) or ("last_contact" if "laatste contact" in text else "")
            for text in headers
        }
        for reason in ("last_contact", "half_name"):
            if reason in kinds and (reason == "half_name" or "moments" not in chosen):
                notes.append(say(lang, f"adopt.note_{reason}", sheet=spoken(each.table.title)))
        if "people" not in each.strength and "people" in words.titles_of(each.table.title):
            notes.append(
                say(lang, "adopt.note_people_without_partner", sheet=spoken(each.table.title))
            )
    return notes


def shares_rows(found: SheetFound, snapshot: Snapshot) -> bool:
    """Whether a partner takes several rows of this sheet, so that a column of ours would move with
    sorting.
    """
    if len(found.lists) < 2:
        return False
    if "moments" in found.lists:
        return True
    number = next(c.number for c in found.columns if (c.sheet, c.name) == ("partners", "name"))
    grid = next(grid for grid in snapshot.grids if grid.title == found.title)
    rows = grid.rows[found.header_row - grid.first_row + 1 :]
    place = number - grid.first_column
    names = [
        row[place] if place < len(row) else None
        for row in rows
        if any(cell is not None for cell in row)
    ]
    written = [key(str(name)) for name in names if name is not None and clean(str(name))]
    return len(set(written)) < len(names)


def proposal_json(proposal: MappingProposal) -> dict[str, Any]:
    """The proposal as data: columns by letter, ``list`` and ``name`` null where a column is not
    used.
    """
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
