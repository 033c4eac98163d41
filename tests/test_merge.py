"""What a merge decides: each case a row that can be read, and what must hold in any order of
workbooks.
"""

from __future__ import annotations

from datetime import date, datetime, time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.present import present
from trustbook.columns import PARTNERS, REQUIRED, SETTINGS, Sheet
from trustbook.merge.cell_codec import (
    Row,
    Value,
    decode,
    encode,
    is_withheld,
    pack,
    unpack,
    withheld_mark,
)
from trustbook.merge.equality import meanings
from trustbook.merge.identity import identify
from trustbook.merge.overtyped import typed_in_derived
from trustbook.merge.threeway import Conflict, ConflictChoice, Merged, merge
from trustbook.merge.votes import Side
from trustbook.reading.lists import Listing
from trustbook.reading.settings_rows import SETTING_ROWS
from trustbook.snapshot import CellFault

GONE = None
COLUMNS = frozenset({"name", "area"})


def side(name: str, base: str | None, now: str | None) -> Side:
    """A workbook with one row (or none), of which one cell matters; "" is a row with that cell
    blank.
    """

    def rows(value: str | None) -> dict[str, Row]:
        return {} if value is GONE else {"P-1": row(value)}

    return Side(name, rows(base), rows(now), COLUMNS)


def encoded(cell: object) -> Value:
    value = encode(cell)
    assert value is not None
    return value


def row(area: str) -> Row:
    return {"name": "De Brug", "area": area} if area else {"name": "De Brug"}


def merged(record: str | None, *sides: Side, archived: bool = False) -> Merged:
    records = {} if record is None else {"P-1": row(record)}
    return merge("partners", records, {"P-1"} if archived else set(), sides)


def outcome(result: Merged, name: str) -> str:
    """What a workbook is told, in a word or two."""
    told = result.told[name]
    if result.conflicts:
        assert not told.cells, "a cell in conflict was written"
        return "conflict"
    if told.cleared:
        return "clear"
    if told.rows:
        return f"add {told.rows['P-1'].get('area', '')}".strip()
    if told.cells:
        return f"write {told.cells['P-1']['area'] or 'blank'}"
    return "-"


# ledger, workbook A (base > now), workbook B (base > now): what A is told, what B is told
CASES = {
    "nobody edited": ("x", ("x", "x"), ("x", "x"), "-", "-"),
    "A edited": ("x", ("x", "y"), ("x", "x"), "-", "write y"),
    "B edited": ("x", ("x", "x"), ("x", "y"), "write y", "-"),
    "both typed the same": ("x", ("x", "y"), ("x", "y"), "-", "-"),
    "both typed something else": ("x", ("x", "y"), ("x", "z"), "conflict", "conflict"),
    "A blanked it": ("x", ("x", ""), ("x", "x"), "-", "write blank"),
    "A blanked it, B edited": ("x", ("x", ""), ("x", "z"), "conflict", "conflict"),
    "A was away while the ledger learned": ("y", ("x", "x"), ("y", "y"), "write y", "-"),
    "A was away and edited, too": ("y", ("x", "z"), ("y", "y"), "conflict", "conflict"),
    "A was away, B goes on from what the ledger knows": (
        "y",
        ("x", "x"),
        ("y", "z"),
        "write z",
        "-",
    ),
    "A deleted the row": ("x", ("x", GONE), ("x", "x"), "-", "clear"),
    "A deleted what B edited": ("x", ("x", GONE), ("x", "y"), "add y", "-"),
    "both deleted it": ("x", ("x", GONE), ("x", GONE), "-", "-"),
    "A has a new row": (None, (GONE, "x"), (GONE, GONE), "-", "add x"),
    "A joins and lacks the row": ("x", (GONE, GONE), ("x", "x"), "add x", "-"),
    "A joins with the same row": ("x", (GONE, "x"), ("x", "x"), "-", "-"),
    "A joins with another value": ("x", (GONE, "y"), ("x", "x"), "conflict", "conflict"),
    "A joins with what nobody had": ("", (GONE, "y"), ("", ""), "-", "write y"),
    "A joins with a blank": ("x", (GONE, ""), ("x", "x"), "write x", "-"),
}


