"""Names in the title of a meeting: whole names only, and none that is part of a longer one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from trustbook.intake.title_words import extends, words_beside
from trustbook.names import clean, key

_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class NameInTitle:
    """A name that stands in a title from ``start`` to ``end``; ``whole``: nothing beside it makes
    it part of a longer name.
    """

    name: str
    start: int
    end: int
    whole: bool = True


class TitleReader:
    """Finds names in titles. ``names`` are those that are known, as they are written."""

    def __init__(self, names: Iterable[str]) -> None:
        # By their words, whatever stands between these.
        self._names: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for name in names:
            keyed = key(name)
            words = _WORD.findall(keyed)
            if words and len(keyed) >= _SHORTEST:
                self._names.setdefault(tuple(words), []).append((keyed, clean(name)))
        self._most_words = max(map(len, self._names), default=0)

    def names_in(self, title: str) -> list[NameInTitle]:
        """The names in a title, the longest where several begin at one place."""
        shown, keyed = clean(title), key(title)
        if len(shown) != len(keyed):
            shown = keyed
        found = list(self._found(keyed))
        words = [word.span() for word in _WORD.finditer(keyed)]
        taken = [range(one.start, one.end) for one in found]
        return [
            NameInTitle(one.name, one.start, one.end, self._is_whole(one, shown, words, taken))
            for one in found
        ]

    def _found(self, keyed: str) -> Iterator[NameInTitle]:
        at, words = 0, list(_WORD.finditer(keyed))
        for place, word in enumerate(words):
            if word.start() < at:
                continue
            for name, written in self._beginning([each[0] for each in words[place:]]):
                start = word.start() - _before_word(name)
                end = start + len(name)
                if start >= 0 and keyed.startswith(name, start) and _ends(keyed, end):
                    yield NameInTitle(written, start, end)
                    at = end
                    break

    def _beginning(self, words: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The names, and how they are written, whose words these begin with, the longest first."""
        for many in range(min(len(words), self._most_words), 0, -1):
            yield from self._names.get(tuple(words[:many]), ())

    def _is_whole(
        self,
        one: NameInTitle,
        shown: str,
        words: list[tuple[int, int]],
        taken: list[range],
    ) -> bool:
        """Whether no word beside a name makes a longer one of it."""
        before = max((span for span in words if span[1] <= one.start), default=None)
        after = min((span for span in words if span[0] >= one.end), default=None)
        sides = []
        if before:
            sides.append((before, shown[before[1] : one.start]))
        if after:
            sides.append((after, shown[one.end : after[0]]))
        capital = _has_capitals(shown[one.start : one.end], one.name)
        return all(
            any(span[0] in other for other in taken) or _apart(shown, span, between, capital)
            for span, between in sides
        )


def _has_capitals(text: str, name: str) -> bool:
    """Whether a text begins with a capital, and so do its words where those of the name do: else
    they may be ordinary words.
    """
    pairs = zip(_WORD.findall(text), _WORD.findall(name), strict=False)
    return text[:1].isupper() and all(a[:1].isupper() or not b[:1].isupper() for a, b in pairs)


def _before_word(name: str) -> int:
    """How many signs stand before the first word of a name."""
    found = _WORD.search(name)
    return found.start() if found else 0


def _ends(text: str, at: int) -> bool:
    """Whether a word ends here."""
    return at >= len(text) or not (text[at].isalnum() and text[at - 1].isalnum())


def _apart(shown: str, span: tuple[int, int], between: str, capital: bool) -> bool:
    """Whether a word beside a name is no part of it."""
    word = shown[span[0] : span[1]]
    plain = word.casefold()
    if plain in words_beside() or plain.isdigit():
        return True
    if _is_seam(between):
        return "(" not in between or not word[:1].isupper()
    return capital and word.islower() and not extends(plain) and not between.strip()


def _is_seam(between: str) -> bool:
    """Whether signs part two things: a comma, a colon, a dash with room around it."""
    bare = between.strip()
    if not bare:
        return False
    return bare not in ("-", "'", ".", "’") or between != bare


def pieces_left(title: str) -> list[str]:
    """The parts of a title that may be a name: without the words that stand beside names."""
    shown, pieces, open_at, last = clean(title), [], -1, 0
    for word in _WORD.finditer(shown):
        beside = word[0].casefold() in words_beside()
        parted = _is_seam(shown[last : word.start()])
        if open_at >= 0 and (beside or parted):
            pieces.append(shown[open_at:last])
            open_at = -1
        if open_at < 0 and not beside:
            open_at = word.start()
        last = word.end()
    if open_at >= 0:
        pieces.append(shown[open_at:last])
    return [piece for piece in pieces if not piece.isdigit()]


def words_of_title(title: str) -> list[str]:
    """The words of a title, as they are compared."""
    return _WORD.findall(key(title))
