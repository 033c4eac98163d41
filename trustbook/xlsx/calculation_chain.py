"""The calculation chain of a workbook: the order in which cells with formulas were computed last.

A cell that lost its formula must leave it, or Excel calls the file damaged. An entry names its
sheet only where that differs from the entry before it (ECMA-376 part 1, 18.6.1).
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from trustbook.xlsx.markup import children
from trustbook.xlsx.package import Package


def forget_cells(
    package: Package, workbook: str, sheet_id: str, gone: Callable[[str], bool]
) -> None:
    """Take the cells of a sheet that are ``gone`` out of the chain; an empty chain goes whole."""
    chains = [each for each in package.relations(workbook) if each.kind == "calcChain"]
    if not chains or not package.has(chains[0].target):
        return
    part = chains[0].target
    entries = _entries(package.tree(part))
    kept = [(at, sheet) for at, sheet in entries if sheet != sheet_id or not gone(_cell(at))]
    if len(kept) < len(entries):
        _keep(package.tree(part, edit=True), kept)
    if not kept:
        package.unrelate(workbook, chains[0].id)
        package.drop(part)


def _entries(root: etree._Element) -> list[tuple[etree._Element, str]]:
    """The entries of a chain, each with the number of its sheet."""
    found, sheet = [], ""
    for entry in children(root, "c"):
        sheet = entry.get("i") or sheet
        found.append((entry, sheet))
    return found


def _cell(entry: etree._Element) -> str:
    return entry.get("r") or ""


def _keep(root: etree._Element, kept: list[tuple[etree._Element, str]]) -> None:
    """Leave these entries only, and let those name their sheet that lost the one who did."""
    for entry in set(children(root, "c")) - {entry for entry, _ in kept}:
        root.remove(entry)
    before = ""
    for entry, sheet in kept:
        if sheet != before and not entry.get("i"):
            entry.set("i", sheet)
        before = sheet
