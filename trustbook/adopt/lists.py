"""Which table of a workbook is which list, and which of its columns each list takes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from trustbook.adopt import speaking, words
from trustbook.adopt.evidence import are_organisations, hold_several, repeats
from trustbook.adopt.guesses import Assigned, Guess
from trustbook.adopt.tables import SourceColumn, SourceTable
from trustbook.columns import (
    CONSULTATIONS,
    MOMENTS,
    PARTNERS,
    PEOPLE,
    REQUIRED,
    ROUTES,
    SETTINGS,
    TYPED,
    Sheet,
    typed_sheet,
)

_LOG_COLUMNS = ("also_present", "by", "kind", "weather", "initiative", "topic", "promise", "state")
# What belongs to one of several people.
_REACHED_BY = {"phone", "email", "role"}
_HINT = 40  # more than a list has columns
_OWN = 1000  # a sheet that carries our own names goes before any that is recognised
_SHEETS = {sheet.key: sheet for sheet in TYPED}


@dataclass(slots=True)
class ListCandidate:
    """A table with what it would be as each list, and how well it would do as each.

    ``doubt``: why it is no list of partners although it has names (adopt.note_…).
    """

    table: SourceTable
    as_list: Mapping[str, Assigned]
    strength: dict[str, int] = field(default_factory=dict)
    doubt: str | None = None

    def column(self, sheet: Sheet, name: str) -> SourceColumn | None:
        """The column of the table that would be this one of the list."""
        guess = self.as_list[sheet.key].columns.get(name)
        return guess.column if guess else None

    @property
    def spoken_of(self) -> SourceColumn | None:
        """The first column whose header speaks of organisations, whatever stands below it."""
        columns = (c for c in self.table.columns if speaking.says_organisation(c.plain))
        return next(columns, None)

    def has(self, sheet: Sheet) -> set[str]:
        """The columns of the list that the table has."""
        return set(self.as_list[sheet.key].columns)


def weigh_table(table: SourceTable, as_list: Mapping[str, Assigned]) -> ListCandidate:
    """The table with its strength as each list; lists it cannot be get none."""
    found = ListCandidate(table, as_list)
    if words.explains(table.title, [column.plain for column in table.columns]):
        found.doubt = "explains"
        return found
    _part_from_colleagues(found)
    _part_from_facts(found)
    _part_from_others(found)
    titled, own = words.titles_of(table.title), typed_sheet(table.title)
    for sheet in (CONSULTATIONS, REQUIRED, ROUTES, SETTINGS):
        _give(found, sheet, _small_list_strength(found, sheet, titled, own))
    is_small_list = bool(found.strength)
    _give(found, MOMENTS, _log_strength(found, titled))
    if is_small_list:
        return found
    _give(found, PEOPLE, _people_strength(found, titled))
    _give(found, PARTNERS, _partners_strength(found, titled))
    if PARTNERS.key in found.strength and PEOPLE.key not in found.strength:
        _give_people_a_partner(found)
        _give(found, PEOPLE, _people_strength(found, titled))
    if own is not None and own.key in found.strength:
        found.strength[own.key] += _OWN
    return found


def _part_from_colleagues(found: ListCandidate) -> None:
    """Who spoke for us, as a log tells in a column of its own, is nobody at a partner."""
    people, by = found.as_list[PEOPLE.key].columns, found.column(MOMENTS, "by")
    is_log = {"date", "with"} <= found.has(MOMENTS)
    if is_log and by is not None and found.column(PEOPLE, "name") is by:
        del people["name"]


def _part_from_facts(found: ListCandidate) -> None:
    """What is said of a partner, such as how often there is contact, is nobody who works there."""
    person = found.column(PEOPLE, "name")
    said = [one for name, one in found.as_list[PARTNERS.key].columns.items() if name != "name"]
    if any(one.column is person for one in said):
        del found.as_list[PEOPLE.key].columns["name"]


def _part_from_others(found: ListCandidate) -> None:
    """The telephone of the trainer, who has a column too, is not that of the secretary."""
    person, people = found.column(PEOPLE, "name"), found.as_list[PEOPLE.key].columns
    others = {
        column.plain
        for column in found.table.columns
        if column is not person and not _belongs_to_all(column.plain)
    }
    for name in _REACHED_BY & people.keys():
        whose = speaking.headers_within(people[name].column.plain, others)
        if person is not None and whose and not whose & set(person.plain.split()):
            del people[name]


def _belongs_to_all(header: str) -> bool:
    """Whether a (plain) header is the organisation itself, how to reach whom, or a number of its
    own.
    """
    reached = _REACHED_BY & {*words.usual(header, PEOPLE.key)}
    aside = words.left_aside(header) is not None
    return bool(reached) or aside or speaking.says_organisation(header)


def _give(found: ListCandidate, sheet: Sheet, strength: int) -> None:
    if strength:
        found.strength[sheet.key] = strength


def _give_people_a_partner(found: ListCandidate) -> None:
    """Contact persons beside names of partners that are just called "name" work for those."""
    partner, people = found.as_list[PARTNERS.key].columns["name"], found.as_list[PEOPLE.key].columns
    person = people.get("name")
    if person is not None and not speaking.says_name(person.column.plain):
        people["partner"] = replace(partner, name="partner")


def _small_list_strength(
    found: ListCandidate, sheet: Sheet, titled: Sequence[str], own: Sheet | None
) -> int:
    """Whether it is one of the small lists: by our own title, consultations by any like it."""
    if not sheet.required <= found.has(sheet):
        return 0
    if own is sheet:
        return _OWN
    by_title = sheet is CONSULTATIONS and sheet.key in titled
    return 1 if by_title and "members" in found.has(sheet) else 0


def _log_strength(found: ListCandidate, titled: Sequence[str]) -> int:
    """How much a table looks like a log: a day and somebody in every row, and what happened."""
    day, who = found.column(MOMENTS, "date"), found.column(MOMENTS, "with")
    if day is None or who is None:
        return 0
    told = len(found.has(MOMENTS).intersection(_LOG_COLUMNS))
    hints = told + 2 * (MOMENTS.key in titled) + 2 * repeats(who.cells)
    return 2 + hints if hints else 0


def _people_strength(found: ListCandidate, titled: Sequence[str]) -> int:
    """How much a table looks like people: a name, and in another column for whom they work."""
    name, home = found.column(PEOPLE, "name"), found.column(PEOPLE, "partner")
    if name is None or home is None or name is home:
        return 0
    return len(found.has(PEOPLE)) + 2 * (PEOPLE.key in titled)


def _partners_strength(found: ListCandidate, titled: Sequence[str]) -> int:
    """How much a table looks like partners: each once, and no list of people or contacts."""
    partner = found.column(PARTNERS, "name")
    if partner is None:
        found.doubt = "no_names" if found.spoken_of is not None else None
        return 0
    apart = not repeats(partner.cells)
    shared = {PEOPLE.key, MOMENTS.key} & found.strength.keys()
    found.doubt = _partners_doubt(found, partner, titled)
    if found.doubt:
        return 0
    hints = (apart, MOMENTS.key not in shared, PEOPLE.key not in shared, PARTNERS.key in titled)
    return _HINT * sum(hints) + len(found.has(PARTNERS))


def _partners_doubt(
    found: ListCandidate, partner: SourceColumn, titled: Sequence[str]
) -> str | None:
    """Why a table with names is no list of partners: a note of adopt.toml."""
    if typed_sheet(found.table.title) is PARTNERS:
        return None
    if not _count(partner):
        return "empty"
    if speaking.may_be_people(partner.plain) and not _lists_partners(found, titled):
        return "unclear"
    headers = [column.plain for column in found.table.columns]
    return "trade" if repeats(partner.cells) and words.of_trade(headers) else None


def _lists_partners(found: ListCandidate, titled: Sequence[str]) -> bool:
    """Whether names that are just called "name" are partners: by cells, tab or other columns."""
    partner = found.column(PARTNERS, "name")
    table = found.table
    headers = [column.plain for column in (*table.columns, *table.refused)]
    if partner is None or are_organisations(partner.cells):
        return True
    if words.of_people(headers):
        return False
    if speaking.says_organisation(partner.plain):
        return True
    if PEOPLE.key in titled:
        return False
    others = found.has(PARTNERS) - {"name", "since", "kind", "area", "holder"}
    people = found.has(PEOPLE) & {"role", "phone", "email"}
    telling = len(others) + words.of_organisations(headers)
    return PARTNERS.key in titled or telling > len(people)


def choose_lists(tables: Sequence[ListCandidate]) -> dict[str, ListCandidate]:
    """For each list the table that does best; one may hold partners, their people and the log.

    No partners where two tables are as good (``rivals``); a log without them brings its own.
    """
    chosen: dict[str, ListCandidate] = {}
    for sheet in TYPED:
        able = [table for table in tables if table.strength.get(sheet.key)]
        if able:
            chosen[sheet.key] = _strongest(able, sheet, chosen.get(PARTNERS.key))
    if MOMENTS.key in chosen and chosen.get(PEOPLE.key) is chosen[MOMENTS.key]:
        chosen[PEOPLE.key] = _people_apart(tables, chosen[MOMENTS.key])
    if rivals(tables, chosen):
        del chosen[PARTNERS.key]
    elif PARTNERS.key not in chosen and MOMENTS.key in chosen:
        _bring_partners(chosen[MOMENTS.key], chosen)
    return chosen


def _bring_partners(log: ListCandidate, chosen: dict[str, ListCandidate]) -> None:
    """Let the names in a log be the partners, one in each cell."""
    met = log.as_list[MOMENTS.key].columns["with"]
    if hold_several(met.column.cells):
        log.doubt = "several_names"
        return
    log.as_list[PARTNERS.key].columns["name"] = replace(met, name="name", sure="likely")
    log.doubt = None
    chosen[PARTNERS.key] = log


def rivals(
    tables: Sequence[ListCandidate], chosen: Mapping[str, ListCandidate]
) -> list[ListCandidate]:
    """The tables that are as good a list of partners as the best one, if any is.

    A tab of the same list (for another district, another year) and a much shorter one are not.
    """
    best = max(tables, key=lambda each: each.strength.get(PARTNERS.key, 0), default=None)
    best = chosen.get(PARTNERS.key, best)
    if best is None or PARTNERS.key not in best.strength:
        return []
    others = [each for each in tables if each is not best and _is_rival(each, best)]
    return [best, *others] if others else []


def _is_rival(other: ListCandidate, best: ListCandidate) -> bool:
    """Whether another table has as many hints as the best, and is a list of its own."""
    name, best_name = other.column(PARTNERS, "name"), best.column(PARTNERS, "name")
    if PARTNERS.key not in other.strength or name is None or best_name is None:
        return False
    as_good = other.strength[PARTNERS.key] // _HINT == best.strength[PARTNERS.key] // _HINT
    return as_good and name.plain != best_name.plain and 2 * _count(name) >= _count(best_name)


def _count(column: SourceColumn) -> int:
    return sum(cell is not None for cell in column.cells)


def _people_apart(tables: Sequence[ListCandidate], log: ListCandidate) -> ListCandidate:
    """The list of people: the log only where no other table has them."""
    others = [each for each in tables if each is not log and PEOPLE.key in each.strength]
    return max(others, key=lambda each: each.strength[PEOPLE.key], default=log)


def _strongest(
    able: Sequence[ListCandidate], sheet: Sheet, partners: ListCandidate | None
) -> ListCandidate:
    """The one that does best as this list; among equals the table of partners, then the one of the
    latest year, then the longest.
    """

    def merits(each: ListCandidate) -> tuple[int, bool, int, int]:
        table = each.table
        return each.strength[sheet.key], each is partners, words.year_in(table.title), table.rows

    return max(able, key=merits)


def lists_of(table: ListCandidate, chosen: Mapping[str, ListCandidate]) -> tuple[str, ...]:
    """The lists (keys) that this table was chosen for."""
    return tuple(sheet.key for sheet in TYPED if chosen.get(sheet.key) is table)


def used_columns(table: ListCandidate, lists: Sequence[str]) -> dict[int, list[tuple[str, Guess]]]:
    """Columns by number, with what they become: keys of a list and of its column.

    Where lists share a sheet, the log has the say, then partners: the others take what is left, and
    what they cannot do without.
    """
    used: dict[int, list[tuple[str, Guess]]] = {}
    for name in sorted(lists, key=lambda name: name != MOMENTS.key):
        for guess in _taken_by(name, table, used):
            used.setdefault(guess.column.number, []).append((name, guess))
    return used


def _taken_by(name: str, table: ListCandidate, used: Collection[int]) -> list[Guess]:
    """The columns that one list takes of a table, others having ``used`` these already."""
    guesses = table.as_list[name].columns
    if not used:
        return list(guesses.values())
    free = {column for column, guess in guesses.items() if guess.column.number not in used}
    taken = (_SHEETS[name].required | free) - {"id"}
    return [guess for column, guess in guesses.items() if column in taken]
