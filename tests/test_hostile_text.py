"""Text that would drive a terminal, break a page or hide what it says goes nowhere as it is."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

import openpyxl
import pytest

from trustbook.cli.main import main
from trustbook.columns import TYPED, Column, Sheet
from trustbook.names import clean, fit_text, key
from trustbook.places import notes
from trustbook.privacy import withheld
from trustbook.snapshot import Cell

# As a file spells what XML cannot carry: escapes of a terminal, a bell, a NUL, half a character, no
# character; and as it is: C1, DEL, signs that turn the direction.
HOSTILE = "_x001B_[2J_x001B_]0;x_x0007_\u202e\u2066_xD83D__xFFFE__x009B_31m_x0000_\x7f\u2028_x000D_"
UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
CLEAN = {
    "name": "Police", "holder": "Anna", "partner": "Police", "with": "Police", "party": "police",
    "date": "2026-09-01", "phenomenon": "extremism", "relevant": "yes", "share_card": "yes",
    "members": "Police", "weather": "sunny", "tier": "core local", "phone": "06-1", "value": "Us",
}  # fmt: skip
COMMANDS = [
    "check", "health", "next", "coverage", "calllist", "calllist --offers", "card {} Police",
    "card {} Police2", "guide", "handover {} --holder Anna", "handover {} --holder Anna2",
    "drill", "aftercare", "aftercare {} --from 2026-08-30 --to 2026-09-02", "calibration",
    "restore",
    "prepare {} Police2", "person {} text2", "forget {} text2", "merge {} Police Police2",
    "retention", "agenda {} --with Police2", "digest {} -o letters", "history {} Police2",
    "history", "doctor", "adopt", "health --json", "check --json", "calllist --json",
    "overview {} --edition team --format html", "overview {} --edition team --format docx",
    "overview {} --edition team --format md", "overview {} --edition steering",
    "log {} --with Police --topic \x1b[2Jx", "log {} --with \x1b]0;x\x07", "card {} \u202ex",
    "health {} --status \x1b[31m", "\x1b[2J", "health --\x1b[2J", "health \x1b[2J.xlsx",
]  # fmt: skip


def typed(sheet: Sheet) -> list[Column]:
    return [column for column in sheet.columns if column.owner != "derived" and column.key != "id"]


def cells_of(columns: Sequence[Column], hostile: str) -> list[str]:
    texts = [f"{CLEAN.get(column.key, 'text')}2{hostile}" for column in columns]
    return ["Our name" if c.key == "setting" else t for c, t in zip(columns, texts, strict=True)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with a clean row and a hostile one in every sheet."""
    made = tmp_path_factory.mktemp("hostile")
    file = openpyxl.Workbook()
    file.remove(file.worksheets[0])
    for sheet in TYPED:
        page, columns = file.create_sheet(sheet.en), typed(sheet)
        page.append([column.en for column in columns])
        page.append([CLEAN.get(column.key) for column in columns])
        page.append(cells_of(columns, HOSTILE))
    file.save(made / "n.xlsx")
    return made


@pytest.fixture(scope="module")
def data(folder: Path) -> Iterator[Path]:
    place = folder.parent / f"{folder.name}-data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRUSTBOOK_DATA", str(place))
        patch.chdir(folder)
        yield place


def said(*arguments: str, encoding: str = "utf-8") -> tuple[int, str]:
    """The exit code, and all that was printed on a console of this encoding."""
    raw = BytesIO()
    console = TextIOWrapper(raw, encoding=encoding, newline="")
    with redirect_stdout(console), redirect_stderr(console):
        code = main([*arguments])
    console.flush()
    return code, raw.getvalue().decode(encoding)


def refuse_unfit(text: str) -> None:
    text = text.replace("\r\n", "\n") if sys.platform == "win32" else text
    assert not {hex(ord(sign)) for sign in UNFIT.findall(text)}
    assert "niet voorzag" not in text and "did not foresee" not in text


def test_each_hostile_cell_is_told_once_and_the_night_goes_on(folder: Path, data: Path) -> None:
    before = openpyxl.load_workbook(folder / "n.xlsx")
    code, told = said("sync", "n.xlsx")
    refuse_unfit(told)
    assert code == 0
    problems = json.loads(said("check", "n.xlsx", "--json")[1])["problems"]
    cells = [(one["sheet"], one["column"]) for one in problems if one["code"] == "odd_signs"]
    wanted = [(sheet.en, c.en) for sheet in TYPED for c in typed(sheet) if c.key != "setting"]
    assert sorted(cells) == sorted(wanted)
    after = openpyxl.load_workbook(folder / "n.xlsx")
    for sheet in TYPED:
        heads = [cell.value for cell in after[sheet.en][1]]
        for number, column in enumerate(typed(sheet), 1):
            stays = before[sheet.en].cell(3, number).value
            assert after[sheet.en].cell(3, heads.index(column.en) + 1).value == stays


