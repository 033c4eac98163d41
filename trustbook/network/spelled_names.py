"""People's names taken apart, and the words of a text in which such a part may stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import product

from trustbook.names import clean

_SIGNS = str.maketrans("‘’‚‛´`“”„‐‑‒–—−", "''''''\"\"\"------")
_INVISIBLE = frozenset("\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
# What may stand between a first name and a surname, and is written with either or with none.
_PARTICLES = frozenset(
    "van de der den het ten ter te von zu di da du la le del el al bin ben ibn ould op in 't d'"
    "".split()
)
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_PART = 3
# Parts of names that are words as well: these are a name only where they begin with a capital.
COMMON_WORDS = frozenset(
    "jan mei juni mark roos wit witte groen bruin zwart jong jonge groot grote klein kleine lang "
    "lange kort bos berg dijk meer veld huis kerk molen brug haan vos wolf bakker visser smit kok "
    "boer meester koning prins graaf hand hart goed beste arts mees wil wim bert bas lot lies "
    "storm bloem lente zomer winter vrij april augustus may june will rose hope grace faith joy "
    "young white black brown green long short small king baker cook hill field wood church bell "
    "rich frank art rob bob sky dawn best good".split()
)


def folded(text: str) -> str:
    """The text without case and accents."""
    if text.isascii():
        return text.lower().replace("`", "'")
    return "".join(map(plain_sign, text))


@cache
def plain_sign(sign: str) -> str:
    """A sign without case and accent; "" for one that nobody sees."""
    # Asked for every sign of a whole workbook; the signs are few.
    if sign in _INVISIBLE:
        return ""
    parts = unicodedata.normalize("NFKD", sign.translate(_SIGNS)).casefold()
    return "".join(one for one in parts if not unicodedata.combining(one))


def name_words(name: str) -> list[str]:
    """The words of a name as they are compared, without the dots of initials."""
    parts = folded(clean(name)).split()
    return [word for part in parts if (word := part.strip('.,;()"<>'))]


def plain_words(text: str) -> str:
    """The words of a text without signs, in one spelling."""
    return " ".join(_WORD.findall(folded(clean(text))))


def all_words(names: Iterable[str]) -> set[str]:
    """Every word of some names, those joined by a dash as well."""
    return {word for name in names for word in _WORD.findall(folded(clean(name)))}


def taken_apart(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    """First names, particles and surname of a person; no surname where there is one word."""
    at = next((i for i, word in enumerate(words) if i and word in _PARTICLES), len(words) - 1)
    rest = words[at:] if len(words) > 1 else []
    last = next((i for i, word in enumerate(rest) if word not in _PARTICLES), len(rest))
    return words[: max(at, 1)], rest[:last], rest[last:]


def tells(part: str, words: Collection[str], taken: Collection[str]) -> bool:
    """Whether a part of a name is long enough to be one, and no other name has a word of it."""
    return len(part) >= _SHORTEST_PART and not any(word in taken for word in words)


def spellings(name: str) -> set[str]:
    """A person's first name and surname as they are written in full, by initials, or the other way
    round, as ``plain_words``. None of who has one name.
    """
    first, between, last = taken_apart(name_words(name))
    if not last:
        return set()
    initials = " ".join(word[0] for word in first)
    given = {" ".join(first), first[0], initials, initials[0]}
    surnames = {" ".join(last), " ".join([*between, *last])}
    pairs = [*product(given, surnames), *product(surnames, given)]
    return {plain_words(f"{one} {other}") for one, other in pairs}


def lone_parts(name: str, others: Iterable[str]) -> set[str]:
    """The surname and the first name of a person where nobody of ``others`` has a word of it,
    as ``plain_words``.
    """
    taken = all_words(others)
    first, _, last = taken_apart(name_words(name))
    parts = [last, first[:1]] if last else []
    told = [" ".join(part) for part in parts if tells("".join(part), part, taken)]
    return set(map(plain_words, told))


def ways_to_name(names: Iterable[str], others: Iterable[str]) -> set[str]:
    """How people of these names are meant in a text, but for what ``others`` are called as well."""
    return {part for name in names for part in spellings(name) | lone_parts(name, others)}


def runs_of_words(text: str, longest: int) -> Iterator[str]:
    """The words of a text that stand together, up to ``longest`` of them, as ``plain_words``. A
    word of the language that is a name as well counts where it is written as one.
    """
    words = _WORD.findall(clean(text))
    for at, many in product(range(len(words)), range(1, longest + 1)):
        written = " ".join(words[at : at + many])
        told = folded(written)
        if written != written.lower() or told.split()[-1] not in COMMON_WORDS:
            yield told
            yield told.removesuffix("s")  # a genitive
