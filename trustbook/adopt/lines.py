"""What trustbook.toml says of how a workbook is read: its sections made, and put into the file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument

from trustbook.places.made_files import PAGE_MODE, replace_whole
from trustbook.reading.adoption import Adoption


@dataclass(frozen=True, slots=True)
class NewBook:
    """A book that trustbook.toml does not name yet: the address of its workbook, its language."""

    workbook: str
    language: str


def lines(name: str, adoption: Adoption, new: NewBook | None = None) -> str:
    """The sections of one book, with its address and language if it is ``new``."""
    return tomlkit.dumps(_document(name, _said(adoption, new)))


def put(file: Path, name: str, adoption: Adoption, new: NewBook | None) -> bool:
    """Add the sections of a book at the end of ``file``, which need not exist yet.

    What stands there stays to the byte. False, with nothing written, where the file would not then
    say exactly its old settings and these: it is written in a way that sections cannot be added to.
    Raises OSError where it cannot be written.
    """
    raw = file.read_bytes() if file.exists() else b""
    said = _said(adoption, new)
    if not said:
        return True
    try:
        old = raw.decode("utf-8-sig")
        before = tomllib.loads(old)
        longer = raw + _addition(old, tomlkit.dumps(_document(name, said))).encode("utf-8")
        after = tomllib.loads(longer.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    if after != _with_book(before, name, said):
        return False
    # Through a link to the settings, which is to stay one.
    replace_whole(file.resolve(), longer, PAGE_MODE)
    return True


def book_name(path: Path, taken: Sequence[str]) -> str:
    """A name for the book of a file: short, plain, and not taken."""
    plain = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "book"
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}-{number}", number + 1
    return name


def _said(adoption: Adoption, new: NewBook | None) -> dict[str, Any]:
    """The settings of the book, as plain values."""
    said: dict[str, Any] = {}
    if new is not None:
        said |= {"workbooks": [new.workbook], "language": new.language}
    if adoption.sheets:
        said["sheets"] = dict(adoption.sheets)
    if adoption.columns:
        said["columns"] = {sheet: dict(headers) for sheet, headers in adoption.columns.items()}
    if adoption.unused:
        said["unused"] = {sheet: list(headers) for sheet, headers in adoption.unused.items()}
    return said


def _document(name: str, said: Mapping[str, Any]) -> TOMLDocument:
    """The settings of one book as TOML, every table under a header of its own."""
    document = tomlkit.document()
    if said:
        books = tomlkit.table(is_super_table=True)
        books.append(name, said)
        document.append("book", books)
    return document


def _addition(old: str, sections: str) -> str:
    """The sections as they follow ``old``: a blank line between, and its kind of line breaks."""
    line_break = "\r\n" if "\r\n" in old else "\n"
    gap = ""
    if old:
        gap = line_break if old.endswith(("\n", "\r")) else line_break * 2
    return gap + sections.replace("\n", line_break)


def _with_book(before: Mapping[str, Any], name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they must be afterwards."""
    books = before.get("book", {})
    return {**before, "book": {**books, name: {**books.get(name, {}), **said}}}
