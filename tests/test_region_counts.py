"""What one book gives a region: the overview's own numbers, few of nobody, signed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from itertools import product
from pathlib import Path

import openpyxl
import pytest

from tests.overviews import LATER, SPAN, story
from trustbook.columns import MOMENTS, PARTNERS, PEOPLE
from trustbook.overview.numbers import count_numbers
from trustbook.region.counts import count_book
from trustbook.region.few import TIER_ORDER, answered_of, came_and_went, limit_status
from trustbook.region.signing import is_signed
from trustbook.workbooks.template import new_workbook

Says = Callable[..., tuple[int, str, str]]


def make_workbook(path: Path, copies: int = 1) -> None:
    """The hand-counted quarter as an Excel file, every partner ``copies`` times."""
    new_workbook(path, "nl")
    book, tale = openpyxl.load_workbook(path), story()
    for word, sheet in (("partner", PARTNERS), ("persoon", PEOPLE), ("moment", MOMENTS)):
        page = book[sheet.label("nl")]
        heads = [cell.value for cell in page[1]]
        for number, row in enumerate(tale.rows[word], start=2):
            for name, value in row.items():
                page.cell(number, heads.index(name) + 1, value)
    page = book[PARTNERS.label("nl")]
    for number in range(12 * (copies - 1)):
        page.append([None, f"Buurthuis {number}", "organisatie", "middenveld"])
    book.save(path)


@pytest.fixture
def synced(tmp_path: Path, says: Says) -> Path:
    make_workbook(tmp_path / "n.xlsx", copies=2)
    assert says("sync", "n.xlsx", "--quiet")[0] == 0
    return tmp_path


def test_the_counts_of_a_quarter_are_written_without_a_name_and_signed(
    synced: Path, says: Says
) -> None:
    code, out, err = says("export", "n.xlsx", "counts", "-o", "c.json")
    assert (code, out) == (0, "") and "c.json" in err
    text = (synced / "c.json").read_text(encoding="utf-8")
    told = json.loads(text)
    assert told["quarter"] == "2026Q2", "the last full quarter"
    assert is_signed(told) and not is_signed({**told, "quarter": "2026Q1"})
    assert set(told) == {
        "kind", "schema_version", "book", "quarter", "rows", "moved", "coverage", "moments",
        "answered", "key", "signature",
    }  # fmt: skip
    for row in story().rows["partner"]:
        assert row["Naam"] not in text
    page = says("overview", "n.xlsx", "--edition", "steering", "--quarter", "2026Q2", "--json")
    figures = json.loads(page[1])
    sunny = figures["sunny_moments"]["now"]
    assert told["moments"]["sunny"] == (sunny if sunny >= 3 else None)
    for row in told["rows"]:
        if row["tier"] == row["phenomenon"] == "all" and row["count"] is not None:
            assert row["count"] == figures["status"][row["status"]], "as the overview has it"
    counts = [row["count"] for row in told["rows"]]
    assert any(counts) and all(one is None or one >= 3 for one in counts)
    keys = list((synced / "data" / "keys").iterdir())
    assert [one.stat().st_mode & 0o777 for one in keys] == [0o600]
    assert says("export", "n.xlsx", "counts", "-o", "c.json")[0] == 0
    again = json.loads((synced / "c.json").read_text(encoding="utf-8"))
    assert again["key"] == told["key"], "a key is made once"


def test_what_cannot_be_counted_is_told(synced: Path, says: Says) -> None:
    code, _, err = says("export", "n.xlsx", "counts", "--quarter", "2026Q3", "-o", "c.json")
    assert code == 2 and "2026Q3 is not over yet" in err
    code, _, err = says("export", "n.xlsx", "partners", "--quarter", "2026Q2")
    assert code == 2 and "--quarter goes with counts only" in err
    make_workbook(synced / "new.xlsx")
    code, _, err = says("export", "new.xlsx", "counts", "-o", "c.json")
    assert code == 3 and "trustbook sync new.xlsx" in err
    key = next((synced / "data" / "keys").glob("*"), synced / "data" / "keys" / "none")
    assert not key.exists() and not (synced / "c.json").exists()


def test_nothing_is_written_while_a_guard_stands(synced: Path, says: Says) -> None:
    book = openpyxl.load_workbook(synced / "n.xlsx")
    page = book[PARTNERS.label("nl")]
    page.delete_rows(2, page.max_row)
    book.save(synced / "n.xlsx")
    assert says("export", "n.xlsx", "counts", "-o", "c.json")[0] == 3
    assert not (synced / "c.json").exists()


def test_the_counts_are_those_of_the_overview() -> None:
    numbers = count_numbers(story().read(LATER), SPAN, LATER, "nl")
    told = count_book(numbers, "B-TEST")
    per_status: dict[str, int] = defaultdict(int)
    for status in numbers.statuses.values():
        per_status[status] += 1
    for row in told["rows"]:
        if row["tier"] == row["phenomenon"] == "all" and row["count"] is not None:
            assert row["count"] == per_status[row["status"]]
    few = {"sunny": numbers.now.sunny, "crisis": numbers.now.crisis}
    assert told["moments"] == {name: n if n >= 3 else None for name, n in few.items()}
    moved = numbers.movement
    assert told["moved"]["warmed"] == (len(moved.warmed) if len(moved.warmed) >= 3 else None)


@pytest.mark.parametrize(("tiers", "most"), [(4, 8), (5, 6), (1, 12), (2, 12)])
def test_who_knows_the_rule_cannot_work_out_what_is_hidden(tiers: int, most: int) -> None:
    names = TIER_ORDER[:tiers]
    possible = defaultdict(list)
    for counts in product(range(most), repeat=tiers):
        whole, parts = limit_status(dict(zip(names, counts, strict=True)))
        shown = tuple(parts.values())
        # Counts end somewhere here: what would need larger ones is judged by none.
        if whole is None or whole - sum(filter(None, shown)) < most:
            possible[whole, shown].append((sum(counts), *counts))
    assert len(possible) > 5
    for (whole, shown), behind in possible.items():
        for place, told in enumerate((whole, *shown)):
            values = {one[place] for one in behind}
            if told is not None:
                assert values == {told} and told >= 3
            else:
                assert len(values) > 1 and not values <= {1, 2}, (whole, shown)


def test_small_numbers_beside_large_ones_are_hidden_together() -> None:
    assert came_and_went(5, 2) == (None, None) and came_and_went(5, 3) == (5, 3)
    assert answered_of(10, 8) == (10, None) and answered_of(10, 7) == (10, 7)
    assert answered_of(10, 10) == (10, 10) and answered_of(2, 2) == (None, None)
