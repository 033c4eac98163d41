"""The note beside a workbook that tells of a stopped night."""

from __future__ import annotations

import contextlib
from pathlib import Path

from trustbook.errors import TrustbookError
from trustbook.messages import LANGUAGES, say
from trustbook.names import fit_text
from trustbook.places.made_files import put_ours, remove_ours

# As every note begins, in both languages: one that another machine left beside the workbook is
# ours too.
MARK = "trustbook ".encode("utf-8-sig")


def note_beside(path: Path, lang: str) -> Path:
    """The note in ``lang`` that tells of a stopped night beside the workbook at ``path``."""
    return path.with_name(say(lang, "guards.note_file", name=path.stem))


def notes_beside(path: Path) -> list[Path]:
    """Where such a note may stand: the book may have spoken another language then."""
    return [note_beside(path, lang) for lang in LANGUAGES]


def note_bytes(text: str) -> bytes:
    """A note as it is written, for any program that opens a text file."""
    return fit_text(text).replace("\n", "\r\n").encode("utf-8-sig")


def put_note(path: Path, text: str, lang: str) -> None:
    """Leave a note beside the workbook at ``path``, and only that; where none may be made, none."""
    clear_note(path)
    with contextlib.suppress(TrustbookError):
        put_ours(note_beside(path, lang), note_bytes(text), (".txt",), MARK)


def clear_note(path: Path) -> None:
    """Take away our note about the workbook at ``path``, which may stand there no longer."""
    for note in notes_beside(path):
        remove_ours(note, MARK)
