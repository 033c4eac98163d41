"""Answers of forms that cannot be read stand on To check until they are mended, and only there."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.test_intake import TODAY, book, rows
from tests.test_intake_cells import FORM, form
from tests.typed import Asked, asked, edited

__all__ = ["asked"]
OTHER = "Aanmeldingen"


def lines(path: Path) -> list[str]:
    """What To check says of the two forms."""
    found = rows(path, "Te controleren")
    return sorted(f"{one[1]} {one[2] or ''}".strip() for one in found if one[1] in (FORM, OTHER))


def test_an_answer_that_cannot_be_read_is_told_once_until_it_is_mended(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    form(path, ["2026-11-21 10:00:00", "31-02-2026", "VV Zandloo"])
    file = openpyxl.load_workbook(path)
    file.create_sheet(OTHER).append(["Tijdstempel", "Wat eet u?"])
    file.save(path)
    toml = tmp_path / "trustbook.toml"
    toml.write_text(toml.read_text().replace(f'["{FORM}"]', f'["{FORM}", "{OTHER}"]'))
    for _ in range(3):
        code, _, said = asked("sync", *TODAY)
        assert code == 0 and FORM not in said and OTHER not in said, said
        assert lines(path) == [OTHER, f"{FORM} B2"]
    edited(path, FORM, {"B2": "20-11-2026"})
    assert asked("sync", *TODAY)[0] == 0
    assert lines(path) == [OTHER] and len(rows(path)) == 1
    toml.write_text(toml.read_text().replace("forms", "# forms"))
    assert asked("sync", *TODAY)[0] == 0
    assert lines(path) == [], "it is no form any more"


def test_an_answer_that_names_an_unknown_is_told_and_the_known_are_proposed(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    form(
        path,
        ["2026-11-21 10:00:00", "20-11-2026", "Wijkvereniging De Kade"],
        ["2026-11-21 10:00:00", "20-11-2026", None, "bezoek"],
        ["2026-11-21 10:00:00", "19-11-2026", "VV Zandloo; Wijkvereniging De Kade"],
        ["2026-11-21 10:00:00", "18-11-2026", "VV Zandlo; Politie"],
    )
    for _ in range(2):
        assert asked("sync", *TODAY)[0] == 0
    told = [one for one in asked.json("check", *TODAY)["problems"] if one["sheet"] == FORM]
    cells = {one["cell"]: one["code"] for one in told}
    assert cells.pop("C3") == "form_nobody"
    assert cells == dict.fromkeys(("C2", "C4", "C5"), "form_name")
    near, beside = rows(path)
    assert (near[1], beside[1]) == ("Politie", "VV Zandloo")
    assert "“VV Zandlo”" in near[4] and "“VV Zandloo”" in near[4], "offered and not taken"
    assert "“Wijkvereniging De Kade”" in beside[4]
    edited(path, "Partners", {"B5": "Wijkvereniging De Kade"})
    edited(path, FORM, {"C3": "Politie", "C5": "VV Zandloo; Politie"})
    for _ in range(2):
        assert asked("sync", *TODAY)[0] == 0
    assert lines(path) == []
    assert [one[1] for one in rows(path)] == [
        "VV Zandloo; Politie",
        "VV Zandloo; Wijkvereniging De Kade",
        "Politie",
        "Wijkvereniging De Kade",
    ]


def test_a_row_of_a_list_with_an_unknown_beside_a_partner_is_proposed(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    text = 'datum;met\n2026-11-12;"Politie; De Kade"\n2026-11-13;De Kade\n'
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    assert asked.json("import", "log.csv", *TODAY)["proposed"] == 1
    (line,) = rows(path)
    assert line[1] == "Politie" and "“De Kade”" in line[4]


def test_what_nobody_foresaw_in_an_inbox_costs_the_book_no_night(
    tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path)
    form(path, ["2026-11-21 10:00:00", "20-11-2026", "VV Zandloo"])
    assert asked("sync", *TODAY)[0] == 0

    def stumble(*_: object) -> None:
        raise RuntimeError("a form like no other")

    monkeypatch.setattr("trustbook.adopt.inbox.find_in_forms", stumble)
    edited(path, "Contactmomenten", {"B3": "20-11-2026", "C3": "VV Zandloo"})
    code, _, said = asked("sync", "--quiet", *TODAY)
    assert code == 0 and "a form like no other" in said
    (one,) = [p for p in asked.json("health", *TODAY)["partners"] if p["name"] == "VV Zandloo"]
    assert one["status"] == "warm"


def test_doctor_names_a_form_that_no_sheet_has(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    form(path, ["2026-11-21 10:00:00", "20-11-2026", "VV Zandloo"])
    assert f"“{FORM}”" not in asked("doctor", *TODAY)[1]
    toml = tmp_path / "trustbook.toml"
    toml.write_text(toml.read_text().replace(f'["{FORM}"]', f'["{FORM}s"]'))
    code, said, _ = asked("doctor", *TODAY)
    assert code == 0 and f"Er is geen blad “{FORM}s”" in said
    assert f"Bedoelt u “{FORM}”?" in said


def test_an_answer_without_a_day_in_a_sheet_without_stamps_stops_no_night(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    file = openpyxl.load_workbook(path)
    sheet = file.create_sheet(FORM)
    for row in (["Met wie?", "Welke dag?"], ["Politie", None], ["VV Zandloo", "19-11-2026"]):
        sheet.append(row)
    file.save(path)
    text = f'[book.n]\nworkbooks = ["n.xlsx"]\nforms = ["{FORM}"]\n'
    (tmp_path / "trustbook.toml").write_text(text, encoding="utf-8")
    for _ in range(2):
        assert asked("sync", *TODAY)[0] == 0
    assert [one[1] for one in rows(path)] == ["VV Zandloo"]
    assert lines(path) == [f"{FORM} B2"]


def test_the_first_night_counts_what_forms_leave_to_be_checked(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    form(
        path,
        ["2026-11-21 10:00:00", "31-02-2026", "VV Zandloo"],
        ["2026-11-21 10:00:01", "20-11-2026", None, "bezoek"],
        ["2026-11-21 10:00:02", "19-11-2026", "Wijkvereniging De Kade"],
        ["2026-11-21 10:00:03", "18-11-2026", "Politie"],
    )
    code, out, _ = asked("sync", *TODAY)
    told = rows(path, "Te controleren")
    assert code == 0 and lines(path) == [f"{FORM} B2", f"{FORM} C3", f"{FORM} C4"]
    assert f"{len(told)} te controleren" in out, out


def test_the_first_night_tells_what_forms_leave_where_nothing_is_proposed(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    form(path, ["2026-11-21 10:00:00", "31-02-2026", "VV Zandloo"])
    code, out, _ = asked("sync", *TODAY)
    assert code == 0 and lines(path) == [f"{FORM} B2"]
    assert "1 te controleren" in out, out
