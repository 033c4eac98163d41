"""The sync machine with its ledger in PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import ClassVar

from tests.postgres_server import PostgresServer
from tests.sync_machine import Network
from trustbook.ledger.ledger_place import Place
from trustbook.ledger.ledger_server import LedgerServer
from trustbook.ledger.locate import LedgerLocator
from trustbook.ledger.server_shelf import ServerShelf


class ServerNetwork(Network):
    """The machine; all examples use one database, emptied between them."""

    server: ClassVar[PostgresServer]
    url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.shelf = ServerShelf(LedgerServer(self.url), self.folder)
        self.keeper = LedgerLocator(self.folder, shelf=self.shelf)
        self.lose_ledgers()

    @classmethod
    def start_server(cls) -> None:
        """Start the server."""
        cls.server = PostgresServer()
        cls.url = cls.server.new_database()

    def ledgers(self) -> Sequence[Place]:
        """Where the ledgers of the book are."""
        return self.shelf.all_ledgers()

    def lose_ledgers(self) -> None:
        """The ledgers are no more, nor their copies."""
        for place in self.shelf.all_ledgers():
            self._ask(f"DROP SCHEMA {place.name} CASCADE")
        self._ask("DELETE FROM trustbook.ledgers")
        self._ask("DELETE FROM trustbook.places")
        shutil.rmtree(self.folder)
        self.folder.mkdir()

    def _ask(self, query: str) -> None:
        self.server.ask(query, self.url.rpartition("/")[2])

    def teardown(self) -> None:
        """Let go of the database as well."""
        self.shelf.server.close()
        super().teardown()
