"""The gate: what a file really is, told from its own bytes before a workbook is made of it.

Nothing is written, nothing is inflated beyond a limit, and whatever is wrong becomes one sentence
(messages/gate.toml).
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, NoReturn

from lxml import etree

from trustbook.errors import Busy, NoAccess, SafetyStop, TrustbookError, UsageError
from trustbook.xlsx.file_kind import file_kind
from trustbook.xlsx.package import Relationship, fold, rels_of
from trustbook.xlsx.zip_directory import open_package

CHUNK = 1 << 18
PROLOG = 1 << 11  # bytes at the start of a part in which a document type would stand
ENDINGS = (".xlsx", ".xlsm")
MAX_FILE = 256 << 20
MAX_XML = 16 << 20  # of a part that is read whole

_TYPES = "/[Content_Types].xml"
_ZIP = (b"PK\3\4", b"PK\5\6", b"PK\7\x08")
_DOCTYPE = re.compile(
    b"|".join(re.escape("<!DOCTYPE".encode(code)) for code in ("ascii", "utf-16-le", "utf-16-be"))
)
_DECLARES = (b"<!", b"<\0!")  # a comment, a document type: mostly there is neither
_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_ENCODINGS = {
    b"utf-8",
    b"us-ascii",
    b"utf-16",
    b"utf-16le",
    b"utf-16be",
    b"iso-8859-1",
    b"windows-1252",
}
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ELEMENT = re.compile(rb"<\0?[A-Za-z_]")
_WORKBOOKS = re.compile(r"\.(sheet|template)(\.macroenabled)?\.main\+xml$", re.IGNORECASE)
# Windows: another program holds the file; the cloud's own program cannot fetch it now.
_HELD, _CLOUD = (32, 33), range(358, 397)
# What a damaged or made-up entry of a zip package raises when it is read.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError)
_NO_SUCH = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL}


@dataclass
class Admitted:
    """An open workbook that passed the gate; a context manager that closes it.

    ``version`` is the sha256 of its bytes in hex, ``workbook`` the name of its main part. Parts are
    named as package.py names them: with a leading slash, and without regard to case.
    """

    name: str
    version: str
    workbook: str
    _file: IO[bytes]
    _zip: zipfile.ZipFile
    _parts: dict[str, list[zipfile.ZipInfo]]
    _stamp: tuple[int, int]

    def __enter__(self) -> Admitted:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()
        self._file.close()

    def has(self, part: str) -> bool:
        """Whether the package holds this part."""
        return fold(part) in self._parts

    def size(self, part: str) -> int:
        """Declared size of a part in bytes, which ``stream`` never exceeds."""
        return sum(info.file_size for info in self._parts.get(fold(part), ()))

    def stream(self, part: str) -> Iterator[bytes]:
        """The part's XML piece by piece, checked against its checksum.

        Raises SafetyStop (or Busy, where the file changed meanwhile) for a part that is absent,
        doubled, locked or damaged, or that declares a document type or an encoding nobody uses.
        """
        if len(found := self._parts.get(fold(part), [])) != 1:
            self.damaged()
        if found[0].flag_bits & 1:
            raise SafetyStop("gate.password", name=self.name)
        start: bytes | None = b""
        try:
            with self._zip.open(found[0]) as stream:
                while chunk := stream.read(CHUNK):
                    if start is not None:
                        chunk, start = start + chunk, None
                        self._check_prolog(chunk)
                    yield chunk
        except (*_UNREADABLE, RuntimeError, OSError):
            self.damaged()

    def xml(self, part: str) -> etree._Element:
        """The root element of a part that is read whole; entities are never expanded."""
        if self.size(part) > MAX_XML:
            raise SafetyStop("gate.too_big", name=self.name, where=part.lstrip("/"))
        data = b"".join(self.stream(part))
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, LookupError, ValueError):
            self.damaged()
        return root

    def relations(self, part: str = "") -> dict[str, Relationship]:
        """Internal relationships of a part ("" is the package itself) by their id."""
        holder = rels_of(part)
        if not self.has(holder):
            return {}
        nodes = self.xml(holder).iterfind("{*}Relationship")
        inner = [node for node in nodes if node.get("TargetMode") != "External"]
        return {each.id: each for each in (_relationship(part, node) for node in inner)}

    def damaged(self) -> NoReturn:
        """Stop: the file is damaged, or it changed while being read: the next run sees it whole."""
        if _stamp(self._file) != self._stamp:
            raise Busy("gate.changing", name=self.name)
        raise SafetyStop("gate.damaged", name=self.name)

    def _check_prolog(self, start: bytes) -> None:
        start = _refuse_document_type(start, self.name)
        declared = _ENCODING.match(start.removeprefix(b"\xef\xbb\xbf"))
        if (declared and declared[1].lower() not in _ENCODINGS) or not _ELEMENT.search(start):
            self.damaged()


def _relationship(part: str, node: etree._Element) -> Relationship:
    """A relationship of ``part``, whose target is a part."""
    type_ = (node.get("Type") or "").rstrip("/")
    target = (node.get("Target") or "").partition("#")[0].replace("\\", "/")
    where = posixpath.normpath(posixpath.join(posixpath.dirname(part) or "/", target))
    kind = type_.rpartition("/")[2]
    return Relationship(node.get("Id") or "", kind, type_, "/" + where.lstrip("/"))


def admit(path: Path, data: bytes | None = None) -> Admitted:
    """Open the workbook at ``path`` if it can be trusted to be one.

    ``data``: its bytes, where they were fetched already; ``path`` is then its name only.

    Raises UsageError (no such file, a folder, Excel's ``~$`` file), SafetyStop (not an Excel
    workbook of today, or one that would do harm), NoAccess, or Busy (held by another program, or
    out of reach now).
    """
    file = _open(path) if data is None else io.BytesIO(data)
    try:
        stamp = _stamp(file)
        head = file.read(1 << 16)
        if not head.startswith(_ZIP):
            raise SafetyStop(f"gate.{file_kind(path, head, file)}", name=path.name)
        if stamp[0] > MAX_FILE:
            raise SafetyStop("gate.too_big", name=path.name, where=path.name)
        package, parts = open_package(path.name, file, stamp[0])
        file.seek(0)
        version = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        book = Admitted(path.name, version, "", file, package, parts, stamp)
        book.workbook = _main_part(book)
        if path.suffix.lower() not in ENDINGS:
            raise SafetyStop("gate.wrong_ending", name=path.name)
        _refuse_document_types(book)
        return book
    except OSError as error:
        raise _unreachable(path, error) from error
    except BaseException:
        file.close()
        raise


def _refuse_document_types(book: Admitted) -> None:
    """No part may declare a document type, not even one we never read.

    No program that writes workbooks does.
    """
    for found in book._parts.values():
        for info in found:
            if not info.filename.lower().endswith((".xml", ".rels")) or info.flag_bits & 1:
                continue
            with contextlib.suppress(*_UNREADABLE):
                with book._zip.open(info) as stream:
                    start = stream.read(PROLOG)
                _refuse_document_type(start, book.name)


def _refuse_document_type(start: bytes, name: str) -> bytes:
    """The start of a part without its comments; raises SafetyStop where it declares a type."""
    if b"!" not in start or not any(sign in start for sign in _DECLARES):
        return start
    start = _COMMENT.sub(b"", start)
    if _DOCTYPE.search(start):
        raise SafetyStop("gate.doctype", name=name)
    return start


def _open(path: Path) -> IO[bytes]:
    """The file, opened without waiting: a pipe or a device is never read."""
    if path.name.startswith("~$"):
        raise UsageError("gate.owner_file", name=path.name)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UsageError("gate.folder", name=path.name or str(path))
        if not stat.S_ISREG(mode):
            raise SafetyStop("gate.not_a_workbook", name=path.name)
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise _unreachable(path, error) from error


def _unreachable(path: Path, error: OSError | ValueError) -> TrustbookError:
    windows = getattr(error, "winerror", None)
    if windows in _HELD:
        return Busy("gate.in_use", name=path.name)
    if windows in _CLOUD:
        return Busy("gate.unreachable", name=path.name)
    if isinstance(error, PermissionError):
        return NoAccess("gate.no_access", name=path.name)
    if isinstance(error, ValueError) or error.errno in _NO_SUCH:
        return UsageError("gate.no_such_file", name=str(path).replace("\0", "?"))
    return Busy("gate.unreachable", name=path.name)


def _stamp(file: IO[bytes]) -> tuple[int, int]:
    """Size and time of change; what was fetched changes no more."""
    if isinstance(file, io.BytesIO):
        return file.getbuffer().nbytes, 0
    found = os.fstat(file.fileno())
    return found.st_size, found.st_mtime_ns


def _main_part(book: Admitted) -> str:
    """Name of the workbook part, found by relationship. Stops for packages of something else."""
    if not book.has(_TYPES):
        opened = book.has("/META-INF/manifest.xml") and book.has("/content.xml")
        raise SafetyStop("gate.ods" if opened else "gate.not_a_workbook", name=book.name)
    main = _target(book, "officeDocument")
    kind = _content_type(book, main)
    if "sheet.binary" in kind or fold(main).endswith(".bin"):
        raise SafetyStop("gate.xlsb", name=book.name)
    if not main or (kind and not _WORKBOOKS.search(kind)):
        raise SafetyStop("gate.not_a_workbook", name=book.name)
    if not book.has(main):
        book.damaged()
    return main


def _target(book: Admitted, kind: str) -> str:
    """The first part to which the package itself has a relationship of this kind, "" if none."""
    return next((each.target for each in book.relations().values() if each.kind == kind), "")


def _content_type(book: Admitted, part: str) -> str:
    """The content type that is declared for this part by name, "" if none is."""
    found = ""
    for node in book.xml(_TYPES).iterfind("{*}Override"):
        if fold(node.get("PartName") or "") == fold(part):
            found = node.get("ContentType") or ""
    return found.lower()
