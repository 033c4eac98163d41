"""What looks alike in two sources is not taken for one, and what moves is not lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.test_intake import TODAY, answer, book, calendar, event, moments, rows, skipped
from tests.typed import Asked, asked, edited, ledger_in
from trustbook.adopt.sources import Looking, files_in, read_sources, window_on
from trustbook.errors import UsageError
from trustbook.intake.proposals import SAID_OF
from trustbook.intake.vcards import find_in_cards

__all__ = ["asked"]


def test_two_lists_that_number_their_rows_alike_hold_different_contacts(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    (tmp_path / "sept.csv").write_text(
        "ID,Datum,Met\n1,2026-09-10,Politie\n2,2026-09-11,VV Zandloo\n", encoding="utf-8"
    )
    (tmp_path / "okt.csv").write_text(
        "ID,Datum,Met\n1,2026-10-10,VV Zandloo\n2,2026-10-11,Moskee El Noor\n", encoding="utf-8"
    )
    assert asked.json("import", "sept.csv", *TODAY)["proposed"] == 2
    answer(path, "ja", "nee")
    assert asked("sync", *TODAY)[0] == 0
    assert asked.json("import", "okt.csv", *TODAY)["proposed"] == 2
    assert [(row[0].day, row[1]) for row in rows(path)] == [
        (10, "VV Zandloo"),
        (11, "Moskee El Noor"),
    ]
    answer(path, "ja", "nee")
    assert asked("sync", *TODAY)[0] == 0
    (tmp_path / "okt.csv").write_text(
        "ID,Datum,Met\n1,2026-11-16,Politie\n2,2026-11-17,VV Zandloo\n", encoding="utf-8"
    )
    done = asked.json("import", "okt.csv", *TODAY)
    assert done["proposed"] == 2, "the next month has the same file name"
    answer(path, "ja", "nee")
    done = asked.json("import", "okt.csv", *TODAY)
    assert asked("sync", *TODAY)[0] == 0
    done = asked.json("import", "okt.csv", *TODAY)
    assert (done["proposed"], done["already_known"], skipped(done)) == (0, 1, {"said_no": 1})
    (tmp_path / "sept.csv").write_text(
        "ID,Datum,Met\n1,2026-09-12,Politie\n2,2026-09-11,Moskee El Noor\n", encoding="utf-8"
    )
    done = asked.json("import", "sept.csv", *TODAY)
    assert (done["proposed"], done["already_known"], skipped(done)) == (1, 1, {})
    assert "na uw nee" in rows(path)[0][4], "corrected after its no"
    assert (date(2026, 9, 10), "Politie") in [one[:2] for one in moments(path)]
    assert asked.codes(*TODAY).count("event_moved") == 1, "corrected after its yes"


def test_a_list_that_was_renamed_and_corrected_comes_in_once(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    head = "ID,Datum,Met\n1,2026-09-10,Politie\n2,2026-09-11,VV Zandloo\n"
    (tmp_path / "sept.csv").write_text(f"{head}3,2026-09-14,Politie\n", encoding="utf-8")
    assert asked.json("import", "sept.csv", *TODAY)["proposed"] == 3
    answer(path, "ja", "nee", "ja")
    assert asked("sync", *TODAY)[0] == 0
    more = "3,2026-09-15,Politie\n4,2026-09-16,VV Zandloo\n"
    (tmp_path / "sept (1).csv").write_text(f"{head}{more}", encoding="utf-8")
    done = asked.json("import", "sept (1).csv", *TODAY)
    assert (done["proposed"], done["already_known"], skipped(done)) == (1, 2, {"said_no": 1})
    assert asked.codes(*TODAY).count("event_moved") == 1, "corrected after its yes"
    done = asked.json("import", "sept.csv", "sept (1).csv", *TODAY)
    assert (done["proposed"], done["withdrawn"]) == (0, 0)


@pytest.mark.parametrize("before", [False, True])
def test_an_event_that_moves_after_its_yes_is_told_until_its_row_went_along(
    tmp_path: Path, asked: Asked, before: bool
) -> None:
    path = book(tmp_path)
    calendar(tmp_path, event("Politie", "20261204"), event("VV Zandloo", "20261208"))
    assert asked("import", "agenda.ics", *TODAY)[0] == 0
    answer(path, "ja", "ja")
    assert asked("sync", *TODAY)[0] == 0
    if before:  # a version that did not remember of which day a yes was
        with ledger_in(tmp_path) as ledger:
            ledger.note(SAID_OF, {})
    assert asked.json("import", "agenda.ics", *TODAY)["already_known"] == 2
    assert "event_moved" not in asked.codes(*TODAY)
    calendar(tmp_path, event("Politie", "20261211"), event("VV Zandloo", "20261208"))
    assert asked.json("import", "agenda.ics", *TODAY)["proposed"] == 0
    (line,) = [one for one in rows(path, "Te controleren") if "11-12-2026" in str(one[0])]
    assert line[1:3] == ["Contactmomenten", "B3"]
    edited(path, "Contactmomenten", {"F3": "vervallen"})
    assert "event_moved" in asked.codes(*TODAY), "the talk itself is still to come"
    edited(path, "Contactmomenten", {"B3": date(2026, 12, 11), "F3": None})
    assert asked("sync", *TODAY)[0] == 0
    assert "event_moved" not in asked.codes(*TODAY)
    calendar(tmp_path, event("Politie", "20261204"), event("VV Zandloo", "20261208"))
    assert asked.json("import", "agenda.ics", *TODAY)["already_known"] == 2
    assert asked.codes(*TODAY).count("event_moved") == 1, "it came back, the row did not"


def test_a_pattern_that_names_no_file_is_said_to_be_none(tmp_path: Path) -> None:
    pattern = str(tmp_path / "*.ics")
    with pytest.raises(UsageError) as told:
        files_in([pattern])
    assert told.value.key == "intake.no_source" and told.value.params["name"] == pattern
    assert files_in([pattern], may_be_none=True) == [], "an inbox may be empty tonight"
    assert files_in([str(tmp_path)]) == []


def test_a_picture_on_a_card_hides_nobody() -> None:
    """Only a value in quoted-printable goes on below a line that ends in "="."""
    picture = "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\n DBkSEw8UHRo="
    lines = (
        *("BEGIN:VCARD", "FN:Piet Bal", "ORG:Politie", picture, "END:VCARD"),
        *("BEGIN:VCARD", picture, "FN:Noor Klein", "END:VCARD"),
        *("BEGIN:VCARD", "FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Ren=C3=A9=", " Smit"),
        *("NOTE;QUOTED-PRINTABLE:x=", "END:VCARD"),
    )
    found = find_in_cards("\r\n".join(lines), "k.vcf", date(2026, 11, 27))
    names = [one.cells["name"] for one in found.contacts]
    assert names == ["Piet Bal", "Noor Klein", "René Smit"]


def test_cards_of_firms_faxes_and_shared_numbers_are_read_as_they_are_meant(tmp_path: Path) -> None:
    cards = (
        ("UID:1", "FN:Politie", "N:;;;;", "ORG:Politie;", "X-ABShowAs:COMPANY"),
        ("UID:2", "FN:An Smit", "N:Smit;An;;;", "ORG:An Smit"),
        ("UID:1", "FN:Bal, Piet", "N:Bal;Piet;van;;", "ORG:Politie", "TEL;TYPE=WORK,FAX:015-1"),
        ("UID:1", "FN:Noor Klein", "ORG:Politie", "TEL;WORK;FAX:015-1", "TEL;CELL;VOICE:06-2"),
        ("UID:1", "FN:Noor Klein", "ORG:Politie", "TEL;WORK;FAX:015-1", "TEL;CELL;VOICE:06-2"),
    )
    lines = [("BEGIN:VCARD", *card, "END:VCARD") for card in cards]
    (tmp_path / "k.vcf").write_text("\n".join(map("\n".join, lines)), encoding="utf-8")
    looking = Looking(window_on(date(2026, 11, 27)), date(2026, 11, 27))
    found = read_sources([tmp_path / "k.vcf"], looking)
    assert [dict(one.cells) for one in found.contacts] == [
        {"name": "An Smit"},
        {"name": "Piet van Bal"},
        {"name": "Noor Klein", "phone": "06-2"},
    ]
    assert found.skipped == {"no_person": 1}
