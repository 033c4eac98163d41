"""The starter workbook: every sheet and column, dropdowns that work everywhere, and nothing that
gets in the way.
"""

from __future__ import annotations

import importlib.util
import io
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.present import present
from trustbook.catalogue import parties, phenomena, proposals, proposed_routes
from trustbook.columns import PARTNERS, SETTINGS, START, TYPED
from trustbook.errors import UsageError
from trustbook.messages import catalogue, templates
from trustbook.reading.settings_rows import SETTING_ROWS, find_setting
from trustbook.snapshot import CELL_STYLES
from trustbook.workbooks.template import new_workbook

LANGS = ("nl", "en")
# Where any text is as good as the list: several values, or names that come up while typing.
FREE = {"phenomena", "area", "holder", "offers", "role", "with", "also_present", "by", "members",
        "first_contact", "coordinates", "deputy"}  # fmt: skip


@pytest.fixture(params=LANGS)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def book(tmp_path: Path, lang: str) -> Workbook:
    path = tmp_path / "new.xlsx"
    new_workbook(path, lang)
    return openpyxl.load_workbook(path)


def builder() -> ModuleType:
    source = Path(__file__).parent.parent / "scripts" / "build_templates.py"
    spec = present(importlib.util.spec_from_file_location("build_templates", source))
    module = importlib.util.module_from_spec(spec)
    present(spec.loader).exec_module(module)
    return module


def dropdowns(page: Worksheet) -> dict[str, tuple[object, bool, object]]:
    """What a dropdown offers and how strict it is, per first cell."""
    return {
        str(rule.sqref).split(":")[0]: (
            rule.formula1,
            rule.errorStyle == "warning",
            rule.showErrorMessage,
        )
        for rule in page.data_validations.dataValidation
        if rule.type == "list"
    }


def cells_of(book: Workbook, name: str) -> list[Any]:
    """The cells a defined name points at."""
    [(title, area)] = book.defined_names[name].destinations
    return [cell.value for row in book[title][area.replace("$", "")] for cell in row]


def letter(cell: Cell | MergedCell) -> str:
    return get_column_letter(present(cell.column))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_every_sheet_and_column_stands_in_the_contracts_order(book: Workbook, lang: str) -> None:
    typed = [sheet.label(lang) for sheet in TYPED]
    lists = {"nl": "Lijsten", "en": "Lists"}[lang]
    assert book.sheetnames == [START.label(lang), *typed, lists]
    for sheet in TYPED:
        assert [cell.value for cell in book[sheet.label(lang)][1]] == [
            column.label(lang) for column in sheet.columns
        ]


def test_each_sheet_is_one_table_with_a_frozen_header_and_its_widths(
    book: Workbook, lang: str
) -> None:
    for sheet in TYPED:
        page = book[sheet.label(lang)]
        [table] = page.tables.values()
        first, last = table.ref.split(":")
        assert first == "A1"
        assert page[last].column == len(sheet.columns)
        assert page[last].row == max(page.max_row, 2)
        assert page[present(page.freeze_panes)].row == 2
        for column, cell in zip(sheet.columns, page[1], strict=True):
            style = page.column_dimensions[letter(cell)]
            assert column.width <= style.width <= column.width + 4
            assert (style.number_format == "dd-mm-yyyy") == (column.type == "date")


def test_headers_say_by_colour_whose_a_column_is(book: Workbook, lang: str) -> None:
    for sheet in TYPED:
        for column, cell in zip(sheet.columns, book[sheet.label(lang)][1], strict=True):
            ours = column.owner == "derived" or column.type == "id"
            look = CELL_STYLES["header.ours" if ours else "header.yours"]
            assert cell.fill.fgColor.rgb[-6:] == look.fill
            assert cell.font.color.rgb[-6:] == look.color


