"""What to bring to a consultation: who went quiet there, promises, cards, who is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from trustbook.columns import GLYPHS, STATUSES, find_column
from trustbook.health.verdict import Verdict
from trustbook.model import THEM, US, Book, Consultation, add_days
from trustbook.network.cards import page_of
from trustbook.network.consultations import QUIET
from trustbook.network.coverage import coverage
from trustbook.network.labels import Labels
from trustbook.network.promises import open_promises

_BY = {US: "us", THEM: "them"}
# So many relations, and so many promises, leave room on a page for what follows.
_ON_ONE_PAGE = 7


@dataclass(frozen=True, slots=True)
class TableAgenda:
    """One consultation: when it sits next, how many ``members`` it has, which of them are cold or
    cool off (the most pressing first), open promises both ways, which required parties are missing
    for its phenomena, and whose card changed since it sat last. Days are dates.
    """

    consultation: str
    next: date | None
    cold: list[dict[str, Any]]
    promises: list[dict[str, Any]]
    missing: list[dict[str, str]]
    changed: list[dict[str, Any]]
    members: int


def table_agenda(
    book: Book, verdicts: Sequence[Verdict], meeting: Consultation, today: date
) -> TableAgenda:
    """The agenda of ``meeting`` as of ``today``."""
    day, members = meeting.next_on(today), set(meeting.members)
    quiet = [one for one in verdicts if one.partner in members and one.status in QUIET]
    quiet.sort(key=lambda one: (QUIET.index(one.status), one.due or date.max))
    return TableAgenda(
        meeting.name,
        day,
        [_cold(book, one) for one in quiet],
        _promises(book, members, today),
        _missing(book, verdicts, meeting, today),
        _changed(book, meeting, day, today),
        len(members),
    )


def _cold(book: Book, verdict: Verdict) -> dict[str, Any]:
    partner = book.partners[verdict.partner]
    return {
        "id": partner.id,
        "name": partner.name,
        "status": verdict.status,
        "why": verdict.why,
    }


def _promises(book: Book, members: set[int], today: date) -> list[dict[str, Any]]:
    """The open promises with a member, overdue first."""
    found = []
    for one in open_promises(book, today):
        there = [partner for partner in one.partners if partner in members]
        if there:
            partner = book.partners[there[0]]
            found.append(
                {
                    "id": partner.id,
                    "name": partner.name,
                    "what": one.promise.text,
                    "by": _BY.get(one.promise.by),
                    "due": one.promise.due,
                    "overdue": one.overdue,
                }
            )
    return found


def _missing(
    book: Book, verdicts: Sequence[Verdict], meeting: Consultation, today: date
) -> list[dict[str, str]]:
    """The parties that a phenomenon of this table requires, and of which nobody sits here."""
    labels, members = Labels(book.settings), set(meeting.members)
    own = {labels.phenomenon(one).key for one in meeting.phenomena}
    found = {}
    for row in coverage(book, verdicts, today):
        phenomenon = labels.phenomenon(row.need.phenomenon)
        wanted = row.required and phenomenon.key in own
        if wanted and not members.intersection(row.known):
            names = (phenomenon.label(book.lang), labels.party(row.need.party).label(book.lang))
            found[names] = {"phenomenon": names[0], "party": names[1]}
    return list(found.values())


def _changed(
    book: Book, meeting: Consultation, day: date | None, today: date
) -> list[dict[str, Any]]:
    """The members whose card was looked at or shared since the table sat last; none where nobody
    can tell when that was.
    """
    if day is None or not meeting.rhythm:
        return []
    last = add_days(day, -meeting.rhythm)
    members = [book.partners[member] for member in meeting.members]
    return [
        {"id": one.id, "name": one.name}
        for one in members
        if one.checked_on is not None and last < one.checked_on <= today
    ]


def agenda_page(shown: TableAgenda, today: date, lang: str) -> str:
    """The agenda as one page of HTML in ``lang``, which fits on one A4: the most pressing first."""
    table = asdict(shown)
    for part in ("cold", "promises"):
        table[f"more_{part}"] = max(0, len(table[part]) - _ON_ONE_PAGE)
        table[part] = table[part][:_ON_ONE_PAGE]
    for one in table["cold"]:
        status = find_column(STATUSES, one["status"]).label(lang)
        one["status_text"] = f"{GLYPHS[one['status']]} {status}"
    return page_of("agenda.html", lang, today, table=table)
