"""The coverage matrix: party by phenomenon, how many partners are known, warm and missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from trustbook.catalogue import Party, phenomena
from trustbook.columns import Choice
from trustbook.model import Book, Partner, Requirement
from trustbook.network.labels import Labels, in_area


@dataclass(frozen=True, slots=True)
class MatrixCell:
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
    cells: tuple[MatrixCell, ...]

    @property
    def gap(self) -> int:
        """How many partners are missing over all phenomena."""
        return sum(cell.gap for cell in self.cells)

    @property
    def has_hidden(self) -> bool:
        """Whether any of its counts is not shown."""
        return any(cell.known is None or cell.warm is None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole of it: one cell per line and phenomenon; no lines where there are no phenomena."""

    phenomena: tuple[Choice, ...]
    lines: tuple[MatrixRow, ...]


def decided_phenomena(book: Book, labels: Labels) -> tuple[Choice, ...]:
    """The phenomena that the required network and Settings name: catalogue order, own ones last."""
    own = [labels.phenomenon(name) for name in book.settings.phenomena]
    own += [labels.phenomenon(need.phenomenon) for need in book.required if need.relevant]
    return _catalogue_first(own)


def matrix_phenomena(book: Book, labels: Labels) -> tuple[Choice, ...]:
    """Those of ``decided_phenomena``, and others that a partner is there for."""
    named = dict.fromkeys(key for partner in book.partners for key in partner.phenomena)
    return _catalogue_first([*decided_phenomena(book, labels), *map(labels.phenomenon, named)])


def _catalogue_first(found: Iterable[Choice]) -> tuple[Choice, ...]:
    each = {choice.key: choice for choice in found}
    listed = [choice for choice in phenomena() if choice.key in each]
    return tuple({choice.key: choice for choice in (*listed, *each.values())}.values())


def make_matrix(book: Book, statuses: Mapping[int, str], labels: Labels) -> Matrix:
    """The matrix for the partners in ``statuses`` (position to status), in catalogue order.

    A partner stands for its phenomena, or for all of them where none is filled in. A line of the
    required network lacks what its minimum asks for beyond the partners of its party, area and
    tier.
    """
    columns = matrix_phenomena(book, labels)
    if not columns:
        return Matrix((), ())
    known = {position: _party_of(book.partners[position], labels) for position in statuses}
    members: dict[str, list[tuple[Partner, str]]] = {}
    for position, party in known.items():
        members.setdefault(_key(party), []).append((book.partners[position], statuses[position]))
    needs, required = _needs(book, labels)
    lines = []
    for row in _parties_in_order(known.values(), required):
        own = members.get(_key(row), ())
        asked = [(column.key, needs.get((_key(row), column.key), ())) for column in columns]
        cells = tuple(_cell(own, phenomenon, wanted, labels) for phenomenon, wanted in asked)
        lines.append(MatrixRow(row, cells))
    return Matrix(columns, tuple(lines))


def _needs(
    book: Book, labels: Labels
) -> tuple[dict[tuple[str, str], list[Requirement]], list[Party]]:
    """The lines of the required network that count, by party and phenomenon; and their parties."""
    needs: dict[tuple[str, str], list[Requirement]] = {}
    parties = []
    for need in book.required:
        if need.relevant:
            party = labels.party(need.party)
            parties.append(party)
            place = _key(party), labels.phenomenon(need.phenomenon).key
            needs.setdefault(place, []).append(need)
    return needs, parties


def _key(party: Party | None) -> str:
    return party.id if party else ""


def _party_of(partner: Partner, labels: Labels) -> Party | None:
    return labels.party(partner.party) if partner.party else None


def _parties_in_order(
    known: Collection[Party | None], required: Iterable[Party]
) -> list[Party | None]:
    """Every party once, in the order of the rows; None, where somebody has none, comes last."""
    parties = {party.id: party for party in (*known, *required) if party}
    ordered: list[Party | None] = [*in_catalogue_order(parties.values())]
    return [*ordered, None] if None in known else ordered


def in_catalogue_order(parties: Iterable[Party]) -> list[Party]:
    """Parties as the catalogue lists them, a book's own behind them by name."""
    from trustbook.catalogue import parties as listed

    places = {party.id: place for place, party in enumerate(listed())}
    return sorted(parties, key=lambda party: (places.get(party.id, len(places)), party.nl))


def _cell(
    partners: Sequence[tuple[Partner, str]],
    phenomenon: str,
    needs: Sequence[Requirement],
    labels: Labels,
) -> MatrixCell:
    """What the ``partners`` (with their status) of one party are to a phenomenon."""
    standing = [one for one in partners if one[0].stands_for(phenomenon)]
    warm = sum(status == "warm" for _, status in standing)
    if not needs:
        return MatrixCell(len(standing), warm)
    required = sum(need.minimum for need in needs)
    gap = sum(_missing(need, [partner for partner, _ in standing], labels) for need in needs)
    conditional = all(need.condition for need in needs)
    return MatrixCell(len(standing), warm, required, gap, conditional)


def _missing(need: Requirement, standing: Sequence[Partner], labels: Labels) -> int:
    answering = sum(_answers(partner, need, labels) for partner in standing)
    return max(0, need.minimum - answering)


def _answers(partner: Partner, need: Requirement, labels: Labels) -> bool:
    return in_area(partner.area, need.area) and (
        need.tier is None or labels.tier(partner) in (None, need.tier)
    )
