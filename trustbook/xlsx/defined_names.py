"""The defined names of a workbook: ours are hidden and begin with a prefix, others are people's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from trustbook.xlsx.conventions import Conventions
from trustbook.xlsx.markup import child, children, insert_after, make, scope_of
from trustbook.xlsx.package import Package

FILTER_NAME = "_xlnm._FilterDatabase"
PRINT_TITLES = "_xlnm.Print_Titles"
_BEFORE = ("sheets", "functionGroups", "externalReferences")
_REF = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?[A-Z]{1,3}\$?\d+$")


class DefinedNames:
    """The names in the workbook part ``part``; a name's ``scope`` is the position of its sheet."""

    def __init__(self, package: Package, part: str, conventions: Conventions) -> None:
        self._package, self._part = package, part
        self._conventions = conventions

    def of_people(self) -> list[tuple[str, str]]:
        """The names that are not ours, with what they stand for."""
        prefix = self._conventions.prefix
        named = [(each.get("name") or "", each.text or "") for each in self._entries()]
        return [(name, text) for name, text in named if not name.startswith(prefix)]

    def get(self, name: str, scope: int | None = None) -> str | None:
        """What ``name`` stands for; None if there is no such name."""
        return next((each.text or "" for each in self._called(name, scope)), None)

    def set(self, name: str, text: str, scope: int | None = None, hidden: bool = True) -> None:
        """Let ``name`` stand for ``text``."""
        entry = next(self._called(name, scope), None)
        if entry is None:
            entry = self._add(name, scope, hidden)
        if entry.text != text:
            self._edit()
            entry.text = text

    def clear(self, name: str, scope: int | None = None) -> None:
        """Take a name away."""
        for entry in list(self._called(name, scope)):
            self._drop(entry)

    def set_mark(self, key: str, title: str) -> None:
        """Mark the sheet with this (quoted) title as the generated sheet ``key``."""
        self.set(self._conventions.mark_of(key), f"{title}!$A$1")

    def clear_mark(self, key: str) -> None:
        """Take the mark of a generated sheet away."""
        self.clear(self._conventions.mark_of(key))

    def marked(self) -> dict[str, str]:
        """The keys of generated sheets whose mark leads to a cell, and the titles it leads to."""
        titles: dict[str, str] = {}
        for entry in self._entries():
            key = self._conventions.key_of(entry.get("name") or "")
            found = _REF.match(entry.text or "")
            # A copy of our sheet brings a mark of its own, with a scope.
            if key is not None and found and entry.get("localSheetId") is None:
                titles.setdefault(key, (found[1] or found[2]).replace("''", "'"))
        return titles

    def forget_sheet(self, position: int) -> None:
        """Take away the names of a sheet that goes; those of later sheets move up with them."""
        for entry in self._entries():
            scope = scope_of(entry)
            if scope is None or scope < position:
                continue
            if scope == position:
                self._drop(entry)
            else:
                self._edit()
                entry.set("localSheetId", str(scope - 1))

    def put_sheet_first(self, position: int) -> None:
        """Let the names of a sheet that becomes the first go with it; those before it make room."""
        for entry in self._entries():
            scope = scope_of(entry)
            if scope is not None and scope <= position:
                self._edit()
                entry.set("localSheetId", str(0 if scope == position else scope + 1))

    def _entries(self) -> list[etree._Element]:
        return children(child(self._package.tree(self._part), "definedNames"), "definedName")

    def _called(self, name: str, scope: int | None) -> Iterator[etree._Element]:
        wanted = None if scope is None else str(scope)
        for entry in self._entries():
            if entry.get("name") == name and entry.get("localSheetId") == wanted:
                yield entry

    def _add(self, name: str, scope: int | None, hidden: bool) -> etree._Element:
        root = self._edit()
        holder = child(root, "definedNames")
        if holder is None:
            holder = make(root, "definedNames")
            insert_after(root, holder, _BEFORE)
        entry = make(holder, "definedName", {"name": name})
        holder.append(entry)
        if scope is not None:
            entry.set("localSheetId", str(scope))
        if hidden:
            entry.set("hidden", "1")
        return entry

    def _drop(self, entry: etree._Element) -> None:
        self._edit()
        holder = entry.getparent()
        assert holder is not None
        holder.remove(entry)
        above = holder.getparent()
        if not len(holder) and above is not None:
            above.remove(holder)

    def _edit(self) -> etree._Element:
        return self._package.tree(self._part, edit=True)
