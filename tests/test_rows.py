"""What people really type, read through the public door: headers, rows, problems with a cell."""

import time
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading import book_in
from trustbook.errors import SafetyStop
from trustbook.model import ATTEMPT, CRISIS, SUNNY, Book, Memory, Problem
from trustbook.problems import explain, proposal_of
from trustbook.snapshot import CellFault, CellValue, Grid, Snapshot, TableArea

TODAY = date(2026, 9, 30)
Rows = list[list[CellValue]]


def read(
    today: date = TODAY, lang: str | None = None, memory: Memory | None = None, **sheets: Rows
) -> Book:
    """A book from sheets given by title (an underscore stands for a space)."""
    grids = [Grid(title.replace("_", " "), rows) for title, rows in sheets.items()]
    return book_in(Snapshot("test", "1", tuple(sheets), grids), today, lang, memory)


def only(book: Book, code: str) -> Problem:
    found = [problem for problem in book.problems if problem.code == code]
    assert len(found) == 1, book.problems
    return found[0]


def codes(book: Book) -> list[str]:
    return sorted(problem.code for problem in book.problems)


PARTNERS: Rows = [["ID", "Name", "Tier"],
                  ["P-1A", "Police", "core"],
                  ["P-2A", "Mosque board", "civil society"],
                  ["P-3A", "GGD", "wider local"],
                  ["P-4A", "Bakker, De Vries & Co", "civil society"]]  # fmt: skip
PEOPLE: Rows = [["Name", "Partner", "From", "Until"], ["Jan", "Police", None, "31-12-2025"],
                ["Jan", "GGD", "1-1-2026", None], ["Fatma", "P-2A"], ["Kim", "Police"],
                ["Kim", "GGD"],
                ["Mosque board", "P-2A"], ["Bakker, De Vries & Co", "GGD", None, "31-12-2025"],
                ["Round table", "GGD", "1-1-2026", None]]  # fmt: skip
MEETINGS: Rows = [["Name", "Members"], ["Triangle", "Police; GGD"], ["Empty table", None],
                  ["GGD", "Police"],
                  ["Twice", "GGD"], ["twice", "Police"], ["Round table", "Police"]]  # fmt: skip


def contacts(book: Book) -> dict[int, list[str]]:
    """Sheet row of each moment to the partners it counts for."""
    found: dict[int, list[str]] = {row: [] for row in book.moments.row}
    for moment, partner in zip(
        book.moments.contact_moment, book.moments.contact_partner, strict=True
    ):
        found[book.moments.row[moment]].append(book.partners[partner].name)
    return found


def with_cell(
    text: CellValue, day: CellValue = "1-9-2026", **more: CellValue
) -> tuple[list[str], list[str]]:
    """The partners one With cell counts for, and the problem codes of the row."""
    header: list[CellValue] = ["Date", "With", *more]
    row = [day, text, *more.values()]
    book = read(Partners=PARTNERS, People=PEOPLE, Consultations=MEETINGS, Moments=[header, row])
    troubles = [p.code for p in book.problems if p.sheet == "Moments"]
    return contacts(book).get(2, []), troubles


# --- where the list stands


def test_title_rows_any_column_order_and_either_language() -> None:
    book = read(
        Partners=[
            ["Ons netwerk 2026"],
            [],
            ["Versie", "Naam:"],
            ["Opmerking", "ritme", "NAAM", None, "Laag"],
            ["x", "6 weken", "Politie", "eigen", "kern"],
        ],
        Contactmomenten=[["Met", "Datum"], ["politie ", date(2026, 9, 1)]],
    )
    assert book.lang == "nl"
    assert [(p.name, p.row, p.rhythm, p.tier) for p in book.partners] == [
        ("Politie", 5, 42, "core")
    ]
    assert contacts(book) == {2: ["Politie"]}


