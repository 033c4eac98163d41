"""Making proposals of what was found: each contact once, whatever told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from trustbook.errors import TrustbookError
from trustbook.intake.contacts import Findings, FoundContact
from trustbook.intake.form_faults import FormFault
from trustbook.intake.given_answers import GivenAnswers
from trustbook.intake.marks import mark_of
from trustbook.intake.matching import NOT_TO_BE_NAMED, Matched, Matcher
from trustbook.intake.proposals import Proposal, proposal_content
from trustbook.intake.renamed_lists import NUMBERED
from trustbook.intake.same_day import SameDay
from trustbook.intake.spoken_days import MomentText, SpokenDays
from trustbook.intake.waiting import WaitingProposals
from trustbook.model import Book


@dataclass(slots=True)
class ImportOutcome:
    """What an import came to: all that waits now, how much of it is new or was changed, how much
    was known already, and how many were left out, by why. ``unknown``: the names of lists and cards
    that mean nobody, with how often, ``away`` of people who were not in office. ``faults`` are what
    could not be taken in, each with its place, ``form_faults`` places with an unknown name. Of
    those ``withdrawn`` some are ``gone`` from their source.
    """

    waiting: dict[str, Proposal]
    proposed: int = 0
    changed: int = 0
    already_known: int = 0
    withdrawn: int = 0
    gone: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    away: Counter[str] = field(default_factory=Counter)
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
        self._matcher = Matcher(book)
        self._spoken = SpokenDays(book)
        self._given = GivenAnswers(refused, taken, said_of or {}, secret)
        self._secret, self._new_id = secret, new_id
        self._waiting = WaitingProposals(waiting)
        self.outcome = ImportOutcome(self._waiting.by_id)
        self._days = SameDay((), self._match)

    def propose(self, findings: Findings) -> ImportOutcome:
        """Propose what was found; what is gone from a series that was seen is proposed no more."""
        self.outcome.skipped += findings.skipped
        self.outcome.faults += findings.faults
        self._days = SameDay(findings.contacts, self._match)
        self._make_room(findings.contacts)
        seen = set()
        for contact in findings.contacts:
            mark = mark_of(self._secret, contact.key)
            seen.add(mark)
            if findings.is_off(contact):
                self._leave_out(mark, "cancelled")
            else:
                self._propose(contact, mark)
        self._withdraw_gone(findings, seen | self._given.taken)
        return self.outcome

    def _make_room(self, contacts: Iterable[FoundContact]) -> None:
        """Let another contact stand where one stood that moved, whichever is read first."""
        for contact in contacts:
            mark = mark_of(self._secret, contact.key)
            before = self._waiting.under(mark)
            if before is None or before.said_of == contact.said_of(self._secret):
                continue
            if not (self._is_other_row(contact, mark) or self._is_another_event(contact, mark)):
                self._waiting.free_row(before)

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
        elif self._given.has(mark):
            self._meet_answered(contact, mark)
        elif self._is_another_event(contact, mark):
            self._propose_apart(contact)
        else:
            self._propose_as(contact, mark)

    def _propose_as(self, contact: FoundContact, mark: str, again: str = "") -> None:
        """Propose a contact that has no answer, as far as it means somebody of whom no moment of
        that day is known.
        """
        matched = self._days.match(contact)
        if contact.named_at and (matched.unknown or not (matched.with_ or matched.hints)):
            self.outcome.form_faults.append(contact.named_at)
        contact, matched = self._without_forgotten(contact, matched)
        self._count_unknown(matched)
        if not (matched.with_ or matched.hints):
            self._leave_out(mark, matched.code)
        elif (left := self._not_yet(contact, matched)) is None:
            self._pass_over(mark)
        else:
            self._put(contact, left, mark, again)

    def _count_unknown(self, matched: Matched) -> None:
        names = {*matched.unknown.split("; ")} - {"", NOT_TO_BE_NAMED}
        self.outcome.unknown.update(names - {*matched.away})
        self.outcome.away.update(names & {*matched.away})

    # contacts that share what they are known by

    def _is_other_row(self, contact: FoundContact, mark: str) -> bool:
        """Whether a list gives the number of another row, on another day with others, once more."""
        if not contact.key.startswith(NUMBERED):
            return False
        before = self._waiting.under(mark)
        day, called = (before.day.isoformat(), before.called) if before else self._given.said(mark)
        is_moved = called != "" and day != contact.day.isoformat()
        return is_moved and called != contact.called(self._secret)

    def _is_another_event(self, contact: FoundContact, mark: str) -> bool:
        """Whether what waits under the key of a contact is another event: it came from elsewhere,
        is on another day and with others.
        """
        before, matched = self._waiting.under(mark), self._days.match(contact)
        if before is None or before.source == contact.source or before.day == contact.day:
            return False
        return (before.with_, before.hints) != (matched.with_, matched.hints)

    def _propose_apart(self, contact: FoundContact) -> None:
        """Propose an event that another one, in another source, shares its UID with, or a row that
        another one shares its number with.
        """
        apart = replace(contact, key=f"{contact.key}|{contact.title}|{contact.day}", series="")
        self._propose(apart, mark_of(self._secret, apart.key))

    # contacts that got an answer

    def _meet_answered(self, contact: FoundContact, mark: str) -> None:
        """Pass over a contact that got a yes or a no; what was changed since is asked about once
        more.
        """
        anew = replace(contact, key=f"{contact.key}|again", series="")
        mark_anew = mark_of(self._secret, anew.key)
        again = self._given.changed_since(contact, mark, self._names_partners)
        if again and self._given.has(mark_anew):
            self._meet_answered(anew, mark_anew)
        elif again and self._is_another_event(anew, mark_anew):
            self._propose_apart(anew)
        elif again:
            self._propose_as(anew, mark_anew, again)
        else:
            before = self._waiting.under(mark_anew)
            if before is not None and before.source == contact.source:
                self._withdraw(mark_anew)
            self._note_answered(contact, mark)

    def _names_partners(self, contact: FoundContact) -> bool:
        return bool(self._days.match(contact).partners)

    def _note_answered(self, contact: FoundContact, mark: str) -> None:
        if mark not in self._given.refused:
            self.outcome.already_known += 1
            return
        left = self._without_forgotten(contact, self._days.match(contact))[1]
        self.outcome.skipped["forgotten" if left.code == "forgotten" else "said_no"] += 1

    # what is known of a day

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

    # what waits

    def _put(self, contact: FoundContact, matched: Matched, mark: str, again: str) -> None:
        before = self._waiting.under(mark)
        one = self._proposal(contact, matched, mark, again)
        if before is None and mark_of(self._secret, proposal_content(one)) in self._given.refused:
            self.outcome.skipped["said_no"] += 1  # the same meeting under another name
        elif self._waiting.is_told(one, self._days.place(contact)):
            self._pass_over(mark)  # another source told the same
        elif before is None:
            self.outcome.proposed += 1
            self._waiting.keep(one)
        elif before.same_as(replace(one, source=before.source)):
            self.outcome.already_known += 1
            self._waiting.keep(replace(before, called=one.called))
        else:
            self.outcome.changed += 1
            self._waiting.keep(one)

    def _proposal(self, contact: FoundContact, matched: Matched, mark: str, again: str) -> Proposal:
        """What is proposed; a contact that was proposed before keeps its ID and its answers."""
        before = self._waiting.under(mark)
        listed = contact.is_listed or self._days.place(contact) is not None
        return Proposal(
            id=before.id if before else self._new_id(contact.sheet),
            mark=mark,
            day=contact.day,
            source=contact.source,
            with_=matched.with_,
            partners=matched.named,
            hints=matched.hints,
            code=matched.code,
            kind=matched.kind,
            topic=matched.topic,
            series=mark_of(self._secret, contact.series) if contact.series else "",
            sheet=contact.sheet,
            cells={name: text for name, text in contact.cells.items() if name != "topic"},
            said=before.said if before else {},
            listed=listed,
            called=contact.called(self._secret),
            unknown=matched.unknown,
            again=again,
        )

    def _match(self, contact: FoundContact) -> Matched:
        if contact.sheet == "people":
            return self._matcher.match_person(contact)
        return self._matcher.match(contact)

    def _pass_over(self, mark: str) -> None:
        """Leave a contact that is known already."""
        self.outcome.already_known += 1
        self._withdraw(mark)

    def _leave_out(self, mark: str, code: str) -> None:
        self.outcome.skipped[code or "nobody"] += 1
        self._withdraw(mark)

    def _withdraw(self, mark: str) -> None:
        """Propose no more what waited under a mark."""
        self.outcome.withdrawn += self._waiting.withdraw(mark)


def _with_unknown(findings: Findings, waiting: Iterable[Proposal]) -> list[Proposal]:
    """What waits with an unknown name, out of forms that were read now."""
    named = (one for one in findings.contacts if one.named_at and one.named_at.address)
    forms = {one.source for one in named}
    return [one for one in waiting if one.unknown and one.source in forms]
