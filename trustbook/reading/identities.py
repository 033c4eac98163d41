"""Under what partners and people are remembered, and which partners are one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trustbook.model import Memory, Partner
from trustbook.names import key


def identity(partner: Partner) -> str:
    """Under what a partner is remembered: its ID, else its name."""
    return partner.id or key(partner.name)


def person_identity(row_id: str | None, name: str) -> str:
    """Under what a person is remembered: its ID, else its name."""
    return row_id or key(name)


def places_of(partners: Sequence[Partner], memory: Memory) -> dict[str, int]:
    """The positions of partners by identity; one that was merged has the position of the other."""
    places = {identity(partner): i for i, partner in enumerate(partners)}
    for gone in memory.merged:
        kept = stands_for(gone, memory)
        if kept in places:
            places.setdefault(gone, places[kept])
    return places


def stands_for(one: str, memory: Memory) -> str:
    """The partner that ``one`` is now: another one, if somebody merged it."""
    seen = {one}
    while one in memory.merged and memory.merged[one][0] not in seen:
        one = memory.merged[one][0]
        seen.add(one)
    return one


def without_merged(
    partners: Sequence[Partner], memory: Memory
) -> tuple[list[Partner], Mapping[str, Sequence[str]]]:
    """The partners without those that are another one, and the other names of each: those that it
    had, and all names of what was merged into it.
    """
    kept = [
        partner
        for partner in partners
        if stands_for(identity(partner), memory) == identity(partner)
    ]
    return kept, aliases_in(memory)


def aliases_in(memory: Memory) -> Mapping[str, Sequence[str]]:
    """The names by which partners are known besides their own."""
    aliases: dict[str, list[str]] = {one: list(names) for one, names in memory.old_names.items()}
    for gone, (_, names) in memory.merged.items():
        aliases.setdefault(stands_for(gone, memory), []).extend([*names, gone])
    return aliases
