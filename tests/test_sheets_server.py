"""The stand-in for Google Sheets: driven by the real gspread, held against recordings of the real
service.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import gspread
import pytest
import requests
from google.auth.exceptions import RefreshError
from gspread.exceptions import APIError
from gspread.utils import ValueInputOption, ValueRenderOption
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sheets_server import KINDS, Person, SheetsServer

RECORDINGS = Path(__file__).parent / "data" / "google-cassettes"
ROOT = Path(__file__).parents[1]
ANY = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["0612345678", "1,5", "=1+1", "'x", "NA", "12-3-2026", "TRUE", " ", "😀"]),
    st.integers(-(10**9), 10**9),
    st.booleans(),
)


@pytest.fixture(scope="module")
def shared_server() -> Iterator[SheetsServer]:
    with SheetsServer(silence=2) as server:
        yield server


@pytest.fixture
def server(shared_server: SheetsServer) -> SheetsServer:
    shared_server.forget()
    return shared_server


@pytest.fixture(scope="module")
def session(shared_server: SheetsServer) -> Iterator[requests.Session]:
    with shared_server.session() as session:
        yield session


@pytest.fixture
def client(server: SheetsServer, session: requests.Session) -> gspread.Client:
    return gspread.Client(auth=cast("Any", None), session=session)


def partners(server: SheetsServer, locale: str = "nl_NL") -> str:
    rows = [["ID", "Naam"], ["P-7KQX", "Buurthuis"], ["P-2ABC", "Moskee"], ["P-9DEF", "Politie"]]
    return server.create(
        "Netwerk", locale=locale, sheets={"Partners": rows, "Oordeel": [["ID", "Risico"]]}
    )


# The recordings


class Replay:
    """Sends a recording's requests again; identifiers are paired at their first meeting."""

    own_ids = ("spreadsheetId", "id", "sheetId", "namedRangeId")
    left_out = (
        "createdTime",
        "modifiedTime",
        "spreadsheetUrl",
        "defaultFormat",
        "spreadsheetTheme",
    )

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers["Authorization"] = "Bearer anything"
        self.files: dict[str, str] = {}
        self.others: dict[tuple[str, Any], Any] = {}

    def send(self, step: dict[str, Any]) -> None:
        address = "/" + step["uri"].split("/", 3)[3]
        body = json.dumps(self._live(step["body"])) if step["body"] else None
        answer = self.session.request(step["method"], self.url + self._text(address), data=body)
        assert answer.status_code == step["status"], answer.text
        is_json = "json" in answer.headers["Content-Type"]
        self._same(step["answer"], answer.json() if is_json else answer.text, "answer")

    def _text(self, text: str) -> str:
        for recorded, live in self.files.items():
            text = text.replace(recorded, live)
        return text

    def _live(self, body: Any, key: str = "") -> Any:
        if isinstance(body, dict):
            return {k: self._live(v, k) for k, v in body.items()}
        if isinstance(body, list):
            return [self._live(v) for v in body]
        return self.others.get((key, body), body)

    def _same(self, recorded: Any, live: Any, path: str) -> None:
        if isinstance(recorded, dict):
            assert set(recorded) - set(self.left_out) == set(live) - set(self.left_out), path
            for name, value in recorded.items():
                if name in ("spreadsheetId", "id"):
                    assert self.files.setdefault(value, live[name]) == live[name], path
                elif name in self.own_ids:
                    assert self.others.setdefault((name, value), live[name]) == live[name], path
                elif name not in self.left_out:
                    self._same(value, live[name], f"{path}.{name}")
        elif isinstance(recorded, list):
            assert len(recorded) == len(live), path
            for index, value in enumerate(recorded):
                self._same(value, live[index], f"{path}[{index}]")
        else:
            assert recorded == live, path


