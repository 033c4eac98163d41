"""Write requirements.txt and its like: every library with its version and the hashes of
all its files, for every system and every Python that pyproject.toml names.

    python scripts/lock.py                     # after a change in pyproject.toml
    python scripts/lock.py --upgrade           # the newest versions of all
    python scripts/lock.py --upgrade-package lxml

Versions in the lock stay unless an upgrade is asked for. uv works it out, from an environment of
its own that is thrown away; it asks the index that it is set up for (UV_INDEX_URL), and the hashes
are those the index gives.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = "uv==0.13.9"
# What each lock is made from; the first holds all that the others may hold.
LOCKS: dict[str, tuple[str, ...]] = {
    "requirements-dev.txt": ("pyproject.toml", "{build}", "--extra", "dev"),
    "requirements.txt": ("pyproject.toml",),
    "requirements-build.txt": ("{build}",),
}
# What builds those that come as sources only: an editable checkout, reuse on some systems, and
# wsgidav everywhere (the setuptools that Python 3.11 brings cannot make a wheel by itself).
BUILDERS = ("editables>=0.5", "poetry-core>=1.9", "setuptools>=70.1")


def build_requirements() -> list[str]:
    """What turns sources into something that can be installed, which pip must not fetch unseen."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [*project["build-system"]["requires"], *BUILDERS]


def tool(folder: Path, requirement: str, name: str) -> Path:
    """A program of PyPI in a new environment in ``folder``; its path."""
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", requirement]
    subprocess.run(pip, check=True)
    return programs / name


def normal(name: str) -> str:
    """A library's name as the index compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(path: Path) -> dict[str, tuple[str, set[str]]]:
    """Name to version and hashes, as a lock has them."""
    found: dict[str, tuple[str, set[str]]] = {}
    for entry in path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if pinned := re.match(r"([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)", entry):
            hashes = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
            found[normal(pinned[1])] = (pinned[2], hashes)
    return found


def compile_lock(uv: Path, name: str, build: Path, options: list[str]) -> None:
    """One lock; its versions stay, or follow the largest lock, unless ``options`` ask for newer."""
    sources = [source.format(build=build) for source in LOCKS[name]]
    command = [
        *(uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
        *("--generate-hashes", "--no-strip-extras", "--no-annotate"),
        *("--custom-compile-command", "python scripts/lock.py", "--output-file", name),
        *options,
        *sources,
    ]
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


def main() -> None:
    """Make all locks, the largest first."""
    largest = next(iter(LOCKS))
    with tempfile.TemporaryDirectory() as made:
        uv = tool(Path(made) / "tool", UV, "uv")
        build = Path(made) / "build.txt"
        build.write_text("\n".join(build_requirements()), encoding="utf-8")
        for name in LOCKS:
            options = sys.argv[1:] if name == largest else ["--constraints", largest]
            compile_lock(uv, name, build, options)


if __name__ == "__main__":
    main()
