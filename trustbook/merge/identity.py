"""Which row is which: by ID, a copied row's copy and a blanked ID told apart; else by what names
the row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trustbook.columns import CONSULTATIONS, MOMENTS, REQUIRED, ROUTES, SETTINGS, Column, Sheet
from trustbook.merge.cell_codec import Row, encode, is_withheld, withheld_mark
from trustbook.merge.equality import meaning
from trustbook.names import key
from trustbook.reading.lists import Listing
from trustbook.reading.settings_rows import find_setting
from trustbook.snapshot import CellFault

# What names a row on the sheets without IDs.
NATURAL: dict[str, tuple[str, ...]] = {
    CONSULTATIONS.key: ("name",),
    REQUIRED.key: ("phenomenon", "party", "tier", "area"),
    ROUTES.key: ("subject", "phenomena"),
    SETTINGS.key: ("setting",),
}


def is_merged(column: Column) -> bool:
    """Whether a column is one that people type in, so that it is merged."""
    return column.owner == "shared" and column.type != "id"


def shared_columns(listing: Listing) -> list[str]:
    """The columns of a list that people type in and that are merged, by key."""
    return [c.key for c in listing.sheet.columns if c.key in listing.columns and is_merged(c)]


def naming(listing: Listing) -> list[str]:
    """The columns by which the rows of a list are known, where it has no IDs."""
    return naming_columns(listing.sheet, "id" in listing.columns)


def naming_columns(sheet: Sheet, numbered: bool) -> list[str]:
    """The columns by which the rows of such a list are known; none where it is ``numbered``."""
    if sheet.key in NATURAL:
        return [*NATURAL[sheet.key]]
    return [] if numbered else [column.key for column in sheet.columns if column.required]


@dataclass(slots=True)
class Identified:
    """The rows of one list with their identities.

    ``ids[i]`` belongs to ``listing.rows[i]``, None for a row that cannot be read yet. ``fresh`` are
    positions whose ID must still be written, ``copied`` those among them that bore another row's
    ID, ``found`` those that had lost their own. ``unsure`` are identities of which it cannot be
    told whether they are gone: nothing is done to them.
    """

    ids: list[str | None]
    fresh: dict[int, str] = field(default_factory=dict)
    copied: list[int] = field(default_factory=list)
    found: list[int] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)


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

    ``base``: the rows as this workbook last agreed. ``homeless``: rows known elsewhere that this
    workbook does not show; a row without an ID becomes one of them only when it is exactly the same
    and the only one that is. A list without an ID column goes by what names its rows, and its rows
    are given IDs that nobody sees.
    """
    if listing.sheet.prefix:
        return _by_id(listing, rows, base, homeless, new_ids)
    return Identified(_by_name(listing, rows, base))


@dataclass(slots=True)
class _IdCells:
    """What the cells of the column ID hold: positions by the ID that stands there, whatever its
    case; where none does; where none can be read.
    """

    bearers: dict[str, list[int]] = field(default_factory=dict)
    blank: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)


def _read_ids(listing: Listing) -> _IdCells:
    found = _IdCells()
    for i, cell in enumerate(listing.get("id")):
        text = str(cell).strip() if cell is not None else ""
        if isinstance(cell, CellFault) or ("id", i) in (listing.withheld or ()):
            found.hidden.append(i)
        elif text:
            found.bearers.setdefault(_fold(text), []).append(i)
        else:
            found.blank.append(i)
    return found


def _by_id(
    listing: Listing,
    rows: Sequence[Row],
    base: Mapping[str, Row],
    homeless: Mapping[str, Row],
    new_ids: Callable[[Sheet, int], list[str]],
) -> Identified:
    spelled = {_fold(identity): identity for identity in (*homeless, *base)}
    cells = _read_ids(listing)
    result = Identified([None] * len(rows))
    for folded, places in cells.bearers.items():
        identity = spelled.get(folded) or str(listing.get("id")[places[0]]).strip()
        _give_to_closest(identity, places, rows, base, result)
    nameless = [*cells.blank, *cells.hidden]
    if nameless:
        _find_lost(listing, rows, nameless, _lost(cells.bearers, homeless, base), result)
    if any(result.ids[i] is None for i in cells.hidden):
        result.unsure = base.keys() - set(result.ids)
    if wanting := [*result.copied, *cells.blank]:
        _give_new(listing, wanting, new_ids, result)
    # An ID cell that cannot be read, or is not there, is not written over.
    for i in cells.hidden if "id" in listing.columns else range(len(rows)):
        result.fresh.pop(i, None)
    result.copied.sort()
    return result


def _give_to_closest(
    identity: str,
    places: Sequence[int],
    rows: Sequence[Row],
    base: Mapping[str, Row],
    result: Identified,
) -> None:
    """Of rows that bear the same ID, the one that is most like what it was keeps it."""
    keeper = places[0]
    if len(places) > 1:
        keeper = max(places, key=lambda i: (_likeness(rows[i], base.get(identity)), -i))
        result.copied += [i for i in places if i != keeper]
    result.ids[keeper] = identity


def _give_new(
    listing: Listing,
    places: Sequence[int],
    new_ids: Callable[[Sheet, int], list[str]],
    result: Identified,
) -> None:
    """Give new IDs to the rows that have none by now and can be read."""
    needed = _readable(listing, sorted(i for i in places if result.ids[i] is None))
    for i, identity in zip(needed, new_ids(listing.sheet, len(needed)), strict=True):
        result.ids[i] = result.fresh[i] = identity


def _fold(identity: str) -> str:
    return identity.casefold()


def _likeness(row: Row, base: Row | None) -> int:
    return sum(row.get(column) == value for column, value in (base or {}).items())