def test_what_trustbook_fills_stays_on_one_line(book: Workbook, lang: str) -> None:
    """LibreOffice gives a row no room for what was written while it was closed."""
    for sheet in TYPED:
        for column, cell in zip(sheet.columns, book[sheet.label(lang)][1], strict=True):
            if column.owner == "derived":
                style = book[sheet.label(lang)].column_dimensions[letter(cell)]
                assert not style.alignment.wrap_text, column.key


def test_nothing_is_locked_merged_or_styled_ahead(book: Workbook, lang: str) -> None:
    for page in book.worksheets:
        assert not page.protection.sheet
        assert not page.merged_cells.ranges
        assert not page.conditional_formatting
    assert book.security is None
    for sheet in TYPED[:-1]:
        page = book[sheet.label(lang)]
        proposed = {"required": len(proposals()), "routes": len(proposed_routes(lang))}
        if sheet.key in proposed:
            assert page.max_row == 1 + proposed[sheet.key]
            assert all(
                cell.font.italic
                for row in page.iter_rows(min_row=2)
                for cell in row
                if cell.value is not None
            )
        else:
            assert page.max_row == 1
    assert book.worksheets[-1].sheet_state == "hidden"


def test_every_choice_has_a_dropdown_through_a_defined_name(book: Workbook, lang: str) -> None:
    for sheet in TYPED:
        page = book[sheet.label(lang)]
        validations = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
        for column, cell in zip(sheet.columns, page[1], strict=True):
            if not (column.choices and column.owner == "shared"):
                continue
            last = 6000 if sheet.key == "moments" else 2000
            rule = validations[f"{letter(cell)}2:{letter(cell)}{last}"]
            assert rule.type == "list"
            values = cells_of(book, rule.formula1)
            assert values == [choice.label(lang) for choice in column.choices]


def test_a_dropdown_warns_but_never_where_several_values_are_welcome(
    book: Workbook, lang: str
) -> None:
    seen = set()
    for sheet in TYPED:
        page = book[sheet.label(lang)]
        columns = {
            letter(cell): column for cell, column in zip(page[1], sheet.columns, strict=True)
        }
        for rule in page.data_validations.dataValidation:
            assert rule.errorStyle in (None, "warning")
            column = columns["".join(c for c in str(rule.sqref).split(":")[0] if c.isalpha())]
            if rule.type == "list" and column.key in FREE:
                assert not rule.showErrorMessage, column
                seen.add(column.key)
            elif rule.type is not None and column.key != "value":
                assert rule.showErrorMessage, column
                assert rule.errorStyle == "warning"
                assert rule.error
    assert seen == FREE


def test_the_lists_follow_catalogue_partners_and_settings(book: Workbook, lang: str) -> None:
    found = cells_of(book, "list_party")
    assert found[: len(parties())] == [party.label(lang) for party in parties()]
    settings = book[SETTINGS.label(lang)]
    own = [
        row[1].row
        for row in settings.iter_rows(min_row=2)
        if present(find_setting(str(row[0].value))).key == "own_party"
    ]
    cells = [f"'{settings.title}'!$B${row}" for row in own]
    assert found[len(parties()) :] == [f'=IF({cell}="","",{cell})' for cell in cells]
    assert cells_of(book, "list_phenomenon")[: len(phenomena())] == [
        one.label(lang) for one in phenomena()
    ]
    assert book.defined_names["list_partner"].attr_text == f"'{PARTNERS.label(lang)}'!$B$2:$B$1000"
    for name, key in (("area", "own_area"), ("holder", "own_holder")):
        [(title, area)] = book.defined_names[f"list_{name}"].destinations
        rows = book[title][area.replace("$", "")]
        kinds = [present(find_setting(str(book[title].cell(row[0].row, 1).value))) for row in rows]
        assert {kind.key for kind in kinds} == {key}


def test_only_start_here_bears_a_mark_and_no_name_is_a_formula(book: Workbook) -> None:
    names = book.defined_names
    marks = [name for name in names if name.lower().startswith("trustbook_")]
    assert sorted(marks) == ["trustbook_placed", "trustbook_sheet_start"]
    for name in names.values():
        assert "(" not in name.attr_text


