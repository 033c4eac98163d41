"""Proposals: contacts that wait for a yes, as the ledger keeps them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from trustbook.intake.spoken_days import MomentText

# The kinds of facts: what waits, by the ID that its row will have; what got a no, and what a yes,
# by mark.
WAITING, REFUSED, TAKEN = "proposals", "proposals_no", "proposals_yes"
# Of what was answered, by mark: its day then, and a mark of what it was called.
SAID_OF = "proposals_day"
# How each source stood when it was read last, and (NAMES) what names the book knew then.
INBOX, NAMES = "inbox", "names"
# After which answer a list or a form said something else.
AFTER_YES, AFTER_NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A contact that waits for a yes. ``id`` is the ID that its row will have.

    ``mark`` and ``series`` are keyed hashes of what the source knows it by. ``with_`` is the text
    for With, ``partners`` the identities of the partners it names, () where it names others too.
    ``listed``: a list or a form told it as a row of its own, or it is one of several events of a
    day.
    ``called`` is a mark of what the source calls it.
    ``hints`` are names that may be meant, ``code`` says why nobody is. ``said``: answers that do
    not count yet, by the address of the workbook. ``unknown``: whom else its source names.
    ``again``: it was answered before (AFTER_YES, AFTER_NO), and its source was changed since.
    """

    id: str
    mark: str
    day: date
    source: str
    with_: str = ""
    partners: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    code: str = ""
    kind: str | None = None
    topic: str = ""
    series: str = ""
    sheet: str = "moments"
    cells: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    listed: bool = False
    called: str = ""
    unknown: str = ""
    again: str = ""

    @property
    def text(self) -> MomentText | None:
        """What tells it apart from others of that day; None for one that any of these may be."""
        return MomentText.of(self.topic, self.kind, self.cells) if self.listed else None

    @property
    def said_of(self) -> str:
        """What to remember of it once it is answered: what has its mark may move, or be another."""
        return f"{self.day.isoformat()} {self.called}"

    def kept(self) -> str:
        """The proposal as a fact."""
        told = ((name, getattr(self, name)) for name in self.__slots__ if name != "id")
        line = {name: value for name, value in told if value}
        return json.dumps({**line, "day": self.day.isoformat()}, default=dict)

    def same_as(self, other: Proposal) -> bool:
        """Whether both propose the same row."""
        return _told(self) == _told(other)


def _told(one: Proposal) -> Proposal:
    return replace(one, id="", said={}, mark="", called="")


def proposals_in(facts: Mapping[str, str]) -> dict[str, Proposal]:
    """The proposals that were kept as facts, by ID, the first day in front."""
    found = {}
    for identity, text in facts.items():
        line = json.loads(text)
        for name in ("partners", "hints"):
            line[name] = tuple(line.get(name, ()))
        line |= {"id": identity, "day": date.fromisoformat(line["day"])}
        found[identity] = Proposal(**line)
    return dict(sorted(found.items(), key=lambda pair: (pair[1].day, pair[1].with_, pair[0])))


# What makes two proposals the same row.
RowKey = tuple[str, date | None, frozenset[str], str, MomentText | None]


def row_of(one: Proposal) -> RowKey:
    """What makes two proposals the same row, whatever told of them."""
    who = one.partners or ((one.with_,) if one.with_ else ("?", *one.hints))
    name = one.cells.get("name", "") if one.sheet == "people" else ""
    return one.sheet, one.day if one.sheet == "moments" else None, frozenset(who), name, one.text


def proposal_content(one: Proposal) -> str:
    """What a no is remembered by, whatever its source calls it: day, partners and what it says."""
    sheet, day, who, name, text = row_of(one)
    return f"content|{sheet}|{day}|{sorted(map(str, who))}|{name}|{text or one.topic}"