@pytest.mark.parametrize("command", COMMANDS, ids=ascii)
def test_no_command_lets_it_out(folder: Path, data: Path, command: str) -> None:
    first, *rest = command.replace("{}", "n.xlsx").split(" ")
    with_book = [first, "n.xlsx", *rest] if "{}" not in command and first.isalpha() else None
    arguments = with_book if with_book and "\x1b" not in command else [first, *rest]
    code, told = said(*arguments, "--today", "2026-10-05")
    refuse_unfit(told)
    assert code in (0, 2)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_old_consoles_survive_it(folder: Path, data: Path, encoding: str) -> None:
    for command in ("check", "health"):
        code, told = said(command, "n.xlsx", encoding=encoding)
        refuse_unfit(told)
        assert code == 0


def test_no_file_holds_it(folder: Path, data: Path) -> None:
    for edition in ("--format", "html"), ("--format", "docx"), ("--format", "md"):
        said("overview", "n.xlsx", "--edition", "team", "--today", "2026-10-05", *edition)
    said("card", "n.xlsx", "Police2")
    for path in folder.glob("*.*"):
        refuse_unfit(path.name)
        if path.suffix in (".html", ".md"):
            refuse_unfit(path.read_text(encoding="utf-8"))
    [word] = folder.glob("*.docx")
    with zipfile.ZipFile(word) as package:
        refuse_unfit(package.read("word/document.xml").decode())
    said("log", "n.xlsx", "--with", "Police", "--topic", "coffee\x1b[2J\u202e")
    ours = openpyxl.load_workbook(folder / "n.xlsx")
    for title in set(ours.sheetnames) - {sheet.en for sheet in TYPED}:
        for row in ours[title].iter_rows(values_only=True):
            told = " ".join(str(value) for value in row if value is not None)
            refuse_unfit(told)
            assert "_x001B_" not in told and "_xD83D_" not in told
    assert any(cell.value == "coffee[2J" for row in ours["Moments"].iter_rows() for cell in row)


FILES = {
    "all.json": "export {} all", "m.json": "export {} moments",
    "partners.csv": "export {} partners", "m.csv": "export {} moments", "due.ics": "export {} due",
    "c.vcf": "export {} calllist", "before.html": "prepare {} Police2", "g.html": "guide {}",
    "person.html": "person {} text2",
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_no_export_and_no_page_holds_it(folder: Path, data: Path, name: str) -> None:
    words = FILES[name].replace("{}", "n.xlsx").split(" ")
    code, told = said(*words, "-o", name, "--today", "2026-10-05")
    refuse_unfit(told)
    assert code in (0, 2) and (folder / name).exists() is (code == 0), told
    if code == 0:
        refuse_unfit((folder / name).read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))


def test_names_of_files_and_settings_are_text_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # A failed night is told by every later command: these are not for the tests beside them.
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    settings = '[book."a\\u001b[2J"]\nworkbooks = ["b\\u001b[31m\\u202e.xlsx"]\n'
    (tmp_path / "trustbook.toml").write_text(settings)
    for command in (["health"], ["sync"], ["doctor"], ["health", "zzz"], ["sync", "a\x1b[2J"]):
        code, told = said(*command)
        refuse_unfit(told)
        assert code == 2


def test_a_note_holds_none_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    notes.put_note(tmp_path / "n.xlsx", "trustbook stopped \x1b[2J\ud83d\n", "en")
    text = notes.note_beside(tmp_path / "n.xlsx", "en").read_text(encoding="utf-8-sig")
    assert text == "trustbook stopped [2J\n"


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        ("a\x1b[2Jb", "a[2Jb"),
        ("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne"),
        ("\u202eabc\u202c \u2066x\u2069", "abc x"),
        ("\ud83da\udc00\ufffe", "a"),
        ("a\tb\u00a0c \U0001f600 \u0645\u200f", "a\tb\u00a0c \U0001f600 \u0645\u200f"),
    ],
)
def test_what_fits_stays(text: str, fit: str) -> None:
    assert fit_text(text) == fit
    assert fit_text(fit) == fit
    assert Cell(text).value == fit


def test_a_sign_within_a_name_or_a_number_hides_nothing() -> None:
    assert key("Pol\x00ice\u202e") == key("police")
    assert clean("Noord\x0bwest") == "Noord west"
    assert withheld("bel 111\x00222\x1b333") == withheld("bel 111222333") == "bsn"
