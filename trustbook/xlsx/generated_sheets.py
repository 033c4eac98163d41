"""Sheets of ours, written whole; what people hung on them (notes, charts) stays."""

from __future__ import annotations

import re

from lxml import etree

from trustbook.a1 import column_letters
from trustbook.snapshot import GeneratedSheet
from trustbook.xlsx import charts
from trustbook.xlsx.cell_values import unescape
from trustbook.xlsx.defined_names import FILTER_NAME, PRINT_TITLES
from trustbook.xlsx.escaping import escape_text, quoted_attribute
from trustbook.xlsx.generated_rows import rows_markup
from trustbook.xlsx.markup import (
    RELATIONSHIPS,
    STRICT_RELATIONSHIPS,
    child,
    children,
    drop,
    local,
    make,
    parse_part,
)
from trustbook.xlsx.refs import Area, quoted_title
from trustbook.xlsx.sheet_xml import SheetXml
from trustbook.xlsx.styles import Styles
from trustbook.xlsx.tables import TablePart, tables_of
from trustbook.xlsx.workbook_part import SheetEntry, WorkbookPart

# ECMA-376 part 1, 18.3.1.99: children of a worksheet must stand in this order.
ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_EMPTY = re.compile(rb"<((?:[\w.-]+:)?)sheetData\s*/>")
_GREY = "FF52606D"
_MARGINS = '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
_FOOTER = "<headerFooter><oddFooter>&amp;L&amp;A&amp;R&amp;P / &amp;N</oddFooter></headerFooter>"
_REPLACED = {
    "dimension",
    "cols",
    "sheetData",
    "autoFilter",
    "hyperlinks",
    "pageMargins",
    "pageSetup",
    "headerFooter",
}
_OF_THE_OWNER = {"sheetPr", "sheetViews", "sheetProtection"}


def write(book: WorkbookPart, styles: Styles, wanted: GeneratedSheet) -> SheetEntry:
    """Replace the sheet that carries this key's mark, or add it last; returns where it stands.

    One that is to take over a sheet of ours without its mark replaces the one of its title.
    """
    package = book.package
    sheet = None if wanted.typed else book.marked(wanted.key)
    if sheet is None and wanted.takes_over:
        sheet = book.sheet(wanted.title)
    tables = False
    if sheet is None:
        sheet = book.add(wanted.title)
        root = parse_part(b'<worksheet xmlns="%b"/>' % book.namespace.encode())
    else:
        root = SheetXml(package.read(sheet.part), sheet.title, sheet.part).skeleton
        tables = _keep_tables(book, sheet, root, wanted)
    filtered = wanted.filtered and not tables and 0 < wanted.header_row <= len(wanted.rows)
    if wanted.first:
        book.put_first(sheet)
    _dress(root, wanted, filtered)
    if wanted.charts and child(root, "drawing") is None:
        insert(root, charts.hang(book, sheet, root, wanted))
    package.put(sheet.part, _with_rows(root, wanted, styles, book.date1904))
    _drop_stale_links(book, sheet, root)
    _name(book, sheet, wanted, filtered)
    return sheet


# the part


def _dress(root: etree._Element, wanted: GeneratedSheet, filtered: bool) -> None:
    """Give a worksheet all but its rows; what is the owner's, or hangs on a part, stays."""
    space = etree.QName(root).namespace or ""
    for old in list(root):
        _keep_or_drop(root, old)
    if child(root, "sheetPr") is None:
        fresh = make(root, "sheetPr")
        fresh.append(make(root, "tabColor", {"rgb": _GREY}))
        fresh.append(make(root, "pageSetUpPr", {"fitToPage": "1"}))
        insert(root, fresh)
    for fresh in list(parse_part(_frame(wanted, space, filtered).encode("utf-8"))):
        insert(root, fresh)
    _view(root, wanted.header_row)
    etree.cleanup_namespaces(root, keep_ns_prefixes=[prefix for prefix in root.nsmap if prefix])


