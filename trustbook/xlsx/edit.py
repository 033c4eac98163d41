"""One run's changes made to a package, and the plan by which the outcome is compared with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from trustbook.snapshot import CELL_STYLES, CellEdit, Changes, ColumnAddition, GeneratedSheet
from trustbook.xlsx import (
    add_columns,
    add_rows,
    cell_links,
    charts,
    generated_sheets,
    recalculation,
    shared_texts,
)
from trustbook.xlsx.cell_values import Content, render_value
from trustbook.xlsx.conventions import Conventions
from trustbook.xlsx.defined_names import FILTER_NAME
from trustbook.xlsx.edit_sheet import CellWrite, write_cells
from trustbook.xlsx.package import Package, fold, rels_of
from trustbook.xlsx.refs import Area
from trustbook.xlsx.sheet_xml import SheetXml
from trustbook.xlsx.styles import Styles
from trustbook.xlsx.tables import tables_of
from trustbook.xlsx.workbook_part import SheetEntry, WorkbookPart


@dataclass(slots=True)
class EditPlan:
    """What may differ afterwards. Parts go by their folded names (package.fold).

    ``prefix`` begins the names that are ours. ``new_columns`` are those that a sheet's list got,
    ``widened`` the titles of such sheets; ``longer_tables`` is how many columns a table got;
    ``drawn`` are the parts of charts on sheets of ours, which may be new; ``texts`` is the table of
    shared texts, where those that nobody says were taken out; ``unlinked`` are the areas of a sheet
    that lost their link, each with its relationship.
    """

    prefix: str
    workbook: str
    styles: str
    chain: str
    date1904: bool
    dates: bool
    cells: dict[str, dict[tuple[int, int], Content]] = field(default_factory=dict)
    new_rows: dict[str, set[int]] = field(default_factory=dict)
    new_columns: dict[str, range] = field(default_factory=dict)
    widened: set[str] = field(default_factory=set)
    longer_tables: dict[str, int] = field(default_factory=dict)
    ours: dict[str, GeneratedSheet] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)
    drawn: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    texts: str = ""
    unlinked: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def moves_sheets(self) -> bool:
        """Whether a sheet of people may stand at another place among all: one goes, or one of ours
        becomes the first.
        """
        return bool(self.removed) or any(sheet.first for sheet in self.ours.values())


@dataclass(frozen=True, slots=True)
class Edited:
    """A workbook as it is to be, the rows that additions landed on, and the plan it follows."""

    data: bytes
    rows: tuple[int, ...]
    plan: EditPlan


def edit(data: bytes, changes: Changes, conventions: Conventions) -> Edited:
    """Make all of ``changes`` to the workbook in ``data``.

    Raises SafetyStop where one of them cannot be made.
    """
    job = _open(data, conventions)
    for key in changes.remove:
        _remove(job, key)
    rows: dict[int, int] = {}
    touched = []
    for title in _titles(changes):
        sheet, landed = _edit_people_sheet(job, title, changes)
        touched.append(sheet)
        rows |= landed
    ours = [_write_own_sheet(job, wanted) for wanted in changes.sheets]
    for name, text in changes.marks.items():
        job.book.names.set(conventions.prefix + name, '"' + text.replace('"', '""') + '"')
    if changes.forgets:
        job.plan.texts = shared_texts.blank_unused(job.book)
    if recalculation.needed(job.book, [*touched, *ours], ours):
        job.book.calculate_on_load()
    return Edited(job.book.package.build(), tuple(rows[index] for index in sorted(rows)), job.plan)


@dataclass(frozen=True, slots=True)
class _Job:
    """What is edited: the workbook and its formats, and the plan that notes every change."""

    book: WorkbookPart
    styles: Styles
    plan: EditPlan
    conventions: Conventions


def _open(data: bytes, conventions: Conventions) -> _Job:
    package = Package(data)
    book = WorkbookPart(package, conventions)
    book.refuse_if_closed()
    parts = {each.kind: each.target for each in book.relations if package.has(each.target)}
    styles = Styles(package, parts.get("styles"), conventions.fills)
    plan = EditPlan(
        prefix=conventions.prefix,
        workbook=fold(book.part),
        styles=fold(styles.part or ""),
        chain=fold(parts.get("calcChain", "")),
        date1904=book.date1904,
        dates=styles.usable,
    )
    return _Job(book, styles, plan, conventions)


def _titles(changes: Changes) -> list[str]:
    """Titles of the people's sheets that change, each once."""
    titles = [each.sheet for each in changes.columns] + [each.sheet for each in changes.edits]
    return list(dict.fromkeys(titles + [each.sheet for each in changes.additions]))


