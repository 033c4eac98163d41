"""What stands around the rows of a sheet and follows them: its size, rules, filter and widths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from trustbook.xlsx.refs import Area, area
from trustbook.xlsx.sheet_xml import SheetXml

_ATTRIBUTE_SQREF = re.compile(
    rb"<(?:[\w.-]+:)?(?:dataValidation|conditionalFormatting)\s"
    rb"""(?:[^>"']|"[^"]*"|'[^']*')*?\bsqref=["']([^"']*)"""
)
# A sparkline's place is one cell, never a block.
_ELEMENT_SQREF = re.compile(rb"<[\w.-]+:sqref>([^<]*:[^<]*)<")
_COLS = re.compile(rb"<((?:[\w.-]+:)?)cols(?=[\s/>])")
_FILTER = re.compile(
    rb"""<(?:[\w.-]+:)?autoFilter\s(?:[^>"']|"[^"]*"|'[^']*')*?\bref=["']([^"']*)"""
)


def grow_dimension(sheet: SheetXml, written: Iterable[tuple[int, int]]) -> None:
    """Let the area that a sheet says it covers hold the cells (row, column) that were written."""
    pattern = rb"<" + sheet.prefix + rb"""dimension\s+ref=["']([A-Za-z0-9:$]+)["']"""
    tag = re.compile(pattern).search(sheet.masked, 0, sheet.open)
    places = list(written)
    if not tag or not places:
        return
    old = area(tag.group(1).decode())
    rows, columns = zip(*places, strict=True)
    first = min(old.first_row, *rows), min(old.first_column, *columns)
    last = max(old.last_row, *rows), max(old.last_column, *columns)
    if Area(*first, *last) != old:
        sheet.replace(tag.start(1), tag.end(1), str(Area(*first, *last)).encode())


def stretch_rules(sheet: SheetXml, old_row: int, last_row: int, columns: range) -> None:
    """Let rules and formats within ``columns`` that end at ``old_row`` end at ``last_row``."""
    for pattern in (_ATTRIBUTE_SQREF, _ELEMENT_SQREF):
        for found in pattern.finditer(sheet.masked, sheet.close):
            refs = found.group(1).split()
            longer = [_longer(ref, old_row, last_row, columns) for ref in refs]
            if longer != refs:
                sheet.replace(found.start(1), found.end(1), b" ".join(longer))


def _longer(ref: bytes, old_row: int, last_row: int, columns: range) -> bytes:
    """``ref`` down to ``last_row``, if it ends at ``old_row`` and lies within ``columns``."""
    try:
        block = area(ref.decode())
    except ValueError:
        return ref
    inside = block.first_column in columns and block.last_column in columns
    if not inside or block.last_row != old_row:
        return ref
    return str(block._replace(last_row=last_row)).encode()


def widen_filter(sheet: SheetXml, block: Area, last_column: int) -> tuple[Area, Area] | None:
    """Let a sheet's own filter that ends with ``block`` reach ``last_column``.

    Sorting must take whole rows. Returns the area of the filter before and after, None where there
    is none to widen.
    """
    for found in _FILTER.finditer(sheet.masked, sheet.close):
        old = area(found.group(1).decode())
        if old.first_row == block.first_row and old.last_column == block.last_column:
            wider = old._replace(last_column=last_column)
            sheet.replace(found.start(1), found.end(1), str(wider).encode())
            return old, wider
    return None


def set_widths(sheet: SheetXml, first: int, widths: Sequence[float]) -> None:
    """Give columns from ``first`` on their widths, unless some of them have one already."""
    last, spans = first + len(widths) - 1, sheet.widths()
    if any(each.first_column <= last and each.last_column >= first for each in spans):
        return
    name = sheet.prefix
    columns = b"".join(_width(name, at, width) for at, width in enumerate(widths, first))
    rows = sheet.masked.rindex(b"<", 0, sheet.open)
    holder = _COLS.search(sheet.masked, 0, rows)
    if holder is None:
        sheet.replace(rows, rows, b"<%bcols>%b</%bcols>" % (name, columns, name))
        return
    tags = re.finditer(rb"<" + name + rb"col(?=\s)", sheet.masked[:rows])
    pairs = zip(tags, spans, strict=False)
    later = [tag.start() for tag, span in pairs if span.first_column > last]
    place = later[0] if later else sheet.masked.index(b"</" + name + b"cols", holder.end())
    sheet.replace(place, place, columns)


def _width(prefix: bytes, column: int, width: float) -> bytes:
    tag = b'<%bcol min="%d" max="%d" width="%b" customWidth="1"/>'
    return tag % (prefix, column, column, f"{width:g}".encode())
