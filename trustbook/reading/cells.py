"""One list, column by column: cells to values, and whatever cannot be read to a problem with its
cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any, Literal

from trustbook.a1 import column_letters
from trustbook.columns import YES_NO, Column, choice_names, header_names
from trustbook.dates import Unreadable, read_date, read_rhythm
from trustbook.headers import nearest_column, unit_in
from trustbook.model import Problem
from trustbook.names import clean, find_unfit, key
from trustbook.padded import PaddedNumber
from trustbook.privacy import PERHAPS, TextGuard
from trustbook.reading.listing import withhold
from trustbook.reading.lists import Listing
from trustbook.reading.references import Unresolved
from trustbook.snapshot import CellFault

# Nobody plans or promises so far ahead: a year was mistyped, or two digits of it meant the last
# century.
YEARS_AHEAD = 10
# A talk or a consultation is planned for less.
_YEARS_PLANNED = {"date": 5, "next": 5}


def is_far_ahead(day: date, today: date, years: int = YEARS_AHEAD) -> bool:
    """Whether a day is further ahead of ``today`` than is likely to be meant."""
    # Nothing is reckoned from today: a watched one would go for this day alone.
    return day.toordinal() - years * 366 > today.toordinal()


class Reader:
    """Reads the columns of one list and collects its problems. One per list."""

    def __init__(
        self,
        listing: Listing,
        lang: str,
        epoch: date,
        problems: list[Problem],
        today: date = date.max,
    ) -> None:
        self.listing, self.lang, self.epoch, self.problems = listing, lang, epoch, problems
        self.today = today
        self.withheld: set[tuple[str, int]] = set()
        self._withhold()
        for name, header in listing.headers.items():
            if find_unfit(header):
                self.note_header("odd_signs", listing.columns.get(name), header)
        for number, header, kind in listing.refused:
            self.note_header("refused_column", number, header, kind=kind)
        for number, header in listing.doubled:
            self.note_header("doubled_column", number, header)
        for number, header in listing.unread:
            self._ask_about_header(number, header)
        self._ask_about_rows("below_list", "below")
        self._ask_about_rows("group_heads", "heads")
        computed = listing.formulas.get("id", ())
        first = next((i for i, row in enumerate(listing.rows) if row in computed), None)
        if first is not None:
            self.note("computed_id", "warning", "id", first)
        self._note_filled()

    def _note_filled(self) -> None:
        """Say of each column of ours that a formula of the coordinator's fills it."""
        ours = [c.key for c in self.listing.sheet.columns if c.owner == "derived"]
        for name in ours if self.listing.arrays else ():
            if (first := self.listing.first_filled(name)) is not None:
                self.note("computed_verdict", "warning", name, first)

    def _note_unfit(self, name: str) -> None:
        """Say of each cell of a column with signs that nothing of ours shows."""
        for i, cell in enumerate(self.listing.cells[name]):
            if isinstance(cell, str) and find_unfit(cell):
                self.note("odd_signs", "warning", name, i)

    def note(self, code: str, severity: str, column: str, i: int, /, **params: Any) -> None:
        """Report a problem at row position ``i`` of ``column`` (a key); its value is shown unless
        it is withheld.
        """
        listing, number = self.listing, self.listing.columns.get(column)
        row, header, value = listing.rows[i], listing.header(column), self._value(column, i)
        cell = f"{column_letters(number)}{row}" if number else None
        self.problems.append(
            Problem(code, severity, listing.title, row, header, cell, value, params)
        )

    def note_header(
        self, code: str, number: int | None, header: str | None, /, **params: Any
    ) -> None:
        """Warn of a header, in column ``number`` of the sheet; None for one that is not there."""
        cell = f"{column_letters(number)}{self.listing.header_row}" if number else None
        title = self.listing.title
        self.problems.append(Problem(code, "warning", title, None, header, cell, None, params))

    def _ask_about_header(self, number: int, header: str) -> None:
        """Ask once whether a header that is read as nothing means a column of ours; say of one that
        bears its name that another was said to be that column.
        """
        listing = self.listing
        ours = header_names(listing.sheet).get(key(header))
        if ours and not ours.filled_by_us and ours.key in listing.headers:
            self.note_header("name_taken", number, header, read=listing.headers[ours.key])
        elif meant := nearest_column(header, listing.sheet, listing.headers):
            self.note_header("near_header", number, header, hints=(meant.label(self.lang),))

    def _ask_about_rows(self, code: str, kind: Literal["below", "heads"]) -> None:
        """Ask in one line about the rows of a sheet that look like something else."""
        lists = [self.listing, *self.listing.beside]
        doubtful = {row for each in lists for row in getattr(each, kind)}
        rows = sorted(doubtful.difference(*(each.rows for each in lists)))
        if not rows or not self.listing.asks:
            return
        title, columns = self.listing.title, self.listing.columns.values()
        cell = f"{column_letters(min(columns))}{rows[0]}"
        reference = doubt_reference(kind, title)
        params = {"rows": row_ranges(rows), "count": len(rows), "reference": reference}
        self.problems.append(Problem(code, "warning", title, rows[0], None, cell, None, params))

    def _value(self, column: str, i: int) -> str | None:
        """What stands in a cell as a problem shows it; None where there is nothing to show."""
        if column not in self.listing.cells or (column, i) in self.withheld:
            return None
        cell = self.listing.cells[column][i]
        if cell is None or (isinstance(cell, CellFault) and cell.text == "uncomputed"):
            return None
        return shown(cell)

    def _withhold(self) -> None:
        """Blank every cell that holds a citizen service number or one person's case, before
        anything reads it; tell of those whose text cannot be shown whole.
        """
        for (name, i), reason in withhold(self.listing).items():
            self.withheld.add((name, i))
            if reason == PERHAPS:
                self._ask_about_text(name, i)
            else:
                self.note(f"withheld_{reason}", "error", name, i)
        blanked = {name: list(self.listing.cells[name]) for name, _ in self.withheld}
        for name, i in self.withheld:
            blanked[name][i] = None
        self.listing.cells |= blanked
        for name in self.listing.unfit:
            self._note_unfit(name)

    def _ask_about_text(self, name: str, i: int) -> None:
        """Ask whether a text may stay; the question says where it stands, and nothing of it."""
        text = shown(self.listing.cells[name][i])
        reference = (self.listing.guard or TextGuard()).reference(text)
        number = self.listing.columns.get(name)
        cell = f"{column_letters(number)}{self.listing.rows[i]}" if number else ""
        asked = {"reference": reference} if reference else {}
        self.note("withheld_perhaps", "warning", name, i, at=cell, **asked)

    def texts(self, name: str) -> list[str | None]:
        """A column as text: as typed, without stray spaces; a number as it is written; blank is
        None.
        """
        cells = self.listing.get(name)
        if not _kinds(cells) & _SPECIAL:
            known = _Remembered(_text)
            return [known[cell] for cell in cells]
        result: list[str | None] = []
        for i, cell in enumerate(cells):
            if isinstance(cell, CellFault):
                self.fault(name, i, cell)
                result.append(None)
            else:
                result.append(_text(cell))
        return result

    def fault(self, name: str, i: int, cell: CellFault) -> None:
        """Report a cell without a usable value: an error, or a formula that nothing computed."""
        code = "uncomputed" if cell.text == "uncomputed" else "error_cell"
        self.note(code, "error", name, i, text=cell.text)

    def parsed(
        self, name: str, parse: Callable[[object], Any], severity: str = "warning", **params: object
    ) -> list[Any]:
        """A column through ``parse``; a cell it refuses is reported under its code and reads as
        None.
        """
        cells = self.listing.get(name)
        known = _Remembered(lambda cell: _parse(cell, parse))
        if not _kinds(cells) & _SPECIAL:
            result = [known[cell] for cell in cells]
            if not any(type(value) is Unreadable for value in known.values()):
                return result
        else:  # True is 1 to a dictionary, and a fault wants its place: one by one
            result = [
                cell if isinstance(cell, CellFault) else _parse(cell, parse) for cell in cells
            ]
        for i, value in enumerate(result):
            if isinstance(value, CellFault):
                self.fault(name, i, value)
            elif isinstance(value, Unreadable):
                self.note(f"unreadable_{value.code}", severity, name, i, **params)
            else:
                continue
            result[i] = None
        return result

    def dates(self, name: str, severity: str = "warning") -> list[date | None]:
        """A column of days; one further ahead than anybody plans is read, and asked about."""
        days = self.parsed(name, lambda cell: read_date(cell, self.lang, self.epoch), severity)
        years = _YEARS_PLANNED.get(name, YEARS_AHEAD)
        for i, day in enumerate(days):
            if day is not None and is_far_ahead(day, self.today, years):
                self.note("far_ahead", "warning", name, i, years=years)
        return days

    def day_in(self, cell: object) -> date | None:
        """The day that a cell of no column shows; None where it shows none."""
        with suppress(Unreadable):
            return read_date(cell, self.lang, self.epoch)
        return None

    def ids(self) -> list[str | None]:
        """The ID column, in which a repeated ID counts for its first row only."""
        result = self.texts("id")
        typed = [text for text in result if text is not None]
        if len({text.lower() for text in typed}) == len(typed):
            return result
        seen: set[str] = set()
        for i, text in enumerate(result):
            if text is None:
                continue
            if key(text) in seen:
                self.note("doubled_id", "warning", "id", i)
                result[i] = None
            seen.add(key(text))
        return result

    def rhythms(self, name: str) -> list[int | None]:
        """A column of agreed longest gaps, in days."""
        unit = unit_in(self.listing.header(name))
        return self.parsed(name, lambda cell: read_rhythm(_with_unit(cell, unit)))

    def choices(self, name: str) -> list[str | None]:
        """A column with one value of a fixed list, as stable keys."""
        column = self.listing.sheet.column(name)
        options = ", ".join(choice.label(self.lang) for choice in column.choices)
        return self.parsed(name, lambda cell: _choice(cell, column), options=options)

    def yes(self, name: str, blank: bool = False) -> list[bool]:
        """A yes/no column; ``blank`` is what an empty or unreadable cell means."""
        return [blank if answer is None else answer == "yes" for answer in self.choices(name)]

    def required(self, name: str, i: int) -> None:
        """Report that row ``i`` lacks a required cell, unless something was said of that cell
        already.
        """
        if (name, i) not in self.withheld and is_blank(self.listing.get(name)[i]):
            self.note("required_blank", "error", name, i)