def _edit_people_sheet(
    job: _Job, title: str, changes: Changes
) -> tuple[SheetEntry, dict[int, int]]:
    """Write the new columns, edits and additions of one sheet people type in.

    Returns the sheet, and the row that each of its additions landed on, by its place among all.
    """
    book, plan, package = job.book, job.plan, job.book.package
    sheet = book.sheet(title)
    part = fold(sheet.part)
    markup = SheetXml(package.read(sheet.part), sheet.title, sheet.part)
    puts = _puts(job, sheet, markup, title, changes)
    wanted = {index: each for index, each in enumerate(changes.additions) if each.sheet == title}
    placed, landed = add_rows.place_rows(
        package, markup, job.styles, wanted.values(), book.date1904
    )
    for row, cells in placed.items():
        puts[row].update(cells)
    lost = write_cells(markup, puts, job.styles)
    plan.cells[part] = _contents(puts)
    if changes.forgets:
        gone = cell_links.drop_links(package, markup, plan.cells[part], changes.forgets)
        plan.unlinked[part] = gone
    package.put(sheet.part, markup.encode())
    book.forget_formulas(sheet, lost)
    plan.new_rows[part] = set(landed)
    if landed:
        plan.tables |= {fold(table.part) for table in tables_of(package, sheet.part)}
    return sheet, dict(zip(wanted, landed, strict=True))


def _puts(
    job: _Job, sheet: SheetEntry, markup: SheetXml, title: str, changes: Changes
) -> dict[int, dict[int, CellWrite]]:
    """What goes into new columns and into cells that are there, by row and column."""
    puts: dict[int, dict[int, CellWrite]] = defaultdict(dict)
    for column in changes.columns:
        if column.sheet == title:
            puts[column.header_row].update(_add_columns(job, sheet, markup, column))
    for each in changes.edits:
        if each.sheet == title:
            puts[each.row][each.column] = _write(each, job.plan)
    return puts


def _add_columns(
    job: _Job, sheet: SheetEntry, markup: SheetXml, addition: ColumnAddition
) -> dict[int, CellWrite]:
    """Make room for new columns; returns what goes into their header row."""
    plan = job.plan
    wider = add_columns.place_columns(job.book.package, markup, addition, job.conventions.header)
    plan.new_columns[fold(sheet.part)] = wider.columns
    plan.widened.add(sheet.title)
    if wider.table:
        plan.tables.add(fold(wider.table))
        plan.longer_tables[fold(wider.table)] = len(addition.headers)
    if wider.filter:
        _widen_name(job.book, sheet, *wider.filter)
    return wider.puts


def _widen_name(book: WorkbookPart, sheet: SheetEntry, old: Area, new: Area) -> None:
    """Let the hidden name that goes with a sheet's filter say what the filter says."""
    scope = book.index(sheet)
    before, _, reference = (book.names.get(FILTER_NAME, scope) or "").rpartition("!")
    if before and reference.replace("$", "") == str(old):
        book.names.set(FILTER_NAME, f"{before}!{new.fixed}", scope)


def _write(each: CellEdit, plan: EditPlan) -> CellWrite:
    content = render_value(each.value, plan.date1904, plan.dates)
    return CellWrite(content, each.value, CELL_STYLES[each.look] if each.look else None)


def _contents(puts: Mapping[int, Mapping[int, CellWrite]]) -> dict[tuple[int, int], Content]:
    found = {}
    for row, cells in puts.items():
        for column, put in cells.items():
            found[row, column] = put.content
    return found


def _write_own_sheet(job: _Job, wanted: GeneratedSheet) -> SheetEntry:
    """Write a sheet of ours whole."""
    sheet = generated_sheets.write(job.book, job.styles, wanted)
    job.plan.ours[fold(sheet.part)] = wanted
    job.plan.titles.add(sheet.title)
    if wanted.charts:
        job.plan.drawn |= charts.parts_of(job.book.package, sheet.part)
    return sheet


def _remove(job: _Job, key: str) -> None:
    """Take a generated sheet away; one that formulas or charts of people read is emptied."""
    book, plan = job.book, job.plan
    sheet = book.marked(key)
    if sheet is None:
        book.names.clear_mark(key)
    elif len(book.sheets) == 1 or recalculation.is_read(book, sheet):
        empty = GeneratedSheet(key, sheet.title, rows=(), widths=(), header_row=0, filtered=False)
        _write_own_sheet(job, empty)
    else:
        for part in book.private_parts(sheet.part):
            plan.removed |= {fold(part), fold(rels_of(part))}
        plan.titles.add(sheet.title)
        book.names.clear_mark(key)
        book.remove(sheet)
