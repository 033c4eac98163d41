"""What is installed is what is locked, and what is locked is what the lists name."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import environment
import pytest
import sbom
import versions
from lock import LOCKS, build_requirements, locked, normal

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEEDED: list[str] = PROJECT["dependencies"]
DEVELOPERS: list[str] = PROJECT["optional-dependencies"]["dev"]
FOR_FIGURES: list[str] = PROJECT["optional-dependencies"]["bench"]

# What is imported under another name than its own.
DISTRIBUTIONS = {
    "docx": "python-docx",
    "google": "google-auth",
    "jwt": "pyjwt",
    "googleapiclient": "google-api-python-client",
    "markdown_it": "markdown-it-py",
    "python_calamine": "python-calamine",
    "stdnum": "python-stdnum",
    "yaml": "pyyaml",
}


def numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]


def bounds(lines: list[str]) -> dict[str, str]:
    """Name to lower bound; a line without one fails."""
    found = [re.match(r"([A-Za-z0-9_.-]+)(?:\[\w+\])?>=([0-9.]+)", line) for line in lines]
    assert all(found), f"without a lower bound: {lines}"
    return {normal(match[1]): match[2] for match in found if match}


@pytest.mark.parametrize(
    ("lock", "asked"),
    [
        ("requirements.txt", NEEDED),
        ("requirements-dev.txt", [*NEEDED, *DEVELOPERS, *build_requirements()]),
        ("requirements-build.txt", build_requirements()),
    ],
)
def test_a_lock_holds_all_that_is_asked_for_within_its_bounds(lock: str, asked: list[str]) -> None:
    versions = locked(ROOT / lock)
    for name, least in bounds(asked).items():
        assert numbers(versions[name][0]) >= numbers(least), f"{name}: run scripts/lock.py"


def test_everything_locked_has_hashes_and_one_version_in_all_locks() -> None:
    whole = locked(ROOT / "requirements-dev.txt")
    for lock in LOCKS:
        found = locked(ROOT / lock)
        assert found.items() <= whole.items(), f"{lock}: run scripts/lock.py"
        assert all(hashes for _, hashes in found.values())


@pytest.mark.parametrize("extras", ["", "dev"])
def test_pip_is_told_to_fetch_nothing_without_a_hash(extras: str) -> None:
    *fetching, own = environment.installs(extras)
    for arguments in fetching:
        assert "--require-hashes" in arguments and (ROOT / arguments[-1]).is_file()
        assert {"--no-build-isolation", "--only-binary"} & set(arguments)
    assert {"--no-deps", "--no-build-isolation"} <= set(own)


def imported(folder: str) -> set[str]:
    """Every library that some line of a folder imports."""
    names = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names)


def test_what_tests_and_scripts_import_is_declared() -> None:
    ours = {"trustbook", "tests", "toy", *(path.stem for path in (ROOT / "scripts").glob("*.py"))}
    declared = set(bounds([*NEEDED, *DEVELOPERS, *FOR_FIGURES]))
    theirs = (imported("tests") | imported("scripts")) - ours
    assert theirs
    assert {normal(DISTRIBUTIONS.get(name, name)) for name in theirs} - declared == set()


def test_the_list_for_programs_names_what_is_locked() -> None:
    assert sbom.FILE.read_text(encoding="utf-8") == sbom.text(), "run scripts/sbom.py"
    bill = sbom.bill()
    parts, graph = bill["components"], bill["dependencies"]
    assert isinstance(parts, list) and isinstance(graph, list)
    versions = {part["name"]: part["version"] for part in parts}
    assert versions == {
        name: version for name, (version, _) in locked(ROOT / "requirements.txt").items()
    }
    known = {node["ref"] for node in graph}
    assert all(set(node["dependsOn"]) <= known for node in graph)


def test_the_page_of_licences_names_all_that_is_locked() -> None:
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    named = {normal(name) for name in re.findall(r"^\| ([\w.-]+) \|", page, re.MULTILINE)}
    assert set(locked(ROOT / "requirements.txt")) <= named


@pytest.mark.skipif(sys.platform == "win32", reason="pyenv stands on POSIX")
def test_a_python_of_pyenv_is_found_and_a_name_that_runs_nothing_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    shims, real = tmp_path / "shims", tmp_path / "versions" / f"{version}.1" / "bin"
    for folder, text in ((shims, "exit 127"), (real, f'exec "{sys.executable}" "$@"')):
        folder.mkdir(parents=True)
        program = folder / f"python{version}"
        program.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(shims))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "nothing"))
    assert versions.python_of(version) == ""
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert versions.python_of(version) == sys.executable
