"""What a program or a disk did to a file or to a memory ends as a sentence, the same at every
door; a cell that cannot be read costs that cell.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from trustbook.cli.main import main
from trustbook.ledger.packed import pack_lines
from trustbook.ledger.row_parts import changing, sheets_kept

SHEET, TABLE = "xl/worksheets/sheet2.xml", "xl/tables/table1.xml"  # those of Partners
DIGITS = "9" * 400_000
CELL = '(<c r="B3"[^>]*>).*?</c>'
MERGE = '<mergeCells><mergeCell ref="nonsense"/></mergeCells>'
# (part, what stands there, what comes in its place): a write stops at each.
STOPS = {
    "a merge": (SHEET, "</sheetData>", f"</sheetData>{MERGE}"),
    "a table": (TABLE, ' ref="[^"]*"', ' ref="nonsense"'),
    "a total": (TABLE, " ref=", ' totalsRowCount="x" ref='),
    "an array": (SHEET, CELL, r'\1<f t="array" ref="nonsense">A1</f><v>1</v></c>'),
    "a long array": (SHEET, CELL, rf'\1<f t="array" ref="B3:B{DIGITS}">A1</f><v>1</v></c>'),
    "a format": ("xl/styles.xml", 'numFmtId="[0-9]+"', 'numFmtId="x"'),
}  # fmt: skip
# Somebody else's, and no hindrance: it goes back as it came.
CARRIED = {
    "the scope of a name": ("xl/workbook.xml", "<definedNames>",
                  '<definedNames><definedName name="mine" localSheetId="x">1</definedName>'),
    "a scope of digits": ("xl/workbook.xml", "<definedNames>",
                  f'<definedNames><definedName name="m" localSheetId="{DIGITS}">1</definedName>'),
    "a namespace that is no address": ("xl/styles.xml", "<fonts ",
                  '<fonts xmlns:q="mine" q:a="1" '),
}  # fmt: skip
# The whole workbook is refused at the door.
REFUSED = {
    "a number of a row": (SHEET, '<row r="3"', f'<row r="{DIGITS}"'),
}
# One cell is lost.
DEEP = "<is>" * 260 + "<t>x</t>" + "</is>" * 260
CELLS = {
    "260 deep": f'<c r="B3" t="inlineStr">{DEEP}</c>',
    "a text nobody has": '<c r="B3" t="s"><v>99999</v></c>',
    "a text below none": '<c r="B3" t="s"><v>-4</v></c>',
    "a text of digits": f'<c r="B3" t="s"><v>{DIGITS}</v></c>',
    "a number of digits": f'<c r="B3"><v>{DIGITS}</v></c>',
    "a format nobody has": '<c r="B3" s="99999"><v>45000</v></c>',
    "a format of digits": f'<c r="B3" s="{DIGITS}"><v>45000</v></c>',
}


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook that was synced, with three partners and one more typed since; and its memory."""
    folder = tmp_path_factory.mktemp("damaged")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRUSTBOOK_DATA", str(folder / "data"))
        assert main(["init", str(folder / "b.xlsx"), "--lang", "en", "--quiet"]) == 0
        _type(folder / "b.xlsx", "Police", "GGD", "Mosque")
        assert main(["sync", str(folder / "b.xlsx"), "--quiet"]) == 0
        _type(folder / "b.xlsx", "School")
    return folder


def _type(path: Path, *names: str) -> None:
    file = openpyxl.load_workbook(path)
    page = file["Partners"]
    column = next(number for number in range(1, 99) if page.cell(1, number).value == "Name")
    first = next(row for row in range(2, 99) if page.cell(row, column).value is None)
    for row, name in enumerate(names, first):
        page.cell(row, column).value = name
    file.save(path)


