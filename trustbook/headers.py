"""Which column each header of a list is: one way to read headers for every door."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from trustbook.columns import Column, Sheet, choice_names
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
        return place in self.columns or place in self.doubled


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
            if isinstance(text, str) and len(text) <= _LONGEST:
                rank, column = self._claim(key(text))
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

    def _claim(self, text: str) -> tuple[int, Column | None]:
        """Which column a (normalised) header names, and how plainly: the lower, the plainer."""
        if column := self._names.get(text):
            return (_OURS_SURELY if text.endswith(_OURS) else _EXACT), column
        if column := self._alike.get(header_key(_PLURAL_MARK.sub("", text))):
            return _ALIKE, column
        if found := _IN_BRACKETS.fullmatch(text):
            column = self._alike.get(header_key(found[1]))
            if column is not None and _explains(found[2], column):
                return _EXPLAINED, column
        return _EXPLAINED, None


def own_ids_at(columns: Mapping[int, Column], rows: Sequence[Sequence[object]]) -> int | None:
    """The place of a column ID that holds numbers of the coordinator's own in ``rows``, if any."""
    place = next((place for place, column in columns.items() if column.type == "id"), None)
    if place is None:
        return None
    cells = [row[place] for row in rows if place < len(row)]
    if not is_own_numbering(cells):
        return None
    # A citizen service number that was typed over an ID of ours must be told, not left alone.
    return place if is_own_numbering(cell for cell in cells if not withheld(str(cell))) else None


def without(names: Mapping[str, Column], others: Iterable[str]) -> dict[str, Column]:
    """``names`` but those that are one of ``others`` (headers), however these are spelled."""
    taken = {*map(key, others)}
    alike = {*map(header_key, taken)}
    return {
        name: column
        for name, column in names.items()
        if name not in taken and (header_key(name) not in alike or _is_exact(column))
    }


def _alike(names: Mapping[str, Column]) -> dict[str, Column]:
    """The columns by their names without spaces, accents and the like, where that names one."""
    found: dict[str, Column] = {}
    doubtful = set()
    for name, column in names.items():
        alike = header_key(name)
        if alike and not _is_exact(column) and found.setdefault(alike, column) is not column:
            doubtful.add(alike)
    return {alike: column for alike, column in found.items() if alike not in doubtful}


def _is_exact(column: Column) -> bool:
    """Whether only the very name of a column will do: trustbook writes in it."""
    return column.type == "id" or column.owner == "derived"


def _explains(text: str, column: Column) -> bool:
    """Whether a text in brackets is a unit, a format or an example of what stands below."""
    if _EXAMPLE.match(text) or _is_value(text, column):
        return True
    parts = [part.strip() for part in _PARTS.split(text)]
    if column.choices and all(part in choice_names(column.choices) for part in parts if part):
        return True
    words = set(_WORD.findall(text))
    return bool(words & (_UNITS | _FORMATS)) and words <= _UNITS | _FORMATS | _AROUND_UNITS


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
    words, alike, known = header_words(header), header_key(header), set(read)
    wanted = (each for each in sheet.columns if each.key not in known and not _is_exact(each))
    for column in wanted:
        for name in (column.en, column.nl, *column.also):
            if _contains(words, name) or _misspells(alike, header_key(name)):
                return column
    return None


def _contains(words: Sequence[str], name: str) -> bool:
    parts = header_words(name)
    starts = range(len(words) - len(parts) + 1)
    return len(name) >= _TOLD_APART and any(words[i : i + len(parts)] == parts for i in starts)


def _misspells(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA  # only where a header is not ours

    slips = 1 + (len(other) >= _LONG)
    return len(other) >= _TOLD_APART and OSA.distance(one, other, score_cutoff=slips) <= slips
