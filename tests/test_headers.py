"""One way to read headers for every door: what counts as ours, what is asked about, what is not."""

import pytest

from tests.test_rows import Rows, codes, only, read
from trustbook.adopt.proposal import propose
from trustbook.columns import MOMENTS, PARTNERS, PEOPLE, TYPED, header_names, typed_sheet
from trustbook.errors import SafetyStop
from trustbook.headers import HeaderReader
from trustbook.ids import _LETTERS, _SIGNS, _spelled, is_ours, is_own_numbering, new_ids
from trustbook.names import header_key
from trustbook.problems import explain
from trustbook.snapshot import CellFault, CellValue, Grid, Snapshot


def read_as(headers: list[str], sheet: str = "partners") -> dict[str, str]:
    """Header to the key of the column that it is."""
    names = header_names(next(each for each in TYPED if each.key == sheet))
    return {headers[at]: c.key for at, c in HeaderReader(names).read(headers).columns.items()}


@pytest.mark.parametrize(
    ("header", "sheet", "column"),
    [
        ("Ritme (dagen)", PARTNERS, "rhythm"),
        ("RITME [in dagen]", PARTNERS, "rhythm"),
        ("Rhythm (6 weeks)", PARTNERS, "rhythm"),
        ("relatiehouders", PARTNERS, "holder"),
        ("Relatie-houder(s):", PARTNERS, "holder"),
        ("Namen", PARTNERS, "name"),
        ("Partijen", PARTNERS, "party"),
        ("Parties", PARTNERS, "party"),
        ("Fenomeen", PARTNERS, "phenomena"),
        ("Geïnformeerd_op*", PEOPLE, "informed_on"),
        ("Sleutelrol (ja/nee)", PEOPLE, "key_role"),
        ("Telefoon werk (bijv. 015-…)", PEOPLE, "phone"),
        ("Weer?", MOMENTS, "weather"),
        ("Weer (zonnig/crisis)", MOMENTS, "weather"),
        ("Datum (dd-mm-jjjj)", MOMENTS, "date"),
        ("Datum (3-4-2026)", MOMENTS, "date"),
        ("Onderwerp (max 120 tekens)", MOMENTS, "topic"),
        ("Afspraken", MOMENTS, "promise"),
        ("Afspraken nagekomen op", MOMENTS, "promise_kept_on"),
    ],
)
def test_case_accents_spaces_punctuation_and_a_plural_do_not_count(
    header: str, sheet: object, column: str
) -> None:
    assert read_as([header], sheet.key) == {header: column}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "header",
    ["Ritme (oud)", "Ritme (2024)", "Ritme (30)", "Naam (2)", "Naam 2", "Status?", "ID?", "IDs",
     "Waarom (kort)", "Laag (verplicht)"],
)  # fmt: skip
def test_what_is_not_ours_is_not_read(header: str) -> None:
    assert read_as([header]) == {}


def test_an_exact_header_goes_first_and_brackets_only_where_nothing_else_fits() -> None:
    assert read_as(["Ritme (dagen)", "Ritme?", "ritme"]) == {"ritme": "rhythm"}
    assert read_as(["Ritme (dagen)", "Ritme?"]) == {"Ritme?": "rhythm"}
    assert read_as(["Ritme (dagen)", "Rhythm (days)"]) == {}, "which of them is not ours to say"
    assert read_as(["ID", "ID (trustbook)"]) == {"ID (trustbook)": "id"}
    assert read_as(["Status", "Status (trustbook)"]) == {"Status (trustbook)": "status"}


def test_no_header_of_ours_means_two_columns() -> None:
    for sheet in TYPED:
        meant: dict[str, str] = {}
        for column in sheet.columns:
            for name in {column.en, column.nl, *column.also}:
                assert meant.setdefault(header_key(name), column.key) == column.key
        assert typed_sheet(f"{sheet.nl.upper()}!") is sheet


def test_titles_are_read_alike_and_an_exact_one_goes_first() -> None:
    book = read(Partner=[["Naam"], ["Politie"]], Contact_momenten=[["Datum", "Met"]])
    assert [partner.name for partner in book.partners] == ["Politie"]
    book = read(Partners=[["Naam"], ["Politie"]], Partner=[["Naam"], ["Anders"]])
    assert [partner.name for partner in book.partners] == ["Politie"]
    with pytest.raises(SafetyStop):
        read(Partners_oud=[["Naam"], ["Politie"]])


