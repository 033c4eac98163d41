"""A header or a tab that was renamed, emptied or deleted never changes a verdict in silence."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

import trustbook
from tests.kept_folder import KeptFolder
from tests.nights import Nights, copied
from tests.reading import read
from trustbook.cli.main import main
from trustbook.columns import DECIDING, TYPED, Sheet
from trustbook.snapshot import CellValue

TODAY = "2026-11-26"
Edit = Callable[[openpyxl.Workbook, str, str], object]


# A network in which every column that decides holds something.
SHEETS: dict[str, list[list[CellValue]]] = {
    "Partners": [
        ["ID", "Naam", "Laag", "Gebied", "Ritme", "Relatiehouder", "Sinds", "Rust tot",
         "Uitstellen tot", "Gestopt op", "Status", "Waarom"],
        [None, "Moskee El Noor", "kern lokaal", "Noord", "maand", "Anne", date(2025, 1, 1)],
        [None, "VV Zandloo", "breed lokaal", "Zuid", 120, "Bart", date(2025, 2, 1)],
        [None, "De Brug", None, "Zuid", 60, "Bart", None, date(2027, 1, 1), date(2026, 12, 24)],
        [None, "Het Anker", None, "Noord", None, "Anne", None, None, None, date(2026, 9, 1)],
        [None, "De Linde", "breed lokaal", None, None, "Anne", date(2026, 1, 1)],
    ],
    "Personen": [
        ["ID", "Naam", "Partner", "Functie", "Vanaf", "Tot"],
        [None, "Y. Amrani", "Moskee El Noor", "voorzitter", date(2025, 1, 1), None],
        [None, "H. Jansen", "VV Zandloo", "secretaris", None, date(2026, 10, 1)],
    ],
    "Contactmomenten": [
        ["ID", "Datum", "Met", "Ook aanwezig", "Vorm", "Weer", "Initiatief", "Stand", "Onderwerp",
         "Afspraak", "Afspraak door", "Afspraak voor", "Afspraak nagekomen op", "Bereikt"],
        [None, date(2026, 11, 5), "Moskee El Noor", None, "telefoon", "crisis", "zij"],
        [None, date(2026, 11, 6), "VV Zandloo", "De Linde", "bezoek", "zonnig", "wij", "vervallen"],
        [None, date(2026, 11, 7), "De Brug", None, "bezoek", None, "wij", "poging", None],
        [None, date(2026, 10, 1), "Werkgroep", None, None, None, "wij", None, "sleutel",
         "sleutel brengen", "wij", date(2026, 11, 1), None],
        [None, date(2026, 9, 1), "H. Jansen", "De Brug", None, None, "samen", None, "draaiboek",
         "draaiboek", "zij", date(2026, 10, 1), date(2026, 9, 20)],
        [None, date(2026, 11, 8), "De Linde", None, "oefening", None, None, None, None, None, None,
         None, None, "niet"],
    ],
    "Overleggen": [["Naam", "Leden"], ["Werkgroep", "VV Zandloo; De Linde"]],
    "Instellingen": [
        ["Instelling", "Waarde"],
        ["Ritme breed lokaal (dagen)", 20],
        ["Crisisperiode", "1-9-2026..2-9-2026"],
    ],
}  # fmt: skip


def make(path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in SHEETS.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> KeptFolder:
    """A folder with a workbook that was synced, and its memory."""
    folder = tmp_path_factory.mktemp("synced")
    make(folder / "n.xlsx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRUSTBOOK_DATA", str(folder / "data"))
        assert main(["sync", str(folder / "n.xlsx"), "--quiet", "--today", TODAY]) == 0
    return KeptFolder(folder)


@pytest.fixture
def folder(kept: KeptFolder, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = kept.put_back()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(folder / "data"))
    return folder


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([*arguments, "--today", TODAY])
    said = capsys.readouterr()
    return code, said.out, said.err


def verdicts(capsys: pytest.CaptureFixture[str]) -> list[tuple[object, ...]]:
    told = json.loads(ask(capsys, "health", "n.xlsx", "--json")[1])
    names = ("name", "status", "last_sunny", "rhythm_days", "due")
    return sorted(
        (*(str(one[name]) for name in names), [hint["code"] for hint in one["hints"]])
        for one in told["partners"]
    )


def cell_of(sheet: Worksheet, header: str) -> int:
    return next(c.column for c in sheet[1] if c.value == header)


def renamed(book: openpyxl.Workbook, title: str, header: str) -> None:
    sheet = book[title]
    sheet.cell(1, cell_of(sheet, header)).value = "Heel iets anders"


def emptied(book: openpyxl.Workbook, title: str, header: str) -> None:
    sheet = book[title]
    sheet.cell(1, cell_of(sheet, header)).value = None


def deleted(book: openpyxl.Workbook, title: str, header: str) -> None:
    sheet = book[title]
    sheet.delete_cols(cell_of(sheet, header))


def hidden(book: openpyxl.Workbook, title: str, header: str) -> None:
    sheet = book[title]
    letter = get_column_letter(cell_of(sheet, header))
    sheet.column_dimensions[letter].hidden = True


def moved(book: openpyxl.Workbook, title: str, header: str) -> None:
    sheet = book[title]
    at = cell_of(sheet, header)
    values = [sheet.cell(row, at).value for row in range(1, sheet.max_row + 1)]
    sheet.delete_cols(at)
    sheet.insert_cols(2)
    for row, value in enumerate(values, 1):
        sheet.cell(row, 2).value = value


def translated(book: openpyxl.Workbook, title: str, header: str) -> None:
    sheet = book[title]
    found = next(one for one in TYPED if one.nl == title)
    column = next(c for c in found.columns if c.nl == header)
    sheet.cell(1, cell_of(sheet, header)).value = column.en


EDITS: tuple[Edit, ...] = (renamed, emptied, deleted)
OF_FORM: tuple[Edit, ...] = (hidden, moved, translated)
COLUMNS = [
    (sheet, column)
    for sheet in TYPED
    for column in sheet.columns
    if column.key in DECIDING.get(sheet.key, ()) and (sheet.key, column.key) != ("settings", "note")
]


def edit(path: Path, how: Edit, title: str, header: str) -> None:
    book = openpyxl.load_workbook(path)
    how(book, title, header)
    book.save(path)


@pytest.mark.parametrize("how", EDITS)
@pytest.mark.parametrize(("sheet", "column"), COLUMNS, ids=lambda one: getattr(one, "key", None))
def test_no_column_that_decides_vanishes_in_silence(
    folder: Path, capsys: pytest.CaptureFixture[str], how: Edit, sheet: Sheet, column: object
) -> None:
    header = getattr(column, "nl", "")
    before = verdicts(capsys)
    edit(folder / "n.xlsx", how, sheet.nl, header)
    stood = (folder / "n.xlsx").read_bytes()
    code, _, err = ask(capsys, "sync", "n.xlsx")
    assert verdicts(capsys) == before
    assert code == 3, err
    assert (folder / "n.xlsx").read_bytes() == stood
    assert f"“{header}”" in err and "--accept" in err
    assert ("--rename" in err) == (how is renamed)


@pytest.mark.parametrize("how", OF_FORM)
def test_columns_hidden_moved_or_translated_change_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, how: Edit
) -> None:
    # A day in the past would be judged by what was known then, whatever became of the columns.
    monkeypatch.setattr(
        "tests.test_gone_columns.TODAY", datetime.now().astimezone().date().isoformat()
    )
    before = verdicts(capsys)
    for sheet, column in COLUMNS:
        edit(folder / "n.xlsx", how, sheet.nl, column.nl)
    assert ask(capsys, "sync", "n.xlsx")[0] == 0
    assert verdicts(capsys) == before


def commands_in(err: str) -> list[list[str]]:
    """The commands that a stop says to type, without the program's name."""
    typed = err.replace("\n", " ").split("typ dan: ")[1:]
    return [shlex.split(part.split(" Was het")[0])[1:] for part in typed]


