"""Sheets and columns that a coordinator gave another name: what somebody said of them once, or says
now, read as if it stood in trustbook.toml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from trustbook.columns import TYPED, Sheet, header_names, typed_sheet
from trustbook.errors import UsageError
from trustbook.names import clean, key
from trustbook.reading.adoption import Adoption, with_renames
from trustbook.reading.lists import header_texts
from trustbook.snapshot import Grid, Snapshot


@dataclass(frozen=True, slots=True)
class Renaming:
    """A sheet or column that is called ``new`` now."""

    old: str
    new: str

    @classmethod
    def parse(cls, text: str) -> Renaming:
        """The renaming that somebody typed as ``OLD=NEW``. Raises UsageError for anything else."""
        old, sign, new = (clean(part) for part in text.partition("="))
        if not (old and sign and new):
            raise UsageError("rename_form", text=clean(text))
        return cls(old, new)


@dataclass(frozen=True, slots=True)
class NamesKnown:
    """What the sheets (list to title) and columns (list to column to header) were called last."""

    titles: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def renamed_sheets(
    asked: Sequence[Renaming], titles: Sequence[str], known: NamesKnown
) -> dict[str, str]:
    """The lists whose sheets are called otherwise now, with their new titles."""
    found = {}
    for one in asked:
        title = next((title for title in titles if key(title) == key(one.new)), None)
        for sheet in TYPED if title is not None else ():
            if key(one.old) in _sheet_names(sheet, known):
                found[sheet.key] = title or ""
    return found


def _sheet_names(sheet: Sheet, known: NamesKnown) -> set[str]:
    names = (sheet.en, sheet.nl, *sheet.also, known.titles.get(sheet.key, sheet.nl))
    return {key(name) for name in names}


def renamed_columns(
    asked: Sequence[Renaming], grids: Mapping[str, Grid], known: NamesKnown
) -> dict[str, dict[str, str]]:
    """The columns that are called otherwise now, with their new headers, by list. ``grids``: the
    sheet on which each list stands.
    """
    found: dict[str, dict[str, str]] = {}
    for name, grid in grids.items():
        standing = header_texts(grid)
        sheet = next(sheet for sheet in TYPED if sheet.key == name)
        for one in asked:
            for column in _columns_named(name, one.old, known):
                if key(one.new) in header_names(sheet):
                    continue  # it is another column of ours
                if key(one.new) in standing and key(one.old) not in standing:
                    found.setdefault(name, {})[column] = one.new
    return found


def _columns_named(name: str, header: str, known: NamesKnown) -> Iterator[str]:
    sheet = next(sheet for sheet in TYPED if sheet.key == name)
    last = known.headers.get(name, {})
    for column in sheet.columns:
        names = (column.en, column.nl, *column.also, last.get(column.key, column.nl))
        if column.type != "id" and key(header) in map(key, names):
            yield column.key


def must_be_found(asked: Sequence[Renaming], found: Sequence[Adoption]) -> None:
    """Raise UsageError for a renaming that fits nothing in any of the workbooks."""
    news = {
        key(name)
        for one in found
        for name in (*one.sheets.values(), *(h for c in one.columns.values() for h in c.values()))
    }
    for one in asked:
        if key(one.new) not in news:
            raise UsageError("rename_unknown", old=one.old, new=one.new)


def standing(renames: Adoption, snapshot: Snapshot, usual: Adoption | None) -> Adoption:
    """Those of ``renames`` that hold for a workbook as it is: the others were undone, or their
    sheet is gone.
    """
    titles = {key(title) for title in snapshot.titles}
    sheets = {name: title for name, title in renames.sheets.items() if key(title) in titles}
    grids = grids_of(snapshot, with_renames(usual, Adoption(sheets)))
    columns: dict[str, Mapping[str, str]] = {}
    for name in renames.columns.keys() & grids.keys():
        texts = header_texts(grids[name])
        there = {c: h for c, h in renames.columns[name].items() if key(h) in texts}
        if there:
            columns[name] = there
    return Adoption(sheets, columns)


def grids_of(snapshot: Snapshot, adoption: Adoption | None) -> dict[str, Grid]:
    """On which sheet each list stands."""
    own = {key(title): name for name, title in adoption.sheets.items()} if adoption else {}
    found: dict[str, Grid] = {}
    for grid in snapshot.grids:
        usual = typed_sheet(grid.title)
        name = own.get(key(grid.title)) or (usual.key if usual else None)
        if grid.ours is None and name is not None:
            found.setdefault(name, grid)
    return found
