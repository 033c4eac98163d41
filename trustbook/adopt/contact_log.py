"""Lists of contacts that other programs made: a calendar as CSV, a contact log, activities."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from trustbook.adopt.csv_days import DayReader
from trustbook.adopt.moment_cells import MomentCells, choice_of, state_said
from trustbook.adopt.speaking import is_bare_who, plain_header
from trustbook.adopt.weather_said import asks_weather, weather_said
from trustbook.adopt.words import usual
from trustbook.columns import MOMENT_KINDS, MOMENTS, header_names
from trustbook.errors import UsageError
from trustbook.intake.calendars import kept_out_by_title
from trustbook.intake.contacts import Findings, FoundContact, Invitee, Window
from trustbook.intake.form_faults import FormFault
from trustbook.names import clean, key
from trustbook.snapshot import CellValue

_MOST_ABOVE = 15  # rows that may stand above the headers
# What columns of a calendar are called, and what columns of contact logs are that adopt has no word
# for: by plain header.
_OF_CALENDARS = {
    "title": "subject|onderwerp|titel|title|summary|samenvatting|event name|naam|topic",
    "day": "start date|begindatum|startdatum|start|begin|date start|begint op|start datum",
    "time": "start time|starttijd|begintijd",
    "invited": (
        "required attendees|vereiste deelnemers|vereiste genodigden|vereiste aanwezigen"
        "|verplichte deelnemers|attendees|deelnemers|genodigden"
    ),
    "optional": "optional attendees|optionele deelnemers|optionele genodigden|optionele aanwezigen",
    "organizer": "meeting organizer|organisator van vergadering|organisator|organizer",
    "private": "private|prive|privee",
    "sensitivity": "sensitivity|gevoeligheid|vertrouwelijkheid",
    "shown_as": "show time as|tijd weergeven als|tijd tonen als|show as",
}
_OF_LOGS = {
    "date": (
        "happened at|activity date time|activity date|activiteitdatum|activiteitsdatum"
        "|datum activiteit|start"
    ),
    "with": (
        "target contact|target name|with contact|with|contact name|contacts|contact|relatie"
        "|organisatie|organisation|organization|partner|partners|participants|met contact"
        "|doelcontact|doel contact|betrokken contact|klant|account|company|bedrijf"
        "|naam organisatie|associated company|company account|gekoppeld bedrijf"
    ),
    "kind": "activity type|activiteittype|type activiteit|soort activiteit",
    "by": "added by|source contact|toegevoegd door|assignee|toegewezen aan",
    "id": "id|activity id|activiteit id|uuid",
    "state": "activity status|status activiteit|activiteitstatus",
    "topic": "summary|onderwerp",
}
_NAMED = {"with": "naam|name|volledige naam|full name"}
_YES = ("true", "waar", "yes", "ja", "1", "x")
_OPEN = ("", "normal", "normaal", "public", "openbaar")
_TENTATIVE = ("1", "tentative", "voorlopig", "onder voorbehoud")
_SEPARATED = re.compile(r"\s*;\s*")
_MAIL = re.compile(r"[^\s<>;,]+@[^\s<>;,]+")


def find_in_rows(
    rows: Sequence[Sequence[str]], source: str, window: Window, lang: str = "nl"
) -> Findings:
    """The contacts in the rows of a list (texts) on the days of ``window``.

    Raises UsageError where no column says on which day, or with whom.
    """
    for at, row in enumerate(rows[:_MOST_ABOVE]):
        below, first = rows[at + 1 :], at + 2
        columns, log = _columns(row, _OF_CALENDARS), log_columns(row)
        if "time" in columns:  # of a meeting: its day may be told with it
            columns.setdefault("day", log.get("date", columns["time"]))
        is_calendar = {"title", "day"} <= columns.keys()
        if not is_calendar:  # who is just called "name" is whom it was with
            log = _columns(row, _NAMED) | log
        if {"date", "with"} <= log.keys():
            headers = {name: clean(row[place]) for name, place in log.items()}
            reader = _LogRows(below, log, source, window, lang, first)
            reader.with_whom = _called_like(row, log["with"])
            reader.weather_header = headers.get("weather", "")
            return reader.find_with(MomentCells(source, headers))
        if is_calendar:
            return _CalendarRows(below, columns, source, window, lang, first).find()
    raise UsageError("intake.no_columns", name=source)


def has_days(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a list has a column with days, as one of contacts has."""
    return any("date" in log_columns(row) for row in rows[:_MOST_ABOVE])