@pytest.mark.parametrize(
    ("title", "header", "new"),
    [
        ("Contactmomenten", "Weer", "Zon of crisis"),
        ("Contactmomenten", "Stand", "Gelukt?"),
        ("Partners", "Ritme", "Afgesproken"),
        ("Instellingen", "Waarde", "Wat"),
    ],
)
def test_both_ways_on_work_as_printed(
    folder: Path, capsys: pytest.CaptureFixture[str], title: str, header: str, new: str
) -> None:
    before = verdicts(capsys)

    def call_it(book: openpyxl.Workbook, title: str, header: str) -> None:
        book[title].cell(1, cell_of(book[title], header)).value = new

    edit(folder / "n.xlsx", call_it, title, header)
    saved = (folder / "n.xlsx").read_bytes()
    rename, accept = commands_in(ask(capsys, "sync", "n.xlsx")[2])
    assert f"{header}={new}" in rename
    assert ask(capsys, *rename)[0] == 0
    assert verdicts(capsys) == before
    assert ask(capsys, "sync", "n.xlsx")[0] == 0, "it is remembered"
    assert verdicts(capsys) == before
    (folder / "n.xlsx").write_bytes(saved)
    assert "--accept" in accept


def test_what_was_given_up_is_gone_from_the_verdicts_and_kept_in_history(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder / "n.xlsx", deleted, "Partners", "Rust tot")
    (accept,) = commands_in(ask(capsys, "sync", "n.xlsx")[2])
    wrong = [*accept[:-1], "7"]
    assert ask(capsys, *wrong)[0] == 3, "another number than was found lets nothing through"
    assert ask(capsys, *accept)[0] == 0
    assert {name: status for name, status, *_ in verdicts(capsys)}["De Brug"] != "paused"
    assert ask(capsys, "sync", "n.xlsx")[0] == 0
    found = trustbook.open_book("n.xlsx").partners
    (brug,) = [partner.id for partner in found if partner.name == "De Brug"]
    assert "01-01-2027" in ask(capsys, "history", "n.xlsx", str(brug))[1]


