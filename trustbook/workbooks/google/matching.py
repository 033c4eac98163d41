"""Which row of a tab is which row of the same tab a moment earlier, whatever was done to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from trustbook.columns import Column
from trustbook.names import key
from trustbook.snapshot import CellValue
from trustbook.workbooks.google.arrays import Place
from trustbook.workbooks.google.reader import Tab

Signature = frozenset[tuple[str, CellValue]]
_MOST_PAIRS = 250_000


class Matching:
    """A tab before and after: rows go by their ID, else by their content; columns by their header.

    ``fresh`` are IDs that this write gave out, ``written`` the cells that it wrote upon, as
    numbered after it: they say nothing of which row they stand on.
    """

    def __init__(
        self, before: Tab, after: Tab, fresh: Collection[str] = (), written: Collection[Place] = ()
    ) -> None:
        self.before, self.after, self.written = before, after, frozenset(written)
        self.fresh = frozenset(fresh)
        self._fresh = {key(each) for each in fresh}

    @cached_property
    def earlier(self) -> dict[int, int]:
        """Row now to row then; rows that are new are absent."""
        found = self._by_id()
        self._equal(found)
        self._alike(found)
        return found

    @cached_property
    def now(self) -> dict[int, int]:
        """Row then to row now; rows that are gone are absent."""
        return {then: now for now, then in self.earlier.items()}

    @cached_property
    def _headers(self) -> tuple[dict[int, str], dict[int, str]]:
        return _headers(self.before), _headers(self.after)

    def column(self, number: int) -> int | None:
        """Where a column is now: by its header, one without a header by its neighbour to the left.

        One whose header alone was changed stays where it is.
        """
        then, now = self._headers
        if number not in then:
            return self._column_beside(number)
        places = [place for place, text in now.items() if text == then[number]]
        if places:
            return number if number in places else places[0]
        return number if now.get(number) not in then.values() else None

    def _column_beside(self, number: int) -> int | None:
        """Where a column without a header is now: as far from its neighbour as it was."""
        then, now = self._headers
        left = next((place for place in range(number - 1, 0, -1) if place in then), 0)
        anchor = self.column(left) if left else 0
        place = anchor + number - left if anchor is not None else number
        return place if place not in now else None

    @cached_property
    def _earlier_columns(self) -> dict[int, int]:
        """Column now to column then; new ones are absent."""
        width = max((len(row) for row in (*self.before.values, *self.after.values)), default=0)
        return {now: then for then in range(width, 0, -1) if (now := self.column(then)) is not None}

    def then(self, row: int, column: int) -> tuple[int, int] | None:
        """The place, then, of a cell of now."""
        earlier_row, earlier_column = self.earlier.get(row), self._earlier_columns.get(column)
        return (earlier_row, earlier_column) if earlier_row and earlier_column else None

    @cached_property
    def unmoved(self) -> bool:
        """Whether the header row is the same and in its place."""
        then, now = self._headers
        return then == now and _header_row(self.before) == _header_row(self.after)

    def stays(self, row: int) -> bool:
        """Whether a row is seen at a glance to be the same: by its ID, or by all that was typed."""
        identity, known = self._identity(self.before, row), self._identity(self.after, row)
        if identity:
            return identity == known
        if known and known not in self._fresh:
            return False
        then, now = (_signature(tab, row, self.written) for tab in (self.before, self.after))
        return then == now

    def _identity(self, tab: Tab, row: int) -> str | None:
        place = tab.layout.place("id") if tab.layout else None
        value = tab.value(row, place) if place else None
        return key(value) if isinstance(value, str) and value.strip() else None

    def _rows(self, tab: Tab) -> range:
        return range(_header_row(tab) + 1, len(tab.values) + 1)

    def _by_id(self) -> dict[int, int]:
        """Rows whose ID stands once then and once now."""
        then, now = self._rows_by_id(self.before), self._rows_by_id(self.after)
        return {row: then[identity] for identity, row in now.items() if identity in then}

    def _rows_by_id(self, tab: Tab) -> dict[str, int]:
        """Rows by their ID, where that is no fresh one and stands once."""
        identities = {row: self._identity(tab, row) for row in self._rows(tab)}
        counts = Counter(identities.values())
        known = {identity: row for row, identity in identities.items() if identity}
        return {
            identity: row
            for identity, row in known.items()
            if counts[identity] == 1 and identity not in self._fresh
        }

    def _left(self, found: dict[int, int]) -> tuple[list[int], list[int]]:
        taken = set(found.values())
        return (
            [row for row in self._rows(self.before) if row not in taken],
            [row for row in self._rows(self.after) if row not in found],
        )

    def _equal(self, found: dict[int, int]) -> None:
        """Add rows with the same content; of several equal ones the nearest in order."""
        then, now = self._left(found)
        places: defaultdict[Signature, list[int]] = defaultdict(list)
        for row in then:
            if signature := _signature(self.before, row):
                places[signature].append(row)
        for row in now:
            candidates = places.get(_signature(self.after, row, self.written))
            if candidates:
                found[row] = candidates.pop(candidates.index(row) if row in candidates else 0)

    def _alike(self, found: dict[int, int]) -> None:
        """Add the rest where more than half of what stands there is the same, the likest first.

        What few rows have says more than what many have. Where a row did not move, anything that is
        the same will do.
        """
        then, now = self._left(found)
        if len(then) * len(now) > _MOST_PAIRS:
            return
        taken: set[int] = set()
        for _, _, row, other in sorted(self._pairs(then, now)):
            if row not in found and other not in taken:
                found[row] = other
                taken.add(other)

    def _pairs(
        self, then: Iterable[int], now: Iterable[int]
    ) -> Iterator[tuple[float, int, int, int]]:
        """Rows of now and then that may be one: how unlike and how far apart they are, which."""
        counts: Counter[tuple[str, CellValue]] = Counter()
        for row in self._rows(self.before):
            counts.update(_signature(self.before, row))
        was = {row: _signature(self.before, row) for row in then}
        for row in now:
            mine = _signature(self.after, row, self.written)
            for other, theirs in was.items():
                common = _weight(mine & theirs, counts)
                most = max(_weight(mine, counts), _weight(theirs, counts))
                if 2 * common > most or (common and row == other):
                    yield -common, abs(row - other), row, other


def _weight(items: Signature, counts: Counter[tuple[str, CellValue]]) -> float:
    return sum(1 / max(1, counts[item]) for item in items)


def _header_row(tab: Tab) -> int:
    return tab.layout.header_row if tab.layout else 0


def _headers(tab: Tab) -> dict[int, str]:
    return {place: key(text) for place, text in tab.layout.headers.items()} if tab.layout else {}


def _signature(tab: Tab, row: int, written: Collection[Place] = ()) -> Signature:
    """What people typed in a row: header and value of its filled cells, but IDs and formulas."""
    return frozenset(_typed(tab, row, written))


def _typed(tab: Tab, row: int, written: Collection[Place]) -> Iterable[tuple[str, CellValue]]:
    layout = tab.layout
    for place, value in enumerate(tab.row(row), start=1):
        if value is None or tab.computes(row, place) or (row, place) in written:
            continue
        if layout is None:
            yield f"#{place}", value
        elif not _is_ours(layout.columns.get(place)):
            header = layout.headers.get(place)
            yield key(header) if header else f"#{place}", value


def _is_ours(column: Column | None) -> bool:
    return column is not None and (column.type == "id" or column.owner == "derived")
