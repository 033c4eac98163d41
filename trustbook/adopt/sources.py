"""The sources of an import: files, folders, patterns and addresses, each read as what it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import parseaddr
from pathlib import Path

from trustbook.errors import TrustbookError, UsageError
from trustbook.intake.contacts import Findings, Window
from trustbook.intake.event_lines import is_calendar, text_in
from trustbook.model import Book
from trustbook.places.web_login import Logins

CALENDAR, LOG, CARD, MONICA, WORKBOOK = "calendar", "log", "card", "monica", "workbook"
_FORMS = {
    ".ics": CALENDAR, ".ical": CALENDAR, ".ifb": CALENDAR, ".icalendar": CALENDAR,
    ".csv": LOG, ".tsv": LOG, ".tab": LOG, ".vcf": CARD, ".vcard": CARD,
    ".json": MONICA, ".xlsx": WORKBOOK, ".xlsm": WORKBOOK,
}  # fmt: skip
_PACKED = (".zip", ".gz", ".7z", ".rar")
_BACK, _AHEAD, _SERIES_AHEAD = timedelta(days=90), timedelta(days=366), timedelta(days=90)
_LARGEST = 256 << 20


@dataclass(frozen=True, slots=True)
class Looking:
    """What is looked for: the days, and the mail addresses of colleagues."""

    window: Window
    today: date
    lang: str = "nl"
    ours: tuple[str, ...] = ()

    @classmethod
    def on(cls, today: date, since: date | None, book: Book) -> Looking:
        """From ``since``, else 90 days back; of what is to come a year, of a series 90 days."""
        return cls(window_on(today, since), today, book.lang, tuple(_mails(book)))


def window_on(today: date, since: date | None = None) -> Window:
    """The days that are looked at on a day."""
    return Window(since or today - _BACK, today + _AHEAD, today + _SERIES_AHEAD)


def _mails(book: Book) -> Iterator[str]:
    """The addresses of our colleagues, where the book tells them."""
    for text in (*book.settings.holders, *(one.holder or "" for one in book.partners)):
        for piece in text.split(";"):
            if "@" in (address := parseaddr(piece)[1]):
                yield address.lower()


@dataclass(frozen=True, slots=True)
class ServerCalendar:
    """A calendar that was fetched from a server: what its source is called, and its texts."""

    name: str
    texts: tuple[str, ...]

    def find(self, looking: Looking) -> Findings:
        """The contacts in it."""
        from trustbook.intake.calendars import find_in_calendar

        found = Findings()
        for text in self.texts:
            found.add(find_in_calendar(text, self.name, looking.window, looking.ours))
        return found


def fetch_calendars(
    sources: Iterable[str], logins: Logins, window: Window, *, waits: bool = True
) -> Iterator[ServerCalendar]:
    """The calendars at some addresses; ``waits`` as for ``calendars_at``. Raises what the servers
    answer.
    """
    for source in sources:
        from trustbook.intake.caldav import calendars_at

        name = source.partition("://")[2].partition("/")[0].rpartition("@")[2]
        texts = calendars_at(source, logins, window, waits=waits)
        yield ServerCalendar(name, tuple(texts))


def files_in(
    sources: Sequence[str], as_what: str | None = None, *, may_be_none: bool = False
) -> list[Path]:
    """The files of some sources: of a folder those that can be read, at any depth.

    Raises UsageError where there is none (``may_be_none``: a pattern may name none today), or for a
    file whose ending says nothing.
    """
    found: list[Path] = []
    for source in sources:
        paths = [*_files_of(source, as_what)]
        if not (paths or may_be_none or Path(source).is_dir()):
            raise UsageError("intake.no_source", name=source)
        found += paths
    return found


def _files_of(source: str, as_what: str | None) -> Iterator[Path]:
    path = Path(source)
    if path.is_dir():
        yield from sorted(filter(_is_source, path.rglob("*")))
    elif path.is_file():
        if path.suffix.lower() in _PACKED:
            raise UsageError("intake.packed", name=path.name)
        if as_what is None and path.suffix.lower() not in _FORMS:
            raise UsageError("intake.unknown_form", name=path.name)
        yield path
    elif is_pattern(source):
        yield from sorted(filter(_is_source, _matching(path)))
    else:
        raise UsageError("intake.no_source", name=source)


def is_pattern(source: str) -> bool:
    """Whether a source names files by a pattern."""
    return re.search(r"[*?\[]", source) is not None


def _matching(pattern: Path) -> Iterator[Path]:
    """The files that a pattern names; not every shell works it out."""
    return Path(pattern.anchor or ".").glob(str(pattern.relative_to(pattern.anchor)))


def _is_source(path: Path) -> bool:
    hidden = path.name.startswith((".", "~$"))
    # Many programs write JSON, and every book is a workbook: of a folder none of these is meant.
    form = _FORMS.get(path.suffix.lower(), MONICA)
    return form not in (MONICA, WORKBOOK) and not hidden and path.is_file()


def read_sources(
    paths: Iterable[Path],
    looking: Looking,
    as_what: str | None = None,
    troubles: list[TrustbookError] | None = None,
) -> Findings:
    """All that is found in some files.

    Raises UsageError for one that is not what it seems; with ``troubles`` it is put there, and the
    others are read.
    """
    found = Findings()
    for path in paths:
        form = _FORMS.get(path.suffix.lower(), "")
        form = form if as_what is None or form in (MONICA, WORKBOOK) else as_what
        try:
            found.add(_READERS[form](path, looking))
        except UsageError as fault:
            if troubles is None:
                raise
            troubles.append(fault)
    return found


def text_of_file(path: Path) -> str:
    """The text of a file, whatever program wrote it. Raises UsageError for one that is none."""
    if path.stat().st_size > _LARGEST:
        raise UsageError("intake.too_large", name=path.name)
    return text_in(path.read_bytes())


def _calendar(path: Path, looking: Looking) -> Findings:
    from trustbook.intake.calendars import find_in_calendar

    text = text_of_file(path)
    if not is_calendar(text):
        raise UsageError("intake.no_calendar", name=path.name)
    return find_in_calendar(text, path.name, looking.window, looking.ours)


def _log(path: Path, looking: Looking) -> Findings:
    from trustbook.adopt.contact_log import find_in_rows
    from trustbook.adopt.csv_book import read_csv

    return find_in_rows(read_csv(path), path.name, looking.window, looking.lang)


def _workbook(path: Path, looking: Looking) -> Findings:
    from trustbook.adopt.log_book import find_in_log_book

    return find_in_log_book(path, looking.window, looking.lang)


def _card(path: Path, looking: Looking) -> Findings:
    from trustbook.intake.vcards import find_in_cards

    text = text_of_file(path)
    if "BEGIN:VCARD" not in text.upper():
        raise UsageError("intake.no_cards", name=path.name)
    return find_in_cards(text, path.name, looking.today)


def _monica(path: Path, looking: Looking) -> Findings:
    from trustbook.adopt.monica import find_in_monica, monica_account

    account = monica_account(text_of_file(path))
    if account is None:
        raise UsageError("intake.no_monica", name=path.name)
    try:
        return find_in_monica(account, path.name, looking.window, looking.lang)
    except (AttributeError, TypeError, ValueError, LookupError):  # parts that are not as it writes
        raise UsageError("intake.no_monica", name=path.name) from None


_READERS: dict[str, Callable[[Path, Looking], Findings]] = {
    CALENDAR: _calendar,
    LOG: _log,
    CARD: _card,
    MONICA: _monica,
    WORKBOOK: _workbook,
}