def doubt_reference(kind: str, title: str) -> str:
    """How To check refers to the rows of a sheet that look like something else."""
    return f"{kind}: {title}"


def _with_unit(cell: object, unit: str | None) -> object:
    """A bare number with the unit that the header names."""
    bare = isinstance(cell, int | float) and not isinstance(cell, bool)
    written = isinstance(cell, str) and re.fullmatch(r"\s*\d+(?:[.,]\d+)?\s*", cell)
    return f"{str(cell).strip()} {unit}" if unit and (bare or written) else cell


def read_yes(cell: object) -> bool | None:
    """What somebody answered: True for yes, False for no, None for anything else."""
    if isinstance(cell, bool):
        return cell
    choice = choice_names(YES_NO).get(key(cell).strip(" .!")) if isinstance(cell, str) else None
    return None if choice is None else choice.key == "yes"


class _Remembered(dict[object, Any]):
    """Values worked out once per distinct cell: a long column repeats itself."""

    def __init__(self, work_out: Callable[[Any], Any]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, cell: object) -> Any:
        value = self[cell] = self._work_out(cell)
        return value


# What people put at a word of a list and that leaves it as it is. A question mark, a cross or an
# empty box does not: that is a doubt.
_AROUND = re.compile(r"^[\s✔✓☑👍]+|[\s.,;!✔✓☑👍]+$")
_SPECIAL = {CellFault, bool}


