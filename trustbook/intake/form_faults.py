"""What of forms and lists could not be read: where it stands, told on To check until mended."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from trustbook.a1 import cell_name
from trustbook.columns import PROPOSALS
from trustbook.model import Problem
from trustbook.reading.cells import row_ranges

# The kind of facts: what was found the last time that forms and lists were read. What stands in the
# cells is not kept.
FORM_FAULTS = "form_faults"
# By code what a line for a list is answered by.
_OF_LISTS = {"list_name": "list: ", "list_day": "list days: "}


@dataclass(frozen=True, slots=True)
class FormFault:
    """A cell with the answer of a form that cannot be read, or (no ``row``) a sheet that holds no
    answers. ``column`` counts from 1; ``address`` is that of the workbook, "" for the row of a list
    in a file, whose name ``sheet`` then is.
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
    for one in _faults_in(facts):
        if one.address == address and one.sheet in there:
            yield one.problem


def list_problems(
    facts: Mapping[str, str], accepted: Collection[str], lang: str
) -> Iterator[Problem]:
    """A line for each list in a file with rows that cannot be read; none for those of which
    somebody said that it may stay so (``accepted`` references).
    """
    rows: dict[tuple[str, str], list[int]] = {}
    for one in _faults_in(facts):
        if not one.address and one.row is not None:
            rows.setdefault((one.code, one.sheet), []).append(one.row)
    for (code, name), numbers in rows.items():
        told = {"name": name, "count": len(numbers), "rows": row_ranges(numbers)}
        reference = f"{_OF_LISTS[code]}{name}"
        if reference not in accepted:
            told["reference"] = reference
            yield Problem(code, "warning", PROPOSALS.label(lang), params=told)


def is_list(reference: str) -> bool:
    """Whether a reference is that of a list in a file."""
    return reference.startswith(tuple(_OF_LISTS.values()))


def _faults_in(facts: Mapping[str, str]) -> list[FormFault]:
    found = [FormFault(**json.loads(text)) for text in facts.values()]
    return sorted(found, key=lambda fault: (fault.sheet, fault.row or 0, fault.column))
