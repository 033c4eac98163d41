"""Problems gathered into the lines of To check: one line for one cause."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from trustbook.messages import has, say
from trustbook.model import Problem
from trustbook.names import key
from trustbook.problems import (
    NEXT_ASKED,
    UNREAD_DATES,
    explain,
    lacks_year,
    own_reference,
    proposal_of,
    text_for_reader,
    text_of,
)

# So many lines are read at a glance: what is told text by text is folded beyond them.
_AT_A_GLANCE = 15
# A line that asks about several texts at once shows them all, so that a yes is to all of them.
_ASKED_AT_ONCE = 8
_SHOWN = 5
# The text decides the remedy: a line per text, unless there are too many.
_PIECES = (
    "who_unknown", "who_ambiguous", "who_not_in_office", "unknown_phenomenon", "route_unknown",
    "route_left",
)  # fmt: skip
_VALUES = (
    "unreadable_date", "unreadable_date_ambiguous", "unreadable_choice", "unreadable_rhythm",
    "unreadable_number", "unknown_party", "unknown_holder", "holder_alike",
    "promise_by_whom",
)  # fmt: skip
_PLANS = ("was_it_held", "was_it_held_early")
# Each tells something that stands nowhere else.
_EACH = ("typed_in_ours", "answer_unread", "setting_gone", "conflict", *NEXT_ASKED)
# What may not stand in the file at all, then what costs a verdict, the dearest first; then other
# errors, then what is only worth a look.
_COSTS = (
    ("sync_stops",),
    ("withheld_bsn", "withheld_case", "typed_in_ours_withheld"),
    ("conflict",),
    (
        "required_blank", "merged_required", *UNREAD_DATES, "too_early", "held_ahead",
        "far_ahead",
        "meant_gone", "meant_gone_like",
        "who_unknown", "who_ambiguous", "who_empty_consultation", "who_not_in_office",
        "who_nobody", "who_no_home", "who_answer_unknown", "error_cell", "uncomputed",
        "doubled_partner", *_PLANS,
    ),
    (
        "unreadable_choice", "unreadable_rhythm", "crisis_assumed", "no_rhythm",
        "no_rhythm_column", "typed_below_gone", "column_away", "merged_cell",
    ),
)  # fmt: skip
# What may be answered, by what is asked; of several texts at once only a yes or no is understood.
_ANSWERS = {
    "name": ("who_unknown", "who_ambiguous", "who_not_in_office", "route_unknown"),
    "date": (*UNREAD_DATES, *NEXT_ASKED),
    "stay": ("unknown_party", "unknown_holder", "holder_alike"),
    "value": ("unreadable_choice", "unreadable_rhythm", "unreadable_number"),
    "by_whom": ("promise_by_whom",),
}
_ONE_TEXT = ("date", "value", "by_whom")
_Cause = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line of To check: all ``problems`` of one cause, with one remedy.

    ``proposal`` is what is probably meant, with a question mark, or ""; ``reference`` is how an
    answer typed beside the line finds it, "" where none is asked for.
    """

    problems: tuple[Problem, ...]
    what: str
    why: str
    fix: str
    proposal: str = ""
    reference: str = ""

    @property
    def first(self) -> Problem:
        """The problem that stands for all of them."""
        return self.problems[0]

    @property
    def count(self) -> int:
        """How many cells are meant."""
        return len(self.problems)

    @property
    def cells(self) -> list[str]:
        """The cells, each once."""
        return list(dict.fromkeys(one.cell for one in self.problems if one.cell))

    @property
    def column(self) -> str | None:
        """The column they stand in; of several, those that occur."""
        found = dict.fromkeys(one.column for one in self.problems if one.column)
        return ", ".join(found) or None

    @property
    def since(self) -> date | None:
        """Since when the first of them has stood there."""
        return min((one.since for one in self.problems if one.since), default=None)

    @property
    def is_one_text(self) -> bool:
        """Whether all of them are about the same text, so that any answer is to all."""
        return len(_texts(self.problems)) < 2

    @property
    def takes(self) -> str:
        """What may be answered to it (``problems.takes_…``)."""
        if not self.reference:
            return "nothing"
        if self.first.code in _PLANS:
            return "state"
        several = not self.is_one_text
        return _kind_of_answer(self.first, several) or "yes_no"

    @property
    def typed(self) -> str | None:
        """The answer that stands beside it already, and differs from that in another workbook."""
        return next((str(p.params["typed"]) for p in self.problems if "typed" in p.params), None)


