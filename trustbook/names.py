"""When two names mean the same; a similar one is suggested, never linked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

# What is longer is no name, and comparing takes time with the square of the length.
_LONGEST_NAME = 120
_FEWEST_DIGITS = 3  # of any telephone number: 112
# A shorter part of a name stands in many names by chance.
_SHORTEST_PART = 3
_SHORTEST_FIRST = 2
_SHORTEST_NEAR = 5
# What no screen, sheet or page has a place for: control characters, signs that turn the direction
# of text, halves of a character, and what is no character at all.
_UNFIT = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
    r"\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
)
find_unfit = re.compile(f"[{_UNFIT}]").search
_DROPPED = re.compile(f"[{_UNFIT}]")
_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# The same, and zero-width marks that a copy from a web page or a mail leaves behind.
_INVISIBLE = re.compile(f"[{_UNFIT}\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]")
_SPACE = re.compile(r"\s+")
_ADDRESS = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[^\W_]+")
_SHORT_WORD = 3
# relatiehouders, namen, partijen: but fenomeen is one.
_PLURAL = re.compile(r"(?<!e)en$|(?<!s)s$")
# naam and namen, overleg and overleggen
_DOUBLE = re.compile(r"([aeou])\1(?=[^aeiou]$)|([^aeiou])\2$")
_QUOTES = str.maketrans("‘’‚‛´`“”„‐‑‒–—−", "''''''\"\"\"------")


def clean(text: str) -> str:
    """``text`` without invisible characters, with single ordinary spaces; what a person sees."""
    if text.isascii() and text.isprintable() and "  " not in text:  # nearly all of a long list
        return text.strip()
    spaced = _SPACE.sub(" ", unicodedata.normalize("NFC", text))
    return _SPACE.sub(" ", _INVISIBLE.sub("", spaced)).strip()


def fit_text(text: str) -> str:
    """``text`` as any screen, sheet, page or file can take it: without what is unfit for them.

    Line breaks of any kind are ``\\n``. Everything that leaves trustbook goes through here.
    """
    if text.isprintable():
        return text
    return _DROPPED.sub("", _BREAK.sub("\n", text))


def fit_all(value: Any) -> Any:
    """All texts in dictionaries, lists and tuples, however deep, as ``fit_text`` has them."""
    if isinstance(value, dict):
        return {name: fit_all(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(fit_all, value))
    return fit_text(value) if type(value) is str else value


@lru_cache(maxsize=1 << 16)
def key(text: str) -> str:
    """The form in which two spellings of one name are equal.

    Case, spaces, quotes and dashes do not count.
    """
    text = clean(text)
    if text.isascii() and "`" not in text:
        return text.lower()
    return text.translate(_QUOTES).casefold()


def holders_in(text: str | None) -> tuple[str, ...]:
    """The colleagues that a cell names, by ``;``: the first keeps the work. An address behind a
    name, in angle brackets, is no part of it.
    """
    names = (clean(_ADDRESS.sub("", piece)) for piece in (text or "").split(";"))
    return tuple(name for name in names if name)


def first_holder(text: str | None) -> str | None:
    """Who keeps the work, where a cell names anybody."""
    return next(iter(holders_in(text)), None)


@lru_cache(maxsize=1 << 14)  # every night asks the same few headers and names of columns
def header_words(text: str) -> tuple[str, ...]:
    """The words of a header or a sheet's title, of which only letters and digits count.

    Case, accents and punctuation do not, nor whether a word is a plural: ``Foto's (oud)?`` is
    ``foto`` and ``oud``. They are to compare, not to show.
    """
    letters = without_accents(key(text).replace("'", ""))
    return tuple(_singular(word) for word in _WORD.findall(letters))


def without_accents(text: str) -> str:
    """The bare letters of ``text``, as programs put them in order."""
    if text.isascii():
        return text
    bare = unicodedata.normalize("NFKD", text)
    return "".join(each for each in bare if not unicodedata.combining(each))


def header_key(text: str) -> str:
    """The form in which two spellings of one header are equal: its words without spaces."""
    # The e of "functie" and "waarde" goes at the very end only, so that "Relatie houder" and
    # "Relatiehouder" stay one.
    return "".join(header_words(text)).removesuffix("e")


def _singular(word: str) -> str:
    """What a word and its plural have in common, in Dutch and in English."""
    if len(word) <= _SHORT_WORD:
        return word
    stem = _PLURAL.sub("", word)
    stem = f"{stem[:-1]}ie" if stem.endswith("y") else stem
    return _DOUBLE.sub(lambda double: double[1] or double[2], stem)


def similar(wanted: str, known: Iterable[str], most: int = 3) -> list[str]:
    """At most ``most`` of the ``known`` names that look like ``wanted``, nearest first.

    They are suggestions, never links.
    """
    from rapidfuzz import fuzz, process  # only when something was not found

    if len(wanted) > _LONGEST_NAME:
        return []
    choices = {name: key(name) for name in known if len(name) <= _LONGEST_NAME}
    found = process.extract(
        key(wanted), choices, scorer=fuzz.token_sort_ratio, limit=most, score_cutoff=72
    )
    return [name for _, _, name in found]


def in_full(short: str, known: Iterable[str], most: int = 3) -> list[str]:
    """At most ``most`` of the ``known`` names of which ``short`` is a part, word for word, the
    shortest first: "El Noor" is a part of "Moskee El-Noor".
    """
    words = _words_of(short)
    if len(key(short)) < _SHORTEST_PART or not words:
        return []
    return sorted((name for name in known if words < _words_of(name)), key=len)[:most]


def starting_with(short: str, known: Iterable[str]) -> list[str]:
    """The ``known`` names that start with the word ``short``, of two letters or more:
    "Bo" for "Bo Smit".
    """
    start = f"{key(short)} "
    return [name for name in known if len(start) > _SHORTEST_FIRST and key(name).startswith(start)]


def joined_names(names: Iterable[str]) -> str:
    """Names in a row; between ``;`` where one of them has a comma in it."""
    told = list(names)
    return ("; " if any("," in name for name in told) else ", ").join(told)


@lru_cache(maxsize=20_000)
def _words_of(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(key(name)))


def near_part(short: str, known: Iterable[str], most: int = 3) -> list[str]:
    """At most ``most`` of the ``known`` names of which a part looks like ``short``."""
    from rapidfuzz import fuzz, process

    if not _SHORTEST_NEAR <= len(short) <= _LONGEST_NAME:
        return []
    choices = {name: key(name) for name in known if len(short) < len(name) <= _LONGEST_NAME}
    found = process.extract(
        key(short), choices, scorer=fuzz.partial_ratio, limit=most, score_cutoff=88
    )
    return [name for _, _, name in found]


def free_title(wanted: str, taken: Collection[str]) -> str:
    """``wanted`` as a sheet title; ``wanted (trustbook)`` where one of ``taken`` is that."""
    used = {key(title) for title in taken}
    if key(wanted) not in used:
        return wanted
    title, number = f"{wanted} (trustbook)", 2
    while key(title) in used:
        title, number = f"{wanted} (trustbook {number})", number + 1
    return title


def telephone_number(text: str | None) -> str | None:
    """``text`` where it can be a number to ring; None for words such as "via the desk"."""
    digits = sum(map(str.isdecimal, text or ""))
    return text if digits >= _FEWEST_DIGITS else None
