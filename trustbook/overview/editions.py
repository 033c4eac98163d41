"""What each edition may show. Whatever it may not is dropped here, before any sentence, picture or
template sees it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from trustbook.catalogue import Party, domains
from trustbook.columns import STATUSES, TIERS, Choice
from trustbook.model import Book, Partner
from trustbook.names import key
from trustbook.network.labels import Labels
from trustbook.overview.disclosure import FEWEST, has_small, hidden_rows
from trustbook.overview.matrix import Matrix, MatrixRow, Square
from trustbook.overview.numbers import Month, Numbers
from trustbook.overview.period import Span

Edition = Literal["public", "steering", "team"]
EDITIONS: Final[tuple[Edition, ...]] = ("public", "steering", "team")
MOST_NAMES = 6
MOST_COLD = 10
OTHER: Final = Choice("other", "own phenomena", "eigen fenomenen")
_INDIVIDUALS = ("individual", "private_professional")


@dataclass(frozen=True, slots=True)
class Name:
    """A partner as an edition names it; ``text`` is None for an individual who is not named."""

    text: str | None


@dataclass(frozen=True, slots=True)
class PartnerGroup:
    """Partners that moved the same way: how many, and the names of the first few where the edition
    gives names.
    """

    count: int
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class ColdRow:
    """A cold relationship as an edition lists it; ``holder`` is None where the edition names no
    holders.
    """

    name: Name
    status: str
    last_contact: date | None
    rhythm: int
    step: str
    holder: str | None


@dataclass(frozen=True, slots=True)
class Sector:
    """A slice of the sun: partners by status, no names. ``domain`` is None for all together or for
    no domain.
    """

    domain: Choice | None
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Dot:
    """A column of the dot matrix: the status of one partner, and for which phenomena (positions) it
    stands.
    """

    status: str
    stands_for: frozenset[int]


@dataclass(frozen=True, slots=True)
class Figures:
    """The overview of one edition, in no language yet. Pairs are (this stretch, the one before).

    ``civil`` counts sunny moments with civil society, None where the number is hidden. ``lines`` of
    ``matrix`` are parties, in the public edition tiers; ``short`` is what the whole required
    network lacks. ``cold`` is empty in the public edition, ``cold_count`` is not.
    """

    edition: Edition
    span: Span
    as_of: date
    our_name: str | None
    standing: dict[str, int]
    standing_before: dict[str, int]
    sunny: tuple[int, int]
    crisis: tuple[int, int]
    civil: tuple[int | None, int | None]
    kept: tuple[int, int]
    due: tuple[int, int]
    moved: dict[str, PartnerGroup]
    matrix: Matrix
    tiers: tuple[Choice | None, ...]
    has_required: bool
    short: int
    cold: tuple[ColdRow, ...]
    cold_count: int
    months: tuple[Month, ...]
    left_out: dict[str, int]
    not_yet: int
    ended: int
    sectors: tuple[Sector, ...]
    dots: tuple[tuple[Choice | None, tuple[Dot, ...]], ...]
    facts_as_of: str

    @property
    def relations(self) -> tuple[int, int]:
        """How many partners were on the list and had not ended."""
        return sum(self.standing.values()), sum(self.standing_before.values())

    @property
    def warm(self) -> tuple[int, int]:
        """How many of them were warm."""
        return self.standing.get("warm", 0), self.standing_before.get("warm", 0)


def trim(numbers: Numbers, edition: Edition) -> Figures:
    """The figures of ``numbers`` that ``edition`` may show."""
    book, public = numbers.book, edition == "public"
    naming = _Naming(book, edition)
    moved = numbers.movement
    tiers, matrix = _by_tier(numbers) if public else ((), numbers.matrix)
    return Figures(
        edition=edition,
        span=numbers.span,
        as_of=numbers.as_of,
        our_name=naming.our_name(),
        standing=_tally(numbers.statuses),
        standing_before=_tally(numbers.statuses_before),
        sunny=(numbers.now.sunny, numbers.before.sunny),
        crisis=(numbers.now.crisis, numbers.before.crisis),
        civil=(_shown(numbers.now.civil, public), _shown(numbers.before.civil, public)),
        kept=(numbers.now.kept, numbers.before.kept),
        due=(numbers.now.due, numbers.before.due),
        moved={
            way: naming.group(getattr(moved, way)) for way in ("warmed", "cooled", "new", "lost")
        },
        matrix=matrix,
        tiers=tiers,
        has_required=any(need.relevant for need in book.required),
        short=sum(line.gap for line in numbers.matrix.lines),
        cold=() if public else _cold(numbers, naming, edition),
        cold_count=len(numbers.cold),
        months=numbers.months,
        left_out=dict(numbers.left_out),
        not_yet=numbers.not_yet,
        ended=numbers.ended,
        sectors=_sectors(numbers, public),
        dots=() if public else _dots(numbers),
        facts_as_of=numbers.facts_as_of,
    )


def _shown(number: int, public: bool) -> int | None:
    return None if public and number < FEWEST else number


def _tally(statuses: dict[int, str]) -> dict[str, int]:
    """Partners per status, in the order people read them: warm first."""
    found = Counter(statuses.values())
    return {choice.key: found[choice.key] for choice in reversed(STATUSES) if found[choice.key]}


class _Naming:
    """Which names an edition gives: none, those of organisations, or all."""

    def __init__(self, book: Book, edition: Edition) -> None:
        self._book, self._edition, self._labels = book, edition, Labels(book.settings)
        people = [person.name for person in book.people]
        chairs = [meeting.chair for meeting in book.consultations]
        others = [
            *book.moments.by,
            *chairs,
            *(partner.holder for partner in book.partners),
            *book.settings.holders,
        ]
        self._people = {_words(name) for name in {*people, *others} if name}

    def of(self, position: int) -> Name:
        """The name of a partner. A person stays unnamed in the steering edition, however the row is
        filled in.
        """
        partner = self._book.partners[position]
        return Name(
            None if self._edition == "steering" and self._is_person(partner) else partner.name
        )

    def group(self, positions: tuple[int, ...]) -> PartnerGroup:
        if self._edition == "public":
            return PartnerGroup(len(positions), ())
        ordered = sorted(positions, key=lambda position: key(self._book.partners[position].name))
        return PartnerGroup(
            len(positions), tuple(self.of(position) for position in ordered[:MOST_NAMES])
        )

    def our_name(self) -> str | None:
        """Who we are; in the public edition only where no partner's or person's name hides in it."""
        ours = self._book.settings.our_name
        if ours is None or self._edition != "public":
            return ours
        names = {_words(partner.name) for partner in self._book.partners} | self._people
        return None if any(name in _words(ours) for name in names) else ours

    def _is_person(self, partner: Partner) -> bool:
        party = self._labels.party(partner.party).id if partner.party else None
        if partner.kind == "individual" or (partner.kind is None and party in _INDIVIDUALS):
            return True
        # A first name alone proves nothing inside a longer name: it may be a street, or a saint.
        own = _words(partner.name)
        return any(name == own or (name in own and name.count(" ") > 2) for name in self._people)


def _words(name: str) -> str:
    """A name between spaces, without its signs, so that ``in`` finds whole words only."""
    return " " + " ".join("".join(c if c.isalnum() else " " for c in key(name)).split()) + " "


def _cold(numbers: Numbers, naming: _Naming, edition: Edition) -> tuple[ColdRow, ...]:
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


def _by_tier(numbers: Numbers) -> tuple[tuple[Choice | None, ...], Matrix]:
    """The matrix of the public edition: tiers instead of parties, a book's own phenomena together,
    small rows hidden.

    A party often is one partner, so party by phenomenon would say of a partner for what it stands.
    """
    book, labels = numbers.book, Labels(numbers.book.settings)
    own = [column.key for column in numbers.matrix.phenomena if column.key.startswith("own:")]
    columns = [c for c in numbers.matrix.phenomena if c.key not in own] + ([OTHER] if own else [])
    members: dict[str | None, list[int]] = {tier.key: [] for tier in TIERS}
    for position in numbers.statuses:
        members.setdefault(labels.tier(book.partners[position]), []).append(position)

    def tally(positions: list[int], column: Choice, only_warm: bool) -> int:
        wanted = set(own) if column is OTHER else {column.key}
        standing = (
            p
            for p in positions
            if not book.partners[p].phenomena or wanted & {*book.partners[p].phenomena}
        )
        return sum(not only_warm or numbers.statuses[p] == "warm" for p in standing)

    keys = list(members)
    known, warm = (
        [[tally(members[k], c, only) for c in columns] for k in keys] for only in (False, True)
    )
    # Of the number known, one partner of any tier is as good as a name; of the warm ones, and so of
    # those that are not warm, civil society's must not be small.
    civil = keys.index("civil_society")
    others = [all_ - some for all_, some in zip(known[civil], warm[civil], strict=True)]
    no_known = hidden_rows(known, [row for row, numbers in enumerate(known) if has_small(numbers)])
    no_warm = no_known | hidden_rows(
        warm, [civil] if has_small(warm[civil]) or has_small(others) else []
    )
    lines = tuple(
        MatrixRow(
            None,
            tuple(
                Square(None if i in no_known else known[i][j], None if i in no_warm else warm[i][j])
                for j in range(len(columns))
            ),
        )
        for i in range(len(keys))
    )
    labelled = {tier.key: tier for tier in TIERS}
    return tuple(labelled.get(k or "") for k in keys), Matrix(tuple(columns), lines)


def _domain(partner: Partner, labels: Labels) -> Choice | None:
    party: Party | None = labels.party(partner.party) if partner.party else None
    return next((domain for domain in domains() if party and domain.key == party.domain), None)


def _grouped(numbers: Numbers) -> dict[Choice | None, list[int]]:
    """Partners by domain, in the order a drawing goes round; those without one last."""
    labels = Labels(numbers.book.settings)
    groups: dict[Choice | None, list[int]] = {domain: [] for domain in (*domains(), None)}
    for position in numbers.statuses:
        groups[_domain(numbers.book.partners[position], labels)].append(position)
    return {domain: positions for domain, positions in groups.items() if positions}


def _sectors(numbers: Numbers, public: bool) -> tuple[Sector, ...]:
    """The sun's sectors; in the public edition there are none, for one dot in one sector may be
    known by all.
    """
    if public:
        return (Sector(None, _tally(numbers.statuses)),) if numbers.statuses else ()
    return tuple(
        Sector(domain, _tally({p: numbers.statuses[p] for p in positions}))
        for domain, positions in _grouped(numbers).items()
    )


def _dots(numbers: Numbers) -> tuple[tuple[Choice | None, tuple[Dot, ...]], ...]:
    places = {column.key: place for place, column in enumerate(numbers.matrix.phenomena)}
    order = {choice.key: place for place, choice in enumerate(reversed(STATUSES))}

    def dot(position: int) -> Dot:
        wanted = numbers.book.partners[position].phenomena or tuple(places)
        return Dot(
            numbers.statuses[position], frozenset(places[key] for key in wanted if key in places)
        )

    return tuple(
        (
            domain,
            tuple(
                sorted(
                    map(dot, positions), key=lambda one: (order[one.status], sorted(one.stands_for))
                )
            ),
        )
        for domain, positions in _grouped(numbers).items()
    )
