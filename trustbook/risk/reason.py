"""The risk in words: what of a relationship's history made it, and one sentence of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from trustbook.dates import write_date
from trustbook.messages import say
from trustbook.risk.chance import Model
from trustbook.risk.contacts import History

# From so many days on, said in this unit of so many days.
_UNITS = ((75.0, "months", 30.44), (12.0, "weeks", 7.0), (0.0, "days", 1.0))


@dataclass(frozen=True)
class Reason:
    """What made the number: ``usual`` gap and ``silence`` in days, ``contacts`` so far.

    The silence is ``longer`` than so many of the ``gaps`` before it.
    """

    usual: float
    contacts: int
    silence: int
    longer: int
    gaps: int


def reason(model: Model, past: History, at: int, asof: int, rhythm: float | None = None) -> Reason:
    """The parts for the relationship at position ``at`` of ``past.code``.

    ``rhythm``: what was agreed, in days; none and zero mean nothing was.
    """
    rows = slice(int(past.begin[at]), int(past.begin[at] + past.size[at]))
    day = past.day[rows]
    prior = rhythm if rhythm is not None and rhythm > 0 else model.typical
    usual = past.usual(prior, rows)[-1]
    gaps, silence = np.diff(day), asof - int(day[-1])
    return Reason(float(usual), len(day), silence, int((gaps < silence).sum()), len(gaps))


def sentence(lang: str, why: Reason, risk: float, until: date) -> str:
    """History, silence, and about how many in ten stay silent to ``until``, in one sentence."""
    number, unit = _span(why.usual)
    silent, silent_unit = _span(why.silence)
    unit_is_clear = unit == silent_unit and number > 1
    silence = silent if unit_is_clear else say(lang, f"rhythm.{silent_unit}", number=silent)
    return say(
        lang,
        "rhythm.slipping",
        usual=say(lang, f"rhythm.every_{unit}", number=number),
        silence=silence,
        share=_share(lang, risk),
        until=write_date(until, lang),
        contacts=say(lang, "rhythm.contacts", number=why.contacts),
        longer=say(lang, "rhythm.gaps", longer=why.longer, gaps=why.gaps),
    )


def _span(days: float) -> tuple[int, str]:
    unit, length = next((unit, length) for least, unit, length in _UNITS if days >= least)
    return max(round(days / length), 0 if days < 0.5 else 1), unit


def _share(lang: str, risk: float) -> str:
    """In tenths, the ends by name: no relationship is certain to come back or to stay away."""
    tenths = round(risk * 10)
    key = "few" if tenths == 0 else "most" if tenths == 10 else "about"
    return say(lang, f"rhythm.{key}", tenths=tenths)
