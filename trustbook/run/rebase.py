"""A workbook that was put back to an earlier state on purpose: it counts as agreed as it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from trustbook.columns import Sheet
from trustbook.ledger import Change
from trustbook.merge.cell_codec import Row, is_fault, is_withheld, pack, unpack
from trustbook.merge.threeway import Event
from trustbook.messages import say
from trustbook.run.replica import MergedWorkbook


@dataclass(slots=True)
class LeftBehind:
    """What the memory knew and is not in what people went on from: ``rows`` (sheet, identity) that
    were archived for it, ``cells`` that were put back, and ``memory``: all of an earlier memory.
    """

    rows: set[tuple[str, str]] = field(default_factory=set)
    cells: int = 0
    memory: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows or self.cells or self.memory)

    def as_counts(self) -> dict[str, object]:
        """The same as plain numbers, for messages and machines."""
        return {"rows": len(self.rows), "cells": self.cells, "memory": self.memory}


@dataclass(frozen=True, slots=True)
class RebasedSheet:
    """One list of such a workbook; ``unsure`` are rows of which nothing can be said; ``left`` is
    told what is not in it.
    """

    sheet: Sheet
    view: MergedWorkbook
    unsure: Collection[str]
    change: Change
    left: LeftBehind

    def agree(
        self,
        bases: dict[str, dict[str, str]],
        records: dict[str, str],
        archived: set[str] | None,
    ) -> None:
        """Make what stands there the base of the workbook, and where ``archived`` (rows that the
        ledger archived) is given also what the ledger knows.
        """
        key, address = self.sheet.key, self.view.address
        old = bases[address]
        rows = self.view.rows[key].items()
        now = {identity: row for identity, row in rows if identity not in self.unsure}
        if archived is not None:
            self._follow(now, records, archived)
        gone = old.keys() - now.keys() - {*self.unsure}
        base = self.change.bases.setdefault(address, {}).setdefault(key, {})
        base.update(dict.fromkeys(gone) | now)
        bases[address] = {i: old[i] for i in old.keys() & {*self.unsure}}
        bases[address] |= {identity: pack(row) for identity, row in now.items()}
        self.change.learned.add(address)

    def _follow(self, now: Mapping[str, Row], records: dict[str, str], archived: set[str]) -> None:
        """Have the ledger say what the workbook shows; what it does not show is archived."""
        key, change, address = self.sheet.key, self.change, self.view.address
        flags = change.archived.setdefault(key, {})
        for identity in records.keys() - now.keys() - archived - {*self.unsure}:
            flags[identity] = True
            archived.add(identity)
            self.left.rows.add((key, identity))
            change.events.append(Event(key, identity, None, None, None, address, "archived"))
        for identity, shown in now.items():
            row = _readable(shown)
            overwritten = _overwritten(key, identity, records.get(identity), row, address)
            change.events += overwritten
            self.left.cells += len(overwritten)
            if identity in archived:
                flags[identity] = False
                archived.discard(identity)
            records[identity] = pack(row)
            change.records.setdefault(key, {})[identity] = row


def _readable(shown: Row) -> Row:
    return {
        column: value
        for column, value in shown.items()
        if not is_withheld(value) and not is_fault(value)
    }


def _overwritten(sheet: str, identity: str, text: str | None, row: Row, source: str) -> list[Event]:
    if text is None:
        return []
    old = unpack(text)
    return [
        Event(sheet, identity, column, old.get(column), row.get(column), source)
        for column in dict.fromkeys([*old, *row])
        if old.get(column) != row.get(column)
    ]


def told_of(left: LeftBehind, lang: str, dry_run: bool = False) -> list[str]:
    """What is not in what people went on from, in sentences."""
    tense = "plan" if dry_run else "done"
    told = []
    if left.rows or left.cells:
        counts = {"rows": len(left.rows), "cells": left.cells}
        told.append(say(lang, f"ledger.older_copy_{tense}", **counts))
    if left.memory:
        told.append(say(lang, f"ledger.memory_anew_{tense}"))
    return told
