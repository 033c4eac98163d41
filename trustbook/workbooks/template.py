"""The starter workbook of ``init``: a copy of the shipped template, never over an existing file."""

from __future__ import annotations

from pathlib import Path

from trustbook.errors import UsageError
from trustbook.messages import templates
from trustbook.places.made_files import make_new

ENDINGS = (".xlsx",)


def starter(lang: str) -> bytes:
    """The shipped template in ``lang`` ("nl" or "en") as the bytes of a file."""
    return (templates() / f"trustbook-{lang}.xlsx").read_bytes()


def new_workbook(path: Path, lang: str) -> None:
    """Makes a new workbook at ``path`` in ``lang`` ("nl" or "en").

    Raises UsageError ``file_exists`` when anything stands there already, ``no_folder`` when its
    folder does not exist, ``wrong_ending`` for a name that no program would open as a workbook.
    """
    refuse_wrong_ending(path)
    make_new(path, starter(lang))


def refuse_wrong_ending(path: Path) -> None:
    """Raise UsageError ``wrong_ending`` for a name that no program would open as a workbook."""
    if path.suffix.lower() not in ENDINGS:
        raise UsageError("wrong_ending", path=path, endings=", ".join(ENDINGS))
