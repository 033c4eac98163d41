"""The calendar without its quiet days, and months counted back."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustbook.health.facts import QuietDays, months_before, quarter_starts
from trustbook.model import Period

START = date(2026, 1, 1)
near = st.integers(0, 30).map(lambda days: START + timedelta(days))
periods = st.lists(
    st.tuples(near, st.integers(-2, 12)).map(lambda p: Period(p[0], p[0] + timedelta(p[1]))),
    max_size=5,
)


@given(periods, near, st.integers(1, 40))
def test_quiet_days_are_those_one_would_cross_off(
    quiet: list[Period], day: date, silence: int
) -> None:
    calendar = [START + timedelta(days) for days in range(-5, 150)]
    open_days = [d for d in calendar if not any(d in period for period in quiet)]
    days = QuietDays(quiet)
    at = np.array([day.toordinal()])
    assert days.until(at)[0] == sum(d <= day for d in calendar) - sum(d <= day for d in open_days)
    reached = [d for d in open_days if d > day][silence - 1]
    assert days.reach(at, np.array([silence]))[0] == reached.toordinal()


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 9, 30), 24, date(2024, 9, 30)),
        (date(2026, 8, 31), 18, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2, 1, 15), 12, date(1, 1, 15)),
        (date(2026, 1, 15), 99_999, date.min),
    ],
)
def test_months_count_back_to_the_same_day(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 3, 31)])
def test_quarters_start_in_january_april_july_and_october(day: date) -> None:
    assert quarter_starts(day, 3) == [date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1)]
