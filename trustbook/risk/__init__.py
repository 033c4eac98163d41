"""Risk of silence: the chance of no contact within a horizon, learned from the whole log.

**What counts as an event** is decided here on purpose: a *held, two-way, sunny* contact day, the
same that resets the clock of the verdict. Planned, cancelled and unanswered moments are no contact.
Crisis stands apart: it neither counts nor ends a silence, for a crisis brings people together whose
calm contact is falling asleep, and the question is who will still be there when the sun shines.
Several contacts on one day are one. The caller brings such days; the verdict's two clocks live in
`trustbook.health` and nothing here touches them.

**The number.** With ``t`` days of silence, usual gap ``s``, standing ``d`` (contact days, each
faded by its age over a year: tie decay, Burt 2000), ``v`` the spread of the logarithms of the gaps
and horizon ``H`` ::

    logit risk = c0 + c1 ln((t + s)/H) - c2 ln d + c3 logit P(no contact in H)
               + c4 [fewer than three contact days] + c5 (v - 1)
               + where a rhythm R is agreed: a0 + a1 ln(R/60) - a2 ln(H/60)
                                   + a3 [t > R] + a4 [cold] + a5 ln(max(t/cold limit, 1))
                                   + a6 ln((b + 1)/(k + 1)) + a7 ln(1 - exp(-(age + s)/365))

where P is the log's own MBG/NBD model (`trustbook.risk.ending`). ``c`` starts from what other logs
taught, ``a`` from nothing: no log with agreements is public. Both are moved by the log's own past
(`trustbook.risk.chance.fit_chance`), in which whoever has an agreement is asked what the verdict
asks: who stays silent until it is cold? So what an agreement adds is what it was seen to add here.
``b`` gaps so far went beyond cold and ``k`` did not: the base rate of the very thing that is asked.
Who is cold already counts for 0.4 of an answer, for the forecast is for who can still be caught.
``a7`` tells ``d`` against what of it could be seen since the first contact (``age`` days): a steady
pace adds up to that share of its full standing (left truncation; Klein, Moeschberger 2003, ch. 3).
Without it a young book, where nobody can stand high, teaches that a low standing is harmless.
``R`` is where the usual gap starts from, too. docs/risk.md tells how it was measured and where it
fails.

**Always true**, for a model held fixed, since c1, c2, c3, a2 .. a5 and a7 >= 0:

- *Silence*: as ``t`` grows after the same contacts, ``t + s`` grows, ``d`` fades, the agreement
  passes, and in MBG/NBD both the chance of having ended and that of an active partner's quiet grow;
  the rest stays as it was.
- *Horizon*: ``H`` stands under a fraction line, and a longer quiet is never more likely than a
  shorter one.
- *A new contact* (any later than the last): the risk is the lowest over the history as it stood
  after the first, the second, ... the last contact, each asked today. A new contact adds a
  candidate to a minimum; the other two properties survive a minimum.

Day by day the model itself moves slowly (`fit_chance`), so that without contact the risk falls by a
few thousandths at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from trustbook.risk.chance import LONGEST_HORIZON, SHORTEST_HORIZON, Model, fit_chance
from trustbook.risk.contacts import Floats, History, contact_history
from trustbook.risk.reason import Reason, reason, sentence

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "LONGEST_HORIZON",
    "SHORTEST_HORIZON",
    "History",
    "Model",
    "Reason",
    "chances",
    "contact_history",
    "fit_chance",
    "reason",
    "risk",
    "sentence",
]


def chances(
    rel: ArrayLike, day: ArrayLike, asof: int, horizon: ArrayLike, rhythm: ArrayLike | None = None
) -> Floats:
    """Risk (0..1) per relationship, nan for one without contact, from plain arrays.

    ``rel``: codes 0..n-1 and ``day``: ordinals, one each per contact, in any order; ``asof``:
    ordinal of the day of asking, later contacts are left out; ``horizon``: n numbers of days;
    ``rhythm``: n agreed rhythms in days, nan where there is none. Raises IndexError for a code
    beyond n-1.
    """
    past = contact_history(rel, day, asof)
    span = np.asarray(horizon, np.float64)
    agreed = None if rhythm is None else np.asarray(rhythm, np.float64)[past.code]
    answer = np.full(len(span), np.nan)
    answer[past.code] = fit_chance(past, asof, agreed).predict(past, asof, span[past.code], agreed)
    return answer


def risk(
    events: pd.DataFrame,
    asof: pd.Timestamp,
    horizon: pd.Series[float],
    rhythm: pd.Series[float] | None = None,
) -> pd.Series[float]:
    """P(no contact in ``(asof, asof + horizon]``) per relationship; nan without contact.

    The answer is indexed like ``horizon``. ``events``: columns ``rel`` and ``date`` (others are not
    read), the whole log, since the model learns from all of it; ``horizon`` and ``rhythm``: days,
    indexed by relationship; a rhythm may be absent or nan.
    """
    import pandas as pd

    code, names = pd.factorize(events["rel"])
    date = pd.to_datetime(events["date"])
    dated = date.notna().to_numpy() & (code >= 0)
    day = date[dated].dt.tz_localize(None).to_numpy().astype("datetime64[D]").astype(np.int64)
    today = int(
        pd.Timestamp(asof).tz_localize(None).to_numpy().astype("datetime64[D]").astype(np.int64)
    )
    per = pd.Index(names)
    span = _by(per, horizon)
    agreed = None if rhythm is None else _by(per, rhythm)
    return pd.Series(
        chances(code[dated], day, today, span, agreed), index=per, dtype=float
    ).reindex(horizon.index)


def _by(names: pd.Index, days: pd.Series[float]) -> Floats:
    """``days`` in the order of ``names``; of a name given twice the first counts."""
    return np.asarray(
        days[~days.index.duplicated()].reindex(names).to_numpy(np.float64, na_value=np.nan)
    )
