"""Pairs of words that differ by one slip of the pen, found without comparing all with all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from trustbook.network.name_parts import compass_points, has_number

_VOWELS = frozenset("aeiouy")
_SHORTEST = 5  # a shorter word is a slip of another by one vowel only


def misspelt_pairs(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of words one slip apart: a letter more, less, other, or two swapped.

    Words one slip apart share a word that is left when a letter goes (the idea of W. Garbe's
    SymSpell), so that no word is compared with all others.
    """
    from rapidfuzz.distance import OSA

    seen: set[tuple[str, str]] = set()
    for alike in _by_shortened(words):
        for pair in _ordered_pairs(alike):
            if pair not in seen:
                seen.add(pair)
                if OSA.distance(*pair, score_cutoff=1) <= 1 and _is_slip(*pair):
                    yield pair


def _by_shortened(words: Iterable[str]) -> Iterable[Sequence[str]]:
    """The words in groups that share what is left when a letter goes, or when none does."""
    groups: dict[str, list[str]] = defaultdict(list)
    for word in words:
        if len(word) >= _SHORTEST - 1 and not has_number(word):
            for cut in {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}:
                groups[cut].append(word)
    return groups.values()


def _ordered_pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every two different words, the first in the alphabet first."""
    for at, one in enumerate(words):
        for other in words[at + 1 :]:
            if one != other:
                yield (one, other) if one < other else (other, one)


def _is_slip(one: str, other: str) -> bool:
    """Whether two words one letter apart are more likely one word.

    Compass points keep them apart, and so does any letter but a vowel in short ones.
    """
    if compass_points(one) != compass_points(other):
        return False
    if min(len(one), len(other)) >= _SHORTEST:
        # Molen and Bolen begin otherwise: two names.
        return one[0] == other[0] or one[1:] != other[1:]
    changed = [(x, y) for x, y in zip(one, other, strict=False) if x != y]
    return len(one) == len(other) and len(changed) == 1 and set(changed[0]) <= _VOWELS
