"""The one door: the only way from workbooks to a book and its verdicts.

The night, every command, the overview and Python come through here, so that they cannot but give
the same answer: read, identify, guard and merge as a sync would, and judge what it would leave.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from operator import attrgetter

from trustbook.errors import (
    Busy,
    NoAccess,
    NotRecalled,
    SafetyStop,
    TrustbookError,
    UsageError,
    gravest,
)
from trustbook.health.verdict import Verdict, judge_partners
from trustbook.intake.proposals import Proposal
from trustbook.ledger import Change, Known, Ledger
from trustbook.ledger.facts import Facts
from trustbook.ledger.locate import Arrival, LedgerLocator, Located
from trustbook.ledger.tombstones import FORGOTTEN
from trustbook.merge.allowances import Allowances, command, shell_quoted
from trustbook.merge.cell_codec import Row
from trustbook.merge.guards import LOST_MEMORY
from trustbook.merge.overtyped import Overtyped
from trustbook.model import Book, Problem
from trustbook.privacy import GradedTexts, TextGuard
from trustbook.reading.renaming import Renaming, must_be_found
from trustbook.run.answers import called_different, conflict_answers, overtyped
from trustbook.run.as_it_stands import as_they_stand, readable_lists
from trustbook.run.clock import clock_back
from trustbook.run.conflict_problems import conflict_problem
from trustbook.run.doubtful_texts import KEPT_TEXTS, TextAnswers, organisations, text_answers
from trustbook.run.judge import Judged, Judging, judge_all
from trustbook.run.known_rows import take_doubtful_rows
from trustbook.run.last_good import (
    Seen,
    last_good_run,
    nothing_known,
    rows_since,
)
from trustbook.run.ledger_to_read import ledger_to_read
from trustbook.run.line_answers import LineAnswers, check_answers, line_answers
from trustbook.run.merge_sheets import Instructions, MergedSheets, merge_sheets
from trustbook.run.moved_sheets import without_moved_sheets
from trustbook.run.names_now import snapshot_of
from trustbook.run.past_term_answers import WAITS_PAST_TERM
from trustbook.run.proposals import PENDING, with_proposals
from trustbook.run.recalled import (
    RecalledSnapshot,
    as_kept,
    beside_kept,
    recalled_workbook,
    refuse_news,
    refuse_unless_same,
    replica_recalled,
)
from trustbook.run.replica import MergedWorkbook, Replica, replica_of
from trustbook.run.report import of_all
from trustbook.run.request import Request as Request
from trustbook.run.required_gone import with_likeliest
from trustbook.run.returned import without_forgotten
from trustbook.run.shadowed import without_shadowed
from trustbook.sheets.conflicts import (
    Answer,
    agreed,
    unsettled,
    waiting_answers,
)
from trustbook.snapshot import Snapshot
from trustbook.workbooks.base import Workbook

_ROWS = attrgetter("rows")
_NO_ROWS: Mapping[str, Mapping[str, Row]] = {}
# A workbook that cannot be reached now is left as it is while the others are read.
UNREACHED = (Busy, NoAccess, UsageError)
# The memory is kept by another computer, user or folder: a workbook can be read without it.
_ELSEWHERE = ("guards.other_keeper", "guards.other_folder", "guards.other_place")
# The memory is not to be used: a sync stops at it.
_LOST = (*LOST_MEMORY, "ledger.unusable", "ledger.no_ledger")


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """A book as every door gives it. Nothing shows it whole: what people typed must not come to
    stand in a trace of an error.

    ``judged`` has one entry for each workbook in sight, ``outcome`` is what merging came to,
    ``facts`` are to be remembered. ``typed`` is what people typed where we write, ``waits`` are
    their answers that wait for another workbook, ``skipped`` the workbooks that could not be
    reached.

    ``stopped`` is what a sync would stop at: the book is then as the last good run left it, and
    ``unseen`` rows typed since are not in it (None: nobody can tell). ``memory``: whether the
    book's ledger was there and can be used; if not, the book is what the workbook alone says, and
    ``elsewhere`` tells who has the ledger. ``erased_again``: rows of who was forgotten
    and came back. ``may_go``: the lines of To check on what is past its term, that got a yes.
    ``proposals``: the contacts found elsewhere that wait for a yes.
    """

    judged: Sequence[Judged]
    outcome: MergedSheets
    facts: Facts
    typed: Sequence[Overtyped] = ()
    waits: Sequence[Answer] = ()
    skipped: Sequence[tuple[str, TrustbookError]] = ()
    stopped: SafetyStop | None = None
    unseen: int | None = None
    memory: bool = True
    elsewhere: SafetyStop | None = None
    erased_again: int = 0
    may_go: tuple[str, ...] = ()
    proposals: Sequence[Proposal] = ()

    @property
    def book(self) -> Book:
        """The book, as its first workbook in sight has it."""
        return self.judged[0].book

    @property
    def verdicts(self) -> list[Verdict]:
        """How every relationship stands, in the order of the book's partners."""
        return self.judged[0].verdicts

    @property
    def problems(self) -> list[Problem]:
        """What is to check, in all workbooks in sight; what stops a sync comes first."""
        names = [judged.merged.name for judged in self.judged]
        found = of_all(names, [each.problems for each in self.judged], len(names) > 1)
        merged = self.judged[0].merged
        differ = [conflict_problem(one, merged, self.book.lang) for one in self.outcome.conflicts]
        return [*self._stop_problem(), *found, *differ]

    def _stop_problem(self) -> list[Problem]:
        if self.stopped is None:
            return []
        params = {"sentence": self.stopped.sentence(self.book.lang)}
        return [Problem("sync_stops", "error", params=params)]

    def in_language(self, lang: str, today: date) -> Reading:
        """The same book, its sentences in ``lang`` ("nl" or "en")."""
        self.book.lang = lang
        first = replace(self.judged[0], verdicts=judge_partners(self.book, today))
        return replace(self, judged=[first, *self.judged[1:]])

    def as_json(self) -> dict[str, object]:
        """What every answer for machines says of the reading: what stops a sync, the memory, and
        whether undated facts are those of "now", of "then", or the "first" that were known.
        """
        stopped = self.stopped.as_json(self.book.lang) if self.stopped else None
        return {"stopped": stopped, "memory": self.memory, "facts": self.judged[0].facts}

    @property
    def then(self) -> tuple[Book, str]:
        """The book with its undated facts of ``Request.facts_on``, and since when it shows them."""
        return self.judged[0].then


