"""An Excel workbook on disk: read through admission, written into its own package, nothing lost."""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trustbook.columns import GENERATED, QUARTER
from trustbook.dates import EPOCH_1900
from trustbook.errors import Busy, SafetyStop, TrustbookError, UsageError
from trustbook.places import local as files
from trustbook.places import notes
from trustbook.places.data_folder import lock_on
from trustbook.snapshot import CELL_STYLES, CellValue, Changes, Snapshot, Written
from trustbook.workbooks.base import Copies, Examined, Wanted, Workbook, is_typed_sheet
from trustbook.xlsx.conventions import Conventions

CONVENTIONS = Conventions(
    prefix="trustbook_",
    generated=frozenset(sheet.key for sheet in GENERATED),
    fills=frozenset(
        look.fill for key, look in CELL_STYLES.items() if key.startswith("status.") and look.fill
    )
    | {"DADDE1"},  # what "cooling" had until 0.2
    header=CELL_STYLES["header.ours"],
    drawn=frozenset({QUARTER.key}),
)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A prepared write: what was asked, the file as it is to be, and the rows that additions
    landed on.
    """

    changes: Changes
    expect: str
    data: bytes
    rows: tuple[int, ...]


class ExcelWorkbook(Workbook):
    """The workbook file at ``path`` (``.xlsx``, ``.xlsm``); a link is followed.

    ``name`` is what messages call it. ``locks`` is the folder for the lock between runs, by default
    in the user's local data. ``steps`` is called with a name between the steps of a write; tests
    stop runs there. ``adoption`` names the sheets and columns of a workbook that has names of its
    own.
    """

    def __init__(
        self,
        path: Path,
        name: str = "",
        locks: Path | None = None,
        steps: files.Step = files.no_step,
    ) -> None:
        self.path = path
        self.name = name or path.name
        self._locks = locks
        self._step = steps
        self._ready: _Ready | None = None
        self._epoch = EPOCH_1900

    @property
    def address(self) -> str:  # type: ignore[override]
        """The resolved path, as its disk spells it."""
        return os.path.normcase(self.path.resolve())

    def read(self, wanted: Wanted = is_typed_sheet) -> Snapshot:
        """Read the wanted sheets. Raises SafetyStop, NoAccess, UsageError or Busy."""
        from trustbook.xlsx import reader

        try:
            snapshot = reader.read_snapshot(self.path, wanted, CONVENTIONS)
        except UsageError as fault:
            if fault.key == "gate.no_such_file" and self.seen_before():
                raise files.absent(self.path, self.name) from None
            raise
        self._epoch = snapshot.epoch
        return snapshot

    def standing(self) -> str | None:
        """The version of the file as it stands now; None where it is gone or cannot be read."""
        if not self.path.is_file():
            return None
        with suppress(OSError), self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
        return None

    @contextmanager
    def locked(self, wait: float | None = None) -> Iterator[None]:
        """Keep other runs away, from read to write. Raises Busy after ``wait`` seconds."""
        with self._named(), lock_on(self.address, self._locks, wait):
            yield

    def copies(self) -> Copies:
        """The dated copies beside the file, and what was kept aside."""
        return _LocalCopies(self.path.resolve())

    def leave_note(self, text: str) -> None:
        """Leave a note beside the file; where no file may be made, none."""
        notes.put_note(self.path, text)

    def clear_note(self) -> None:
        """Take the note beside the file away."""
        notes.clear_note(self.path)

    def examine(self) -> Iterator[Examined]:
        """Where the file stands, and whether it can be replaced."""
        path = self.path
        if not path.exists():
            return  # reading it says so
        if service := files.synced_by(path.absolute(), os.environ):
            yield Examined("synced_folder", "note", {"service": service})
        if files.is_on_network(path.absolute()):
            yield Examined("network_folder", "note")
        refusals = ((files.refuse_if_open, "not_open"), (files.refuse_if_protected, "writable"))
        for refuse, code in refusals:
            try:
                refuse(path.resolve())
                yield Examined(code)
            except TrustbookError as fault:
                yield Examined(code, "bad", fault=fault)

    def unfit(self, value: CellValue) -> str | None:
        """Excel's limits: 32,767 UTF-16 units a cell, no control characters, no day before 1900 (or
        1904, where the workbook counts from there).
        """
        from trustbook.xlsx.cell_values import past_excel_limit

        return past_excel_limit(value, self._epoch != EPOCH_1900)

    def write(self, changes: Changes, expect: str) -> Written:
        """Write all of ``changes`` or nothing; see ``Workbook.write``.

        Raises Busy (open elsewhere, or no longer version ``expect``), NoAccess (read-only) and
        SafetyStop (structure locked, signed, something in the way, or a difference that was not
        planned): the file is then untouched.
        """
        if not changes:
            return Written(expect)
        with self.locked():
            path = self.path.resolve()
            files.refuse_if_open(path)
            before = _read(path, expect)
            files.refuse_if_protected(path)
            ready, self._ready = self._ready, None
            if ready is None or ready.changes is not changes or ready.expect != expect:
                ready = self._made(before, changes, expect)
            files.replace_file(path, ready.data, expect, self._step)
        return Written(files.version_of(ready.data), ready.rows)

    def prepare(self, changes: Changes, expect: str) -> bool:
        """Make sure that ``write`` can make these changes, and keep what it is to write until it is
        called.

        Touches nothing and needs no lock. Raises what ``write`` raises, but for a file that is open
        or read-only.
        """
        self._ready = None
        if changes:
            with self._named():
                self._ready = self._made(_read(self.path.resolve(), expect), changes, expect)
        return True

    def _made(self, before: bytes, changes: Changes, expect: str) -> _Ready:
        """The changes made to ``before``, and the outcome compared with it."""
        from trustbook.xlsx import compare, edit

        self._step("read")
        with _followed():
            edited = edit.edit(before, changes, CONVENTIONS)
        self._step("edited")
        with _followed():
            compare.compare_packages(before, edited.data, edited.plan)
        self._step("checked")
        return _Ready(changes, expect, edited.data, edited.rows)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Let every error know which workbook it is about."""
        try:
            yield
        except TrustbookError as error:
            error.params.setdefault("name", self.name)
            raise