def test_a_sheet_with_another_name_goes_on_with_one_command(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = verdicts(capsys)
    book = openpyxl.load_workbook(folder / "n.xlsx")
    book["Contactmomenten"].title = "Wie spraken we"
    book.save(folder / "n.xlsx")
    code, _, err = ask(capsys, "sync", "n.xlsx")
    assert code == 3
    rename, accept = commands_in(err)
    assert "Contactmomenten=Wie spraken we" in rename and "6" in accept
    assert ask(capsys, "overview", "n.xlsx", "-o", "o.html")[0] == 3
    assert ask(capsys, *rename)[0] == 0
    assert ask(capsys, "log", "n.xlsx", "--with", "De Linde")[0] == 0
    assert ask(capsys, "sync", "n.xlsx")[0] == 0
    shown = openpyxl.load_workbook(folder / "n.xlsx")["Wie spraken we"]
    assert [row[2].value for row in shown.iter_rows(min_row=2)].count("De Linde") == 2
    now = verdicts(capsys)
    assert [one for one in now if one[0] != "De Linde"] == [
        one for one in before if one[0] != "De Linde"
    ]


def test_another_column_gets_a_line_and_its_values_wait(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder / "n.xlsx", renamed, "Partners", "Gebied")
    for _ in range(2):
        assert ask(capsys, "sync", "n.xlsx")[0] == 0
        told = json.loads(ask(capsys, "check", "n.xlsx", "--json")[1])["problems"]
        (line,) = [one for one in told if one["code"] == "column_renamed"]
        assert line["column"] == "Gebied" and "4 waarden" in line["what"]
        assert "“Heel iets anders”" in line["what"]
        areas = {partner.area for partner in trustbook.open_book("n.xlsx").partners}
        assert areas == {"Noord", "Zuid", None}
    edit(
        folder / "n.xlsx",
        lambda book, *_: book["Partners"].__setitem__("D1", "Gebied"),
        "Partners",
        "Gebied",
    )
    assert ask(capsys, "sync", "n.xlsx")[0] == 0
    told = json.loads(ask(capsys, "check", "n.xlsx", "--json")[1])["problems"]
    assert not [one for one in told if one["code"] == "column_renamed"]


def test_the_remedy_of_a_column_that_waits_works_as_printed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder / "n.xlsx", renamed, "Partners", "Gebied")
    told = json.loads(ask(capsys, "check", "n.xlsx", "--json")[1])["problems"]
    (fix,) = [one["fix"] for one in told if one["code"] == "column_renamed"]
    command = shlex.split(fix.partition("typ: ")[2])
    assert ask(capsys, *command[1:])[0] == 0
    told = json.loads(ask(capsys, "check", "n.xlsx", "--json")[1])["problems"]
    assert not [one for one in told if one["code"].startswith("column_")]


