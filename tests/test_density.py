"""The house gets no denser: every figure stays at or under its limit in density.toml, and is
counted as scripts/house.py says.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import cast

import coverage_floor
import house
import measure_house
import pytest
import reached


@pytest.fixture(scope="module")
def figures() -> house.Figures:
    return house.static_figures()


def test_the_source_is_no_denser_than_its_limits(figures: house.Figures) -> None:
    assert not house.worse(figures, house.read_limits()), "scripts/measure_house.py --list"


def test_the_way_of_a_cell_gets_no_longer(figures: house.Figures) -> None:
    path = house.path_figures()
    assert not house.worse(path, house.read_limits())
    assert {*figures, *path} == {*house.read_limits(), "modules"}


# --- how it is counted, on a house of three small rooms


@pytest.fixture
def small(tmp_path: Path) -> list[house.Module]:
    package = tmp_path / "trustbook"
    (package / "room").mkdir(parents=True)
    (package / "__init__.py").write_text('"""A house."""\n')
    (package / "room" / "one.py").write_text(
        '"""One."""\n'
        "from trustbook.room.two import Table\n\n\n"
        "def find(name: str) -> str:\n"
        '    """Find it."""\n'
        "    return name\n\n\n"
        "def bare(name):\n"
        f"    return name  # {'x' * 100}\n"
    )
    (package / "room" / "two.py").write_text(
        '"""Two."""\n'
        "from __future__ import annotations\n"
        "from typing import TYPE_CHECKING\n\n"
        "if TYPE_CHECKING:\n"
        "    from trustbook.room import one as typed_only\n\n\n"
        "class Table:\n"
        '    """A table."""\n\n'
        "    def find(self, a: int, b: int, c: int) -> list[int]:\n"
        '        """Find them."""\n'
        "        if a and b:\n"
        "            return [n if a else b for n in range(c) if a and b or c]\n"
        "        for n in range(c):\n"
        "            for m in range(n):\n"
        "                while a or b:\n"
        "                    if m or n:\n"
        "                        a = b and c\n"
        "        return []\n\n"
        "    def _own(self, anything):\n"
        "        return anything\n\n\n"
        "def find(name: str) -> str:\n"
        '    """Find it, too."""\n'
        "    return name\n"
    )
    return house.read_modules(tmp_path)


def test_lengths_and_long_lines(small: list[house.Module]) -> None:
    assert house.lengths(small) == [1, 11, 29]
    assert house.percentile_95(house.lengths(small)) == 29
    assert house.percentile_95(list(range(1, 101))) == 95
    assert house.long_lines(small) == ["trustbook/room/one.py:11"]


def test_dense_statements_and_complex_blocks(small: list[house.Module]) -> None:
    assert house.dense_statements(small) == []  # its densest: comprehension, ternary, and, or
    source = (
        "def f(a, b):\n    if a and b or a:\n"
        "        return [x for x in a if (x and b) or (b or 1)]\n"
        "    return [x if x else b for x in a if x and b or (a or b)]\n"
    )
    module = house.Module(Path("trustbook/f.py"), source, ast.parse(source))
    assert house.dense_statements([module]) == ["trustbook/f.py:4"]
    assert house.complex_blocks(house.blocks(small)) == ["trustbook/room/two.py:12 find"]


def test_names_used_twice_and_names_without_label(small: list[house.Module]) -> None:
    assert house.duplicate_names(small) == (50.0, ["find"])
    assert house.labelled_share(small) == (80.0, ["trustbook/room/one.py:10 bare"])


def test_rings_of_imports(small: list[house.Module]) -> None:
    assert house.import_cycles(small) == []
    two = small[2]
    text = two.text + "\n\ndef late() -> None:\n    from trustbook.room import one\n"
    small[2] = house.Module(two.path, text, ast.parse(text))
    assert house.import_cycles(small) == [["trustbook.room.one", "trustbook.room.two"]]


def test_a_backend_is_known_where_code_names_it(tmp_path: Path) -> None:
    sources = {
        "config.py": "def open(google_key: str) -> None: ...",
        "doctor.py": '"""Words about Google and an ExcelWorkbook."""',
        "workbooks/google/client.py": "google = 1",
    }
    modules = [
        house.Module(Path("trustbook") / name, text, ast.parse(text))
        for name, text in sources.items()
    ]
    assert house.backend_files(modules, tmp_path) is None
    (tmp_path / "tests").mkdir()
    (tmp_path / house.SAMPLE_BACKEND).touch()
    assert house.backend_files(modules, tmp_path) == [
        "tests/sample_backend.py",
        "trustbook/config.py",
    ]


def test_what_is_over_its_limit_is_said_in_a_sentence() -> None:
    limits = {"long_lines": house.Limit("lines over 100 characters", 3, 0)}
    assert house.worse({"long_lines": 3, "modules": 999}, limits) == []
    assert house.worse({"long_lines": None}, limits) == []
    assert house.worse({"long_lines": 4}, limits) == [
        "lines over 100 characters: 4, where 3 is the limit."
    ]


def test_limits_are_brought_down_and_never_up() -> None:
    text = (
        '[limits]\nlong_lines = { what = "lines", limit = 271, goal = 0 }\n'
        'mean = { what = "mean", limit = 4.82, goal = 3.5 }\n'
    )
    limits = {"long_lines": house.Limit("lines", 271, 0), "mean": house.Limit("mean", 4.82, 3.5)}
    assert measure_house.lowered(text, {"long_lines": 272, "mean": 4.82}, limits) == text
    assert measure_house.lowered(text, {"long_lines": 9, "mean": 4.7}, limits) == text.replace(
        "271", "9"
    ).replace("4.82", "4.7")


# --- the floors of coverage


def test_a_room_below_its_floor_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def entry(lines: int, branches: int) -> dict[str, object]:
        ran = {"covered_lines": lines, "covered_branches": branches}
        missing = {"missing_lines": 8 - lines, "missing_branches": 2 - branches}
        return {
            "summary": {**ran, **missing},
            "missing_lines": [*range(11, 19 - lines)],
            "missing_branches": [[11, to] for to in (12, 0)[: 2 - branches]],
        }

    files = {
        "trustbook/merge/guards.py": entry(8, 2),
        "trustbook/merge/identity.py": entry(8, 1),
        "trustbook\\privacy.py": entry(8, 0),
        "trustbook/run/sync.py": entry(8, 1),
        "trustbook/cli/main.py": entry(4, 1),
    }
    floors = {"merge": 95, "privacy": 81, "elsewhere": 70}
    found = coverage_floor.shares({"files": files}, floors)
    assert found == {"merge": 95.0, "privacy": 80.0, "elsewhere": 70.0}
    assert coverage_floor.table(found, floors) == (
        [
            "merge           95.0 %, floor 95 %",
            "privacy         80.0 %, floor 81 %  << BELOW",
            "elsewhere       70.0 %, floor 70 %",
        ],
        ["privacy"],
    )
    assert coverage_floor.table({"merge": 96.0}, {"merge": 95, "risk": 1})[1] == ["risk"]
    monkeypatch.setattr(sys, "argv", ["coverage_floor.py", "--quiet", str(tmp_path / "all.json")])
    full = {f"trustbook/{room}/a.py": entry(8, 2) for room in ("merge", "health", "ledger")}
    full |= {
        f"trustbook/{room}/a.py": entry(8, 2) for room in ("reading", "risk", "privacy", "cli")
    }
    (tmp_path / "all.json").write_text(json.dumps({"files": full}), encoding="utf-8")
    assert (coverage_floor.main(), capsys.readouterr().out) == (0, "")
    full["trustbook/risk/a.py"] = entry(6, 0)
    full |= {"trustbook/cli/a.py": entry(8, 1), "trustbook/cli/b.py": entry(8, 2)}
    (tmp_path / "all.json").write_text(json.dumps({"files": full}), encoding="utf-8")
    assert coverage_floor.main() == 1
    told = capsys.readouterr().out
    assert "risk            60.0 %" in told and told.count("<< BELOW") == 1
    assert told.endswith("\ntrustbook/risk/a.py: 11, 12, 11->12, 11->end\n") and "cli/a" not in told


SHOW = """
def show(name, loud):
    if loud:
        name = name.upper()
    for letter in name:
        print(letter)
    return name
