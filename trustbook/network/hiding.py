"""Names hidden wherever they stand in a text: whatever their spelling, of people in parts as well.

What somebody else is called stays: a longer name of which one of them is a part, and a surname or
first name that two share.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain, count, repeat
from typing import Any, TypeAlias

from trustbook.names import clean, key
from trustbook.network.spelled_names import (
    COMMON_WORDS,
    all_words,
    folded,
    name_words,
    plain_sign,
    taken_apart,
    tells,
)

# What stands where a name stood.
ERASED = "…"
Hide: TypeAlias = Callable[[str], str]

_JOINT = r"[\s.'_-]*"
_FEWEST_DIGITS = 7
# A shorter name is another one with another letter.
_SHORTEST_FIRST, _SHORTEST_LAST = 5, 6


def hiding(
    names: Collection[str],
    others: Collection[str] = (),
    people: Iterable[str] = (),
    ways: Iterable[str] = (),
) -> Hide:
    """What puts the mark in the place of each of ``names``, whole words only.

    ``people``: those of the names that are people's, which are hidden by their initials and by a
    part alone as well; ``ways``: their telephone numbers and e-mail addresses. ``others`` is what
    somebody else is called, or reached by.
    """
    wanted = [*map(_pattern, sorted(map(clean, {*names} - {""}), key=len, reverse=True))]
    lone: list[str] = []
    taken = all_words(others)
    for name in people:
        wanted += _with_initials(name_words(name), taken)
        lone += _lone_parts(name_words(name), taken)
    reached = [*filter(None, (_way(way) for way in ways if not _is_way_of(way, others)))]
    if not (wanted or reached):
        return lambda text: text
    kept = _longer(others, names)
    found = re.compile("|".join(_alternatives(reached, kept, wanted, lone)))
    # A memory holds the same few texts over and over: in each change, and in each copy of itself.
    return lru_cache(maxsize=1 << 12)(partial(_hidden, found))


def _alternatives(
    reached: list[str], kept: list[str], wanted: list[str], lone: list[str]
) -> Iterator[str]:
    """The first that fits is what is found: who else is called so goes before who is hidden."""
    if reached:
        yield rf"(?P<way>{'|'.join(reached)})"
    parts = (("kept", kept, ""), ("name", wanted, ""), ("lone", lone, "(?:'?s)?"))
    for group, patterns, ending in parts:
        if patterns:
            yield rf"(?<!\w)(?P<{group}>{'|'.join(patterns)}){ending}(?!\w)"


def hidden_value(value: Any, hide: Hide) -> Any:
    """The value of a cell, names in it hidden: a number may be somebody's telephone number."""
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return ERASED if hide(f"{value:.0f}") == ERASED else value
    return value


def _hidden(found: re.Pattern[str], text: str) -> str:
    """The text with the mark where a pattern is found, whatever else stands there unchanged."""
    plain = unicodedata.normalize("NFC", text)
    matches = [*found.finditer(folded(plain))]
    places = _places(plain) if matches else ()
    pieces, end = [], 0
    for match in matches:
        start, stop = places[match.start()], places[match.end()]
        if _is_meant(match, plain[start:stop]):
            pieces += [plain[end:start], ERASED]
            end = stop
    return "".join([*pieces, plain[end:]]) if pieces else text


def _is_meant(match: re.Match[str], written: str) -> bool:
    """Whether a match is a name; a word of the language is one where it is written as one."""
    groups = match.groupdict()
    if groups.get("kept"):
        return False
    lone = (groups.get("lone") or "").split()
    return not lone or lone[-1] not in COMMON_WORDS or written != written.lower()


def _places(text: str) -> Sequence[int]:
    """Where each sign of the folded text stands in the text; the end, too."""
    if text.isascii():
        return range(len(text) + 1)
    widths = map(len, map(plain_sign, text))
    return [*chain.from_iterable(map(repeat, count(), widths)), len(text)]


def _pattern(name: str) -> str:
    """A whole name, its words in their order, spaces between them or not."""
    return _JOINT.join(map(re.escape, folded(name).split()))


