"""The starter workbook of ``init``: a copy of the shipped template, never over an existing file."""

from __future__ import annotations

from pathlib import Path

from trustbook.errors import UsageError
from trustbook.messages import templates


def new_workbook(path: Path, lang: str) -> None:
    """Makes a new workbook at ``path`` in ``lang`` ("nl" or "en").

    Raises UsageError ``file_exists`` when anything stands there already, ``no_folder`` when its
    folder does not exist.
    """
    starter = (templates() / f"trustbook-{lang}.xlsx").read_bytes()
    try:
        with path.open("xb") as file:
            file.write(starter)
    except FileExistsError:
        raise UsageError("file_exists", path=path) from None
    except FileNotFoundError:
        raise UsageError("no_folder", path=path.parent) from None
