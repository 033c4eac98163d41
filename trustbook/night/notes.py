"""The note beside a workbook whose run stopped: nobody reads logs, and a stopped night must be seen."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from trustbook.errors import TrustbookError
from trustbook.messages import say


def note_beside(workbook: object) -> Path | None:
    """Where the note of a workbook goes; None for one that is no file."""
    path = getattr(workbook, "path", None)
    return path.with_name(f"{path.stem} - STOPPED, read me.txt") if isinstance(path, Path) else None


def leave(workbook: object, stop: TrustbookError, now: datetime, lang: str) -> None:
    """Say beside the workbook why nothing was written and what to do; where no file may be made, nowhere."""
    note = note_beside(workbook)
    if note is None:
        return
    text = say(lang, "guards.note", when=f"{now:%d-%m-%Y %H:%M}", sentence=stop.sentence(lang))
    with contextlib.suppress(OSError):
        note.write_text(text.replace("\n", "\r\n") + "\r\n", encoding="utf-8-sig", newline="")


def clear(workbook: object) -> None:
    """Take the note away: a run went well."""
    note = note_beside(workbook)
    if note is not None:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)
