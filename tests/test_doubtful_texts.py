"""A text of which nobody knows whether it may be kept: it stays in its cell, and is asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.forgetting import everything_in
from tests.nights import Nights, copied
from tests.test_lines import answer, told
from trustbook.merge.cell_codec import unpack
from trustbook.privacy import TextGuard, grade, guard
from trustbook.workbooks.in_memory import Formula

TEXT = "haar zoon doet weer raar, moeder belt"
QUESTION = "be kept?"
TOPIC = 4


def typed(folder: Path, books: int = 1) -> Nights:
    """A book of two partners, known for a night, with the text typed as a topic since."""
    nights = Nights(folder, partners=2)
    nights.night()
    if books == 2:
        nights.books.append(copied(nights.book, "there"))
        nights.night()
    nights.rows("Moments")[0][TOPIC] = TEXT
    nights.night()
    return nights


def topics(nights: Nights) -> list[object]:
    """The topic as the ledger has it."""
    with nights.ledger() as ledger:
        return [unpack(row).get("topic") for row in ledger.records("moments").values()]


def shown(nights: Nights) -> str:
    """All that trustbook wrote into the workbooks, but for the cell itself."""
    grids = [grid for book in nights.books for grid in book.read().grids]
    ours = repr([grid.rows for grid in grids if grid.ours])
    return ours + repr([book.sheets["Moments"] for book in nights.books[1:]])


def kept_bytes(folder: Path) -> bytes:
    return everything_in(folder)


def test_it_stays_in_its_cell_and_the_question_names_the_cell_only(tmp_path: Path) -> None:
    nights = typed(tmp_path, books=2)
    assert nights.rows("Moments")[0][TOPIC] == TEXT
    assert TEXT not in shown(nights)
    assert b"doet weer raar" not in kept_bytes(tmp_path)
    [line] = [line for line in told(nights) if QUESTION in str(line["what"])]
    assert line["what"] == "May what stands in cell E2 be kept?"
    asked = " ".join(str(line[name]) for name in ("what", "why", "fix"))
    assert not {"case", "person", "zoon", "moeder"} & {word.strip(".,:?") for word in asked.split()}


@pytest.mark.parametrize("word", ["keep", "Houden.", "ja"])
def test_what_may_stay_is_read_from_then_on_and_remembered(tmp_path: Path, word: str) -> None:
    nights = typed(tmp_path, books=2)
    answer(nights, QUESTION, word)
    nights.night()
    assert TEXT in topics(nights)
    assert nights.books[1].sheets["Moments"][1][TOPIC] == TEXT
    assert QUESTION not in repr(told(nights))
    nights.rows("Moments")[1][TOPIC] = TEXT.upper()
    nights.night()
    assert QUESTION not in repr(told(nights))
    with nights.ledger() as ledger:
        assert "zoon" not in repr(ledger.facts("kept_texts"))
    assert nights.night().changed is False


@pytest.mark.parametrize("word", ["remove", "Weg"])
def test_what_is_to_go_is_emptied_in_its_cell(tmp_path: Path, word: str) -> None:
    nights = typed(tmp_path, books=2)
    before = [list(row) for row in nights.rows("Moments")]
    answer(nights, QUESTION, word)
    nights.night()
    before[0][TOPIC] = None
    assert [list(row) for row in nights.rows("Moments")] == before
    assert set(topics(nights)) == {None} | {row[TOPIC] for row in before[1:]}
    assert QUESTION not in repr(told(nights))
    assert TEXT not in shown(nights)
    assert nights.night().changed is False


def test_a_bare_no_empties_nothing(tmp_path: Path) -> None:
    nights = typed(tmp_path)
    answer(nights, QUESTION, "no")
    nights.night()
    assert nights.rows("Moments")[0][TOPIC] == TEXT
    assert QUESTION in repr(told(nights))


def test_two_different_answers_count_as_none(tmp_path: Path) -> None:
    nights = typed(tmp_path, books=2)
    nights.books[1].sheets["Moments"][1][TOPIC] = TEXT
    nights.books[1].touch()
    nights.night()
    answer(nights, QUESTION, "keep")
    answer(nights, QUESTION, "remove", book=1)
    nights.night()
    assert nights.rows("Moments")[0][TOPIC] == TEXT
    assert "Nothing counts until both say the same" in repr(told(nights))


@pytest.mark.parametrize("text", [TEXT, "de jongen is aangehouden"])
def test_what_an_earlier_version_kept_goes_into_no_other_workbook(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights = Nights(tmp_path, partners=2)
    with monkeypatch.context() as earlier:
        earlier.setattr(guard, "grade", lambda text, names_only=False: None)
        earlier.setattr(guard, "_judges", lambda: "an earlier version")
        nights.rows("Moments")[0][TOPIC] = text
        nights.night()
        assert text in topics(nights)
    nights.rows("Partners")[0][3] = "elsewhere"
    nights.night()
    assert text not in topics(nights)
    there = copied(nights.book, "there")
    there.sheets = {name: [list(row) for row in rows] for name, rows in there.sheets.items()}
    there.sheets["Moments"][1][TOPIC] = None
    nights.books.append(there)
    nights.night()
    assert text not in shown(nights)


def test_a_formula_is_not_emptied(tmp_path: Path) -> None:
    nights = Nights(tmp_path, partners=2)
    nights.rows("Moments")[0][TOPIC] = Formula(TEXT)
    nights.night()
    answer(nights, QUESTION, "remove")
    nights.night()
    assert isinstance(nights.rows("Moments")[0][TOPIC], Formula)


def test_a_partner_of_the_book_is_no_person(tmp_path: Path) -> None:
    assert grade("casus Hassan") == "case"
    assert TextGuard(lambda: ["Hassan"]).grades(["casus Hassan"]) == {}
    assert TextGuard(lambda: ["Hassan"]).grades(["casus Hamza"]) == {"casus Hamza": "case"}
