"""The coverage matrix as everybody may see it: tiers instead of parties, small rows hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from trustbook.columns import TIERS, Choice
from trustbook.model import Book
from trustbook.network.labels import Labels
from trustbook.overview.disclosure import has_small, hidden_rows
from trustbook.overview.matrix import Matrix, MatrixCell, MatrixRow, decided_phenomena
from trustbook.overview.numbers import Numbers

OTHER: Final = Choice("other", "own phenomena", "eigen fenomenen")


def matrix_by_tier(numbers: Numbers) -> tuple[tuple[Choice | None, ...], Matrix]:
    """The matrix of the public edition: tiers instead of parties, with small rows hidden.

    A party often is one partner, so party by phenomenon would say of a partner for what it stands.
    A book's own phenomena are one column. What only a partner names has none: that it is there
    would tell of that partner.
    """
    decided = decided_phenomena(numbers.book, Labels(numbers.book.settings))
    if not decided:
        return (), Matrix((), ())
    columns, keys = _public_columns(decided)
    members = _members_by_tier(numbers)
    known, warm = [], []
    for own in members.values():
        standing = [_standing_for(numbers.book, own, wanted) for wanted in keys]
        known.append([len(positions) for positions in standing])
        warm.append([_count_warm(numbers, positions) for positions in standing])
    no_known, no_warm = _hidden_tiers(known, warm, list(members).index("civil_society"))
    lines = tuple(map(_public_row, _blanked(known, no_known), _blanked(warm, no_warm)))
    tiers = {tier.key: tier for tier in TIERS}
    return tuple(tiers.get(key or "") for key in members), Matrix(columns, lines)


def _blanked(rows: Sequence[Sequence[int]], hidden: set[int]) -> list[Sequence[int | None]]:
    """The rows with None for every number of a hidden one."""
    return [[None] * len(row) if at in hidden else row for at, row in enumerate(rows)]


def _public_row(known: Sequence[int | None], warm: Sequence[int | None]) -> MatrixRow:
    return MatrixRow(None, tuple(map(MatrixCell, known, warm)))


def _public_columns(
    phenomena: Sequence[Choice],
) -> tuple[tuple[Choice, ...], list[frozenset[str]]]:
    """The columns of the public edition, and the phenomena that each stands for."""
    shared = [choice for choice in phenomena if not choice.key.startswith("own:")]
    own = frozenset(choice.key for choice in phenomena if choice.key.startswith("own:"))
    keys = [frozenset({choice.key}) for choice in shared]
    return ((*shared, OTHER), [*keys, own]) if own else (tuple(shared), keys)


def _members_by_tier(numbers: Numbers) -> dict[str | None, list[int]]:
    """Partners by tier, every tier present; those without one last."""
    labels = Labels(numbers.book.settings)
    members: dict[str | None, list[int]] = {tier.key: [] for tier in TIERS}
    for position in numbers.statuses:
        members.setdefault(labels.tier(numbers.book.partners[position]), []).append(position)
    return members


def _standing_for(book: Book, positions: Sequence[int], wanted: frozenset[str]) -> list[int]:
    """Those of some partners that stand for one of the ``wanted`` phenomena, or for all of them."""
    return [
        position
        for position in positions
        if not book.partners[position].phenomena
        or not wanted.isdisjoint(book.partners[position].phenomena)
    ]


def _count_warm(numbers: Numbers, positions: Sequence[int]) -> int:
    return sum(numbers.statuses[position] == "warm" for position in positions)


def _hidden_tiers(
    known: Sequence[Sequence[int]], warm: Sequence[Sequence[int]], civil: int
) -> tuple[set[int], set[int]]:
    """The rows whose numbers known, and whose numbers warm, are not shown."""
    # Of the number known, one partner of any tier is as good as a name; of the warm ones, and so of
    # those that are not warm, civil society's must not be small.
    no_known = hidden_rows(known, [row for row, counts in enumerate(known) if has_small(counts)])
    not_warm = [every - some for every, some in zip(known[civil], warm[civil], strict=True)]
    small = has_small(warm[civil]) or has_small(not_warm)
    return no_known, no_known | hidden_rows(warm, [civil] if small else [])
