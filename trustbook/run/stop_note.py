"""How a stopped run makes itself heard: a whole sentence, in the right language, and a note beside
the workbook.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from trustbook.errors import SafetyStop, TrustbookError
from trustbook.messages import say
from trustbook.places.local import clear_note, note_beside
from trustbook.reading.lists import book_language, find_lists
from trustbook.workbooks.base import Workbook


def complete_stop(
    stop: SafetyStop, books: Sequence[Workbook], known: str | None, lang: str | None
) -> None:
    """Give a stop all its sentence needs but the command: the workbook, and as ``spoken`` the
    language to say it in.

    That is what was asked for (``lang``), else what the last run spoke (``known``), else that of
    most headers.
    """
    stop.params.setdefault("name", books[0].name)
    if stop.key == "no_partners" and known:
        stop.key = "guards.partners_gone"
    stop.params["spoken"] = lang or known or _written_in(books) or "nl"


def _written_in(books: Sequence[Workbook]) -> str | None:
    for book in books:
        with contextlib.suppress(TrustbookError, OSError):
            return book_language(find_lists(book.read().grids))
    return None


def leave(workbook: object, stop: SafetyStop, now: datetime) -> None:
    """Say beside the workbook why nothing was written and what to do; where no file may be made,
    nowhere.
    """
    path = getattr(workbook, "path", None)
    if not isinstance(path, Path):
        return
    lang = str(stop.params["spoken"])
    text = say(
        lang,
        "guards.note",
        when=f"{now:%d-%m-%Y %H:%M}",
        name=path.name,
        sentence=stop.sentence(lang),
    )
    with contextlib.suppress(OSError):
        note_beside(path).write_text(
            text.replace("\n", "\r\n") + "\r\n", encoding="utf-8-sig", newline=""
        )


def clear(workbook: object) -> None:
    """Take the note away: a run went well."""
    path = getattr(workbook, "path", None)
    if isinstance(path, Path):
        clear_note(path)
