"""Ledgers in a PostgreSQL database, for every computer that may take the night."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from trustbook.ledger.copies import place_of_copies
from trustbook.ledger.ledger_place import Place, ServerPlace
from trustbook.ledger.ledger_server import LedgerServer


class ServerShelf:
    """The ledgers of a database; their copies lie in ``folder``."""

    def __init__(self, server: LedgerServer, folder: Path) -> None:
        self.server, self._folder = server, folder

    def fingerprint(self) -> str:
        """That of the database, whatever computer asks."""
        return self.server.identity

    def keeper(self) -> str:
        """The database."""
        return self.server.shown_to_all

    def is_called(self, keeper: str) -> bool:
        """Whether it is this database, also one that was made anew under its address."""
        return keeper == self.keeper()

    def shown(self) -> str:
        """The database."""
        return self.server.shown_to_all

    def warning(self) -> str | None:
        """None: a database is a good place."""
        return None

    def always(self) -> Place | None:
        """None: a database holds many books."""
        return None

    def place(self, name: str) -> ServerPlace:
        """The schema of this name."""
        home = self._folder / "postgresql" / self.server.identity / f"{name}.ledger"
        return ServerPlace(self.server, name, home)

    def at_place(self, addresses: Iterable[str]) -> Place | None:
        """The ledger that is noted for an address."""
        found = filter(None, map(self.server.ledger_at, addresses))
        return next(map(self.place, found), None)

    def lines(self, book: str | None) -> Sequence[Place]:
        """The ledgers of a book."""
        names = self.server.ledger_names() if book else []
        return [self.place(name) for name in names if _is_of(name, book or "")]

    def all_ledgers(self) -> Sequence[ServerPlace]:
        """The ledgers of all books."""
        return [self.place(name) for name in self.server.ledger_names()]

    def first(self, book: str) -> ServerPlace:
        """The first line of a book goes by its ID."""
        return self.place(_name(book))

    def further(self, book: str, part: str) -> ServerPlace:
        """A further line adds a part."""
        return self.place(f"{_name(book)}_{part}")

    def once(self, book: str) -> Sequence[Place]:
        """Of which ledgers copies lie on this computer."""
        there = sorted(self._folder.glob("postgresql/*/*.copies"))  # of databases before it, too
        homes = {home: home.name.removesuffix(".ledger") for home in map(place_of_copies, there)}
        mine = {home: name for home, name in homes.items() if _is_of(name, book)}
        return [ServerPlace(self.server, name, home) for home, name in mine.items()]

    def settle(self, place: Place, addresses: Iterable[str]) -> None:
        """Note the addresses in the database."""
        if isinstance(place, ServerPlace):
            self.server.note_places(place.name, addresses)

    @contextmanager
    def locked(self, address: str, wait: float | None) -> Iterator[None]:
        """Keep the runs of all computers away from a workbook and from its ledger: by its address,
        and by the ledger, since another computer may have another way to it.
        """
        names = filter(None, (address, self.server.ledger_at(address)))
        with self.server.locked(names, wait):
            yield

    def still_ours(self) -> None:
        """Raise Busy where the connection was lost that kept others away."""
        self.server.still_locked()


def _name(book: str) -> str:
    """The schema of a book: its ID has no signs that are not plain."""
    return f"book_{re.sub('[^0-9a-z]', '', book.lower().removeprefix('b-'))}"


def _is_of(name: str, book: str) -> bool:
    return re.fullmatch(rf"{_name(book)}(_[0-9a-f]{{8}})?", name) is not None
