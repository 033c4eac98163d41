"""What people's sheets look like (scenarios/forms.md), as real files, night after night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.reading import read
from trustbook.columns import STATUSES
from trustbook.dates import read_date
from trustbook.errors import SafetyStop
from trustbook.ledger import Ledger
from trustbook.ledger.locate import LedgerLocator
from trustbook.merge.cell_codec import unpack
from trustbook.names import key
from trustbook.reading import lists
from trustbook.run.log import log_moment, make_entry
from trustbook.run.sync import run_sync
from trustbook.workbooks.excel import ExcelWorkbook

STORY = Path(__file__).parent / "scenarios" / "forms.md"
STATUS = {key(choice.nl): choice.key for choice in STATUSES}
BOXES: dict[str, object] = {"☐": False, "☑": True}


@dataclass
class Form:
    """A story: its sheets (title to rows), and what happens and must hold, with its line."""

    title: str
    sheets: dict[str, list[list[object]]] = field(default_factory=dict)
    steps: list[tuple[int, str, str]] = field(default_factory=list)


def value(text: str) -> object:
    text = text.strip()
    return BOXES.get(text, int(text) if text.isdecimal() else text or None)


def row(text: str) -> list[object]:
    return [] if text.strip() == "(leeg)" else [value(cell) for cell in text.split("|")]


def forms() -> Iterator[Form]:
    lines = enumerate(STORY.read_text(encoding="utf-8").splitlines(), start=1)
    form: Form | None = None
    for number, line in lines:
        if line.startswith("## "):
            if form:
                yield form
            form = Form(line[3:])
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


class Stage:
    """The file of a story, its ledger, and the day it is."""

    def __init__(self, form: Form, folder: Path) -> None:
        self.path, self.keeper = folder / "netwerk.xlsx", LedgerLocator(folder / "memory")
        self.today, self.nights = date.min, 0
        self.names: dict[str, object] = {}
        self.renames = any(word == "hernoemd" for _, word, _ in form.steps)
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in form.sheets.items():
            sheet = book.create_sheet(title)
            for at, cells in enumerate(rows, start=1):
                for column, cell in enumerate(cells, start=1):
                    sheet.cell(at, column).value = cell
        book.save(self.path)

    @property
    def workbook(self) -> ExcelWorkbook:
        return ExcelWorkbook(self.path)

    def edit(self, text: str, change: Callable[[Worksheet, str, str], object]) -> None:
        """Change the file as a person does: "sheet place = what"."""
        where, _, what = text.partition("=")
        title, place = where.rsplit(None, 1)
        book = openpyxl.load_workbook(self.path)
        change(book[title], place, what)
        book.save(self.path)

    def nacht(self, text: str) -> None:
        self.today = read_date(text)
        self.nights += 1
        now = datetime.combine(self.today, time(2, self.nights))
        report = run_sync([self.workbook], self.today, now, lang="nl", keeper=self.keeper)
        assert not report.dry_run

    def dan(self, text: str) -> None:
        reading = read(self.workbook, self.today, "nl", self.keeper)
        said = dict(each.strip().rsplit(" is ", 1) for each in text.split(";"))
        found = {reading.book.partners[v.partner].name: v.status for v in reading.verdicts}
        assert found == {name: STATUS[key(status)] for name, status in said.items()}
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
        assert sorted(found) == sorted([] if text == "niets" else text.split("; "))

    def momenten(self, text: str) -> None:
        assert len(read(self.workbook, self.today, "nl", self.keeper).book.moments) == int(text)

    def typ(self, text: str) -> None:
        self.edit(text, lambda sheet, cell, what: sheet[cell].__setattr__("value", value(what)))

    def erbij(self, text: str) -> None:
        def insert(sheet: Worksheet, place: str, what: str) -> None:
            sheet.insert_rows(int(place))
            for column, cell in enumerate(row(what), start=1):
                sheet.cell(int(place), column).value = cell  # type: ignore[assignment]

        self.edit(text, insert)

    def weg(self, text: str) -> None:
        self.edit(text, lambda sheet, place, what: sheet.delete_rows(int(place)))

    def staat(self, text: str) -> None:
        where, _, what = text.partition("=")
        title, cell = where.rsplit(None, 1)
        found = openpyxl.load_workbook(self.path)[title][cell].value
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


ALL = list(forms())


@pytest.mark.parametrize("form", ALL, ids=[form.title for form in ALL])
def test_form(form: Form, tmp_path: Path) -> None:
    stage = Stage(form, tmp_path)
    for number, word, text in form.steps:
        try:
            getattr(stage, word.replace(" ", "_"))(text)
        except AssertionError as wrong:
            raise AssertionError(f"{STORY.name}:{number} {word}: {text}\n{wrong}") from wrong


OWN_NUMBERS = """
ID | Naam | Ritme
1 | Aurora Club | 30
2 | Beacon House | 30
3 | Cedar School | 30
"""


def own_numbers() -> Form:
    return Form("", {"Partners": [row(line) for line in OWN_NUMBERS.strip().splitlines()]})


def test_own_numbers_that_served_as_ids_before_keep_their_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(own_numbers(), tmp_path)
    with monkeypatch.context() as before:  # the version before read them as IDs
        before.setattr(lists, "are_own_ids", lambda _: False)
        stage.nacht("29-09-2026")
    with stage.ledger() as ledger:
        assert sorted(ledger.records("partners")) == ["1", "2", "3"]
    stage.erbij("Partners 2 = 1 | Azuur Huis | 30")
    for cell, number in (("A3", 2), ("A4", 3), ("A5", 4)):
        stage.typ(f"Partners {cell} = {number}")
    stage.nacht("30-09-2026")
    known = stage.known_names()
    names = [known[number] for number in ("1", "2", "3")]
    assert names == ["Aurora Club", "Beacon House", "Cedar School"]
    assert len(known) == 4
    with stage.ledger() as ledger:
        assert not ledger.archived("partners")
    stage.dan("Azuur Huis is nieuw; Aurora Club is nieuw; Beacon House is nieuw; "
              "Cedar School is nieuw")  # fmt: skip
    for cell, number in (("A2", 1), ("A3", 2), ("A4", 3), ("A5", 4)):
        stage.staat(f"Partners {cell} = {number}")


def test_ids_of_ours_with_numbers_put_over_them_stop_the_night(tmp_path: Path) -> None:
    form = own_numbers()
    form.sheets["Partners"] = [[*([None] if at else ["ID"]), *cells[1:]]
                               for at, cells in enumerate(form.sheets["Partners"])]  # fmt: skip
    stage = Stage(form, tmp_path)
    stage.nacht("29-09-2026")
    for at in (2, 3, 4):
        stage.typ(f"Partners A{at} = {at - 1}")
    with pytest.raises(SafetyStop) as stop:
        stage.nacht("30-09-2026")
    assert "ander ID dan eerst" in stop.value.sentence("nl")
    for at in (2, 3, 4):
        stage.typ(f"Partners A{at} =")
    stage.nacht("30-09-2026")
    assert len(stage.known_names()) == 3, "what the sentence tells to do works"
