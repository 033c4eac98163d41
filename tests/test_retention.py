"""What is past its term goes on a yes, and no verdict or count changes by it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.forgetting import found_in, make_book
from trustbook.places.notes import clear_note
from trustbook.run.erase import Act

OLD = {
    "date": date(2023, 5, 3), "with": "Jan Smit; School", "also_present": "Piet Bakker (Police)",
    "by": "Ans", "topic": "budget of the old hall", "promise": "send the folder",
    "promised_by": "us", "promise_due": date(2023, 6, 1),
}  # fmt: skip
ROWS: dict[str, list[dict[str, Any]]] = {
    "Partners": [
        {"name": "Police", "tier": "core local"},
        {"name": "School", "tier": "wider local"},
        {"name": "Round table", "tier": "wider local"},
    ],
    "People": [
        {
            "name": "Jan Smit",
            "partner": "Police",
            "phone": "06-12121212",
            "until": date(2024, 1, 1),
        },
        {"name": "Piet Bakker", "partner": "Police"},
        {"name": "Noor Jansen", "partner": "School", "until": date(2026, 8, 1)},
    ],
    "Moments": [
        OLD,
        {
            "date": date(2023, 6, 1),
            "with": "not: Piet Bakker; School",
            "topic": "fireworks evening",
        },
        {"date": date(2023, 7, 1), "with": "School"},
        {"date": date(2026, 9, 1), "with": "Piet Bakker", "topic": "coffee at the desk"},
    ],
    "Settings": [
        {"setting": "Retention of moments (months)", "value": 24},
        {"setting": "Retention of people who left (months)", "value": 12},
    ],
}
SIGNS = ("budget of the old", "send the folder", "fireworks", "jan smit", "06-12121212")
Says = Callable[..., tuple[int, str, str]]


def moments(path: Path) -> list[dict[str, Any]]:
    header, *rows = openpyxl.load_workbook(path)["Moments"].values
    told = [dict(zip(map(str, header), row, strict=True)) for row in rows]
    return [row for row in told if row["Date"]]


def standing(says: Says) -> list[Any]:
    partners = json.loads(says("health", "book.xlsx", "--json")[1])["partners"]
    kept = ("name", "status", "last_sunny", "last_contact", "due", "risk")
    return [[one[name] for name in kept] for one in partners]


def counts(says: Says, quarter: str) -> Any:
    page = says("overview", "book.xlsx", "--edition", "team", "--quarter", quarter, "--json")[1]
    told = json.loads(page)
    return [told[name] for name in ("relations", "warm", "sunny_moments", "moved", "status")]


def test_what_is_past_its_term_goes_on_a_yes(tmp_path: Path, says: Says) -> None:
    path = tmp_path / "book.xlsx"
    make_book(path, ROWS)
    assert says("sync", "book.xlsx")[0] == 0
    before, quarter, stood = standing(says), counts(says, "2023Q2"), moments(path)
    as_it_was = path.read_bytes()

    code, out, err = says("retention", "book.xlsx", "--json")
    assert code == 0, err
    rows = json.loads(out)["rows"]
    assert [row["sheet"] for row in rows] == ["Moments", "Moments", "People"]
    assert rows[0]["id"] == stood[0]["ID"] and "3 May 2023" in rows[0]["why"]
    assert path.read_bytes() == as_it_was, "nothing goes without --yes"
    code, out, err = says("retention", "book.xlsx")
    assert "2 moments and 1 person" in " ".join(err.split()) and "--yes" in err

    code, _, err = says("retention", "book.xlsx", "--yes")
    assert code == 0, err
    clear_note(path)
    old, fireworks, bare, new = moments(path)
    assert (old["With"], old["Also present"]) == ("Police; School", "Police")
    assert [old[name] for name in ("Topic", "Promise", "Promised by", "Promise due", "By")] == (
        [None] * 5
    )
    assert old["Date"].date() == OLD["date"] and old["ID"] == stood[0]["ID"]
    assert (fireworks["With"], fireworks["Topic"]) == ("School", None)
    assert (bare, new) == (stood[2], stood[3]), "what says nothing, and what is young"
    assert not found_in(tmp_path, SIGNS)
    assert (standing(says), counts(says, "2023Q2")) == (before, quarter)
    code, out, _ = says("retention", "book.xlsx", "--json")
    assert (code, json.loads(out)["rows"]) == (0, [])
    assert says("sync", "book.xlsx")[0] == 0
    assert not found_in(tmp_path, SIGNS), "also after the next night"
    assert says("history", "book.xlsx")[0] == 0


def test_the_link_behind_what_is_past_its_term_goes(tmp_path: Path, says: Says) -> None:
    path = tmp_path / "book.xlsx"
    make_book(path, ROWS)
    book = openpyxl.load_workbook(path)
    for cell in book["Moments"][2]:
        if cell.value == OLD["topic"]:
            cell.hyperlink = "https://hall.example/old-plan"
        if cell.value == OLD["with"]:
            cell.hyperlink = "mailto:j@police.example"
    book.save(path)
    assert says("retention", "book.xlsx", "--yes")[0] == 0
    assert found_in(tmp_path, ("old-plan", "j@police")) == []


def test_a_second_workbook_is_cleaned_in_the_same_act(tmp_path: Path, says: Says) -> None:
    make_book(tmp_path / "book.xlsx", ROWS)
    assert says("sync", "book.xlsx")[0] == 0
    shutil.copy(tmp_path / "book.xlsx", tmp_path / "other.xlsx")
    (tmp_path / "trustbook.toml").write_text('[book.b]\nworkbooks = ["book.xlsx", "other.xlsx"]\n')
    assert says("sync", "b")[0] == 0
    rows = json.loads(says("retention", "b", "--json")[1])["rows"]
    assert len(rows) == len({row["id"] for row in rows}) == 3, "each once, not once a workbook"
    code, _, err = says("retention", "b", "--yes")
    assert code == 0 and "2 moments emptied, 1 person forgotten" in " ".join(err.split())
    assert not found_in(tmp_path, SIGNS)
    assert says("sync", "b")[0] == 0
    assert not found_in(tmp_path, SIGNS)


def test_a_moment_that_was_deleted_goes_from_the_memory(tmp_path: Path, says: Says) -> None:
    path = tmp_path / "book.xlsx"
    make_book(path, ROWS)
    assert says("sync", "book.xlsx")[0] == 0
    book = openpyxl.load_workbook(path)
    book["Moments"].delete_rows(3)
    book.save(path)
    assert says("sync", "book.xlsx")[0] == 0
    rows = json.loads(says("retention", "book.xlsx", "--json")[1])["rows"]
    assert len(rows) == 3, "the deleted one as well"
    assert says("retention", "book.xlsx", "--yes")[0] == 0
    assert not found_in(tmp_path, ("fireworks",))


def test_without_a_term_nothing_is_past_it(tmp_path: Path, says: Says) -> None:
    make_book(tmp_path / "book.xlsx", {**ROWS, "Settings": []})
    assert says("sync", "book.xlsx")[0] == 0
    stood = (tmp_path / "book.xlsx").read_bytes()
    code, _, err = says("retention", "book.xlsx", "--yes")
    assert code == 0 and "no retention term" in err
    assert (tmp_path / "book.xlsx").read_bytes() == stood


def test_a_yes_on_to_check_has_it_done_by_the_next_sync(tmp_path: Path, says: Says) -> None:
    path = tmp_path / "book.xlsx"
    make_book(path, ROWS)
    assert says("sync", "book.xlsx")[0] == 0
    lines = json.loads(says("check", "book.xlsx", "--json")[1])["lines"]
    told = [line["what"] for line in lines if "retention term" in line["what"]]
    assert told == [
        "2 moments are past the retention term of 24 months; a topic, a promise or a person still "
        "stands there.",
        "1 person left longer ago than the retention term of 12 months.",
    ]
    answer(path, "2 moments are past", "yes")
    code, out, err = says("sync", "book.xlsx")
    assert code == 0 and "2 rows are emptied or forgotten" in " ".join(out.split()), err
    assert not found_in(tmp_path, ("budget of the old", "send the folder", "fireworks"))
    assert found_in(tmp_path, ("jan smit",)), "nobody said yes to that"
    answer(path, "1 person left", "yes")
    assert says("sync", "book.xlsx")[0] == 0
    assert not found_in(tmp_path, SIGNS)
    assert says("sync", "book.xlsx")[0] == 0 and not found_in(tmp_path, SIGNS)


def test_a_no_is_taken_and_only_later_rows_are_asked_about(tmp_path: Path, says: Says) -> None:
    path = tmp_path / "book.xlsx"
    make_book(path, ROWS)
    assert says("sync", "book.xlsx")[0] == 0
    answer(path, "2 moments are past", "no")
    assert says("sync", "book.xlsx")[0] == 0
    assert proposals(says) == ["1 person left"]
    assert json.loads(says("sync", "book.xlsx", "--json")[1])["changed"] is False
    assert len(json.loads(says("retention", "book.xlsx", "--json")[1])["rows"]) == 3

    later = "2028-09-15"
    assert says("sync", "book.xlsx", today=later)[0] == 0
    assert proposals(says, later) == ["1 moment is", "2 people left"]


def proposals(says: Says, today: str = "2026-09-30") -> list[str]:
    """What To check proposes to have go, in its first three words."""
    lines = json.loads(says("check", "book.xlsx", "--json", today=today)[1])["lines"]
    told = [line["what"] for line in lines if "retention term" in line["what"]]
    return sorted(" ".join(text.split()[:3]) for text in told)


def answer(path: Path, line: str, word: str) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["To check"]
    rows = list(sheet.iter_rows())
    at = [cell.value for row in rows for cell in row].index("Answer")
    width = len(rows[0])
    for row in rows[at // width + 1 :]:
        if any(str(cell.value or "").startswith(line) for cell in row):
            row[at % width].value = word
    book.save(path)


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("Jan Smit", "Police"),
        ("Jan Smit + School", "Police; School"),
        ("not: Jan Smit; Piet Bakker", "not: Police"),
        ("Monday table; Piet Bakker; not: Jan Smit", "School"),
        ("Monday table; not: Noor Jansen", "Police"),
        ("Monday table", "Monday table"),
        ("School, Stranger", "School, Stranger"),
    ],
)
def test_a_moment_counts_for_whom_it_counted(
    tmp_path: Path, says: Says, typed: str, becomes: str
) -> None:
    path = tmp_path / "book.xlsx"
    old: dict[str, Any] = {"date": date(2023, 9, 1), "with": typed, "topic": "the old hall"}
    make_book(path, {
        **ROWS,
        "People": [{"name": "Jan Smit", "partner": "Police"},
                   {"name": "Piet Bakker", "partner": "Police"},
                   {"name": "Noor Jansen", "partner": "School"}],
        "Moments": [old],
        "Consultations": [{"name": "Monday table", "members": "Police; School"}],
    })  # fmt: skip
    assert says("sync", "book.xlsx")[0] == 0
    before, quarter = standing(says), counts(says, "2023Q3")
    code, _, err = says("retention", "book.xlsx", "--yes")
    assert code == 0, err
    assert ("Clear it yourself: C2" in err) == ("Stranger" in typed), "who may be a person is told"
    [row] = moments(path)
    assert (row["With"], row["Topic"]) == (becomes, None)
    assert (standing(says), counts(says, "2023Q3")) == (before, quarter)


def two_workbooks(tmp_path: Path, says: Says) -> tuple[Path, Path]:
    one, other = tmp_path / "book.xlsx", tmp_path / "other.xlsx"
    make_book(one, ROWS)
    assert says("sync", "book.xlsx")[0] == 0
    shutil.copy(one, other)
    (tmp_path / "trustbook.toml").write_text('[book.b]\nworkbooks = ["book.xlsx", "other.xlsx"]\n')
    assert says("sync", "b")[0] == 0
    return one, other


def test_a_workbook_that_was_away_brings_nothing_back(tmp_path: Path, says: Says) -> None:
    one, other = two_workbooks(tmp_path, says)
    away = tmp_path.parent / f"{tmp_path.name}-away.xlsx"
    shutil.move(other, away)
    code, _, err = says("retention", "b", "--yes")
    assert code == 0 and "other.xlsx is away" in " ".join(err.split())
    shutil.move(away, other)
    assert says("sync", "b")[0] == 0
    assert not found_in(tmp_path, ("budget of the old", "send the folder", "fireworks"))
    assert moments(one) == moments(other)


def test_a_yes_waits_while_a_workbook_is_open(tmp_path: Path, says: Says) -> None:
    one, other = two_workbooks(tmp_path, says)
    answer(one, "2 moments are past", "yes")
    (tmp_path / "~$other.xlsx").write_bytes(b"\x05owner")
    code, _, err = says("sync", "b")
    assert code == 5 and "The yes is remembered" in " ".join(err.split())
    assert moments(one)[0]["Topic"] == moments(other)[0]["Topic"] == OLD["topic"]
    lines = json.loads(says("check", "b", "--json")[1])["lines"]
    assert [line["what"] for line in lines if "Somebody said yes: 2 moments" in line["what"]]
    (tmp_path / "~$other.xlsx").unlink()
    code, out, _ = says("sync", "b")
    assert code == 0 and "2 rows are emptied or forgotten" in " ".join(out.split())
    assert moments(one)[0]["Topic"] is moments(other)[0]["Topic"] is None
    assert says("sync", "b")[0] == 0, "and that is all"
    lines = json.loads(says("check", "b", "--json")[1])["lines"]
    assert not [line for line in lines if "Somebody said yes" in line["what"]]


@pytest.mark.parametrize("term", [0, 0.5, -3, 2000, "two"])
def test_a_term_that_cannot_be_is_no_term(tmp_path: Path, says: Says, term: object) -> None:
    rows: list[Any] = [{"setting": "Retention of moments (months)", "value": term}]
    make_book(tmp_path / "book.xlsx", {**ROWS, "Settings": rows})
    assert says("sync", "book.xlsx")[0] == 0
    assert json.loads(says("retention", "book.xlsx", "--json")[1])["rows"] == []
    problems = json.loads(says("check", "book.xlsx", "--json")[1])["problems"]
    assert any(one["sheet"] == "Settings" for one in problems)


LEFT: list[dict[str, Any]] = [
    {"name": "Jan Smit", "partner": "Police", "until": date(2025, 9, 1)},
    {"name": "Mia Bos", "partner": "School", "until": date(2025, 9, 2)},
    {"name": "Wim Kok", "partner": "School", "until": date(2025, 9, 3)},
    {"name": "Ada Bos", "partner": "Police", "until": date(2025, 9, 4)},
    {"name": "Piet Bakker", "partner": "Police"},
]
TALKS: list[dict[str, Any]] = [
    {"date": date(2025, 8, 1), "with": "Mia Bos; Jan Smit; Wim Kok", "topic": "Bos and Smit agree"},
    {"date": date(2025, 8, 2), "with": "Police", "also_present": "Ada Bos; Wim Kok"},
    {"date": date(2025, 8, 3), "with": "Piet Bakker", "topic": "Kok of the school, and Ada"},
]
MANY = ROWS | {"People": LEFT, "Moments": TALKS}


def test_people_past_their_term_go_in_one_act_but_for_namesakes(
    tmp_path: Path, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ada and Mia are both called Bos: whose name it is, is known when the one is gone."""
    path = tmp_path / "book.xlsx"
    make_book(path, MANY)
    assert says("sync", "book.xlsx")[0] == 0
    before, go = standing(says), Act.go
    acts: list[Act] = []

    def counted(act: Act) -> int:
        acts.append(act)
        return go(act)

    monkeypatch.setattr(Act, "go", counted)
    code, _, err = says("retention", "book.xlsx", "--yes")
    assert code == 0 and "4 people" in " ".join(err.split())
    assert len(acts) == 2
    clear_note(path)
    first, second, third = moments(path)
    assert set(first["With"].split("; ")) == {"School", "Police"} and "Smit" not in first["Topic"]
    assert (second["With"], second["Also present"]) == ("Police", "Police; School")
    assert third["With"] == "Piet Bakker" and "of the school" in third["Topic"]
    assert not found_in(tmp_path, ("jan smit", "mia bos", "wim kok", "ada bos", "kok of"))
    assert [one[:5] for one in standing(says)] == [one[:5] for one in before], "verdicts stay"
    assert json.loads(says("retention", "book.xlsx", "--json")[1])["rows"] == []


