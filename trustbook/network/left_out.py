"""Who asks for a call and has no place on the list: how many, how they stand, and why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence

from trustbook.columns import STATUSES
from trustbook.health.verdict import Verdict
from trustbook.messages import say
from trustbook.network.agenda import MOST_PER_HOLDER, CallList


def about(listed: CallList, partners: Container[int]) -> CallList:
    """What of the list is about these partners (positions)."""
    return CallList(
        [call for call in listed.calls if call.partner in partners],
        [one for one in listed.beyond_hours if one in partners],
        [one for one in listed.beyond_ten if one in partners],
    )


def left_out(
    lang: str,
    hours_a_week: float | None,
    verdicts: Sequence[Verdict],
    listed: CallList,
    sheet: str = "",
) -> list[str]:
    """A sentence on those beyond the hours a week, and one on those beyond the ten of a holder;
    none where everybody has a place. ``sheet``: where they stand.
    """
    hours = f"{hours_a_week or 0:g}"
    limits = {"hours": hours.replace(".", ",") if lang == "nl" else hours, "most": MOST_PER_HOLDER}
    groups = {"beyond_hours": listed.beyond_hours, "beyond_ten": listed.beyond_ten}
    status = {verdict.partner: verdict.status for verdict in verdicts}
    found = []
    for name, partners in groups.items():
        count = len(partners)
        if count:
            standing = _standing([status[one] for one in partners], lang)
            told = [say(lang, f"agenda.{name}", count=count, standing=standing, **limits)]
            if sheet:
                told.append(say(lang, "agenda.beyond_on_sheet", count=count, sheet=sheet))
            found.append(" ".join(told))
    return found


def _standing(status: Sequence[str], lang: str) -> str:
    """How they stand, in words: ``6 cold, 2 cooling``."""
    counts = Counter(status)
    shown = [one for one in STATUSES if counts[one.key]]
    return ", ".join(f"{counts[one.key]} {one.label(lang).lower()}" for one in shown)