def test_the_remedy_of_a_partner_that_is_gone_works_as_printed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.load_workbook(folder / "n.xlsx")
    book["Partners"].append([None, "Moskee El Noor Zandloo", "kern lokaal"])
    book["Contactmomenten"].append([None, date(2026, 11, 20), "Moskee El Noor"])
    book.save(folder / "n.xlsx")
    assert ask(capsys, "sync", "n.xlsx")[0] == 0
    book = openpyxl.load_workbook(folder / "n.xlsx")
    book["Partners"].delete_rows(2)
    book.save(folder / "n.xlsx")
    assert ask(capsys, "sync", "n.xlsx")[0] == 0
    told = json.loads(ask(capsys, "check", "n.xlsx", "--json")[1])["problems"]
    (fix,) = [one["fix"] for one in told if one["code"] == "meant_gone_like"]
    command = shlex.split(fix.partition("Typ dan: ")[2])
    assert ask(capsys, *command[1:])[0] == 0
    assert ("Moskee El Noor Zandloo", "warm") in [one[:2] for one in verdicts(capsys)]


def test_a_renaming_that_fits_nothing_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for typed in ("Weer=Bestaat niet", "Weer", "=x"):
        code, _, err = ask(capsys, "sync", "n.xlsx", "--rename", typed)
        assert code == 2 and typed.split("=")[-1] in err


def test_a_column_that_was_away_comes_back_without_a_conflict(tmp_path: Path) -> None:
    nights = Nights(tmp_path, 6)
    nights.books.append(copied(nights.book, "other"))
    nights.night()
    away = [row[3] for row in nights.sheet("Partners")]
    for row in nights.sheet("Partners"):
        row[3] = None
    told = nights.night().problems
    assert [one.column for one in told if one.code == "column_away"] == ["Area"]
    nights.rows(book=1)[2][3] = "moved"
    nights.night()
    for row, value in zip(nights.sheet("Partners"), away, strict=True):
        row[3] = value
    report = nights.night()
    assert not report.conflicts
    assert [row[3] for row in nights.rows()] == [row[3] for row in nights.rows(book=1)]
    assert nights.rows()[2][3] == "moved"


@pytest.mark.parametrize(
    ("title", "header", "new"),
    [
        ("Partners", "Naam", "Organisatie"),
        ("Contactmomenten", "Datum", "Wanneer was het"),
        ("Personen", "Partner", "Werkt bij"),
        ("Partners", None, "Onze netwerkpartners"),
    ],
)
def test_what_must_be_there_goes_on_under_its_new_name(
    folder: Path, capsys: pytest.CaptureFixture[str], title: str, header: str | None, new: str
) -> None:
    before = verdicts(capsys)
    book = openpyxl.load_workbook(folder / "n.xlsx")
    if header is None:
        book[title].title = new
    else:
        book[title].cell(1, cell_of(book[title], header)).value = new
    book.save(folder / "n.xlsx")
    code, _, err = ask(capsys, "sync", "n.xlsx")
    assert code == 3 and verdicts(capsys) == before
    (rename,) = commands_in(err)
    assert f"{header or title}={new}" in rename
    assert ask(capsys, *rename)[0] == 0
    assert verdicts(capsys) == before
    assert ask(capsys, "sync", "n.xlsx")[0] == 0


