"""Taking in what was found elsewhere: it becomes proposals that wait in the ledger, and the next
sync puts them on their sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b

from trustbook.columns import TYPED
from trustbook.errors import Busy, NoAccess, SafetyStop, TrustbookError
from trustbook.ids import sheet_ids
from trustbook.intake.contacts import Findings, under_former_keys
from trustbook.intake.corrected_rows import CorrectedRows
from trustbook.intake.form_faults import FORM_FAULTS, form_facts
from trustbook.intake.proposals import (
    INBOX,
    NAMES,
    REFUSED,
    SAID_OF,
    TAKEN,
    WAITING,
    Proposal,
    proposals_in,
)
from trustbook.intake.proposing import ImportOutcome, Proposing
from trustbook.intake.renamed_lists import LISTS, RenamedLists
from trustbook.ledger import Ledger
from trustbook.ledger.copies import keep_copy
from trustbook.ledger.locate import Arrival, LedgerLocator
from trustbook.model import Book, Person
from trustbook.reading.identities import aliases_in
from trustbook.run.events_off import note_called_off
from trustbook.run.forgotten_names import ForgottenNames
from trustbook.run.read import Reading, Request, read_book
from trustbook.run.sync import run_sync
from trustbook.workbooks.base import Workbook

# The facts that say how sources stood when they were read last.
_AT_ONCE = 500  # IDs
# Reads the sources, once it is known for which book.
Finder = Callable[[Book], Findings]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What an import came to: ``outcome`` counts it, ``lang`` is the language of the book.

    ``why``: what keeps the workbook from showing it now; the next sync does. ``tells_else``:
    whether other cells are to be mended than before.
    """

    outcome: ImportOutcome
    lang: str
    why: TrustbookError | None = None
    tells_else: bool = False

    @property
    def has_news(self) -> bool:
        """Whether what waits, or is to be mended, is something else than before."""
        outcome = self.outcome
        waits = outcome.proposed or outcome.changed or outcome.withdrawn
        return bool(waits) or self.tells_else


@dataclass(frozen=True, slots=True)
class Intake:
    """One import into the ``workbooks`` of a book, as of ``today``; ``now`` is the real time."""

    workbooks: Sequence[Workbook]
    locator: LedgerLocator | None
    today: date
    now: datetime
    lang: str | None = None

    def take_in(self, find: Finder, seen: Mapping[str, str] | None = None) -> TakenIn | None:
        """Keep what is found as proposals; None where the book has no memory yet.

        ``seen`` is what to remember of the sources.
        Raises what keeps us from the book or a source; then nothing is kept.
        """
        request = Request(self.today, self.now, self.lang)
        reading = read_book(self.workbooks, self.locator, request)
        if reading.elsewhere is not None:
            raise reading.elsewhere
        if self.locator is None or not reading.memory or self._memory(reading, True) is None:
            if reading.stopped is not None:
                raise reading.stopped
            return None
        findings = find(reading.book)
        tells_else = False
        with self.workbooks[0].locked():
            ledger = self._memory(reading, False)
            assert ledger is not None
            with ledger:
                outcome = keep_proposals(ledger, reading, findings)
                if seen is not None:
                    _note_news(ledger, INBOX, {**seen, NAMES: names_known(reading.book)})
                    faults = form_facts([*findings.form_faults, *outcome.form_faults])
                    tells_else = _note_news(ledger, FORM_FAULTS, faults)
        return TakenIn(outcome, reading.book.lang, reading.stopped, tells_else)

    def _memory(self, reading: Reading, reads_only: bool) -> Ledger | None:
        assert self.locator is not None
        workbook = self.workbooks[0]
        marks = reading.judged[0].merged.replica.snapshot.marks
        arrival = Arrival(workbook.address, workbook.name, marks)
        found = self.locator.memory(arrival, reads_only=reads_only)
        if found is not None and reads_only:
            found.close()
        return found

    def take_in_and_show(self, find: Finder) -> TakenIn:
        """The same, and have the workbooks show it at once, where they can take it."""
        taken = self.take_in(find)
        if taken is None:
            self._sync()  # the first night of the book
            taken = self.take_in(find)
        assert taken is not None
        try:
            self._sync()
        except (Busy, NoAccess, SafetyStop) as fault:
            fault.params.setdefault("name", self.workbooks[0].name)
            return TakenIn(taken.outcome, taken.lang, fault)
        return taken

    def seen_before(self) -> dict[str, str] | None:
        """How the sources stood when they were read last; None where there is no memory yet."""
        return self.locator.facts(self.workbooks[0].address, INBOX) if self.locator else None

    def _sync(self) -> None:
        run_sync(self.workbooks, self.today, self.now, lang=self.lang, keeper=self.locator)


