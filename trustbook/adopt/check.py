"""Whether a proposal will work when it is carried out: one check, before it is offered and then."""

from __future__ import annotations

import os
from pathlib import Path

from trustbook.adopt.apply import Adding, read_by
from trustbook.adopt.proposal import ColumnFound, MappingProposal
from trustbook.errors import NoAccess, SafetyStop, TrustbookError
from trustbook.reading.lists import Listing
from trustbook.snapshot import Snapshot
from trustbook.workbooks.base import Workbook


def must_work(workbook: Workbook, adding: Adding, version: str, file: Path) -> None:
    """Raise what carrying it out would end with; ``file`` is the settings file. Writes nothing.

    The workbook, of the ``version`` that was read, must take the changes, and the settings must be
    open to writing.
    """
    workbook.prepare(adding.changes, version)
    for found in workbook.examine() if adding.changes else ():
        if found.fault is not None:
            found.fault.params.setdefault("name", workbook.name)
            raise found.fault
    place = file if file.exists() else file.absolute().parent
    if not os.access(place, os.W_OK):
        raise NoAccess("no_rights", path=place)


def fault_of(workbook: Workbook, adding: Adding, version: str, file: Path) -> TrustbookError | None:
    """What ``must_work`` raises, if anything."""
    try:
        must_work(workbook, adding, version, file)
    except TrustbookError as fault:
        return fault
    return None


def must_be_read_so(snapshot: Snapshot, proposal: MappingProposal) -> None:
    """Raise SafetyStop where the sheets would not be read as the proposal says."""
    try:
        lists = read_by(snapshot, proposal.adoption)
    except SafetyStop as stop:
        if not stop.key.startswith("adopt."):
            raise
        found = proposal.lists["partners"]  # nothing is called so in trustbook.toml yet
        name = next(c.header for c in found.columns if (c.sheet, c.name) == ("partners", "name"))
        raise SafetyStop("adopt.reads_otherwise", sheet=found.title, column=name) from None
    for name, found in proposal.lists.items():
        listing = lists.get(name)
        for column in (each for each in found.columns if each.sheet == name):
            if not _reads(listing, found.header_row, column):
                raise SafetyStop("adopt.reads_otherwise", sheet=found.title, column=column.header)


def _reads(listing: Listing | None, header_row: int, column: ColumnFound) -> bool:
    """Whether a list is read with this column where it stands."""
    if listing is None or listing.header_row != header_row:
        return False
    own = listing.own_ids[0] if listing.own_ids else None
    return column.number in (listing.columns.get(column.name or ""), own)
