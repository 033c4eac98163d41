"""The sheet To check as a value: what is wrong, where, why it matters, how to fix it."""

from __future__ import annotations

from collections.abc import Sequence

from trustbook.columns import CHECK
from trustbook.messages import say
from trustbook.model import Book, Problem
from trustbook.problems import explain
from trustbook.sheets.verdicts import BLANK, list_sheet
from trustbook.snapshot import Cell, GeneratedSheet
from trustbook.xlsx.refs import quoted_title


def check_sheet(book: Book, problems: Sequence[Problem], title: str) -> GeneratedSheet:
    """Everything to check, what does not count first, with a link to the cell."""
    lang = book.lang
    rows = []
    for problem in sorted(problems, key=lambda p: p.severity != "error"):
        what, why, fix = explain(problem, lang)
        placed = problem.sheet and problem.cell
        link = f"{quoted_title(problem.sheet or '')}!{problem.cell}" if placed else None
        rows.append((
            Cell(what, f"severity.{problem.severity}"),
            Cell(problem.sheet),
            Cell(problem.cell, "link" if link else "text", link),
            Cell(problem.column),
            Cell(why),
            Cell(fix),
            Cell(problem.since, "date"),
            BLANK,
            Cell(str(problem.params["reference"]) if "reference" in problem.params else None),
        ))  # fmt: skip
    intro = say(lang, "sheets.check_intro" if problems else "sheets.check_nothing")
    return list_sheet(CHECK, title, lang, intro, rows)
