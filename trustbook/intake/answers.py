"""What people answered to proposals, all workbooks together: yes, no, or the right name."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

from trustbook.columns import MOMENT_KINDS, MOMENTS, STATES, find_column
from trustbook.intake.matching import Matched, Matcher
from trustbook.intake.proposals import Proposal
from trustbook.intake.spoken_days import MomentText, SpokenDays
from trustbook.model import Book
from trustbook.names import clean
from trustbook.privacy import grade
from trustbook.reading.cells import read_yes, shown
from trustbook.snapshot import CellValue

# By the ID of a proposal what was typed beside it, by the address of the workbook.
Typed = Mapping[str, Mapping[str, CellValue]]


@dataclass(slots=True)
class Settled:
    """What answers came to: the rows to add, by sheet and ID, what waits on, and the marks of what
    was taken (with the ID of its row) and refused.
    """

    rows: dict[str, dict[str, dict[str, CellValue]]] = field(default_factory=dict)
    waiting: dict[str, Proposal] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Meant:
    """What an answer means: yes with the text for With, no (""), or nothing that is understood."""

    with_: str | None
    partners: tuple[int, ...] = ()


class Settling:
    """Settles the proposals of a book by what people typed. ``away``: addresses of workbooks that
    cannot be read now, whose earlier answers stand.
    """

    def __init__(self, book: Book, today: date, away: frozenset[str] = frozenset()) -> None:
        self._book, self._today, self._away = book, today, away
        self._matcher = Matcher(book)
        self._spoken = SpokenDays(book)
        self.settled = Settled()

    def settle(self, waiting: Mapping[str, Proposal], typed: Typed) -> Settled:
        """What becomes of each proposal."""
        for one in sorted(waiting.values(), key=_in_turn):
            if (now := self._as_named_now(one)) is not None:
                self._settle(now, typed.get(one.id, {}))
        return self.settled

    def _as_named_now(self, one: Proposal) -> Proposal | None:
        """The proposal with the names that its partners have now; None where one of them is not on
        the list any more, so that it would not be proposed today.
        """
        if not one.partners:
            return one
        if (with_ := self._matcher.standing(one.partners)) is not None:
            return replace(one, with_=with_)
        # Who came on the list together with the proposal had no ID then.
        found = self._found(one, one.with_)
        return replace(one, with_=found.with_, partners=found.named) if found.named else None

    def _settle(self, one: Proposal, answers: Mapping[str, CellValue]) -> None:
        texts = self._texts(one, answers)
        meant = {self._meaning(one, text) for text in texts.values()}
        told = meant.pop() if len(meant) == 1 else _Meant(None)
        if told.with_ == "":
            self.settled.refused[one.mark] = self._today.isoformat()
        elif told.with_ is not None:
            self._take(one, told)
        elif texts or not self._is_known(one):
            self.settled.waiting[one.id] = replace(one, said=_to_keep(texts))

    def _texts(self, one: Proposal, answers: Mapping[str, CellValue]) -> dict[str, str]:
        """What is said of a proposal, by the address of the workbook, those out of reach too."""
        away = {at: text for at, text in one.said.items() if at in self._away}
        return away | {at: clean(shown(cell)) for at, cell in answers.items()}

    def _meaning(self, one: Proposal, text: str) -> _Meant:
        yes = read_yes(text)
        if yes is False:
            return _Meant("")
        name = text if yes is None else one.with_ or (one.hints[0] if len(one.hints) == 1 else "")
        found = self._found(one, name) if name else Matched()
        return _Meant(found.with_ or None, found.partners)

    def _found(self, one: Proposal, name: str) -> Matched:
        if one.sheet == "people":
            return self._matcher.find_partner(name)
        return self._matcher.find(name, one.day)

    def _is_known(self, one: Proposal) -> bool:
        """Whether a moment of that day with these partners stands there by now."""
        if one.sheet != "moments" or not one.with_:
            return False
        partners = {*self._matcher.find(one.with_, one.day).partners}
        return bool(partners) and partners <= self._spoken.on(one.day.toordinal(), one.text)

    def _take(self, one: Proposal, meant: _Meant) -> None:
        """A row for what got a yes; none where an earlier yes of this run says the same."""
        self.settled.taken[one.mark] = one.id
        assert meant.with_ is not None
        if one.sheet == "people":
            row: dict[str, CellValue] = {**one.cells, "partner": meant.with_}
        else:
            day, text = one.day.toordinal(), MomentText.of(one.topic, one.kind, one.cells)
            if meant.partners and {*meant.partners} <= self._spoken.on(day, one.text):
                return
            self._spoken.add(day, meant.partners, text)
            row = self._moment(one, meant.with_)
        self.settled.rows.setdefault(one.sheet, {})[one.id] = row

    def _moment(self, one: Proposal, with_: str) -> dict[str, CellValue]:
        lang = self._book.lang
        row: dict[str, CellValue] = {**_typed_cells(one.cells), "date": one.day, "with": with_}
        if one.kind:
            row["kind"] = find_column(MOMENT_KINDS, one.kind).label(lang)
        if one.topic:
            row["topic"] = one.topic
        if one.day > self._today:
            row["state"] = find_column(STATES, "planned").label(lang)
        return row


def _in_turn(one: Proposal) -> tuple[date, int]:
    """Day by day; of one day first what says most: it may stand for what says less."""
    return one.day, -one.text.said - 1 if one.text else 0


def _typed_cells(cells: Mapping[str, str]) -> dict[str, CellValue]:
    """Cells of a moment as they are typed: a day is a day."""
    days = {column.key for column in MOMENTS.columns if column.type == "date"}
    return {name: _as_day(text) if name in days else text for name, text in cells.items()}


def _as_day(text: str) -> CellValue:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return text


def _to_keep(texts: Mapping[str, str]) -> dict[str, str]:
    """The answers that may be kept."""
    return {at: text for at, text in texts.items() if grade(text, names_only=True) is None}
