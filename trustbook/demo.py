"""The sample book of ``trustbook demo``: a fictional municipality's three years, faults and all."""

from __future__ import annotations

import random
from collections.abc import Iterable
from copy import copy
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustbook.catalogue import find_party, phenomena
from trustbook.columns import (
    CONSULTATIONS,
    MOMENTS,
    PARTNERS,
    PEOPLE,
    REQUIRED,
    ROUTES,
    SETTINGS,
    STATES,
    WEATHER,
    YES_NO,
    Sheet,
    find_column,
)
from trustbook.dates import write_date
from trustbook.places.made_files import make_new
from trustbook.reading.settings_rows import find_setting, setting
from trustbook.sample import Sample
from trustbook.sample.draw import Row
from trustbook.sample.network import SampleRelation
from trustbook.workbooks.template import starter
from trustbook.xlsx.conform import conform

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

# Room for three lines in Partners, where the sentence of why stands; not every program measures
# rows itself.
PARTNER_HEIGHT = 46
# A number made for testing: it passes the check of a citizen service number and belongs to nobody.
TEST_NUMBER = "111222333"
# What people type where nothing can be read, or where it says too much.
_SLIPS = {
    "date": {"nl": "vorige week", "en": "last week"},
    "weather": {"nl": "zonnnig", "en": "suny"},
    "due": {"nl": "z.s.m.", "en": "asap"},
    "rhythm": {"nl": "af en toe", "en": "now and then"},
    "topic": {"nl": "Terugbellen over", "en": "Call back on"},
}
_VALUE_LETTERS = 38  # of a value in Settings that fit on a line
# Settings with a text of the sample's own.
_OURS = ("our_name", "our_tasks", "our_goals", "our_way")


def make_sample(path: Path, lang: str, today: date, seed: int = 2026) -> None:
    """Writes a sample book in ``lang`` at ``path``; its three years end on ``today``.

    About 120 partners, 200 people and 2,500 moments, everything invented; the same arguments give
    the same cells. Raises UsageError ``file_exists`` when anything stands at ``path``.
    """
    import openpyxl

    sample = Sample(lang, today, seed)
    _Faults(sample, random.Random(seed)).add()
    book = openpyxl.load_workbook(BytesIO(starter(lang)))
    for sheet, rows in (
        (PARTNERS, [relation.row for relation in sample.relations]),
        (PEOPLE, sample.people),
        (MOMENTS, sample.moments),
        (CONSULTATIONS, sample.consultations),
        (ROUTES, sample.routes),
    ):
        _fill(book[sheet.label(lang)], sheet, rows)
    _decide_required(book[REQUIRED.label(lang)], lang)
    _fill_settings(book[SETTINGS.label(lang)], sample)
    _add_things_of_their_own(book, sample)
    made = BytesIO()
    book.save(made)
    make_new(path, conform(made.getvalue()))