def test_rows_below_a_table_count_and_a_totals_row_does_not() -> None:
    rows: Rows = [["Name", "Rhythm"], ["Police", 30], ["Total", 30]]
    with_totals = Grid("Partners", rows, tables=(TableArea("T", 1, 1, 3, 2, totals_rows=1),))
    book = book_in(Snapshot("t", "1", ("Partners",), [with_totals]), TODAY)
    assert [p.name for p in book.partners] == ["Police"]
    shorter = Grid("Partners", rows, tables=(TableArea("T", 1, 1, 2, 2),))
    book = book_in(Snapshot("t", "1", ("Partners",), [shorter]), TODAY)
    assert [p.name for p in book.partners] == ["Police", "Total"]


def test_a_sheet_that_starts_further_down_and_to_the_right_keeps_its_own_row_numbers() -> None:
    grid = Grid("Partners", [["Name", "Rhythm"], ["Police", "soms"]], first_row=7, first_column=3)
    book = book_in(Snapshot("t", "1", ("Partners",), [grid]), TODAY)
    assert book.partners[0].row == 8
    assert only(book, "unreadable_rhythm").cell == "D8"


@pytest.mark.parametrize(
    ("sheets", "key"),
    [
        ({"Blad1": [["Naam"]]}, "no_partners"),
        ({"Partners": [["Organisatie"], ["Politie"]]}, "column_missing"),
        ({"Partners": []}, "column_missing"),
        ({"Partners": [["ID", "Tier"], ["P-1A", "core"]]}, "column_missing"),
        ({"Partners": [["Naam", "Laag", "Name"], ["Politie", None, "Police"]]}, "column_twice"),
        ({"Partners": [["ID", "Naam", "ID"], [None, "Politie"]]}, "column_twice"),
        ({"Partners": PARTNERS, "Moments": [["Date", "Topic"], [TODAY, "x"]]}, "column_missing"),
        (
            {
                "Partners": PARTNERS,
                "Moments": [["Date", "With"]],
                "Contactmomenten": [["Datum", "Met"]],
            },
            "sheet_twice",
        ),
    ],
)
def test_a_list_that_is_not_what_it_says_stops_the_run(sheets: dict[str, Any], key: str) -> None:
    with pytest.raises(SafetyStop) as stop:
        read(**sheets)
    assert stop.value.key == key and stop.value.exit_code == 3
    assert "Nothing was changed" in stop.value.sentence("en")


def test_a_coordinators_own_sheet_of_a_known_name_is_left_alone() -> None:
    book = read(Partners=PARTNERS, Settings=[["Printer", "A4"], ["Colour", "no"]])
    assert book.problems == []


# --- who is meant


@pytest.mark.parametrize(
    ("text", "partners"),
    [
        ("Police", ["Police"]),
        ("  pOlIcE\u00a0\u200b", ["Police"]),
        ("P-2A", ["Mosque board"]),
        ("Police; GGD", ["Police", "GGD"]),
        ("Police, GGD", ["Police", "GGD"]),
        ("Police\nGGD\n", ["Police", "GGD"]),
        ("Police; police; P-1A", ["Police"]),
        ("Bakker, De Vries & Co", ["Bakker, De Vries & Co"]),
        (
            "Police, Bakker, De Vries & Co, Fatma",
            ["Police", "Bakker, De Vries & Co", "Mosque board"],
        ),
        ("Fatma", ["Mosque board"]),
        ("Triangle", ["Police", "GGD"]),
        ("Triangle; not: GGD", ["Police"]),
        ("Triangle\nniet: police", ["GGD"]),
        ("Triangle; not: GGD; GGD", ["GGD", "Police"]),
        ("GGD", ["GGD"]),
        ("Kim (GGD)", ["GGD"]),
        ("Kim (P-1A)", ["Police"]),
        ("Mosque board", ["Mosque board"]),
    ],
)
def test_who_a_cell_names(text: str, partners: list[str]) -> None:
    assert with_cell(text) == (partners, [])


