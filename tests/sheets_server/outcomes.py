"""What a formula can come to: scalars, ranges and error values, and how they compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .ranges import Area

if TYPE_CHECKING:
    from .state import Sheet


@dataclass(frozen=True)
class CellError:
    """An error value: the API's type, the text in the cell, the sentence behind it."""

    type: str
    text: str
    message: str = ""


REF = CellError("REF", "#REF!", "Reference does not exist.")
NA = CellError("N_A", "#N/A", "Did not find value.")
VALUE = CellError("VALUE", "#VALUE!", "A parameter expects another kind of value.")
DIVIDE = CellError("DIVIDE_BY_ZERO", "#DIV/0!", "Division by zero.")
NUMBER = CellError("NUM", "#NUM!", "Not a number.")
PARSE = CellError("ERROR", "#ERROR!", "Formula parse error.")
CIRCLE = CellError("REF", "#REF!", "Circular dependency detected.")
ERRORS = {e.text: e for e in (REF, NA, VALUE, DIVIDE, NUMBER, PARSE)}

Value = str | int | float | bool | CellError | None
"""What a cell holds; None is blank."""


class Failed(Exception):
    """An error value on its way up through a formula."""

    def __init__(self, error: CellError) -> None:
        super().__init__(error.text)
        self.error = error


@dataclass(frozen=True)
class Cells:
    """A range as a value."""

    sheet: Sheet
    area: Area


@dataclass(frozen=True)
class Block:
    """The result of a formula that fills several cells, row by row."""

    rows: tuple[tuple[Value, ...], ...]


def folded(value: Value) -> Any:
    """A value as comparisons see it: text without case, numbers apart from truths."""
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, bool):
        return ("truth", value)
    return float(value) if isinstance(value, (int, float)) else value


def order(value: Value) -> tuple[int, Any]:
    """Sort key: numbers, then text without case, then FALSE and TRUE, then errors."""
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, (int, float)):
        return 0, value
    return (1, value.casefold()) if isinstance(value, str) else (3, 0)


def compared(operator: str, left: Value, right: Value) -> bool:
    blank: dict[type, Value] = {str: "", bool: False}
    if left is None:
        left = blank.get(type(right), 0)
    if right is None:
        right = blank.get(type(left), 0)
    a, b = order(left), order(right)
    return {
        "=": a == b,
        "<>": a != b,
        "<": a < b,
        ">": a > b,
        "<=": a <= b,
        ">=": a >= b,
    }[operator]
