"""The coverage matrix: party by phenomenon, how many partners are known and warm, and how many are
still missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trustbook.catalogue import Party, phenomena
from trustbook.columns import Choice
from trustbook.model import Book, Partner, Requirement
from trustbook.network.labels import Labels, in_area


@dataclass(frozen=True, slots=True)
class Square:
    """One party (or tier) for one phenomenon.

    ``required`` is None where nothing was asked for; ``gap`` is how many partners are still to be
    found, and ``conditional`` says that all of it is needed in some situations only. None for a
    count that is not shown.
    """

    known: int | None
    warm: int | None
    required: int | None = None
    gap: int = 0
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A row of the matrix: ``party`` is None for partners that have none filled in."""

    party: Party | None
    squares: tuple[Square, ...]

    @property
    def gap(self) -> int:
        """How many partners are missing over all phenomena."""
        return sum(square.gap for square in self.squares)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole of it: one square per line and phenomenon."""

    phenomena: tuple[Choice, ...]
    lines: tuple[MatrixRow, ...]


def columns_of(book: Book, labels: Labels) -> tuple[Choice, ...]:
    """The phenomena of a book: the catalogue's, its own, and any other that the required network
    names.
    """
    every = [*phenomena(), *(labels.phenomenon(name) for name in book.settings.phenomena)]
    every += [labels.phenomenon(need.phenomenon) for need in book.required if need.relevant]
    return tuple({choice.key: choice for choice in every}.values())


def make_matrix(book: Book, statuses: Mapping[int, str], labels: Labels) -> Matrix:
    """The matrix for the partners in ``statuses`` (position in ``Book.partners`` to status), in
    catalogue order.

    A partner stands for its phenomena, or for all of them where none is filled in. A line of the
    required network lacks what its minimum asks for beyond the partners of its party, area and
    tier.
    """
    columns = columns_of(book, labels)
    members: dict[str | None, list[int]] = {}
    parties: dict[str, Party] = {}
    for position in statuses:
        party = labels.party(text) if (text := book.partners[position].party) else None
        if party:
            parties[party.id] = party
        members.setdefault(party.id if party else None, []).append(position)
    needs: dict[tuple[str, str], list[Requirement]] = {}
    for need in book.required:
        if need.relevant:
            party = labels.party(need.party)
            parties[party.id] = party
            needs.setdefault((party.id, labels.phenomenon(need.phenomenon).key), []).append(need)
    keys: list[str | None] = [party.id for party in in_order(parties.values())]
    lines = []
    for key in [*keys, None] if None in members else keys:
        own = members.get(key, ())
        squares = tuple(
            _square(
                book.partners,
                own,
                statuses,
                column.key,
                needs.get((key or "", column.key), ()),
                labels,
            )
            for column in columns
        )
        lines.append(MatrixRow(parties[key] if key else None, squares))
    return Matrix(columns, tuple(lines))


def in_order(parties: Iterable[Party]) -> list[Party]:
    """Parties as the catalogue lists them, a book's own behind them by name."""
    from trustbook.catalogue import parties as listed

    places = {party.id: place for place, party in enumerate(listed())}
    return sorted(parties, key=lambda party: (places.get(party.id, len(places)), party.nl))


def _square(
    partners: Sequence[Partner],
    own: Sequence[int],
    statuses: Mapping[int, str],
    phenomenon: str,
    needs: Sequence[Requirement],
    labels: Labels,
) -> Square:
    standing = [p for p in own if not partners[p].phenomena or phenomenon in partners[p].phenomena]
    warm = sum(statuses[p] == "warm" for p in standing)
    if not needs:
        return Square(len(standing), warm)
    gap = sum(
        max(0, need.minimum - sum(_answers(partners[p], need, labels) for p in standing))
        for need in needs
    )
    conditional = all(need.condition for need in needs)
    return Square(len(standing), warm, sum(need.minimum for need in needs), gap, conditional)


def _answers(partner: Partner, need: Requirement, labels: Labels) -> bool:
    return in_area(partner.area, need.area) and (
        need.tier is None or labels.tier(partner) in (None, need.tier)
    )
