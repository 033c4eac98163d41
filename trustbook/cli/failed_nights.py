"""A night that failed: whether one was meant, and where it is remembered and told."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trustbook.cli import typed
from trustbook.cli.options import Options
from trustbook.errors import NOTHING_TO_ALLOW, Busy, TrustbookError, UsageError

if TYPE_CHECKING:
    from trustbook.run.report import Report
    from trustbook.workbooks.base import Workbook


# Under this instead of a workbook's name a night is kept that left out all of a book.
_WHOLE_BOOK = ""
_SECONDS_TO_TELL = 30.0


def is_to_be_told(
    options: Options, book: str | None, fault: TrustbookError, names: Sequence[str]
) -> bool:
    """Whether a night that failed is told: one that was only busy, when it is not the first; one
    that was given a number nothing needs, when nobody sat there to read it.
    """
    if not was_expected(options, book) or (fault.key == NOTHING_TO_ALLOW and _at_a_terminal()):
        return False
    if not isinstance(fault, Busy):
        return True
    # Each is kept; the whole book as well, for who hangs may not even have been opened.
    again = [_is_left_out_again(options, book, name) for name in (*names, _WHOLE_BOOK)]
    return any(again)


def _is_left_out_again(options: Options, book: str | None, name: str) -> bool:
    from trustbook.run.alarms import left_out_again

    return left_out_again(f"{night_place(options, book)} {name}", datetime.now().astimezone())


def tell_gone(options: Options, book: str | None, fault: TrustbookError) -> None:
    """Tell of a book that was broken off; beside its workbooks only where that is soon done."""
    from trustbook.run.deadline import Overdue, deadline

    if not isinstance(fault, Busy) or is_to_be_told(options, book, fault, []):
        with suppress(Overdue), deadline(_SECONDS_TO_TELL):
            remember_failed_night(options, book, fault, options.workbooks)


def tell_left_out(
    options: Options, book: str | None, report: Report, workbooks: Sequence[Workbook]
) -> None:
    """Tell of a workbook that was left out twice running, although the others were synced."""
    from trustbook.run.alarms import taken_in

    skipped = dict(report.skipped)
    taken_in(f"{night_place(options, book)} {_WHOLE_BOOK}")
    for one in workbooks:
        if one.name not in skipped:
            taken_in(f"{night_place(options, book)} {one.name}")
        elif _is_left_out_again(options, book, one.name):
            remember_failed_night(options, book, skipped[one.name], [one])


def remember_failed_night(
    options: Options, book: str | None, fault: TrustbookError, workbooks: Sequence[Workbook]
) -> None:
    """Remember it for the commands that come after, beside the workbooks and by mail."""
    from trustbook.run.alarms import raise_alarm

    now = datetime.now().astimezone()
    fault.params.setdefault("of_book", typed.book_typed(book))
    raise_alarm(night_place(options, book), fault, options.words, now)
    if options.found is not None and options.found.mail is not None:
        from trustbook.outbox.mail import send_alarm

        subject = options.say("alarm_subject", name=options.found.name)
        send_alarm(options.found.mail, subject, fault.sentence(options.words))
    _leave_notes(workbooks, fault, options, now)


def _leave_notes(
    workbooks: Sequence[Workbook], fault: TrustbookError, options: Options, now: datetime
) -> None:
    """Say it beside the workbooks too; a stop for safety has done so already."""
    from trustbook.errors import SafetyStop
    from trustbook.run.stop_note import leave_note

    if not isinstance(fault, SafetyStop) or fault.key == NOTHING_TO_ALLOW:
        fault.params.setdefault("spoken", options.words)
        for workbook in workbooks:
            leave_note(workbook, fault, now)


def was_expected(options: Options, book: str | None) -> bool:
    """Whether a book is one of the nights: it stands in the settings, or was synced before."""
    from trustbook.config import book_names

    if options.keeper is None:
        with suppress(UsageError):  # settings that cannot be read may well name it
            return _is_a_night(options) if book is None else book in book_names(options.config)
        return True
    assert options.found is not None
    places = [*options.found.workbooks, *(one.address for one in options.workbooks)]
    return options.found.listed or any(map(options.keeper.knows, places))


def _is_a_night(options: Options) -> bool:
    """Whether a sync without a book was meant for all of them: nobody is told for weeks of what
    was typed in another folder.
    """
    return Path(settings_place(options)).is_file() or not _at_a_terminal()


def _at_a_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def settings_place(options: Options) -> str:
    """Where the settings are, or would be."""
    from trustbook.config import FILE

    return str((options.config or Path(FILE)).absolute())


def failed_night(options: Options, book: str | None) -> str:
    """What was told of the last night of a book, where that failed; else ""."""
    from trustbook.run.alarms import alarms

    return alarms().get(night_place(options, book), "")


def night_place(options: Options, book: str | None) -> str:
    """What a night that failed is remembered under: the book, and the settings that name it."""
    found = options.found
    if found is None:
        return f"{settings_place(options)} {book or ''}".rstrip()
    return f"{settings_place(options)} {found.name}" if found.listed else found.workbooks[0]
