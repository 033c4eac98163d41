"""The sheets of verdicts as values: what stands in every cell, how it looks, where it leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from trustbook.columns import (
    CALL,
    GLYPHS,
    HEALTH,
    START,
    STATUSES,
    TIERS,
    Sheet,
    find_column,
)
from trustbook.dates import write_date, write_span
from trustbook.health.verdict import Verdict
from trustbook.messages import say
from trustbook.model import Book
from trustbook.network.agenda import Call
from trustbook.snapshot import Cell, GeneratedSheet

BLANK = Cell(None)


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
    book: Book, verdicts: Sequence[Verdict], title: str, partners_title: str
) -> GeneratedSheet:
    """A row per partner: how the relationship stands, why, and what to do next."""
    lang = book.lang
    rows = []
    for verdict in verdicts:
        partner = book.partners[verdict.partner]
        tier = find_column(TIERS, partner.tier).label(lang) if partner.tier else None
        hints = "; ".join(hint.short for hint in verdict.hints)
        old_names = "; ".join(book.memory.old_names.get(partner.id or "", ()))
        rows.append((
            Cell(partner.id),
            Cell(partner.name, link=_to(partners_title, partner.row)),
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


def call_sheet(
    book: Book, verdicts: Sequence[Verdict], calls: Sequence[Call], title: str
) -> GeneratedSheet:
    """At most ten rows per holder: whom to call, why now, and one step."""
    lang = book.lang
    status = {verdict.partner: verdict.status for verdict in verdicts}
    rows = []
    for call in calls:
        partner = book.partners[call.partner]
        rows.append((
            Cell(call.holder or say(lang, "sheets.no_holder")),
            Cell(partner.name),
            Cell(status_text(status[call.partner], lang), f"status.{status[call.partner]}"),
            Cell(call.why_now),
            Cell(call.step),
            Cell(call.table or None),
            Cell(partner.id),
        ))  # fmt: skip
    intro = say(lang, "sheets.call_intro" if calls else "sheets.call_nobody")
    return list_sheet(CALL, title, lang, intro, rows)


def start_sheet(
    book: Book,
    verdicts: Sequence[Verdict],
    title: str,
    last_run: str,
    sheets: Mapping[str, str],
    today: date,
) -> GeneratedSheet:
    """Where to type, what the colours mean, and what the last run that changed something did.

    ``sheets`` maps the keys of the other sheets to their titles in this workbook.
    """
    lang = book.lang
    name = book.settings.our_name or say(lang, "sheets.network")
    standing = say(lang, "sheets.start_standing", day=write_date(today, lang))
    rows: list[tuple[Cell, ...]] = [
        (Cell(say(lang, "sheets.start_title", name=name), "title"),),
        (Cell(last_run, "note"),),
        (BLANK,),
        (Cell(standing, "heading"),),
        *_counts(verdicts, lang),
        (BLANK,),
        (Cell(say(lang, "sheets.start_type"), "heading"),),
        *_guides(("partners", "people", "moments", "settings"), sheets, lang),
        (BLANK,),
        (Cell(say(lang, "sheets.start_read"), "heading"),),
        *_guides(("health", "call", "check", "conflicts"), sheets, lang),
        (BLANK,),
        (Cell(say(lang, "sheets.start_promise"), "note"),),
    ]
    wide = tuple((*row, *[BLANK] * (3 - len(row))) for row in rows)
    return GeneratedSheet(
        START.key, title, wide, (28, 9, 96), header_row=0, filtered=False, landscape=False
    )


def _counts(verdicts: Sequence[Verdict], lang: str) -> list[tuple[Cell, ...]]:
    """A row per status that occurs: how often, and what it means."""
    counts = Counter(verdict.status for verdict in verdicts)
    return [
        (
            Cell(status_text(status.key, lang), f"status.{status.key}"),
            Cell(counts[status.key], "count"),
            Cell(say(lang, f"sheets.means_{status.key}")),
        )
        for status in reversed(STATUSES)
        if counts[status.key]
    ]


def _guides(keys: Sequence[str], sheets: Mapping[str, str], lang: str) -> list[tuple[Cell, ...]]:
    """A row per sheet that stands in this workbook: a link to it, and what it is for."""
    return [
        (
            Cell(sheets[key], "link", f"{_quoted(sheets[key])}!A1"),
            BLANK,
            Cell(say(lang, f"sheets.guide_{key}")),
        )
        for key in keys
        if key in sheets
    ]


def _quoted(title: str | None) -> str:
    return "'" + (title or "").replace("'", "''") + "'"


def _to(title: str, row: int) -> str:
    return f"{_quoted(title)}!A{row}"
