"""From merged workbooks to judged books: every verdict, with all that the ledger remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from operator import attrgetter

from trustbook.columns import CONFLICTS, HEALTH, PROPOSALS, SETTINGS
from trustbook.health.said_once import said_once
from trustbook.health.verdict import Verdict, current_statuses, judge_partners
from trustbook.ledger import Ledger
from trustbook.ledger.as_known import AsKnown, as_known_on
from trustbook.ledger.facts import (
    Facts,
    carried_on,
    carry,
    facts_of,
    kept_learned,
    memories_of,
    since_when,
    still_asked,
)
from trustbook.ledger.meanings import (
    kept_employers,
    kept_meanings,
    kept_merges,
    kept_pairs,
    kept_seats,
    names_kept,
)
from trustbook.ledger.seating import carry_to_new_names, new_round
from trustbook.merge.allowances import shell_quoted
from trustbook.merge.overtyped import Overtyped
from trustbook.model import Book, KnownEmployment, Meanings, Memory, Problem
from trustbook.names import key
from trustbook.network.duplicates import duplicate_problems
from trustbook.network.route_problems import RoutedNetwork, route_problems
from trustbook.reading.answered import (
    as_answered,
    can_be_answered,
    carried_along,
    with_references,
)
from trustbook.reading.identities import identity
from trustbook.reading.lists import Listing
from trustbook.reading.merged_cells import tell_merged_cells
from trustbook.reading.not_yet import on_the_list
from trustbook.reading.records import read_lists
from trustbook.reading.watched_day import DaySpan, watched_for
from trustbook.run.deleted_settings import deleted_settings
from trustbook.run.line_answers import LineAnswers
from trustbook.run.merge_sheets import MergedSheets
from trustbook.run.past_term_answers import (
    KEPT_PAST_TERM,
    PAST_TERM,
    WAITS_PAST_TERM,
    kept_past_term,
    terms_of,
    waiting_past_term,
)
from trustbook.run.recalled import recalled_book
from trustbook.run.replica import MergedWorkbook
from trustbook.run.retention import past_term_problems
from trustbook.run.take_answers import take_answers
from trustbook.run.unread_sheets import unread_sheets

# Problems whose remedy is a command that names the workbook.
_COMMANDS = ("meant_gone_like", "merged_partner", "alike_names", *PAST_TERM)


@dataclass(frozen=True, slots=True, repr=False)
class Basis:
    """A book as it was read, with the problems told by then, and on which ``days`` it reads the
    same; ``alike``: the next run has the same to read it by.
    """

    book: Book
    problems: Sequence[Problem]
    days: DaySpan
    alike: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One workbook's book as of a day, and how every relationship stands.

    ``book.problems`` are all problems of the workbook, with the day since when each stands there.
    ``then`` is the book with its undated facts as of ``Judging.facts_on``, and since when it shows
    them: "then", "first" (what was known first) or "now". ``facts`` says the same of ``book``.
    ``basis`` is what reading alone came to.
    """

    merged: MergedWorkbook
    book: Book
    verdicts: list[Verdict]
    then: tuple[Book, str]
    facts: str
    basis: Basis

    @property
    def problems(self) -> list[Problem]:
        """What is to check in this workbook."""
        return self.book.problems

    @property
    def rows_read(self) -> int:
        """How many rows its lists hold."""
        return sum(len(listing.rows) for listing in self.merged.lists.values())


@dataclass(frozen=True, slots=True)
class Judging:
    """What the judging of all workbooks of one book rests on.

    ``today`` is the day asked about, ``now`` the real one: on a day before it, undated facts are
    those the ledger knew then. ``facts_on`` is a day in the past whose undated facts are wanted
    beside those of today. ``lang`` is the language where the book names none; ``typed`` is what
    people typed where we write; ``different`` are pairs of partners called "not the same";
    ``answers`` is what people answered on To check; ``writes``: the run will write what it finds.
    """

    today: date
    now: date
    facts_on: date | None
    lang: str | None
    typed: Sequence[Overtyped]
    different: set[str]
    answers: LineAnswers
    writes: bool = False


