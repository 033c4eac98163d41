"""The workbook part: its sheets, names and calculation; a sheet is added, found by its mark, or
taken away.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lxml import etree

from trustbook.errors import SafetyStop
from trustbook.xlsx.markup import (
    RELATIONSHIPS,
    STRICT,
    STRICT_RELATIONSHIPS,
    child,
    children,
    local,
    make,
    namespace,
    true,
)
from trustbook.xlsx.package import Package

PREFIX = "trustbook_"
SHEET_MARK = f"{PREFIX}sheet_"
FILTER_NAME = "_xlnm._FilterDatabase"
_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_REF = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?[A-Z]{1,3}\$?\d+$")


@dataclass(slots=True)
class SheetEntry:
    """A sheet as the workbook part lists it; ``kind`` is worksheet, chartsheet, dialogsheet or
    macrosheet.
    """

    title: str
    id: str
    part: str
    kind: str
    relation: str
    entry: etree._Element


class WorkbookPart:
    """The workbook part of a package. Raises SafetyStop where there is none."""

    def __init__(self, package: Package) -> None:
        self.package = package
        parts = [
            each.target
            for each in package.relations()
            if each.kind == "officeDocument" and not each.external
        ]
        if not parts or not package.has(parts[0]):
            raise SafetyStop("excel.damaged", where="_rels/.rels")
        self.part = parts[0]
        self.root = package.tree(self.part)
        self.namespace = namespace(self.root)
        self.strict = self.namespace == STRICT
        self.relations = package.relations(self.part)
        self.sheets = self._read_sheets()

    def _read_sheets(self) -> list[SheetEntry]:
        by_id = {each.id: each for each in self.relations}
        found = []
        for entry in children(child(self.root, "sheets"), "sheet"):
            id_ = next((entry.get(f"{{{space}}}id") or "" for space in (RELATIONSHIPS, STRICT_RELATIONSHIPS)
                        if entry.get(f"{{{space}}}id")), "")  # fmt: skip
            relation = by_id.get(id_)
            target, kind = (relation.target, relation.kind) if relation else ("", "")
            found.append(
                SheetEntry(
                    entry.get("name") or "", entry.get("sheetId") or "", target, kind, id_, entry
                )
            )
        return found

    # what the owner decided

    @property
    def date1904(self) -> bool:
        """Whether day 0 is 1 January 1904."""
        settings = child(self.root, "workbookPr")
        return settings is not None and true(settings.get("date1904"))

    def refuse_if_closed(self) -> None:
        """Raise SafetyStop where the owner locked the structure or signed the workbook: then
        nothing is written.
        """
        lock = child(self.root, "workbookProtection")
        if lock is not None and true(lock.get("lockStructure")):
            raise SafetyStop("excel.structure_locked")
        signed = any(
            each.type.endswith("/digital-signature/origin") for each in self.package.relations()
        )
        if signed or any(
            part.lower().startswith("/_xmlsignatures/") for part in self.package.parts()
        ):
            raise SafetyStop("excel.signed")

    # sheets

    def sheet(self, title: str) -> SheetEntry:
        """The worksheet with this title, as written or but for case. Raises SafetyStop where it
        cannot be edited.
        """
        exact = [each for each in self.sheets if each.title == title]
        found = exact or [each for each in self.sheets if each.title.casefold() == title.casefold()]
        if not found or found[0].kind != "worksheet" or not self.package.has(found[0].part):
            raise SafetyStop("excel.sheet_missing", sheet=title)
        if sum(each.part == found[0].part for each in self.sheets) > 1:
            raise SafetyStop("excel.sheet_shared", sheet=title)
        return found[0]

    def marked(self, key: str) -> SheetEntry | None:
        """The generated sheet that carries the mark of ``key``, whatever it is called now."""
        for entry in self._names():
            whole = (
                entry.get("localSheetId") is None
            )  # a copy of our sheet brings a mark of its own
            if (
                whole
                and entry.get("name") == SHEET_MARK + key
                and (found := _REF.match(entry.text or ""))
            ):
                title = (found.group(1) or found.group(2)).replace("''", "'").casefold()
                worksheets = (each for each in self.sheets if each.kind == "worksheet")
                return next((each for each in worksheets if each.title.casefold() == title), None)
        return None

    def is_ours(self, sheet: SheetEntry) -> bool:
        """Whether a sheet carries one of our marks."""
        keys = [(each.get("name") or "").removeprefix(SHEET_MARK) for each in self._names()
                if (each.get("name") or "").startswith(SHEET_MARK)]  # fmt: skip
        return any(self.marked(key) is sheet for key in keys)

    def index(self, sheet: SheetEntry) -> int:
        """Position of a sheet among all sheets, from 0."""
        return self.sheets.index(sheet)

    def add(self, title: str) -> SheetEntry:
        """Add an empty place for a worksheet after the last one; its part must still be put."""
        if any(each.title.casefold() == title.casefold() for each in self.sheets):
            raise SafetyStop("excel.title_taken", sheet=title)
        folder = posixpath.join(posixpath.dirname(self.part), "worksheets")
        part = self.package.free_name(folder + "/sheet{}.xml")
        self.package.put(part, b"")
        self.package.declare(part, _WORKSHEET)
        target = posixpath.relpath(part, posixpath.dirname(self.part))
        relation = self.package.relate(self.part, "worksheet", target, self._strict_relations())
        holder = child(self._edit(), "sheets")
        assert holder is not None
        number = max((int(each.id) for each in self.sheets if each.id.isdigit()), default=0) + 1
        entry = make(holder, "sheet", {"name": title, "sheetId": str(number)})
        holder.append(entry)
        entry.set(f"{{{self._relation_namespace()}}}id", relation)
        sheet = SheetEntry(title, str(number), part, "worksheet", relation, entry)
        self.sheets.append(sheet)
        return sheet

    def remove(self, sheet: SheetEntry) -> None:
        """Take a sheet away, with all that hangs on it alone. Where it was the one that opens, the
        one before it is.
        """
        position = self.index(sheet)
        self._edit()
        for view in children(child(self.root, "bookViews"), "workbookView"):
            for name in ("activeTab", "firstSheet"):
                now = int(view.get(name) or 0)
                if now == position:
                    view.set(name, str(self._shown_before(position)))
                elif now > position:
                    view.set(name, str(now - 1))
        for entry in self._names():
            scope = entry.get("localSheetId")
            if scope is not None and int(scope) == position:
                self._drop_name(entry)
            elif scope is not None and int(scope) > position:
                entry.set("localSheetId", str(int(scope) - 1))
        holder = sheet.entry.getparent()
        assert holder is not None
        holder.remove(sheet.entry)
        self.sheets.remove(sheet)
        self.package.unrelate(self.part, sheet.relation)
        self._forget(sheet, lambda _: True)
        for part in self.private_parts(sheet.part):
            self.package.drop(part)

    def _shown_before(self, position: int) -> int:
        """The nearest visible sheet before this position, else the first after it (as counted
        without it).
        """
        shown = [
            index
            for index, each in enumerate(self.sheets)
            if (each.entry.get("state") or "visible") == "visible"
        ]
        before = [index for index in shown if index < position]
        after = [index - 1 for index in shown if index > position]
        return before[-1] if before else after[0] if after else 0

    def private_parts(self, part: str) -> list[str]:
        """``part`` and all parts that hang on nothing else."""
        reached, waiting = [part], [part]
        while waiting:
            for relation in self.package.relations(waiting.pop()):
                known = (
                    relation.external
                    or relation.target in reached
                    or not self.package.has(relation.target)
                )
                if not known and not self._needed_elsewhere(relation.target, reached):
                    reached.append(relation.target)
                    waiting.append(relation.target)
        return reached

    def _needed_elsewhere(self, part: str, private: list[str]) -> bool:
        sources = [
            "",
            *(
                each
                for each in self.package.parts()
                if each not in private and not each.endswith(".rels")
            ),
        ]
        return any(
            relation.target == part
            for source in sources
            for relation in self.package.relations(source)
        )

    # names

    def names(self) -> list[tuple[str, str]]:
        """All defined names that are not ours, with what they stand for."""
        return [(each.get("name") or "", each.text or "") for each in self._names()
                if not (each.get("name") or "").startswith(PREFIX)]  # fmt: skip

    def name(self, name: str, scope: int | None = None) -> str | None:
        """What ``name`` (of the sheet at ``scope``, or of the workbook) stands for; None if there
        is no such name.
        """
        wanted = None if scope is None else str(scope)
        return next((each.text or "" for each in self._names()
                     if each.get("name") == name and each.get("localSheetId") == wanted), None)  # fmt: skip

    def set_name(self, name: str, text: str, scope: int | None = None, hidden: bool = True) -> None:
        """Let ``name`` (of the sheet at ``scope``, or of the workbook) stand for ``text``."""
        for entry in self._names():
            if entry.get("name") == name and entry.get("localSheetId") == (
                None if scope is None else str(scope)
            ):
                if entry.text != text:
                    self._edit()
                    entry.text = text
                return
        holder = child(self._edit(), "definedNames")
        if holder is None:
            holder = make(self.root, "definedNames")
            self._insert(holder, ("sheets", "functionGroups", "externalReferences"))
        entry = make(holder, "definedName", {"name": name})
        holder.append(entry)
        if scope is not None:
            entry.set("localSheetId", str(scope))
        if hidden:
            entry.set("hidden", "1")
        entry.text = text

    def clear_name(self, name: str, scope: int | None = None) -> None:
        """Take one of our names away."""
        for entry in self._names():
            if entry.get("name") == name and entry.get("localSheetId") == (
                None if scope is None else str(scope)
            ):
                self._edit()
                self._drop_name(entry)

    def _names(self) -> list[etree._Element]:
        return children(child(self.root, "definedNames"), "definedName")

    def _drop_name(self, entry: etree._Element) -> None:
        holder = entry.getparent()
        assert holder is not None
        holder.remove(entry)
        above = holder.getparent()
        if not len(holder) and above is not None:
            above.remove(holder)

    # calculation

    def calculate_on_load(self) -> None:
        """Let the program that opens the workbook compute its formulas anew."""
        settings = child(self.root, "calcPr")
        if settings is not None and true(settings.get("fullCalcOnLoad")):
            return
        self._edit()
        if settings is None:
            settings = make(self.root, "calcPr")
            self._insert(
                settings, ("sheets", "functionGroups", "externalReferences", "definedNames")
            )
        settings.set("fullCalcOnLoad", "1")

    def forget_formulas(self, sheet: SheetEntry, cells: Iterable[str]) -> None:
        """Take the cells that lost their formula out of the calculation chain; an empty chain goes
        whole.
        """
        gone = set(cells)
        if gone:
            self._forget(sheet, gone.__contains__)

    def _forget(self, sheet: SheetEntry, gone: Callable[[str], bool]) -> None:
        chains = [
            each
            for each in self.relations
            if each.kind == "calcChain" and self.package.has(each.target)
        ]
        if not chains:
            return
        relation = chains[0]
        root, current, orphaned = self.package.tree(relation.target), "", False
        for entry in children(root, "c"):
            named = entry.get("i")
            current = named or current
            if current == sheet.id and gone(entry.get("r") or ""):
                self.package.tree(relation.target, edit=True).remove(entry)
                orphaned = orphaned or named is not None
            else:
                if orphaned and named is None:
                    entry.set("i", current)
                orphaned = False
        if not children(root, "c"):
            self.package.unrelate(self.part, relation.id)
            self.package.drop(relation.target)

    # editing

    def _edit(self) -> etree._Element:
        return self.package.tree(self.part, edit=True)

    def _insert(self, element: etree._Element, after: tuple[str, ...]) -> None:
        before = [each for each in self.root if local(each) in after]
        self.root.insert(self.root.index(before[-1]) + 1, element)

    def _strict_relations(self) -> bool:
        return any(each.type.startswith(STRICT_RELATIONSHIPS) for each in self.relations)

    def _relation_namespace(self) -> str:
        """The namespace in which this workbook writes ``r:id``."""
        for space in (RELATIONSHIPS, STRICT_RELATIONSHIPS):
            if any(each.entry.get(f"{{{space}}}id") for each in self.sheets):
                return space
        return STRICT_RELATIONSHIPS if self.strict else RELATIONSHIPS
