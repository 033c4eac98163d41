"""What one run sees of one workbook: its lists, which row is which, and what changed there since it
last agreed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from trustbook.columns import Sheet
from trustbook.ledger import Known
from trustbook.merge.cell_codec import Row, decode, pack, unpack
from trustbook.merge.identity import Identified, identify, rows_of, shared_columns
from trustbook.merge.threeway import Outcome
from trustbook.model import Problem
from trustbook.reading.cells import withhold
from trustbook.reading.lists import Listing, find_lists
from trustbook.run.formulas import keep_cells, keep_ids
from trustbook.snapshot import CellEdit, CellValue, Changes, RowAddition, Snapshot


class Packed(Mapping[str, Row]):
    """Packed rows by identity, unpacked when they are asked for: most never are."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def __getitem__(self, identity: str) -> Row:
        return unpack(self.texts[identity])

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def __contains__(self, identity: object) -> bool:
        return identity in self.texts


@dataclass(slots=True)
class Replica:
    """A workbook in one run. ``address`` is its place, ``known`` what the ledger knows of it, if
    anything.

    ``rows[sheet]`` are the rows that changed sheets hold, by identity; ``places[sheet]`` says in
    which position of the list each stands. ``changes`` gathers what will be written.
    """

    address: str
    name: str
    snapshot: Snapshot
    lists: dict[str, Listing]
    known: Known | None
    digests: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    places: dict[str, dict[str, int]] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    stood: dict[str, dict[int, str]] = field(default_factory=dict)
    # How many errors each column held of late, by sheet: those were told already.
    broken: dict[str, dict[str, int]] = field(default_factory=dict)
    given: int = 0
    merged: bool = False

    def seen(self, sheet: str) -> bool:
        """Whether a sheet is there."""
        return sheet in self.lists

    def touched(self, sheet: str) -> bool:
        """Whether a sheet differs from what this workbook last agreed to."""
        known = self.known.state.get("digests", {}) if self.known else {}
        return self.digest(sheet) != known.get(sheet)

    def digest(self, sheet: str) -> str:
        """A fingerprint of all people typed on a sheet, and of its IDs.

        Of a withheld cell only that there is one: everything else in its column is in the ledger,
        and a number could be found by trying them all.
        """
        if sheet not in self.digests:
            found = hashlib.blake2b(digest_size=16)
            listing = self.lists[sheet]
            hidden: dict[str, list[int]] = {}
            for name, i in withhold(listing):
                hidden.setdefault(name, []).append(i)
            for name in sorted(
                [*shared_columns(listing), *(["id"] if "id" in listing.columns else [])]
            ):
                cells = listing.cells[name]
                if name in hidden:
                    cells = list(cells)
                    for i in hidden[name]:
                        cells[i] = ...
                found.update(f"{name}{cells!r}".encode("utf-8", "surrogatepass"))
            self.digests[sheet] = found.hexdigest()
        return self.digests[sheet]

    def identify(
        self,
        sheet: str,
        base: Mapping[str, Row],
        homeless: Mapping[str, Row],
        new_ids: Callable[[Sheet, int], list[str]],
        secret: bytes,
    ) -> Identified:
        """Find out which row is which and plan the IDs that are missing."""
        listing = self.lists[sheet]
        rows = rows_of(listing, withhold(listing), secret)
        found = identify(listing, rows, base, homeless, new_ids)
        keep_ids(listing, found, base)
        self.rows[sheet] = {i: row for i, row in zip(found.ids, rows, strict=True) if i is not None}
        self.places[sheet] = {
            identity: i for i, identity in enumerate(found.ids) if identity is not None
        }
        self.stood[sheet] = {
            listing.rows[i]: identity for identity, i in self.places[sheet].items()
        }
        if listing.sheet.prefix and (found.fresh or found.copied):
            self._give_ids(listing, found)
            self.digests.pop(sheet, None)
        return found

    def _give_ids(self, listing: Listing, found: Identified) -> None:
        column = listing.columns["id"]
        ids = list(listing.cells["id"])
        for i in found.copied:
            ids[i] = None
        for i, identity in found.fresh.items():
            ids[i] = identity
            self.changes.edits.append(CellEdit(listing.title, listing.rows[i], column, identity))
        for i in found.copied:
            if i not in found.fresh:
                self.changes.edits.append(CellEdit(listing.title, listing.rows[i], column, None))
        listing.cells["id"] = ids
        self.given += len(found.fresh)

    def spare(self, sheet: str, told: Outcome, base: Mapping[str, str]) -> list[Problem]:
        """Take out of ``told`` what would write over a formula, and say so; ``base``: the packed
        rows as agreed.
        """
        return keep_cells(self.lists[sheet], self.places[sheet], self.rows[sheet], told, base)

    def apply(self, sheet: str, told: Outcome) -> None:
        """Plan what this workbook is told, and see the sheet as it will be."""
        if not (told.cells or told.rows or told.cleared):
            return
        self.merged = True
        self.digests.pop(sheet, None)
        listing = self.lists[sheet]
        listing.withheld = None
        cells = {name: list(values) for name, values in listing.cells.items()}
        for identity, edits in told.cells.items():
            i = self.places[sheet][identity]
            for name, value in edits.items():
                self._edit(listing, cells, i, name, decode(value))
        for identity in told.cleared:
            i = self.places[sheet][identity]
            for name in listing.columns:
                if cells[name][i] is not None:
                    self._edit(listing, cells, i, name, None)
        rows = list(listing.rows)
        for identity, row in told.rows.items():
            self._add(listing, identity, row, cells, rows)
        kept = self._filled(listing, cells)
        listing.rows = [rows[i] for i in kept]
        listing.cells = {name: [values[i] for i in kept] for name, values in cells.items()}
        self.places.pop(sheet, None)

    def _edit(
        self, listing: Listing, cells: dict[str, list[object]], i: int, name: str, value: CellValue
    ) -> None:
        cells[name][i] = value
        self.changes.edits.append(
            CellEdit(listing.title, listing.rows[i], listing.columns[name], value)
        )

    def _add(
        self,
        listing: Listing,
        identity: str,
        row: Row,
        cells: dict[str, list[object]],
        rows: list[int],
    ) -> None:
        values: dict[str, CellValue] = {
            name: decode(value) for name, value in row.items() if name in listing.columns
        }
        if "id" in listing.columns:
            values["id"] = identity
        if not values:
            return
        written = {listing.columns[name]: value for name, value in values.items()}
        self.changes.additions.append(RowAddition(listing.title, listing.header_row, written))
        rows.append(max(rows, default=listing.header_row) + 1)
        for name, column in cells.items():
            column.append(values.get(name))

    def _filled(self, listing: Listing, cells: Mapping[str, list[object]]) -> list[int]:
        columns = [cells[name] for name in shared_columns(listing)]
        return [
            i
            for i in range(len(cells[shared_columns(listing)[0]]))
            if any(c[i] is not None for c in columns)
        ]


def see(address: str, name: str, snapshot: Snapshot, known: Known | None) -> Replica:
    """The view of a workbook that was read. Raises SafetyStop where its lists cannot be what they
    say.
    """
    same = known is not None and known.version == snapshot.version
    digests = dict(known.state.get("digests", {})) if known and same else {}
    broken = dict(known.state.get("broken", {})) if known else {}
    return Replica(
        address, name, snapshot, find_lists(snapshot.grids), known, digests, broken=broken
    )


def differing(
    sides: Iterable[tuple[Mapping[str, str], Mapping[str, Row]]],
    records: Mapping[str, str],
    archived: Collection[str],
) -> dict[str, None]:
    """The identities at which a workbook differs from its base (packed) or from what the ledger
    knows (packed).
    """
    found: dict[str, None] = {}
    for base, now in sides:
        for identity, row in now.items():
            text = base.get(identity)
            if (
                text is None
                or text != records.get(identity)
                or identity in archived
                or pack(row) != text
            ):
                found[identity] = None
        found.update(dict.fromkeys(identity for identity in base if identity not in now))
        found.update(dict.fromkeys(identity for identity in records if identity not in now))
    return found
