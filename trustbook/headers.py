"""Which column each header of a list is: one way to read headers for every door."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from trustbook.columns import Column, Sheet, choice_names, header_names
from trustbook.dates import Unreadable, read_date, read_rhythm
from trustbook.ids import is_own_numbering
from trustbook.names import header_key, header_words, key
from trustbook.privacy import withheld

# Where our own name was taken, `adopt` gives a column of ours this one: it is nobody else's.
_OURS = "(trustbook)"
_IN_BRACKETS = re.compile(r"(.*\S)\s*[(\[]([^()\[\]]+)[)\]]\W*")
_PLURAL_MARK = re.compile(r"\((?:e?n|'?s)\)(?=\W*$)")
_WORD = re.compile(r"[^\W\d_]+")
_PARTS = re.compile(r"[,;/|]|\bof\b|\bor\b|\ben\b|\band\b")
_UNITS = frozenset(
    "dag dagen week weken wk maand maanden mnd kwartaal kwartalen jaar jaren uur uren tekens "
    "cijfers day days weeks month months quarter quarters year years hour hours characters digits "
    "d dd m mm j jj jjjj y yy yyyy".split()
)
# Units that a bare number below the header counts in, by a word that a rhythm knows.
_SPANS = {
    "weeks": frozenset(("week", "weken", "wk", "weeks")),
    "months": frozenset(("maand", "maanden", "mnd", "month", "months")),
    "quarter": frozenset(("kwartaal", "kwartalen", "quarter", "quarters")),
    "year": frozenset(("jaar", "jaren", "year", "years")),
}
_FORMATS = frozenset("datum date getal number tekst text".split())
_AROUND_UNITS = frozenset("in per aantal max maximaal maximum number of or en and".split())
_EXAMPLE = re.compile(r"(?:bijv|bv|b\.v|vb|voorbeeld|zoals|e\.?g|for example|example|such as)\b")
_TOLD_APART = 4  # a shorter name stands in many a header by chance
_LONG = 9
_OURS_SURELY, _EXACT, _ALIKE, _EXPLAINED = range(4)
_LONGEST = 120


@dataclass(slots=True)
class HeaderRow:
    """What the headers of a row are: columns by their place in the row, from 0.

    ``doubled`` are headers of a column that another one named as plainly before.
    """

    columns: dict[int, Column] = field(default_factory=dict)
    doubled: dict[int, Column] = field(default_factory=dict)

    def names(self, place: int) -> bool:
        """Whether the header at a place names a column of ours."""
        return place in (self.columns | self.doubled)


class HeaderReader:
    """Reads rows of headers by ``names`` (normalised header to column).

    An exact header goes before one that differs in accents, spaces, punctuation or a plural only,
    and that before one with a unit, a format or an example in brackets behind it. An ID and the
    columns that trustbook fills have exact names; ``ID (trustbook)`` goes before all.
    """

    def __init__(self, names: Mapping[str, Column]) -> None:
        self._names, self._alike = names, _alike(names)

    def read(self, row: Sequence[object]) -> HeaderRow:
        """Which columns the cells of a row name."""
        claims: dict[str, dict[int, list[tuple[int, Column]]]] = {}
        for place, text in enumerate(row):
            rank, column = self._claim(text)
            if column is not None:
                claims.setdefault(column.key, {}).setdefault(rank, []).append((place, column))
        found = HeaderRow()
        for by_rank in claims.values():
            rank = min(by_rank)
            first, *others = by_rank[rank]
            if rank < _EXPLAINED or not others:  # of two with brackets either may be meant
                found.columns.update([first])
                found.doubled.update(others)
        return found

    def _claim(self, cell: object) -> tuple[int, Column | None]:
        """Which column a header names, and how plainly: the lower, the plainer."""
        if not isinstance(cell, str) or len(cell) > _LONGEST:
            return _EXPLAINED, None
        text = key(cell)
        if column := self._names.get(text):
            return (_OURS_SURELY if text.endswith(_OURS) else _EXACT), column
        if column := self._alike.get(header_key(_PLURAL_MARK.sub("", text))):
            return _ALIKE, column
        return _EXPLAINED, self._explained(text)

    def _explained(self, text: str) -> Column | None:
        """The column of a header with a unit, a format or an example in brackets behind it."""
        found = _IN_BRACKETS.fullmatch(text)
        column = self._alike.get(header_key(found[1])) if found else None
        return column if found and column and _explains(found[2], column) else None


def are_own_ids(rows: Sequence[Sequence[object]], place: int) -> bool:
    """Whether the column ID at a ``place`` of these ``rows`` is the coordinator's own.

    A lone cell is a total or a note, and says nothing of the column. A citizen service number that
    was typed over an ID of ours must be told, not left alone.
    """
    numbered = (row for row in rows if len(row) > place and row[place] is not None)
    cells = [row[place] for row in numbered if len(row) - row.count(None) > 1]
    return is_own_numbering(cells) and is_own_numbering(c for c in cells if not withheld(str(c)))


def unit_in(header: str) -> str | None:
    """The unit of time that a header names in brackets: "Ritme (weken)"; None for days, or none."""
    found = _IN_BRACKETS.fullmatch(key(header))
    words = set(_WORD.findall(found[2])) if found else set()
    return next((unit for unit, spelled in _SPANS.items() if words & spelled), None)


def names_left(
    sheet: Sheet, own: Mapping[str, str | None], spoken: Iterable[str] = ()
) -> dict[str, Column]:
    """The names of ours that headers of ``sheet`` may bear where it has names of its ``own``.

    ``own``: header (normalised) to column, None for one that is nothing of ours. Neither these nor
    ``spoken`` ones are ours, however they are spelled.
    """
    taken = {*own, *map(key, spoken)}
    alike = {*map(header_key, taken)}
    return {
        name: column
        for name, column in header_names(sheet).items()
        if column.key not in own.values()
        and name not in taken
        and (column.filled_by_us or header_key(name) not in alike)
    }


def _alike(names: Mapping[str, Column]) -> dict[str, Column]:
    """The columns by their names without spaces, accents and the like, where that names one."""
    found: dict[str, Column] = {}
    doubtful = set()
    for name, column in names.items():
        alike = header_key(name)
        if alike and not column.filled_by_us and found.setdefault(alike, column) is not column:
            doubtful.add(alike)
    return {alike: column for alike, column in found.items() if alike not in doubtful}


def _explains(text: str, column: Column) -> bool:
    """Whether a text in brackets is a unit, a format or an example of what stands below."""
    if _EXAMPLE.match(text) or _is_value(text, column) or _are_choices(text, column):
        return True
    words = set(_WORD.findall(text))
    return bool(words & (_UNITS | _FORMATS)) and words <= _UNITS | _FORMATS | _AROUND_UNITS


def _are_choices(text: str, column: Column) -> bool:
    """Whether a text names words of the column's list, and nothing else."""
    parts = {part.strip() for part in _PARTS.split(text)} - {""}
    return bool(parts) and parts <= choice_names(column.choices).keys()