def names_known(book: Book) -> str:
    """A mark of all names by which a book can tell whom a source means: another one where somebody
    came on a list, or is called otherwise.
    """
    whole = book.whole or book
    told: list[tuple[str, ...]] = [("partner", one.name) for one in whole.partners]
    told += [("table", one.name) for one in whole.consultations]
    told += [("old", name) for names in aliases_in(whole.memory).values() for name in names]
    told += [_told_of_person(one, whole) for one in whole.people]
    text = repr(sorted(told)).encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=16).hexdigest()


def _told_of_person(person: Person, book: Book) -> tuple[str, ...]:
    homes = (book.partners[one].name for one in person.partners)
    return (person.name, str(person.email), f"{person.from_}..{person.until}", *homes)


def _note_news(ledger: Ledger, kind: str, facts: dict[str, str]) -> bool:
    """Keep facts if they are others than before; whether they are."""
    is_news = facts != ledger.facts(kind)
    if is_news:
        ledger.note(kind, facts)
    return is_news


def keep_proposals(ledger: Ledger, reading: Reading, findings: Findings) -> ImportOutcome:
    """Make proposals of what was found, and have the ledger keep them."""
    before = ledger.facts(WAITING)
    waiting = proposals_in(before)
    open_ones = {one.id for one in reading.proposals} if reading.stopped is None else set()
    answered = {one.mark for one in waiting.values() if one.id not in open_ones}
    taken = {*ledger.facts(TAKEN), *answered}
    refused, secret = ledger.facts(REFUSED), ledger.secret
    new_id = _NewIds(ledger, set(waiting))
    without = ForgottenNames.of(ledger, reading.book).left_out_of
    said_of = ledger.facts(SAID_OF)
    known = {*taken, *refused, *(one.mark for one in waiting.values())}
    findings.contacts = under_former_keys(findings.contacts, known, secret)
    _know_renamed_lists(ledger, findings, waiting.values(), said_of)
    corrected = CorrectedRows({*taken, *refused}, secret)
    waiting = corrected.followed(waiting, findings.contacts)
    proposing = Proposing(reading.book, waiting, refused, taken, secret, new_id, without, said_of)
    outcome = proposing.propose(findings)
    note_called_off(ledger, findings)
    after = {one.id: one.kept() for one in outcome.waiting.values()}
    if after != before:
        ledger.note(WAITING, after)
        keep_copy(ledger)
    return outcome


def _know_renamed_lists(
    ledger: Ledger, findings: Findings, waiting: Iterable[Proposal], said_of: Mapping[str, str]
) -> None:
    """Give the rows of lists that were renamed the keys by which they are known."""
    names = ledger.facts(LISTS)
    said = {**said_of, **{one.mark: one.said_of for one in waiting}}
    lists = RenamedLists(dict(names), said, ledger.secret)
    findings.contacts = lists.under_first_names(findings.contacts)
    if lists.names != names:
        ledger.note(LISTS, lists.names)


class _NewIds:
    """Gives new rows IDs that were never given, drawn many at once: a draw looks at all others."""

    def __init__(self, ledger: Ledger, given: set[str]) -> None:
        self._ledger, self._given = ledger, given
        self._drawn: dict[str, list[str]] = {}

    def __call__(self, sheet: str) -> str:
        drawn = self._drawn.setdefault(sheet, [])
        while not drawn:
            of = next(one for one in TYPED if one.key == sheet)
            fresh = sheet_ids(of, _AT_ONCE, self._given)
            used = self._ledger.knows(fresh)
            self._given.update(fresh)
            drawn += [one for one in fresh if one not in used]
        return drawn.pop()
