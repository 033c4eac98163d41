"""Does a night cost as much as its book is large, whatever the book is full of?

Thirteen shapes of books, each doubled three times (--quick: two sizes): many partners of one name,
many of the same words, and so on (SHAPES). Told is by which power of the size the processor time
of a first night and of the next one grows, and whether the lines of To check do. Ends with 1 where
a power is above 1.15.

    python scripts/bench_growth.py [--quick] [--shapes same_names,styles]
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill

sys.path.insert(0, str(Path(__file__).parent.parent))

from trustbook.cli.main import main as trustbook

TODAY = date(2026, 9, 30)
MOST = 1.15  # the power of the size by which a night may grow
_TIMES = 3  # so often a shape that seems to grow faster is measured: the machine may be busy
_DAYS = (TODAY, TODAY + timedelta(days=1))
Book = openpyxl.Workbook
_PARTNERS = ["ID", "Name", "Tier", "Rhythm", "Holder", "Status", "Why", "Last sunny", "Due"]
_MOMENTS = ["ID", "Date", "With", "By", "Kind", "Weather", "State", "Topic"]


def _book(partners: Sequence[Sequence[Any]], moments: Sequence[Sequence[Any]]) -> Book:
    """A book of partners (name, holder) and moments (day, with, topic)."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    sheet = book.create_sheet("Partners")
    sheet.append(_PARTNERS)
    for name, holder in partners:
        sheet.append([None, name, "core local", 60, holder])
    sheet = book.create_sheet("Moments")
    sheet.append(_MOMENTS)
    for day, present, topic in moments:
        sheet.append([None, day, present, "Anna", "visit", "sunny", "held", topic])
    return book


def _partners(count: int) -> list[tuple[str, str]]:
    return [(f"{_word(i)} {_word(i * 7919)}", "Anna") for i in range(count)]


