"""A row of a list without numbers that is corrected takes its proposal along; a new row is new."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_intake import TODAY, answer, book, rows
from tests.test_intake_mended import proposed
from tests.typed import Asked, asked

__all__ = ["asked"]
FIVE, SIX, NINE = "2026-11-05,Politie,koffie", "2026-11-06,VV Zandloo,plan", "2026-11-09,Politie,"
P, V, M = "Politie", "VV Zandloo", "Moskee El Noor"


def listed(folder: Path, *lines: str, name: str = "lijst.csv") -> str:
    text = "\n".join(["Datum,Met,Onderwerp", *lines, ""])
    (folder / name).write_text(text, encoding="utf-8")
    return name


def brought_in(folder: Path, asked: Asked, *lines: str) -> tuple[int, int]:
    done = asked.json("import", listed(folder, *lines), *TODAY)
    return done["proposed"], done["changed"]


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ((FIVE, "2026-11-07,VV Zandloo,plan", NINE), [(5, P), (7, V), (9, P)]),
        ((FIVE, "2026-11-06,Moskee El Noor,plan", NINE), [(5, P), (6, M), (9, P)]),
        ((FIVE, "2026-11-06,VV Zandloo,jaarplan", NINE), [(5, P), (6, V), (9, P)]),
        (("2026-11-04,Politie,koffie", SIX, NINE), [(4, P), (6, V), (9, P)]),
        ((FIVE, SIX, "2026-11-10,Politie,"), [(5, P), (6, V), (10, P)]),
        ((NINE, FIVE, "2026-11-07,VV Zandloo,plan"), [(5, P), (7, V), (9, P)]),
        (
            ("2026-11-05,Moskee El Noor,koffie", "2026-11-07,VV Zandloo,plan", NINE),
            [(5, M), (7, V), (9, P)],
        ),
    ],
)
def test_a_row_that_was_corrected_changes_its_own_proposal(
    tmp_path: Path, asked: Asked, now: tuple[str, ...], left: list[tuple[int, str]]
) -> None:
    path = book(tmp_path)
    assert brought_in(tmp_path, asked, FIVE, SIX, NINE) == (3, 0)
    before = {row[6] for row in rows(path)}
    assert brought_in(tmp_path, asked, *now) == (0, len({*now} - {FIVE, SIX, NINE}))
    assert proposed(path) == left and {row[6] for row in rows(path)} == before
    assert brought_in(tmp_path, asked, *now) == (0, 0)
    assert brought_in(tmp_path, asked, FIVE, SIX, NINE)[0] == 0, "and back again"
    assert proposed(path) == [(5, P), (6, V), (9, P)]


@pytest.mark.parametrize(
    "now",
    [
        (SIX, NINE, "2026-11-10,Politie,koffie"),  # the last weeks only
        ("2026-11-12,Politie,koffie",),  # another week
        (FIVE, "2026-11-07,Moskee El Noor,plan", NINE),  # two cells
        (FIVE, "2026-11-07,VV Zandloo,plan", "2026-11-08,VV Zandloo,plan", NINE),  # which of them
    ],
)
def test_a_row_that_may_be_another_is_proposed_beside_what_waits(
    tmp_path: Path, asked: Asked, now: tuple[str, ...]
) -> None:
    path = book(tmp_path)
    assert brought_in(tmp_path, asked, FIVE, SIX, NINE) == (3, 0)
    new = len({*now} - {FIVE, SIX, NINE})
    assert brought_in(tmp_path, asked, *now) == (new, 0)
    assert len(rows(path)) == 3 + new, "nothing that waited is lost"


def test_what_another_list_still_says_stays(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    two = listed(tmp_path, FIVE, SIX, name="b.csv")
    assert asked.json("import", listed(tmp_path, FIVE, SIX, NINE), two, *TODAY)["proposed"] == 3
    one = listed(tmp_path, FIVE, "2026-11-07,VV Zandloo,plan", NINE)
    assert asked.json("import", one, two, *TODAY)["proposed"] == 1
    assert proposed(path) == [(5, P), (6, V), (7, V), (9, P)]


def test_an_answer_that_was_typed_stays_with_its_row(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    assert brought_in(tmp_path, asked, FIVE, SIX, NINE) == (3, 0)
    answer(path, None, "ja")
    assert brought_in(tmp_path, asked, FIVE, "2026-11-07,VV Zandloo,plan", NINE)[1] == 0
    assert (6, V) not in proposed(path), "its yes was given to the day that stood there"
