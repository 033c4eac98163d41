"""The limits of every guard: exactly so much passes, one more stops; and what is counted at all.

The rule stands here once more, written out, so that nobody changes it without saying so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import trustbook
from trustbook.columns import (
    CONSULTATIONS,
    MOMENTS,
    PARTNERS,
    PEOPLE,
    REQUIRED,
    SETTINGS,
    TYPED,
    Sheet,
)
from trustbook.dates import read_date
from trustbook.merge import equality
from trustbook.merge.accidents import Accident, AccidentStop, stop_unless_meant
from trustbook.merge.allowances import EVERYTHING, Allowances
from trustbook.merge.cell_codec import Row, Value, encode
from trustbook.merge.column_changes import (
    ColumnChange,
    cells_filled_down,
    cells_held,
    cells_overwritten,
    dates_turned,
    rows_taken_out,
)
from trustbook.merge.column_patterns import (
    Pair,
    _in_order,
    is_displaced,
    is_forward,
    is_handover,
    is_replacement,
    is_rewording,
    is_turned,
    lost_zeros,
    nearly_all,
)
from trustbook.merge.equality import reads_alike
from trustbook.merge.guards import (
    GUARDS,
    ColumnGuard,
    Guard,
    RowGuard,
    find_accidents,
    guard_named,
)
from trustbook.merge.row_patterns import SheetSight, sorted_name
from trustbook.messages import catalogue
from trustbook.snapshot import CellFault

PACKAGE = Path(trustbook.__file__).parent
ERROR = CellFault("#REF!")
TENTH, HALF = Fraction(1, 10), Fraction(1, 2)

# More than so many, and more than this share of what was there; what lets it through.
RULE = {
    "memory_lost": (0, None, "accept"),
    "memory_older": (0, None, "accept"),
    "clock_back": (10, None, "accept"),
    "odd_marks": (0, None, "accept"),
    "old_copy": (0, None, "accept"),
    "saved_over": (0, None, "accept"),
    "no_marks": (0, None, "accept"),
    "other_book": (0, None, "accept"),
    "other_keeper": (0, None, "accept"),
    "other_folder": (0, None, "accept"),
    "other_place": (0, None, "accept"),
    "partners_gone": (0, None, None),
    "sheet_twice": (0, None, None),
    "column_missing": (0, None, None),
    "column_twice": (0, None, None),
    "ids_gone": (0, None, None),
    "sheet_gone": (0, None, "accept"),
    "column_gone": (0, None, "accept"),
    "columns_exchanged": (1, None, "changes"),
    "ids_moved": (5, None, None),
    "ids_exchanged": (1, None, None),
    "ids_renewed": (5, TENTH, "deletes"),
    "names_sorted": (2, None, "changes"),
    "many_deleted": (5, TENTH, "deletes"),
    "many_lost": (5, TENTH, "deletes"),
    "list_emptied": (2, None, "deletes"),
    "dates_turned": (5, None, "changes"),
    "zeros_lost": (5, None, "changes"),
    "column_sorted": (2, None, "changes"),
    "column_broken": (5, HALF, "changes"),
    "column_cleared": (5, HALF, "changes"),
    "taken_out": (5, TENTH, "changes"),
    "column_filled": (10, None, "changes"),
    "column_changed": (10, HALF, "changes"),
}


def test_the_rule_is_what_was_agreed() -> None:
    assert {g.key: (g.few, g.share, g.allowance) for g in GUARDS} == RULE


def test_every_guard_has_its_words() -> None:
    for guard in GUARDS:
        room, _, name = guard.words.partition(".")
        assert name in catalogue(room), guard.key
        assert f"rule_{guard.key}" in catalogue("guards"), guard.key
    with pytest.raises(KeyError):
        guard_named("no_such_guard")


# Words around a stop, not of one.
AROUND = {"nothing_written", "if_meant", "if_renamed", "also_in", "note", "note_file"}


def test_every_stop_of_a_guard_is_in_the_table() -> None:
    stops = {key for key in catalogue("guards") if not key.startswith("rule_")} - AROUND
    assert {f"guards.{key}" for key in stops} == {
        guard.words for guard in GUARDS if guard.words.startswith("guards.")
    }


@pytest.mark.parametrize("guard", [g for g in GUARDS if type(g) is Guard], ids=lambda g: g.key)
def test_who_watches_the_door_says_the_words_of_the_table(guard: Guard) -> None:
    told = (guard.words, f'"{guard.words.removeprefix("errors.")}"', f'guard_named("{guard.key}")')
    assert any(
        text in path.read_text(encoding="utf-8")
        for path in PACKAGE.rglob("*.py")
        for text in told
        if path.name != "guards.py"
    )


# lists in which exactly so much happened


def a_list(sheet: Sheet, base: dict[str, Row], now: dict[str, Row], **more: object) -> SheetSight:
    headers = {column.key: column.en for column in sheet.columns if column.owner == "shared"}
    changed = [i for i in now if i in base and now[i] != base[i]]
    return SheetSight(sheet, "network", sheet.en, headers, base, now, changed, **more)  # type: ignore[arg-type]


def partners(count: int) -> dict[str, Row]:
    return {f"P-{i}": {"name": f"Partner {i}", "kind": "organisation"} for i in range(count)}


def without(rows: dict[str, Row], count: int) -> dict[str, Row]:
    return dict(list(rows.items())[count:])


def of_column(
    sheet: Sheet, column: str, cells: Sequence[tuple[object, object]], **more: object
) -> SheetSight:
    """A list of which one column held and holds ``cells``; the other cells stay as they were."""

    def rows(side: int) -> dict[str, Row]:
        found: dict[str, Row] = {}
        for i, pair in enumerate(cells):
            value = encode(pair[side])
            found[f"X-{i}"] = {"name": f"row {i}"}
            if value is not None:
                found[f"X-{i}"][column] = value
        return found

    return a_list(sheet, rows(0), rows(1), **more)


def first_cells(
    of: int, count: int, was: Callable[[int], object], becomes: Callable[[int], object]
) -> list[tuple[object, object]]:
    """``of`` cells, of which the first ``count`` changed."""
    return [(was(i), becomes(i) if i < count else was(i)) for i in range(of)]


def renumbered(count: int, of: int, given: bool) -> SheetSight:
    base = partners(of)
    new = {f"P-NEW{i}": base[f"P-{i}"] for i in range(count)}
    return a_list(PARTNERS, base, new | without(base, count), given=set(new) if given else ())


def beside_other_ids(count: int, of: int) -> SheetSight:
    """The first ``count`` rows pushed up by one, and the first of them put below."""
    base = {i: row | {"area": f"area {i}"} for i, row in partners(of).items()}
    rows = list(base.values())
    pushed = [*rows[1:count], *rows[: min(count, 1)], *rows[count:]]
    return a_list(PARTNERS, base, dict(zip(base, pushed, strict=True)))


def party_sorted(count: int, of: int) -> SheetSight:
    def row(i: int, party: int) -> tuple[str, Row]:
        return f"f{i}|p{party}||", {"phenomenon": f"f{i}", "party": f"p{party}"}

    base = dict(row(i, i) for i in range(of))
    now = dict(row(i, (i + 1) % count if i < count else i) for i in range(of))
    return a_list(REQUIRED, base, now)


def deleted(count: int, of: int, **more: object) -> SheetSight:
    return a_list(PARTNERS, partners(of), without(partners(of), count), **more)


def area(i: int) -> str:
    return f"area {i}"


def day(i: int) -> date:
    return date(2000 + i, 3, 5)


def turned_day(i: int) -> date:
    return date(2000 + i, 5, 3)


def in_area(count: int, of: int, becomes: Callable[[int], object]) -> SheetSight:
    return of_column(PARTNERS, "area", first_cells(of, count, area, becomes))


def phones(count: int, of: int) -> SheetSight:
    cells = first_cells(of, count, lambda i: f"06{i + 100}", lambda i: int(f"6{i + 100}"))
    return of_column(PEOPLE, "phone", cells)


def filled(count: int, of: int) -> SheetSight:
    cells = [(area(i) if i < count else "Centre", "Centre") for i in range(of)]
    return of_column(PARTNERS, "area", cells)


def exchanged(count: int, of: int) -> SheetSight:
    """So many rows in which two columns changed places; the others hold neither."""
    base, now = partners(of), partners(of)
    for i in range(count):
        base[f"P-{i}"] |= {"area": area(i), "holder": "Anna"}
        now[f"P-{i}"] |= {"area": "Anna", "holder": area(i)}
    return a_list(PARTNERS, base, now)


SIGHTS: dict[str, Callable[[int, int], SheetSight]] = {
    "ids_moved": lambda count, of: renumbered(count, of, given=False),
    "ids_exchanged": beside_other_ids,
    "ids_renewed": lambda count, of: renumbered(count, of, given=True),
    "names_sorted": party_sorted,
    "many_deleted": deleted,
    "many_lost": lambda count, of: deleted(count, of, numbered=False),
    "list_emptied": lambda count, of: deleted(count, count),
    "dates_turned": lambda count, of: of_column(
        PARTNERS, "checked_on", first_cells(of, count, day, turned_day)),
    "zeros_lost": phones,
    "column_sorted": lambda count, of: in_area(count, of, lambda i: area((i + 1) % count)),
    "column_broken": lambda count, of: in_area(count, of, lambda i: ERROR),
    "column_cleared": lambda count, of: in_area(count, of, lambda i: None),
    "taken_out": lambda count, of: of_column(
        MOMENTS, "weather", first_cells(of, count, lambda i: "sunny", lambda i: "crisis")),
    "columns_exchanged": exchanged,
    "column_filled": filled,
    "column_changed": lambda count, of: in_area(count, of, lambda i: f"{i * 7} else {i * i}"),
}  # fmt: skip
# How many pass, out of how many: where the count decides, on the edge, and where the share does.
LIMITS: dict[Fraction | None, dict[int, tuple[tuple[int, int], ...]]] = {
    None: {1: ((20, 1),), 5: ((20, 5), (200, 5)), 2: ((3, 2),), 10: ((12, 10), (200, 10))},
    TENTH: {5: ((20, 5), (50, 5), (59, 5), (60, 6), (100, 10))},
    HALF: {5: ((6, 5), (10, 5), (11, 5), (12, 6), (40, 20)), 10: ((12, 10), (20, 10), (40, 20))},
}
CASES = [
    (guard, of, limit)
    for guard in GUARDS
    if guard.key in SIGHTS
    for of, limit in LIMITS[guard.share][guard.few]
]


def test_every_guard_that_counts_has_its_limit_tested() -> None:
    assert set(SIGHTS) == {guard.key for guard in GUARDS if type(guard) is not Guard}


@pytest.mark.parametrize(("guard", "of", "limit"), CASES, ids=[f"{g.key}-{n}" for g, n, _ in CASES])
def test_so_much_passes_and_one_more_stops(guard: Guard, of: int, limit: int) -> None:
    sight = SIGHTS[guard.key]
    assert find_accidents(sight(limit, of)) == []
    found = find_accidents(sight(limit + 1, of))
    assert [one.key for one in found] == [guard.words]
    assert found[0].params["count"] == limit + 1
    numbers = {"deletes": found[0].deletes, "changes": found[0].changes}
    assert numbers == {"deletes": 0, "changes": 0} | (
        {guard.allowance: limit + 1} if guard.allowance else {}
    )


def test_what_a_cell_means_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many guards ask, and however often a column is looked at."""
    asked: Counter[object] = Counter()

    def read(cell: object, lang: str) -> date:
        asked[cell] += 1
        return read_date(cell, lang)

    monkeypatch.setattr(equality, "read_date", read)
    days = [date(2071, 1, 1) + timedelta(days=i) for i in range(12)]
    sight = of_column(PARTNERS, "ended_on", [(one, one + timedelta(days=30)) for one in days])
    for _ in range(2):
        find_accidents(sight)
    assert len(asked) == 24 and set(asked.values()) == {1}