def judge_all(ledger: Ledger, outcome: MergedSheets, asked: Judging) -> tuple[list[Judged], Facts]:
    """Every workbook judged, and the facts of the book to remember."""
    facts: Facts = {
        "carried": carry(ledger.facts("carried"), asked.typed, asked.today),
        "apart": dict.fromkeys(sorted(asked.different), "not the same"),
        "problems": {},
    }
    recalled = recalled_book(getattr(outcome.workbooks[0].replica.snapshot, "recalled", None))
    if recalled is not None:
        memories = [recalled.memory(ledger)]
    else:
        seen = [(merged.replica.snapshot, merged.lists) for merged in outcome.workbooks]
        learned = outcome.change.records.get("partners", {})
        memories, facts["old_names"] = memories_of(ledger, seen, learned)
    if asked.answers:
        take_answers(memories, outcome.workbooks, asked.answers)
    judged = []
    for merged, memory in zip(outcome.workbooks, memories, strict=True):
        one, kept = _judge(ledger, merged, memory, outcome, asked, facts["carried"])
        judged.append(one)
        for kind, values in kept.items():
            facts.setdefault(kind, {}).update(values)
    if recalled is None:  # else they are as the ledger has them
        facts |= _meanings(judged, memories)
    common = said_once(judged[0].verdicts, ledger.facts("said_once"))
    facts["said_once"] = dict.fromkeys(common, "yes")
    return judged, facts


def _meanings(judged: Sequence[Judged], memories: Sequence[Memory]) -> Facts:
    """What all names of the book mean from now on; that of a row which is gone stays known."""
    meant: dict[str, Meanings] = {}
    employers: dict[str, tuple[KnownEmployment, ...]] = {}
    before: dict[str, tuple[str, ...]] = {}
    no: dict[str, str] = {}
    seats: dict[str, str] = {}
    # Which of merged partners goes on is said by one workbook: two must not point at each other.
    merged = judged[0].book.memory.merged
    names: dict[str, str] = {}
    cells: dict[str, str] = {}
    for memory in memories:
        meant |= memory.meant or {}
        employers |= memory.employers
        before |= memory.people_before
        no |= {reference: "no" for reference, yes in memory.accepted.items() if not yes}
        names |= memory.names_meant
        cells |= memory.cells_meant
    for one in judged:
        meant |= one.book.moments.meant
        employers |= one.book.employers
        seats |= kept_seats(one.book.consultations, one.book.memory.seats)
    # To put down thousands of meanings that the ledger has already is much work for nothing.
    told = {row: pieces for row, pieces in meant.items() if pieces}
    new = {} if told == memories[0].meant else {"meant": kept_meanings(meant)}
    return {
        **new,
        "employers": kept_employers(employers),
        "people_before": names_kept(before),
        "seats": seats,
        "merged": kept_merges(merged),
        "as_meant": no,
        "names_meant": kept_pairs(names),
        "cells_meant": kept_pairs(cells),
    }


