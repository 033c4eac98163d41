"""The inbox of a book: looked through every night, and read only where something changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from pathlib import Path

from trustbook.adopt.form_answers import find_in_forms
from trustbook.adopt.sources import Looking, files_in, read_sources
from trustbook.errors import TrustbookError, UsageError
from trustbook.intake.contacts import Findings
from trustbook.model import Book
from trustbook.names import key
from trustbook.run.intake import Intake, TakenIn

# A source that did not change is read again after so many days: what is ahead comes nearer, and
# partners are new.
_READ_AGAIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Inbox:
    """Where contacts come in every night: ``sources`` (files, folders, patterns) and ``forms``, the
    sheets of the workbooks in which a form puts its answers.
    """

    sources: Sequence[str]
    forms: Sequence[str] = ()

    def look_through(self, intake: Intake, troubles: list[TrustbookError]) -> TakenIn | None:
        """Take in what is new; None where nothing is, or the book has no memory yet.

        A source that cannot be read is one of the ``troubles``, and stops no other. Raises what
        keeps us from the book.
        """
        before = intake.seen_before()
        if before is None:
            return None
        files = [path for one in self.sources for path in _files(one, troubles)]
        now = {str(path): _standing(path, before, intake.today) for path in files}
        forms = intake.workbooks if self.forms else ()
        now |= {f"form {one.address}": one.standing() or "" for one in forms}
        if "" not in now.values() and now.items() <= before.items():
            return None

        def find(book: Book) -> Findings:
            looking = Looking.on(intake.today, None, book)
            found = read_sources(files, looking, troubles=troubles)
            self._add_forms(found, intake, looking)
            return found

        return intake.take_in(find, now)

    def _add_forms(self, found: Findings, intake: Intake, looking: Looking) -> None:
        """Add what forms put into the workbooks."""
        wanted = {key(title) for title in self.forms}
        for workbook in intake.workbooks if wanted else ():
            shown = workbook.read(lambda title: key(title) in wanted)
            found.add(find_in_forms(shown, wanted, looking))


def _files(source: str, troubles: list[TrustbookError]) -> list[Path]:
    """The files of a source; a pattern may have none today."""
    try:
        return files_in([source])
    except UsageError as fault:
        troubles.append(fault)
        return []


def _standing(path: Path, before: Mapping[str, str], today: date) -> str:
    """How a file stands: its size, its time, the day it was read and what it holds.

    One that has another time and the same content is no other file.
    """
    stat = path.stat()
    at = f"{stat.st_size} {stat.st_mtime_ns}"
    size_and_time, _, rest = before.get(str(path), "").partition("|")
    day, _, digest = rest.partition("|")
    if day and today - date.fromisoformat(day) < _READ_AGAIN:
        if size_and_time == at:
            return before[str(path)]
        if digest == _digest(path):
            return before[str(path)]
    return f"{at}|{today.isoformat()}|{_digest(path)}"


def _digest(path: Path) -> str:
    try:
        return blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except OSError:
        raise UsageError("intake.no_source", name=path) from None
