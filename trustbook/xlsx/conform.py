"""What openpyxl writes, put to the letter of the format, for programs that keep to it.

exceljs finds a table by a relative target only; validators ask for a font's properties in order.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from io import BytesIO

from lxml import etree

from trustbook.xlsx.markup import local, parse_part

# ECMA-376 part 1, 18.8.22 (CT_Font)
_FONT = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color",
    "name", "family", "charset", "scheme",
)  # fmt: skip
_ABSOLUTE = re.compile(rb'(?<=Target=")/(?=[^"/])[^"]*')
_RELATIONS = re.compile(r"(.*?)/?_rels/[^/]*\.rels")


def conform(data: bytes) -> bytes:
    """The same workbook with relative targets, and with the properties of its fonts in order."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry, _conformed(entry.filename, old.read(entry)))
    return out.getvalue()


def _conformed(name: str, part: bytes) -> bytes:
    if relations := _RELATIONS.fullmatch(name):
        return _ABSOLUTE.sub(lambda found: _relative(found[0], relations[1]), part)
    return _with_fonts_in_order(part) if name == "xl/styles.xml" else part


def _relative(target: bytes, folder: str) -> bytes:
    return posixpath.relpath(target.decode(), "/" + folder).encode()


def _with_fonts_in_order(part: bytes) -> bytes:
    root = parse_part(part)
    for font in root.iter("{*}font"):
        order_font(font)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def order_font(font: etree._Element) -> None:
    """Put the properties of a font in the order that the format asks for."""
    font[:] = sorted(font, key=_place)


def _place(element: etree._Element) -> int:
    name = local(element)
    return _FONT.index(name) if name in _FONT else len(_FONT)
