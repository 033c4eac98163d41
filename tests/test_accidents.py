"""What looks like an accident stops, whatever sheet it happens on; what people do on ordinary days
goes on.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.nights import TODAY, Nights, copied
from trustbook.columns import PARTNERS
from trustbook.errors import SafetyStop
from trustbook.merge.cell_codec import Row
from trustbook.merge.column_patterns import (
    is_displaced,
    is_rewording,
    is_turned,
    lost_zeros,
    moved,
)
from trustbook.merge.guards import find_accidents, guard_named
from trustbook.merge.row_patterns import SheetSight
from trustbook.snapshot import CellFault
from trustbook.workbooks.in_memory import Content, MemoryWorkbook

AREAS = ("North", "South", "Centre", None)
HOLDERS = ("Anna", "Bert", "Chris", "Dirk", "Els")
TIERS = ("core local", "wider local", "civil society")
Rows = list[list[Content]]
Edit = Callable[[MemoryWorkbook], None]


def network() -> MemoryWorkbook:
    """A network of 40 partners, 30 people and 150 moments, the same each time."""
    chance = random.Random(7)

    def day() -> date:
        return TODAY - timedelta(days=chance.randrange(20, 900))

    partners: Rows = [
        ["ID", "Name", "Kind", "Tier", "Area", "Rhythm", "Holder", "Our goals shared on",
         "Checked on", "Share card", "Paused until", "Ended on", "Own view"],
    ]  # fmt: skip
    partners += [
        [None, f"Partner {i:02d}", "organisation" if i % 4 else "individual",
         chance.choice(TIERS), chance.choice(AREAS),
         chance.choice(("month", "quarter", "year", None)), chance.choice(HOLDERS),
         day(), day(), chance.choice(("yes", "no")), None, None, f"view {i}"]
        for i in range(40)
    ]  # fmt: skip
    people: Rows = [["ID", "Name", "Partner", "Work phone", "Work e-mail", "Informed on"]]
    people += [
        [None, f"Person {i:02d}", f"Partner {i:02d}", f"06 {chance.randrange(10**7, 10**8)}",
         f"person{i}@old.example", day()]
        for i in range(30)
    ]  # fmt: skip
    moments: Rows = [["ID", "Date", "With", "State", "Weather", "Topic", "Promise"]]
    moments += [
        [None, day(), f"Partner {chance.randrange(40):02d}",
         chance.choice(("planned", "held", None, None)),
         chance.choice(("sunny", "sunny", "crisis", None)), f"topic {i}",
         f"promise {i}" if i % 3 else None]
        for i in range(150)
    ]  # fmt: skip
    partners[1:] = sorted(partners[1:], key=lambda row: str(row[1])[::-1])
    tables: Rows = [["Name", "Members", "Next"]]
    for i in range(12):
        following = TODAY + timedelta(days=chance.randrange(1, 99))
        tables.append([f"Table {i}", f"Partner {i:02d}; Partner 20", following])
    required: Rows = [["Phenomenon", "Party", "Tier", "Area", "Minimum"]]
    required += [
        [f"phenomenon {i % 3}", f"party {i * 5 // 3 % 8}", TIERS[i % 2], None, 1 + i % 2]
        for i in range(24)
    ]
    settings: Rows = [["Setting", "Value", "Note"]]
    settings += [[f"Own thing {i}", f"value {i}", f"note {i}"] for i in range(14)]
    return MemoryWorkbook(
        {"Partners": partners, "People": people, "Moments": moments, "Consultations": tables,
         "Required network": required, "Settings": settings}, "network"
    )  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    nights = Nights(tmp_path_factory.mktemp("network"), books=[network()])
    nights.night()
    nights.night()
    return nights


@pytest.fixture(scope="module")
def unnumbered(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """The same network in a workbook without any column ID."""
    workbook = network()
    for title in ("Partners", "People", "Moments"):
        for row in workbook.sheets[title]:
            del row[0]
    nights = Nights(tmp_path_factory.mktemp("unnumbered"), books=[workbook])
    nights.night()
    nights.night()
    return nights


def tried(nights: Nights, edit: Edit) -> str | None:
    """With what a night stops that follows on ``edit``; nothing is written in any case."""
    ours = nights.books
    nights.books = [copied(nights.book)]
    edit(nights.book)
    nights.book.touch()
    try:
        nights.night(dry_run=True)
    except SafetyStop as stop:
        for lang in ("en", "nl"):
            assert "{" not in stop.sentence(lang)
        return stop.key.removeprefix("guards.")
    finally:
        nights.books = ours
    return None


def column(sheet: str, header: str, change: Callable[[Rows, int], Iterator[Content]]) -> Edit:
    """Write a column anew: ``change`` is given the rows under the header and the place of the
    column.
    """

    def edit(workbook: MemoryWorkbook) -> None:
        rows = workbook.sheets[sheet]
        at = rows[0].index(header)
        for row, value in zip(rows[1:], list(change(rows[1:], at)), strict=True):
            row[at] = value

    return edit


def each(sheet: str, header: str, change: Callable[[Content, int], Content]) -> Edit:
    return column(
        sheet, header, lambda rows, at: (change(row[at], i) for i, row in enumerate(rows))
    )


def all_to(sheet: str, header: str, value: Content) -> Edit:
    return each(sheet, header, lambda cell, i: value)


def in_order(sheet: str, header: str, first: int = 0, last: int | None = None) -> Edit:
    """Sort a column on its own, or a stretch of it; blanks go last, as programs have it."""

    def change(rows: Rows, at: int) -> Iterator[Content]:
        values = [row[at] for row in rows]
        stretch = values[first:last]
        values[first:last] = sorted((v for v in stretch if v is not None), key=str) + [
            None
        ] * stretch.count(None)
        return iter(values)

    return column(sheet, header, change)


def slid(sheet: str, header: str, first: int = 0) -> Edit:
    """Insert a cell in a column, so that all below it slides down."""

    def change(rows: Rows, at: int) -> Iterator[Content]:
        values = [row[at] for row in rows]
        return iter([*values[:first], None, *values[first:-1]])

    return column(sheet, header, change)


def turned(cell: Content, i: int) -> Content:
    """What a program in another language makes of a date: it knows no month 13."""
    assert isinstance(cell, date)
    return cell.replace(month=cell.day, day=cell.month) if cell.day <= 12 else cell


def turned_or_text(cell: Content, i: int) -> Content:
    assert isinstance(cell, date)
    return turned(cell, i) if cell.day <= 12 else f"{cell:%m/%d/%Y}"


def rotated(workbook: MemoryWorkbook) -> None:
    rows = workbook.sheets["Partners"][1:9]
    for row, identity in zip(rows, [rows[-1][0], *(row[0] for row in rows[:-1])], strict=True):
        row[0] = identity


def keyed(header: str, value: Content) -> Edit:
    return all_to("Required network", header, value)


def later(days: int, more: int = 0) -> Callable[[Content, int], Content]:
    """A date so many days later, each next one ``more`` days further."""

    def change(cell: Content, i: int) -> Content:
        assert isinstance(cell, date)
        return cell + timedelta(days=days + more * i)

    return change


def without_spaces(cell: Content) -> int:
    """A phone number as a program makes it a number."""
    return int(str(cell).replace(" ", ""))


def gone(sheet: str, first: int, last: int | None = None) -> Edit:
    """Delete rows; row 0 is the header, ``last`` is not included."""
    return lambda workbook: workbook.sheets[sheet].__delitem__(slice(first, last))


def reversed_rows(sheet: str) -> Edit:
    """Sort a sheet the other way round."""
    return lambda workbook: workbook.sheets[sheet].__setitem__(
        slice(1, None), workbook.sheets[sheet][:0:-1]
    )


SORTED_ALONE = (
    ("Partners", "Name"),
    ("Partners", "Area"),
    ("Partners", "Rhythm"),
    ("Partners", "Tier"),
    ("Partners", "Holder"),
    ("Moments", "Date"),
    ("Moments", "With"),
    ("Moments", "Weather"),
    ("Moments", "Promise"),
    ("Consultations", "Next"),
    ("Required network", "Party"),
)
ACCIDENTS: dict[str, tuple[Edit, str]] = {
    **{f"{sheet} {header} sorted": (in_order(sheet, header), "column_sorted")
       for sheet, header in SORTED_ALONE},
    "a stretch of With sorted": (in_order("Moments", "With", 100, 110), "column_sorted"),
    "a stretch of Date slid": (slid("Moments", "Date", 138), "column_sorted"),
    "With slid": (slid("Moments", "With"), "column_sorted"),
    "Tier slid": (slid("Partners", "Tier"), "column_sorted"),
    "IDs of eight partners rotated": (rotated, "ids_changed"),
    "IDs pasted over": (each("Partners", "ID", lambda cell, i: i + 1), "ids_changed"),
    "Date turned": (each("Moments", "Date", turned), "dates_turned"),
    "Date turned or text": (each("Moments", "Date", turned_or_text), "dates_turned"),
    "Checked on turned": (each("Partners", "Checked on", turned), "dates_turned"),
    "Date four years off": (each("Moments", "Date", later(-1462)), "dates_turned"),
    "phones as numbers": (
        each("People", "Work phone", lambda p, i: without_spaces(p)), "zeros_lost"),
    "a few phones as numbers": (
        each("People", "Work phone", lambda p, i: without_spaces(p) if i < 6 else p),
        "zeros_lost"),
    "State all cancelled": (all_to("Moments", "State", "cancelled"), "taken_out"),
    "State all planned, in Dutch": (all_to("Moments", "State", "gepland"), "taken_out"),
    "Weather all crisis": (all_to("Moments", "Weather", "crisis"), "taken_out"),
    "Ended on for all": (all_to("Partners", "Ended on", TODAY), "taken_out"),
    "Paused until for six": (
        each("Partners", "Paused until", lambda c, i: TODAY if i < 6 else c), "taken_out"),
    "Tier all one": (all_to("Partners", "Tier", "core local"), "column_changed"),
    "Area all one": (all_to("Partners", "Area", "Centre"), "column_changed"),
    "With all one": (all_to("Moments", "With", "Partner 03"), "column_changed"),
    "Date all one": (all_to("Moments", "Date", TODAY), "column_changed"),
    "Checked on long ago": (all_to("Partners", "Checked on", date(2020, 1, 1)), "column_changed"),
    "Holder numbered": (each("Partners", "Holder", lambda c, i: f"Noor {i}"), "column_changed"),
    "Kind all errors": (all_to("Partners", "Kind", CellFault("#REF!")), "column_broken"),
    "Holder all errors": (all_to("Partners", "Holder", CellFault("#REF!")), "column_broken"),
    "Holder emptied": (all_to("Partners", "Holder", None), "column_cleared"),
    "Members emptied": (all_to("Consultations", "Members", None), "column_cleared"),
    "names emptied": (all_to("Partners", "Name", None), "column_cleared"),
    "six required rows gone": (gone("Required network", 1, 7), "many_deleted"),
    "Settings gone": (lambda w: w.sheets.__delitem__("Settings"), "sheet_gone"),
    "moments gone": (gone("Moments", 1, 17), "many_deleted"),
}  # fmt: skip


@pytest.mark.parametrize("case", ACCIDENTS)
def test_an_accident_stops(book: Nights, case: str) -> None:
    edit, key = ACCIDENTS[case]
    assert tried(book, edit) == key


def rebalanced(sheet: str, header: str) -> Edit:
    chance = random.Random(3)
    return each(sheet, header, lambda cell, i: chance.choice(HOLDERS) if i % 2 else cell)


def dutch(cell: Content, i: int) -> Content:
    return {
        "core local": "kern lokaal",
        "wider local": "breed lokaal",
        "civil society": "middenveld",
    }[str(cell)]


def serial(cell: Content, i: int) -> Content:
    assert isinstance(cell, date)
    return (cell - date(1899, 12, 30)).days


def both(*edits: Edit) -> Edit:
    def edit_all(workbook: MemoryWorkbook) -> None:
        for edit in edits:
            edit(workbook)

    return edit_all


ORDINARY: dict[str, Edit] = {
    "Checked on one recent day": all_to("Partners", "Checked on", TODAY),
    "goals shared with all": all_to("Partners", "Our goals shared on", TODAY - timedelta(days=1)),
    "all informed": all_to("People", "Informed on", TODAY),
    "all tables moved by weeks": each("Consultations", "Next", later(42)),
    "all tables moved, each its own way": each("Consultations", "Next", later(40, 1)),
    "a member for each table": each("Consultations", "Members", lambda m, i: f"{m}; Partner 30"),
    "a member less for each table": each(
        "Consultations", "Members", lambda m, i: str(m).removesuffix("; Partner 20")),
    "ten areas by hand": each("Partners", "Area", lambda a, i: f"area of {i}" if i < 10 else a),
    "a word before every area": each("Partners", "Area", lambda a, i: a and f"District {a}"),
    "a word behind every view": each("Partners", "Own view", lambda v, i: f"{v} (2026)"),
    "mail moved": each("People", "Work e-mail", lambda m, i: str(m).replace("@old.", "@new-town.")),
    "an area renamed": each("Partners", "Area", lambda a, i: "City" if a == "Centre" else a),
    "two areas become one": each(
        "Partners", "Area", lambda a, i: "Rim" if a in ("North", "South") else a),
    "holders by initials": each("Partners", "Holder", lambda h, i: str(h)[:1]),
    "one takes over all": all_to("Partners", "Holder", "Dirk"),
    "shared out over new colleagues": each(
        "Partners", "Holder", lambda h, i: ("Flo", "Gijs", "Hans", "Ine")[i % 4]),
    "shared out over those who are here": rebalanced("Partners", "Holder"),
    "two exchange their partners": each(
        "Partners", "Holder", lambda h, i: {"Anna": "Bert", "Bert": "Anna"}.get(str(h), h)),
    "planned moments held": each("Moments", "State", lambda s, i: "held" if s == "planned" else s),
    "all moments held": all_to("Moments", "State", "held"),
    "blank weather sunny": each("Moments", "Weather", lambda w, i: w or "sunny"),
    "cards for all": all_to("Partners", "Share card", "yes"),
    "tiers in Dutch": each("Partners", "Tier", dutch),
    "yes and no in many spellings": each(
        "Partners", "Share card",
        lambda c, i: ("ja", "x", "true", "Y")[i % 4] if c == "yes" else ("nee", "n")[i % 2]),
    "dates as text": each("Moments", "Date", lambda d, i: str(d)),
    "dates as numbers": each("Moments", "Date", serial),
    "phones without spaces": each("People", "Work phone", lambda p, i: str(p).replace(" ", "-")),
    "phones for abroad": each("People", "Work phone", lambda p, i: "+31" + str(p)[1:]),
    "names in capitals": each("Partners", "Name", lambda n, i: str(n).upper()),
    "a column filled for the first time": each("Moments", "Promise", lambda p, i: p or "call back"),
    "minimum the same for all": keyed("Minimum", 2),
    "minimum looked over": each("Required network", "Minimum", lambda m, i: 1 + i % 3),
    "an area for every required row": keyed("Area", "Centre"),
    "a tier for every required row": keyed("Tier", "wider local"),
    "a phenomenon renamed": each(
        "Required network", "Phenomenon", lambda p, i: str(p).replace(" 1", " one")),
    "tables renamed": each("Consultations", "Name", lambda n, i: f"{n} 2026"),
    "settings all changed": each("Settings", "Value", lambda v, i: f"other {i}"),
    "notes of settings cleared": all_to("Settings", "Note", None),
    "settings sorted": reversed_rows("Settings"),
    "settings deleted": gone("Settings", 3, 11),
    "rows sorted": reversed_rows("Partners"),
    "sixteenth part of the moments gone": gone("Moments", 1, 10),
}  # fmt: skip


@pytest.mark.parametrize("case", ORDINARY)
def test_an_ordinary_day_goes_on(book: Nights, case: str) -> None:
    assert tried(book, ORDINARY[case]) is None


@pytest.mark.parametrize(
    ("edit", "key"),
    [
        (gone("Partners", 1, 9), "many_lost"),
        (gone("Moments", 1), "many_lost"),
        (each("Moments", "Date", turned), "dates_turned"),
        (all_to("Partners", "Name", None), "many_lost"),
        (in_order("Partners", "Area"), "column_sorted"),
        (all_to("Moments", "State", "cancelled"), "taken_out"),
        (rebalanced("Partners", "Holder"), None),
        (reversed_rows("Partners"), None),
    ],
)
def test_a_book_without_ids_is_guarded_as_well(
    unnumbered: Nights, edit: Edit, key: str | None
) -> None:
    assert tried(unnumbered, edit) == key


def small(tmp_path: Path) -> Nights:
    nights = Nights(tmp_path, partners=6)
    nights.night()
    return nights


@pytest.mark.parametrize(
    ("edit", "key"),
    [
        (each("Partners", "Area", lambda a, i: f"{a} {i * i}"), None),
        (
            column("Partners", "Area", lambda rows, at: (row[at] for row in rows[::-1])),
            "column_sorted",
        ),
        (each("Moments", "Date", lambda d, i: date(2026, 1 + i, 9) if d else None), None),
    ],
)
def test_in_a_small_book_only_what_cannot_be_meant_stops(
    tmp_path: Path, edit: Edit, key: str | None
) -> None:
    assert tried(small(tmp_path), edit) == key


def test_six_dates_turned_in_a_small_book(tmp_path: Path) -> None:
    nights = small(tmp_path)
    for i, row in enumerate(nights.rows("Moments")):
        row[1] = date(2026, 9, 1 + i)
    nights.night()
    assert tried(nights, each("Moments", "Date", turned)) == "dates_turned"


def test_errors_that_are_repaired_are_no_accident(tmp_path: Path) -> None:
    nights = Nights(tmp_path, books=[network()])
    kinds = [row[2] for row in nights.rows()]
    all_to("Partners", "Kind", CellFault("#REF!"))(nights.book)
    nights.night()
    assert (
        tried(
            nights, each("Partners", "Kind", lambda k, i: "individual" if i % 3 else "partnership")
        )
        is None
    )
    each("Partners", "Kind", lambda k, i: kinds[i])(nights.book)
    nights.book.touch()
    nights.night()
    all_to("Partners", "Kind", CellFault("#REF!"))(nights.book)
    nights.book.touch()
    nights.night(changes=40)
    assert (
        tried(nights, each("Partners", "Kind", lambda k, i: kinds[i] if i > 6 else "partnership"))
        is None
    )


def test_errors_that_were_agreed_to_once_are_repaired_freely() -> None:
    """An older copy that people went on from may have held errors."""
    base: dict[str, Row] = {
        f"P-{i}": {"name": f"Partner {i}", "kind": "\x01e#REF!"} for i in range(20)
    }
    now: dict[str, Row] = {
        i: row | {"kind": f"kind {at}"} for at, (i, row) in enumerate(base.items())
    }
    assert (
        find_accidents(
            SheetSight(PARTNERS, "network", "Partners", {"kind": "Kind"}, base, now, list(now))
        )
        == []
    )


def test_a_cell_edited_elsewhere_does_not_hide_a_sorted_stretch(book: Nights) -> None:
    stretch = in_order("Moments", "With", 20, 90)
    assert tried(
        book, both(stretch, each("Moments", "With", lambda w, i: "Partner 39" if i == 149 else w))
    )


def test_sharing_out_anew_is_hardly_ever_taken_for_sorting() -> None:
    """Among few values the same ones come back by chance: 2,000 columns of which 2 to 30 % is given
    to others.
    """
    chance, alarms = random.Random(11), 0
    for _ in range(2000):
        values = [*HOLDERS, "Flo", "Gijs", None][: chance.choice((2, 3, 4, 5, 8))]
        old = [chance.choice(values) for _ in range(chance.choice((12, 40, 120)))]
        if chance.random() < 0.5:
            old.sort(key=str)
        share = chance.choice((0.02, 0.1, 0.3))
        new = [chance.choice(values) if chance.random() < share else value for value in old]
        cells = list(zip(old, new, strict=True))
        enough = guard_named("column_sorted").stops(len(moved(cells)), len(cells))
        alarms += enough and is_displaced(cells)
    assert alarms <= 2


@given(st.lists(st.text("abcdefgh", min_size=3, max_size=5), min_size=12, max_size=60, unique=True))
def test_a_column_sorted_on_its_own_is_seen_wherever_it_shows(old: list[str]) -> None:
    new = sorted(old)
    assert is_displaced(list(zip(old, new, strict=True))) == (old != new)
    assert not is_displaced([(cell, f"{cell} {i}") for i, cell in enumerate(old)])


@given(
    st.dates(date(1995, 1, 1), date(2095, 12, 31)),
    st.from_regex(r"0[1-9][0-9]{3,9}", fullmatch=True),
)
def test_the_marks_of_a_program_are_read_the_same_in_all_their_forms(
    day: date, digits: str
) -> None:
    kept = f"\x01d{day}"
    if day.day <= 12 and day.day != day.month:
        assert is_turned(kept, f"\x01d{day.replace(month=day.day, day=day.month)}")
    if day.day > 12:
        assert is_turned(kept, f"{day:%m/%d/%Y}")
    assert not is_turned(kept, kept)
    assert not is_turned(kept, f"{day:%d-%m-%Y}")
    assert lost_zeros(digits, int(digits))
    assert lost_zeros(f"{digits[:2]}-{digits[2:]}", digits.lstrip("0"))
    assert not lost_zeros(digits, f"+31{digits[1:]}")
    assert not lost_zeros(digits, digits)


@given(
    st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=20),
    st.text(min_size=1, max_size=5),
)
def test_the_same_piece_before_or_behind_all_is_a_rewording(words: list[str], piece: str) -> None:
    # What can be read both ways ("1" to "101") says nothing certain.
    behind = [word for word in words if not (word + piece).endswith(word)] or ["a"]
    assert is_rewording([(word, word + piece) for word in behind])
    assert is_rewording(
        [(piece + word, word) for word in words if not word.endswith(piece)] or [("a", "b")]
    )
