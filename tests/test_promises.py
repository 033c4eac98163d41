"""Promises: who made them, whether they were kept, and in which moments they count."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.typed import Asked, Rows, answered, asked, typed

__all__ = ["asked"]
TODAY = ("--today", "2026-09-30")
HEAD = ["ID", "Date", "With", "State", "Promise", "Promised by", "Promise due", "Promise kept on"]
PARTNERS: Rows = [["ID", "Name", "Rhythm"], [None, "Police", 90]]


def book(*moments: list[object]) -> None:
    rows: Rows = [HEAD, [None, "1-9-2026", "Police"], *([None, *one] for one in moments)]
    typed(Path("n.xlsx"), {"Partners": PARTNERS, "Moments": rows})


def hints(asked: Asked) -> list[str]:
    (partner,) = asked.json("health", *TODAY)["partners"]
    return [hint["code"] for hint in partner["hints"]]


@pytest.mark.parametrize(
    ("state", "counts"), [("held", True), ("attempt", True), ("cancelled", False)]
)
def test_a_promise_counts_on_held_and_attempt_rows(asked: Asked, state: str, counts: bool) -> None:
    book(["2-9-2026", "Police", state, "send a card", "us", "9-9-2026"])
    assert ("promise_overdue" in hints(asked)) == counts
    assert len(asked.json("prepare", "Police", *TODAY)["promises"]) == counts


def test_a_promise_without_promised_by_is_asked_on_to_check_and_takes_an_answer(
    asked: Asked,
) -> None:
    book(
        ["2-9-2026", "Police", "held", "send a card", None, "9-9-2026"],
        ["3-9-2026", "Police", "cancelled", "nothing", None, "9-9-2026"],
        ["4-9-2026", "Police", "attempt", "call back", None, None],
    )
    assert asked.codes(*TODAY).count("promise_by_whom") == 2
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    answered(Path("n.xlsx"), "send a card", "us")
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    assert asked.codes(*TODAY).count("promise_by_whom") == 1
    assert "promise_overdue" in hints(asked)


def test_a_promise_kept_ahead_of_today_is_reported_and_not_kept(asked: Asked) -> None:
    book(["2-9-2026", "Police", "held", "send a card", "us", "9-9-2026", "1-10-2026"])
    assert "kept_ahead" in asked.codes(*TODAY)
    assert "promise_overdue" in hints(asked)
    assert "kept_ahead" not in asked.codes("--today", "2026-10-01")


def test_without_a_column_promised_by_one_line_says_so(asked: Asked) -> None:
    rows: Rows = [
        ["ID", "Date", "With", "Promise"],
        [None, "1-9-2026", "Police", "send a card"],
        [None, "2-9-2026", "Police", "call back"],
    ]
    typed(Path("n.xlsx"), {"Partners": PARTNERS, "Moments": rows})
    lines = [one["what"] for one in asked.json("check", *TODAY)["lines"]]
    assert sum("promise" in line for line in lines) == 1
