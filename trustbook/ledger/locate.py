"""Which ledger remembers a workbook: found by its place and its marks, and refused where it may be
another's.

The rule. A ledger belongs to a book (the mark ``book``) and to a line of workbooks that are synced
together. A workbook is known by its place; the mark ``run`` tells which run wrote it last.

* A place we know, with the stamp we left there: its ledger. An earlier stamp, or none where we left
  one: an old copy was put back, stop. Another book's mark: another book's file was put there, stop.
* A place we do not know, with a stamp that is current in some line: if the file that line knew is
  gone, it was moved or renamed and the line goes on; if it still stands there, this is a copy, and
  goes its own way with a copy of the ledger, so that trying things out on a copy never reaches the
  original.
* A stamp nobody here knows: the mark ``keeper`` says whose it is. Ours (same computer, user and
  data folder): the ledger was lost or put back from an older backup (ledger/lost.py): stop; where
  people go on, nothing is removed or overwritten, and it is built anew. Another's: stop, and say
  whose.
* No mark: a new book.

Each stop prints a number that people can count after: the runs that an old copy lacks, or the rows
of a workbook that is another's or whose ledger is lost. ``--accept NUMBER`` lets it through.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from trustbook.errors import SafetyStop, TrustbookError
from trustbook.ids import new_ids
from trustbook.ledger import Ledger
from trustbook.ledger.ledger_names import part_for
from trustbook.ledger.ledger_place import Place
from trustbook.ledger.lost import (
    Arrival,
    is_remembered,
    marks_accident,
    memory_accident,
    runs_behind,
)
from trustbook.ledger.shelf import FolderShelf, Shelf
from trustbook.merge.accidents import Accident, stop_unless_meant
from trustbook.merge.allowances import NOTHING_ALLOWED, Allowances
from trustbook.places.data_folder import data_folder
from trustbook.places.notes import clear_note

__all__ = ["Arrival", "LedgerLocator", "Located"]


@dataclass(slots=True)
class Located:
    """The ledger of a run and the ID of its book, new if it had none.

    ``rebased``: addresses of workbooks that were put back to an older state on purpose, and whether
    the ledger is to follow them; ``taken``: something was another's until now, so that the marks
    must be written anew; ``aliases``: the address under which the ledger knows a workbook, where a
    run that only reads may not change it; ``found``: there was a ledger already; ``unknown``:
    workbooks with a stamp that it does not know although it was kept here; ``accidents``: what was
    found at the door and only a number lets through.
    """

    ledger: Ledger
    book: str
    rebased: dict[str, bool] = field(default_factory=dict)
    taken: bool = False
    found: bool = True
    aliases: dict[str, str] = field(default_factory=dict)
    unknown: list[Arrival] = field(default_factory=list)
    accidents: list[Accident] = field(default_factory=list)

    def known_as(self, address: str) -> str:
        """Under which address the ledger knows the workbook at ``address``."""
        return self.aliases.get(address, address)


class LedgerLocator:
    """The folder in which ledgers live; ``fixed`` is the one ledger of a book that has its own
    place for it; ``shelf`` is where they stand if not in files.
    """

    def __init__(
        self, folder: Path | None = None, fixed: Path | None = None, shelf: Shelf | None = None
    ) -> None:
        self.folder = folder or data_folder()
        self.fixed = fixed
        self.shelf: Shelf = shelf or FolderShelf(self.folder, fixed)

    @property
    def mark(self) -> str:
        """Who keeps: a fingerprint of where the ledgers stand, and a name to show to people."""
        return f"{self.shelf.fingerprint()} {self.shelf.keeper()}"

    def warning(self) -> str | None:
        """The ledger's folder, where it is one that is synced or on a network."""
        return self.shelf.warning()

    # finding

    def open(
        self,
        arrivals: Sequence[Arrival],
        accept: int | None = None,
        reads_only: bool = False,
        ledger: Ledger | None = None,
        allowed: Allowances = NOTHING_ALLOWED,
    ) -> Located:
        """The ledger for workbooks that are synced together. Raises SafetyStop as the rule has it.

        ``ledger`` is the one of their place, where it is open already. ``allowed`` is what a run
        that writes was told to let through.
        """
        fork = None
        if ledger is None:
            path, fork = self._find(arrivals, accept)
            if path is not None and path.is_file():
                ledger = Ledger(path, reads_only)
        try:
            book = self._book(ledger, arrivals, accept)
            if ledger is None:
                return self._new(book, arrivals, accept, reads_only, allowed)
            if fork is not None and not reads_only:
                ledger = self._fork(ledger, fork, book)
            located = self._admit(ledger, book, arrivals, accept, reads_only, fork)
            if not reads_only and ledger.book is None:
                ledger.book = book
            return located
        except BaseException:
            if ledger is not None:
                ledger.close()
            raise

    def _find(
        self, arrivals: Sequence[Arrival], accept: int | None
    ) -> tuple[Place | None, tuple[str, str] | None]:
        """Where the ledger is, by the workbooks' places or their stamps; see ``_by_stamp``."""
        path = self._known_place(arrivals)
        return (path, None) if path is not None else self._by_stamp(arrivals, accept)

    def _new(
        self,
        book: str,
        arrivals: Sequence[Arrival],
        accept: int | None,
        reads_only: bool,
        allowed: Allowances,
    ) -> Located:
        """The ledger of a book that has none: made only once nothing stands in the way."""
        path = self._free(book, arrivals)
        with Ledger(path, reads_only=True) as empty:
            located = self._admit(empty, book, arrivals, accept, reads_only, None)
        if not reads_only:  # whoever only looks tells of it as of any other guard
            stop_unless_meant(located.accidents, allowed)
            # First of all: what a run leaves here that breaks off, the next one takes up.
            self.settle_in(path, [one.address for one in arrivals])
        located.ledger, located.found = Ledger(path, reads_only), False
        if not reads_only:
            located.ledger.book = book
        return located

    def memory(self, arrival: Arrival, reads_only: bool = True) -> Ledger | None:
        """The ledger of a workbook whatever its state, for looking back; None where nothing
        remembers it.
        """
        path = self.place_of(arrival)
        return Ledger(path, reads_only) if path is not None and path.is_file() else None

    def place_of(self, arrival: Arrival) -> Place | None:
        """Where the ledger of a workbook is: by its place, or by its book."""
        path = self._known_place([arrival])
        if path is None and (book := arrival.marks.get("book")):
            path = next(iter(self.shelf.lines(book)), None)
        return path

    def knows(self, address: str) -> bool:
        """Whether a run from here had the workbook at ``address`` before."""
        with suppress(TrustbookError):
            if (ledger := self.memory(Arrival(address, "", {}))) is not None:
                with ledger:
                    return ledger.known(address) is not None
        return False

    def facts(self, address: str, kind: str) -> dict[str, str] | None:
        """The facts of a kind that the ledger of a workbook holds; None where there is none."""
        ledger = self.memory(Arrival(address, "", {}))
        if ledger is None:
            return None
        with ledger:
            return ledger.facts(kind)

    def language(self, address: str) -> str | None:
        """The language in which the last run spoke of a workbook, or of another one of its book;
        None if unknown.
        """
        with suppress(TrustbookError):
            ledger = self.memory(Arrival(address, "", {}))
            if ledger is None:
                return None
            with ledger:
                known = [ledger.known(one) for one in (address, *ledger.addresses())]
            return next(
                (str(one.state["lang"]) for one in known if one and "lang" in one.state), None
            )
        return None

    def _known_place(self, arrivals: Sequence[Arrival]) -> Place | None:
        return self.shelf.always() or self.shelf.at_place(one.address for one in arrivals)

    def _by_stamp(
        self, arrivals: Sequence[Arrival], accept: int | None
    ) -> tuple[Place | None, tuple[str, str] | None]:
        """The line in which an arriving stamp is current, and for a copy: (the place it was copied
        from, its own).
        """
        older: tuple[Arrival, int] | None = None
        for arrival in arrivals:
            book, token = arrival.marks.get("book"), arrival.token
            for path in self.shelf.lines(book):
                current, behind = _bearers(path, token)
                if arrival.address in current:
                    return path, None
                if current:
                    gone = [address for address in current if not _stands(address)]
                    return path, ((gone or current)[0], arrival.address)
                if behind is not None:
                    older = (arrival, behind)
        if older and accept != older[1]:
            count = older[1]
            raise SafetyStop("guards.old_copy", name=older[0].name, count=count, code=count)
        return None, None

    def _book(self, ledger: Ledger | None, arrivals: Sequence[Arrival], accept: int | None) -> str:
        """The one book all arrivals belong to. Raises SafetyStop for one that carries another
        book's mark.
        """
        book = ledger.book if ledger is not None else None
        for arrival in arrivals:
            marked = arrival.marks.get("book")
            if marked is None:
                continue
            if book is None:
                book = marked
            if marked != book and accept != (rows := arrival.rows()):
                found = {"book": marked, "ours": book, "count": rows, "code": rows}
                raise SafetyStop("guards.other_book", name=arrival.name, **found)
        return book or new_ids("B", 1, ())[0]

    def _free(self, book: str, arrivals: Sequence[Arrival]) -> Place:
        """The first line of a book goes by its ID; a further one adds the place."""
        if (always := self.shelf.always()) is not None:
            return always
        first = self.shelf.first(book)
        return self.shelf.further(book, part_for(arrivals[0].address)) if first.is_file() else first

    def _fork(self, ledger: Ledger, fork: tuple[str, str], book: str) -> Ledger:
        """The ledger, copied for a workbook that goes its own way; the same for one that moved."""
        old, new = fork
        if not _stands(old):
            return ledger
        target = self.shelf.further(book, part_for(new))
        with ledger:
            ledger.copy_to(target)
        return Ledger(target)

    def _admit(
        self,
        ledger: Ledger,
        book: str,
        arrivals: Sequence[Arrival],
        accept: int | None,
        reads_only: bool,
        fork: tuple[str, str] | None,
    ) -> Located:
        kept = Located(ledger, ledger.book or book)
        if fork is not None and reads_only:
            kept.aliases[fork[1]] = fork[0]
        elif fork is not None:
            ledger.move(*fork, copied=_stands(fork[0]))
            if not _stands(fork[0]):
                clear_note(Path(fork[0]))
        self._check_age(kept, arrivals, accept)
        for arrival in arrivals:
            self._check_keeper(kept, arrival, accept)
        self._check_memory(kept)
        if any(arrival.odd for arrival in arrivals):
            kept.accidents.append(marks_accident(arrivals))
            kept.taken = True
        return kept

    def _check_age(self, kept: Located, arrivals: Sequence[Arrival], accept: int | None) -> None:
        """Stop for workbooks that were put back to an older state, all of them at once."""
        old = [arrival for arrival in arrivals if _is_older(kept, arrival)]
        stamps = [(kept.known_as(one.address), one.token) for one in old]
        if old and accept != (count := runs_behind(kept.ledger, stamps)):
            names = ", ".join(arrival.name for arrival in old)
            raise SafetyStop(_why_older(old), name=names, count=count, code=count)
        kept.rebased |= {arrival.address: True for arrival in old}

    def _check_keeper(self, kept: Located, arrival: Arrival, accept: int | None) -> None:
        """Stop for a workbook whose stamp nobody here knows while its memory is kept elsewhere."""
        ledger, token, address = kept.ledger, arrival.token, kept.known_as(arrival.address)
        if _is_staged(ledger, token):
            return
        stranger = arrival.marks.get("book") not in (None, kept.book)
        keeper, _, host = arrival.marks.get("keeper", "").partition(" ")
        moved = bool(keeper) and keeper != self.shelf.fingerprint()
        # Where the memory was brought here, too, the mark is to say so.
        kept.taken = kept.taken or moved or stranger
        if stranger or not token or ledger.stamp(address, token) != "unknown":
            return
        foreign = moved and not self.shelf.is_called(host)
        if foreign and accept != (rows := arrival.rows()):
            folder = self.shelf.shown()
            found = {"host": host, "folder": folder, "count": rows, "code": rows}
            raise SafetyStop(_why_elsewhere(host, folder), name=arrival.name, **found)
        if keeper and not foreign:
            kept.unknown.append(arrival)

    def _check_memory(self, kept: Located) -> None:
        """See which of the workbooks with an unknown stamp no ledger here remembers at all."""
        unknown = [one for one in kept.unknown if not kept.ledger.bears(one.token)]
        lines = [at for at in self.shelf.lines(kept.book) if at.is_file()] if unknown else []
        lost = [one for one in unknown if not is_remembered(one.token, lines)]
        if lost:
            kept.accidents.append(memory_accident(lost, kept.ledger, self._places(kept)))
            kept.taken = True

    def _places(self, kept: Located) -> list[Place]:
        """Where the memory of a book stands, or stood as far as its copies tell."""
        if kept.ledger.place is not None and kept.ledger.place.is_file():
            return [kept.ledger.place]
        if (always := self.shelf.always()) is not None:
            return [always]
        return [self.shelf.first(kept.book), *self.shelf.once(kept.book)]

    def settle_in(self, place: Place | None, addresses: Sequence[str]) -> None:
        """Note that the ledger at ``place`` remembers these workbooks, for the next run."""
        if place is not None:
            self.shelf.settle(place, addresses)