@pytest.mark.parametrize(
    ("text", "partners", "code"),
    [
        ("Polise", [], "who_unknown"),
        ("Police; Polise", ["Police"], "who_unknown"),
        ("Kim", [], "who_ambiguous"),
        ("Empty table", [], "who_empty_consultation"),
        ("Twice", [], "who_ambiguous"),
        ("Round table", [], "who_ambiguous"),
        ("not: GGD", [], "who_nobody"),
        (" ; ", [], "who_nobody"),
        ("Triangle; not: nobody", [], "who_unknown"),
    ],
)
def test_a_piece_that_is_not_certain_counts_for_nobody(
    text: str, partners: list[str], code: str
) -> None:
    assert with_cell(text) == (partners, [code])


@pytest.mark.parametrize("text", ["School", "Kim"])
def test_each_of_the_names_that_are_offered_can_be_typed_as_it_stands(text: str) -> None:
    twice: Rows = [*PARTNERS, ["P-5A", "School", "core"], ["P-6A", "School", "core"]]

    def typed(name: CellValue) -> Book:
        row: list[CellValue] = ["1-9-2026", name]
        return read(Partners=twice, People=PEOPLE, Moments=[["Date", "With"], row])

    problem = only(typed(text), "who_ambiguous")
    offered = problem.params["hints"]
    assert isinstance(offered, tuple) and len(offered) == 2
    assert "as it stands here" in explain(problem, "en")[2]
    found = [contacts(typed(one))[2] for one in offered]
    assert all(len(partners) == 1 for partners in found)


def test_a_person_counts_for_the_partner_of_that_day() -> None:
    assert with_cell("Jan", "31-12-2025") == (["Police"], [])
    assert with_cell("Jan", "1-1-2026") == (["GGD"], [])
    assert with_cell("Jan (Police)", "1-9-2026") == ([], ["who_not_in_office"])


def test_a_piece_that_fits_two_records_counts_for_none_on_the_days_it_does() -> None:
    assert with_cell("Bakker, De Vries & Co", "31-12-2025") == ([], ["who_ambiguous"])
    assert with_cell("Bakker, De Vries & Co", "1-1-2026") == (["Bakker, De Vries & Co"], [])
    assert with_cell("Round table", "31-12-2025") == (["Police"], [])


def test_also_present_counts_alike() -> None:
    assert with_cell("Police", **{"Also present": "GGD; Police"}) == (["Police", "GGD"], [])


def test_a_near_miss_is_suggested_and_never_linked() -> None:
    book = read(Partners=PARTNERS, Moments=[["Date", "With"], ["1-9-2026", "Mosqe board"]])
    what, _, _ = explain(only(book, "who_unknown"), "en")
    assert what == "“Mosqe board” is not known. Did you mean “Mosque board”?"


def test_an_old_name_stays_known_and_a_current_one_wins() -> None:
    memory = Memory(old_names={"P-3A": ("Health service", "Police", "Fatma", "Triangle")})
    rows: Rows = [["Date", "With"]]
    rows += [["1-9-2026", name] for name in ("Health service", "Police", "Fatma", "Triangle")]
    book = read(
        Partners=PARTNERS, People=PEOPLE, Consultations=MEETINGS, Moments=rows, memory=memory
    )
    assert contacts(book) == {2: ["GGD"], 3: ["Police"], 4: ["Mosque board"], 5: ["Police", "GGD"]}


def test_two_partners_of_one_name_are_told_apart_by_id_only() -> None:
    partners: Rows = [
        ["ID", "Name", "Tier"],
        ["P-1A", "Police", "core"],
        ["P-2B", "police ", "core"],
    ]
    book = read(
        Partners=partners, Moments=[["Date", "With"], ["1-9-2026", "Police"], ["2-9-2026", "P-2B"]]
    )
    assert contacts(book) == {2: [], 3: ["police"]}
    assert codes(book) == ["doubled_partner", "who_ambiguous"]


