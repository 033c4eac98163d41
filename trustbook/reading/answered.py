"""What somebody answered on To check: the meaning of one text in one row, and how it is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from trustbook.model import Memory, Problem
from trustbook.names import header_key, key
from trustbook.reading.cells import shown
from trustbook.reading.listing import withhold
from trustbook.reading.lists import Listing

_NAME, _HEADER = "name: ", "header: "
_NAMES = (
    "who_unknown",
    "who_ambiguous",
    "who_not_in_office",
    "who_answer_unknown",
    "route_unknown",
)
# Of these a no says that it may stay as it is.
_MAY_STAY = ("unknown_party", "unknown_holder", "holder_alike", "promise_by_whom")
# These ask for what comes after the day that stands there, or that was answered for it before.
_OF_DAYS = ("table_sat", "table_sat_no_rhythm")
# These ask about a cell in which nothing stands.
_OF_BLANKS = ("promise_by_whom",)
_Cells = Mapping[tuple[str, str], str]


def name_asked(reference: str) -> str | None:
    """The piece (normalised) of which To check asked whom it means, by the reference."""
    return reference.removeprefix(_NAME) if reference.startswith(_NAME) else None


def is_header(reference: str) -> bool:
    """Whether a reference is that of a header that may mean a column of ours."""
    return reference.startswith(_HEADER)


def as_answered(lists: Mapping[str, Listing], cells_meant: Mapping[str, str]) -> dict[str, Listing]:
    """The lists with what cells mean in the place of what stands there, as somebody answered."""
    meant: dict[str, dict[str, dict[tuple[str, str], str]]] = {}
    for place, meaning in cells_meant.items():
        sheet, row, column, text = json.loads(place)
        if meaning and sheet in lists and column in lists[sheet].cells:
            meant.setdefault(sheet, {}).setdefault(column, {})[row, text] = meaning
    return {**lists, **{sheet: _read_so(lists[sheet], cells) for sheet, cells in meant.items()}}


def _read_so(listing: Listing, meant: Mapping[str, _Cells]) -> Listing:
    cells = dict(listing.cells)
    for column, meanings in meant.items():
        texts = {text for _, text in meanings}
        cells[column] = [
            meanings.get((_row(listing, i), said), cell) if said in texts else cell
            for i, (cell, said) in enumerate((cell, _said(cell)) for cell in cells[column])
        ]
    return replace(listing, cells=cells)


def _said(cell: object) -> str:
    cell = _as_kept(cell)
    return key(shown(cell)) if isinstance(cell, str | int | float | date) else ""


def carried_along(lists: Mapping[str, Listing], cells_meant: Mapping[str, str]) -> dict[str, str]:
    """What cells mean, by the places they have now: a row without an ID has another one when any of
    its cells was edited.
    """
    moved = {name: _edited_rows(listing) for name, listing in lists.items() if listing.before}
    found = {}
    for place, meaning in cells_meant.items():
        sheet, row, column, text = json.loads(place)
        if now := moved.get(sheet, {}).get(row):
            found[json.dumps([sheet, now, column, text])] = meaning
    return found


def _edited_rows(listing: Listing) -> dict[str, str]:
    """What rows are known by now, by what they were known by before they were edited."""
    edited = [i for i, row in enumerate(listing.rows) if row in listing.before]
    return {_row(listing, i, listing.before[listing.rows[i]]): _row(listing, i) for i in edited}


def _row(listing: Listing, i: int, before: Mapping[str, object] | None = None) -> str:
    """What a row is known by, or was ``before``: its ID, else all that people typed in it but what
    is withheld.
    """
    identity = listing.get("id")[i]
    if identity is not None:
        return str(identity)
    hidden = withhold(listing)
    names = sorted(name for name in listing.cells if (name, i) not in hidden)
    cells = {name: listing.cells[name][i] for name in names if _is_typed(listing, name)}
    said = [(name, shown(_as_kept(cell))) for name, cell in cells.items()]
    if before is not None:
        said = [(name, shown(before.get(name))) for name in cells]
    text = repr(said).encode("utf-8", "surrogatepass")
    return f"~{hashlib.blake2b(text, digest_size=9).hexdigest()}"


def _as_kept(cell: object) -> object:
    """A cell as the ledger gives it back: a midnight is its day."""
    return cell.date() if isinstance(cell, datetime) and cell.time() == time() else cell


def _is_typed(listing: Listing, name: str) -> bool:
    return listing.sheet.column(name).owner != "derived"


def can_be_answered(problem: Problem) -> bool:
    """Whether a problem needs its list to say how an answer finds it."""
    return _asking(problem.code) is not None


def with_references(
    problems: Sequence[Problem], lists: Mapping[str, Listing], memory: Memory
) -> Iterator[Problem]:
    """The problems, those that can be answered with how an answer finds them; those that somebody
    said may stay are left out.
    """
    titles = {listing.title: listing for listing in lists.values()}
    for problem in problems:
        listing, asked = titles.get(problem.sheet or ""), _asking(problem.code)
        if listing is None or asked is None:
            yield problem
        elif (more := _still_asked(asked(problem, listing), problem.code, memory)) is not None:
            yield replace(problem, params={**problem.params, **more})


def _still_asked(asked: dict[str, str], code: str, memory: Memory) -> dict[str, str] | None:
    """How an answer finds a problem, and whether its proposal was refused; None if it may stay."""
    refused = memory.cells_meant.get(asked.get("place", "")) == ""
    if asked.get("reference") in memory.accepted or (refused and code in _MAY_STAY):
        return None
    return asked | ({"refused": "yes"} if refused else {})


def _asking(code: str) -> Callable[[Problem, Listing], dict[str, str]] | None:
    if code in _NAMES:
        return _of_name
    if code == "near_header":
        return _of_header
    cell = code.startswith("unreadable_") or code in (*_MAY_STAY, *_OF_DAYS)
    return _of_cell if cell else None


def _of_name(problem: Problem, listing: Listing) -> dict[str, str]:
    return {"reference": f"{_NAME}{key(str(problem.params['piece']))}"}


def _of_header(problem: Problem, listing: Listing) -> dict[str, str]:
    return {"reference": f"{_HEADER}{listing.title}: {header_key(problem.column or '')}"}


def _is_all(problem: Problem, said: str) -> bool:
    """Whether a problem is about all that is ``said`` in its cell, or about a blank one."""
    value = key(problem.value or "")
    if said != value:
        return False
    piece = key(str(problem.params.get("piece", value)))
    return problem.code in _OF_BLANKS or (bool(value) and piece == value)


def _of_cell(problem: Problem, listing: Listing) -> dict[str, str]:
    """The place of a cell: sheet, row, column and the text that stands there."""
    # A column that is gone waits in the cells alone, and is asked about all the same.
    column = next((n for n in listing.cells if listing.header(n) == problem.column), None)
    if column is None or problem.row not in listing.rows:
        return {}
    i = listing.rows.index(problem.row)
    said = _said(listing.cells[column][i])
    if problem.code not in _OF_DAYS and not _is_all(problem, said):
        return {}
    place = json.dumps([listing.sheet.key, _row(listing, i), column, said])
    return {"place": place, "column_key": column}
