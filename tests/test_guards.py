"""Every guard: what it stops, that nothing is written then, that the sentence says what to type,
and that it works.
"""

from __future__ import annotations

import platform
import random
import re
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.nights import TODAY, Nights, copied
from trustbook.errors import Busy, SafetyStop
from trustbook.ledger.locate import LedgerLocator
from trustbook.merge.column_patterns import is_displaced, is_handover, is_replacement
from trustbook.run.sync import run_sync
from trustbook.snapshot import CellFault, Changes, Written
from trustbook.workbooks.excel import ExcelWorkbook


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    nights = Nights(tmp_path)
    nights.night()
    return nights


def stopped(nights: Nights, key: str, **how: Any) -> str:
    """The sentence with which a night stops; nothing was written."""
    before = deepcopy([book.sheets for book in nights.books])
    with pytest.raises(SafetyStop) as stop:
        nights.night(**how)
    assert stop.value.key == key
    assert [book.sheets for book in nights.books] == before
    for lang in ("nl", "en"):
        assert "{" not in stop.value.sentence(lang)
    return stop.value.sentence("en")


def number(sentence: str, option: str) -> int:
    found = re.search(rf"--{option} (\d+)", sentence)
    assert found, sentence
    return int(found[1])


def test_many_rows_gone(nights: Nights) -> None:
    del nights.sheet("Partners")[4:10]
    sentence = stopped(nights, "guards.many_deleted")
    allowed = number(sentence, "allow-deletes")
    assert allowed == 6
    for other in (allowed - 1, allowed + 1):
        assert (
            number(stopped(nights, "guards.many_deleted", deletes=other), "allow-deletes")
            == allowed
        )
    nights.night(deletes=allowed)
    with nights.ledger() as ledger:
        assert len(ledger.archived("partners")) == 6, "archived, not erased"
    assert not nights.night().changed


def test_a_few_rows_gone_is_an_ordinary_day(nights: Nights) -> None:
    del nights.sheet("Partners")[4:9]
    assert nights.night().changed


def test_a_sheet_gone_or_renamed(nights: Nights) -> None:
    moments = nights.book.sheets.pop("Moments")
    nights.book.sheets["Momenten oud"] = moments
    nights.book.touch()
    assert number(stopped(nights, "guards.sheet_gone"), "accept") == 20
    nights.book.sheets["Moments"] = nights.book.sheets.pop("Momenten oud")
    nights.book.touch()
    nights.night()


def test_a_sheet_that_was_meant_to_go(nights: Nights) -> None:
    del nights.book.sheets["Moments"]
    nights.book.touch()
    nights.night(accept=20)
    assert not nights.night().changed


def test_the_id_column_gone(nights: Nights) -> None:
    nights.sheet("Partners")[0][0] = "Nummer"
    assert "ID" in stopped(nights, "guards.ids_gone")


def test_a_required_header_gone_or_doubled(nights: Nights) -> None:
    header = nights.sheet("Partners")[0]
    header[1] = "Wie"
    stopped(nights, "column_missing")
    header[1], header[7] = "Name", "Naam"
    nights.book.touch()
    stopped(nights, "column_twice")


def test_one_column_sorted_on_its_own(nights: Nights) -> None:
    areas = sorted((row[3] for row in nights.rows()), key=str)
    for row, area in zip(nights.rows(), areas, strict=True):
        row[3] = area
    sentence = stopped(nights, "guards.column_sorted")
    assert "“Area”" in sentence
    nights.night(changes=number(sentence, "allow-changes"))


def test_the_ids_sorted_on_their_own(nights: Nights) -> None:
    ids = sorted((row[0] for row in nights.rows()), key=str)
    for row, identity in zip(nights.rows(), ids, strict=True):
        row[0] = identity
    assert "--allow" not in stopped(nights, "guards.ids_changed"), "no number makes that right"
    stopped(nights, "guards.ids_changed", deletes=1000, changes=1000)
    for row in nights.rows():
        row[0] = None
    nights.night()
    with nights.ledger() as ledger:
        assert ledger.journal() == [], "every row got its own ID back"


