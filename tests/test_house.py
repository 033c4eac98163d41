"""The house keeps its shape: who may know whom, what start-up may not load, who may print and read
the clock.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "trustbook"

# From the ground up: a room may import what stands in its own line or in one above it, never one
# below.
FLOORS = (
    "messages errors version",
    "names agreements model a1",
    "dates column_kinds columns padded snapshot",
    "catalogue privacy ids headers problems",
    "reading",
    "workbooks.base",
    "xlsx places",
    "risk",
    "health",
    "network",
    "intake",
    "outbox",
    "overview merge",
    "region",
    "workbooks.template workbooks.in_memory workbooks.excel workbooks.google",
    "workbooks.registry workbooks",
    "config config_file config_faults",
    "sheets ledger",
    "run",
    "demo sample adopt doctor",
    "cli __main__ __init__",
)
LEVEL = {room: height for height, floor in enumerate(FLOORS) for room in floor.split()}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(name: str) -> str:
    """The floor-plan name of a module: a package is one room with its alcoves, but each backend is
    one of its own.
    """
    parts = name.split(".")[1:]
    if not parts:
        return "__init__"
    if parts[0] == "workbooks":
        return ".".join(parts[:2])
    return parts[0]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> list[tuple[str, bool]]:
    """Every trustbook module that a module imports, and whether it does so at module level."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    found = []
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        top = node in tree.body
        if isinstance(node, ast.Import):
            found += [(alias.name, top) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(f"{node.module}.{alias.name}", top) for alias in node.names]
            found.append((node.module, top))
    return found


def target_room(imported: str) -> str | None:
    """The room an import reaches; the last part may be a name inside it."""
    if not imported.startswith("trustbook"):
        return None
    parts = imported.split(".")
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:length])
        if path.is_dir() or path.with_suffix(".py").is_file():
            return room_of(".".join(parts[:length]))
    return None


@pytest.mark.parametrize("path", modules(), ids=module_name)
def test_lower_rooms_never_import_higher_ones(path: Path) -> None:
    own = room_of(module_name(path))
    assert own in LEVEL, f"{own} has no place in the floor plan"
    for imported, _ in imports(path):
        room = target_room(imported)
        if room is None or room in ("__init__", own):
            continue
        assert LEVEL[room] <= LEVEL[own], f"{own} imports {room}, which stands above it"


HEAVY = {"pandas", "gspread", "openpyxl"}
THEIRS = {"overview", "workbooks.google", "demo", "adopt"}


@pytest.mark.parametrize("path", modules(), ids=module_name)
def test_heavy_libraries_are_opened_only_in_their_own_rooms(path: Path) -> None:
    if room_of(module_name(path)) in THEIRS:
        return
    top = {name.split(".")[0] for name, at_top in imports(path) if at_top}
    assert not top & HEAVY


@pytest.mark.parametrize("path", modules(), ids=module_name)
def test_only_the_commands_read_the_clock_and_print(path: Path) -> None:
    name = module_name(path)
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    }
    if room_of(name) not in ("cli", "__init__"):
        assert not calls & {"date.today", "datetime.date.today"}
    if name != "trustbook.cli.console":
        assert "print" not in calls
    if name != "trustbook.cli.main":
        assert not calls & {"sys.exit", "exit", "quit"}


@pytest.mark.parametrize("path", modules(), ids=module_name)
def test_every_room_has_its_caption(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


HEAVY_AT_START = HEAVY | {"numpy", "pydantic", "lxml", "rich", "sqlite3", "importlib.metadata"}


@pytest.mark.parametrize(
    ("asks", "further"),
    [
        ("assert main(['--help']) == 0", set()),
        ("assert main(['--version']) == 0", set()),
        ("assert show_first_page(['--help'])", {"click", "dataclasses"}),
        ("assert show_first_page(['--version'])", {"click", "dataclasses"}),
    ],
)
def test_help_and_version_load_nothing_heavy(asks: str, further: set[str]) -> None:
    opens = "cli.main import main" if "main" in asks else "cli.first_page import show_first_page"
    code = (
        f"import sys\nfrom trustbook.{opens}\n{asks}\n"
        f"heavy = {HEAVY_AT_START | further} & set(sys.modules)\nassert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=ROOT)
