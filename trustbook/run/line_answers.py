"""What people answered beside the lines of To check, each understood by what its line asked."""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import chain
from typing import TypeAlias

from trustbook.catalogue import find_party
from trustbook.columns import CHECK, STATES, TYPED, choice_names
from trustbook.dates import Unreadable, read_date, read_number, read_rhythm
from trustbook.ledger import Known, Ledger
from trustbook.ledger.facts import rows_on
from trustbook.model import Problem
from trustbook.names import clean, key
from trustbook.network.duplicates import is_not_same
from trustbook.privacy import grade, is_text_reference
from trustbook.problems import own_reference, proposal_of
from trustbook.reading.answered import name_asked
from trustbook.reading.cells import is_blank, read_yes, shown
from trustbook.reading.plans import is_plan
from trustbook.run.replica import Replica
from trustbook.run.report import taken_out
from trustbook.sheets.check_lines import CheckLine, check_lines
from trustbook.snapshot import Grid, Snapshot

_KEEP = frozenset("keep houden behouden laten bewaren stays blijft yes ja".split())
_REMOVE = frozenset("remove weg verwijder verwijderen wissen delete leegmaken empty erase".split())
# A yes or no, or the meaning of a text ("" for none).
Meaning: TypeAlias = bool | str
# By reference and meaning the text by the address of the workbook.
_Given: TypeAlias = dict[str, dict[Meaning, dict[str, str]]]
_READERS: Mapping[str, Callable[[object, str], object]] = {
    "date": read_date,
    "rhythm": lambda answer, _: read_rhythm(answer),
    "number": lambda answer, _: read_number(answer),
}


@dataclass(frozen=True, slots=True)
class LineAnswers:
    """What people answered on To check, all workbooks together.

    ``said``: yes (True) or no by reference; ``names``: what a piece (normalised) means; ``cells``:
    what a cell means, by its place; ``disputed``: what was answered differently, by reference the
    text by the address of the workbook.
    """

    said: Mapping[str, bool] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    disputed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.said or self.names or self.cells or self.disputed)

    def beside(self, problems: Iterable[Problem], address: str) -> list[Problem]:
        """The problems, with what their lines say of answers that differ, and which stands here."""
        return [replace(one, params=self._params(one, address)) for one in problems]

    def _params(self, problem: Problem, address: str) -> Mapping[str, object]:
        texts = self.disputed.get(own_reference(problem))
        if not texts:
            return problem.params
        typed = {"typed": texts[address]} if address in texts else {}
        said = " | ".join(dict.fromkeys(texts.values()))
        return {**problem.params, "disputed": said, **typed}


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """To check as it stands in the workbook at an address, and what is known of that workbook."""

    address: str
    known: Known | None
    grid: Grid


class Questions:
    """What To check of one workbook asked when it was written last, as the ledger knows it."""

    def __init__(self, known: Known | None) -> None:
        self._state = known.state if known else {}

    @cached_property
    def _asked(self) -> Mapping[str, CheckLine]:
        problems = [taken_out(one) for one in self._state.get("problems", ())]
        lines = check_lines(problems, self._state.get("lang", "nl"))
        return {line.reference: line for line in lines if line.reference}

    def takes(self, reference: str) -> str:
        """What may be answered to a line: what is understood, by CheckLine.takes."""
        line = self._asked.get(reference)
        return line.takes if line else "yes_no" if reference else "nothing"

    def asks(self, reference: str) -> tuple[str, ...]:
        """The references of the things that a line asked about; none where that is not known."""
        line = self._asked.get(reference)
        return tuple(map(own_reference, line.problems)) if line else ()

    def meanings(self, reference: str, answer: object) -> dict[str, Meaning]:
        """What an answer says of each thing its line asked, by the reference of that thing; nothing
        where it is not understood.
        """
        line = self._asked.get(reference)
        answer = answer.rstrip("? ") if isinstance(answer, str) else answer  # a proposal, copied
        told: dict[str, Meaning | None]
        if line is None:
            told = {reference: _yes(reference, answer)}
        elif line.is_one_text or read_yes(answer) is not None:
            lang = self._state.get("lang", "nl")
            told = {own_reference(one): _meaning(one, answer, lang) for one in line.problems}
        else:
            return {}
        return {own: meaning for own, meaning in told.items() if meaning is not None}


def check_answers(snapshots: Iterable[Snapshot]) -> dict[str, bool]:
    """What people answered yes (True) or no on To check, by the reference of the line. Two
    different answers count as none.
    """
    said: dict[str, set[bool]] = {}
    grids = (grid for snapshot in snapshots for grid in snapshot.grids if grid.ours == CHECK.key)
    for reference, answer in _typed_on(grids):
        yes = _yes(reference, answer)
        if yes is not None:
            said.setdefault(reference, set()).add(yes)
    return {reference: answers.pop() for reference, answers in said.items() if len(answers) == 1}