def _frame(wanted: GeneratedSheet, space: str, filtered: bool) -> str:
    """All but the rows of a sheet, in the namespace of its workbook."""
    width = max((len(row) for row in wanted.rows), default=1)
    covered = Area(1, 1, max(len(wanted.rows), 1), max(width, 1))
    columns, links = _columns(wanted), _links(wanted)
    pages = "landscape" if wanted.landscape else "portrait"
    return "".join(
        (
            f'<worksheet xmlns="{space}">',
            f'<dimension ref="{covered}"/>',
            f"<cols>{columns}</cols>" if columns else "",
            "<sheetData/>",
            f'<autoFilter ref="{_filter_area(wanted)}"/>' if filtered else "",
            _offered(wanted),
            f"<hyperlinks>{links}</hyperlinks>" if links else "",
            _MARGINS,
            f'<pageSetup paperSize="9" orientation="{pages}" fitToHeight="0"/>',
            _FOOTER,
            "</worksheet>",
        )
    )


def _columns(wanted: GeneratedSheet) -> str:
    return "".join(
        f'<col min="{column}" max="{column}" width="{width:g}" customWidth="1"/>'
        for column, width in enumerate(wanted.widths, 1)
    )


def _links(wanted: GeneratedSheet) -> str:
    found = []
    for row, cells in enumerate(wanted.rows, 1):
        for column, one in enumerate(cells, 1):
            if one.link:
                at = f"{column_letters(column)}{row}"
                found.append(f'<hyperlink ref="{at}" location={quoted_attribute(one.link)}/>')
    return "".join(found)


def _offered(wanted: GeneratedSheet) -> str:
    """Lists of words to choose from, as far down as there are rows; other text is no error."""
    rules = "".join(
        '<dataValidation type="list" allowBlank="1" showErrorMessage="0" '
        f'sqref="{Area(wanted.header_row + 1, column, len(wanted.rows), column)}">'
        f'<formula1>"{escape_text(",".join(words))}"</formula1></dataValidation>'
        for column, words in wanted.offered.items()
    )
    count = len(wanted.offered)
    return f'<dataValidations count="{count}">{rules}</dataValidations>' if rules else ""


def _filter_area(wanted: GeneratedSheet) -> Area:
    width = len(wanted.rows[wanted.header_row - 1])
    return Area(wanted.header_row, 1, max(len(wanted.rows), wanted.header_row), max(width, 1))


def _view(root: etree._Element, header_row: int) -> None:
    """Freeze the header in every view of the sheet; zoom and the chosen tab stay the owner's."""
    views = child(root, "sheetViews")
    if views is None:
        views = make(root, "sheetViews")
        views.append(make(root, "sheetView", {"workbookViewId": "0"}))
        insert(root, views)
    for view in children(views, "sheetView"):
        for old in [each for each in view if local(each) in ("pane", "selection")]:
            view.remove(old)
        drop(view, "topLeftCell")
        if header_row:
            view[0:0] = _frozen(view, header_row)


def _frozen(view: etree._Element, header_row: int) -> list[etree._Element]:
    """A pane frozen below the header, and the chosen cell in it."""
    top = f"A{header_row + 1}"
    pane = {"ySplit": str(header_row), "topLeftCell": top}
    pane |= {"activePane": "bottomLeft", "state": "frozen"}
    chosen = {"pane": "bottomLeft", "activeCell": top, "sqref": top}
    return [make(view, "pane", pane), make(view, "selection", chosen)]


def _keep_or_drop(root: etree._Element, old: etree._Element) -> None:
    name = local(old)
    if name in _OF_THE_OWNER:
        return
    if name in _REPLACED or not _hangs(old):
        root.remove(old)
    elif name == "extLst":
        for each in [each for each in old if not _hangs(each)]:
            old.remove(each)


def _hangs(element: etree._Element) -> bool:
    """Whether an element, or one inside it, points to another part."""
    spaces = (f"{{{RELATIONSHIPS}}}", f"{{{STRICT_RELATIONSHIPS}}}")
    return any(str(name).startswith(spaces) for each in element.iter() for name in each.attrib)


def insert(root: etree._Element, fresh: etree._Element) -> None:
    """Put a child of a worksheet in its place."""
    rank = ORDER.index(local(fresh))
    before = [each for each in root if _rank(each) < rank]
    root.insert(root.index(before[-1]) + 1 if before else 0, fresh)


