"""The coverage matrix put into words, in one language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trustbook.messages import say
from trustbook.overview.disclosure import FEWEST
from trustbook.overview.editions import Figures
from trustbook.overview.matrix import MatrixCell, MatrixRow

# So many lines in two tables side by side fit on the second page; with more phenomena fewer lines
# in one table.
MOST_LINES, MOST_WIDE_LINES, MOST_NARROW = 20, 10, 5
HIDDEN = "·"
_FILLS = {"warm": "FFFFFF", "cold": "BFDDF5", "none": "FFFFFF", "hidden": "FFFFFF"}


class MatrixTexts:
    """The matrix of one overview."""

    def __init__(self, figures: Figures, lang: str) -> None:
        self._f, self._lang = figures, lang

    def context(self) -> dict[str, Any]:
        """The coverage matrix as text; of too many lines those with somebody short go first."""
        lines = list(zip(self._line_labels(), self._f.matrix.lines, strict=True))
        shown = self._shown_lines()
        dropped = [line for at, (_, line) in enumerate(lines) if at not in shown]
        return {
            "corner": self._say("matrix_whole" if self._f.of_all else "matrix_party"),
            "head": [column.label(self._lang) for column in self._f.matrix.phenomena],
            "rows": [
                {"label": label, "cells": [self._cell(cell) for cell in line.cells]}
                for at, (label, line) in enumerate(lines)
                if at in shown
            ],
            "note": " ".join(self._matrix_notes(dropped)),
        }

    def _shown_lines(self) -> set[int]:
        """The positions of the lines that fit on the page."""
        lines = self._f.matrix.lines
        narrow = len(self._f.matrix.phenomena) <= MOST_NARROW
        by_need = sorted(range(len(lines)), key=lambda at: (not lines[at].gap, at))
        return set(by_need[: MOST_LINES if narrow else MOST_WIDE_LINES])

    def _matrix_notes(self, dropped: Sequence[MatrixRow]) -> list[str]:
        lines = self._f.matrix.lines
        if not self._f.matrix.phenomena:
            return [self._say("matrix_no_phenomena")]
        notes = [self._say("matrix_note" if lines else "matrix_none"), *self._notes_on_needs()]
        if any(line.has_hidden for line in lines):
            notes.append(self._say("matrix_note_hidden", fewest=FEWEST))
        if dropped:
            short = sum(line.gap for line in dropped)
            key = "matrix_more_short" if short else "matrix_more"
            notes.append(self._say(key, count=len(dropped), short=short))
        return notes

    def _notes_on_needs(self) -> list[str]:
        if self._f.has_required and self._f.of_all:
            return [self._say("matrix_required", short=self._f.short)]
        if any(map(_lacks_at_times, self._f.matrix.lines)):
            return [self._say("matrix_note_short")]
        return []

    def _line_labels(self) -> list[str]:
        if self._f.of_all:
            return [self._say("matrix_all") for _ in self._f.matrix.lines]
        return [
            line.party.label(self._lang) if line.party else self._say("no_party")
            for line in self._f.matrix.lines
        ]

    def _cell(self, cell: MatrixCell) -> dict[str, str]:
        if cell.known is None:
            return {"text": HIDDEN, "level": "hidden", "fill": _FILLS["hidden"]}
        level = _level(cell)
        return {"text": self._cell_text(cell), "level": level, "fill": _FILLS[level]}

    def _cell_text(self, cell: MatrixCell) -> str:
        """A cell in words: ``2 of 3``, ``1 needed``, ``none``."""
        parts = []
        if cell.known:
            warm = HIDDEN if cell.warm is None else cell.warm
            parts.append(self._say("of", part=warm, whole=cell.known))
        if cell.gap:
            short = "short_sometimes" if cell.conditional else "short"
            parts.append(self._say(short if not cell.known else f"{short}_more", count=cell.gap))
        return ", ".join(parts) or self._say("matrix_nobody")

    def _say(self, key: str, **params: object) -> str:
        return say(self._lang, f"overview.{key}", **params)


def _lacks_at_times(line: MatrixRow) -> bool:
    return any(cell.gap and cell.conditional for cell in line.cells)


def _level(cell: MatrixCell) -> str:
    """How a cell of the matrix is coloured."""
    if not cell.known:
        return "none"
    if cell.warm is None:
        return "hidden"
    return "warm" if cell.warm else "cold"
