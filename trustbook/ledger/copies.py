"""The copies that a memory keeps of itself, in a folder beside it.

One is made after each run that wrote something, so that the newest knows the stamp in the workbook.
They are numbered as they are made: a clock that goes wrong makes none of them older. The last KEPT
stay, and of those before every SPACING-th, the last KEPT_SPACED of these.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from trustbook.errors import TrustbookError
from trustbook.ledger.ledger_place import Place, ServerPlace, home_of
from trustbook.ledger.whole import is_copy_of, is_whole
from trustbook.places.data_folder import own_folder

if TYPE_CHECKING:
    from trustbook.ledger.store import Ledger

KEPT, SPACING, KEPT_SPACED = 7, 7, 8
_ENDING = ".copies"
_NAMED = re.compile(r"(\d{6,})-run-(\d+)\.ledger")

NONE_WHOLE = "ledger.no_whole_copy"
# Keys of sentences and their blanks.
Advice: TypeAlias = Sequence[tuple[str, Mapping[str, object]]]


def folder_of_copies(ledger: Path) -> Path:
    """Where the copies of the memory at ``ledger`` lie."""
    return ledger.with_name(f"{ledger.name}{_ENDING}")


def place_aside(ledger: Path) -> Path:
    """Where a restore keeps the memory at ``ledger`` as it was, until it is done."""
    return ledger.with_name(f"{ledger.name}.before")


def place_of_copies(folder: Path) -> Path:
    """Of which memory the copies in ``folder`` are."""
    return folder.with_name(folder.name.removesuffix(_ENDING))


def copies_of(ledger: Path) -> list[Path]:
    """The copies of the memory at ``ledger``, in the order in which they were made."""
    folder = folder_of_copies(ledger)
    found = (
        [one for one in folder.iterdir() if _NAMED.fullmatch(one.name)] if folder.is_dir() else []
    )
    return sorted(found, key=_number)


def all_that_is_kept(ledger: Path) -> list[Path]:
    """Every file beside the memory at ``ledger`` that holds what it held: its copies, and what a
    run that was killed left of one.
    """
    folder = folder_of_copies(ledger)
    copies = list(folder.iterdir()) if folder.is_dir() else []
    beside = ledger.parent.glob(f"{glob.escape(ledger.name)}.*")
    return [*(one for one in beside if one.is_file()), *copies]


def _number(copy: Path) -> int:
    return int(copy.name.partition("-")[0])


def run_of_copy(copy: Path) -> int:
    """The last run that a copy knows."""
    return int(copy.stem.rpartition("-")[2])


def keep_copy(ledger: Ledger, always: bool = True) -> TrustbookError | None:
    """Keep a copy of a memory; if not ``always``, only where the newest one is of another run or is
    not whole.

    What keeps us from it, if anything: then the copies there were are all still there.
    """
    try:
        with ledger.told():
            _make_copy(ledger, always)
    except TrustbookError as fault:
        return fault
    return None


def _make_copy(ledger: Ledger, always: bool) -> None:
    last = ledger.last_run()
    if ledger.path is None or last is None:
        return
    _sweep(ledger.path)
    if isinstance(ledger.place, ServerPlace):
        _drop_what_was_erased(ledger, ledger.path)
    there = copies_of(ledger.path)
    if not always and there and run_of_copy(there[-1]) == last[0] and _holds(ledger, there[-1]):
        return
    own_folder(folder_of_copies(ledger.path))
    number = _number(there[-1]) + 1 if there else 1
    ledger.copy_to(folder_of_copies(ledger.path) / f"{number:06d}-run-{last[0]}.ledger")
    _prune(ledger.path)


def _holds(ledger: Ledger, copy: Path) -> bool:
    """Whether a copy is whole: mostly it is the file of the ledger still."""
    assert ledger.path is not None
    return is_copy_of(copy, ledger.path) or is_whole(copy)


def _sweep(ledger: Path) -> None:
    """Remove what a run that was killed left of a copy."""
    for left in folder_of_copies(ledger).glob("*.tmp*"):
        with suppress(OSError):
            left.unlink()


def _drop_what_was_erased(ledger: Ledger, home: Path) -> None:
    """Remove the copies on this computer where another one erased something since."""
    there = copies_of(home)
    if there and ledger.erased_in(there[-1]) != ledger.erased:
        for copy in there:
            copy.unlink()


def _prune(ledger: Path) -> None:
    older = copies_of(ledger)[:-KEPT]
    spaced = [one for one in older if _number(one) % SPACING == 0][-KEPT_SPACED:]
    for one in older:
        if one not in spaced:
            with suppress(OSError):
                one.unlink()


def newest_whole(ledger: Path) -> Path | None:
    """The newest copy of the memory at ``ledger`` that is whole; None where none is."""
    return next(filter(is_whole, reversed(copies_of(ledger))), None)


def how_to_put_back(place: Place, copy: Path | None = None) -> Advice:
    """How people have the memory at ``place`` back: from ``copy``, by default the newest that is
    whole.
    """
    ledger = home_of(place)
    assert ledger is not None
    chosen = copy or newest_whole(ledger)
    if chosen is None:
        if there := len(copies_of(ledger)):
            found = {"count": there, "folder": folder_of_copies(ledger).absolute()}
            return [(NONE_WHOLE, found), ("ledger.from_backup", {})]
        return [("ledger.no_copy", {})]
    if isinstance(place, ServerPlace):
        return [("ledger.put_back_server", {"copy": chosen.absolute(), "run": run_of_copy(chosen)})]
    blanks = {"copy": chosen.absolute(), "path": ledger.absolute(), "run": run_of_copy(chosen)}
    half = ledger.with_name(f"{ledger.name}-journal")
    # Of the file that is to go: it would be put into the copy.
    first = [("ledger.journal_away", {"path": half})] if half.exists() else []
    return [*first, ("ledger.put_back", blanks)]
