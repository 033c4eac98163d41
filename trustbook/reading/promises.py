"""What was promised in each moment, by whom, and whether it was kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trustbook.model import NOBODY, PROMISING, THEM, TOGETHER, US, Promise
from trustbook.reading.cells import Reader, is_blank
from trustbook.reading.done import note_ahead

WHO = {None: NOBODY, "us": US, "them": THEM, "together": TOGETHER}


def read_promises(
    reader: Reader, counted: Sequence[int], states: Sequence[int | None], today: date
) -> list[Promise]:
    """The promises of the moments that count: positions in the list, and the state of each row.

    One of which nobody says whose it is, and one kept on a day ahead, is reported.
    """
    texts, makers = reader.texts("promise"), reader.choices("promised_by")
    due, kept = reader.dates("promise_due"), reader.dates("promise_kept_on")
    promises = []
    for at, i in enumerate(counted):
        text, day = texts[i], kept[i]
        if text is None and due[i] is None:
            continue
        promises.append(Promise(at, text or "", WHO[makers[i]], due[i], day))
        if states[i] in PROMISING:
            _ask_by_whom(reader, i, text or str(due[i]))
        note_ahead(reader, "promise_kept_on", i, day, today, "kept_ahead")
    return promises


def _ask_by_whom(reader: Reader, i: int, promise: str) -> None:
    """Ask whose promise it is, where the cell is blank; what cannot be read was asked already."""
    if "promised_by" not in reader.listing.columns:
        reader.note("promise_by_whom_column", "warning", "promise", i)
    elif is_blank(reader.listing.cells["promised_by"][i]):
        reader.note("promise_by_whom", "warning", "promised_by", i, piece=promise)
