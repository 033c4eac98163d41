"""The workbook part: its sheets, which are added, found by their marks or taken away."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from trustbook.errors import SafetyStop
from trustbook.xlsx.calculation_chain import forget_cells
from trustbook.xlsx.conventions import Conventions
from trustbook.xlsx.defined_names import DefinedNames
from trustbook.xlsx.markup import (
    RELATIONSHIPS,
    STRICT,
    STRICT_RELATIONSHIPS,
    child,
    children,
    drop,
    insert_after,
    make,
    make_tied,
    namespace,
    true,
)
from trustbook.xlsx.package import Package

_RELATION_ID, _STRICT_RELATION_ID = f"{{{RELATIONSHIPS}}}id", f"{{{STRICT_RELATIONSHIPS}}}id"
_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BEFORE_CALCULATION = ("sheets", "functionGroups", "externalReferences", "definedNames")


@dataclass(slots=True)
class SheetEntry:
    """A sheet as the workbook lists it; ``kind`` is worksheet, chartsheet, dialogsheet, …"""

    title: str
    id: str
    part: str
    kind: str
    relation: str
    entry: etree._Element


class WorkbookPart:
    """The workbook part of a package. Raises SafetyStop where there is none."""

    def __init__(self, package: Package, conventions: Conventions) -> None:
        self.package = package
        main = [each for each in package.relations() if each.kind == "officeDocument"]
        parts = [each.target for each in main if not each.external]
        if not parts or not package.has(parts[0]):
            raise SafetyStop("excel.damaged", where="_rels/.rels")
        self.part = parts[0]
        self.names = DefinedNames(package, self.part, conventions)
        self.root = package.tree(self.part)
        self.namespace = namespace(self.root)
        self.strict = self.namespace == STRICT
        self.relations = package.relations(self.part)
        self.sheets = self._read_sheets()

    def _read_sheets(self) -> list[SheetEntry]:
        by_id = {each.id: each for each in self.relations}
        found = []
        for entry in children(child(self.root, "sheets"), "sheet"):
            id_ = entry.get(_RELATION_ID) or entry.get(_STRICT_RELATION_ID) or ""
            title, number = entry.get("name") or "", entry.get("sheetId") or ""
            relation = by_id.get(id_)
            target, kind = (relation.target, relation.kind) if relation else ("", "")
            found.append(SheetEntry(title, number, target, kind, id_, entry))
        return found

    # what the owner decided

    @property
    def date1904(self) -> bool:
        """Whether day 0 is 1 January 1904."""
        settings = child(self.root, "workbookPr")
        return settings is not None and true(settings.get("date1904"))

    def refuse_if_closed(self) -> None:
        """Raise SafetyStop where the owner locked the structure or signed the workbook."""
        lock = child(self.root, "workbookProtection")
        if lock is not None and true(lock.get("lockStructure")):
            raise SafetyStop("excel.structure_locked")
        kinds = [each.type for each in self.package.relations()]
        signatures = [each for each in kinds if each.endswith("/digital-signature/origin")]
        parts = [each.lower() for each in self.package.parts()]
        if signatures or any(each.startswith("/_xmlsignatures/") for each in parts):
            raise SafetyStop("excel.signed")

    # sheets

    def sheet(self, title: str) -> SheetEntry:
        """The worksheet with this title. Raises SafetyStop where it cannot be edited."""
        found = self._titled(title)
        if found is None or found.kind != "worksheet" or not self.package.has(found.part):
            raise SafetyStop("excel.sheet_missing", sheet=title)
        if [each.part for each in self.sheets].count(found.part) > 1:
            raise SafetyStop("excel.sheet_shared", sheet=title)
        return found

    def _titled(self, title: str) -> SheetEntry | None:
        """The sheet with this title as it is written, else in whatever case."""
        folded = [each for each in self.sheets if each.title.casefold() == title.casefold()]
        exact = (each for each in folded if each.title == title)
        return next(exact, folded[0] if folded else None)

    def marked(self, key: str) -> SheetEntry | None:
        """The generated sheet that carries the mark of ``key``, whatever it is called now."""
        title = self.names.marked().get(key)
        return self._worksheet(title) if title is not None else None

    def is_ours(self, sheet: SheetEntry) -> bool:
        """Whether a sheet carries one of our marks."""
        return any(self._worksheet(title) is sheet for title in self.names.marked().values())

    def _worksheet(self, title: str) -> SheetEntry | None:
        """The first worksheet with this title, in whatever case."""
        titled = (each for each in self.sheets if each.title.casefold() == title.casefold())
        return next((each for each in titled if each.kind == "worksheet"), None)

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
        named = {"name": title, "sheetId": str(number)}
        entry = make_tied(holder, "sheet", named, self._relation_namespace(), relation)
        holder.append(entry)
        sheet = SheetEntry(title, str(number), part, "worksheet", relation, entry)
        self.sheets.append(sheet)
        return sheet

    def remove(self, sheet: SheetEntry) -> None:
        """Take a sheet away, with all that hangs on it alone; whatever counts sheets follows."""
        position = self.index(sheet)
        self._edit()
        self._move_views(position)
        self.names.forget_sheet(position)
        holder = sheet.entry.getparent()
        assert holder is not None
        holder.remove(sheet.entry)
        self.sheets.remove(sheet)
        self.package.unrelate(self.part, sheet.relation)
        forget_cells(self.package, self.part, sheet.id, lambda _: True)
        for part in self.private_parts(sheet.part):
            self.package.drop(part)

    def put_first(self, sheet: SheetEntry) -> None:
        """Let a sheet be the first one; the one that opens stays the same."""
        position = self.index(sheet)
        if position == 0:
            return
        self._edit()
        for view in children(child(self.root, "bookViews"), "workbookView"):
            opens = int(view.get("activeTab") or 0)
            drop(view, "firstSheet")  # so that the first tab is in sight
            view.set("activeTab", str(0 if opens == position else opens + (opens < position)))
        self.names.put_sheet_first(position)
        holder = sheet.entry.getparent()
        assert holder is not None
        holder.insert(holder.index(self.sheets[0].entry), sheet.entry)
        self.sheets.insert(0, self.sheets.pop(position))

    def _move_views(self, position: int) -> None:
        """Where the sheet that goes was the one that opens, the one before it is."""
        for view in children(child(self.root, "bookViews"), "workbookView"):
            for name in ("activeTab", "firstSheet"):
                now = int(view.get(name) or 0)
                if now == position:
                    view.set(name, str(self._shown_before(position)))
                elif now > position:
                    view.set(name, str(now - 1))

    def _shown_before(self, position: int) -> int:
        """The nearest visible sheet before this position, else the first one left after it."""
        states = [each.entry.get("state") or "visible" for each in self.sheets]
        shown = [at for at, state in enumerate(states) if state == "visible"]
        before = [at for at in shown if at < position]
        after = [at - 1 for at in shown if at > position]
        return [*before[-1:], *after, 0][0]

    def private_parts(self, part: str) -> list[str]:
        """``part`` and all parts that hang on nothing else."""
        reached, waiting = [part], [part]
        while waiting:
            for relation in self.package.relations(waiting.pop()):
                target = relation.target
                if relation.external or target in reached or not self.package.has(target):
                    continue
                if not self._needed_elsewhere(target, reached):
                    reached.append(target)
                    waiting.append(target)
        return reached

    def _needed_elsewhere(self, part: str, private: list[str]) -> bool:
        others = [each for each in self.package.parts() if not each.endswith(".rels")]
        for source in ("", *(each for each in others if each not in private)):
            if any(relation.target == part for relation in self.package.relations(source)):
                return True
        return False

    # calculation

    def calculate_on_load(self) -> None:
        """Let the program that opens the workbook compute its formulas anew."""
        settings = child(self.root, "calcPr")
        if settings is not None and true(settings.get("fullCalcOnLoad")):
            return
        self._edit()
        if settings is None:
            settings = make(self.root, "calcPr")
            insert_after(self.root, settings, _BEFORE_CALCULATION)
        settings.set("fullCalcOnLoad", "1")

    def forget_formulas(self, sheet: SheetEntry, cells: Iterable[str]) -> None:
        """Take the cells that lost their formula out of the calculation chain."""
        lost = set(cells)
        if lost:
            forget_cells(self.package, self.part, sheet.id, lost.__contains__)

    # editing

    def _edit(self) -> etree._Element:
        return self.package.tree(self.part, edit=True)

    def _strict_relations(self) -> bool:
        return any(each.type.startswith(STRICT_RELATIONSHIPS) for each in self.relations)

    def _relation_namespace(self) -> str:
        """The namespace in which this workbook writes ``r:id``."""
        for space in (RELATIONSHIPS, STRICT_RELATIONSHIPS):
            if any(each.entry.get(f"{{{space}}}id") for each in self.sheets):
                return space
        return STRICT_RELATIONSHIPS if self.strict else RELATIONSHIPS