@pytest.mark.parametrize("recording", sorted(p.stem for p in RECORDINGS.glob("*.json")))
def test_answers_as_the_real_service_did(server: SheetsServer, recording: str) -> None:
    replay = Replay(server.url)
    with replay.session:
        for step in json.loads((RECORDINGS / f"{recording}.json").read_text(encoding="utf-8")):
            replay.send(step)


# gspread


def test_a_service_account_gets_its_token_and_reads(
    server: SheetsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = partners(server)
    for name, value in server.variables().items():
        monkeypatch.setenv(name, value)
    client = gspread.service_account(filename=str(server.service_account()))
    with client.http_client.session:
        assert client.open_by_key(key).worksheet("Partners").acell("B2").value == "Buurthuis"
    assert [call.kind for call in server.requests].count("token") == 1
    assert {call.host for call in server.requests} == {
        "oauth2.googleapis.com",
        "sheets.googleapis.com",
    }


def test_a_subprocess_reaches_it_by_its_environment_alone(server: SheetsServer) -> None:
    code = (
        "import gspread, sys\n"
        "client = gspread.service_account(filename=sys.argv[1])\n"
        "print(client.open_by_key(sys.argv[2]).worksheet('Partners').acell('B3').value)\n"
    )
    command = [sys.executable, "-c", code, str(server.service_account()), partners(server)]
    done = subprocess.run(
        command, env=server.environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout.strip(), done.returncode) == ("Moskee", 0), done.stderr


def test_starts_by_itself() -> None:
    command = [sys.executable, "-m", "tests.sheets_server", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        headers = {"Authorization": "Bearer x"}
        body = {"name": "n", "mimeType": "application/vnd.google-apps.spreadsheet"}
        made = requests.post(f"{url}/drive/v3/files", json=body, headers=headers, timeout=10)
        process.terminate()
    assert made.json()["name"] == "n"


def test_a_working_day_with_gspread(client: gspread.Client) -> None:
    book = client.create("Werk")
    tab = book.sheet1
    tab.update([["ID", "Naam", "N"], ["P-1AB", "x", 3], ["P-2CD", "y", 1]])
    tab.append_row(["P-3EF", "", 2])
    tab.sort((3, "asc"), range="A2:C4")
    assert tab.get_all_values()[1:] == [
        ["P-2CD", "y", "1"],
        ["P-3EF", "", "2"],
        ["P-1AB", "x", "3"],
    ]
    tab.insert_rows([["P-4GH", "z"]], row=2)
    tab.insert_cols([["nieuw"]], col=2)
    assert tab.get("A1:C2") == [["ID", "nieuw", "Naam"], ["P-4GH", "", "z"]]
    tab.freeze(rows=1)
    tab.format("A1:D1", {"textFormat": {"bold": True}})
    tab.batch_update([{"range": "A8", "values": [[1]]}, {"range": "B9:C9", "values": [[2, 3]]}])
    tab.batch_clear(["A8", "B9"])
    assert tab.batch_get(["A8:C9"])[0] == [[], ["", "", "3"]]
    copy = tab.duplicate(new_sheet_name="kopie")
    book.reorder_worksheets([copy, tab])
    book.del_worksheet(book.worksheet("kopie"))
    tab.update_note("A1", "let op")
    assert tab.get_note("A1") == "let op"
    book.update_locale("nl_NL")
    book.update_timezone("Europe/Amsterdam")
    assert (book.locale, book.timezone) == ("nl_NL", "Europe/Amsterdam")
    book.share("jan@example.org", perm_type="user", role="writer")
    assert [p["role"] for p in book.list_permissions()] == ["owner", "writer"]
    assert client.copy(book.id, title="Kopie").worksheet("Sheet1").acell("A1").value == "ID"


# What a text becomes

TYPED = [
    ("en_US", "0612345678", 612345678, "612345678"),
    ("en_US", "1.5", 1.5, "1.5"),
    ("en_US", "1,234.50", 1234.5, "1,234.50"),
    ("en_US", "1,5", "1,5", "1,5"),
    ("en_US", "3/12/2026", 46093, "3/12/2026"),
    ("en_US", "2026-03-12", 46093, "2026-03-12"),
    ("en_US", "Mar 12, 2026", 46093, "Mar 12, 2026"),
    ("en_US", "$5.25", 5.25, "$5.25"),
    ("en_US", "5%", 0.05, "5%"),
    ("en_US", "true", True, "TRUE"),
    ("en_US", "10:30 PM", 0.9375, "10:30 PM"),
    ("en_US", "'0042", "0042", "0042"),
    ("en_US", "=1+1", 2, "2"),
    ("en_US", "P-7KQX", "P-7KQX", "P-7KQX"),
    ("nl_NL", "1,5", 1.5, "1,5"),
    ("nl_NL", "1.5", "1.5", "1.5"),
    ("nl_NL", "1.234,50", 1234.5, "1.234,50"),
    ("nl_NL", "12-3-2026", 46093, "12-3-2026"),
    ("nl_NL", "12 maart 2026", 46093, "12 maart 2026"),
    ("nl_NL", "12-3-2026 14:05", 46093 + 845 / 1440, "12-3-2026 14:05"),
    ("nl_NL", "waar", True, "WAAR"),
    ("nl_NL", "€ 5,25", 5.25, "€ 5,25"),
    ("nl_NL", "=1/8", 0.125, "0,125"),
    ("nl_NL", "12-13-2026", "12-13-2026", "12-13-2026"),
]


@pytest.mark.parametrize(("locale", "text", "value", "shown"), TYPED)
def test_typed_text_is_read_by_the_locale(
    server: SheetsServer, client: gspread.Client, locale: str, text: str, value: Any, shown: str
) -> None:
    tab = client.open_by_key(server.create("b", locale=locale)).sheet1
    tab.update([[text]], "A1", value_input_option=ValueInputOption.user_entered)
    assert tab.get("A1", value_render_option=ValueRenderOption.unformatted)[0] == [
        pytest.approx(value)
    ]
    assert tab.acell("A1").value == shown


@pytest.mark.parametrize(("locale", "text", "value", "shown"), TYPED)
def test_raw_text_stays_as_it_is(
    server: SheetsServer, client: gspread.Client, locale: str, text: str, value: Any, shown: str
) -> None:
    tab = client.open_by_key(server.create("b", locale=locale)).sheet1
    tab.update([[text]], "A1", value_input_option=ValueInputOption.raw)
    for option in ValueRenderOption:
        assert tab.get("A1", value_render_option=option)[0] == [text]


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.lists(ANY, min_size=1, max_size=4), min_size=1, max_size=5))
def test_raw_values_come_back(
    server: SheetsServer, client: gspread.Client, rows: list[list[Any]]
) -> None:
    """What is sent RAW is read back unformatted, blanks at the ends aside."""
    tab = client.open_by_key(server.create("b", locale="nl_NL")).sheet1
    tab.update(rows, "A1", value_input_option=ValueInputOption.raw)

    def trimmed(lines: list[list[Any]]) -> list[list[Any]]:
        lines = [list(line) for line in lines]
        for line in lines:
            while line and line[-1] == "":
                line.pop()
        while lines and not lines[-1]:
            lines.pop()
        return lines

    answer = client.http_client.values_get(
        tab.spreadsheet_id, "Sheet1", {"valueRenderOption": "UNFORMATTED_VALUE"}
    )
    assert trimmed(answer.get("values", [])) == trimmed(rows)