class _Faults:
    """What goes wrong when people type.

    Nothing here turns a partner cold: these rows come on top of the story.
    """

    def __init__(self, sample: Sample, chance: random.Random) -> None:
        self.sample, self.chance, self.lang, self.today = sample, chance, sample.lang, sample.today
        self.warm = [r for r in sample.relations if r.fate == "warm" and r.party.id != "individual"]

    def add(self) -> None:
        """Puts the faults among the sample's rows."""
        self._loose_dates()
        self._loose_names()
        self._move_a_person()
        self._share_a_name()
        self._strange_cells()
        rows = self.sample.moments
        for row in [*self._strange_rows(), *self.chance.sample(rows[-400:-40], 2)]:
            rows.insert(self.chance.randrange(len(rows) - 300, len(rows)), dict(row))

    def _some(self, number: int) -> list[Row]:
        """Held, calm rows of the past that name one partner."""
        names = {relation.name for relation in self.sample.relations}
        dated = [row for row in self.sample.moments if isinstance(row["date"], date)]
        past = [row for row in dated if row["date"] < self.today and row["with"] in names]
        plain = [row for row in past if not row.get("promise") and not row.get("also_present")]
        return self.chance.sample(plain, number)

    def _loose_dates(self) -> None:
        """Dates that are text, and can be read all the same."""
        for number, row in enumerate(self._some(12)):
            day: date = row["date"]
            numbers = f"{day.day}-{day.month}-{day.year}"
            row["date"] = (write_date(day, self.lang), day.isoformat(), numbers, f" {numbers} ")[
                number % 4
            ]

    def _loose_names(self) -> None:
        """Names with stray spaces, capitals and a hard space: still the same partner."""
        for number, row in enumerate(self._some(14)):
            name = row["with"]
            row["with"] = (f"{name}  ", name.upper(), name.lower(), name.replace(" ", "\u00a0"))[
                number % 4
            ]

    def _move_a_person(self) -> None:
        """Somebody who changed jobs: the same name twice, each with its own time."""
        old, new = self._with_people(2)
        person, moved = old.people[0], self.today - timedelta(days=260)
        person["from"], person["until"] = self.today - timedelta(days=1400), moved
        self.sample.people.append(
            {**person, "partner": new.name, "from": moved + timedelta(days=1), "until": None}
        )

    def _share_a_name(self) -> None:
        """A new colleague with somebody's name: a moment must now say which, and one does not."""
        one, other = self._with_people(4)[2:]
        name, since = one.people[-1]["name"], self.today - timedelta(days=60)
        self.sample.people.append(
            {"name": name, "partner": other.name, "role": other.people[0]["role"], "from": since}
        )
        for text in (f"{name} ({other.name})", name):
            self.sample.moments.append(
                {"date": self.today - timedelta(days=9), "with": text, "by": other.row["holder"]}
            )

    def _with_people(self, number: int) -> list[SampleRelation]:
        """The first warm partners with somebody in office all the time."""
        steady = [r for r in self.warm if r.people and not any(map(_comes_or_goes, r.people))]
        return steady[:number]

    def _strange_cells(self) -> None:
        """A rhythm that says nothing, and a party by another of its names."""
        self.warm[5].row["rhythm"] = _SLIPS["rhythm"][self.lang]
        self.warm[0].row["party"] = self.warm[0].party.also[0]

    def _strange_rows(self) -> Iterable[Row]:
        """Rows that cannot count, or not wholly, each for another reason."""
        day, crisis = self.today - timedelta(days=35), self.sample.crises[1][0] + timedelta(days=2)
        names = iter(self.chance.sample([r.name for r in self.warm if len(r.name) > 14], 12))
        held, cancelled = (
            find_column(STATES, key).label(self.lang) for key in ("held", "cancelled")
        )
        sunny = find_column(WEATHER, "sunny").label(self.lang)
        slips = {what: said[self.lang] for what, said in _SLIPS.items()}
        misspelt = [name[:7] + name[8:] for name in (next(names), next(names))]
        odd: list[Row] = [
            {"date": "3-13-2026", "with": next(names)},
            {"date": slips["date"], "with": next(names)},
            {"date": date(1926, 3, 2), "with": next(names)},
            {"date": self.today + timedelta(days=25), "with": next(names), "state": held},
            {"date": day, "with": misspelt[0]},
            {"date": day, "with": f"{misspelt[1]}; {next(names)}"},
            {"date": day, "with": "Kringloop De Tweede Kans"},
            {"date": day, "with": "#REF!"},
            {"date": day, "with": next(names), "weather": slips["weather"]},
            {"date": day, "with": next(names), "promise_due": slips["due"]},
            {"date": day, "with": next(names), "topic": f"{slips['topic']} {TEST_NUMBER}"},
            {"date": day, "with": next(names), "state": cancelled, "weather": sunny},
            *({"date": crisis, "with": self.warm[i].name} for i in (3, 8)),
        ]
        return ({"by": self.sample.words["holders"][1], **row} for row in odd)


def _comes_or_goes(person: Row) -> bool:
    return bool(person.get("until") or person["from"])


def _decide_required(page: Worksheet, lang: str) -> None:
    """The proposal of the template as taken over: agreed, and one line is not relevant here."""
    boa = find_party("boa")
    left = next(phenomenon for phenomenon in phenomena() if phenomenon.key == "left_wing")
    assert boa is not None
    relevant = [column.key for column in REQUIRED.columns].index("relevant") + 1
    for row in range(2, page.max_row + 1):
        for cell in page[row]:
            font: Any = copy(cell.font)
            font.i, font.color = False, None
            cell.font = font
        line = page.cell(row, 1).value, page.cell(row, 2).value
        if line == (left.label(lang), boa.label(lang)):
            _set_value(page, row, relevant, find_column(YES_NO, "no").label(lang))


def _set_value(page: Worksheet, row: int, column: int, value: Any) -> None:
    cell: Any = page.cell(row, column)
    cell.value = value


