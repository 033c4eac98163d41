"""What each edition may show.

Whatever it may not is dropped here, before any sentence, picture or template sees it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from trustbook.catalogue import Party, domains
from trustbook.columns import STATUSES, Choice
from trustbook.model import Partner
from trustbook.network.labels import Labels
from trustbook.overview.matrix import Matrix
from trustbook.overview.naming import Edition, EditionNames, PartnerGroup, PartnerName
from trustbook.overview.numbers import Numbers
from trustbook.overview.period import Span
from trustbook.overview.requests import Requests, restrict_requests
from trustbook.overview.team import TeamMemory, TeamWork, count_team
from trustbook.overview.trend import MonthCounts, ShownShare, shown_share

MOST_COLD = 10

Shown: TypeAlias = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class ColdRow:
    """A cold relationship as an edition lists it; ``holder`` is None where none are named."""

    name: PartnerName
    status: str
    last_contact: date | None
    rhythm: int
    step: str
    holder: str | None


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector of the sunburst: partners by status, no names.

    ``domain`` is None for all together or for no domain.
    """

    domain: Choice | None
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class PartnerDot:
    """A column of the dot matrix: one partner's status, and its phenomena by their position."""

    status: str
    stands_for: frozenset[int]


@dataclass(frozen=True, slots=True)
class PagePart:
    """What part of the network a page is about (labels as asked), and how many partners it leaves
    out.
    """

    phenomenon: str | None
    area: str | None
    left_out: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The overview of one edition, in no language yet. Pairs are (this stretch, the one before).

    None is a number that the edition does not show; see public.py. ``relations`` were on the list
    and had not ended, ``warm`` of them were warm; ``standing`` counts them per status. ``civil``
    counts sunny moments with civil society. ``lines`` of ``matrix`` are parties, in the public
    edition one of all partners (``of_all``); ``short`` is what the whole required network lacks.
    ``informed``: how many people know that we keep their work contact, and of how many in office.
    ``team``: what the team looks at among itself, in its own edition only;
    ``part``: None where the page is about the whole network.
    """

    edition: Edition
    span: Span
    as_of: date
    our_name: str | None
    relations: Shown
    warm: Shown
    standing: dict[str, int]
    standing_before: dict[str, int]
    sunny: Shown
    crisis: Shown
    civil: Shown
    kept: Shown
    due: Shown
    moved: dict[str, PartnerGroup]
    matrix: Matrix
    of_all: bool
    has_required: bool
    short: int
    cold: tuple[ColdRow, ...]
    cold_count: int | None
    months: tuple[MonthCounts, ...]
    shares: tuple[ShownShare, ...]
    requests: Requests
    left_out: dict[str, int] | None
    not_yet: int
    ended: int
    sectors: tuple[Sector, ...]
    dots: tuple[tuple[Choice | None, tuple[PartnerDot, ...]], ...]
    facts_as_of: str
    informed: tuple[int, int] | None
    team: TeamWork | None
    part: PagePart | None = None


def restrict_to_edition(
    numbers: Numbers, edition: Edition, memory: TeamMemory | None = None
) -> Figures:
    """The figures of ``numbers`` that ``edition`` may show; ``memory`` is for the team alone.

    Of the public edition names are gone; which numbers go as well is for public.py to say.
    """
    book, public = numbers.book, edition == "public"
    naming = EditionNames(book, edition)
    ways = ("warmed", "cooled", "new", "lost")
    moved = {way: naming.group(getattr(numbers.movement, way)) for way in ways}
    has_required = any(need.relevant for need in book.required)
    short = sum(line.gap for line in numbers.matrix.lines)
    statuses, statuses_before = numbers.statuses, numbers.statuses_before
    return Figures(
        edition=edition,
        span=numbers.span,
        as_of=numbers.as_of,
        our_name=naming.our_name(),
        relations=(len(statuses), len(statuses_before)),
        warm=(_count_warm(statuses), _count_warm(statuses_before)),
        standing=_tally(statuses),
        standing_before=_tally(statuses_before),
        sunny=(numbers.now.sunny, numbers.before.sunny),
        crisis=(numbers.now.crisis, numbers.before.crisis),
        civil=(numbers.now.civil, numbers.before.civil),
        kept=(numbers.now.kept, numbers.before.kept),
        due=(numbers.now.due, numbers.before.due),
        moved=moved,
        matrix=numbers.matrix,
        of_all=False,
        has_required=has_required,
        short=short,
        cold=() if public else _cold(numbers, naming, edition),
        cold_count=len(numbers.cold),
        months=numbers.months,
        shares=tuple(shown_share(share, public) for share in numbers.shares),
        requests=restrict_requests(numbers, naming, public),
        left_out=dict(numbers.left_out),
        not_yet=numbers.not_yet,
        ended=numbers.ended,
        sectors=_sectors(numbers, public),
        dots=() if public or not numbers.matrix.phenomena else _dots(numbers),
        facts_as_of=numbers.facts_as_of,
        informed=_informed(numbers, edition),
        team=_team(numbers, naming, edition, memory),
    )


def _informed(numbers: Numbers, edition: Edition) -> tuple[int, int] | None:
    if edition != "team":
        return None
    day = numbers.as_of
    people = [person for person in numbers.book.people if person.in_office(day)]
    told = [one for one in people if one.informed_on is not None and one.informed_on <= day]
    return len(told), len(people)


def _team(
    numbers: Numbers, naming: EditionNames, edition: Edition, memory: TeamMemory | None
) -> TeamWork | None:
    return count_team(numbers, naming, memory) if edition == "team" else None


def _count_warm(statuses: dict[int, str]) -> int:
    return sum(status == "warm" for status in statuses.values())


def _tally(statuses: dict[int, str]) -> dict[str, int]:
    """Partners per status, in the order people read them: warm first."""
    found = Counter(statuses.values())
    return {choice.key: found[choice.key] for choice in reversed(STATUSES) if found[choice.key]}


def _cold(numbers: Numbers, naming: EditionNames, edition: Edition) -> tuple[ColdRow, ...]:
    rows = []
    for cold in numbers.cold[:MOST_COLD]:
        holder = numbers.book.partners[cold.partner].holder if edition == "team" else None
        rows.append(
            ColdRow(
                naming.of(cold.partner),
                cold.status,
                cold.last_contact,
                cold.rhythm,
                cold.step,
                holder,
            )
        )
    return tuple(rows)


def _domain(partner: Partner, labels: Labels) -> Choice | None:
    party: Party | None = labels.party(partner.party) if partner.party else None
    if party is None:
        return None
    return next((domain for domain in domains() if domain.key == party.domain), None)


def _grouped(numbers: Numbers) -> dict[Choice | None, list[int]]:
    """Partners by domain, in the order a drawing goes round; those without one last."""
    labels = Labels(numbers.book.settings)
    groups: dict[Choice | None, list[int]] = {domain: [] for domain in (*domains(), None)}
    for position in numbers.statuses:
        groups[_domain(numbers.book.partners[position], labels)].append(position)
    return {domain: positions for domain, positions in groups.items() if positions}


def _sectors(numbers: Numbers, public: bool) -> tuple[Sector, ...]:
    """The sectors of the sunburst; the public edition has one, for a lone sign may be known."""
    if public:
        return (Sector(None, _tally(numbers.statuses)),) if numbers.statuses else ()
    return tuple(
        Sector(domain, _tally({p: numbers.statuses[p] for p in positions}))
        for domain, positions in _grouped(numbers).items()
    )


def _dots(numbers: Numbers) -> tuple[tuple[Choice | None, tuple[PartnerDot, ...]], ...]:
    places = {column.key: place for place, column in enumerate(numbers.matrix.phenomena)}
    order = {choice.key: place for place, choice in enumerate(reversed(STATUSES))}

    def dot(position: int) -> PartnerDot:
        partner = numbers.book.partners[position]
        stands_for = frozenset(places[key] for key in places if partner.stands_for(key))
        return PartnerDot(numbers.statuses[position], stands_for)

    def rank(one: PartnerDot) -> tuple[int, list[int]]:
        return order[one.status], sorted(one.stands_for)

    return tuple(
        (domain, tuple(sorted(map(dot, positions), key=rank)))
        for domain, positions in _grouped(numbers).items()
    )