# What stands beside what ID, before and now.
NAMES = st.dictionaries(
    st.sampled_from([f"P-{i}" for i in range(6)]),
    st.sampled_from("abc").map(lambda name: {"name": name}),
)


@given(NAMES, NAMES, st.booleans())
def test_a_guard_counts_no_more_rows_than_changed_went_or_came(
    base: dict[str, Row], now: dict[str, Row], numbered: bool
) -> None:
    """So that a list in which next to nothing happened need not be looked at."""
    for sheet in (PARTNERS, MOMENTS, REQUIRED):
        sight = a_list(sheet, base, now, numbered=numbered)
        touched = max(len(sight.gone), len(sight.came), len(sight.changed))
        for guard in (guard for guard in GUARDS if isinstance(guard, RowGuard)):
            assert guard.counted(sight) <= touched, guard.key


# what counts, and what does not


def keys(sight: SheetSight) -> list[str]:
    return [one.key.removeprefix("guards.") for one in find_accidents(sight)]


def test_a_list_of_two_may_be_emptied_and_any_longer_one_may_not() -> None:
    for sheet in TYPED:
        rows: dict[str, Row] = {f"row {i}": {sheet.columns[1].key: f"row {i}"} for i in range(6)}
        for count, stops in ((2, False), (3, True), (5, True), (6, True)):
            assert bool(keys(a_list(sheet, dict(list(rows.items())[:count]), {}))) is stops
    assert keys(deleted(3, 4)) == [], "one is left"
    assert keys(deleted(3, 3, unsure={"P-0"})) == [], "one may be there"
    assert keys(a_list(SETTINGS, rows, {"row 0": rows["row 0"]})) == [], "settings are free"


