"""The phenomena a book knows, and the cells in which none of them is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from trustbook import catalogue
from trustbook.agreements import Requirement
from trustbook.model import Settings
from trustbook.names import key
from trustbook.reading.cells import Reader, shown


def phenomenon_finder(settings: Settings) -> Callable[[str], str | None]:
    """Finds the key of the phenomenon that a text names; None for one the book does not know."""
    own = [catalogue.own_phenomenon(name) for name in settings.phenomena]

    def find_one(piece: str) -> str | None:
        choice = catalogue.find_phenomenon(piece, own)
        return choice.key if choice else None

    return find_one


def with_required_phenomena(settings: Settings, required: Sequence[Requirement]) -> Settings:
    """The settings with the phenomena that the required network names: who requires one knows
    it, so that the same word on Partners means the same.
    """
    known = phenomenon_finder(settings)
    # One spelling of each is enough: the first.
    named = {key(one.phenomenon): one.phenomenon for one in reversed(required) if one.relevant}
    further = [name for name in reversed(named.values()) if known(name) is None]
    return replace(settings, phenomena=(*settings.phenomena, *further)) if further else settings


def unread_phenomena(reader: Reader, found: Sequence[tuple[str, ...]]) -> list[str | None]:
    """What stands under Phenomena where nothing of it is understood; None elsewhere. Only a blank
    cell means all phenomena.
    """
    cells = reader.listing.get("phenomena")
    typed = ("" if cell is None else shown(cell).strip(" ;,\n") for cell in cells)
    return [None if known else text or None for known, text in zip(found, typed, strict=True)]
