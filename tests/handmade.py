"""Workbooks written part by part, so that a test can spell any part as oddly as programs do."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONSHIPS = "application/vnd.openxmlformats-package.relationships+xml"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET = "xl/worksheets/sheet1.xml"
# Cell styles by number: 0 general, 1 day, 2 duration, 3 text.
STYLES = (
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="dd\\-mm\\-yyyy;@"/></numFmts>'
    '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="46"/>'
    '<xf numFmtId="49"/></cellXfs>'
)

Parts = dict[str, str | bytes]


def relationships(**targets: str) -> str:
    """A relationships part: id to "kind target"."""
    nodes = ""
    for id_, kind_and_target in targets.items():
        kind, target = kind_and_target.split()
        nodes += f'<Relationship Id="{id_}" Type="{OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{PACKAGE}">{nodes}</Relationships>'


def parts(
    rows: str = "",
    strings: str = "",
    names: str = "",
    title: str = "Partners",
    date1904: bool = False,
) -> Parts:
    """The parts of a workbook of one sheet with ``rows`` in it."""
    return {
        "[Content_Types].xml": f'<Types xmlns="{CONTENT_TYPES}">'
        f'<Default Extension="rels" ContentType="{RELATIONSHIPS}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}.sheet.main+xml"/>'
        "</Types>",
        "_rels/.rels": relationships(r1="officeDocument xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f'<workbookPr date1904="{int(date1904)}"/>'
        f'<sheets><sheet name="{title}" sheetId="1" r:id="r1"/></sheets>'
        f"<definedNames>{names}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": relationships(
            r1="worksheet worksheets/sheet1.xml",
            r2="styles styles.xml",
            r3="sharedStrings sharedStrings.xml",
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }


def save(path: Path, content: Mapping[str, str | bytes]) -> Path:
    """Write the parts as a package."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in content.items():
            package.writestr(name, data)
    return path


def row(*cells: str, number: int = 1) -> str:
    """A row of cells given as "attributes|content" from column A on."""
    out = []
    for letter, cell in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", cells, strict=False):
        attributes, _, content = cell.partition("|")
        out.append(f'<c r="{letter}{number}"{" " * bool(attributes)}{attributes}>{content}</c>')
    return f'<row r="{number}">{"".join(out)}</row>'
