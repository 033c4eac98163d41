"""Proposals: contacts that wait for a yes, as the ledger keeps them, and how they are made."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b

from trustbook.intake.contacts import Findings, FoundContact
from trustbook.intake.matching import Matched, Matcher
from trustbook.intake.spoken_days import MomentText, SpokenDays
from trustbook.model import Book

# The kinds of facts: what waits, by the ID that its row will have; what got a no, and what a yes,
# by mark.
WAITING, REFUSED, TAKEN = "proposals", "proposals_no", "proposals_yes"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A contact that waits for a yes. ``id`` is the ID that its row will have.

    ``mark`` and ``series`` are keyed hashes of what the source knows it by. ``with_`` is the text
    for With, ``partners`` the identities of the partners it names, () where it names others too.
    ``listed``: a list or a form told it as a row of its own.
    ``hints`` are names that may be meant, ``code`` says why nobody is. ``said``: answers that do
    not count yet, by the address of the workbook.
    """

    id: str
    mark: str
    day: date
    source: str
    with_: str = ""
    partners: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    code: str = ""
    kind: str | None = None
    topic: str = ""
    series: str = ""
    sheet: str = "moments"
    cells: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    listed: bool = False

    @property
    def text(self) -> MomentText | None:
        """What tells it apart from others of that day; None for one that any of these may be."""
        return MomentText.of(self.topic, self.kind, self.cells) if self.listed else None

    def kept(self) -> str:
        """The proposal as a fact."""
        told = ((name, getattr(self, name)) for name in self.__slots__ if name != "id")
        line = {name: value for name, value in told if value}
        return json.dumps({**line, "day": self.day.isoformat()}, default=dict)

    def same_as(self, other: Proposal) -> bool:
        """Whether both propose the same row."""
        return replace(self, id="", said={}, mark="") == replace(other, id="", said={}, mark="")


def proposals_in(facts: Mapping[str, str]) -> dict[str, Proposal]:
    """The proposals that were kept as facts, by ID, the first day in front."""
    found = {}
    for identity, text in facts.items():
        line = json.loads(text)
        for name in ("partners", "hints"):
            line[name] = tuple(line.get(name, ()))
        line |= {"id": identity, "day": date.fromisoformat(line["day"])}
        found[identity] = Proposal(**line)
    return dict(sorted(found.items(), key=lambda pair: (pair[1].day, pair[1].with_, pair[0])))


def mark_of(secret: bytes, text: str) -> str:
    """What is kept of the name that a source has for something: nobody can tell the one from it."""
    told = text.encode("utf-8", "surrogatepass")
    return blake2b(told, key=secret, digest_size=12).hexdigest()


@dataclass(slots=True)
class ImportOutcome:
    """What an import came to: all that waits now, how much of it is new or was changed, how much
    was known already, and how many were left out, by why.
    """

    waiting: dict[str, Proposal]
    proposed: int = 0
    changed: int = 0
    already_known: int = 0
    withdrawn: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


# Whether the person of a card, who works at the partners it was matched with, was forgotten.
IsForgotten = Callable[[FoundContact, Matched], bool]


