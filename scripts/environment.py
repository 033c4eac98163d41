"""The virtual environment beside the checkout, made with nothing but Python 3.11: used by demo.py
and test.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"


def python() -> Path:
    """The environment's own Python."""
    return FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(*command: str | Path, check: bool = True) -> int:
    """Run a command in the checkout and pass its output through; ends the script if it fails."""
    code = subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode
    if check and code:
        sys.exit(code)
    return code


def installs(extras: str = "") -> list[list[str]]:
    """pip's arguments that install this checkout: first what builds, then what is needed, each file
    by its hash, then the checkout itself.

    pip must build nothing apart (``--no-build-isolation``): what it fetches for that has no hash.
    """
    lock = f"requirements-{extras}.txt" if extras else "requirements.txt"
    return [
        ["--require-hashes", "--only-binary", ":all:", "--requirement", "requirements-build.txt"],
        ["--require-hashes", "--no-build-isolation", "--requirement", lock],
        ["--no-deps", "--no-build-isolation", "--editable", "."],
    ]


def prepare(extras: str = "") -> Path:
    """Make the environment if it is not there, and install this checkout with the locked versions;
    its Python.

    ``extras`` names an extra of pyproject.toml that has a lock of its own, such as "dev".
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - the script is what tells people so
        sys.exit(f"trustbook needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if not python().exists():
        print(f"Making the environment in {FOLDER} ...", flush=True)
        venv.create(FOLDER, with_pip=True)
    print("Installing trustbook and what it needs ...", flush=True)
    for arguments in installs(extras):
        run(python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)
    return python()
