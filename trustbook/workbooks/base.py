"""What a workbook is to the rest of the house.

A backend (Excel file, Google spreadsheet, memory) reads a ``Snapshot`` and writes ``Changes``; it
knows nothing of partners or verdicts.
"""

from __future__ import annotations

from typing import Protocol

from trustbook.snapshot import Changes, Snapshot, Written


class Workbook(Protocol):
    """One Excel file or one Google spreadsheet.

    A keeper may also have ``locked()``, which keeps other runs away from read to write;
    ``standing()``: the version that stands there now, where that can be told without reading it;
    and ``rehearse(changes, expect)``, which does all of a ``write`` but the writing, needs no lock,
    raises what ``write`` would, and saves the ``write`` of the same changes that work.
    """

    name: str

    def read(self) -> Snapshot:
        """Read the known sheets. Raises SafetyStop, NoAccess or Busy with a sentence; never a bare
        parser error.
        """
        ...

    def write(self, changes: Changes, expect: str) -> Written:
        """Write all of ``changes`` or nothing.

        Raises Busy when the stored workbook is no longer the version ``expect``, or is open
        elsewhere; SafetyStop when the change cannot be made without touching what is not ours.
        """
        ...