"""


def test_what_each_process_of_the_tests_reached_is_one_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One speaks softly, one loudly, one breaks off; and of what nobody opens nothing ran."""
    package, file = tmp_path / "toy_room", tmp_path / "coverage.json"
    package.mkdir()
    (package / "show.py").write_text(SHOW, encoding="utf-8")
    (package / "unopened.py").write_text("LOUD = True\n", encoding="utf-8")
    monkeypatch.setattr(reached, "PACKAGE", str(package))
    monkeypatch.syspath_prepend(str(tmp_path))

    def process(*shown: bool, **config: object) -> SimpleNamespace:
        running, plugin = SimpleNamespace(**config), reached.Reached(file)
        plugin.pytest_sessionstart()
        for loud in shown:
            importlib.import_module("toy_room.show").show("x", loud)
            del sys.modules["toy_room.show"]
        for other in running.others:
            plugin.pytest_testnodedown(other)
        plugin.pytest_sessionfinish(cast(pytest.Session, SimpleNamespace(config=running)))
        return running

    def branches() -> tuple[list[list[int]], list[list[int]]]:
        files = json.loads(file.read_text(encoding="utf-8"))["files"]
        seen = {Path(name).name: entry for name, entry in files.items()}
        assert seen["unopened.py"]["missing_lines"] == [1]
        return seen["show.py"]["executed_branches"], seen["show.py"]["missing_branches"]

    others = [process(loud, workeroutput={}, others=[]) for loud in (False, True)]
    process(others=[*others, SimpleNamespace()])
    assert branches() == ([[3, 4], [3, 5], [5, 6], [5, 7]], [])
    process(others=others[:1])
    assert branches() == ([[3, 5], [5, 6], [5, 7]], [[3, 4]])
    process(True, others=[])
    assert branches() == ([[3, 4], [5, 6], [5, 7]], [[3, 5]])


@pytest.mark.parametrize(
    ("arguments", "whole"),
    [
        ([], True),
        (["-n", "4"], True),
        (["-n0"], True),
        (["--numprocesses=auto"], True),
        (["-k", "merge"], False),
        (["-n", "4", "tests/test_merge.py"], False),
    ],
)
def test_a_part_of_the_tests_is_not_held_to_the_floors(arguments: list[str], whole: bool) -> None:
    assert gate_command().is_whole(arguments) is whole


def gate_command() -> ModuleType:
    """scripts/test.py, whose name is also that of a package of Python's own."""
    path = house.ROOT / "scripts" / "test.py"
    spec = importlib.util.spec_from_file_location("test_command", path)
    assert spec is not None and spec.loader is not None
    command = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(command)
    return command


def test_what_runs_beside_the_tests_is_told_and_ends_the_gate_when_it_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with gate_command().beside(sys.executable, "-S", "-c", "print('all is typed')"):
        pass
    assert "all is typed" in capsys.readouterr().out
    with (
        pytest.raises(SystemExit) as ended,
        gate_command().beside(sys.executable, "-S", "-c", "print('untyped'); raise SystemExit(7)"),
    ):
        pass
    assert ended.value.code == 7 and "untyped" in capsys.readouterr().out
