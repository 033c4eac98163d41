"""Who helped in a crisis: was reached when it mattered, or promised something."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trustbook.model import CRISIS, PROMISING, THEM, Moments


def helped_in(moments: Moments, moment: npt.NDArray[np.int64], now: int) -> npt.NDArray[np.bool_]:
    """For each contact (``moment`` is the position of its row) whether that partner helped in a
    crisis up to ``now`` (an ordinal): it was spoken, or it promised something.
    """
    helped = np.zeros(len(moments), dtype=np.bool_)
    promised = {one.moment for one in moments.promises if one.by == THEM}
    for at, weather in enumerate(moments.weather):
        if weather == CRISIS and moments.day[at] <= now and moments.state[at] in PROMISING:
            helped[at] = at in promised or moments.was_reached(at)
    return helped[moment]
