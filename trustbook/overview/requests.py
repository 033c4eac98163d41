"""What an edition may say of what we ask the reader, and of what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from trustbook.catalogue import Party
from trustbook.overview.ahead import DatedPartner
from trustbook.overview.disclosure import FEWEST
from trustbook.overview.naming import MOST_IN_A_LINE, EditionNames, PartnerName
from trustbook.overview.period import Span

if TYPE_CHECKING:
    from trustbook.overview.numbers import Numbers


@dataclass(frozen=True, slots=True)
class NamedFew:
    """How many, and the first few with their day, where the edition names them.

    ``count`` is 0 too for a number that is not shown.
    """

    count: int
    first: tuple[tuple[PartnerName, date | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Requests:
    """What is asked (``parties``, ``cold``, ``late``) and what comes in ``days``.

    ``short`` is how many places of the required network are empty, ``parties`` the first few of
    them that a partner is wanted for.
    """

    days: Span
    short: int
    parties: tuple[Party, ...]
    more_parties: int
    cold: NamedFew
    late: NamedFew
    due: NamedFew
    turning: NamedFew
    planned: NamedFew


def restrict_requests(numbers: Numbers, naming: EditionNames, public: bool) -> Requests:
    """The requests of ``numbers`` that an edition may show; ``public`` gets counts only."""
    ahead = numbers.ahead
    wanted = [line.party for line in numbers.matrix.lines if line.gap and line.party]
    shown = () if public else tuple(wanted[:MOST_IN_A_LINE])
    return Requests(
        days=ahead.days,
        short=sum(line.gap for line in numbers.matrix.lines),
        parties=shown,
        more_parties=len(wanted) - len(shown),
        # How many are cold stands on the public page already; small numbers of the others do not.
        cold=_few([(cold.partner, None) for cold in numbers.cold], naming, False),
        late=_few(_pairs(ahead.late), naming, public),
        due=_few(_pairs(ahead.due), naming, public),
        turning=_few([(position, None) for position in ahead.turning], naming, public),
        planned=_few(_pairs(ahead.planned), naming, public),
    )


def _pairs(entries: Sequence[DatedPartner]) -> list[tuple[int | None, date | None]]:
    return [(entry.partner, entry.day) for entry in entries]


def _few(
    entries: Sequence[tuple[int | None, date | None]], naming: EditionNames, hide_small: bool
) -> NamedFew:
    if hide_small and len(entries) < FEWEST:
        return NamedFew(0)
    named = [(naming.of(who), day) for who, day in entries if who is not None]
    return NamedFew(len(entries), () if naming.nameless else tuple(named[:MOST_IN_A_LINE]))
