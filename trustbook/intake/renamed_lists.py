"""Lists whose rows have numbers, under another file name: known by what their rows say.

A number tells a row within its own list only, so a list that was renamed would come in anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from trustbook.intake.contacts import FoundContact
from trustbook.intake.marks import mark_of

# The kind of facts: what lists are called, with the name under which each came in first.
LISTS = "proposals_lists"
NUMBERED = "log|id|"
_FEWEST = 2  # rows that say the same under the same number


@dataclass(slots=True)
class RenamedLists:
    """Gives the rows of a list the keys that they had when it was called otherwise.

    ``names``: what lists are called, with their first names. ``said`` is what each known row said
    (Proposal.said_of), by the mark of its key, keyed with ``secret``.
    """

    names: dict[str, str]
    said: Mapping[str, str] = field(repr=False)
    secret: bytes = field(repr=False)

    def under_first_names(self, contacts: Iterable[FoundContact]) -> list[FoundContact]:
        """The contacts, each row of a list under the first name of its list."""
        contacts = list(contacts)
        lists: dict[str, list[FoundContact]] = {}
        for one in contacts:
            if one.key.startswith(NUMBERED):
                lists.setdefault(one.source, []).append(one)
        for name, rows in lists.items():
            if name not in self.names:
                firsts = {*self.names.values()} - {name}
                known = (f for f in firsts if self._are_of(rows, f, is_gone=f not in lists))
                self.names[name] = max(known, default=name)
        return [self._renamed(one) if one.source in lists else one for one in contacts]

    def _are_of(self, rows: Iterable[FoundContact], first: str, is_gone: bool) -> bool:
        """Whether the rows of a list are those of another, which ``is_gone`` or stands beside it.

        Of rows with one number most say the same; or, in a list that is gone, one does and each of
        the others is on the same day or with the same partners.
        """
        told = ((self.said.get(mark_of(self.secret, _key_in(one, first))), one) for one in rows)
        same, akin = 0, []
        for said, one in told:
            if said:
                day, _, called = said.partition(" ")
                alike = (day == f"{one.day}", called == one.called(self.secret))
                same += all(alike)
                akin.append(any(alike))
        if same >= _FEWEST and 2 * same > len(akin):
            return True
        return is_gone and same > 0 and len(akin) >= _FEWEST and all(akin)

    def _renamed(self, one: FoundContact) -> FoundContact:
        is_numbered = one.key.startswith(NUMBERED)
        return replace(one, key=_key_in(one, self.names[one.source])) if is_numbered else one


def _key_in(row: FoundContact, name: str) -> str:
    """The key of a row in a list of that name."""
    return f"{NUMBERED}{name}{row.key.removeprefix(NUMBERED + row.source)}"
