"""A backend in one small file, a workbook kept as JSON: what the next backend has to bring."""

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from trustbook.errors import Busy
from trustbook.snapshot import Changes, Snapshot, Written
from trustbook.workbooks.base import Wanted, Workbook, is_typed_sheet
from trustbook.workbooks.in_memory import Formula, MemoryWorkbook


class JsonWorkbook(Workbook):
    """The JSON file at ``path``: opened for every read and write, replaced whole."""

    def __init__(self, path: Path) -> None:
        self.path, self.name, self.address = path, path.name, str(path)

    def read(self, wanted: Wanted = is_typed_sheet) -> Snapshot:
        """The wanted sheets, in the version that the bytes of the file are."""
        return replace(self.load().read(wanted), version=self._version())

    def write(self, changes: Changes, expect: str) -> Written:
        """All of ``changes``, or Busy when the file is no longer the version ``expect``."""
        if expect != self._version():
            raise Busy("changed_meanwhile", read_again=True, name=self.name)
        book = self.load()
        written = book.write(changes, book.read().version)
        if changes:
            self.save(book)
        return replace(written, version=self._version())

    def load(self) -> MemoryWorkbook:
        """What stands in the file."""
        stored = json.loads(self.path.read_text(encoding="utf-8"), object_hook=_from_json)
        book = MemoryWorkbook(stored["sheets"], self.name)
        book.ours, book.marks = stored["ours"], stored["marks"]
        return book

    def save(self, book: MemoryWorkbook) -> None:
        """Put ``book`` in the place of the file."""
        content = {"sheets": book.sheets, "ours": book.ours, "marks": book.marks}
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(content, default=_to_json), encoding="utf-8")
        fresh.replace(self.path)

    def _version(self) -> str:
        return sha256(self.path.read_bytes()).hexdigest()


def _to_json(cell: date | Formula) -> dict[str, Any]:
    return {"shows": cell.shows} if isinstance(cell, Formula) else {"date": cell.isoformat()}


def _from_json(stored: dict[str, Any]) -> object:
    if stored.keys() == {"date"}:
        return date.fromisoformat(stored["date"])
    return Formula(stored["shows"]) if stored.keys() == {"shows"} else stored
