"""Pages to print: the card of a partner, the guide to all who share theirs, the handover.

Each page is one file of HTML that asks nothing of a network and runs no script; what people typed
stays text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from trustbook.columns import GLYPHS, STATUSES, find_column
from trustbook.dates import write_date
from trustbook.health.verdict import Verdict
from trustbook.messages import say, templates
from trustbook.model import PLANNED, THEM, US, Book, Consultation, Person
from trustbook.names import fit_text, holders_in, key, telephone_number
from trustbook.network.consultations import sittings
from trustbook.network.people import CurrentContacts
from trustbook.network.promises import open_promises
from trustbook.network.routes import routes_beside, routes_held, routes_json

if TYPE_CHECKING:
    from jinja2 import Environment

# What a handover shows first: whom the new holder should see first.
_ORDER = ("cold", "crisis_only", "cooling", "new", "warm", "paused")


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says, and nothing else: theirs and ours, by "tasks", "goals" and "way", who of us
    is their contact, and where a worry goes about what they stand for.
    """

    id: str | None
    name: str
    theirs: Mapping[str, str | None]
    our_name: str | None
    ours: Mapping[str, str | None]
    our_contact: str | None
    routes: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class GuideEntry:
    """One partner of the guide; the lines of its work ``contact`` hold no person's name."""

    name: str
    tasks: str | None
    goals: str | None
    way: str | None
    contact: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Handover:
    """What the next holder needs to know; the lists hold plain dictionaries, with days as dates."""

    holder: str
    summary: str
    partners: list[dict[str, Any]]
    promises: list[dict[str, Any]]
    planned: list[dict[str, Any]]
    tables: list[dict[str, Any]]
    routes: list[dict[str, Any]]


def card(book: Book, position: int) -> Card:
    """The card of the partner at ``position``: what they do, want and how, as known, and ours."""
    partner, ours = book.partners[position], book.settings
    theirs = {"tasks": partner.their_tasks, "goals": partner.their_goals, "way": partner.their_way}
    our_side = {"tasks": ours.our_tasks, "goals": ours.our_goals, "way": ours.our_way}
    routes = routes_json(book, routes_beside(book, partner), inside=False)
    return Card(partner.id, partner.name, theirs, ours.our_name, our_side, partner.holder, routes)


def guide(book: Book, verdicts: Sequence[Verdict], today: date) -> list[GuideEntry]:
    """Who said yes to sharing its card and has not ended, by name.

    The work contact is that of a person on duty who was told that we keep it ("Informed on"); of a
    person who was not, nothing is shown, for a work address often is a name.
    """
    contacts = CurrentContacts(book, today)
    entries = []
    for verdict in verdicts:
        partner = book.partners[verdict.partner]
        if partner.share_card and verdict.status != "ended":
            contact = _informed_contact(contacts.at(verdict.partner), today)
            theirs = partner.their_tasks, partner.their_goals, partner.their_way
            entries.append(GuideEntry(partner.name, *theirs, contact))
    return sorted(entries, key=lambda entry: key(entry.name))


def _informed_contact(people: Sequence[Person], today: date) -> tuple[str, ...]:
    """The first of these people that can be reached and was told by ``today`` that we keep it."""
    informed = (p for p in people if p.informed_on is not None and p.informed_on <= today)
    return next(filter(None, map(_contact, informed)), ())


def _contact(person: Person) -> tuple[str, ...]:
    """Role, work phone and work e-mail; nothing where there is no way to reach the person."""
    ways = tuple(way for way in (telephone_number(person.phone), person.email) if way)
    return ((person.role,) if person.role else ()) + ways if ways else ()


def handover(
    book: Book, verdicts: Sequence[Verdict], today: date, holder: str, lang: str
) -> Handover:
    """What ``holder`` leaves behind: partners that have not ended, promises, plans, tables."""
    held = _held_by(book, verdicts, holder)
    theirs, contacts = {verdict.partner for verdict in held}, CurrentContacts(book, today)
    promises, planned = promises_with(book, theirs, today), _planned(book, theirs, today)
    summary = say(
        lang,
        "cards.handover_summary" if held else "cards.handover_none_held",
        partners=len(held),
        standing=_standing(held, lang),
        promises=len(promises),
        planned=len(planned),
    )
    return Handover(
        holder,
        summary,
        [held_partner(book, verdict, contacts, lang) for verdict in held],
        promises,
        planned,
        tables_with(book, verdicts, theirs, holder, today),
        routes_json(book, routes_held(book, holder, theirs)),
    )


def _held_by(book: Book, verdicts: Sequence[Verdict], holder: str) -> list[Verdict]:
    """The relationships of ``holder`` that have not ended, whom to see first in front."""

    def order(verdict: Verdict) -> tuple[int, date, str]:
        name = book.partners[verdict.partner].name
        return _ORDER.index(verdict.status), verdict.due or date.max, key(name)

    there = [v for v in verdicts if v.status != "ended"]
    held = [
        v for v in there if key(holder) in map(key, holders_in(book.partners[v.partner].holder))
    ]
    return sorted(held, key=order)