def _rank(element: etree._Element) -> int:
    """Place of a child in the order; a wrapper for alternatives stands where its content would."""
    for each in element.iter():
        if local(each) in ORDER:
            return ORDER.index(local(each))
    return len(ORDER)


def _with_rows(
    root: etree._Element, wanted: GeneratedSheet, styles: Styles, date1904: bool
) -> bytes:
    """The whole part; the rows are put in as text, which is many times faster than a tree."""
    whole = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
    place = _EMPTY.search(whole)
    assert place is not None
    prefix = place.group(1)
    rows = rows_markup(wanted, styles, date1904, prefix.decode()).encode("utf-8")
    data = b"<" + prefix + b"sheetData>" + rows + b"</" + prefix + b"sheetData>"
    return whole[: place.start()] + data + whole[place.end() :]


# what hangs on it


def _keep_tables(
    book: WorkbookPart, sheet: SheetEntry, root: etree._Element, wanted: GeneratedSheet
) -> bool:
    """Let a table somebody made of our sheet hold the new rows; one whose headers are gone goes.

    True if any stays.
    """
    kept = False
    for table in tables_of(book.package, sheet.part):
        if _still_fits(book.package.tree(table.part), table, wanted):
            _lengthen(book, table, len(wanted.rows))
            kept = True
        else:
            _drop_table(book, sheet, root, table)
    return kept


def _still_fits(part: etree._Element, table: TablePart, wanted: GeneratedSheet) -> bool:
    """Whether the columns of a table stand in our new header row as they stood in the old one."""
    block = table.block
    columns = children(child(part, "tableColumns"), "tableColumn")
    names = [unescape(each.get("name") or "") for each in columns]
    cells = wanted.rows[block.first_row - 1] if block.first_row <= len(wanted.rows) else ()
    heads = [str(one.value) for one in cells[block.first_column - 1 : block.last_column]]
    return table.headers > 0 and table.totals == 0 and names == heads


def _lengthen(book: WorkbookPart, table: TablePart, rows: int) -> None:
    """Let a table end with our last row; it has one row at least."""
    longer = str(table.block._replace(last_row=max(rows, table.block.first_row + 1)))
    part = book.package.tree(table.part)
    book.package.tree(table.part, edit=part.get("ref") != longer)
    for each in (part, *children(part, "autoFilter")):
        each.set("ref", longer)


def _drop_table(
    book: WorkbookPart, sheet: SheetEntry, root: etree._Element, table: TablePart
) -> None:
    relations = book.package.relations(sheet.part)
    relation = next(each for each in relations if each.target == table.part)
    for holder in children(root, "tableParts"):
        for entry in [each for each in holder if relation.id in each.attrib.values()]:
            holder.remove(entry)
        holder.set("count", str(len(holder)))
        if not len(holder):
            root.remove(holder)
    book.package.unrelate(sheet.part, relation.id)
    book.package.drop(table.part)


def _drop_stale_links(book: WorkbookPart, sheet: SheetEntry, root: etree._Element) -> None:
    """Take away the relationships of web links that stood in cells which are gone."""
    used = {value for each in root.iter() for value in each.attrib.values()}
    for relation in book.package.relations(sheet.part):
        if relation.kind == "hyperlink" and relation.id not in used:
            book.package.unrelate(sheet.part, relation.id)


def _name(book: WorkbookPart, sheet: SheetEntry, wanted: GeneratedSheet, filtered: bool) -> None:
    """Set the mark, and the names that the filter and the repeated header need."""
    names, title, scope = book.names, quoted_title(sheet.title), book.index(sheet)
    if not wanted.typed:
        names.set_mark(wanted.key, title)
    if wanted.header_row:
        names.set(PRINT_TITLES, f"{title}!$1:${wanted.header_row}", scope, hidden=False)
    if filtered:
        names.set(FILTER_NAME, f"{title}!{_filter_area(wanted).fixed}", scope)
    else:
        names.clear(FILTER_NAME, scope)