def _with_initials(words: list[str], taken: Collection[str]) -> Iterator[str]:
    """A person by initials and surname, and with the surname in front; in the one or the other with
    a slip of the pen that is no word of another name (``taken``).
    """
    first, between, last = taken_apart(words)
    if not last:
        return
    joined = _JOINT.join(map(re.escape, last))
    surname = _JOINT.join(map(re.escape, [*between, *last]))
    initials = rf"{re.escape(first[0][0])}\.?(?:\s?[^\W\d_]\.)*"
    slips = _slips(first[0], _SHORTEST_FIRST, taken)
    full = rf"{_JOINT.join(map(re.escape, first))}|{re.escape(first[0])}"
    given = rf"(?:{'|'.join([full, *slips, initials])})"
    yield rf"{given}{_JOINT}(?:{surname}|{joined})"
    middle = _JOINT.join(map(re.escape, between))
    yield rf"(?:{surname}|{joined}),\s*{given}(?:{_JOINT}{middle})?"
    if misspelt := _slips(last[-1], _SHORTEST_LAST, taken):
        before = _JOINT.join(["", *map(re.escape, last[:-1]), ""])
        yield rf"(?:{full})(?:{_JOINT}{middle})?{before}(?:{'|'.join(misspelt)})"


def _slips(word: str, shortest: int, taken: Collection[str]) -> list[str]:
    """Patterns for a word with one letter more, less, other or in another place; none for a word
    that is soon another one, or that somebody else is called.
    """
    if len(word) < shortest:
        return []
    letter = r"[^\W\d_]"
    parts = [(re.escape(word[:i]), re.escape(word[i + 1 :])) for i in range(len(word))]
    slips = [f"{before}{letter}{{0,2}}{after}" for before, after in parts]
    slips += [
        re.escape(word[:i] + word[i + 1] + word[i] + word[i + 2 :]) for i in range(len(word) - 1)
    ]
    found = re.compile("|".join(slips))
    return [] if any(one != word and found.fullmatch(one) for one in taken) else slips


def _lone_parts(words: list[str], taken: Collection[str]) -> Iterator[str]:
    """The surname, and the first name, where each says who is meant."""
    first, between, last = taken_apart(words)
    if last and tells("".join(last), last, taken):
        particles = "".join(f"(?:{re.escape(word)}{_JOINT})?" for word in between)
        yield particles + _JOINT.join(map(re.escape, last))
    if last and tells(first[0], first[:1], taken):
        yield re.escape(first[0])


def _longer(others: Iterable[str], names: Iterable[str]) -> list[str]:
    """The names of others of which one of ``names`` is a part; they are found first."""
    forms = {key(name) for name in names} - {""}
    longer = {other for other in others if _has_part(key(other), forms)}
    return [_pattern(clean(other)) for other in sorted(longer, key=len, reverse=True)]


def _has_part(name: str, forms: Collection[str]) -> bool:
    return name not in forms and any(form in name for form in forms)


# how people are reached


def _way(way: str) -> str:
    """A pattern for a telephone number or an e-mail address; "" for what is neither."""
    if "@" in way:
        return rf"(?<![\w.+-]){re.escape(folded(clean(way)))}(?![\w-])"
    number = subscriber(way)
    if len(number) < _FEWEST_DIGITS:
        return ""
    digits = r"[\s().\-/]*".join(number)
    return rf"(?<![\d+])(?:(?:\+|00)?31[\s.-]*(?:\(0\)[\s.-]*)?|\(?0)?{digits}(?!\d)"


def subscriber(phone: str) -> str:
    """The digits of a telephone number without its prefixes, however it is written."""
    digits = "".join(filter(str.isdigit, phone)).lstrip("0")
    return re.sub(r"^310?(?=\d{9}$)", "", digits)


def _is_way_of(way: str, others: Iterable[str]) -> bool:
    """Whether somebody else is reached so too: then it is not only theirs."""
    if "@" in way:
        return key(way) in map(key, others)
    return subscriber(way) in {subscriber(other) for other in others if "@" not in other}
