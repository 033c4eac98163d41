"""What the sheets and columns of a coordinator's own workbook are to us, by trustbook.toml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trustbook.columns import TYPED, Column, Sheet, typed_sheet
from trustbook.errors import SafetyStop
from trustbook.headers import names_left
from trustbook.names import key
from trustbook.snapshot import Grid, Snapshot


@dataclass(frozen=True, slots=True)
class Adoption:
    """What the sheets and columns of a coordinator's own workbook are to us, as trustbook.toml has
    it.

    ``sheets``: list (a key of columns.TYPED) to title; ``columns``: list to column (key) to header;
    ``unused``: list to headers that are named like a column of ours and are something else.
    """

    sheets: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unused: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def reads(self, title: str) -> bool:
        """Whether a sheet of this title is to be read: a known one, or one of these."""
        return typed_sheet(title) is not None or key(title) in map(key, self.sheets.values())

    def label(self, snapshot: Snapshot) -> Snapshot:
        """``snapshot``, its grids marked with the lists they hold.

        Raises SafetyStop when a sheet named here is gone and none of our own name stands in its
        place.
        """
        titles = {key(title) for title in snapshot.titles}
        standing = {name: key(title) for name, title in self.sheets.items() if key(title) in titles}
        self._must_stand(snapshot, standing)
        for grid in snapshot.grids:
            self._label_grid(grid, standing)
        return snapshot

    def _must_stand(self, snapshot: Snapshot, standing: Mapping[str, str]) -> None:
        """Raise SafetyStop for a list whose sheet is gone, with none of our own name instead."""
        usual = {sheet.key for title in snapshot.titles if (sheet := typed_sheet(title))}
        for name, title in self.sheets.items():
            if name not in standing and name not in usual:
                raise SafetyStop("adopt.sheet_gone", name=snapshot.workbook, sheet=title)

    def _label_grid(self, grid: Grid, standing: Mapping[str, str]) -> None:
        lists = [name for name, title in standing.items() if title == key(grid.title)]
        sheet = typed_sheet(grid.title)
        if lists:
            grid.adopted = {
                each.key: self._headers(each.key) for each in TYPED if each.key in lists
            }
        elif sheet is not None:
            # A sheet of our name beside the adopted one is the coordinator's own; else its columns
            # may be adopted.
            grid.adopted = {} if sheet.key in standing else self._by_name(sheet.key)

    def _by_name(self, sheet: str) -> Mapping[str, Mapping[str, str | None]] | None:
        return (
            {sheet: self._headers(sheet)} if sheet in self.columns or sheet in self.unused else None
        )

    def _headers(self, sheet: str) -> dict[str, str | None]:
        unused: dict[str, str | None] = {key(header): None for header in self.unused.get(sheet, ())}
        return unused | {
            key(header): column for column, header in self.columns.get(sheet, {}).items()
        }

    def names_on(self, title: str) -> Mapping[str, Column] | None:
        """What the headers of a sheet are to us, normalised; None for a sheet without a list."""
        lists = [name for name, other in self.sheets.items() if key(other) == key(title)]
        usual = typed_sheet(title)
        if not lists and usual is not None and usual.key not in self.sheets:
            lists = [usual.key]
        names: dict[str, Column] = {}
        for sheet in (each for each in TYPED if each.key in lists):
            names |= _names_of(sheet, self._headers(sheet.key), names)
        return names or None


# Everything is called what it was.
UNRENAMED = Adoption({})


def _names_of(
    sheet: Sheet, own: Mapping[str, str | None], before: Mapping[str, Column]
) -> dict[str, Column]:
    """The headers of one list: its own, and the usual ones that nothing else stands for."""
    found = {header: sheet.column(name) for header, name in own.items() if name}
    return found if before else names_left(sheet, own) | found


def with_renames(adoption: Adoption | None, renames: Adoption) -> Adoption | None:
    """What trustbook.toml says of the names in a workbook, with what was said of them since."""
    if not (renames.sheets or renames.columns):
        return adoption
    before = adoption or Adoption({})
    lists = before.columns.keys() | renames.columns.keys()
    columns = {
        name: {**before.columns.get(name, {}), **renames.columns.get(name, {})} for name in lists
    }
    return Adoption({**before.sheets, **renames.sheets}, columns, before.unused)
