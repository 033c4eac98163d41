"""The way of one typed cell through a night: which functions of trustbook handle its text.

    python scripts/cell_path.py [CHECKOUT]

A small Excel workbook is synced until nothing changes; then "Own view" of one partner is typed
with a text found nowhere else, and the next night is watched with ``sys.setprofile``. That column
decides nothing (no status, no name, no list), so what is counted is the passage of a cell, not the
work it sets off. A function handles the cell when the text stands in the ``repr`` of one of its
arguments, local variables or results, as it begins or as it ends; a comprehension belongs to the
function it stands in. The module changes are counted along the calls that bring the text with
them, in the order in which they were made: each one that begins in another module than the one
before.

Printed as JSON: ``functions``, ``modules`` and ``module_changes``. At commit 6e92395, before the
rooms were rearranged, they were about 200, 45 and 150.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 9, 30)
MARKER = "Zq7 Marker"
PARTNERS = ("Police", "GGD", "Mosque", "School")
# Comprehensions and generator expressions are frames of their own before Python 3.12.
INNER = re.compile(r"\.<locals>\.<(?:list|dict|set)comp>|\.<locals>\.<genexpr>")
# What cannot hold a cell, or only by accident, and would be slow to write out.
NO_HOLDERS = (int, float, type, ModuleType, FunctionType, FrameType)


class Watch:
    """The functions of a package that hold the marker, in the order of their calls."""

    def __init__(self, package: Path) -> None:
        self.package = f"{package}{os.sep}"
        self.functions: set[tuple[str, str]] = set()
        self.calls: list[str] = []

    def run(self, work: Callable[[], object]) -> None:
        """Do ``work`` and watch it."""
        sys.setprofile(self._event)
        try:
            work()
        finally:
            sys.setprofile(None)

    def counts(self) -> dict[str, int]:
        """What was seen, in three numbers."""
        changes = sum(a != b for a, b in zip(self.calls, self.calls[1:], strict=False))
        return {
            "functions": len(self.functions),
            "modules": len({module for module, _ in self.functions}),
            "module_changes": changes,
        }

    def _event(self, frame: FrameType, event: str, result: Any) -> None:
        code = frame.f_code
        if event not in ("call", "return") or not code.co_filename.startswith(self.package):
            return
        if event == "return" and _name(code) in self.functions:
            return
        sys.setprofile(None)  # writing values out must not be watched itself
        try:
            values = [*frame.f_locals.values(), result if event == "return" else None]
            if any(_holds(value) for value in values):
                self.functions.add(_name(code))
                if event == "call":
                    self.calls.append(code.co_filename)
        finally:
            sys.setprofile(self._event)


def _name(code: CodeType) -> tuple[str, str]:
    return code.co_filename, INNER.sub("", code.co_qualname)


def _holds(value: object) -> bool:
    if isinstance(value, str):
        return MARKER in value
    if value is None or isinstance(value, NO_HOLDERS):
        return False
    try:
        return MARKER in repr(value)
    except Exception:  # a half-made object cannot be written out, and holds nothing yet
        return False


def _column(sheet: Any, header: str) -> int:
    return next(int(cell.column) for cell in sheet[1] if cell.value == header)


def _fill(path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(path)
    partners, moments = book["Partners"], book["Moments"]
    for row, name in enumerate(PARTNERS, 2):
        partners.cell(row, _column(partners, "Name")).value = name
        partners.cell(row, _column(partners, "Holder")).value = "Anna"
        partners.cell(row, _column(partners, "Area")).value = "North"
    for row, name in enumerate(PARTNERS[:2], 2):
        moments.cell(row, _column(moments, "Date")).value = date(2026, 9, 1)
        moments.cell(row, _column(moments, "With")).value = name
    book.save(path)


def _type_marker(path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(path)
    partners = book["Partners"]
    partners.cell(3, _column(partners, "Own view")).value = MARKER
    book.save(path)


def measure_path(root: Path, folder: Path) -> dict[str, int]:
    """The three numbers of the checkout ``root``, whose trustbook this process has not imported
    yet.
    """
    sys.path.insert(0, str(root))
    os.environ["TRUSTBOOK_DATA"] = str(folder / "memory")
    import trustbook
    from trustbook.cli.main import main

    path = folder / "network.xlsx"
    if main(["init", str(path), "--lang", "en", "--quiet"]):
        sys.exit("No workbook to watch could be made.")
    _fill(path)
    trustbook.sync(path, TODAY)
    trustbook.sync(path, TODAY)
    _type_marker(path)
    watch = Watch(Path(trustbook.__file__).parent)
    watch.run(lambda: trustbook.sync(path, TODAY))
    return watch.counts()


if __name__ == "__main__":
    checkout = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    with tempfile.TemporaryDirectory() as name:
        sys.stdout.write(json.dumps(measure_path(checkout, Path(name))) + "\n")
