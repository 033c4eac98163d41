"""Problems put into words: what is wrong, why it matters, how to fix it."""

from __future__ import annotations

from collections.abc import Sequence

from trustbook.messages import say, say_parts
from trustbook.model import Problem


def explain(problem: Problem, lang: str) -> tuple[str, str, str]:
    """What, why and fix of a problem in ``lang``; never the value of a withheld cell."""
    params: dict[str, object] = {"value": problem.value, "column": problem.column, **problem.params}
    names = params.get("hints", ())
    params["hints"] = did_you_mean(names if isinstance(names, tuple) else (), lang)
    what, why, fix = say_parts(lang, f"check.{problem.code}", **params)
    return what, why, fix


def did_you_mean(names: Sequence[str], lang: str) -> str:
    """`` Did you mean “A” or “B”?`` with its leading space; empty without names."""
    if not names:
        return ""
    quoted = [f"“{name}”" for name in names]
    alternatives = [", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted
    joined = f" {say(lang, 'problems.or')} ".join(alternatives)
    return " " + say(lang, "problems.did_you_mean", names=joined)
