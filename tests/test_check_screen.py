"""What check shows on the screen: what is proposed, and where an answer is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.typed import Asked, Rows, asked, typed

__all__ = ["asked"]
TODAY = ("--today", "2026-09-30")


def test_the_screen_says_where_an_answer_is_typed_and_what_is_proposed(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    partners: Rows = [
        ["ID", "Name", "Rhythm"],
        [None, "Sociaal wijkteam Zuid", 30],
        [None, "Wijkagenten Zuid", 30],
    ]
    moments: Rows = [
        ["ID", "Date", "With"],
        [None, "12 mrt", "Wijkagenten Zuid"],
        [None, "3-9-2026", "wijkteam zuid"],
    ]
    typed(Path("n.xlsx"), {"Partners": partners, "Moments": moments})
    where = "Type an answer on the sheet To check, in the column Answer."
    assert where not in asked("check", *TODAY)[2], "the sheet is not there yet"
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    _, shown, told = asked("check", *TODAY)
    assert where in told
    said = " ".join(shown.split())
    assert "“12 mrt”. Proposal: 12-03-2026?" in said and "Proposal: Sociaal wijkteam Zuid?" in said
