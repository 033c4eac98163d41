"""Calendars after the habits of Outlook, Google, Nextcloud and Apple: every occurrence, once."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from trustbook.adopt.sources import Looking, read_sources, text_of_file
from trustbook.errors import UsageError
from trustbook.intake.calendars import find_in_calendar
from trustbook.intake.contacts import Window

FOLDER = Path(__file__).parent / "data" / "calendars"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
WINDOW = Window(date(2026, 9, 1), date(2027, 8, 31), date(2026, 12, 31))


def test_every_calendar_has_its_table() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in FOLDER.glob("*.ics"))


@pytest.mark.parametrize(("name", "told"), EXPECTED.items())
def test_every_occurrence_is_found_once(
    name: str, told: dict[str, Any], recwarn: pytest.WarningsRecorder
) -> None:
    found = find_in_calendar(text_of_file(FOLDER / f"{name}.ics"), name, WINDOW)
    on = [one for one in found.contacts if not found.is_off(one)]
    assert sorted(f"{one.day} {one.title}" for one in on) == told["found"]
    assert dict(found.skipped) == told.get("skipped", {})
    keys = [one.key for one in found.contacts]
    assert len(keys) == len(set(keys))
    assert "geheim" not in repr(found).lower()
    assert not [str(one.message) for one in recwarn], "a night says nothing of its libraries"


OWN = "anne@zandloo.example"


@pytest.mark.parametrize(
    ("title", "asked", "why"),
    [
        ("Koffie", f"ATTENDEE;EMAIL={OWN};PARTSTAT=DECLINED:/principals/anne/", "declined"),
        ("Koffie", f"ATTENDEE;EMAIL={OWN};PARTSTAT=TENTATIVE:urn:uuid:1", "tentative"),
        ("Koffie", f"ATTENDEE;PARTSTAT=declined:MAILTO:{OWN.upper()}", "declined"),
        ("Koffie - vervallen", "", "cancelled"),
        ("Koffie (geannuleerd)", "", "cancelled"),
        ("GEANNULEERD Koffie", "", "cancelled"),
        ("Overleg over geannuleerde zittingen", "", None),
        ("Vervallen contracten", "", None),
        ("Koffie - afgelastingen", "", None),
    ],
)
def test_what_our_side_turned_down_or_called_off_never_comes(
    title: str, asked: str, why: str | None
) -> None:
    others = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:x@y.example"
    told = [f"SUMMARY:{title}", "DTSTART:20261001T100000Z", asked, others]
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:a", *told, "END:VEVENT", "END:VCALENDAR"]
    found = find_in_calendar("\n".join(lines), "x", WINDOW, [OWN])
    assert dict(found.skipped) == ({why: 1} if why else {})


def test_a_text_that_only_speaks_of_a_calendar_is_none(tmp_path: Path) -> None:
    """A letter in which an invitation is quoted, and a calendar with a second mark of its bytes."""
    letter = tmp_path / "letter.ics"
    letter.write_text("> BEGIN:VCALENDAR\n> END:VCALENDAR\n", encoding="utf-8")
    looking = Looking(WINDOW, WINDOW.first)
    with pytest.raises(UsageError) as told:
        read_sources([letter], looking)
    assert told.value.key == "intake.no_calendar"
    whole = (FOLDER / "all-day.ics").read_bytes()
    (tmp_path / "twice.ics").write_bytes(b"\xef\xbb\xbf\xef\xbb\xbf" + whole)
    assert len(read_sources([tmp_path / "twice.ics"], looking).contacts) == 2
