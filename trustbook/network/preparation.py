"""What we look at before a talk with a partner: for us only, never to hand over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from trustbook.columns import MOMENT_KINDS, WEATHER, find_column
from trustbook.health.verdict import Verdict
from trustbook.model import CRISIS, HELD, THEM, TOGETHER, US, Book
from trustbook.network.cards import held_partner, page_of, promises_with, tables_with
from trustbook.network.people import CurrentContacts

_LAST = 5
_INITIATIVE = {US: "us", THEM: "them", TOGETHER: "together"}


@dataclass(frozen=True, slots=True)
class Preparation:
    """Of one partner: how it stands, people to ask for, the last five moments that were held
    (newest first), promises both ways, the tables where we meet, hints. Days are dates, choices
    stable keys.
    """

    partner: dict[str, Any]
    people: list[dict[str, Any]]
    moments: list[dict[str, Any]]
    promises: list[dict[str, Any]]
    consultations: list[dict[str, Any]]
    hints: list[str]


def prepare_talk(
    book: Book, verdicts: Sequence[Verdict], position: int, today: date, lang: str
) -> Preparation:
    """All that helps in a talk with the partner at ``position``, as of ``today``."""
    verdict = next(one for one in verdicts if one.partner == position)
    told = held_partner(book, verdict, CurrentContacts(book, today), lang)
    people, hints = told.pop("people"), told.pop("hints")
    partner = book.partners[position]
    told |= {
        "holder": partner.holder,
        "goals": partner.their_goals,
        "way": partner.their_way,
        "last_sunny": verdict.last_sunny,
    }
    return Preparation(
        told,
        people,
        _last_moments(book, position, today),
        promises_with(book, {position}, today),
        tables_with(book, verdicts, {position}, "", today),
        hints,
    )


def _last_moments(book: Book, position: int, today: date) -> list[dict[str, Any]]:
    """The last moments that were held by ``today``, the newest first."""
    log = book.moments
    present = {
        moment
        for moment, partner in zip(log.contact_moment, log.contact_partner, strict=True)
        if partner == position and log.state[moment] == HELD
        if log.day[moment] <= today.toordinal()
    }
    latest = sorted(present, key=lambda moment: (log.day[moment], moment), reverse=True)
    return [_moment(book, moment) for moment in latest[:_LAST]]


def _moment(book: Book, moment: int) -> dict[str, Any]:
    log = book.moments
    return {
        "day": date.fromordinal(log.day[moment]),
        "kind": log.kind[moment],
        "weather": "crisis" if log.weather[moment] == CRISIS else "sunny",
        "initiative": _INITIATIVE.get(log.initiative[moment]),
        "by": log.by[moment],
        "topic": log.topic[moment],
    }


def preparation_page(shown: Preparation, today: date, lang: str) -> str:
    """The preparation as a page of HTML in ``lang``."""
    talk = asdict(shown)
    for moment in talk["moments"]:
        kind = moment["kind"] and find_column(MOMENT_KINDS, moment["kind"]).label(lang)
        moment |= {"kind": kind, "weather": find_column(WEATHER, moment["weather"]).label(lang)}
    return page_of("prepare.html", lang, today, talk=talk)
