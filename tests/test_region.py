"""One overview of many books: who may be added, and what of the sums is told."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from tests.regions import (
    book_id,
    bounds_of_hidden,
    left_out_tells,
    made_quarters,
    made_region,
    tells,
    told_of_few,
    told_of_few_by_quarters,
    write_files,
)
from trustbook.region.adding import BookCounts, CountName, add_up
from trustbook.region.counts import ALL, STANDING
from trustbook.region.few import TIER_ORDER

Says = Callable[..., tuple[int, str, str]]
QUARTER = "2026Q2"  # over on the day of the tests


@pytest.fixture
def files(tmp_path: Path, says: Says) -> Path:
    """The files of eight books."""
    write_files(tmp_path / "counts", 8, quarter=QUARTER)
    return tmp_path / "counts"


def random_region(seed: int) -> list[BookCounts]:
    return made_region(random.Random(seed))


@pytest.mark.parametrize("seed", range(20))
def test_no_sum_or_difference_is_about_fewer_than_five_books(seed: int) -> None:
    books = random_region(seed)
    region = add_up(books)
    for status in STANDING:
        assert not told_of_few(books, region, status)
        bounds = bounds_of_hidden(books, region.counts, status)
        assert not [tier for tier, (low, high) in bounds.items() if tells(low, high)]


def test_the_reader_of_the_tests_sees_what_is_about_few() -> None:
    caught = 0
    for seed in range(20):
        books = random_region(seed)
        everything = {
            name: sum(book.counts.get(name) or 0 for book in books)
            for book in books
            for name in book.counts
        }
        region = replace(add_up(books), counts=everything)
        caught += any(told_of_few(books, region, status) for status in STANDING)
    assert caught > 10


@pytest.mark.parametrize("seed", range(20))
def test_a_book_that_is_left_out_takes_three_or_more_or_nothing(seed: int) -> None:
    books = random_region(seed)
    region, without = add_up(books), add_up(books[1:])
    for name, count in region.counts.items():
        other = without.counts.get(name)
        if count is not None and other is not None:
            assert count == other or count - other >= 3
        if count is not None:
            assert sum(book.counts.get(name) is not None for book in books) >= 5


@pytest.mark.parametrize("seed", range(3))
def test_the_quarter_before_tells_no_more(seed: int) -> None:
    quarters = made_quarters(random.Random(seed))
    assert not told_of_few_by_quarters(quarters)
    books, _ = quarters[1]
    assert left_out_tells(books) == []


def test_the_reader_of_two_quarters_sees_what_is_about_few() -> None:
    """Who came and went in all but one book, where all tell their relations."""
    relations: dict[CountName, int | None] = {("rows", ALL, ALL, one): 9 for one in STANDING}
    relations |= {("rows", tier, ALL, one): None for tier in TIER_ORDER for one in STANDING}
    moved: dict[CountName, int | None] = {("moved", "new"): 4, ("moved", "lost"): 3}
    hides: dict[CountName, int | None] = dict.fromkeys(moved)
    books = [BookCounts(str(at), QUARTER, relations | (moved if at else hides)) for at in range(9)]
    shown = add_up(books)
    assert not told_of_few_by_quarters([(books, shown), (books, shown)]), "so it is not told"
    told = replace(shown, counts={**shown.counts, **dict.fromkeys(moved, 30)})
    assert told_of_few_by_quarters([(books, shown), (books, told)])


def test_a_part_is_hidden_with_its_whole_and_a_movement_with_its_relations() -> None:
    for seed in range(20):
        counts = add_up(random_region(seed)).counts
        for kind, *rest in counts:
            if kind == "rows" and rest[1] != ALL and counts[kind, rest[0], ALL, rest[2]] is None:
                assert counts[kind, *rest] is None
    row: dict[CountName, int | None] = {("rows", ALL, ALL, one): 9 for one in STANDING}
    told = {**row, ("moved", "new"): 4, ("moved", "lost"): 3, ("moved", "warmed"): 5}
    books = [BookCounts(str(at), QUARTER, told) for at in range(9)]
    assert add_up(books).counts["moved", "new"] is None, "the relations tell it of one book"
    assert add_up(books).counts["moved", "warmed"] == 45
    hides = {**told, ("rows", ALL, ALL, "new"): None}
    books = [BookCounts(str(at), QUARTER, hides) for at in range(9)]
    assert add_up(books).counts["moved", "new"] == 36


@pytest.mark.parametrize("form", ["html", "docx", "md"])
@pytest.mark.parametrize("edition", ["public", "steering"])
def test_the_overview_comes_in_three_forms(
    files: Path, says: Says, form: str, edition: str
) -> None:
    said = says("region", "counts", "--edition", edition, "-o", f"r.{form}")
    assert said[0] == 0 and f"r.{form}" in said[2]
    made = files.parent / f"r.{form}"
    if form == "docx":
        pages = docx.Document(str(made))
        text = "\n".join(one.text for one in pages.paragraphs)
        assert len(pages.tables) == {"public": 4, "steering": 8}[edition]
    else:
        text = made.read_text(encoding="utf-8")
    assert "8 books, second quarter of 2026" in text
    assert "relations" in text and "No book sent a name" in text
    assert ("The required network" in text) == (edition == "steering")


def test_machines_get_the_rows_and_a_pattern_is_a_list_of_files(files: Path, says: Says) -> None:
    code, out, err = says("region", "counts/*.json", "--json")
    told = json.loads(out)
    assert (code, err) == (0, "") and told["books"] == 8 and told["quarter"] == QUARTER
    assert set(told["rows"][0]) == {"tier", "phenomenon", "status", "count"}
    one = next(row for row in told["rows"] if row["tier"] == ALL and row["status"] == "warm")
    files_say = [json.loads(path.read_text())["rows"][0]["count"] for path in files.iterdir()]
    assert one["count"] == sum(filter(None, files_say))
    assert told["moments"]["crisis"] is None, "no book told it"
    assert not list(files.parent.glob("region*")), "nothing but what was asked for"


def change(path: Path, **changed: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}), encoding="utf-8")


def test_a_changed_file_and_another_key_end_it(files: Path, says: Says) -> None:
    first = files / "town-000.json"
    as_sent = first.read_text()
    assert says("region", "counts", "-o", "r.html")[0] == 0
    change(first, moments={"sunny": 99, "crisis": None})
    code, _, err = says("region", "counts", "-o", "s.html")
    assert code == 3 and "town-000.json was changed after its book signed it" in err
    first.write_text(as_sent)
    (files.parent / "data" / "keys" / f"{book_id(0)}.key").unlink()
    write_files(files, 1, quarter=QUARTER)
    code, _, err = says("region", "counts", "-o", "s.html")
    assert code == 3 and "another key" in err and not (files.parent / "s.html").exists()
    pin = Path(err.partition("remove ")[2].partition(" and run")[0])
    pin.unlink()  # as the sentence says
    assert says("region", "counts", "-o", "s.html")[0] == 0


@pytest.mark.parametrize(
    ("spoil", "code", "said"),
    [
        (lambda one: one.write_text("[]"), 2, "no file with counts"),
        (lambda one: one.write_bytes(b"\xff\xfe"), 2, "no file with counts"),
        (lambda one: change(one, schema_version=2), 2, "another version of trustbook"),
        (lambda one: change(one, kind="x"), 2, "no file with counts"),
        (lambda one: one.write_text((one.parent / "town-001.json").read_text()), 2, "same book"),
        (lambda one: change(one, key="00"), 3, "was changed"),
        (lambda one: [path.unlink() for path in sorted(one.parent.iterdir())[4:]], 2, "too few"),
    ],
)
def test_what_cannot_be_added_is_named(
    files: Path, says: Says, spoil: Callable[[Path], object], code: int, said: str
) -> None:
    spoil(files / "town-000.json")
    ended, out, err = says("region", "counts", "--json")
    assert (ended, out) == (code, "") and said in err
    assert "Nothing was written" in err


def test_another_quarter_and_no_file_are_told(files: Path, says: Says) -> None:
    code, _, err = says("region", "counts", "--quarter", "2026Q1")
    assert code == 2 and "--quarter 2026Q2" in err
    assert says("region", "nowhere")[0] == 2
    code, _, err = says("region", "counts", "-o", "r.pdf")
    assert code == 2 and ".docx" in err


def test_what_was_published_is_not_made_of_other_books(files: Path, says: Says) -> None:
    one = sorted(files.iterdir())
    assert says("region", *map(str, one[:7]), "-o", "r.md")[0] == 0
    assert says("region", "counts", "-o", "r.md")[0] == 0, "the first was a draft"
    write_files(files.parent / "older", 8, quarter="2026Q1")
    assert says("region", "older", "--quarter", "2026Q1", "-o", "o.md")[0] == 0
    assert says("region", "counts", "-o", "r.md")[0] == 0, "the same books say the same"
    code, _, err = says("region", *map(str, one[:7]), "-o", "s.md")
    assert code == 3 and "of the few that differ" in err
    assert not (files.parent / "s.md").exists()
    (files.parent / "data" / "region" / "published.json").write_text("{")
    assert says("region", "counts", "-o", "s.md")[0] == 3