def test_rows_known_by_what_stands_in_them_may_be_renamed() -> None:
    def tables(first: int, last: int) -> dict[str, Row]:
        return {f"t{i}": {"name": f"t{i}"} for i in range(first, last)}

    assert keys(a_list(CONSULTATIONS, tables(0, 9), tables(3, 12))) == []
    assert keys(a_list(CONSULTATIONS, tables(0, 9), tables(6, 10))) == []
    assert keys(a_list(CONSULTATIONS, tables(0, 9), tables(6, 9))) == ["many_deleted"]


def test_rows_that_are_gone_are_looked_for_under_new_ids() -> None:
    for renewed, words in ((6, "ids_changed"), (5, "many_deleted")):
        base = partners(20)
        new = {f"P-NEW{i}": base[f"P-{i}"] for i in range(renewed)}
        sight = a_list(PARTNERS, base, new | without(base, 12), given=set(new))
        assert keys(sight) == [words]
        assert find_accidents(sight)[0].deletes == 12


def test_where_ids_stand_beside_other_rows_nothing_else_is_told() -> None:
    found = find_accidents(beside_other_ids(7, 20))
    assert [(one.key, one.params["count"]) for one in found] == [("guards.ids_changed", 7)]


def test_where_most_rows_differ_in_their_name_alone_names_were_moved() -> None:
    base = partners(20)
    rows = list(base.values())
    now = dict(zip(base, [*rows[1:7], rows[0], *rows[7:]], strict=True))
    assert keys(a_list(PARTNERS, base, now)) == ["column_sorted"]


