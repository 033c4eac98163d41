"""Adopting the registers and logs that people have: taken rightly at the first try, or refused with
a true reason.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.adopt_registers import registers
from tests.reading import book_of
from trustbook.adopt.apply import plan_adoption
from trustbook.adopt.check import must_be_read_so, must_work
from trustbook.adopt.proposal import MappingProposal, propose
from trustbook.workbooks.in_memory import MemoryWorkbook

TODAY = date(2026, 11, 26)
REGISTERS = registers()


def read_as(proposal: MappingProposal) -> set[str]:
    """What every column is to us: ``list.column Sheet: Header``."""
    return {
        f"{column.sheet}.{column.name} {sheet.title}: {column.header}"
        for sheet in proposal.sheets
        for column in sheet.columns
        if column.name
    }


@pytest.mark.parametrize("name", REGISTERS)
def test_a_register_is_taken_rightly_or_refused_with_a_reason(name: str) -> None:
    said, snapshot = REGISTERS[name]
    proposal = propose(snapshot)
    refused = [line.removeprefix("refused ") for line in said if line.startswith("refused")]
    assert ("partners" not in proposal.lists) == bool(refused)
    assert all(reason in proposal.doubts for reason in refused), proposal.doubts
    wanted = {line for line in said if not line.startswith(("refused", "not "))}
    found = read_as(proposal)
    assert wanted <= found, wanted - found
    assert not found & {line.removeprefix("not ") for line in said if line.startswith("not ")}
    lists = {line.partition(".")[0] for line in wanted}
    assert refused or {line.partition(".")[0] for line in found} == lists


TAKEN = [name for name, (said, _) in REGISTERS.items() if "refused" not in " ".join(said)]


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_offered_works_and_every_partner_is_there_once(name: str, tmp_path: Path) -> None:
    snapshot = REGISTERS[name][1]
    workbook = MemoryWorkbook({grid.title: grid.rows for grid in snapshot.grids})
    read = workbook.read(lambda title: True)
    proposal = propose(read)
    must_be_read_so(read, proposal)
    adding = plan_adoption(read, proposal, proposal.language)
    must_work(workbook, adding, read.version, tmp_path / "trustbook.toml")
    workbook.write(adding.changes, read.version)
    workbook.adoption = adding.adoption
    book = book_of(workbook, TODAY)
    found = proposal.lists["partners"]
    number = next(c.number for c in found.columns if (c.sheet, c.name) == ("partners", "name"))
    grid = next(grid for grid in snapshot.grids if grid.title == found.title)
    names = dict.fromkeys(row[number - 1] for row in grid.rows[found.header_row :])
    assert [partner.name for partner in book.partners] == list(names)
    errors = {problem.code for problem in book.problems if problem.severity == "error"}
    assert errors <= {"unreadable_date_ambiguous"}, "which is asked about, cell by cell"
    # Where it made no column ID, for the rows move, it does not ask people to make one.
    assert "no_id_column" not in {problem.code for problem in book.problems}
