"""The sheet To check as a value: a line per cause, with the first cells linked and an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trustbook.columns import CHECK, YES_NO
from trustbook.messages import say
from trustbook.model import Problem
from trustbook.sheets.check_lines import CheckLine, check_lines
from trustbook.sheets.verdicts import BLANK, list_sheet
from trustbook.snapshot import Cell, GeneratedSheet
from trustbook.xlsx.refs import quoted_title

MOST_LINES = 500
_LINKED = 3


def check_sheet(
    lang: str, problems: Sequence[Problem], title: str, command: str = "trustbook check"
) -> GeneratedSheet:
    """Everything to check, a line per cause, what costs a verdict first; at most 500 lines.

    ``command`` is what shows the lines for which there is no room.
    """
    lines = check_lines(problems, lang)
    rows = [_row(line) for line in lines]
    if len(rows) > MOST_LINES:
        more = len(rows) - MOST_LINES + 1
        text = Cell(say(lang, "sheets.check_more", count=more, command=command))
        rows = [*rows[:-more], (text, *[BLANK] * (len(CHECK.columns) - 1))]
    intro = say(lang, "sheets.check_intro" if lines else "sheets.check_nothing")
    sheet = list_sheet(CHECK, title, lang, intro, rows)
    return replace(sheet, offered=_offered(lang) if lines else {})


def _offered(lang: str) -> dict[int, tuple[str, ...]]:
    """What the column Answer offers."""
    answer = [column.key for column in CHECK.columns].index("answer") + 1
    return {answer: tuple(choice.label(lang) for choice in YES_NO)}


def _row(line: CheckLine) -> tuple[Cell, ...]:
    first = line.first
    cells = [_linked(first.sheet, cell) for cell in line.cells[:_LINKED]]
    return (
        Cell(line.what, f"severity.{first.severity}"),
        Cell(first.sheet),
        *cells,
        *[BLANK] * (_LINKED - len(cells)),
        Cell(line.column),
        Cell(line.proposal or None),
        Cell(line.typed),
        Cell(line.fix),
        Cell(line.why),
        Cell(line.count, "count"),
        Cell(line.since, "date"),
        Cell(line.reference or None),
    )


def _linked(sheet: str | None, cell: str) -> Cell:
    return Cell(cell, "link", f"{quoted_title(sheet)}!{cell}") if sheet else Cell(cell)
