"""The colleagues who keep the relationships: who is unknown, and who stands there twice."""

from __future__ import annotations

from collections.abc import Mapping

from trustbook.model import Settings
from trustbook.names import holders_in, in_full, key, similar, starting_with
from trustbook.reading.cells import Reader


def tell_unknown_holders(reader: Reader, i: int, text: str | None, settings: Settings) -> None:
    """Ask about who is no colleague that Settings names; where it names none, it knows everybody.

    ``i`` is the place of the row, ``text`` what stands there as its holder.
    """
    known = {key(name) for own in settings.holders for name in holders_in(own)}
    for name in holders_in(text):
        if known and key(name) not in known:
            hints = tuple(similar(name, settings.holders))
            reader.note("unknown_holder", "warning", "holder", i, piece=name, hints=hints)


def tell_holders_alike(
    reader: Reader, holders: Mapping[int, str | None], settings: Settings
) -> None:
    """Ask about a holder whose name is a short form of that of one other: ``Anne`` beside ``Anne de
    Wit``. Where Settings names colleagues, it knows who is who.

    ``holders`` is what stands in the column, by the number of the row.
    """
    everybody = {key(name): name for text in holders.values() for name in holders_in(text)}
    if settings.holders:
        return
    names = everybody.values()
    alike = {name: in_full(name, names) or starting_with(name, names) for name in names}
    places = {row: i for i, row in enumerate(reader.listing.rows)}
    for row, text in holders.items():
        for name in holders_in(text):
            full = alike[everybody[key(name)]]
            if len(full) == 1:
                at, hints = places[row], (full[0],)
                reader.note("holder_alike", "warning", "holder", at, piece=name, hints=hints)
