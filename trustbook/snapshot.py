"""The values that travel between a workbook and the rest of the house.

A backend reads a ``Snapshot`` and writes ``Changes``; both are plain values. Rows and columns count
from 1, as people see them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, TypeAlias

from trustbook.dates import EPOCH_1900 as EPOCH_1900
from trustbook.dates import EPOCH_1904 as EPOCH_1904
from trustbook.names import fit_text


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell whose value cannot be used: an error (``#REF!``) or a formula nobody computed yet
    (``uncomputed``).
    """

    text: str


CellValue: TypeAlias = (
    str | int | float | bool | date | datetime | time | timedelta | CellFault | None
)


@dataclass(frozen=True, slots=True)
class TableArea:
    """An Excel table on a sheet; ``last_row`` includes the totals row when there is one."""

    name: str
    first_row: int
    first_column: int
    last_row: int
    last_column: int
    totals_rows: int = 0


class ArrayArea(NamedTuple):
    """Cells that one formula fills, its own among them; blank ones are filled as well.

    Below the last row of its sheet it fills what comes there.
    """

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def holds(self, row: int, column: int) -> bool:
        """Whether the formula fills this cell."""
        within = self.first_row <= row <= self.last_row
        return within and self.first_column <= column <= self.last_column


class MergedArea(NamedTuple):
    """Cells merged into one: only the first can hold anything that people see."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(slots=True)
class Grid:
    """One known sheet as it was read: ``rows[i][j]`` is the cell at row ``first_row + i``, column
    ``first_column + j``.

    Rows may be of unequal length; blank cells are None. ``ours`` is the key of the generated sheet
    (columns.GENERATED) when the sheet carries our mark, else None. ``adopted`` says which lists
    stand on a sheet whose names are the coordinator's own: list to header (normalised) to column,
    None for a header that is none of ours; where it is None itself, title and headers speak for
    themselves (listing.Adoption). ``formulas`` are the cells that compute what they show: column
    number to row numbers; ``arrays`` are the areas among them that a single formula fills;
    ``merged`` are areas of merged cells.
    ``unmarked``: the sheet is ours although another program took its mark out. ``marked`` are rows
    (numbers) whose lone text is merged across, or looks unlike the row below it. ``bare``: a sheet
    of ours whose looks or drawing another program took away. ``helps``: whether the sheet has any
    "dropdown" and any "link"; None where the backend does not tell.
    """

    title: str
    rows: Sequence[Sequence[CellValue]]
    first_row: int = 1
    first_column: int = 1
    tables: tuple[TableArea, ...] = ()
    ours: str | None = None
    adopted: Mapping[str, Mapping[str, str | None]] | None = None
    formulas: Mapping[int, Collection[int]] = field(default_factory=dict)
    arrays: Sequence[ArrayArea] = ()
    merged: Sequence[MergedArea] = ()
    unmarked: bool = False
    marked: Collection[int] = ()
    bare: bool = False
    helps: frozenset[str] | None = None


@dataclass(slots=True)
class Snapshot:
    """What a workbook shows now.

    ``version`` changes whenever the stored workbook does; ``titles`` are all its sheets in order,
    known or not; ``marks`` are our hidden names without their prefix, as text (book id, run stamp);
    ``epoch`` is the day that serial number 0 means in this workbook (1900 or 1904 dates).
    """

    workbook: str
    version: str
    titles: tuple[str, ...]
    grids: list[Grid]
    marks: dict[str, str] = field(default_factory=dict)
    epoch: date = EPOCH_1900


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One value for a cell in a people's sheet: an ID, a derived column, a merged cell.

    ``look`` names one of LOOKS to lay over the cell's own format (None keeps it, but a date always
    shows as a date).
    """

    sheet: str
    row: int
    column: int
    value: CellValue
    look: str | None = None