@pytest.mark.parametrize("name", CASES)
def test_each_case_is_decided_as_the_table_says(name: str) -> None:
    record, a, b, told_a, told_b = CASES[name]
    for order in (1, -1):
        result = merged(record, *[side("A", *a), side("B", *b)][::order])
        assert (outcome(result, "A"), outcome(result, "B")) == (told_a, told_b)


def test_the_journal_says_what_changed_and_nothing_else() -> None:
    (event,) = merged("x", side("A", "x", "y"), side("B", "x", "x")).events
    assert (event.column, event.old, event.new, event.source) == ("area", "x", "y", "A")
    assert merged("y", side("A", "x", "y"), side("B", "x", "x")).events == [], "it knew that"
    assert merged(None, side("A", GONE, "x")).events == [], "a new row is its own record"


def test_a_workbook_is_given_only_the_columns_it_has_and_nothing_that_is_in_dispute() -> None:
    sides = [side("A", "x", "y"), side("B", "x", "z"), side("C", GONE, GONE)]
    sides.append(Side("D", {}, {}, frozenset({"name"})))
    told = merged("x", *sides).told
    assert told["C"].rows == {"P-1": {"name": "De Brug", "area": "x"}}
    assert told["C"].base == {"P-1": {"name": "De Brug"}}, "the area is not agreed upon"
    assert told["D"].rows == told["D"].base == {"P-1": {"name": "De Brug"}}


def test_a_deleted_row_is_archived_and_its_words_stay() -> None:
    result = merged("x", side("A", "x", GONE))
    assert result.archived == {"P-1": True}
    assert result.records == {}


def test_an_archived_row_that_is_typed_again_comes_back() -> None:
    result = merged("x", side("A", GONE, "x"), archived=True)
    assert result.archived == {"P-1": False}
    assert result.told["A"].base["P-1"] == {"name": "De Brug", "area": "x"}


def test_a_column_that_is_not_there_has_no_say() -> None:
    narrow = Side(
        "A", {"P-1": {"name": "De Brug"}}, {"P-1": {"name": "De Brug"}}, frozenset({"name"})
    )
    result = merged("x", narrow, side("B", "x", "y"))
    assert result.records["P-1"]["area"] == "y"
    assert not result.told["A"].cells


def test_a_withheld_cell_is_neither_copied_nor_written_over() -> None:
    mark = withheld_mark("111222333", b"secret")
    a = Side("A", {"P-1": {"name": "De Brug"}}, {"P-1": {"name": "De Brug", "area": mark}}, COLUMNS)
    result = merged("", a, side("B", "", "y"))
    assert result.records["P-1"]["area"] == "y"
    assert not result.told["A"].cells
    assert not any(is_withheld(value) for row in result.records.values() for value in row.values())


def test_all_spellings_of_a_number_leave_one_mark() -> None:
    marks = {
        withheld_mark(cell, b"secret")
        for cell in (111222333, 111222333.0, "111.222.333", "BSN 111 22 2333")
    }
    assert len(marks) == 1
    assert withheld_mark("111222333", b"another") not in marks


def test_a_row_that_comes_back_brings_its_disputed_name_along() -> None:
    deleted = Side("A", {"P-1": {"name": "Brug"}}, {}, COLUMNS)
    edited = Side("B", {"P-1": {"name": "Brug"}}, {"P-1": {"name": "Brug Zuid"}}, COLUMNS)
    records: dict[str, Row] = {"P-1": {"name": "De Brug"}}
    result = merge("partners", records, set(), [deleted, edited])
    assert [(one.column, one.values) for one in result.conflicts] == [
        ("name", {"B": "Brug Zuid", "": "De Brug"})
    ]
    assert result.told["A"].rows == {"P-1": {"name": "De Brug"}}, (
        "a row of only an ID would come back every night"
    )
    shown = Side(
        "A",
        {"P-1": dict(result.told["A"].base["P-1"] or {})},
        {"P-1": {"name": "De Brug"}},
        COLUMNS,
    )
    again = merge("partners", records, set(), [shown, edited])
    assert len(again.conflicts) == 1 and not again.told["A"].rows and not again.told["A"].cells


