"""Files that trustbook makes for people go nowhere but to places that are ours to write."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.present import present
from trustbook.cli.main import main
from trustbook.cli.overview import overview
from trustbook.errors import Busy, TrustbookError, UsageError
from trustbook.places import made_files, notes
from trustbook.places.made_files import make_new, put_ours, remove_ours, replace_whole
from trustbook.workbooks.template import new_workbook

HTML = (".html",)
Put = Callable[[Path], object]


def _link(path: Path) -> None:
    path.with_name("elsewhere").write_bytes(b"theirs")
    path.symlink_to(path.with_name("elsewhere"))


def _dead_link(path: Path) -> None:
    path.symlink_to(path.with_name("nothing"))


KINDS: dict[str, Put] = {
    "a file": lambda path: path.write_bytes(b"theirs"),
    "an empty file": lambda path: path.touch(),
    "a page of somebody": lambda path: path.write_text("<!DOCTYPE html>theirs"),
    "a folder": lambda path: path.mkdir(),
    "a link": _link,
    "a dead link": _dead_link,
}
TARGETS = ("book.xlsx", "trustbook.toml", "key.json", "network.ledger", "note.txt", "no-ending")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path.parent / f"{tmp_path.name}-data"))
    yield


def everything(folder: Path) -> dict[str, tuple[int, bytes | str]]:
    """What stands in a folder: kind, and content or where a link leads."""
    found: dict[str, tuple[int, bytes | str]] = {}
    for path in folder.rglob("*"):
        kind = stat.S_IFMT(path.lstat().st_mode)
        content = str(path.readlink()) if stat.S_ISLNK(kind) else b""
        found[str(path)] = (kind, path.read_bytes() if stat.S_ISREG(kind) else content)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_ours_is_never_written_over(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "page.html"
    KINDS[kind](path)
    before = everything(tmp_path)
    with pytest.raises(UsageError) as stop:
        put_ours(path, b"ours", HTML)
    with pytest.raises(UsageError):
        make_new(path, b"ours")
    remove_ours(path)
    assert everything(tmp_path) == before
    assert "page.html" in stop.value.sentence("nl") and stop.value.exit_code == 2


@pytest.mark.parametrize("name", TARGETS)
def test_only_a_name_with_the_ending_of_its_form_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"does not end in \.html"):
        put_ours(tmp_path / name, b"ours", HTML)
    assert everything(tmp_path) == {}


def test_a_file_of_ours_is_replaced_until_somebody_goes_on_writing_in_it(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    put_ours(path, b"one", HTML)
    put_ours(path, b"two", HTML)
    assert path.read_bytes() == b"two"
    path.write_bytes(b"two, and a line of mine")
    with pytest.raises(UsageError, match="not a file as trustbook left it"):
        put_ours(path, b"three", HTML)
    assert path.read_bytes() == b"two, and a line of mine"


@pytest.mark.skipif(sys.platform == "win32", reason="modes")
@pytest.mark.parametrize(("umask", "page", "book"), [(0o077, 0o600, 0o600), (0o002, 0o644, 0o664)])
def test_the_umask_is_kept(tmp_path: Path, umask: int, page: int, book: int) -> None:
    before = os.umask(umask)
    try:
        put_ours(tmp_path / "page.html", b"x", HTML)
        new_workbook(tmp_path / "book.xlsx", "nl")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == page
    assert stat.S_IMODE((tmp_path / "book.xlsx").stat().st_mode) == book


@pytest.mark.parametrize("step", ["fsync", "link"])
def test_a_full_disk_leaves_nothing_torn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(TrustbookError, match="No space left") as stop:
        new_workbook(tmp_path / "book.xlsx", "nl")
    assert stop.value.exit_code == 1
    assert everything(tmp_path) == {}


def test_a_disk_that_knows_no_links_has_its_new_workbook_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", unknown)
    make_new(tmp_path / "book.xlsx", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["book.xlsx"]


def test_a_page_that_is_open_in_another_program_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(self: Path, target: object) -> None:
        error = PermissionError(13, "in use")
        error.winerror = 32  # type: ignore[attr-defined, unused-ignore]
        raise error

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(Busy, match="open in another program"):
        put_ours(tmp_path / "page.html", b"x", HTML)
    assert everything(tmp_path) == {}


def test_a_note_of_another_machine_is_replaced_and_somebodys_own_file_is_not(
    tmp_path: Path,
) -> None:
    book = tmp_path / "network.xlsx"
    note = notes.note_beside(book, "en")
    note.write_text("trustbook is op 1-1-2026 gestopt", encoding="utf-8-sig")
    notes.put_note(book, "trustbook stopped on 2-1-2026\n", "en")
    assert note.read_bytes() == b"\xef\xbb\xbftrustbook stopped on 2-1-2026\r\n"
    notes.clear_note(book)
    assert not note.exists()
    note.write_bytes(b"my own notes")
    notes.put_note(book, "trustbook stopped on 2-1-2026\n", "en")
    notes.clear_note(book)
    assert note.read_bytes() == b"my own notes"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    file = openpyxl.Workbook()
    page = present(file.active)
    page.title = "Partners"
    for row in (["Name", "Holder"], ["Police", "Anna"]):
        page.append(row)
    file.save(path)
    return path


COMMANDS = {
    "overview": ["overview", "book.xlsx", "--edition", "team"],
    "word": ["overview", "book.xlsx", "--edition", "team", "--format", "docx"],
    "template": ["overview", "--save-template"],
    "card": ["card", "book.xlsx", "Police"],
    "guide": ["guide", "book.xlsx"],
    "handover": ["handover", "book.xlsx", "--holder", "Anna"],
    "init": ["init"],
}
OUTPUT: dict[str, list[str]] = {"template": [], "init": []}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_writes_over_a_file_that_is_not_ours(
    tmp_path: Path, book: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ending = {"word": "docx", "template": "docx", "init": "xlsx"}.get(command, "html")
    for name in (*TARGETS[1:], f"theirs.{ending}"):
        (tmp_path / name).write_bytes(b"theirs")
    (tmp_path / f"linked.{ending}").symlink_to(book)
    (tmp_path / f"folder.{ending}").mkdir()
    before = everything(tmp_path)
    del before[str(book)]
    kept = book.read_bytes()
    for target in (*TARGETS, *(f"{name}.{ending}" for name in ("theirs", "linked", "folder"))):
        if command in ("overview", "word") and target.startswith("folder"):
            continue  # a folder is where an overview may go
        code = main([*COMMANDS[command], *OUTPUT.get(command, ["-o"]), target])
        assert code == 2, (target, capsys.readouterr().err)
        assert book.read_bytes() == kept
    assert everything(tmp_path).items() - {(str(book), (stat.S_IFREG, kept))} == before.items()


def test_a_page_made_twice_is_made_twice(tmp_path: Path, book: Path) -> None:
    assert main(["guide", "book.xlsx"]) == 0
    assert main(["guide", "book.xlsx", "--today", "2027-01-01"]) == 0
    assert "1 January 2027" in (tmp_path / "guide.html").read_text(encoding="utf-8")
    with pytest.raises(UsageError):
        overview.main(
            args=["book.xlsx", "--edition", "team", "-o", "guide.html/x.docx"],
            standalone_mode=False,
        )


@pytest.mark.skipif(sys.platform == "win32", reason="modes")
def test_the_memory_is_for_its_owner_alone(tmp_path: Path, book: Path) -> None:
    assert main(["sync", "book.xlsx", "--quiet"]) == 0
    assert main(["guide", "book.xlsx", "--quiet"]) == 0
    data = Path(os.environ["TRUSTBOOK_DATA"])
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (data, *data.rglob("*"))}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.suffix in (".ledger", ".txt")} == {0o600}


def test_a_demo_in_the_place_of_a_file_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "demo").write_bytes(b"theirs")
    assert main(["demo"]) == 2
    assert main(["demo", "demo/deeper"]) == 2
    assert "demo" in capsys.readouterr().err


def test_settings_behind_a_link_stay_behind_it(tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_bytes(b"a")
    link = tmp_path / "trustbook.toml"
    link.symlink_to(tmp_path / "real.toml")
    replace_whole(link.resolve(), b"b", made_files.PAGE_MODE)
    assert link.is_symlink() and (tmp_path / "real.toml").read_bytes() == b"b"


LONG = "x" * 300
NAMED = {
    "overview": ["overview", "book.xlsx", "--edition", "team", "-o", f"{LONG}.html"],
    "overview in a folder": ["overview", "book.xlsx", "--edition", "team", "-o", f"{LONG}/a.html"],
    "template": ["overview", "--save-template", f"{LONG}.docx"],
    "card": ["card", "book.xlsx", "Police", "-o", f"{LONG}.html"],
    "guide": ["guide", "book.xlsx", "-o", f"{LONG}.html"],
    "handover": ["handover", "book.xlsx", "--holder", "Anna", "-o", f"{LONG}.html"],
    "demo": ["demo", LONG],
    "init": ["init", f"{LONG}.xlsx"],
    "workbook": ["next", f"{LONG}.xlsx"],
}


@pytest.mark.parametrize("command", NAMED)
def test_a_name_that_is_too_long_for_the_disk_is_a_sentence(
    tmp_path: Path, book: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(tmp_path)
    code = main([*NAMED[command], "--lang", "en"])
    said = capsys.readouterr().err
    assert code == 2, said
    assert "too long" in said and "did not foresee" not in said and LONG not in said
    assert everything(tmp_path) == before


def test_letters_and_what_is_kept_of_a_person_go_to_a_place_that_can_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", ".", "--lang", "en"]) == 0
    people = openpyxl.load_workbook(tmp_path / "network.xlsx")["People"]
    titles = [cell.value for cell in people[1]]
    who = str(people.cell(2, titles.index("Name") + 1).value)
    before, kept = everything(tmp_path), tmp_path / "network.xlsx"
    for words, said in (
        (["digest", kept.name, "-o", LONG], "too long"),
        (["digest", kept.name, "-o", kept.name], "is a file"),
        (["person", kept.name, who, "-o", f"{LONG}.html"], "too long"),
    ):
        capsys.readouterr()
        assert main([*words, "--lang", "en"]) == 2
        told = capsys.readouterr().err
        assert said in told and "did not foresee" not in told and "does not exist" not in told
        assert everything(tmp_path) == before
