"""The sheet Quarter: its numbers, its native charts, and that it is made anew only when it has to
be.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.overviews import LATER, Story, story
from trustbook.columns import QUARTER
from trustbook.overview.sheet import quarter_sheet
from trustbook.snapshot import Cell, Changes, GeneratedSheet, Grid
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.template import new_workbook

TITLE = QUARTER.label("nl")


def made(tale: Story, today: date = LATER) -> tuple[GeneratedSheet, str]:
    return quarter_sheet(tale.read(today), today, TITLE, None, None)


def as_it_stands(sheet: GeneratedSheet) -> Grid:
    """The sheet as a program gives it back: blank cells at the ends gone, whole numbers as they
    like.
    """
    rows = [
        [float(c.value) if isinstance(c.value, int) else c.value for c in row] for row in sheet.rows
    ]
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    return Grid(sheet.title, rows, ours=sheet.key)


def values(sheet: GeneratedSheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.rows]


def test_it_holds_the_numbers_counted_by_hand() -> None:
    rows = values(made(story())[0])
    assert rows[0] == ["Kwartaaloverzicht: werken aan vertrouwen · Derde kwartaal van 2026"]
    assert rows[1] == ["Van de 7 relaties zijn er 2 warm: 2 minder dan een kwartaal eerder."]
    assert ["Warme relaties", 2, 4, "van 7 relaties"] in rows
    assert ["Zonnige momenten", 4, 5, "contacten in rustige tijd"] in rows
    assert ["Afspraken nagekomen", "1 van 3", "1 van 1", "van ons, voor deze periode"] in rows
    assert (
        ["● Warm", 2, 4] in rows
        and ["◐ Koelt af", 1, 1] in rows
        and ["✕ Alleen in crisis", 1, 0] in rows
    )
    assert ["juni 2026", 4, 0] in rows and ["september 2026", 3, 1] in rows
    assert ["Kouder geworden", 2, None, "Moskee Al-Noor, Woonstichting Thuis"] in rows


def test_charts_are_drawn_from_the_rows_they_tell_of() -> None:
    sheet, _ = made(story())
    statuses, months, shares = sheet.charts
    assert [row[0].value for row in sheet.rows[statuses.first - 1 : statuses.last]][0::5] == [
        "● Warm",
        "– Rust",
    ]
    assert [row[0].value for row in sheet.rows[months.first - 1 : months.last]][0::23] == [
        "oktober 2024",
        "september 2026",
    ]
    assert [[cell.value for cell in row] for row in sheet.rows[shares.first - 1 : shares.last]] == [
        ["eerste kwartaal van 2026", 14],
        ["tweede kwartaal van 2026", 57],
        ["derde kwartaal van 2026", 29],
    ]
    for chart in sheet.charts:
        head = sheet.rows[chart.first - 2]
        assert all(head[series.column - 1].value for series in chart.series)


def test_nothing_is_made_anew_where_nothing_changed() -> None:
    tale = story()
    sheet, mark = made(tale)
    again, same = quarter_sheet(tale.read(), date(2026, 11, 20), TITLE, as_it_stands(sheet), mark)
    assert same == mark
    trimmed = [list(row) for row in as_it_stands(sheet).rows]
    assert values(again) == trimmed


@pytest.mark.parametrize(
    ("line", "anew"),
    [
        ("- moment: 20-10-2026 | Met: Politie Oost", False),
        ("- moment: 20-08-2026 | Met: Politie Oost", True),
        ("- partner: Brandweer | Sinds: 01-02-2026", True),
        ("- nodig: jihadisme | Partij: Jongerenwerk", True),
    ],
)
def test_it_is_made_anew_when_something_it_rests_on_changed(line: str, anew: bool) -> None:
    tale = story()
    sheet, mark = made(tale)
    tale.add(line)
    now, new_mark = quarter_sheet(tale.read(), LATER, TITLE, as_it_stands(sheet), mark)
    assert (new_mark != mark) == anew == bool(now.charts)


def test_it_is_made_anew_for_a_new_quarter_and_over_what_somebody_typed() -> None:
    tale = story()
    sheet, mark = made(tale)
    turned, _ = quarter_sheet(
        tale.read(date(2027, 1, 1)), date(2027, 1, 1), TITLE, as_it_stands(sheet), mark
    )
    assert values(turned)[0] == [
        "Kwartaaloverzicht: werken aan vertrouwen · Vierde kwartaal van 2026"
    ]
    typed = as_it_stands(sheet)
    typed.rows[5][1] = 99  # type: ignore[index]
    mended, same = quarter_sheet(tale.read(), LATER, TITLE, typed, mark)
    assert same == mark and values(mended) == values(sheet)


def test_a_quiet_night_needs_no_arithmetic_and_no_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    tale = story()
    sheet, mark = made(tale)

    def no_need(*_: object, **__: object) -> None:
        raise AssertionError("counted although nothing changed")

    monkeypatch.setattr("trustbook.overview.count_quarter", no_need)
    quarter_sheet(tale.read(), LATER, TITLE, as_it_stands(sheet), mark)
    code = "import sys, trustbook.overview.editions; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.fixture
def excel(tmp_path: Path) -> ExcelWorkbook:
    path = tmp_path / "netwerk.xlsx"
    new_workbook(path, "nl")
    return ExcelWorkbook(path)


def write(excel: ExcelWorkbook, sheet: GeneratedSheet) -> None:
    excel.write(Changes(sheets=[sheet]), excel.read().version)


def parts(path: Path, word: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as package:
        return {name: package.read(name) for name in package.namelist() if word in name}


def charts_of(page: Any) -> list[Any]:
    """The charts that openpyxl read from a sheet; it has no public name for them."""
    return list(page._charts)


def test_the_workbook_draws_the_charts_itself(excel: ExcelWorkbook, tmp_path: Path) -> None:
    sheet, _ = made(story())
    write(excel, sheet)
    path = tmp_path / "netwerk.xlsx"
    page = openpyxl.load_workbook(path)[TITLE]
    charts = charts_of(page)
    assert len(charts) == 3 and {type(chart).__name__ for chart in charts} == {"BarChart"}
    refs = {series.val.numRef.f for chart in charts for series in chart.series}
    statuses, months, _ = sheet.charts
    assert f"'{TITLE}'!$B${statuses.first}:$B${statuses.last}" in refs
    assert f"'{TITLE}'!$C${months.first}:$C${months.last}" in refs
    # A bar that does not begin at nothing says more than the number does.
    assert all(chart.y_axis.scaling.min == 0 for chart in charts)


def test_charts_stay_the_owners_when_the_numbers_change(
    excel: ExcelWorkbook, tmp_path: Path
) -> None:
    path = tmp_path / "netwerk.xlsx"
    sheet, _ = made(story())
    write(excel, sheet)
    before = {**parts(path, "charts/"), **parts(path, "drawings/")}
    assert len(before) == 5  # three charts, their drawing and its relationships
    tale = story()
    tale.add("- moment: 20-08-2026 | Met: Politie Oost")
    write(excel, made(tale)[0])
    assert {**parts(path, "charts/"), **parts(path, "drawings/")} == before
    assert openpyxl.load_workbook(path)[TITLE]["B7"].value == 5


def test_charts_go_with_their_sheet(excel: ExcelWorkbook, tmp_path: Path) -> None:
    write(excel, made(story())[0])
    excel.write(Changes(remove=[QUARTER.key]), excel.read().version)
    path = tmp_path / "netwerk.xlsx"
    assert not parts(path, "charts/") and not parts(path, "drawings/")
    assert TITLE not in openpyxl.load_workbook(path).sheetnames


def test_the_charts_of_people_are_left_as_they_are(tmp_path: Path) -> None:
    from openpyxl.chart import LineChart, Reference

    path = tmp_path / "netwerk.xlsx"
    new_workbook(path, "nl")
    book = openpyxl.load_workbook(path)
    own = LineChart()
    page = cast("Worksheet", book["Partners"])
    own.add_data(Reference(page, min_col=8, min_row=1, max_row=4))
    page.add_chart(own, "AA1")
    book.save(path)
    before = {**parts(path, "charts/"), **parts(path, "drawings/")}
    write(ExcelWorkbook(path), made(story())[0])
    after = {**parts(path, "charts/"), **parts(path, "drawings/")}
    assert before.items() <= after.items() and len(after) == len(before) + 5


HOSTILE = 'It\'s <b>&"x" =1+1'


def test_a_hostile_title_stays_text(excel: ExcelWorkbook, tmp_path: Path) -> None:
    sheet, _ = made(story())
    chart = replace(sheet.charts[0], title=HOSTILE)
    write(
        excel,
        replace(
            sheet, title="Q'3 & <x>", charts=(chart,), rows=((Cell(HOSTILE),), *sheet.rows[1:])
        ),
    )
    page = openpyxl.load_workbook(tmp_path / "netwerk.xlsx")["Q'3 & <x>"]
    assert page["A1"].value == HOSTILE and page["A1"].data_type == "s"
    assert charts_of(page)[0].title.tx.rich.p[0].r[0].t == HOSTILE
    assert charts_of(page)[0].series[0].val.numRef.f.startswith("'Q''3 & <x>'!$B$")


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_opens_it_and_keeps_the_charts(excel: ExcelWorkbook, tmp_path: Path) -> None:
    write(excel, made(story())[0])
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"),
         str(tmp_path / "netwerk.xlsx")],
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    page = openpyxl.load_workbook(tmp_path / "out" / "netwerk.xlsx")[TITLE]
    assert len(charts_of(page)) == 3
