"""An Excel workbook on disk: read through the gate, written into its own package so that nothing is
lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trustbook.columns import GENERATED, typed_sheet
from trustbook.errors import Busy, TrustbookError
from trustbook.places import local as files
from trustbook.snapshot import CELL_STYLES, Changes, Snapshot, Written
from trustbook.xlsx.conventions import Conventions

if TYPE_CHECKING:
    from trustbook.reading.adoption import Adoption

CONVENTIONS = Conventions(
    prefix="trustbook_",
    generated=frozenset(sheet.key for sheet in GENERATED),
    fills=frozenset(
        look.fill for key, look in CELL_STYLES.items() if key.startswith("status.") and look.fill
    ),
    header=CELL_STYLES["header.ours"],
)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A rehearsed write: what was asked, the file as it is to be, and the rows that additions
    landed on.
    """

    changes: Changes
    expect: str
    data: bytes
    rows: tuple[int, ...]


class ExcelWorkbook:
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
        adoption: Adoption | None = None,
    ) -> None:
        self.path = path
        self.name = name or path.name
        self._locks = locks
        self._step = steps
        self._adoption = adoption
        self._ready: _Ready | None = None

    def read(self) -> Snapshot:
        """Read the known sheets. Raises SafetyStop, NoAccess, UsageError or Busy with a sentence."""
        if self._adoption is None:
            return self._snapshot(_known)
        return self._adoption.label(self._snapshot(self._adoption.reads))

    def standing(self) -> str | None:
        """The version of the file as it stands now; None where it is not there or cannot be read."""
        if not self.path.is_file():
            return None
        with suppress(OSError), self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
        return None

    @property
    def reads_as(self) -> str:
        """What decides, beside the file itself, what ``read`` makes of it."""
        return repr(self._adoption)

    def survey(self) -> Snapshot:
        """Read every worksheet, known or not, as it is. Raises what ``read`` raises."""
        return self._snapshot(lambda title: True)

    def _snapshot(self, wanted: Callable[[str], bool]) -> Snapshot:
        from trustbook.xlsx import reader

        return reader.read_snapshot(self.path, wanted, CONVENTIONS)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs of trustbook away from read to write. Raises Busy when one does not end
        within seconds.
        """
        if self._locks is None:
            from platformdirs import user_data_path

            self._locks = user_data_path("trustbook", appauthor=False) / "locks"
        with self._named(), files.locked(self.path.resolve(), self._locks):
            yield

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

    def rehearse(self, changes: Changes, expect: str) -> None:
        """Make sure that ``write`` can make these changes, and keep what it is to write until it is
        called.

        Touches nothing and needs no lock. Raises what ``write`` raises, but for a file that is open
        or read-only.
        """
        self._ready = None
        if changes:
            with self._named():
                self._ready = self._made(_read(self.path.resolve(), expect), changes, expect)

    def _made(self, before: bytes, changes: Changes, expect: str) -> _Ready:
        """The changes made to ``before``, and the outcome compared with it."""
        from trustbook.xlsx import compare, edit

        self._step("read")
        edited = edit.edit(before, changes, CONVENTIONS)
        self._step("edited")
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


def _known(title: str) -> bool:
    return typed_sheet(title) is not None


def _read(path: Path, expect: str) -> bytes:
    """The file's bytes. Raises Busy where they are no longer version ``expect``."""
    data = files.read(path)
    if files.version_of(data) != expect:
        raise Busy("excel.changed")
    return data