@dataclass(frozen=True, slots=True)
class RowAddition:
    """A new row below the last filled one of a people's sheet: column number to value.

    ``header_row`` tells the backend where the list stands, ``rows`` which rows were read as its
    own: those below the end of a table belong to it.
    """

    sheet: str
    header_row: int
    cells: Mapping[int, CellValue]
    rows: Collection[int] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ColumnAddition:
    """New columns right of the last one of a people's list: their headers and widths, from left to
    right.

    ``column`` is any column of the list and ``header_row`` its header, for the backend to find
    where the list ends; its table, if it is one, grows.
    """

    sheet: str
    header_row: int
    column: int
    headers: tuple[str, ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a generated sheet: its value, its look (LOOKS), and where it leads
    (``'Sheet'!A1``), if anywhere.
    """

    value: CellValue
    look: str = "text"
    link: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.value, str) and not self.value.isprintable():
            object.__setattr__(self, "value", fit_text(self.value))


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of a chart that stand in one column, in one colour (RRGGBB); their name stands
    above the first.
    """

    column: int
    color: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns side by side, drawn by the workbook itself from rows ``first`` to ``last`` of the
    sheet it stands on.

    ``labels`` is the column with the words of each row; the chart covers the cells from
    ``top_left`` to ``bottom_right`` (row, column).
    """

    title: str
    first: int
    last: int
    labels: int
    series: tuple[Series, ...]
    top_left: tuple[int, int]
    bottom_right: tuple[int, int]


@dataclass(frozen=True, slots=True)
class GeneratedSheet:
    """A sheet that is ours: replaced whole, found again by its mark ``trustbook_sheet_KEY``.

    ``rows[i]`` is sheet row ``i + 1``; ``header_row`` (1-based, 0 = none) is frozen with all above
    it and repeated in print; ``widths`` are column widths in characters; ``filtered`` puts a filter
    on the header. ``offered``: the words that a column (number) offers below the header, where
    anything else may be typed as well. A backend that cannot draw ``charts`` leaves them out; ones
    that stand there already are the owner's to change.
    """

    key: str
    title: str
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    header_row: int = 1
    filtered: bool = True
    landscape: bool = True
    typed: bool = False  # for people to type in: added once, never replaced, so it carries no mark
    charts: tuple[Chart, ...] = ()
    offered: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    takes_over: bool = False  # a sheet of this title is ours without its mark, and is replaced
    first: bool = False  # becomes the first sheet; without it, a new one is the last


@dataclass(slots=True)
class Changes:
    """All one run wants to write into one workbook. Empty means: leave it alone.

    ``columns`` are added before anything else; ``remove`` are keys of generated sheets that are no
    longer needed; ``marks`` are set, others stay. ``forgets`` hides in a text what is to go: that,
    and what no cell says any more, must not be left anywhere in the workbook either.
    """

    edits: list[CellEdit] = field(default_factory=list)
    additions: list[RowAddition] = field(default_factory=list)
    sheets: list[GeneratedSheet] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    columns: list[ColumnAddition] = field(default_factory=list)
    forgets: Callable[[str], str] | None = None

    def __bool__(self) -> bool:
        parts = (self.edits, self.additions, self.sheets, self.remove, self.columns, self.forgets)
        return any(parts)


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did: where each addition landed (row numbers, in order) and the version that
    stands now.

    ``unplaced`` are edits whose rows moved while the write was on its way: they were taken back and
    go in next time.
    """

    version: str
    rows: tuple[int, ...] = ()
    unplaced: tuple[CellEdit, ...] = ()


@dataclass(frozen=True, slots=True)
class CellStyle:
    """Fill and font colour (RRGGBB), bold, size in points, wrap, number format, horizontal
    alignment and how many letters the text stands off from there.

    None or False leaves it alone.
    """

    fill: str | None = None
    color: str | None = None
    bold: bool = False
    italic: bool = False
    size: float | None = None
    wrap: bool = False
    number: str | None = None
    underline: bool = False
    align: str | None = None
    indent: int = 0


DATE_FORMAT = "dd-mm-yyyy"

# Contrast of text on fill is at least 4.5. Of a status only what asks for work is filled, and these
# fills keep apart for the colour-blind.
CELL_STYLES: dict[str, CellStyle] = {
    "text": CellStyle(wrap=True),
    "plain": CellStyle(),
    "date": CellStyle(number=DATE_FORMAT, align="left"),
    "number": CellStyle(number="0"),
    "count": CellStyle(number="0", align="left"),
    "figure": CellStyle(number="0", align="right"),
    "detail": CellStyle(wrap=True, align="left", indent=1),
    "title": CellStyle(bold=True, size=16, color="1F2933"),
    "heading": CellStyle(bold=True, size=12, color="1F2933"),
    "note": CellStyle(italic=True, color="52606D"),
    "strong": CellStyle(bold=True, wrap=True),
    "link": CellStyle(color="0B5CAD", underline=True, wrap=True),
    "header.ours": CellStyle(fill="52606D", color="FFFFFF", bold=True, wrap=True),
    "header.figure": CellStyle(fill="52606D", color="FFFFFF", bold=True, wrap=True, align="right"),
    "header.yours": CellStyle(fill="1F4E79", color="FFFFFF", bold=True, wrap=True),
    "status.warm": CellStyle(fill="FFFFFF", color="1F2933"),
    "status.cooling": CellStyle(fill="FFE8A3", color="1F2933"),
    "status.cold": CellStyle(fill="BFDDF5", color="1F2933"),
    "status.crisis_only": CellStyle(fill="F4B6B6", color="1F2933", bold=True),
    "status.new": CellStyle(fill="FFFFFF", color="1F2933"),
    "status.paused": CellStyle(fill="FFFFFF", color="52606D"),
    "status.ended": CellStyle(fill="FFFFFF", color="52606D"),
    "severity.error": CellStyle(bold=True, color="8A1C1C", wrap=True),
    "severity.warning": CellStyle(color="1F2933", wrap=True),
}
