"""A workbook that was put back to an earlier state on purpose: it counts as agreed as it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from trustbook.columns import Sheet
from trustbook.ledger import Change
from trustbook.merge.cell_codec import Row, is_fault, is_withheld, pack, unpack
from trustbook.merge.threeway import Event
from trustbook.run.replica import MergedWorkbook


@dataclass(frozen=True, slots=True)
class RebasedSheet:
    """One list of such a workbook; ``unsure`` are rows of which nothing can be said."""

    sheet: Sheet
    view: MergedWorkbook
    unsure: Collection[str]
    change: Change

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
            change.events.append(Event(key, identity, None, None, None, address, "archived"))
        for identity, shown in now.items():
            row = _readable(shown)
            change.events += _overwritten(key, identity, records.get(identity), row, address)
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


def _overwritten(
    sheet: str, identity: str, text: str | None, row: Row, source: str
) -> Iterable[Event]:
    if text is None:
        return []
    old = unpack(text)
    return [
        Event(sheet, identity, column, old.get(column), row.get(column), source)
        for column in dict.fromkeys([*old, *row])
        if old.get(column) != row.get(column)
    ]