def test_together_or_one_by_one_the_same_is_left(tmp_path: Path, says: Says) -> None:
    left = []
    for together in (True, False):
        path = tmp_path / "book.xlsx"
        path.unlink(missing_ok=True)
        shutil.rmtree(tmp_path / "data", ignore_errors=True)
        make_book(path, MANY)
        assert says("sync", "book.xlsx")[0] == 0
        for one in LEFT[:4] if not together else ():
            assert says("forget", "book.xlsx", "--person", str(one["name"]), "--yes")[0] == 0
        assert says("retention", "book.xlsx", "--yes")[0] == 0
        clear_note(path)
        found = [{k: v for k, v in row.items() if k != "ID"} for row in moments(path)]
        left.append((found, standing(says)))
    assert left[0] == left[1]


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("Jan Smit; School", "School"),
        ("Jan Smit (Police); School", "School"),
        ("Round table; not: Jan Smit", "Round table; not: …"),
        ("Monday table; not: Jan Smit", "Monday table; not: …"),
        ("Jan Smit", None),
    ],
)
@pytest.mark.parametrize("ways", [("forget", "--person", "Jan Smit"), ("retention",)])
def test_who_was_named_after_they_left_goes_on_to_count_for_nobody(
    tmp_path: Path, says: Says, typed: str, becomes: str | None, ways: tuple[str, ...]
) -> None:
    path = tmp_path / "book.xlsx"
    rows = [
        {"date": date(2026, 9, 20), "with": typed, "topic": "came by"},
        {"date": date(2023, 12, 1), "with": "Jan Smit", "state": "held"},
        {"date": date(2026, 9, 1), "with": "School"},
    ]
    tables = [{"name": "Monday table", "members": "Police; School"}]
    settings = ROWS["Settings"][1:]
    made = {**ROWS, "Moments": rows, "Consultations": tables, "Settings": settings}
    make_book(path, made)
    assert says("sync", "book.xlsx")[0] == 0
    before = standing(says)
    code, _, err = says(ways[0], "book.xlsx", *ways[1:], "--yes")
    assert code == 0, err
    told = [row["With"] for row in moments(path)]
    assert told == [*([becomes] if becomes else []), "Police", "School"]
    for _ in range(2):
        assert standing(says) == before
        assert says("sync", "book.xlsx")[0] == 0