def _kinds(cells: list[object]) -> set[type]:
    return set(map(type, cells))


def _text(cell: object) -> str | None:
    """A cell as text without stray spaces; None for a blank one."""
    if isinstance(cell, str):
        return clean(cell) or None
    return None if cell is None else shown(cell)


def _parse(cell: object, parse: Callable[[object], Any]) -> Any:
    """What ``parse`` makes of a cell, None for a blank one, the refusal itself for an unreadable
    one.
    """
    if is_blank(cell):
        return None
    try:
        return parse(cell)
    except Unreadable as refused:
        return refused


def is_blank(cell: object) -> bool:
    """Whether nothing stands in a cell that people would see."""
    return cell is None or (isinstance(cell, str) and not clean(cell))


def _choice(cell: object, column: Column) -> str:
    if isinstance(cell, bool):
        cell = "yes" if cell else "no"
    known = choice_names(column.choices)
    text = key(cell if isinstance(cell, str) else shown(cell))
    choice = known.get(text) or known.get(_AROUND.sub("", text.replace("\ufe0f", "")))
    if choice is None:
        raise Unreadable("choice")
    return choice.key


def shown(cell: object) -> str:
    """A cell's value as text, as people would write it."""
    if isinstance(cell, CellFault | PaddedNumber):
        return cell.text
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def row_ranges(rows: Iterable[int]) -> str:
    """Row numbers in order as people write them: ``7-9, 12``."""
    ranges: list[list[int]] = []
    for row in rows:
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)


def report(reader: Reader, name: str, i: int, trouble: Unresolved) -> None:
    """Report a piece of a cell that counts for nobody, unless somebody said that it is nobody."""
    if trouble.code != "answered":
        params = {"piece": trouble.piece, "hints": trouble.hints, "told": trouble.told}
        reader.note(f"who_{trouble.code}", "error", name, i, **params)
