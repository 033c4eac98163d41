"""One sheet people type in, before and after a write: only planned cells may differ.

Compares text, which is quick and strict; only where text differs is it parsed, and only what was
planned may differ.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import zip_longest

from lxml import etree

from trustbook.a1 import cell_name
from trustbook.errors import SafetyStop
from trustbook.xlsx.cell_links import without_links
from trustbook.xlsx.cell_values import BLANK, Content
from trustbook.xlsx.compare_cells import usual_content, without_cells
from trustbook.xlsx.compare_side import SheetSide
from trustbook.xlsx.markup import canonical, child, drop, local
from trustbook.xlsx.refs import area, column_of

_BLOCK = 1 << 16


def difference(where: str) -> SafetyStop:
    """The error for something foreign that would change."""
    return SafetyStop("excel.foreign_difference", where=where)


def compare(
    old: bytes,
    new: bytes,
    part: str,
    planned: Mapping[tuple[int, int], Content],
    grown: bool,
    formats: int,
    fresh: range = range(0),
    unlinked: Collection[str] = (),
) -> None:
    """Raise SafetyStop unless the sheet is the same but for ``planned[row, column]``.

    ``grown`` allows areas of validations and formats to end lower; ``formats`` is how many cell
    formats there are. Of ``fresh``, columns that a list got, the widths are ours, and the list's
    filter may end with them. Areas that are ``unlinked`` had a link, and have none now.
    """
    sides = SheetSide(old), SheetSide(new)
    _Comparison(*sides, part, planned, formats).run(grown, fresh, unlinked)


def content_of(one: etree._Element) -> Content:
    """What a cell holds. Raises ValueError for what is never written: a formula, a shared text."""
    kind, parts = one.get("t", "n"), {local(each): each for each in one}
    if "f" in parts:
        raise ValueError("formula")
    if parts.keys().isdisjoint(("v", "is")):
        return BLANK
    if kind == "inlineStr" and "is" in parts:
        return Content("inlineStr", "".join(map(str, parts["is"].itertext())))
    if kind not in ("n", "b") or "v" not in parts:
        raise ValueError(kind)
    return Content("b" if kind == "b" else "n", parts["v"].text or "")


def same_sheet(old: etree._Element, new: etree._Element, where: str) -> None:
    """Raise SafetyStop unless two trees are equal, naming the first child that is not."""
    for one, other in zip_longest(old, new):
        if one is None or other is None or canonical(one) != canonical(other):
            raise difference(f"{where} {local(one if one is not None else other)}")
    if old.tag != new.tag or attributes_of(old) != attributes_of(new):
        raise difference(where)


def attributes_of(element: etree._Element, *but: str) -> dict[str, str]:
    """The attributes of an element without those named."""
    return {str(name): str(value) for name, value in element.attrib.items() if name not in but}


class _Comparison:
    def __init__(
        self,
        old: SheetSide,
        new: SheetSide,
        part: str,
        planned: Mapping[tuple[int, int], Content],
        formats: int,
    ) -> None:
        self._old, self._new, self._part, self._formats = old, new, part, formats
        self._planned, self._left = planned, {at for at, content in planned.items() if content.kind}
        self._columns: dict[int, list[int]] = {}
        for row, column in planned:
            self._columns.setdefault(row, []).append(column)
        self._cuts = old.cuts_bytes and new.cuts_bytes

    def run(self, grown: bool, fresh: range, unlinked: Collection[str]) -> None:
        """Compare frames, then the rows between the first and the last difference."""
        old, new = self._old, self._new
        before, after = _frame(old.frame(), grown, fresh), _frame(new.frame(), grown, fresh)
        without_links(before, unlinked)
        same_sheet(before, after, self._part)
        (start, end), (new_start, new_end) = self._window()
        left = old.rows(start, end)
        number, row = next(left, (0, b""))
        for new_number, new_row in new.rows(new_start, new_end):
            if number and number < new_number:
                raise self._at(number)
            if number == new_number:
                if row != new_row and not self._usual(number, row, new_row):
                    self._row(number, row, new_row)
                number, row = next(left, (0, b""))
            else:
                self._trees(new_number, None, new.tree(new_row))
        if number:
            raise self._at(number)
        if self._left:
            self._written()

    def _window(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """From where to where the rows may differ, on each side.

        Equal text before and after needs no reading.
        """
        old, new = self._old, self._new
        head, tail = _equal_head(old, new), _equal_tail(old, new)
        start = old.last_numbered(old.start, old.start + head)
        new_start = new.start + start - old.start
        at = old.opening(old.end - tail, old.end)
        rest = old.end - at if at >= 0 and old.number(at) else 0
        if rest and min(old.end - rest - start, new.end - rest - new_start) > 0:
            return (start, old.end - rest), (new_start, new.end - rest)
        return (start, old.end), (new_start, new.end)

    def _at(self, row: int, column: int = 1) -> SafetyStop:
        return difference(f"{self._part} {cell_name(row, column)}")

    def _row(self, number: int, row: bytes, new_row: bytes) -> None:
        """Compare two rows whose text differs: cell by cell where their text can be cut."""
        had, has = self._old.cells(row), self._new.cells(new_row)
        if had is None or has is None or had[b""] != has[b""] or had[b"/"] != has[b"/"]:
            self._trees(number, self._old.tree(row), self._new.tree(new_row))
            return
        for place in {place for place, _ in had.items() ^ has.items()}:
            before = self._old.tree(had[place]) if place in had else None
            after = self._new.tree(has[place]) if place in has else None
            self._cell(number, column_of(place.decode()), before, after)

    def _usual(self, number: int, row: bytes, new_row: bytes) -> bool:
        """Whether rows are the same but for planned cells, all of them in the usual spelling."""
        if not self._cuts:
            return False
        places = {cell_name(number, one).encode(): one for one in self._columns.get(number, ())}
        before, after = without_cells(row, places), without_cells(new_row, places)
        if before is None or after is None or before[0] != after[0]:
            return False
        changed = {place for place, _ in before[1].items() ^ after[1].items()}
        at = {place: (number, places[place]) for place in changed}
        if not all(self._as_planned(at[one], before[1], after[1], one) for one in changed):
            return False
        self._left.difference_update(at.values())
        return True

    def _as_planned(
        self,
        at: tuple[int, int],
        had: Mapping[bytes, bytes],
        has: Mapping[bytes, bytes],
        place: bytes,
    ) -> bool:
        now = usual_content(has.get(place, b""))
        if now is None or (place in had and usual_content(had[place]) is None):
            return False
        content, style = now
        return content == self._planned[at] and style < max(self._formats, 1)

    def _trees(self, number: int, old: etree._Element | None, new: etree._Element) -> None:
        """Compare two rows; a new one may hold planned cells only."""
        if old is not None and attributes_of(old, "spans") != attributes_of(new, "spans"):
            raise self._at(number)
        had, has = _cells(old), _cells(new)
        for column in had.keys() | has.keys():
            self._cell(number, column, had.get(column), has.get(column))
        if old is None:
            return
        for each in had.values():
            old.remove(each)
        for each in has.values():
            new.remove(each)
        if [canonical(each) for each in old] != [canonical(each) for each in new]:
            raise self._at(number)

    def _cell(
        self, row: int, column: int, before: etree._Element | None, after: etree._Element | None
    ) -> None:
        """Two cells spelled differently are equal, or were planned and differ in content alone."""
        content = self._planned.get((row, column))
        if _equal(before, after):
            return
        if content is None or after is None or content_of(after) != content:
            raise self._at(row, column)
        if int(after.get("s") or 0) >= max(self._formats, 1):
            raise self._at(row, column)
        self._left.discard((row, column))
        if before is not None and _without_content(before) != _without_content(after):
            raise self._at(row, column)

    def _written(self) -> None:
        """Planned cells whose text is as it was must have held their value already."""
        wanted: dict[int, set[int]] = {}
        for row, column in self._left:
            wanted.setdefault(row, set()).add(column)
        for number, text in self._new.rows(self._new.start, self._new.end):
            cells = _cells(self._new.tree(text)) if number in wanted else {}
            for column in wanted.pop(number, ()):
                one = cells.get(column)
                if one is None or content_of(one) != self._planned[number, column]:
                    raise self._at(number, column)
        if wanted:
            raise self._at(min(wanted))


def _equal_head(old: SheetSide, new: SheetSide) -> int:
    """How many bytes of both sides' rows are equal from the first on, in whole blocks."""
    most, head = min(old.end - old.start, new.end - new.start), 0
    while head < most and _block(old, old.start + head) == _block(new, new.start + head):
        head += _BLOCK
    return min(head, most)