class _LocalCopies(Copies):
    """The copies of a file: dated ones in a folder beside it, and those kept aside."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[Path]:
        return iter((*files.backups(self._path), *files.asides(self._path)))

    def find(self, versions: Sequence[str]) -> Path | None:
        found = {files.version_of(files.read(copy)): copy for copy in files.backups(self._path)}
        return next((found[version] for version in versions if version in found), None)

    def marks(self, copy: Path) -> Mapping[str, str]:
        return ExcelWorkbook(copy).read().marks

    def keep_aside(self, now: datetime) -> Path | None:
        if not self._path.is_file():
            return None
        with files.told(self._path):
            return files.keep_aside(self._path, now)

    def put_back(self, copy: Path, expect: str | None) -> str:
        data = files.read(copy)
        if expect is not None:
            files.replace_file(self._path, data, expect)
        else:
            with files.told(self._path):
                files.keep(self._path, data, self._path, like=copy)
        version = files.version_of(data)
        if files.version_of(files.read(self._path)) != version:
            raise SafetyStop("history.not_put_back")
        return version

    def take_back(self, aside: Path | None) -> None:
        if aside is not None:
            aside.replace(self._path)
        else:
            self._path.unlink()


# What parsers, numbers and packed data complain of; SyntaxError is how lxml calls what is no XML.
_NOT_FOLLOWED = (
    ValueError, LookupError, OverflowError, RecursionError, SyntaxError,
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError,
)  # fmt: skip
_LONGEST_REASON = 60


@contextmanager
def _followed() -> Iterator[None]:
    """Stop with a sentence for what stands in a file against the rules of its format."""
    try:
        yield
    except _NOT_FOLLOWED as fault:
        reason = f"{type(fault).__name__}: {fault}"[:_LONGEST_REASON]
        raise SafetyStop("excel.not_followed", where=reason) from fault


def _read(path: Path, expect: str) -> bytes:
    """The file's bytes. Raises Busy where they are no longer version ``expect``."""
    data = files.read(path)
    if files.version_of(data) != expect:
        raise Busy("excel.changed", read_again=True)
    return data