def check_lines(problems: Sequence[Problem], lang: str) -> list[CheckLine]:
    """The problems as people are told them: one line per cause, what costs a verdict first."""
    causes: dict[_Cause, list[Problem]] = {}
    for at, problem in enumerate(problems):
        causes.setdefault(_cause(problem, at, lang), []).append(problem)
    told = [_line(found, lang) for found in _folded(list(causes.values()))]
    return sorted(told, key=lambda line: _cost(line.first))


# causes


def _cause(problem: Problem, at: int, lang: str) -> _Cause:
    """What makes two problems one: the same remedy, or the same text that is not understood."""
    where = (problem.workbook, problem.code, problem.sheet)
    if problem.code in _EACH:
        return (*where, at)
    if crowd := problem.params.get("crowd"):
        return (*where, crowd)
    if problem.code in _PIECES:
        return (*where, key(text_of(problem)))
    if problem.code in _VALUES:
        return (*where, problem.column, key(text_of(problem)))
    if reference := problem.params.get("reference"):
        return (*where, reference)
    return (*where, problem.column, explain(problem, lang)[2])


def _folded(causes: list[list[Problem]]) -> Iterable[list[Problem]]:
    """The causes; where there are too many to see, those of one kind are told together."""
    kinds: dict[_Cause, list[list[Problem]]] = {}
    for at, cause in enumerate(causes):
        kinds.setdefault(_kind(cause[0], at), []).append(cause)
    left, told = len(causes), {}
    for kind in sorted(kinds, key=lambda kind: _room(kind, kinds[kind])):
        alike = kinds[kind]
        if left > _AT_A_GLANCE and len(alike) > 1:
            told[kind] = _together(alike)
            left -= len(alike) - len(told[kind])
    return (cause for kind, alike in kinds.items() for cause in told.get(kind, alike))


def _room(kind: _Cause, alike: list[list[Problem]]) -> tuple[bool, int, int]:
    """How long a kind keeps a line for each of its texts: longest what has a proposal to answer,
    and what costs a verdict.
    """
    return kind[-1] is True, -_cost(alike[0][0]), -len(alike)


def _kind(problem: Problem, at: int) -> _Cause:
    """What makes two causes alike; each is one of a kind where no text decides."""
    if problem.code not in (*_PIECES, *_VALUES, *_PLANS):
        return (at,)
    column = None if problem.code in _PIECES else problem.column
    proposed = bool(proposal_of(problem))
    return (problem.workbook, problem.code, problem.sheet, column, proposed)


def _together(alike: list[list[Problem]]) -> list[list[Problem]]:
    """Causes of one kind as few lines; what is asked about all at once can be seen at once."""
    size = _ASKED_AT_ONCE if _asks(alike[0][0]) else len(alike)
    parts = [alike[at : at + size] for at in range(0, len(alike), size)]
    return [[problem for cause in part for problem in cause] for part in parts]


def _asks(problem: Problem) -> bool:
    """Whether a yes to the line is a yes to all that it shows."""
    return problem.code in _PLANS or bool(proposal_of(problem))


def _cost(problem: Problem) -> int:
    """How much it costs: the lower, the more."""
    if problem.code in UNREAD_DATES and problem.severity != "error":
        return len(_COSTS) - 1
    found = (rank for rank, codes in enumerate(_COSTS) if problem.code in codes)
    return next(found, len(_COSTS) + (problem.severity != "error"))


# a line


