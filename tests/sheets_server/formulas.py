"""Formulas as text: tokens, the parsed tree, and references that move with their cells."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from .locales import Locale, locale
from .ranges import column_letters, column_number, quoted

TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<string>"(?:[^"]|"")*")
    |(?P<error>\#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|ERROR!))
    |(?P<reference>(?:(?:'(?:[^']|'')+'|[^\W\d]\w*)!)?
        (?:\$?[A-Za-z]{1,3}\$?[0-9]+(?::\$?[A-Za-z]{1,3}(?:\$?[0-9]+)?)?
          |\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?:\$?[0-9]+)?
          |\$?[0-9]+:\$?[0-9]+)(?![\w(.]))
    |(?P<number>[0-9]+(?:[.,][0-9]+)?(?:[eE][-+]?[0-9]+)?|[.,][0-9]+)
    |(?P<name>[^\W\d][\w.]*)
    |(?P<operator><=|>=|<>|[-+*/^&=<>%():;,{}\\])""",
    re.VERBOSE,
)
END = re.compile(r"(\$?)([A-Za-z]{1,3})?(\$?)([0-9]+)?")


class FormulaError(Exception):
    """The text is no formula in this locale."""


@dataclass(frozen=True)
class End:
    """One corner of a reference; None is open. ``fixed_*`` is a ``$``."""

    row: int | None
    column: int | None
    fixed_row: bool = False
    fixed_column: bool = False

    def text(self) -> str:
        column = (
            "" if self.column is None else ("$" * self.fixed_column + column_letters(self.column))
        )
        return column + ("" if self.row is None else "$" * self.fixed_row + str(self.row + 1))


@dataclass(frozen=True)
class Reference:
    """Cells named in a formula; ``sheet`` None is the formula's own sheet."""

    sheet: str | None
    first: End
    last: End | None = None

    def text(self) -> str:
        title = "" if self.sheet is None else quoted(self.sheet) + "!"
        return title + self.first.text() + ("" if self.last is None else ":" + self.last.text())


@dataclass(frozen=True)
class Token:
    kind: str
    text: str


@lru_cache(maxsize=50_000)
def tokens(text: str, locale_name: str) -> tuple[Token, ...]:
    """The tokens of a formula without its ``=``; a comma is a decimal or a separator by locale."""
    where, found, position = locale(locale_name), [], 1
    while position < len(text):
        match = TOKEN.match(text, position)
        if not match or not match.lastgroup:
            raise FormulaError(text)
        piece, kind = match[0], match.lastgroup
        wrong_decimal = "." if where.decimal == "," else ","
        if kind == "number" and wrong_decimal in piece:
            piece = piece.split(wrong_decimal)[0] or wrong_decimal
            kind = "number" if piece[0].isdigit() else "operator"
        if kind == "operator" and piece == "," and where.separator == ";":
            raise FormulaError(text)
        found.append(Token(kind, piece))
        position += len(piece)
    return tuple(found)


@lru_cache(maxsize=50_000)
def reference(text: str) -> Reference:
    """A reference token as its parts."""
    title, mark, cells = text.rpartition("!")
    sheet = None
    if mark:
        sheet = title[1:-1].replace("''", "'") if title.startswith("'") else title
    first, colon, last = cells.partition(":")
    return Reference(sheet, _end(first), _end(last) if colon else None)


def _end(text: str) -> End:
    found = END.fullmatch(text)
    if not found:
        raise FormulaError(text)
    dollar, letters, dollar2, digits = found.groups()
    row = int(digits) - 1 if digits else None
    if letters is None:
        return End(row, None, fixed_row=bool(dollar or dollar2))
    return End(row, column_number(letters), fixed_row=bool(dollar2), fixed_column=bool(dollar))


def rewritten(text: str, locale_name: str, change: Callable[[Reference], str]) -> str:
    """The formula with each reference replaced by what ``change`` makes of it."""
    try:
        pieces = tokens(text, locale_name)
    except FormulaError:
        return text
    return "=" + "".join(
        change(reference(t.text)) if t.kind == "reference" else t.text for t in pieces
    )


def moved(text: str, locale_name: str, rows: int, columns: int) -> str:
    """The formula as a copy of it reads this many rows and columns further on."""

    def end(corner: End) -> End | None:
        row, column = corner.row, corner.column
        if row is not None and not corner.fixed_row:
            row += rows
        if column is not None and not corner.fixed_column:
            column += columns
        if (row or 0) < 0 or (column or 0) < 0:
            return None
        return replace(corner, row=row, column=column)

    def change(found: Reference) -> str:
        first, last = end(found.first), end(found.last) if found.last else None
        if first is None or (found.last and last is None):
            return "#REF!"
        return replace(found, first=first, last=last).text()

    return rewritten(text, locale_name, change) if rows or columns else text


