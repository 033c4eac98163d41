"""The endpoints: which path does what, to which file, and who may."""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Callable
from typing import Any

from . import drive, tokens, values
from .batch import batch_update
from .batch_objects import found_metadata
from .batch_sheets import copy_of, made_sheet
from .discovery import check_parameters, checked
from .errors import ApiError, bad_payload, forbidden, invalid, not_found
from .faults import JSON, Call, Reply
from .masks import prune, response_mask
from .resources import sheet_properties, spreadsheet, without_zero_sheet
from .state import Book

ROUTES: list[tuple[str, re.Pattern[str], str, Callable[..., Any]]] = []
NO_TOKEN = (
    "Method doesn't allow unregistered callers (callers without established identity). "
    "Please use API Key or other form of API consumer identity to call this API."
)


def route(
    method: str, pattern: str, kind: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register an endpoint. ``kind``: read, write, drive or token; named groups are arguments."""

    def register(endpoint: Callable[..., Any]) -> Callable[..., Any]:
        ROUTES.append((method, re.compile(pattern), kind, endpoint))
        return endpoint

    return register


def found_route(method: str, path: str) -> tuple[str, Callable[..., Any] | None, dict[str, str]]:
    """The kind, the endpoint (None: no such) and the parts of a path."""
    for known, pattern, kind, endpoint in ROUTES:
        match = pattern.fullmatch(path)
        if known == method and match:
            return (
                kind,
                endpoint,
                {k: urllib.parse.unquote(v) for k, v in match.groupdict().items()},
            )
    return "read", None, {}


class Service:
    """All files of one server, and what is done with them."""

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}
        self.before_write: list[Callable[[Book], None]] = []

    def answer(self, call: Call) -> Reply:
        """Carry a request out; refusals become their answers too."""
        try:
            return self._answer(call)
        except ApiError as error:
            return json_reply(error.code, error.body())

    def _answer(self, call: Call) -> Reply:
        kind, endpoint, parts = found_route(call.method, call.path)
        if endpoint is None:
            return Reply(
                404,
                b"<!DOCTYPE html>\n<title>Error 404 (Not Found)!!1</title>\n",
                "text/html; charset=UTF-8",
            )
        if kind == "token":
            return json_reply(200, tokens.answer(call.body))
        if not call.headers.get("authorization", "").startswith("Bearer "):
            raise ApiError(403, NO_TOKEN)
        result = endpoint(self, call, **parts)
        return result if isinstance(result, Reply) else json_reply(200, result)

    def readable(self, key: str) -> Book:
        """The file, for a Sheets request that reads."""
        book = self.books.get(key)
        if book is None:
            raise not_found()
        if book.role == "none":
            raise forbidden()
        return book

    def writable(self, key: str) -> Book:
        """The file, for a request that writes; first the person in between has their turn."""
        book = self.readable(key)
        if book.role != "writer":
            raise forbidden()
        for visit in self.before_write[:]:
            visit(book)
        return book


def json_reply(status: int, body: Any) -> Reply:
    try:
        text = json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half characters go as escapes, as any JSON may have them
        text = json.dumps(body).encode()
    return Reply(status, text + b"\n", JSON)


def body_of(call: Call) -> Any:
    """The JSON of a request; 400 as the service answers when it is none."""
    if not call.body:
        return {}
    try:
        return json.loads(call.body)
    except ValueError as error:
        raise bad_payload("", f"Invalid JSON payload received. {error}") from None


def one(call: Call, name: str, default: str | None = None) -> str | None:
    """A query parameter's last value, by its camelCase name."""
    found = call.query.get(name)
    return found[-1] if found else default


def yes(call: Call, name: str) -> bool:
    return (one(call, name) or "").lower() in ("true", "1")


def rendering(call: Call | dict[str, Any], response: bool = False) -> values.Rendering:
    """The render options of a query (or of a batch body)."""

    def option(name: str, default: str) -> str:
        name = "response" + name[0].upper() + name[1:] if response else name
        given = call.get(name) if isinstance(call, dict) else one(call, name)
        return given or default

    major = (
        "ROWS" if response or isinstance(call, dict) else (one(call, "majorDimension") or "ROWS")
    )
    return values.Rendering(
        option("valueRenderOption", "FORMATTED_VALUE"),
        option("dateTimeRenderOption", "SERIAL_NUMBER"),
        major,
    )


def masked(call: Call, answer: dict[str, Any]) -> Any:
    mask = response_mask(one(call, "fields"))
    return answer if mask is None else prune(answer, mask)


def input_option(given: str | None) -> str:
    if given not in ("RAW", "USER_ENTERED"):
        raise invalid("'valueInputOption' is required but not specified")
    return given


def value_body(call: Call) -> dict[str, Any]:
    return checked(body_of(call), "ValueRange")


def same_range(body: dict[str, Any], text: str) -> None:
    """The range in the body, when given, must be the one in the address."""
    if body.get("range", text).replace("'", "") != text.replace("'", ""):
        raise invalid(
            f"Requested writing within range [{text}], but body has range [{body['range']}]."
        )


SHEETS = r"/v4/spreadsheets"
KEY = SHEETS + r"/(?P<key>[^/:]+)"


@route("POST", "/token", "token")
def token(service: Service, call: Call) -> dict[str, Any]:
    return tokens.answer(call.body)


@route("POST", SHEETS, "write")
def create(service: Service, call: Call) -> Any:
    body = checked(body_of(call), "Spreadsheet")
    properties = body.get("properties", {})
    book = drive.new_book(properties.get("title") or "Untitled spreadsheet")
    book.locale = properties.get("locale") or "en_US"
    book.time_zone = properties.get("timeZone") or "Etc/GMT"
    if body.get("sheets"):
        book.sheets = []
        for given in body["sheets"]:
            book.sheets.append(made_sheet(book, given.get("properties", {})))
    service.books[book.key] = book
    return masked(call, spreadsheet(book, [], False, None))


@route("GET", KEY, "read")
def get(service: Service, call: Call, key: str) -> Any:
    book = service.readable(key)
    check_parameters("spreadsheets.get", call.query)
    mask = response_mask(one(call, "fields"))
    return spreadsheet(book, call.query.get("ranges", []), yes(call, "includeGridData"), mask)


@route("POST", KEY + ":batchUpdate", "write")
def batch(service: Service, call: Call, key: str) -> Any:
    check_parameters("spreadsheets.batchUpdate", call.query)
    book = service.writable(key)
    mask = response_mask(one(call, "fields"))
    answer = batch_update(book, body_of(call), mask)
    return answer if mask is None else prune(answer, mask)


@route("GET", KEY + "/values:batchGet", "read")
def values_batch_get(service: Service, call: Call, key: str) -> Any:
    book = service.readable(key)
    check_parameters("spreadsheets.values.batchGet", call.query)
    found = [values.value_range(book, r, rendering(call)) for r in call.query.get("ranges", [])]
    return masked(call, {"spreadsheetId": key} | ({"valueRanges": found} if found else {}))


@route("POST", KEY + "/values:batchUpdate", "write")
def values_batch_update(service: Service, call: Call, key: str) -> Any:
    book = service.writable(key)
    body = checked(body_of(call), "BatchUpdateValuesRequest")
    option = input_option(body.get("valueInputOption"))
    before, written = book.snapshot(), []
    for index, data in enumerate(body.get("data", [])):
        try:
            written.append(values.write(book, data.get("range", ""), data, option))
        except ApiError as error:
            book.restore(before)
            raise ApiError(error.code, f"Invalid data[{index}]: {error.message}") from None
    answer = values.batch_answer(book, written)
    if body.get("includeValuesInResponse"):
        for part in answer["responses"]:
            part["updatedData"] = values.value_range(
                book, part["updatedRange"], rendering(body, response=True)
            )
    return masked(call, answer)


@route("POST", KEY + "/values:batchClear", "write")
def values_batch_clear(service: Service, call: Call, key: str) -> Any:
    book = service.writable(key)
    body = checked(body_of(call), "BatchClearValuesRequest")
    before = book.snapshot()
    try:
        cleared = [values.clear(book, text) for text in body.get("ranges", [])]
    except ApiError:
        book.restore(before)
        raise
    return masked(call, {"spreadsheetId": key, "clearedRanges": cleared})


@route("POST", KEY + "/values/(?P<text>.+):append", "write")
def values_append(service: Service, call: Call, key: str, text: str) -> Any:
    book = service.writable(key)
    check_parameters("spreadsheets.values.append", call.query)
    body = value_body(call)
    same_range(body, text)
    option = input_option(one(call, "valueInputOption"))
    table, written = values.append(
        book, text, body, option, one(call, "insertDataOption") == "INSERT_ROWS"
    )
    answer: dict[str, Any] = {"spreadsheetId": key}
    if table:
        answer["tableRange"] = table
    answer["updates"] = written.answer(book)
    if yes(call, "includeValuesInResponse"):
        rendered = rendering(call, response=True)
        answer["updates"]["updatedData"] = values.value_range(
            book, answer["updates"]["updatedRange"], rendered
        )
    return masked(call, answer)


@route("POST", KEY + "/values/(?P<text>.+):clear", "write")
def values_clear(service: Service, call: Call, key: str, text: str) -> Any:
    book = service.writable(key)
    return masked(call, {"spreadsheetId": key, "clearedRange": values.clear(book, text)})


@route("GET", KEY + "/values/(?P<text>.+)", "read")
def values_get(service: Service, call: Call, key: str, text: str) -> Any:
    book = service.readable(key)
    check_parameters("spreadsheets.values.get", call.query)
    return masked(call, values.value_range(book, text, rendering(call)))


@route("PUT", KEY + "/values/(?P<text>.+)", "write")
def values_update(service: Service, call: Call, key: str, text: str) -> Any:
    book = service.writable(key)
    check_parameters("spreadsheets.values.update", call.query)
    body = value_body(call)
    same_range(body, text)
    written = values.write(book, text, body, input_option(one(call, "valueInputOption")))
    answer = written.answer(book)
    if yes(call, "includeValuesInResponse"):
        answer["updatedData"] = values.value_range(
            book, answer["updatedRange"], rendering(call, response=True)
        )
    return masked(call, answer)


@route("POST", KEY + r"/sheets/(?P<sheet_id>\d+):copyTo", "write")
def copy_to(service: Service, call: Call, key: str, sheet_id: str) -> Any:
    source = service.readable(key).sheet(int(sheet_id), "sheet")
    body = checked(body_of(call), "CopySheetToAnotherSpreadsheetRequest")
    target = service.writable(body.get("destinationSpreadsheetId", ""))
    copied = copy_of(source, target.fresh_id())
    copied.title = target.free_title(f"Copy of {source.title}")
    target.sheets.append(copied)
    target.touched()
    return masked(call, sheet_properties(copied, len(target.sheets) - 1))


@route("GET", KEY + r"/developerMetadata/(?P<number>\d+)", "read")
def metadata_get(service: Service, call: Call, key: str, number: str) -> Any:
    book = service.readable(key)
    found = [m for m in book.metadata if m["metadataId"] == int(number)]
    if not found:
        raise invalid(f"No developer metadata with id: {number}")
    return masked(call, without_zero_sheet(found[0]))


@route("POST", KEY + "/developerMetadata:search", "read")
def metadata_search(service: Service, call: Call, key: str) -> Any:
    book = service.readable(key)
    filters = checked(body_of(call), "SearchDeveloperMetadataRequest").get("dataFilters", [])
    matched = [
        {"developerMetadata": without_zero_sheet(m), "dataFilters": [f]}
        for f in filters
        for m in found_metadata(book, [f])
    ]
    return masked(call, {"matchedDeveloperMetadata": matched} if matched else {})
