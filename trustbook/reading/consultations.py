"""The list of consultations: which partners sit at which table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

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


def tell_what_sat(
    reader: Reader | None,
    meetings: Sequence[Consultation],
    met: Mapping[str, int],
    memory: Memory,
    today: date,
) -> None:
    """Ask for the next day of each consultation whose day is past and that was held since.

    ``met``: the last day (an ordinal) on which each was held, by normalised name.
    """
    if reader is None:
        return
    places = {row: i for i, row in enumerate(reader.listing.rows)}
    for meeting in meetings:
        called = (meeting.name, *memory.meetings_before.get(key(meeting.name), ()))
        last = max(met.get(key(name), 0) for name in called)
        if meeting.next is None or meeting.next >= today or last < meeting.next.toordinal():
            continue
        following = meeting.next_on(today)
        code = "table_sat" if following else "table_sat_no_rhythm"
        days: dict[str, object] = {"day": meeting.next}
        if following:
            days |= {"next": following, "likely": f"{following:%d-%m-%Y}"}
        reader.note(code, "warning", "next", places[meeting.row], name=meeting.name, **days)


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
