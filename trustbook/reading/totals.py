"""Rows that count a list or say something of it, and are none of it: "Total: 13", "Totaal | | 13",
"Legend: green = warm".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trustbook.names import clean
from trustbook.reading.listing import has_content
from trustbook.snapshot import CellFault

_COUNT = (
    r"(?:(?:sub|eind|grand)?[ -]?tota(?:al|l)|som|sum|aantal|number of|gemiddelde?|average)"
    r"(?: (?:aantal|van|of|number))?"
)
_COUNTED = r"partners?|organisati(?:e|es|ons)|organi[sz]ations?|part(?:ijen|ies)|ritme|rhythm"
_TALKS = r"contact(?:en|s|momenten)|moment(?:s|en)|gesprekken|talks|person(?:en|s)|people|mensen"
# Nothing else, or a number or a colon behind it: "Totaal Wonen" is a name.
_COUNTS = re.compile(
    rf"{_COUNT}\b(?:\W*(?:{_COUNTED}|{_TALKS})?\W*$|.*[:=\d])", re.IGNORECASE | re.DOTALL
)
_NOTE_WORD = (
    r"(?:legenda?|let op|notitie|memo|ondertekend|handtekening|signed|bron|source|note|nb"
    r"|toelichting|opmerking(?:en)?|uitleg|explanation"
    r"|(?:laatst )?bijgewerkt|(?:last )?updated|opgesteld|made|versie|version)"
)
_NOTE = re.compile(
    rf"https?:|www\.|{_NOTE_WORD}\b\W*?(?:[:=]|(?:door|by|op|on)\b|\d)", re.IGNORECASE
)
_BEGINS_WITH_NUMBER = re.compile(r"\W*\d")
_DIGIT = re.compile(r"\d")
_NO_COUNT = 10_000_000


def may_be_told(cell: object) -> bool:
    """Whether a cell that should name something reads as a total or a note, or is a bare number."""
    if not isinstance(cell, str):
        return _is_number(cell)
    return bool(_COUNTS.match(clean(cell)) or _NOTE.match(clean(cell)))


def is_note(cells: Sequence[object]) -> bool:
    """Whether a lone text stands in the cells of a row that is no name: an address of the web, a
    legend, by whom or when the list was made.
    """
    said = [cell for cell in cells if has_content(cell)]
    return len(said) == 1 and isinstance(said[0], str) and bool(_NOTE.match(clean(said[0])))


def is_total(cells: Sequence[object]) -> bool:
    """Whether the cells of a row (in any order) count the list: a word for that and a number, or a
    formula that no program worked out yet; or numbers alone. Any other text makes it a row like
    others.
    """
    texts = [clean(cell) for cell in cells if isinstance(cell, str) and has_content(cell)]
    words = [text for text in texts if not _BEGINS_WITH_NUMBER.match(text)]
    if len(words) != bool(texts) or not all(map(_COUNTS.match, words)):
        return False
    return _has_number(cells, texts) or (bool(words) and CellFault in map(type, cells))


def _has_number(cells: Sequence[object], texts: Sequence[str]) -> bool:
    return any(map(_is_number, cells)) or any(map(_DIGIT.search, texts))


def _is_number(cell: object) -> bool:
    """Whether a cell holds what a list can count to; a citizen service number is no count."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return False
    return abs(cell) < _NO_COUNT