@pytest.mark.parametrize(
    ("title", "one", "other"),
    [("Partners", "Rust tot", "Gestopt op"), ("Contactmomenten", "Weer", "Stand")],
)
def test_two_headers_that_changed_places_stop_also_in_a_small_book(
    folder: Path, capsys: pytest.CaptureFixture[str], title: str, one: str, other: str
) -> None:
    before = verdicts(capsys)
    book = openpyxl.load_workbook(folder / "n.xlsx")
    sheet = book[title]
    places = cell_of(sheet, one), cell_of(sheet, other)
    sheet.cell(1, places[0]).value, sheet.cell(1, places[1]).value = other, one
    book.save(folder / "n.xlsx")
    code, _, err = ask(capsys, "sync", "n.xlsx")
    assert code == 3 and f"“{one}”" in err and f"“{other}”" in err
    assert verdicts(capsys) == before
    (meant,) = [shlex.split(part) for part in err.partition("typ dan: ")[2].splitlines()[:1]]
    assert ask(capsys, *meant[1:])[0] == 0


@pytest.mark.parametrize("header", ["Sun or storm", None])
def test_what_is_typed_below_a_header_that_is_gone_is_told_cell_by_cell(
    tmp_path: Path, header: str | None
) -> None:
    nights = Nights(tmp_path, 4)
    states = ["State", "held", "held", None, "attempt"]
    for row, state in zip(nights.sheet("Moments"), states, strict=True):
        row[3] = state
    nights.books.append(copied(nights.book, "other"))
    nights.night()
    assert not [one for one in nights.night().problems if one.code.startswith("typed_below")]
    there = nights.sheet("Moments", 1)
    there[0][3] = header
    there[2][3] = "cancelled"
    there.append([None, date(2026, 9, 29), "Partner 03", "attempt", "new"])
    for _ in range(2):
        told = [one for one in nights.night().problems if one.code == "typed_below_gone"]
        assert [(one.cell, one.column, one.severity) for one in told] == [
            ("D3", "State", "error"), ("D6", "State", "error"),
        ]  # fmt: skip
        assert all(one.workbook == "other" for one in told)
    nights.sheet("Moments", 1)[0][3] = "State"
    assert not [one for one in nights.night().problems if "gone" in one.code]
    assert [row[3] for row in nights.rows("Moments")] == [
        "held", "cancelled", None, "attempt", "attempt",
    ]  # fmt: skip


@pytest.mark.parametrize("header", ["Something else", None])
def test_periods_go_on_counting_where_one_workbook_lost_the_column_value(
    tmp_path: Path, header: str | None
) -> None:
    """Rows that are known by their value too are not taken for rows that somebody deleted."""
    nights = Nights(tmp_path, 4)
    periods = ["20-09-2026..10-10-2026", "1-3-2026..2-3-2026"]
    settings = [["Setting", "Value"], *(["Crisis period", one] for one in periods)]
    nights.book.sheets["Settings"] = [[*row] for row in settings]
    nights.books.append(copied(nights.book, "other"))
    nights.night()

    def statuses() -> list[str]:
        nights.night()
        reading = read(nights.books, date(2026, 9, 30), "en", nights.keeper)
        return [one.status for one in reading.verdicts]

    before = statuses()
    assert "crisis_only" in before
    nights.sheet("Settings", 1)[0][1] = header
    assert statuses() == before
    assert [row[1] for row in nights.rows("Settings")] == periods
    nights.sheet("Settings", 1)[0][1] = "Value"
    assert statuses() == before
    assert [row[1] for row in nights.rows("Settings", 1)] == periods
