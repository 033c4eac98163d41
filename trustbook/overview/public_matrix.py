"""The coverage matrix as everybody may see it: one row of all partners, small numbers hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from trustbook.columns import Choice
from trustbook.model import Book
from trustbook.network.labels import Labels
from trustbook.overview.disclosure import FEWEST, is_clear_share
from trustbook.overview.matrix import Matrix, MatrixCell, MatrixRow, decided_phenomena
from trustbook.overview.numbers import Numbers
from trustbook.overview.trend import civil_partners

OTHER: Final = Choice("other", "own phenomena", "eigen fenomenen")


def matrix_of_all(numbers: Numbers, large: bool) -> Matrix:
    """The matrix of the public edition: per phenomenon, of how many partners how many are warm.

    A party often is one partner, so party by phenomenon would say of a partner for what it stands;
    and a row per tier would tell, with the totals of two quarters, which tier lost somebody. A
    book's own phenomena are one column. What only a partner names has none: that it is there
    would tell of that partner. ``large``: whether civil society has enough partners.
    """
    decided = decided_phenomena(numbers.book, Labels(numbers.book.settings))
    if not decided:
        return Matrix((), ())
    columns, keys = public_columns(decided)
    cells = tuple(_cell(numbers, standing_for(numbers, wanted), large) for wanted in keys)
    return Matrix(columns, (MatrixRow(None, cells),))


def public_columns(
    phenomena: Sequence[Choice],
) -> tuple[tuple[Choice, ...], list[frozenset[str]]]:
    """The columns of the public edition, and the phenomena that each stands for."""
    shared = [choice for choice in phenomena if not choice.key.startswith("own:")]
    own = frozenset(choice.key for choice in phenomena if choice.key.startswith("own:"))
    keys = [frozenset({choice.key}) for choice in shared]
    return ((*shared, OTHER), [*keys, own]) if own else (tuple(shared), keys)


def standing_for(numbers: Numbers, wanted: frozenset[str]) -> set[int]:
    """The partners (positions) that stand for one of the ``wanted`` phenomena, or for all."""
    return {position for position in numbers.statuses if _stands(numbers.book, position, wanted)}


def _stands(book: Book, position: int, wanted: frozenset[str]) -> bool:
    """Whether a partner stands for one of the ``wanted`` phenomena, or for all of them."""
    return any(map(book.partners[position].stands_for, wanted))


def _cell(numbers: Numbers, standing: set[int], large: bool) -> MatrixCell:
    """One phenomenon: that none or all stand for it, or are warm, is told where civil society has
    enough partners.
    """
    known = len(standing)
    warm = sum(numbers.statuses[position] == "warm" for position in standing)
    if known < FEWEST or not (large or is_clear_share(known, len(numbers.statuses))):
        return MatrixCell(None, None)
    many = large and len(standing & civil_partners(numbers.book)) >= FEWEST
    return MatrixCell(known, warm if many or is_clear_share(warm, known) else None)
