"""Dates, rhythms and numbers as people type them: certain ones are read, the others refused."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustbook.dates import (
    EPOCH_1900,
    EPOCH_1904,
    Unreadable,
    read_date,
    read_number,
    read_rhythm,
    write_date,
    write_span,
)

THIRD_OF_APRIL = date(2026, 4, 3)


@pytest.mark.parametrize(
    "typed",
    [
        date(2026, 4, 3), datetime(2026, 4, 3, 14, 30), 46115, 46115.6, "2026-04-03", "2026-4-3",
        "2026-04-03 10:00", "2026-04-03T10:00:00Z", "3-4-2026", "03-04-2026", "3/4/2026",
        "03/04/2026", "3.4.2026", "3-4-26", "3 apr 26", "3 apr. 2026", "3 april 2026",
        "3 April 2026", "3e april 2026", "vrijdag 3 april 2026", "vr 3-4-2026", "April 3, 2026",
        " 3-4-2026\u00a0", "\u200b3-4-2026",
    ],
)  # fmt: skip
def test_a_certain_day_is_read(typed: object) -> None:
    assert read_date(typed) == THIRD_OF_APRIL


@pytest.mark.parametrize(
    "typed",
    ["3-13-2026", "31-02-2026", "29-2-2025", "mei 2026", "vorige week", "3-5 maart", "3-4", "2026",
     2026, "46115", "0", "3-4-202", "", "x", "?", "00-00-0000", "3-4-2026-5", "3,4,2026",
     "eind april 2026", "Q1 2026", True, 1e12, float("nan"), timedelta(1), "3-4-2026 en 5-4-2026"],
)  # fmt: skip
def test_nonsense_is_refused_and_never_guessed(typed: object) -> None:
    with pytest.raises(Unreadable):
        read_date(typed)


def test_a_slashed_date_is_a_dutch_one_in_a_dutch_book_and_unclear_in_an_english_one() -> None:
    assert read_date("03/04/2026", "nl") == THIRD_OF_APRIL
    with pytest.raises(Unreadable) as refused:
        read_date("03/04/2026", "en")
    assert refused.value.code == "date_ambiguous"
    assert read_date("25/12/2026", "en") == date(2026, 12, 25)
    assert read_date("04/04/2026", "en") == date(2026, 4, 4)


def test_serials_follow_the_epoch_of_the_workbook() -> None:
    assert read_date(44653, epoch=EPOCH_1904) == THIRD_OF_APRIL


@pytest.mark.parametrize("epoch", [EPOCH_1900, EPOCH_1904])
def test_a_year_typed_where_a_cell_shows_days_is_no_day(epoch: date) -> None:
    for year in (2000, 2028):
        for shown in (epoch + timedelta(days=year), datetime(epoch.year + 5, 7, 20)):
            with pytest.raises(Unreadable):
                read_date(shown)
    assert read_date(date(1962, 5, 1)) == date(1962, 5, 1)


@given(st.dates(date(1990, 1, 1), date(2068, 12, 31)))
def test_every_way_to_write_a_day_means_that_day(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day.day}-{day.month}-{day.year}",
        f"{day.day}-{day.month}-{day:%y}",
    ):
        assert read_date(text) == day
    for lang in ("nl", "en"):
        assert read_date(write_date(day, lang), lang) == day


@given(st.text(max_size=30))
def test_no_text_breaks_the_readers(text: str) -> None:
    for reader in (read_date, read_rhythm, read_number):
        try:
            reader(text)
        except Unreadable:
            continue


@pytest.mark.parametrize(
    ("typed", "days"),
    [(42, 42), ("42", 42), ("6 weeks", 42), ("6 weken", 42), ("week", 7), ("maand", 30),
     ("2 maanden", 60),
     ("kwartaal", 90), ("quarter", 90), ("halfjaar", 180), ("half jaar", 180), ("half-year", 180),
     ("jaar", 365),
     ("1,5 maand", 45), ("elke 6 weken", 42), ("per kwartaal", 90), ("once a year", 365),
     ("6weken", 42)],
)  # fmt: skip
def test_rhythms(typed: object, days: int) -> None:
    assert read_rhythm(typed) == days


@pytest.mark.parametrize(
    "typed", ["", "soms", "0", 0, -5, "-3", 100_000, "6 manen", True, None, float("nan")]
)
def test_what_is_no_rhythm_is_refused(typed: object) -> None:
    with pytest.raises(Unreadable):
        read_rhythm(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("1,5", 1.5), ("1.5", 1.5), ("1.234,50", 1234.5), ("1,234.5", 1234.5), (" 3 ", 3), (2, 2)],
)
def test_numbers(typed: object, number: float) -> None:
    assert read_number(typed) == number


@pytest.mark.parametrize(
    "typed", [float("nan"), float("inf"), 1e300, True, "veel", "", None, "1,2,3"]
)
def test_what_is_no_number_is_refused(typed: object) -> None:
    with pytest.raises(Unreadable):
        read_number(typed)


@pytest.mark.parametrize(
    ("days", "nl", "en"),
    [(1, "1 dag", "1 day"), (14, "2 weken", "2 weeks"), (30, "1 maand", "1 month"),
     (45, "45 dagen", "45 days"),
     (365, "1 jaar", "1 year"), (730, "2 jaar", "2 years"), (0, "0 dagen", "0 days")],
)  # fmt: skip
def test_spans_say_exactly_how_long(days: int, nl: str, en: str) -> None:
    assert (write_span(days, "nl"), write_span(days, "en")) == (nl, en)


@given(st.integers(1, 3660))
def test_a_written_span_reads_back(days: int) -> None:
    assert read_rhythm(write_span(days, "nl")) == days == read_rhythm(write_span(days, "en"))