def _bearers(path: Place, token: str) -> tuple[list[str], int | None]:
    """The workbooks for which a stamp is current in the ledger at ``path``; and how many runs it is
    behind for one that has a later stamp by now, None where there is no such one.
    """
    with Ledger(path, reads_only=True) as ledger:
        states = {address: ledger.stamp(address, token) for address in ledger.addresses()}
        older = [address for address, state in states.items() if state == "older"]
        behind = ledger.runs_since(older[0], token) if older else None
    return [address for address, state in states.items() if state == "current"], behind


def _is_staged(ledger: Ledger, token: str) -> bool:
    """Whether a run or a restore that broke off put a stamp into its workbook."""
    staged = ledger.prepared()
    return staged is not None and staged[1] == token


def _is_older(kept: Located, arrival: Arrival) -> bool:
    """Whether a workbook was put back to an older state, or came without its stamp."""
    ledger, address, token = kept.ledger, kept.known_as(arrival.address), arrival.token
    if _is_staged(ledger, token):
        return False
    if token:
        return ledger.stamp(address, token) == "older"
    known = ledger.known(address)
    return known is not None and bool(known.state.get("token")) and not arrival.odd


def _why_elsewhere(host: str, here: str) -> str:
    """Which of the sentences says where a memory is kept that is looked for ``here``."""
    if any("://" in place for place in (host, here)):
        return "guards.other_place"
    return "guards.other_folder" if host == platform.node() else "guards.other_keeper"


def _why_older(old: Sequence[Arrival]) -> str:
    """What is likely of workbooks that lack what was written last."""
    if all("://" in arrival.address for arrival in old):
        return "guards.saved_over"  # a program had it open, and knew nothing of our write
    return "guards.old_copy" if any(arrival.token for arrival in old) else "guards.no_marks"


def _stands(address: str) -> bool:
    """Whether something stands at a place, as far as that can be seen from here."""
    return "://" in address or address.startswith("gsheet:") or Path(address).exists()
