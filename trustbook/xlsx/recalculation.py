"""Whether a formula that is not ours may read what we write: then the workbook must compute anew
when it opens.

The rule errs on the safe side: a formula on a sheet we wrote, or one that names such a sheet, a
table on it or a defined name that leads there, or that finds its cells by text (INDIRECT) or by a
span of sheets (``Jan:Dec!A1``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from xml.sax.saxutils import escape

from trustbook.xlsx.add_rows import tables_of
from trustbook.xlsx.markup import Markup
from trustbook.xlsx.package import fold
from trustbook.xlsx.workbook_part import SheetEntry, WorkbookPart

_FORMULA = re.compile(rb"""<(?:[\w.-]+:)?f(?:\s(?:[^>"']|"[^"]*"|'[^']*')*)?>([^<]+)<""")
_SPAN = re.compile(r"[^!,;()\s]:[^!,;()]*!")


def needed(
    book: WorkbookPart, touched: Collection[SheetEntry], ours: Collection[SheetEntry]
) -> bool:
    """Whether a formula may read a cell of the ``touched`` sheets or of ``ours``, the generated
    ones among them.
    """
    words = {
        f"{end}!"
        for sheet in touched
        for end in (sheet.title.casefold(), f"{sheet.title.casefold()}'")
    }
    words |= {
        table.name.casefold() for sheet in touched for table in tables_of(book.package, sheet.part)
    }
    names = {(name.casefold(), text.replace("''", "'").casefold()) for name, text in book.names()}
    names = {(name, text) for name, text in names if not name.startswith("_xlnm.")}
    while found := {name for name, text in names if name not in words and _mentions(text, words)}:
        words |= found
    foreign = [sheet for sheet in book.sheets if sheet not in ours and book.package.has(sheet.part)]
    for sheet in foreign:
        for formula in _formulas(book.package.read(sheet.part)):
            if (
                sheet in touched
                or "indirect(" in formula
                or _SPAN.search(formula)
                or _mentions(formula, words)
            ):
                return True
    return False


def is_read(book: WorkbookPart, sheet: SheetEntry) -> bool:
    """Whether anything but our own sheets points to a cell of ``sheet``: a formula, a name, a
    chart, a pivot table.
    """
    title = escape(sheet.title.replace("'", "''"))
    signs = [f"{title}!", f"{title}'!", f'sheet="{title}"']
    if any(
        _mentions(escape(text), signs)
        for name, text in book.names()
        if not name.startswith("_xlnm.")
    ):
        return True
    quiet = {fold(part) for part in book.private_parts(sheet.part)} | {fold(book.part)}
    quiet |= {fold(each.part) for each in book.sheets if book.is_ours(each)}
    quiet |= {fold(each.target) for each in book.relations if each.kind == "sharedStrings"}
    others = (
        part
        for part in book.package.parts()
        if fold(part) not in quiet and not part.startswith("/docProps/")
    )
    marks = [sign.encode("utf-8") for sign in signs] + [sign.encode("utf-16-le") for sign in signs]
    return any(
        mark in data for part in others for data in (book.package.read(part),) for mark in marks
    )


def _formulas(data: bytes) -> Iterator[str]:
    if (
        b"f>" not in data
        and b"<f " not in data
        and b":f " not in data
        and data[:2] not in (b"\xff\xfe", b"\xfe\xff")
    ):
        return
    for text in _FORMULA.findall(Markup(data).masked):
        plain = (
            text.decode("utf-8", "replace")
            .replace("&apos;", "'")
            .replace("&quot;", '"')
            .replace("&amp;", "&")
        )
        yield plain.replace("''", "'").casefold()


def _mentions(text: str, words: Collection[str]) -> bool:
    return any(word in text for word in words)