def test_what_is_suggested_of_namesakes_can_be_typed() -> None:
    partners: Rows = [
        ["ID", "Name", "Tier"],
        ["P-1A", "Samen foundation", "core"],
        ["P-2B", "Samen foundation", "core"],
    ]
    typed = "Samen foundation (north)"
    book = read(
        Partners=partners,
        People=[["Name", "Partner"], ["Jan", typed]],
        Consultations=[["Name", "Members"], ["Triangle", typed]],
    )
    asked = [one for one in book.problems if one.code == "who_unknown"]
    assert [one.params["hints"] for one in asked] == [("P-1A", "P-2B")] * 2
    assert [proposal_of(one) for one in asked] == ["", ""]
    partners[1:] = [[None, *row[1:]] for row in partners[1:]]
    nobody = read(Partners=partners, People=[["Name", "Partner"], ["Jan", typed]])
    assert only(nobody, "who_unknown").params["hints"] == ()


@pytest.mark.parametrize("namesakes", [8, 200])
def test_of_many_partners_of_one_name_a_line_names_a_few(namesakes: int) -> None:
    partners: Rows = [["ID", "Name"]]
    partners += [[f"P-{i}AB", "Police"] for i in range(namesakes)]
    book = read(Partners=partners, Moments=[["Date", "With"], ["1-9-2026", "Police"]])
    [problem] = [one for one in book.problems if one.code == "who_ambiguous"]
    assert problem.params["hints"] == tuple(f"P-{i}AB" for i in range(8))


def test_twelve_attendees_from_one_row() -> None:
    partners: Rows = [["Name", "Tier"]]
    partners += [[f"Club {i}", "civil society"] for i in range(12)]
    everyone = "; ".join(f"Club {i}" for i in range(12))
    book = read(
        Partners=partners,
        Moments=[["Date", "With", "Promise"], ["1-9-2026", everyone, "send report"]],
    )
    assert (
        len(book.moments) == 1
        and len(book.moments.contact_partner) == 12
        and len(book.moments.promises) == 1
    )


# --- what does not count


def moment(**cells: CellValue) -> Book:
    header: list[CellValue] = [name.replace("_", " ") for name in cells]
    settings: Rows = [["Setting", "Value"], ["Crisis period", "1-6-2026..7-6-2026"]]
    return read(Partners=PARTNERS, Settings=settings, Moments=[header, list(cells.values())])


def test_blank_state_is_held_or_planned_when_it_lies_ahead() -> None:
    assert moment(Date="1-9-2026", With="Police").moments.state == [0]
    assert moment(Date="1-10-2026", With="Police").moments.state == [1]
    assert moment(Date=TODAY, With="Police").moments.state == [0]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"Date": "1-10-2026", "With": "Police", "State": "held"}, "held_ahead"),
        ({"Date": "31-12-1999", "With": "Police"}, "too_early"),
        ({"Date": "3-13-2026", "With": "Police"}, "unreadable_date"),
        ({"Date": None, "With": "Police"}, "required_blank"),
        ({"Date": CellFault("#N/A"), "With": "Police"}, "error_cell"),
        ({"Date": CellFault("uncomputed"), "With": "Police"}, "uncomputed"),
    ],
)
def test_what_cannot_have_happened_does_not_count(cells: dict[str, CellValue], code: str) -> None:
    book = moment(**cells)
    assert len(book.moments) == 0
    assert only(book, code).severity == "error"


