"""Ordinary nights of edits of form: no guard stops one, and no talk changes its meaning."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests.nights import TODAY, Nights
from trustbook.run.report import Report
from trustbook.workbooks.in_memory import Content

PARTNERS = 40
Row = list[Content]
Edit = Callable[[Nights, random.Random, int], object]


def network(folder: Path) -> Nights:
    """Partners with a person each, two tables, and talks with all of them."""
    nights = Nights(folder, partners=PARTNERS)
    sheets = nights.book.sheets
    people: list[Row] = [
        [None, f"Person {i:02d}", f"Partner {i:02d}", None, None] for i in range(PARTNERS)
    ]
    sheets["People"] = [["ID", "Name", "Partner", "Role", "Until"], *people]
    sheets["Consultations"] = [
        ["Name", "Members"],
        ["Triangle", "Partner 00; Partner 01; Partner 02"],
        ["Youth table", "Partner 03; Partner 04"],
    ]
    talks: list[Row] = []
    for i in range(PARTNERS):
        day = TODAY - timedelta(days=i % 30)
        talks += [
            [None, day, f"Person {i:02d}", None, f"talk {i}"],
            [None, day - timedelta(days=40), f"Partner {i:02d}", None, f"visit {i}"],
        ]
    talks += [[None, TODAY, "Triangle; not: Partner 02", None, "a"],
              [None, TODAY, "Youth table", None, "b"]]  # fmt: skip
    nights.sheet("Moments").extend(talks)
    return nights


def rename_partner(nights: Nights, chance: random.Random, n: int) -> None:
    """A partner has another name, also where its people stand."""
    row = chance.choice(nights.rows())
    row[1] = f"Renamed {n}"


def take_old_name(nights: Nights, chance: random.Random, n: int) -> None:
    """A new partner bears the name that another one had first."""
    now = {row[1] for row in nights.rows()}
    free = [f"Partner {i:02d}" for i in range(PARTNERS) if f"Partner {i:02d}" not in now]
    if free:
        nights.sheet("Partners").append([None, chance.choice(free), "Bert", None, None, None, None])


def correct_person(nights: Nights, chance: random.Random, n: int) -> None:
    """A name was misspelt."""
    chance.choice(nights.rows("People"))[1] = f"Corrected {n}"


def change_job(nights: Nights, chance: random.Random, n: int) -> None:
    """Somebody works for another partner now: its name is typed over."""
    chance.choice(nights.rows("People"))[2] = chance.choice(nights.rows())[1]


def person_leaves(nights: Nights, chance: random.Random, n: int) -> None:
    """The row of a person is deleted."""
    people = nights.sheet("People")
    if len(people) > PARTNERS // 2:
        del people[chance.randrange(1, len(people))]


def person_until(nights: Nights, chance: random.Random, n: int) -> None:
    """Somebody was in office until a day that has passed."""
    chance.choice(nights.rows("People"))[4] = TODAY - timedelta(days=60)


def change_members(nights: Nights, chance: random.Random, n: int) -> None:
    """Others sit at a table from now on."""
    names = [str(row[1]) for row in chance.sample(nights.rows(), 3)]
    chance.choice(nights.rows("Consultations"))[1] = "; ".join(names)


def rename_table(nights: Nights, chance: random.Random, n: int) -> None:
    """A table has another name."""
    chance.choice(nights.rows("Consultations"))[0] = f"Table {n}"


def take_over(nights: Nights, chance: random.Random, n: int) -> None:
    """A colleague takes over all partners."""
    for row in nights.rows():
        row[2] = f"Holder {n}"


def sort_partners(nights: Nights, chance: random.Random, n: int) -> None:
    """The list is sorted."""
    sheet = nights.sheet("Partners")
    sheet[1:] = sorted(sheet[1:], key=lambda row: str(row[1]))


def tick_boxes(nights: Nights, chance: random.Random, n: int) -> None:
    """Tick boxes are put down a column of people's own, far below the list."""
    for row in nights.sheet("Moments")[1:]:
        row.extend([False] * (6 - len(row)))
    for _ in range(3):
        nights.sheet("Moments").append([None, None, None, None, None, False])


def retype_with(nights: Nights, chance: random.Random, n: int) -> None:
    """Capitals and spaces in With are tidied."""
    row = chance.choice([row for row in nights.rows("Moments") if row[2]])
    row[2] = f" {str(row[2]).upper()} " if n % 2 else str(row[2]).strip().lower()


def other_cell(nights: Nights, chance: random.Random, n: int) -> None:
    """Another cell of an old moment is edited."""
    chance.choice([row for row in nights.rows("Moments") if row[2]])[4] = f"topic {n}"


EDITS: tuple[Edit, ...] = (
    rename_partner, take_old_name, correct_person, change_job, person_leaves, person_until,
    change_members, rename_table, take_over, sort_partners, tick_boxes, retype_with, other_cell,
)  # fmt: skip


def contacts(report: Report) -> dict[str | None, set[str | None]]:
    """Which partners each moment counts for, all by ID."""
    book = report.book
    assert book is not None
    found: dict[str | None, set[str | None]] = {one: set() for one in book.moments.id}
    pairs = zip(book.moments.contact_moment, book.moments.contact_partner, strict=True)
    for at, who in pairs:
        found[book.moments.id[at]].add(book.partners[who].id)
    return found


def live(folder: Path, count: int, chance: random.Random) -> int:
    """So many nights; after each, every talk counts for whom it counted at first."""
    nights = network(folder)
    nights.night()
    first = contacts(nights.night(TODAY + timedelta(days=1)))
    assert sum(map(len, first.values())) >= 3 * PARTNERS
    for n in range(count):
        for edit in chance.sample(EDITS, 3):
            edit(nights, chance, n)
        now = contacts(nights.night(TODAY + timedelta(days=1 + n // 20)))
        moved = {one: (who, now.get(one)) for one, who in first.items() if now.get(one) != who}
        assert not moved
    return count
