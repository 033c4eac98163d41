"""``spreadsheets.batchUpdate``: all requests or none, one handler a kind."""

from __future__ import annotations

from typing import Any

from . import batch_cells, batch_grid, batch_objects, batch_sheets  # noqa: F401  (they register their kinds)
from .discovery import checked
from .errors import ApiError, invalid
from .handlers import HANDLERS
from .masks import Mask
from .resources import spreadsheet
from .state import Book


def batch_update(book: Book, body: dict[str, Any], fields: Mask | None) -> dict[str, Any]:
    """Carry out a BatchUpdateSpreadsheetRequest; on any error the book is as before."""
    body = checked(body, "BatchUpdateSpreadsheetRequest")
    requests = body.get("requests", [])
    if not requests:
        raise invalid("Must specify at least one request.")
    before = book.snapshot()
    try:
        replies = [_one(book, index, request) for index, request in enumerate(requests)]
        book.touched()
        answer: dict[str, Any] = {"spreadsheetId": book.key, "replies": replies}
        if body.get("includeSpreadsheetInResponse"):
            below = (
                None
                if fields is None
                else fields.get("updatedSpreadsheet", {} if not fields else None)
            )
            if fields is None or below is not None:
                ranges, grid = (
                    body.get("responseRanges", []),
                    body.get("responseIncludeGridData", False),
                )
                answer["updatedSpreadsheet"] = spreadsheet(book, ranges, grid, below)
    except BaseException:
        book.restore(before)
        raise
    return answer


def _one(book: Book, index: int, request: dict[str, Any]) -> dict[str, Any]:
    if len(request) != 1:
        raise invalid(f"Invalid requests[{index}]: Must set exactly one kind of request.")
    ((kind, given),) = request.items()
    handler = HANDLERS.get(kind)
    if handler is None:
        raise ApiError(501, f"The test server does not know requests of kind {kind}.")
    try:
        reply = handler(book, given)
    except ApiError as error:
        raise ApiError(error.code, f"Invalid requests[{index}].{kind}: {error.message}") from None
    finally:
        book.touched()
    return {} if reply is None else {kind: reply}
