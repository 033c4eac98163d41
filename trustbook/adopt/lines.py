"""The lines of trustbook.toml that say how a workbook is read: made, and put into the file beside
what stands there.
"""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trustbook.reading.adoption import Adoption

_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class NewBook:
    """A book that trustbook.toml does not name yet: the address of its workbook, and its language."""

    workbook: str
    language: str


def lines(name: str, adoption: Adoption, new: NewBook | None = None) -> str:
    """The sections of one book, with its address and language if it is ``new``."""
    book = f"book.{_key(name)}"
    parts = []
    if new is not None:
        parts.append(
            f"[{book}]\nworkbooks = [{_text(new.workbook)}]\nlanguage = {_text(new.language)}\n"
        )
    if adoption.sheets:
        parts.append(_section(f"{book}.sheets", adoption.sheets))
    parts += [
        _section(f"{book}.columns.{sheet}", columns) for sheet, columns in adoption.columns.items()
    ]
    if adoption.unused:
        body = "".join(
            f"{sheet} = [{', '.join(map(_text, headers))}]\n"
            for sheet, headers in adoption.unused.items()
        )
        parts.append(f"[{book}.unused]\n{body}")
    return "\n".join(parts)


def put(file: Path, name: str, adoption: Adoption, new: NewBook | None) -> bool:
    """Append the sections of a book to ``file``, which need not exist yet.

    False, with nothing written, where that would not give exactly the old settings and these: the
    file is then written in a way that appending does not fit. Raises OSError where it cannot be
    written.
    """
    raw = file.read_bytes() if file.exists() else b""
    try:
        old = raw.decode("utf-8-sig")
        before = tomllib.loads(old)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    break_ = "\r\n" if "\r\n" in old else "\n"
    added = lines(name, adoption, new).replace("\n", break_)
    gap = "" if not old else break_ if old.endswith(("\n", "\r")) else break_ * 2
    longer = raw + (gap + added).encode("utf-8")
    try:
        after = tomllib.loads(longer.decode("utf-8-sig"))
    except tomllib.TOMLDecodeError:
        return False
    if after != _merged(before, name, adoption, new):
        return False
    _replace(file, longer)
    return True


def book_name(path: Path, taken: Sequence[str]) -> str:
    """A name for the book of a file: short, plain, and not taken."""
    plain = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "book"
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}-{number}", number + 1
    return name


def _merged(
    before: Mapping[str, Any], name: str, adoption: Adoption, new: NewBook | None
) -> dict[str, Any]:
    books = dict(before.get("book", {}))
    book = dict(books.get(name, {}))
    if new is not None:
        book |= {"workbooks": [new.workbook], "language": new.language}
    for section in ("sheets", "columns", "unused"):
        said = getattr(adoption, section)
        if said:
            book[section] = {sheet: _plain(value) for sheet, value in said.items()}
    return {**before, "book": {**books, name: book}}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return value if isinstance(value, str) else list(value)  # type: ignore[call-overload]


def _section(title: str, values: Mapping[str, str]) -> str:
    return f"[{title}]\n" + "".join(
        f"{_key(name)} = {_text(value)}\n" for name, value in values.items()
    )


def _key(text: str) -> str:
    return text if _BARE.fullmatch(text) else _text(text)


def _text(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'


def _replace(file: Path, data: bytes) -> None:
    """Write ``file`` whole or not at all."""
    handle, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}-")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        fresh.chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
