"""Bringing the memory of a book to another place: from a file to a database, and back."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trustbook.columns import TYPED
from trustbook.config import Target, book_names, resolve
from trustbook.errors import SafetyStop, UsageError
from trustbook.ledger import Ledger
from trustbook.ledger.copies import folder_of_copies, keep_copy
from trustbook.ledger.ledger_names import part_of
from trustbook.ledger.ledger_place import Place, ServerPlace
from trustbook.ledger.locate import LedgerLocator
from trustbook.ledger.lost import Arrival
from trustbook.ledger.statements import TABLE_NAMES
from trustbook.places.data_folder import lock_on, own_folder
from trustbook.run.open_target import locator_for, server_shelf
from trustbook.workbooks.registry import is_path

if TYPE_CHECKING:
    from trustbook.ledger.server_shelf import ServerShelf


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """What was typed for a place: ``locator`` finds ledgers there, ``file`` is a ledger itself and
    ``target`` the book of trustbook.toml that was named.
    """

    text: str
    locator: LedgerLocator
    file: Path | None = None
    target: Target | None = None

    @property
    def shown(self) -> str:
        """The place for people; no password is in it."""
        shelf = self.server
        return shelf.server.shown if shelf is not None else str(self.file or self.text)

    @property
    def server(self) -> ServerShelf | None:
        """The database, where it is one."""
        from trustbook.ledger.shelf import FolderShelf

        shelf = self.locator.shelf
        return None if isinstance(shelf, FolderShelf) else shelf  # type: ignore[return-value]


def named_place(text: str | None, config: Path | None = None) -> NamedPlace:
    """What ``text`` means: the address of a database, the file of a ledger, or a book; left out,
    the only book of trustbook.toml. Raises UsageError.
    """
    if text and "://" in text and text.startswith("postgres"):
        return NamedPlace(text, LedgerLocator(shelf=server_shelf(text)))
    if text and _is_a_file(text, config):
        path = Path(text).absolute()
        return NamedPlace(text, LedgerLocator(fixed=path), path)
    target = resolve(text, config)
    fixed = Path(target.ledger) if target.ledger and "://" not in target.ledger else None
    return NamedPlace(text or target.name, locator_for(target.ledger), fixed, target)


def _is_a_file(text: str, config: Path | None) -> bool:
    """Whether a text names the file of a ledger: by its ending, or because it is neither a book nor
    a workbook. Raises UsageError for a bare word that is none of them.
    """
    ending = Path(text).suffix.lower()
    if ending == ".ledger":
        return True
    if not is_path(text) or ending in (".xlsx", ".xlsm") or text in book_names(config):
        return False
    if not ending and not Path(text).is_file():
        raise UsageError("ledger.move_names")
    return True


def make_ready(place: NamedPlace) -> tuple[str, bool] | None:
    """Make a place ready for ledgers. For a database its version, and whether its user may do more
    than is needed.
    """
    if (shelf := place.server) is not None:
        shelf.server.make_directory()
        return shelf.server.about()
    if place.file is None:
        own_folder(place.locator.folder)
    else:
        Ledger(place.file).close()
    return None


@dataclass(frozen=True, slots=True)
class MovedLedger:
    """What was moved: of which book, how many rows of its sheets (those that are gone from them
    too) and lines of its tables, from where to where; ``stays``: it came from a copy, which is
    left as it was.
    """

    book: str
    rows: int
    lines: int
    source: str
    to: str
    stays: bool


def move_ledger(source: NamedPlace, to: NamedPlace, accept: int | None = None) -> MovedLedger:
    """Bring a memory from one place to another, compare all of it, and leave nothing behind but
    where it went. Runs at work on it are waited for by nobody: raises Busy. Raises UsageError where
    nothing stands or it cannot be said which; SafetyStop where another one stands at ``to``.
    """
    place = _standing_at(source)
    if to.server is not None:
        make_ready(to)
    with ExitStack() as stack:
        ledger = stack.enter_context(Ledger(place, reads_only=_is_copy(place)))
        book = ledger.book or ""
        target = _going_to(to, place, book)
        if target == place:
            raise UsageError("ledger.move_same", path=place)
        _keep_runs_away(stack, ledger, [place, target])
        other = stack.enter_context(Ledger(target, moved_too=True))
        _refuse_another(other, ledger, accept)
        other.take_over(ledger)
        rows = sum(len(ledger.records(sheet.key)) for sheet in TYPED)
        lines = sum(len(ledger.texts(table, "1")) for table in TABLE_NAMES)
        to.locator.settle_in(target, ledger.addresses())
        stays = _is_copy(place)
        if not stays:
            _take_copies_along(ledger, other)
        keep_copy(other)
        if not stays:
            ledger.leave_for(to.shown if to.server is not None else str(target))
    return MovedLedger(book, rows, lines, str(place), str(target), stays)


def _standing_at(named: NamedPlace) -> Place:
    """The one ledger that stands at a place. Raises UsageError for none, or for one of many."""
    if named.target is not None:
        marks = Arrival(named.target.workbooks[0], named.target.name, {})
        found = [at for at in [named.locator.place_of(marks)] if at is not None]
    elif (shelf := named.server) is not None:
        found = list(shelf.all_ledgers())
    else:
        found = [named.file] if named.file else []
    standing = [at for at in found if at.is_file()]
    if len(standing) > 1:
        raise UsageError("ledger.move_which", path=named.shown, count=len(standing))
    if not standing:
        raise UsageError("ledger.move_nothing", path=named.shown)
    return standing[0]


def _going_to(named: NamedPlace, source: Place, book: str) -> Place:
    """Where a ledger goes: the file that was named, or in a database what its book is called."""
    if named.file is not None:
        return named.file
    part = part_of(source.name)
    shelf = named.locator.shelf
    return shelf.further(book, part) if part else shelf.first(book)


def _keep_runs_away(stack: ExitStack, ledger: Ledger, places: list[Place]) -> None:
    addresses = ledger.addresses()
    for address in addresses:
        stack.enter_context(lock_on(address, wait=0))
    for place in places:
        if isinstance(place, ServerPlace):
            stack.enter_context(place.server.locked([place.name, *addresses], wait=0))


def _refuse_another(other: Ledger, ledger: Ledger, accept: int | None) -> None:
    """Stop where another memory stands; what is there is kept as a copy where it is accepted."""
    last = other.last_run()
    if other.moved_to or last is None or other.same_as(ledger):
        return
    if accept != last[0]:
        ours = ledger.last_run()
        raise SafetyStop(
            "ledger.move_taken",
            to=other.place,
            book=other.book,
            run=last[0],
            ours=ledger.book,
            last=ours[0] if ours else 0,
            count=last[0],
        )
    if fault := keep_copy(other):
        raise fault


def _is_copy(place: Place) -> bool:
    return isinstance(place, Path) and place.parent.name.endswith(".copies")


def _take_copies_along(ledger: Ledger, other: Ledger) -> None:
    """Have the copies that were kept lie beside the new place: they hold what was moved."""
    assert ledger.path is not None and other.path is not None
    before, after = folder_of_copies(ledger.path), folder_of_copies(other.path)
    if before == after or not before.is_dir():
        return
    own_folder(after)
    for copy in before.iterdir():
        if (after / copy.name).exists():
            copy.unlink()
        else:
            shutil.move(copy, after / copy.name)
    before.rmdir()
