"""Calendars on a real server (Radicale), read with a password, with faults in front of it."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import requests

from trustbook.errors import NoAccess, TrustbookError, UsageError
from trustbook.intake.caldav import calendars_at
from trustbook.intake.calendars import find_in_calendar
from trustbook.intake.contacts import Window
from trustbook.places.web_login import Login

WINDOW = Window(date(2026, 9, 1), date(2027, 9, 1), date(2026, 12, 31))
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
    http = make_server("127.0.0.1", 0, Application(told), handler_class=_Quiet)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    address = f"127.0.0.1:{http.server_port}"
    auth = ("anne", "woord")
    base = f"http://{address}/anne/werk/"
    requests.request("MKCALENDAR", base, auth=auth, timeout=10).raise_for_status()
    for uid, title, day in (("1", "Koffie", "20261105"), ("2", "Lang geleden", "20200101")):
        body = EVENT.format(uid=uid, title=title, day=day).replace("\n", "\r\n")
        put = requests.put(f"{base}{uid}.ics", body, auth=auth, timeout=10,
                           headers={"Content-Type": "text/calendar"})  # fmt: skip
        put.raise_for_status()
    yield address
    http.shutdown()
    http.server_close()


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
