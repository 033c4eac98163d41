"""What one write sends: pure, the same changes on the same state give the same requests.

People's tabs get cells and rows (people_tabs.py), our own tabs are replaced whole (tabs.py). The
first request of all makes sure that a batch is carried out once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from trustbook.errors import SafetyStop
from trustbook.snapshot import Changes, GeneratedSheet
from trustbook.workbooks.google import tabs
from trustbook.workbooks.google.people_tabs import (
    Added,
    CellPut,
    append_rows,
    plan_puts,
    typed_tab,
    without_status_rules,
    write_puts,
)
from trustbook.workbooks.google.reader import PREFIX, WRITE_MARK, Mark, State, Tab
from trustbook.workbooks.google.tabs import Request

_FIRST_WRITE = 1_000_000_000
_KEPT_WRITES = 4


@dataclass(slots=True)
class BatchPlan:
    """One batch: its requests, what to verify in its answer, and the mark it is known by."""

    requests: list[Request]
    mark: Mark
    puts: list[CellPut] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    reads: tuple[str, ...] = ()

    def body(self) -> dict[str, Any]:
        """The batch as it is sent; its answer shows every tab we know as it stands then."""
        return {
            "requests": self.requests,
            "includeSpreadsheetInResponse": True,
            "responseIncludeGridData": True,
            "responseRanges": ["'" + title.replace("'", "''") + "'" for title in self.reads],
        }


def plan_batch(state: State, changes: Changes, nonce: str) -> BatchPlan | None:
    """The batch for ``changes``; None where the spreadsheet shows them already.

    ``nonce`` tells this write from any other. Raises SafetyStop where a tab is missing, its title
    is taken, or columns for people to type in are to be added.
    """
    if changes.columns or any(sheet.typed for sheet in changes.sheets):
        raise SafetyStop("google.no_new_columns")
    puts = plan_puts(state, changes)
    added = [Added(typed_tab(state, each.sheet).id, each) for each in changes.additions]
    gone = _standing(state, changes.remove)
    if not (puts or added or gone or changes.sheets):
        return None
    numbers = tabs.ids(state, changes.sheets)
    first, mark = once(state, nonce)
    requests = [
        *first,
        *_own_tabs(state, changes.sheets, numbers),
        *write_puts(puts),
        *append_rows(state, added),
        *without_status_rules(state, changes),
        *({"deleteSheet": {"sheetId": tab.id}} for tab in gone),
        *_marks(state, _wanted_marks(changes, numbers), _mark_keys(gone)),
    ]
    return BatchPlan(requests, mark, puts, added, tuple(_titles_after(state, changes, gone)))


def _standing(state: State, keys: Iterable[str]) -> list[Tab]:
    """Our tabs with these keys, those that are there."""
    return [tab for key in keys if (tab := state.standing(key)) is not None]


def _own_tabs(
    state: State, sheets: Iterable[GeneratedSheet], numbers: dict[str, int]
) -> Iterator[Request]:
    """Our own tabs, replaced whole; their links lead to tabs as they will be called."""
    by_title = {tab.title.casefold(): tab.id for tab in state.tabs}
    by_title |= {sheet.title.casefold(): numbers[sheet.key] for sheet in sheets}
    for sheet in sheets:
        yield from tabs.replace_tab(state, sheet, numbers[sheet.key], by_title)


def _wanted_marks(changes: Changes, numbers: dict[str, int]) -> dict[str, str]:
    marks = {tabs.mark_key(sheet.key): str(numbers[sheet.key]) for sheet in changes.sheets}
    return marks | {PREFIX + name: text for name, text in changes.marks.items()}


def _mark_keys(gone: Iterable[Tab]) -> list[str]:
    return [tabs.mark_key(str(tab.ours)) for tab in gone]


def _titles_after(state: State, changes: Changes, gone: Sequence[Tab]) -> list[str]:
    """Titles of all tabs we know, as they will be called after this write."""
    retitled = {}
    fresh = []
    for sheet in changes.sheets:
        tab = state.standing(sheet.key)
        if tab is None:
            fresh.append(sheet.title)
        else:
            retitled[tab.title] = sheet.title
    standing = [tab.title for tab in state.known if tab not in gone]
    return list(dict.fromkeys([retitled.get(title, title) for title in standing] + fresh))


def mend(
    state: State, requests: Sequence[Request], puts: Sequence[CellPut], nonce: str
) -> BatchPlan:
    """A batch that puts right what an earlier one misplaced."""
    first, mark = once(state, nonce)
    reads = tuple(tab.title for tab in state.known)
    return BatchPlan([*first, *requests, *write_puts(puts)], mark, list(puts), reads=reads)


def once(state: State, nonce: str) -> tuple[list[Request], Mark]:
    """Requests that fail, and all after them, when this or another batch was carried out meanwhile.

    Marks are numbered and a number can be given once: whoever comes second on the same state is
    refused whole.
    """
    writes = state.writes
    mark = Mark(writes[-1].id + 1 if writes else _FIRST_WRITE, WRITE_MARK, nonce)
    requests = [create_mark(mark)]
    requests += [_forget(old) for old in writes[: max(0, len(writes) + 1 - _KEPT_WRITES)]]
    return requests, mark


def create_mark(mark: Mark) -> Request:
    """The request that leaves a mark in the spreadsheet."""
    thing = {
        "metadataId": mark.id,
        "metadataKey": mark.key,
        "metadataValue": mark.value,
        "location": {"spreadsheet": True},
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": thing}}


def _forget(mark: Mark) -> Request:
    found = {"developerMetadataLookup": {"metadataId": mark.id}}
    return {"deleteDeveloperMetadata": {"dataFilter": found}}


def _change(mark: Mark, text: str) -> Request:
    change = {
        "dataFilters": [{"developerMetadataLookup": {"metadataId": mark.id}}],
        "developerMetadata": {"metadataValue": text},
        "fields": "metadataValue",
    }
    return {"updateDeveloperMetadata": change}


def _marks(state: State, wanted: dict[str, str], gone: Iterable[str]) -> list[Request]:
    requests = []
    taken = {mark.id for mark in state.marks}
    for name, text in wanted.items():
        old = state.mark(name)
        if old is None:
            requests.append(
                create_mark(Mark(tabs.number_for(name, taken.__contains__), name, text))
            )
        elif old.value != text:
            requests.append(_change(old, text))
    return requests + [_forget(old) for name in gone if (old := state.mark(name)) is not None]
