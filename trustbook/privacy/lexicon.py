"""The words that tell of whom a text speaks and what befell them (templates/privacy/words.toml)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from trustbook.messages import templates

# A word may hold one hyphen, apostrophe, slash or dot: ex-vrouw, z'n, y/o.
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_LONGEST_EXPRESSION = 4
_SHORTEST_STEM = 3


class Lexicon:
    """Words and expressions by class ("person", "fate", "work", …)."""

    def __init__(self, classes: dict[str, str]) -> None:
        self._words: dict[str, set[str]] = {}
        self._stems: dict[str, set[str]] = {}
        self._begins: set[str] = set()
        for name, listed in classes.items():
            for word in listed.split():
                self._add(plain_word(word), name)

    def _add(self, word: str, name: str) -> None:
        if word.endswith("*"):
            self._stems.setdefault(word[:-1], set()).add(name)
            return
        self._words.setdefault(word, set()).add(name)
        if "_" in word:
            self._begins.add(word.split("_")[0])

    def classes_of(self, word: str) -> frozenset[str]:
        """The classes of a word, or of an expression joined by ``_``."""
        found = set(self._words.get(word, ()))
        for length in range(_SHORTEST_STEM, len(word) + 1):
            found |= self._stems.get(word[:length], set())
        if not found and word.endswith("'s"):
            return self.classes_of(word[:-2])
        if not found and "-" in word:
            found = set().union(*(self._words.get(part, set()) for part in word.split("-")))
        return frozenset(found)

    def expressions(self, words: Sequence[str]) -> Iterator[tuple[int, str]]:
        """The expressions among some words, with the position at which each begins."""
        for at in range(len(words)):
            if words[at] in self._begins:
                for length in range(2, _LONGEST_EXPRESSION + 1):
                    expression = "_".join(words[at : at + length])
                    if expression in self._words:
                        yield at, expression


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
