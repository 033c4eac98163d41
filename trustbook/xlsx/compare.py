"""Before a workbook is replaced: is everything that is not ours as it was in the old one?

Reads both files anew, by other means than the editing did. Any difference that the plan does not
name stops the write.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
from collections.abc import Iterator

from lxml import etree

from trustbook.snapshot import GeneratedSheet
from trustbook.xlsx.compare_ours import compare_ours
from trustbook.xlsx.compare_parts import (
    compare_chains,
    compare_styles,
    without_ours,
    without_size,
)
from trustbook.xlsx.compare_sheet import compare, difference, same_sheet
from trustbook.xlsx.edit import EditPlan
from trustbook.xlsx.markup import canonical, child, elements, parse_part
from trustbook.xlsx.package import TYPES, fold, rels_of
from trustbook.xlsx.shared_texts import same_texts


def compare_packages(before: bytes, after: bytes, plan: EditPlan) -> None:
    """Raise SafetyStop unless ``after`` is ``before`` but for what the plan names."""
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
        self.tables_on_ours = {table for part in plan.ours for table in self._tables(part)}

    def run(self) -> None:
        """Compare the lists of parts, then every part that changed."""
        self._names()
        old, new = self.entries
        for part in new:
            if part in old and not self._same_bytes(part):
                self._compare(part)
            elif part in self.plan.ours:
                self._ours(part, self.plan.ours[part])
        for part in (*self.plan.cells, *self.plan.ours):
            if part not in new:
                raise difference(part)

    def _names(self) -> None:
        """The parts stand in their order, without those that may go, and new ones stand last."""
        old, new = [[info.filename for info in each.infolist()] for each in self.zips]
        gone = self._gone()
        kept = [name for name in old if fold(name) not in gone]
        if new[: len(kept)] != kept:
            raise difference("zip")
        for name in new[len(kept) :]:
            if not self._may_be_new(fold(name)):
                raise difference(name)

    def _gone(self) -> set[str]:
        """Parts that may be missing.

        Those of removed sheets, tables that left ours, a calculation chain that is empty.
        """
        missing = self.entries[0].keys() - self.entries[1].keys()
        return self.plan.removed | (missing & self.tables_on_ours) | (missing & {self.plan.chain})

    def _tables(self, ours: str) -> Iterator[str]:
        """The tables that hung on a sheet of ours before, by their folded names."""
        holder = fold(rels_of(ours))
        if holder in self.entries[0]:
            for entry in parse_part(self._read(0, holder)):
                if (entry.get("Type") or "").endswith("/table"):
                    yield fold(_resolve(ours, entry.get("Target") or ""))

    def _may_be_new(self, part: str) -> bool:
        relations = fold(rels_of(self.plan.workbook))
        return part in self.plan.ours or part in self.plan.drawn or part == relations

    def _read(self, side: int, part: str) -> bytes:
        return self.zips[side].read(self.entries[side][part])

    def _same_bytes(self, part: str) -> bool:
        """Whether a part lies in both files with the same packed bytes."""
        before, after = [each[part] for each in self.entries]
        if _stamp(before) != _stamp(after):
            return False
        return _packed(self.data[0], before) == _packed(self.data[1], after)

    def _compare(self, part: str) -> None:
        """Compare a part that changed, by what it is."""
        plan = self.plan
        if part in plan.cells:
            self._people_sheet(part)
        elif part in plan.ours:
            self._ours(part, plan.ours[part])
        elif _is_list(part):
            self._lists(part)
        elif part == plan.styles:
            compare_styles(*self._trees(part))
        elif part == plan.workbook:
            before, after = self._trees(part)
            same_sheet(without_ours(before, plan), without_ours(after, plan), part)
        elif part in plan.tables:
            before, after = self._trees(part)
            more = plan.longer_tables.get(part, 0)
            same_sheet(without_size(before), without_size(after, more), part)
        elif part in (plan.chain, plan.texts):
            self._index(part)
        elif part not in self.tables_on_ours and self._read(0, part) != self._read(1, part):
            raise difference(part)

    def _trees(self, part: str) -> tuple[etree._Element, etree._Element]:
        """A part before and after."""
        return parse_part(self._read(0, part)), parse_part(self._read(1, part))

    def _index(self, part: str) -> None:
        """The calculation chain; or the shared texts, of which only such may be blank that no sheet
        says.
        """
        if part == self.plan.chain:
            compare_chains(*self._trees(part), self.plan)
            return
        others = [one for one in self.entries[1] if one.endswith(".xml") and one != part]
        sheets = (self._read(1, one) for one in others)
        if not same_texts(*self._trees(part), sheets):
            raise difference(part)

    def _people_sheet(self, part: str) -> None:
        """A sheet people type in may differ in planned cells, and where its list grew."""
        plan = self.plan
        old, new = self._read(0, part), self._read(1, part)
        grown, fresh = bool(plan.new_rows[part]), plan.new_columns.get(part, range(0))
        unlinked = plan.unlinked.get(part, ())
        compare(old, new, part, plan.cells[part], grown, self._formats(), fresh, unlinked)

    def _ours(self, part: str, wanted: GeneratedSheet) -> None:
        """Every cell of a generated sheet must hold what was planned."""
        compare_ours(self._read(1, part), part, wanted, self.plan.date1904, self.plan.dates)

    def _formats(self) -> int:
        """How many cell formats the new workbook has."""
        if self.plan.styles not in self.entries[1]:
            return 0
        formats = child(parse_part(self._read(1, self.plan.styles)), "cellXfs")
        return len(elements(formats)) if formats is not None else 0

    def _lists(self, part: str) -> None:
        """Content types and relationships: all that stood there, and lines for new parts."""
        before, after = self._trees(part)
        had, has = _lines(before), _lines(after)
        old, new = dict(had), dict(has)
        for line in old.keys() - new.keys():
            if not self._may_go(part, old[line]):
                raise difference(part)
        for line in new.keys() - old.keys():
            if not any(self._may_be_new(name) for name in _named(part, new[line])):
                raise difference(part)
        if _common(had, has) != _common(has, had):
            raise difference(part)

    def _may_go(self, part: str, line: etree._Element) -> bool:
        """Whether a line of a list of parts may be gone."""
        of_ours = part in {fold(rels_of(ours)) for ours in self.plan.ours}
        return (
            of_ours
            or self._led_elsewhere(part, line)
            or not _named(part, line).isdisjoint(self._gone())
        )

    def _led_elsewhere(self, part: str, line: etree._Element) -> bool:
        """Whether a line says where a link led to that was taken away with all like it."""
        sheet, id_ = part.replace("/_rels/", "/").removesuffix(".rels"), line.get("Id") or ""
        if id_ not in self.plan.unlinked.get(sheet, {}).values():
            return False
        return f'"{id_}"'.encode() not in self._read(1, sheet)


def _named(part: str, line: etree._Element) -> set[str]:
    """The part that a line of a list names, from the root and from where the list stands."""
    name = line.get("PartName") or line.get("Target") or ""
    return {fold(name), fold(_resolve(part.replace("/_rels/", "/"), name))}


def _is_list(part: str) -> bool:
    """Whether a part lists other parts: the content types, or relationships."""
    return part == fold(TYPES) or part.endswith(".rels")


_Lines = list[tuple[bytes, etree._Element]]


def _lines(root: etree._Element) -> _Lines:
    """The lines of a list of parts, each with its text in which equal lines are equal."""
    return [(canonical(each), each) for each in elements(root)]


def _common(lines: _Lines, others: _Lines) -> list[bytes]:
    """The texts of those lines that stand among the others as well."""
    known = {text for text, _ in others}
    return [text for text, _ in lines if text in known]


def _stamp(info: zipfile.ZipInfo) -> tuple[int, ...]:
    return info.CRC, info.file_size, info.compress_size, info.compress_type


def _packed(data: bytes, info: zipfile.ZipInfo) -> bytes:
    name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
    start = info.header_offset + 30 + name + extra
    return data[start : start + info.compress_size]


def _resolve(part: str, target: str) -> str:
    """The part a relationship's target names, seen from ``part``."""
    if target.startswith("/"):
        return target
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
