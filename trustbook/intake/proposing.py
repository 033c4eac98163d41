"""Making proposals of what was found: each contact once, whatever told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from trustbook.errors import TrustbookError
from trustbook.intake.contacts import Findings, FoundContact
from trustbook.intake.form_faults import FormFault
from trustbook.intake.marks import mark_of
from trustbook.intake.matching import Matched, Matcher
from trustbook.intake.proposals import Proposal, RowKey, proposal_content, row_of
from trustbook.intake.same_day import SameDay
from trustbook.intake.spoken_days import MomentText, SpokenDays
from trustbook.model import Book


@dataclass(slots=True)
class ImportOutcome:
    """What an import came to: all that waits now, how much of it is new or was changed, how much
    was known already, and how many were left out, by why; ``faults`` are what could not be taken
    in, each with its place, ``form_faults`` cells with an unknown name. Of those ``withdrawn`` some
    are ``gone`` from their source.
    """

    waiting: dict[str, Proposal]
    proposed: int = 0
    changed: int = 0
    already_known: int = 0
    withdrawn: int = 0
    gone: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    faults: list[TrustbookError] = field(default_factory=list)
    form_faults: list[FormFault] = field(default_factory=list)


# Leaves who was forgotten out of a contact, and out of whom it was matched with.
LeaveOut = Callable[[FoundContact, Matched], tuple[FoundContact, Matched]]


class Proposing:
    """Makes proposals of what was found.

    ``refused`` and ``taken`` are the marks that got a no or a yes, ``said_of`` tells what had them;
    ``secret`` is what marks are keyed with, ``new_id`` gives an ID for a row of a sheet.
    """

    def __init__(
        self,
        book: Book,
        waiting: Mapping[str, Proposal],
        refused: Iterable[str],
        taken: Iterable[str],
        secret: bytes,
        new_id: Callable[[str], str],
        without_forgotten: LeaveOut = lambda *found: found,
        said_of: Mapping[str, str] | None = None,
    ) -> None:
        self._without_forgotten = without_forgotten
        self._said_of = said_of or {}
        self._matcher = Matcher(book)
        self._spoken = SpokenDays(book)
        self._refused, self._taken = frozenset(refused), frozenset(taken)
        self._secret, self._new_id = secret, new_id
        self.outcome = ImportOutcome(dict(waiting))
        self._by_mark = {one.mark: one for one in waiting.values()}
        self._rows: dict[RowKey, str] = {}
        self._days = SameDay((), self._match)
        for one in waiting.values():
            self._note_row(one)

    def propose(self, findings: Findings) -> ImportOutcome:
        """Propose what was found; what is gone from a series that was seen is proposed no more."""
        self.outcome.skipped += findings.skipped
        self.outcome.faults += findings.faults
        self._days = SameDay(findings.contacts, self._match)
        seen = set()
        for contact in findings.contacts:
            mark = mark_of(self._secret, contact.key)
            seen.add(mark)
            if findings.is_off(contact):
                self._leave_out(mark, "cancelled")
            else:
                self._propose(contact, mark)
        self._withdraw_gone(findings, seen | self._taken)
        return self.outcome

    def _withdraw_gone(self, findings: Findings, seen: Collection[str]) -> None:
        """Propose no more what is gone from a series that was seen, and an answer with an unknown
        name that was mended since.
        """
        whole = {mark_of(self._secret, series) for series in findings.series}
        waiting = self.outcome.waiting.values()
        told_anew = [one for one in waiting if one.series in whole]
        for one in [*told_anew, *_with_unknown(findings, waiting)]:
            if one.mark not in seen and findings.looks_at(one.day):
                self._withdraw(one.mark)
                self.outcome.gone += 1

    def _propose(self, contact: FoundContact, mark: str) -> None:
        if self._is_other_row(contact, mark):
            self._propose_apart(contact)
            return
        if mark in self._refused:
            self.outcome.skipped[self._why_refused(contact)] += 1
            return
        if mark in self._taken:
            self.outcome.already_known += 1
            return
        matched = self._days.match(contact)
        if _is_another(self._by_mark.get(mark), contact, matched):
            self._propose_apart(contact)
            return
        self._tell_unknown(contact, matched)
        contact, matched = self._without_forgotten(contact, matched)
        if not (matched.with_ or matched.hints):
            self._leave_out(mark, matched.code)
            return
        left = self._not_yet(contact, matched)
        if left is None:
            self.outcome.already_known += 1
            self._withdraw(mark)
            return
        self._put(contact, left, mark)

    def _tell_unknown(self, contact: FoundContact, matched: Matched) -> None:
        """Have To check tell the cell of a form with a name that means nobody."""
        if contact.named_at and (matched.unknown or not (matched.with_ or matched.hints)):
            self.outcome.form_faults.append(contact.named_at)

    def _is_other_row(self, contact: FoundContact, mark: str) -> bool:
        """Whether a list gives the number of another row, on another day with others, once more."""
        before = self._by_mark.get(mark)
        said = before.said_of if before else self._said_of.get(mark, "")
        day, _, called = said.partition(" ")
        is_moved = contact.is_listed and called != "" and day != contact.day.isoformat()
        return is_moved and called != contact.called(self._secret)

    def _why_refused(self, contact: FoundContact) -> str:
        """What a contact that is proposed no more got: a no, or it was forgotten."""
        left = self._without_forgotten(contact, self._days.match(contact))[1]
        return "forgotten" if left.code == "forgotten" else "said_no"

    def _propose_apart(self, contact: FoundContact) -> None:
        """Propose an event that another one, in another source, shares its UID with, or a row that
        another one shares its number with.
        """
        apart = replace(contact, key=f"{contact.key}|{contact.title}|{contact.day}", series="")
        self._propose(apart, mark_of(self._secret, apart.key))

    def _not_yet(self, contact: FoundContact, matched: Matched) -> Matched | None:
        """The contact without the partners of whom a moment of that day is known; None where that
        leaves nobody.
        """
        if contact.sheet != "moments":
            return matched
        spoken = self._spoken.on(contact.day.toordinal(), self._text(contact, matched))
        if not spoken & {*matched.partners}:
            return matched
        left = [one for one in matched.partners if one not in spoken]
        if not left or not matched.named:
            return matched if left else None
        texts = self._matcher.labels(left)
        named = self._matcher.identities(left)
        return replace(matched, with_="; ".join(texts), partners=tuple(left), named=named)

    def _text(self, contact: FoundContact, matched: Matched) -> MomentText | None:
        """What tells a contact from other moments of its day; None where any of these may be it. Of
        several events with one partner a moment that is known may be the first.
        """
        if not (contact.is_listed or self._days.place(contact)):
            return None
        return MomentText.of(matched.topic, matched.kind, contact.cells)

    def _put(self, contact: FoundContact, matched: Matched, mark: str) -> None:
        before = self._by_mark.get(mark)
        one = self._proposal(contact, matched, mark, before)
        if before is None and mark_of(self._secret, proposal_content(one)) in self._refused:
            self.outcome.skipped["said_no"] += 1  # the same meeting under another name
        elif self._is_told(one, self._days.place(contact)):
            self.outcome.already_known += 1  # another source told the same
            self._withdraw(mark)
        elif before is None:
            self.outcome.proposed += 1
            self._keep(one)
        elif before.same_as(replace(one, source=before.source)):
            self.outcome.already_known += 1
            self._keep(replace(before, called=one.called))
        else:
            self.outcome.changed += 1
            self._keep(one)

    def _proposal(
        self, contact: FoundContact, matched: Matched, mark: str, before: Proposal | None
    ) -> Proposal:
        """What is proposed; a contact that was proposed ``before`` keeps its ID and its answers."""
        listed = contact.is_listed or self._days.place(contact) is not None
        return Proposal(
            before.id if before else self._new_id(contact.sheet),
            mark,
            contact.day,
            contact.source,
            matched.with_,
            matched.named,
            matched.hints,
            matched.code,
            matched.kind,
            matched.topic,
            mark_of(self._secret, contact.series) if contact.series else "",
            contact.sheet,
            {name: text for name, text in contact.cells.items() if name != "topic"},
            before.said if before else {},
            listed,
            contact.called(self._secret),
            matched.unknown,
        )

    def _is_told(self, one: Proposal, place: int | None) -> bool:
        """Whether another source told the same row; of several events of a day ``place`` says which
        one it is.
        """
        told = self._rows.get(row_of(replace(one, listed=False) if place == 0 else one))
        if told is None or told == one.mark:
            return False
        return place != 0 or self._by_mark[told].source != one.source

    def _keep(self, one: Proposal) -> None:
        if (before := self._by_mark.get(one.mark)) is not None:
            self._free_row(before)
        self.outcome.waiting[one.id] = self._by_mark[one.mark] = one
        self._note_row(one)

    def _note_row(self, one: Proposal) -> None:
        self._rows[row_of(one)] = one.mark
        # An event in a calendar may be what a list tells of that day.
        self._rows.setdefault(row_of(replace(one, listed=False)), one.mark)

    def _free_row(self, one: Proposal) -> None:
        """Another contact may stand where this one stood."""
        for row in (row_of(one), row_of(replace(one, listed=False))):
            if self._rows.get(row) == one.mark:
                del self._rows[row]

    def _match(self, contact: FoundContact) -> Matched:
        if contact.sheet == "people":
            return self._matcher.match_person(contact)
        return self._matcher.match(contact)

    def _leave_out(self, mark: str, code: str) -> None:
        self.outcome.skipped[code or "nobody"] += 1
        self._withdraw(mark)

    def _withdraw(self, mark: str) -> None:
        """Propose no more what waited under a mark."""
        if (before := self._by_mark.pop(mark, None)) is not None:
            self.outcome.waiting.pop(before.id, None)
            self.outcome.withdrawn += 1
            self._free_row(before)


def _with_unknown(findings: Findings, waiting: Iterable[Proposal]) -> list[Proposal]:
    """What waits with an unknown name, out of forms that were read now."""
    forms = {one.source for one in findings.contacts if one.named_at}
    return [one for one in waiting if one.unknown and one.source in forms]


def _is_another(before: Proposal | None, contact: FoundContact, matched: Matched) -> bool:
    """Whether what waits under the key of a contact is another event: it came from elsewhere, is on
    another day and with others.
    """
    if before is None or before.source == contact.source or before.day == contact.day:
        return False
    return (before.with_, before.hints) != (matched.with_, matched.hints)
