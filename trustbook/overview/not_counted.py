"""Which rows of Moments did not count, or not wholly, as far as reading them told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from trustbook.columns import MOMENTS, typed_sheet
from trustbook.model import Problem

_NAMES = (
    "who_unknown",
    "who_ambiguous",
    "who_empty_consultation",
    "who_not_in_office",
    "who_no_home",
)
# Their date can be read, and lies in no stretch that is counted.
_ELSEWHERE = ("too_early", "held_ahead")

Rows = npt.NDArray[np.int64]
Which = npt.NDArray[np.bool_]


def left_out_rows(
    problems: Sequence[Problem], read: Rows, inside: Which, present: Which
) -> dict[str, int]:
    """Rows by reason: ``doubled``, ``undated``, or ``names`` that reached only some partners.

    ``read`` are the rows that were read, ``inside`` those of the stretch, ``present`` those that
    reached a partner. Undated rows are of the whole sheet, for they belong to no quarter.
    """
    said = [problem for problem in problems if _about_a_moment(problem)]
    if not said:
        return {}
    within, partly = set(read[inside].tolist()), set(read[inside & present].tolist())
    originals = {p.row: p.params.get("other") for p in said if p.code == "doubled_moment"}
    unread = {p.row for p in said} - set(read.tolist())
    return {
        "doubled": sum(original in within for original in originals.values()),
        "undated": len(unread - _rows(said, _ELSEWHERE) - originals.keys()),
        "names": len(_rows(said, _NAMES) & partly),
    }


def _about_a_moment(problem: Problem) -> bool:
    if problem.row is None or not problem.sheet:
        return False
    return typed_sheet(problem.sheet) is MOMENTS


def _rows(problems: Sequence[Problem], codes: Sequence[str]) -> set[int | None]:
    return {problem.row for problem in problems if problem.code in codes}