def test_rows_gone_hide_no_column() -> None:
    base = {i: row | {"area": f"area {i}"} for i, row in partners(20).items()}
    now = {i: {"name": row["name"], "kind": "organisation"} for i, row in without(base, 6).items()}
    assert keys(a_list(PARTNERS, base, now)) == ["many_deleted", "column_cleared"]


def test_nine_in_ten_is_nearly_all() -> None:
    assert nearly_all(9, 10) and nearly_all(0, 0)
    assert not nearly_all(8, 9) and not nearly_all(89, 100)


@pytest.mark.parametrize(("others", "count"), [(1, 9), (2, 0)])
def test_dates_turned_are_nearly_all_that_changed(others: int, count: int) -> None:
    turned = [(day(i), turned_day(i)) for i in range(9)]
    edited = [(day(20 + i), day(20 + i) + timedelta(days=3)) for i in range(others)]
    assert dates_turned(change(PARTNERS, "checked_on", [*turned, *edited])) == count
    assert dates_turned(change(PARTNERS, "area", turned)) == 0, "that is no column of dates"


def change(sheet: Sheet, column: str, cells: Sequence[tuple[object, object]]) -> ColumnChange:
    return ColumnChange(sheet, sheet.column(column), encoded(cells))


def encoded(cells: Sequence[tuple[object, object]]) -> list[Pair]:
    return [(encode(old), encode(new)) for old, new in cells]


def test_a_six_names_column_sorted_may_miss_one_in_ten() -> None:
    for edited, words in ((1, ["column_sorted"]), (2, [])):
        sight = party_sorted(10, 30)
        rows = dict(sight.now)
        for i in range(edited):
            old = f"f{i}|p{i + 1}||"
            rows[f"{old} edited"] = rows.pop(old) | {"party": f"other {i}"}
        assert keys(a_list(REQUIRED, dict(sight.base), rows)) == words


@pytest.mark.parametrize(("known", "words"), [(7, []), (6, ["column_broken"])])
def test_errors_that_people_were_told_of_are_no_news(known: int, words: list[str]) -> None:
    sight = of_column(
        PARTNERS, "area", first_cells(7, 7, area, lambda i: ERROR), broken={"area": known}
    )
    assert keys(sight) == words


def test_what_held_an_error_or_nothing_was_not_filled() -> None:
    assert cells_held(change(PARTNERS, "area", [(None, "a"), (ERROR, "b"), ("c", None)])) == 1


@pytest.mark.parametrize(
    ("sheet", "column", "cells", "count"),
    [
        (PARTNERS, "ended_on", [(None, day(1)), (day(1), day(2)), (day(1), None)], 1),
        (PARTNERS, "paused_until", [(None, day(1))], 1),
        (PEOPLE, "until", [(None, day(1))], 1),
        (PEOPLE, "from", [(None, day(1))], 0),
        (MOMENTS, "weather", [("sunny", "crisis"), (None, "crisis"), ("crisis", "sunny")], 2),
        (MOMENTS, "state", [(None, s) for s in ("cancelled", "planned", "attempt", "held")], 3),
        (MOMENTS, "state", [("held", None), (None, "afgezegd")], 1),
    ],
)
def test_what_takes_rows_out_of_sight(
    sheet: Sheet, column: str, cells: list[tuple[object, object]], count: int
) -> None:
    assert rows_taken_out(change(sheet, column, cells)) == count


def test_one_value_everywhere_is_filled_down_where_there_were_three() -> None:
    for values, count in (("abc", 3), ("aab", 0)):
        cells = [(value, "x") for value in values]
        assert cells_filled_down(change(PARTNERS, "area", cells)) == count
    assert cells_filled_down(change(PARTNERS, "area", [("a", "x"), ("b", "x"), ("c", "y")])) == 0