def _columns(row: Sequence[str], words: Mapping[str, str]) -> dict[str, int]:
    """By what a column is, its place; the first one where several are called so."""
    known = {plain_header(w): name for name, text in words.items() for w in text.split("|")}
    found: dict[str, int] = {}
    for place, header in enumerate(row):
        name = known.get(plain_header(header))
        if name is not None:
            found.setdefault(name, place)
    return found


def _called_like(row: Sequence[str], place: int) -> list[int]:
    """The places of all columns that are called like one."""
    header = plain_header(row[place])
    return [at for at, other in enumerate(row) if plain_header(other) == header]


def log_columns(row: Sequence[str]) -> dict[str, int]:
    """The columns of Moments that headers mean: our own names first, then the usual words."""
    ours = header_names(MOMENTS)
    found = {ours[key(one)].key: i for i, one in enumerate(row) if key(one) in ours}
    more = _columns(row, _OF_LOGS)
    plain = [plain_header(header) for header in row]
    for place, header in enumerate(plain):
        for column in usual(header, MOMENTS.key):
            if place not in found.values() and place not in more.values():
                # Who it was is told by a plainer header, if there is one.
                if column == "with" and is_bare_who(header) and _says_whom(plain, found, more):
                    column = "by"
                found.setdefault(column, place)
        if asks_weather(header) and place not in found.values():
            found.setdefault("weather", place)
    taken = set(found.values())
    return found | {n: i for n, i in more.items() if n not in found and i not in taken}


def _says_whom(plain: Sequence[str], *known: Mapping[str, int]) -> bool:
    """Whether a header says with whom, and more than a bare "Who"."""
    usually = ("with" in usual(one, MOMENTS.key) and not is_bare_who(one) for one in plain)
    return any("with" in columns for columns in known) or any(usually)


class _Rows:
    """The rows of a list under its headers; the first one has the number ``first`` in the file."""

    def __init__(
        self,
        rows: Sequence[Sequence[str]],
        columns: Mapping[str, int],
        source: str,
        window: Window,
        lang: str,
        first: int,
    ) -> None:
        self._rows, self._columns, self._first = rows, columns, first
        self._source, self._window, self._lang = source, window, lang
        self._days: dict[str, DayReader] = {}  # of columns beside the one with the day
        self.found = Findings()

    def cell(self, row: Sequence[str], name: str) -> str:
        """What stands in a column of a row; "" where there is none."""
        place = self._columns.get(name)
        return clean(row[place]) if place is not None and place < len(row) else ""

    def tells(self, row: Sequence[str]) -> bool:
        """Whether a row tells of a contact, whatever its day is."""
        raise NotImplementedError

    def fault(self, code: str, place: int) -> FormFault:
        """What is to be told of the row at a place."""
        return FormFault(code, self._source, self._first + place)

    def dated(self, name: str) -> Iterator[tuple[int, Sequence[str], date]]:
        """The rows that are looked at, each with its place among them and its day."""
        days = DayReader([self.cell(row, name) for row in self._rows], self._lang)
        for place, row in enumerate(self._rows):
            if not any(map(str.strip, row)):
                continue
            day = days.read(self.cell(row, name))
            if day is None:
                self.found.skipped["unreadable"] += 1
                if self.tells(row):
                    self.found.form_faults.append(self.fault("list_day", place))
            elif why := self._window.leaves_out(day):
                self.found.skipped[why] += 1
            else:
                yield place, row, day


