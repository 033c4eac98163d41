"""Answers of forms that could not be read: where they stand, told on To check until mended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from trustbook.a1 import cell_name
from trustbook.model import Problem

# The kind of facts: what was found the last time that the forms were read. What stands in the cells
# is not kept.
FORM_FAULTS = "form_faults"


@dataclass(frozen=True, slots=True)
class FormFault:
    """A cell with the answer of a form that cannot be read, or (no ``row``) a sheet that holds no
    answers. ``column`` counts from 1; ``address`` is that of the workbook.
    """

    code: str
    sheet: str
    row: int | None = None
    column: int = 0
    header: str = ""
    address: str = ""

    @property
    def problem(self) -> Problem:
        """The line for To check."""
        if self.row is None:
            return Problem(self.code, "warning", self.sheet)
        cell = cell_name(self.row, self.column)
        return Problem(self.code, "warning", self.sheet, self.row, self.header, cell)


def form_facts(faults: Iterable[FormFault]) -> dict[str, str]:
    """The faults as facts."""
    told = dict.fromkeys(json.dumps(asdict(one), ensure_ascii=False) for one in faults)
    return {str(number): text for number, text in enumerate(told)}


def form_problems(
    facts: Mapping[str, str], address: str, titles: Iterable[str]
) -> Iterator[Problem]:
    """The lines of one workbook, by its address and the sheets (``titles``) that it has."""
    there = {*titles}
    found = [FormFault(**json.loads(text)) for text in facts.values()]
    for one in sorted(found, key=lambda fault: (fault.sheet, fault.row or 0, fault.column)):
        if one.address == address and one.sheet in there:
            yield one.problem