@pytest.mark.parametrize(
    ("sheet", "column", "cells"),
    [
        (PARTNERS, "area", [("a", "b")] * 3),
        (PARTNERS, "own_view", [("a", "a!"), ("b", "b!")]),
        (PARTNERS, "area", [("a", None), (None, "b"), ("c", ERROR)]),
        *((sheet, column, [(day(1), day(3)), (day(2), day(9))]) for sheet, column in (
            (PARTNERS, "goals_shared_on"), (PARTNERS, "checked_on"), (PARTNERS, "snooze_until"),
            (PEOPLE, "informed_on"), (MOMENTS, "promise_due"), (CONSULTATIONS, "next"))),
        (PARTNERS, "holder", [("Anna", "Dirk"), ("Bert", "Dirk")]),
        (MOMENTS, "state", [("planned", "held"), ("attempt", "gehouden")]),
        (REQUIRED, "minimum", [(1, 2), (3, 4)]),
    ],
)  # fmt: skip
def test_what_people_do_to_a_whole_column(
    sheet: Sheet, column: str, cells: list[tuple[object, object]]
) -> None:
    assert cells_overwritten(change(sheet, column, cells)) == 0
    assert cells_overwritten(change(PARTNERS, "their_way", [("a", "1b"), ("c", "d2")])) == 2


def test_all_cells_are_counted_that_were_overwritten_for_no_such_reason() -> None:
    back = [(day(3), day(1)), (day(9), day(2))]
    assert cells_overwritten(change(PARTNERS, "checked_on", back)) == 2
    states = [("planned", "cancelled"), ("attempt", "held")]
    assert cells_overwritten(change(MOMENTS, "state", states)) == 2
    assert cells_overwritten(change(PARTNERS, "holder", [("Anna", "Dirk"), ("Bert", "Els")])) == 2


# sorted and slid


def letters(text: str) -> list[Value | None]:
    return [None if letter == "." else letter for letter in text]


def displaced(before: str, after: str) -> bool:
    """``.`` is a blank cell."""
    return is_displaced(list(zip(letters(before), letters(after), strict=True)))


def test_nothing_moved_is_nothing_displaced() -> None:
    assert not displaced("abc", "abc")


def test_the_same_values_in_other_rows_are_displaced() -> None:
    assert displaced("fbcead", "abcdef")
    assert not displaced("fbcead", "abcdxy"), "two of five are new"
    assert displaced("fbceadghijk", "xacbdefghjk"), "one may be edited besides"


def test_one_in_ten_may_be_edited_in_a_column_sorted_on_its_own() -> None:
    before = [f"{i * 7 % 41:02d}" for i in range(41)]
    after: list[Value | None] = [*sorted(before)]
    moved_places = [i for i in range(41) if before[i] != after[i]]
    for edited, found in ((4, True), (5, False)):
        new = list(after)
        for i in moved_places[10 : 10 + edited]:
            new[i] = f"edited {i}"
        assert is_displaced(list(zip(before, new, strict=True))) is found


def test_few_values_must_stand_in_order_now_and_not_before() -> None:
    mixed = "cabacbbcaabccabb"
    ordered = "".join(sorted(mixed))
    assert displaced(mixed, ordered)
    assert displaced(mixed, ordered[::-1])
    assert not displaced(mixed, mixed[::-1])
    assert not displaced(ordered, ordered[::-1]), "it stood in order before"


def test_half_of_the_values_must_be_different_to_need_no_order() -> None:
    assert displaced("abcdaacb", "bacdaabc"), "four of eight"
    assert not displaced("abcdaacba", "bacdaabca"), "four of nine"


def test_a_column_slid_down_a_row_is_displaced_whatever_fell_off() -> None:
    for by in (1, 2, 3):
        assert displaced("abcdefghijkl", ("." * by + "abcdefghijkl")[:12])
        assert displaced("abcdefghijkl", "abcdefghijkl"[by:] + "." * by)
    assert not displaced("abcdefghijkl", "....abcdefgh"), "four rows are nobody's slip"


def test_a_series_put_off_is_not_slid() -> None:
    weeks = [day(1) + timedelta(weeks=i) for i in range(8)]
    later = [(one, one + timedelta(weeks=1)) for one in weeks]
    assert not is_displaced(encoded(later))
    assert is_displaced(encoded([*later[:-1], (weeks[-1], None)]))
    assert is_displaced(encoded([*later[:-1], (weeks[-1], weeks[-1] + timedelta(days=1))]))


