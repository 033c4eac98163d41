"""trustbook: fix the roof while the sun shines. From Python: ``open_book``, ``sync``, ``assess``,
``quarter``.

Everything heavy is imported inside the functions, so that ``import trustbook`` and ``trustbook
--help`` stay quick.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from trustbook.model import Book
    from trustbook.overview.editions import Edition, Figures
    from trustbook.run.report import Report

__all__ = ["assess", "open_book", "quarter", "sync"]


def open_book(address: str | Path, today: date | None = None, *, lang: str | None = None) -> Book:
    """Everything the workbook at ``address`` says about its network as of ``today`` (the real day
    if left out).

    ``address``: a path or a Google Sheets link. ``lang`` ("nl" or "en"): the language where the
    book names none. Problems in the book are values in ``Book.problems``. Raises TrustbookError for
    a workbook that cannot be read.
    """
    from trustbook.run.read import look
    from trustbook.workbooks import open_workbook

    return look(open_workbook(_absolute(address)).read(), today or date.today(), lang)[0]  # noqa: DTZ011


def sync(
    address: str | Path,
    today: date | None = None,
    *,
    dry_run: bool = False,
    lang: str | None = None,
) -> Report:
    """The night's work on the workbook at ``address``: read, judge, write back. The same as
    ``trustbook sync``.

    Raises TrustbookError, with its sentence, when nothing could or should be written.
    """
    from trustbook.ledger.locate import LedgerLocator
    from trustbook.run.sync import run_sync as run
    from trustbook.workbooks import open_workbook

    now = datetime.now().astimezone()
    book = open_workbook(_absolute(address))
    return run(book, today or now.date(), now, lang=lang, dry_run=dry_run, keeper=LedgerLocator())


def assess(book: Book, today: date | None = None) -> pd.DataFrame:
    """The verdicts as a frame, one row per partner in book order, as of ``today`` (the real day if
    left out).

    Columns: id, name, tier, holder, status, why, hints (codes, separated by spaces), last_sunny,
    last_contact, due, planned (datetime64, NaT if none), silence_days, rhythm_days,
    risk_horizon_days (days), silence_ratio, risk (0..1, NaN under three sunny contact days),
    next_step.
    """
    import pandas as pd

    from trustbook.health.verdict import judge_partners as judge

    rows = []
    for verdict in judge(book, today or date.today()):  # noqa: DTZ011
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
        "id name tier holder status why hints last_sunny last_contact due planned silence_days rhythm_days "
        "silence_ratio risk risk_horizon_days next_step"
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
    while the quarter still runs it is counted up to ``today``. Raises UsageError for what is no
    quarter.
    """
    from trustbook.overview import count_quarter as count
    from trustbook.overview.period import choose

    day = today or date.today()  # noqa: DTZ011
    return count(book, choose(name, None, None, day), day, edition)


def _absolute(address: str | Path) -> str:
    from trustbook.config import is_google

    return str(address) if is_google(str(address)) else str(Path(address).absolute())
