"""The gate: what a file really is, told from its own bytes, before any parser of workbooks sees it.

Nothing is written, nothing is inflated beyond a limit, and whatever is wrong becomes one sentence
(messages/gate.toml).
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, NoReturn

from lxml import etree

from trustbook.errors import Busy, NoAccess, SafetyStop, TrustbookError, UsageError
from trustbook.xlsx.package import Relationship, fold, rels_of

CHUNK = 1 << 18
PROLOG = 1 << 11  # bytes at the start of a part in which a document type would stand
ENDINGS = (".xlsx", ".xlsm")
MAX_FILE = 256 << 20
MAX_ENTRIES = 20_000
MAX_DIRECTORY = 8 << 20
MAX_TOTAL = 3 << 30
MAX_XML = 16 << 20  # of a part that is read whole
# Deflate packs at most 1032:1. Empty formatted cells down to the last row, as people make them,
# stay far below this.
MAX_RATIO = 200
RATIO_COUNTS_FROM = 16 << 20

_ZIP = (b"PK\3\4", b"PK\5\6", b"PK\7\x08")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_DOCTYPE = re.compile(
    b"|".join(re.escape("<!DOCTYPE".encode(code)) for code in ("ascii", "utf-16-le", "utf-16-be"))
)
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
_PAGE = re.compile(rb"<(!doctype|html|head|meta|table|body|style|div)\b")
_WORKBOOKS = re.compile(r"\.(sheet|template)(\.macroenabled)?\.main\+xml$", re.IGNORECASE)
# Windows: another program holds the file; the cloud's own program cannot fetch it now.
_HELD, _CLOUD = (32, 33), range(358, 397)
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
        """The part's XML piece by piece, at least 4,096 bytes at first, checked against its
        checksum.

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
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
            OSError,
        ):
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
        holder, found = rels_of(part), {}
        for node in self.xml(holder).iterfind("{*}Relationship") if self.has(holder) else ():
            if node.get("TargetMode") != "External":
                type_ = (node.get("Type") or "").rstrip("/")
                target = (node.get("Target") or "").partition("#")[0].replace("\\", "/")
                where = posixpath.normpath(posixpath.join(posixpath.dirname(part) or "/", target))
                id_ = node.get("Id") or ""
                found[id_] = Relationship(
                    id_, type_.rpartition("/")[2], type_, "/" + where.lstrip("/")
                )
        return found

    def damaged(self) -> NoReturn:
        """Stop: the file is damaged; or it changed while it was being read, and the next run will
        see it whole.
        """
        if _stamp(self._file) != self._stamp:
            raise Busy("gate.changing", name=self.name)
        raise SafetyStop("gate.damaged", name=self.name)

    def _check_prolog(self, start: bytes) -> None:
        start = _COMMENT.sub(b"", start)
        if _DOCTYPE.search(start):
            raise SafetyStop("gate.doctype", name=self.name)
        declared = _ENCODING.match(start.removeprefix(b"\xef\xbb\xbf"))
        if (declared and declared[1].lower() not in _ENCODINGS) or not _ELEMENT.search(start):
            self.damaged()


def admit(path: Path) -> Admitted:
    """Open the workbook at ``path`` if it can be trusted to be one.

    Raises UsageError (no such file, a folder, Excel's ``~$`` file), SafetyStop (not an Excel
    workbook of today, or one that would do harm), NoAccess, or Busy (held by another program, or
    out of reach now).
    """
    file = _open(path)
    try:
        stamp = _stamp(file)
        head = file.read(1 << 16)
        if not head.startswith(_ZIP):
            raise SafetyStop(f"gate.{_what(path, head, file)}", name=path.name)
        if stamp[0] > MAX_FILE:
            raise SafetyStop("gate.too_big", name=path.name, where=path.name)
        package, parts = _package(path.name, file, stamp[0])
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
    """No part may declare a document type, not even one we never read: no program that writes
    workbooks does.
    """
    for found in book._parts.values():
        for info in found:
            if not info.filename.lower().endswith((".xml", ".rels")) or info.flag_bits & 1:
                continue
            with contextlib.suppress(
                zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError
            ):
                with book._zip.open(info) as stream:
                    start = stream.read(PROLOG)
                if _DOCTYPE.search(_COMMENT.sub(b"", start)):
                    raise SafetyStop("gate.doctype", name=book.name)


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
    """Size and time of change."""
    found = os.fstat(file.fileno())
    return found.st_size, found.st_mtime_ns


