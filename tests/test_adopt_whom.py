"""A header that says plainly what its column is goes before a guess: who is who in a log."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.test_intake import TODAY, book, rows
from tests.typed import Asked, asked
from trustbook.adopt.proposal import propose
from trustbook.workbooks.excel import ExcelWorkbook

__all__ = ["asked"]


def read_as(path: Path, *lines: list[str]) -> dict[str, set[str]]:
    """What adopt proposes to read the columns of a workbook as, by header."""
    file = openpyxl.Workbook()
    sheet = file.active
    assert sheet is not None
    for line in lines:
        sheet.append(line)
    file.save(path)
    proposal = propose(ExcelWorkbook(path).read(lambda title: True), "nl")
    found: dict[str, set[str]] = {}
    for column in proposal.sheets[0].columns:
        told = {f"{column.sheet}.{column.name}"} if column.name else set()
        found.setdefault(column.header, set()).update(told)
    return found


@pytest.mark.parametrize("whom", ["Met wie", "Organisatie", "Partner", "Gesproken met", "Met"])
@pytest.mark.parametrize("turned", [False, True])
def test_who_beside_with_whom_is_our_own_colleague(tmp_path: Path, whom: str, turned: bool) -> None:
    lines = [["Wie", whom], *([name, f"Stichting {at}"] for at, name in enumerate("ABABA"))]
    days = [f"2026-09-0{at}" for at in range(1, 6)]
    told = [line[::-1] if turned else line for line in lines]
    dated = [["Datum", *told[0]], *([day, *line] for day, line in zip(days, told[1:], strict=True))]
    found = read_as(tmp_path / "log.xlsx", *dated)
    assert found["Wie"] == {"moments.by"}
    assert found[whom] == {"moments.with", "partners.name"}


def test_who_alone_is_whom_there_was_contact_with(tmp_path: Path) -> None:
    lines = [["Datum", "Wie", "Door"], ["2026-09-01", "Politie", "Anne"]]
    assert read_as(tmp_path / "log.xlsx", *lines)["Wie"] == {"moments.with", "partners.name"}


@pytest.mark.parametrize("headers", ["Wie;Met wie", "Wie;Organisatie", "Wie;Partner", "Who;With"])
def test_an_import_takes_no_colleague_for_the_contact(
    tmp_path: Path, asked: Asked, headers: str
) -> None:
    path = book(tmp_path)
    text = f"Datum;{headers}\n2026-11-11;Anne de Wit;VV Zandloo\n"
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    assert asked("import", "log.csv", *TODAY)[0] == 0
    assert [one[1] for one in rows(path)] == ["VV Zandloo"]


@pytest.mark.parametrize("header", ["Functie", "Rol", "Functietitel"])
def test_a_function_is_no_party_though_its_cells_look_like_one(tmp_path: Path, header: str) -> None:
    cells = [[f"Politie {at}", f"Jan Bos{at}", "wijkagent"] for at in range(4)]
    found = read_as(tmp_path / "p.xlsx", ["Partner", "Contactpersoon", header], *cells)
    assert found[header] == {"people.role"}
