"""One book's memory: what it is told. What is asked of it is in reader.py."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from trustbook.errors import TrustbookError
from trustbook.ledger import commit, erase_values
from trustbook.ledger.change import Change, Known
from trustbook.ledger.errors import damaged
from trustbook.ledger.fact_table import noted_facts, put_facts
from trustbook.ledger.ledger_names import is_book
from trustbook.ledger.reader import ERASED, FIRST_RUN, LedgerReader
from trustbook.ledger.retire_values import PastValues, retire_values
from trustbook.ledger.row_parts import changing, sheets_kept
from trustbook.ledger.statements import Statements, columns_of, putting
from trustbook.network.hiding import Hide


class Ledger(LedgerReader):
    """One book's memory: one SQLite file, or one schema of a database."""

    def in_passing(self) -> Ledger:
        """A copy that lasts as long as the object: to look at what a run would make of it."""
        copy = Ledger(None)
        copy.take_over(self)
        copy.place, copy.path = self.place, self.path
        return copy

    @property
    def erased(self) -> str:
        """By what the last erasing is known; "" where nothing was erased."""
        return self.meta(ERASED)

    @staticmethod
    def erased_in(copy: Path) -> str:
        """``erased`` of a copy; of one that cannot be read, what no memory has."""
        try:
            with Ledger(copy, reads_only=True) as kept:
                return kept.erased
        except TrustbookError:
            return "?"

    def unfinished(self) -> bool:
        """Whether a run broke off, or something waits for a workbook."""
        with self._sentences():
            tables = ("staged", "waiting")
            found = [self._db.execute(f"SELECT 1 FROM {table} LIMIT 1") for table in tables]
            return any(one.fetchone() for one in found)

    @property
    def book(self) -> str | None:
        """The ID of the book this ledger remembers; None for a new one."""
        found = self._get("book")
        if found is not None and not is_book(found):
            raise damaged("ledger.unusable", self.place, "book")
        return found

    @book.setter
    def book(self, identity: str) -> None:
        with self._together():
            self._set("book", identity)

    def tell_minutes(self, at: str, minutes: int) -> None:
        """Keep what a stop told; see ``minutes_told``."""
        with self._together():
            self._set("clock_back", f"{at} {minutes}")

    def move(self, old: str, new: str, copied: bool = False) -> None:
        """Know the workbook at ``old`` under ``new`` from now on; under both if it was
        ``copied``.
        """
        with self._together():
            for table in ("workbooks", "stamps"):
                self._db.execute(f"DELETE FROM {table} WHERE address = ?", (new,))
                query = f"UPDATE {table} SET address = ? WHERE address = ?"
                if copied:
                    rest = ", ".join(columns_of(table)[1:])
                    query = f"INSERT INTO {table} (address, {rest}) SELECT ?, {rest} "
                    query += f"FROM {table} WHERE address = ?"
                self._db.execute(query, (new, old))
            for sheet in sheets_kept(self._db):
                with changing(self._db, sheet) as rows:
                    base = rows.bases.get(old, {}) if copied else rows.bases.pop(old, {})
                    rows.bases[new] = dict(base)

    # what a run writes

    def prepare(
        self, run: int, token: str, change: Change, at: str, today: date, what: Mapping[str, object]
    ) -> None:
        """Keep all a run is about to do, before its first write: a crash in between is then made
        good.
        """
        with self._together():
            commit.prepare_run(self._db, run, token, change, at, today, what)

    def abort(self, pending: Collection[str] = ()) -> None:
        """Forget what was prepared: nothing of it was written, as far as can be seen.

        ``pending``: workbooks that are away and cannot be asked; see ``resume``. Raises WrongState
        where nothing is prepared.
        """
        with self._together():
            commit.abort_run(self._db, pending)

    def commit(
        self,
        versions: Mapping[str, str],
        skip: Iterable[str] = (),
        undone: Iterable[tuple[str, str, str]] = (),
        pending: Collection[str] = (),
    ) -> None:
        """Make what was prepared the memory, in one transaction.

        ``versions``: address to the version that stands there now, for workbooks that were written;
        ``skip``: addresses that were to be written and were not, which keep their base; ``undone``:
        rows (address, sheet, identity) of which the same holds; ``pending``: those among ``skip``
        that are away and cannot be asked; see ``resume``. Raises WrongState where nothing is
        prepared.
        """
        with self._together():
            commit.commit_run(self._db, versions, set(skip), set(undone), pending)
        with self._sentences():
            self._store.shrink()

    def resume(self, tokens: Mapping[str, str]) -> None:
        """Learn of workbooks that were away, by the stamp they bear, whether a run that broke off
        had written them.
        """
        with self._together():
            commit.resume_pending(self._db, tokens)

    def remember(self, known: Known, facts: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Note that a workbook stands in agreement in another version; no run is counted."""
        with self._together():
            commit.put_workbook(self._db, known.address, known.name, known.version, known.state)
            for kind, values in (facts or {}).items():
                put_facts(self._db, kind, values)

    def note(self, kind: str, values: Mapping[str, str]) -> None:
        """Note all facts of a kind, instead of those noted before; the next run judges anew."""
        with self._together():
            put_facts(self._db, kind, values)
            for address in self.addresses():
                known = self.known(address)
                if known is not None:
                    state = {**known.state, "asked": ""}
                    commit.put_workbook(self._db, address, known.name, known.version, state)

    def publish(self, page: str, text: str) -> None:
        """Remember a public page, or what became of it: ``text`` holds counts and no name."""
        with self._together():
            put_facts(self._db, "published", {**noted_facts(self._db, "published"), page: text})

    # moments that wait for their workbook

    def wait(self, identity: str, entry: Mapping[str, object], at: str) -> None:
        """Keep a logged moment until its workbook can take it."""
        with self._together():
            line = (identity, json.dumps(entry), at)
            self._db.execute(putting("waiting"), line)

    def arrived(self, identities: Iterable[str]) -> None:
        """These moments stand in their workbook now."""
        with self._together():
            gone = ((identity,) for identity in identities)
            self._db.executemany("DELETE FROM waiting WHERE id = ?", gone)

    # forgetting

    def names_gone(self, identities: Collection[str]) -> tuple[set[str], set[str]]:
        """The names that only these rows have and ever had, and those of everybody else."""
        with self._sentences():
            return erase_values.names_gone(self._db, set(identities))

    def forget(
        self, identities: Sequence[str], words: Sequence[str] = (), hide: Hide | None = None
    ) -> int:
        """Overwrite all that is kept of these rows, and their names wherever else they stand;
        compact the file.

        The names are those the rows have and ever had, and ``words`` besides; or what ``hide``
        puts its mark for. No run before the last one can be brought back then. Returns how
        many lines were touched.
        """
        return self._for_good(lambda db: erase_values.erase_row(db, identities, words, hide))

    def retire(self, past: PastValues) -> int:
        """Overwrite all that is kept of values that are past their term; else as ``forget``."""
        return self._for_good(lambda db: retire_values(db, past))

    def _for_good(self, erase: Callable[[Statements], int]) -> int:
        self._drop_reading()
        with self._together():
            touched = erase(self._db)
            last = self._db.execute("SELECT max(run) FROM runs").fetchone()[0]
            self._set(FIRST_RUN, str(last or 0))
            self._set(ERASED, secrets.token_hex(8))
        with self._sentences():
            self._store.compact()
        return touched