def _is_value(text: str, column: Column) -> bool:
    """Whether a text could stand below the header; a bare number may be anything."""
    if text.isdecimal():
        return False
    try:
        if column.type == "date":
            return bool(read_date(text))
        return column.type == "rhythm" and bool(read_rhythm(text))
    except Unreadable:
        return False


def nearest_column(header: str, sheet: Sheet, read: Iterable[str]) -> Column | None:
    """The column of ``sheet`` that an unread header probably means; None for one of its own.

    Columns that are ``read`` (keys) already, and those that have exact names, are not meant.
    """
    known = set(read)
    for column in sheet.columns:
        if column.key in known or column.filled_by_us:
            continue
        if any(_is_near(header, name) for name in column.names):
            return column
    return None


def _is_near(header: str, name: str) -> bool:
    if len(name) < _TOLD_APART:
        return False
    return _contains(header_words(header), header_words(name)) or _misspells(header, name)


def _contains(words: Sequence[str], parts: Sequence[str]) -> bool:
    starts = range(len(words) - len(parts) + 1)
    return any(words[at : at + len(parts)] == parts for at in starts)


def _misspells(header: str, name: str) -> bool:
    from rapidfuzz.distance import OSA  # only where a header is not ours

    slips = 1 + (len(name) >= _LONG)
    distance = OSA.distance(header_key(header), header_key(name), score_cutoff=slips)
    return distance <= slips