def read_book(
    workbooks: Sequence[Workbook], locator: LedgerLocator | None, request: Request
) -> Reading:
    """The book that ``workbooks`` hold, with its ledger, as of the day asked about; reads only.

    ``locator`` finds the ledger; without one nothing is remembered. Raises what reading a workbook
    raises, and SafetyStop for one that cannot be what it says while nothing is remembered of it.
    """
    kept_at = (locator if request.recalls else None, request.today, request.lang)
    if reading := _by_what_is_kept(recalled_workbook(workbooks, *kept_at), locator, request):
        return reading
    seen, skipped = read_all(workbooks)
    if reading := _by_what_is_kept(beside_kept(seen, *kept_at), locator, request):
        return reading
    absent = {book.address for book in workbooks} - {book.address for book, _ in seen}
    try:
        with ledger_to_read(locator, seen) as located:
            located.accidents += clock_back(located.ledger, request.now, seen[0][0].name)
            reading = weigh(located, seen, request, absent)
            return replace(reading, skipped=skipped, memory=located.found)
    except SafetyStop as stop:
        stop.params.setdefault("name", seen[0][0].name)
        asked = f"trustbook sync {shell_quoted(seen[0][0].address)}"
        stop.params.setdefault("asked", asked)
        stop.params.setdefault("command", command(asked, Allowances(), None, stop))
        if stop.key in (*_ELSEWHERE, *_LOST) or _is_odd_and_new(stop, locator, seen):
            alone = weigh(nothing_known(seen), seen, request, absent)
            alone = replace(alone, skipped=skipped, memory=False)
            if stop.key in _ELSEWHERE:
                return replace(alone, elsewhere=stop)
            return replace(alone, stopped=stop)
        return replace(_as_left(stop, locator, seen, request), skipped=skipped)


