"""The rows of a sheet as the ledger keeps them, with what each workbook last agreed to: packed in
parts of some hundred rows. An identity tells in which part its row is, so that a night that changes
ten rows writes ten parts at most.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from zlib import crc32

from trustbook.ledger.packed import SheetRows, pack_part, unpack_part
from trustbook.ledger.statements import Statements, putting

_ROWS_IN_A_PART = 400


# reading


def sheets_kept(db: Statements) -> list[str]:
    """The sheets of which the ledger has rows."""
    found = db.execute("SELECT DISTINCT sheet FROM row_parts ORDER BY sheet")
    return [sheet for (sheet,) in found]


def kept_parts(db: Statements, sheet: str) -> list[bytes]:
    """The parts of a sheet, as they are kept."""
    query = "SELECT lines FROM row_parts WHERE sheet = ? ORDER BY part"
    return [data for (data,) in db.execute(query, (sheet,))]


def rows_in(parts: Iterable[object]) -> SheetRows:
    """The rows in some parts of a sheet. Raises NotPacked for what is no part."""
    rows = SheetRows()
    for data in parts:
        unpack_part(rows, data)
    return rows


def all_rows(db: Statements, sheet: str) -> SheetRows:
    """All rows of a sheet."""
    return rows_in(kept_parts(db, sheet))


def some_rows(db: Statements, sheet: str, identities: Iterable[str]) -> SheetRows:
    """The rows of a sheet with these identities, and others beside them."""
    spread, _ = _spread(db, sheet)
    return rows_in(_read(db, sheet, sorted({_part(one, spread) for one in identities})))


# writing


@contextmanager
def changing(
    db: Statements, sheet: str, identities: Iterable[str] | None = None
) -> Iterator[SheetRows]:
    """The rows with these ``identities`` (None: all of them) to be changed at will, with others
    that stay beside them; kept as they are left.
    """
    spread, count = _spread(db, sheet)
    touched = {*range(spread)}
    if identities is not None:
        touched = {_part(one, spread) for one in identities}
    rows = rows_in(_read(db, sheet, sorted(touched)))
    before = len(rows.identities())
    yield rows
    wanted = _parts_for(count - before + len(rows.identities()))
    if wanted > spread:
        for data in _read(db, sheet, sorted({*range(spread)} - touched)):
            unpack_part(rows, data)
        spread, touched = wanted, {*range(wanted)}
    _put(db, sheet, rows, spread, sorted(touched))


def put_all(db: Statements, sheet: str, rows: SheetRows) -> None:
    """Keep ``rows`` as all there are of a sheet."""
    db.execute("DELETE FROM row_parts WHERE sheet = ?", (sheet,))
    spread = _parts_for(len(rows.identities()))
    _put(db, sheet, rows, spread, range(spread))


def _spread(db: Statements, sheet: str) -> tuple[int, int]:
    """Over how many parts a sheet is spread, and how many rows it has."""
    query = "SELECT max(spread), sum(held) FROM row_parts WHERE sheet = ?"
    spread, count = db.execute(query, (sheet,)).fetchone()
    return int(spread or 1), int(count or 0)


def _parts_for(count: int) -> int:
    """A power of two, so that a sheet that grows is seldom spread anew."""
    return 1 << (count // _ROWS_IN_A_PART).bit_length()


def _part(identity: str, spread: int) -> int:
    return crc32(identity.encode("utf-8", "surrogatepass")) % spread


def _read(db: Statements, sheet: str, parts: Collection[int]) -> Iterator[object]:
    query = "SELECT lines FROM row_parts WHERE sheet = ? AND part = ?"
    for part in parts:
        yield from (data for (data,) in db.execute(query, (sheet, part)).fetchall())


def _put(
    db: Statements, sheet: str, rows: SheetRows, spread: int, touched: Collection[int]
) -> None:
    by_part: dict[int, list[str]] = {part: [] for part in touched}
    for one in rows.identities():
        by_part[_part(one, spread)].append(one)
    db.execute("UPDATE row_parts SET spread = ? WHERE sheet = ?", (spread, sheet))
    for part, identities in by_part.items():
        if identities:
            line = (sheet, part, spread, len(identities), pack_part(rows, {*identities}))
            db.execute(putting("row_parts"), line)
        else:
            db.execute("DELETE FROM row_parts WHERE sheet = ? AND part = ?", (sheet, part))