def test_colleagues_who_take_over_each_others_partners_sort_nothing() -> None:
    assert not displaced("cccaaabbb", "aaabbbccc"), "three each"
    assert displaced("ccaabb", "aabbcc"), "two each"
    assert displaced("cccaaabbbc", "aaabbbcccc"), "one of them kept a partner"


def test_five_cells_that_slid_are_no_chance() -> None:
    """Of few values in no order: nothing else tells them from partners shared out anew."""
    assert displaced("cbacbaaaaaaaaa", ".cbacbaaaaaaaa")
    assert not displaced("cbacbaaaaaaaaa", ".cbacaaaaaaaaa"), "four of them"
    assert displaced("aaabcdef", ".aaabcde"), "where the same value slid in nothing can be seen"
    alike = "a" * 40
    assert not displaced(f"b{alike}c", f"x{alike}y"), "nor between two cells that were edited"


def test_in_a_long_stretch_a_cell_at_either_end_is_left_out() -> None:
    """Eleven cells changed, then ten: the one edited at the end is no part of the slide then."""
    for length, found in ((10, True), (9, False)):
        before = [f"v{i}" for i in range(30)]
        after = list(before)
        after[2 : 2 + length] = before[1 : 1 + length]
        after[2], after[28] = "new", "edited"
        cells = list(zip(before, after, strict=True))
        assert is_displaced(cells) is found


def test_values_in_order_may_take_one_step_in_twenty_back() -> None:
    assert _in_order([*range(20), 1]) and _in_order([*range(20, 0, -1), 2])
    assert not _in_order([*range(19), 1]) and not _in_order([*range(20), 1, 0])
    assert _in_order([1, None, 1, 2]) and _in_order([None]) and _in_order([1, 2, "a", "B"])


# what programs and people do to cells


def test_what_reads_alike() -> None:
    assert reads_alike("06 - 12", "0612") and reads_alike("De Brug", "de brug")
    assert not reads_alike("06", "07") and not reads_alike("!", "?")
    assert not reads_alike(6, "6") and not reads_alike("6", 6)


def test_what_is_turned_round() -> None:
    def turned(old: object, new: object) -> bool:
        return is_turned(encode(old), encode(new))

    assert turned(date(2026, 3, 12), date(2026, 12, 3))
    assert not turned(date(2026, 3, 12), date(2026, 12, 4))
    assert not turned(date(2026, 3, 3), date(2026, 3, 3))
    assert turned(date(2026, 3, 13), date(2026, 3, 13) - timedelta(days=1462))
    assert turned(date(2026, 3, 13), date(2026, 3, 13) + timedelta(days=1462))
    assert not turned(date(2026, 3, 13), date(2026, 3, 13) + timedelta(days=1461))
    assert turned(date(2026, 3, 13), "03/13/2026")
    assert not turned(date(2026, 3, 13), "03/14/2026")
    assert not turned(date(2026, 3, 13), None) and not turned(None, date(2026, 3, 13))
    assert not turned(date(2026, 3, 13), "soon") and not turned(date(2026, 3, 13), True)


def test_which_numbers_lost_their_zeros() -> None:
    assert lost_zeros("0031", 31) and lost_zeros("06-12", "612")
    assert not lost_zeros("31", 31) and not lost_zeros("031", 32)
    assert not lost_zeros(31, 31) and not lost_zeros("o31", 31) and not lost_zeros("031", "x")


def test_a_replacement_is_of_words_that_stand_there_often() -> None:
    assert is_replacement([("a", "b")] * 3)
    assert not is_replacement([("a", "b")] * 2)
    assert is_replacement([("a", "c"), ("b", "c")] * 3), "two may become one"
    assert not is_replacement([("a", "d"), ("b", "d"), ("c", "d")] * 3), "three may not"
    three_of_four = [("a", "x"), ("b", "x"), ("c", "x"), ("d", "y")]
    assert not is_replacement(three_of_four * 3), "not beside another either"
    assert not is_replacement([("a", "b"), ("a", "c"), ("a", "b")])
    assert not is_replacement([("a", None)] * 3)


def test_a_rewording_is_the_same_piece_in_nearly_all() -> None:
    words = [(f"{i}a", f"{i}a!") for i in range(9)]
    assert is_rewording([*words, ("x", "y")])
    assert not is_rewording([*words[:8], ("x", "y")])
    assert not is_rewording([*words, (1, 2)])
    assert is_rewording([("1@old.nl", "1@new.nl"), ("22@old.nl", "22@new.nl")])
    assert is_rewording([("1 (old)", "1 (older)"), ("2 (old)", "2 (older)")])
    assert is_rewording([("a b", "b"), ("a cd", "cd")]) and is_rewording(
        [("a b", "a"), ("c b", "c")]
    )
    assert not is_rewording([("", "a"), ("", "b")]) and not is_rewording([("a", ""), ("b", "")])


