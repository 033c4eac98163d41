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
    """Rows by reason: ``doubled``; ``undated`` (of the whole sheet, for they belong to no quarter);
    ``names`` in part.

    ``read`` are the rows that were read, ``inside`` those of the stretch, ``present`` those that
    reached a partner.
    """
    said = [
        p for p in problems if p.row is not None and p.sheet and typed_sheet(p.sheet) is MOMENTS
    ]
    if not said:
        return {}
    known, within, partly = (
        set(read.tolist()),
        set(read[inside].tolist()),
        set(read[inside & present].tolist()),
    )
    twice = {p.row: p.params.get("other") for p in said if p.code == "doubled_moment"}
    elsewhere = {p.row for p in said if p.code in _ELSEWHERE}
    return {
        "doubled": sum(other in within for other in twice.values()),
        "undated": len({p.row for p in said} - known - elsewhere - twice.keys()),
        "names": len({p.row for p in said if p.code in _NAMES} & partly),
    }