def test_a_typed_house_number_turns_into_a_day(server: SheetsServer) -> None:
    person = server.state(server.create("b", locale="nl_NL"))
    person.type("A1", "3-4")
    assert person.see("A1") == "3-4" and isinstance(person.typed("Sheet1")[0][0], int)


@pytest.mark.parametrize(
    ("kind", "name", "given", "change"),
    [
        ("Table", "table", {"name": "T", "range": {"endRowIndex": 3}}, {"name": "U"}),
        ("Banding", "bandedRange", {"range": {"endRowIndex": 3}}, {"range": {"endRowIndex": 5}}),
        ("FilterView", "filter", {"title": "Mijn", "range": {"endRowIndex": 3}}, {"title": "Onze"}),
        ("NamedRange", "namedRange", {"name": "N", "range": {"endRowIndex": 3}}, {"name": "M"}),
        ("ProtectedRange", "protectedRange", {"warningOnly": True}, {"description": "let op"}),
    ],
)
def test_objects_over_cells_are_added_changed_and_removed(
    client: gspread.Client, kind: str, name: str, given: dict[str, Any], change: dict[str, Any]
) -> None:
    book = client.create("b")

    def shown() -> str:
        return json.dumps(client.http_client.fetch_sheet_metadata(book.id))

    bare = shown()
    reply = book.batch_update({"requests": [{f"add{kind}": {name: given}}]})["replies"][0]
    made = reply[f"add{kind}"][name]
    (id_name,) = (k for k in made if k.endswith("Id"))
    assert str(made[id_name]) in shown()
    ((field, value),) = change.items()
    update = {name: {id_name: made[id_name]} | change, "fields": field}
    book.batch_update({"requests": [{f"update{kind}": update}]})
    assert json.dumps(value)[1:-1] in shown()
    wanted = {"filterId" if kind == "FilterView" else id_name: made[id_name]}
    book.batch_update({"requests": [{f"delete{kind}": wanted}]})
    assert shown() == bare