def test_a_handover_gives_two_or_more_to_each() -> None:
    assert is_handover([("a", "x"), ("b", "x"), ("a", "y"), ("b", "y")])
    assert not is_handover([("a", "x"), ("b", "x"), ("a", "y")])
    assert not is_handover([("a", 1), ("b", 1)])


def test_forward_is_later_for_every_date() -> None:
    later = [(day(1), day(2)), (day(3), day(4))]
    assert is_forward(encoded(later))
    for old, new in ((day(2), day(1)), (day(1), day(1)), (None, day(1)), (day(1), None)):
        assert not is_forward(encoded([*later, (old, new)]))


# what lets it through


def accident(key: str, deletes: int = 0, changes: int = 0, **params: object) -> Accident:
    words = {"name": "network", "sheet": "Partners", "of": 40, "count": deletes or changes}
    return Accident(f"guards.{key}", words | params, deletes, changes)


FOUND = [
    accident("many_deleted", deletes=6),
    accident("many_deleted", deletes=7, sheet="Moments"),
    accident("column_cleared", changes=20, column="Area"),
    accident("column_cleared", changes=30, column="Holder"),
]


@pytest.mark.parametrize(
    ("deletes", "changes", "refused"),
    [(13, 50, 0), (13, 0, 2), (0, 50, 2), (13, 49, 2), (13, 51, 2), (12, 50, 2), (14, 50, 2),
     (6, 50, 2), (7, 50, 2), (13, 30, 2), (0, 0, 4), (12, 51, 4)],
)  # fmt: skip
def test_a_number_lets_through_exactly_what_was_found(
    deletes: int, changes: int, refused: int
) -> None:
    if not refused:
        stop_unless_meant(FOUND, Allowances(deletes, changes))
        return
    with pytest.raises(AccidentStop) as stop:
        stop_unless_meant(FOUND, Allowances(deletes, changes))
    assert len(stop.value.accidents) == refused
    assert stop.value.sentence("en").endswith(
        "type: trustbook sync network --allow-deletes 13 --allow-changes 50"
    )


def test_of_one_kind_only_its_own_number_is_asked() -> None:
    with pytest.raises(AccidentStop) as stop:
        stop_unless_meant(FOUND[:2], Allowances(3, 4))
    assert stop.value.sentence("nl").endswith("trustbook sync network --allow-deletes 13")


def test_several_columns_are_told_in_one_sentence_the_worst_first() -> None:
    said = AccidentStop(FOUND[2:]).sentence("en")
    assert "“Holder” was emptied: 30 of its 40 filled cells" in said
    assert "The same goes for 1 other column there: “Area” (20)." in said
    assert said.count("Put the column back") == 1


def test_what_no_number_lets_through_asks_for_none() -> None:
    found = [*FOUND, accident("ids_changed")]
    for allowed in (EVERYTHING, Allowances(13, 50)):
        with pytest.raises(AccidentStop) as stop:
            stop_unless_meant(found, allowed)
        assert stop.value.key == "guards.ids_changed"
        assert "--allow" not in stop.value.sentence("en")
    stop_unless_meant(FOUND, EVERYTHING)
    stop_unless_meant([], Allowances(3, 3))


def test_a_column_is_sorted_only_beside_others_that_name_a_row_and_where_rows_are_gone() -> None:
    tables: dict[str, Row] = {f"t{i}": {"name": f"t{i}"} for i in range(9)}
    renumbered = {f"other {i}": row for i, row in tables.items()}
    assert sorted_name(a_list(CONSULTATIONS, tables, renumbered)) == "name", "it has no other"
    assert sorted_name(party_sorted(9, 9)) == "phenomenon"
    needs = party_sorted(9, 9).base
    assert sorted_name(a_list(REQUIRED, dict(needs), dict(needs))) == "", "nothing is gone"
    assert sorted_name(a_list(PARTNERS, partners(9), {})) == ""


# nothing happened, or nothing that people would call a change


def test_where_nothing_happened_nothing_is_counted() -> None:
    for sheet in TYPED:
        rows: dict[str, Row] = {
            f"row {i}": {column.key: f"{i}" for column in sheet.columns[:4]} for i in range(9)
        }
        for numbered in (True, False):
            sight = a_list(sheet, rows, dict(rows), numbered=numbered)
            new = a_list(sheet, {}, dict(rows), numbered=numbered)
            for guard in GUARDS:
                if isinstance(guard, RowGuard):
                    assert guard.counted(sight) == guard.counted(new) == 0, guard.key
        for column in sheet.columns:
            untouched = change(sheet, column.key, [("a", "a"), (None, None), (ERROR, ERROR)])
            for guard in GUARDS:
                if isinstance(guard, ColumnGuard):
                    assert guard.counted(untouched) == 0, (guard.key, column.key)


