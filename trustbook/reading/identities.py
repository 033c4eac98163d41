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


class PartnersKnown:
    """The partners on the list, by identity and position. One that was merged has the position of
    the other, and keeps the identity by which it was named.
    """

    def __init__(self, partners: Sequence[Partner], memory: Memory) -> None:
        self._identities = [identity(partner) for partner in partners]
        self.places = {one: i for i, one in enumerate(self._identities)}
        # A list that has IDs by now: its partners were known by their names before.
        for i, partner in enumerate(partners):
            self.places.setdefault(key(partner.name), i)
        for i, partner in enumerate(partners):
            for name in memory.old_names.get(identity(partner), ()):
                self.places.setdefault(key(name), i)
        self._merged: dict[str, str] = {}
        for gone, (_, names) in memory.merged.items():
            kept = stands_for(gone, memory)
            if kept in self.places:
                self.places.setdefault(gone, self.places[kept])
                self._merged |= {key(name): gone for name in (*names, gone)}

    def now(self, one: str) -> str:
        """The identity by which a partner is known now: one that had none but its name may have an
        ID by now.
        """
        at = self.places.get(one)
        is_name = one == key(one) and at is not None and self._identities[at] != one
        return self._identities[at] if is_name and at is not None else one

    def identity(self, position: int, name: str) -> str:
        """The identity of the partner at a position that ``name`` means."""
        gone = self._merged.get(key(name), "")
        return gone if self.places.get(gone) == position else self._identities[position]


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