def test_a_row_of_which_nothing_may_be_copied_is_added_nowhere() -> None:
    mark = withheld_mark("111222333", b"secret")
    alone = Side("A", {}, {"P-1": {"name": mark}}, COLUMNS)
    result = merge("partners", {}, set(), [alone, Side("B", {}, {}, COLUMNS)])
    assert not result.told["B"].rows and not result.told["B"].base


def test_a_choice_settles_a_conflict_everywhere() -> None:
    sides = [side("A", "x", "y"), side("B", "x", "z")]
    records: dict[str, Row] = {"P-1": {"name": "De Brug", "area": "x"}}
    chosen = ConflictChoice("z", {"A": "y", "B": "z"}, "B")
    result = merge("partners", records, set(), sides, {("P-1", "area"): chosen})
    assert (outcome(result, "A"), outcome(result, "B")) == ("write z", "-")
    assert [
        (event.old, event.new, event.source) for event in result.events if event.what == "set_aside"
    ] == [("y", "z", "A")]


def test_a_choice_counts_only_for_the_values_it_was_made_among() -> None:
    sides = [side("A", "x", "y"), side("B", "x", "w")]
    records: dict[str, Row] = {"P-1": {"name": "De Brug", "area": "x"}}
    result = merge(
        "partners",
        records,
        set(),
        sides,
        {("P-1", "area"): ConflictChoice("y", {"A": "y", "B": "z"}, "A")},
    )
    assert outcome(result, "B") == "conflict"


def test_a_conflict_waits_for_a_workbook_that_is_out_of_sight() -> None:
    held = Conflict("partners", "P-1", "area", {"A": "y", "B": "z"})
    records: dict[str, Row] = {"P-1": {"name": "De Brug", "area": "x"}}
    one = side("A", "x", "y")
    result = merge("partners", records, set(), [one], None, None, {("P-1", "area"): held})
    assert result.conflicts == [held]
    assert not result.told["A"].base and not result.records


def test_a_conflict_in_which_nobody_in_sight_says_anything_shows_nothing() -> None:
    held = {
        ("P-1", "area"): Conflict("partners", "P-1", "area", {"A": None, "B": "y"}),
    }
    records: dict[str, Row] = {"P-1": {"name": "De Brug"}}
    sides = [side("B", "y", ""), side("C", GONE, GONE)]
    result = merge("partners", records, (), sides, held=held)
    assert result.told["C"].rows == {"P-1": {"name": "De Brug"}}
    assert [conflict.values for conflict in result.conflicts] == [{"A": None, "B": None}]


def test_two_spellings_of_one_thing_are_no_conflict_and_stay_as_they_are() -> None:
    def partner(name: str, now: Row) -> Side:
        return Side(
            name,
            {},
            {"P-1": {"name": "De Brug", **now}},
            frozenset({"name", "rhythm", "share_card", "checked_on"}),
        )

    checked = encoded(date(2026, 1, 2))
    english = partner("A", {"rhythm": "6 weeks", "share_card": "yes", "checked_on": checked})
    dutch = partner("B", {"rhythm": 42, "share_card": "ja", "checked_on": "2-1-2026"})
    result = merge("partners", {}, set(), [english, dutch], same=meanings(PARTNERS))
    assert not result.conflicts and not result.told["A"].cells and not result.told["B"].cells
    after = []
    for one in (english, dutch):
        base = {row_id: present(row) for row_id, row in result.told[one.name].base.items()}
        after.append(Side(one.name, base, one.now, one.columns))
    again = merge("partners", result.records, set(), after, same=meanings(PARTNERS))
    assert (
        not again.conflicts
        and not again.records
        and not any(told.cells for told in again.told.values())
    )
    other = partner("B", {"rhythm": 43})
    assert merge("partners", {}, set(), [english, other], same=meanings(PARTNERS)).conflicts


