"""Under what partners and people are remembered, and which partners are one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from trustbook.model import Memory, Partner
from trustbook.names import key

# What stands between two partners in a reference.
PAIR = " | "


def identity(partner: Partner) -> str:
    """Under what a partner is remembered: its ID, else its name."""
    return partner.id or key(partner.name)


def pair_of(one: Partner, other: Partner) -> str:
    """How To check refers to two partners: both IDs (names where there are none), the lower one
    first.
    """
    return PAIR.join(sorted(partner.id or partner.name for partner in (one, other)))


def person_identity(row_id: str | None, name: str) -> str:
    """Under what a person is remembered: its ID, else its name."""
    return row_id or key(name)


def namesake_identity(name: str, partners: str) -> str:
    """Under what one of several people of one name is remembered, on a list without IDs: by name
    and the text that names their partners.
    """
    return f"{key(name)}{PAIR}{key(partners)}"


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
        self._gone = memory.merged.keys()
        self._merged: dict[str, str] = {}
        self._seat_merged({key(partner.name) for partner in partners}, memory)

    def _seat_merged(self, own: Set[str], memory: Memory) -> None:
        """Give partners that were merged the position of the other. Their names mean them, unless
        it is the ``own`` name of a partner on the list.
        """
        for gone, (_, names) in memory.merged.items():
            kept = stands_for(gone, memory)
            if kept in self.places:
                self.places.setdefault(gone, self.places[kept])
                called = {key(name) for name in (*names, gone)} - own
                self._merged |= dict.fromkeys(called, gone)

    def now(self, one: str) -> str:
        """The identity by which a partner is known now: one that had none but its name may have an
        ID by now.
        """
        at = self.places.get(one)
        is_name = one == key(one) and one not in self._gone
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


def with_merges_now(called: Mapping[str, str], memory: Memory) -> Memory:
    """The memory with the names that merged partners have now (``called``, by identity, in the
    order of the list). Where the row of the one that goes on is gone, the first other row of the
    same partner goes on.
    """
    if not memory.merged:
        return memory
    for one in called:
        goes_on = stands_for(one, memory)
        if goes_on not in called:
            left = {gone: line for gone, line in memory.merged.items() if gone != one}
            names = tuple(memory.old_names.get(goes_on, ()))
            memory = replace(memory, merged=left | {goes_on: (one, names)})
    merged = {}
    for gone, (into, names) in memory.merged.items():
        now = [called[gone]] if gone in called else []
        merged[gone] = into, tuple(dict.fromkeys([*now, *names]))
    return replace(memory, merged=merged)


def without_merged(partners: Sequence[Partner], memory: Memory) -> tuple[list[Partner], Memory]:
    """The partners without those that are another one, and the memory as ``with_merges_now``."""
    memory = with_merges_now({identity(one): one.name for one in partners}, memory)
    kept = [one for one in partners if stands_for(identity(one), memory) == identity(one)]
    return kept, memory


def aliases_in(memory: Memory) -> Mapping[str, Sequence[str]]:
    """The names by which partners are known besides their own: those that they had, and all names
    of what was merged into them.
    """
    aliases: dict[str, list[str]] = {one: list(names) for one, names in memory.old_names.items()}
    for gone, (_, names) in memory.merged.items():
        aliases.setdefault(stands_for(gone, memory), []).extend([*names, gone])
    return aliases
