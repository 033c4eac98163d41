"""What marks and file names must look like before they lead anywhere: nothing that was read in a
workbook or a file is a path or a pattern.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from trustbook.ids import is_like_ours

# Each mark that leads to a memory, and its form: "B-7KQX3MNP", "12-9f3a01bc", "9f3a01bc77de host".
_FORMS = {
    "run": re.compile(r"[0-9]{1,9}-(restore|[0-9a-f]{8})"),
    "keeper": re.compile(r"[0-9a-f]{12} [^\x00-\x1f\x7f]{1,255}"),
}
# "B-7KQX3MNP.ledger" is the first line of a book, "B-7KQX3MNP.9f3a01bc.ledger" a further one.
_LINE = re.compile(r"B-[0-9A-Z]{1,8}(\.[0-9a-f]{8})?\.ledger", re.IGNORECASE)


def is_book(text: str) -> bool:
    """Whether a text can be the ID of a book."""
    return text[:2].upper() == "B-" and is_like_ours(text)


def odd_marks(marks: Mapping[str, str]) -> list[str]:
    """Which of the marks that lead to a memory are not of our form."""
    odd = [name for name, form in _FORMS.items() if not form.fullmatch(marks.get(name, ""))]
    odd = [name for name in odd if name in marks]
    return odd if is_book(marks.get("book", "B-X")) else ["book", *odd]


def is_ledger_name(name: str) -> bool:
    """Whether a file in the data folder can be a memory, by its name."""
    return _LINE.fullmatch(name) is not None


def ledgers_of(folder: Path, book: str | None, ending: str = "") -> list[Path]:
    """The memories of a book in the data folder, or with ``ending`` what lies beside each."""
    named = rf"{re.escape(book or '/')}(\.[0-9a-f]{{8}})?\.ledger{re.escape(ending)}"
    there = folder.iterdir() if folder.is_dir() else ()
    return sorted(one for one in there if re.fullmatch(named, one.name))


# The part of a further line's name that the first line of a book has not, in a folder and in a
# database.
_PART = re.compile(r"(?:B-[0-9A-Z]+\.|book_[0-9a-z]+_)([0-9a-f]{8})(?:\.ledger)?", re.IGNORECASE)


def part_of(name: str) -> str | None:
    """What tells a further line of a book from its first, by the name of a ledger."""
    return found[1] if (found := _PART.fullmatch(name)) else None


def part_for(address: str) -> str:
    """What tells the line of the workbook at an address from the first of its book."""
    return short_name(address)[:8]


def short_name(address: str) -> str:
    """An address as a part of a file's name: what was read is no path."""
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def place_note(folder: Path, address: str) -> Path:
    """The file that says which memory in the data folder a workbook's place has."""
    return folder / "places" / f"{short_name(address)}.txt"


def leave_place(folder: Path, address: str) -> None:
    """Forget which memory a place had: a workbook was newly made there."""
    place_note(folder, address).unlink(missing_ok=True)
