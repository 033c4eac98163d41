"""The sheets Coverage and Call list as values: what stands in every cell, how it looks, ready to
print on A4.
"""

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
from trustbook.snapshot import Cell, GeneratedSheet

BLANK = Cell(None, "plain")
_COVERAGE_WIDTHS = (31, 40, 27, 14, 56, 10, 10, 14, 8, 9)
_CALL_WIDTHS = (36, 27, 18, 36, 16, 36, 16, 15)


def coverage_sheet(
    book: Book, rows: Sequence[Row], title: str, hinges: Sequence[SinglePointOfFailure] = ()
) -> GeneratedSheet:
    """The required network as ``rows`` found it: gaps first, conditional ones apart, a totals line
    under each part.

    ``hinges`` are listed below: the people on whom whole parties hang.
    """
    lang, labels = book.lang, Labels(book.settings)
    lines = _notes(say(lang, "coverage.intro" if rows else "coverage.nothing_required"), 10)
    above = len(lines)
    lines.append(tuple(Cell(text, "header.ours") for text in coverage_header(lang)))
    for section in range(3):
        part = [row for row in gaps_first(rows) if row.section == section]
        if part and section:
            lines += [
                _line([], 10),
                _line([Cell(say(lang, f"coverage.section_{section}"), "heading")], 10),
            ]
        lines += [_coverage_line(row, lang) for row in part]
        if part and section < 2:
            lines.append(_totals_line(totals(part, labels), lang))
    if hinges:
        lines += [_line([], 10), _line([Cell(say(lang, "coverage.hinges"), "heading")], 10)]
        lines += [
            _line([Cell(hinge_name(hinge, lang)), Cell("; ".join(hinge.parties))], 10)
            for hinge in hinges
        ]
    return GeneratedSheet(
        COVERAGE.key, title, tuple(lines), _COVERAGE_WIDTHS, header_row=above + 1, filtered=False
    )


def coverage_header(lang: str) -> list[str]:
    """The headers of Coverage, on the sheet and on the screen."""
    typed = [REQUIRED.column(name).label(lang) for name in ("phenomenon", "party", "tier", "area")]
    return typed + [
        say(lang, f"coverage.head_{name}")
        for name in ("note", "required", "known", "named", "warm", "gap")
    ]


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


def hinge_name(hinge: SinglePointOfFailure, lang: str) -> str:
    """The person, with a mark for a key role."""
    return f"{hinge.person} ({say(lang, 'coverage.key_role')})" if hinge.key_role else hinge.person


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
    lines = _notes(say(lang, "calllist.intro" if groups else "calllist.nobody_to_call"), 8)
    above = len(lines)
    lines.append(tuple(Cell(text, "header.ours") for text in call_header(lang)))
    for group in groups:
        lines += _call_part(book, heading(group.phenomenon, group.area, lang), group.entries)
    for offer, entries in who_can_help(groups, book):
        lines += _call_part(book, say(lang, "calllist.who_can_help", offer=offer), entries)
    return GeneratedSheet(
        CALLLIST.key, title, tuple(lines), _CALL_WIDTHS, header_row=above + 1, filtered=False
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
    lines = [_line([], 8), _line([Cell(title, "heading")], 8)]
    for entry in entries:
        looks = ("text", "plain", f"status.{entry.status}", "text", "plain", "text", "plain")
        cells = [
            Cell(text, look) for text, look in zip(call_texts(book, entry), looks, strict=True)
        ]
        lines.append((*cells, Cell(entry.last_sunny, "date")))
    return lines


def _notes(text: str, width: int) -> list[tuple[Cell, ...]]:
    """The explanation above a list, a row for every line of it; unwrapped, so that it runs on over
    the next columns.
    """
    return [_line([Cell(line, "plain")], width) for line in text.splitlines()]


def _line(cells: Sequence[Cell], width: int) -> tuple[Cell, ...]:
    return (*cells, *[BLANK] * (width - len(cells)))
