"""A ledger brought from one place to another, and put back."""

from __future__ import annotations

from pathlib import Path

from trustbook.ledger.ledger_place import Place
from trustbook.ledger.store import Ledger


def put_back(copy: Path, place: Place) -> None:
    """Have the ledger at ``place`` be what ``copy`` is; the copy may be gone after it."""
    if isinstance(place, Path):
        copy.replace(place)
        return
    with Ledger(copy, reads_only=True) as kept, Ledger(place) as ledger:
        ledger.take_over(kept)
