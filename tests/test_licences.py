"""What trustbook imports is what pyproject.toml declares, under the licences the pages name."""

import ast
import importlib.metadata
import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent


def _script(name: str) -> ModuleType:
    """A script of the project, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


licences = _script("licences")

# Where a distribution and what is imported of it have different names; all others bear one name.
DISTRIBUTIONS = {"docx": "python-docx", "google": "google-auth", "stdnum": "python-stdnum"}
# Declared for what it brings, not for what is imported.
NOT_IMPORTED = {"tzdata"}
# Imported only where people installed them: declared as extras.
EXTRAS = {"distributed", "keyring", "psycopg"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> set[str]:
    """Every module that some line of trustbook/ imports, at the top or inside a function."""
    found = set()
    for path in (ROOT / "trustbook").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module)
    return found


def declared() -> set[str]:
    return {normal(name) for name in licences.direct()}


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    theirs = {
        module.split(".")[0]
        for module in imported()
        if module.split(".")[0] not in {*sys.stdlib_module_names, "trustbook"}
    }
    assert {
        normal(DISTRIBUTIONS.get(name, name)) for name in theirs
    } == declared() - NOT_IMPORTED | EXTRAS


def test_of_the_shared_name_google_only_the_declared_library_is_imported() -> None:
    ours = {name for name in imported() if name.split(".")[0] == "google"}
    assert ours and all(name.startswith(("google.auth", "google.oauth2")) for name in ours)


def test_the_page_of_licences_says_what_the_installed_libraries_say() -> None:
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    assert page == licences.page(), "run scripts/licences.py"


def test_licences_that_metadata_leave_open_stand_in_the_licence_file() -> None:
    phrases = {"python-stdnum": "Version 2.1, February 1999", "resvg-py": "without limitation"}
    for name, phrase in phrases.items():
        files = importlib.metadata.files(name) or []
        texts = [Path(str(file.locate())).read_text("utf-8") for file in files
                 if "licenses" in file.parts]  # fmt: skip
        assert any(phrase in text for text in texts), name


def test_the_readme_names_every_library_under_another_than_a_permissive_licence() -> None:
    copyleft = {name for name in licences.direct() if "LGPL" in licences.licence_of(name)}
    assert copyleft == {"docxtpl", "python-stdnum", "recurring-ical-events"}
    for readme in ("README.md", "README.nl.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        for name in copyleft:
            assert re.search(rf"{name} \(LGPL-[23]\.[01]", text), f"{readme} does not name {name}"


def closure() -> Iterator[str]:
    """The libraries that installing trustbook brings, those of other systems left out."""
    todo, seen = list(licences.direct()), set()
    while todo:
        name = normal(todo.pop())
        if name in seen:
            continue
        seen.add(name)
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system or another Python
        yield name
        todo += [found[0] for need in needs if (found := re.match(r"[A-Za-z0-9_.-]+", need))
                 and "extra ==" not in need]  # fmt: skip


def test_all_that_comes_along_is_permissive_but_for_what_the_readme_names() -> None:
    allowed = set(
        "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 HPND ISC MIT MIT-0 MPL-2.0 PSF-2.0"
        " Python-2.0 Unlicense Zlib".split()
    )
    found = {name: licences.licence_of(name) for name in closure()}
    assert len(found) > len(licences.direct())
    odd = {
        name: licence
        for name, licence in found.items()
        if not set(re.split(r" AND | OR | WITH [\w-]+|[()]", licence)) - {""} <= allowed
    }
    named = {"docxtpl", "python-stdnum", "recurring-ical-events"}
    assert set(odd) == named | {"x-wr-timezone"}, odd  # the last comes with the one before


LEFT_BY_TOOLS = {".git", "__pycache__", "build", "coverage.json", "demo", "dist"}


def is_own(name: str) -> bool:
    """Whether a file or folder of the checkout is the project's, not what a tool left there."""
    return name not in LEFT_BY_TOOLS and not name.startswith((".venv", ".coverage")) and not (
        name.endswith((".pyc", ".egg-info")) or (name.startswith(".") and name.endswith("_cache"))
    ) and name != ".hypothesis"  # fmt: skip


def test_every_file_says_under_which_licence_it_is(tmp_path: Path) -> None:
    def left_out(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if not is_own(name)]

    shutil.copytree(ROOT, tmp_path / "own", ignore=left_out)
    done = subprocess.run(
        [sys.executable, "-m", "reuse", "--root", tmp_path / "own", "lint"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


def test_the_file_of_rights_names_every_workbook_of_others_as_the_manifest_does() -> None:
    """The rule for the whole project comes first: what no later rule names would be ours."""
    notes = tomllib.loads((ROOT / "REUSE.toml").read_text(encoding="utf-8"))["annotations"]
    licence = {
        path: note["SPDX-License-Identifier"]
        for note in notes
        for path in ([note["path"]] if isinstance(note["path"], str) else note["path"])
    }
    folder = ROOT / "tests" / "samples" / "workbooks"
    table = (folder / "MANIFEST.md").read_text(encoding="utf-8").splitlines()
    said = {cells[1]: cells[4] for line in table
            if len(cells := [cell.strip() for cell in line.split("|")]) > 5}  # fmt: skip
    files = [path.name for path in folder.iterdir() if path.suffix != ".md"]
    assert files
    for name in files:
        assert licence[f"tests/samples/workbooks/{name}"] == said[name]
