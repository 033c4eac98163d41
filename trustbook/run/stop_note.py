"""How a stopped run makes itself heard: a whole sentence, in the right language, and a note beside
the workbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from trustbook.errors import TrustbookError
from trustbook.merge.allowances import shell_quoted
from trustbook.messages import say
from trustbook.run.spoken import spoken_by
from trustbook.workbooks.base import Workbook

if TYPE_CHECKING:
    from trustbook.run.read import Reading


# What is told of a memory that is kept elsewhere, by the stop it would be for a sync.
_MEMORY_AT = {
    "guards.other_keeper": "ledger.memory_elsewhere",
    "guards.other_folder": "ledger.memory_other_folder",
    "guards.other_place": "ledger.memory_elsewhere",
}


def complete_stop(
    stop: TrustbookError,
    books: Sequence[Workbook],
    known: str | None,
    lang: str | None,
    words: str | None = None,
) -> None:
    """Give a stop, or a refusal, all its sentence needs but the command: the workbook, and as
    ``spoken`` the language to say it in.

    That is ``words`` where it was asked for. ``lang`` is what trustbook.toml says, ``known`` what
    the last run spoke.
    """
    stop.params.setdefault("name", books[0].name)
    if stop.key == "no_partners" and known:
        stop.key = "guards.partners_gone"
    stop.params["spoken"] = words or spoken_by(books, known, lang)


def leave_note(workbook: Workbook, stop: TrustbookError, now: datetime) -> None:
    """Say where the workbook stands why nothing was written and what to do.

    ``stop`` has the language to say it in as ``spoken``.
    """
    lang = str(stop.params["spoken"])
    stop.params.setdefault("of_book", f" {shell_quoted(workbook.address)}")
    text = say(
        lang,
        "guards.note",
        when=f"{now:%d-%m-%Y %H:%M}",
        name=workbook.name,
        sentence=stop.sentence(lang),
    )
    workbook.leave_note(f"{text}\n", lang)


def what_is_shown(reading: Reading, lang: str) -> list[str]:
    """What people must know before they read a book that a sync would stop at or not remember."""
    if reading.stopped is not None:
        key = "ledger.shown_as_left" if reading.memory else "ledger.shown_alone"
        # A sentence may end with a command: nothing may stand behind it.
        more = reading.unseen and say(lang, "ledger.rows_unseen", count=reading.unseen)
        unseen = f" {more}" if more else ""
        return [say(lang, key, sentence=reading.stopped.sentence(lang), unseen=unseen)]
    if reading.elsewhere is not None:
        host = reading.elsewhere.params.get("host", "")
        return [say(lang, _MEMORY_AT[reading.elsewhere.key], host=host)]
    return [] if reading.memory else [say(lang, "ledger.no_memory")]
