"""How many requests a night on a Google Sheet costs, counted by a server that stands in for Google.

    python scripts/bench_google.py [MOMENTS ...]

Makes a network of so many moments (by default 200 and 20,000), syncs it twice, and does the same
job once more with gspread as its documentation shows it: open, read the records, write each sheet
and format its header.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.google_sheets import create
from tests.sheets_server import SheetsServer
from trustbook.ledger.locate import LedgerLocator
from trustbook.run.sync import run_sync
from trustbook.workbooks.google import GoogleWorkbook

TODAY, NOW = date(2026, 9, 30), datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
PARTNERS = [
    "ID",
    "Naam",
    "Laag",
    "Ritme",
    "Relatiehouder",
    "Status",
    "Waarom",
    "Laatst zonnig",
    "Uiterlijk",
]
OURS = ("Begin hier", "Relatiestatus", "Wie bellen", "Te controleren")


def network(moments: int) -> dict[str, list[list[Any]]]:
    """The rows of a network with so many moments, none of them with an ID yet."""
    dice = random.Random(1)
    count = max(50, min(400, moments // 10))
    partners = [
        [None, f"Partner {i}", "kern lokaal", "kwartaal", dice.choice("JFPA")] for i in range(count)
    ]
    rows = [
        [
            None,
            TODAY - timedelta(days=dice.randrange(1000)),
            f"Partner {dice.randrange(count)}",
            "bezoek",
            "zonnig",
        ]
        for _ in range(moments)
    ]
    header = ["ID", "Datum", "Met", "Vorm", "Weer"]
    return {"Partners": [PARTNERS, *partners], "Contactmomenten": [header, *rows]}


def trustbook(server: SheetsServer, key: str) -> None:
    """One night."""
    run_sync(
        GoogleWorkbook(f"gsheet:{key}", server.service_account()),
        TODAY,
        NOW,
        keeper=LedgerLocator(),
    )


def plain_gspread(server: SheetsServer, key: str) -> None:
    """The same job in the ways of gspread's documentation."""
    import gspread

    book = gspread.service_account(filename=str(server.service_account())).open_by_key(key)
    partners, moments = book.worksheet("Partners"), book.worksheet("Contactmomenten")
    records = partners.get_all_records()
    logged = moments.get_all_records()
    for sheet, found in ((partners, records), (moments, logged)):
        ids = [[f"{sheet.title[0]}-{i:05d}X"] for i in range(len(found))]
        sheet.update(ids, f"A2:A{len(ids) + 1}")
    partners.update([["Warm", "", "", ""] for _ in records], f"F2:I{len(records) + 1}")
    for title in OURS:
        try:
            sheet = book.worksheet(title)
            sheet.clear()
        except gspread.WorksheetNotFound:
            sheet = book.add_worksheet(title, rows=len(records) + 10, cols=15)
        sheet.update([["ID", "Naam"], *[["P", record["Naam"]] for record in records]])
        sheet.format("A1:O1", {"textFormat": {"bold": True}})
        sheet.freeze(rows=1)


def measured(server: SheetsServer, job: Callable[[SheetsServer, str], None], key: str) -> str:
    """How many requests a job makes and how long it takes, as text."""
    server.forget()
    started = time.perf_counter()
    job(server, key)
    seconds = time.perf_counter() - started
    kinds = [call.kind for call in server.requests]
    told = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    return f"{len(kinds):3d} requests ({told}) in {seconds:.1f} s"


def main(sizes: list[int]) -> None:
    """Prints the counts for each size."""
    with SheetsServer() as server, tempfile.TemporaryDirectory() as data:
        os.environ.update(server.variables() | {"XDG_DATA_HOME": data})
        for moments in sizes:
            key = create(server, network(moments))
            print(f"{moments} moments")
            print(f"  trustbook, first night      {measured(server, trustbook, key)}")
            print(f"  trustbook, nothing changed  {measured(server, trustbook, key)}")
            other = create(server, network(moments))
            print(
                f"  gspread as documented       {measured(server, plain_gspread, other)}",
                flush=True,
            )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [200, 20_000])
