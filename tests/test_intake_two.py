"""Proposals of one network in two workbooks, and in a Google Sheet: what is typed counts once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from tests.google_sheets import cell, create, shared_server
from tests.nights import TODAY, Away, Nights, copied
from tests.sheets_server import SheetsServer
from trustbook.columns import PROPOSALS
from trustbook.intake.contacts import Findings, FoundContact
from trustbook.ledger.facts import rows_on
from trustbook.ledger.locate import LedgerLocator
from trustbook.run.intake import Intake, TakenIn
from trustbook.run.sync import run_sync
from trustbook.snapshot import CellValue
from trustbook.workbooks.google import GoogleWorkbook

__all__ = ["shared_server"]


def twins(folder: Path) -> Nights:
    """A network that has gone on in two equal workbooks for a while."""
    nights = Nights(folder, 6)
    nights.night()
    second, twin = Away({}, "two"), copied(nights.book, "two")
    second.sheets, second.ours, second.marks = twin.sheets, twin.ours, twin.marks
    second._version = twin._version
    nights.books = [nights.book, second]
    nights.night()
    return nights


def take_in(nights: Nights, *titles: str, sources: Sequence[str] = ()) -> TakenIn:
    day, named = date(2026, 9, 15), sources or ["a.ics"] * len(titles)
    pairs = zip(titles, named, strict=True)
    found = [FoundContact(title, day, source, title) for title, source in pairs]
    intake = Intake(nights.books, nights.keeper, TODAY, nights.clock, "en")
    taken = intake.take_in(lambda book: Findings(found))
    assert taken is not None
    return taken


def proposals(nights: Nights, book: int) -> Sequence[dict[str, CellValue]]:
    grids = nights.books[book].read().grids
    grid = next((grid for grid in grids if grid.ours == PROPOSALS.key), None)
    return rows_on(grid, PROPOSALS) if grid else []


def answer(nights: Nights, book: int, *words: str | None) -> None:
    sheet = nights.sheet(nights.books[book].ours["proposals"], book)
    at = next(i for i, line in enumerate(sheet) if line and line[0] == "Date")
    for row, word in enumerate(words, at + 1):
        sheet[row][sheet[at].index("OK?")] = word


def held(nights: Nights, book: int) -> list[object]:
    return [row[2] for row in nights.rows("Moments", book) if row[1] == date(2026, 9, 15)]


def test_different_answers_wait_and_say_both(tmp_path: Path) -> None:
    nights = twins(tmp_path)
    assert take_in(nights, "Visit Partner 01", "Visit Partner 02").outcome.proposed == 2
    assert nights.night().proposals == 2
    assert [row["partner"] for row in proposals(nights, 1)] == ["Partner 01", "Partner 02"]
    answer(nights, 0, "yes", "yes")
    answer(nights, 1, "no", None)
    assert nights.night().proposals == 1
    for book, word in enumerate(("yes", "no")):
        (left,) = proposals(nights, book)
        assert (left["partner"], left["ok"]) == ("Partner 01", word)
        assert "yes | no" in str(left["why"]) or "no | yes" in str(left["why"])
    assert held(nights, 0) == held(nights, 1) == ["Partner 02"]
    nights.books[1].away = True  # type: ignore[attr-defined]
    nights.night()
    assert len(proposals(nights, 0)) == 1, "what is out of reach still says no"
    nights.books[1].away = False  # type: ignore[attr-defined]
    answer(nights, 1, "Yes")
    assert nights.night().proposals == 0
    assert held(nights, 0) == held(nights, 1) == ["Partner 02", "Partner 01"]
    assert proposals(nights, 0) == proposals(nights, 1) == []
    assert not nights.night().changed
    assert take_in(nights, "Visit Partner 01").outcome.proposed == 0


def test_what_is_typed_and_not_yet_read_is_not_taken_back_by_an_import(tmp_path: Path) -> None:
    nights = twins(tmp_path)
    take_in(nights, "Visit Partner 01")
    nights.night()
    answer(nights, 0, "yes")
    assert take_in(nights, "Visit Partner 01").outcome.withdrawn == 0
    nights.night()
    assert held(nights, 0) == ["Partner 01"]


def test_two_sources_of_one_contact_are_one(tmp_path: Path) -> None:
    nights = twins(tmp_path)
    told = take_in(
        nights, "Visit Partner 01", "Lunch Partner 01", sources=("a.ics", "b.ics")
    ).outcome
    assert (told.proposed, told.already_known) == (1, 1)


def test_a_yes_in_a_google_spreadsheet_is_read_before_the_tab_is_replaced(
    shared_server: SheetsServer, tmp_path: Path
) -> None:
    day = date(2026, 9, 30)
    key = create(
        shared_server,
        {
            "Partners": [["ID", "Name"], [None, "Politie"], [None, "School"]],
            "Moments": [["ID", "Date", "With", "Topic"], [None, date(2026, 9, 1), "School", None]],
        },
    )
    book = GoogleWorkbook(f"gsheet:{key}", shared_server.service_account())
    intake = Intake([book], LedgerLocator(tmp_path), day, datetime(2026, 9, 30, 2, 0), "en")
    contact = FoundContact("k", date(2026, 9, 15), "a.ics", "Lunch Politie")
    assert intake.take_in_and_show(lambda _: Findings([contact])).outcome.proposed == 1
    state = shared_server.state(key)
    line = state.typed("Proposals")[2]
    assert (line[1], line[3]) == ("Politie", "a.ics")
    sheet = next(one for one in shared_server.book(key).sheets if one.title == "Proposals")
    answered = {"sheetId": sheet.id, "rowIndex": 2, "columnIndex": 5}
    rows = [{"values": [cell("yes")]}]
    state.ask({"updateCells": {"start": answered, "rows": rows, "fields": "userEnteredValue"}})
    now = datetime(2026, 10, 1, 2, 0)
    report = run_sync(book, day, now, lang="en", keeper=intake.locator)
    assert report.proposals == 0
    assert state.typed("Moments")[2][2:4] == ["Politie", "Lunch Politie"]
    assert "Proposals" not in [one.title for one in shared_server.book(key).sheets]
