"""Before a workbook is replaced: is everything that is not ours in the new one as it was in the old one?

Reads both files anew, by other means than the editing did. Any difference that the plan does not name stops the write.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from lxml import etree

from trustbook.errors import SafetyStop
from trustbook.workbooks.base import GeneratedSheet
from trustbook.workbooks.excel.book import PREFIX
from trustbook.workbooks.excel.edit import Plan
from trustbook.workbooks.excel.generated import shown
from trustbook.workbooks.excel.markup import Markup, canonical, child, children, drop, local, parse, parser
from trustbook.workbooks.excel.package import TYPES, fold, rels_of
from trustbook.workbooks.excel.refs import area, cell, split
from trustbook.workbooks.excel.values import BLANK, Content

_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData(?=[\s/>])")
_NUMBER = re.compile(rb"""\sr=["'](\d+)["']""")


def check(before: bytes, after: bytes, plan: Plan) -> None:
    """Raise SafetyStop("excel.foreign_difference", where=…) unless ``after`` is ``before`` but for the plan."""
    try:
        _Comparison(before, after, plan).run()
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, struct.error) as error:
        raise _difference(f"{type(error).__name__}: {error}") from error


def _difference(where: str) -> SafetyStop:
    return SafetyStop("excel.foreign_difference", where=where)


class _Comparison:
    def __init__(self, before: bytes, after: bytes, plan: Plan) -> None:
        self.plan = plan
        self.data = before, after
        self.zips = zipfile.ZipFile(io.BytesIO(before)), zipfile.ZipFile(io.BytesIO(after))
        self.entries = tuple({fold(info.filename): info for info in each.infolist()} for each in self.zips)

    def run(self) -> None:
        old, new = self.entries
        kept = [info.filename for info in self.zips[0].infolist() if fold(info.filename) not in self._gone()]
        names = [info.filename for info in self.zips[1].infolist()]
        if names[: len(kept)] != kept:
            raise _difference("zip")
        for name in names[len(kept) :]:
            if not self._may_be_new(fold(name)):
                raise _difference(name)
        for part in new:
            if part in old and not self._same_bytes(part):
                self._compare(part)
            elif part in self.plan.ours:
                self._ours(part, self.plan.ours[part])
        if missing := [part for part in (*self.plan.cells, *self.plan.ours) if part not in new]:
            raise _difference(missing[0])

    def _gone(self) -> set[str]:
        """Parts that may be missing: those of removed sheets, tables that left ours, an emptied calculation chain."""
        allowed = set(self.plan.removed)
        if self.plan.chain not in self.entries[1]:
            allowed |= {self.plan.chain}
        return allowed | {part for part in self.entries[0] if part not in self.entries[1] and self._hung_on_ours(part)}

    def _hung_on_ours(self, part: str) -> bool:
        return any(part == fold(_resolve(ours, target)) for ours in self.plan.ours for target in self._tables(ours))

    def _tables(self, ours: str) -> Iterator[str]:
        holder = fold(rels_of(ours))
        if holder in self.entries[0]:
            for entry in parse(self._read(0, holder)):
                if (entry.get("Type") or "").endswith("/table"):
                    yield entry.get("Target") or ""

    def _may_be_new(self, part: str) -> bool:
        return part in self.plan.ours or part == fold(rels_of(self.plan.workbook))

    def _read(self, side: int, part: str) -> bytes:
        return self.zips[side].read(self.entries[side][part])

    def _same_bytes(self, part: str) -> bool:
        """Whether a part lies in both files with the same packed bytes."""
        infos = [each[part] for each in self.entries]
        if len({(info.CRC, info.file_size, info.compress_size, info.compress_type) for info in infos}) > 1:
            return False
        packed = [_packed(data, info) for data, info in zip(self.data, infos, strict=True)]
        return packed[0] == packed[1]

    def _compare(self, part: str) -> None:
        """Compare a part that changed, by what it is."""
        plan = self.plan
        old, new = self._read(0, part), self._read(1, part)
        if part in plan.cells:
            _Sheets(old, new, part, plan).run()
        elif part in plan.ours:
            self._ours(part, plan.ours[part])
        elif part == fold(TYPES) or part.endswith(".rels"):
            self._lists(part, parse(old), parse(new))
        elif part == plan.styles:
            _styles(parse(old), parse(new))
        elif part == plan.workbook:
            _same(self._workbook(0, old), self._workbook(1, new), part)
        elif part in plan.tables:
            _same(_table(old), _table(new), part)
        elif part == plan.chain:
            self._chain(old, new)
        elif not self._hung_on_ours(part) and old != new:
            raise _difference(part)

    def _ours(self, part: str, wanted: GeneratedSheet) -> None:
        """Every cell of a generated sheet must hold what was planned."""
        rows = children(child(parse(self._read(1, part)), "sheetData"), "row")
        if len(rows) != len(wanted.rows):
            raise _difference(part)
        for row, cells in zip(rows, wanted.rows, strict=True):
            held = {split(one.get("r") or "")[1]: _content(one) for one in row}
            for column, planned in enumerate(cells, 1):
                if held.get(column, BLANK) != shown(planned, self.plan.date1904, self.plan.dates):
                    raise _difference(f"{wanted.title}!{cell(int(row.get('r') or 0), column)}")

    def _lists(self, part: str, old: etree._Element, new: etree._Element) -> None:
        """Content types and relationships: all that stood there, and only lines for new parts besides."""
        had, has = [[canonical(each) for each in root if local(each)] for root in (old, new)]
        lines = {canonical(each): each for root in (old, new) for each in root if local(each)}
        for line in set(had) ^ set(has):
            named = lines[line].get("PartName") or lines[line].get("Target") or ""
            names = {fold(named), fold(_resolve(part.replace("/_rels/", "/"), named))}
            added = line in has and any(self._may_be_new(name) for name in names)
            gone = line in had and (names & self._gone() or any(fold(rels_of(ours)) == part for ours in self.plan.ours))
            if not (added or gone):
                raise _difference(part)
        if [line for line in had if line in has] != [line for line in has if line in had]:
            raise _difference(part)

    def _workbook(self, side: int, data: bytes) -> etree._Element:
        """The workbook part without our sheets, our names and the wish to compute anew."""
        root = parse(data)
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
        for name in ("definedNames", "calcPr"):
            holder = child(root, name)
            if holder is not None:
                drop(holder, "fullCalcOnLoad")
                if not len(holder) and not holder.attrib:
                    _cut(holder)
        return root

    def _chain(self, old: bytes, new: bytes) -> None:
        """The calculation chain may only have lost cells that we wrote."""
        had, has = _links(parse(old)), _links(parse(new))
        written = {cell(*at) for cells in self.plan.cells.values() for at in cells}
        lost = set(had) - set(has)
        foreign = any(ref not in written for _, ref in lost) and not self.plan.removed
        if foreign or [link for link in had if link not in lost] != has:
            raise _difference(self.plan.chain)