def nights(*nows: tuple[str | CellFault | None, str | None]) -> list[tuple[str, str]]:
    """What A and B are told night after night; each night starts from what stands there then."""
    records: dict[str, Row] = {}
    sides = [Side(name, {}, {}, COLUMNS) for name in ("A", "B")]
    told = []
    for cells in nows:
        for place, cell in enumerate(cells):
            row: Row = {"name": "De Brug"}
            if cell:
                row["area"] = encoded(cell)
            sides[place] = Side(sides[place].name, sides[place].base, {"P-1": row}, COLUMNS)
        result = merge("partners", records, set(), sides)
        told.append((outcome(result, "A"), outcome(result, "B")))
        records |= result.records
        for place, one in enumerate(sides):
            base = {**one.base, **result.told[one.name].base}
            sides[place] = Side(one.name, base, one.now, COLUMNS)  # type: ignore[arg-type]
    return told


def test_an_error_in_a_cell_says_nothing_and_is_forgotten_when_it_goes() -> None:
    error = CellFault("#REF!")
    assert nights(("x", "x"), (error, "x"), ("x", "x")) == [("-", "-")] * 3
    assert nights(("x", "x"), (error, "x"), ("y", "x"))[-1] == ("-", "write y")
    assert nights(("x", "x"), (error, "x"), (None, "x"))[-1] == ("-", "write blank")
    assert nights(("x", "x"), (error, "z"), ("x", "z")) == [
        ("-", "-"),
        ("-", "-"),
        ("write z", "-"),
    ]
    broken: dict[str, Row] = {"P-1": {"name": "De Brug", "area": encoded(error)}}
    side_a = Side("A", {"P-1": {"name": "De Brug", "area": "x"}}, broken, COLUMNS)
    assert outcome(merged("x", side_a, side("B", "x", GONE)), "A") == "clear"


VALUES = st.sampled_from(["", "x", "y", "z", None])
Pairs = list[tuple[str | None, str | None]]


@given(st.none() | st.sampled_from(["", "x", "y"]),
       st.lists(st.tuples(VALUES, VALUES), min_size=2, max_size=4),
       st.randoms(use_true_random=False), st.booleans())  # fmt: skip
def test_the_order_of_workbooks_changes_nothing(
    record: str | None, pairs: Pairs, random: Random, archived: bool
) -> None:
    sides = [side(f"W{i}", *pair) for i, pair in enumerate(pairs)]
    shuffled = sides[:]
    random.shuffle(shuffled)
    first, second = (
        merged(record, *some, archived=archived and record is not None)
        for some in (sides, shuffled)
    )
    assert first.told == second.told
    assert (first.records, first.archived) == (second.records, second.archived)


@given(
    st.none() | st.sampled_from(["", "x", "y"]),
    st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=4),
)
def test_nothing_is_written_over_an_edit_and_no_value_is_invented(
    record: str | None, pairs: Pairs
) -> None:
    sides = [side(f"W{i}", *pair) for i, pair in enumerate(pairs)]
    said = {record or None} | {value or None for pair in pairs for value in pair}
    result = merged(record, *sides)
    for one in sides:
        base, now = one.base.get("P-1", {}), one.now.get("P-1", {})
        for value in result.told[one.name].cells.get("P-1", {}).values():
            assert value in said
            assert now.get("area") == base.get("area"), "an edit was written over"
        if result.told[one.name].cleared:
            assert now == base, "an edited row was cleared"


NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
DAYS = st.dates() | st.datetimes() | st.times() | st.timedeltas()


