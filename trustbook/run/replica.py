"""What a run sees of one workbook, and what merging makes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from trustbook.a1 import cell_name
from trustbook.columns import Sheet
from trustbook.ledger import Known
from trustbook.merge.cell_codec import Row, decode, encode, pack, unpack
from trustbook.merge.identity import Identified, identify, rows_of, shared_columns
from trustbook.merge.telling import Outcome
from trustbook.model import Problem
from trustbook.reading.adoption import UNRENAMED, Adoption
from trustbook.reading.listing import withhold
from trustbook.reading.lists import Listing, lists_in
from trustbook.reading.renaming import Renaming
from trustbook.run.formulas import Limits, keep_cells, keep_ids
from trustbook.run.names_now import find_names
from trustbook.run.unmarked import taken_back
from trustbook.snapshot import CellEdit, CellValue, Grid, RowAddition, Snapshot
from trustbook.workbooks.base import Workbook


class Unnamed(str):
    """Stands for the ID that a new row will get: who only reads gives none."""

    __slots__ = ()


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


@dataclass(frozen=True, slots=True, repr=False)
class Replica:
    """A workbook as it was read. Nothing shows it whole, as of a Listing. ``known`` is what the
    ledger knows of it, if anything.

    ``renames`` is what people said of sheets and columns that they gave another name; ``others``
    are sheets that hold no list, where one of them may be a list that is missed; ``unfit`` says why
    its cells cannot hold a value. ``emptied`` are cells that somebody asked to empty; ``erased``
    edits that ``lists`` have seen already, without who is forgotten, None where nobody is;
    ``hides`` takes them out of a text. ``as_left``: it was saved anew, and its lists hold what they
    held before.
    """

    address: str
    name: str
    snapshot: Snapshot
    lists: Mapping[str, Listing]
    known: Known | None
    renames: Adoption = UNRENAMED
    others: Sequence[Grid] = ()
    unfit: Callable[[CellValue], str | None] = lambda value: None
    emptied: Sequence[CellEdit] = ()
    erased: Sequence[CellEdit] | None = None
    hides: Callable[[str], str] | None = None
    as_left: bool = False

    @property
    def stamp(self) -> str:
        """Which run wrote the workbook last, by the mark it bears."""
        return self.snapshot.marks.get("run", "")

    @property
    def known_address(self) -> str:
        """Under which address the ledger knows it."""
        return self.known.address if self.known else self.address

    @property
    def titles(self) -> set[str]:
        """The titles of the sheets that were read."""
        return {grid.title for grid in self.snapshot.grids}

    @property
    def digests(self) -> Mapping[str, str]:
        """Fingerprints of its sheets that need no working out: it stands as it was last seen."""
        if self.erased is not None or self.known is None:
            return {}
        if self.known.version != self.snapshot.version and not self.as_left:
            return {}
        digests: Mapping[str, str] = self.known.state.get("digests", {})
        return digests


def replica_of(
    workbook: Workbook, snapshot: Snapshot, known: Known | None, asked: Sequence[Renaming] = ()
) -> Replica:
    """A workbook that was read, by the names its sheets and columns have now: those that people
    gave them before are remembered, those of this run are ``asked``.

    It is read again where a list stands on a sheet that was not read yet, or is missed. Raises
    SafetyStop where its lists cannot be what they say.
    """
    state = known.state if known else {}
    if asked or any(state.get("renames", {}).values()):
        snapshot = find_names(workbook, snapshot, state, asked)
    snapshot = taken_back(snapshot, known)
    lists = lists_in(snapshot, workbook.names)
    others: Sequence[Grid] = ()
    if any(sheet not in lists for sheet in state.get("sheets", ())):
        others = [
            grid for grid in workbook.read(lambda title: True).grids if _is_other(grid, lists)
        ]
    address, name = workbook.address, workbook.name
    renames, unfit = workbook.renames, workbook.unfit
    return Replica(address, name, snapshot, lists, known, renames, others, unfit)


def _is_other(grid: Grid, lists: Mapping[str, Listing]) -> bool:
    return grid.ours is None and grid.title not in {listing.title for listing in lists.values()}


@dataclass(slots=True, repr=False)
class MergedWorkbook:
    """What merging makes of one workbook: its lists as they will be, and the edits that lead there.

    ``rows[sheet]`` are the rows that changed sheets hold, by identity; ``places[sheet]`` says in
    which position of the list each stands, ``stood[sheet]`` in which row it was read. ``broken``:
    how many errors each column held of late, by sheet: those were told already. ``given`` counts
    new IDs; ``merged`` tells whether it is told something that stands elsewhere.
    """

    replica: Replica
    address: str
    name: str
    lists: dict[str, Listing] = field(default_factory=dict)
    edits: list[CellEdit] = field(default_factory=list)
    additions: list[RowAddition] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    places: dict[str, dict[str, int]] = field(default_factory=dict)
    stood: dict[str, dict[int, str]] = field(default_factory=dict)
    broken: dict[str, dict[str, int]] = field(default_factory=dict)
    given: int = 0
    merged: bool = False

    @classmethod
    def of(cls, replica: Replica) -> MergedWorkbook:
        """A workbook that was told nothing yet."""
        known = replica.known
        broken = dict(known.state.get("broken", {})) if known else {}
        lists = dict(replica.lists)
        return cls(
            replica,
            replica.address,
            replica.name,
            lists,
            [*replica.emptied, *(replica.erased or ())],
            digests={} if replica.emptied else dict(replica.digests),
            broken=broken,
            merged=bool(replica.emptied or replica.erased),
        )

    def touched(self, sheet: str) -> bool:
        """Whether a sheet differs from what this workbook last agreed to."""
        known = self.replica.known
        before = known.state.get("digests", {}) if known else {}
        return sheet not in before or self.digest(sheet) != before[sheet]

    def digest(self, sheet: str) -> str:
        """A fingerprint of all people typed on a sheet, and of its IDs."""
        if sheet not in self.digests:
            self.digests[sheet] = digest_of(self.lists[sheet])
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
        self.places[sheet] = {identity: i for i, identity in enumerate(found.ids) if identity}
        self.stood[sheet] = {listing.rows[i]: name for name, i in self.places[sheet].items()}
        if found.fresh or found.copied:
            self._give_ids(sheet, found)
            self.digests.pop(sheet, None)
        if "id" not in listing.columns:
            self.lists[sheet].before = dict(_edited(listing, found.ids, rows, base))
        return found

    def _give_ids(self, sheet: str, found: Identified) -> None:
        listing = self.lists[sheet]
        column = listing.columns["id"]
        ids = list(listing.cells["id"])
        for i in found.copied:
            ids[i] = None
        for i, identity in found.fresh.items():
            ids[i] = None if isinstance(identity, Unnamed) else identity
            self.edits.append(CellEdit(listing.title, listing.rows[i], column, identity))
        for i in found.copied:
            if i not in found.fresh:
                self.edits.append(CellEdit(listing.title, listing.rows[i], column, None))
        self.lists[sheet] = replace(listing, cells={**listing.cells, "id": ids})
        self.given += len(found.fresh)

    def spare(
        self,
        sheet: str,
        told: Outcome,
        base: Mapping[str, str],
        seen: Iterable[MergedWorkbook],
    ) -> tuple[list[Problem], bool]:
        """Take out of ``told`` what would write over a formula or does not fit; see keep_cells.

        ``base``: the packed rows as agreed; ``seen``: all workbooks in sight.
        """
        others = [one for one in seen if one is not self]

        def source(identity: str, name: str) -> str:
            found = (one.place_of(sheet, identity, name) for one in others)
            return next(filter(None, found), "")

        listing, limits = self.lists[sheet], Limits(self.replica.unfit, source)
        return keep_cells(listing, self.places[sheet], self.rows[sheet], told, base, limits)

    def place_of(self, sheet: str, identity: str, name: str) -> str:
        """Where the cell of a row stands: workbook, sheet and cell; "" where it says nothing."""
        stood = {one: row for row, one in self.stood.get(sheet, {}).items()}
        if identity not in stood or name not in self.rows[sheet].get(identity, {}):
            return ""
        listing = self.lists[sheet]
        cell = cell_name(stood[identity], listing.columns[name])
        return f"{self.name}, {listing.title} {cell}"

    def apply(self, sheet: str, told: Outcome) -> None:
        """Plan what this workbook is told, and see the sheet as it will be."""
        if not (told.cells or told.rows or told.cleared):
            return
        self.merged = True
        self.digests.pop(sheet, None)
        listing = self.lists[sheet]
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
        kept = _filled(listing, cells)
        self.lists[sheet] = replace(
            listing,
            rows=[rows[i] for i in kept],
            cells={name: [values[i] for i in kept] for name, values in cells.items()},
            withheld=None,
        )
        self.places.pop(sheet, None)

    def _edit(
        self, listing: Listing, cells: dict[str, list[object]], i: int, name: str, value: CellValue
    ) -> None:
        cells[name][i] = value
        column = listing.columns[name]
        self.edits.append(CellEdit(listing.title, listing.rows[i], column, value))

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
            values["id"] = None if isinstance(identity, Unnamed) else identity
        if not values:
            return
        written = {listing.columns[name]: value for name, value in values.items()}
        addition = RowAddition(listing.title, listing.header_row, written, listing.rows)
        self.additions.append(addition)
        rows.append(max(rows, default=listing.header_row) + 1)
        for name, column in cells.items():
            column.append(values.get(name))


def _edited(
    listing: Listing, ids: Sequence[str | None], rows: Sequence[Row], base: Mapping[str, Row]
) -> Iterator[tuple[int, dict[str, object]]]:
    """The rows that say something else than when they were last read, and what they said."""
    for number, identity, row in zip(listing.rows, ids, rows, strict=True):
        before = base.get(identity or "", row)
        if before != row:
            yield number, {name: decode(value) for name, value in before.items()}


def _filled(listing: Listing, cells: Mapping[str, list[object]]) -> list[int]:
    """The positions at which something stands in a column people type in."""
    columns = [cells[name] for name in shared_columns(listing)]
    return [i for i, row in enumerate(zip(*columns, strict=True)) if row.count(None) < len(row)]


def digest_of(listing: Listing) -> str:
    """A fingerprint of all people typed on a sheet, and of its IDs.

    Of a withheld cell only that there is one: everything else in its column is in the ledger, and a
    number could be found by trying them all.
    """
    found = hashlib.blake2b(digest_size=16)
    hidden: dict[str, list[int]] = {}
    for name, i in withhold(listing):
        hidden.setdefault(name, []).append(i)
    names = [*shared_columns(listing), *(["id"] if "id" in listing.columns else [])]
    for name in sorted(names):
        cells = listing.cells[name]
        if name in hidden:
            cells = list(cells)
            for i in hidden[name]:
                cells[i] = ...
        found.update(f"{name}{cells!r}".encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def differing(
    sides: Iterable[tuple[Mapping[str, str], Mapping[str, Row]]],
    records: Mapping[str, str],
    archived: Collection[str],
) -> dict[str, None]:
    """The identities at which a workbook differs from its base or from what the ledger knows.

    Both are packed.
    """
    found: dict[str, None] = {}
    for base, now in sides:
        for identity, row in now.items():
            text = base.get(identity)
            agreed = text is not None and text == records.get(identity)
            if not agreed or identity in archived or pack(row) != text:
                found[identity] = None
        found.update(dict.fromkeys(identity for identity in base if identity not in now))
        found.update(dict.fromkeys(identity for identity in records if identity not in now))
    return found


def kept_though_withheld(
    view: MergedWorkbook, sheet: str, records: Mapping[str, str]
) -> Iterator[tuple[str, Row]]:
    """The records (packed) that say what stands in a withheld cell, with its mark instead."""
    listing = view.lists[sheet]
    stands = {i: identity for identity, i in view.places[sheet].items()}
    for name, i in withhold(listing):
        record = unpack(records[stands[i]]) if stands.get(i, "") in records else {}
        if record.get(name) == encode(listing.cells[name][i]) is not None:
            yield stands[i], record | {name: view.rows[sheet][stands[i]][name]}
