"""The sheet Partners or a required column is gone from a workbook that is known: what it is most
likely called now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set

from trustbook.columns import PARTNERS, TYPED, Sheet
from trustbook.errors import SafetyStop
from trustbook.ledger import Known, Ledger
from trustbook.merge.allowances import shell_quoted
from trustbook.merge.cell_codec import decode, unpack
from trustbook.messages import say
from trustbook.names import key
from trustbook.reading.cells import shown
from trustbook.reading.lists import header_texts, headers_known
from trustbook.reading.renaming import Renaming, grids_of
from trustbook.snapshot import Grid, Snapshot
from trustbook.workbooks.base import Workbook

_ABOUT = ("no_partners", "column_missing", "adopt.column_gone", "adopt.sheet_gone")


class RequiredGone(SafetyStop):
    """A stop for what must be there, with what it is most likely called now."""

    def __init__(self, stop: SafetyStop, renaming: Renaming) -> None:
        super().__init__(stop.key, **stop.params)
        self.renaming = renaming

    def sentence(self, lang: str) -> str:
        """What is gone, what to do, and what to type if it was only renamed."""
        usual = f"trustbook sync {shell_quoted(str(self.params.get('name', '')))}"
        option = f"--rename {shell_quoted(f'{self.renaming.old}={self.renaming.new}')}"
        typed = f"{self.params.get('asked') or usual} {option}"
        return f"{super().sentence(lang)}\n{say(lang, 'guards.if_renamed', command=typed)}"


def with_likeliest(
    stop: SafetyStop, book: Workbook, snapshot: Snapshot, known: Known | None, ledger: Ledger
) -> SafetyStop:
    """``stop`` with the likeliest new name of what is gone, where that can be told."""
    if known is None or stop.key not in _ABOUT:
        return stop
    found = next(_renamed_columns(book, snapshot, known, ledger), None)
    if found is None and stop.key in ("no_partners", "adopt.sheet_gone"):
        found = _renamed_partners(book, known)
    return RequiredGone(stop, found) if found else stop


def _renamed_partners(book: Workbook, known: Known) -> Renaming | None:
    """The sheet that shows most headers of Partners, if it shows half of them."""
    grids = [grid for grid in book.read(lambda title: True).grids if grid.ours is None]
    shown_by = {grid.title: headers_known(PARTNERS, grid) for grid in grids}
    nearest = max(shown_by, key=lambda title: shown_by[title], default=None)
    had = len(known.state.get("headers", {}).get(PARTNERS.key, ())) or 2
    if nearest is None or 2 * shown_by[nearest] < had:
        return None
    return Renaming(known.state.get("titles", {}).get(PARTNERS.key, PARTNERS.nl), nearest)


def _renamed_columns(
    book: Workbook, snapshot: Snapshot, known: Known, ledger: Ledger
) -> Iterator[Renaming]:
    """Required columns whose header is gone, with the one that shows most of what they held."""
    headers = known.state.get("headers", {})
    for name, grid in grids_of(snapshot, book.names).items():
        sheet = next(sheet for sheet in TYPED if sheet.key == name)
        standing = header_texts(grid)
        for column, header in _required(sheet, headers.get(name, {})).items():
            if key(header) not in standing:
                held = _held(ledger.base(known.address, name), column)
                if new := _header_over(grid, held):
                    yield Renaming(header, new)


def _required(sheet: Sheet, headers: Mapping[str, str]) -> dict[str, str]:
    return {c.key: headers[c.key] for c in sheet.columns if c.required and c.key in headers}


def _held(base: Mapping[str, str], column: str) -> set[str]:
    rows = (unpack(text) for text in base.values())
    return {key(shown(decode(row[column]))) for row in rows if column in row}


def _header_over(grid: Grid, held: Set[str]) -> str | None:
    """The text above the column that shows most of some values, if it shows half of them."""
    counts: Counter[int] = Counter()
    above: dict[int, str] = {}
    for row in grid.rows:
        for at, cell in enumerate(row):
            if cell is not None and key(shown(cell)) in held:
                counts[at] += 1
            elif isinstance(cell, str) and at not in counts:
                above[at] = cell
    nearest = max(counts, key=lambda at: counts[at], default=None)
    if nearest is None or 2 * counts[nearest] < len(held):
        return None
    return above.get(nearest)
