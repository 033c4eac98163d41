"""The note beside a workbook that tells of a stopped night."""

from __future__ import annotations

import contextlib
from pathlib import Path

from trustbook.errors import TrustbookError
from trustbook.names import fit_text
from trustbook.places.made_files import put_ours, remove_ours

# As every note begins, in both languages: one that another machine left beside the workbook is
# ours too.
MARK = "trustbook ".encode("utf-8-sig")


def note_beside(path: Path) -> Path:
    """The note that tells of a stopped night beside the workbook at ``path``."""
    return path.with_name(f"{path.stem} - STOPPED, read me.txt")


def put_note(path: Path, text: str) -> None:
    """Leave a note beside the workbook at ``path``; where none may be made, none."""
    data = fit_text(text).replace("\n", "\r\n").encode("utf-8-sig")
    with contextlib.suppress(TrustbookError):
        put_ours(note_beside(path), data, (".txt",), MARK)


def clear_note(path: Path) -> None:
    """Take away our note about the workbook at ``path``, which may stand there no longer."""
    remove_ours(note_beside(path), MARK)
