"""The sheets Coverage and Call list as values: what stands in every cell, and how it looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from trustbook.columns import (
    CALL,
    CALLLIST,
    COVERAGE,
    GLYPHS,
    PARTNERS,
    REQUIRED,
    STATUSES,
    TIERS,
    find_column,
)
from trustbook.health.verdict import Verdict
from trustbook.messages import has, say
from trustbook.model import Book
from trustbook.network.calllist import CallEntry, call_groups, who_can_help
from trustbook.network.coverage import Row, Totals, gaps_first, totals
from trustbook.network.labels import Labels
from trustbook.network.people import SinglePointOfFailure
from trustbook.network.routes import agreed_routes
from trustbook.sheets.routes import route_rows
from trustbook.snapshot import Cell, GeneratedSheet

BLANK = Cell(None, "plain")
_COVERAGE_WIDTHS = (31, 40, 27, 14, 56, 10, 10, 14, 8, 9)
_CALL_WIDTHS = (36, 27, 18, 36, 16, 36, 16, 15)
_NUMBERS = 5  # required, known, named, warm, gap: the last columns
_COVERAGE_WIDTH, _CALL_WIDTH = len(_COVERAGE_WIDTHS), len(_CALL_WIDTHS)


def coverage_sheet(
    book: Book, rows: Sequence[Row], title: str, alone: Sequence[SinglePointOfFailure] = ()
) -> GeneratedSheet:
    """The required network as ``rows`` found it, gaps first, a totals line under each part.

    ``alone`` are listed below: the people on whom whole parties hang.
    """
    lang, labels = book.lang, Labels(book.settings)
    lines = _notes(
        say(lang, "coverage.intro" if rows else "coverage.nothing_required"), _COVERAGE_WIDTH
    )
    header_row = len(lines) + 1
    lines.append(tuple(Cell(text, look) for text, look in _headed(coverage_header(lang))))
    for section in range(3):
        part = [row for row in gaps_first(rows) if row.section == section]
        if part:
            lines += _coverage_part(part, section, labels, lang)
    if alone:
        lines += _single_points(alone, lang)
    return GeneratedSheet(
        COVERAGE.key, title, tuple(lines), _COVERAGE_WIDTHS, header_row, filtered=False
    )


def _coverage_part(
    rows: Sequence[Row], section: int, labels: Labels, lang: str
) -> list[tuple[Cell, ...]]:
    """The lines of one section; the first needs no heading, what is not relevant has no totals."""
    lines = []
    if section > 0:
        lines += _heading(say(lang, f"coverage.section_{section}"), _COVERAGE_WIDTH)
    lines += [_coverage_line(row, lang) for row in rows]
    if section < 2:
        lines.append(_totals_line(totals(rows, labels), lang))
    return lines


def _single_points(alone: Sequence[SinglePointOfFailure], lang: str) -> list[tuple[Cell, ...]]:
    lines = _heading(say(lang, "coverage.single_points"), _COVERAGE_WIDTH)
    for point in alone:
        name, parties = Cell(single_point_name(point, lang)), Cell("; ".join(point.parties))
        lines.append(_line([name, parties], _COVERAGE_WIDTH))
    return lines


def coverage_header(lang: str) -> list[str]:
    """The headers of Coverage, on the sheet and on the screen."""
    typed = [REQUIRED.column(name).label(lang) for name in ("phenomenon", "party", "tier", "area")]
    return typed + [
        say(lang, f"coverage.head_{name}")
        for name in ("note", "required", "known", "named", "warm", "gap")
    ]


def _headed(texts: Sequence[str]) -> Iterable[tuple[str, str]]:
    """The headers with their look: what stands above numbers is right, as those are."""
    words = len(texts) - _NUMBERS
    return zip(texts, ["header.ours"] * words + ["header.figure"] * _NUMBERS, strict=True)


def coverage_note(row: Row, lang: str) -> str:
    """What else to know of a line: its condition, and what is thin about it."""
    notes = [row.need.condition] if row.need.condition else []
    if row.section < 2 and row.known:
        if not row.named:
            notes.append(say(lang, "coverage.nobody_named"))
        elif row.hangs_on_one:
            notes.append(say(lang, "coverage.one_person"))
        if not row.warm:
            notes.append(say(lang, "coverage.none_warm"))
    return "; ".join(notes)


def single_point_name(point: SinglePointOfFailure, lang: str) -> str:
    """The person, with a mark for a key role."""
    return f"{point.person} ({say(lang, 'coverage.key_role')})" if point.key_role else point.person


def gaps_in_words(count: int, lang: str) -> str:
    """``3 lines with a gap``."""
    name = f"coverage.total_gaps_{count}"
    return say(lang, name if has(name) else "coverage.total_gaps", count=count)


def _coverage_line(row: Row, lang: str) -> tuple[Cell, ...]:
    need = row.need
    return (
        Cell(need.phenomenon),
        Cell(need.party),
        Cell(find_column(TIERS, need.tier).label(lang) if need.tier else None),
        Cell(need.area),
        Cell(coverage_note(row, lang) or None),
        Cell(row.required, "number"),
        Cell(len(row.known), "number"),
        Cell(len(row.named), "number"),
        Cell(len(row.warm), "number"),
        Cell(row.gap or None, "severity.error"),
    )


def _totals_line(sums: Totals, lang: str) -> tuple[Cell, ...]:
    texts = (
        say(lang, "coverage.total"),
        None,
        None,
        None,
        gaps_in_words(sums.lines_with_gap, lang),
    )
    numbers = (sums.required, sums.known, sums.named, sums.warm, sums.gap)
    return tuple(Cell(value, "header.ours") for value in (*texts, *numbers))


def calllist_sheet(
    book: Book, verdicts: Sequence[Verdict], title: str, today: date
) -> GeneratedSheet:
    """The call list for a crisis, group by group, and below it who can help with what."""
    lang, groups = book.lang, call_groups(book, verdicts, today)
    lines = _notes(
        say(lang, "calllist.intro" if groups else "calllist.nobody_to_call"), _CALL_WIDTH
    )
    header_row = len(lines) + 1
    lines.append(tuple(Cell(text, "header.ours") for text in call_header(lang)))
    for group in groups:
        lines += _call_part(book, heading(group.phenomenon, group.area, lang), group.entries)
    if routes := agreed_routes(book.routes):
        lines += route_rows(book, routes)
    for offer, entries in who_can_help(groups, book):
        lines += _call_part(book, say(lang, "calllist.who_can_help", offer=offer), entries)
    return GeneratedSheet(
        CALLLIST.key, title, tuple(lines), _CALL_WIDTHS, header_row, filtered=False
    )


def heading(phenomenon: str | None, area: str | None, lang: str) -> str:
    """The heading of a group: ``All phenomena · everywhere``."""
    return say(
        lang,
        "calllist.heading",
        phenomenon=phenomenon or say(lang, "calllist.all_phenomena"),
        area=area or say(lang, "calllist.everywhere"),
    )


def call_header(lang: str) -> list[str]:
    """The headers of Call list, on the sheet and on the screen."""
    party, status, last = (
        PARTNERS.column(name).label(lang) for name in ("party", "status", "last_sunny")
    )
    ask, deputy, phone = (
        say(lang, f"calllist.head_{name}") for name in ("ask_for", "deputy", "phone")
    )
    return [CALL.column("name").label(lang), party, status, ask, phone, deputy, phone, last]


def call_texts(book: Book, entry: CallEntry) -> list[str | None]:
    """A line of Call list in words, without its last column: the day."""
    lang, partner = book.lang, book.partners[entry.partner]
    person = _person(entry.person, entry.role, lang) or say(lang, "calllist.nobody")
    phone = entry.phone or (say(lang, "calllist.no_number") if entry.person else None)
    status = f"{GLYPHS[entry.status]} {find_column(STATUSES, entry.status).label(lang)}"
    deputy = _person(entry.deputy, entry.deputy_role, lang)
    return [partner.name, partner.party, status, person, phone, deputy, entry.deputy_phone]


def _person(name: str | None, role: str | None, lang: str) -> str | None:
    return say(lang, "calllist.with_role", name=name, role=role) if name and role else name


def _call_part(book: Book, title: str, entries: Iterable[CallEntry]) -> list[tuple[Cell, ...]]:
    lines = _heading(title, _CALL_WIDTH)
    for entry in entries:
        looks = ("text", "text", f"status.{entry.status}", "text", "plain", "text", "plain")
        cells = [
            Cell(text, look) for text, look in zip(call_texts(book, entry), looks, strict=True)
        ]
        lines.append((*cells, Cell(entry.last_sunny, "date")))
    return lines


def _notes(text: str, width: int) -> list[tuple[Cell, ...]]:
    """The explanation above a list, a row a line; unwrapped, so that it runs on to the right."""
    return [_line([Cell(line, "plain")], width) for line in text.splitlines()]


def _heading(text: str, width: int) -> list[tuple[Cell, ...]]:
    """A blank row, and a heading."""
    return [_line([], width), _line([Cell(text, "heading")], width)]


def _line(cells: Sequence[Cell], width: int) -> tuple[Cell, ...]:
    return (*cells, *[BLANK] * (width - len(cells)))
