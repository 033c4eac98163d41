"""What lists and forms say of a moment comes along whole, and a day that is none is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.test_intake import TODAY, answer, book, calendar, event, moments, rows, skipped
from tests.typed import Asked, asked, edited
from trustbook.adopt.form_answers import find_in_forms
from trustbook.adopt.form_questions import form_columns
from trustbook.adopt.sources import Looking, window_on
from trustbook.snapshot import CellFault, CellValue, Grid, Snapshot
from trustbook.xlsx.cell_decoder import UNCOMPUTED

__all__ = ["asked"]
HEADERS = ["Tijdstempel", "Datum", "Met", "Vorm", "Ook aanwezig", "Weer", "Initiatief", "Stand",
           "Onderwerp", "Afspraak", "Afspraak door", "Afspraak voor", "Bereikt"]  # fmt: skip
SAID = ["telefoon", "Politie", "crisis", "wij", "poging", "onrust", "taart", "wij", "5-12-2026",
        "niet"]  # fmt: skip
FORM = "Antwoorden"


def form(path: Path, *answers: list[str | None]) -> None:
    """A sheet with answers of a form, which the settings name."""
    file = openpyxl.load_workbook(path)
    sheet = file.create_sheet(FORM)
    for row in (HEADERS, *answers):
        sheet.append(row)
    file.save(path)
    (path.parent / "trustbook.toml").write_text(
        f'[book.n]\nworkbooks = ["n.xlsx"]\nforms = ["{FORM}"]\n', encoding="utf-8"
    )


def test_forms_and_lists_keep_every_column_of_moments(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    file = openpyxl.load_workbook(path)
    moments: Any = file["Contactmomenten"]
    for at, header in enumerate(HEADERS[1:], 2):
        moments.cell(1, at).value = header
    moments.delete_rows(2)
    file.save(path)
    form(
        path,
        ["2026-11-21 10:00:00", "18-11-2026", "VV Zandloo", *SAID],
        ["2026-11-21 10:00:00", "31-02-2026", "VV Zandloo", *SAID],
        ["2026-11-22 10:00:00", None, "Moskee El Noor", "bezoek"],
    )
    line = ";".join(["2026-11-19", "VV Zandloo", *SAID])
    text = f"{';'.join(HEADERS[1:])}\n{line}\n2025-01-01;Politie\n"
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    assert asked("sync", *TODAY)[0] == 0
    code, _, said = asked("sync", *TODAY)
    assert code == 0 and FORM not in said, said
    (line,) = [one for one in asked.json("check", *TODAY)["problems"] if one["sheet"] == FORM]
    assert (line["code"], line["row"], line["column"], line["cell"]) == (
        "form_day",
        3,
        "Datum",
        "B3",
    )
    _, _, said = asked("import", "log.csv", *TODAY)
    assert "--since 2025-11-27" in said, said
    shown = rows(path)
    assert [row[0].date() for row in shown] == [
        date(2026, 11, 18),
        date(2026, 11, 19),
        date(2026, 11, 22),
    ], "a day that is none is not the day of the answer"
    assert all("Weer: crisis. Stand: poging. Bereikt: niet." in row[4] for row in shown[:2])
    assert skipped(asked.json("import", "log.csv", *TODAY)) == {"older": 1}
    answer(path, "ja", "ja")
    assert asked("sync", *TODAY)[0] == 0
    sheet: Any = openpyxl.load_workbook(path)["Contactmomenten"]
    first, second = ([cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=3))
    assert first[3:] == second[3:]
    due = first[11]
    assert [*first[3:11], due.date().isoformat(), first[12]] == [*SAID[:8], "2026-12-05", "niet"]


def test_different_rows_of_one_day_are_all_kept(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    form(
        path,
        ["2026-11-21 10:00:00", "19-11-2026", "Politie", "bezoek"],
        ["2026-11-21 11:00:00", "3-11-2026", "Politie", None, None, "crisis"],
    )
    lines = ["Politie;koffie;bezoek;", "Politee;thee;bezoek;", "Politie;koffie;bezoek;crisis"]
    text = "".join(f"2026-11-19;{line}\n" for line in lines)
    (tmp_path / "log.csv").write_text(f"Datum;Met;Onderwerp;Vorm;Weer\n{text}", encoding="utf-8")
    calendar(tmp_path, event("Bezoek Politie", "20261119"))
    assert asked("sync", *TODAY)[0] == 0
    told = asked.json("import", "log.csv", "agenda.ics", *TODAY)
    assert (told["proposed"], told["already_known"]) == (3, 1)
    answer(path, *["ja"] * 5)
    assert asked("sync", *TODAY)[0] == 0
    kept = [(row[0].day, row[5], row[3]) for row in moments(path)[1:]]
    assert sorted(kept, key=str) == [
        (19, "koffie", "crisis"),
        (19, "koffie", None),
        (19, "thee", None),
        (3, None, "crisis"),
    ]


def test_an_answer_counts_without_the_id_of_its_row_or_is_told(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    calendar(
        tmp_path,
        event("Koffie VV Zandloo", "20261105"),
        event("Politie", "20261212"),
        event("Moskee El Noor", "20261213"),
    )
    assert asked("import", "agenda.ics", *TODAY)[0] == 0
    edited(
        path,
        "Voorstellen",
        {"F3": "ja", "G3": None, "F4": "ja", "G4": None, "F5": "nee", "G5": None, "B5": "Iemand"},
    )
    assert asked("sync", *TODAY)[0] == 0
    assert [row[1] for row in moments(path)[1:]] == ["VV Zandloo", "Politie"]
    lines = " ".join(str(row) for row in rows(path, "Te controleren"))
    assert "niet te plaatsen: nee" in lines


def test_a_card_of_somebody_who_was_forgotten_is_not_proposed(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    cards = (("Yassin Amrani", "Moskee El Noor"), ("Carla Bos", "Politie"))
    text = "".join(f"BEGIN:VCARD\nFN:{name}\nORG:{home}\nEND:VCARD\n" for name, home in cards)
    assert asked("sync", *TODAY)[0] == 0
    assert asked("forget", "--person", "Yassin Amrani", "--yes", *TODAY)[0] == 0
    (tmp_path / "a.vcf").write_text(text, encoding="utf-8")
    told = asked.json("import", "a.vcf", *TODAY)
    assert (told["proposed"], skipped(told)) == (1, {"forgotten": 1})
    answer(path, "ja")
    assert asked("sync", *TODAY)[0] == 0
    assert asked("forget", "--person", "Carla Bos", "--yes", *TODAY)[0] == 0
    files = [one for one in tmp_path.rglob("*") if one.is_file() and one.suffix != ".vcf"]
    assert not [one for one in files if b"Carla Bos" in one.read_bytes()]


def test_what_of_the_inbox_is_not_read_is_named_and_the_rest_is_read(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    form(path)
    calendar(tmp_path, event("Koffie VV Zandloo", "20261105"), name="goed.ics")
    (tmp_path / "leeg.ics").write_text("", encoding="utf-8")
    (tmp_path / "trustbook.toml").write_text(
        '[book.n]\nworkbooks = ["n.xlsx"]\ninbox = ["*.ics", "kaart/*.vcf", "weg.ics"]\n'
        'forms = ["Antworden"]\n',
        encoding="utf-8",
    )
    assert "kaart/*.vcf" in asked("sync", *TODAY)[2]
    (tmp_path / "leeg.ics").write_text(" ", encoding="utf-8")
    path.touch()
    _, _, said = asked("sync", *TODAY)
    assert [row[1] for row in rows(path)] == ["VV Zandloo"]
    for text in ("leeg.ics", "Daaruit", "“Antworden”", "“Antwoorden”", "weg.ics", "De rest wel"):
        assert text in said, said
    assert "kaart/*.vcf" not in said, "a pattern may have no file today"
    assert "Er is niets overgenomen" not in said


def test_a_no_holds_under_another_name_and_what_is_called_off_after_a_yes_is_told(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    told = event("Koffie Politie", "20261105", uid="a"), event("Lunch VV Zandloo", "20261106")
    calendar(tmp_path, *told)
    assert asked("import", "agenda.ics", *TODAY)[0] == 0
    answer(path, "nee", "ja")
    assert asked("sync", *TODAY)[0] == 0
    off = event("Lunch VV Zandloo", "20261106", "STATUS:CANCELLED")
    calendar(tmp_path, event("Koffie Politie", "20261105", uid="b"), off)
    done = asked.json("import", "agenda.ics", *TODAY)
    assert (done["proposed"], skipped(done)) == (0, {"said_no": 1, "cancelled": 1})
    (asked_about,) = [one for one in rows(path, "Te controleren") if "agenda" in str(one[0])]
    assert asked_about[1:3] == ["Contactmomenten", "F3"]
    edited(path, "Contactmomenten", {"F3": "vervallen"})
    assert asked("sync", *TODAY)[0] == 0
    assert "event_called_off" not in asked.codes(*TODAY)


ASKED = (
    "Tijdstempel|Met wie hebt u gesproken?|Op welke dag?|Wat voor contact was het?"
    "|Waar ging het over?",
    "Timestamp|With whom did you speak?|On which day?|What kind of contact was it?"
    "|What was it about?",
    "Begintijd|Wie sprak u?|Wanneer?|Op welke manier?|Waarover?",
    "Start time|Who did you meet?|When?|How?|About what?",
    "Timestamp|Who did you speak with?|What day was it?|Type of contact|Subject",
)


@pytest.mark.parametrize("headers", ASKED)
@pytest.mark.parametrize("more", ["", "|Hoe lang duurde het?|Was anyone else over there?"])
def test_the_questions_of_a_form_are_understood(headers: str, more: str) -> None:
    """The first two are the form that docs/import.md gives to copy."""
    columns = form_columns([*f"{headers}{more}".split("|")])
    told = {name: columns[name] for name in ("stamp", "with", "date", "kind", "topic")}
    assert told == {"stamp": 0, "with": 1, "date": 2, "kind": 3, "topic": 4}


def test_what_the_guard_keeps_out_of_a_row_is_told_by_its_place(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    bare: list[str | None] = [None] * 5
    form(path, ["2026-11-21 10:00:00", "18-11-2026", "VV Zandloo", *bare, "BSN 111222333"])
    assert asked("sync", *TODAY)[0] == 0
    code, _, said = asked("sync", *TODAY)
    assert code == 0 and FORM not in said, said
    (line,) = [one for one in asked.json("check", *TODAY)["problems"] if one["sheet"] == FORM]
    assert (line["code"], line["cell"], line["value"]) == ("form_guarded", "I2", None)
    text = "Datum;Met;Onderwerp;Afspraak\n19-11-2026;Politie;BSN 111222333;bsn 111222333\n"
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    code, _, more = asked("import", "log.csv", *TODAY)
    assert code == 0 and "log.csv: in 2 cellen" in more and "2, Afspraak" in more, more
    assert [(row[0].day, row[1]) for row in rows(path)] == [(18, "VV Zandloo"), (19, "Politie")]
    kept = [one.read_bytes() for one in (tmp_path / "data").rglob("*") if one.is_file()]
    assert not [one for one in (*kept, said.encode(), more.encode()) if b"111222333" in one]
    assert len(asked.json("import", "log.csv", *TODAY)["faults"]) == 1


def test_a_formula_that_nobody_worked_out_is_no_answer() -> None:
    lines: list[tuple[CellValue, ...]] = [
        ("Tijdstempel", "Met wie?", "Welke dag?", "Waarover?"),
        ("2026-11-21 10:00:00", "Politie", date(2026, 11, 18), UNCOMPUTED),
        ("2026-11-21 10:00:00", "Politie", UNCOMPUTED, "Jeugd"),
        ("2026-11-21 10:00:00", CellFault("#N/A"), date(2026, 11, 18), "Jeugd"),
        (UNCOMPUTED, "Politie", date(2026, 11, 19), "Jeugd"),
        (UNCOMPUTED, "Politie", None, "Jeugd"),
    ]
    grid = Grid(FORM, lines)
    looking = Looking(window_on(date(2026, 11, 27)), date(2026, 11, 27))
    found = find_in_forms(Snapshot("n.xlsx", "1", (FORM,), [grid]), {"antwoorden"}, looking)
    assert [(one.day.day, dict(one.cells)) for one in found.contacts] == [
        (18, {}),
        (19, {"topic": "Jeugd"}),
    ]
    assert found.skipped == {"unreadable": 3}
    told = [(one.code, one.row, one.header) for one in found.form_faults]
    assert told == [
        ("form_unread", number, header)
        for number, header in enumerate(
            ["Waarover?", "Welke dag?", "Met wie?", "Tijdstempel", "Tijdstempel"], 2
        )
    ]


def test_a_form_that_branches_asks_in_several_columns() -> None:
    lines: list[tuple[CellValue, ...]] = [
        ("Tijdstempel", "Met wie?", "Welke dag?", "Met wie?", "Welke dag?"),
        ("2026-11-21 10:00:00", "Politie;VV Zandloo;", date(2026, 11, 18), None, None),
        ("2026-11-21 10:00:00", None, None, "Moskee El Noor", date(2026, 11, 19)),
    ]
    looking = Looking(window_on(date(2026, 11, 27)), date(2026, 11, 27))
    snapshot = Snapshot("n.xlsx", "1", (FORM,), [Grid(FORM, lines)])
    found = find_in_forms(snapshot, {"antwoorden"}, looking)
    told = [(one.day.day, one.names) for one in found.contacts]
    assert told == [(18, "Politie; VV Zandloo"), (19, "Moskee El Noor")]


@pytest.mark.parametrize(
    ("headers", "meant"),
    [
        (
            "Timestamp|Who are you?|Who did you meet?|How long did it take?|When is the next talk?"
            "|When was it?|How did you meet?|Anything else?",
            {"by": 1, "with": 2, "date": 5, "kind": 6},
        ),
        (
            "Tijdstempel|Wie ben je?|Naam gesprekspartner|Wanneer spreken jullie elkaar weer?"
            "|Wanneer was het?|Hoe lang duurde het?|Hoe?|Wil je nog meer kwijt?",
            {"by": 1, "with": 2, "date": 4, "kind": 6},
        ),
        (
            "Tijdstempel|Jouw naam|Datum vervolgafspraak|Contactpersoon|Datum|Hoe was het weer?"
            "|Wie was er nog meer bij?",
            {"by": 1, "with": 3, "date": 4, "weather": 5, "also_present": 6},
        ),
    ],
)
def test_a_question_that_asks_for_something_else_is_left_alone(
    headers: str, meant: dict[str, int]
) -> None:
    assert form_columns(headers.split("|")) == {"stamp": 0, **meant}
