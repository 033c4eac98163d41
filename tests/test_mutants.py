"""The tool that puts faults into the code: which faults, and that a weak test lets live what a
strong one kills.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import mutants
import pytest
from mutations import mutants_of

ROOT = Path(__file__).parent.parent


def changes(text: str) -> list[str]:
    return [f"{mutant.before} -> {mutant.after}" for mutant in mutants_of("a.py", text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b", ["a < b -> (a <= b)"]),
        ("a >= b", ["a >= b -> (a > b)"]),
        ("a != b", ["a != b -> (a == b)"]),
        ("a is b", []),
        ("0 < a <= b", ["0 < a <= b -> (0 <= a <= b)", "0 < a <= b -> (0 < a < b)",
                        "0 -> (1)", "0 -> (-1)"]),
        ("a > -7", ["a > -7 -> (a >= -7)", "-7 -> (-6)", "-7 -> (-8)"]),
        ("a == 1", ["a == 1 -> (a != 1)", "1 -> (2)", "1 -> (0)"]),
        ("a == 6", ["a == 6 -> (a != 6)", "a == 6 -> (a >= 6)", "a == 6 -> (a <= 6)",
                    "6 -> (7)", "6 -> (5)"]),
        ("a == True", ["a == True -> (a != True)"]),
        ("a and b or c", ["a and b or c -> ((a and b) and c)", "a and b -> (a or b)"]),
        ("not a", ["not a -> bool(a)"]),
        ("min(a, 3)", ["min -> max"]),
        ("x.min(a)", []),
        ("def f():\n    return True", ["True -> False"]),
        ("def f():\n    return a or False", ["a or False -> (a and False)"]),
        ("f'{a < b}'", []),
        ("if TYPE_CHECKING and a < b:\n    pass", []),
        ("'é', a < 'ö', b < c", ["a < 'ö' -> (a <= 'ö')", "b < c -> (b <= c)"]),
    ],
)  # fmt: skip
def test_the_faults(text: str, expected: list[str]) -> None:
    assert changes(text) == expected


def test_a_fault_knows_its_place_and_is_put_there() -> None:
    text = (
        "class C:\n    def f(self):\n        return 'é\x0c' < a\n\n\ndef g():\n    a < b; a < b\n"
    )
    first, second, third = mutants_of("a.py", text)
    assert str(first) == "a.py:3 C.f: 'é\x0c' < a  ->  ('é\\x0c' <= a)"
    assert [one.key for one in (second, third)] == [
        ("a.py", "g", "a < b", "(a <= b)", nth) for nth in (1, 2)
    ]
    assert third.applied(text) == text.removesuffix("a < b\n") + "(a <= b)\n"


# --- the tool at work, on a package of one module

CODE = """
def may_vote(age):
    return age >= 18


def climb(more):
    steps = 0
    while steps < 3 and more:
        steps += 1
    return steps


def nobody_asks(a, b):
    return a and b
"""
WEAK = """
from toy.rules import climb, may_vote


def test_may_vote():
    assert may_vote(40) and not may_vote(4)


def test_climb():
    assert climb(True)
"""
STRONG = """
from toy.rules import climb, may_vote, nobody_asks


def test_may_vote():
    assert may_vote(18) and not may_vote(17)


def test_climb():
    assert climb(True) == 3 and climb(False) == 0


def test_nobody_asks():
    assert nobody_asks(0, 1) == 0
"""


def hunt(folder: Path, tests: str) -> tuple[int, str]:
    for name in ("toy/__init__.py", "toy/rules.py", "tests/test_toy.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    (folder / "toy/rules.py").write_text(CODE)
    (folder / "tests/test_toy.py").write_text(tests)
    command = [sys.executable, str(ROOT / "scripts" / "mutants.py"), "toy", "--root", str(folder)]
    answer = subprocess.run(
        [*command, "--tests", "tests/test_toy.py", "--jobs", "1", "--patience", "1"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    assert (folder / "toy/rules.py").read_text() == CODE
    return answer.returncode, answer.stdout + answer.stderr


FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


@FORKS
def test_a_weak_test_lets_live_what_a_strong_one_kills(tmp_path: Path) -> None:
    code, said = hunt(tmp_path, WEAK)
    assert (code, said.count("lives        ")) == (1, 6), said
    assert "lives        toy/rules.py:3 may_vote: age >= 18  ->  (age > 18)\n" in said
    assert "not reached  toy/rules.py:14 nobody_asks: a and b  ->  (a or b)\n" in said
    assert "(steps < 3 or more)" not in said  # it never ends, and that is noticed
    assert "1 of    8 killed   12.5%" in said
    code, said = hunt(tmp_path, STRONG)
    assert (code, "8 of    8 killed  100.0%" in said) == (0, True), said


@FORKS
def test_tests_that_fail_without_a_fault_are_told(tmp_path: Path) -> None:
    code, said = hunt(tmp_path, WEAK.replace("climb(True)", "climb(True) == 0"))
    assert code == 1 and "The tests fail without any fault" in said and "assert 3 == 0" in said


# --- its tables


def test_every_room_and_every_test_file_is_there() -> None:
    assert all((ROOT / room).exists() for room in mutants.ROOMS)
    assert all((ROOT / file).is_file() for file in mutants.tests_for(mutants.ROOMS))


def test_what_may_live_still_exists() -> None:
    known = mutants.accepted(ROOT)
    now = {one.key for file in {key[0] for key in known} for one in mutants.collect(ROOT, file)}
    assert known <= now, known - now
