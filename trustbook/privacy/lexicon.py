"""The words that tell of whom a text speaks and what befell them (templates/privacy/words.toml)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from trustbook.messages import templates

# A word may hold one hyphen, apostrophe, slash or dot: ex-vrouw, z'n, y/o.
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_SHORTEST_STEM = 3
WHO = frozenset("person kin pronoun possessive name civil suspect".split())
"""The classes of words that somebody is called by."""
WHAT = frozenset("fate deed measure condition belief descent worry change conflict company".split())
"""The classes of what somebody did, or befell them."""
TELLING = WHO | WHAT
"""The classes of which a text must have one to be about somebody."""


class Lexicon:
    """Words and expressions by class ("person", "fate", "work", …)."""

    def __init__(self, classes: dict[str, str]) -> None:
        self._words: dict[str, set[str]] = {}
        self._stems: dict[str, set[str]] = {}
        for name, listed in classes.items():
            words = listed.lower().split()
            told = {word if word.isascii() else plain_word(word) for word in words}
            for stem in (word[:-1] for word in told if word[-1] == "*"):
                self._stems.setdefault(stem, set()).add(name)
            self._words[name] = told
        self._expressions = {one for one in set().union(*self._words.values()) if "_" in one}
        self._longest = _longest(self._expressions)

    def classes_of(self, word: str) -> frozenset[str]:
        """The classes of a word, or of an expression joined by ``_``."""
        found = {name for name, told in self._words.items() if word in told}
        for length in range(_SHORTEST_STEM, len(word) + 1):
            found |= self._stems.get(word[:length], set())
        if not found and word.endswith("'s"):
            return self.classes_of(word[:-2])
        if not found and "-" in word:
            parts = {*word.split("-")}
            found = {name for name, told in self._words.items() if not told.isdisjoint(parts)}
        return frozenset(found)

    def expressions(self, words: Sequence[str]) -> Iterator[tuple[int, str]]:
        """The expressions among some words, with the position at which each begins."""
        for at, word in enumerate(words):
            for length in range(2, self._longest.get(word, 0) + 1):
                expression = "_".join(words[at : at + length])
                if expression in self._expressions:
                    yield at, expression


def _longest(expressions: Iterable[str]) -> dict[str, int]:
    """By the first word how many words the longest of its expressions has."""
    found: dict[str, int] = {}
    for one in expressions:
        begin, length = one[: one.index("_")], one.count("_") + 1
        found[begin] = max(length, found.get(begin, 0))
    return found


def plain_word(word: str) -> str:
    """A word in small letters without accents."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.replace("’", "'").casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


def words_of(text: str) -> list[str]:
    """The words of a text as the lexicon spells them."""
    return _WORD.findall(plain_word(text))


@cache
def lexicon() -> Lexicon:
    """The words that are shipped."""
    import tomllib  # only where a text is judged

    path = templates() / "privacy" / "words.toml"
    return Lexicon(tomllib.loads(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=50_000)
def classes_of(word: str) -> frozenset[str]:
    """The classes of a word: texts share most of their words."""
    return lexicon().classes_of(word)