def test_whole_rows_sorted_is_an_ordinary_day(nights: Nights) -> None:
    nights.sheet("Partners")[1:] = nights.sheet("Partners")[:0:-1]
    nights.night()
    with nights.ledger() as ledger:
        assert ledger.journal() == []


def test_a_whole_column_changed_at_once(nights: Nights) -> None:
    for i, row in enumerate(nights.rows("Moments")):
        row[4] = f"{i} something else"
    sentence = stopped(nights, "guards.column_changed")
    nights.night(changes=number(sentence, "allow-changes"))


def test_a_whole_column_blanked(nights: Nights) -> None:
    for row in nights.rows():
        row[3] = None
    sentence = stopped(nights, "guards.column_cleared")
    nights.night(changes=number(sentence, "allow-changes"))


def test_all_that_was_found_is_let_through_by_one_command(nights: Nights) -> None:
    del nights.sheet("Partners")[4:10]
    for row in nights.rows("Moments"):
        row[4] = None
    sentence = stopped(nights, "guards.many_deleted")
    assert "“Topic”" in sentence
    assert sentence.endswith("trustbook sync network --allow-deletes 6 --allow-changes 20")
    assert stopped(nights, "guards.column_cleared", deletes=6).endswith(
        "--allow-deletes 6 --allow-changes 20"
    )
    nights.night(deletes=6, changes=20)


def test_a_holder_who_hands_over_everything_is_an_ordinary_day(nights: Nights) -> None:
    for row in nights.rows():
        row[2] = "Dirk" if row[2] == "Anna" else row[2]
    assert nights.night().changed
    for row in nights.rows():
        row[2] = "Dirk"
    assert nights.night().changed


def test_an_old_copy_put_back(nights: Nights) -> None:
    old = copied(nights.book)
    nights.rows()[3][3] = "moved house"
    nights.night()
    nights.books = [old]
    sentence = stopped(nights, "guards.old_copy")
    assert number(sentence, "accept") == 1 and "lacks the last 1 run," in sentence
    stopped(nights, "guards.old_copy", accept=2)
    nights.night(accept=1)
    assert nights.rows()[3][3] == "Area 3", "people wanted the old copy"
    with nights.ledger() as ledger:
        assert {event.new for _, _, event in ledger.journal()} == {"moved house", "Area 3"}
    assert not nights.night().changed


def test_the_number_that_lets_an_old_copy_in_does_so_once(nights: Nights) -> None:
    old = copied(nights.book)
    nights.rows()[3][3] = "moved house"
    nights.night()
    nights.books = [copied(old)]
    accepted = number(stopped(nights, "guards.old_copy"), "accept")
    nights.night(accept=accepted)
    nights.rows()[4][3] = "typed since"
    stopped(nights, "nothing_to_allow", accept=accepted)
    nights.night()
    nights.books = [copied(old)]
    assert number(stopped(nights, "guards.old_copy", accept=accepted), "accept") != accepted


@pytest.mark.parametrize("given", ["deletes", "changes", "accept"])
def test_a_number_for_which_nothing_was_found_stops(nights: Nights, given: str) -> None:
    option = given if given == "accept" else f"allow-{given}"
    for edit in (None, "one cell"):
        if edit:
            nights.rows()[3][3] = edit
        sentence = stopped(nights, "nothing_to_allow", **{given: 3})
        assert number(sentence, option) == 3
        assert sentence.endswith("Type it without: trustbook sync network")
    nights.night()


def test_of_two_numbers_the_one_that_was_right_stays_in_the_command(nights: Nights) -> None:
    del nights.sheet("Partners")[1:8]
    sentence = stopped(nights, "nothing_to_allow", deletes=7, accept=3)
    assert "You typed --accept 3," in sentence
    assert sentence.endswith("trustbook sync network --allow-deletes 7")
    nights.night(deletes=7)


def test_what_was_allowed_already_stays_in_the_command(nights: Nights) -> None:
    old = copied(nights.book)
    nights.rows()[3][3] = "moved house"
    nights.night()
    nights.books = [old]
    assert "--allow-deletes 7 --accept " in stopped(nights, "guards.old_copy", deletes=7)


