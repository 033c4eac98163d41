"""Which lone texts of a sheet look like headings: merged across, or in a look of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from lxml import etree

from trustbook.xlsx import refs

_PIECE = 2048  # bytes in which a first row mostly ends

# By style: which font and which fill it has.
Looks = Sequence[tuple[str | None, str | None]]


def looks_of(styles: etree._Element | None) -> Looks:
    """Font and fill of each cell style of a stylesheet, in their order."""
    found = [] if styles is None else styles.iterfind("{*}cellXfs/{*}xf")
    return [(style.get("fontId"), style.get("fillId")) for style in found]


def marked_rows(chunks: Iterable[bytes], lone: Mapping[int, int], looks: Looks) -> frozenset[int]:
    """Of the ``lone`` texts (row to column) those that are merged across, or that look unlike all
    other rows from the first of them on. ``chunks`` is the sheet's XML.
    """
    styles: dict[int, dict[int, int]] = {}
    wide: list[refs.Area] = []
    first = min(lone)
    for element in _parts(chunks):
        if element.tag.endswith("}mergeCell"):
            wide += _wide_area(element)
        elif (number := element.get("r") or "").isdecimal() and int(number) >= first:
            styles[int(number)] = _styles_in(element)
    others = [cells for number, cells in styles.items() if number not in lone]
    return frozenset({*_merged(lone, wide), *_unlike(lone, styles, others, looks)})


def is_bare(chunks: Iterable[bytes]) -> bool:
    """Whether the first row of a sheet has no look at all. ``chunks`` is the sheet's XML."""
    pieces = (chunk[at : at + _PIECE] for chunk in chunks for at in range(0, len(chunk), _PIECE))
    first = next((_styles_in(each) for each in _parts(pieces) if each.tag.endswith("}row")), {})
    return not any(first.values())


def _merged(lone: Mapping[int, int], wide: Sequence[refs.Area]) -> Iterator[int]:
    """The lone texts in a cell that is merged across."""
    for number, column in lone.items():
        if any(area.holds(number, column) for area in wide):
            yield number


def _unlike(
    lone: Mapping[int, int],
    styles: Mapping[int, Mapping[int, int]],
    others: Sequence[Mapping[int, int]],
    looks: Looks,
) -> Iterator[int]:
    """The lone texts in a font or fill that no other row has in that column."""
    for number, column in lone.items():
        usual = {looks[cells.get(column, 0)] for cells in others}
        if looks[styles[number].get(column, 0)] not in usual:
            yield number


def _wide_area(merged: etree._Element) -> list[refs.Area]:
    """A merged area that is more than one column wide."""
    with suppress(ValueError):
        area = refs.area(merged.get("ref") or "")
        return [area] if area.last_column > area.first_column else []
    return []


def _styles_in(row: etree._Element) -> dict[int, int]:
    """The style of each cell of a row, by column."""
    cells = (cell for cell in row.iterfind("{*}c") if cell.get("r"))
    return {refs.column_of(str(cell.get("r"))): int(cell.get("s") or 0) for cell in cells}


def _parts(chunks: Iterable[bytes]) -> Iterator[etree._Element]:
    """Every row and every merged area of a sheet, each forgotten after use."""
    parser = etree.XMLPullParser(
        events=("end",), tag=("{*}row", "{*}mergeCell"), resolve_entities=False, no_network=True
    )
    for chunk in chunks:
        parser.feed(chunk)
        for _, element in parser.read_events():
            if isinstance(element, etree._Element):
                yield element
                element.clear()
