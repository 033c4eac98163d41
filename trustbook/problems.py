"""Problems put into words: what is wrong, why it matters, how to fix it, and what is likely."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trustbook.columns import STATUSES
from trustbook.dates import is_day_of_year, likely_day, write_date
from trustbook.messages import say, say_parts
from trustbook.model import Problem
from trustbook.names import clean, in_full

UNREAD_DATES = ("unreadable_date", "unreadable_date_ambiguous")
# These ask when a table sits next.
NEXT_ASKED = ("table_sat", "table_sat_no_rhythm")
_LIKE_A_NAME = (
    "who_unknown", "who_ambiguous", "who_not_in_office", "unknown_phenomenon", "unknown_party",
    "unknown_holder", "holder_alike", "route_unknown",
)  # fmt: skip
# A day that is still to come is meant in these columns.
_AHEAD = ("promise_due", "paused_until", "snooze_until", "until", "next")


def explain(problem: Problem, lang: str) -> tuple[str, str, str]:
    """What, why and fix of a problem in ``lang``; never the value of a withheld cell."""
    params: dict[str, object] = {"value": problem.value, "column": problem.column}
    params |= {name: _worded(name, value, lang) for name, value in problem.params.items()}
    params |= {"piece": text_for_reader(problem, lang)} if "piece" in params else {}
    params["hints"] = did_you_mean(_hints(problem), lang)
    if takes := problem.params.get("takes"):
        params["takes"] = say(lang, f"problems.takes_{takes}")
    if how := problem.params.get("how"):
        params["how"] = say(lang, f"problems.{how}")
    if columns := problem.params.get("columns"):
        params["columns"] = _either(columns if isinstance(columns, tuple) else (columns,), lang)
    code = problem.code
    if lacks_year(problem):
        code, params["likely"] = "unreadable_date_no_year", proposal_of(problem)
    what, why, fix = say_parts(lang, f"check.{code}", **params)
    return what, why, fix


def lacks_year(problem: Problem) -> bool:
    """Whether a day and a month stand there, and only the year is wanting."""
    if problem.code != "unreadable_date" or not proposal_of(problem):
        return False
    return is_day_of_year(text_of(problem))


def _worded(name: str, value: object, lang: str) -> object:
    """A day or a status in the language of the sentence, which need not be that of the book."""
    if isinstance(value, date):
        return write_date(value, lang)
    if name == "status":
        return next(one.label(lang).lower() for one in STATUSES if one.key == value)
    return value


def did_you_mean(names: Sequence[str], lang: str) -> str:
    """`` Did you mean “A” or “B”?`` with its leading space; empty without names."""
    if not names:
        return ""
    joined = _either([f"“{name}”" for name in names], lang)
    return " " + say(lang, "problems.did_you_mean", names=joined)


def _either(names: Sequence[str], lang: str) -> str:
    """``A, B or C``."""
    alternatives = [", ".join(names[:-1]), names[-1]] if len(names) > 1 else names
    return f" {say(lang, 'problems.or')} ".join(alternatives)


def proposal_of(problem: Problem) -> str:
    """What probably was meant, as it can be typed there; "" where nothing is likely."""
    if problem.params.get("refused"):
        return ""
    if problem.code in UNREAD_DATES:
        return _likely_date(problem)
    if problem.code == "table_sat":
        return str(problem.params["likely"])
    if problem.code in _LIKE_A_NAME:
        return _likely_name(text_of(problem), _hints(problem))
    return ""


def own_reference(problem: Problem) -> str:
    """How an answer about this problem alone finds it; "" where none is asked for."""
    return str(problem.params.get("reference") or problem.params.get("place") or "")


def text_of(problem: Problem) -> str:
    """The text that a problem is about: a piece of what stands there, else all of it."""
    return clean(str(problem.params.get("piece") or problem.value or ""))


def text_for_reader(problem: Problem, lang: str) -> str:
    """The text that a problem is about, as it is told: a phenomenon in the language of the reader,
    a requirement with its party.
    """
    if problem.code == "doubled_requirement":
        return f"{problem.value}, {problem.params['party']}"
    told = problem.params.get(f"piece_{lang}") or problem.params.get("piece")
    return str(told) if told else text_of(problem)


def _hints(problem: Problem) -> tuple[str, ...]:
    names = problem.params.get("hints", ())
    return names if isinstance(names, tuple) else ()


# what is likely


def _likely_date(problem: Problem) -> str:
    column = problem.params.get("column_key")
    day = None
    if problem.value and problem.since:
        day = likely_day(problem.value, problem.since, ahead=column in _AHEAD)
    return f"{day:%d-%m-%Y}" if day else ""


def _likely_name(text: str, hints: Sequence[str]) -> str:
    """The only name that is like a text, or the only one of which it is a short form."""
    short = in_full(text, hints)
    return (short or list(hints))[0] if short or len(hints) == 1 else ""
