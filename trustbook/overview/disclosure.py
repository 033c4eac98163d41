"""Hiding small numbers, and others, so that nobody can work them out from a total."""

from __future__ import annotations

from collections.abc import Collection, Sequence

FEWEST = 3


def hidden_rows(rows: Sequence[Sequence[int]], small: Collection[int]) -> set[int]:
    """Which rows of a table of counts to hide, so that nobody can work out those in ``small``.

    The reader is taken to know the total of every column and every row that is shown. Beside
    ``small``, the rows with the smallest sums go, until in every column the hidden numbers add up
    to three or more and stand in at least two rows; where there are not enough rows for that, all
    of them go (complementary cell suppression: Hundepool et al., Statistical Disclosure Control,
    2012, ch. 4). A row goes as a whole: its numbers are so alike that one would tell the others.
    """
    hidden = set(small)
    rest = sorted(set(range(len(rows))) - hidden, key=lambda row: (sum(rows[row]), row))
    while hidden and rest and not _safe(rows, hidden):
        hidden.add(rest.pop(0))
    return hidden


def has_small(numbers: Sequence[int]) -> bool:
    """Whether any of the numbers is too small to show."""
    return any(number < FEWEST for number in numbers)


def _safe(rows: Sequence[Sequence[int]], hidden: Collection[int]) -> bool:
    if len(hidden) < 2:
        return False
    columns = zip(*(rows[row] for row in hidden), strict=True)
    return all(sum(column) >= FEWEST for column in columns)
