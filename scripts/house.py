"""The measures of the house: how long, how dense, how connected and how well labelled its code is.

Used by scripts/measure_house.py, which prints them, and by tests/test_density.py, which holds them
to the limits in tests/density.toml. Everything here is counted from the source text; only the way
of a cell (scripts/cell_path.py) is watched in a run.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from radon.complexity import cc_rank, cc_visit_ast

ROOT = Path(__file__).resolve().parent.parent
LIMITS = ROOT / "tests" / "density.toml"
SAMPLE_BACKEND = Path("tests", "sample_backend.py")
# The backends of today, and the words by which code that knows one of them is found.
BACKENDS = ("workbooks/google/", "workbooks/excel", "workbooks/in_memory", "xlsx/")
KNOWS_BACKEND = ("google", "excelworkbook", "memoryworkbook")
LONGEST_LINE = 100
DENSE = 5

TURNS = (ast.IfExp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef
Figures = dict[str, float | None]


@dataclass(frozen=True)
class Module:
    """One source file of trustbook: its path inside the checkout, its text, its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The name it is imported by."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read_modules(root: Path = ROOT) -> list[Module]:
    """Every module of trustbook in a checkout."""
    modules = []
    for path in sorted((root / "trustbook").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        modules.append(Module(path.relative_to(root), text, ast.parse(text)))
    return modules


# --- length


def lengths(modules: list[Module]) -> list[int]:
    """The number of lines of each module, the shortest first."""
    return sorted(len(module.text.splitlines()) for module in modules)


def percentile_95(numbers: list[int]) -> int:
    """The number that 95 % of the sorted ``numbers`` do not exceed."""
    return numbers[-(-95 * len(numbers) // 100) - 1]


def long_lines(modules: list[Module]) -> list[str]:
    """Where a line has more than a hundred characters."""
    return [
        f"{module.path}:{number}"
        for module in modules
        for number, line in enumerate(module.text.splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]


# --- density


def blocks(modules: list[Module]) -> list[tuple[str, int]]:
    """Every function, method and class as radon sees it, and its cyclomatic complexity."""
    return [
        (f"{module.path}:{block.lineno} {block.name}", block.complexity)
        for module in modules
        for block in cc_visit_ast(module.tree)
    ]


def complex_blocks(measured: list[tuple[str, int]]) -> list[str]:
    """Those of radon's rank C or worse."""
    return [name for name, complexity in measured if cc_rank(complexity) >= "C"]


def dense_statements(modules: list[Module]) -> list[str]:
    """Where one statement holds five or more of: comprehension or generator, ternary, ``and`` or
    ``or``.

    Every ``and`` and ``or`` counts as it is read, so ``a and b and c`` counts two. Of a compound
    statement only the head is meant; what stands in its block are statements of their own.
    """
    found = []
    for module in modules:
        turns: Counter[int] = Counter()
        _count_turns(module.tree, 0, turns)
        found += [f"{module.path}:{line}" for line, count in turns.items() if count >= DENSE]
    return found


def _count_turns(node: ast.AST, statement: int, turns: Counter[int]) -> None:
    """Add what stands under ``node`` to the line of the statement it belongs to."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.BoolOp):
            turns[statement] += len(child.values) - 1
        elif isinstance(child, TURNS):
            turns[statement] += 1
        _count_turns(child, child.lineno if isinstance(child, ast.stmt) else statement, turns)


# --- names


def duplicate_names(modules: list[Module]) -> tuple[float, list[str]]:
    """The share, in percent, of public module-level functions and classes whose name another module
    gives to something too, and those names.
    """
    names = Counter(
        node.name
        for module in modules
        for node in module.tree.body
        if _is_public(node)
        if isinstance(node, Definition)
    )
    twice = sorted(name for name, count in names.items() if count > 1)
    return _percent(sum(names[name] for name in twice), names.total()), twice


def labelled_share(modules: list[Module]) -> tuple[float, list[str]]:
    """The share, in percent, of public names with a docstring and full annotations, and the names
    without.

    Public names are the functions and classes of a module and the methods of its public classes. A
    property's setter is labelled by its getter, an overload by what it overloads.
    """
    public = [(module, node) for module in modules for node in _public_names(module.tree)]
    bare = [
        f"{module.path}:{node.lineno} {node.name}" for module, node in public if not _labelled(node)
    ]
    return _percent(len(public) - len(bare), len(public)), bare


def _public_names(tree: ast.Module) -> Iterator[Definition]:
    for node in tree.body:
        if _is_public(node):
            assert isinstance(node, Definition)
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    part for part in node.body if isinstance(part, Function) and _is_public(part)
                )


def _is_public(node: ast.AST) -> bool:
    return isinstance(node, Definition) and not node.name.startswith("_")


def _labelled(node: Definition) -> bool:
    marks = [ast.unparse(mark) for mark in node.decorator_list]
    if any(mark == "overload" or mark.endswith(".setter") for mark in marks):
        return True
    if ast.get_docstring(node) is None:
        return False
    return isinstance(node, ast.ClassDef) or _annotated(node)


def _annotated(node: Function) -> bool:
    asked = node.args
    every = [*asked.posonlyargs, *asked.args, *asked.kwonlyargs, asked.vararg, asked.kwarg]
    given = [one for one in every if one is not None and one.arg not in ("self", "cls")]
    return node.returns is not None and all(one.annotation is not None for one in given)


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else 100.0


# --- who knows whom


def import_cycles(modules: list[Module]) -> list[list[str]]:
    """Modules that import each other, directly or in a ring; imports inside functions count, those
    for types alone do not.
    """
    known = {module.name for module in modules}
    graph = {module.name: _imported(module, known) for module in modules}
    reach = {name: _reachable(graph, name) for name in graph}
    rings = {
        tuple(sorted(other for other in reach[name] if name in reach[other]))
        for name in graph
        if name in reach[name]
    }
    return [list(ring) for ring in sorted(rings)]


def _reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    ahead = [start]
    while ahead:
        for name in graph[ahead.pop()] - found:
            found.add(name)
            ahead.append(name)
    return found


def _imported(module: Module, known: set[str]) -> set[str]:
    found = set()
    for node in _statements(module.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in known else node.module)
    return (found & known) - {module.name}


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Every statement that may run; nothing under ``if TYPE_CHECKING``."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.expr):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.stmt):
            yield child
        yield from _statements(child)


def backend_files(modules: list[Module], root: Path = ROOT) -> list[str] | None:
    """The files that have to know of a backend: the sample backend of the tests itself, and every
    module outside the backends' own rooms whose code names one of them; None without the sample.

    Code that names a backend is where the next one has to be named as well. Words in comments and
    texts do not count.
    """
    if not (root / SAMPLE_BACKEND).exists():
        return None
    return [
        SAMPLE_BACKEND.as_posix(),
        *(module.path.as_posix() for module in modules if _names_backend(module)),
    ]


def _names_backend(module: Module) -> bool:
    inside = module.path.relative_to("trustbook").as_posix()
    text = module.text.lower()
    if inside.startswith(BACKENDS) or not any(word in text for word in KNOWS_BACKEND):
        return False
    return any(
        word in name.lower()
        for node in ast.walk(module.tree)
        for name in _identifiers(node)
        for word in KNOWS_BACKEND
    )


def _identifiers(node: ast.AST) -> list[str]:
    fields = ("id", "attr", "arg", "name", "module")
    return [name for field in fields if isinstance(name := getattr(node, field, None), str)]


# --- the way of a cell


def cell_path(root: Path = ROOT) -> dict[str, int]:
    """What scripts/cell_path.py counts in a process of its own: what ran before must not warm
    anything up.
    """
    script = Path(__file__).with_name("cell_path.py")
    answer = subprocess.run(
        [sys.executable, str(script), str(root)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    counts: dict[str, int] = json.loads(answer.stdout)
    return counts


# --- together


def static_figures(root: Path = ROOT) -> Figures:
    """Every figure that the source text tells, by its name in tests/density.toml; None where it
    cannot be told.
    """
    modules = read_modules(root)
    long = lengths(modules)
    measured = blocks(modules)
    files = backend_files(modules, root)
    return {
        "modules": len(modules),
        "module_p95": percentile_95(long),
        "longest_module": long[-1],
        "complex_blocks": len(complex_blocks(measured)),
        "mean_complexity": round(sum(size for _, size in measured) / len(measured), 2),
        "long_lines": len(long_lines(modules)),
        "dense_statements": len(dense_statements(modules)),
        "duplicate_names": round(duplicate_names(modules)[0], 1),
        "import_cycles": len(import_cycles(modules)),
        "unlabelled_names": round(100 - labelled_share(modules)[0], 1),
        "backend_files": None if files is None else len(files),
    }


def path_figures(root: Path = ROOT) -> Figures:
    """The figures of the way of a cell, by their names in tests/density.toml."""
    return {f"cell_{name}": count for name, count in cell_path(root).items()}


@dataclass(frozen=True)
class Limit:
    """What a figure may be today, what it should become, and what it counts."""

    what: str
    limit: float
    goal: float


def read_limits(path: Path = LIMITS) -> dict[str, Limit]:
    """The limits in tests/density.toml by figure."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))["limits"]
    return {name: Limit(**entry) for name, entry in table.items()}


def worse(figures: Figures, limits: dict[str, Limit]) -> list[str]:
    """One sentence for every figure above its limit."""
    return [
        f"{limits[name].what}: {value}, where {limits[name].limit} is the limit."
        for name, value in figures.items()
        if value is not None and name in limits and value > limits[name].limit
    ]


def places(root: Path = ROOT) -> dict[str, list[str]]:
    """Where the code stands that the figures count, for who wants to mend it."""
    modules = read_modules(root)
    return {
        "complex_blocks": complex_blocks(blocks(modules)),
        "long_lines": long_lines(modules),
        "dense_statements": dense_statements(modules),
        "duplicate_names": duplicate_names(modules)[1],
        "import_cycles": [" ".join(ring) for ring in import_cycles(modules)],
        "unlabelled_names": labelled_share(modules)[1],
        "backend_files": backend_files(modules, root) or [],
    }
