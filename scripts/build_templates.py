"""Builds the starter workbooks of templates/ from the columns, the settings and the catalogue.

Building twice gives the same bytes: nothing in the files depends on the clock.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.styleable import StyleableObject
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from trustbook.catalogue import find_party, parties, phenomena, proposals, proposed_routes
from trustbook.columns import (
    CONSULTATIONS,
    MOMENTS,
    PARTNERS,
    PEOPLE,
    REQUIRED,
    ROUTES,
    SETTINGS,
    START,
    TIERS,
    TYPED,
    Choice,
    Column,
    Sheet,
    find_column,
)
from trustbook.messages import LANGUAGES, has, say, templates
from trustbook.model import Book, Memory, Moments, Settings
from trustbook.reading.settings_rows import SETTING_ROWS, SettingRow
from trustbook.run.start_here import PLACED
from trustbook.sheets.start import Around, start_sheet
from trustbook.snapshot import CELL_STYLES, DATE_FORMAT
from trustbook.snapshot import Cell as OurCell
from trustbook.workbooks.excel import CONVENTIONS
from trustbook.xlsx.conform import conform

PLACED_MARK = CONVENTIONS.prefix + PLACED
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
# How far dropdowns and checks reach: further than a book will grow, and no further, for programs
# that keep a rule cell by cell (exceljs) are lost in a million rows.
LAST_ROW, LAST_MOMENT = 2_000, 6_000
# The dropdown of partners has room for more than a region's network; a range, because Google Sheets
# knows no names that are formulas.
PARTNER_ROWS = 1000
# How many rows stand ready for what a municipality adds itself.
READY_ROWS = {"own_phenomenon": 2, "own_party": 3, "own_area": 6, "own_holder": 6}

# Lists made of fixed choices, and the one column whose choices they are.
CHOICE_LISTS = {
    "kind": PARTNERS.column("kind"),
    "tier": PARTNERS.column("tier"),
    "offers": PARTNERS.column("offers"),
    "role": PARTNERS.column("role"),
    "yes_no": PARTNERS.column("share_card"),
    "form": MOMENTS.column("kind"),
    "weather": MOMENTS.column("weather"),
    "initiative": MOMENTS.column("initiative"),
    "state": MOMENTS.column("state"),
    "promised_by": MOMENTS.column("promised_by"),
    "answered": MOMENTS.column("answered"),
}
# Columns whose list comes from the catalogue, from Settings or from the Partners sheet.
OPEN_LISTS = {
    (PARTNERS, "party"): "party",
    (PARTNERS, "phenomena"): "phenomenon",
    (PARTNERS, "area"): "area",
    (PARTNERS, "holder"): "holder",
    (PEOPLE, "partner"): "partner",
    (MOMENTS, "with"): "partner",
    (MOMENTS, "also_present"): "partner",
    (MOMENTS, "by"): "holder",
    (CONSULTATIONS, "members"): "partner",
    (CONSULTATIONS, "phenomena"): "phenomenon",
    (REQUIRED, "phenomenon"): "phenomenon",
    (REQUIRED, "party"): "party",
    (REQUIRED, "area"): "area",
    (ROUTES, "phenomena"): "phenomenon",
    (ROUTES, "first_contact"): "partner",
    (ROUTES, "coordinates"): "partner",
    (ROUTES, "deputy"): "partner",
    (SETTINGS, "setting"): "setting",
}
# Columns with a list in which any other text is just as good: several values, or names that come up
# while typing.
ANYTHING_GOES = {(PARTNERS, "phenomena"), (PARTNERS, "offers"), (PARTNERS, "role"),
                 (PARTNERS, "area"),
                 (PARTNERS, "holder"),
                 (MOMENTS, "with"), (MOMENTS, "also_present"), (MOMENTS, "by"),
                 (CONSULTATIONS, "members"), (CONSULTATIONS, "phenomena"),
                 (REQUIRED, "area"),
                 (ROUTES, "phenomena"), (ROUTES, "first_contact"), (ROUTES, "coordinates"),
                 (ROUTES, "deputy")}  # fmt: skip
# Sheets one reads, row by row; the long lists of people and moments stay one line a row. A column
# that trustbook fills stays one line everywhere: a row grows with what somebody types in it, and in
# LibreOffice with nothing else, so that a second line would stand over the next row.
WRAPPED = (PARTNERS, CONSULTATIONS, REQUIRED, ROUTES, SETTINGS)
TEXT_ONLY = {(PEOPLE, "phone"), (PEOPLE, "email"), (ROUTES, "outside_hours"),
             (ROUTES, "where")}  # fmt: skip
# First cell that scrolls, and how many A4 pages wide the sheet prints.
FROZEN = {PARTNERS: "C2", PEOPLE: "C2", MOMENTS: "D2"}
PAGES_WIDE = {PARTNERS: 2}
LINE = 15  # points
SETTINGS_NOTE_LETTERS = 64  # that fit on one line of a note
HEADER_LINES = {MOMENTS: 3}


def build(lang: str) -> bytes:
    """The starter workbook in ``lang`` ("nl" or "en"), as the bytes of an .xlsx file."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in TYPED:
        _typed_sheet(book, sheet, lang)
    _lists_sheet(book, lang)
    for sheet in TYPED:
        for column in sheet.columns:
            _validation(book[sheet.label(lang)], sheet, column, lang)
    _language_choice(book[SETTINGS.label(lang)])
    _start_page(book, lang)
    book.security = None
    book.properties.creator = "trustbook"
    book.properties.title = "trustbook"
    book.properties.created = BUILT.replace(tzinfo=None)
    held = io.BytesIO()
    book.save(held)
    return _finished(held.getvalue())


