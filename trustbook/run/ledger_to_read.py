"""The ledger of workbooks that were read, for looking only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from trustbook.ledger.content import refuse_damaged
from trustbook.ledger.locate import LedgerLocator, Located
from trustbook.run.last_good import Seen, arrivals_of, nothing_known, stamps_of
from trustbook.run.settle import recover


@contextmanager
def ledger_to_read(
    locator: LedgerLocator | None, seen: Seen, proved: bool = False
) -> Iterator[Located]:
    """The ledger of workbooks that were read. What a run left half done is made good in a copy.

    Raises SafetyStop for a damaged one, as a sync does; one that is ``proved`` is not looked
    through: it is, byte for byte, what a run left.
    """
    if locator is None:
        located = nothing_known(seen)
    else:
        located = locator.open(arrivals_of(seen), reads_only=True)
    try:
        if not proved:
            refuse_damaged(located.ledger)
        if located.ledger.unfinished():
            whole = located.ledger.in_passing()
            located.ledger.close()
            located.ledger = whole
            recover(whole, stamps_of(seen, located))
        yield located
    finally:
        located.ledger.close()
