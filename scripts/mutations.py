"""Boundary mutants: small faults put into a source text, one at a time, to see whether a test
notices.

Pure: texts in, texts out. scripts/mutants.py runs the tests on them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

# Each comparison and the neighbour it is taken for.
NEIGHBOURS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
OPPOSITES = {"min": "max", "max": "min"}


@dataclass(frozen=True)
class Mutant:
    """One fault: in ``file``, inside ``function``, ``before`` becomes ``after``.

    ``start`` and ``end`` are the place in the text; ``lines`` the first and last line of it, and
    ``nth`` tells equal faults of one function apart.
    """

    file: str
    function: str
    before: str
    after: str
    nth: int
    start: int
    end: int
    lines: tuple[int, int]

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What stays the same when lines elsewhere come and go."""
        return self.file, self.function, self.before, self.after, self.nth

    def applied(self, text: str) -> str:
        """The source text with the fault in it."""
        return text[: self.start] + self.after + text[self.end :]

    def __str__(self) -> str:
        return f"{self.file}:{self.lines[0]} {self.function}: {self.before}  ->  {self.after}"


def mutants_of(file: str, text: str) -> list[Mutant]:
    """Every boundary mutant of a source text, in the order of the text."""
    offsets = _line_offsets(text)
    seen: dict[tuple[str, ...], int] = {}
    found = []
    for function, node, after in _faults(ast.parse(text)):
        start, end = _span(node, text, offsets)
        before = text[start:end]
        fault = (function, before, after)
        seen[fault] = seen.get(fault, 0) + 1
        lines = (node.lineno, node.end_lineno or node.lineno)
        found.append(Mutant(file, function, before, after, seen[fault], start, end, lines))
    return found


def _faults(tree: ast.Module) -> Iterator[tuple[str, ast.expr, str]]:
    """The function a fault stands in, the expression it replaces and what it puts there."""
    ahead: list[tuple[str, ast.AST]] = [("module", tree)]
    while ahead:
        function, node = ahead.pop()
        if isinstance(node, ast.expr):
            yield from ((function, one, after) for one, after in _replacements(node))
        if isinstance(node, ast.Return):
            yield from ((function, one, after) for one, after in _returned(node))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            function = node.name if function == "module" else f"{function}.{node.name}"
        inner = [child for child in ast.iter_child_nodes(node) if not _left_alone(child)]
        ahead += [(function, child) for child in reversed(inner)]


def _left_alone(node: ast.AST) -> bool:
    """What runs for nobody (imports for types, the script's own ending) or has no place of its own
    in the text (the inside of an f-string, before Python 3.12).
    """
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in (test := ast.unparse(node.test)) or "__name__" in test
    return isinstance(node, ast.JoinedStr)


def _replacements(node: ast.expr) -> Iterator[tuple[ast.expr, str]]:
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield node, f"({ast.unparse(ast.BoolOp(other, node.values))})"
        case ast.UnaryOp(op=ast.Not()):
            yield node, f"bool({ast.unparse(node.operand)})"
        case ast.Call(func=ast.Name(id="min" | "max" as name)):
            yield node.func, OPPOSITES[name]


def _compared(node: ast.Compare) -> Iterator[tuple[ast.expr, str]]:
    sides = [node.left, *node.comparators]
    for at, operator in enumerate(node.ops):
        for other in _neighbours(operator, sides[at : at + 2]):
            others = [*node.ops[:at], other(), *node.ops[at + 1 :]]
            yield node, f"({ast.unparse(ast.Compare(node.left, others, node.comparators))})"
    for side in sides:
        number = _whole_number(side)
        if number is not None:
            yield side, f"({number + 1})"
            yield side, f"({number - 1})"


def _neighbours(operator: ast.cmpop, sides: list[ast.expr]) -> list[type[ast.cmpop]]:
    """What a comparison is taken for. ``== 6`` may also be meant as "from six" or "up to six"; with
    0 and 1, which mostly count things, that would be the same thing in other words.
    """
    number = next((n for side in sides if (n := _whole_number(side)) is not None), 0)
    between = [ast.GtE, ast.LtE] if isinstance(operator, ast.Eq) and abs(number) > 1 else []
    return [NEIGHBOURS[type(operator)], *between] if type(operator) in NEIGHBOURS else []


def _whole_number(node: ast.expr) -> int | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _whole_number(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return None


def _returned(node: ast.Return) -> Iterator[tuple[ast.expr, str]]:
    value = node.value
    if isinstance(value, ast.Constant) and isinstance(value.value, bool):
        yield value, str(not value.value)


def _line_offsets(text: str) -> list[int]:
    offsets = [0]
    for line in text.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    return offsets


def _span(node: ast.expr, text: str, offsets: list[int]) -> tuple[int, int]:
    """Where an expression stands; the tree counts columns in bytes of UTF-8."""
    assert node.end_lineno is not None and node.end_col_offset is not None
    return (
        _place(text, offsets, node.lineno, node.col_offset),
        _place(text, offsets, node.end_lineno, node.end_col_offset),
    )


def _place(text: str, offsets: list[int], line: int, column: int) -> int:
    whole = text[offsets[line - 1] : offsets[line]]
    return offsets[line - 1] + len(whole.encode("utf-8")[:column].decode("utf-8"))