def _lost(
    bearers: Collection[str], homeless: Mapping[str, Row], base: Mapping[str, Row]
) -> dict[str, Row]:
    """The known rows whose ID stands nowhere."""
    lost = {}
    for known in (homeless, base):
        for identity in known:
            if _fold(identity) not in bearers:
                lost[identity] = known[identity]
    return lost


def _find_lost(
    listing: Listing,
    rows: Sequence[Row],
    places: Sequence[int],
    lost: Mapping[str, Row],
    result: Identified,
) -> None:
    """Give rows without an ID the one they had, where it can be no other.

    That is so where as many rows as losses are exactly the same: mostly one; of twins it does not
    matter which is who. On a list without an ID column what names a row is enough.
    """
    exact = {identity: frozenset(row.items()) for identity, row in lost.items()}
    _reattach(exact, {i: frozenset(rows[i].items()) for i in places}, result)
    if "id" in listing.columns:
        return
    found = set(result.ids)
    known = {i: names_of(listing.sheet, row) for i, row in lost.items() if i not in found}
    left: dict[int, object] = {}
    for i in places:
        if result.ids[i] is None and (name := names_of(listing.sheet, rows[i])):
            left[i] = name
    _reattach(known, left, result)
    if listing.sheet is MOMENTS:
        _find_edited(rows, places, lost, result)


def _find_edited(
    rows: Sequence[Row], places: Sequence[int], lost: Mapping[str, Row], result: Identified
) -> None:
    """Know a moment again of which one naming cell was typed over: what it was known to mean, and
    that it was noted ahead, is not forgotten with its old text.

    First what is the same but for who was there, then but for its day, then what has its day. Only
    where one row is lost and one is sought that are alike: whoever deletes a talk and types another
    one of that day is asked of a plan whether it was held.
    """
    for likeness in (_but("with"), _but("date"), _day_alone):
        there = set(result.ids)
        gone = {i: likeness(row) for i, row in lost.items() if i not in there}
        sought = {i: likeness(rows[i]) for i in places if result.ids[i] is None}
        _reattach(_single(gone), _single(sought), result)


def _but(column: str) -> Callable[[Row], object]:
    """All cells of a row but one."""
    return lambda row: frozenset((name, value) for name, value in row.items() if name != column)


def _day_alone(row: Row) -> object:
    return row.get("date")


def _single(found: Mapping[Any, object]) -> dict[Any, object]:
    """Those that no other one is like."""
    many = Counter(found.values())
    return {one: like for one, like in found.items() if like is not None and many[like] == 1}


def _reattach(
    lost: Mapping[str, object], seekers: Mapping[int, object], result: Identified
) -> None:
    owners: dict[object, list[str]] = {}
    for identity, like in lost.items():
        owners.setdefault(like, []).append(identity)
    places: dict[object, list[int]] = {}
    for i, like in seekers.items():
        places.setdefault(like, []).append(i)
    for like, found in places.items():
        identities = owners.get(like, [])
        if len(found) == len(identities):
            for place, identity in zip(found, identities, strict=True):
                result.ids[place] = result.fresh[place] = identity
            result.found += found


def names_of(sheet: Sheet, row: Row) -> tuple[object, ...] | None:
    """What a row is called: its required cells, whatever their spelling; None where one is missing
    or withheld.
    """
    found: list[object] = []
    for column in sheet.columns:
        if column.required:
            value = row.get(column.key)
            if value is None or is_withheld(value):
                return None
            said = meaning(column, value)
            found.append(key(said) if isinstance(said, str) else said)
    return tuple(found)


def _readable(listing: Listing, places: Sequence[int]) -> list[int]:
    """Those rows in which every required cell stands: an ID is for rows that can be read."""
    needed = [listing.get(column.key) for column in listing.sheet.columns if column.required]
    return [i for i in places if all(cells[i] is not None for cells in needed)]


def _by_name(listing: Listing, rows: Sequence[Row], base: Mapping[str, Row]) -> list[str | None]:
    ids: list[str | None] = []
    seen: dict[str, int] = {}
    before = _by_value_before(listing, base)
    for row in rows:
        name = (
            _settings_name(row) if listing.sheet is SETTINGS else _natural_name(listing.sheet, row)
        )
        if name is None:
            ids.append(None)
            continue
        if before.get(name):
            name = before[name].pop(0)
        seen[name] = seen.get(name, 0) + 1
        ids.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return ids


def _by_value_before(listing: Listing, base: Mapping[str, Row]) -> dict[str, list[str]]:
    """Where the column Value of Settings is gone: the rows that were known by their value too, by
    their setting. Its rows are still those.
    """
    found: dict[str, list[str]] = {}
    if listing.sheet is SETTINGS and "value" not in listing.columns:
        for identity in base:
            setting, known_by_value, _ = identity.partition("=")
            if known_by_value:
                found.setdefault(setting, []).append(identity)
    return found


def _natural_name(sheet: Sheet, row: Row) -> str | None:
    names = [row.get(column) for column in NATURAL[sheet.key]]
    if names[0] is None or any(is_withheld(name) for name in names):
        return None
    return "|".join(key(str(name)) if name is not None else "" for name in names)


def _settings_name(row: Row) -> str | None:
    """A setting by its key; one that may stand there more than once by its value as well.

    The language is none of the network's business: every workbook keeps its own.
    """
    name, value = row.get("setting"), row.get("value")
    if name is None or is_withheld(name):
        return None
    setting = find_setting(key(str(name)))
    if setting is None:
        return key(str(name))
    if setting.key == "language" or (setting.many and is_withheld(value)):
        return None
    return f"{setting.key}={key(str(value))}" if setting.many and value is not None else setting.key
