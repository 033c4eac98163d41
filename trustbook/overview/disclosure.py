"""Whether what is published lets anybody work out a small number of civil society.

The reader is taken to know every public page of the book and how its numbers hang together: the
statuses add up to the relations, the months to the quarter, and the relations of two quarters
differ by who came and who stopped. Each of these holds for civil society and for the others by
themselves too, and the two add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

FEWEST = 3
CIVIL: Final = "civil:"

# A number of a page: its name and the first day of its days, such as ("relations", "2026-07-01").
Cell: TypeAlias = tuple[str, str]
# A sum: the numbers on the left add up to those on the right.
Sum: TypeAlias = tuple[tuple[Cell, ...], tuple[Cell, ...]]

_MOST = 10**4
_ROUNDS = 50
_ALL, _CIVIL, _REST = range(3)


@dataclass(frozen=True, slots=True)
class PublicPage:
    """What one public page shows, as counts.

    A cell whose name begins with ``civil:`` is the part of civil society in the one it names.
    ``below`` are hidden numbers of which the page says that they are under three, ``sums`` is what
    a reader can add up; ``many`` are the first days of stretches in which civil society had three
    partners or more.
    """

    cells: Mapping[Cell, int]
    below: frozenset[Cell]
    sums: Sequence[Sum]
    many: frozenset[str]


def is_clear_share(part: int, whole: int) -> bool:
    """Whether a part and its rest are both large enough to show."""
    return part >= FEWEST and whole - part >= FEWEST


def narrowed(pages: Sequence[PublicPage]) -> set[Cell]:
    """The numbers of which civil society's part, which is hidden, follows from these pages or
    must be 1 or 2.

    Where they contradict each other, because rows were changed in between, each is read by itself.
    """
    together = _Reader(pages)
    if together.fits:
        return together.narrowed()
    return {cell for page in pages for cell in _Reader([page]).narrowed()}


class _Reader:
    """Bounds of every number, of civil society's part in it and of the others', made as narrow as
    the sums allow: the numbers are few and small, so that no linear programme is needed.
    """

    def __init__(self, pages: Sequence[PublicPage]) -> None:
        self._pages = pages
        self._known = {cell for page in pages for cell in page.cells if cell[0].startswith(CIVIL)}
        self._bounds: dict[tuple[int, Cell], tuple[int, int]] = {}
        self.fits = all(self._learn(page) for page in pages) and self._settle()

    def narrowed(self) -> set[Cell]:
        return {
            cell
            for (layer, cell), bounds in self._bounds.items()
            if layer == _CIVIL and self._tells(cell, *bounds)
        }

    def _tells(self, cell: Cell, low: int, high: int) -> bool:
        """Whether bounds of a hidden part tell too much: one value, or one of 1 and 2.

        That civil society has 0 of something may be known where it has enough partners.
        """
        if (CIVIL + cell[0], cell[1]) in self._known:
            return False
        if low == high == 0:
            return not any(cell[1] in page.many for page in self._pages)
        return low == high or (low >= 1 and high < FEWEST)

    def _learn(self, page: PublicPage) -> bool:
        for cell in _cells_of(page):
            for layer in (_ALL, _CIVIL, _REST):
                self._bounds.setdefault((layer, cell), (0, _MOST))
        for cell in page.below:
            self._narrow((_ALL, cell), 0, FEWEST - 1)
        return all(
            self._narrow((_layer(name), (name.removeprefix(CIVIL), day)), count, count)
            for (name, day), count in page.cells.items()
        )

    def _settle(self) -> bool:
        """Narrow all bounds until nothing changes; False where no numbers fit."""
        sums = list(self._sums())
        for _ in range(_ROUNDS):
            before = dict(self._bounds)
            if not all(self._apply(left, right) for left, right in sums):
                return False
            if before == self._bounds:
                break
        return True

    def _sums(self) -> Iterator[tuple[list[tuple[int, Cell]], list[tuple[int, Cell]]]]:
        for layer, cell in self._bounds:
            if layer == _ALL:
                yield [(_CIVIL, cell), (_REST, cell)], [(_ALL, cell)]
        for page in self._pages:
            for left, right in page.sums:
                for layer in (_ALL, _CIVIL, _REST):
                    yield [(layer, cell) for cell in left], [(layer, cell) for cell in right]

    def _apply(self, left: list[tuple[int, Cell]], right: list[tuple[int, Cell]]) -> bool:
        """Narrow each number of a sum by what the others leave for it."""
        signed = [(1, one) for one in left] + [(-1, one) for one in right]
        return all(
            self._narrow(one, *self._left_for(at, signed)) for at, (_, one) in enumerate(signed)
        )

    def _left_for(self, at: int, signed: list[tuple[int, tuple[int, Cell]]]) -> tuple[int, int]:
        others = [
            (sign, self._bounds[one]) for place, (sign, one) in enumerate(signed) if place != at
        ]
        low = sum(sign * (bounds[0] if sign > 0 else bounds[1]) for sign, bounds in others)
        high = sum(sign * (bounds[1] if sign > 0 else bounds[0]) for sign, bounds in others)
        return (-high, -low) if signed[at][0] > 0 else (low, high)

    def _narrow(self, one: tuple[int, Cell], low: int, high: int) -> bool:
        before = self._bounds[one]
        self._bounds[one] = bounds = (max(before[0], low), min(before[1], high))
        return bounds[0] <= bounds[1]


def _layer(name: str) -> int:
    return _CIVIL if name.startswith(CIVIL) else _ALL


def _cells_of(page: PublicPage) -> Iterable[Cell]:
    """Every number a page shows or speaks of, by its whole."""
    spoken = [cell for left, right in page.sums for cell in (*left, *right)]
    named = (*page.cells, *page.below, *spoken)
    return {(name.removeprefix(CIVIL), day) for name, day in named}