def test_a_day_that_nobody_plans_for_is_asked_about() -> None:
    assert codes(moment(Date="12-3-62", With="Police")) == ["far_ahead"]
    held = moment(Date="12-3-2062", With="Police", State="held")
    assert sorted(codes(held)) == ["far_ahead", "held_ahead"] and len(held.moments) == 0
    assert codes(moment(Date="12-3-2030", With="Police")) == []
    planned = moment(Date="12-3-2036", With="Police", State="planned")
    assert only(planned, "far_ahead").cell == "A2", "ten years ahead nobody plans a talk"
    header: list[CellValue] = ["Name", "Partner", "Until", "Work phone"]
    book = read(Partners=PARTNERS, People=[header, ["Jan", "Police", "1-1-2062", "0182-555 022"]])
    assert only(book, "far_ahead").cell == "C2"


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("ask Jan", True),
        ("06", True),
        ("112", False),
        ("tel. 4321", False),
        ("06-1234 5678", False),
    ],
)
def test_a_telephone_number_without_a_number_is_asked_about(typed: str, asked: bool) -> None:
    book = read(
        Partners=PARTNERS, People=[["Name", "Partner", "Work phone"], ["Jan", "GGD", typed]]
    )
    assert ("no_number" in codes(book)) == asked


def test_a_planned_moment_whose_day_passed_is_asked_about() -> None:
    book = moment(Date="1-9-2026", With="Police", State="planned")
    assert book.moments.state == [1] and codes(book) == ["was_it_held"]


def test_blank_weather_in_a_crisis_period_is_crisis_and_is_said() -> None:
    assert moment(Date="3-6-2026", With="Police").moments.weather == [1]
    assert codes(moment(Date="3-6-2026", With="Police")) == ["crisis_assumed"]
    assert only(moment(Date="3-6-2026", With="Police"), "crisis_assumed").value == "3-6-2026"
    typed = moment(Date="3-6-2026", With="Police", Weather="zonnig")
    assert typed.moments.weather == [0] and typed.problems == []
    assert moment(Date="8-6-2026", With="Police").moments.weather == [0]


def test_the_same_row_twice_counts_once() -> None:
    row: list[CellValue] = ["M-1A", "1-9-2026", "Police", "coffee"]
    twice: Rows = [
        ["ID", "Date", "With", "Topic"],
        row,
        ["M-2A", *row[1:]],
        ["M-3A", "1-9-2026", "Police", "tea"],
    ]
    book = read(Partners=PARTNERS, Moments=twice)
    assert book.moments.row == [2, 4]
    assert only(book, "doubled_moment").row == 3


@pytest.mark.parametrize(
    "again",
    [
        ["1-9-2026", "POLICE ", "held", "COFFEE  with Jan"],
        [date(2026, 9, 1), "P-1A", "Held", "coffee with jan"],
        ["1 sept 2026", "Police; police", None, "Coffee\u00a0with Jan "],
    ],
)
def test_the_same_row_twice_counts_once_however_it_is_typed(again: list[CellValue]) -> None:
    row: list[CellValue] = ["1-9-2026", "Police", None, "Coffee with Jan"]
    other: list[CellValue] = ["1-9-2026", "GGD", None, "Coffee with Jan"]
    attempt: list[CellValue] = ["1-9-2026", "Police", "attempt", "Coffee with Jan"]
    rows: Rows = [["Date", "With", "State", "Topic"], row, again, other, attempt]
    book = read(Partners=PARTNERS, Moments=rows)
    assert book.moments.row == [2, 4, 5]
    said = only(book, "doubled_moment")
    assert (said.row, said.params["other"]) == (3, 2)


def test_an_unreadable_cell_costs_its_meaning_and_never_the_row() -> None:
    book = moment(
        Date="1-9-2026",
        With="Police",
        Weather="storm",
        Kind="pigeon",
        Promise_due="soon",
        Promise="x",
    )
    assert contacts(book) == {2: ["Police"]} and book.moments.weather == [0]
    unread = ["unreadable_choice", "unreadable_choice", "unreadable_date"]
    assert codes(book) == ["promise_by_whom_column", *unread]


# --- text stays text


