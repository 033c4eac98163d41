"""Gives any workbook sheets of its own by an edit of its package, so that everything else in it
stays as it was.

Shares no code with the writer under test. openpyxl would not do: it destroys half of these
workbooks when it saves.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeAlias
from xml.sax.saxutils import escape

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONSHIPS = "http://purl.oclc.org/ooxml/officeDocument/relationships"

Value: TypeAlias = str | int | float | date | None
Rows: TypeAlias = Sequence[Sequence[Value]]

PARTNERS: Rows = (
    ("ID", "Name", "Tier", "Status", "Why", "Last sunny", "Due", "My own notes"),
    ("", "Wijkteam Noord", "core local", None, None, None, None, "keep me"),
    (
        "P-7KQX",
        "Voetbalclub De Treffers",
        "civil society",
        "○ Cold",
        "old",
        date(2026, 1, 5),
        date(2026, 3, 1),
        12.5,
    ),
    (None, "GGD Haaglanden", "wider local", None, None, None, None, None),
)
MOMENTS: Rows = (
    ("ID", "Date", "With", "Topic"),
    (None, date(2026, 3, 2), "Wijkteam Noord", "Kennismaking"),
    (None, date(2026, 4, 7), "GGD Haaglanden", "=SUM(1) as text"),
)


def give_sheets(
    source: Path, target: Path, sheets: Mapping[str, Rows], markup: Mapping[str, str] | None = None
) -> None:
    """Copy ``source`` to ``target`` with ``sheets`` after its last sheet.

    ``markup`` replaces the XML of the rows of a sheet, for tests that need more than values.
    """
    with zipfile.ZipFile(source) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    book = _main_part(parts)
    root = etree.fromstring(parts[book])
    strict = etree.QName(root).namespace == STRICT
    space, relations = (STRICT, STRICT_RELATIONSHIPS) if strict else (MAIN, RELATIONSHIPS)
    holder = next(each for each in root if etree.QName(each).localname == "sheets")
    rels_name = posixpath.join(posixpath.dirname(book), "_rels", posixpath.basename(book) + ".rels")
    rels = etree.fromstring(parts[rels_name])
    types = etree.fromstring(parts["[Content_Types].xml"])
    style = _date_style(parts, rels, book)
    late = any(b'date1904="%b"' % value in parts[book] for value in (b"1", b"true"))
    epoch = date(1904, 1, 1) if late else date(1899, 12, 30)
    for number, (title, rows) in enumerate(sheets.items(), 1):
        part = posixpath.join(posixpath.dirname(book), f"worksheets/given{number}.xml")
        data = (markup or {}).get(title) or rows_markup(rows, epoch, style)
        declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
        parts[part] = f'{declaration}<worksheet xmlns="{space}">{data}</worksheet>'.encode()
        content = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
        etree.SubElement(
            types, types.tag.replace("Types", "Override"), PartName=f"/{part}", ContentType=content
        )
        etree.SubElement(
            rels,
            rels.tag.replace("Relationships", "Relationship"),
            Id=f"given{number}",
            Type=f"{relations}/worksheet",
            Target=f"/{part}",
        )
        ids = [int(each.get("sheetId") or 0) for each in holder]
        entry = etree.SubElement(holder, f"{{{space}}}sheet", name=title, sheetId=str(max(ids) + 1))
        entry.set(f"{{{relations}}}id", f"given{number}")
    for name, tree in ((book, root), (rels_name, rels), ("[Content_Types].xml", types)):
        parts[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    write_parts(target, parts)


def write_parts(target: Path, parts: Mapping[str, bytes]) -> None:
    """Write a package of these parts."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def read_parts(source: Path) -> dict[str, bytes]:
    """All parts of a package by name."""
    with zipfile.ZipFile(source) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def rows_markup(rows: Rows, epoch: date = date(1899, 12, 30), style: int | None = None) -> str:
    """``sheetData`` for these rows; dates as serials where there is a format to show them."""
    lines = []
    for number, row in enumerate(rows, 1):
        places = ((f"{chr(64 + column)}{number}", value) for column, value in enumerate(row, 1))
        cells = "".join(_cell(ref, value, epoch, style) for ref, value in places)
        lines.append(f'<row r="{number}">{cells}</row>')
    return f"<sheetData>{''.join(lines)}</sheetData>"


def _cell(ref: str, value: Value, epoch: date, style: int | None) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, date) and style is not None:
        return f'<c r="{ref}" s="{style}"><v>{(value - epoch).days}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{ref}"><v>{value!r}</v></c>'
    return f'<c r="{ref}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def _main_part(parts: Mapping[str, bytes]) -> str:
    for each in etree.fromstring(parts["_rels/.rels"]):
        if (each.get("Type") or "").endswith("/officeDocument"):
            return (each.get("Target") or "").lstrip("/")
    raise ValueError("no workbook")


def _date_style(parts: dict[str, bytes], rels: etree._Element, book: str) -> int | None:
    """Append a date format to the style sheet; None where there is none."""
    for each in rels:
        if (each.get("Type") or "").endswith("/styles"):
            target = each.get("Target") or ""
            name = (
                target.lstrip("/")
                if target.startswith("/")
                else posixpath.join(posixpath.dirname(book), target)
            )
            root = etree.fromstring(parts[name])
            formats = next((one for one in root if etree.QName(one).localname == "cellXfs"), None)
            if formats is None:
                return None
            etree.SubElement(formats, formats.tag.replace("cellXfs", "xf"), numFmtId="14",
                             fontId="0", fillId="0", borderId="0", xfId="0",
                             applyNumberFormat="1")  # fmt: skip
            formats.set("count", str(len(formats)))
            parts[name] = etree.tostring(
                root, xml_declaration=True, encoding="UTF-8", standalone=True
            )
            return len(formats) - 1
    return None