def test_settings_hold_every_setting_with_its_default(book: Workbook, lang: str) -> None:
    rows = [[cell.value for cell in row] for row in book[SETTINGS.label(lang)].iter_rows(min_row=2)]
    kinds = [present(find_setting(str(row[0]))) for row in rows]
    assert list(dict.fromkeys(kinds)) == list(SETTING_ROWS)
    for row, kind in zip(rows, kinds, strict=True):
        assert row[1] == (lang if kind.key == "language" else kind.default)
    assert [row[2] for row in rows if row[2]] == [kind.note(lang) for kind in SETTING_ROWS]


def test_notes_beside_the_key_columns_fit_in_excel(book: Workbook) -> None:
    prompts = [
        rule
        for page in book.worksheets
        for rule in page.data_validations.dataValidation
        if rule.prompt
    ]
    assert len(prompts) == sum(1 for key in catalogue("template") if key.startswith("prompt_"))
    for rule in prompts:
        assert len(rule.prompt) <= 255
        assert len(rule.promptTitle) <= 32
        assert rule.showInputMessage


def test_the_pages_print_on_a4_with_their_header(book: Workbook, lang: str) -> None:
    for sheet in TYPED:
        page = book[sheet.label(lang)]
        assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
        assert present(page.sheet_properties.pageSetUpPr).fitToPage
        assert page.page_setup.fitToHeight == 0
        assert page.print_title_rows == "$1:$1"


def test_the_shipped_file_is_what_the_builder_builds_and_building_twice_is_the_same(
    lang: str,
) -> None:
    build = builder().build
    once = build(lang)
    assert once == build(lang)
    assert parts(once) == parts((templates() / f"trustbook-{lang}.xlsx").read_bytes())


def test_an_existing_file_is_never_written_over(tmp_path: Path, lang: str) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(UsageError) as stop:
        new_workbook(path, lang)
    assert (stop.value.key, stop.value.exit_code) == ("file_exists", 2)
    assert path.read_bytes() == b"mine"
    with pytest.raises(UsageError) as stop:
        new_workbook(tmp_path / "nowhere" / "new.xlsx", lang)
    assert stop.value.key == "no_folder"


@pytest.mark.libreoffice
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_keeps_dropdowns_and_names(tmp_path: Path, lang: str) -> None:
    source = templates() / f"trustbook-{lang}.xlsx"
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path, source],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    before, after = openpyxl.load_workbook(source), openpyxl.load_workbook(tmp_path / source.name)
    for sheet in TYPED:
        old, new = before[sheet.label(lang)], after[sheet.label(lang)]
        assert dropdowns(new) == dropdowns(old)
    assert {"trustbook_placed", "trustbook_sheet_start"} <= set(after.defined_names)
    for name in (name for name in before.defined_names if name.startswith("list_")):
        assert cells_of(after, name)[0] == cells_of(before, name)[0]


def test_the_example_configuration_is_valid_and_explains_each_key() -> None:
    text = (templates() / "trustbook.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["book"]["waterrijk"]["workbooks"] == ["network.xlsx"]
    # With every example switched on it is still one valid file with all the keys there are.
    lines = text.splitlines()
    on = [
        line.removeprefix("# ")
        for line in lines
        if " = " in line or line.removeprefix("# ").startswith("[")
    ]
    full = tomllib.loads("\n".join(line for line in on if line != 'workbooks = ["network.xlsx"]'))
    assert set(full["book"]["waterrijk"]) == {
        "workbooks",
        "ledger",
        "language",
        "inbox",
        "forms",
        "sheets",
        "columns",
        "unused",
    }
    assert set(full["google"]) == {"key"}
    for number, line in enumerate(lines):
        if " = " in line and not lines[number - 1].startswith("workbooks"):
            assert lines[number - 1].startswith("# "), line