def test_numbers_in_text_columns_keep_what_was_typed() -> None:
    people: Rows = [["Name", "Partner", "Work phone", "Role"], ["NA", "Police", "0612345678", 7],
                    ["007", "Police", 612345678, 1.5]]  # fmt: skip
    book = read(Partners=PARTNERS, People=people)
    assert [(p.name, p.phone, p.role) for p in book.people] == [
        ("NA", "0612345678", "7"),
        ("007", "612345678", "1.5"),
    ]


def test_dates_come_from_cells_and_serials_and_text() -> None:
    rows: Rows = [
        ["Date", "With"],
        [date(2026, 9, 1), "Police"],
        [datetime(2026, 9, 1, 9, 0), "GGD"],
        [46266, "P-2A"],
    ]
    book = read(Partners=PARTNERS, Moments=rows)
    assert {date.fromordinal(day) for day in book.moments.day} == {date(2026, 9, 1)}


# --- refused by construction


def test_special_personal_data_is_reported_without_its_value_and_appears_nowhere() -> None:
    book = read(
        Partners=[
            ["ID", "Name", "Tier", "Geloof", "Own view"],
            ["P-1A", "Police", "core", "secret faith", "BSN 111222333"],
        ],
        Moments=[["Date", "With", "Topic"], ["1-9-2026", "Police", "zorgen over een leerling"]],
    )
    assert codes(book) == ["refused_column", "withheld_bsn", "withheld_case"]
    everything = repr(book) + repr([explain(problem, "nl") for problem in book.problems])
    for secret in ("111222333", "leerling", "secret faith"):
        assert secret not in everything
    assert contacts(book) == {2: ["Police"]}, "the row itself goes on"


def test_a_mobile_number_without_its_zero_is_no_citizen_service_number() -> None:
    header: list[CellValue] = ["Name", "Partner", "Work phone"]
    people: Rows = [
        header,
        ["Jan", "Police", 612345678],
        ["Kim", "Police", "06-12345678"],
        ["Kees", "GGD", 600000007],
    ]
    assert read(Partners=PARTNERS, People=people).problems == []
    # Whatever passes the 11-test: there it is a number to call, unless the cell says otherwise.
    for number in (111222333, "111222333"):
        assert codes(read(Partners=PARTNERS, People=[header, ["Jan", "Police", number]])) == []
    said: Rows = [header, ["Jan", "Police", "BSN 111 222 333"]]
    assert codes(read(Partners=PARTNERS, People=said)) == ["withheld_bsn"]


@pytest.mark.parametrize(
    "column", ["ID", "Name", "Tier", "Party", "Holder", "Own view", "Area", "Phenomena"]
)
@pytest.mark.parametrize(
    "number",
    ["111\u00a0222\u00a0333", "111\u200b222\u200b333", "111–222–333", "BSN: 111  222  333"],
)
def test_a_citizen_service_number_is_withheld_in_every_column_however_it_is_spaced(
    column: str, number: str
) -> None:
    row: dict[str, CellValue] = {"ID": "P-1A", "Name": "Police", "Tier": "core", column: number}
    book = read(Partners=[list(row), list(row.values())])
    assert "withheld_bsn" in codes(book)
    everything = repr(book) + repr([explain(problem, "en") for problem in book.problems])
    assert (
        number not in everything
        and "111222333" not in everything
        and "111 222 333" not in everything
    )


def test_two_rows_with_different_withheld_words_are_not_the_same_row() -> None:
    rows: Rows = [
        ["Date", "With", "Topic"],
        ["1-9-2026", "Police", "BSN 111222333"],
        ["1-9-2026", "Police", "casus Jan"],
    ]
    book = read(Partners=PARTNERS, Moments=rows)
    assert len(book.moments) == 2 and "doubled_moment" not in codes(book)


def test_spaces_are_as_good_as_nothing() -> None:
    rows: Rows = [["Date", "With"], [" ", "\u00a0"], [None, "  "], ["1-9-2026", "Police"]]
    book = read(Partners=[*PARTNERS, [None, " ", " "]], Moments=rows)
    assert book.problems == [] and book.moments.row == [4] and len(book.partners) == 4