def _fill(page: Worksheet, sheet: Sheet, rows: Iterable[Row]) -> None:
    """Writes rows below the header in the look of their columns, the table around them."""
    from openpyxl.utils import get_column_letter as letter

    looks: list[Any] = [
        page.column_dimensions[letter(number)] for number in range(1, len(sheet.columns) + 1)
    ]
    last = 1
    for last, row in enumerate(rows, start=2):
        for number, (column, look) in enumerate(zip(sheet.columns, looks, strict=True), start=1):
            if (value := row.get(column.key)) is not None:
                cell: Any = page.cell(last, number, value)
                cell._style = copy(look._style)
    _stretch(page, last)


def _stretch(page: Worksheet, last: int) -> None:
    from openpyxl.utils import get_column_letter as letter

    [table] = page.tables.values()
    table.ref = f"A1:{letter(len(table.tableColumns))}{last}"
    if table.autoFilter:
        table.autoFilter.ref = table.ref


def _fill_settings(page: Worksheet, sample: Sample) -> None:
    """The municipality's own values, on the rows that stand ready for them and below."""
    values = _settings(sample)
    for row in range(2, page.max_row + 1):
        ready = find_setting(str(page.cell(row, 1).value))
        if ready and values.get(ready.key):
            _set(page, row, *values[ready.key].pop(0))
            _make_room(page, row)
    for key, rest in values.items():
        for value, note in rest:
            page.append([setting(key).label(sample.lang)])
            _set(page, page.max_row, value, note)
    _stretch(page, page.max_row)


def _make_room(page: Worksheet, row: int) -> None:
    """Let a row show all of its value: not every program measures rows itself."""
    lines = -(-len(str(page.cell(row, 2).value)) // _VALUE_LETTERS)
    standing = page.row_dimensions[row]
    standing.height = max(standing.height or 0, 15 * lines + 3)


def _settings(sample: Sample) -> dict[str, list[tuple[Any, str | None]]]:
    """Values and notes by the key of their setting."""
    lang, words = sample.lang, sample.words
    crises = [_period(*crisis) for crisis in sample.crises]
    crisis_notes = [note[lang] for note in words["crisis_notes"]]
    plain = {
        "hours_a_week": [6],
        "own_phenomenon": [words["own_phenomenon"][lang]],
        "own_party": [own[lang] for own in words["own_party"]],
        "own_area": words["areas"],
        "own_holder": words["holders"],
    }
    return {
        **{key: [(words[key][lang], None)] for key in _OURS},
        "quiet_period": [(_period(*sample.quiet), words["quiet_note"][lang])],
        "crisis_period": list(zip(crises, crisis_notes, strict=True)),
        **{key: [(value, None) for value in values] for key, values in plain.items()},
    }


def _set(page: Worksheet, row: int, value: Any, note: str | None) -> None:
    page.cell(row, 2, value)
    if note:
        page.cell(row, 3, note)
    for number in (1, 2, 3):
        cell: Any = page.cell(row, number)
        look: Any = page.column_dimensions[cell.column_letter]
        cell._style = copy(look._style)


def _period(first: date, days: int) -> str:
    last = first + timedelta(days=days - 1)
    return f"{first:%d-%m-%Y}..{last:%d-%m-%Y}"


def _add_things_of_their_own(book: Workbook, sample: Sample) -> None:
    """A column and a sheet that trustbook knows nothing of, and must leave alone."""
    from openpyxl.worksheet.table import TableColumn

    lang, words = sample.lang, sample.words
    page = book[PARTNERS.label(lang)]
    number = len(PARTNERS.columns) + 1
    title = words["extra_column"][lang]
    header: Any = page.cell(1, number, title)
    beside: Any = page["B1"]
    header._style = copy(beside._style)
    page.column_dimensions[header.column_letter].width = 26
    for row, relation in enumerate(sample.relations, start=2):
        page.row_dimensions[row].height = PARTNER_HEIGHT
        if relation.party.tier == "national":
            site = "".join(sign for sign in relation.name.lower() if sign.isalpha())
            page.cell(row, number, f"www.{site}.example")
    [table] = page.tables.values()
    table.tableColumns.append(TableColumn(id=number, name=title))
    _stretch(page, len(sample.relations) + 1)
    notes = book.create_sheet(words["extra_sheet"][lang], index=len(book.sheetnames) - 1)
    notes.append([words["extra_note"][lang]])
    notes.append([])
    notes.append([words["sum_label"][lang], 1250])
    notes.append([words["sum_label"][lang], 800])
    notes.append([None, "=SUM(B3:B4)"])
    notes.column_dimensions["A"].width = 40
