"""The sheet Partners or a required column is gone from a workbook that is known: what it is most
likely called now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from trustbook.columns import PARTNERS, TYPED, Sheet, header_names
from trustbook.errors import SafetyStop, TrustbookError
from trustbook.ledger import Known, Ledger
from trustbook.merge.allowances import shell_quoted
from trustbook.merge.cell_codec import decode, unpack
from trustbook.messages import say
from trustbook.names import key, similar
from trustbook.reading.cells import shown
from trustbook.reading.lists import HEADER_WITHIN, headers_known
from trustbook.reading.renaming import Renaming, grids_of
from trustbook.snapshot import Grid, Snapshot
from trustbook.workbooks.base import Workbook

_ABOUT = ("no_partners", "column_missing", "adopt.column_gone", "adopt.sheet_gone")


@dataclass(frozen=True, slots=True)
class ColumnLost:
    """A required column as it was called, on which sheet, how many values it held, and what it is
    most likely called now.
    """

    sheet: str
    header: str
    count: int
    likeliest: str | None


class RequiredGone(SafetyStop):
    """A stop for what must be there, with what it is most likely called now."""

    def __init__(self, stop: SafetyStop, renaming: Renaming | None, **known: object) -> None:
        """``known``: what is known of the column: sheet, column and count."""
        super().__init__(stop.key, **{**stop.params, **known})
        self.renaming = renaming

    def sentence(self, lang: str) -> str:
        """What is gone, what to do, and what to type if it was only renamed."""
        counted = self.key == "column_missing" and "count" in self.params
        said = say(lang, "errors.column_lost", **self.params) if counted else super().sentence(lang)
        if self.renaming is None:
            return said
        usual = f"trustbook sync {shell_quoted(str(self.params.get('name', '')))}"
        option = f"--rename {shell_quoted(f'{self.renaming.old}={self.renaming.new}')}"
        typed = f"{self.params.get('asked') or usual} {option}"
        return f"{said}\n{say(lang, 'guards.if_renamed', command=typed)}"


def with_likeliest(
    fault: TrustbookError, book: Workbook, snapshot: Snapshot, known: Known | None, ledger: Ledger
) -> TrustbookError:
    """What keeps us from a workbook; of a stop, with the likeliest new name of what is gone, where
    that can be told.
    """
    if not isinstance(fault, SafetyStop) or known is None or fault.key not in _ABOUT:
        return fault
    return _with_new_name(fault, book, snapshot, known, ledger)


def _with_new_name(
    stop: SafetyStop, book: Workbook, snapshot: Snapshot, known: Known, ledger: Ledger
) -> SafetyStop:
    gone = next(_columns_gone(stop, book, snapshot, known, ledger), None)
    if gone is not None:
        renaming = Renaming(gone.header, gone.likeliest) if gone.likeliest else None
        return RequiredGone(stop, renaming, sheet=gone.sheet, column=gone.header, count=gone.count)
    if stop.key in ("no_partners", "adopt.sheet_gone") and (
        found := _renamed_partners(book, known)
    ):
        return RequiredGone(stop, found)
    return stop


def _renamed_partners(book: Workbook, known: Known) -> Renaming | None:
    """The sheet that shows most headers of Partners, if it shows half of them."""
    grids = [grid for grid in book.read(lambda title: True).grids if grid.ours is None]
    shown_by = {grid.title: headers_known(PARTNERS, grid) for grid in grids}
    nearest = max(shown_by, key=lambda title: shown_by[title], default=None)
    had = len(known.state.get("headers", {}).get(PARTNERS.key, ())) or 2
    if nearest is None or 2 * shown_by[nearest] < had:
        return None
    return Renaming(known.state.get("titles", {}).get(PARTNERS.key, PARTNERS.nl), nearest)


def _columns_gone(
    stop: SafetyStop, book: Workbook, snapshot: Snapshot, known: Known, ledger: Ledger
) -> Iterator[ColumnLost]:
    """Required columns whose header is gone, or stands above other cells and is what ``stop``
    names.
    """
    for name, grid in grids_of(snapshot, book.names).items():
        here = stop.params.get("sheet") == grid.title
        moved = str(stop.params.get("column", "")) if here else ""
        sheet = next(sheet for sheet in TYPED if sheet.key == name)
        yield from required_columns_gone(sheet, grid, known, ledger, moved)


def required_columns_gone(
    sheet: Sheet, grid: Grid, known: Known, ledger: Ledger, moved: str = ""
) -> Iterator[ColumnLost]:
    """The required columns of a list whose headers are gone from its sheet. ``moved``: a header
    that stands above other cells now.
    """
    headers = known.state.get("headers", {}).get(sheet.key, {})
    if (at := _header_place(grid, set(map(key, headers.values())))) is None:
        return
    standing = {key(str(text)) for text in grid.rows[at]} - {key(moved)}
    for column, header in _required(sheet, headers).items():
        if key(header) not in standing:
            held = _held(ledger.base(known.address, sheet.key), column)
            new = _likeliest(sheet, grid.rows[at:], held, header)
            yield ColumnLost(grid.title, header, len(held), new)


def _header_place(grid: Grid, headers: Collection[str]) -> int | None:
    """Where in a grid the row stands that shows most of some headers (normalised); None where none
    shows any.
    """
    shows = [
        sum(key(str(text)) in headers for text in row if text is not None)
        for row in grid.rows[:HEADER_WITHIN]
    ]
    most = max(shows, default=0)
    return shows.index(most) if most else None


def _required(sheet: Sheet, headers: Mapping[str, str]) -> dict[str, str]:
    return {c.key: headers[c.key] for c in sheet.columns if c.required and c.key in headers}


def _held(base: Mapping[str, str], column: str) -> list[str]:
    rows = (unpack(text) for text in base.values())
    return [key(shown(decode(row[column]))) for row in rows if column in row]


def _likeliest(
    sheet: Sheet, rows: Sequence[Sequence[object]], held: Sequence[str], header: str
) -> str | None:
    """The header, none of ours, over the column that shows most of some values, if it shows half of
    them; else one that looks like the old ``header``. The first of ``rows`` has the headers.
    """
    ours, values = header_names(sheet), set(held)
    alike = {
        text: _shown_below(rows, at, values)
        for at, text in enumerate(rows[0])
        if isinstance(text, str) and key(text) not in ours
    }
    nearest = max(alike, key=lambda text: alike[text], default="")
    if 2 * alike.get(nearest, 0) >= max(len(held), 1):
        return nearest
    return next(iter(similar(header, alike)), None)


def _shown_below(rows: Sequence[Sequence[object]], at: int, values: Collection[str]) -> int:
    """In how many rows below the first one of some values (normalised) stands at a place."""
    return sum(len(row) > at and key(shown(row[at])) in values for row in rows[1:])