@given(st.none() | st.text(max_size=40) | st.just("\x01d2026") | st.booleans() | NUMBERS | DAYS)
def test_a_cell_is_kept_and_given_back_as_what_it_was(cell: object) -> None:
    value = encode(cell)
    row = {} if value is None else {"c": value}
    again = decode(unpack(pack(row)).get("c"))
    if isinstance(cell, str):
        assert again == (cell.replace("\r\n", "\n") or None)
    elif isinstance(cell, datetime):
        assert again == (cell.date() if cell.time() == time() else cell)
    else:
        assert again == cell


def test_true_is_not_one_and_a_day_is_not_its_text() -> None:
    assert encode(True) != encode(1)
    assert encode(date(2026, 4, 3)) != encode("2026-04-03")
    assert encode(3.0) == encode(3)


def test_what_is_kept_of_a_citizen_service_number_fits_a_thousand_others() -> None:
    marks = [withheld_mark(f"{number:09d}", b"secret") for number in range(200_000)]
    assert len(set(marks)) <= 65_536
    assert marks[0] == withheld_mark("000000000", b"secret") != withheld_mark("000000000", b"other")


# which row is which


def listing(*rows: tuple[str | None, str, str]) -> tuple[Listing, list[Row]]:
    cells: dict[str, list[object]] = {
        name: [row[i] for row in rows] for i, name in enumerate(("id", "name", "area"))
    }
    found = Listing(
        PARTNERS,
        "Partners",
        1,
        {"id": 1, "name": 2, "area": 3},
        {},
        list(range(2, 2 + len(rows))),
        cells,
    )
    return found, [{"name": name, "area": area} for _, name, area in rows]


def ids(rows: list[tuple[str | None, str, str]], base: dict[str, Row]) -> list[str | None]:
    found, kept = listing(*rows)
    return identify(
        found, kept, base, {}, lambda sheet, count: [f"P-NEW{i}" for i in range(count)]
    ).ids


BASE: dict[str, Row] = {
    "P-1": {"name": "Brug", "area": "north"},
    "P-2": {"name": "Dam", "area": "south"},
}


def test_a_copied_row_keeps_its_id_where_it_is_most_like_what_it_was() -> None:
    other, brug, dam = ("P-1", "Other", "west"), ("P-1", "Brug", "north"), ("P-2", "Dam", "south")
    assert ids([other, brug, dam], BASE) == ["P-NEW0", "P-1", "P-2"]
    assert ids([("P-1", "Brug", "north"), ("P-1", "Brug", "north")], BASE) == ["P-1", "P-NEW0"]


def test_a_blanked_id_comes_back_only_on_an_exact_match() -> None:
    assert ids([(None, "Brug", "north"), ("P-2", "Dam", "south")], BASE) == ["P-1", "P-2"]
    assert ids([(None, "Brug", "North"), ("P-2", "Dam", "south")], BASE) == ["P-NEW0", "P-2"]
    assert ids([(None, "Brug", "north"), (None, "Brug", "north")], BASE) == ["P-NEW0", "P-NEW1"]


def test_an_id_is_the_same_in_any_case_and_a_foreign_one_is_respected() -> None:
    assert ids([("p-1", "Brug", "north"), ("K-77", "Own", "x")], BASE) == ["P-1", "K-77"]


def test_an_id_that_cannot_be_read_is_nobodys_and_nothing_is_known_to_be_gone() -> None:
    found, rows = listing((None, "Brug", "north"), (None, "Dam", "south"), (None, "Nieuw", "x"))
    found.cells["id"] = [CellFault("#REF!"), "P-2", None]
    given = identify(found, rows, BASE | {"P-3": {"name": "Weg"}}, {}, lambda sheet, n: ["P-NEW"])
    assert given.ids == ["P-1", "P-2", "P-NEW"], "a row that is exactly the same is known again"
    assert given.fresh == {2: "P-NEW"}, "what cannot be read is not written over"
    found.cells["id"] = [CellFault("#REF!"), "P-2", None]
    given = identify(found, [{"name": "Brug!"}, *rows[1:]], BASE, {}, lambda sheet, n: ["P-NEW"])
    assert given.ids == [None, "P-2", "P-NEW"] and given.unsure == {"P-1"}