class Proposing:
    """Makes proposals of what was found.

    ``answered`` are the marks that got a yes or a no; ``secret`` is what marks are keyed with,
    ``new_id`` gives an ID for a row of a sheet.
    """

    def __init__(
        self,
        book: Book,
        waiting: Mapping[str, Proposal],
        refused: Iterable[str],
        taken: Iterable[str],
        secret: bytes,
        new_id: Callable[[str], str],
        is_forgotten: IsForgotten = lambda *_: False,
    ) -> None:
        self._is_forgotten = is_forgotten
        self._matcher = Matcher(book)
        self._spoken = SpokenDays(book)
        self._refused, self._taken = frozenset(refused), frozenset(taken)
        self._secret, self._new_id = secret, new_id
        self.outcome = ImportOutcome(dict(waiting))
        self._by_mark = {one.mark: one for one in waiting.values()}
        self._rows: dict[_RowKey, str] = {}
        for one in waiting.values():
            self._note_row(one)

    def propose(self, findings: Findings) -> ImportOutcome:
        """Propose what was found; what is gone from a series that was seen is proposed no more."""
        self.outcome.skipped += findings.skipped
        seen = set()
        for contact in findings.contacts:
            mark = mark_of(self._secret, contact.key)
            seen.add(mark)
            self._propose(contact, mark)
        whole = {mark_of(self._secret, series) for series in findings.series}
        for identity, one in list(self.outcome.waiting.items()):
            if one.series in whole and one.mark not in seen | self._taken:
                del self.outcome.waiting[identity]
                self.outcome.withdrawn += 1
        return self.outcome

    def _propose(self, contact: FoundContact, mark: str) -> None:
        if mark in self._refused:
            self.outcome.skipped["said_no"] += 1
            return
        if mark in self._taken:
            self.outcome.already_known += 1
            return
        matched = _match_of(self._matcher, contact)
        if contact.sheet == "people" and self._is_forgotten(contact, matched):
            matched = Matched(code="forgotten")
        if not (matched.with_ or matched.hints):
            self._leave_out(mark, matched.code)
            return
        left = self._not_yet(contact, matched)
        if left is None:
            self.outcome.already_known += 1
            self._withdraw(mark)
            return
        self._put(contact, left, mark)

    def _not_yet(self, contact: FoundContact, matched: Matched) -> Matched | None:
        """The contact without the partners of whom a moment of that day is known; None where that
        leaves nobody.
        """
        cells, topic = contact.cells, matched.topic
        text = MomentText.of(topic, matched.kind, cells) if contact.is_listed else None
        spoken = self._spoken.on(contact.day.toordinal(), text)
        if contact.sheet != "moments" or not matched.partners or not spoken & {*matched.partners}:
            return matched
        left = [one for one in matched.partners if one not in spoken]
        if not left or not matched.named:
            return matched if left else None
        texts = self._matcher.labels(left)
        named = self._matcher.identities(left)
        return replace(matched, with_="; ".join(texts), partners=tuple(left), named=named)

    def _put(self, contact: FoundContact, matched: Matched, mark: str) -> None:
        before = self._by_mark.get(mark)
        one = self._proposal(contact, matched, mark, before)
        if before is None and mark_of(self._secret, proposal_content(one)) in self._refused:
            self.outcome.skipped["said_no"] += 1  # the same meeting under another name
        elif before is None and self._rows.get(_row_of(one), mark) != mark:
            self.outcome.already_known += 1  # another source told the same
        elif before is None:
            self.outcome.proposed += 1
            self._keep(one)
        elif before.same_as(replace(one, source=before.source)):
            self.outcome.already_known += 1
        else:
            self.outcome.changed += 1
            self._keep(one)

    def _proposal(
        self, contact: FoundContact, matched: Matched, mark: str, before: Proposal | None
    ) -> Proposal:
        """What is proposed; a contact that was proposed ``before`` keeps its ID and its answers."""
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
            contact.is_listed,
        )

    def _keep(self, one: Proposal) -> None:
        self.outcome.waiting[one.id] = self._by_mark[one.mark] = one
        self._note_row(one)

    def _note_row(self, one: Proposal) -> None:
        self._rows[_row_of(one)] = one.mark
        # An event in a calendar may be what a list tells of that day.
        self._rows.setdefault(_row_of(replace(one, listed=False)), one.mark)

    def _leave_out(self, mark: str, code: str) -> None:
        self.outcome.skipped[code or "nobody"] += 1
        self._withdraw(mark)

    def _withdraw(self, mark: str) -> None:
        """Propose no more what waited under a mark."""
        if (before := self._by_mark.pop(mark, None)) is not None:
            self.outcome.waiting.pop(before.id, None)
            self.outcome.withdrawn += 1


def _match_of(matcher: Matcher, contact: FoundContact) -> Matched:
    if contact.sheet == "people":
        return matcher.match_person(contact)
    return matcher.match(contact)


_RowKey = tuple[str, date | None, frozenset[str], str, MomentText | None]


def _row_of(one: Proposal) -> _RowKey:
    """What makes two proposals the same row, whatever told of them."""
    who = one.partners or ((one.with_,) if one.with_ else ("?", *one.hints))
    name = one.cells.get("name", "") if one.sheet == "people" else ""
    return one.sheet, one.day if one.sheet == "moments" else None, frozenset(who), name, one.text


def proposal_content(one: Proposal) -> str:
    """What a no is remembered by, whatever its source calls it: day, partners and what it says."""
    sheet, day, who, name, text = _row_of(one)
    return f"content|{sheet}|{day}|{sorted(map(str, who))}|{name}|{text or one.topic}"