def test_a_repeated_id_of_a_moment_is_said() -> None:
    rows: Rows = [
        ["ID", "Date", "With"],
        ["M-1A", "1-9-2026", "Police"],
        ["m-1a", "2-9-2026", "GGD"],
    ]
    assert codes(read(Partners=PARTNERS, Moments=rows)) == ["doubled_id"]


def test_hostile_cells_cost_no_more_than_a_moment() -> None:
    partners: Rows = [["Name", "Tier"], ["Smit, Jan", "core"]]
    partners += [["x" * 3000 + str(i), "core"] for i in range(60)]
    moments: Rows = [["Date", "With"], ["1-9-2026", "a, " * 4000]]
    moments += [["1-9-2026", "y" * 3000 + str(i)] for i in range(60)]
    settings: Rows = [["Setting", "Value"], ["Quiet period", "1" + " " * 30_000 + "x"]]
    start = time.process_time()
    read(Partners=partners, Moments=moments, Settings=settings)
    assert time.process_time() - start < 20, "it took minutes before: a bound, not a benchmark"


# --- settings


def test_settings_are_read_and_faults_keep_the_default() -> None:
    settings: Rows = [
        ["Instelling", "Waarde", "Toelichting"],
        ["Ritme kern lokaal", "6 weken"], ["Factor voor koud", "2,0"],
        ["Stille periode", "25-7-2026 t/m 16-8-2026", "zomer"],
        ["Stille periode", "1-12-2026 tot 5-12-2026, sint"], ["Stille periode", "kerst"],
        ["Eigen partij", "Brandweer (breed lokaal)"], ["Eigen gebied", "Noord; Zuid"],
        ["Kleur", "blauw"], ["Taal", "Engels"], ["Factor voor afkoelen", -1],
        ["Onze naam", "Waterrijk"],
        ["Uren per week", None],
    ]  # fmt: skip
    book = read(Partners=PARTNERS, Instellingen=settings)
    kept = book.settings
    assert kept.rhythm["core"] == 42 and kept.rhythm["wider"] == 90
    assert (kept.cold_factor, kept.cooling_factor, kept.language, kept.our_name) == (
        2.0,
        1.0,
        "en",
        "Waterrijk",
    )
    assert [(p.first, p.last, p.note) for p in kept.quiet] == [
        (date(2026, 7, 25), date(2026, 8, 16), "zomer"),
        (date(2026, 12, 1), date(2026, 12, 5), "sint"),
    ]
    assert kept.areas == ("Noord", "Zuid")
    assert codes(book) == ["unknown_setting", "unreadable_number", "unreadable_period"]
    assert book.lang == "en", "the language of Settings goes before that of the headers"


def test_an_own_party_is_known() -> None:
    settings: Rows = [["Setting", "Value"], ["Own party", "Fire brigade (wider local)"]]
    partners: Rows = [
        ["Name", "Tier", "Party"],
        ["Brigade North", "wider local", "fire brigade"],
        ["X", "core", "Nobody"],
    ]
    book = read(Partners=partners, Settings=settings)
    assert only(book, "unknown_party").row == 3


# --- partners


def test_offers_take_known_and_own_words() -> None:
    book = read(
        Partners=[["Name", "Tier", "Offers"], ["A", "core", "training; duiding, eigen aanbod"]]
    )
    assert book.partners[0].offers == ("training", "interpretation", "eigen aanbod")


def test_a_rhythm_is_asked_for_in_a_column_that_is_there() -> None:
    book = read(Partners=[["Name", "Tier"], ["A"]])
    asked = only(book, "no_rhythm")
    assert asked.column == "Tier" and "Fill in Tier." in explain(asked, "en")
    asked = only(read(Partners=[["Name"], ["A"]]), "no_rhythm_column")
    assert "add a column Rhythm" in explain(asked, "en")[2]


