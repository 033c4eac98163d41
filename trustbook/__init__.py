"""trustbook: fix the roof while the sun shines.

From Python: ``open_book``, ``sync``, ``log``, ``assess``, ``quarter``; the same book and the same
answers as the commands.

Everything heavy is imported inside the functions, so that ``import trustbook`` and ``trustbook
--help`` stay quick.
"""

from __future__ import annotations

import warnings
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from trustbook.model import Book
    from trustbook.overview.editions import Figures
    from trustbook.overview.naming import Edition
    from trustbook.run.log import Logged
    from trustbook.run.report import Report

__all__ = ["assess", "log", "open_book", "quarter", "sync"]


def open_book(address: str | Path, today: date | None = None, *, lang: str | None = None) -> Book:
    """The book at ``address`` as of ``today`` (the real day if left out), its ledger included.

    ``address``: a path, a Google Sheets link or a name from trustbook.toml. ``lang`` ("nl" or
    "en"): the language where the book names none. The same book as every command reads: what a
    sync would stop at leaves it as the last good run left it, and stands first in
    ``Book.problems``, where all problems are values; that, a memory that is not here, and one of
    several workbooks that cannot be read are warnings as well. Raises TrustbookError where no
    workbook can be read.
    """
    from trustbook.config import resolve
    from trustbook.messages import say
    from trustbook.run.open_target import open_target
    from trustbook.run.read import Request, read_book
    from trustbook.run.stop_note import what_is_shown
    from trustbook.run.team_memory import team_memory

    target = resolve(str(address))
    workbooks, locator = open_target(target)

    def read(day: date, facts_on: date | None) -> Book:
        now = datetime.now().astimezone()
        request = Request(day, now, lang or target.language, facts_on)
        reading = read_book(workbooks, locator, request)
        if facts_on is not None and reading.stopped is not None:
            raise reading.stopped
        lang_shown = reading.book.lang
        for line in what_is_shown(reading, lang_shown):
            if reading.stopped or reading.elsewhere:
                warnings.warn(line, stacklevel=3)
        for name, fault in reading.skipped:
            why = fault.sentence(lang_shown)
            warnings.warn(say(lang_shown, "ledger.skipped", name=name, why=why), stacklevel=3)
        book = reading.then[0]
        book.problems, book.reread = reading.problems, read
        book.team_memory = partial(team_memory, book, workbooks[0], locator)
        return book

    return read(today or date.today(), None)  # noqa: DTZ011 - people's days are local days


def sync(
    address: str | Path,
    today: date | None = None,
    *,
    dry_run: bool = False,
    lang: str | None = None,
) -> Report:
    """The night's work on the book at ``address``: read, judge, write back.

    The same as ``trustbook sync``; ``address`` as ``open_book`` has it. Raises TrustbookError, with
    its sentence, when nothing could or should be written.
    """
    from trustbook.config import resolve
    from trustbook.run.open_target import open_target
    from trustbook.run.sync import run_sync

    now = datetime.now().astimezone()
    target = resolve(str(address))
    workbooks, locator = open_target(target)
    lang = lang or target.language
    day = today or now.date()
    report = run_sync(workbooks, day, now, lang=lang, dry_run=dry_run, keeper=locator)
    if report.may_go:
        from trustbook.run.retire import retire_answered

        retire_answered(workbooks, locator, day, now, lang, report)
    return report


def log(
    address: str | Path,
    with_: str | Sequence[str],
    day: date | None = None,
    *,
    lang: str | None = None,
    **fields: object,
) -> Logged:
    """Add one contact moment to the book at ``address``: the same as ``trustbook log``.

    ``with_`` names partners, people or consultations, exactly or by ID; ``day`` is today if left
    out. ``fields`` are also_present (names), by, kind, weather, initiative, state, topic, promise,
    promised_by and promise_due (a date), as the columns of Moments have them. A workbook that is
    busy, or at which a sync would stop, gets the moment at its next good sync: ``Logged.row`` is
    then None. Raises UsageError for a name or a word that is unknown or unclear.
    """
    from trustbook.config import resolve
    from trustbook.run.log import log_moment, make_entry
    from trustbook.run.open_target import open_target

    now = datetime.now().astimezone()
    names = [with_] if isinstance(with_, str) else list(with_)
    entry = make_entry(with_=names, day=day or now.date(), **fields)
    target = resolve(str(address))
    workbooks, locator = open_target(target)
    return log_moment(workbooks, entry, locator, now.date(), now, lang or target.language)


def assess(book: Book, today: date | None = None) -> pd.DataFrame:
    """The verdicts as a frame, one row per partner in book order, as of ``today``.

    ``today`` is the day the book was opened for if left out. For another day the book is read
    again, so that the answer is the one ``trustbook health --today`` gives.

    Columns: id, name, tier, holder, status, why, hints (codes, separated by spaces), last_sunny,
    last_contact, due, planned (datetime64, NaT if none), silence_days, rhythm_days,
    risk_horizon_days (days), silence_ratio, risk (0..1, NaN under three sunny contact days),
    next_step.
    """
    import pandas as pd

    from trustbook.health.verdict import judge_partners

    day = today or book.as_of or date.today()  # noqa: DTZ011
    if book.reread is not None and day != book.as_of:
        book = book.reread(day, None)
    rows = []
    for verdict in judge_partners(book, day):
        partner = book.partners[verdict.partner]
        rows.append(
            {
                "id": partner.id,
                "name": partner.name,
                "tier": partner.tier,
                "holder": partner.holder,
                "status": verdict.status,
                "why": verdict.why,
                "hints": " ".join(hint.code for hint in verdict.hints),
                "last_sunny": verdict.last_sunny,
                "last_contact": verdict.last_contact,
                "due": verdict.due,
                "planned": verdict.planned,
                "silence_days": verdict.silence_days,
                "rhythm_days": verdict.rhythm_days,
                "silence_ratio": verdict.silence_ratio,
                "risk": verdict.risk,
                "risk_horizon_days": verdict.risk_horizon_days,
                "next_step": verdict.next_step,
            }
        )
    names = (
        "id name tier holder status why hints last_sunny last_contact due planned silence_days "
        "rhythm_days silence_ratio risk risk_horizon_days next_step"
    )
    frame = pd.DataFrame(rows, columns=names.split())
    for name in ("last_sunny", "last_contact", "due", "planned"):
        frame[name] = pd.to_datetime(frame[name])
    for name in ("silence_days", "silence_ratio", "risk"):
        frame[name] = frame[name].astype(float)
    return frame


def quarter(
    book: Book, name: str, today: date | None = None, *, edition: Edition = "team"
) -> Figures:
    """The figures of the quarterly overview for a quarter such as ``2026Q3``, as far as ``edition``
    may show them.

    ``edition``: "public" (counts only), "steering" (partners) or "team" (partners and holders);
    while the quarter still runs it is counted up to ``today`` (the day the book was opened for if
    left out). Undated facts are those the ledger knew on the last day counted. Raises UsageError
    for what is no quarter, SafetyStop where a sync would stop.
    """
    from trustbook.overview import count_quarter
    from trustbook.overview.period import choose

    day = today or book.as_of or date.today()  # noqa: DTZ011
    span = choose(name, None, None, day)
    if book.reread is not None:
        book = book.reread(day, min(span.last, day))
    memory = None
    if edition == "team" and book.team_memory is not None:
        memory = book.team_memory(min(span.last, day))
    return count_quarter(book, span, day, edition, memory=memory)
