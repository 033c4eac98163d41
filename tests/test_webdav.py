"""A workbook on a WebDAV server: read again when somebody saved, left alone when it is open, made
whole when the line broke. The server is a real one, on this machine.
"""

from __future__ import annotations

import json
import os
import shutil
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import requests

from tests.books import TODAY
from tests.webdav_server import Answer, TornLine, WebdavServer, serving
from trustbook.cli.main import main
from trustbook.errors import Busy, NoAccess, TrustbookError, UsageError
from trustbook.ledger.locate import LedgerLocator
from trustbook.places import local, web_client
from trustbook.places.local import version_of
from trustbook.places.web_address import read_web_address
from trustbook.places.web_login import Login
from trustbook.places.webdav import WebdavPlace
from trustbook.run.sync import run_sync
from trustbook.workbooks.excel import ExcelWorkbook

NOW = datetime(2026, 9, 30, 3, 0, tzinfo=UTC)


@pytest.fixture(params=[True, False], ids=["locks", "no locks"])
def server(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WebdavServer]:
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(web_client.WebClient, "pause", lambda *_: None)
    (tmp_path / "shared").mkdir()
    with serving(tmp_path / "shared", request.param) as running:
        yield running


# What does not rest on a lock is asked of one server.
with_locks = pytest.mark.parametrize("server", [True], indirect=True, ids=["locks"])


class Book:
    """A workbook on the server, as people type in it and as a night reads it."""

    def __init__(self, server: WebdavServer) -> None:
        self.server = server
        self.file = server.folder / "netwerk.xlsx"
        assert main(["init", self.address, "--lang", "nl", "--quiet"]) == 0
        self.type("Politie")
        server.asked.clear()

    @property
    def address(self) -> str:
        return f"{self.server.address}/netwerk.xlsx"

    def type(self, name: str) -> None:
        book = openpyxl.load_workbook(self.file)
        book["Partners"].append([None, name])
        book.save(self.file)

    def workbook(self, steps: Callable[[str], None] = lambda name: None) -> ExcelWorkbook:
        return ExcelWorkbook(WebdavPlace(read_web_address(self.address)), steps=steps)

    def night(self, steps: Callable[[str], None] = lambda name: None) -> None:
        run_sync(self.workbook(steps), TODAY, NOW, keeper=LedgerLocator())

    def names(self) -> list[object]:
        sheet = openpyxl.load_workbook(self.file)["Partners"]
        return [row[1] for row in sheet.iter_rows(min_row=2, values_only=True) if row[0]]


@pytest.fixture
def book(server: WebdavServer) -> Book:
    return Book(server)


def at_once(does: Callable[[], None], step: str) -> Callable[[str], None]:
    """Do something once, at a step of a run."""
    left = [does]

    def steps(name: str) -> None:
        if name == step and left:
            left.pop()()

    return steps


def test_a_quiet_night_asks_once_and_a_writing_one_few_times(book: Book) -> None:
    seconds_ago = time.time() - 5  # what was saved in this very second would be read once more
    os.utime(book.file, (seconds_ago, seconds_ago))
    book.night()
    with_lock = ["GET", "LOCK", "PUT", "GET", "UNLOCK"]
    assert book.server.asked == (with_lock if book.server.locks else ["GET", "PUT", "GET"])
    book.server.asked.clear()
    book.night()
    assert book.server.asked == ["GET"]


def test_what_a_colleague_saves_in_between_is_kept(book: Book) -> None:
    book.night(at_once(lambda: book.type("GGD"), "checked"))
    assert book.names() == ["Politie", "GGD"]


