"""People who stand on no list: where texts name them, and at which partners they were known.

A name alone is no mark to know somebody by (somebody else may bear it), so what is kept of who is
forgotten needs the partners beside whom they were named.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from trustbook.columns import PEOPLE
from trustbook.intake.proposals import WAITING, proposals_in
from trustbook.ledger import Ledger
from trustbook.merge.cell_codec import is_withheld, unpack
from trustbook.model import Book
from trustbook.names import clean, key
from trustbook.reading.identities import identity
from trustbook.reading.pieces import who_was_not

_FEWEST_WORDS = 2  # one word may be any word of a text


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Somebody whom texts name: ``name`` ("" for nobody), what the ``homes`` are called beside whom
    that is, and the ``partners`` (identities) among these.
    """

    name: str = ""
    homes: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()


def mentioned(
    book: Book, ledger: Ledger | None, name: str, former: Collection[str] = ()
) -> Mentioned:
    """Who is called so in texts, or by rows of People that are archived (``former``)."""
    whole = book.whole or book
    homes = [*_of_rows(ledger, former)]
    if len(clean(name).split()) >= _FEWEST_WORDS:
        wanted = re.compile(rf"(?<!\w){re.escape(key(name))}(?!\w)")
        homes += _of_proposals(ledger, wanted)
        homes += [whole.partners[one].name for one in sorted({*_of_moments(whole, wanted)})]
    if not homes:
        return Mentioned()
    called = {*map(key, homes)}
    known = tuple(identity(one) for one in whole.partners if key(one.name) in called)
    return Mentioned(clean(name), tuple(dict.fromkeys(homes)), known)


def _of_rows(ledger: Ledger | None, former: Collection[str]) -> Iterator[str]:
    """The partners at which rows of People say that somebody worked."""
    records = ledger.records(PEOPLE.key) if ledger and former else {}
    for one in former:
        told = unpack(records.get(one, "{}")).get("partner")
        if isinstance(told, str) and not is_withheld(told):
            yield from filter(None, map(clean, told.split(";")))


def _of_proposals(ledger: Ledger | None, wanted: re.Pattern[str]) -> Iterator[str]:
    """The partners with whom contacts wait whose titles name somebody."""
    for one in proposals_in(ledger.facts(WAITING)).values() if ledger else ():
        if wanted.search(key(one.topic)):
            names = map(clean, one.with_.split(";"))
            yield from (who_was_not(name) or name for name in names if name)


def _of_moments(book: Book, wanted: re.Pattern[str]) -> Iterator[int]:
    """The partners (positions) with whom talks were whose topic or promise names somebody."""
    log = book.moments
    told = {at for at, text in enumerate(log.topic) if text and wanted.search(key(text))}
    told |= {one.moment for one in log.promises if wanted.search(key(one.text))}
    for at, partner in zip(log.contact_moment, log.contact_partner, strict=True):
        if at in told:
            yield partner
