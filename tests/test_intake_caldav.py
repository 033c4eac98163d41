"""Calendars on a real server (Radicale), read with a password, with faults in front of it."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import requests

from tests.test_intake import TODAY, book, rows
from tests.typed import Asked, asked
from trustbook.errors import Busy, NoAccess, SafetyStop, TrustbookError, UsageError
from trustbook.intake.caldav import calendars_at
from trustbook.intake.calendars import find_in_calendar
from trustbook.intake.contacts import Window
from trustbook.places.web_client import WebClient
from trustbook.places.web_login import Login

__all__ = ["asked"]
WINDOW = Window(date(2026, 9, 1), date(2027, 9, 1), date(2026, 12, 31))
AUTH = ("anne", "woord")
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20260901T000000Z
SUMMARY:{title}
DTSTART:{day}T100000Z
DTEND:{day}T110000Z
DESCRIPTION:geheim
END:VEVENT
END:VCALENDAR
"""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def handle(self) -> None:
        """Answer, unless the line is to break."""
        if FAULT.get("what") == "reset":
            self.rfile.readline()
            self.connection.close()
        else:
            super().handle()


# What goes wrong in front of the server: "reset", "truncated", a status with its headers, or XML
# that is told instead; and for which method, where it is not for all.
FAULT: dict[str, Any] = {}
_Start = Callable[[str, list[tuple[str, str]]], Any]