def _letter(sheet: Sheet, key: str) -> str:
    return get_column_letter([column.key for column in sheet.columns].index(key) + 1)


def _typed_sheet(book: Workbook, sheet: Sheet, lang: str) -> None:
    page: Worksheet = book.create_sheet(sheet.label(lang))
    page.append([column.label(lang) for column in sheet.columns])
    page.row_dimensions[1].height = LINE * HEADER_LINES.get(sheet, 2) + 6
    for cell, column in zip(page[1], sheet.columns, strict=True):
        ours = column.owner == "derived" or column.type == "id"
        look = CELL_STYLES["header.ours" if ours else "header.yours"]
        cell.fill = PatternFill("solid", fgColor=str(look.fill))
        cell.font = Font(name="Calibri", size=11, bold=True, color=look.color)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        style = page.column_dimensions[_letter(sheet, column.key)]
        style.width = max(column.width, 2 + max(len(word) for word in column.label(lang).split()))
        _style(style, sheet, column)
    if sheet is SETTINGS:
        _fill_settings(page, lang)
    elif sheet is REQUIRED:
        _propose(page, lang)
    elif sheet is ROUTES:
        _propose_routes(page, lang)
    name, last = sheet.label(lang).title().replace(" ", ""), get_column_letter(len(sheet.columns))
    table = Table(displayName=name, ref=f"A1:{last}{max(2, page.max_row)}")
    # A thin line between rows and no bands: the only fills among the rows are those of a status.
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight9", showRowStripes=True)
    page.add_table(table)
    page.freeze_panes = FROZEN.get(sheet, "A2")
    page.sheet_properties.tabColor = CELL_STYLES["header.yours"].fill
    _print_setup(page, sheet)


def _start_page(book: Workbook, lang: str) -> None:
    """Start here as it stands in a book in which nobody stands yet: the first sheet, and ours."""
    empty = Book(lang, Settings(language=lang), [], [], Moments(), [], [], [], Memory())
    around = Around({sheet.key: sheet.label(lang) for sheet in TYPED})
    sheet = start_sheet(empty, [], [], {}, START.label(lang), around, BUILT.date())
    page: Worksheet = book.create_sheet(sheet.title, 0)
    for number, cells in enumerate(sheet.rows, start=1):
        for column, one in enumerate(cells, start=1):
            _put(page.cell(number, column), one)
    for column, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.sheet_properties.tabColor = CELL_STYLES["header.ours"].fill
    _print_setup(page)
    book.active = 0
    for each in book.worksheets:
        each.sheet_view.tabSelected = each is page
    mark = f"{quote_sheetname(sheet.title)}!$A$1"
    for name, text in ((CONVENTIONS.mark_of(START.key), mark), (PLACED_MARK, '"start"')):
        book.defined_names[name] = DefinedName(name, attr_text=text, hidden=True)


def _put(cell: Cell | MergedCell, one: OurCell) -> None:
    """A cell of a sheet of ours, with its look and its link."""
    look = CELL_STYLES[one.look]
    cell.value = str(one.value) if one.value is not None else None
    underline: Literal["single"] | None = "single" if look.underline else None
    cell.font = Font(
        name="Calibri", size=look.size or 11, bold=look.bold, italic=look.italic,
        underline=underline, color=look.color,
    )  # fmt: skip
    cell.alignment = Alignment(vertical="top", wrap_text=look.wrap or None)
    if look.fill:
        cell.fill = PatternFill("solid", fgColor=look.fill)
    if one.link:
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=one.link)