def test_a_copy_from_before_the_first_night_put_back(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    untouched = copied(nights.book)
    nights.night()
    nights.rows()[3][3] = "moved house"
    nights.night()
    nights.books = [untouched]
    sentence = stopped(nights, "guards.no_marks")
    assert number(sentence, "accept") == 2 and "in 2 runs" in sentence
    nights.night(accept=2)
    assert nights.rows()[3][3] == "Area 3", "people wanted the old copy"


def test_a_first_night_that_broke_off_before_its_stamp_is_simply_done_again(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    write = nights.book.write
    nights.book.write = broken_off  # type: ignore[method-assign]
    with pytest.raises(Busy):
        nights.night()
    nights.book.write = write  # type: ignore[method-assign]
    assert nights.night().changed


def broken_off(changes: Changes, expect: str) -> Written:
    raise Busy("changed_meanwhile", read_again=True, name="network")


def test_a_copy_saved_before_a_night_on_which_nothing_was_learned_is_not_old(
    nights: Nights,
) -> None:
    """Somebody had it open all night and saves: only our own sheets are older, and nothing of
    anyone's is lost.
    """
    open_all_night = copied(nights.book)
    nights.night(TODAY + timedelta(days=30))
    nights.books = [open_all_night]
    open_all_night.edit("Partners", 4, 4, "typed in the morning")
    nights.night(TODAY + timedelta(days=31))
    assert nights.rows()[2][3] == "typed in the morning"


def test_a_copy_elsewhere_goes_its_own_way(nights: Nights, tmp_path: Path) -> None:
    path = tmp_path / "somewhere"
    path.write_text("", encoding="utf-8")
    original, twin = nights.book, copied(nights.book, "twin")
    nights.books = [twin]
    assert not nights.night().changed, (
        "a plain copy of today's state simply works, and needs nothing"
    )
    twin.edit("Partners", 3, 4, "only a try")
    del twin.sheets["Partners"][8:10]
    nights.night()
    nights.books = [original]
    nights.night()
    assert nights.rows()[1][3] == "Area 1"
    assert len(nights.rows()) == 20


def test_another_books_file_in_this_place(nights: Nights, tmp_path: Path) -> None:
    other = Nights(tmp_path, partners=8)
    other.book.name = "elsewhere"
    other.night()
    other.book.name = "network"
    ours, nights.books = nights.book, other.books
    sentence = stopped(nights, "guards.other_book")
    assert "trustbook.toml" in sentence
    assert number(sentence, "accept") == len(other.rows()) + len(other.rows("Moments")) == 16
    assert "It has 16 rows" in sentence
    nights.books = [ours]
    assert not nights.night().changed


def test_another_books_ledger_in_the_settings(nights: Nights, tmp_path: Path) -> None:
    other = Nights(tmp_path / "other", partners=8)
    other.night()
    wrong = LedgerLocator(fixed=next(iter(other.keeper.folder.glob("*.ledger"))))
    stopped(nights, "guards.other_book", keeper=wrong)


def test_another_folder_for_the_ledger(nights: Nights, tmp_path: Path) -> None:
    elsewhere = LedgerLocator(tmp_path / "another folder")
    assert str(elsewhere.folder) in stopped(nights, "guards.other_folder", keeper=elsewhere)


def test_another_machines_ledger(
    nights: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = LedgerLocator(tmp_path / "another machine")
    here = platform.node()
    monkeypatch.setattr(platform, "node", lambda: "elsewhere")
    sentence = stopped(nights, "guards.other_keeper", keeper=elsewhere)
    assert not list(elsewhere.folder.glob("*.ledger"))
    nights.night(keeper=elsewhere, accept=number(sentence, "accept"))
    assert not nights.night(keeper=elsewhere).changed
    monkeypatch.setattr(platform, "node", lambda: here)
    assert "another computer: elsewhere" in stopped(nights, "guards.other_keeper"), (
        "and now the first machine stops"
    )


def test_after_a_lost_ledger_nothing_goes(nights: Nights) -> None:
    nights.night(TODAY)
    nights.lose_memory()
    before = deepcopy(nights.book.sheets["Partners"])
    nights.rows()[0][3] = "typed meanwhile"
    rows = number(stopped(nights, "guards.memory_lost"), "accept")
    assert rows == 40, "20 partners and 20 moments"
    nights.night(accept=rows)
    assert [row[:4] for row in nights.rows()[1:]] == [row[:4] for row in before[2:]]
    assert nights.rows()[0][3] == "typed meanwhile"
    assert not nights.night().changed


def test_a_stop_leaves_a_note_beside_the_workbook_until_a_good_run(tmp_path: Path) -> None:
    from trustbook.snapshot import CellEdit, Changes
    from trustbook.workbooks.template import new_workbook

    path, keeper = tmp_path / "netwerk.xlsx", LedgerLocator(tmp_path / "memory")
    new_workbook(path, "nl")
    book = ExcelWorkbook(path, locks=tmp_path / "locks")
    rows = [CellEdit("Partners", 2 + i, 2, f"Partner {i}") for i in range(8)]
    book.write(Changes(edits=rows), book.read().version)
    clock = Nights(tmp_path).clock
    run_sync(book, TODAY, clock, keeper=keeper)
    blanks = [CellEdit("Partners", 2 + i, c, None) for i in range(7) for c in range(1, 26)]
    book.write(Changes(edits=blanks), book.read().version)
    data = path.read_bytes()
    with pytest.raises(SafetyStop):
        run_sync(book, TODAY, clock, keeper=keeper)
    note = tmp_path / "netwerk - GESTOPT, lees mij.txt"
    assert "--allow-deletes 7" in note.read_text(encoding="utf-8-sig")
    assert path.read_bytes() == data
    from trustbook.merge.allowances import Allowances

    run_sync(book, TODAY, clock, keeper=keeper, allowed=Allowances(deletes=7))
    assert not note.exists()


def test_a_thousand_ordinary_nights_in_small(tmp_path: Path) -> None:
    """5 % of the cells edited, a few rows added and deleted, a colleague who takes over: never a
    false alarm. scripts/ordinary_nights.py plays the thousand.
    """
    assert ordinary_nights(tmp_path, 22, random.Random(1)) == 22


def ordinary_nights(folder: Path, count: int, chance: random.Random) -> int:
    nights = Nights(folder, partners=60)
    nights.night()
    for n in range(count):
        rows = nights.rows()
        for _ in range(len(rows) * 3 // 20):
            row = chance.choice(rows)
            row[chance.choice((1, 2, 3))] = (
                f"{chance.choice(('Anna', 'Bert', 'Weststad'))} {n}-{chance.randrange(99)}"
            )
        for row in chance.sample(rows, 3):
            nights.sheet("Partners").remove(row)
        for i in range(3):
            nights.sheet("Partners").append(
                [None, f"New {n}-{i}", "Chris", f"Area {n}", None, None, None, "mine"]
            )
        if n % 10 == 0:
            for row in nights.rows():
                row[2] = f"Holder {n}"
        if n % 7 == 0:
            sheet = nights.sheet("Partners")
            sheet[1:] = sorted(sheet[1:], key=lambda row: str(row[1]))
        nights.night(TODAY + timedelta(days=n))
    return count


def test_what_tells_sorting_and_replacing_from_editing() -> None:
    rows = [(f"v{i}", f"v{(i + 3) % 9}") for i in range(9)]
    assert is_displaced(rows)
    assert not is_displaced([("Anna", "Bert"), ("Bert", "Anna")] * 9)
    assert is_replacement([("Anna", "Bert")] * 50)
    assert not is_replacement([("Anna", None)] * 50)
    assert not is_replacement([("Anna", f"{i}") for i in range(50)])
    assert is_handover([(f"{i}", "Anna") for i in range(50)])
    assert not is_handover([("Anna", f"{i}") for i in range(50)])


def test_errors_that_were_let_through_once_stop_no_further_night(nights: Nights) -> None:
    for row in nights.rows():
        row[3] = CellFault("#REF!")
    assert number(stopped(nights, "guards.column_broken"), "allow-changes") == 20
    nights.night(changes=20)
    nights.rows()[0][2] = "Dirk"
    assert nights.night().changed
    for at, row in enumerate(nights.rows()):
        row[3] = f"Area {at}"
    assert not nights.night().conflicts
