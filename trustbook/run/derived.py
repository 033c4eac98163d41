"""The verdict in the columns of Partners that are ours."""

from __future__ import annotations

from collections.abc import Mapping

from trustbook.health.verdict import Verdict
from trustbook.merge.cell_codec import encode
from trustbook.model import Book
from trustbook.run.answers import DERIVED
from trustbook.run.judge import Judged
from trustbook.sheets.verdicts import status_text
from trustbook.snapshot import CellEdit, CellValue


def derived_cells(judged: Judged) -> dict[int, dict[str, CellValue]]:
    """The verdict for the derived columns that stand on Partners, by row.

    A row that is only being added gets its verdict once it stands there.
    """
    listing = judged.merged.lists["partners"]
    columns = [name for name in DERIVED if name in listing.columns]
    added = sum(one.sheet == listing.title for one in judged.merged.additions)
    landing = set(listing.rows[len(listing.rows) - added :])
    found: dict[int, dict[str, CellValue]] = {}
    for verdict in judged.verdicts:
        row = judged.book.partners[verdict.partner].row
        if row not in landing:
            wanted = _wanted(verdict, judged.book)
            found[row] = {name: wanted[name] for name in columns}
    # A row that is no partner, or another one, has no verdict; what stood there would be untrue.
    for row in set(listing.rows) - found.keys() - landing:
        found[row] = dict.fromkeys(columns)
    return found


def kept_derived(
    derived: Mapping[int, Mapping[str, CellValue]], book: Book
) -> dict[str, dict[str, object]]:
    """What is kept of the derived cells, to know them again: by ID, else by row."""
    names = {partner.row: partner.id or str(partner.row) for partner in book.partners}
    return {
        names.get(row, str(row)): {name: encode(value) for name, value in cells.items()}
        for row, cells in derived.items()
    }


def _wanted(verdict: Verdict, book: Book) -> dict[str, CellValue]:
    return {
        "status": status_text(verdict.status, book.lang),
        "why": verdict.why,
        "last_sunny": verdict.last_sunny,
        "due": verdict.due,
    }


def derived_edits(
    judged: Judged, derived: Mapping[int, Mapping[str, CellValue]], repaint: bool
) -> list[CellEdit]:
    """The derived cells that differ from what stands there; to ``repaint``, every status."""
    listing = judged.merged.lists["partners"]
    places = {row: i for i, row in enumerate(listing.rows)}
    looks = {judged.book.partners[v.partner].row: f"status.{v.status}" for v in judged.verdicts}
    edits = []
    for row, wanted in derived.items():
        for name, value in wanted.items():
            look = looks.get(row) if name == "status" else None
            differs = listing.cells[name][places[row]] != value
            if (differs or (repaint and look)) and not listing.filled(name, row):
                edits.append(CellEdit(listing.title, row, listing.columns[name], value, look))
    return edits
