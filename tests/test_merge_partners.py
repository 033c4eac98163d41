"""Merging two partners by hand: every name that may be typed, and true sentences for the rest."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.books import book
from tests.typed import Asked, Rows, asked, typed
from trustbook.errors import UsageError
from trustbook.ledger import Ledger
from trustbook.model import Book, Memory, Partner, Person
from trustbook.run.merge_partners import merge_partners, must_be_parted, part_partners
from trustbook.run.whom import partner_named

__all__ = ["asked"]
MERGED = {"P-2SCH": ("P-1POL", ("High school", "School")), "P-1POL": ("P-3MSQ", ("Police",))}


def town(**memory: object) -> Book:
    """Four partners; what is merged is not among them."""
    rows = [
        Partner("Police", 2, id="P-1POL"),
        Partner("School", 3, id="P-2SCH"),
        Partner("Mosque", 4, id="P-3MSQ"),
        Partner("Care", 5, id="P-4CAR"),
    ]
    found = book(rows, people=[Person("Jan Smit", 0)])
    found.memory = Memory(**memory)  # type: ignore[arg-type]
    found.partners = [row for row in rows if row.id not in found.memory.merged]
    return found


@pytest.mark.parametrize(
    ("kept", "gone", "sentence"),
    [
        ("Police", "police", "“police” is “Police” itself. Nothing was changed."),
        ("Jan Smit", "School", "“Jan Smit” is a person or a consultation, no partner. Nothing"),
        ("School", "jan smit", "“jan smit” is a person or a consultation, no partner. Nothing"),
        ("Polise", "School", "“Polise” is no partner in this book. Did you mean “Police”?"),
        ("Police", "Zzz", "“Zzz” is no partner in this book. Nothing was changed."),
    ],
)
def test_what_cannot_be_merged_is_told_truly(kept: str, gone: str, sentence: str) -> None:
    with Ledger(None) as ledger, pytest.raises(UsageError) as told:
        merge_partners(ledger, town(), kept, gone)
    assert told.value.sentence("en").startswith(sentence)
    assert "logged" not in told.value.sentence("en"), "nobody logs here"


@pytest.mark.parametrize(
    ("kept", "gone", "which"),
    [
        ("School", "Police", "Police"),
        ("School", "Mosque", "School"),
        ("Care", "School", "School"),
        ("Care", "P-2SCH", "P-2SCH"),
    ],
)
def test_what_is_merged_already_is_told_with_the_one_it_is(
    kept: str, gone: str, which: str
) -> None:
    merged = {"P-2SCH": ("P-3MSQ", ("School",)), "P-1POL": ("P-3MSQ", ("Police",))}
    with Ledger(None) as ledger, pytest.raises(UsageError) as told:
        merge_partners(ledger, town(merged=merged), kept, gone)
    same = f"“{which}” is the same partner as “Mosque” already. Nothing was changed."
    assert told.value.sentence("en").startswith(same)


@pytest.mark.parametrize("kept", ["Police", "police", "P-1POL", "Mosque", "P-3MSQ"])
@pytest.mark.parametrize("gone", ["School", "High school", "P-2SCH"])
def test_a_merge_is_undone_by_any_name_however_long_the_chain(kept: str, gone: str) -> None:
    with Ledger(None) as ledger:
        done = part_partners(ledger, town(merged=MERGED), kept, gone)
        assert (done.kept, done.identity) == ("Mosque", "P-2SCH")
        left = {"P-1POL": {"into": "P-3MSQ", "names": ["Police"]}}
        assert {one: json.loads(text) for one, text in ledger.facts("merged").items()} == left


@pytest.mark.parametrize(
    ("asked_for", "gone"),
    [("School", "High school"), ("P-2SCH", "High school"), ("Mosque", "Police")],
)
def test_the_merge_to_undo_is_that_of_who_was_asked_for(asked_for: str, gone: str) -> None:
    there = town(merged=MERGED)
    whom = partner_named(there, None, asked_for)
    with pytest.raises(UsageError) as told:
        must_be_parted(there, [there.partners[i] for i in whom.partners], "n.xlsx", whom.asked)
    assert told.value.params["gone"] == gone


def test_what_was_never_merged_cannot_be_undone() -> None:
    with Ledger(None) as ledger, pytest.raises(UsageError) as told:
        part_partners(ledger, town(merged=MERGED), "Mosque", "Care")
    assert told.value.key == "not_merged"


@pytest.mark.parametrize("ids", [["ID"], []])
def test_parted_again_each_is_on_the_list_since_its_own_day(ids: list[str], asked: Asked) -> None:
    rows: Rows = [
        [*ids, "Name"],
        [*([None] * len(ids)), "Police"],
        [*([None] * len(ids)), "Politie"],
    ]
    typed(Path("n.xlsx"), {"Partners": rows})
    assert asked("sync", "--today", "2026-01-05", "--quiet")[0] == 0
    before = asked.json("health", "--today", "2026-09-02")["partners"]
    assert asked("merge", "Police", "Politie")[0] == 0
    assert asked("sync", "--today", "2026-09-01", "--quiet")[0] == 0
    assert asked("merge", "Police", "Politie", "--undo")[0] == 0
    assert asked("sync", "--today", "2026-09-02", "--quiet")[0] == 0
    assert asked.json("health", "--today", "2026-09-02")["partners"] == before


@pytest.mark.parametrize("named", ["El Noor", "Mosque"])
def test_who_was_merged_is_not_forgotten_with_the_other_unasked(
    tmp_path: Path, says: Callable[..., tuple[int, str, str]], named: str
) -> None:
    """Until it is undone, by the command that the sentence gives: then only one of them goes."""
    path = tmp_path / "book.xlsx"
    there = openpyxl.Workbook()
    there.worksheets[0].title = "Partners"
    for partner in (("ID", "Name"), (None, "Mosque"), (None, "El Noor"), (None, "Care")):
        there["Partners"].append(partner)
    there.create_sheet("Moments")
    for moment in (("ID", "Date", "With"), (None, "2026-09-20", "Mosque; El Noor")):
        there["Moments"].append(moment)
    there.save(path)
    assert says("sync", "book.xlsx")[0] == 0
    assert says("merge", "book.xlsx", "Mosque", "El Noor")[0] == 0
    before = [*openpyxl.load_workbook(path)["Moments"].values]
    for yes in ([], ["--yes"]):
        code, _, err = says("forget", "book.xlsx", "--partner", named, *yes)
        assert code == 2 and "“El Noor” and “Mosque” are one partner" in err
        assert [*openpyxl.load_workbook(path)["Moments"].values] == before
    (undo,) = re.findall(r"trustbook (merge .* --undo)", err)
    assert says(*shlex.split(undo))[0] == 0
    code, _, err = says("forget", "book.xlsx", "--partner", named, "--yes")
    assert code == 0, err
    left = openpyxl.load_workbook(path)
    names = [row[1] for row in left["Partners"].values if row[1]]
    assert names[1:] == [one for one in ("Mosque", "El Noor", "Care") if one != named]
    said = [row[2] for row in left["Moments"].values][1]
    assert said == ("Mosque" if named == "El Noor" else "El Noor")
