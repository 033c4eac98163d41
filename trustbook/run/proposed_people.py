"""People who stand on Proposals and on no list yet: they are not said to be unknown."""

from __future__ import annotations

from trustbook.columns import PEOPLE, PROPOSALS
from trustbook.errors import UsageError
from trustbook.intake.proposals import WAITING, proposals_in
from trustbook.ledger import Ledger
from trustbook.names import clean, key


def refuse_if_proposed(ledger: Ledger | None, name: str, lang: str) -> None:
    """Raise UsageError, with what is kept and how it goes, for a person whose card waits."""
    waiting = proposals_in(ledger.facts(WAITING)).values() if ledger else ()
    cards = [one for one in waiting if one.sheet == PEOPLE.key]
    for one in cards:
        if key(one.cells.get("name", "")) == key(name):
            held = "; ".join(text for column, text in one.cells.items() if column != "name")
            where = {"sheet": PROPOSALS.label(lang), "source": one.source, "held": held or "-"}
            raise UsageError("forget.only_proposed", name=clean(name), **where)