class _Sheets:
    """One sheet people type in, before and after: row by row as text, cell by cell only where the text differs."""

    def __init__(self, old: bytes, new: bytes, part: str, plan: Plan) -> None:
        self.part = part
        self.planned = dict(plan.cells[part])
        self.new_rows, self.grown = plan.new_rows[part], bool(plan.new_rows[part])
        self.sides = _Rows(old), _Rows(new)

    def run(self) -> None:
        old, new = self.sides
        _same(_frame(old.frame(), self.grown), _frame(new.frame(), self.grown), self.part)
        left = iter(old)
        number, row = next(left, (0, b""))
        for new_number, new_row in new:
            if number and number < new_number:
                raise self._at(number)
            if number == new_number:
                if row != new_row:
                    self._row(number, old.tree(row), new.tree(new_row))
                number, row = next(left, (0, b""))
            else:
                self._row(new_number, None, new.tree(new_row))
        if number:
            raise self._at(number)
        if any(content.kind for content in self.planned.values()):
            raise self._at(next(at[0] for at, content in self.planned.items() if content.kind))

    def _at(self, row: int, column: int = 1) -> SafetyStop:
        return _difference(f"{self.part} {cell(row, column)}")

    def _row(self, number: int, old: etree._Element | None, new: etree._Element) -> None:
        """Compare two rows that differ; a new one may hold planned cells only."""
        if old is not None and _attributes(old, "spans") != _attributes(new, "spans"):
            raise self._at(number)
        had, has = _cells(old), _cells(new)
        for column in had.keys() | has.keys():
            before, after = had.get(column), has.get(column)
            if (number, column) in self.planned:
                self._planned(number, column, before, after)
            elif before is None or after is None or canonical(before) != canonical(after):
                raise self._at(number, column)

    def _planned(self, number: int, column: int, before: etree._Element | None, after: etree._Element | None) -> None:
        content = self.planned.pop((number, column))
        if after is None or _content(after) != content:
            raise self._at(number, column)
        if before is None:
            return
        for own in (before, after):
            drop(own, "s", "t", "cm", "vm")
            for each in [each for each in own if local(each) in ("f", "v", "is")]:
                own.remove(each)
        if canonical(before) != canonical(after):
            raise self._at(number, column)


