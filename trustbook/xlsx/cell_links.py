"""The links behind cells: of those that forgetting empties or writes anew, none stays in the file
that leads to what is to go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

from lxml import etree

from trustbook.xlsx.cell_values import Content
from trustbook.xlsx.markup import ATTRIBUTES, attributes, child, elements
from trustbook.xlsx.package import Package
from trustbook.xlsx.refs import area
from trustbook.xlsx.sheet_xml import SheetXml

_LINK = re.compile(
    rb"<((?:[\w.-]+:)?)hyperlink\s(" + ATTRIBUTES + rb")(?:/>|>\s*</\1hyperlink\s*>)"
)
_HOLDER = re.compile(rb"<((?:[\w.-]+:)?)hyperlinks(?=[\s>]).*?</\1hyperlinks\s*>", re.DOTALL)

# What leads to a person, whoever it is.
_SOMEBODY = ("mailto:", "tel:", "sip:", "callto:")

Cells = Collection[tuple[int, int]]
"""Cells by row and column, counted from 1."""


@dataclass(frozen=True, slots=True)
class _Link:
    """A link behind the area ``ref``, from ``start`` to ``end`` in its sheet's text.

    ``id``: the relationship it goes by, and its ``target``, "" for one within the workbook;
    ``texts``: all else it says.
    """

    ref: str
    id: str
    target: str
    texts: tuple[str, ...]
    start: int
    end: int


def drop_links(
    package: Package,
    sheet: SheetXml,
    written: Mapping[tuple[int, int], Content],
    hide: Callable[[str], str],
) -> dict[str, str]:
    """Take away the links behind ``written`` cells that are now empty, those behind the others that
    lead to somebody, and every one in whose target or tip ``hide`` finds something.

    Returns the areas they stood behind, as written, each with its relationship.
    """
    links = _links(package, sheet)
    emptied = {at for at, content in written.items() if not content.kind}
    gone: dict[str, str] = {}
    for link in links:
        empty = _is_behind(link.ref, emptied)
        if empty or _leads_to_somebody(link, written) or _says(link, hide):
            gone[link.ref] = link.id
    _cut(sheet, links, gone)
    stay = {link.id for link in links if link.ref not in gone}
    for id_ in {*gone.values()} - stay - {""}:
        package.unrelate(sheet.part, id_)
    return gone


def _links(package: Package, sheet: SheetXml) -> list[_Link]:
    """The links of a sheet."""
    holder = _HOLDER.search(sheet.masked, sheet.close)
    if holder is None:
        return []
    targets = {one.id: one.target for one in package.relations(sheet.part) if one.external}
    return [_read(found, targets) for found in _LINK.finditer(sheet.masked, *holder.span())]


def _cut(sheet: SheetXml, links: Sequence[_Link], gone: Collection[str]) -> None:
    """Take links out of a sheet's text; a holder of nothing is no valid sheet, and goes as well."""
    holder = _HOLDER.search(sheet.masked, sheet.close)
    if holder is not None and links and all(link.ref in gone for link in links):
        sheet.replace(*holder.span(), b"")
        return
    for link in links:
        if link.ref in gone:
            sheet.replace(link.start, link.end, b"")


def _read(found: re.Match[bytes], targets: Mapping[str, str]) -> _Link:
    said = {name: unescape(value.decode()) for name, value in attributes(found[2]).items()}
    id_ = next((said[name] for name in said if name.endswith(b":id")), "")
    texts = tuple(said.values())
    return _Link(said.get(b"ref", ""), id_, targets.get(id_, ""), texts, *found.span())


def _is_behind(ref: str, cells: Cells) -> bool:
    """Whether a link stands behind these cells alone; of a merged area the first cell counts."""
    try:
        block = area(ref)
    except ValueError:
        return False
    rows = range(block.first_row, block.last_row + 1)
    few = len(rows) <= len(cells)
    return few and all((row, block.first_column) in cells for row in rows)


def _leads_to_somebody(link: _Link, written: Cells) -> bool:
    """Whether a link behind cells that were written is somebody's address or number."""
    return link.target.lower().startswith(_SOMEBODY) and _is_behind(link.ref, written)


def _says(link: _Link, hide: Callable[[str], str]) -> bool:
    """Whether a link says something that is to go, also as addresses spell it."""
    told = (text for one in (*link.texts, link.target) for text in (one, unquote(one)))
    return any(hide(text) != text for text in told)


def without_links(root: etree._Element, gone: Collection[str]) -> None:
    """Take the links behind these areas out of a sheet's frame."""
    holder = child(root, "hyperlinks")
    if holder is None:
        return
    for link in elements(holder):
        if link.get("ref") in gone:
            holder.remove(link)
    if not elements(holder):
        root.remove(holder)
