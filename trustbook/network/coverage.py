"""How much of the required network stands: per phenomenon, party, tier and area who is known, named
and warm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from trustbook.columns import TIERS, find_column
from trustbook.health.verdict import Verdict
from trustbook.model import Book, Partner, Requirement
from trustbook.names import key
from trustbook.network.labels import Labels, in_area
from trustbook.network.people import CurrentContacts


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the required network and the partners that answer to it, as positions in
    ``Book.partners``.

    ``required`` is the minimum asked for, 0 where the line is not relevant here. ``named`` have
    somebody in office (an individual has itself), ``warm`` have that status. ``hangs_on_one``: one
    person is all we know at all of them.
    """

    need: Requirement
    required: int
    known: tuple[int, ...]
    named: tuple[int, ...]
    warm: tuple[int, ...]
    hangs_on_one: bool

    @property
    def gap(self) -> int:
        """How many partners are still to be found."""
        return max(0, self.required - len(self.known))

    @property
    def section(self) -> int:
        """Where the line belongs: 0 always needed, 1 needed on a condition, 2 not relevant here."""
        return 2 if not self.need.relevant else 1 if self.need.condition else 0


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over lines, in which a partner counts once, however many lines it answers to.

    So does what is required: per party, tier and area the highest minimum of all phenomena, for one
    partner may stand for several. ``gap`` is the number of partners that have to be found at least;
    ``lines_with_gap`` counts lines.
    """

    lines: int
    lines_with_gap: int
    required: int
    known: int
    named: int
    warm: int
    gap: int


def coverage(book: Book, verdicts: Sequence[Verdict], today: date) -> list[Row]:
    """One row per line of the required network as of ``today``, in the order of the sheet.

    A partner answers to a line when its party is the same (whatever the spelling), and its
    phenomena, area and tier are the ones asked for or blank; for a blank tier its party's counts.
    Who ended, or came on the list after ``today`` without having been spoken, counts nowhere.
    """
    if not book.required:
        return []
    labels, duty = Labels(book.settings), CurrentContacts(book, today)
    status = {verdict.partner: verdict.status for verdict in verdicts}
    by_party: dict[str, list[int]] = {}
    for verdict in verdicts:
        partner = book.partners[verdict.partner]
        if partner.party and verdict.status != "ended" and _on_the_list(partner, verdict, today):
            by_party.setdefault(labels.party(partner.party).id, []).append(verdict.partner)
    rows = []
    for need in book.required:
        candidates = by_party.get(labels.party(need.party).id, ())
        phenomenon = labels.phenomenon(need.phenomenon).key
        known = tuple(p for p in candidates if _answers(book.partners[p], need, phenomenon, labels))
        rows.append(
            Row(
                need,
                need.minimum if need.relevant else 0,
                known,
                tuple(p for p in known if duty.named(p)),
                tuple(p for p in known if status[p] == "warm"),
                duty.only(known) is not None,
            )
        )
    return rows


def _on_the_list(partner: Partner, verdict: Verdict, today: date) -> bool:
    return partner.since is None or partner.since <= today or verdict.last_contact is not None


def _answers(partner: Partner, need: Requirement, phenomenon: str, labels: Labels) -> bool:
    return (
        (not partner.phenomena or phenomenon in partner.phenomena)
        and in_area(partner.area, need.area)
        and (need.tier is None or labels.tier(partner) in (None, need.tier))
    )


def gaps_first(rows: Iterable[Row]) -> list[Row]:
    """The lines as people want to see them: always needed, then on a condition, then not relevant;
    gaps first.
    """
    return sorted(rows, key=lambda row: (row.section, not row.gap))


def totals(rows: Iterable[Row], labels: Labels) -> Totals:
    """The sums over ``rows``; a partner in two phenomena is counted once."""
    lines = list(rows)
    required: dict[tuple[str, str | None, str], int] = {}
    gap: dict[tuple[str, str | None, str], int] = {}
    for row in lines:
        place = labels.party(row.need.party).id, row.need.tier, key(row.need.area or "")
        required[place] = max(required.get(place, 0), row.required)
        gap[place] = max(gap.get(place, 0), row.gap)
    return Totals(
        len(lines),
        sum(row.gap > 0 for row in lines),
        sum(required.values()),
        len({partner for row in lines for partner in row.known}),
        len({partner for row in lines for partner in row.named}),
        len({partner for row in lines for partner in row.warm}),
        sum(gap.values()),
    )


def without_slack(rows: Iterable[Row]) -> set[int]:
    """The partners we cannot miss: of a line that always counts, where no more are known than are
    required.
    """
    return {
        partner
        for row in rows
        if row.section == 0 and len(row.known) <= row.required
        for partner in row.known
    }


def coverage_json(row: Row, lang: str) -> dict[str, object]:
    """The row as ``coverage --json`` shows it: labels as written, the tier as ``lang`` writes it."""
    need = row.need
    return {
        "phenomenon": need.phenomenon,
        "party": need.party,
        "tier": find_column(TIERS, need.tier).label(lang) if need.tier else None,
        "area": need.area,
        "required": row.required,
        "known": len(row.known),
        "named": len(row.named),
        "warm": len(row.warm),
        "gap": row.gap,
        "condition": need.condition,
    }
