"""Stories a coordinator could read (scenarios/*.md), played with real files, night after night."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from tests.google_sheets import create, place
from tests.reading import read
from tests.sheets_server import SheetsServer
from trustbook.columns import CHECK, STATUSES
from trustbook.dates import read_date
from trustbook.errors import SafetyStop
from trustbook.ledger import Ledger
from trustbook.ledger.facts import numbered_rows_on
from trustbook.ledger.locate import LedgerLocator
from trustbook.merge.cell_codec import unpack
from trustbook.model import Problem
from trustbook.names import key
from trustbook.problems import explain
from trustbook.run.log import log_moment, make_entry
from trustbook.run.merge_partners import merge_partners, part_partners
from trustbook.run.sync import run_sync
from trustbook.sheets.check_lines import check_lines
from trustbook.workbooks.base import Workbook
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.google import GoogleWorkbook

FOLDER = Path(__file__).parent / "scenarios"
STATUS = {key(choice.nl): choice.key for choice in STATUSES}
BOXES: dict[str, object] = {"☐": False, "☑": True}


@dataclass
class Story:
    """A story: its sheets (title to rows), and what happens and must hold, with its line."""

    title: str
    file: str = ""
    sheets: dict[str, list[list[object]]] = field(default_factory=dict)
    steps: list[tuple[int, str, str]] = field(default_factory=list)


def value(text: str) -> object:
    text = text.strip()
    return BOXES.get(text, int(text) if text.isdecimal() else text or None)


def row(text: str) -> list[object]:
    return [] if text.strip() == "(leeg)" else [value(cell) for cell in text.split("|")]


def cell_named(text: str) -> tuple[str, int, int]:
    """Sheet, row and column of a cell as a story names it: "Partners B2"."""
    title, cell = text.rsplit(None, 1)
    letters, number = coordinate_from_string(cell)
    return title, number, column_index_from_string(letters)


def stories_in(name: str) -> list[Story]:
    """The stories of a file in scenarios/."""
    return list(_stories(FOLDER / name))


def _stories(path: Path) -> Iterator[Story]:
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    form: Story | None = None
    for number, line in lines:
        if line.startswith("## "):
            if form:
                yield form
            form = Story(line[3:], path.name)
        elif form and line == "```":
            title = next(lines)[1]
            form.sheets[title] = []
            while (text := next(lines)[1]) != "```":
                form.sheets[title].append(row(text))
        elif form and line.startswith("- "):
            word, _, rest = line[2:].partition(":")
            form.steps.append((number, word, rest.strip()))
    assert form
    yield form


class ExcelFile:
    """The workbook of a story as a file, and the hand that types into it."""

    def __init__(self, folder: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> None:
        self.path = folder / "netwerk.xlsx"
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for at, cells in enumerate(rows, start=1):
                for column, cell in enumerate(cells, start=1):
                    sheet.cell(at, column).value = cell
        book.save(self.path)

    @property
    def workbook(self) -> Workbook:
        return ExcelWorkbook(self.path)

    def state(self) -> object:
        """All of it, to compare."""
        return self.path.read_bytes()

    def type(self, title: str, row: int, column: int, what: object) -> None:
        with self._edited() as book:
            book[title].cell(row, column).value = what  # type: ignore[assignment]

    def insert(self, title: str, at: int, cells: Sequence[object]) -> None:
        with self._edited() as book:
            book[title].insert_rows(at)
            for column, cell in enumerate(cells, start=1):
                book[title].cell(at, column).value = cell  # type: ignore[assignment]

    def delete(self, title: str, row: int) -> None:
        with self._edited() as book:
            book[title].delete_rows(row)

    def shows(self, title: str, row: int, column: int) -> object:
        return openpyxl.load_workbook(self.path)[title].cell(row, column).value

    @contextmanager
    def _edited(self) -> Iterator[openpyxl.Workbook]:
        book = openpyxl.load_workbook(self.path)
        yield book
        book.save(self.path)


class GoogleSheet:
    """The workbook of a story at the stand-in for Google Sheets, and the hand that types there."""

    def __init__(
        self, server: SheetsServer, sheets: Mapping[str, Sequence[Sequence[object]]]
    ) -> None:
        self.server = server
        self.key = create(server, sheets)  # type: ignore[arg-type]
        self.person = server.state(self.key)

    @property
    def workbook(self) -> Workbook:
        return GoogleWorkbook(
            f"gsheet:{self.key}", self.server.service_account(), sleep=lambda _: None
        )

    def state(self) -> object:
        """All of it, to compare."""
        return {title: self.person.typed(title) for title in self.person.titles}

    def type(self, title: str, row: int, column: int, what: object) -> None:
        shown = "" if what is None else {False: "ONWAAR", True: "WAAR"}.get(what, what)  # type: ignore[call-overload]
        self.person.type(place(title, row, column), str(shown))

    def insert(self, title: str, at: int, cells: Sequence[object]) -> None:
        self.person.insert_rows(title, at)
        for column, what in enumerate(cells, start=1):
            if what is not None:
                self.type(title, at, column, what)

    def delete(self, title: str, row: int) -> None:
        self.person.delete_rows(title, row)

    def shows(self, title: str, row: int, column: int) -> object:
        return value(self.person.see(place(title, row, column)))


class Stage:
    """The workbook of a story, its ledger, and the day it is; ``hand`` types where the workbook is
    no file.
    """

    def __init__(self, form: Story, folder: Path, hand: GoogleSheet | None = None) -> None:
        self.hand = hand or ExcelFile(folder, form.sheets)
        self.keeper = LedgerLocator(folder / "memory")
        self.today, self.nights = date.min, 0
        self.names: dict[str, object] = {}
        self.told: list[Problem] = []
        self.renames = form.file != "forms.md" or any(w == "hernoemd" for _, w, _ in form.steps)

    @property
    def workbook(self) -> Workbook:
        return self.hand.workbook

    def nacht(self, text: str) -> None:
        self.today = read_date(text)
        self.nights += 1
        now = datetime.combine(self.today, time(2, self.nights))
        report = run_sync([self.workbook], self.today, now, lang="nl", keeper=self.keeper)
        self.told = report.problems

    def verteld(self, text: str) -> None:
        """What the last night told of one thing: what it is, and why it matters."""
        assert any("; ".join(explain(one, "nl")[:2]) == text for one in self.told), self.told

    def stop(self, text: str) -> None:
        """The night stops and changes nothing; the sentence says this."""
        before = self.hand.state()
        try:
            self.nacht(f"{self.today:%d-%m-%Y}")
        except SafetyStop as stop:
            said = stop.sentence("nl")
            assert text in said, said
            assert self.hand.state() == before
        else:
            raise AssertionError("the night went on")

    def dan(self, text: str) -> None:
        reading = read(self.workbook, self.today, "nl", self.keeper)
        said = dict(each.strip().rsplit(" is ", 1) for each in text.split(";"))
        found = {reading.book.partners[v.partner].name: v.status for v in reading.verdicts}
        assert found == {name: STATUS[key(status)] for name, status in said.items()}, found
        known = self.known_names()
        assert self.renames or self.names.items() <= known.items(), "nobody took another's place"
        self.names = known

    def hernoemd(self, text: str) -> None:
        """Who bears another name now is the same partner as before."""
        with self.ledger() as ledger:
            events = [event for _, _, event in ledger.journal() if event.column == "name"]
        assert text in [event.old for event in events]

    def known_names(self) -> dict[str, object]:
        """The names of all partners that were ever known, by identity."""
        with self.ledger() as ledger:
            return {i: unpack(text).get("name") for i, text in ledger.records("partners").items()}

    def ledger(self) -> Ledger:
        return Ledger(next(iter(self.keeper.folder.glob("*.ledger"))), reads_only=True)

    def te_controleren(self, text: str) -> None:
        problems = read(self.workbook, self.today, "nl", self.keeper).problems
        found = [" ".join(filter(None, (p.code, p.sheet, p.cell))) for p in problems]
        assert sorted(found) == sorted([] if text == "niets" else text.split("; ")), found

    def momenten(self, text: str) -> None:
        assert len(read(self.workbook, self.today, "nl", self.keeper).book.moments) == int(text)

    def typ(self, text: str) -> None:
        where, _, what = text.partition("=")
        self.hand.type(*cell_named(where), value(what))

    def erbij(self, text: str) -> None:
        where, _, what = text.partition("=")
        title, at = where.rsplit(None, 1)
        self.hand.insert(title, int(at), row(what))

    def weg(self, text: str) -> None:
        title, at = text.rsplit(None, 1)
        self.hand.delete(title, int(at))

    def staat(self, text: str) -> None:
        where, _, what = text.partition("=")
        found = self.hand.shows(*cell_named(where))
        if what.strip().endswith("-…"):
            assert str(found).startswith(what.strip()[:-1])
        else:
            assert found == value(what)

    def gesprek(self, text: str) -> None:
        name, _, number = text.partition(" in rij ")
        entry = make_entry(with_=[name], day=self.today)
        now = datetime.combine(self.today, time(12))
        logged = log_moment([self.workbook], entry, self.keeper, self.today, now, "nl")
        assert logged.row == int(number)

    def antwoord(self, text: str) -> None:
        """Type an answer on To check, beside the line with this code: "was_it_held = ja"."""
        code, _, answer = text.partition("=")
        problems = read(self.workbook, self.today, "nl", self.keeper).problems
        lines = check_lines(problems, "nl")
        reference = next(one.reference for one in lines if one.first.code == code.strip())
        grid = next(grid for grid in self.workbook.read().grids if grid.ours == CHECK.key)
        number = next(
            number for number, line in numbered_rows_on(grid, CHECK)
            if line["reference"] == reference
        )  # fmt: skip
        column = [column.key for column in CHECK.columns].index("answer")
        self.hand.type(grid.title, number, column + 1, value(answer))

    def samen(self, text: str) -> None:
        """Two partners are one: "who stays < who is the same"."""
        self._merge(text, merge_partners)

    def apart(self, text: str) -> None:
        self._merge(text, part_partners)

    def _merge(self, text: str, change: Callable[..., object]) -> None:
        kept, _, gone = (part.strip() for part in text.partition("<"))
        book = read(self.workbook, self.today, "nl", self.keeper).book
        with Ledger(next(iter(self.keeper.folder.glob("*.ledger")))) as ledger:
            change(ledger, book, kept, gone)

    def play(self, story: Story) -> None:
        """All steps of a story; a wrong one is told with its line."""
        for number, word, text in story.steps:
            try:
                getattr(self, word.replace(" ", "_"))(text)
            except AssertionError as wrong:
                raise AssertionError(f"{story.file}:{number} {word}: {text}\n{wrong}") from wrong
