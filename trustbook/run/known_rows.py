"""What is known of rows decides where their shape or their numbers alone would not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from trustbook.ids import is_own_numbering
from trustbook.ledger import Known, Ledger
from trustbook.merge.accidents import Accident
from trustbook.merge.cell_codec import Row, encode, unpack
from trustbook.merge.guards import guard_named
from trustbook.merge.identity import names_of
from trustbook.reading.cells import doubt_reference
from trustbook.reading.lists import Listing


def guard_ids(ledger: Ledger, known: Known, listing: Listing) -> Iterator[Accident]:
    """What is wrong with a list of a known workbook that had IDs.

    Numbers of the coordinator's own that served as IDs before are no loss: the rows go on under
    what they are known by, and are found by their names.
    """
    base = ledger.base(known.address, listing.sheet.key)
    if listing.own_ids is None:
        yield guard_named("ids_gone").accident(1, name=known.name, sheet=listing.title)
    elif not is_own_numbering(base):
        yield guard_named("ids_moved").accident(len(base), name=known.name, sheet=listing.title)


def take_known_rows(
    lists: Mapping[str, Listing], known: Callable[[str], Mapping[str, str]]
) -> None:
    """Read the rows that look like notes or headings and are known by what names them.

    ``known`` gives the packed rows of a sheet as the workbook last agreed to them.
    """
    for name, listing in lists.items():
        doubtful = {**listing.below, **listing.heads}
        names = {names_of(listing.sheet, unpack(text)) for text in known(name).values()}
        for row, cells in doubtful.items():
            said = names_of(listing.sheet, _as_kept(cells))
            if said is not None and said in names:
                listing.take_back(row)


def take_answered_rows(lists: Mapping[str, Listing], answers: Mapping[str, bool]) -> None:
    """Read the rows of which somebody said on To check that they are no notes or headings; from
    then on they are known.
    """
    for listing in lists.values():
        for kind, rows in (("below", listing.below), ("heads", listing.heads)):
            if answers.get(doubt_reference(kind, listing.title)) is False:
                for row in sorted(rows):
                    listing.take_back(row)


def take_doubtful_rows(
    doubtful: Mapping[str, Listing],
    ledger: Ledger,
    known: Known | None,
    answers: Callable[[], Mapping[str, bool]],
) -> None:
    """Read the rows that look like none and are some: they are known, or somebody said so."""
    if doubtful and known is not None:
        address = known.address
        take_known_rows(doubtful, lambda sheet: ledger.base(address, sheet))
    if doubtful:
        take_answered_rows(doubtful, answers())


def _as_kept(cells: Mapping[str, object]) -> Row:
    """The cells of a row as the ledger keeps them."""
    values = ((name, encode(cell)) for name, cell in cells.items())
    return {name: value for name, value in values if value is not None}