def test_what_is_no_cell_is_not_kept() -> None:
    with pytest.raises(TypeError, match="bytes is no cell value"):
        encode(b"x")


def names(sheet: Sheet, *rows: Row) -> list[str | None]:
    """What the rows of a list without IDs are known by."""
    return identify(Listing(sheet, sheet.en, 1, {}, {}), rows, {}, {}, lambda *_: []).ids


SECRET = withheld_mark("case 12", b"key")


def test_what_a_row_without_id_is_known_by() -> None:
    row: Row = {"phenomenon": "Polarisatie", "party": "Moskee", "area": "Noord"}
    assert names(REQUIRED, row, row, {"party": "Moskee"}, row | {"party": SECRET}) == [
        "polarisatie|moskee||noord",
        "polarisatie|moskee||noord#2",
        None,
        None,
    ]


def test_what_a_setting_is_known_by() -> None:
    assert names(
        SETTINGS,
        {"value": "x"},
        {"setting": SECRET, "value": "x"},
        {"setting": "Own thing", "value": "x"},
        {"setting": "Language", "value": "en"},
        {"setting": "Taal", "value": "nl"},
    ) == [None, None, "own thing", None, None]


def test_a_setting_that_may_stand_there_twice_is_known_by_its_value() -> None:
    many = next(row for row in SETTING_ROWS if row.many)
    for label in (many.en, many.nl):
        assert names(
            SETTINGS, {"setting": label, "value": "One"}, {"setting": label, "value": SECRET},
            {"setting": label},
        ) == [f"{many.key}=one", None, many.key]  # fmt: skip


# what people typed where we write


def derived(*statuses: str | None) -> Listing:
    """Partners with a derived column Status; row 2 and on."""
    found, _ = listing(*((f"P-{i}", f"Partner {i}", "x") for i in range(len(statuses))))
    found.columns["status"] = 4
    found.cells["status"] = [*statuses]
    return found


WROTE: dict[str, dict[str, Value | None]] = {
    "P-0": {"status": "warm"},
    "P-1": {"status": "cold"},
    "P-2": {"status": None},
}


@pytest.mark.parametrize(
    ("statuses", "typed"),
    [
        (("warm", "cold", None), []),
        (("mine", "cold", None), ["D2 mine"]),
        (("warm", "cold", "mine"), ["D4 mine"]),
        ((None, "cold", None), []),
        (("cold", "warm", None), []),
        (("warm", "warm", None), ["D3 warm"]),
        (("warm", "cold", None, "cold"), []),
        (("warm", "cold", None, "mine"), ["D5 mine"]),
        (("mine", "cold", None, "warm"), ["D2 mine"]),
    ],
)
def test_what_is_typed_in_a_derived_column(
    statuses: tuple[str | None, ...], typed: list[str]
) -> None:
    ids = {i: f"P-{i}" for i in range(len(statuses))}
    found = typed_in_derived(derived(*statuses), ["status", "why"], WROTE, ids)
    assert [f"{one.cell} {one.value}" for one in found] == typed


def test_before_anything_was_written_all_that_stands_there_is_typed() -> None:
    found = typed_in_derived(derived("mine", None), ["status"], {}, {})
    assert [(one.cell, one.header, one.sheet) for one in found] == [("D2", "Status", "Partners")]
    assert typed_in_derived(derived("mine"), ["why"], WROTE, {}) == []


def test_a_tick_is_a_yes_in_any_language() -> None:
    same = meanings(PARTNERS)
    assert same("share_card", encode(True), "ja") and same("share_card", encode(False), "no")
    assert not same("share_card", encode(True), encode(False))
    assert not same("share_card", encode(True), "perhaps")


# what says the same


