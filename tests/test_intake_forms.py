"""Answers of forms that cannot be read stand on To check until they are mended, and only there."""

from __future__ import annotations

from pathlib import Path

import openpyxl

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
    for night in range(3):
        code, _, said = asked("sync", *TODAY)
        assert code == 0 and FORM not in said and OTHER not in said, said
        assert lines(path) == ([OTHER, f"{FORM} B2"] if night else []), (
            "the first night makes memory"
        )
    edited(path, FORM, {"B2": "20-11-2026"})
    assert asked("sync", *TODAY)[0] == 0
    assert lines(path) == [OTHER] and len(rows(path)) == 1
    toml.write_text(toml.read_text().replace("forms", "# forms"))
    assert asked("sync", *TODAY)[0] == 0
    assert lines(path) == [], "it is no form any more"
