"""Adopting a workbook with habits of its own: what is proposed, with which reasons, and what --yes then does."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.adopt_books import NAMES, scenario
from trustbook.adopt.proposal import propose
from trustbook.rows import read_book
from trustbook.workbooks.excel import ExcelWorkbook

TODAY = date(2024, 9, 30)


@pytest.mark.parametrize("name", NAMES)
def test_the_proposal_is_what_a_coordinator_would_say(tmp_path: Path, name: str) -> None:
    told = scenario(name)
    proposal = propose(ExcelWorkbook(told.make(tmp_path / "n.xlsx")).survey(), "nl")
    found: dict[tuple[str, str], set[str]] = {}
    for sheet in proposal.sheets:
        for column in sheet.columns:
            assert column.why and (column.name is None) == (column.sure == "not_used")
            if column.name:
                found.setdefault((sheet.title, column.header), set()).add(f"{column.sheet}.{column.name}")
    assert found == told.read_as


@pytest.mark.parametrize("name", NAMES)
def test_the_workbook_is_then_read_so(tmp_path: Path, name: str) -> None:
    told = scenario(name)
    path = told.make(tmp_path / "n.xlsx")
    adoption = propose(ExcelWorkbook(path).survey(), "nl").adoption
    book = read_book(ExcelWorkbook(path, adoption=adoption).read(), TODAY)
    assert len(book.partners) == told.count("partners")
    assert len(book.people) == told.count("people")
    assert len(book.moments) == told.count("moments")
    errors = [problem for problem in book.problems if problem.severity == "error"]
    assert not [problem for problem in errors if problem.code in ("required_blank", "who_unknown")], errors
