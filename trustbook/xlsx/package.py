"""The zip package of a workbook: what is not touched goes back as it came.

Parts are found by relationship, never by path: programs disagree about paths, case and slashes.
"""

from __future__ import annotations

import copy
import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from trustbook.errors import SafetyStop
from trustbook.xlsx.markup import RELATIONSHIPS, STRICT_RELATIONSHIPS, dump, local, parse_part

TYPES = "/[Content_Types].xml"
_NO_RELATIONSHIPS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
)
_NUMBERED = re.compile(r"rid\d{1,9}")
_LARGE = 4_000_000  # bytes from which a quick compression is worth more than a small file


@dataclass(frozen=True, slots=True)
class Relationship:
    """One relationship: ``kind`` ends its type; ``target`` is a part name unless ``external``."""

    id: str
    kind: str
    type: str
    target: str
    external: bool = False


def fold(part: str) -> str:
    """The form under which two spellings of one part name are equal."""
    return "/" + unquote(part.replace("\\", "/")).lstrip("/").lower()


def _part_name(info: zipfile.ZipInfo) -> str:
    return "/" + info.filename.replace("\\", "/").lstrip("/")


def rels_of(part: str) -> str:
    """Name of the part that holds the relationships of ``part`` ("" is the package itself)."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder or "/", "_rels", f"{name}.rels")


_UNREADABLE = (
    zipfile.BadZipFile,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class Package:
    """A workbook's parts, read when asked for; ``build`` gives the whole with every change."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise SafetyStop("excel.damaged", where=str(error)) from error
        self._where: dict[str, zipfile.ZipInfo] = {}
        self._twice: set[str] = set()
        for info in self._zip.infolist():
            if not info.is_dir():
                folded = fold(info.filename)
                if folded in self._where:
                    self._twice.add(folded)
                self._where[folded] = info
        self._put: dict[str, tuple[str, bytes]] = {}
        self._dropped: set[str] = set()
        self._trees: dict[str, etree._Element] = {}
        self._edited: set[str] = set()

    # parts

    def has(self, part: str) -> bool:
        """Whether the package holds this part, however it is spelled."""
        folded = fold(part)
        return folded in self._put or (folded in self._where and folded not in self._dropped)

    def parts(self) -> list[str]:
        """Names of all parts, in the order of the package."""
        stored = [_part_name(info) for info in self._where.values()]
        kept = [part for part in stored if fold(part) not in self._dropped]
        return kept + [part for at, (part, _) in self._put.items() if at not in self._where]

    def read(self, part: str) -> bytes:
        """The bytes of a part. Raises SafetyStop where it is absent or cannot be unpacked."""
        folded = fold(part)
        if folded in self._put:
            return self._put[folded][1]
        if not self.has(part):
            raise SafetyStop("excel.damaged", where=part)
        try:
            return self._zip.read(self._where[folded])
        except _UNREADABLE as error:
            raise SafetyStop("excel.damaged", where=part) from error

    def put(self, part: str, data: bytes) -> None:
        """Replace a part, or add one after the last."""
        folded = fold(part)
        if folded in self._twice:
            raise SafetyStop("excel.damaged", where=part)
        self._put[folded] = (part, data)
        self._trees.pop(folded, None)
        self._edited.discard(folded)

    def tree(self, part: str, edit: bool = False) -> etree._Element:
        """The root of a small part, parsed once; ``edit`` says that it will be changed."""
        folded = fold(part)
        if folded not in self._trees:
            data = self.read(part)
            try:
                self._trees[folded] = parse_part(data)
            except (SafetyStop, LookupError) as error:
                raise SafetyStop("excel.damaged", where=part) from error
        if edit:
            if folded in self._twice:
                raise SafetyStop("excel.damaged", where=part)
            self._edited.add(folded)
        return self._trees[folded]

    def drop(self, part: str) -> None:
        """Take a part out, with its relationships and its content type."""
        for name in (part, rels_of(part)):
            folded = fold(name)
            self._dropped.add(folded)
            self._put.pop(folded, None)
            self._edited.discard(folded)
            self._trees.pop(folded, None)
            for entry in list(self.tree(TYPES)):
                if fold(entry.get("PartName") or "") == folded:
                    self.tree(TYPES, edit=True).remove(entry)

    def free_name(self, pattern: str) -> str:
        """The first part name of ``pattern`` (with one ``{}``) that nobody uses or points to."""
        number = 1
        typed = {fold(each.get("PartName") or "") for each in self.tree(TYPES)}
        taken = typed | self._where.keys() | self._put.keys()
        while fold(pattern.format(number)) in taken:
            number += 1
        return pattern.format(number)

    # content types

    def content_type(self, part: str) -> str:
        """Content type of a part, "" if none is declared."""
        folded, extension = fold(part), part.rpartition(".")[2].lower()
        found = ""
        for entry in self.tree(TYPES):
            if local(entry) == "Override" and fold(entry.get("PartName") or "") == folded:
                return entry.get("ContentType") or ""
            if local(entry) == "Default" and (entry.get("Extension") or "").lower() == extension:
                found = entry.get("ContentType") or ""
        return found

    def declare(self, part: str, content_type: str) -> None:
        """Declare the content type of a new part."""
        root = self.tree(TYPES, edit=True)
        entry = etree.SubElement(root, root.tag.replace("Types", "Override"))
        entry.set("PartName", part)
        entry.set("ContentType", content_type)

    # relationships

    def relations(self, part: str = "") -> list[Relationship]:
        """Relationships of a part ("" for the package itself)."""
        holder = rels_of(part)
        if not self.has(holder):
            return []
        found = []
        for entry in self.tree(holder):
            if local(entry) != "Relationship":
                continue
            type_, target = (entry.get("Type") or "").rstrip("/"), entry.get("Target") or ""
            external = entry.get("TargetMode") == "External"
            where = target if external else self._resolve(part, target)
            kind = type_.rpartition("/")[2]
            found.append(Relationship(entry.get("Id") or "", kind, type_, where, external))
        return found

    def _resolve(self, part: str, target: str) -> str:
        target = target.partition("#")[0].replace("\\", "/")
        if not target.startswith("/"):
            target = posixpath.join(posixpath.dirname(part) or "/", target)
        target = "/" + posixpath.normpath(target).lstrip("/")
        folded = fold(target)
        if folded in self._put:
            return self._put[folded][0]
        stored = self._where.get(folded)
        return _part_name(stored) if stored else target

    def relate(self, part: str, kind: str, target: str, strict: bool) -> str:
        """Add a relationship from ``part`` to the part ``target``; its new id is returned."""
        holder = rels_of(part)
        if not self.has(holder):
            self.put(holder, _NO_RELATIONSHIPS)
            if not self.content_type(holder):
                self.declare(holder, "application/vnd.openxmlformats-package.relationships+xml")
        root = self.tree(holder, edit=True)
        used = {(entry.get("Id") or "").lower() for entry in root}
        numbered = [each.removeprefix("rid") for each in used if _NUMBERED.fullmatch(each)]
        name = f"rId{max(map(int, numbered), default=0) + 1}"
        entry = etree.SubElement(root, root.tag.replace("Relationships", "Relationship"))
        entry.set("Id", name)
        entry.set("Type", f"{STRICT_RELATIONSHIPS if strict else RELATIONSHIPS}/{kind}")
        entry.set("Target", target)
        return name

    def unrelate(self, part: str, id_: str) -> None:
        """Take one relationship away."""
        root = self.tree(rels_of(part), edit=True)
        for entry in [each for each in root if each.get("Id") == id_]:
            root.remove(entry)

    # the whole

    def changed(self) -> set[str]:
        """Folded names of all parts that were put, edited or dropped."""
        return set(self._put) | self._edited | self._dropped

    def build(self) -> bytes:
        """The package as a file, in its order: what is untouched as it lies, new entries last."""
        fresh = {folded: dump(self._trees[folded]) for folded in self._edited}
        names = {folded: name for folded, (name, _) in self._put.items()}
        fresh |= {folded: data for folded, (_, data) in self._put.items() if folded not in fresh}
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            target.comment = self._zip.comment
            ends = self._ends()
            for info in self._zip.infolist():
                folded = fold(info.filename)
                if info.is_dir() or folded not in fresh.keys() | self._dropped:
                    start = info.header_offset
                    _copy(target, out, info, self._data[start : ends[start]])
                elif folded in fresh:
                    _write(target, info.filename, info.date_time, fresh.pop(folded))
            for folded, data in fresh.items():
                _write(target, names[folded].lstrip("/"), (1980, 1, 1, 0, 0, 0), data)
        return out.getvalue()

    def _ends(self) -> dict[int, int]:
        """Where each entry's bytes end: where the next one, or the directory, begins."""
        starts = sorted({info.header_offset for info in self._zip.infolist()})
        return dict(zip(starts, [*starts[1:], self._zip.start_dir], strict=True))


class _Kept(zipfile.ZipInfo):
    """An entry whose name goes back in the bytes it came in; zipfile would make it UTF-8."""

    __slots__ = ()

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("cp437"), self.flag_bits


def _copy(target: zipfile.ZipFile, out: io.BytesIO, info: zipfile.ZipInfo, raw: bytes) -> None:
    """Copy an entry as it lies, header and compressed bytes alike: zipfile has no call for that."""
    entry = copy.copy(info)
    if not entry.filename.isascii() and not entry.flag_bits & 0x800:
        entry.__class__ = _Kept
    entry.header_offset = target.start_dir
    out.seek(target.start_dir)
    out.write(raw)
    target.filelist.append(entry)
    target.NameToInfo[entry.filename] = entry
    target.start_dir = out.tell()


def _write(
    target: zipfile.ZipFile, name: str, when: tuple[int, int, int, int, int, int], data: bytes
) -> None:
    entry = zipfile.ZipInfo(name, when)
    entry.compress_type = zipfile.ZIP_DEFLATED
    target.writestr(entry, data, compresslevel=3 if len(data) > _LARGE else 6)
