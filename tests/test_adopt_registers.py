"""Adopting the registers and logs that people have: taken rightly at the first try, or refused with
a true reason.
"""

from __future__ import annotations

import pytest

from tests.adopt_registers import registers
from trustbook.adopt.proposal import MappingProposal, propose

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
    wanted = {line for line in said if not line.startswith("refused")}
    found = read_as(proposal)
    assert wanted <= found, wanted - found
    lists = {line.partition(".")[0] for line in wanted}
    assert refused or {line.partition(".")[0] for line in found} == lists
