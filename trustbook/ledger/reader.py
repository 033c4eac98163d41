"""What is asked of a ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import product
from typing import Any

from trustbook.ledger.change import Known
from trustbook.ledger.connection import LedgerFile
from trustbook.ledger.staged_lines import PREPARED_PART, from_text, lines_of_kind
from trustbook.ledger.states import CommitState, state_of
from trustbook.merge.cell_codec import Row, unpack
from trustbook.merge.threeway import Conflict, Event
from trustbook.names import key

# The first run that can be brought back, where somebody was forgotten since.
FIRST_RUN = "first_run"
# Changes with every erasing: a copy that has another one still holds what was erased.
ERASED = "erased"
_AT_ONCE = 500  # the engine takes no more than 999 blanks in one question


class LedgerReader(LedgerFile):
    """The questions a ledger answers."""

    # the book and its workbooks

    @property
    def secret(self) -> bytes:
        """With what the marks of withheld cells are keyed."""
        return bytes.fromhex(self._get("secret") or "")

    def meta(self, name: str) -> str:
        """What the file says of itself by this name; "" where it says nothing."""
        return self._get(name) or ""

    def texts(self, table: str, column: str) -> list[str | None]:
        """All that a column of a table holds."""
        with self._sentences():
            return [text for (text,) in self._db.execute(f"SELECT {column} FROM {table}")]

    def known(self, address: str) -> Known | None:
        """What is known of the workbook at ``address``; None if it was never here."""
        with self._sentences():
            query = "SELECT name, version, state FROM workbooks WHERE address = ?"
            found = self._db.execute(query, (address,)).fetchone()
        return Known(address, found[0], found[1], json.loads(found[2])) if found else None

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
        with self._sentences():
            query = "SELECT id, row FROM bases WHERE address = ? AND sheet = ? ORDER BY id"
            return dict(self._db.execute(query, (address, sheet)).fetchall())

    def records(self, sheet: str) -> dict[str, str]:
        """The rows of a sheet as the ledger knows them, packed, archived ones included."""
        with self._sentences():
            query = "SELECT id, row FROM records WHERE sheet = ? ORDER BY id"
            return dict(self._db.execute(query, (sheet,)).fetchall())

    def archived(self, sheet: str) -> set[str]:
        """The identities of archived rows."""
        with self._sentences():
            query = "SELECT id FROM records WHERE sheet = ? AND archived = 1"
            return {identity for (identity,) in self._db.execute(query, (sheet,))}

    def first_runs(self, sheet: str, before: int) -> dict[str, int]:
        """In which run each row was first read, for those read before run ``before``."""
        with self._sentences():
            query = "SELECT id, run FROM records WHERE sheet = ? AND run < ? ORDER BY id"
            return dict(self._db.execute(query, (sheet, before)).fetchall())

    def knows(self, identities: Iterable[str]) -> set[str]:
        """Those of ``identities`` that were ever given or read."""
        query = "SELECT id FROM records WHERE sheet IN ('partners', 'people', 'moments') AND id IN "
        asked, known = list(identities), set[str]()
        with self._sentences():
            for at in range(0, len(asked), _AT_ONCE):
                some = asked[at : at + _AT_ONCE]
                marks = ", ".join("?" * len(some))
                known.update(one for (one,) in self._db.execute(f"{query}({marks})", some))
        return known

    def facts(self, kind: str) -> dict[str, str]:
        """Small things remembered by name: since when a problem stands, rows that were planned
        ahead, …
        """
        with self._sentences():
            query = "SELECT id, value FROM facts WHERE kind = ? ORDER BY id"
            return dict(self._db.execute(query, (kind,)).fetchall())

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
        spellings = (
            ("id = ?", identity),
            ("id = ?", key(identity)),
            ("lower(id) = lower(?)", identity),
        )
        with self._sentences():
            for table, (where, value) in product(("records", "waiting", "journal"), spellings):
                query = f"SELECT id FROM {table} WHERE {where}"
                if found := self._db.execute(query, (value,)).fetchone():
                    return str(found[0])
        return None

    def record(self, identity: str) -> tuple[str, Row, int, bool] | None:
        """The row with this ID: its sheet, its cells, the run it was first read in, whether it is
        archived.
        """
        with self._sentences():
            found = self._db.execute(
                "SELECT sheet, row, run, archived FROM records WHERE id = ? ORDER BY sheet LIMIT 1",
                (identity,),
            ).fetchone()
        return (found[0], unpack(found[1]), found[2], bool(found[3])) if found else None

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
