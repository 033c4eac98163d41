"""Answers of a form in a sheet of the workbook, as Google Forms and Microsoft Forms put them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from trustbook.adopt.csv_days import DayReader
from trustbook.adopt.form_questions import form_columns, further_columns
from trustbook.adopt.moment_cells import MomentCells, choice_of, state_said
from trustbook.adopt.sources import Looking
from trustbook.adopt.weather_said import weather_said
from trustbook.columns import MOMENT_KINDS
from trustbook.dates import Unreadable, read_date
from trustbook.intake.contacts import Findings, FoundContact
from trustbook.intake.form_faults import FormFault
from trustbook.names import clean, key
from trustbook.reading.cells import shown
from trustbook.snapshot import CellFault, CellValue, Grid, Snapshot

_BETWEEN = re.compile(r"[;\r\n]")
_NOBODY = ("anonymous", "anoniem")


def find_in_forms(snapshot: Snapshot, titles: Collection[str], looking: Looking) -> Findings:
    """The contacts in the sheets (normalised ``titles``) that hold the answers of forms."""
    found = Findings()
    for grid in snapshot.grids:
        if grid.ours is None and key(grid.title) in titles:
            found.add(_find_in_form(grid, snapshot.epoch, looking))
    return found


def _find_in_form(grid: Grid, epoch: date, looking: Looking) -> Findings:
    found = Findings()
    rows = list(grid.rows)
    columns = form_columns(rows[0]) if rows else {}
    if "with" not in columns or not {"date", "stamp"} & columns.keys():
        found.skipped["no_form"] += 1
        found.form_faults.append(FormFault("form_unknown", grid.title))
        return found
    _Answers(found, grid, columns, epoch, looking).read()
    return found


class _Answers:
    """The answers in one sheet; they go into ``found``."""

    def __init__(
        self,
        found: Findings,
        grid: Grid,
        columns: Mapping[str, int],
        epoch: date,
        looking: Looking,
    ) -> None:
        self._found, self._grid, self._columns = found, grid, columns
        self._epoch, self._lang = epoch, looking.lang
        self._more = further_columns(grid.rows[0], columns)
        self._readers = {name: self._reader(at) for name, at in columns.items()}
        self._cells = MomentCells(grid.title, {})
        self._told_by: Counter[tuple[str, str]] = Counter()

    def _reader(self, at: int) -> DayReader:
        texts = (row[at] for row in self._grid.rows[1:] if at < len(row))
        return DayReader([text for text in texts if isinstance(text, str)], self._lang)

    def read(self) -> None:
        """All answers."""
        rows = [*enumerate(self._grid.rows[1:], self._grid.first_row + 1)]
        answers = [
            (number, self._told(row))
            for number, row in rows
            if any(cell is not None for cell in row)
        ]
        self._told_by = Counter(_stamp_and_number(cells) for _, cells in answers)
        for number, cells in answers:
            self._add(cells, number)
        for code, places in (
            ("form_guarded", self._cells.left_out),
            ("form_unread", self._cells.unread),
        ):
            for number, name in places:
                self._note(code, number, name)

    def _told(self, row: Sequence[CellValue]) -> dict[str, CellValue]:
        """What an answer says, by column; what several questions ask for is told together."""
        told = {name: _answer(row, self._asked_again(at)) for name, at in self._columns.items()}
        answers = {name: self._answers(row, name) for name in ("with", "weather")}
        told["with"] = _together(cell for _, cell in answers["with"])
        weathers = ((self._header(at), cell) for at, cell in answers["weather"])
        return told | ({"weather": weather_said(weathers)} if "weather" in self._columns else {})

    def _answers(self, row: Sequence[CellValue], name: str) -> list[tuple[int, CellValue]]:
        """The answers to all questions that ask for one thing, each with its place."""
        first = [self._columns[name]] if name in self._columns else []
        found = ((at, _answer(row, self._asked_again(at))) for at in [*first, *self._more[name]])
        return [(at, cell) for at, cell in found if cell is not None]

    def _asked_again(self, at: int) -> list[int]:
        """The columns of a question: a form that branches has one for each of its ways."""
        headers = self._grid.rows[0]
        return [at, *(i for i in range(at + 1, len(headers)) if headers[i] == headers[at])]

    def _add(self, told: Mapping[str, CellValue], number: int) -> None:
        """One answer of a form."""
        cells = self._cells.with_values(number, told)
        if _lost(told, cells):
            self._found.skipped["unreadable"] += 1
            return
        names = "; ".join(filter(None, map(clean, _BETWEEN.split(shown(cells.get("with") or "")))))
        asked = "date" if _text(cells, "date") or "stamp" not in self._columns else "stamp"
        day = self._day(asked, cells.get(asked))
        if why := _kept_out(names, day, cells):
            self._found.skipped[why] += 1
        if why == "nobody" and told.get("with") is None:
            self._note("form_nobody", number, "with")
        if why == "unreadable":
            self._note("form_day", number, asked)
        if not why and day is not None:
            row = self._grid.rows[number - self._grid.first_row]
            contact = self._contact(names, day, cells, number)
            self._found.put(replace(contact, named_beside=self._beside(row)))

    def _note(self, code: str, number: int, name: str) -> None:
        """Note a cell of an answer that is to be mended on the sheet."""
        self._found.form_faults.append(self._fault(code, number, name))

    def _fault(self, code: str, number: int, name: str) -> FormFault:
        at = self._columns[name]
        return FormFault(code, self._grid.title, number, at + 1, self._header(at))

    def _header(self, at: int) -> str:
        return clean(str(self._grid.rows[0][at]))

    def _beside(self, row: Sequence[CellValue]) -> dict[str, tuple[int, str]]:
        """By name the columns of those that further questions about people got."""
        return {
            key(name): (at + 1, self._header(at))
            for at, cell in self._answers(row, "with")
            if at != self._columns["with"]
            for name in _BETWEEN.split(shown(cell))
        }

    def _contact(
        self, names: str, day: date, cells: Mapping[str, CellValue], number: int
    ) -> FoundContact:
        title, told = self._grid.title, _stamp_and_number(cells)
        named = {**cells, "by": None} if key(_text(cells, "by")) in _NOBODY else cells
        short = "|".join(("form", title, *told))
        whole = "|".join((short, key(names), str(day)))
        # What several answers share tells none of them.
        is_told = any(told) and self._told_by[told] == 1
        return FoundContact(
            short if is_told else whole,
            day,
            title,
            names=names,
            kind=choice_of(MOMENT_KINDS, _text(cells, "kind")),
            cells=self._cells.of_row(number, named, self._day, self._lang),
            named_at=self._fault("form_name", number, "with"),
            formerly=whole if is_told else "",
        )

    def _day(self, column: str, cell: CellValue) -> date | None:
        if isinstance(cell, str):
            return self._readers[column].read(cell)
        with suppress(Unreadable):
            return read_date(cell, self._lang, self._epoch) if cell is not None else None
        return None


def _answer(row: Sequence[CellValue], places: Sequence[int]) -> CellValue:
    """What stands in the first of some columns that has something."""
    return next((row[at] for at in places if at < len(row) and row[at] is not None), None)


def _together(cells: Iterable[CellValue]) -> CellValue:
    """The names in several cells as one cell; a cell that shows no value makes it one too."""
    told = [*cells]
    if len(told) < 2 or any(isinstance(cell, CellFault) for cell in told):
        return next((one for one in told if isinstance(one, CellFault)), next(iter(told), None))
    return "\n".join(map(shown, told))


def _kept_out(names: str, day: date | None, cells: Mapping[str, CellValue]) -> str:
    """Why an answer is left out; "" for one that is not."""
    if not names:
        return "nobody"
    if day is None:
        return "unreadable"
    return "cancelled" if state_said(_text(cells, "state")) == "cancelled" else ""


def _lost(told: Mapping[str, CellValue], cells: Mapping[str, CellValue]) -> bool:
    """Whether the day or the name of an answer is among the cells that show no value."""
    needed = {"with", "date"} if _text(told, "date") else {"with", "stamp"}
    return any(name in told and name not in cells for name in needed)


def _text(cells: Mapping[str, CellValue], name: str) -> str:
    cell = cells.get(name)
    return "" if cell is None else clean(shown(cell))


def _stamp_and_number(cells: Mapping[str, CellValue]) -> tuple[str, str]:
    """By what the form itself tells an answer from others: when it was given, to the second (Excel
    keeps fractions that come and go), and its number.
    """
    cell = cells.get("stamp")
    stamp = f"{cell:%Y-%m-%d %H:%M:%S}" if isinstance(cell, datetime) else str(cell or "")
    return stamp, _text(cells, "number")
