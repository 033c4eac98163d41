"""One list, column by column: cells to values, and whatever cannot be read to a problem with its cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from trustbook.columns import Column, choice_names
from trustbook.dates import Unreadable, read_date, read_rhythm
from trustbook.linking import Trouble
from trustbook.listing import Listing, letters
from trustbook.model import Problem
from trustbook.names import clean, key
from trustbook.privacy import find_withheld
from trustbook.workbooks.base import Fault

_SHOWN = 120


class Reader:
    """Reads the columns of one list and collects its problems. One per list."""

    def __init__(self, listing: Listing, lang: str, epoch: date, problems: list[Problem]) -> None:
        self.listing, self.lang, self.epoch, self.problems = listing, lang, epoch, problems
        self.withheld: set[tuple[str, int]] = set()
        self._withhold()
        for number, header, kind in listing.refused:
            self.note("refused_column", "warning", None, None, header=header, at=number, kind=kind)
        for number, header in listing.doubled:
            self.note("doubled_column", "warning", None, None, header=header, at=number)

    def note(self, code: str, severity: str, column: str | None, i: int | None, /, **params: Any) -> None:
        """Report a problem at row position ``i`` of ``column`` (a key); its value is shown unless it is withheld."""
        listing = self.listing
        number = params.pop("at", None) or listing.columns.get(column or "")
        row = None if i is None else listing.rows[i]
        value = None
        if column in listing.cells and i is not None and (column, i) not in self.withheld:
            cell_value = listing.cells[column][i]
            value = None if cell_value is None else shown(cell_value)
        header = params.pop("header", None) or (listing.header(column) if column else None)
        at_row = listing.header_row if row is None else row
        cell = f"{letters(number)}{at_row}" if number else None
        self.problems.append(Problem(code, severity, listing.title, row, header, cell, value, params))

    def _withhold(self) -> None:
        """Blank every cell that holds a citizen service number or one person's case, before anything reads it."""
        for name, cells in self.listing.cells.items():
            column = self.listing.sheet.column(name)
            if column.owner == "derived" or column.type == "id" or name == "phone":
                continue
            texts = {cell if isinstance(cell, str) else str(cell) for cell in cells if _may_hold_number(cell)}
            free = column.type in ("text", "names") and name != "name"
            reasons = find_withheld(texts, free) if texts else {}
            if not reasons:
                continue
            blanked = list(cells)
            for i, cell in enumerate(cells):
                if _may_hold_number(cell) and (reason := reasons.get(cell if isinstance(cell, str) else str(cell))):
                    self.withheld.add((name, i))
                    self.note(f"withheld_{reason}", "error", name, i)
                    blanked[i] = None
            self.listing.cells[name] = blanked

    def texts(self, name: str) -> list[str | None]:
        """A column as text: as typed, without stray spaces; a number as it is written; blank is None."""
        known: dict[object, str | None] = {}
        result: list[str | None] = []
        for i, cell in enumerate(self.listing.get(name)):
            if cell is None:
                result.append(None)
            elif isinstance(cell, str):
                text = known.get(cell)
                if text is None:
                    text = known[cell] = clean(cell) or None
                result.append(text)
            elif isinstance(cell, Fault):
                self.fault(name, i, cell)
                result.append(None)
            else:
                result.append(shown(cell))
        return result

    def fault(self, name: str, i: int, cell: Fault) -> None:
        """Report a cell without a usable value: an error, or a formula that nothing computed."""
        code = "uncomputed" if cell.text == "uncomputed" else "error_cell"
        self.note(code, "error", name, i, text=cell.text)

    def parsed(
        self, name: str, parse: Callable[[object], Any], severity: str = "warning", **params: object
    ) -> list[Any]:
        """A column through ``parse``; a cell it refuses is reported under its code and reads as None."""
        known: dict[object, Any] = {}
        result: list[Any] = []
        for i, cell in enumerate(self.listing.get(name)):
            if cell is None:
                result.append(None)
                continue
            if isinstance(cell, Fault):
                self.fault(name, i, cell)
                result.append(None)
                continue
            try:
                if cell not in known:
                    known[cell] = None if isinstance(cell, str) and not clean(cell) else parse(cell)
                result.append(known[cell])
            except Unreadable as refused:
                self.note(f"unreadable_{refused.code}", severity, name, i, **params)
                result.append(None)
        return result

    def dates(self, name: str, severity: str = "warning") -> list[date | None]:
        """A column of days."""
        return self.parsed(name, lambda cell: read_date(cell, self.lang, self.epoch), severity)

    def rhythms(self, name: str) -> list[int | None]:
        """A column of agreed longest gaps, in days."""
        return self.parsed(name, read_rhythm)

    def choices(self, name: str) -> list[str | None]:
        """A column with one value of a fixed list, as stable keys."""
        column = self.listing.sheet.column(name)
        options = ", ".join(choice.label(self.lang) for choice in column.choices)
        return self.parsed(name, lambda cell: _choice(cell, column), options=options)

    def yes(self, name: str, blank: bool = False) -> list[bool]:
        """A yes/no column; ``blank`` is what an empty or unreadable cell means."""
        return [blank if answer is None else answer == "yes" for answer in self.choices(name)]

    def required(self, name: str, i: int) -> None:
        """Report that row ``i`` lacks a required cell, unless something was said of that cell already."""
        if (name, i) not in self.withheld and _blank(self.listing.get(name)[i]):
            self.note("required_blank", "error", name, i)


def _may_hold_number(cell: object) -> bool:
    return isinstance(cell, str) or (type(cell) is int and cell > 99_999_999)


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not clean(cell))


def _choice(cell: object, column: Column) -> str:
    if isinstance(cell, bool):
        cell = "yes" if cell else "no"
    choice = choice_names(column.choices).get(key(cell if isinstance(cell, str) else shown(cell)))
    if choice is None:
        raise Unreadable("choice")
    return choice.key


def shown(cell: object) -> str:
    """A cell's value as text, as people would write it."""
    if isinstance(cell, Fault):
        return cell.text
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    text = str(cell)
    return text if len(text) <= _SHOWN or not isinstance(cell, timedelta | float) else text[:_SHOWN]


def report(reader: Reader, name: str, i: int, trouble: Trouble) -> None:
    """Report a piece of a cell that counts for nobody."""
    reader.note(f"who_{trouble.code}", "error", name, i, piece=trouble.piece, hints=trouble.hints)
