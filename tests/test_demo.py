"""The sample book: believable in size and verdicts, full of real-life faults, and harmless."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.present import present
from tests.reading import book_in
from trustbook.catalogue import find_party
from trustbook.columns import MOMENTS, PARTNERS, PEOPLE, TYPED, Sheet
from trustbook.demo import TEST_NUMBER, make_sample
from trustbook.errors import UsageError
from trustbook.health.verdict import judge_partners
from trustbook.model import Book
from trustbook.names import key
from trustbook.privacy import withheld
from trustbook.sample import Sample
from trustbook.sample.draw import DAYS, sample_words
from trustbook.sample.network import FATES
from trustbook.workbooks.excel import ExcelWorkbook

TODAY = date(2026, 9, 30)


@pytest.fixture(scope="module", params=["nl", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, lang: str) -> Path:
    path = tmp_path_factory.mktemp("demo") / "sample.xlsx"
    make_sample(path, lang, TODAY)
    return path


@pytest.fixture(scope="module")
def network(path: Path) -> Book:
    return book_in(ExcelWorkbook(path).read(), TODAY)


@pytest.fixture(scope="module")
def grids(path: Path) -> dict[str, list[list[Any]]]:
    return cells(path)


def cells(path: Path) -> dict[str, list[list[Any]]]:
    """Every cell of the book, sheet by sheet."""
    book = openpyxl.load_workbook(path)
    return {
        page.title: [[cell.value for cell in row] for row in page.iter_rows()]
        for page in book.worksheets
    }


def test_it_has_the_size_of_a_real_network(network: Book) -> None:
    assert len(network.partners) == 120
    assert 190 <= len(network.people) <= 225
    assert 2350 <= len(network.moments) <= 2650
    assert len(network.consultations) == 6
    assert {partner.tier for partner in network.partners} == {
        "core",
        "wider",
        "national",
        "civil_society",
    }


def test_most_relations_are_warm_and_every_status_is_there(network: Book) -> None:
    found = Counter(verdict.status for verdict in judge_partners(network, TODAY))
    assert 65 <= found["warm"] <= 85
    assert 12 <= found["cooling"] <= 22
    assert 12 <= found["cold"] <= 18
    for status in ("new", "crisis_only", "paused", "ended"):
        assert 3 <= found[status] <= 5, status


def test_the_hints_of_a_real_network_show(network: Book) -> None:
    hints = Counter(
        hint.code for verdict in judge_partners(network, TODAY) for hint in verdict.hints
    )
    for code in (
        "promise_overdue",
        "one_person",
        "unfamiliar",
        "one_sided",
        "only_at_table",
        "planned",
    ):
        assert hints[code], code


def test_every_fault_of_typing_is_noticed(network: Book) -> None:
    found = Counter(problem.code for problem in network.problems)
    assert set(found) >= {
        "unreadable_date", "unreadable_rhythm", "unreadable_choice", "error_cell", "who_unknown",
        "who_ambiguous", "held_ahead", "too_early", "was_it_held", "doubled_moment",
        "crisis_assumed", "withheld_bsn",
    }  # fmt: skip
    assert found["withheld_bsn"] == 1
    # A book one can work with: what is wrong fits on a page.
    assert sum(found.values()) <= 45


def test_loose_writing_costs_no_meaning(grids: dict[str, list[list[Any]]], lang: str) -> None:
    snapshot = grids[MOMENTS.label(lang)]
    header = snapshot[0]
    day, with_ = (
        header.index(MOMENTS.column("date").label(lang)),
        header.index(MOMENTS.column("with").label(lang)),
    )
    assert sum(isinstance(row[day], str) for row in snapshot[1:]) >= 12
    names = {partner for row in sample_words()["partners"].values() for partner in row}
    loose = [
        row[with_]
        for row in snapshot[1:]
        if row[with_] not in names and key(row[with_]) in map(key, names)
    ]
    assert len(loose) >= 10


def test_everything_ends_the_day_before_and_starts_three_years_ago(network: Book) -> None:
    ordinals = [
        day
        for day, state in zip(network.moments.day, network.moments.state, strict=True)
        if state == 0
    ]
    assert TODAY - timedelta(days=7) <= date.fromordinal(max(ordinals)) <= TODAY
    assert TODAY.toordinal() - min(ordinals) <= DAYS + 15


def test_the_same_seed_gives_the_same_cells_and_another_does_not(
    tmp_path: Path, grids: dict[str, list[list[Any]]], lang: str
) -> None:
    make_sample(tmp_path / "again.xlsx", lang, TODAY)
    assert cells(tmp_path / "again.xlsx") == grids
    assert Sample(lang, TODAY, 7).moments != Sample(lang, TODAY, 2026).moments


def test_tables_cover_their_rows_and_keep_dropdowns(path: Path, lang: str) -> None:
    book = openpyxl.load_workbook(path)
    for sheet in TYPED:
        page = book[sheet.label(lang)]
        [table] = page.tables.values()
        assert table.ref == table.autoFilter.ref
        assert table.ref.endswith(str(page.max_row))
        headers = [cell.value for cell in page[1]]
        assert [column.name for column in table.tableColumns] == headers
        assert page.data_validations.dataValidation
    # A column and a sheet of the coordinator's own stand among ours.
    assert len(headers_of(book, PARTNERS, lang)) == len(PARTNERS.columns) + 1
    assert sample_words()["extra_sheet"][lang] in book.sheetnames


def headers_of(book: openpyxl.Workbook, sheet: Sheet, lang: str) -> list[object]:
    return [cell.value for cell in book[sheet.label(lang)][1]]


def test_an_existing_book_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(UsageError):
        make_sample(path, "nl", TODAY)
    assert path.read_bytes() == b"mine"


def test_nothing_in_it_is_case_data_but_the_planted_number(
    grids: dict[str, list[list[Any]]],
) -> None:
    texts = [
        value for rows in grids.values() for row in rows for value in row if isinstance(value, str)
    ]
    planted = [text for text in texts if TEST_NUMBER in text]
    assert len(planted) == 1
    assert [text for text in texts if withheld(text)] == planted


def test_addresses_and_numbers_cannot_be_anybodys(
    grids: dict[str, list[list[Any]]], lang: str
) -> None:
    people = grids[PEOPLE.label(lang)]
    mail, phone = (people[0].index(PEOPLE.column(name).label(lang)) for name in ("email", "phone"))
    assert all(
        row[mail].endswith(".example") and row[mail].isascii() for row in people[1:] if row[mail]
    )
    assert all(row[phone].startswith("06 00") for row in people[1:] if row[phone])


def test_the_vocabulary_is_complete_in_both_languages_and_names_known_parties() -> None:
    def pairs(value: object) -> Iterator[dict[str, object]]:
        if isinstance(value, dict) and {"nl", "en"} & set(value):
            yield value
        elif isinstance(value, dict | list):
            for inner in value.values() if isinstance(value, dict) else value:
                yield from pairs(inner)

    assert len(list(pairs(sample_words()))) > 50
    for pair in pairs(sample_words()):
        assert pair.get("nl"), json.dumps(pair)
        assert pair.get("en"), json.dumps(pair)
    for party in sample_words()["partners"]:
        assert present(find_party(party)).id == party


@settings(max_examples=15, deadline=None)
@given(st.dates(date(2024, 1, 1), date(2035, 12, 31)), st.integers(0, 10_000))
def test_any_day_and_seed_makes_a_network(today: date, seed: int) -> None:
    sample = Sample("nl", today, seed)
    fates = Counter(relation.fate for relation in sample.relations)
    for fate, number in FATES.items():
        assert fates[fate] >= number
    assert 2000 <= len(sample.moments) <= 3000
    assert all(row["date"] <= today + timedelta(days=40) for row in sample.moments)
