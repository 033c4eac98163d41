"""The small parts of a workbook before and after a write: what remains when ours is left out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from lxml import etree

from trustbook.a1 import cell_name
from trustbook.xlsx.compare_sheet import attributes_of, difference
from trustbook.xlsx.defined_names import FILTER_NAME
from trustbook.xlsx.edit import EditPlan
from trustbook.xlsx.markup import canonical, child, children, drop, elements, local, scope_of


def without_ours(root: etree._Element, plan: EditPlan) -> etree._Element:
    """The workbook part without our sheets, our names and the wish to compute anew."""
    sheets = children(child(root, "sheets"), "sheet")
    titles = [each.get("name") or "" for each in sheets]
    if plan.moves_sheets:
        _forget_positions(root)
    for entry in sheets:
        if entry.get("name") in plan.titles:
            _cut(entry)
    for entry in children(child(root, "definedNames"), "definedName"):
        _cut_or_settle(entry, titles, plan)
    for holder in (*children(root, "definedNames")[:1], *children(root, "calcPr")[:1]):
        drop(holder, "fullCalcOnLoad")
        _cut_if_empty(holder)
    return root


def _forget_positions(root: etree._Element) -> None:
    """Which sheet opens is told by a position, which moves with the sheets."""
    for view in children(child(root, "bookViews"), "workbookView"):
        drop(view, "activeTab", "firstSheet")


def _cut_or_settle(entry: etree._Element, titles: list[str], plan: EditPlan) -> None:
    """Cut a name of ours; let one of people's go by its sheet's title, for positions move."""
    scope = scope_of(entry)
    name, title = entry.get("name") or "", ""
    if scope is not None and scope < len(titles):
        title = titles[scope]
    if name.startswith(plan.prefix) or title in plan.titles:
        _cut(entry)
    elif scope is not None:
        entry.set("localSheetId", title)
        if name == FILTER_NAME and title in plan.widened:
            entry.text = (entry.text or "").rpartition(":")[0]


def without_size(root: etree._Element, more: int = 0) -> etree._Element:
    """A table without the size of its area and without the last ``more`` columns."""
    holder = child(root, "tableColumns")
    if more and holder is not None:
        for each in children(holder, "tableColumn")[-more:]:
            _cut(each)
        holder.set("count", str(len(children(holder, "tableColumn"))))
    for each in (root, *children(root, "autoFilter")):
        each.set("ref", (each.get("ref") or "").partition(":")[0])
    return root


def compare_styles(old: etree._Element, new: etree._Element) -> None:
    """Raise SafetyStop unless formats were only appended and all else is as it was."""
    if child(old, "numFmts") is None:
        for each in children(new, "numFmts"):
            _cut(each)
    for one, other in zip_longest(old, new):
        if one is None or other is None or one.tag != other.tag:
            raise difference("styles")
        name = local(one)
        grows = name in ("numFmts", "fonts", "fills", "cellXfs")
        same = _only_longer(one, other) if grows else canonical(one) == canonical(other)
        if not same:
            raise difference(f"styles {name}")


def _only_longer(old: etree._Element, new: etree._Element) -> bool:
    """Whether a collection begins as it was, and counts what was appended."""
    if attributes_of(old, "count") != attributes_of(new, "count"):
        return False
    had, has = [canonical(each) for each in old], [canonical(each) for each in new]
    counted = has == had or int(new.get("count") or 0) == len(elements(new))
    return counted and has[: len(had)] == had


def compare_chains(old: etree._Element, new: etree._Element, plan: EditPlan) -> None:
    """Raise SafetyStop unless the calculation chain lost only cells that we wrote."""
    had, has = list(_links(old)), list(_links(new))
    written = {cell_name(*at) for cells in plan.cells.values() for at in cells}
    lost = set(had) - set(has)
    foreign = {ref for _, ref in lost} - written
    if foreign and not plan.removed:
        raise difference(plan.chain)
    if [link for link in had if link not in lost] != has:
        raise difference(plan.chain)


def _links(root: etree._Element) -> Iterator[tuple[str, str]]:
    """The calculation chain as sheet and cell."""
    sheet = ""
    for each in children(root, "c"):
        sheet = each.get("i") or sheet
        yield sheet, each.get("r") or ""


def _cut_if_empty(element: etree._Element) -> None:
    if not len(element) and not element.attrib:
        _cut(element)


def _cut(element: etree._Element) -> None:
    holder = element.getparent()
    if holder is not None:
        holder.remove(element)