def _standing(verdicts: Sequence[Verdict], lang: str) -> str:
    """How many relationships have which status: ``12 warm, 3 cold``."""
    counts = Counter(verdict.status for verdict in verdicts)
    said = [
        f"{counts[status.key]} {status.label(lang).lower()}"
        for status in reversed(STATUSES)
        if counts[status.key]
    ]
    return ", ".join(said) or "–"


def held_partner(
    book: Book, verdict: Verdict, contacts: CurrentContacts, lang: str
) -> dict[str, Any]:
    """How one partner stands, what to do, and who is there; as plain values."""
    partner = book.partners[verdict.partner]
    status = find_column(STATUSES, verdict.status).label(lang)
    return {
        "id": partner.id,
        "name": partner.name,
        "status": verdict.status,
        "status_text": f"{GLYPHS[verdict.status]} {status}",
        "why": verdict.why,
        "next_step": verdict.next_step,
        "own_view": partner.own_view,
        "hints": [
            hint.text for hint in verdict.hints if hint.code not in ("promise_overdue", "planned")
        ],
        "people": [
            {
                "name": p.name,
                "role": p.role,
                "key_role": p.key_role,
                "phone": p.phone,
                "email": p.email,
            }
            for p in contacts.at(verdict.partner)
        ],
    }


def _names(book: Book, partners: Sequence[int]) -> list[str]:
    return [book.partners[partner].name for partner in partners]


def promises_with(book: Book, theirs: set[int], today: date) -> list[dict[str, Any]]:
    """The open promises with any of these partners, ours and theirs, as plain values."""
    return [
        {
            "due": one.promise.due,
            "by": {US: "us", THEM: "them"}.get(one.promise.by),
            "made_on": one.made_on,
            "text": one.promise.text,
            "overdue": one.overdue,
            "partners": _names(book, one.partners),
        }
        for one in open_promises(book, today)
        if theirs.intersection(one.partners)
    ]


def _planned(book: Book, theirs: set[int], today: date) -> list[dict[str, Any]]:
    log = book.moments
    present: dict[int, list[int]] = {}
    for moment, partner in zip(log.contact_moment, log.contact_partner, strict=True):
        if log.state[moment] == PLANNED and log.day[moment] >= today.toordinal():
            present.setdefault(moment, []).append(partner)
    return [
        {
            "day": date.fromordinal(log.day[moment]),
            "topic": log.topic[moment],
            "partners": _names(book, partners),
        }
        for moment, partners in sorted(present.items(), key=lambda one: (log.day[one[0]], one[0]))
        if theirs.intersection(partners)
    ]


def _chairs(meeting: Consultation, holder: str) -> bool:
    return meeting.chair is not None and key(meeting.chair) == key(holder)


def tables_with(
    book: Book, verdicts: Sequence[Verdict], theirs: set[int], holder: str, today: date
) -> list[dict[str, Any]]:
    """The consultations at which their partners sit, or that the holder chairs, soonest first."""
    ahead = {id(sitting.consultation): sitting for sitting in sittings(book, verdicts, today)}
    tables: list[dict[str, Any]] = []
    for meeting in book.consultations:
        chair = _chairs(meeting, holder)
        if chair or theirs.intersection(meeting.members):
            table: dict[str, Any] = {"name": meeting.name, "day": None, "chair": chair, "quiet": []}
            if sitting := ahead.get(id(meeting)):
                quiet = [member for member in sitting.quiet if member in theirs]
                table |= {"day": sitting.day, "quiet": _names(book, quiet)}
            tables.append(table)
    return sorted(tables, key=lambda table: table["day"] or date.max)


def card_page(shown: Card, today: date, lang: str) -> str:
    """The card as a page of HTML in ``lang``."""
    return page_of("card.html", lang, today, card=asdict(shown))


def guide_page(
    entries: Sequence[GuideEntry],
    today: date,
    lang: str,
    routes: Sequence[dict[str, Any]] = (),
    part: tuple[str, int] | None = None,
) -> str:
    """The guide as a page of HTML in ``lang``, with the ``routes`` as a partner may read them.

    ``part``: of which part of the network, and how many that share their card are left out.
    """
    told = [asdict(entry) for entry in entries]
    return page_of("guide.html", lang, today, entries=told, routes=routes, part=part)


def handover_page(shown: Handover, today: date, lang: str) -> str:
    """The handover as a page of HTML in ``lang``."""
    return page_of("handover.html", lang, today, handover=asdict(shown))


def page_of(name: str, lang: str, today: date, **content: object) -> str:
    """The template ``name`` filled in as a page of HTML in ``lang``."""
    speak: Callable[..., str] = partial(_say, lang)
    write: Callable[[date], str] = partial(write_date, lang=lang)
    page = _pages().get_template(name)
    return fit_text(page.render(lang=lang, today=today, say=speak, write=write, **content))


def _say(lang: str, name: str, /, **params: object) -> str:
    return say(lang, f"cards.{name}", **params)


@cache
def _pages() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(templates() / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