def _by_what_is_kept(
    seen: Seen | None, locator: LedgerLocator | None, request: Request
) -> Reading | None:
    """The book by what is kept of a reading; None where that does not go for what is asked."""
    with suppress(NotRecalled, SafetyStop):
        if seen is not None:
            with ledger_to_read(locator, seen, proved=True) as located:
                located.accidents += clock_back(located.ledger, request.now, seen[0][0].name)
                return replace(weigh(located, seen, request), memory=located.found)
    return None


def _is_odd_and_new(stop: SafetyStop, locator: LedgerLocator | None, seen: Seen) -> bool:
    """Whether a stop is for the marks of a workbook that was never here: it can be read alone."""
    known = locator is not None and locator.knows(seen[0][0].address)
    return stop.key == "guards.odd_marks" and not known


def read_all(
    workbooks: Sequence[Workbook], recalled: Seen | None = None
) -> tuple[Seen, list[tuple[str, TrustbookError]]]:
    """What every workbook shows, and why which of them cannot be reached; what was ``recalled`` is
    not read. Raises that reason where it holds for all.
    """
    if recalled is not None:
        return recalled, []
    seen: list[tuple[Workbook, Snapshot]] = []
    skipped: list[tuple[str, TrustbookError]] = []
    for book in workbooks:
        try:
            seen.append((book, snapshot_of(book)))
        except UNREACHED as fault:
            skipped.append((book.name, fault))
    if not seen:
        raise gravest(fault for _, fault in skipped)
    return seen, skipped


def weigh(located: Located, seen: Seen, request: Request, absent: Collection[str] = ()) -> Reading:
    """Workbooks that were read, made into a book: identify, guard, merge, judge. Writes nothing.

    ``absent``: addresses of workbooks of the book that could not be reached. Raises SafetyStop for
    a workbook that cannot be what it says, and where a guard found an accident.
    """
    reading, ledger = _weigh(located, seen, request, absent), located.ledger
    if not any(map(ledger.facts, PENDING)):
        return reading
    again = partial(_weigh, located, seen, request, absent)
    return with_proposals(reading, ledger, absent, request.today, again)


def _weigh(
    located: Located,
    seen: Seen,
    request: Request,
    absent: Collection[str],
    new_rows: Mapping[str, Mapping[str, Row]] = _NO_ROWS,
) -> Reading:
    """``weigh`` without looking at proposals; ``new_rows`` are those that got a yes."""
    ledger = located.ledger
    asked = request.allowed.renames
    replicas = [_replica(book, snapshot, located, asked) for book, snapshot in seen]
    if asked:
        must_be_found(asked, [book.renames for book, _ in seen])
    said = line_answers(ledger, replicas, absent)
    texts = text_answers(ledger, said)
    recalled = isinstance(replicas[0].snapshot, RecalledSnapshot)
    refuse_unless_same(recalled, located, said, request.forgetting, ledger.facts(FORGOTTEN))
    _guard(replicas, texts, taken_out=request.forgetting)
    if texts.to_go:
        replicas = texts.emptied(replicas)
    returned = None
    if request.forgetting is not None or ledger.facts(FORGOTTEN):
        returned = without_forgotten(ledger, replicas, request.forgetting)
        replicas = returned.replicas
    given = conflict_answers(ledger, replicas)
    instructions = Instructions(
        request.allowed,
        located.rebased,
        agreed(given),
        absent,
        request.gives_ids,
        located.accidents,
        new_rows,
    )
    outcome = merge_sheets(ledger, list(map(MergedWorkbook.of, replicas)), instructions)
    refuse_news(recalled, outcome.settled, outcome.problems)
    if returned is not None:
        returned.ask(outcome.problems)
    waits = waiting_answers(given, outcome.conflicts, absent) if given else []
    typed = [*overtyped(replicas), *unsettled(given, outcome.conflicts, waits)]
    judging = _judging(request, ledger, replicas, said, typed)
    judged, facts = judge_all(ledger, outcome, judging)
    kept = facts | {KEPT_TEXTS: texts.facts()}
    may_go = tuple(facts.get(WAITS_PAST_TERM, ()))
    reading = Reading(judged, outcome, kept, typed, waits, may_go=may_go)
    return reading if returned is None else returned.told_in(reading)


