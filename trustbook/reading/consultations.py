"""The list of consultations: which partners sit at which table."""

from __future__ import annotations

from trustbook.model import Consultation
from trustbook.reading.cells import Reader, report, shown
from trustbook.reading.references import Directory, Unresolved
from trustbook.snapshot import CellFault


def read_consultations(reader: Reader, names: Directory) -> list[Consultation]:
    """Every consultation with a name; a member that cannot be found is reported."""
    titles, members, chairs = (
        reader.texts("name"),
        reader.listing.get("members"),
        reader.texts("chair"),
    )
    rhythms, following = reader.rhythms("rhythm"), reader.dates("next")
    meetings: list[Consultation] = []
    for i, row in enumerate(reader.listing.rows):
        name = titles[i]
        if name is None:
            reader.required("name", i)
            continue
        cell = members[i]
        found: list[int] = []
        if isinstance(cell, CellFault):
            reader.fault("members", i, cell)
        for piece in (
            names.split(shown(cell)) if cell is not None and not isinstance(cell, CellFault) else ()
        ):
            outcome = names.partner(piece)
            if isinstance(outcome, Unresolved):
                report(reader, "members", i, outcome)
            elif outcome not in found:
                found.append(outcome)
        meetings.append(Consultation(name, row, tuple(found), rhythms[i], chairs[i], following[i]))
    return meetings
