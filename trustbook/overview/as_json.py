"""The main numbers of an overview as machines get them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from trustbook.overview.editions import Figures


def figures_json(figures: Figures, lang: str) -> dict[str, Any]:
    """The main numbers, as the edition may show them; null is a number that is not shown."""

    def both(pair: tuple[int | None, int | None]) -> dict[str, int | None]:
        return dict(zip(("now", "before"), pair, strict=True))

    return {
        "edition": figures.edition,
        "from": figures.span.first,
        "to": figures.span.last,
        "as_of": figures.as_of,
        "relations": both(figures.relations),
        "warm": both(figures.warm),
        "status": figures.standing,
        "sunny_moments": both(figures.sunny),
        "crisis_moments": both(figures.crisis),
        "sunny_with_civil_society": both(figures.civil),
        "promises_due": both(figures.due),
        "promises_kept": both(figures.kept),
        "moved": {way: group.count for way, group in figures.moved.items()},
        "cold": figures.cold_count,
        "left_out": figures.left_out,
        "informed": dict(zip(("told", "people"), figures.informed or (None, None), strict=True)),
        "team": _team_json(figures, lang),
        "part": asdict(figures.part) if figures.part else None,
    }


def _team_json(figures: Figures, lang: str) -> dict[str, Any] | None:
    """What the team looks at among itself; null in the other editions."""
    team = figures.team
    if team is None:
        return None
    memory = team.memory
    never = [
        {"phenomenon": one.label(lang), "count": group.count, "of": of}
        for one, group, of in team.never
    ]
    return {
        "exercises": dict(zip(("now", "before"), team.held["exercise"], strict=True)),
        "trainings": dict(zip(("now", "before"), team.held["training"], strict=True)),
        "next_exercise": team.ahead.get("exercise"),
        "next_training": team.ahead.get("training"),
        "never_took_part": never,
        "people_came": team.came,
        "people_left": team.left,
        "holders_changed": memory.holders_changed if memory else None,
        "days_without_holder": memory.days_without if memory else None,
        "warm_answers": memory.warm_answers if memory else None,
    }