def test_a_partner_without_rhythm_and_tier_stands_on_to_check() -> None:
    book = read(
        Partners=[
            ["Name", "Tier", "Rhythm", "Ended on"],
            ["A"],
            ["B", "core"],
            ["C", None, 30],
            ["D", None, None, "1-1-2026"],
        ]
    )
    asked = only(book, "no_rhythm")
    assert asked.row == 2 and "Fill in Rhythm or Tier." in explain(asked, "en")
    assert [book.settings.rhythm_of(p) for p in book.partners] == [90, 30, 30, 90]


def test_since_is_what_was_typed_then_what_was_remembered_then_today() -> None:
    memory = Memory(since={"P-2A": date(2025, 1, 1), "ggd": date(2024, 1, 1)})
    partners: Rows = [["ID", "Name", "Tier", "Since"], ["P-1A", "Police", "core", "3-4-2020"],
                      ["P-2A", "Mosque", "core"], [None, "GGD", "core"],
                      [None, "New", "core"]]  # fmt: skip
    book = read(Partners=partners, memory=memory)
    assert [p.since for p in book.partners] == [
        date(2020, 4, 3),
        date(2025, 1, 1),
        date(2024, 1, 1),
        TODAY,
    ]


def test_a_repeated_id_means_its_first_row() -> None:
    book = read(
        Partners=[["ID", "Name", "Tier"], ["P-1A", "Police", "core"], ["p-1a", "GGD", "core"]]
    )
    assert [p.id for p in book.partners] == ["P-1A", None] and codes(book) == ["doubled_id"]


def test_without_an_id_column_the_name_is_the_identity_and_that_is_said() -> None:
    assert codes(read(Partners=[["Name", "Tier"], ["Police", "core"]])) == ["no_id_column"]


# --- always


cells = st.one_of(
    st.none(), st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.dates(),
    st.datetimes(), st.times(),
    st.sampled_from(["Police", "GGD; Police", "sunny", "held", "1-9-2026", "core", "6 weeks",
                     "not: GGD", ",", ";"]),
    st.just(CellFault("#REF!")),
)  # fmt: skip


@given(st.lists(st.lists(cells, min_size=9, max_size=9), max_size=6), st.sampled_from(["nl", "en"]))
def test_whatever_is_typed_the_reading_goes_on_and_every_problem_can_be_explained(
    rows: Rows, lang: str
) -> None:
    book = read(
        lang=lang,
        Partners=[*PARTNERS, *([None, *row[:3]] for row in rows)],
        People=[
            ["ID", "Name", "Partner", "Role", "Key role", "Work phone", "From", "Until"],
            *rows,
        ],
        Moments=[
            [
                "ID",
                "Date",
                "With",
                "Weather",
                "State",
                "Topic",
                "Promise",
                "Promised by",
                "Promise due",
            ],
            *rows,
        ],
        Consultations=[["Name", "Members", "Rhythm", "Next"], *(row[:4] for row in rows)],
        Required_network=[
            ["Phenomenon", "Party", "Minimum", "Relevant"],
            *(row[:4] for row in rows),
        ],
        Settings=[["Setting", "Value", "Note"], *(row[:3] for row in rows)],
    )
    for problem in book.problems:
        assert all(explain(problem, lang))
    assert all(0 <= i < len(book.partners) for i in book.moments.contact_partner)


def test_who_was_not_reached_was_not_spoken_and_an_exercise_is_calm() -> None:
    called = moment(Date="1-8-2026", With="Police", Answered="not")
    assert called.moments.state == [ATTEMPT]
    assert moment(Date="1-8-2026", With="Police", Kind="Teams").moments.kind == ["online"]
    for kind, weather in (("visit", CRISIS), ("oefening", SUNNY), ("training", SUNNY)):
        said = moment(Date="2-6-2026", With="Police", Kind=kind)
        assert said.moments.weather == [weather], kind
