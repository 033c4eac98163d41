"""The sheet Quarter: the overview's numbers, with charts that the workbook itself draws.

Made anew only when something it rests on changed, so that a night on which nothing happened needs
no arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from trustbook.columns import GLYPHS, QUARTER, STATUSES
from trustbook.messages import say
from trustbook.model import Book
from trustbook.overview.period import Span, last_full_quarter
from trustbook.snapshot import Cell, CellValue, Chart, GeneratedSheet, Grid, Series

if TYPE_CHECKING:
    from trustbook.overview.editions import Figures
    from trustbook.overview.wording import OverviewTexts

_Row = tuple[Cell, ...]

MARK = "quarter"
_WIDTHS = (34.0, 14.0, 14.0, 60.0, 4.0, 14.0, 14.0, 14.0, 14.0, 14.0, 14.0)
_VERSION = "4"  # counts up when the sheet is laid out anew, so that it is written anew
_SHOWN = tuple(status.key for status in reversed(STATUSES) if status.key != "ended")
_BLANK = (Cell(None),)
# What the sheet rests on, of a partner, a promise of ours and a line of the required network.
_PARTNER = attrgetter(
    *"name kind tier party phenomena area rhythm since since_typed paused_until ended_on".split()
)
_PROMISE = attrgetter("by", "due", "kept_on")
_NEED = attrgetter(*"phenomenon party tier area minimum relevant condition".split())
_FILLS = {"now": "B36200", "before": "9AA5B1", "sunny": "B36200", "crisis": "1F4E79"}


def quarter_sheet(
    book: Book,
    today: date,
    title: str,
    standing: Grid | None,
    mark: str | None,
    facts_as_of: str = "now",
) -> tuple[GeneratedSheet, str]:
    """The sheet for the last full quarter before ``today`` under ``title``, and its mark (MARK).

    ``standing`` and ``mark`` are the sheet and the mark as they stand in the workbook. Where
    neither the book nor the sheet changed since, what stands there is given back as it is, and
    nothing needs to be written.
    """
    span = last_full_quarter(today)
    source = _fingerprint(book, span, facts_as_of)
    if standing is not None and mark == f"{source}-{_digest(standing.rows)}":
        rows = tuple(tuple(Cell(value) for value in row) for row in _from_top(standing))
        return GeneratedSheet(QUARTER.key, title, rows, _WIDTHS, header_row=0, filtered=False), mark
    from trustbook.overview import count_quarter

    figures = count_quarter(book, span, today, "team", facts_as_of=facts_as_of)
    sheet = _sheet(figures, title, book.lang)
    return sheet, f"{source}-{_digest([[cell.value for cell in row] for row in sheet.rows])}"


def _fingerprint(book: Book, span: Span, facts_as_of: str) -> str:
    """A digest of all that the sheet rests on: what lies after the quarter is no part of it."""
    log = book.moments
    day = np.array(log.day, np.int64)
    there = day <= span.last.toordinal()
    moment = np.array(log.contact_moment, np.int64)
    contact = np.stack([moment, np.array(log.contact_partner, np.int64)])
    facts = np.stack(
        [
            np.array(log.row, np.int64),
            day,
            np.array(log.state, np.int64),
            np.array(log.weather, np.int64),
        ]
    )
    digest = sha256(facts[:, there].tobytes())
    digest.update(contact[:, there[moment]].tobytes())
    for part in (
        (_VERSION, span, book.lang, facts_as_of, book.settings, book.not_yet),
        [_PARTNER(partner) for partner in book.partners],
        [_PROMISE(promise) for promise in log.promises if there[promise.moment]],
        [_NEED(need) for need in book.required],
        [(problem.code, problem.row) for problem in book.problems],
    ):
        digest.update(repr(part).encode())
    return digest.hexdigest()[:16]


def _digest(rows: Iterable[Sequence[CellValue]]) -> str:
    """A digest of cells that is the same for a number however a program gives it back."""
    lines = [[_plain(value) for value in row] for row in rows]
    text = "\n".join("\t".join(line).rstrip("\t") for line in lines)
    return sha256(text.strip("\n").encode()).hexdigest()[:16]


def _plain(value: CellValue) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _from_top(grid: Grid) -> list[list[CellValue]]:
    before: list[CellValue] = [None] * (grid.first_column - 1)
    return [[] for _ in range(grid.first_row - 1)] + [[*before, *row] for row in grid.rows]


def _sheet(figures: Figures, title: str, lang: str) -> GeneratedSheet:
    from trustbook.overview.wording import OverviewTexts

    texts = OverviewTexts(figures, lang)
    context = texts.context()
    words = context["words"]
    rows: list[_Row] = [
        (Cell(f"{context['title']} · {context['subtitle']}", "title"),),
        (Cell(context["headline"], "heading"),),
        (Cell(f"{context['as_of']} {say(lang, 'overview.sheet_note')}", "plain"),),
        _BLANK,
        _head(texts, "numbers", "sheet_now", "sheet_before", ""),
        *_numbers(context["numbers"], figures.warm[1]),
        _BLANK,
        _head(texts, "sun", "sheet_now", "sheet_before"),
    ]
    first = len(rows) + 1
    rows += _statuses(texts, figures)
    now_and_before = _series(2, "now", "before")
    statuses = Chart(words["sun"], first, len(rows), 1, now_and_before, (5, 6), (20, 12))
    rows += [_BLANK, _head(texts, "months", "sunny", "crisis")]
    first = len(rows) + 1
    rows += _months(texts, figures)
    sunny_and_crisis = _series(2, "sunny", "crisis")
    months = Chart(words["months"], first, len(rows), 1, sunny_and_crisis, (22, 6), (40, 12))
    charts = [statuses, months]
    shares = _shares(texts, figures)
    if shares:
        rows += [_BLANK, _head(texts, "quarter", "share"), *shares]
        first, last = len(rows) - len(shares) + 1, len(rows)
        charts.append(Chart(words["shares"], first, last, 1, _series(2, "now"), (42, 6), (56, 12)))
    rows += [_BLANK, (*_head(texts, "movement", "sheet_now", ""), Cell(None, "header.ours"))]
    rows += [_moved(group) for group in context["movement"]]
    rows += [_BLANK, (Cell(words["how"], "heading"),)]
    rows += [(Cell(sentence, "plain"),) for sentence in context["how"]]
    return GeneratedSheet(
        QUARTER.key,
        title,
        tuple(rows),
        _WIDTHS,
        header_row=0,
        filtered=False,
        charts=tuple(charts),
    )


def _head(texts: OverviewTexts, *keys: str) -> _Row:
    looks = ("header.ours", "header.figure", "header.figure", "header.ours")
    return tuple(
        Cell(texts.say(key) if key else None, look) for key, look in zip(keys, looks, strict=False)
    )


def _numbers(numbers: Sequence[dict[str, str]], warm_before: int | None) -> list[_Row]:
    """The four numbers; how many were warm before stands as a number, to count on with."""
    warm, *others = [_number(number) for number in numbers]
    label, now, _, detail = warm
    return [(label, now, Cell(warm_before, "figure"), detail), *others]


def _statuses(texts: OverviewTexts, figures: Figures) -> list[_Row]:
    rows: list[_Row] = []
    for status in _SHOWN:
        label = f"{GLYPHS[status]} {texts.status(status)}"
        counts = (figures.standing.get(status, 0), figures.standing_before.get(status, 0))
        rows.append((Cell(label, f"status.{status}"), *(Cell(count, "figure") for count in counts)))
    return rows


def _months(texts: OverviewTexts, figures: Figures) -> list[_Row]:
    rows: list[_Row] = []
    for month in figures.months:
        counts = (month.sunny, month.crisis)
        label = Cell(texts.month(month.first))
        rows.append((label, *(Cell(count, "figure") for count in counts)))
    return rows


def _shares(texts: OverviewTexts, figures: Figures) -> list[_Row]:
    """The share of warm relations by quarter; nothing where there is no line to draw."""
    shown = [share for share in figures.shares if share.percent is not None]
    if len(shown) < 2:
        return []
    return [
        (Cell(share.quarter.label(texts.lang)), Cell(share.percent, "figure")) for share in shown
    ]


def _moved(group: dict[str, str]) -> _Row:
    listed = Cell(group["listed"] or None, "detail")
    return Cell(group["label"]), Cell(int(group["count"]), "figure"), Cell(None), listed


def _number(number: dict[str, str]) -> _Row:
    before = number["before"].partition(": ")[2]
    return (
        Cell(number["label"]),
        _value(number["value"]),
        _value(before),
        Cell(number["detail"], "detail"),
    )


def _value(text: str) -> Cell:
    return Cell(int(text) if text.isdecimal() else text, "figure")


def _series(column: int, *names: str) -> tuple[Series, ...]:
    return tuple(Series(column + place, _FILLS[name]) for place, name in enumerate(names))
