"""People and nights at one workbook in a SharePoint library, at random: nothing may be lost.

    python scripts/fuzz_sharepoint.py [--rounds 1000] [--seed 1] [--from 0] [--only PART] [--quick]

Each round is a night during which, at any request or step, somebody saves a row, opens or closes
the workbook, checks it out, moves it, SharePoint writes into it, the service fails, or the run is
killed. After it two quiet nights: every row that anybody saved must stand in the workbook, once,
and the last night must write nothing. Besides, every fault meets every request of a writing night,
and a night is killed at every step, request and fragment of its upload. The service is the stand-in
of the tests, as documented. Ends with 1 when something was lost.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from fuzz_office import SILENCE, Faults, Office, Step, answer, asked_for, play_all  # noqa: E402

from tests.graph_server import GraphServer, routes  # noqa: E402
from tests.graph_server.enrichment import enriched  # noqa: E402
from tests.graph_server.signin import CLIENT, TENANT  # noqa: E402
from tests.sheets_server.faults import Call, Reply  # noqa: E402
from trustbook.places import graph_client, graph_upload  # noqa: E402
from trustbook.places.graph_login import LOGIN_HOST, SharePointLogin  # noqa: E402
from trustbook.places.sharepoint import SharePointPlace  # noqa: E402
from trustbook.places.sharepoint_address import read_sharepoint_address  # noqa: E402

# So small that a workbook goes in several.
FRAGMENT = 8 * 1024


class Library(GraphServer):
    """The stand-in, with faults in front of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.faults = Faults()

    def handle(self, *, host: str, path: str, wire: Any, **parts: Any) -> Reply:
        """An answer, or what a fault makes of it; a sign-in meets none."""

        def carry_out() -> Reply:
            with self.faults.alone:
                return super(Library, self).handle(host=host, path=path, wire=wire, **parts)

        if host.startswith(LOGIN_HOST):
            return carry_out()
        call = Call(0, host=host, path=path, kind="", **parts)
        with self.faults.request():
            kind = self.faults.meet(call)
            return carry_out() if kind is None else answer(kind, call, wire, carry_out)


class LibraryOffice(Office):
    """A workbook in a library, and the people who work in it."""

    steps = ("read", "edited", "checked", "backup", "session", "fragment", "replaced", "settled")

    def __init__(self, server: GraphServer, name: str, chance: random.Random) -> None:
        self.server, self.moves = server, 0
        super().__init__(server.folder / f"{name}.xlsx", chance)
        self.address = read_sharepoint_address(server.address(f"{name}.xlsx"))

    def place(self) -> SharePointPlace:
        """Where the workbook was at first."""
        login = SharePointLogin(TENANT, CLIENT, str(self.server.certificate))
        return SharePointPlace(self.address, login)

    @property
    def item(self) -> Any:
        """The workbook as the library knows it."""
        return self.server.library.at(self.file)

    def put(self, data: bytes) -> bool:
        """A person saves; who has it open may save as well."""
        self.server.library.replace(self.file, data)
        return True

    def people(self) -> list[Step]:
        """What people, and the library itself, may do."""
        return [
            self.save_a_row, self.open_or_close, self.check_out_or_in, self.enrich, self.move,
        ]  # fmt: skip

    def open_or_close(self) -> None:
        """A person opens the workbook, or closes it."""
        self.item.locked = not self.item.locked

    def check_out_or_in(self) -> None:
        """A person checks the workbook out, or in."""
        self.item.checked_out = "" if self.item.checked_out else "Anne"

    def enrich(self) -> None:
        """SharePoint writes into it, late."""
        self.server.library.replace(self.file, enriched(self.file.read_bytes()))

    def move(self) -> None:
        """Somebody renames it."""
        self.moves += 1
        new = self.file.with_name(f"{self.file.stem.split(' ')[0]} {self.moves}.xlsx")
        self.server.library.move(self.file, new)
        self.file = new

    def calm(self) -> None:
        """Everybody closes it and checks it in."""
        self.item.locked, self.item.checked_out = False, ""


def main() -> int:
    """Play what was asked for and say what was lost."""
    asked = asked_for(__doc__.splitlines()[0])
    graph_client.GraphClient.pause = lambda *_: None  # type: ignore[method-assign]
    graph_client.READ = SILENCE
    graph_upload.FRAGMENT = routes._FRAGMENT = FRAGMENT
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRUSTBOOK_DATA"] = str(Path(folder) / "data")
        (Path(folder) / "library").mkdir()
        library = Library(Path(folder) / "library")
        with library as server:
            os.environ.update(server.variables())

            def make(name: str) -> Office:
                return LibraryOffice(server, name, random.Random(asked.seed))

            wrong = play_all(asked, make, library.faults)
            leaked = len(server.leaked)
    print(f"{leaked} tokens sent astray")
    return 1 if wrong or leaked else 0


if __name__ == "__main__":
    raise SystemExit(main())
