"""The agenda of a table as it is printed: one A4, however much went wrong there, and no barrier."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.test_overview_chromium import BROWSER, axe, barriers
from trustbook.network.table_agenda import TableAgenda, agenda_page
from trustbook.overview.pdf import render_pdf

__all__ = ["axe"]
TODAY = date(2026, 11, 26)
WHY = "Laatste rustige gesprek: 19 maart 2026. Afspraak: elke 8 weken. Koud vanaf 11 juni 2026."
FULL = TableAgenda(
    "Kernoverleg weerbaarheid",
    date(2026, 12, 15),
    [{"id": None, "name": f"Zorg- en Veiligheidshuis {i}", "status": "cold", "why": WHY}
     for i in range(12)],
    [{"id": None, "name": f"Team Onderwijs {i}", "what": "Lijst met contactpersonen sturen",
      "by": "us", "due": TODAY, "overdue": i < 3} for i in range(9)],
    [{"phenomenon": phenomenon, "party": f"Raad voor de Kinderbescherming {i}"}
     for phenomenon in ("jihadisme", "rechts-extremisme") for i in range(10)],
    [{"id": None, "name": f"Politie eenheid {i}"} for i in range(12)],
    30,
)  # fmt: skip


def test_the_most_pressing_are_named_and_the_others_counted() -> None:
    page = agenda_page(FULL, TODAY, "nl")
    assert page.count("Zorg- en Veiligheidshuis") == page.count("Team Onderwijs") == 7
    assert "En nog 5 anderen: zie het blad Relatiestatus." in page
    assert "En nog 2 andere: zie het blad Contactmomenten." in page
    assert page.count("<b>jihadisme</b>") == 1, "the missing stand together"
    page = agenda_page(replace(FULL, cold=[], members=0), TODAY, "nl")
    assert "geen lid ingevuld" in page and "Niemand aan deze tafel" not in page


@pytest.mark.chromium
@pytest.mark.skipif(BROWSER is None, reason="needs Chromium, Chrome or Edge")
def test_it_is_one_page_of_paper_without_a_barrier(axe: str, tmp_path: Path) -> None:
    html = agenda_page(FULL, TODAY, "nl")
    pdf = render_pdf(html, TODAY, tmp_path / "page.html")
    assert len(re.findall(rb"/Type ?/Page\b", pdf)) == 1
    assert barriers(html, axe, tmp_path) == []
