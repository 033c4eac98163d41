"""An Excel workbook: read through admission, written into its own package, nothing lost. Where its
bytes stand is the place's affair.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from trustbook.columns import GENERATED, QUARTER
from trustbook.dates import EPOCH_1900
from trustbook.errors import SafetyStop, TrustbookError, UsageError
from trustbook.places import local as files
from trustbook.places.base import Place, Step, no_step
from trustbook.places.data_folder import lock_on
from trustbook.places.disk import DiskPlace
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


# What says that nothing stands where the workbook should.
_ABSENT = ("gate.no_such_file", "webdav.no_such_file", "sharepoint.no_such_file")


@dataclass(frozen=True, slots=True)
class _Ready:
    """A prepared write: what was asked, the file as it was and as it is to be, and the rows that
    additions landed on.
    """

    changes: Changes
    before: bytes
    data: bytes
    rows: tuple[int, ...]


class ExcelWorkbook(Workbook):
    """The workbook (``.xlsx``, ``.xlsm``) that stands at ``place``; a path is a place on a disk.

    ``name`` is what messages call it. ``locks`` is the folder for the lock between runs, by default
    in the user's local data. ``steps`` is called with a name between the steps of a write; tests
    stop runs there. ``adoption`` names the sheets and columns of a workbook that has names of its
    own.
    """

    def __init__(
        self,
        place: Place | Path,
        name: str = "",
        locks: Path | None = None,
        steps: Step = no_step,
    ) -> None:
        self.place = DiskPlace(place) if isinstance(place, Path) else place
        # What the place calls it: a link tells that only once it was followed.
        self._called = self.path.name
        self.name = name or self._called
        self._locks = locks
        self._step = steps
        self._ready: _Ready | None = None
        self._epoch = EPOCH_1900

    @property
    def path(self) -> Path:
        """The file on this machine's disk; of a workbook elsewhere its name only."""
        return self.place.path

    @property
    def address(self) -> str:  # type: ignore[override]
        """Where it stands, spelled in the one way there is."""
        return self.place.address

    @property
    def requests(self) -> int:
        """How many requests were sent to the server where it stands, if it stands on one."""
        return self.place.requests

    def read(self, wanted: Wanted = is_typed_sheet) -> Snapshot:
        """Read the wanted sheets. Raises SafetyStop, NoAccess, UsageError or Busy."""
        from trustbook.xlsx import reader

        try:
            data = self.place.fetch()
            if self.name == self._called:
                self.name = self._called = self.path.name
            snapshot = reader.read_snapshot(self.path, wanted, CONVENTIONS, data)
        except UsageError as fault:
            if fault.key in _ABSENT and self.seen_before():
                raise self.place.absent(self.name) from None
            raise
        self._epoch = snapshot.epoch
        if data is None:
            return snapshot
        return replace(snapshot, version=self.place.version_of(data))

    def standing(self) -> str | None:
        """The version that stands there now; None where that cannot be told."""
        return self.place.standing()

    @contextmanager
    def locked(self, wait: float | None = None) -> Iterator[None]:
        """Keep other runs away, from read to write. Raises Busy after ``wait`` seconds."""
        with self._named(), lock_on(self.address, self._locks, wait), self.shared_lock(wait):
            self.place.finish_upload()
            yield

    def copies(self) -> Copies:
        """The dated copies of the workbook, and what was kept aside."""
        return _KeptCopies(self.place)

    def leave_note(self, text: str, lang: str) -> None:
        """Leave a note beside the workbook; where none may be made, none."""
        self.place.leave_note(text, lang)

    def clear_note(self) -> None:
        """Take the note beside the workbook away."""
        self.place.clear_note()

    def examine(self) -> Iterator[Examined]:
        """Where the workbook stands, and whether it can be replaced."""
        for one in self.place.examine():
            yield Examined(one.code, one.level, one.params, one.fault)

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
        planned): the workbook is then untouched.
        """
        if not changes:
            return Written(expect)
        with self.locked():
            self.place.refuse_if_open()
            before = self.place.read(expect)
            self.place.refuse_if_protected()
            ready, self._ready = self._ready, None
            if ready is None or ready.changes is not changes or ready.before != before:
                ready = self._made(before, changes)
            self.place.replace(ready.data, expect, self._step)
        return Written(self.place.version_of(ready.data), ready.rows)

    def prepare(self, changes: Changes, expect: str) -> bool:
        """Make sure that ``write`` can make these changes, and keep what it is to write until it is
        called.

        Touches nothing and needs no lock. Raises what ``write`` raises, but for a file that is open
        or read-only.
        """
        self._ready = None
        if changes:
            with self._named():
                self._ready = self._made(self.place.read(expect), changes)
        return True

    def _made(self, before: bytes, changes: Changes) -> _Ready:
        """The changes made to ``before``, and the outcome compared with it."""
        from trustbook.xlsx import compare, edit

        self._step("read")
        with _followed():
            edited = edit.edit(before, changes, CONVENTIONS)
        self._step("edited")
        with _followed():
            compare.compare_packages(before, edited.data, edited.plan)
        self._step("checked")
        return _Ready(changes, before, edited.data, edited.rows)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Let every error know which workbook it is about."""
        try:
            yield
        except TrustbookError as error:
            error.params.setdefault("name", self.name)
            raise


class _KeptCopies(Copies):
    """The copies of a workbook: dated ones, and those kept aside."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def __iter__(self) -> Iterator[Path]:
        kept = self._place.kept
        return iter((*files.backups(kept), *files.asides(kept)))

    def find(self, versions: Sequence[str]) -> Path | None:
        backups = files.backups(self._place.kept)
        found = {self._place.version_of(files.read(copy)): copy for copy in backups}
        return next((found[version] for version in versions if version in found), None)

    def marks(self, copy: Path) -> Mapping[str, str]:
        return ExcelWorkbook(copy).read().marks

    def keep_aside(self, now: datetime) -> Path | None:
        return self._place.keep_aside(now)

    def put_back(self, copy: Path, expect: str | None) -> str:
        version = self._place.version_of(files.read(copy))  # a write may make the oldest copies go
        self._place.put_back(copy, expect)
        if self._place.version_of(self._place.read()) != version:
            raise SafetyStop("history.not_put_back")
        return version

    def take_back(self, aside: Path | None) -> None:
        self._place.take_back(aside)


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
