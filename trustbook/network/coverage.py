"""How much of the required network stands: who is known, named and warm, line by line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
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
    """One line of the required network and the partners (positions) that answer to it.

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
        if not self.need.relevant:
            return 2
        return 1 if self.need.condition else 0


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
    labels, contacts = Labels(book.settings), CurrentContacts(book, today)
    by_party = _by_party(book, verdicts, today, labels)
    warm = {verdict.partner for verdict in verdicts if verdict.status == "warm"}
    rows = []
    for need in book.required:
        candidates = by_party.get(labels.party(need.party).id, ())
        phenomenon = labels.phenomenon(need.phenomenon).key
        known = [p for p in candidates if _answers(book.partners[p], need, phenomenon, labels)]
        rows.append(_row(need, known, warm, contacts))
    return rows


def _by_party(
    book: Book, verdicts: Sequence[Verdict], today: date, labels: Labels
) -> dict[str, list[int]]:
    """The partners that count, by the key of their party."""
    found: dict[str, list[int]] = {}
    for verdict in verdicts:
        partner = book.partners[verdict.partner]
        if partner.party and verdict.status != "ended" and _on_the_list(partner, verdict, today):
            found.setdefault(labels.party(partner.party).id, []).append(verdict.partner)
    return found


def _row(
    need: Requirement, known: Sequence[int], warm: Collection[int], contacts: CurrentContacts
) -> Row:
    return Row(
        need,
        need.minimum if need.relevant else 0,
        tuple(known),
        tuple(p for p in known if contacts.named(p)),
        tuple(p for p in known if p in warm),
        contacts.only(known) is not None,
    )


def _on_the_list(partner: Partner, verdict: Verdict, today: date) -> bool:
    return partner.since is None or partner.since <= today or verdict.last_contact is not None


def _answers(partner: Partner, need: Requirement, phenomenon: str, labels: Labels) -> bool:
    return (
        partner.stands_for(phenomenon)
        and in_area(partner.area, need.area)
        and (need.tier is None or labels.tier(partner) in (None, need.tier))
    )


def gaps_first(rows: Iterable[Row]) -> list[Row]:
    """The lines section by section (``Row.section``), in each those with a gap first."""
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
    """The partners we cannot miss: a line that always counts knows no more than it requires."""
    return {
        partner
        for row in rows
        if row.section == 0 and len(row.known) <= row.required
        for partner in row.known
    }


def coverage_json(row: Row, lang: str) -> dict[str, object]:
    """The row as ``coverage --json`` shows it: labels as written, the tier in ``lang``."""
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
