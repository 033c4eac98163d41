"""What people answered on To check, put into the memories that the lists are read with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trustbook.intake.form_faults import is_list
from trustbook.model import Memory
from trustbook.network.duplicates import pairs_that_are_one
from trustbook.reading.answered import is_header
from trustbook.reading.differently import is_meaning, without_answered
from trustbook.reading.plans import is_plan
from trustbook.run.line_answers import LineAnswers
from trustbook.run.replica import MergedWorkbook


def take_answers(
    memories: Sequence[Memory], workbooks: Sequence[MergedWorkbook], answers: LineAnswers
) -> None:
    """Have memories say what people answered on To check."""
    for memory in memories:
        _answer(memory, answers.said)
        memory.names_meant |= answers.names
        memory.cells_meant |= answers.cells
    _merge_answered(memories, workbooks, answers.said)


def _answer(memory: Memory, answers: Mapping[str, bool]) -> None:
    """Have a memory say what people answered on To check: whether a name is to be read as today,
    and whether what was noted ahead was held.
    """
    for reference, yes in answers.items():
        row = is_plan(reference)
        if row in memory.planned:
            memory.confirmed[row] = ("held" if yes else "cancelled", memory.planned[row].day)
    if memory.meant is not None:
        memory.meant = without_answered(memory.meant, answers)
    memory.accepted |= {one: yes for one, yes in answers.items() if is_meaning(one)}
    no = (one for one, yes in answers.items() if not yes)
    memory.accepted |= dict.fromkeys(filter(_may_stay, no), False)


def _may_stay(reference: str) -> bool:
    """Whether a no says that what a line asks about may stay as it is."""
    return is_header(reference) or is_list(reference)


def _merge_answered(
    memories: Sequence[Memory], workbooks: Sequence[MergedWorkbook], answers: Mapping[str, bool]
) -> None:
    """Have partners be one of which somebody said so on To check."""
    merged: dict[str, tuple[str, tuple[str, ...]]] = {}
    for one in workbooks:
        for kept, gone, name in pairs_that_are_one(one.lists["partners"], answers):
            merged[gone] = (kept, (name, *memories[0].old_names.get(gone, ())))
    for memory in memories:
        memory.merged |= merged