def _line(problems: list[Problem], lang: str) -> CheckLine:
    first = problems[0]
    # How to mend it must hold for all of them, so not only for days that lack a year.
    what, why, fix = explain(min(problems, key=lacks_year), lang)
    proposal = _proposals(problems, lang)
    reference = _reference(problems, proposal)
    if len(problems) > 1:
        what = _all_at_once(problems, what, lang)
    if disputed := first.params.get("disputed"):
        what = f"{what} {say(lang, 'problems.disputed', answers=disputed)}"
    if reference:
        fix = " ".join([*_proposed(problems, proposal, lang), fix, *_or_answer(problems, lang)])
    return CheckLine(tuple(problems), what, why, fix, proposal, reference)


def _all_at_once(problems: Sequence[Problem], what: str, lang: str) -> str:
    """What is wrong in many cells, with the texts that stand there."""
    first, count = problems[0], len(problems)
    many = f"check.{first.code}_many"
    if has(many):
        texts = _told_texts(problems, lang)
        shown = [f"“{text}”" for text in texts[: _most(problems)]]
        if more := len(texts) - len(shown):
            shown.append(say(lang, "problems.more", count=more))
        params = {**first.params, "column": first.column}
        return say(lang, many, **{**params, "count": count, "texts": ", ".join(shown)})
    same = len({explain(one, lang)[0] for one in problems}) == 1
    return say(lang, "problems.times" if same else "problems.times_such", count=count, what=what)


def _most(problems: Sequence[Problem]) -> int:
    """How many texts a line shows."""
    return _ASKED_AT_ONCE if proposal_of(problems[0]) else _SHOWN


def _texts(problems: Iterable[Problem]) -> list[str]:
    """The different texts that stand there."""
    texts: dict[str, str] = {}
    for one in problems:
        text = (
            text_of(one) if one.code != "doubled_moment" else f"{one.row} = {one.params['other']}"
        )
        texts.setdefault(key(text), text)
    return [text for text in texts.values() if text]


def _told_texts(problems: Sequence[Problem], lang: str) -> list[str]:
    """The different texts, as a line tells them."""
    if problems[0].code not in ("doubled_requirement", "route_missing"):
        return _texts(problems)
    return list(dict.fromkeys(text_for_reader(one, lang) for one in problems))


def _proposals(problems: Sequence[Problem], lang: str) -> str:
    """What is proposed; of several texts with the text to which each belongs."""
    found: dict[str, tuple[str, str]] = {}
    for one in problems:
        found.setdefault(key(text_of(one)), (text_of(one), proposal_of(one)))
    proposed = [(text, proposal) for text, proposal in found.values() if proposal]
    if len(proposed) == 1:
        return f"{proposed[0][1]}?"
    return "\n".join(f"“{text}”: {proposal}?" for text, proposal in proposed)


def _reference(problems: Sequence[Problem], proposal: str) -> str:
    """The reference of a line: that of its only subject, else one for all of them together."""
    own = list(dict.fromkeys(map(own_reference, problems)))
    if not all(own):
        return ""
    if len(own) == 1 and "place" not in problems[0].params:
        return own[0]
    if not (proposal or len(_texts(problems)) == 1 or problems[0].code in _PLANS):
        return ""
    mark = hashlib.blake2b("\n".join(sorted(own)).encode("utf-8", "replace"), digest_size=6)
    return f"line: {mark.hexdigest()}"


def _proposed(problems: Sequence[Problem], proposal: str, lang: str) -> Iterable[str]:
    """The question about what is proposed."""
    if proposal:
        several = len(_texts(problems)) > 1
        yield say(lang, "problems.propose_all" if several else "problems.propose")


def _or_answer(problems: Sequence[Problem], lang: str) -> Iterable[str]:
    """What may be typed under Answer, beside what may be done in the cell."""
    if kind := _kind_of_answer(problems[0], len(_texts(problems)) > 1):
        yield say(lang, f"problems.answer_{kind}")


def _kind_of_answer(problem: Problem, several: bool) -> str | None:
    """What may be answered, to one text or to ``several`` at once; None where it is yes or no."""
    kind = next((kind for kind, codes in _ANSWERS.items() if problem.code in codes), None)
    if kind is None or (several and kind in _ONE_TEXT):
        return None
    return f"{kind}s" if several else kind
