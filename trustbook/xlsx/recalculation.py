"""Whether a formula of somebody's may read what we write: then the workbook must compute anew.

The rule errs on the safe side: a formula on a sheet we wrote, or one that names such a sheet, a
table on it or a defined name that leads there, or that finds its cells by text (INDIRECT) or by a
span of sheets (``Jan:Dec!A1``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from trustbook.xlsx.escaping import escape_text
from trustbook.xlsx.markup import Markup
from trustbook.xlsx.package import fold
from trustbook.xlsx.tables import tables_of
from trustbook.xlsx.workbook_part import SheetEntry, WorkbookPart

_FORMULA = re.compile(rb"""<(?:[\w.-]+:)?f(?:\s(?:[^>"']|"[^"]*"|'[^']*')*)?>([^<]+)<""")
_OPENS = (b"<f ", b":f ")
_FEW = 2000  # letters: what a sheet of some thousand rows without long texts has
_SPAN = re.compile(r"[^!,;()\s]:[^!,;()]*!")


def needed(
    book: WorkbookPart, touched: Collection[SheetEntry], ours: Collection[SheetEntry]
) -> bool:
    """Whether a formula may read a cell of the ``touched`` sheets, ``ours`` among them."""
    words = _words_for(book, touched)
    for sheet in book.sheets:
        if sheet in ours or not book.package.has(sheet.part):
            continue
        formulas, written = _formulas(book.package.read(sheet.part)), sheet in touched
        if any(written or _may_read(formula, words) for formula in formulas):
            return True
    return False


def _words_for(book: WorkbookPart, touched: Collection[SheetEntry]) -> set[str]:
    """What a formula says to reach one of these sheets: titles, tables, names that lead there."""
    words: set[str] = set()
    for sheet in touched:
        title = sheet.title.casefold()
        words |= {f"{title}!", f"{title}'!"}
        words |= {table.name.casefold() for table in tables_of(book.package, sheet.part)}
    names = {(name.casefold(), _unquoted(text).casefold()) for name, text in _names(book)}
    while found := {name for name, text in names if name not in words and _mentions(text, words)}:
        words |= found
    return words


def _names(book: WorkbookPart) -> list[tuple[str, str]]:
    """The names that people gave, with what they stand for."""
    named = book.names.of_people()
    return [(name, text) for name, text in named if not name.casefold().startswith("_xlnm.")]


def _may_read(formula: str, words: Collection[str]) -> bool:
    found = "indirect(" in formula or _SPAN.search(formula) is not None
    return found or _mentions(formula, words)


def is_read(book: WorkbookPart, sheet: SheetEntry) -> bool:
    """Whether anything but our own sheets points to ``sheet``: a formula, name, chart or pivot."""
    title = escape_text(sheet.title.replace("'", "''"))
    signs = [f"{title}!", f"{title}'!", f'sheet="{title}"']
    if any(_mentions(escape_text(text), signs) for _, text in _names(book)):
        return True
    marks = [sign.encode(code) for sign in signs for code in ("utf-8", "utf-16-le")]
    quiet = _quiet_parts(book, sheet)
    for part in book.package.parts():
        if fold(part) in quiet or part.startswith("/docProps/"):
            continue
        data = book.package.read(part)
        if any(mark in data for mark in marks):
            return True
    return False


def _quiet_parts(book: WorkbookPart, sheet: SheetEntry) -> set[str]:
    """Parts that may name a sheet of ours without reading it, by their folded names."""
    parts = [book.part, *book.private_parts(sheet.part)]
    parts += [each.part for each in book.sheets if book.is_ours(each)]
    parts += [each.target for each in book.relations if each.kind == "sharedStrings"]
    return {fold(part) for part in parts}


def _formulas(data: bytes) -> Iterator[str]:
    """The formulas of a sheet, folded."""
    if not _may_compute(data) and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return
    for text in _FORMULA.findall(Markup(data).masked):
        plain = text.decode("utf-8", "replace").replace("&apos;", "'").replace("&quot;", '"')
        yield _unquoted(plain.replace("&amp;", "&")).casefold()


def _may_compute(data: bytes) -> bool:
    """Whether a tag of a formula may stand in a sheet: its letter, with what stands around it."""
    at = data.find(b"f")
    for _ in range(_FEW):  # from letter to letter, which takes a fraction of a search for two
        if at < 0:
            return False
        if data[at + 1 : at + 2] == b">" or data[at - 1 : at + 2] in _OPENS:
            return True
        at = data.find(b"f", at + 1)
    return any(data.find(tag, max(at - 1, 0)) >= 0 for tag in (b"f>", *_OPENS))


def _unquoted(text: str) -> str:
    return text.replace("''", "'")


def _mentions(text: str, words: Collection[str]) -> bool:
    return any(word in text for word in words)