class _CalendarRows(_Rows):
    """A calendar as CSV, as Outlook writes it."""

    def find(self) -> Findings:
        """The contacts in it."""
        for _, row, day in self.dated("day"):
            if why := self._kept_out(row):
                self.found.skipped[why] += 1
                continue
            title = self.cell(row, "title")
            told = (self.cell(row, name) for name in ("invited", "optional", "organizer"))
            invited = tuple(
                _invitee(text) for cell in told for text in _SEPARATED.split(cell) if text
            )
            name = f"row|{day}|{key(title)}"
            self.found.contacts.append(FoundContact(name, day, self._source, title, "", invited))
        return self.found

    def tells(self, row: Sequence[str]) -> bool:
        """Whether a row has a title and is not kept out."""
        return bool(self.cell(row, "title")) and not self._kept_out(row)

    def _kept_out(self, row: Sequence[str]) -> str | None:
        private = key(self.cell(row, "private")) in _YES
        if private or key(self.cell(row, "sensitivity")) not in _OPEN:
            return "private"
        if key(self.cell(row, "shown_as")) in _TENTATIVE:
            return "tentative"
        return kept_out_by_title(self.cell(row, "title"))


def _invitee(text: str) -> Invitee:
    mail = _MAIL.search(text)
    name = clean(re.sub(r"<[^>]*>|\([^)]*@[^)]*\)", "", text).strip("'\" "))
    return Invitee("" if "@" in name else name, mail[0].lower() if mail else "")


class _LogRows(_Rows):
    """A contact log: a day, whom with (in one column, or in several that are called alike), and
    what else Moments has a column for.
    """

    with_whom: Sequence[int] = ()
    weather_header = ""

    def find_with(self, cells: MomentCells) -> Findings:
        """The contacts in it; ``cells`` reads what else they say."""
        ids = [self.cell(row, "id") for row in self._rows]
        numbered = all(ids) and len(set(ids)) == len(ids)
        for place, row, day in self.dated("date"):
            number = self._first + place
            names, topic = self._names(row), self.cell(row, "topic")
            state = state_said(self.cell(row, "state"))
            if not names or state == "cancelled":
                self.found.skipped["nobody" if not names else "cancelled"] += 1
                continue
            told = f"{day}|{key(names)}|{key(topic)}"
            if numbered:  # another list may number its rows alike
                told = f"id|{self._source}|{self.cell(row, 'id')}"
            kind = choice_of(MOMENT_KINDS, self.cell(row, "kind"))
            self.found.put(
                FoundContact(
                    f"log|{told}",
                    day,
                    self._source,
                    names=names,
                    kind=kind,
                    cells=cells.of_row(number, self._told(row), self._day_in, self._lang),
                    named_at=self.fault("list_name", place),
                )
            )
        self.found.faults += cells.faults()
        return self.found

    def tells(self, row: Sequence[str]) -> bool:
        """Whether a row names somebody, and was not called off."""
        return bool(self._names(row)) and state_said(self.cell(row, "state")) != "cancelled"

    def _names(self, row: Sequence[str]) -> str:
        cells = (row[place] for place in self.with_whom if place < len(row))
        return "; ".join(filter(None, (clean(one) for cell in cells for one in cell.splitlines())))

    def _told(self, row: Sequence[str]) -> dict[str, CellValue]:
        told: dict[str, CellValue] = {name: self.cell(row, name) for name in self._columns}
        return told | {"weather": weather_said([(self.weather_header, told.get("weather"))])}

    def _day_in(self, column: str, cell: CellValue) -> date | None:
        if column not in self._days:
            texts = [self.cell(row, column) for row in self._rows]
            self._days[column] = DayReader(texts, self._lang)
        return self._days[column].read(str(cell))
