"""The table of texts that cells share: what no cell says any more is taken out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from trustbook.xlsx.markup import canonical, child, children, dump, local, make
from trustbook.xlsx.package import Package, fold
from trustbook.xlsx.workbook_part import WorkbookPart

_REFERENCE = re.compile(rb"""\bt=["']s["'][^>]*>\s*<(?:\w+:)?v[^>]*>\s*(\d+)\s*<""")


def blank_unused(book: WorkbookPart) -> str:
    """Blank the shared texts that no cell of any sheet says; the others keep their numbers.

    Returns the folded name of the part, "" where there is none or all of it is said.
    """
    targets = [one.target for one in book.relations if one.kind == "sharedStrings"]
    if not targets or not book.package.has(targets[0]):
        return ""
    root = book.package.tree(targets[0])
    unused = _unused(book, root)
    for one in unused:
        one[:] = [make(one, "t")]
    if unused:
        book.package.put(targets[0], dump(root))
    return fold(targets[0]) if unused else ""


def _unused(book: WorkbookPart, texts: etree._Element) -> list[etree._Element]:
    """The shared texts that no cell says."""
    said = {number for sheet in book.sheets for number in _said(book.package, sheet.part)}
    numbered = enumerate(children(texts, "si"))
    return [one for number, one in numbered if number not in said and len(one)]


def _said(package: Package, part: str) -> Iterator[int]:
    """The numbers of the shared texts that the cells of a sheet say."""
    if not package.has(part):
        return
    for cell in package.tree(part).iter("{*}c"):
        value = child(cell, "v")
        if cell.get("t") == "s" and value is not None:
            yield int(value.text or 0)


def same_texts(before: etree._Element, after: etree._Element, sheets: Iterator[bytes]) -> bool:
    """Whether two tables of texts are equal but for blank ones that no sheet refers to."""
    old, new = children(before, "si"), children(after, "si")
    if len(old) != len(new):
        return False
    said = {int(number) for data in sheets for number in _REFERENCE.findall(data)}
    changed = [i for i in range(len(old)) if canonical(old[i]) != canonical(new[i])]
    return not any(i in said or _shows(new[i]) for i in changed)


def _shows(text: etree._Element) -> bool:
    return any(one.text for one in text.iter() if local(one) == "t")