def _what(path: Path, head: bytes, file: IO[bytes]) -> str:
    """The key of the sentence for a file that is no zip package."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        return "empty"
    if not head.strip(b"\0"):
        return "placeholder"
    if head.startswith(_OLE):
        return _what_ole(head, file)
    if (
        text.startswith(b"{") and (b"doc_id" in text or b"google.com" in text)
    ) or path.suffix.lower() == ".gsheet":
        return "pointer"
    if _PAGE.match(text) or b"urn:schemas-microsoft-com:office" in text:
        return "web_page"
    if b"office:mimetype" in text and b"opendocument.spreadsheet" in text:
        return "ods"
    if re.match(rb"\t[\0\2\4\x08][\4\6\x08\x10]\0", head):
        return "old_xls"
    return "csv" if path.suffix.lower() in (".csv", ".tsv", ".tab") else "not_a_workbook"


def _what_ole(head: bytes, file: IO[bytes]) -> str:
    """An old container: a locked workbook, a workbook of before 2007, or something else. Read from
    its directory.
    """
    if len(head) < 512:
        return "truncated"
    (shift,), (sector,) = struct.unpack_from("<H", head, 30), struct.unpack_from("<I", head, 48)
    file.seek((sector + 1) << min(shift, 12))
    directory = file.read(1 << 16)
    entries = (directory[at : at + 64] for at in range(0, len(directory), 128))
    names = {entry.decode("utf-16-le", "ignore").partition("\0")[0] for entry in entries}
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        return "password"
    return "old_xls" if names & {"Workbook", "Book"} else "not_a_workbook"


def _package(
    name: str, file: IO[bytes], size: int
) -> tuple[zipfile.ZipFile, dict[str, list[zipfile.ZipInfo]]]:
    """The zip package and its entries by folded part name, after its directory was found to be
    believable.
    """
    _check_directory(name, file, size)
    try:
        package = zipfile.ZipFile(file)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        ValueError,
        struct.error,
        UnicodeError,
    ) as error:
        raise SafetyStop("gate.damaged", name=name) from error
    entries = sorted(package.infolist(), key=lambda info: info.header_offset)
    if entries and entries[0].header_offset < 0:
        raise SafetyStop("gate.damaged", name=name)
    if len(entries) > MAX_ENTRIES or sum(info.file_size for info in entries) > MAX_TOTAL:
        raise SafetyStop("gate.bomb", name=name)
    end = 0
    for info in entries:
        if info.header_offset < end or _inflated(info):
            raise SafetyStop("gate.bomb", name=name)
        end = info.header_offset + 30 + info.compress_size
    parts: dict[str, list[zipfile.ZipInfo]] = {}
    for info in package.infolist():
        if not info.is_dir():
            parts.setdefault(fold(info.filename), []).append(info)
    return package, parts


def _inflated(info: zipfile.ZipInfo) -> bool:
    """Whether an entry claims more than honest content packs to, or less than what it packs."""
    if info.file_size > RATIO_COUNTS_FROM and info.file_size > MAX_RATIO * info.compress_size:
        return True
    return info.compress_size > info.file_size + info.file_size // 64 + 4096


def _check_directory(name: str, file: IO[bytes], size: int) -> None:
    """Stop before a directory of millions of entries is read. Formats: APPNOTE 4.3.14 to 4.3.16."""
    file.seek(max(0, size - (1 << 16) - 22))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22:
        raise SafetyStop("gate.truncated", name=name)
    count, length = struct.unpack_from("<HI", tail, at + 10)
    wide = tail.rfind(b"PK\6\6", 0, at)
    if wide >= 0 and len(tail) >= wide + 48:
        count, length = struct.unpack_from("<QQ", tail, wide + 32)
    if count > MAX_ENTRIES or length > MAX_DIRECTORY:
        raise SafetyStop("gate.bomb", name=name)


def _main_part(book: Admitted) -> str:
    """Name of the workbook part, found by relationship. Stops for packages that are something else."""
    if not book.has("/[Content_Types].xml"):
        opened = book.has("/META-INF/manifest.xml") and book.has("/content.xml")
        raise SafetyStop("gate.ods" if opened else "gate.not_a_workbook", name=book.name)
    types = {fold(node.get("PartName") or ""): node.get("ContentType") or ""
             for node in book.xml("/[Content_Types].xml").iterfind("{*}Override")}  # fmt: skip
    main = next(
        (each.target for each in book.relations().values() if each.kind == "officeDocument"), ""
    )
    kind = types.get(fold(main), "").lower()
    if "sheet.binary" in kind or fold(main).endswith(".bin"):
        raise SafetyStop("gate.xlsb", name=book.name)
    if not main or (kind and not _WORKBOOKS.search(kind)):
        raise SafetyStop("gate.not_a_workbook", name=book.name)
    if not book.has(main):
        book.damaged()
    return main