def test_dates_are_numbers_that_show_in_their_format(
    server: SheetsServer, client: gspread.Client
) -> None:
    key = server.create("b", locale="nl_NL")
    cell = {
        "userEnteredValue": {"numberValue": 46093},
        "userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "ddd d mmm yyyy"}},
    }
    write = {"start": {"sheetId": 0}, "rows": [{"values": [cell]}], "fields": "*"}
    client.http_client.batch_update(key, {"requests": [{"updateCells": write}]})
    get = client.http_client.values_get
    plain: dict[str, Any] = {"valueRenderOption": "UNFORMATTED_VALUE"}
    assert get(key, "A1")["values"] == [["do 12 mrt 2026"]]
    assert get(key, "A1", plain)["values"] == [[46093]]
    assert get(key, "A1", plain | {"dateTimeRenderOption": "FORMATTED_STRING"})["values"] == [
        ["do 12 mrt 2026"]
    ]


# Formulas

LOOK_UPS = [
    ("nl_NL", '=IFERROR(INDEX(Oordeel!$B$2:$B;MATCH($A2;Oordeel!$A$2:$A;0));"")'),
    ("nl_NL", '=IFERROR(VLOOKUP($A2;Oordeel!$A:$B;2;FALSE);"")'),
    ("en_US", '=XLOOKUP($A2,Oordeel!$A:$A,Oordeel!$B:$B,"")'),
    ("en_US", '=XLOOKUP($A2;Oordeel!$A:$A;Oordeel!$B:$B;"")'),
]


