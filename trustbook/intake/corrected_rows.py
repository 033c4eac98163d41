"""Rows of a list without numbers that were corrected: known by what stayed the same.

Such a row is known by its day, its names and its topic, so what corrects one of these would be a
second contact beside the first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from trustbook.intake.contacts import FoundContact
from trustbook.intake.marks import mark_of
from trustbook.intake.proposals import Proposal
from trustbook.intake.renamed_lists import NUMBERED
from trustbook.names import key

_LISTED = "log|"


@dataclass(frozen=True, slots=True)
class CorrectedRows:
    """Finds them among what waits: ``answered`` are the marks of what got an answer, ``secret`` is
    what marks are keyed with.
    """

    answered: Collection[str]
    secret: bytes

    def followed(
        self, waiting: Mapping[str, Proposal], contacts: Iterable[FoundContact]
    ) -> dict[str, Proposal]:
        """What waits, by ID; that of a row that was corrected under the mark it has now."""
        rows = self._by_list(contacts)
        known = {*self.answered, *(one.mark for one in waiting.values())}
        found = dict(waiting)
        for source, gone in self._gone(waiting.values(), rows).items():
            told = rows.get(source, {})
            stayed = [row.day for mark, row in told.items() if mark in known]
            new = {mark: row for mark, row in told.items() if mark not in known}
            found |= self._paired(gone, new, stayed)
        return found

    def _gone(
        self, waiting: Iterable[Proposal], rows: Mapping[str, Mapping[str, FoundContact]]
    ) -> dict[str, list[Proposal]]:
        """What waits and stands in no list any more, by the list that it came from."""
        there = {*self.answered, *(mark for told in rows.values() for mark in told)}
        gone: dict[str, list[Proposal]] = {}
        for one in waiting:
            if one.listed and not one.again and one.mark not in there:
                gone.setdefault(one.source, []).append(one)
        return gone

    def _by_list(self, contacts: Iterable[FoundContact]) -> dict[str, dict[str, FoundContact]]:
        """The rows by the name of their list and by mark; a numbered row has its number."""
        rows: dict[str, dict[str, FoundContact]] = {}
        for one in contacts:
            mark = mark_of(self.secret, one.key)
            if one.key.startswith(_LISTED) and not one.key.startswith(NUMBERED):
                rows.setdefault(one.source, {})[mark] = one
        return rows

    def _paired(
        self, gone: Collection[Proposal], new: Mapping[str, FoundContact], stayed: Collection[date]
    ) -> dict[str, Proposal]:
        """What waits of rows that are gone, each under the mark of the only row that is new in
        their list and may be it, where it is the only one for that row.
        """
        pairs = [
            (one, mark)
            for one in gone
            for mark, row in new.items()
            if self._may_be(one, row, stayed)
        ]
        ids, marks = [one.id for one, _ in pairs], [mark for _, mark in pairs]
        return {
            one.id: replace(one, mark=mark)
            for one, mark in pairs
            if ids.count(one.id) == 1 and marks.count(mark) == 1
        }

    def _may_be(self, one: Proposal, row: FoundContact, stayed: Collection[date]) -> bool:
        """Whether a row is what became of another: one of its day, names and topic is corrected,
        and rows around it ``stayed``.

        A list that only has the last weeks loses its first row and gets another at its end: these
        are two talks, however alike.
        """
        is_that_day = one.day == row.day
        same = (
            is_that_day,
            one.called == row.called(self.secret),
            key(one.topic) == key(row.cells.get("topic", "")),
        )
        if sum(same) != len(same) - 1 or not stayed:
            return False
        return is_that_day or min(stayed) < one.day or row.day < max(stayed)