def _fill_settings(page: Worksheet, lang: str) -> None:
    """Every setting with its default, and a note on the first row of its kind."""
    noted: set[str] = set()
    for number, row in enumerate(_setting_rows(), start=2):
        note = "" if row.key in noted else row.note(lang)
        noted.add(row.key)
        page.append([row.label(lang), lang if row.key == "language" else row.default, note or None])
        page.row_dimensions[number].height = (
            LINE * max(1, -(-len(note) // SETTINGS_NOTE_LETTERS)) + 3
        )
        for cell, column in zip(page[number], SETTINGS.columns, strict=True):
            _style(cell, SETTINGS, column)


def _propose(page: Worksheet, lang: str) -> None:
    """The catalogue's required network as a starting point; grey and slanted, because nobody agreed
    to it yet.
    """
    names = {phenomenon.key: phenomenon.label(lang) for phenomenon in phenomena()}
    for number, line in enumerate(proposals(), start=2):
        party = find_party(line.party)
        assert party is not None and party.tier is not None, (
            line.party
        )  # the catalogue proposes its own parties only
        tier = find_column(TIERS, party.tier).label(lang)
        condition = line.condition(lang) or None
        page.append(
            [names[line.phenomenon], party.label(lang), tier, None, line.minimum, None, condition]
        )
        _as_proposed(page, number, REQUIRED)


def _propose_routes(page: Worksheet, lang: str) -> None:
    """Subjects to agree a route for; nobody is the first contact until somebody says so."""
    for number, subject in enumerate(proposed_routes(lang), start=2):
        page.append([subject])
        _as_proposed(page, number, ROUTES)


def _as_proposed(page: Worksheet, number: int, sheet: Sheet) -> None:
    """The look of a row that is only proposed."""
    for cell, column in zip(page[number], sheet.columns, strict=False):
        _style(cell, sheet, column)
        cell.font = Font(name="Calibri", size=11, italic=True, color=CELL_STYLES["note"].color)


def _style(style: StyleableObject, sheet: Sheet, column: Column) -> None:
    """The look of a column and of its cells. It stands on the whole column: rows nobody typed in
    yet hold no cells.
    """
    wraps = sheet in WRAPPED and column.owner != "derived"
    style.alignment = Alignment(vertical="top", wrap_text=wraps, horizontal=_side(column))
    if column.type == "date":
        style.number_format = DATE_FORMAT
    elif column.type == "id" or (sheet, column.key) in TEXT_ONLY:
        style.number_format = "@"
    if column.type == "id" or (sheet, column.key) == (SETTINGS, "note"):
        style.font = Font(name="Calibri", size=11, color=CELL_STYLES["note"].color)


def _side(column: Column) -> Literal["left"] | None:
    """Short values that are now text and now a number stand left, one under the other."""
    return "left" if column.type in ("date", "rhythm", "number") or column.key == "value" else None


def _print_setup(page: Worksheet, sheet: Sheet | None = None) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth = PAGES_WIDE.get(sheet, 1) if sheet else 1
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if sheet:
        page.print_title_rows = "1:1"
    if sheet in PAGES_WIDE:
        page.print_title_cols = "A:B"
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top, page.page_margins.bottom, page.page_margins.footer = 0.6, 0.75, 0.35
    page.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart("&A"), right=_HeaderFooterPart("&P / &N")
    )


def _setting_rows() -> list[SettingRow]:
    return [row for row in SETTING_ROWS for _ in range(READY_ROWS.get(row.key, 1))]


def _settings_range(key: str, lang: str) -> list[str]:
    """The value cells on the Settings sheet that stand ready for the setting ``key``."""
    title = quote_sheetname(SETTINGS.label(lang))
    rows = [number for number, row in enumerate(_setting_rows(), start=2) if row.key == key]
    return [f"{title}!$B${number}" for number in rows]


def _labels(choices: tuple[Choice, ...], lang: str) -> list[str]:
    return [choice.label(lang) for choice in choices]


def _lists_sheet(book: Workbook, lang: str) -> None:
    """The hidden sheet behind the dropdowns, and a defined name for every list."""
    page = book.create_sheet(say(lang, "template.lists"))
    page.sheet_state = "hidden"
    own = {
        key: [f'=IF({cell}="","",{cell})' for cell in _settings_range(key, lang)]
        for key in READY_ROWS
    }
    lists = {name: _labels(column.choices, lang) for name, column in CHOICE_LISTS.items()}
    lists["party"] = [party.label(lang) for party in parties()] + own["own_party"]
    lists["phenomenon"] = _labels(phenomena(), lang) + own["own_phenomenon"]
    lists["language"] = list(LANGUAGES)
    lists["setting"] = [row.label(lang) for row in SETTING_ROWS]
    for index, (name, values) in enumerate(lists.items(), start=1):
        letter = get_column_letter(index)
        for row, value in enumerate([name, *values], start=1):
            page.cell(row, index, value)
        _define(
            book, name, f"{quote_sheetname(page.title)}!${letter}$2:${letter}${1 + len(values)}"
        )
    for name in ("area", "holder"):
        cells = _settings_range(f"own_{name}", lang)
        _define(book, name, f"{cells[0]}:{cells[-1].partition('!')[2]}")
    column = _letter(PARTNERS, "name")
    _define(
        book,
        "partner",
        f"{quote_sheetname(PARTNERS.label(lang))}!${column}$2:${column}${PARTNER_ROWS}",
    )


def _define(book: Workbook, name: str, area: str) -> None:
    book.defined_names[f"list_{name}"] = DefinedName(f"list_{name}", attr_text=area)


def _list_of(sheet: Sheet, column: Column) -> str | None:
    """The list behind a column, if it has one."""
    if (sheet, column.key) in OPEN_LISTS:
        return OPEN_LISTS[sheet, column.key]
    return next(
        (
            name
            for name, of in CHOICE_LISTS.items()
            if column.choices and of.choices == column.choices
        ),
        None,
    )


def _validation(page: Worksheet, sheet: Sheet, column: Column, lang: str) -> None:
    """The column's dropdown or check, and the note beside its cells. A check warns; it never
    forbids.
    """
    name, prompt = _list_of(sheet, column), f"template.prompt_{sheet.key}_{column.key}"
    rule = DataValidation(allow_blank=True)
    if name:
        rule.type, rule.formula1 = "list", f"list_{name}"
        # A list with blank cells in it accepts everything while blanks are allowed.
        rule.allowBlank = name != "partner"
        _warn(
            rule,
            "partner" if name == "partner" else "list",
            lang,
            (sheet, column.key) not in ANYTHING_GOES,
        )
    elif column.type == "date" and column.owner == "shared":
        rule.type, rule.operator, rule.formula1 = "date", "greaterThanOrEqual", "36526"  # 1-1-2000
        _warn(rule, "date", lang)
    elif column.type == "number":
        rule.type, rule.operator, rule.formula1 = "whole", "greaterThanOrEqual", "0"
        _warn(rule, "number", lang)
    if has(prompt):
        rule.showInputMessage, rule.promptTitle, rule.prompt = (
            True,
            column.label(lang),
            say(lang, prompt),
        )
    if rule.type or has(prompt):
        letter = _letter(sheet, column.key)
        last = LAST_MOMENT if sheet is MOMENTS else LAST_ROW
        rule.add(f"{letter}2:{letter}{last}")
        page.add_data_validation(rule)


def _warn(rule: DataValidation, kind: str, lang: str, warn: bool = True) -> None:
    rule.showErrorMessage = warn
    if warn:
        rule.errorStyle = "warning"
        rule.errorTitle, rule.error = (
            say(lang, "template.warning_title"),
            say(lang, f"template.warning_{kind}"),
        )


def _language_choice(page: Worksheet) -> None:
    """A dropdown for the one setting that is a choice."""
    row = 2 + [row.key for row in SETTING_ROWS].index("language")
    rule = DataValidation(type="list", formula1="list_language", allow_blank=True)
    rule.add(f"{_letter(SETTINGS, 'value')}{row}")
    page.add_data_validation(rule)


def _finished(data: bytes) -> bytes:
    """The same package to the letter, with every time in it set to BUILT.

    Its rows grow again with what is typed in them.
    """
    out, stamp = io.BytesIO(), f"{BUILT:%Y-%m-%dT%H:%M:%SZ}".encode()
    with (
        zipfile.ZipFile(io.BytesIO(conform(data))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, part)
            if name == "docProps/app.xml":
                part = re.sub(
                    rb"<Application>.*</AppVersion>", b"<Application>trustbook</Application>", part
                )
            if name.startswith("xl/worksheets/"):
                part = part.replace(b' customHeight="1"', b"")
            entry = zipfile.ZipInfo(name, BUILT.timetuple()[:6])
            entry.compress_type, entry.create_system, entry.external_attr = (
                zipfile.ZIP_DEFLATED,
                3,
                0o644 << 16,
            )
            new.writestr(entry, part)
    return out.getvalue()


def main(folder: Path | None = None) -> None:
    """Writes both starter workbooks into ``folder`` (the templates by default)."""
    for lang in LANGUAGES:
        (folder or templates()).joinpath(f"trustbook-{lang}.xlsx").write_bytes(build(lang))


if __name__ == "__main__":
    main()