def _guard(replicas: Sequence[Replica], texts: TextAnswers, taken_out: object = None) -> None:
    """Have all lists read with what the book itself names, and people asked to keep, for
    innocent; what was judged before need not be judged again, unless something is ``taken_out``.
    """
    guard = TextGuard(partial(organisations, replicas), texts.secret, texts.kept)
    for replica in replicas:
        kept = replica.known.state.get("graded") if replica.known else None
        graded = None if taken_out or texts.to_go else GradedTexts(kept, texts.secret)
        for listing in replica.lists.values():
            listing.guard, listing.graded, listing.withheld = guard, graded, None


def _replica(
    book: Workbook, snapshot: Snapshot, located: Located, asked: Sequence[Renaming]
) -> Replica:
    known = located.ledger.known(located.known_as(book.address))
    if isinstance(snapshot, RecalledSnapshot):
        return replica_recalled(book, snapshot, known)
    try:
        replica = replica_of(book, snapshot, known, asked)
        if [one for one in replica.lists.values() if one.unread + one.doubled]:
            replica = without_shadowed(located.ledger, book, replica, asked)
        if sum(map(len, map(_ROWS, replica.lists.values()))) < _rows_before(known):
            replica = without_moved_sheets(located.ledger, book, replica)
        doubtful = {name: each for name, each in replica.lists.items() if each.below or each.heads}
        take_doubtful_rows(doubtful, located.ledger, known, lambda: check_answers([snapshot]))
        return as_kept(replica, located.ledger.place)
    except TrustbookError as fault:
        fault.params.setdefault("name", book.name)
        raise with_likeliest(fault, book, snapshot, known, located.ledger) from None


def _rows_before(known: Known | None) -> int:
    """How many rows the last run saw."""
    return int(known.state.get("rows", 0)) if known else 0


def _judging(
    request: Request,
    ledger: Ledger,
    replicas: Sequence[Replica],
    said: LineAnswers,
    typed: Sequence[Overtyped] = (),
) -> Judging:
    different = called_different(ledger, replicas) - said.disputed.keys()
    day = request.now.date()
    asked = (request.today, day, request.facts_on, request.lang)
    return Judging(*asked, typed, different, said, request.gives_ids)


def _as_left(
    stop: SafetyStop, locator: LedgerLocator | None, seen: Seen, request: Request
) -> Reading:
    """The book as the last good run left it. Raises ``stop`` where nothing is remembered of it."""
    book, snapshot = seen[0]
    arrival = Arrival(book.address, book.name, snapshot.marks)
    ledger = locator.memory(arrival) if locator else None
    if ledger is None:
        raise stop
    with ledger:
        replica = last_good_run(ledger, book, snapshot)
        if replica is None:
            raise stop
        known = replica.known_address
        said = line_answers(ledger, [replica], {*ledger.addresses()} - {known})
        _guard([replica], text_answers(ledger, said))
        merged = MergedWorkbook.of(replica)
        outcome = MergedSheets(Change(), [merged])
        outcome.conflicts = [conflict for conflict, _ in ledger.conflicts()]
        judging = _judging(request, ledger, [replica], said)
        judged, facts = judge_all(ledger, outcome, judging)
        left, now = judged[0].book, readable_lists(snapshot, book.names)
        left.problems = list(as_they_stand(left.problems, now))
        unseen = rows_since(replica, snapshot, book.names)
    return Reading(judged, outcome, facts, stopped=stop, unseen=unseen)