def test_each_guard_of_rows_minds_its_own_lists() -> None:
    """Rows without an ID, rows with one, and rows that go by what stands in them."""
    counted = {g.key: g.counted for g in GUARDS if isinstance(g, RowGuard)}
    assert counted["many_deleted"](deleted(1, 9)) == 1
    assert counted["many_lost"](deleted(1, 9)) == 0
    assert counted["many_deleted"](deleted(1, 9, numbered=False)) == 0
    assert counted["many_lost"](deleted(1, 9, numbered=False)) == 1
    tables: dict[str, Row] = {f"t{i}": {"name": f"t{i}"} for i in range(9)}
    for numbered in (True, False):
        sight = a_list(CONSULTATIONS, tables, without(tables, 1), numbered=numbered)
        assert (counted["many_deleted"](sight), counted["many_lost"](sight)) == (1, 0)
        assert counted["names_sorted"](sight) == counted["list_emptied"](sight) == 0
    more = a_list(CONSULTATIONS, without(tables, 3), tables)
    assert counted["many_deleted"](more) == 0


def test_a_row_may_change_what_it_is_known_by_beside_its_name() -> None:
    def rows(tier: str) -> dict[str, Row]:
        return {
            f"f{i}|p{i}|{tier}|": {"phenomenon": f"f{i}", "party": f"p{i}", "tier": tier}
            for i in range(9)
        }

    for numbered in (True, False):
        assert keys(a_list(REQUIRED, rows("core"), rows("wider"), numbered=numbered)) == []
    assert keys(renumbered(9, 20, given=False)) == ["ids_changed"]
    unnumbered = renumbered(9, 20, given=False)
    assert keys(a_list(PARTNERS, dict(unnumbered.base), dict(unnumbered.now), numbered=False)) == [
        "many_lost"
    ]


WITHHELD = "\x01w0a1b"


@pytest.mark.parametrize(
    ("sheet", "column", "old", "new"),
    [
        (PARTNERS, "area", ERROR, lambda i: area(i)),
        (PEOPLE, "phone", lambda i: f"06 - {i}", lambda i: f"06{'.' * (i % 2)}{i}"),
        (PARTNERS, "checked_on", day, lambda i: (day(i) - date(1899, 12, 30)).days),
        (PARTNERS, "kind", lambda i: ("organisation", "individual")[i % 2],
         lambda i: ("organisatie", "individu")[i % 2]),
    ],
)  # fmt: skip
def test_what_says_the_same_or_could_not_be_read_did_not_change(
    sheet: Sheet, column: str, old: object, new: Callable[[int], object]
) -> None:
    was = old if callable(old) else lambda i: old
    assert keys(of_column(sheet, column, [(was(i), new(i)) for i in range(20)])) == []
    told = of_column(sheet, column, [(was(i), None) for i in range(20)])
    assert keys(told) == ([] if old is ERROR else ["column_cleared"])


@pytest.mark.parametrize("side", [0, 1])
def test_what_may_not_be_kept_says_nothing(side: int) -> None:
    cells: list[list[object]] = [["said", "other"] for _ in range(20)]
    sight = of_column(PARTNERS, "area", [tuple(cell) for cell in cells])  # type: ignore[misc]
    for rows in (sight.base, sight.now)[side : side + 1]:
        for row in rows.values():
            row["area"] = WITHHELD
    assert keys(sight) == []


def test_who_says_nothing_allows_nothing() -> None:
    for found in (accident("many_deleted", deletes=1), accident("zeros_lost", changes=1)):
        with pytest.raises(AccidentStop):
            stop_unless_meant([found], Allowances())
    bare = Accident("guards.ids_gone", {"name": "network", "sheet": "Partners"})
    with pytest.raises(AccidentStop) as stop:
        stop_unless_meant([bare], Allowances(1, 1))
    assert "--allow" not in stop.value.sentence("en")


class _Asked(dict[str, Row]):
    """Rows as they were, and which of them somebody asked for."""

    asked: set[str]

    def __getitem__(self, identity: str) -> Row:
        self.asked.add(identity)
        return super().__getitem__(identity)


def test_of_a_few_cells_typed_in_a_long_list_no_other_row_is_looked_at() -> None:
    """What was agreed is unpacked row by row: ten cells must not cost a hundred thousand."""
    rows = partners(500)
    columns = ("holder", "party")
    typed = {f"P-{i}": {**rows[f"P-{i}"], columns[i % 2]: f"new {i}"} for i in range(10)}
    base = _Asked(rows)
    base.asked = set()
    sight = a_list(PARTNERS, base, rows | typed)
    looked = {*sight.changed}
    base.asked.clear()
    assert find_accidents(sight) == []
    assert base.asked <= looked