def test_a_workbook_that_is_locked_is_left_alone_and_says_by_whom(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    web = requests.Session()
    url = book.address.replace("dav://", "http://")
    body = (
        '<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
        "<D:locktype><D:write/></D:locktype><D:owner>Anne de Wit</D:owner></D:lockinfo>"
    )
    taken = web.request("LOCK", url, data=body, headers={"Timeout": "Second-60"})
    assert taken.ok == book.server.locks
    if not book.server.locks:
        return
    before = book.file.read_bytes()
    assert main(["sync", book.address]) == 5
    assert "Anne de Wit" in capsys.readouterr().err
    assert book.file.read_bytes() == before
    assert main(["doctor", book.address]) == 5
    assert "computer" not in capsys.readouterr().out, "it is the server that was asked"
    web.request("UNLOCK", url, headers={"Lock-Token": taken.headers["Lock-Token"]})
    assert main(["sync", book.address]) == 0


@pytest.mark.parametrize("method", ["LOCK", "UNLOCK"])
def test_a_lock_of_ours_whose_answer_was_lost_keeps_nobody_out(book: Book, method: str) -> None:
    book.server.late = method
    assert main(["sync", book.address, "--quiet"]) == 0
    book.type("GGD")
    assert main(["sync", book.address, "--quiet"]) == 0
    assert book.names() == ["Politie", "GGD"]
    taken = requests.request("LOCK", book.address.replace("dav", "http", 1), timeout=9)
    assert taken.status_code != 423


def test_an_upload_that_broke_off_is_made_whole_by_the_next_run(book: Book) -> None:
    """The worst a server can keep: the first half of what was sent."""

    def break_off() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        book.night(at_once(break_off, "temporary"))
    place = WebdavPlace(read_web_address(book.address))
    [pending] = place.kept.parent.glob("*.pending")
    whole = pending.read_bytes()
    book.file.write_bytes(whole[: len(whole) // 2])
    assert main(["health", book.address]) == 5, "half a file is no book"
    book.night()
    assert book.names() == ["Politie"] and not pending.exists()
    openpyxl.load_workbook(book.file)


def test_what_people_saved_after_a_broken_run_stays(book: Book) -> None:
    def break_off() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        book.night(at_once(break_off, "temporary"))
    book.type("GGD")
    book.night()
    assert book.names() == ["Politie", "GGD"]


FAULTS: Mapping[str, tuple[Answer, int]] = {
    "password": (("401 Unauthorized", [("WWW-Authenticate", "Basic")]), 4),
    "forbidden": (("403 Forbidden", []), 4),
    "gone": (("404 Not Found", []), 2),
    "changed": (("412 Precondition Failed", []), 5),
    "locked": (("423 Locked", []), 5),
    "slow": (("429 Too Many Requests", [("Retry-After", "1")]), 5),
    "broken": (("500 Internal Server Error", []), 5),
    "away": (("503 Service Unavailable", []), 5),
    "full": (("507 Insufficient Storage", []), 4),
    "elsewhere": (("302 Found", [("Location", "http://example.org/x.xlsx")]), 4),
    "in circles": (("302 Found", [("Location", "/netwerk.xlsx")]), 4),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_answer_of_the_server_loses_anything(server: WebdavServer, fault: str) -> None:
    """Each no is a sentence with its exit code, whichever request it meets, and what stands there
    stands there whole.
    """
    answer, code = FAULTS[fault]
    file = server.folder / "netwerk.xlsx"
    address = read_web_address(f"{server.address}/netwerk.xlsx")
    for number, method in enumerate(("GET", "LOCK", "PUT", "UNLOCK")):
        before, after = (f"{when} {number}".encode() * 9 for when in ("before", "after"))
        file.write_bytes(before)
        server.fault = lambda asked, _, which=method: answer if asked == which else None
        place = WebdavPlace(address)
        try:
            place.replace(after, version_of(place.read()))
        except TrustbookError as said:
            assert said.exit_code in ({code} if method == "GET" else {4, 5, code})
            assert "{" not in said.sentence("nl")
            assert method != "UNLOCK", "what was written is written"
        assert file.read_bytes() in (before, after)
        server.fault = None
        place = WebdavPlace(address)
        place.finish_upload()
        place.replace(b"as new", version_of(place.read()))
        assert file.read_bytes() == b"as new"


@pytest.mark.parametrize("arrives", [True, False], ids=["it arrived", "it did not"])
def test_an_upload_whose_answer_is_lost_is_looked_at(book: Book, arrives: bool) -> None:
    lost: list[str] = []

    def fault(method: str, environ: Mapping[str, Any]) -> Answer | None:
        if method != "PUT" or lost:
            return None
        lost.append(method)
        if arrives:
            size = int(environ["CONTENT_LENGTH"])
            book.file.write_bytes(environ["wsgi.input"].read(size))
        raise TornLine

    book.server.fault = fault
    assert main(["sync", book.address, "--quiet"]) == 0
    assert book.names() == ["Politie"]


@with_locks
def test_a_page_of_another_network_is_no_yes_to_an_upload(book: Book) -> None:
    """It said 200 while a colleague had saved: her row goes in, and no night stops over it."""
    saved = ["GGD"]

    def fault(method: str, environ: Mapping[str, Any]) -> Answer | None:
        if method != "PUT" or not saved:
            return None
        book.type(saved.pop())
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        return "200 OK", [("Content-Type", "text/html")]

    book.server.fault, book.server.page = fault, b"<!DOCTYPE html>\n<p>Sign in"
    book.night()
    assert book.names() == ["Politie", "GGD"]
    book.server.asked.clear()
    book.night()
    assert "PUT" not in book.server.asked


@pytest.mark.parametrize("page", [True, False], ids=["a page", "nothing"])
def test_an_upload_that_cannot_be_read_back_is_not_told_as_nothing_written(
    book: Book, capsys: pytest.CaptureFixture[str], page: bool
) -> None:
    """A page of a guest network is no workbook, and what stands there is looked at by the next."""

    def fault(method: str, environ: Mapping[str, Any]) -> Answer | None:
        if method == "GET" and "PUT" in book.server.asked:
            return ("200 OK", [("Content-Type", "text/html")]) if page else ("502 Bad", [])
        return None

    book.server.fault, book.server.page = fault, b"<!DOCTYPE html>\n<p>Sign in"
    assert main(["sync", book.address, "--lang", "en"]) == 5
    assert "othing was written" not in capsys.readouterr().err
    book.server.fault = None
    book.server.asked.clear()
    assert main(["sync", book.address, "--quiet"]) == 0
    assert book.names() == ["Politie"]


@pytest.mark.parametrize(("letters", "code"), [("SRDNVW", 0), ("SRG", 4), ("", 0)])
def test_doctor_says_what_nextcloud_tells_of_our_rights(
    book: Book, capsys: pytest.CaptureFixture[str], letters: str, code: int
) -> None:
    book.server.page = (
        '<d:multistatus xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:response><d:propstat>'
        f"<d:prop><oc:permissions>{letters}</oc:permissions></d:prop></d:propstat></d:response>"
        "</d:multistatus>"
    ).encode()
    book.server.fault = lambda method, _: ("207 Multi", []) if method == "PROPFIND" else None
    assert main(["doctor", book.address, "--lang", "en"]) == code
    out = " ".join(capsys.readouterr().out.split())
    assert ("may change the workbook" in out) == ("W" in letters)
    assert ("with the right to change it" in out) == (code == 4)


def test_a_page_in_the_stead_of_a_workbook_is_no_workbook(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.server.page = b"<html><p>Sign in"
    book.server.fault = lambda *_: ("200 OK", [("Content-Type", "text/html")])
    assert main(["health", book.address, "--lang", "en"]) == 5
    assert "not an Excel" not in capsys.readouterr().err


def test_a_program_that_saves_its_older_view_over_ours_is_told(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    view = book.file.read_bytes()
    book.night()
    book.file.write_bytes(view)
    book.type("GGD")
    seen = book.file.read_bytes()
    assert main(["sync", book.address, "--lang", "en"]) == 3
    told = capsys.readouterr().err
    assert "had it open" in told and book.file.read_bytes() == seen
    accept = told.split("--accept ")[1].split()[0]
    assert main(["sync", book.address, "--accept", accept, "--quiet"]) == 0
    assert book.names() == ["Politie", "GGD"]


@with_locks
def test_the_same_file_by_another_path_keeps_its_memory(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.night()
    other = f"{book.server.address}/same/netwerk.xlsx"
    assert main(["history", other, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["runs"]) == 1
    assert len(list(LedgerLocator().folder.glob("*.ledger"))) == 1


@with_locks
def test_a_book_of_a_file_here_and_one_on_the_server(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(book.file, tmp_path / "hier.xlsx")
    settings = f'[book.zandloo]\nworkbooks = ["hier.xlsx", "{book.address}"]\n'
    (tmp_path / "trustbook.toml").write_text(settings)
    assert main(["sync", "--quiet"]) == 0
    book.type("GGD")
    assert main(["sync", book.address, "--quiet"]) == 0
    here = openpyxl.load_workbook(tmp_path / "hier.xlsx")["Partners"]
    assert "GGD" in [row[1] for row in here.iter_rows(values_only=True)]


@with_locks
def test_restore_and_the_note_of_a_stop(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    book.night()
    book.type("GGD")
    book.night()
    assert main(["restore", book.address, "--run", "1", "--quiet"]) == 0
    assert book.names() == ["Politie"]
    whole = book.file.read_bytes()
    sheet = openpyxl.load_workbook(book.file)
    del sheet["Partners"]
    sheet.save(book.file)
    assert main(["sync", book.address]) == 3
    note = book.server.folder / "netwerk - GESTOPT, lees mij.txt"
    before = book.server.folder / "netwerk - STOPPED, read me.txt"
    assert note.is_file()
    note.rename(before)
    assert main(["sync", book.address]) == 3
    assert note.is_file() and not before.exists(), "once, under the name of the language"
    before.write_bytes(note.read_bytes())
    book.file.write_bytes(whole)
    assert main(["sync", book.address]) == 0
    assert {path.name for path in book.server.folder.iterdir()} == {"netwerk.xlsx"}


@with_locks
def test_who_is_forgotten_is_in_no_copy_either(book: Book) -> None:
    book.type("Anne de Wit")
    book.night()
    book.type("GGD")
    book.night()
    place = WebdavPlace(read_web_address(book.address))
    assert len(local.backups(place.kept)) == 2
    assert main(["forget", book.address, "--partner", "Anne de Wit", "--yes", "--quiet"]) == 0
    assert book.names() == ["Politie", "GGD"]
    assert not local.backups(place.kept) and not local.asides(place.kept)


def test_init_makes_it_there_and_over_nothing(book: Book) -> None:
    before = book.file.read_bytes()
    assert main(["init", book.address]) == 2
    assert book.file.read_bytes() == before
    assert main(["init", f"{book.server.address}/no/such/folder.xlsx"]) == 2
    assert main(["sync", f"{book.server.address}/none.xlsx"]) == 2


# passwords and addresses


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebdavServer]:
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shared").mkdir()
    with serving(tmp_path / "shared", users={"trustbook": "geheim é"}) as running:
        yield running


@pytest.mark.parametrize(("password", "code"), [("geheim é", 0), ("fout", 4)])
def test_a_password_comes_from_its_file_and_shows_nowhere(
    closed: WebdavServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    password: str,
    code: int,
) -> None:
    (tmp_path / "word.txt").write_text(f"{password}\n", encoding="utf-8")
    host = closed.address.removeprefix("dav://")
    block = f'[webdav."{host}"]\nuser = "trustbook"\npassword_file = "word.txt"\n'
    (tmp_path / "trustbook.toml").write_text(block)
    address = f"{closed.address}/netwerk.xlsx"
    assert main(["init", address, "--verbose"]) == code
    assert main(["sync", address, "--verbose"]) == code
    shown = capsys.readouterr()
    assert password not in shown.out + shown.err
    data = (tmp_path / "data").rglob("*")
    assert not any(password.encode() in one.read_bytes() for one in data if one.is_file())


def test_a_password_never_crosses_the_network_in_the_open() -> None:
    web = read_web_address("dav://cloud.example.nl/n.xlsx")
    login = Login("anne", __file__)
    with pytest.raises(NoAccess, match="would cross"):
        WebdavPlace(web, login).fetch()


def test_a_certificate_nobody_vouches_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise requests.exceptions.SSLError(ssl.SSLCertVerificationError("self-signed"))

    monkeypatch.setattr(requests.Session, "request", refuse)
    with pytest.raises(NoAccess, match="certificate"):
        WebdavPlace(read_web_address("davs://127.0.0.1:1/n.xlsx")).fetch()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("DAVS://Cloud.Example.nl:443/a%20b/./c/../n.xlsx", "davs://cloud.example.nl/a%20b/n.xlsx"),
        ("https://cloud.example.nl/a b/n.xlsx", "davs://cloud.example.nl/a%20b/n.xlsx"),
        ("dav://h:80//x//n%2Exlsx", "dav://h/x/n.xlsx"),
        ("davs://h/é/n.xlsx", "davs://h/%C3%A9/n.xlsx"),
        ("davs://[::1]:8443/n.xlsx", "davs://[::1]:8443/n.xlsx"),
    ],
)
def test_an_address_is_spelled_in_one_way(typed: str, meant: str) -> None:
    assert str(read_web_address(typed)) == meant
    assert str(read_web_address(meant)) == meant


@pytest.mark.parametrize(
    "typed",
    ["davs://h/", "davs://", "davs://h/folder/", "davs://h/n.xlsx?x=1", "davs://h:x/n.xlsx",
     "davs://anne:geheim@h/n.xlsx"],
)  # fmt: skip
def test_what_names_no_file_is_refused(typed: str) -> None:
    with pytest.raises(UsageError) as fault:
        read_web_address(typed)
    assert "geheim" not in str(fault.value)


def test_both_paths_of_nextcloud_are_one() -> None:
    old = read_web_address("davs://c.nl/remote.php/webdav/map/n.xlsx").of_user("anne")
    assert str(old) == "davs://c.nl/remote.php/dav/files/anne/map/n.xlsx"


def test_a_server_nobody_named_is_not_asked(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["sync", "https://cloud.example.nl/n.xlsx"]) == 2


def test_a_server_that_is_away_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_client.WebClient, "pause", lambda *_: None)
    with pytest.raises(Busy):
        WebdavPlace(read_web_address("dav://127.0.0.1:9/n.xlsx")).fetch()
