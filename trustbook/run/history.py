"""Looking back: what happened in each run and to each row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import NoReturn

from trustbook.columns import MOMENTS, TYPED
from trustbook.errors import TrustbookError, UsageError
from trustbook.ledger import Ledger
from trustbook.ledger.locate import Arrival, LedgerLocator
from trustbook.merge.accidents import AccidentStop
from trustbook.merge.cell_codec import Value, decode, is_withheld, unpack
from trustbook.merge.threeway import Event
from trustbook.messages import say
from trustbook.names import in_full, key, similar
from trustbook.problems import did_you_mean
from trustbook.reading.cells import shown
from trustbook.run.last_good import arrivals_of
from trustbook.workbooks.base import Workbook

_SHEETS = {sheet.key: sheet for sheet in TYPED}
# How people write days and times; a day with a time comes first, since it is a day, too.
_FORMS: tuple[tuple[type[date] | type[time], str], ...] = (
    (datetime, "%d-%m-%Y %H:%M"),
    (date, "%d-%m-%Y"),
    (time, "%H:%M"),
)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened to a row, in words: when, in which run, where it came from, column,
    old and new.

    ``run`` is None for what no run has done yet.
    """

    run: int | None
    at: str
    what: str
    source: str
    sheet: str
    id: str
    column: str | None = None
    old: str | None = None
    new: str | None = None


def memory_of_book(keeper: LedgerLocator, workbook: Workbook, reads_only: bool = True) -> Ledger:
    """The ledger of a workbook, also of one that cannot be read any more. Raises UsageError where
    there is none here; where another trustbook keeps it, that says whose. Raises SafetyStop where
    it was here and is gone, empty or damaged.
    """
    arrival = _arrival(workbook)
    with keeper.memory(arrival) or Ledger(None) as looked_at:
        looked_at.check()
        remembers = looked_at.last_run() or looked_at.unfinished()
    if not remembers:
        _refuse_nothing(keeper, arrival)
    ledger = keeper.memory(arrival, reads_only)
    assert ledger is not None
    return ledger


def _arrival(workbook: Workbook) -> Arrival:
    try:
        return arrivals_of([(workbook, workbook.read())])[0]
    except TrustbookError:
        return Arrival(workbook.address, workbook.name, {})


def _refuse_nothing(keeper: LedgerLocator, arrival: Arrival) -> NoReturn:
    """Say why nothing is remembered of a workbook: it never was, elsewhere, or not any more."""
    mark = arrival.marks.get("keeper", keeper.mark)
    if mark != keeper.mark:
        host = mark.partition(" ")[2]
        raise UsageError("history.elsewhere", name=arrival.name, host=host)
    located = keeper.open([arrival], reads_only=True)
    located.ledger.close()
    if located.accidents:
        raise AccidentStop(located.accidents)
    raise UsageError("history.nothing", name=arrival.name)


def ledger_language(ledger: Ledger, workbook: Workbook) -> str | None:
    """The language the last run spoke of a workbook, or else of another one of the book; None where
    it is not known.
    """
    addresses = dict.fromkeys([workbook.address, *ledger.addresses()])
    states = [known.state for address in addresses if (known := ledger.known(address)) is not None]
    return next((str(state["lang"]) for state in states if "lang" in state), None)


def of_runs(ledger: Ledger) -> list[dict[str, object]]:
    """Every run that changed something: number, when, as of which day, cells written, rows learned
    and archived.
    """
    return [
        {"run": run, "at": at, "as_of": today, **what} for run, at, today, what in ledger.runs()
    ]


def of_row(ledger: Ledger, identity: str, lang: str | None) -> list[HistoryLine]:
    """All that is known to have happened to the row with an ID or a name, however that is spelled.

    Texts are in ``lang``; where it is None, labels are English and values as programs write them. A
    cell of a sheet of ours (G4) tells what was typed there. Raises UsageError for what was never
    seen.
    """
    spelled = ledger.spelled(identity) or _by_name(ledger, identity, lang or "en")
    lines = [_line(run, at, event, lang) for run, at, event in ledger.journal(spelled)]
    begun = _beginning(ledger, spelled, lang)
    return lines if begun is None else [begun, *lines]


def _beginning(ledger: Ledger, identity: str, lang: str | None) -> HistoryLine | None:
    """That a row waits for its workbook, or when it came; None for one no run has brought."""
    if identity in ledger.waiting():
        sheet = MOMENTS.label(lang or "en")
        return HistoryLine(None, "", "waits", _source("", lang), sheet, identity)
    found = ledger.record(identity)
    if found is None:
        return None
    sheet, _, first, _ = found
    at, what = next(((at, what) for run, at, _, what in ledger.runs() if run == first), ("", {}))
    names = [str(workbook["name"]) for workbook in what.get("workbooks", ())]
    source = names[0] if len(names) == 1 else ""
    return HistoryLine(first, at, "added", source, _SHEETS[sheet].label(lang or "en"), identity)


def _by_name(ledger: Ledger, name: str, lang: str) -> str:
    """The ID of the partner or person of this name. Raises UsageError where it is not just one."""
    names = {
        identity: str(decode(cell))
        for sheet in ("partners", "people")
        for identity, row in ledger.records(sheet).items()
        if (cell := unpack(row).get("name")) and not is_withheld(cell)
    }
    found = [identity for identity, known in names.items() if key(known) == key(name)]
    if len(found) == 1:
        return found[0]
    near = found or [*in_full(name, names.values()), *similar(name, names.values())]
    hints = did_you_mean(list(dict.fromkeys(near))[:3], lang)
    raise UsageError("history.unknown_id", id=name, hints=hints)


def typed_where_we_write(ledger: Ledger, lang: str | None) -> list[HistoryLine]:
    """What people typed in places of ours, which was written over; texts as ``of_row`` has them."""
    return [
        _line(run, at, event, lang) for run, at, event in ledger.journal() if event.what == "typed"
    ]


def waiting_moments(ledger: Ledger, lang: str | None) -> list[dict[str, str | None]]:
    """The logged moments that their workbook could not take yet: ID, and what each column says."""
    return [
        {"id": identity, **{name: in_words(value, lang) for name, value in entry.items()}}
        for identity, entry in ledger.waiting().items()
    ]


def _line(run: int, at: str, event: Event, lang: str | None) -> HistoryLine:
    known, words = _SHEETS.get(event.sheet), lang or "en"
    column = known.column(event.column).label(words) if known and event.column else event.column
    sheet = known.label(words) if known else event.sheet
    old, new = in_words(event.old, lang), in_words(event.new, lang)
    return HistoryLine(
        run, at, event.what, _source(event.source, lang), sheet, event.id, column, old, new
    )


def _source(address: str, lang: str | None) -> str:
    return Path(address).name if address else say(lang or "en", "history.ledger")


def in_words(value: Value | None, lang: str | None) -> str | None:
    """A value as people write it in ``lang``, or programs where that is None; of a withheld one
    that there was one.
    """
    if value is None:
        return None
    if is_withheld(value):
        return "…"
    cell = decode(value)
    if lang is None:
        return shown(cell)
    if isinstance(cell, bool):
        return say(lang, f"history.{'yes' if cell else 'no'}")
    for kind, form in _FORMS:
        if isinstance(cell, kind):
            return cell.strftime(form)
    text = shown(cell)
    return text.replace(".", ",") if isinstance(cell, float) and lang == "nl" else text
