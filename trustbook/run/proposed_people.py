"""People who stand on Proposals and on no list yet: they are held, and can be forgotten."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from trustbook.columns import PEOPLE, PROPOSALS
from trustbook.intake.proposals import REFUSED, WAITING, Proposal, proposals_in
from trustbook.ledger import Ledger
from trustbook.ledger.facts import numbered_rows_on
from trustbook.model import Book
from trustbook.names import clean, key
from trustbook.reading.cells import shown
from trustbook.run.mentions import Mentioned, mentioned
from trustbook.run.replica import Replica
from trustbook.snapshot import CellValue, Grid


@dataclass(frozen=True, slots=True)
class Cards:
    """The contact cards of one person that wait on Proposals, by the ID of the row; ``mentioned``:
    where else somebody who is on no list is named.
    """

    waiting: Mapping[str, Proposal] = field(default_factory=dict)
    mentioned: Mentioned = field(default_factory=Mentioned)

    def __bool__(self) -> bool:
        return bool(self.waiting or self.mentioned.name)

    @property
    def names(self) -> set[str]:
        """What the person is called on them."""
        return {*self._told("name"), self.mentioned.name} - {""}

    @property
    def ways(self) -> list[str]:
        """How the person is reached."""
        return [*self._told("phone"), *self._told("email")]

    @property
    def homes(self) -> list[str]:
        """The partners at which the person works."""
        at = [one.with_ for one in self.waiting.values() if one.with_]
        return [*at, *self.mentioned.homes]

    @property
    def partners(self) -> list[str]:
        """The same partners by their identities."""
        at = [identity for one in self.waiting.values() for identity in one.partners]
        return [*at, *self.mentioned.partners]

    def _told(self, column: str) -> Iterator[str]:
        yield from (one.cells[column] for one in self.waiting.values() if one.cells.get(column))

    @property
    def told(self) -> set[str]:
        """What the person is called, and reached by."""
        return self.names.union(self.ways)

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


def _rows(grid: Grid | None) -> list[tuple[int, dict[str, CellValue]]]:
    return [] if grid is None else numbered_rows_on(grid, PROPOSALS)


def cards_called(
    book: Book, ledger: Ledger | None, name: str, former: Collection[str] = ()
) -> Cards:
    """The cards of people of that name, and where texts name them; ``former``: as `mentioned`."""
    waiting = proposals_in(ledger.facts(WAITING)) if ledger else {}
    return Cards(
        {
            one.id: one
            for one in waiting.values()
            if one.sheet == PEOPLE.key and key(clean(one.cells.get("name", ""))) == key(name)
        },
        mentioned(book, ledger, name, former),
    )


def told_of_others(ledger: Ledger, cards: Cards, called: Collection[str]) -> set[str]:
    """What people are called and reached by on the cards of others: not on these ``cards``, nor on
    those of people who are ``called`` so (normalised).
    """
    waiting = proposals_in(ledger.facts(WAITING)).values()
    return Cards(
        {
            one.id: one
            for one in waiting
            if one.sheet == PEOPLE.key
            and one.id not in cards.waiting
            and key(clean(one.cells.get("name", ""))) not in called
        }
    ).told


def hidden_on_proposals(
    before: Replica, without: Replica, lang: str
) -> Iterator[tuple[str, int, str, str, str, str]]:
    """The cells of proposals that stay and that name who is forgotten: sheet, row, ID, column,
    what stands there and what will.
    """
    for grid, now in zip(before.snapshot.grids, without.snapshot.grids, strict=True):
        if grid.ours != PROPOSALS.key:
            continue
        for (row, was), (_, cells) in zip(_rows(grid), _rows(now), strict=True):
            for name in _changed(was, cells):
                told = shown(was[name] or ""), shown(cells[name] or "")
                label = PROPOSALS.column(name).label(lang)
                yield grid.title, row, str(was.get("id") or ""), label, *told


def _changed(was: Mapping[str, CellValue], now: Mapping[str, CellValue]) -> list[str]:
    """The cells of a row that say something else; none where all of it goes."""
    if was.get("id") != now.get("id"):
        return []
    return [name for name, value in was.items() if value != now[name]]
