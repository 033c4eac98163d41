"""Open conflicts as something to check."""

from __future__ import annotations

from trustbook.columns import TYPED
from trustbook.merge.threeway import Conflict
from trustbook.model import Problem
from trustbook.run.replica import MergedWorkbook
from trustbook.sheets.conflicts import row_names, value_text


def conflict_problem(conflict: Conflict, merged: MergedWorkbook, lang: str) -> Problem:
    """An open conflict as something to check: which cell, by the names it has in a workbook, and
    what is said of it.
    """
    sheet = next(sheet for sheet in TYPED if sheet.key == conflict.sheet)
    row = merged.rows.get(conflict.sheet, {}).get(conflict.id, {})
    texts = [value_text(value) or "–" for value in conflict.values.values()]
    params = {
        "row": row_names(sheet.key, {conflict.id: dict(row)})[sheet.key, conflict.id],
        "said": " | ".join(dict.fromkeys(texts)),
    }
    title, header = sheet.label(lang), sheet.column(conflict.column).label(lang)
    if (listing := merged.lists.get(sheet.key)) is not None:
        title, header = listing.title, listing.headers.get(conflict.column, header)
    return Problem("conflict", "error", title, None, header, None, None, params)
