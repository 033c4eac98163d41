"""The lists of verdicts as values: what stands in every cell, how it looks, where it leads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from trustbook.columns import (
    CALL,
    GLYPHS,
    HEALTH,
    STATUSES,
    TIERS,
    Sheet,
    find_column,
)
from trustbook.dates import write_span
from trustbook.health.verdict import Verdict
from trustbook.messages import say
from trustbook.model import Book
from trustbook.names import key
from trustbook.network.agenda import Call
from trustbook.network.talking_points import TalkingPoints
from trustbook.snapshot import Cell, GeneratedSheet
from trustbook.xlsx.refs import quoted_title

BLANK = Cell(None)
_MOST_URGENT_FIRST = ("crisis_only", "cold", "cooling", "new", "warm", "paused", "ended")


def status_text(status: str, lang: str) -> str:
    """A status as it stands in a cell: ``● Warm``."""
    return f"{GLYPHS[status]} {find_column(STATUSES, status).label(lang)}"


def list_sheet(
    sheet: Sheet, title: str, lang: str, intro: str, rows: Sequence[Sequence[Cell]]
) -> GeneratedSheet:
    """A list under one line of explanation and a grey header."""
    width = len(sheet.columns)
    head = (Cell(intro, "note"), *(Cell(None, "plain") for _ in range(width - 1)))
    header = tuple(Cell(column.label(lang), "header.ours") for column in sheet.columns)
    return GeneratedSheet(
        sheet.key,
        title,
        (head, header, *(tuple(row) for row in rows)),
        tuple(column.width for column in sheet.columns),
        header_row=2,
    )


def health_sheet(
    book: Book,
    verdicts: Sequence[Verdict],
    title: str,
    partners_title: str,
    said_once: Collection[str] = (),
) -> GeneratedSheet:
    """A row per partner, most urgent first: how the relationship stands, why, and what to do next.

    ``said_once`` are codes of hints that stand on Start here instead of on every row.
    """
    lang = book.lang
    rows = []
    names = [key(partner.name) for partner in book.partners]
    for verdict in sorted(verdicts, key=lambda one: _urgency(one, names)):
        partner = book.partners[verdict.partner]
        tier = find_column(TIERS, partner.tier).label(lang) if partner.tier else None
        hints = "; ".join(hint.short for hint in verdict.hints if hint.code not in said_once)
        old_names = "; ".join(book.memory.old_names.get(partner.id or "", ()))
        rows.append((
            Cell(partner.id),
            Cell(partner.name, "link", link_to(partners_title, partner.row)),
            Cell(tier),
            Cell(partner.holder),
            Cell(status_text(verdict.status, lang), f"status.{verdict.status}"),
            Cell(verdict.why),
            Cell(hints or None),
            Cell(verdict.last_sunny, "date"),
            Cell(verdict.last_contact, "date"),
            Cell(write_span(verdict.rhythm_days, lang)),
            Cell(verdict.due, "date"),
            Cell(verdict.next_step or None),
            Cell(verdict.trend, "plain"),
            Cell(partner.since, "date"),
            Cell(old_names or None),
        ))  # fmt: skip
    return list_sheet(HEALTH, title, lang, say(lang, "sheets.health_intro"), rows)


def _urgency(verdict: Verdict, names: Sequence[str]) -> tuple[int, date, str]:
    """Where a partner goes: by status, then by the day it is due, then by name."""
    place = _MOST_URGENT_FIRST.index(verdict.status)
    return place, verdict.due or date.max, names[verdict.partner]


def call_sheet(
    book: Book,
    verdicts: Sequence[Verdict],
    calls: Sequence[Call],
    points: Mapping[int, TalkingPoints],
    title: str,
    partners_title: str,
    left_out: Sequence[str] = (),
) -> GeneratedSheet:
    """At most ten rows per holder: whom to ask for, at which number, why now, and one step.

    ``points`` are those of all who are called; ``left_out`` says who asks for it too.
    """
    lang = book.lang
    status = {verdict.partner: verdict.status for verdict in verdicts}
    rows = []
    for call in calls:
        partner, known = book.partners[call.partner], points[call.partner]
        person, phone = whom_to_ask(known, lang)
        rows.append((
            Cell(call.holder or say(lang, "sheets.no_holder")),
            Cell(partner.name, "link", link_to(partners_title, partner.row)),
            Cell(status_text(status[call.partner], lang), f"status.{status[call.partner]}"),
            Cell(person),
            Cell(phone),
            Cell(_spoken_of(known, lang)),
            Cell(call.why_now),
            Cell(call.step),
            Cell(call.table or None),
            Cell(partner.id),
        ))  # fmt: skip
    nobody = "sheets.call_nobody" if book.partners else "sheets.call_no_partners"
    intro = [say(lang, "sheets.call_intro" if calls else nobody)]
    if left_out:
        intro = [*intro[: len(calls)], *left_out]
    return list_sheet(CALL, title, lang, " ".join(intro), rows)


def whom_to_ask(known: TalkingPoints, lang: str) -> tuple[str, str | None]:
    """The person and the number as they stand in cells; what we do not know is said."""
    if known.ask_for is None:
        return say(lang, "calllist.nobody"), None
    return known.ask_for, known.phone or say(lang, "calllist.no_number")


def _spoken_of(known: TalkingPoints, lang: str) -> str | None:
    """Our open promise, else what was spoken of last."""
    if known.our_promise:
        return say(lang, "sheets.we_promised", promise=known.our_promise)
    return known.last_topic


def link_to(title: str, row: int) -> str:
    """A link to a row of a sheet."""
    return f"{quoted_title(title)}!A{row}"
