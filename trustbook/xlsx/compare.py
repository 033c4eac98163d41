"""Before a workbook is replaced: is everything that is not ours in the new one as it was in the old
one?

Reads both files anew, by other means than the editing did. Any difference that the plan does not
name stops the write.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from lxml import etree

from trustbook.a1 import cell_name
from trustbook.snapshot import GeneratedSheet
from trustbook.xlsx.cell_values import BLANK
from trustbook.xlsx.compare_sheet import attributes_of, compare, content_of, difference, same_sheet
from trustbook.xlsx.edit import EditPlan
from trustbook.xlsx.generated_sheets import shown_value
from trustbook.xlsx.markup import canonical, child, children, drop, local, parse_part
from trustbook.xlsx.package import TYPES, fold, rels_of
from trustbook.xlsx.workbook_part import FILTER_NAME, PREFIX


def compare_packages(before: bytes, after: bytes, plan: EditPlan) -> None:
    """Raise SafetyStop("excel.foreign_difference", where=…) unless ``after`` is ``before`` but for
    the plan.
    """
    try:
        _Comparison(before, after, plan).run()
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, struct.error) as error:
        raise difference(f"{type(error).__name__}: {error}") from error


class _Comparison:
    def __init__(self, before: bytes, after: bytes, plan: EditPlan) -> None:
        self.plan = plan
        self.data = before, after
        self.zips = zipfile.ZipFile(io.BytesIO(before)), zipfile.ZipFile(io.BytesIO(after))
        self.entries = tuple(
            {fold(info.filename): info for info in each.infolist()} for each in self.zips
        )

    def run(self) -> None:
        old, new = self.entries
        kept = [
            info.filename
            for info in self.zips[0].infolist()
            if fold(info.filename) not in self._gone()
        ]
        names = [info.filename for info in self.zips[1].infolist()]
        if names[: len(kept)] != kept:
            raise difference("zip")
        for name in names[len(kept) :]:
            if not self._may_be_new(fold(name)):
                raise difference(name)
        for part in new:
            if part in old and not self._same_bytes(part):
                self._compare(part)
            elif part in self.plan.ours:
                self._ours(part, self.plan.ours[part])
        if missing := [part for part in (*self.plan.cells, *self.plan.ours) if part not in new]:
            raise difference(missing[0])

    def _gone(self) -> set[str]:
        """Parts that may be missing: those of removed sheets, tables that left ours, an emptied
        calculation chain.
        """
        allowed = set(self.plan.removed)
        if self.plan.chain not in self.entries[1]:
            allowed |= {self.plan.chain}
        return allowed | {
            part
            for part in self.entries[0]
            if part not in self.entries[1] and self._hung_on_ours(part)
        }

    def _hung_on_ours(self, part: str) -> bool:
        return any(
            part == fold(_resolve(ours, target))
            for ours in self.plan.ours
            for target in self._tables(ours)
        )

    def _tables(self, ours: str) -> Iterator[str]:
        holder = fold(rels_of(ours))
        if holder in self.entries[0]:
            for entry in parse_part(self._read(0, holder)):
                if (entry.get("Type") or "").endswith("/table"):
                    yield entry.get("Target") or ""

    def _may_be_new(self, part: str) -> bool:
        return (
            part in self.plan.ours
            or part in self.plan.drawn
            or part == fold(rels_of(self.plan.workbook))
        )

    def _read(self, side: int, part: str) -> bytes:
        return self.zips[side].read(self.entries[side][part])

    def _same_bytes(self, part: str) -> bool:
        """Whether a part lies in both files with the same packed bytes."""
        infos = [each[part] for each in self.entries]
        if (
            len(
                {
                    (info.CRC, info.file_size, info.compress_size, info.compress_type)
                    for info in infos
                }
            )
            > 1
        ):
            return False
        packed = [_packed(data, info) for data, info in zip(self.data, infos, strict=True)]
        return packed[0] == packed[1]

    def _compare(self, part: str) -> None:
        """Compare a part that changed, by what it is."""
        plan = self.plan
        old, new = self._read(0, part), self._read(1, part)
        if part in plan.cells:
            fresh = plan.new_columns.get(part, range(0))
            compare(
                old, new, part, plan.cells[part], bool(plan.new_rows[part]), self._formats(), fresh
            )
        elif part in plan.ours:
            self._ours(part, plan.ours[part])
        elif part == fold(TYPES) or part.endswith(".rels"):
            self._lists(part, parse_part(old), parse_part(new))
        elif part == plan.styles:
            _styles(parse_part(old), parse_part(new))
        elif part == plan.workbook:
            same_sheet(self._workbook(0, old), self._workbook(1, new), part)
        elif part in plan.tables:
            same_sheet(_table(old), _table(new, plan.longer_tables.get(part, 0)), part)
        elif part == plan.chain:
            self._chain(old, new)
        elif not self._hung_on_ours(part) and old != new:
            raise difference(part)

    def _ours(self, part: str, wanted: GeneratedSheet) -> None:
        """Every cell of a generated sheet must hold what was planned."""
        expected = iter(enumerate(wanted.rows, 1))
        for _, row in etree.iterparse(io.BytesIO(self._read(1, part)), tag="{*}row"):
            number, cells = next(expected, (0, ()))
            held = {one.get("r"): content_of(one) for one in row}
            for column, planned in enumerate(cells, 1):
                if held.pop(cell_name(number, column), BLANK) != shown_value(
                    planned, self.plan.date1904, self.plan.dates
                ):
                    raise difference(f"{wanted.title}!{cell_name(number, column)}")
            if held or not number:
                raise difference(part)
            row.clear()
        if next(expected, None):
            raise difference(part)

    def _formats(self) -> int:
        """How many cell formats the new workbook has."""
        if self.plan.styles not in self.entries[1]:
            return 0
        formats = child(parse_part(self._read(1, self.plan.styles)), "cellXfs")
        return len(_elements(formats)) if formats is not None else 0

    def _lists(self, part: str, old: etree._Element, new: etree._Element) -> None:
        """Content types and relationships: all that stood there, and only lines for new parts
        besides.
        """
        had, has = [[canonical(each) for each in root if local(each)] for root in (old, new)]
        lines = {canonical(each): each for root in (old, new) for each in root if local(each)}
        for line in set(had) ^ set(has):
            named = lines[line].get("PartName") or lines[line].get("Target") or ""
            names = {fold(named), fold(_resolve(part.replace("/_rels/", "/"), named))}
            added = line in has and any(self._may_be_new(name) for name in names)
            gone = line in had and (
                names & self._gone() or any(fold(rels_of(ours)) == part for ours in self.plan.ours)
            )
            if not (added or gone):
                raise difference(part)
        if [line for line in had if line in has] != [line for line in has if line in had]:
            raise difference(part)

    def _workbook(self, side: int, data: bytes) -> etree._Element:
        """The workbook part without our sheets, our names and the wish to compute anew."""
        root = parse_part(data)
        titles = [each.get("name") or "" for each in children(child(root, "sheets"), "sheet")]
        for view in children(child(root, "bookViews"), "workbookView") if self.plan.removed else ():
            drop(view, "activeTab", "firstSheet")  # positions, which move when a sheet goes
        for entry in children(child(root, "sheets"), "sheet"):
            if entry.get("name") in self.plan.titles:
                _cut(entry)
        for entry in children(child(root, "definedNames"), "definedName"):
            scope = entry.get("localSheetId")
            at = int(scope) if scope is not None else len(titles)
            title = titles[at] if at < len(titles) else ""
            if (entry.get("name") or "").startswith(PREFIX) or title in self.plan.titles:
                _cut(entry)
            elif scope is not None:
                entry.set("localSheetId", title)
                if entry.get("name") == FILTER_NAME and title in self.plan.widened:
                    entry.text = (entry.text or "").rpartition(":")[0]
        for name in ("definedNames", "calcPr"):
            holder = child(root, name)
            if holder is not None:
                drop(holder, "fullCalcOnLoad")
                if not len(holder) and not holder.attrib:
                    _cut(holder)
        return root

    def _chain(self, old: bytes, new: bytes) -> None:
        """The calculation chain may only have lost cells that we wrote."""
        had, has = _links(parse_part(old)), _links(parse_part(new))
        written = {cell_name(*at) for cells in self.plan.cells.values() for at in cells}
        lost = set(had) - set(has)
        foreign = any(ref not in written for _, ref in lost) and not self.plan.removed
        if foreign or [link for link in had if link not in lost] != has:
            raise difference(self.plan.chain)


def _packed(data: bytes, info: zipfile.ZipInfo) -> bytes:
    name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
    start = info.header_offset + 30 + name + extra
    return data[start : start + info.compress_size]


def _styles(old: etree._Element, new: etree._Element) -> None:
    """Formats may only be appended: each collection begins as it was, and every other element is as
    it was.
    """
    for each in children(new, "numFmts") if child(old, "numFmts") is None else ():
        _cut(each)
    for one, other in zip_longest(old, new):
        if one is None or other is None or one.tag != other.tag:
            raise difference("styles")
        if local(one) in ("numFmts", "fonts", "fills", "cellXfs"):
            had, has = [canonical(each) for each in one], [canonical(each) for each in other]
            counted = has == had or int(other.get("count") or 0) == len(_elements(other))
            if (
                has[: len(had)] != had
                or attributes_of(one, "count") != attributes_of(other, "count")
                or not counted
            ):
                raise difference(f"styles {local(one)}")
        elif canonical(one) != canonical(other):
            raise difference(f"styles {local(one)}")


def _elements(element: etree._Element) -> Sequence[etree._Element]:
    """Child elements, without comments."""
    return [each for each in element if local(each)]


def _table(data: bytes, more: int = 0) -> etree._Element:
    """A table without the size of its area and without the last ``more`` columns."""
    root = parse_part(data)
    holder = child(root, "tableColumns")
    if more and holder is not None:
        for each in children(holder, "tableColumn")[-more:]:
            _cut(each)
        holder.set("count", str(len(children(holder, "tableColumn"))))
    for each in (root, *children(root, "autoFilter")):
        each.set("ref", (each.get("ref") or "").partition(":")[0])
    return root


def _links(root: etree._Element) -> list[tuple[str, str]]:
    """The calculation chain as sheet and cell."""
    found, sheet = [], ""
    for each in children(root, "c"):
        sheet = each.get("i") or sheet
        found.append((sheet, each.get("r") or ""))
    return found


def _resolve(part: str, target: str) -> str:
    """The part a relationship's target names, seen from ``part``."""
    return (
        target
        if target.startswith("/")
        else posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
    )


def _cut(element: etree._Element) -> None:
    holder = element.getparent()
    if holder is not None:
        holder.remove(element)
