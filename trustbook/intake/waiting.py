"""The proposals that wait, as an import finds and leaves them: by mark, and by the row each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from trustbook.intake.proposals import Proposal, RowKey, row_of


class WaitingProposals:
    """The proposals that wait; ``by_id`` has them by the ID that their row will have."""

    def __init__(self, waiting: Mapping[str, Proposal]) -> None:
        self.by_id = dict(waiting)
        self._by_mark = {one.mark: one for one in waiting.values()}
        self._rows: dict[RowKey, str] = {}
        for one in waiting.values():
            self._note_row(one)

    def under(self, mark: str) -> Proposal | None:
        """What waits under a mark."""
        return self._by_mark.get(mark)

    def keep(self, one: Proposal) -> None:
        """Have a proposal wait, in the place of what waits under its mark."""
        if (before := self._by_mark.get(one.mark)) is not None:
            self.free_row(before)
        self.by_id[one.id] = self._by_mark[one.mark] = one
        self._note_row(one)

    def withdraw(self, mark: str) -> bool:
        """Have nothing wait under a mark; whether anything did."""
        before = self._by_mark.pop(mark, None)
        if before is not None:
            self.by_id.pop(before.id, None)
            self.free_row(before)
        return before is not None

    def is_told(self, one: Proposal, place: int | None) -> bool:
        """Whether another source told the same row; of several events of a day ``place`` says which
        one it is.
        """
        told = self._rows.get(row_of(replace(one, listed=False) if place == 0 else one))
        if told is None or told == one.mark:
            return False
        return place != 0 or self._by_mark[told].source != one.source

    def _note_row(self, one: Proposal) -> None:
        self._rows[row_of(one)] = one.mark
        # An event in a calendar may be what a list tells of that day.
        self._rows.setdefault(row_of(replace(one, listed=False)), one.mark)

    def free_row(self, one: Proposal) -> None:
        """Another contact may stand where this one stood."""
        for row in (row_of(one), row_of(replace(one, listed=False))):
            if self._rows.get(row) == one.mark:
                del self._rows[row]
