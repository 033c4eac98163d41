"""What a stop says: the command as it must be typed, in the language of the book, and in a note
beside the workbook.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.nights import TODAY, Nights
from trustbook.cli.main import main
from trustbook.errors import SafetyStop
from trustbook.ledger.locate import LedgerLocator
from trustbook.merge.allowances import Allowances, command, shell_quoted
from trustbook.run.sync import run_sync
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.template import new_workbook

Say = Callable[..., tuple[int, str]]

NOTES = {"en": "network - STOPPED, read me.txt", "nl": "network - GESTOPT, lees mij.txt"}


def _notes(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.txt"))


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Type a command in a folder of its own: its exit code and what it said on stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "memory"))

    def type_(*words: str) -> tuple[int, str]:
        code = main([*words])
        return code, capsys.readouterr().err.strip()

    return type_


def filled(path: Path, partners: int = 12, lang: str = "en") -> None:
    new_workbook(path, lang)
    book = openpyxl.load_workbook(path)
    for i in range(partners):
        book["Partners"].cell(2 + i, 2, f"Partner {i}")
        book["Partners"].cell(2 + i, 9, "Anna")
    book.save(path)


def emptied(path: Path, *cells: tuple[int, int]) -> None:
    """Clear the rows (row, 0) or cells (row, column) of Partners, and save."""
    book = openpyxl.load_workbook(path)
    sheet = book["Partners"]
    for row, column in cells:
        for at in [column] if column else range(1, sheet.max_column + 1):
            sheet.cell(row, at).value = None
    book.save(path)


ROWS = tuple((row, 0) for row in range(2, 9))
HOLDERS = tuple((row, 9) for row in range(2, 14))


def typed(sentence: str) -> list[str]:
    """The words of the command in a sentence, as a shell takes them apart."""
    found = re.search(r"(?:type|typ dan): trustbook (.*)$", sentence, re.MULTILINE)
    assert found, sentence
    return shlex.split(found[1])


@pytest.mark.parametrize("name", ["network.xlsx", "Ons netwerk 2026.xlsx", "sub map/it's $5.xlsx"])
def test_the_command_works_as_it_stands_there(say: Say, name: str) -> None:
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    filled(path)
    assert say("sync", name)[0] == 0
    emptied(path, *ROWS)
    code, sentence = say("sync", name)
    assert code == 3
    assert typed(sentence)[:2] == ["sync", name]
    assert say(*typed(sentence))[0] == 0


def test_the_command_names_the_book_of_the_settings(say: Say, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        filled(tmp_path / name)
    settings = tmp_path / "my settings.toml"
    settings.write_text('[book.delft]\nworkbooks = ["a.xlsx", "b.xlsx"]\n', encoding="utf-8")
    chosen = ("--config", str(settings))
    assert say("sync", "delft", *chosen)[0] == 0
    emptied(tmp_path / "a.xlsx", *ROWS)
    _, sentence = say("sync", "delft", *chosen)
    assert typed(sentence) == ["sync", "delft", *chosen, "--allow-deletes", "7"]
    _, sentence = say("sync", *chosen)
    assert typed(sentence) == ["sync", "delft", *chosen, "--allow-deletes", "7"]
    assert say(*typed(sentence))[0] == 0


def test_one_command_answers_all_that_was_found(say: Say, tmp_path: Path) -> None:
    path = tmp_path / "network.xlsx"
    filled(path, 40)
    say("sync", "network.xlsx")
    emptied(path, *ROWS, *((row, 9) for row in range(9, 42)))
    _, sentence = say("sync", "network.xlsx", "--allow-deletes", "7")
    assert typed(sentence) == [
        "sync",
        "network.xlsx",
        "--allow-deletes",
        "7",
        "--allow-changes",
        "33",
    ]
    assert say(*typed(sentence))[0] == 0


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "Nothing was written"), ("nl", "Er is niets geschreven")]
)
def test_a_stop_speaks_the_language_of_the_book(
    say: Say, tmp_path: Path, lang: str, words: str
) -> None:
    path = tmp_path / "network.xlsx"
    filled(path, lang=lang)
    say("sync", "network.xlsx")
    emptied(path, *ROWS)
    assert words in say("sync", "network.xlsx")[1]
    assert _notes(tmp_path) == [NOTES[lang]]
    assert words in (tmp_path / NOTES[lang]).read_text(encoding="utf-8-sig")
    other = "nl" if lang == "en" else "en"
    assert words not in say("sync", "network.xlsx", "--lang", other)[1]
    assert _notes(tmp_path) == [NOTES[other]]
    assert words not in (tmp_path / NOTES[other]).read_text(encoding="utf-8-sig")


def test_a_note_of_a_dutch_book_under_its_name_of_before_goes_with_the_next_good_night(
    say: Say, tmp_path: Path
) -> None:
    path = tmp_path / "network.xlsx"
    filled(path, lang="nl")
    say("sync", "network.xlsx")
    before, own = tmp_path / NOTES["en"], tmp_path / NOTES["nl"]
    before.write_text("trustbook is op 1-1-2026 gestopt", encoding="utf-8-sig")
    emptied(path, *ROWS)
    assert say("sync", "network.xlsx")[0] == 3
    assert _notes(tmp_path) == [own.name], "told once, under the name of the language"
    before.write_text("my own notes")
    assert say("sync", "network.xlsx", "--allow-deletes", "7")[0] == 0
    assert _notes(tmp_path) == [before.name], "what somebody else wrote stays"
    assert before.read_text() == "my own notes"


def test_an_english_book_misses_its_english_sheet(say: Say, tmp_path: Path) -> None:
    path = tmp_path / "network.xlsx"
    filled(path)
    say("sync", "network.xlsx")
    book = openpyxl.load_workbook(path)
    del book["Settings"]
    book["Partners"].title = "Friends"
    book.save(path)
    _, sentence = say("sync", "network.xlsx")
    assert "no sheet “Partners” any more" in sentence
    assert "dated copy" in sentence
    assert "init" not in sentence
    book["Friends"].title = "Partners"
    book.save(path)
    assert "has no sheet “Settings” any more" in say("sync", "network.xlsx")[1]


def test_a_note_says_what_it_is_about_and_goes_when_the_workbook_goes_by_another_name(
    say: Say, tmp_path: Path
) -> None:
    path = tmp_path / "network.xlsx"
    filled(path)
    say("sync", "network.xlsx")
    emptied(path, *ROWS)
    say("sync", "network.xlsx")
    note = tmp_path / "network - STOPPED, read me.txt"
    assert "wrote nothing in network.xlsx" in note.read_text(encoding="utf-8-sig")
    path.rename(tmp_path / "partners.xlsx")
    assert say("sync", "partners.xlsx")[0] == 3
    assert not note.exists()
    renamed = tmp_path / "partners - STOPPED, read me.txt"
    assert "partners.xlsx" in renamed.read_text(encoding="utf-8-sig")
    assert say("sync", "partners.xlsx", "--allow-deletes", "7")[0] == 0
    assert not list(tmp_path.glob("*STOPPED*"))


def test_without_a_typed_command_the_path_of_the_workbook_is_named(tmp_path: Path) -> None:
    path = tmp_path / "my network.xlsx"
    filled(path)
    book, keeper, clock = (
        ExcelWorkbook(path),
        LedgerLocator(tmp_path / "memory"),
        Nights(tmp_path).clock,
    )
    run_sync(book, TODAY, clock, keeper=keeper)
    emptied(path, *ROWS)
    with pytest.raises(SafetyStop) as stop:
        run_sync(book, TODAY, clock, keeper=keeper)
    assert typed(stop.value.sentence("en")) == ["sync", str(path), "--allow-deletes", "7"]


def test_a_command_keeps_all_that_was_given() -> None:
    stop = SafetyStop("guards.old_copy", code=1234)
    assert command("trustbook sync a", Allowances(3, 4), 9, stop) == (
        "trustbook sync a --allow-deletes 3 --allow-changes 4 --accept 1234"
    )
    stop = SafetyStop("guards.many_deleted", deletes=8)
    assert (
        command("trustbook sync a", Allowances(3), 9, stop)
        == "trustbook sync a --allow-deletes 8 --accept 9"
    )
    for name in (
        "network.xlsx",
        r"C:\data\a.xlsx",
        "Ons netwerk.xlsx",
        'a "b" $c.xlsx',
        "geïnd.xlsx",
    ):
        assert shlex.split(shell_quoted(name).replace("\\", "\\\\"))[0] == name


@pytest.mark.parametrize("option", ["--accept", "--allow-deletes", "--allow-changes"])
def test_a_number_typed_by_a_slip_leaves_nothing_behind(
    say: Say, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    """Who sits there has read it; a nightly task with a number has nobody who did."""
    filled(Path("network.xlsx"))
    assert say("sync", "network.xlsx", "--lang", "en")[0] == 0
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    code, err = say("sync", "network.xlsx", option, "7", "--lang", "en")
    assert code == 3 and "nothing was found that needs this number" in err
    assert "last sync failed" not in say("next", "network.xlsx", "--lang", "en")[1]
    assert not list(Path().glob("*STOP*"))

    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert say("sync", "network.xlsx", option, "7", "--lang", "en")[0] == 3
    assert "last sync failed" in say("next", "network.xlsx", "--lang", "en")[1]
    assert len(list(Path().glob("*STOP*"))) == 1


def test_a_slip_does_not_hide_a_night_that_failed(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path("network.xlsx")
    filled(path)
    assert say("sync", "network.xlsx", "--lang", "en")[0] == 0
    emptied(path, *ROWS)
    assert say("sync", "network.xlsx", "--lang", "en")[0] == 3
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert say("sync", "network.xlsx", "--allow-deletes", "3", "--lang", "en")[0] == 3
    assert "last sync failed" in say("next", "network.xlsx", "--lang", "en")[1]