def test_a_note_beside_a_setting_says_the_same_in_both_languages_and_only_there() -> None:
    same = meanings(SETTINGS)
    row, other = (one for one in SETTING_ROWS if one.key in ("our_name", "our_tasks"))
    assert same("note", row.note("en"), row.note("nl"))
    assert not same("note", row.note("en"), other.note("nl"))
    assert not same("note", row.note("en"), "ours") and not same("note", "ours", row.note("en"))
    assert same("note", "ours ", "ours")
    assert not same("value", row.note("en"), row.note("nl"))


def test_what_cannot_be_read_says_nothing_but_itself() -> None:
    same, mark = meanings(PARTNERS), withheld_mark("123456782", b"key")
    assert is_withheld(mark) and same("area", mark, mark)
    assert not same("area", mark, str(mark)[2:])
    assert not same("area", encode(CellFault("#N/A")), "#N/A")


def test_words_that_are_choices_elsewhere_are_words_in_a_column_of_texts() -> None:
    same = meanings(PARTNERS)
    assert same("tier", "core", "kern") and not same("area", "core", "kern")
    assert same("share_card", "yes", "ja") and not same("area", "yes", "ja")
    assert not same("party", "Police", "police"), "a party is one of the catalogue, or any word"


def test_a_number_too_large_to_be_exact_stays_what_it_was() -> None:
    assert type(encode(999999999999999.0)) is int and type(encode(1e15)) is float
    assert type(encode(-1e15)) is float and encode(2.5) == 2.5
    assert not meanings(PARTNERS)("area", None, "None"), "and nothing is no word"


# rows that went


def deleted_in_one(record: Row, base: Row, archived: bool = False) -> Merged:
    """A row that one workbook showed as ``base`` and shows no more."""
    side = Side("one", {"P-1": base}, {}, frozenset({"name", "area"}))
    return merge("partners", {"P-1": record}, ["P-1"] if archived else [], [side])


def test_a_row_that_was_archived_before_leaves_the_base_as_well() -> None:
    found = deleted_in_one({"name": "x"}, {"name": "x"}, archived=True)
    assert found.told["one"].base == {"P-1": None} and not found.told["one"].rows
    assert (found.records, found.archived, found.events) == ({}, {}, [])


def test_a_row_comes_back_for_what_was_learned_since_but_not_for_what_is_withheld() -> None:
    mark = withheld_mark("123456782", b"key")
    assert deleted_in_one({"name": "x"}, {"name": "x", "area": mark}).archived == {"P-1": True}
    learned = deleted_in_one({"name": "y"}, {"name": "x", "area": mark})
    assert learned.archived == {} and learned.told["one"].rows == {"P-1": {"name": "y"}}


# --- a row that nobody knew


def news(chance: Random) -> list[Side]:
    """One or two workbooks that show a row that nobody knew, or do not."""
    values: list[Value] = [
        "De Brug",
        42,
        withheld_mark("123456789", b"k"),
        encoded(CellFault("#N/A")),
    ]
    sides = []
    for name in chance.choice((["A"], ["B", "A"])):
        columns = frozenset(chance.sample(["name", "area", "holder"], chance.randrange(1, 4)))
        cells = {column: chance.choice(values) for column in columns if chance.random() < 0.7}
        locked = frozenset({"name"} if chance.random() < 0.3 else ())
        now = {"P-1": cells} if chance.random() < 0.8 else {}
        sides.append(Side(name, {}, now, columns, locked))
    return sides


def test_what_one_workbook_alone_knows_is_taken_as_any_other_row_would_be() -> None:
    chance, same = Random(1), meanings(PARTNERS)
    books = [news(chance) for _ in range(400)]
    quick = [merge("partners", {}, set(), sides, same=same) for sides in books]
    assert sum(len(one.records) for one in quick) > 200
    # While a conflict is held open, every cell of every row is looked at.
    held = {("P-9", "area"): Conflict("partners", "P-9", "area", {"C": "North", "A": "South"})}
    slow = [merge("partners", {}, set(), sides, held=held, same=same) for sides in books]
    assert quick == slow
