"""What a run came to: counted, and kept so that a night on which nothing changed need not work it
out again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from trustbook.errors import TrustbookError
from trustbook.model import Book, Problem

if TYPE_CHECKING:
    from trustbook.health.verdict import Verdict


@dataclass(slots=True)
class Report:
    """What a run did.

    ``run`` is its number (of the last run that changed something, where this one did not; None
    before the first); ``changed`` tells whether anything was (or, dry, would be) written;
    ``workbooks`` has the counts of each workbook, ``standings`` its partners by status,
    ``problems`` what is to check in all of them; ``skipped`` are workbooks that could not be
    reached and why; ``lang``, ``book`` and ``verdicts`` are of the first workbook, the latter two
    absent when nothing had changed and nothing was worked out.
    """

    run: int | None
    dry_run: bool
    changed: bool
    workbooks: list[dict[str, object]]
    problems: list[Problem]
    standings: list[dict[str, int]]
    lang: str
    conflicts: list[dict[str, object]] = field(default_factory=list)
    skipped: list[tuple[str, TrustbookError]] = field(default_factory=list)
    book: Book | None = None
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def standing(self) -> dict[str, int]:
        """Partners by status, in the first workbook."""
        return self.standings[0]


def of_all(
    names: Sequence[str], problems: Sequence[Sequence[Problem]], several: bool
) -> list[Problem]:
    """The problems of every workbook; in a book of ``several`` each says in which one it stands."""
    found = zip(names, problems, strict=True)
    return [replace(one, workbook=name) if several else one for name, here in found for one in here]


def counted(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Partners by status."""
    counts: dict[str, int] = {}
    for verdict in verdicts:
        counts[verdict.status] = counts.get(verdict.status, 0) + 1
    return counts


def put_away(problem: Problem) -> dict[str, Any]:
    """A problem as plain values, for ``taken_out``."""
    return {
        "at": [
            problem.code,
            problem.severity,
            problem.sheet,
            problem.row,
            problem.column,
            problem.cell,
            problem.value,
        ],
        "params": {name: _plain(value) for name, value in problem.params.items()},
        "since": problem.since.isoformat() if problem.since else None,
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple | list):
        return {"many": [str(one) for one in value]}
    return value if isinstance(value, str | int | float) or value is None else str(value)


def taken_out(kept: Mapping[str, Any]) -> Problem:
    """The problem that ``put_away`` made ``kept`` of."""
    params = {n: tuple(v["many"]) if isinstance(v, dict) else v for n, v in kept["params"].items()}
    since = date.fromisoformat(kept["since"]) if kept["since"] else None
    code, severity, sheet, row, column, cell, value = kept["at"]
    return Problem(code, severity, sheet, row, column, cell, value, params, since)
