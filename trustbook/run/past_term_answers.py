"""What people answered on To check about what is past its term, as far as it is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from trustbook.model import Settings

# The lines of To check by which it is proposed to have go what is past its term; each is its
# own reference.
PAST_TERM = ("past_term_moments", "past_term_people")

# By line up to which day all is kept: who answered no is asked about later rows only.
KEPT_PAST_TERM = "kept_past_term"
# The lines that got a yes which is not done yet: a workbook may be open just now.
WAITS_PAST_TERM = "waits_past_term"


def kept_past_term(
    settings: Settings, today: date, said: Mapping[str, bool], before: Mapping[str, str]
) -> dict[str, str]:
    """Up to which day (ISO) all is kept that is past its term, by the line that got a no."""
    from trustbook.health.facts import months_before  # late: a night without news opens this

    kept = dict(before)
    for code, months in zip(PAST_TERM, terms_of(settings), strict=True):
        if months is not None and said.get(code) is False:
            kept[code] = months_before(today, months).isoformat()
    return kept


def waiting_past_term(said: Mapping[str, bool], before: Mapping[str, str]) -> dict[str, str]:
    """The lines that got a yes, now or ``before``, and no later no."""
    yes = {code for code in PAST_TERM if said.get(code, code in before)}
    return dict.fromkeys(sorted(yes), "yes")


def terms_of(settings: Settings) -> tuple[int | None, int | None]:
    """The terms (months) of moments and of people who left; None: never."""
    return settings.retention_moments, settings.retention_people
