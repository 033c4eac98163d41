"""Texts of which nobody knows yet whether they may be kept: what people answered, and what follows.

A text that may stay is read like any other from then on; one that is to go is emptied in its cell.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from trustbook.columns import PARTNER_KINDS, choice_names
from trustbook.ledger import Ledger
from trustbook.names import key
from trustbook.privacy import PERHAPS, TextGuard, grade, is_text_reference
from trustbook.reading.cells import shown
from trustbook.reading.listing import Listing, withhold
from trustbook.run.line_answers import LineAnswers
from trustbook.run.replica import Replica
from trustbook.snapshot import CellEdit

_INDIVIDUAL = frozenset(
    name for name, choice in choice_names(PARTNER_KINDS).items() if choice.key == "individual"
)
# The facts of the ledger: the references of texts of which somebody said that they may stay.
KEPT_TEXTS = "kept_texts"


@dataclass(frozen=True, slots=True)
class TextAnswers:
    """What people said of doubtful texts, by reference: ``kept``, and what is ``to_go``."""

    kept: Collection[str]
    to_go: Collection[str]
    secret: bytes

    def facts(self) -> dict[str, str]:
        """What the ledger is to remember."""
        return dict.fromkeys(sorted(self.kept), "keep")

    def emptied(self, replicas: Sequence[Replica]) -> list[Replica]:
        """The workbooks, with what is to go gone from their lists; their guard must be set."""
        return [self._empty_in(replica) for replica in replicas]

    def _empty_in(self, replica: Replica) -> Replica:
        lists = replica.lists.values()
        edits = [edit for one in lists if one.guard for edit in self._empty(one, one.guard)]
        return replace(replica, emptied=edits) if edits else replica

    def _empty(self, listing: Listing, guard: TextGuard) -> list[CellEdit]:
        """Empty the cells of a list whose text is to go; one that a formula fills stays."""
        edits = []
        for name, i in self._cells_to_go(listing, guard):
            row, column = listing.rows[i], listing.columns[name]
            if row not in listing.formulas.get(name, ()) and not listing.filled(name, row):
                listing.cells[name] = [
                    *listing.cells[name][:i],
                    None,
                    *listing.cells[name][i + 1 :],
                ]
                edits.append(CellEdit(listing.title, row, column, None))
        listing.withheld = None
        return edits

    def _cells_to_go(self, listing: Listing, guard: TextGuard) -> list[tuple[str, int]]:
        doubtful = [place for place, reason in withhold(listing).items() if reason == PERHAPS]
        return [
            (name, i)
            for name, i in doubtful
            if name in listing.columns
            and guard.reference(shown(listing.cells[name][i])) in self.to_go
        ]


def text_answers(ledger: Ledger, answers: LineAnswers) -> TextAnswers:
    """What people said of doubtful texts: now, and before."""
    said = {one: keep for one, keep in answers.said.items() if is_text_reference(one)}
    kept = {*ledger.facts(KEPT_TEXTS), *(one for one, keep in said.items() if keep)}
    to_go = {one for one, keep in said.items() if not keep}
    return TextAnswers(kept - to_go, to_go, ledger.secret)


def organisations(replicas: Sequence[Replica]) -> frozenset[str]:
    """The names of the partners of a book that are no individuals."""
    partners = [replica.lists["partners"] for replica in replicas]
    rows = {pair for one in partners for pair in zip(one.get("name"), one.get("kind"), strict=True)}
    named = [name for name, kind in rows if key(str(kind)) not in _INDIVIDUAL]
    return frozenset(name for name in named if isinstance(name, str) and not grade(name, True))
