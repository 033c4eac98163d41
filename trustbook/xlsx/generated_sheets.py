"""Sheets of ours: written whole in the workbook's own dialect. What people hung on them (notes,
charts) stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from xml.sax.saxutils import escape as escape_markup
from xml.sax.saxutils import quoteattr

from lxml import etree

from trustbook.a1 import column_letters
from trustbook.snapshot import CELL_STYLES, Cell, CellFault, GeneratedSheet
from trustbook.xlsx import charts
from trustbook.xlsx.add_rows import tables_of
from trustbook.xlsx.cell_values import TEXT_LIMIT, Content, length, render_value, unescape
from trustbook.xlsx.edit_sheet import SheetXml
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
from trustbook.xlsx.styles import Styles
from trustbook.xlsx.workbook_part import FILTER_NAME, SHEET_MARK, SheetEntry, WorkbookPart

# ECMA-376 part 1, 18.3.1.99: children of a worksheet must stand in this order.
ORDER = ("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
         "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
         "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
         "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors",
         "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls",
         "webPublishItems", "tableParts", "extLst")  # fmt: skip
_EMPTY = re.compile(rb"<((?:[\w.-]+:)?)sheetData\s*/>")
_GREY = "FF52606D"
_LINE = 15.0  # points that a line of the default font takes
_TALLEST = 409.0  # points; Excel knows no taller row
_LETTERS = 1.1  # of ordinary text that fit in one unit of width
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
    """Replace the sheet that carries this key's mark, or add it after the last sheet. Returns where
    it stands.
    """
    package = book.package
    sheet = None if wanted.typed else book.marked(wanted.key)
    tables = False
    if sheet is None:
        sheet = book.add(wanted.title)
        root = parse_part(b'<worksheet xmlns="%b"/>' % book.namespace.encode())
    else:
        root = SheetXml(package.read(sheet.part), sheet.title, sheet.part).skeleton
        tables = _keep_tables(book, sheet, root, wanted)
    filtered = wanted.filtered and not tables and 0 < wanted.header_row <= len(wanted.rows)
    _dress(root, wanted, filtered)
    if wanted.charts and child(root, "drawing") is None:
        insert(root, charts.hang(book, sheet, root, wanted))
    package.put(sheet.part, _with_rows(root, wanted, styles, book.date1904))
    _drop_stale_links(book, sheet, root)
    _name(book, sheet, wanted, filtered)
    return sheet


# the part


def _dress(root: etree._Element, wanted: GeneratedSheet, filtered: bool) -> None:
    """Give a worksheet all but its rows; of an old one only what is the owner's, or hangs on a
    part, stays.
    """
    space = etree.QName(root).namespace or ""
    for old in list(root):
        _keep_or_drop(root, old)
    if child(root, "sheetPr") is None:
        fresh = make(root, "sheetPr")
        fresh.extend(
            [make(root, "tabColor", {"rgb": _GREY}), make(root, "pageSetUpPr", {"fitToPage": "1"})]
        )
        insert(root, fresh)
    for fresh in list(parse_part(_frame(wanted, space, filtered).encode("utf-8"))):
        insert(root, fresh)
    _view(root, wanted.header_row)
    etree.cleanup_namespaces(root, keep_ns_prefixes=[prefix for prefix in root.nsmap if prefix])


def _frame(wanted: GeneratedSheet, space: str, filtered: bool) -> str:
    """All but the rows of a sheet, in the namespace of its workbook."""
    width = max((len(row) for row in wanted.rows), default=1)
    columns = "".join(
        f'<col min="{column}" max="{column}" width="{each:g}" customWidth="1"/>'
        for column, each in enumerate(wanted.widths, 1)
    )
    links = "".join(
        f'<hyperlink ref="{column_letters(column)}{row}" location={quoteattr(one.link)}/>'
        for row, cells in enumerate(wanted.rows, 1) for column, one in enumerate(cells, 1) if one.link
    )  # fmt: skip
    return "".join((
        f'<worksheet xmlns="{space}">',
        f'<dimension ref="{Area(1, 1, max(len(wanted.rows), 1), max(width, 1))}"/>',
        f"<cols>{columns}</cols>" if columns else "",
        "<sheetData/>",
        f'<autoFilter ref="{_filter_area(wanted)}"/>' if filtered else "",
        f"<hyperlinks>{links}</hyperlinks>" if links else "",
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>',
        f'<pageSetup paperSize="9" orientation="{"landscape" if wanted.landscape else "portrait"}" fitToHeight="0"/>',
        "<headerFooter><oddFooter>&amp;L&amp;A&amp;R&amp;P / &amp;N</oddFooter></headerFooter>",
        "</worksheet>",
    ))  # fmt: skip


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
            top = f"A{header_row + 1}"
            selection = make(
                view, "selection", {"pane": "bottomLeft", "activeCell": top, "sqref": top}
            )
            frozen = {
                "ySplit": str(header_row),
                "topLeftCell": top,
                "activePane": "bottomLeft",
                "state": "frozen",
            }
            view[0:0] = [make(view, "pane", frozen), selection]


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
    """Place of a child in the order; a wrapper for alternatives stands where what it wraps would."""
    for each in element.iter():
        if local(each) in ORDER:
            return ORDER.index(local(each))
    return len(ORDER)


def _rows(wanted: GeneratedSheet, styles: Styles, date1904: bool, prefix: str) -> str:
    """The rows as markup. Text is written into its cell, so that sentences which change leave
    nothing behind.
    """
    dressed: dict[tuple[str, type], int] = {}
    lines = []
    for number, cells in enumerate(wanted.rows, 1):
        inside = []
        for column, one in enumerate(cells, 1):
            kind = one.look, type(one.value)
            if (
                kind not in dressed or kind[1] is datetime
            ):  # a format depends on the value only where it has a time
                dressed[kind] = styles.dress(0, CELL_STYLES[one.look], one.value, own=True)
            content = shown_value(one, date1904, styles.usable)
            inside.append(
                _cell(f"{column_letters(column)}{number}", content, dressed[kind], prefix)
            )
        lines.append(
            f'<{prefix}row r="{number}"{_height(cells, wanted.widths)}>{"".join(inside)}</{prefix}row>'
        )
    return "".join(lines)


def _height(cells: Sequence[Cell], widths: Sequence[float]) -> str:
    """The height a row with wrapped or large text needs. Excel finds it by itself, LibreOffice
    shows one line only.
    """
    needed = max(
        (_needed(one, width) for one, width in zip(cells, widths, strict=False)), default=_LINE
    )
    return f' ht="{min(needed, _TALLEST):g}" customHeight="1"' if needed > _LINE else ""


def _needed(one: Cell, width: float) -> float:
    look = CELL_STYLES[one.look]
    lines = 1
    if look.wrap and isinstance(one.value, str):
        letters_a_line = max(int(width * _LETTERS), 1)
        lines = sum(-(-len(line) // letters_a_line) or 1 for line in one.value.split("\n"))
    return lines * max(_LINE, 1.5 * (look.size or 0))


def _cell(ref: str, content: Content, style: int, prefix: str) -> str:
    start = f'<{prefix}c r="{ref}"' + (f' s="{style}"' if style else "")
    if content.kind == "inlineStr":
        space = ' xml:space="preserve"' if content.preserve else ""
        text = escape_markup(content.text)
        return f'{start} t="inlineStr"><{prefix}is><{prefix}t{space}>{text}</{prefix}t></{prefix}is></{prefix}c>'
    if not content.kind:
        return f"{start}/>" if style else ""
    kind = f' t="{content.kind}"' if content.kind != "n" else ""
    return f"{start}{kind}><{prefix}v>{content.text}</{prefix}v></{prefix}c>"


def shown_value(one: Cell, date1904: bool, dates: bool) -> Content:
    """What a cell of ours holds; a text no cell can hold whole is cut, for the whole stands where
    it came from.
    """
    value = one.value.text if isinstance(one.value, CellFault) else one.value
    if isinstance(value, str) and len(value) > TEXT_LIMIT // 2 and length(value) > TEXT_LIMIT:
        value = value[: TEXT_LIMIT // 2] + "…"
    return render_value(value, date1904, dates)


def _with_rows(
    root: etree._Element, wanted: GeneratedSheet, styles: Styles, date1904: bool
) -> bytes:
    """The whole part; the rows are put in as text, which is many times faster than a tree."""
    whole = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
    place = _EMPTY.search(whole)
    assert place is not None
    prefix = place.group(1)
    rows = _rows(wanted, styles, date1904, prefix.decode()).encode("utf-8")
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
        block = table.block
        part = book.package.tree(table.part)
        names = [
            unescape(each.get("name") or "")
            for each in children(child(part, "tableColumns"), "tableColumn")
        ]
        cells = wanted.rows[block.first_row - 1] if block.first_row <= len(wanted.rows) else ()
        heads = [str(one.value) for one in cells[block.first_column - 1 : block.last_column]]
        if table.headers and not table.totals and names == heads:
            longer = str(block._replace(last_row=max(len(wanted.rows), block.first_row + 1)))
            part = book.package.tree(table.part, edit=part.get("ref") != longer)
            for each in (part, *children(part, "autoFilter")):
                each.set("ref", longer)
            kept = True
        else:
            relation = next(
                each for each in book.package.relations(sheet.part) if each.target == table.part
            )
            for holder in children(root, "tableParts"):
                for entry in [each for each in holder if relation.id in each.attrib.values()]:
                    holder.remove(entry)
                holder.set("count", str(len(holder)))
                if not len(holder):
                    root.remove(holder)
            book.package.unrelate(sheet.part, relation.id)
            book.package.drop(table.part)
    return kept


def _drop_stale_links(book: WorkbookPart, sheet: SheetEntry, root: etree._Element) -> None:
    """Take away the relationships of web links that stood in cells which are gone."""
    used = {value for each in root.iter() for value in each.attrib.values()}
    for relation in book.package.relations(sheet.part):
        if relation.kind == "hyperlink" and relation.id not in used:
            book.package.unrelate(sheet.part, relation.id)


def _name(book: WorkbookPart, sheet: SheetEntry, wanted: GeneratedSheet, filtered: bool) -> None:
    """Set the mark, and the names that the filter and the repeated header need."""
    title, scope = quoted_title(sheet.title), book.index(sheet)
    if not wanted.typed:
        book.set_name(SHEET_MARK + wanted.key, f"{title}!$A$1")
    if wanted.header_row:
        book.set_name("_xlnm.Print_Titles", f"{title}!$1:${wanted.header_row}", scope, hidden=False)
    if filtered:
        block = _filter_area(wanted)
        area = f"${column_letters(1)}${block.first_row}:${column_letters(block.last_column)}${block.last_row}"
        book.set_name(FILTER_NAME, f"{title}!{area}", scope)
    else:
        book.clear_name(FILTER_NAME, scope)
