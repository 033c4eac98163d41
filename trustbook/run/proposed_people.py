"""People who stand on Proposals and on no list yet: they are held, and can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from trustbook.columns import PEOPLE, PROPOSALS
from trustbook.intake.proposals import REFUSED, WAITING, Proposal, proposals_in
from trustbook.ledger import Ledger
from trustbook.ledger.facts import numbered_rows_on
from trustbook.names import clean, key
from trustbook.run.replica import Replica
from trustbook.snapshot import Grid


@dataclass(frozen=True, slots=True)
class Cards:
    """The contact cards of one person that wait on Proposals, by the ID of the row."""

    waiting: Mapping[str, Proposal] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """What the person is called on them."""
        return set(self._told("name"))

    @property
    def ways(self) -> list[str]:
        """How the person is reached."""
        return [*self._told("phone"), *self._told("email")]

    @property
    def homes(self) -> list[str]:
        """The partners at which the person works."""
        return [one.with_ for one in self.waiting.values() if one.with_]

    @property
    def partners(self) -> list[str]:
        """The same partners by their identities."""
        return [identity for one in self.waiting.values() for identity in one.partners]

    def _told(self, column: str) -> Iterator[str]:
        yield from (one.cells[column] for one in self.waiting.values() if one.cells.get(column))

    def refuse(self, ledger: Ledger, day: date) -> None:
        """Have the memory propose them no more, whatever source tells of them again."""
        if self.waiting:
            marks = dict.fromkeys((one.mark for one in self.waiting.values()), day.isoformat())
            ledger.note(REFUSED, ledger.facts(REFUSED) | marks)

    def shown_in(self, replica: Replica, lang: str) -> Iterator[tuple[str, int, str, str, str]]:
        """What is held of them: sheet, row on it, ID, column and text."""
        grid = next((one for one in replica.snapshot.grids if one.ours == PROPOSALS.key), None)
        rows = {str(row.get("id")): number for number, row in _rows(grid)}
        sheet = PROPOSALS.label(lang) if grid is None else grid.title
        for identity, one in self.waiting.items():
            for name, text in one.cells.items():
                label = PEOPLE.column(name).label(lang)
                yield sheet, rows.get(identity, 0), identity, label, text


def _rows(grid: Grid | None) -> list[tuple[int, dict[str, object]]]:
    return [] if grid is None else [(at, {**row}) for at, row in numbered_rows_on(grid, PROPOSALS)]


def cards_called(ledger: Ledger | None, name: str) -> Cards:
    """The cards of people of that name."""
    waiting = proposals_in(ledger.facts(WAITING)) if ledger else {}
    return Cards(
        {
            one.id: one
            for one in waiting.values()
            if one.sheet == PEOPLE.key and key(clean(one.cells.get("name", ""))) == key(name)
        }
    )
