"""A night that failed is told where writing is possible without the workbook: in the data folder.

Every later command on this machine says it first, until that book is synced well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from trustbook.errors import TrustbookError
from trustbook.messages import say
from trustbook.places.data_folder import data_folder, lock_on, own_folder
from trustbook.places.made_files import SECRET_MODE, replace_whole


def raise_alarm(book: str, fault: TrustbookError, lang: str, now: datetime) -> None:
    """Keep how the night of ``book`` failed, in one line and in the language of that book."""
    first = next(iter(fault.sentence(lang).splitlines()), "")
    of_book = fault.params.get("of_book", "")
    at = f"{now:%d-%m-%Y %H:%M}"
    line = say(lang, "cli.night_failed", at=at, sentence=first, of_book=of_book)
    with _one_at_a_time():
        _write(alarms() | {book: line})


def clear_alarm(book: str) -> None:
    """Forget it: the book was synced well."""
    if book in alarms():
        with _one_at_a_time():
            standing = alarms()
            standing.pop(book, None)
            _write(standing)


def left_out_again(workbook: str, now: datetime) -> bool:
    """Keep that a night left ``workbook`` out; whether one of an earlier day did so as well, and
    none since took it in.
    """
    with _one_at_a_time():
        missed = _kept(_missed_file())
        first = missed.setdefault(workbook, f"{now:%Y-%m-%d}")
        _put(_missed_file(), missed)
    return first < f"{now:%Y-%m-%d}"


def taken_in(workbook: str) -> None:
    """A night took ``workbook`` in: what was missed before no longer counts."""
    if workbook not in _kept(_missed_file()):
        return
    with _one_at_a_time():
        missed = _kept(_missed_file())
        missed.pop(workbook, None)
        _put(_missed_file(), missed)


def alarms() -> dict[str, str]:
    """The line about the last night of each book whose night failed."""
    return _kept(_file())


def _kept(file: Path) -> dict[str, str]:
    with suppress(OSError, ValueError):
        found = json.loads(file.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    return {}


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Keep the nights of other books away while one is added or taken out."""
    with ExitStack() as held:
        with suppress(OSError, TrustbookError):
            held.enter_context(lock_on("alarms"))
        yield


def _write(standing: dict[str, str]) -> None:
    _put(_file(), standing)


def _put(file: Path, held: dict[str, str]) -> None:
    # Nobody is helped by a second fault: a full disk must not hide why the night failed.
    with suppress(OSError, TrustbookError):
        own_folder(data_folder())
        text = json.dumps(held, indent=1)
        replace_whole(file, text.encode("utf-8", "surrogatepass"), SECRET_MODE)


def _missed_file() -> Path:
    return data_folder() / "missed.json"


def _file() -> Path:
    return data_folder() / "alarms.json"
