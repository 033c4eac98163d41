"""Risk of silence, learned from the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from trustbook.rhythm.chance import Model, fit
from trustbook.rhythm.contacts import Floats, History, history

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["History", "Model", "chances", "fit", "history", "risk"]


def chances(rel: ArrayLike, day: ArrayLike, asof: int, horizon: ArrayLike, rhythm: ArrayLike | None = None) -> Floats:
    past = history(rel, day, asof)
    span = np.asarray(horizon, np.float64)
    agreed = None if rhythm is None else np.asarray(rhythm, np.float64)[past.code]
    answer = np.full(len(span), np.nan)
    answer[past.code] = fit(past, asof).predict(past, asof, span[past.code], agreed)
    return answer


def risk(
    events: pd.DataFrame, asof: pd.Timestamp, horizon: pd.Series[float], rhythm: pd.Series[float] | None = None
) -> pd.Series[float]:
    import pandas as pd

    code, names = pd.factorize(events["rel"])
    day = events["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    today = int(np.datetime64(asof, "D").astype(np.int64))
    asked = pd.Index(names)
    span = horizon.reindex(asked).fillna(90.0).to_numpy(np.float64)
    agreed = None if rhythm is None else rhythm.reindex(asked).to_numpy(np.float64)
    return pd.Series(chances(code, day, today, span, agreed), index=asked).reindex(horizon.index)