@pytest.mark.parametrize(("locale", "formula"), LOOK_UPS)
def test_a_look_up_follows_its_row_when_a_person_sorts(
    server: SheetsServer, locale: str, formula: str
) -> None:
    person = server.state(partners(server, locale))
    for row, text in enumerate((("P-2ABC", "rood"), ("P-7KQX", "groen")), start=2):
        person.type(f"Oordeel!A{row}", text[0])
        person.type(f"Oordeel!B{row}", text[1])
    for row in (2, 3, 4):
        person.type(f"Partners!C{row}", formula.replace("$A2", f"$A{row}"))
    person.sort("Partners", 1, descending=True)
    seen = {row[0]: row[2] for row in person.rows("Partners")[1:]}
    assert [row[1] for row in person.rows("Partners")[1:]] == ["Politie", "Moskee", "Buurthuis"]
    assert seen == {"P-7KQX": "groen", "P-2ABC": "rood", "P-9DEF": ""}
    person.insert_rows("Oordeel", 2)
    person.rename("Oordeel", "Het oordeel")
    assert {row[0]: row[2] for row in person.rows("Partners")[1:]} == seen


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("=NIETBEKEND(1)", "#NAME?"),
        ("=1/0", "#DIV/0!"),
        ("=Weg!A1", "#REF!"),
        ("=1+", "#ERROR!"),
        ("=A1", "#REF!"),
        ('=MATCH("x";B1:B3;0)', "#N/A"),
        ('=IF(1=1;"ja";"nee")&" "&2*3', "ja 6"),
        ("=-2^2+50%", "4,5"),
        ("=SUM(1,5;2)", "3,5"),
    ],
)
def test_formulas_show_what_they_come_to(server: SheetsServer, formula: str, shown: str) -> None:
    person = server.state(server.create("b", locale="nl_NL"))
    person.type("A1", formula)
    assert person.see("A1") == shown


def test_a_comma_locale_writes_its_own_separator(
    server: SheetsServer, client: gspread.Client
) -> None:
    tab = client.open_by_key(server.create("b")).sheet1
    tab.update([["=SUM(1.5;2)"]], "A1", value_input_option=ValueInputOption.user_entered)
    assert tab.get("A1", value_render_option=ValueRenderOption.formula) == [["=SUM(1.5,2)"]]
    tab.spreadsheet.update_locale("nl_NL")
    assert tab.get("A1", value_render_option=ValueRenderOption.formula) == [["=SUM(1,5;2)"]]


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=st.integers(1, 6), count=st.integers(1, 3))
def test_rows_put_in_and_taken_out_leave_everything_as_it_was(
    server: SheetsServer, before: int, count: int
) -> None:
    person = server.state(partners(server))
    person.type("Oordeel!A2", "=Partners!B3&SUM(Partners!$A$2:$A$4)&Partners!A:A")
    person.ask({"addNamedRange": {"namedRange": {"name": "Namen", "range": {"startRowIndex": 1}}}})
    state = (person.typed("Partners"), person.typed("Oordeel"), person.book.named_ranges)
    person.insert_rows("Partners", before, count)
    person.delete_rows("Partners", before, count)
    assert (person.typed("Partners"), person.typed("Oordeel"), person.book.named_ranges) == state