def _judge(
    ledger: Ledger,
    merged: MergedWorkbook,
    memory: Memory,
    outcome: MergedSheets,
    asked: Judging,
    carried: Mapping[str, str],
) -> tuple[Judged, Facts]:
    facts: Facts = {}
    then = AsKnown(merged.lists)
    if asked.today < asked.now:
        then = as_known_on(ledger, merged.lists, asked.today, outcome.change.events)
    watched, days = watched_for(asked.today, asked.writes)
    book, rounds = _book_of(ledger, merged, then, memory, replace(asked, today=watched))
    book.as_of = asked.today
    facts |= rounds
    alike = (asked.writes, not rounds, then.same_as(merged.lists), book.memory is memory)
    basis = Basis(book, [*book.problems], days, all(alike))
    places = {*ledger.addresses(), *map(attrgetter("address"), outcome.workbooks)}
    elsewhere = places - {merged.address, merged.replica.known_address}
    names = [*map(attrgetter("name"), book.partners)]
    network = RoutedNetwork(book.routes, book.required, names, book.settings, book.lang)
    routes, required = then.lists.get("routes"), then.lists.get("required")
    book.problems += route_problems(
        network, lambda: current_statuses(book, asked.today), routes, required, asked.today
    )
    book.problems += outcome.problems.get(merged.address, [])
    if terms_of(book.settings) != (None, None):
        before = ledger.facts(KEPT_PAST_TERM)
        kept = kept_past_term(book.settings, asked.today, asked.answers.said, before)
        waits = waiting_past_term(asked.answers.said, ledger.facts(WAITS_PAST_TERM))
        facts |= {KEPT_PAST_TERM: kept, WAITS_PAST_TERM: waits}
        book.problems += past_term_problems(book, merged.replica, asked.today, kept, waits)
    beside = [grid for grid in merged.replica.snapshot.grids if grid.adopted == {}]
    book.problems += unread_sheets(beside, merged.lists) if beside else ()
    standing = partial(_standing, ledger, merged, then, memory, asked)
    archived = outcome.change.archived.get(SETTINGS.key, {})
    day = (asked.today, asked.writes)
    deleted = deleted_settings(ledger, archived, then.lists, standing, *day)
    book.problems += deleted.problems
    facts["settings_gone"] = deleted.facts
    book.problems += carried_on(carried, elsewhere, _titles_to_stay(merged, outcome))
    told = _as_told(book.problems, then.lists, memory, asked, merged.address)
    dated = since_when(still_asked(told), merged.lists, ledger.facts("problems"), asked.today)
    book.problems, facts["problems"] = dated
    facts |= facts_of(book, memory)
    _as_called(book, then)
    book = on_the_list(book, asked.today)
    past = _then(ledger, merged, book, memory, outcome, asked)
    verdicts = judge_partners(book, asked.today)
    facts["learned"] = kept_learned(memory.learned)
    return Judged(merged, book, verdicts, past, then.since, basis), facts


def _titles_to_stay(merged: MergedWorkbook, outcome: MergedSheets) -> set[str]:
    """The sheets of a workbook that a line may lead to; not those that go with the last answer, of
    which this run may be the one that takes it.
    """
    snapshot = merged.replica.snapshot
    going = (PROPOSALS.key,) if outcome.conflicts else (PROPOSALS.key, CONFLICTS.key)
    return {*snapshot.titles}.difference(
        grid.title for grid in snapshot.grids if grid.ours in going
    )


def _whole_memory(ledger: Ledger, merged: MergedWorkbook, memory: Memory) -> Memory:
    """The memory to read lists by; what is kept of a reading knows nothing of what names meant."""
    snapshot = merged.replica.snapshot
    if recalled_book(getattr(snapshot, "recalled", None)) is None:
        return memory
    [whole], _ = memories_of(ledger, [(snapshot, merged.lists)], {})
    return whole


def basis_after(ledger: Ledger, merged: MergedWorkbook, asked: Judging) -> Basis:
    """What reading the only workbook of a book will come to, now that the ``ledger`` learned of it.

    What Health remembers was written from what the ledger knows, and is left aside.
    """
    shown = [grid for grid in merged.replica.snapshot.grids if grid.ours != HEALTH.key]
    stands = replace(merged.replica.snapshot, grids=shown)
    [memory], _ = memories_of(ledger, [(stands, merged.lists)], {})
    watched, days = watched_for(asked.today, asked.writes)
    again = replace(asked, today=watched)
    book, rounds = _book_of(ledger, merged, AsKnown(merged.lists), memory, again)
    return Basis(book, book.problems, days, not rounds and book.memory is memory)


