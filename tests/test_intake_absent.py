"""Who was not at a consultation ("not: X") gets no talk, whatever told of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.test_intake import (
    MOMENTS,
    PARTNERS,
    PEOPLE,
    TODAY,
    answer,
    calendar,
    event,
    moments,
    rows,
)
from tests.test_intake_cells import form
from tests.test_intake_mended import inbox
from tests.typed import Asked, asked, typed

__all__ = ["asked"]
TABLES: list[list[Any]] = [
    ["Naam", "Leden"],
    ["Wijktafel Noord", "Moskee El Noor; Politie; VV Zandloo"],
]


def book(folder: Path) -> Path:
    sheets = {"Partners": PARTNERS, "Personen": PEOPLE, "Contactmomenten": MOMENTS}
    return typed(folder / "n.xlsx", {**sheets, "Overleggen": TABLES})


def spoken_last(asked: Asked) -> dict[str, str | None]:
    told = asked.json("health", *TODAY)["partners"]
    return {one["name"]: one["last_contact"] for one in told}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Wijktafel Noord; niet: Politie", "Wijktafel Noord; niet: Politie"),
        ("Wijktafel Noord; NOT:  politie", "Wijktafel Noord; NOT: politie"),
        ("niet: Politie; Wijktafel Noord", "niet: Politie; Wijktafel Noord"),
        ("Wijktafel Noord, niet: Politie", "Wijktafel Noord; niet: Politie"),
        ("Wijktafel Noord; niet: Yassin Amrani", "Wijktafel Noord; niet: Moskee El Noor"),
        ("Wijktafel Noord; niet: Amrani, Yassin", "Wijktafel Noord; niet: Moskee El Noor"),
    ],
)
def test_who_a_list_says_was_not_there_gets_no_talk(
    tmp_path: Path, asked: Asked, said: str, kept: str
) -> None:
    path = book(tmp_path)
    (tmp_path / "log.csv").write_text(f'Datum,Met\n2026-11-20,"{said}"\n', encoding="utf-8")
    told = asked.json("import", "log.csv", *TODAY)
    assert (told["proposed"], told["unknown"]) == (1, [])
    (row,) = rows(path)
    assert row[1] == kept
    answer(path, "ja")
    assert asked("sync", *TODAY)[0] == 0
    assert moments(path)[-1][:2] == (date(2026, 11, 20), kept)
    away = kept.rpartition(": ")[2].partition(";")[0].casefold()
    last = spoken_last(asked)
    assert {name for name, day in last.items() if day == "2026-11-20"} == {
        name for name in last if name.casefold() != away
    }
    assert asked.json("import", "log.csv", *TODAY)["proposed"] == 0


def test_an_answer_to_a_form_says_who_was_not_there(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    form(path, ["2026-11-21 10:00:00", "20-11-2026", "Wijktafel Noord; niet: Politie"])
    for _ in range(2):
        assert asked("sync", *TODAY)[0] == 0
    assert [row[1] for row in rows(path)] == ["Wijktafel Noord; niet: Politie"]
    assert "form_name" not in asked.codes(*TODAY)


def test_a_name_typed_under_ok_says_who_was_not_there(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    (tmp_path / "log.csv").write_text("Datum,Met\n2026-11-20,VV Zandloo\n", encoding="utf-8")
    assert asked.json("import", "log.csv", *TODAY)["proposed"] == 1
    for said in ("niet: Politie", "Wijktafel Noord; niet: Politei"):
        answer(path, said)
        assert asked("sync", *TODAY)[0] == 0
        (row,) = rows(path)
        assert row[5] == said, "that says of nobody who was there"
    answer(path, "Wijktafel Noord; niet: Politie")
    assert asked("sync", *TODAY)[0] == 0
    assert moments(path)[-1][1] == "Wijktafel Noord; niet: Politie"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Wijktafel Noord; niet: Onbekend BV", []),
        ("Wijktafel Noord; niet: Politi", []),
        ("Wijktafel Noord; Politie; niet: Onbekend BV", ["Politie"]),
    ],
)
def test_where_it_is_unclear_who_was_not_there_the_consultation_is_not_proposed(
    tmp_path: Path, asked: Asked, said: str, kept: list[str]
) -> None:
    path = book(tmp_path)
    (tmp_path / "log.csv").write_text(f'Datum,Met\n2026-11-20,"{said}"\n', encoding="utf-8")
    told = asked.json("import", "log.csv", *TODAY)
    assert [row[1] for row in rows(path)] == kept
    unknown = said.rpartition(": ")[2]
    assert told["unknown"] == [{"name": unknown, "count": 1}], "and no “niet:” before it"
    inbox(tmp_path, "log.csv")
    assert asked("sync", *TODAY)[0] == 0
    assert "list_name" in asked.codes(*TODAY)


def test_a_title_says_who_was_not_there(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    titles = ("Wijktafel Noord, niet: Politie", "Niet: Politie")
    source = calendar(tmp_path, *(event(one, f"2026112{at}") for at, one in enumerate(titles)))
    assert asked.json("import", source, *TODAY)["proposed"] == 1
    assert [row[1] for row in rows(path)] == ["Wijktafel Noord; niet: Politie"]