def _word(number: int) -> str:
    """A word of its own for every number, like no other by one letter."""
    number, sounds = number * 2654435761 % 2**32, []
    for _ in range(5):
        number, at = divmod(number, 90)
        sounds.append("bdfgklmnprstvwz"[at % 15] + "aeiouy"[at // 15])
    return "".join(sounds).capitalize()


def _day(number: int) -> date:
    return TODAY - timedelta(days=number % 900 + 1)


def _usual(count: int) -> Book:
    partners = _partners(max(count // 4, 1))
    moments = [(_day(i), partners[i % len(partners)][0], f"Talk {i}") for i in range(count)]
    return _book(partners, moments)


def same_names(count: int) -> Book:
    """All partners have one name, and every moment names it."""
    partners = [("Stichting Hoop", "Anna")] * count
    return _book(partners, [(_day(i), "Stichting Hoop", f"Talk {i}") for i in range(count)])


def same_people(count: int) -> Book:
    """All people have one name, each at a partner of its own, and every moment names it."""
    partners = _partners(count)
    book = _book(partners, [(_day(i), "Jan Jansen", f"Talk {i}") for i in range(count)])
    sheet = book.create_sheet("People")
    sheet.append(["ID", "Name", "Partner", "Role"])
    for name, _ in partners:
        sheet.append([None, "Jan Jansen", name, "coordinator"])
    return book


def same_words(count: int) -> Book:
    """All names share their words, but for one."""
    partners = [(f"Stichting Welzijn Jongeren {_word(i)}", "Anna") for i in range(count)]
    return _book(partners, [(_day(i), partners[i][0], "Talk") for i in range(count)])


def attendees(count: int) -> Book:
    """Fifty partners at every moment."""
    partners = _partners(count)
    rows = []
    for i in range(count // 10):
        names = [partners[(i * 53 + k) % count][0] for k in range(50)]
        rows.append((_day(i), "; ".join(names), f"Meeting {i}"))
    return _book(partners, rows)


def bad_dates(count: int) -> Book:
    """No day can be read."""
    partners = _partners(max(count // 4, 1))
    rows = [(f"week {i} or so", partners[i % len(partners)][0], "Talk") for i in range(count)]
    return _book(partners, rows)


def consultations(count: int) -> Book:
    """As many consultations as moments, each of five partners."""
    partners = _partners(count)
    book = _book(partners, [(_day(i), f"Table {_word(i)}", "Talk") for i in range(count)])
    sheet = book.create_sheet("Consultations")
    sheet.append(["ID", "Name", "Members"])
    for i in range(count):
        names = [partners[(i + k) % count][0] for k in range(5)]
        sheet.append([None, f"Table {_word(i)}", "; ".join(names)])
    return book


def holders(count: int) -> Book:
    """Every partner has a holder of its own."""
    partners = [(name, f"{_word(i * 31)} Jansen") for i, (name, _) in enumerate(_partners(count))]
    return _book(partners, [(_day(i), partners[i][0], "Talk") for i in range(count)])


def long_cells(count: int) -> Book:
    """Two thousand signs in every topic."""
    partners = _partners(max(count // 4, 1))
    rows = [
        (_day(i), partners[i % len(partners)][0], f"{_word(i)} and {_word(i * 3)} " * 100)
        for i in range(count // 4)
    ]
    return _book(partners, rows)


def foreign_sheets(count: int) -> Book:
    """Many sheets that are nobody's but the owner's."""
    book = _usual(max(count // 8, 1))
    for i in range(count // 5):
        sheet = book.create_sheet(f"Own {i}")
        for k in range(10):
            sheet.append([f"{_word(i)} {k}", i * k])
    return book


def styles(count: int) -> Book:
    """A format of its own on every row."""
    book = _usual(count)
    for i, row in enumerate(book["Moments"].iter_rows(min_row=2, min_col=8, max_col=8)):
        row[0].font = Font(size=8 + i % 20, color=f"{i * 7 % 0xFFFFFF:06X}")
        row[0].fill = PatternFill("solid", fgColor=f"{(i * 13 + 5) % 0xFFFFFF:06X}")
    return book


def strings(count: int) -> Book:
    """A column of the owner's own, every text another one."""
    book = _usual(count // 2)
    sheet = book["Moments"]
    sheet.cell(1, 9, "Own remark")
    for i in range(count // 2):
        sheet.cell(i + 2, 9, f"{_word(i)} {_word(i * 17)} {i}")
    return book


def conditional_formats(count: int) -> Book:
    """A conditional format of its own for every row."""
    book = _usual(count)
    sheet, red = book["Moments"], PatternFill("solid", bgColor="FF0000")
    for i in range(count):
        rule = CellIsRule(operator="equal", formula=[f'"{i}"'], fill=red)  # type: ignore[no-untyped-call]
        sheet.conditional_formatting.add(f"H{i + 2}", rule)
    return book


def merged_cells(count: int) -> Book:
    """Two cells merged beside every row."""
    book = _usual(count)
    for i in range(count):
        book["Moments"].merge_cells(start_row=i + 2, end_row=i + 2, start_column=11, end_column=12)
    return book


SHAPES: dict[str, Callable[[int], Book]] = {
    shape.__name__: shape
    for shape in (
        same_names, same_people, same_words, attendees, bad_dates, consultations, holders,
        long_cells, foreign_sheets, styles, strings, conditional_formats, merged_cells,
    )
}  # fmt: skip


def nights_of(book: Book) -> tuple[list[float], int]:
    """Processor seconds of a first night and the next one, and the lines on To check then."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRUSTBOOK_DATA"] = folder
        path = Path(folder) / "network.xlsx"
        book.save(path)
        seconds = [_night(path, day) for day in _DAYS]
        written = openpyxl.load_workbook(path, read_only=True)
        title = next(name for name in written.sheetnames if name in ("To check", "Te controleren"))
        lines = sum(1 for _ in written[title].iter_rows())
        written.close()
    return seconds, lines


def _night(path: Path, day: date) -> float:
    gc.collect()
    begun = time.process_time()
    code = trustbook(["sync", str(path), "--quiet", "--today", str(day)])
    if code:
        sys.exit(f"{path.name} ended with {code}")
    return time.process_time() - begun


def power(costs: Sequence[float], times: float) -> float:
    """By which power of the size costs grow, from a tiny book to one that is some ``times`` the
    size of the one between; what the tiny one costs is left out. 0 where nothing grows.
    """
    nothing, small, large = costs[0], costs[1], costs[-1]
    if large <= nothing or small <= nothing:
        return 0.0
    return math.log((large - nothing) / (small - nothing), times)


def measure(shape: Callable[[int], Book], sizes: Sequence[int]) -> tuple[bool, str]:
    """Whether a shape keeps within bounds, and a line that tells how it grows."""
    best: list[list[float]] = []
    for _ in range(_TIMES):
        found = [nights_of(shape(size)) for size in sizes]
        costs = [list(each) for each in zip(*(seconds for seconds, _ in found), strict=True)]
        best = [list(map(min, one, other)) for one, other in zip(best or costs, costs, strict=True)]
        powers = [power(each, sizes[-1] / sizes[1]) for each in best]
        if max(powers) <= MOST:
            break
    times = sizes[-1] / sizes[1]
    lines = [count for _, count in found]
    good = max(powers) <= MOST and power(lines, times) <= MOST
    told = "   ".join(
        f"{name} {powers[i]:5.2f} ({best[i][-1]:5.2f} s)"
        for i, name in enumerate(("first", "next"))
    )
    return good, f"{shape.__name__:20} {told}   lines {power(lines, times):5.2f} ({lines[-1]})"


def main() -> None:
    """Measure every shape, or those that were named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="two small books of each")
    parser.add_argument("--shapes", default=",".join(SHAPES))
    options = parser.parse_args()
    sizes = (20, 300, 1200) if options.quick else (20, 500, 1000, 2000, 4000)
    nights_of(_usual(50))  # opens what a night needs
    good = True
    for name in options.shapes.split(","):
        kept, line = measure(SHAPES[name], sizes)
        good &= kept
        print(line if kept else f"{line}   TOO FAST", flush=True)
    sys.exit(not good)


if __name__ == "__main__":
    main()
