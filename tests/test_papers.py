"""The papers for the data-protection officer say what the program does: its fields, the places
where it keeps something, and who sees what.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.books import TODAY
from tests.test_docs import DOCS, Page, read
from trustbook.columns import TYPED
from trustbook.ledger.copies import KEPT, KEPT_SPACED, folder_of_copies, place_aside
from trustbook.ledger.reading_cache import cache_place
from trustbook.outbox import mail
from trustbook.overview.naming import EDITIONS
from trustbook.places import data_folder, local, made_files, notes, web_memory
from trustbook.places.graph_login import SharePointLogin, TokenSource
from trustbook.region import published
from trustbook.run import alarms
from trustbook.workbooks.google import sharing

PAPERS = {"nl": "nl/dpia.md", "en": "dpia.md"}
FIELDS, PLACES, VIEWS, TERMS = 1, 2, 3, 5  # which table of the page


@pytest.fixture(params=PAPERS)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def rows(lang: str, table: int) -> list[list[str]]:
    page: Page = read(DOCS / PAPERS[lang])
    return page.tables[table][2:]


def test_every_field_is_named_and_no_other(lang: str) -> None:
    told = {row[0]: row[1].split(", ") for row in rows(lang, FIELDS)}
    assert told == {
        sheet.label(lang): [column.label(lang) for column in sheet.columns] for sheet in TYPED
    }


def test_every_place_where_something_is_kept_is_named(lang: str) -> None:
    named = [name for row in rows(lang, PLACES) for name in re.findall(r"`([^`]+)`", row[0])]
    workbook, ledger = Path("n.xlsx"), Path("B.ledger")
    kept = [
        ledger, folder_of_copies(ledger), place_aside(ledger), cache_place(ledger),
        local.backups_of(workbook),
        notes.note_beside(workbook, lang), alarms._file(), alarms._missed_file(),
        made_files._memory(workbook).parent, mail._note("a letter", TODAY).parent,
        sharing._note("x").parent, web_memory.web_folder("x").parent, published._file().parent,
        TokenSource(SharePointLogin("", "", ""))._cache, Path("keys"),
    ]  # fmt: skip
    for place in kept:
        assert [name for name in named if place.name.endswith(name)], place
    rooms = Path(data_folder.__file__).parents[1].rglob("*.py")
    in_data_folder = {
        name
        for source in rooms
        for name in re.findall(r'data_folder\(\) / "([^"]+)"', source.read_text("utf-8"))
    }
    assert {"locks", "keys", "sharepoint-signin.json"} <= in_data_folder
    assert in_data_folder <= {*named}, "all that is kept in the data folder"
    elsewhere = {"export counts", "digest", "trustbook.toml", "[mail]"}
    page = (DOCS / PAPERS[lang]).read_text(encoding="utf-8")
    assert not [name for name in elsewhere if f"`{name}`" not in page]


def test_what_is_kept_of_copies_is_what_is_kept(lang: str) -> None:
    numbers = {row[0]: re.findall(r"\d+", row[1]) for row in rows(lang, PLACES)}
    assert numbers["`.ledger.copies`"] == [str(KEPT), str(KEPT_SPACED)]
    assert numbers["`.backups`"] == [str(local.KEPT)]
    terms = [number for row in rows(lang, TERMS) for number in re.findall(r"\d+", row[1])]
    assert terms == [str(KEPT), str(KEPT_SPACED), str(local.KEPT)]


def test_every_edition_is_told(lang: str) -> None:
    assert [row[0].strip("`") for row in rows(lang, VIEWS)] == list(EDITIONS)
