"""Which rows of a Google spreadsheet a new row may be given: asked in its table, unless somebody's
remark is there.
"""

from __future__ import annotations

from typing import Any

import pytest

from trustbook.snapshot import Changes, RowAddition
from trustbook.workbooks.google import planner
from trustbook.workbooks.google.reader import parse_state

HEAD = ["ID", "Name", "Area", None, None]


def asked(rows: list[list[str | None]], last: int, tables: bool = True) -> dict[str, Any]:
    """The request that adds one partner to a tab with a table from A1 to C and row ``last``."""
    data = [
        {"values": [{"effectiveValue": {"stringValue": text}} if text else {} for text in row]}
        for row in [HEAD, *rows]
    ]
    block = {"startRowIndex": 0, "endRowIndex": last, "startColumnIndex": 0, "endColumnIndex": 3}
    sheet = {
        "properties": {
            "sheetId": 7,
            "title": "Partners",
            "gridProperties": {"rowCount": 100, "columnCount": 5},
        },
        "data": [{"rowData": data}],
        "tables": [{"tableId": "t1", "range": block}] if tables else [],
    }
    addition = RowAddition("Partners", 1, {2: "Police"})
    plan = planner.plan_batch(
        parse_state({"spreadsheetId": "k", "sheets": [sheet]}), Changes(additions=[addition]), "n"
    )
    assert plan is not None
    return next(request["appendCells"] for request in plan.requests if "appendCells" in request)


GGD = ["P-1", "GGD", None, None, "theirs"]
BLANK: list[str | None] = []
REMARK = [None, None, None, None, "a complaint is being handled"]


@pytest.mark.parametrize(
    ("rows", "inside"),
    [
        ([GGD], True),
        ([GGD, BLANK], True),
        ([GGD, REMARK], False),
        ([GGD, REMARK, BLANK], False),
        ([REMARK, GGD], True),
    ],
)
def test_a_row_beside_a_remark_is_not_filled(rows: list[list[str | None]], inside: bool) -> None:
    assert ("tableId" in asked(rows, last=1 + len(rows))) is inside


def test_what_stands_beside_the_sheet_below_the_table_is_not_the_tables() -> None:
    assert asked([GGD, REMARK], last=2)["tableId"] == "t1"
    assert "tableId" not in asked([GGD], last=2, tables=False)