class _InFront:
    """Stands in front of Radicale and lets a fault happen."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start: _Start) -> Iterable[bytes]:
        what = FAULT.get("what")
        hit = FAULT.get("method", environ["REQUEST_METHOD"]) == environ["REQUEST_METHOD"]
        if what is None or not hit or FAULT.get("times", 1) < 1:
            return self.app(environ, start)  # type: ignore[no-any-return]
        FAULT["times"] = FAULT.get("times", 1_000) - 1
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if what == "truncated":
            start("207 Multi-Status", [("Content-Type", "text/xml"), ("Content-Length", "9999")])
            return [b"<?xml version='1.0'?><multistatus xmlns='DAV:'>"]
        start(what, [("Content-Length", str(len(FAULT.get("body", b"")))), *FAULT.get("more", ())])
        return [FAULT.get("body", b"")]


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    monkeypatch.setattr(WebClient, "pause", lambda *_: None)
    yield FAULT
    FAULT.clear()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from radicale import config
    from radicale.app import Application

    folder = tmp_path_factory.mktemp("radicale")
    (folder / "users").write_text("anne:woord\n", encoding="utf-8")
    told = config.load()
    told.update(
        {
            "storage": {"filesystem_folder": str(folder / "files")},
            "auth": {"type": "htpasswd", "htpasswd_filename": str(folder / "users"),
                     "htpasswd_encryption": "plain"},
            "rights": {"type": "owner_only"},
            "logging": {"level": "critical"},
        },
        "test", privileged=True,
    )  # fmt: skip
    http = make_server("127.0.0.1", 0, _InFront(Application(told)), handler_class=_Quiet)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    address = f"127.0.0.1:{http.server_port}"
    for name in ("werk", "nacht"):
        place = f"http://{address}/anne/{name}/"
        requests.request("MKCALENDAR", place, auth=AUTH, timeout=10).raise_for_status()
    for uid, title, day in (("1", "Koffie", "20261105"), ("2", "Lang geleden", "20200101")):
        put(address, "werk", uid, title, day)
    yield address
    http.shutdown()
    http.server_close()


def put(server: str, name: str, uid: str, title: str, day: str) -> None:
    body = EVENT.format(uid=uid, title=title, day=day).replace("\n", "\r\n")
    place = f"http://{server}/anne/{name}/{uid}.ics"
    told = {"Content-Type": "text/calendar"}
    requests.put(place, body, auth=AUTH, timeout=10, headers=told).raise_for_status()


def logins(folder: Path, address: str, word: str = "woord") -> dict[str, Login]:
    file = folder / "word.txt"
    file.write_text(word, encoding="utf-8")
    file.chmod(0o600)
    return {address: Login("anne", str(file))}


@pytest.mark.parametrize("path", ["/anne/werk/", "/anne/werk", "/anne/", "/anne/werk/1.ics"])
def test_a_calendar_is_read_by_its_address(server: str, tmp_path: Path, path: str) -> None:
    texts = calendars_at(f"dav://{server}{path}", logins(tmp_path, server), WINDOW)
    found = [c.title for text in texts for c in find_in_calendar(text, "s", WINDOW).contacts]
    assert found == ["Koffie"]


def test_what_keeps_us_from_it_is_said(server: str, tmp_path: Path) -> None:
    wrong = logins(tmp_path, server, "fout")
    with pytest.raises(NoAccess):
        calendars_at(f"dav://{server}/anne/werk/", wrong, WINDOW)
    with pytest.raises(TrustbookError):
        calendars_at(f"dav://{server}/anne/weg/", logins(tmp_path, server), WINDOW)
    with pytest.raises(UsageError):
        calendars_at("dav:///", {}, WINDOW)


def test_no_password_leaves_for_another_server(server: str, tmp_path: Path) -> None:
    word = base64.b64encode(b"anne:woord").decode()
    with pytest.raises(NoAccess) as refused:
        calendars_at(f"dav://{server}/anne/werk/", {"elders.example": Login("anne")}, WINDOW)
    assert word not in str(refused.value)


TRUNCATED = b"<multistatus xmlns='DAV:'><response><status>HTTP/1.1 200 OK"
TOO_MANY = b"""<multistatus xmlns='DAV:'><response><href>/anne/werk/</href>
<status>HTTP/1.1 507 Insufficient Storage</status></response></multistatus>"""
ONLY_NAMED = b"""<multistatus xmlns='DAV:'><response><href>/anne/werk/1.ics</href>
<status>HTTP/1.1 200 OK</status></response></multistatus>"""
ELSEWHERE = [("Location", "http://127.0.0.2/other/")]


@pytest.mark.parametrize(
    ("what", "more", "kind", "says"),
    [
        ("401 Unauthorized", {}, NoAccess, "wachtwoord"),
        ("403 Forbidden", {}, NoAccess, "lezen is genoeg"),
        ("404 Not Found", {}, UsageError, "staat geen agenda"),
        ("500 Internal Server Error", {}, Busy, "niet bereikbaar"),
        ("reset", {}, Busy, "niet bereikbaar"),
        ("truncated", {}, Busy, "niet bereikbaar"),
        ("207 Multi-Status", {"body": TRUNCATED}, SafetyStop, "geen lijst met afspraken"),
        ("200 OK", {"body": b"<html>"}, UsageError, "staat geen agenda"),
        ("302 Found", {"more": ELSEWHERE}, NoAccess, "andere server"),
        ("302 Found", {"more": [("Location", "/anne/werk/")]}, NoAccess, "kring"),
    ],
)
def test_every_fault_of_a_server_has_its_sentence(
    server: str, tmp_path: Path, fault: dict[str, Any], what: str, more: Any, kind: Any, says: str
) -> None:
    fault |= {"what": what, **more}
    with pytest.raises(kind) as refused:
        calendars_at(f"dav://{server}/anne/werk/", logins(tmp_path, server), WINDOW)
    assert says in refused.value.sentence("nl") and "init" not in refused.value.sentence("nl")


@pytest.mark.parametrize(
    ("what", "more"),
    [
        ("500 Internal Server Error", {"times": 2}),
        ("501 Not Implemented", {"method": "REPORT"}),
        ("207 Multi-Status", {"method": "REPORT", "body": TOO_MANY, "times": 3}),
        ("207 Multi-Status", {"method": "REPORT", "body": ONLY_NAMED}),
        ("302 Found", {"more": [("Location", "/anne/werk/")], "times": 2}),
    ],
)
def test_what_a_server_cannot_do_is_done_in_another_way(
    server: str, tmp_path: Path, fault: dict[str, Any], what: str, more: Any
) -> None:
    fault |= {"what": what, **more}
    texts = calendars_at(f"dav://{server}/anne/werk/", logins(tmp_path, server), WINDOW)
    found = {c.title for text in texts for c in find_in_calendar(text, "s", WINDOW).contacts}
    assert found == {"Koffie"}


def test_a_calendar_on_a_server_is_an_inbox_every_night(
    server: str, tmp_path: Path, asked: Asked, fault: dict[str, Any]
) -> None:
    path = book(tmp_path)
    logins(tmp_path, server)
    (tmp_path / "trustbook.toml").write_text(
        f'[book.n]\nworkbooks = ["n.xlsx"]\ninbox = ["dav://{server}/anne/nacht/", "*.ics"]\n'
        f'[webdav."{server}"]\nuser = "anne"\npassword_file = "word.txt"\n',
        encoding="utf-8",
    )
    put(server, "nacht", "7", "Koffie Politie", "20261105")
    assert asked.json("sync", *TODAY)["proposals"] == 1
    shown = rows(path)
    assert [(row[0].day, row[1], row[3]) for row in shown] == [(5, "Politie", server)]
    put(server, "nacht", "7", "Koffie Politie", "20261106")
    put(server, "nacht", "8", "Bezoek VV Zandloo", "20261107")
    fault |= {"what": "500 Internal Server Error"}
    (tmp_path / "later.ics").write_text(EVENT.format(uid="9", title="VV Zandloo", day="20261108"))
    code, _, said = asked("sync", *TODAY)
    assert code == 0 and server in said and "Agenda" not in said, said
    assert "één keer geprobeerd" in said, "a night waits for no server that is away"
    assert [row[0].day for row in rows(path)] == [5, 8], "the night went on"
    fault.clear()
    assert asked.json("sync", *TODAY)["proposals"] == 3
    assert [row[0].day for row in rows(path)] == [6, 7, 8]
