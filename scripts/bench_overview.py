"""How long the overview takes: 5,000 moments with imports, and 200,000 beside pandas' own groupby
on the same frame.

    python scripts/bench_overview.py

Prints CPU seconds. The groupby is the plainest that could serve the overview: over all held
contacts, by partner, month and weather, the number of moments and the last day. The overview counts
everything besides: statuses on two days, movement, coverage, promises, what was left out, and its
page.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

from trustbook.model import (
    CRISIS,
    HELD,
    SUNNY,
    US,
    Book,
    Memory,
    Moments,
    Partner,
    Promise,
    Settings,
)

LAST = date(2026, 9, 30)
TODAY = date(2026, 10, 5)
TIERS = ("core", "wider", "national", "civil_society")
REPEATS = 5


def make_book(moments: int, partners: int, seed: int = 1) -> Book:
    """A book of three years: most moments with one partner, some with many; one in seven in a
    crisis.
    """
    chance, log = random.Random(seed), Moments()
    since = LAST - timedelta(days=1095)
    for number in range(moments):
        log.row.append(number + 2)
        log.id.append(None)
        log.day.append(LAST.toordinal() - chance.randrange(1095))
        log.state.append(HELD)
        log.weather.append(chance.choice((SUNNY,) * 6 + (CRISIS,)))
        log.initiative.append(chance.randrange(4))
        log.kind.append(None)
        log.by.append(None)
        log.topic.append(None)
        present = {chance.randrange(partners) for _ in range(chance.choice((1, 1, 1, 2, 6)))}
        log.contact_moment += [number] * len(present)
        log.contact_partner += present
        if number % 20 == 0:
            due = date.fromordinal(log.day[-1]) + timedelta(days=30)
            log.promises.append(Promise(number, "", US, due, due if number % 40 else None))
    everyone = [
        Partner(f"Partner {i}", tier=TIERS[i % 4], party="Politie", since=since)
        for i in range(partners)
    ]
    return Book("nl", Settings(), everyone, [], log, [], [], [], Memory())


def seconds(work: Callable[[], object]) -> float:
    """The least CPU time of some runs."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def small() -> None:
    """The whole of it in a fresh program, imports included; main calls it in one of its own."""
    book = make_book(5_000, 200)
    start = time.process_time() - _IMPORTED
    from trustbook.overview import count_quarter
    from trustbook.overview.docx import render_docx
    from trustbook.overview.html import render_html
    from trustbook.overview.period import choose
    from trustbook.overview.wording import template_context

    words = template_context(
        count_quarter(book, choose(None, None, None, TODAY), TODAY, "team"), "nl"
    )
    render_html(words)
    page = time.process_time() - start
    render_docx(words)
    both = time.process_time() - start
    print(f"5,000 moments with imports: page {page:.2f} s, page and Word {both:.2f} s")


def large() -> None:
    """200,000 moments beside pandas' own groupby on the same frame, in one run."""
    import pandas as pd

    from trustbook.health.facts import contacts
    from trustbook.overview import count_quarter
    from trustbook.overview.numbers import count_numbers
    from trustbook.overview.period import choose

    book, span = make_book(200_000, 400), choose(None, None, None, TODAY)
    log = contacts(book.moments, LAST)
    days = pd.to_datetime(log.day - date(1970, 1, 1).toordinal(), unit="D")
    frame = pd.DataFrame(
        {
            "partner": log.partner,
            "moment": log.moment,
            "day": days,
            "weather": log.weather,
            "held": log.held,
        }
    )

    def groupby() -> object:
        held = frame[frame["held"]]
        keys = [held["partner"], held["day"].dt.to_period("M"), held["weather"]]
        return held.groupby(keys).agg(moments=("moment", "nunique"), last=("day", "max"))

    base = seconds(groupby)
    whole = seconds(lambda: count_quarter(book, span, TODAY, "team"))
    counted = seconds(lambda: count_numbers(book, span, TODAY, "nl"))
    print(f"200,000 moments ({len(frame):,} contacts): groupby {base:.3f} s")
    print(
        f"  all numbers {counted:.3f} s = {counted / base:.2f} x, "
        f"with the edition {whole:.3f} s = {whole / base:.2f} x"
    )


def main() -> None:
    """Run both."""
    subprocess.run([sys.executable, __file__, "small"], check=True)
    large()


_IMPORTED = (
    time.process_time()
)  # what starting and importing the model took; the small bench counts it

if __name__ == "__main__":
    small() if sys.argv[1:] == ["small"] else main()
