"""Events of several calendars that share a UID: one event is one proposal, two are two."""

from __future__ import annotations

from pathlib import Path

from tests.test_intake import TODAY, answer, book, calendar, event, moments, rows
from tests.test_intake_calendars import FOLDER, WINDOW
from tests.typed import Asked, asked
from trustbook.adopt.sources import Looking, files_in, read_sources
from trustbook.intake.contacts import Findings

__all__ = ["asked"]


def days(path: Path) -> list[tuple[str, str]]:
    return [(row[0].date().isoformat(), row[1]) for row in rows(path)]


def found(folder: Path, *names: str) -> list[str]:
    looking = Looking(WINDOW, WINDOW.first)
    told: Findings = read_sources(files_in([str(folder / name) for name in names]), looking)
    return sorted(f"{c.day} {c.title}" for c in told.contacts if not told.is_off(c))


def test_two_events_with_one_uid_in_two_files_are_two(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    calendar(tmp_path, event("Koffie Politie", "20261110", uid="1"), name="a.ics")
    calendar(tmp_path, event("Bezoek VV Zandloo", "20261112", uid="1"), name="b.ics")
    calendar(tmp_path, event("Koffie Politie", "20261110", uid="1"), name="c.ics")
    both = [("2026-11-10", "Politie"), ("2026-11-12", "VV Zandloo")]
    assert asked.json("import", "a.ics", "b.ics", "c.ics", *TODAY)["proposed"] == 2
    assert days(path) == both
    for one in ("a.ics", "b.ics", "c.ics"):
        told = asked.json("import", one, *TODAY)
        assert (told["proposed"], told["changed"], told["withdrawn"]) == (0, 0, 0), one
    assert days(path) == both


def test_files_that_come_one_by_one_leave_each_other_alone(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    calendar(tmp_path, event("Koffie Politie", "20261110", uid="1"), name="a.ics")
    calendar(tmp_path, event("Bezoek VV Zandloo", "20261112", uid="1"), name="b.ics")
    for _ in range(2):
        for one in ("a.ics", "b.ics"):
            asked.json("import", one, *TODAY)
    assert days(path) == [("2026-11-10", "Politie"), ("2026-11-12", "VV Zandloo")]
    # The same calendar, fetched once more under another name: its event moved.
    calendar(tmp_path, event("Koffie Politie", "20261111", uid="1"), name="a (1).ics")
    assert asked.json("import", "a (1).ics", *TODAY)["changed"] == 1
    assert days(path) == [("2026-11-11", "Politie"), ("2026-11-12", "VV Zandloo")]


def test_of_one_event_in_two_calendars_the_later_edition_counts(tmp_path: Path) -> None:
    calendar(tmp_path, event("Koffie", "20261010", "SEQUENCE:0", uid="1"), name="a.ics")
    calendar(tmp_path, event("Koffie", "20261012", "SEQUENCE:2", uid="1"), name="b.ics")
    assert found(tmp_path, "a.ics", "b.ics") == ["2026-10-12 Koffie"]
    assert found(tmp_path, "b.ics", "a.ics") == ["2026-10-12 Koffie"]
    off = event("Koffie", "20261012", "SEQUENCE:3", "STATUS:CANCELLED", uid="1")
    calendar(tmp_path, off, name="c.ics")
    assert found(tmp_path, "c.ics", "b.ics") == found(tmp_path, "b.ics", "c.ics") == []


def test_an_invitation_that_was_taken_back_by_mail_is_off(tmp_path: Path) -> None:
    calendar(tmp_path, event("Koffie", "20261010", uid="1"), name="invite.ics")
    calendar(tmp_path, event("Koffie", "20261010", uid="1"), name="off.ics")
    file = tmp_path / "off.ics"
    file.write_text(file.read_text().replace("VERSION:2.0", "VERSION:2.0\nMETHOD:CANCEL"))
    assert found(tmp_path, "invite.ics") == ["2026-10-10 Koffie"]
    assert (
        found(tmp_path, "invite.ics", "off.ics") == found(tmp_path, "off.ics", "invite.ics") == []
    )


def test_no_event_of_a_folder_is_lost_though_its_calendars_share_uids() -> None:
    apart = {one for path in FOLDER.glob("*.ics") for one in found(FOLDER, path.name)}
    together = found(FOLDER, "*.ics")
    assert apart == {*together}


def test_what_is_older_than_we_look_today_goes_on_waiting(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    source = calendar(tmp_path, event("Koffie Politie", "20260601", uid="1"))
    assert asked.json("import", source, "--since", "2026-05-01", *TODAY)["proposed"] == 1
    assert asked.json("import", source, *TODAY)["withdrawn"] == 0
    assert days(path) == [("2026-06-01", "Politie")]


def test_another_talk_may_stand_where_one_moved_away(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    source = calendar(tmp_path, event("Koffie Politie", "20261110", uid="1"))
    assert asked.json("import", source, *TODAY)["proposed"] == 1
    moved = event("Koffie Politie", "20261117", uid="1")
    calendar(tmp_path, moved, event("Overleg Politie", "20261110", uid="2"))
    told = asked.json("import", source, *TODAY)
    assert (told["proposed"], told["changed"]) == (1, 1)
    assert days(path) == [("2026-11-10", "Politie"), ("2026-11-17", "Politie")]


def test_two_talks_of_one_day_with_one_partner_are_two(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    both = [event("Koffie Politie", "20261110"), event("Overleg Politie", "20261110")]
    source = calendar(tmp_path, *both, event("Bezoek Politie", "20261103"))
    calendar(tmp_path, event("Gesprek Politie", "20261110"), name="of a colleague.ics")
    assert asked.json("import", source, "of a colleague.ics", *TODAY)["proposed"] == 2
    told = ["In de bron: “Koffie Politie”.", "In de bron: “Overleg Politie”."]
    assert sorted(row[4] for row in rows(path)) == told
    calendar(tmp_path, *reversed(both))
    again = asked.json("import", source, *TODAY)
    assert (again["proposed"], again["withdrawn"]) == (0, 0)
    answer(path, "ja", "ja")
    assert asked("sync", *TODAY)[0] == 0
    topics = [row[-1] for row in moments(path) if row[0].day == 10]
    assert sorted(topics) == ["Koffie Politie", "Overleg Politie"]
    assert asked.json("import", source, "of a colleague.ics", *TODAY)["proposed"] == 0


def test_of_two_talks_of_one_day_one_may_be_what_somebody_typed(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    both = [event("Koffie Politie", "20261103"), event("Overleg Politie", "20261103")]
    source = calendar(tmp_path, *both)
    # One of both is the moment that somebody typed.
    assert asked.json("import", source, *TODAY)["proposed"] == 1
    assert asked.json("import", source, *TODAY)["proposed"] == 0
    assert [row[4] for row in rows(path)] == ["In de bron: “Overleg Politie”."]
    assert asked.json("sync", *TODAY)["proposals"] == 1


def test_an_event_that_shares_its_uid_with_one_that_was_answered_is_another(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    first = [
        event("Koffie Politie", "20261110", uid="1"),
        event("Lunch Politie", "20261117", uid="2"),
    ]
    calendar(tmp_path, *first, name="a.ics")
    assert asked.json("import", "a.ics", *TODAY)["proposed"] == 2
    answer(path, "ja", "nee")
    assert asked("sync", *TODAY)[0] == 0
    other = [
        event("Bezoek VV Zandloo", "20261112", uid="1"),
        event("Bezoek Moskee El Noor", "20261113", uid="2"),
    ]
    calendar(tmp_path, *other, name="b.ics")
    for _ in range(2):
        asked.json("import", "b.ics", *TODAY)
        asked.json("import", "a.ics", *TODAY)
        assert days(path) == [("2026-11-12", "VV Zandloo"), ("2026-11-13", "Moskee El Noor")]


def test_an_event_that_names_another_partner_after_its_yes_is_asked_about(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    calendar(tmp_path, event("Koffie Politie", "20261110", uid="1"))
    assert asked.json("import", "agenda.ics", *TODAY)["proposed"] == 1
    answer(path, "ja")
    assert asked("sync", *TODAY)[0] == 0
    calendar(tmp_path, event("Koffie Politie, zaal 2", "20261110", uid="1"))
    assert asked.json("import", "agenda.ics", *TODAY)["already_known"] == 1
    calendar(tmp_path, event("Koffie VV Zandloo", "20261110", uid="1"))
    assert asked.json("import", "agenda.ics", *TODAY)["proposed"] == 1
    assert "na uw ja" in rows(path)[0][4]
