"""Forgetting somebody: in one act, everywhere, and nobody else's verdict or count changes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from tests.forgetting import ROWS, dump, found_in, make_book, share_texts
from tests.nights import Nights
from trustbook.errors import Busy
from trustbook.places.notes import clear_note
from trustbook.run.erase import forget_whom, nothing_erased
from trustbook.run.held import Erasure
from trustbook.run.whom import person_named
from trustbook.snapshot import Changes, Written
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.in_memory import MemoryWorkbook

DAY = date(2026, 9, 30)
Says = Callable[..., tuple[int, str, str]]


def standing(says: Says) -> dict[str, tuple[object, ...]]:
    """How every partner stands, by name."""
    partners = json.loads(says("health", "book.xlsx", "--json")[1])["partners"]
    return {
        one["name"]: (one["status"], one["last_sunny"], one["last_contact"], one["due"])
        for one in partners
    }


def column(path: Path, sheet: str, header: str) -> list[object]:
    rows = list(openpyxl.load_workbook(path)[sheet].values)
    at = rows[0].index(header)
    return [row[at] for row in rows[1:] if any(cell is not None for cell in row)]


@pytest.mark.parametrize("shares_texts", [False, True])
def test_somebody_is_forgotten_in_one_act(tmp_path: Path, says: Says, shares_texts: bool) -> None:
    path = tmp_path / "book.xlsx"
    make_book(path)
    if shares_texts:
        assert says("sync", "book.xlsx")[0] == 0
        share_texts(path)
        assert any("sharedStrings" in one for one in found_in(tmp_path))
    assert says("sync", "book.xlsx")[0] == 0
    before = standing(says)
    data = path.read_bytes()

    code, out, err = says("forget", "book.xlsx", "--person", "fatima el amrani", "--all")
    assert code == 0 and path.read_bytes() == data
    assert "the whole row" in out and "Nothing was changed" in err

    code, _, err = says("forget", "book.xlsx", "--person", "fatima el amrani", "--yes")
    assert code == 0, err
    assert "is forgotten" in err
    assert found_in(tmp_path) == []
    assert standing(says) == before
    assert column(path, "Moments", "With")[:3] == ["Police; School", "Police", "School"]
    assert column(path, "Moments", "Also present")[2] == "Police"
    assert column(path, "People", "Name") == ["Piet Bakker", "Noor Jansen", "Karim Idrissi"]
    assert column(path, "People", "Role")[1] == "stands in for …"
    assert json.loads(says("sync", "book.xlsx", "--json")[1])["changed"] is False
    assert found_in(tmp_path) == []


@pytest.fixture
def forgotten(tmp_path: Path, says: Says) -> Path:
    """A book of which Fatima was forgotten; the file as it was before stands in ``old``."""
    path = tmp_path / "book.xlsx"
    make_book(path)
    assert says("sync", "book.xlsx")[0] == 0
    (tmp_path / "old").mkdir()
    shutil.copy(path, tmp_path / "old" / "book.xlsx")
    assert says("forget", "book.xlsx", "--person", "Fatima El Amrani", "--yes")[0] == 0
    return path


def test_somebody_is_forgotten_in_lists_without_ids(tmp_path: Path, says: Says) -> None:
    path = tmp_path / "book.xlsx"
    make_book(path, {**ROWS, "People": [
        *ROWS["People"], {"name": "Fatima El Amrani", "partner": "GGD", "phone": "06-55555555"},
    ]})  # fmt: skip
    book = openpyxl.load_workbook(path)
    for sheet in (book["Partners"], book["People"], book["Moments"]):
        for table in list(sheet.tables):
            del sheet.tables[table]
        sheet.delete_cols(1)
    book.save(path)
    assert says("sync", "book.xlsx")[0] == 0
    before = standing(says)
    assert before["GGD"][1] == "2026-07-10", "a namesake is no former colleague"
    code, _, err = says("forget", "book.xlsx", "--person", "Fatima El Amrani (Police)", "--yes")
    assert code == 0, err
    assert column(path, "People", "Name")[-1] == "Fatima El Amrani", "a namesake stays"
    both = ["Fatima El Amrani (…); School", "Police"]
    assert column(path, "Moments", "With")[:2] == both, "the first meant either"
    assert standing(says) == before
    assert found_in(tmp_path, ("06-12345678", "f.elamrani")) == []

    code, _, err = says("forget", "book.xlsx", "--person", "Fatima El Amrani", "--yes")
    assert code == 0, err
    assert found_in(tmp_path) == []
    assert standing(says) == before
    assert json.loads(says("sync", "book.xlsx", "--json")[1])["changed"] is False


def test_the_link_behind_a_cell_goes_with_who_is_forgotten(tmp_path: Path, says: Says) -> None:
    """Excel and LibreOffice make a link of every mail address that somebody types."""
    path = tmp_path / "book.xlsx"
    make_book(path)
    book = openpyxl.load_workbook(path)
    people, moments, partners = book["People"], book["Moments"], book["Partners"]
    mail = next(c for c in people[2] if c.value == "f.elamrani@police.example")
    mail.hyperlink = "mailto:f.elamrani@police.example"
    people.cell(3, mail.column).hyperlink = "mailto:piet@police.example"
    named = next(c for c in moments[2] if c.value == "Fatima El Amrani; School")
    named.hyperlink = "tel:0612345678"
    partners["A2"].hyperlink = "https://police.example/"
    book.save(path)
    assert says("sync", "book.xlsx")[0] == 0
    assert any("rels" in one for one in found_in(tmp_path))

    code, _, err = says("forget", "book.xlsx", "--person", "Fatima El Amrani", "--yes")
    assert code == 0, err
    assert found_in(tmp_path) == []
    book = openpyxl.load_workbook(path)
    links = [one.target for sheet in book for row in sheet for c in row if (one := c.hyperlink)]
    assert {"mailto:piet@police.example", "https://police.example/"} <= {*links}
    assert not [target for target in links if target and "tel:" in target]


def test_an_old_copy_brings_nobody_back(tmp_path: Path, says: Says, forgotten: Path) -> None:
    shutil.move(tmp_path / "old" / "book.xlsx", forgotten)
    code, _, err = says("sync", "book.xlsx")
    assert code == 3, "an older copy stops the night, as ever"
    accepted = re.search(r"--accept \d+", err)
    assert accepted, err
    code, out, err = says("sync", "book.xlsx", *accepted[0].split())
    assert code == 0, err
    assert "erased again" in out
    clear_note(forgotten)
    assert found_in(tmp_path) == []
    assert says("restore", "book.xlsx", "--run", "1")[0] == 2
    assert found_in(tmp_path) == []


def test_who_is_typed_newly_waits_for_a_yes(tmp_path: Path, says: Says, forgotten: Path) -> None:
    book = openpyxl.load_workbook(forgotten)
    people = book["People"]
    people.append([None, "Fatima El-Amrani", "Police", None, None, "0612 345 678"])
    book.save(forgotten)
    assert says("sync", "book.xlsx")[0] == 0
    found = json.loads(says("check", "book.xlsx", "--json")[1])["problems"]
    [asked] = [one for one in found if one["code"] == "forgotten_before"]
    assert asked["value"] is None and asked["sheet"] == "People"
    assert found_in(tmp_path / "data") == []

    answer(forgotten, "forgotten", "yes")
    assert says("sync", "book.xlsx")[0] == 0
    found = json.loads(says("check", "book.xlsx", "--json")[1])["problems"]
    assert not [one for one in found if one["code"] == "forgotten_before"]
    assert found_in(tmp_path / "data") != [], "a person like any other"


def test_a_no_has_who_was_typed_newly_cleared(tmp_path: Path, says: Says, forgotten: Path) -> None:
    shutil.rmtree(tmp_path / "old")
    book = openpyxl.load_workbook(forgotten)
    people = book["People"]
    people.append([None, "Fatima El-Amrani", "Police", None, None, "0612 345 678"])
    people.cell(people.max_row, 2).hyperlink = "mailto:f.elamrani@police.example"
    book.save(forgotten)
    assert says("sync", "book.xlsx")[0] == 0
    answer(forgotten, "forgotten", "no")
    code, _, err = says("sync", "book.xlsx")
    assert code == 0, err
    assert column(forgotten, "People", "Name") == ["Piet Bakker", "Noor Jansen", "Karim Idrissi"]
    assert found_in(tmp_path) == []
    found = json.loads(says("check", "book.xlsx", "--json")[1])["problems"]
    assert not [one for one in found if one["code"] == "forgotten_before"]
    assert json.loads(says("sync", "book.xlsx", "--json")[1])["changed"] is False


def answer(path: Path, wanted: str, text: str) -> None:
    """Type an answer on To check beside the line that says ``wanted``."""
    book = openpyxl.load_workbook(path)
    sheet = book["To check"]
    header = next(row for row in sheet.iter_rows() if "Answer" in [cell.value for cell in row])
    at = [cell.value for cell in header].index("Answer")
    line = next(row for row in sheet.iter_rows() if wanted in str(row[0].value))
    line[at].value = text
    book.save(path)


def test_what_is_held_is_told_and_goes_with_the_pages_that_told_it(
    tmp_path: Path, says: Says
) -> None:
    make_book(tmp_path / "book.xlsx")
    assert says("sync", "book.xlsx")[0] == 0
    held = json.loads(says("person", "book.xlsx", "Fatima El Amrani", "--json")[1])
    assert held["person"] == "Fatima El Amrani" and held["copies"] > 0
    cells = {(row["sheet"], row["column"]): row["value"] for row in held["rows"]}
    assert cells["People", "Work phone"] == "06-12345678"
    assert cells["Moments", "Promise"] == "send Fátima the card"
    assert all(row["id"] or row["sheet"] == "Consultations" for row in held["rows"])

    assert says("person", "book.xlsx", "Fatima El Amrani")[0] == 0
    assert says("person", "book.xlsx", "Fatima El Amrani", "--letter")[0] == 0
    page, letter = sorted(tmp_path.glob("*.html"), reverse=True)
    assert "06-12345678" in page.read_text(encoding="utf-8")
    assert "We keep your work contact" in letter.read_text(encoding="utf-8")
    letter.write_text(letter.read_text(encoding="utf-8") + "changed", encoding="utf-8")

    _, _, err = says("forget", "book.xlsx", "--person", "Fatima El Amrani")
    assert str(page) in err and page.exists()
    code, _, err = says("forget", "book.xlsx", "--person", "Fatima El Amrani", "--yes")
    assert code == 0 and not page.exists()
    assert "was changed since" in err and letter.exists(), "what people changed is theirs"
    letter.unlink()
    assert found_in(tmp_path) == []


def test_an_individual_is_a_person_and_a_row_left_with_nobody_goes(
    tmp_path: Path, says: Says
) -> None:
    path = tmp_path / "book.xlsx"
    make_book(path)
    assert says("sync", "book.xlsx")[0] == 0
    before = standing(says)
    assert says("forget", "book.xlsx", "--person", "Karim Idrissi", "--yes")[0] == 0
    assert found_in(tmp_path, ("karim", "idrissi", "99999999")) == []
    before.pop("Karim Idrissi")
    assert standing(says) == before
    assert "Karim Idrissi" not in column(path, "Partners", "Name")
    assert column(path, "Moments", "With").count("GGD") == 1
    assert len(column(path, "Moments", "With")) == 6
    assert "Police; School" in column(path, "Consultations", "Members")


def test_of_two_workbooks_one_is_busy_and_nothing_is_erased(tmp_path: Path, says: Says) -> None:
    here, there = tmp_path / "here.xlsx", tmp_path / "there.xlsx"
    make_book(here)
    (tmp_path / "trustbook.toml").write_text(
        '[book.pair]\nworkbooks = ["here.xlsx", "there.xlsx"]\nlanguage = "en"\n', encoding="utf-8"
    )
    make_book(there, {"Partners": [{"name": "Police"}]})
    assert says("sync", "pair")[0] == 0
    assert any("there.xlsx" in one for one in found_in(tmp_path))
    stood = here.read_bytes(), there.read_bytes(), memory_of(tmp_path)
    (tmp_path / "~$there.xlsx").write_bytes(b"\x04Anna")
    assert says("forget", "pair", "--person", "Fatima El Amrani", "--yes")[0] == 5
    assert (here.read_bytes(), there.read_bytes(), memory_of(tmp_path)) == stood

    (tmp_path / "~$there.xlsx").unlink()
    assert says("forget", "pair", "--person", "Fatima El Amrani", "--yes")[0] == 0
    assert found_in(tmp_path) == []
    assert says("sync", "pair")[0] == 0
    assert found_in(tmp_path) == []


def memory_of(folder: Path) -> str:
    return dump(next((folder / "data").glob("*.ledger")))


def test_who_is_not_known_or_not_told_apart_is_not_forgotten(tmp_path: Path, says: Says) -> None:
    rows = {
        "Partners": [{"name": "Police"}, {"name": "School"}],
        "People": [
            {"name": "Jan Smit", "partner": "Police", "phone": "06-11111111"},
            {"name": "Jan Smit", "partner": "School", "phone": "06-22222222"},
        ],
    }
    path = tmp_path / "book.xlsx"
    make_book(path, rows)  # type: ignore[arg-type]
    assert says("sync", "book.xlsx")[0] == 0
    stood = path.read_bytes()
    for words, said in (
        (("--person", "Jan Smit"), "Jan Smit (School)"),
        (("--person", "Piet Smit"), "Nobody called"),
        ((), "one of the two"),
    ):
        code, _, err = says("forget", "book.xlsx", *words, "--yes")
        assert code == 2 and said in err
    assert path.read_bytes() == stood
    assert says("forget", "book.xlsx", "--person", "Jan Smit (School)", "--yes")[0] == 0
    assert column(path, "People", "Work phone") == ["06-11111111"]


def test_the_seam_is_enough_to_forget_in_any_kind_of_workbook(tmp_path: Path) -> None:
    """Two workbooks in memory, of which one cannot be written at the last moment."""
    nights = Nights(tmp_path, partners=3)
    nights.sheet("Moments")[1][2] = "Piet Puk; Partner 02"
    nights.sheet("Moments")[2][4] = "asked Puk about it"
    nights.book.sheets["People"] = [["ID", "Name", "Partner"], [None, "Piet Puk", "Partner 01"]]
    nights.books.append(Refusing({"Partners": [["ID", "Name"]]}, "second"))
    nights.night()
    find = partial(person_named, name="Piet Puk")
    stood = [book.read() for book in nights.books], dump(memory(nights))

    def go() -> Erasure:
        nights.clock += timedelta(days=1)
        return forget_whom(nights.books, nights.keeper, find, DAY, nights.clock, "en")

    nights.books[1].refuses = True  # type: ignore[attr-defined]
    nights.books.reverse()
    with pytest.raises(Busy):
        go()
    nights.books.reverse()
    assert ([book.read() for book in nights.books], dump(memory(nights))) == stood

    nights.books[1].refuses = False  # type: ignore[attr-defined]
    go()
    nights.night()
    for book in nights.books:
        assert "puk" not in repr(book.sheets).lower()
    assert "puk" not in dump(memory(nights)).lower()
    assert nights.rows("Moments")[0][2] == "Partner 01; Partner 02"


class Refusing(MemoryWorkbook):
    """A workbook that may turn out to be open elsewhere when it is written."""

    refuses = False

    def write(self, changes: Changes, expect: str) -> Written:
        if self.refuses:
            raise Busy("excel.open", name=self.name)
        return super().write(changes, expect)


def memory(nights: Nights) -> Path:
    return next(iter(nights.keeper.folder.glob("*.ledger")))


def test_what_stops_an_erasing_after_its_sync_does_not_say_that_nothing_was_written(
    tmp_path: Path,
) -> None:
    make_book(tmp_path / "book.xlsx")
    book = ExcelWorkbook(tmp_path / "book.xlsx")
    with pytest.raises(Busy) as told, nothing_erased([book]):
        raise Busy("excel.held", name="other.xlsx")
    for lang in ("en", "nl"):
        said = told.value.sentence(lang)
        assert "other.xlsx" in said and "Nothing was written" not in said, said
        assert "Er is niets geschreven" not in said, said
