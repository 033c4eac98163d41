"""Writes docs/licences.md from what the installed libraries say of themselves.

python scripts/licences.py
"""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path

from lock import locked, normal

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"

# What each library is for. A dependency without a line here has no reason to be one.
PURPOSES = {
    "tomlkit": "writing into trustbook.toml without losing a remark",
    "click": "commands and their options",
    "cryptography": "signing the counts that a region adds up",
    "docxtpl": "filling the Word templates of overviews",
    "filelock": "one run at a time",
    "google-auth": "signing in to Google",
    "gspread": "requests to Google Sheets",
    "Jinja2": "pages and overviews from templates",
    "icalendar": "calendars, read and written",
    "lxml": "the XML inside Excel files",
    "MarkupSafe": "keeping what people typed text, also in pages",
    "msal": "signing in to SharePoint",
    "numpy": "arithmetic on a whole log at once",
    "openpyxl": "making the starter workbook and the sample, never to write somebody's file",
    "pandas": "tables for Python, and the overview's counts",
    "platformdirs": "where each system keeps a user's data",
    "pydantic": "checking trustbook.toml and what is logged",
    "python-docx": "tables and pictures in Word overviews",
    "python-stdnum": "the test of a citizen service number",
    "rapidfuzz": "names that nearly match",
    "recurring-ical-events": "every occurrence of a series in a calendar",
    "requests": "connections to Google, SharePoint, WebDAV and calendar servers",
    "resvg-py": "drawings as pictures for Word",
    "rich": "tables in the terminal",
    "tzdata": "time zones, on Windows only",
    "urllib3": "telling apart what went wrong with a connection",
}

# Libraries whose metadata say nothing or not enough, as their own licence file has it.
# tzdata is for Windows only, and so not installed everywhere.
STATED = {
    "python-stdnum": "LGPL-2.1-or-later",
    "resvg-py": "MIT",
    "tzdata": "Apache-2.0",
}

# Other spellings in metadata. Where only "BSD" is said, the text has two or three clauses.
SPELLINGS = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "MIT License": "MIT",
}


ABOVE = """\
# Licences of what trustbook stands on

trustbook itself is under the MIT licence. It needs the libraries below, each installed as it is, by
its own name; none is copied into this project. This page is written by `scripts/licences.py` from
what the libraries say of themselves, and `tests/test_licences.py` holds it to them.

| library | licence | what for |
|---|---|---|"""
ALONG = """
## What these bring along

Locked in `requirements.txt` with the hashes of their files, and listed for programs in
[trustbook.cdx.json](trustbook.cdx.json) (CycloneDX, by `scripts/sbom.py`).

| library | licence |
|---|---|"""
BELOW = """
The LGPL asks that you can put another version of docxtpl and python-stdnum in place of these: both
are ordinary Python packages, and `pip install` does that. What these libraries bring along is under
permissive licences or the MPL (certifi); the same test looks.

Files of others in this project, such as a font, workbooks and logs for tests, are named with holder
and licence in `REUSE.toml`; the texts stand in `LICENSES/`.
"""


def direct() -> list[str]:
    """The libraries that pyproject.toml names as needed, in its order."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = (re.match(r"[A-Za-z0-9_.-]+", line) for line in project["dependencies"])
    return [found[0] for found in names if found]


def licence_of(name: str) -> str:
    """The licence of a library as an SPDX expression; IndexError where nothing says which."""
    if name in STATED:
        return STATED[name]
    about = importlib.metadata.metadata(name)
    said: list[str] = [
        *(about.get_all("License-Expression") or []),
        *(about.get_all("License") or []),
    ]
    said = [text for text in said if text and "\n" not in text]  # a whole text is no name
    for line in about.get_all("Classifier") or []:
        if line.startswith("License"):
            said.append(line.rpartition(" :: ")[2])
    return SPELLINGS.get(said[0], said[0])


def along() -> list[str]:
    """The libraries that come with those that trustbook names, on any system."""
    named = {normal(name) for name in direct()}
    return [name for name in locked(ROOT / "requirements.txt") if name not in named]


def page() -> str:
    """docs/licences.md: every library that trustbook needs, with licence and purpose."""
    rows = [f"| {name} | {licence_of(name)} | {PURPOSES[name]} |" for name in direct()]
    others = [f"| {name} | {licence_of(name)} |" for name in along()]
    return "\n".join([ABOVE, *rows, ALONG, *others, BELOW])


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
