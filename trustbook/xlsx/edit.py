"""One run's changes made to a package, and the plan by which the outcome is compared before
anything is replaced.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from trustbook.snapshot import CELL_STYLES, CellEdit, Changes, GeneratedSheet
from trustbook.xlsx import add_columns, add_rows, charts, generated_sheets, recalculation
from trustbook.xlsx.cell_values import Content, render_value
from trustbook.xlsx.edit_sheet import CellWrite, SheetXml
from trustbook.xlsx.package import Package, fold, rels_of
from trustbook.xlsx.refs import Area
from trustbook.xlsx.styles import Styles
from trustbook.xlsx.workbook_part import FILTER_NAME, PREFIX, SHEET_MARK, SheetEntry, WorkbookPart


@dataclass(slots=True)
class EditPlan:
    """What may differ afterwards. Parts go by their folded names (package.fold).

    ``new_columns`` are those that a sheet's list got, ``widened`` the titles of such sheets;
    ``longer_tables`` is how many columns a table got; ``drawn`` are the parts of charts on sheets
    of ours, which may be new.
    """

    cells: dict[str, dict[tuple[int, int], Content]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    new_rows: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    new_columns: dict[str, range] = field(default_factory=dict)
    widened: set[str] = field(default_factory=set)
    longer_tables: dict[str, int] = field(default_factory=dict)
    ours: dict[str, GeneratedSheet] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)
    drawn: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    workbook: str = ""
    styles: str = ""
    chain: str = ""
    date1904: bool = False
    dates: bool = True


@dataclass(frozen=True, slots=True)
class Edited:
    """A workbook as it is to be, the rows that additions landed on, and the plan to compare it by."""

    data: bytes
    rows: tuple[int, ...]
    plan: EditPlan


def edit(data: bytes, changes: Changes) -> Edited:
    """Make all of ``changes`` to the workbook in ``data``. Raises SafetyStop where one of them
    cannot be made.
    """
    package = Package(data)
    book = WorkbookPart(package)
    book.refuse_if_closed()
    parts = {each.kind: each.target for each in book.relations if package.has(each.target)}
    styles = Styles(package, parts.get("styles"))
    plan = EditPlan(
        workbook=fold(book.part),
        styles=fold(styles.part or ""),
        chain=fold(parts.get("calcChain", "")),
    )
    plan.date1904, plan.dates = book.date1904, styles.usable
    for key in changes.remove:
        _remove(book, styles, key, plan)
    rows: dict[int, int] = {}
    touched = [_people(book, styles, title, changes, plan, rows) for title in _titles(changes)]
    ours = [generated_sheets.write(book, styles, each) for each in changes.sheets]
    for sheet, wanted in zip(ours, changes.sheets, strict=True):
        plan.ours[fold(sheet.part)] = wanted
        plan.titles.add(sheet.title)
        if wanted.charts:
            plan.drawn |= charts.parts_of(package, sheet.part)
    for name, text in changes.marks.items():
        book.set_name(PREFIX + name, '"' + text.replace('"', '""') + '"')
    if recalculation.needed(book, [*touched, *ours], ours):
        book.calculate_on_load()
    return Edited(package.build(), tuple(rows[index] for index in sorted(rows)), plan)


def _titles(changes: Changes) -> list[str]:
    """Titles of the people's sheets that change, each once."""
    titles = [each.sheet for each in changes.columns] + [each.sheet for each in changes.edits]
    return list(dict.fromkeys(titles + [each.sheet for each in changes.additions]))


def _people(
    book: WorkbookPart,
    styles: Styles,
    title: str,
    changes: Changes,
    plan: EditPlan,
    rows: dict[int, int],
) -> SheetEntry:
    """Write the new columns, edits and additions of one sheet people type in."""
    sheet, package = book.sheet(title), book.package
    markup = SheetXml(package.read(sheet.part), sheet.title, sheet.part)
    puts: dict[int, dict[int, CellWrite]] = defaultdict(dict)
    late, part = book.date1904, fold(sheet.part)
    for addition in changes.columns:
        if addition.sheet == title:
            wider = add_columns.place_columns(package, markup, addition)
            puts[addition.header_row].update(wider.puts)
            plan.new_columns[part] = wider.columns
            plan.widened.add(sheet.title)
            if wider.table:
                plan.tables.add(fold(wider.table))
                plan.longer_tables[fold(wider.table)] = len(addition.headers)
            if wider.filter:
                _widen_name(book, sheet, *wider.filter)
    for each in changes.edits:
        if each.sheet == title:
            puts[each.row][each.column] = _put(each, late, styles.usable)
    wanted = {index: each for index, each in enumerate(changes.additions) if each.sheet == title}
    placed, landed = add_rows.place_rows(package, markup, styles, wanted.values(), late)
    rows.update(zip(wanted, landed, strict=True))
    for row, cells in placed.items():
        puts[row].update(cells)
    markup.apply(puts, styles)
    package.put(sheet.part, markup.encode())
    book.forget_formulas(sheet, markup.removed_formulas)
    plan.cells[part] = {
        (row, column): put.content for row, cells in puts.items() for column, put in cells.items()
    }
    plan.new_rows[part] = set(landed)
    if landed:
        plan.tables |= {fold(table.part) for table in add_rows.tables_of(package, sheet.part)}
    return sheet


def _widen_name(book: WorkbookPart, sheet: SheetEntry, old: Area, new: Area) -> None:
    """Let the hidden name that goes with a sheet's filter say what the filter says."""
    scope = book.index(sheet)
    before, _, reference = (book.name(FILTER_NAME, scope) or "").rpartition("!")
    if before and reference.replace("$", "") == str(old):
        book.set_name(FILTER_NAME, f"{before}!{new.fixed}", scope)


def _put(each: CellEdit, date1904: bool, dates: bool) -> CellWrite:
    return CellWrite(
        render_value(each.value, date1904, dates),
        each.value,
        CELL_STYLES[each.look] if each.look else None,
    )


def _remove(book: WorkbookPart, styles: Styles, key: str, plan: EditPlan) -> None:
    """Take a generated sheet away; one that formulas or charts of people read is emptied, so that
    none breaks.
    """
    sheet = book.marked(key)
    if sheet is None:
        book.clear_name(SHEET_MARK + key)
    elif len(book.sheets) == 1 or recalculation.is_read(book, sheet):
        empty = GeneratedSheet(key, sheet.title, rows=(), widths=(), header_row=0, filtered=False)
        generated_sheets.write(book, styles, empty)
        plan.ours[fold(sheet.part)] = empty
        plan.titles.add(sheet.title)
    else:
        plan.removed |= {
            fold(name) for part in book.private_parts(sheet.part) for name in (part, rels_of(part))
        }
        plan.titles.add(sheet.title)
        book.clear_name(SHEET_MARK + key)
        book.remove(sheet)