def canonical(text: str, locale_name: str) -> str:
    """As the sheet keeps it: where a comma separates arguments, a typed ``;`` becomes one."""
    if locale(locale_name).separator == ";" or ";" not in text or "{" in text:
        return text
    try:
        pieces = tokens(text, locale_name)
    except FormulaError:
        return text
    return "=" + "".join("," if t.text == ";" else t.text for t in pieces)


def relocated(text: str, old: str, new: str) -> str:
    """The formula after the spreadsheet's locale changed: other separators and decimals."""
    before, after = locale(old), locale(new)
    if before.separator == after.separator:
        return text
    try:
        pieces = tokens(text, old)
    except FormulaError:
        return text
    swap = {
        "number": (before.decimal, after.decimal),
        "operator": (before.separator, after.separator),
    }
    return "=" + "".join(
        t.text.replace(*swap[t.kind]) if t.kind in swap else t.text for t in pieces
    )


# The parsed tree: ("number", 1.5) ("text", "a") ("truth", True) ("error", "#N/A") ("reference",
# Reference) ("name", "MyRange") ("call", "IF", [trees]) ("operator", "+", left, right) ("sign",
# "-", tree) ("percent", tree) ("nothing",) for an empty argument.
Tree = tuple[Any, ...]

BINDING = {
    "=": 1,
    "<>": 1,
    "<": 1,
    ">": 1,
    "<=": 1,
    ">=": 1,
    "&": 2,
    "+": 3,
    "-": 3,
    "*": 4,
    "/": 4,
    "^": 5,
}
NO_TOKEN = Token("end", "")


@lru_cache(maxsize=50_000)
def parsed(text: str, locale_name: str) -> Tree:
    """The tree of a formula; FormulaError where it is none."""
    stream = [t for t in tokens(text, locale_name) if t.kind != "space"]
    parser = _Parser(stream, locale(locale_name))
    tree = parser.expression()
    if parser.here < len(stream):
        raise FormulaError(text)
    return tree


class _Parser:
    """Recursive descent over the tokens, one method a kind of phrase. (A token's text tells
    operators from the rest: texts in quotes keep their quotes.)
    """

    def __init__(self, stream: list[Token], where: Locale) -> None:
        self.stream, self.where, self.here = stream, where, 0

    def peek(self) -> Token:
        return self.stream[self.here] if self.here < len(self.stream) else NO_TOKEN

    def take(self) -> Token:
        token = self.peek()
        self.here += 1
        return token

    def expression(self, at_least: int = 1) -> Tree:
        """Operators that bind at least this tightly, from left to right."""
        left = self.signed()
        while (binding := BINDING.get(self.peek().text, 0)) >= at_least:
            operator = self.take().text
            left = ("operator", operator, left, self.expression(binding + 1))
        return left

    def signed(self) -> Tree:
        if self.peek().text in ("-", "+"):
            return ("sign", self.take().text, self.signed())
        tree = self.primary()
        while self.peek().text == "%":
            self.take()
            tree = ("percent", tree)
        return tree

    def primary(self) -> Tree:
        token = self.take()
        if token.kind == "number":
            return ("number", float(token.text.replace(self.where.decimal, ".")))
        if token.kind == "string":
            return ("text", token.text[1:-1].replace('""', '"'))
        if token.kind == "error":
            return ("error", token.text)
        if token.kind == "reference":
            return ("reference", reference(token.text))
        if token.kind == "name":
            return self.named(token.text)
        if token.text == "(":
            tree = self.expression()
            self.expect(")")
            return tree
        if token.text == "{":
            return self.stacked()
        raise FormulaError(token.text)

    def stacked(self) -> Tree:
        """Rows between braces, one above the other."""
        rows = [self.expression()]
        while self.peek().text == ";":
            self.take()
            rows.append(self.expression())
        self.expect("}")
        return ("stack", rows)

    def named(self, name: str) -> Tree:
        if self.peek().text == "(":
            self.take()
            return ("call", name.upper(), self.arguments())
        if name.upper() in ("TRUE", "FALSE", self.where.true, self.where.false):
            return ("truth", name.upper() in ("TRUE", self.where.true))
        return ("name", name)

    def arguments(self) -> list[Tree]:
        found: list[Tree] = []
        if self.peek().text == ")":
            self.take()
            return found
        while True:
            if self.peek().text in (",", ";", ")"):
                found.append(("nothing",))
            else:
                found.append(self.expression())
            token = self.take()
            if token.text == ")":
                return found
            if token.text not in (",", ";"):
                raise FormulaError(token.text)

    def expect(self, text: str) -> None:
        if self.take().text != text:
            raise FormulaError(text)