def test_names_rules_and_references_follow_their_cells(
    server: SheetsServer, client: gspread.Client
) -> None:
    key = partners(server)
    person, area = server.state(key), {"startRowIndex": 2, "endRowIndex": 3, "startColumnIndex": 1}
    rule = {"ranges": [area], "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {}}}
    person.ask(
        {"addNamedRange": {"namedRange": {"name": "Naam", "range": area}}},
        {"addConditionalFormatRule": {"rule": rule, "index": 0}},
        {"mergeCells": {"range": area | {"endColumnIndex": 4}, "mergeType": "MERGE_ALL"}},
    )
    person.type("Oordeel!A2", "=Partners!B3&Naam")
    person.insert_rows("Partners", 1, 2)
    person.delete_rows("Partners", 3)
    seen = client.http_client.fetch_sheet_metadata(key)
    sheet = seen["sheets"][0]
    places = [
        seen["namedRanges"][0]["range"],
        sheet["conditionalFormats"][0]["ranges"][0],
        sheet["merges"][0],
    ]
    assert [(p["startRowIndex"], p["endRowIndex"]) for p in places] == [(3, 4)] * 3
    assert person.typed("Oordeel")[1][0] == "=Partners!B4&Naam"
    assert person.see("Oordeel!A2") == "MoskeeMoskee"
    person.delete_rows("Partners", 4)
    assert person.see("Oordeel!A2") == "#REF!"
    assert "namedRanges" not in client.http_client.fetch_sheet_metadata(key)


# Reading with masks, writing in one go


def test_a_nested_mask_gives_the_known_tabs_and_nothing_else(
    server: SheetsServer, client: gspread.Client
) -> None:
    key = partners(server)
    cells = "data(rowData(values(userEnteredValue)))"
    fields = f"properties.locale,sheets(properties(sheetId,title),{cells})"
    answer = client.http_client.spreadsheets_get(
        key, {"fields": fields, "ranges": ["Partners!A1:B2"]}
    )
    text = [
        [{"userEnteredValue": {"stringValue": t}} for t in r]
        for r in (("ID", "Naam"), ("P-7KQX", "Buurthuis"))
    ]
    assert answer == {
        "properties": {"locale": "nl_NL"},
        "sheets": [
            {
                "properties": {"sheetId": 0, "title": "Partners"},
                "data": [{"rowData": [{"values": row} for row in text]}],
            }
        ],
    }


def test_one_batch_writes_and_shows_what_it_wrote(
    server: SheetsServer, client: gspread.Client
) -> None:
    key = partners(server)
    cell = {
        "userEnteredValue": {"stringValue": "=1+1"},
        "userEnteredFormat": {"backgroundColor": {"red": 0.5}},
        "note": "n",
    }
    body = {
        "requests": [
            {"addSheet": {"properties": {"sheetId": 5, "title": "Start", "tabColor": {"blue": 1}}}},
            {
                "updateCells": {
                    "start": {"sheetId": 5, "rowIndex": 1, "columnIndex": 1},
                    "rows": [{"values": [cell]}],
                    "fields": "*",
                }
            },
        ],
        "includeSpreadsheetInResponse": True,
        "responseRanges": ["Start!B2"],
        "responseIncludeGridData": True,
    }
    answer = client.http_client.batch_update(key, body)
    assert [next(iter(r), None) for r in answer["replies"]] == ["addSheet", None]
    (sheet,) = answer["updatedSpreadsheet"]["sheets"]
    assert sheet["properties"]["tabColorStyle"] == {"rgbColor": {"blue": 1}}
    (row,) = sheet["data"][0]["rowData"]
    seen = row["values"][0]
    assert (sheet["data"][0]["startRow"], sheet["data"][0]["startColumn"]) == (1, 1)
    assert seen["effectiveValue"] == {"stringValue": "=1+1"} and seen["note"] == "n"
    assert seen["userEnteredFormat"]["backgroundColorStyle"] == {"rgbColor": {"red": 0.5019608}}


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.sampled_from(range(8)), min_size=1, max_size=6))
def test_a_batch_that_fails_changes_nothing(
    server: SheetsServer, client: gspread.Client, steps: list[int]
) -> None:
    row = {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    area = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 4}
    requests = [
        {"addSheet": {"properties": {}}},
        {"deleteDimension": {"range": row}},
        {"updateSpreadsheetProperties": {"properties": {"title": "anders"}, "fields": "title"}},
        {
            "sortRange": {
                "range": area,
                "sortSpecs": [{"dimensionIndex": 1, "sortOrder": "DESCENDING"}],
            }
        },
        {"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}},
        {"repeatCell": {"range": area, "cell": {"note": "n"}, "fields": "note"}},
        {"setBasicFilter": {"filter": {"range": area}}},
        {"findReplace": {"find": "o", "replacement": "0", "allSheets": True}},
    ]
    key = partners(server)
    before = client.http_client.spreadsheets_get(key, {"includeGridData": "true"})
    chosen = [requests[i] for i in steps] + [{"deleteSheet": {"sheetId": 404}}]
    with pytest.raises(
        APIError, match=rf"Invalid requests\[{len(steps)}\].deleteSheet: No sheet with id: 404"
    ):
        client.http_client.batch_update(key, {"requests": chosen})
    assert client.http_client.spreadsheets_get(key, {"includeGridData": "true"}) == before


def test_marks_are_found_again(client: gspread.Client) -> None:
    book = client.create("b")
    mark = {
        "metadataKey": "trustbook",
        "metadataValue": "b-1",
        "visibility": "DOCUMENT",
        "location": {"spreadsheet": True},
    }
    made = book.batch_update(
        {"requests": [{"createDeveloperMetadata": {"developerMetadata": mark}}]}
    )
    number = made["replies"][0]["createDeveloperMetadata"]["developerMetadata"]["metadataId"]
    seen = client.http_client.fetch_sheet_metadata(book.id)["developerMetadata"]
    assert [(m["metadataId"], m["metadataValue"]) for m in seen] == [(number, "b-1")]


# Refusals

BAD_REQUESTS = [
    ({"addSheeet": {}}, "Unknown name \"addSheeet\" at 'requests[0]': Cannot find field."),
    (
        {"addSheet": {"properties": {"titel": "x"}}},
        "Unknown name \"titel\" at 'requests[0].add_sheet.properties'",
    ),
    (
        {"deleteSheet": {"sheetId": "x"}},
        "Invalid value at 'requests[0].delete_sheet.sheet_id' (TYPE_INT32), \"x\"",
    ),
    (
        {"addSheet": {"properties": {"title": "partners"}}},
        'A sheet with the name "partners" already exists.',
    ),
    (
        {"updateCells": {"start": {}, "rows": [{"values": [{}]}]}},
        "At least one field must be listed in 'fields'.",
    ),
    ({"repeatCell": {"range": {}, "cell": {}, "fields": "nota"}}, "Invalid field: nota"),
    ({"updateCells": {"range": {"sheetId": 9}, "fields": "note"}}, "No grid with id: 9"),
    (
        {
            "updateCells": {
                "start": {"rowIndex": 2000},
                "rows": [{"values": [{}]}],
                "fields": "note",
            }
        },
        "Attempting to write row: 1000, beyond the last requested row of: 999",
    ),
]


@pytest.mark.parametrize(("request_", "words"), BAD_REQUESTS)
def test_bad_requests_are_refused_in_the_real_words(
    server: SheetsServer, client: gspread.Client, request_: dict[str, Any], words: str
) -> None:
    with pytest.raises(APIError) as caught:
        client.http_client.batch_update(partners(server), {"requests": [request_]})
    assert (
        caught.value.error["status"] == "INVALID_ARGUMENT"
        and words in caught.value.error["message"]
    )


def test_ranges_outside_the_grid_or_of_no_tab_are_refused(
    server: SheetsServer, client: gspread.Client
) -> None:
    book = client.open_by_key(partners(server))
    with pytest.raises(APIError, match="Unable to parse range: Weg!A1"):
        book.values_get("Weg!A1")
    with pytest.raises(
        APIError, match=r"Range \(Partners!A1001\) exceeds grid limits. Max rows: 1000"
    ):
        book.values_get("Partners!A1001")
    with pytest.raises(APIError, match=r"tried writing to row \[3\]"):
        book.values_update(
            "Partners!A1:B2", {"valueInputOption": "RAW"}, {"values": [[1], [2], [3]]}
        )
    assert book.values_get("Partners!A1000:ZZ2000")["range"] == "Partners!A1000:Z1000"


def test_who_may_not_see_or_write_is_told_so(server: SheetsServer, client: gspread.Client) -> None:
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open_by_key("unknown")
    with pytest.raises(PermissionError):
        client.open_by_key(server.create("b", role="none"))
    read_only = client.open_by_key(server.create("b", role="reader")).sheet1
    with pytest.raises(APIError, match="The caller does not have permission"):
        read_only.update_acell("A1", "x")
    key = partners(server)
    server.state(key).protect("Partners")
    with pytest.raises(APIError, match="protected cell or object"):
        client.open_by_key(key).worksheet("Partners").update_acell("A1", "x")


@pytest.mark.parametrize("hours", [-2, 2])
def test_the_token_endpoint_knows_a_wrong_clock(
    server: SheetsServer, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    for name, value in server.variables().items():
        monkeypatch.setenv(name, value)
    client = gspread.service_account(filename=str(server.service_account()))
    then = _utc(time.time() + hours * 3600)
    monkeypatch.setattr("google.auth._helpers.utcnow", lambda: then)
    with client.http_client.session, pytest.raises(RefreshError, match="reasonable timeframe"):
        client.http_client.login()


def test_the_token_endpoint_knows_a_withdrawn_key(
    server: SheetsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in server.variables().items():
        monkeypatch.setenv(name, value)
    client = gspread.service_account(filename=str(server.service_account()))
    server.faults.add(at=lambda call: call.kind == "token", kind="key", times=None)
    with client.http_client.session, pytest.raises(RefreshError, match="Invalid JWT Signature"):
        client.http_client.login()


def _utc(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).replace(tzinfo=None)


# What goes wrong

STATUSES = {
    "401": 401,
    "403": 403,
    "404": 404,
    "429": 429,
    "500": 500,
    "503": 503,
    "408": 408,
    "502": 502,
}


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("clock", "key")])
def test_each_fault_comes_once_and_only_the_after_ones_write(
    server: SheetsServer, session: requests.Session, kind: str
) -> None:
    key = partners(server)
    server.faults.add(at=0, kind=kind, retry_after=7)
    address = f"https://sheets.googleapis.com/v4/spreadsheets/{key}/values/Partners!B2"
    arguments: Any = {
        "params": {"valueInputOption": "RAW"},
        "json": {"values": [["nieuw"]]},
        "timeout": 0.3,
    }
    if kind in STATUSES or kind == "login":
        answer = session.put(address, **arguments)
        assert answer.status_code == STATUSES.get(kind, 200)
        assert answer.headers["Retry-After"] == "7"
        if kind in ("408", "502", "login"):
            assert answer.text.startswith("<!DOCTYPE html>")
        else:
            assert answer.json()["error"]["code"] == STATUSES[kind]
    else:
        with pytest.raises(requests.RequestException):
            session.put(address, **arguments)
    written = kind in ("dropped-after", "truncated", "silent-after")
    assert (server.state(key).see("Partners!B2") == "nieuw") is written
    assert session.put(address, **(arguments | {"timeout": 5})).ok
    assert [call.fault for call in server.requests] == [kind, None]


def test_the_meter_refuses_what_is_too_much(server: SheetsServer, client: gspread.Client) -> None:
    book = client.open_by_key(partners(server))
    now = time.monotonic()
    server.quota.clock = lambda: now + 1000
    server.quota.limit(reads=2)
    try:
        for _ in range(2):
            book.values_get("Partners")
        with pytest.raises(APIError, match="Quota exceeded for quota metric 'Read requests'"):
            book.values_get("Partners")
        book.values_clear("Partners!Z1")
        server.quota.clock = lambda: now + 1061
        assert book.values_get("Partners")
    finally:
        server.quota.limit()
        server.quota.clock = time.monotonic


def test_a_person_acts_between_read_and_write(server: SheetsServer, client: gspread.Client) -> None:
    tab = client.open_by_key(partners(server)).worksheet("Partners")

    def sort(person: Person) -> None:
        person.sort("Partners", 1, descending=True)

    server.forget()
    server.before_write(sort)
    assert tab.cell(2, 1).value == "P-7KQX"
    tab.update_cell(2, 3, "hier")
    tab.update_cell(2, 4, "daar")
    assert tab.row_values(2) == ["P-9DEF", "Politie", "hier", "daar"]
    assert (server.count(), server.count("write")) == (4, 2)