class _Rows:
    """A sheet's text cut at its rows."""

    def __init__(self, data: bytes) -> None:
        self._markup = Markup(data)
        text, self._text = self._markup.masked, self._markup.text
        found = _DATA.search(text)
        if not found:
            raise ValueError("no rows")
        self._prefix = found.group(1)
        closing = text.rfind(b"</" + self._prefix + b"sheetData>")
        self._start, self._end = text.index(b">", found.end()) + 1, closing
        self._before = found.start()
        if closing < 0:
            self._start = self._end = text.index(b"/>", found.end()) + 2
        self._after = closing + len(self._prefix) + 12 if closing >= 0 else self._end
        root = self.frame()
        data_element = child(root, "sheetData")
        spaces = (root if data_element is None else data_element).nsmap
        declared = "".join(f' xmlns{":" + prefix if prefix else ""}="{space}"' for prefix, space in spaces.items())
        self._open = f"<rows{declared}>".encode()

    def frame(self) -> etree._Element:
        """The sheet without its rows."""
        tag = self._text[self._before : self._start].rstrip(b"/>")
        return parse(self._text[self._markup.start : self._before] + tag + b"/>" + self._text[self._after :])

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Number and text of each row."""
        text, opening = self._markup.masked, b"<" + self._prefix + b"row"
        number, at = 0, text.find(opening, self._start, self._end)
        while at >= 0:
            following = text.find(opening, at + len(opening), self._end)
            while following >= 0 and text[following + len(opening)] not in b" />\n\t\r":
                following = text.find(opening, following + 1, self._end)
            end = following if following >= 0 else self._end
            written = _NUMBER.search(text, at, text.index(b">", at))
            number = int(written.group(1)) if written else number + 1
            yield number, self._text[at:end]
            at = following

    def tree(self, row: bytes) -> etree._Element:
        """One row, parsed."""
        return etree.fromstring(self._open + row + b"</rows>", parser())[0]


def _packed(data: bytes, info: zipfile.ZipInfo) -> bytes:
    name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
    start = info.header_offset + 30 + name + extra
    return data[start : start + info.compress_size]


def _same(old: etree._Element, new: etree._Element, where: str) -> None:
    for one, other in zip_longest(old, new):
        if one is None or other is None or canonical(one) != canonical(other):
            raise _difference(f"{where} {local(one if one is not None else other)}")
    if _attributes(old) != _attributes(new) or old.tag != new.tag:
        raise _difference(where)


def _styles(old: etree._Element, new: etree._Element) -> None:
    """Formats may only be appended: each collection begins as it was, and every other element is as it was."""
    for each in children(new, "numFmts") if child(old, "numFmts") is None else ():
        _cut(each)
    for one, other in zip_longest(old, new):
        if one is None or other is None or one.tag != other.tag:
            raise _difference("styles")
        if local(one) in ("numFmts", "fonts", "fills", "cellXfs"):
            had, has = [canonical(each) for each in one], [canonical(each) for each in other]
            if has[: len(had)] != had or int(other.get("count") or len(has)) != len(_elements(other)):
                raise _difference(f"styles {local(one)}")
        elif canonical(one) != canonical(other):
            raise _difference(f"styles {local(one)}")


def _elements(element: etree._Element) -> Sequence[etree._Element]:
    """Child elements, without comments."""
    return [each for each in element if local(each)]


def _table(data: bytes) -> etree._Element:
    """A table without the length of its area."""
    root = parse(data)
    for each in (root, *children(root, "autoFilter")):
        each.set("ref", (each.get("ref") or "").partition(":")[0])
    return root


def _frame(root: etree._Element, grown: bool) -> etree._Element:
    """A sheet's other elements, without the area it says it covers; where rows were added, without the areas' ends."""
    size = child(root, "dimension")
    if size is not None:
        drop(size, "ref")
    for each in root.iter() if grown else ():
        if each.get("sqref"):
            each.set("sqref", _starts(each.get("sqref") or ""))
        if local(each) == "sqref":
            each.text = _starts(each.text or "")
    return root


def _starts(refs: str) -> str:
    return " ".join(str(area(ref)._replace(last_row=0)) for ref in refs.split())


def _links(root: etree._Element) -> list[tuple[str, str]]:
    """The calculation chain as sheet and cell."""
    found, sheet = [], ""
    for each in children(root, "c"):
        sheet = each.get("i") or sheet
        found.append((sheet, each.get("r") or ""))
    return found


def _attributes(element: etree._Element, *but: str) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items() if name not in but}


def _cells(row: etree._Element | None) -> dict[int, etree._Element]:
    found: dict[int, etree._Element] = {}
    column = 0
    for each in _elements(row) if row is not None else ():
        if local(each) == "c":
            column = split(each.get("r") or "")[1] if each.get("r") else column + 1
            found[column] = each
    return found


def _content(one: etree._Element) -> Content:
    """What a written cell holds; a formula or an old kind of text is nothing we write."""
    if child(one, "f") is not None:
        raise ValueError("formula")
    kind, value, text = one.get("t") or "n", child(one, "v"), child(one, "is")
    if kind == "inlineStr" and text is not None:
        return Content("inlineStr", "".join(str(each) for each in text.itertext()))
    if kind in ("n", "b") and value is not None:
        return Content("n" if kind == "n" else "b", value.text or "")
    if value is None and text is None:
        return BLANK
    raise ValueError(kind)


def _resolve(part: str, target: str) -> str:
    """The part a relationship's target names, seen from ``part``."""
    return target if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def _cut(element: etree._Element) -> None:
    holder = element.getparent()
    if holder is not None:
        holder.remove(element)
