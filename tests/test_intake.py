"""Contacts that come in: proposed, answered with a word, and then in the book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from tests.typed import Asked, asked, typed

__all__ = ["asked"]
TODAY = ("--today", "2026-11-27")
PARTNERS: list[list[Any]] = [
    ["ID", "Naam", "Ritme", "Sinds"],
    [None, "Moskee El Noor", "6 weken", date(2025, 1, 1)],
    [None, "Politie", "6 weken", date(2025, 1, 1)],
    [None, "VV Zandloo", "6 weken", date(2025, 1, 1)],
]
PEOPLE: list[list[Any]] = [
    ["ID", "Naam", "Partner", "E-mail werk"],
    [None, "Yassin Amrani", "Moskee El Noor", "y.amrani@elnoor.example"],
]
MOMENTS: list[list[Any]] = [
    ["ID", "Datum", "Met", "Vorm", "Weer", "Stand", "Onderwerp"],
    [None, date(2026, 11, 3), "Politie", None, None, None, None],
]


def book(folder: Path) -> Path:
    sheets = {"Partners": PARTNERS, "Personen": PEOPLE, "Contactmomenten": MOMENTS}
    return typed(folder / "n.xlsx", sheets)


def event(title: str, day: str, *more: str, uid: str = "") -> list[str]:
    lines = [f"UID:{uid or title}", f"SUMMARY:{title}", f"DTSTART;VALUE=DATE:{day}", *more]
    return ["BEGIN:VEVENT", *lines, "END:VEVENT"]


def calendar(folder: Path, *events: Sequence[str], name: str = "agenda.ics") -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *(line for one in events for line in one)]
    path = folder / name
    path.write_text("\r\n".join([*lines, "END:VCALENDAR", ""]), encoding="utf-8")
    return name


def rows(path: Path, title: str = "Voorstellen") -> list[list[Any]]:
    """The rows below the header of a sheet of ours; none where it does not stand there."""
    file = openpyxl.load_workbook(path)
    if title not in file.sheetnames:
        return []
    return [list(row) for row in file[title].iter_rows(min_row=3, values_only=True)]


def answer(path: Path, *answers: str | None) -> None:
    """Type answers beside the proposals, from the top."""
    file = openpyxl.load_workbook(path)
    for number, text in enumerate(answers, 3):
        file["Voorstellen"].cell(number, 6).value = text
    file.save(path)


def skipped(told: Any) -> dict[str, int]:
    return {one["why"]: one["count"] for one in told["skipped"]}


def moments(path: Path) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(path)["Contactmomenten"]
    found: list[Any] = list(sheet.iter_rows(min_row=2, values_only=True))
    return [(row[1].date(), *row[2:]) for row in found if row[1]]


def test_a_yes_becomes_a_moment_and_a_no_does_not_come_back(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    source = calendar(
        tmp_path,
        event("Koffie Moskee El Noor", "20261105"),
        event("Overleg Politie", "20261110"),
        event("Kennismaking VV Zandloo", "20261220"),
        event("Tandarts", "20261112"),
        event("Bezoek Politie", "20261103"),
        event("Gesprek Moskee El Noor", "20261106", "CLASS:PRIVATE"),
    )
    told = asked.json("import", source, *TODAY)
    assert (told["proposed"], told["already_known"]) == (3, 1)
    assert skipped(told) == {"nobody": 1, "private": 1}
    shown = rows(path)
    assert [(row[0].date(), row[1], row[2]) for row in shown] == [
        (date(2026, 11, 5), "Moskee El Noor", "bezoek"),
        (date(2026, 11, 10), "Politie", "overleg"),
        (date(2026, 12, 20), "VV Zandloo", None),
    ]
    assert asked.json("import", source, *TODAY)["proposed"] == 0
    assert len(rows(path)) == 3
    answer(path, "ja", "nee", "ja")
    before = asked.json("health", *TODAY)
    assert asked.json("sync", *TODAY)["proposals"] == 0
    assert rows(path) == []
    assert moments(path)[1:] == [
        (date(2026, 11, 5), "Moskee El Noor", "bezoek", None, None, "Koffie Moskee El Noor"),
        (date(2026, 12, 20), "VV Zandloo", None, None, "gepland", "Kennismaking VV Zandloo"),
    ]
    assert asked.json("health", *TODAY)["partners"] == before["partners"]
    again = asked.json("import", source, *TODAY)
    assert (again["proposed"], again["already_known"]) == (0, 3)
    assert skipped(again)["said_no"] == 1
