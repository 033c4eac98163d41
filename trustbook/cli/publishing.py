"""A public overview is remembered before it is written: what the ledger knows of those made before.

What cannot be remembered is not published, for the next one could not be checked with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trustbook.errors import NoAccess, SafetyStop, gravest

if TYPE_CHECKING:
    from trustbook.ledger import Ledger
    from trustbook.ledger.locate import LedgerLocator
    from trustbook.overview.published import PublishedPage
    from trustbook.run.read import Reading


def must_be_publishable(reading: Reading, lang: str) -> None:
    """Refuse to publish what was read without its memory, or without one of its workbooks."""
    if reading.elsewhere:
        raise SafetyStop("overview.memory_elsewhere", host=reading.elsewhere.params.get("host", ""))
    if reading.skipped:
        fault = gravest(fault for _, fault in reading.skipped)
        raise type(fault)("overview.not_whole", why=fault.sentence(lang))
    if not reading.memory:
        raise SafetyStop("overview.no_memory")


def must_be_whole(reading: Reading, lang: str) -> None:
    """The same for counts that a region adds: they are of a book that is known, all of it."""
    if reading.elsewhere:
        raise reading.elsewhere
    if reading.skipped:
        fault = gravest(fault for _, fault in reading.skipped)
        raise type(fault)("region.not_whole", why=fault.sentence(lang))
    if not reading.memory:
        raise SafetyStop("region.no_memory")


class Publisher:
    """The public pages of one book, as its ledger remembers them."""

    def __init__(self, reading: Reading, keeper: LedgerLocator | None, lang: str) -> None:
        self._reading, self._keeper, self._lang = reading, keeper, lang

    def published(self) -> list[PublishedPage]:
        """The public pages made before, the oldest first.

        Raises SafetyStop where the memory of them cannot be read.
        """
        from trustbook.ledger.errors import damaged
        from trustbook.overview.published import read_published

        with self._memory(reads_only=True) as ledger:
            try:
                return read_published(ledger.facts("published"))
            except (ValueError, KeyError, TypeError) as fault:
                raise damaged("ledger.unusable", ledger.place, "published") from fault

    def remember(self, page: PublishedPage, published: Sequence[PublishedPage]) -> None:
        """Remember a page that is about to be written.

        Raises SafetyStop where it cannot be remembered, Busy where a run keeps the memory now.
        """
        from trustbook.overview.published import place_of

        try:
            with self._memory(reads_only=False) as ledger:
                ledger.publish(place_of(page, published), page.as_text())
        except NoAccess as fault:
            why = fault.sentence(self._lang)
            raise SafetyStop("overview.not_remembered", why=why) from fault

    def _memory(self, reads_only: bool) -> Ledger:
        from trustbook.ledger.locate import Arrival

        merged = self._reading.judged[0].merged
        marks = merged.replica.snapshot.marks
        arrival = Arrival(merged.address, merged.name, marks)
        ledger = self._keeper.memory(arrival, reads_only) if self._keeper else None
        if ledger is None:
            raise SafetyStop("overview.no_memory")
        return ledger