@pytest.fixture
def book(synced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of that workbook at its own place, with a memory of its own."""
    kept = (synced / "b.xlsx").read_bytes()
    shutil.copytree(synced / "data", tmp_path / "data")
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    yield synced / "b.xlsx"
    shutil.rmtree(synced / "b.xlsx.backups", ignore_errors=True)
    (synced / "b.xlsx").write_bytes(kept)


def change(path: Path, part: str, old: str, new: str) -> bytes:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    text = parts[part].decode()
    parts[part] = re.sub(old, new, text, count=1, flags=re.DOTALL).encode()
    assert parts[part].decode() != text
    return pack(path, parts)


def pack(path: Path, parts: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path.read_bytes()


@pytest.mark.parametrize("kind", STOPS)
def test_what_a_night_stops_at_check_and_doctor_say_too(
    book: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = change(book, *STOPS[kind])
    assert main(["sync", str(book), "--lang", "en"]) == 3
    [sentence] = capsys.readouterr().err.strip().split("\n")
    assert "damaged" in sentence and "Nothing was written" in sentence
    assert main(["check", str(book), "--lang", "en", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["stopped"]["what"] == sentence
    assert said["problems"][0]["code"] == "sync_stops"
    assert main(["doctor", str(book), "--lang", "en"]) == 3
    assert sentence in capsys.readouterr().out
    assert book.read_bytes() == damaged


@pytest.mark.parametrize("kind", CARRIED)
def test_what_is_not_ours_and_odd_is_carried_along(book: Path, kind: str) -> None:
    part, _, odd = CARRIED[kind]
    change(book, *CARRIED[kind])
    assert main(["check", str(book), "--quiet"]) == 0
    assert main(["sync", str(book), "--quiet"]) == 0
    with zipfile.ZipFile(book) as package:
        assert odd.removeprefix("<definedNames>") in package.read(part).decode()


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_is_one_sentence_everywhere(
    book: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = change(book, *REFUSED[kind])
    for command in ("sync", "check", "doctor"):
        assert main([command, str(book), "--lang", "en"]) == 3
        assert "b.xlsx is damaged" in "".join(capsys.readouterr())
    assert book.read_bytes() == damaged


@pytest.mark.parametrize("name", ["../../evil.txt", "xl/../../evil", "C:\\evil", "..\\evil"])
def test_a_package_that_leads_out_of_itself_is_refused(book: Path, name: str) -> None:
    with zipfile.ZipFile(book) as package:
        parts = {one: package.read(one) for one in package.namelist()}
    pack(book, {**parts, name: b"x"})
    assert main(["check", str(book), "--quiet"]) == 3
    assert main(["sync", str(book), "--quiet"]) == 3


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_that_cannot_be_read_costs_that_cell(
    book: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change(book, SHEET, '<c r="B3"[^>]*>.*?</c>', CELLS[kind])
    assert main(["check", str(book), "--json"]) == 0
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert ("error_cell", "B3") in [(one["code"], one["cell"]) for one in problems]
    assert main(["sync", str(book), "--quiet"]) == 0


def bad_base(db: sqlite3.Connection) -> None:
    for sheet in sheets_kept(db):
        with changing(db, sheet) as rows:
            rows.bases = {at: dict.fromkeys(base, "x") for at, base in rows.bases.items()}


def bad_record(db: sqlite3.Connection) -> None:
    for sheet in sheets_kept(db):
        with changing(db, sheet) as rows:
            rows.records = dict.fromkeys(rows.records, "[1]")


_ODD_PART = pack_lines({"ids": [], "runs": [], "archived": [], "bases": {}}, ["{}"]).hex()
MEMORY: dict[str, str | Callable[[sqlite3.Connection], None]] = {
    "a state": "UPDATE workbooks SET state = '{'",
    "a list for a state": f"UPDATE workbooks SET state = x'{pack_lines([]).hex()}'",
    "a part of a sheet": "UPDATE row_parts SET lines = x'78'",
    "a text for a part": "UPDATE row_parts SET lines = 'x'",
    "a base": bad_base,
    "a record": bad_record,
    "another number of lines": f"UPDATE row_parts SET lines = x'{_ODD_PART}'",
    "no row at all": f"UPDATE row_parts SET lines = x'{pack_lines([]).hex()}'",
    "the secret": "UPDATE meta SET value = 'zz' WHERE name = 'secret'",
    "a run": "UPDATE runs SET what = '', at = 'yesterday'",
}


@pytest.mark.parametrize("kind", MEMORY)
def test_a_memory_with_what_trustbook_never_wrote_is_named(
    book: Path, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    [memory] = (tmp_path / "data").glob("*.ledger")
    with sqlite3.connect(memory) as opened:
        spoil = MEMORY[kind]
        if callable(spoil):
            spoil(opened)
        else:
            opened.execute(spoil)
    opened.close()
    before = book.read_bytes()
    moved = book.with_name("moved.xlsx")
    shutil.copy(book, moved)
    assert main(["check", str(moved), "--lang", "en"]) in (0, 3)
    assert "did not foresee" not in "".join(capsys.readouterr())
    for command in ("sync", "check"):
        code = main([command, str(book), "--lang", "en"])
        said = "".join(capsys.readouterr())
        assert "did not foresee" not in said
        if command == "sync":
            assert code == 3 and str(memory) in said
    assert book.read_bytes() == before


@pytest.mark.parametrize("where", ["TRUSTBOOK_DATA", "HOME"])
def test_a_data_folder_that_is_a_file_is_a_sentence(
    book: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    where: str,
) -> None:
    (tmp_path / "file").write_bytes(b"theirs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRUSTBOOK_DATA")
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(where, str(tmp_path / "file"))
    before = book.read_bytes()
    codes = {
        command: main([*command.split(" "), "--lang", "en", "--quiet"])
        for command in (f"sync {book}", f"check {book}", f"history {book}", "demo")
    }
    said = capsys.readouterr().err
    assert "did not foresee" not in said and str(tmp_path / "file") in said
    assert list(codes.values()) == [4, 0, 2, 4]
    assert not Path("demo", "network.xlsx").exists()
    assert main(["guide", str(book), "--quiet"]) == 0
    assert book.read_bytes() == before
