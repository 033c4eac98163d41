"""What is asked of a ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from trustbook.ledger.change import Known
from trustbook.ledger.connection import LedgerFile
from trustbook.ledger.fact_table import noted_facts
from trustbook.ledger.packed import SheetRows, unpack_value
from trustbook.ledger.row_parts import kept_parts, rows_in, sheets_kept, some_rows
from trustbook.ledger.staged_lines import PREPARED_PART, from_text, lines_of_kind
from trustbook.ledger.states import CommitState, state_of
from trustbook.merge.cell_codec import Row, unpack
from trustbook.merge.threeway import Conflict, Event
from trustbook.names import key

# The first run that can be brought back, where somebody was forgotten since.
FIRST_RUN = "first_run"
# Changes with every erasing: a copy that has another one still holds what was erased.
ERASED = "erased"


class LedgerReader(LedgerFile):
    """The questions a ledger answers."""

    # The sheet that was asked for last: its name, its parts and what is in them.
    _unpacked: tuple[str, list[bytes], SheetRows] | None = None

    # the book and its workbooks

    @property
    def secret(self) -> bytes:
        """With what the marks of withheld cells are keyed."""
        return bytes.fromhex(self._get("secret") or "")

    def meta(self, name: str) -> str:
        """What the file says of itself by this name; "" where it says nothing."""
        return self._get(name) or ""

    def texts(self, table: str, column: str) -> list[Any]:
        """All that a column of a table holds; what is packed, as it is kept."""
        with self._sentences():
            return [held for (held,) in self._db.execute(f"SELECT {column} FROM {table}")]

    def known(self, address: str) -> Known | None:
        """What is known of the workbook at ``address``; None if it was never here."""
        with self._sentences():
            query = "SELECT name, version, state FROM workbooks WHERE address = ?"
            found = self._db.execute(query, (address,)).fetchone()
            return Known(address, found[0], found[1], unpack_value(found[2])) if found else None

    def addresses(self) -> list[str]:
        """Where the workbooks of this ledger stand, or stood."""
        with self._sentences():
            found = self._db.execute("SELECT address FROM workbooks ORDER BY address")
            return [address for (address,) in found]

    def stamp(self, address: str, token: str) -> str:
        """What the stamp in a workbook says: "current", "older" (something was learned since) or
        "unknown".
        """
        with self._sentences():
            found = self._db.execute(
                "SELECT max(run) FROM stamps WHERE address = ? AND token = ?", (address, token)
            ).fetchone()[0]
            if found is None:
                return "unknown"
            later = self._db.execute(
                "SELECT count(*) FROM stamps WHERE address = ? AND run > ? AND learned = 1",
                (address, found),
            ).fetchone()[0]
        return "older" if later else "current"

    def bears(self, token: str) -> bool:
        """Whether a run with this stamp is known, of whatever workbook, or was begun."""
        query = "SELECT 1 FROM stamps WHERE token = ? UNION SELECT 1 FROM staged WHERE token = ?"
        with self._sentences():
            return self._db.execute(query, (token, token)).fetchone() is not None

    def minutes_told(self, at: str) -> int:
        """By how many minutes the clock went back before a last run ``at`` that time, as a stop
        told it; 0 where none did.
        """
        told, _, minutes = (self._get("clock_back") or "").partition(" ")
        return int(minutes) if told == at else 0

    # what a run reads

    def base(self, address: str, sheet: str) -> dict[str, str]:
        """The rows of a sheet as a workbook last agreed, packed, by identity."""
        return dict(sorted(self._rows(sheet).bases.get(address, {}).items()))

    def records(self, sheet: str) -> dict[str, str]:
        """The rows of a sheet as the ledger knows them, packed, archived ones included."""
        return dict(sorted(self._rows(sheet).records.items()))

    def archived(self, sheet: str) -> set[str]:
        """The identities of archived rows."""
        return set(self._rows(sheet).archived)

    def first_runs(self, sheet: str, before: int) -> dict[str, int]:
        """In which run each row was first read, for those read before run ``before``."""
        runs = sorted(self._rows(sheet).runs.items())
        return {identity: run for identity, run in runs if run < before}

    def knows(self, identities: Iterable[str]) -> set[str]:
        """Those of ``identities`` that were ever given or read."""
        asked = set(identities)
        if not asked:
            return set()
        return {
            one
            for sheet in ("partners", "people", "moments")
            for one in asked & self._rows(sheet).records.keys()
        }

    def _rows(self, sheet: str) -> SheetRows:
        """All rows of a sheet, unpacked again only where it changed since it was last asked for."""
        with self._sentences():
            parts = kept_parts(self._db, sheet)
            if self._unpacked is None or self._unpacked[:2] != (sheet, parts):
                self._unpacked = (sheet, parts, rows_in(parts))
        return self._unpacked[2]

    def facts(self, kind: str) -> dict[str, str]:
        """Small things remembered by name: since when a problem stands, rows that were planned
        ahead, …
        """
        with self._sentences():
            return noted_facts(self._db, kind)

    def conflicts(self) -> list[tuple[Conflict, str]]:
        """The open conflicts and since when (ISO day)."""
        with self._sentences():
            found = self._db.execute(
                "SELECT sheet, id, col, sides, since FROM conflicts ORDER BY sheet, id, col"
            )
            return [
                (Conflict(sheet, i, column, json.loads(sides)), since)
                for sheet, i, column, sides, since in found
            ]

    def runs_since(self, address: str, token: str) -> int:
        """How many runs came after the last one that left this stamp in a workbook; all of them
        where none did.
        """
        with self._sentences():
            found = self._db.execute(
                "SELECT count(*) FROM runs WHERE run > coalesce("
                "(SELECT max(run) FROM stamps WHERE address = ? AND token = ?), 0)",
                (address, token),
            ).fetchone()
        return int(found[0])

    def last_run(self) -> tuple[int, str] | None:
        """The last run that changed something: its number and when it was."""
        with self._sentences():
            found = self._db.execute(
                "SELECT run, at FROM runs ORDER BY run DESC LIMIT 1"
            ).fetchone()
        return (found[0], found[1]) if found else None

    def runs(self) -> list[tuple[int, str, str, dict[str, Any]]]:
        """Every run that changed something: number, when, as of which day, and what it did."""
        with self._sentences():
            found = self._db.execute("SELECT run, at, today, what FROM runs ORDER BY run")
            return [(run, at, today, json.loads(what)) for run, at, today, what in found]

    def runs_in_reach(self) -> list[int]:
        """The runs that can be brought back: those since somebody was forgotten."""
        first = int(self._get(FIRST_RUN) or 0)
        return [run for run, *_ in self.runs() if run >= first]

    def journal(self, identity: str | None = None, after: int = 0) -> list[tuple[int, str, Event]]:
        """What changed in runs later than ``after``, oldest first, of one row or all: run, when,
        event.
        """
        of_row = "AND j.id = ?" if identity else ""
        query = (
            "SELECT j.run, r.at, j.sheet, j.id, j.col, j.old, j.new, j.source, j.what "
            "FROM journal j LEFT JOIN runs r ON r.run = j.run "
            f"WHERE j.run > ? {of_row} ORDER BY j.n"
        )
        with self._sentences():
            found = self._db.execute(query, (after, identity) if identity else (after,))
            return [
                (run, at or "", Event(sheet, i, column, from_text(old), from_text(new), by, what))
                for run, at, sheet, i, column, old, new, by, what in found
            ]

    def spelled(self, identity: str) -> str | None:
        """How a row is called that somebody asks for in a spelling of their own; None for one that
        was never here.
        """
        with self._sentences():
            known = {one for sheet in sheets_kept(self._db) for one in self._rows(sheet).records}
            tables = ("waiting", "journal")
            told = [self._db.execute(f"SELECT DISTINCT id FROM {table}") for table in tables]
            for ids in (known, *({one for (one,) in found} for found in told)):
                if (found_as := _spelled_in(ids, identity)) is not None:
                    return found_as
        return None

    def record(self, identity: str) -> tuple[str, Row, int, bool] | None:
        """The row with this ID: its sheet, its cells, the run it was first read in, whether it is
        archived.
        """
        with self._sentences():
            for sheet in sheets_kept(self._db):
                rows = some_rows(self._db, sheet, [identity])
                if text := rows.records.get(identity):
                    return sheet, unpack(text), rows.runs[identity], identity in rows.archived
        return None

    def versions(self, address: str, run: int) -> list[str]:
        """The versions of a workbook as the last write up to ``run`` left it and as it found it,
        where known.
        """
        with self._sentences():
            found = self._db.execute(
                "SELECT after, before FROM stamps WHERE address = ? AND run <= ? "
                "ORDER BY run DESC LIMIT 1",
                (address, run),
            ).fetchone()
        return [version for version in found or () if version]

    def next_run(self) -> int:
        """The number of the run to come."""
        with self._sentences():
            found = self._db.execute(
                "SELECT max(run) FROM "
                "(SELECT run FROM runs UNION ALL SELECT run FROM staged) AS known"
            ).fetchone()[0]
        return (found or 0) + 1

    def prepared(self) -> tuple[int, str] | None:
        """A run that was prepared and neither committed nor aborted: its number and token."""
        with self._sentences():
            query = "SELECT run, token FROM staged WHERE kind = 'about'"
            found = self._db.execute(query).fetchone()
        return (found[0], found[1]) if found else None

    def prepared_writes(self) -> dict[str, bool]:
        """The workbooks of the prepared run, and whether it was to write into each."""
        with self._sentences():
            found = lines_of_kind(self._db, PREPARED_PART.known)
        return {address: bool(json.loads(text)["stamped"]) for address, _, _, text in found}

    @property
    def state(self) -> CommitState:
        """Whether a run is prepared, and whether a workbook that is away has a part pending."""
        with self._sentences():
            return state_of(self._db)

    def waiting(self) -> dict[str, dict[str, Any]]:
        """The logged moments that wait, by the ID they will have."""
        with self._sentences():
            found = self._db.execute("SELECT id, entry FROM waiting ORDER BY at, id")
            return {identity: json.loads(entry) for identity, entry in found}


def _spelled_in(ids: set[str], identity: str) -> str | None:
    """One of ``ids`` as somebody may spell it: as it is, normalised, or in other capitals."""
    for spelling in (identity, key(identity)):
        if spelling in ids:
            return spelling
    return next((one for one in sorted(ids) if one.lower() == identity.lower()), None)
