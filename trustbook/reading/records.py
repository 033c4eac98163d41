"""Cells to records: every sheet people type in, read column by column, with every problem as a
value with its cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import attrgetter

from trustbook import catalogue
from trustbook.columns import MOMENTS, OFFERS, ROLES, choice_names
from trustbook.dates import EPOCH_1900
from trustbook.model import (
    Book,
    Consultation,
    Memory,
    Moments,
    Partner,
    Person,
    Problem,
    Route,
    Settings,
)
from trustbook.names import clean, holders_in, key, similar
from trustbook.reading.cells import Reader
from trustbook.reading.consultations import read_consultations, tell_what_sat
from trustbook.reading.done import note_ahead
from trustbook.reading.holders import tell_holders_alike, tell_unknown_holders
from trustbook.reading.identities import (
    PartnersKnown,
    aliases_in,
    identity,
    pair_of,
    stands_for,
    without_merged,
)
from trustbook.reading.lists import Listing, book_language
from trustbook.reading.moments import read_moments
from trustbook.reading.people import Employers, read_people
from trustbook.reading.phenomena import (
    phenomenon_finder,
    unread_phenomena,
    with_required_phenomena,
)
from trustbook.reading.presence import Attendance
from trustbook.reading.references import Directory, NamesBefore
from trustbook.reading.required import known_party, read_required
from trustbook.reading.routes import read_routes
from trustbook.reading.settings import read_settings
from trustbook.reading.watched_day import plain_day


def read_lists(
    lists: Mapping[str, Listing],
    epoch: date = EPOCH_1900,
    today: date = date.max,
    lang: str | None = None,
    memory: Memory | None = None,
) -> Book:
    """Everything the lists of a workbook say about its network as of ``today``.

    ``lang``: the language when Settings has none. Raises nothing for what people typed: that is in
    ``Book.problems``.
    """
    problems: list[Problem] = []
    memory = memory or Memory()
    language = lang or book_language(dict(lists))
    settings = Settings()
    if "settings" in lists:
        settings = read_settings(Reader(lists["settings"], language, epoch, problems))
    language = settings.language or language

    def reader(name: str) -> Reader | None:
        if name not in lists:
            return None
        return Reader(lists[name], language, epoch, problems, today)

    partner_reader = _must(reader("partners"))
    required = read_required(reader("required"), settings)
    settings = with_required_phenomena(settings, required)
    rows = _read_partners(partner_reader, settings, memory, today)
    partners, memory = without_merged(rows, memory)
    aliases = aliases_in(memory)
    _check_doubles(partner_reader, partners)
    _tell_merged(partner_reader, rows, memory)
    names = Directory(partners, before=NamesBefore(aliases, answered=memory.names_meant))
    everyone = PartnersKnown(partners, memory)
    people: list[Person] = []
    employers: Employers = {}
    if people_reader := reader("people"):
        people, employers = read_people(people_reader, names, everyone, memory, today)
    meetings = []
    if meeting_reader := reader("consultations"):
        themes = _phenomena_in(meeting_reader, settings)
        meetings = read_consultations(meeting_reader, names, everyone, memory, themes)
    before = _names_before(aliases, memory)
    everybody = Directory(partners, people, meetings, before)
    colleagues = [*map(attrgetter("holder"), partners)]
    routes = _routes_in(reader("routes"), everybody, people, settings, colleagues, today)
    moments = Moments()
    if moment_reader := reader("moments"):
        earlier = _earlier(meetings, partners, memory)
        known = [everybody, *(Directory(partners, people, sat, before) for sat in earlier)]
        attendances = [Attendance(names_then, everyone) for names_then in known]
        moments = read_moments(moment_reader, attendances, settings, today, memory)
    tell_what_sat(meeting_reader, meetings, moments.met, memory, today)
    return Book(
        language, settings, partners, people, moments, meetings, required, problems, memory, today,
        employers=employers, routes=routes,
    )  # fmt: skip


def _routes_in(
    reader: Reader | None,
    names: Directory,
    people: Sequence[Person],
    settings: Settings,
    colleagues: Sequence[str | None],
    today: date,
) -> list[Route]:
    """The routes; a party, a colleague and our own organisation are no partner, and known."""
    if reader is None:
        return []
    ours = [settings.our_name, *settings.holders, *colleagues]
    known = {key(name) for own in ours for name in holders_in(own)}

    def is_function(text: str) -> bool:
        return key(text) in known or known_party(text, settings)

    phenomena = _phenomena_in(reader, settings)
    return read_routes(reader, names, people, phenomena, is_function, today)


def _earlier(
    meetings: Sequence[Consultation], partners: Sequence[Partner], memory: Memory
) -> list[list[Consultation]]:
    """The consultations as they were in each earlier round of members; a partner that has gone no
    longer counts.
    """
    places = {identity(partner): i for i, partner in enumerate(partners)}
    rounds = []
    for members in memory.members:
        sat = {
            name: tuple(places[one] for one in ones if one in places)
            for name, ones in members.items()
        }
        rounds.append(
            [
                replace(meeting, members=sat.get(key(meeting.name), meeting.members), named={})
                for meeting in meetings
            ]
        )
    return rounds


def _tell_merged(reader: Reader, everyone: Sequence[Partner], memory: Memory) -> None:
    """Say of which rows all counts for another partner."""
    called = {identity(partner): partner.name for partner in everyone}
    rows = {row: i for i, row in enumerate(reader.listing.rows)}
    for partner in everyone if memory.merged else ():
        other = stands_for(identity(partner), memory)
        if other != identity(partner):
            name = called.get(other, other)
            reader.note("merged_partner", "warning", "name", rows[partner.row], other=name)


def _names_before(aliases: Mapping[str, Sequence[str]], memory: Memory) -> NamesBefore:
    meetings, answered = memory.meetings_before, memory.names_meant
    return NamesBefore(aliases, memory.people_before, meetings, answered)


def directory_of(book: Book) -> Directory:
    """Everybody in a book that a name can mean, by the names of now and before."""
    memory = book.memory
    before = _names_before(aliases_in(memory), memory)
    return Directory(book.partners, book.people, book.consultations, before)


def _must(reader: Reader | None) -> Reader:
    if reader is None:
        raise KeyError("partners")
    return reader


# fmt: off
_PARTNER_TEXTS = (
    "name", "party", "area", "holder", "their_tasks", "their_goals", "their_way", "own_view",
)
_PARTNER_DAYS = (
    "since", "goals_shared_on", "checked_on", "paused_until", "snooze_until", "ended_on",
)
# fmt: on


def _read_partners(
    reader: Reader, settings: Settings, memory: Memory, today: date
) -> list[Partner]:
    text = {name: reader.texts(name) for name in _PARTNER_TEXTS}
    days = {name: reader.dates(name) for name in _PARTNER_DAYS}
    ids, kinds, tiers = reader.ids(), reader.choices("kind"), reader.choices("tier")
    rhythms, share = reader.rhythms("rhythm"), reader.yes("share_card")
    phenomena = _phenomena_in(reader, settings)
    unread = unread_phenomena(reader, phenomena)
    offers = _many(reader, "offers", _offer, "unreadable_choice")
    roles = _many(reader, "role", _role, "unreadable_choice")
    _note_no_ids(reader)
    partners: list[Partner] = []
    for i, row in enumerate(reader.listing.rows):
        name = text["name"][i]
        if name is None:
            reader.required("name", i)
            continue
        partner = Partner(
            name, row, ids[i], kinds[i], tiers[i], text["party"][i], phenomena[i],
            text["area"][i], rhythms[i], text["holder"][i], days["since"][i],
            text["their_tasks"][i], text["their_goals"][i], text["their_way"][i],
            days["goals_shared_on"][i], days["checked_on"][i], offers[i], share[i],
            days["paused_until"][i], days["snooze_until"][i], days["ended_on"][i],
            text["own_view"][i], roles[i],
        )  # fmt: skip
        partner.since_typed = partner.since is not None
        partner.unread_phenomena = unread[i]
        if partner.since is None:
            partner.since = _first_seen(partner, memory, today)
        elif partner.since > today:
            reader.note("since_ahead", "warning", "since", i)
        partners.append(partner)
        _check_partner(reader, i, partner, settings, today)
    tell_holders_alike(reader, {one.row: one.holder for one in partners}, settings)
    return partners


def _note_no_ids(reader: Reader) -> None:
    """Ask for a column ID where there is none, and where one would keep its place."""
    if "id" not in reader.listing.columns and not _takes_several_rows(reader.listing):
        own = reader.listing.own_ids
        reader.note_header("own_id_column" if own else "no_id_column", *(own or (None, None)))


def _takes_several_rows(listing: Listing) -> bool:
    """Whether a partner may stand in several rows of its sheet, so that an ID there would move."""
    beside = listing.beside
    logs = any(one.sheet is MOMENTS or len(one.rows) > len(listing.rows) for one in beside)
    return listing.repeats or logs


def _first_seen(partner: Partner, memory: Memory, today: date) -> date:
    return memory.since.get(identity(partner)) or plain_day(today)


def _check_partner(
    reader: Reader, i: int, partner: Partner, settings: Settings, today: date
) -> None:
    note_ahead(reader, "goals_shared_on", i, partner.goals_shared_on, today)
    note_ahead(reader, "checked_on", i, partner.checked_on, today)
    ended = partner.ended_on is not None and partner.ended_on < today
    if partner.rhythm is None and partner.tier is None and not ended:
        _note_no_rhythm(reader, i)
    if partner.party is not None and not known_party(partner.party, settings):
        hints = _parties_like(partner.party, settings)
        reader.note("unknown_party", "warning", "party", i, hints=hints)
    tell_unknown_holders(reader, i, partner.holder, settings)


def _note_no_rhythm(reader: Reader, i: int) -> None:
    """Ask for a rhythm or a tier in the columns that the sheet has, under its own headers."""
    there = [name for name in ("rhythm", "tier") if name in reader.listing.columns]
    if not there:
        reader.note("no_rhythm_column", "warning", "name", i)
        return
    headers = tuple(map(reader.listing.header, there))
    reader.note("no_rhythm", "warning", there[0], i, columns=headers)


def _parties_like(text: str, settings: Settings) -> tuple[str, ...]:
    labels = [label for party in catalogue.parties() for label in (party.nl, party.en)]
    return tuple(similar(text, [*labels, *settings.parties]))


def _check_doubles(reader: Reader, partners: Sequence[Partner]) -> None:
    rows = {row: i for i, row in enumerate(reader.listing.rows)}
    first: dict[str, Partner] = {}
    for partner in partners:
        other = first.setdefault(key(partner.name), partner)
        if other is not partner:
            asked = {"reference": pair_of(other, partner), "asked": 1}
            answer = asked if partner.id and other.id else {"asked": 0}
            at = rows[partner.row]
            reader.note("doubled_partner", "warning", "name", at, other=other.row, **answer)


def _many(
    reader: Reader, name: str, find_one: Callable[[str], str | None], code: str
) -> list[tuple[str, ...]]:
    """A column with several values in a cell, split at ``;``, ``,`` and line breaks."""
    result: list[tuple[str, ...]] = []
    for i, text in enumerate(reader.texts(name)):
        values: list[str] = []
        for piece in (clean(p) for p in _pieces(text, find_one)):
            found = find_one(piece) if piece else None
            if found is not None and found not in values:
                values.append(found)
            elif piece and found is None:
                reader.note(code, "warning", name, i, piece=piece)
        result.append(tuple(values))
    return result


def _pieces(text: str | None, find_one: Callable[[str], str | None]) -> list[str]:
    if text is None:
        return []
    if find_one(clean(text)) is not None:
        return [text]
    return text.replace("\n", ";").replace(",", ";").split(";")


def _offer(piece: str) -> str | None:
    choice = choice_names(OFFERS).get(key(piece))
    if choice:
        return choice.key
    # "interpretation, training, evaluation, …": an own word is welcome, but never two words in one
    return None if any(sign in piece for sign in ";,\n") else piece


def _role(piece: str) -> str | None:
    choice = choice_names(ROLES).get(key(piece))
    if choice:
        return choice.key
    return None if any(sign in piece for sign in ";,\n") else piece


def _phenomena_in(reader: Reader, settings: Settings) -> list[tuple[str, ...]]:
    """The column Phenomena of a list, as keys."""
    return _many(reader, "phenomena", phenomenon_finder(settings), "unknown_phenomenon")
