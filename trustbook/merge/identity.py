"""Which row is which: by ID, a copied row's copy and a blanked ID told apart; else by what names the row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from trustbook.columns import CONSULTATIONS, REQUIRED, SETTINGS, Sheet
from trustbook.merge.values import Row, Value, encode, is_withheld, withheld_mark
from trustbook.names import key
from trustbook.reading.listing import Listing
from trustbook.reading.settings_rows import find_setting

# What names a row on the sheets without IDs.
NATURAL: dict[str, tuple[str, ...]] = {
    CONSULTATIONS.key: ("name",),
    REQUIRED.key: ("phenomenon", "party", "tier", "area"),
    SETTINGS.key: ("setting",),
}


def shared_columns(listing: Listing) -> list[str]:
    """The columns of a list that people type in and that are merged, by key."""
    return [c.key for c in listing.sheet.columns if c.key in listing.columns and c.owner == "shared" and c.type != "id"]


def merged_sheet(listing: Listing) -> bool:
    """Whether the rows of a list can be told apart: by an ID column, or by what names them."""
    return not listing.sheet.prefix or "id" in listing.columns


@dataclass(slots=True)
class Identified:
    """The rows of one list with their identities.

    ``ids[i]`` belongs to ``listing.rows[i]``, None for a row that cannot be read yet. ``fresh`` are positions whose
    ID must still be written, ``copied`` those among them that bore another row's ID, ``found`` those that had lost
    their own.
    """

    ids: list[str | None]
    fresh: dict[int, str] = field(default_factory=dict)
    copied: list[int] = field(default_factory=list)
    found: list[int] = field(default_factory=list)


def rows_of(listing: Listing, withheld: Collection[tuple[str, int]], secret: bytes) -> list[Row]:
    """The rows of a list as the ledger keeps them; a withheld cell is only its mark."""
    columns = [(name, listing.cells[name]) for name in shared_columns(listing)]
    rows: list[Row] = []
    for i in range(len(listing.rows)):
        row: Row = {}
        for name, cells in columns:
            value = encode(cells[i])
            if value is not None:
                row[name] = withheld_mark(cells[i], secret) if (name, i) in withheld else value
        rows.append(row)
    return rows


def identify(
    listing: Listing,
    rows: Sequence[Row],
    base: Mapping[str, Row],
    homeless: Mapping[str, Row],
    new_ids: Callable[[Sheet, int], list[str]],
) -> Identified:
    """Give every row of ``listing`` its identity.

    ``base``: the rows as this workbook last agreed. ``homeless``: rows known elsewhere that this workbook does not
    show; a row without an ID becomes one of them only when it is exactly the same and the only one that is.
    """
    if listing.sheet.prefix:
        return _by_id(listing, rows, base, homeless, new_ids)
    return Identified(_by_name(listing, rows))


def _by_id(
    listing: Listing,
    rows: Sequence[Row],
    base: Mapping[str, Row],
    homeless: Mapping[str, Row],
    new_ids: Callable[[Sheet, int], list[str]],
) -> Identified:
    spelled = {_fold(identity): identity for identity in (*homeless, *base)}
    bearers: dict[str, list[int]] = {}
    blank: list[int] = []
    for i, cell in enumerate(listing.get("id")):
        text = str(cell).strip() if cell is not None else ""
        if text:
            bearers.setdefault(_fold(text), []).append(i)
        else:
            blank.append(i)
    result = Identified([None] * len(rows))
    for folded, places in bearers.items():
        identity = spelled.get(folded) or str(listing.get("id")[places[0]]).strip()
        keeper = places[0]
        if len(places) > 1:
            keeper = max(places, key=lambda i: (_likeness(rows[i], base.get(identity)), -i))
            result.copied += [i for i in places if i != keeper]
        result.ids[keeper] = identity
    if blank:
        lost = {i: r for known in (homeless, base) for i, r in known.items() if _fold(i) not in bearers}
        result.found = _reattach(rows, blank, lost, result)
    needed = _readable(listing, sorted([*result.copied, *(i for i in blank if result.ids[i] is None)]))
    for i, identity in zip(needed, new_ids(listing.sheet, len(needed)), strict=True):
        result.ids[i] = result.fresh[i] = identity
    result.copied.sort()
    return result


def _fold(identity: str) -> str:
    return identity.casefold()


def _likeness(row: Row, base: Row | None) -> int:
    return sum(row.get(column) == value for column, value in (base or {}).items())


def _reattach(rows: Sequence[Row], blank: Sequence[int], lost: Mapping[str, Row], result: Identified) -> list[int]:
    """Give rows without an ID the one they had, where it can be no other.

    That is so where as many rows as losses are exactly the same: mostly one; of twins it does not matter which is who.
    """
    owners: dict[frozenset[tuple[str, Value]], list[str]] = {}
    for identity, row in lost.items():
        owners.setdefault(frozenset(row.items()), []).append(identity)
    seekers: dict[frozenset[tuple[str, Value]], list[int]] = {}
    for i in blank:
        seekers.setdefault(frozenset(rows[i].items()), []).append(i)
    found = []
    for same, places in seekers.items():
        identities = owners.get(same, [])
        if len(places) == len(identities):
            for place, identity in zip(places, identities, strict=True):
                result.ids[place] = result.fresh[place] = identity
            found += places
    return found


def _readable(listing: Listing, places: Sequence[int]) -> list[int]:
    """Those rows in which every required cell stands: an ID is for rows that can be read."""
    needed = [listing.get(column.key) for column in listing.sheet.columns if column.required]
    return [i for i in places if all(cells[i] is not None for cells in needed)]


def _by_name(listing: Listing, rows: Sequence[Row]) -> list[str | None]:
    ids: list[str | None] = []
    seen: dict[str, int] = {}
    for row in rows:
        names = [row.get(column) for column in NATURAL[listing.sheet.key]]
        if names[0] is None or any(is_withheld(name) for name in names):
            ids.append(None)
            continue
        name = "|".join(_spelling(listing.sheet, part) for part in names)
        seen[name] = seen.get(name, 0) + 1
        ids.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return ids


def _spelling(sheet: Sheet, name: Value | None) -> str:
    text = key(str(name)) if name is not None else ""
    if sheet is SETTINGS and (setting := find_setting(text)):
        return setting.key
    return text
