"""The list of consultations: which partners sit at which table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trustbook.model import Consultation, Memory
from trustbook.names import key
from trustbook.reading.cells import Reader, shown
from trustbook.reading.differently import NamedPartners
from trustbook.reading.identities import PartnersKnown
from trustbook.reading.references import Directory
from trustbook.snapshot import CellFault


def read_consultations(
    reader: Reader,
    names: Directory,
    everyone: PartnersKnown,
    memory: Memory,
    themes: Sequence[tuple[str, ...]],
) -> list[Consultation]:
    """Every consultation with a name; a member that cannot be found is reported, one that was read
    before keeps its meaning (``memory``). ``themes``: the phenomena of each row.
    """
    titles, chairs, members = reader.texts("name"), reader.texts("chair"), _members(reader)
    rhythms, following = reader.rhythms("rhythm"), reader.dates("next")
    named = NamedPartners(reader, "members", names, everyone, memory)
    meetings: list[Consultation] = []
    for i, row in enumerate(reader.listing.rows):
        name = titles[i]
        if name is None:
            reader.required("name", i)
            continue
        sat = named.read(i, members[i], _sat_before(name, memory))
        found = tuple(dict.fromkeys(everyone.places[one] for one in sat.values()))
        about = (rhythms[i], chairs[i], following[i], themes[i], sat)
        meetings.append(Consultation(name, row, found, *about))
    named.tell()
    return meetings


def _members(reader: Reader) -> list[str | None]:
    """The cells with members; their line breaks part names."""
    texts: list[str | None] = []
    for i, cell in enumerate(reader.listing.get("members")):
        if isinstance(cell, CellFault):
            reader.fault("members", i, cell)
        texts.append(None if cell is None or isinstance(cell, CellFault) else shown(cell))
    return texts


def _sat_before(name: str, memory: Memory) -> Mapping[str, str]:
    """Whom the pieces of a consultation's members meant before, under any name it had."""
    called = (name, *memory.meetings_before.get(key(name), ()))
    return next((memory.seats[key(one)] for one in called if key(one) in memory.seats), {})