def _book_of(
    ledger: Ledger, merged: MergedWorkbook, then: AsKnown, memory: Memory, asked: Judging
) -> tuple[Book, Facts]:
    """The book as its lists have it, and what is new at its tables, as facts."""
    if recalled := recalled_book(getattr(merged.replica.snapshot, "recalled", None)):
        return recalled.book(memory, asked.today, then.same_as(merged.lists)), {}
    if memory.cells_meant:
        memory.cells_meant |= carried_along(then.lists, memory.cells_meant)
    book = _read(merged, then, memory, asked)
    rounds = new_round(ledger, book, memory, ledger.next_run()) or {}
    if rounds and (memory.sat or memory.meetings_before):
        carry_to_new_names(memory, ledger, then.lists)
        book = _read(merged, then, memory, asked)
    book.problems += duplicate_problems(book, merged.lists["partners"], asked.different)
    return book, rounds


def _standing(
    ledger: Ledger,
    merged: MergedWorkbook,
    then: AsKnown,
    memory: Memory,
    asked: Judging,
    lists: Mapping[str, Listing],
) -> dict[str, str]:
    """The status of each partner, by identity, if the lists were these."""
    whole = _whole_memory(ledger, merged, memory)
    read = _read(merged, replace(then, lists=lists), whole, asked)
    judged = judge_partners(read, asked.today)
    return {identity(read.partners[one.partner]): one.status for one in judged}


def _as_told(
    problems: Sequence[Problem],
    lists: Mapping[str, Listing],
    memory: Memory,
    asked: Judging,
    address: str,
) -> list[Problem]:
    """The problems of a workbook, with all that their remedies and their answers need."""
    for listing in lists.values():
        if listing.merged:
            problems = tell_merged_cells(listing, problems)
    placed = [_with_address(one, address) for one in problems]
    asking = [one for one in problems if can_be_answered(one)]
    found = with_references(placed, lists if asking else {}, memory)
    return asked.answers.beside(found, address)


def _with_address(problem: Problem, address: str) -> Problem:
    """A problem whose remedy is a command, with the workbook as it is typed there."""
    if problem.code not in _COMMANDS:
        return problem
    return replace(problem, params={**problem.params, "book": shell_quoted(address)})


def _then(
    ledger: Ledger,
    merged: MergedWorkbook,
    book: Book,
    memory: Memory,
    outcome: MergedSheets,
    asked: Judging,
) -> tuple[Book, str]:
    """The book with its undated facts as the ledger knew them on a day in the past."""
    if asked.facts_on is None or asked.facts_on >= asked.now:
        return book, "now"
    then = as_known_on(ledger, merged.lists, asked.facts_on, outcome.change.events)
    if then.since == "now" or then.same_as(merged.lists):
        return book, then.since
    past = _read(merged, then, _whole_memory(ledger, merged, memory), asked)
    _as_called(past, then)
    past.problems = book.problems
    return on_the_list(past, asked.today), then.since


def _read(merged: MergedWorkbook, then: AsKnown, memory: Memory, asked: Judging) -> Book:
    """The book as its lists have it."""
    epoch = merged.replica.snapshot.epoch
    meant = memory.cells_meant
    lists = as_answered(then.lists, meant) if meant else then.lists
    return read_lists(lists, epoch, asked.today, asked.lang, memory)


def _as_called(book: Book, then: AsKnown) -> None:
    """Give partners the names, and tables the members, that they had on a day in the past.

    Only once everything is read: what people typed is understood by the names of today.
    """
    places = {identity(partner): i for i, partner in enumerate(book.partners)}
    for partner in book.partners:
        partner.name = then.names.get(identity(partner), partner.name)
    for meeting in book.consultations:
        names = then.members.get(key(meeting.name))
        if names is not None:
            meeting.members = tuple(places[name] for name in names if name in places)
