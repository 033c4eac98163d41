"""The routes as they stand below the call list, on the sheet and on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trustbook.agreements import Route
from trustbook.columns import ROUTES
from trustbook.messages import say
from trustbook.model import Book
from trustbook.network.routes import routes_json
from trustbook.snapshot import Cell

# As they fit in the widths of the call list; the day stands last, as there.
_COLUMNS = (
    "subject", "first_contact", "phenomena", "where", "outside_hours", "coordinates", "deputy",
    "agreed_on",
)  # fmt: skip


def route_header(lang: str) -> list[str]:
    """The headers of the routes: those of the sheet they come from."""
    return [ROUTES.column(name).label(lang) for name in _COLUMNS]


def route_lines(book: Book, routes: Sequence[Route]) -> list[list[Any]]:
    """The routes line by line, in words but for the day."""
    lines = []
    for told in routes_json(book, routes):
        everything = say(book.lang, "calllist.all_phenomena")
        told["phenomena"] = "; ".join(told["phenomena"]) or everything
        lines.append([told[name] for name in _COLUMNS])
    return lines


def route_rows(book: Book, routes: Sequence[Route]) -> list[tuple[Cell, ...]]:
    """The rows of the part of a sheet that holds these routes, with its heading."""
    blank = [Cell(None, "plain")] * (len(_COLUMNS) - 1)
    rows = [
        (Cell(None, "plain"), *blank),
        (Cell(say(book.lang, "calllist.routes"), "heading"), *blank),
        tuple(Cell(text, "header.ours") for text in route_header(book.lang)),
    ]
    for line in route_lines(book, routes):
        rows.append((*(Cell(text, "text") for text in line[:-1]), Cell(line[-1], "date")))
    return rows