def line_answers(
    ledger: Ledger, replicas: Iterable[Replica], absent: Collection[str] = ()
) -> LineAnswers:
    """All answers of a book, as they count. Two different ones count as none, also where one of
    them stands in a workbook that is ``absent`` (addresses).
    """
    given: _Given = {}
    for replica in replicas:
        for grid in replica.snapshot.grids:
            if grid.ours == CHECK.key:
                _hear(AnswerSheet(replica.address, replica.known, grid), given)
    if given:
        _recall(ledger, absent, given)
    agreed = {own: next(iter(told)) for own, told in given.items() if len(told) == 1}
    differ = {own: told for own, told in given.items() if len(told) > 1}
    disputed = {own: dict(ChainMap(*told.values())) for own, told in differ.items()}
    return _sorted_out(agreed, disputed)


def _recall(ledger: Ledger, absent: Collection[str], given: _Given) -> None:
    """Add what stands in workbooks out of reach, where it differed from the others."""
    for address in absent:
        for own, text in _left_waiting(ledger, address):
            if own in given:
                given[own].setdefault(f"{text} ", {})[address] = text


def _hear(sheet: AnswerSheet, given: _Given) -> None:
    """Add what was answered in one workbook."""
    questions = Questions(sheet.known)
    for reference, answer in _typed_on([sheet.grid]):
        for own, meaning in questions.meanings(reference, answer).items():
            given.setdefault(own, {}).setdefault(meaning, {})[sheet.address] = _text(answer)


def _sorted_out(
    agreed: Mapping[str, Meaning], disputed: Mapping[str, Mapping[str, str]]
) -> LineAnswers:
    names, cells, said = {}, {}, {}
    for own, meaning in agreed.items():
        if isinstance(meaning, bool):
            said[own] = meaning
        elif (piece := name_asked(own)) is not None:
            names[piece] = meaning
        else:
            cells[own] = meaning
    return LineAnswers(said, names, cells, disputed)


def _left_waiting(ledger: Ledger, address: str) -> Iterator[tuple[str, str]]:
    """The answers in a workbook, out of reach now, that differed from those in another one."""
    known = ledger.known(address)
    for one in known.state.get("problems", ()) if known else ():
        if "typed" in one["params"]:
            problem = taken_out(one)
            yield own_reference(problem), str(problem.params["typed"])


def is_no_answer(cell: object) -> bool:
    """Whether nobody answered: nothing stands there, or a tick box that nobody ticked."""
    return cell is False or is_blank(cell)


def _typed_on(grids: Iterable[Grid]) -> Iterator[tuple[str, object]]:
    """The references of lines with what was typed beside them."""
    for row in chain.from_iterable(rows_on(grid, CHECK) for grid in grids):
        reference, answer = str(row.get("reference") or ""), row.get("answer")
        if reference and not is_no_answer(answer):
            yield reference, answer


def _text(answer: object) -> str:
    return clean(shown(answer))


def _meaning(problem: Problem, answer: object, lang: str) -> Meaning | None:
    """What an answer says of one problem; None where it says nothing we understand."""
    own = own_reference(problem)
    if "place" in problem.params:
        return _value(problem, answer, lang) or _proposed(problem, answer)
    if name_asked(own) is None:
        return _yes(own, answer)
    return _proposed(problem, answer) if read_yes(answer) is not None else _name(answer)


def _proposed(problem: Problem, answer: object) -> str | None:
    """What a yes or a no says of what was proposed: that it is meant, or not."""
    yes = read_yes(answer)
    if yes:
        return proposal_of(problem) or None
    return "" if yes is False else None


def _name(answer: object) -> str | None:
    text = _text(answer)
    return None if grade(text, names_only=True) or not isinstance(answer, str) else text


def _value(problem: Problem, answer: object, lang: str) -> str | None:
    """An answer as the value of the cell, if it can be one."""
    sheet, _, name, _ = json.loads(own_reference(problem))
    column = next(one for one in TYPED if one.key == sheet).column(name)
    if column.choices:
        return _text(answer) if key(_text(answer)) in choice_names(column.choices) else None
    if reader := _READERS.get(column.type):
        try:
            value = reader(answer, lang)
        except Unreadable:
            return None
        return value.isoformat() if isinstance(value, date) else _text(answer)
    return _own_word(problem, answer) if column.type in ("text", "choice") else None


def _own_word(problem: Problem, answer: object) -> str | None:
    """A text, where what is asked about it is known to be right."""
    text = _name(answer)
    hints = problem.params.get("hints", ())
    named = {key(str(one)) for one in hints} if isinstance(hints, tuple) else set()
    known = key(text or "") in named or (problem.code == "unknown_party" and find_party(text or ""))
    return text if known else None


def _yes(reference: str, answer: object) -> bool | None:
    """Whether an answer says yes; to "was it held?" a state says it as well, and "not the same" is
    a no.
    """
    if is_text_reference(reference):
        return _keep(answer)
    yes = False if is_not_same(answer) else read_yes(answer)
    if yes is None and is_plan(reference) and isinstance(answer, str):
        state = choice_names(STATES).get(key(answer))
        return None if state is None or state.key == "planned" else state.key == "held"
    return yes


def _keep(answer: object) -> bool | None:
    """Whether an answer says that a text may stay (True) or is to go (False). A bare no says
    neither: nothing is emptied by a guess.
    """
    if answer is True:
        return True
    word = key(answer).strip(" .!?") if isinstance(answer, str) else ""
    return True if word in _KEEP else False if word in _REMOVE else None
