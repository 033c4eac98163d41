"""The inbox of a book: looked through every night, and read only where something changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import blake2b
from pathlib import Path

from trustbook.adopt.form_answers import find_in_forms
from trustbook.adopt.sources import (
    Looking,
    ServerCalendar,
    fetch_calendars,
    files_in,
    is_pattern,
    read_sources,
    window_on,
)
from trustbook.errors import TrustbookError, UsageError
from trustbook.intake.caldav import is_address
from trustbook.intake.contacts import Findings, FoundContact
from trustbook.model import Book
from trustbook.names import key, similar
from trustbook.places.web_login import Logins
from trustbook.problems import did_you_mean
from trustbook.run.intake import Intake, TakenIn

# A source that did not change is read again after so many days: what is ahead comes nearer, and
# partners are new.
_READ_AGAIN = timedelta(days=7)
_FORM = "form "
_FOLD = re.compile(r"\n[ \t]")


@dataclass(frozen=True, slots=True)
class Inbox:
    """Where contacts come in every night: ``sources`` (files, folders, patterns) and ``forms``, the
    sheets of the workbooks in which a form puts its answers.
    """

    sources: Sequence[str]
    forms: Sequence[str] = ()
    logins: Logins = field(default_factory=dict)

    def look_through(
        self, intake: Intake, troubles: list[TrustbookError], *, again: bool = False
    ) -> TakenIn | None:
        """Take in what is new; None where nothing is, or the book has no memory yet. ``again``: the
        book knows other names, so that what did not change may name somebody now.

        A source that cannot be read is one of the ``troubles``, and stops no other. Raises what
        keeps us from the book.
        """
        before = intake.seen_before()
        if before is None:
            return None
        patterns = {f"pattern {one}": _files(one, troubles) for one in self._places}
        files = [path for found in patterns.values() for path in found]
        troubles += [_no_match(one) for one in patterns if _is_new(one, patterns[one], before)]
        fetched = self._fetched(intake.today, troubles)
        now = self._standing(intake, files, fetched, before) | dict.fromkeys(patterns, "looked at")
        if not (again or self._has_news(now, before)):
            return None

        def find(book: Book) -> Findings:
            looking = Looking.on(intake.today, None, book)
            found = read_sources(files, looking, troubles=troubles)
            for _, calendar in fetched:
                found.add(calendar.find(looking))
            self._add_forms(found, intake, looking, book.lang)
            troubles.extend(found.faults)
            return found

        return intake.take_in(find, now)

    def _has_news(self, now: Mapping[str, str], before: Mapping[str, str]) -> bool:
        """Whether a source is another than before, or the forms of before are none any more."""
        no_more = not self.forms and any(one.startswith(_FORM) for one in before)
        return no_more or "" in now.values() or not now.items() <= before.items()

    @property
    def _places(self) -> list[str]:
        return [one for one in self.sources if not is_address(one)]

    def _standing(
        self,
        intake: Intake,
        files: Sequence[Path],
        fetched: Sequence[tuple[str, ServerCalendar]],
        before: Mapping[str, str],
    ) -> dict[str, str]:
        """How all sources stand, by what they are called; "" where only reading can tell."""
        day = intake.today
        now = {address: _held(one, day, before.get(address, "")) for address, one in fetched}
        now |= {str(path): _standing(path, before, day) for path in files}
        forms = intake.workbooks if self.forms else ()
        return now | {f"{_FORM}{one.address}": one.standing() or "" for one in forms}

    def _fetched(
        self, today: date, troubles: list[TrustbookError]
    ) -> list[tuple[str, ServerCalendar]]:
        """The calendars on servers, by their address."""
        found = []
        for address in filter(is_address, self.sources):
            try:
                window = window_on(today)
                calendars = fetch_calendars([address], self.logins, window, waits=False)
                found += [(address, one) for one in calendars]
            except TrustbookError as fault:
                troubles.append(fault)
        return found

    def _add_forms(self, found: Findings, intake: Intake, looking: Looking, lang: str) -> None:
        """Add what forms put into the workbooks."""
        wanted = {key(title) for title in self.forms}
        titles: dict[str, str] = {}
        for workbook in intake.workbooks if wanted else ():
            shown = workbook.read(lambda title: key(title) in wanted)
            titles |= {key(title): title for title in shown.titles}
            told = find_in_forms(shown, wanted, looking)
            told.form_faults = [replace(one, address=workbook.address) for one in told.form_faults]
            told.contacts = [_at(one, workbook.address) for one in told.contacts]
            found.add(told)
        found.faults += missing_forms(self.forms, titles.values(), lang)


def files_that_say(sources: Sequence[str], says: Callable[[str], bool]) -> list[Path]:
    """The files of an inbox of whose text ``says`` is true; a file that cannot be read says
    nothing.
    """
    places = [one for one in sources if not is_address(one)]
    files = dict.fromkeys(path for one in places for path in _files(one, []))
    return [path for path in files if says(text_within(path))]


def text_within(path: Path) -> str:
    """All that a file says, its folded lines whole; "" where it cannot be read."""
    try:
        return _FOLD.sub("", path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""


def missing_forms(forms: Sequence[str], titles: Collection[str], lang: str) -> list[TrustbookError]:
    """Those sheets with answers of forms that are not among the ``titles`` of the book."""
    there = {*map(key, titles)}
    return [
        UsageError(
            "intake.no_form_sheet",
            sheet=title,
            hints=did_you_mean(tuple(similar(title, titles)[:1]), lang),
        )
        for title in forms
        if key(title) not in there
    ]


def _at(contact: FoundContact, address: str) -> FoundContact:
    """An answer to a form, its cell told with the workbook."""
    assert contact.named_at is not None
    return replace(contact, named_at=replace(contact.named_at, address=address))


def _is_new(pattern: str, files: Sequence[Path], before: Mapping[str, str]) -> bool:
    """Whether a pattern that names no file is looked at for the first time."""
    return not files and is_pattern(pattern) and pattern not in before


def _no_match(pattern: str) -> UsageError:
    return UsageError("intake.no_match", name=pattern.partition(" ")[2])


def _files(source: str, troubles: list[TrustbookError]) -> list[Path]:
    """The files of a source; a pattern may have none today."""
    try:
        return files_in([source], may_be_none=True)
    except UsageError as fault:
        named = UsageError("intake.no_inbox_file", name=source)
        troubles.append(named if fault.key == "intake.no_source" else fault)
        return []
    except OSError:  # no disk has a file of that name
        troubles.append(UsageError("intake.no_inbox_file", name=source))
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


def _held(calendar: ServerCalendar, today: date, before: str) -> str:
    """The same of a calendar that was fetched."""
    text = "\n".join(sorted(calendar.texts)).encode("utf-8", "surrogatepass")
    day, _, digest = before.partition("|")
    now = blake2b(text, digest_size=16).hexdigest()
    fresh = bool(day) and today - date.fromisoformat(day) < _READ_AGAIN
    return before if fresh and digest == now else f"{today.isoformat()}|{now}"


def _digest(path: Path) -> str:
    try:
        return blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except OSError:
        raise UsageError("intake.no_source", name=path) from None
