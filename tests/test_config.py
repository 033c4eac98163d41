"""trustbook.toml: what a name on the command line means, and what is said of a wrong file."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from trustbook.cli.main import main
from trustbook.config import resolve
from trustbook.errors import NoAccess, UsageError
from trustbook.places.graph_login import SharePointLogin, read_certificate
from trustbook.places.web_login import Login
from trustbook.workbooks.google.credentials import find_account
from trustbook.workbooks.template import new_workbook

ONE = '[book.delft]\nworkbooks = ["network.xlsx"]\nlanguage = "en"\n'
TWO = ONE + '[book.leiden]\nworkbooks = ["a.xlsx", "gsheet:KEY"]\n[google]\nkey = "key.json"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_path_needs_no_settings(folder: Path) -> None:
    target = resolve("network.xlsx")
    assert target.workbooks == (str(folder / "network.xlsx"),) and target.language is None


def test_the_only_book_needs_no_name(folder: Path) -> None:
    (folder / "trustbook.toml").write_text(ONE, encoding="utf-8")
    target = resolve(None)
    assert (target.name, target.workbooks, target.language) == (
        "delft",
        (str(folder / "network.xlsx"),),
        "en",
    )
    assert resolve("delft") == target
    assert resolve("network.xlsx") == target, (
        "the same file by its path keeps the settings of its book"
    )


def test_paths_count_from_the_settings_file_wherever_one_stands(folder: Path) -> None:
    (folder / "set").mkdir()
    (folder / "set" / "my.toml").write_text("\ufeff" + TWO, encoding="utf-8")
    target = resolve("leiden", folder / "set" / "my.toml")
    assert target.workbooks == (str(folder / "set" / "a.xlsx"), "gsheet:KEY")
    assert target.access.key_file == str(folder / "set" / "key.json")


def test_a_google_link_is_an_address(folder: Path) -> None:
    link = "https://docs.google.com/spreadsheets/d/KEY/edit#gid=0"
    assert resolve(link).workbooks == (link,)
    (folder / "trustbook.toml").write_text(TWO, encoding="utf-8")
    assert resolve(link).access.key_file == str(folder / "key.json")


@pytest.mark.parametrize(
    ("content", "book", "key"),
    [
        (None, None, "no_book"),
        (TWO, None, "which_book"),
        (ONE, "gouda", "unknown_book"),
        ("[book.delft]\nworkbooks = []\n", None, "config_invalid"),
        ("[book.delft]\nworkbook = 'x'\n", None, "config_invalid"),
        ("[book.delft\n", None, "config_invalid"),
        ("[book.delft]\nworkbooks = ['a.xlsx']\nlanguage = 'fy'\n", None, "config_invalid"),
    ],
)
def test_wrong_settings_get_a_sentence(
    folder: Path, content: str | None, book: str | None, key: str
) -> None:
    if content is not None:
        (folder / "trustbook.toml").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as fault:
        resolve(book)
    assert fault.value.key == key and fault.value.exit_code == 2
    assert all(len(fault.value.sentence(lang)) > 20 for lang in ("nl", "en"))


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("workbooks = []", "hier is niets ingevuld"),
        ("workbooks = 'x'", "hier hoort een lijst"),
        ("workbooks = ['x']\nlanguag = 'nl'", "misschien bedoelt u “language”"),
        ("workbooks = ['x']\nqqq = 'nl'", "deze sleutel kent trustbook niet"),
        ("workbooks = ['x']\nlanguage = 'fy'", "hier hoort een van deze: 'nl', 'en'"),
        ("workbooks = ['x']\nsheets = {foo = 'x'}", "“foo” is geen lijst"),
        ("workbooks = ['x']\ncolumns = {people = {foo = 'x'}}", "“foo” is daar geen kolom"),
        ("workbooks = ['x']\n[mail]\nsmtp = 'x'", "mail.from: dit ontbreekt"),
        ("workbooks = ['x']\n[webdav]\nuser = 3", "hier hoort een eigen blok"),
        ("workbooks = 1 2", "regel 2"),
        ("workbooks = ['x", "er mist een aanhalingsteken"),
    ],
)
def test_what_is_wrong_in_the_settings_is_said_in_the_readers_language(
    folder: Path, block: str, told: str
) -> None:
    (folder / "trustbook.toml").write_text(f"[book.delft]\n{block}\n", encoding="utf-8")
    with pytest.raises(UsageError) as fault:
        resolve("delft")
    assert told in fault.value.sentence("nl")


def test_a_named_settings_file_must_exist(folder: Path) -> None:
    with pytest.raises(UsageError) as fault:
        resolve(None, folder / "nowhere.toml")
    assert fault.value.key == "config_missing"


def test_the_shipped_example_is_valid() -> None:
    example = Path(__file__).parent.parent / "templates" / "trustbook.toml"
    assert resolve("waterrijk", example).language == "nl"


ODD = {
    "deep": b"a = " + b"[" * 5000 + b"]" * 5000,
    "digits": ONE.encode() + b"x = " + b"9" * 5000,
    "a path of no system": ONE.replace("network", "net\\u0000work").encode(),
    "a memory of no system": ONE.encode() + b'ledger = "a\\u0000b"\n',
    "another encoding": ONE.encode("utf-16"),
    "a letter of another encoding": ONE.encode() + "# caf\xe9\n".encode("latin-1"),
}


@pytest.mark.parametrize("kind", ODD)
def test_settings_that_no_editor_leaves_are_a_sentence(
    folder: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "trustbook.toml").write_bytes(ODD[kind])
    for command in ("check", "sync"):
        assert main([command, "--lang", "en"]) == 2
        said = capsys.readouterr().err
        assert "settings file" in said and "did not foresee" not in said
        assert ("UTF-8" in said) is ("encoding" in kind)


def test_a_data_folder_that_is_too_long_is_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRUSTBOOK_DATA", "x" * 300)
    assert main(["demo", "--lang", "en"]) in (2, 4)
    (folder / "trustbook.toml").write_text(ONE, encoding="utf-8")
    assert main(["history", "delft", "--lang", "en"]) == 4
    said = capsys.readouterr().err
    assert "cannot use its folder" in said and "did not foresee" not in said


@pytest.mark.parametrize("command", ["sync", "next", "doctor"])
def test_a_memory_with_a_name_that_is_too_long_is_a_sentence(
    folder: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = f'{ONE}\nledger = "{"x" * 300}"\n'
    (folder / "trustbook.toml").write_text(settings, encoding="utf-8")
    assert main([command, "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert "too long" in said and "did not foresee" not in said


def test_an_inbox_file_with_a_name_that_is_too_long_is_told_as_one_that_is_not_there(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_workbook(folder / "network.xlsx", "en")
    settings = f'{ONE}\ninbox = ["{"x" * 300}.ics"]\n'
    (folder / "trustbook.toml").write_text(settings, encoding="utf-8")
    assert main(["sync", "--lang", "en"]) == 0
    said = capsys.readouterr().err
    assert "inbox there is no file" in said and "did not foresee" not in said


SECRETS: dict[str, Callable[[Path], object]] = {
    "google.key_unusable": find_account,
    "webdav.password_file": lambda pipe: Login("anna", str(pipe)).password("cloud.example"),
    "sharepoint.certificate_file": lambda pipe: read_certificate(
        SharePointLogin("tenant", "client", str(pipe))
    ),
}


@pytest.mark.skipif(sys.platform == "win32", reason="no pipe stands in a folder there")
@pytest.mark.parametrize("key", SECRETS)
def test_a_secret_that_is_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, key: str) -> None:
    pipe, told = tmp_path / "pipe", []
    os.mkfifo(pipe, 0o600)

    def read() -> None:
        with pytest.raises(NoAccess) as caught:
            SECRETS[key](pipe)
        told.append(caught.value.key)

    reader = Thread(target=read, daemon=True)
    reader.start()
    reader.join(20)
    assert told == [key]


@pytest.mark.parametrize(
    "second", ["network.xlsx", "./network.xlsx", "linked.xlsx", "../{}/network.xlsx"]
)
def test_one_workbook_that_stands_twice_is_refused(
    folder: Path, second: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would be merged with itself: written, and then taken for one of a later run."""
    (folder / "network.xlsx").write_bytes(b"theirs")
    (folder / "linked.xlsx").symlink_to(folder / "network.xlsx")
    both = f'"network.xlsx", "{second.format(folder.name)}"'
    (folder / "trustbook.toml").write_text(f"[book.delft]\nworkbooks = [{both}]\n")
    assert main(["sync", "delft", "--lang", "en"]) == 2
    assert "stands twice" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["a\udcffb.xlsx", "n" * 230 + ".xlsx"], ids=["odd", "long"])
def test_a_name_that_nothing_can_stand_beside_is_a_sentence(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("check", "sync", "history"):
        assert main([command, name, "--lang", "en"]) == 2
        said = capsys.readouterr().err
        assert "of the workbook" in said and "type the command again" in said