def _equal_tail(old: SheetSide, new: SheetSide) -> int:
    """How many bytes of both sides' rows are equal up to the last one, in whole blocks."""
    most, tail = min(old.end - old.start, new.end - new.start), 0
    while tail < most:
        at = -tail - _BLOCK
        if _block(old, old.end + at) != _block(new, new.end + at):
            break
        tail += _BLOCK
    return min(tail, most)


def _block(side: SheetSide, start: int) -> bytes:
    return side.text[max(start, side.start) : min(max(start + _BLOCK, side.start), side.end)]


def _equal(one: etree._Element | None, other: etree._Element | None) -> bool:
    return one is not None and other is not None and canonical(one) == canonical(other)


def _without_content(one: etree._Element) -> bytes:
    """A cell without its content and its format."""
    drop(one, "s", "t", "cm", "vm")
    for each in [each for each in one if local(each) in ("f", "v", "is")]:
        one.remove(each)
    return canonical(one)


def _frame(root: etree._Element, grown: bool, fresh: range) -> etree._Element:
    """A sheet's other elements, without the area it says it covers.

    Where rows were added, without the areas' ends; where columns were added, without their widths
    and without the end of a filter that reaches them.
    """
    size = child(root, "dimension")
    if size is not None:
        drop(size, "ref")
    if grown:
        _cut_ends(root)
    if fresh:
        _cut_widths(root, fresh)
        _cut_filter(root, fresh)
    return root


def _cut_ends(root: etree._Element) -> None:
    for each in root.iter():
        if each.get("sqref"):
            each.set("sqref", _starts(each.get("sqref") or ""))
        if local(each) == "sqref":
            each.text = _starts(each.text or "")


def _starts(refs: str) -> str:
    return " ".join(str(area(ref)._replace(last_row=0)) for ref in refs.split())


def _cut_widths(root: etree._Element, fresh: range) -> None:
    widths = child(root, "cols")
    if widths is None:
        return
    for each in list(widths):
        if int(each.get("min") or 0) in fresh and int(each.get("max") or 0) in fresh:
            widths.remove(each)
    if not len(widths):
        root.remove(widths)


def _cut_filter(root: etree._Element, fresh: range) -> None:
    filter_ = child(root, "autoFilter")
    if filter_ is not None and filter_.get("ref"):
        block = area(filter_.get("ref") or "")
        if block.last_column in range(fresh.start - 1, fresh.stop):
            filter_.set("ref", str(block._replace(last_column=fresh.start - 1)))


def _cells(row: etree._Element | None) -> dict[int, etree._Element]:
    found: dict[int, etree._Element] = {}
    column = 0
    for each in row if row is not None else ():
        if local(each) == "c":
            ref = each.get("r")
            column = column_of(ref) if ref else column + 1
            found[column] = each
    return found
