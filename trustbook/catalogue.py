"""The catalogue of parties, phenomena and domains (templates/catalogue.toml).

What a municipality adds to it is an "own" party or phenomenon.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from trustbook.columns import TIERS, Choice, choice_names
from trustbook.messages import templates
from trustbook.names import clean, key

_WITH_TIER = re.compile(r"(?P<name>.*\S)\s*\((?P<tier>[^()]*)\)")


@dataclass(frozen=True, slots=True)
class Party:
    """A kind of partner: police, GGD, sports club, …

    ``tier`` and ``domain`` are keys (an own party may have none), ``also`` other spellings people
    type; a remark says when the party takes part, and is often empty.
    """

    id: str
    tier: str | None
    en: str
    nl: str
    also: tuple[str, ...] = ()
    domain: str | None = None
    remark_en: str = ""
    remark_nl: str = ""

    def label(self, lang: str) -> str:
        """The name in ``lang`` ("nl" or "en")."""
        return self.nl if lang == "nl" else self.en

    def remark(self, lang: str) -> str:
        """When the party takes part, in ``lang``; empty if always."""
        return self.remark_nl if lang == "nl" else self.remark_en


@dataclass(frozen=True, slots=True)
class SuggestedRequirement:
    """One line of the proposed required network.

    At least ``minimum`` partners of a party for a phenomenon, both by their id.
    """

    phenomenon: str
    party: str
    minimum: int
    condition_en: str = ""
    condition_nl: str = ""

    def condition(self, lang: str) -> str:
        """In which situation the line counts, in ``lang``; empty if always."""
        return self.condition_nl if lang == "nl" else self.condition_en


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((templates() / "catalogue.toml").read_text(encoding="utf-8"))


@cache
def parties() -> tuple[Party, ...]:
    """The parties of the catalogue, tier by tier."""
    return tuple(
        Party(**{**entry, "also": tuple(entry.get("also", ()))}) for entry in _read()["party"]
    )


@cache
def phenomena() -> tuple[Choice, ...]:
    """The phenomena of the national guidance; their keys are the stable ids."""
    return _choices("phenomenon")


@cache
def domains() -> tuple[Choice, ...]:
    """The sectors of the network, in the order a drawing goes round."""
    return _choices("domain")


def _choices(kind: str) -> tuple[Choice, ...]:
    return tuple(Choice(e["id"], e["en"], e["nl"], tuple(e.get("also", ()))) for e in _read()[kind])


@cache
def proposals() -> tuple[SuggestedRequirement, ...]:
    """The proposed required network, by phenomenon: a starting point to talk about, not a norm."""
    every = [phenomenon.key for phenomenon in phenomena()]
    return tuple(
        SuggestedRequirement(
            phenomenon,
            party,
            entry.get("minimum", 1),
            entry.get("condition_en", ""),
            entry.get("condition_nl", ""),
        )
        for phenomenon in every
        for entry in _read()["required"]
        if phenomenon in entry.get("phenomena", every)
        for party in entry["parties"]
    )


@cache
def proposed_routes(lang: str) -> tuple[str, ...]:
    """The subjects in ``lang`` for which a book of ``init`` proposes to agree a route."""
    return tuple(entry[lang] for entry in _read()["route"])


@cache
def _party_names() -> dict[str, Party]:
    return {
        key(name): party
        for party in parties()
        for name in (party.en, party.nl, party.id, *party.also)
    }


def find_party(text: str, own: Iterable[Party] = ()) -> Party | None:
    """The party that ``text`` names in either language, ``own`` ones (own_party) first, or None."""
    typed = own_party(text).id
    for party in own:
        if party.id == typed:
            return party
    return _party_names().get(key(text))


def find_phenomenon(text: str, own: Iterable[Choice] = ()) -> Choice | None:
    """The phenomenon that ``text`` names in either language, ``own`` ones first, or None."""
    typed = own_phenomenon(text).key
    for choice in own:
        if choice.key == typed:
            return choice
    return choice_names(phenomena()).get(key(text))


def own_party(text: str) -> Party:
    """A party a municipality added: ``Fire brigade``, or ``Fire brigade (wider local)``."""
    name, tier = clean(text), None
    if match := _WITH_TIER.fullmatch(name):
        tier = choice_names(TIERS).get(key(match["tier"]))
        name = match["name"] if tier else name
    return Party(f"own:{key(name)}", tier.key if tier else None, name, name)


def own_phenomenon(text: str) -> Choice:
    """A phenomenon a municipality added itself, the same in both languages."""
    name = clean(text)
    return Choice(f"own:{key(name)}", name, name)
