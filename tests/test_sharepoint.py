"""A workbook in SharePoint: read again when somebody saved, left alone when it is open, known again
when it moved. The service is a stand-in on this machine, as documented; msal is the real one.
"""

from __future__ import annotations

import base64
import json
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msal.oauth2cli import authcode  # type: ignore[import-untyped]

from tests.books import TODAY
from tests.forgetting import everything_in
from tests.graph_server import GraphServer
from tests.graph_server.enrichment import enriched
from tests.graph_server.routes import refusal
from tests.graph_server.signin import make_certificate, submit
from tests.sharepoint_books import place_on, quick, served
from tests.sheets_server.faults import Call, Reply
from tests.sheets_server.front import Dropped
from trustbook.cli.main import main
from trustbook.errors import TrustbookError, UsageError
from trustbook.ledger.locate import LedgerLocator
from trustbook.places import graph_login, graph_upload, local
from trustbook.places.data_folder import data_folder
from trustbook.places.graph_login import token_source
from trustbook.places.package_meaning import meaning_of
from trustbook.places.sharepoint_address import read_sharepoint_address
from trustbook.run.sync import run_sync
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.template import starter

__all__ = ["quick", "served"]
NOW = datetime(2026, 9, 30, 3, 0, tzinfo=UTC)


@pytest.fixture
def server(
    served: GraphServer, quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> GraphServer:
    (tmp_path / "library").mkdir()
    monkeypatch.chdir(tmp_path)
    server = served.over(tmp_path / "library")
    (tmp_path / "trustbook.toml").write_text(server.settings)
    return server


class Book:
    """A workbook in the library, as people type in it and as a night reads it."""

    def __init__(self, server: GraphServer) -> None:
        self.server = server
        self.file = server.folder / "network.xlsx"
        self.file.write_bytes(starter("nl"))
        self.address = server.address()
        self.type("Politie")

    def type(self, name: str) -> None:
        book = openpyxl.load_workbook(self.file)
        book["Partners"].append([None, name])
        book.save(self.file)

    def night(self, steps: Callable[[str], None] = lambda name: None) -> bool:
        workbook = ExcelWorkbook(place_on(self.server), steps=steps)
        report = run_sync(workbook, TODAY, NOW, keeper=LedgerLocator())
        self.requests = report.workbooks[0]["requests"]
        return report.changed

    def names(self) -> list[object]:
        sheet = openpyxl.load_workbook(self.file)["Partners"]
        return [row[1] for row in sheet.iter_rows(min_row=2, values_only=True) if row[0]]


@pytest.fixture
def book(server: GraphServer) -> Book:
    return Book(server)


def at_once(does: Callable[[], object], step: str) -> Callable[[str], None]:
    """Do something once, at a step of a run."""
    left = [does]

    def steps(name: str) -> None:
        if name == step and left:
            left.pop()()

    return steps


def test_requests_of_a_night(book: Book) -> None:
    """What SharePoint writes into the workbook is no edit: the second night writes nothing."""
    book.night()
    first, book.server.calls = book.server.asked, []
    book.type("GGD")
    book.night()
    writing, book.server.calls = book.server.asked, []
    assert book.requests == len(writing), "told as they were sent"
    assert not book.night()
    quiet = book.server.asked
    print(f"first {len(first)}, writing {len(writing)}, quiet {len(quiet)}: {writing} {quiet}")
    read = ["GET item", "GET content", "GET download"]
    write = ["POST createUploadSession", "PUT upload"]
    assert first == ["GET site", "GET drives", *read, *write, *read]
    assert writing == [*read, *write, *read]
    assert len(quiet) <= 2 and book.names() == ["Politie", "GGD"]
    assert not book.server.leaked, "no token goes where none is needed"


def test_what_is_written_into_a_workbook_after_the_upload_is_no_edit(book: Book) -> None:
    book.night()
    book.file.write_bytes(enriched(book.file.read_bytes()))
    before = book.file.read_bytes()
    book.server.calls = []
    assert not book.night()
    assert book.server.asked == ["GET item", "GET content", "GET download"]
    assert book.file.read_bytes() == before


def test_meaning_is_all_but_document_properties() -> None:
    data = starter("nl")
    assert meaning_of(enriched(data)) == meaning_of(data)
    assert meaning_of(starter("en")) != meaning_of(data)
    assert meaning_of(b"none") != meaning_of(b"no package")


@pytest.mark.parametrize("step", ["checked", "session"])
def test_what_a_colleague_saves_in_between_is_kept(book: Book, step: str) -> None:
    steps = at_once(lambda: book.type("GGD"), step)
    book.night(steps)
    assert book.names() == ["Politie", "GGD"]


def lock(server: GraphServer, locked: bool = True) -> None:
    server.library.at(server.folder / "network.xlsx").locked = locked


def test_a_workbook_that_is_open_is_tried_again_and_left_alone(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    lock(book.server)
    before = book.file.read_bytes()
    assert main(["sync", book.address]) == 5
    assert "iemand heeft het open" in capsys.readouterr().err
    assert book.server.asked.count("POST createUploadSession") == 6
    assert book.file.read_bytes() == before
    assert main(["doctor", book.address]) == 5
    assert "een tijdje" not in capsys.readouterr().out, "it looked once"
    lock(book.server, False)
    assert main(["sync", book.address, "--quiet"]) == 0


def test_a_workbook_that_is_closed_again_soon_is_written(book: Book) -> None:
    lock(book.server)

    def close(number: int, call: Call) -> None:
        lock(book.server, book.server.asked.count("POST createUploadSession") < 3)

    book.server.fault = close
    assert main(["sync", book.address, "--quiet"]) == 0
    assert book.names() == ["Politie"]


def test_one_that_is_checked_out_says_by_whom(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.server.library.at(book.file).checked_out = "Anne de Wit"
    for command in ("sync", "doctor"):
        assert main([command, book.address]) == 5
        shown = capsys.readouterr()
        assert "Anne de Wit" in shown.out + shown.err


def test_one_that_was_renamed_is_found_again(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sync", book.address, "--quiet"]) == 0
    book.server.library.move(book.file, book.file.with_name("netwerk 2027.xlsx"))
    book.file = book.file.with_name("netwerk 2027.xlsx")
    assert main(["sync", book.address, "--quiet"]) == 0
    assert main(["doctor", book.address]) == 0
    assert "netwerk 2027.xlsx" in capsys.readouterr().out
    other = book.server.address("netwerk 2027.xlsx")
    assert main(["history", other, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["runs"]) == 1
    assert len(list(LedgerLocator().folder.glob("*.ledger"))) == 1


def test_one_that_is_gone(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", book.server.address("none.xlsx")]) == 2
    assert main(["sync", book.address, "--quiet"]) == 0
    block = f'{book.server.settings}[book.net]\nworkbooks = ["{book.address}"]\n'
    Path("trustbook.toml").write_text(block)
    book.file.unlink()
    assert main(["sync", "net"]) == main(["doctor", "net"]) == 4
    shown = capsys.readouterr()
    assert "Prullenbak" in shown.err and shown.out.count("\n  x ") + shown.out.count(" x  ") == 1


def test_one_with_a_label_that_encrypts(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    book.file.write_bytes(head + bytes(500) + "DRMEncryptedDataSpace".encode("utf-16-le"))
    assert main(["sync", book.address, "--lang", "en"]) == 4
    assert "label" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ("certificate", 4, "AADSTS700027"),
        ("consent", 4, "consent"),
        ("grant", 4, "chosen sites"),
        ("read only", 4, "not change it"),
    ],
)
def test_doctor_names_the_step_that_is_missing(
    book: Book, capsys: pytest.CaptureFixture[str], change: str, code: int, said: str
) -> None:
    server = book.server
    if change == "certificate":
        server.sign_in.certificates = [make_certificate()[1]]
    elif change == "consent":
        server.sign_in.roles = []
    else:
        server.grant = None if change == "grant" else "read"
    for command in ("sync", "doctor"):
        assert main([command, book.address, "--lang", "en"]) == code
        shown = capsys.readouterr()
        assert said in " ".join((shown.out + shown.err).split())


def test_doctor_on_one_that_is_ready(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    before = book.file.read_bytes()
    assert main(["doctor", book.address, "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "Sites.Selected" in out and "certificate is good until" in out
    assert book.file.read_bytes() == before and list(book.file.parent.iterdir()) == [book.file]


FAULTS: dict[str, tuple[int, str]] = {
    "401": (401, ""), "403": (403, ""), "404": (404, ""), "409": (409, "resourceModified"),
    "412": (412, ""), "416": (416, ""), "423": (423, ""), "429": (429, ""), "500": (500, ""),
    "503": (503, ""), "507": (507, ""), "302": (302, ""),
}  # fmt: skip


def refuse_at(at: int, status: int, code: str, lasts: bool) -> Callable[[int, Call], Reply | None]:
    def fault(number: int, call: Call) -> Reply | None:
        if number == at or (lasts and number > at):
            if status == 302:
                return Reply(302, b"", headers={"Location": "http://example.org/x"})
            return refusal(status, code=code, **{"Retry-After": "1"})
        return None

    return fault


@pytest.mark.parametrize("fault", FAULTS)
def test_no_answer_loses_anything(server: GraphServer, fault: str) -> None:
    """Each no, once or for good, is a sentence with its exit code or is overcome, whichever request
    it meets; what stands there stands there whole.
    """
    status, code = FAULTS[fault]
    file = server.folder / "network.xlsx"
    for number in range(1, 10):  # the first ones are all alike
        before, after = (f"{when} {number}".encode() * 9 for when in ("before", "after"))
        file.write_bytes(before)
        server.calls = []
        server.fault = refuse_at(number, status, code, lasts=number % 2 == 0)
        place = place_on(server)
        try:
            place.replace(after, place.version_of(place.read()))
        except TrustbookError as said:
            assert said.exit_code in (2, 4, 5), fault
            said.params.setdefault("of_book", "")
            said.params.setdefault("name", "")
            assert "{" not in said.sentence("nl")
        assert file.read_bytes() in (before, after)
    server.fault = None
    place = place_on(server)
    place.replace(b"as new", place.version_of(place.read()))
    assert file.read_bytes() == b"as new"


@pytest.mark.parametrize("arrives", [True, False], ids=["it arrived", "it did not"])
def test_an_upload_in_fragments_whose_line_breaks_goes_on(
    book: Book, monkeypatch: pytest.MonkeyPatch, arrives: bool
) -> None:
    """At each fragment once; also at the last one, of which nobody knows whether it arrived."""
    monkeypatch.setattr(graph_upload, "FRAGMENT", 320 * 1024)
    data, place = b"x" * (3 * 320 * 1024 + 17), place_on(book.server)
    broken: list[int] = []

    def break_off(number: int, call: Call) -> None:
        sent = book.server.asked.count("PUT upload")
        if (call.method, call.kind) == ("PUT", "upload") and (arrives or sent % 2):
            broken.append(number)
            book.server.late = arrives
            if not arrives:
                raise Dropped

    book.server.fault = break_off
    place.replace(data, place.version_of(place.read()))
    assert book.file.read_bytes() == data and len(broken) >= 4


def test_an_answer_that_is_not_the_library_s_says_of_no_fragment_that_all_stands_there(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A guest network answers 200 with its own page, or with nothing: once per fragment."""
    monkeypatch.setattr(graph_upload, "FRAGMENT", 320 * 1024)
    data, place = b"x" * (2 * 320 * 1024 + 17), place_on(book.server)
    strange = [Reply(200, b"<html>Sign in", "text/html"), Reply(200, b"")]

    def instead(number: int, call: Call) -> Reply | None:
        return strange.pop() if call.kind == "upload" and call.method == "PUT" and strange else None

    book.server.fault = instead
    place.replace(data, place.version_of(place.read()))
    assert book.file.read_bytes() == data and not strange


def test_a_run_that_is_killed_at_any_step_is_made_good(book: Book) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    for number, step in enumerate(("session", "replaced")):
        book.type(f"Partner {number}")
        with pytest.raises(KeyboardInterrupt):
            book.night(at_once(stop, step))
        book.night()
        assert len(book.names()) == number + 2
    assert not book.night()


FORMS = ("sharing link", "open workbook", "library link")


def as_copied(book: Book, form: str) -> str:
    """Another address of the workbook, as people copy it."""
    host = "https://waterrijk.sharepoint.com"
    item = book.server.library.at(book.file)
    book.server.links["EaBcDeF"] = item.id
    return {
        "sharing link": f"{host}/:x:/s/network/EaBcDeF?e=4%3aXyZ",
        "open workbook": f"{host}/:x:/r/sites/network/_layouts/15/Doc.aspx?"
        f"sourcedoc=%7B{item.guid}%7D&file=network.xlsx&action=default&mobileredirect=true",
        "library link": f"{host}/:x:/r/sites/network/Shared%20Documents/network.xlsx?d=w1&csf=1",
    }[form]


@pytest.mark.parametrize("form", FORMS)
def test_other_addresses_of_one_workbook_share_its_memory(
    book: Book, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    book.server.follows_links = True
    other = as_copied(book, form)
    assert main(["sync", book.address, "--quiet"]) == 0
    assert main(["sync", other, "--quiet"]) == 0
    assert main(["history", other, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["runs"]) == 1
    assert len(list(LedgerLocator().folder.glob("*.ledger"))) == 1


@pytest.mark.parametrize("form", FORMS[:2])
def test_a_link_that_the_app_may_not_follow_says_which_address_to_give(
    book: Book, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    """With a grant on the site alone; with a wide permission the link is followed."""
    for command in ("sync", "doctor"):
        assert main([command, as_copied(book, form), "--lang", "en"]) == 4
        shown = capsys.readouterr()
        assert "copy what stands under Path" in " ".join((shown.out + shown.err).split())
    book.server.sign_in.roles.append("Files.ReadWrite.All")
    token_source.cache_clear()
    assert main(["sync", as_copied(book, form), "--quiet"]) == 0
    assert book.names() == ["Politie"]


def test_a_grant_on_one_file_is_enough_for_the_nights(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    """No site and no library can be asked then, and no note be left."""
    book.server.sign_in.roles = ["Files.SelectedOperations.Selected"]
    book.server.follows_links, book.server.only_file = True, book.file
    assert main(["sync", book.address, "--quiet"]) == 0
    assert book.names() == ["Politie"]
    assert main(["doctor", book.address, "--quiet"]) == 0
    assert main(["doctor", book.address, "--sharepoint", "--lang", "en"]) == 4
    assert "may make no file" in " ".join(capsys.readouterr().out.split())
    sheet = openpyxl.load_workbook(book.file)
    del sheet["Partners"]
    sheet.save(book.file)
    assert main(["sync", book.address]) == 3
    assert list(book.file.parent.iterdir()) == [book.file]
    book.server.only_file = book.file.with_name("other.xlsx")
    capsys.readouterr()
    assert main(["sync", book.server.address("none.xlsx"), "--lang", "en"]) == 4
    assert "chosen sites" in capsys.readouterr().err


def test_a_book_of_a_file_here_and_one_in_the_library(book: Book, tmp_path: Path) -> None:
    shutil.copy(book.file, tmp_path / "hier.xlsx")
    settings = f'{book.server.settings}[book.net]\nworkbooks = ["hier.xlsx", "{book.address}"]\n'
    (tmp_path / "trustbook.toml").write_text(settings)
    assert main(["sync", "--quiet"]) == 0
    book.type("GGD")
    assert main(["sync", book.address, "--quiet"]) == 0
    here = openpyxl.load_workbook(tmp_path / "hier.xlsx")["Partners"]
    assert "GGD" in [row[1] for row in here.iter_rows(values_only=True)]


def test_restore_and_the_note_of_a_stop(book: Book) -> None:
    assert main(["sync", book.address, "--quiet"]) == 0
    book.type("GGD")
    assert main(["sync", book.address, "--quiet"]) == 0
    assert main(["restore", book.address, "--run", "1", "--quiet"]) == 0
    assert book.names() == ["Politie"]
    whole = book.file.read_bytes()
    sheet = openpyxl.load_workbook(book.file)
    del sheet["Partners"]
    sheet.save(book.file)
    assert main(["sync", book.address]) == 3
    note = book.server.folder / "network - GESTOPT, lees mij.txt"
    before = book.server.folder / "network - STOPPED, read me.txt"
    assert note.is_file()
    note.rename(before)
    assert main(["sync", book.address]) == 3
    assert note.is_file() and not before.exists(), "once, under the name of the language"
    before.write_bytes(note.read_bytes())
    book.file.write_bytes(whole)
    assert main(["sync", book.address]) == 0
    assert {path.name for path in book.server.folder.iterdir()} == {"network.xlsx"}


def test_init_makes_it_there_and_over_nothing(book: Book) -> None:
    address = book.server.address("nieuw.xlsx")
    assert main(["init", address, "--lang", "nl"]) == 0
    assert main(["sync", address, "--quiet"]) == 0
    before = book.file.read_bytes()
    assert main(["init", book.address]) == 2
    assert book.file.read_bytes() == before
    assert main(["init", book.server.address("no/such/folder.xlsx")]) == 2


def test_a_whole_round_with_a_copy_proves_a_tenant(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book.file.read_bytes()
    assert main(["doctor", book.address, "--sharepoint", "--lang", "en"]) == 0
    assert capsys.readouterr().out.count("Proof:") == 4
    assert list(book.file.parent.iterdir()) == [book.file] and book.file.read_bytes() == before
    book.server.guards_commit = False
    assert main(["doctor", book.address, "--sharepoint", "--lang", "en"]) == 4
    assert "write over each other" in capsys.readouterr().out
    assert list(book.file.parent.iterdir()) == [book.file]
    book.server.grant = "read"
    assert main(["doctor", book.address, "--sharepoint", "--quiet"]) == 4
    shutil.copy(book.file, "hier.xlsx")
    assert main(["doctor", "hier.xlsx", "--sharepoint"]) == 2


# signing in


def everything_kept(folder: Path) -> bytes:
    return everything_in(folder)


def test_tokens_and_keys_show_nowhere(
    book: Book,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    assert main(["sync", book.address, "--verbose"]) == 0
    book.server.grant = None
    assert main(["doctor", book.address, "--verbose"]) == 4
    shown = capsys.readouterr()
    place = place_on(book.server)
    told = shown.out + shown.err + caplog.text + repr(place.client) + repr(vars(place))
    key = book.server.private.decode().splitlines()[1]
    secrets = [*book.server.sign_in.given, key, "tempauth=", "/upload/"]
    kept = everything_kept(tmp_path / "data")
    assert len(secrets) > 3
    assert not [one for one in secrets if one in shown.out + shown.err]
    assert not [one for one in (*book.server.sign_in.given, key) if one in told]
    assert not [one for one in secrets if one.encode() in kept]


def _damaged(key: bytes) -> bytes:
    """The key with another byte in its exponent and in its first prime."""
    head, *lines, foot = key.strip().split(b"\n")
    numbers = bytearray(base64.b64decode(b"".join(lines)))
    for at in (400, 700):
        numbers[at] ^= 1
    return b"\n".join([head, base64.b64encode(numbers), foot, b""])


@pytest.mark.parametrize(
    "fault", ["key", "certificate", "of another", "of another kind", "damaged"]
)
def test_a_certificate_file_that_does_not_fit_is_told_as_that(
    book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    key, _, public = book.server.private.partition(b"-----BEGIN CERTIFICATE")
    public = b"-----BEGIN CERTIFICATE" + public
    curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    text = {
        "key": b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n" + public,
        "certificate": key + b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "of another": key + make_certificate()[1],
        "damaged": _damaged(key) + public,
        "of another kind": curve + public,
    }[fault]
    (tmp_path / "own.pem").write_bytes(text)
    block = book.server.settings.partition("certificate")[0] + 'certificate = "own.pem"\n'
    Path("trustbook.toml").write_text(block)
    assert main(["sync", book.address, "--lang", "en", "--verbose"]) == 4
    shown = capsys.readouterr().err
    assert "must hold two blocks" in shown and "c2VjcmV0" not in shown


def as_person(book: Book) -> None:
    block = book.server.settings.partition("certificate")[0] + 'certificate = "browser"\n'
    Path("trustbook.toml").write_text(block)


def test_a_person_signs_in_once_and_a_night_never_asks(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_person(book)
    opened: list[str] = []

    def browse(url: str, **_: object) -> bool:
        opened.append(url)
        target, fields = submit(requests.get(url, timeout=9).text)
        visit = {"data": fields, "timeout": 9}
        threading.Thread(target=requests.post, args=(target,), kwargs=visit).start()
        return True

    monkeypatch.setattr(authcode, "_browse", browse)
    monkeypatch.setattr(graph_login, "_PATIENCE", 10)
    assert main(["sync", book.address]) == 4
    assert "trustbook doctor" in capsys.readouterr().err and not opened
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert main(["sync", book.address, "--quiet"]) == 0
    assert len(opened) == 1 and "code_challenge_method=S256" in opened[0]
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    token_source.cache_clear()
    book.type("GGD")
    assert main(["sync", book.address, "--quiet"]) == 0
    assert len(opened) == 1 and book.names() == ["Politie", "GGD"]
    assert (tmp_path / "data" / "sharepoint-signin.json").stat().st_mode & 0o077 == 0


# addresses

HOST = "https://waterrijk.sharepoint.com"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (f"{HOST}/sites/network/Shared Documents/n.xlsx",
         f"{HOST}/sites/network/Shared%20Documents/n.xlsx"),
        (f"{HOST}/:x:/r/sites/network/Shared%20Documents/a/n.xlsx?d=w1&csf=1&web=1&e=Ab",
         f"{HOST}/sites/network/Shared%20Documents/a/n.xlsx"),
        (f"{HOST}/:x:/s/network/EaBc?e=4%3aXyZ", f"{HOST}/:x:/s/network/EaBc"),
        ("https://w-my.sharepoint.com/personal/anne_w_nl/Documents/n.xlsx",
         "https://w-my.sharepoint.com/personal/anne_w_nl/Documents/n.xlsx"),
        (f"{HOST}/:x:/r/sites/n/_layouts/15/Doc.aspx?sourcedoc=%7Bab-1%7D&file=n.xlsx&action=edit",
         f"{HOST}/sites/n/_layouts/15/Doc.aspx?sourcedoc=%7BAB-1%7D&file=n.xlsx"),
    ],
)  # fmt: skip
def test_an_address_is_spelled_in_one_way(typed: str, meant: str) -> None:
    assert str(read_sharepoint_address(typed)) == meant
    assert str(read_sharepoint_address(meant)) == meant


@pytest.mark.parametrize(
    "typed",
    [HOST, f"{HOST}/", f"{HOST}/sites/network/", "https://1drv.ms/x/s!Abc",
     "https://onedrive.live.com/edit.aspx?resid=1", f"{HOST}/:x:/s/"],
)  # fmt: skip
def test_what_names_no_workbook_is_refused(typed: str) -> None:
    with pytest.raises(UsageError):
        read_sharepoint_address(typed)


def test_without_settings_nothing_is_asked(book: Book) -> None:
    Path("trustbook.toml").unlink()
    assert main(["sync", book.address]) == 2
    assert book.server.asked == []


def test_one_that_is_missed_twice_running_is_told(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    """Left out once it is busy, and the next night catches up; on another day again it is told."""
    assert main(["sync", book.address, "--quiet"]) == 0
    book.type("GGD")
    lock(book.server)
    assert main(["sync", book.address]) == main(["sync", book.address]) == 5
    assert not list(book.server.folder.glob("*GESTOPT*")), "the same day counts once"
    missed = data_folder() / "missed.json"
    missed.write_text(missed.read_text().replace(f"{date.today():%Y-%m-%d}", "2026-01-01"))  # noqa: DTZ011
    capsys.readouterr()
    assert main(["sync", book.address]) == 5
    assert list(book.server.folder.glob("*GESTOPT*"))
    assert main(["health", book.address]) == 0
    assert "iemand heeft het open" in capsys.readouterr().err
    lock(book.server, False)
    assert main(["sync", book.address, "--quiet"]) == 0
    assert not list(book.server.folder.glob("*GESTOPT*"))
    assert "{" not in missed.read_text().strip("{}\n ")


def test_who_is_forgotten_is_in_no_copy_either(book: Book) -> None:
    book.type("Anne de Wit")
    assert main(["sync", book.address, "--quiet"]) == 0
    book.type("GGD")
    assert main(["sync", book.address, "--quiet"]) == 0
    place = place_on(book.server)
    assert len(local.backups(place.kept)) == 2
    assert main(["forget", book.address, "--partner", "Anne de Wit", "--yes", "--quiet"]) == 0
    assert book.names() == ["Politie", "GGD"]
    assert not local.backups(place.kept) and not local.asides(place.kept)