def test_a_header_that_nearly_is_ours_is_asked_about_once() -> None:
    header: list[CellValue] = ["ID", "Naam", "Afgesproken ritme", "Relatiehoudr", "Mijn notities"]
    rows: Rows = [[*header, "Laag (oud)"], [None, "Politie", 30, "Anne", "x", "kern"]]  # fmt: skip
    book = read(Partners=rows)
    near = [p for p in book.problems if p.code == "near_header"]
    asked = [(p.column, p.cell, p.params["hints"]) for p in near]
    assert asked == [
        ("Afgesproken ritme", "C1", ("Ritme",)),
        ("Relatiehoudr", "D1", ("Relatiehouder",)),
        ("Laag (oud)", "F1", ("Laag",)),
    ]
    told = explain(near[0], "nl")[0]
    assert "“Afgesproken ritme”" in told and "“Ritme”" in told
    assert book.partners[0].rhythm is None


def test_a_header_is_not_asked_about_where_ours_is_read() -> None:
    rows: Rows = [["ID", "Naam", "Ritme", "Ritme (oud)"], [None, "Politie", 30, 60]]
    assert codes(read(Partners=rows)) == []


def test_adopt_reads_headers_as_every_door_does() -> None:
    rows: Rows = [["Naam", "Laag", "Ritme (dagen)", "relatiehouders", "Ritme (oud)"],
                  ["Politie", "kern lokaal", 60, "Anne", 30],
                  ["GGD", "kern lokaal", 60, "Anne", 30]]  # fmt: skip
    log: Rows = [["Datum", "Met", "Weer?"], ["1-9-2026", "GGD", "zonnig"]]
    grids = [Grid("Partners", rows), Grid("Contactmomenten", log)]
    proposal = propose(Snapshot("t", "1", ("Partners", "Contactmomenten"), grids), "nl")
    found = {c.header: (c.name, c.sure) for sheet in proposal.sheets for c in sheet.columns}
    assert found["Ritme (dagen)"] == ("rhythm", "certain")
    assert found["relatiehouders"] == ("holder", "certain")
    assert found["Weer?"] == ("weather", "certain")
    assert found["Ritme (oud)"][0] is None
    assert not proposal.adoption.columns and not proposal.adoption.unused, "nothing left to say"


# numbers of the coordinator's own


@pytest.mark.parametrize(
    ("cells", "own"),
    [
        ([1, 2, "S-3", None], True),
        (["P-7KQX", "p-2abc ", 3], False),
        (["P-7KQX", 2], False),
        ([None, " ", CellFault("#REF!"), False], False),
        ([1.0, None], True),
        (["P-7KQX", 2, 3], True),
    ],
)
def test_own_numbers_are_told_from_ids_with_a_slip(cells: list[CellValue], own: bool) -> None:
    assert is_own_numbering(cells) is own


def test_own_numbers_are_left_alone_and_said_so() -> None:
    rows: Rows = [["ID", "Naam"], [1, "Politie"], [2, "GGD"]]
    book = read(Partners=rows)
    assert [(p.id, p.name) for p in book.partners] == [(None, "Politie"), (None, "GGD")]
    problem = only(book, "own_id_column")
    assert problem.cell == "A1" and "ID (trustbook)" in explain(problem, "nl")[2]


def test_our_column_beside_own_numbers_is_the_identity() -> None:
    rows: Rows = [["ID", "Naam", "ID (trustbook)"], [1, "Politie", "P-7KQX"], [2, "GGD", None]]
    book = read(Partners=rows)
    assert [(p.id, p.name) for p in book.partners] == [("P-7KQX", "Politie"), (None, "GGD")]
    assert "own_id_column" not in codes(book) and "no_id_column" not in codes(book)


def test_ids_are_all_of_our_form_and_every_one_can_be_drawn() -> None:
    for prefix in "PCMB":
        drawn = new_ids(prefix, 200, [])
        assert len({*drawn}) == 200 and all(map(is_ours, drawn))
    shortest = {_spelled(number, 2) for number in range(len(_SIGNS) * len(_LETTERS))}
    assert shortest == {sign + letter for sign in _SIGNS for letter in _LETTERS}
