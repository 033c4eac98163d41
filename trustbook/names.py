"""When two names mean the same; a similar one is suggested, never linked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

# What is longer is no name, and comparing takes time with the square of the length.
_LONGEST_NAME = 120
# Zero-width and direction marks that a copy from a web page or a mail leaves behind.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans("‘’‚‛´`“”„‐‑‒–—−", "''''''\"\"\"------")


def clean(text: str) -> str:
    """``text`` without invisible characters, with single ordinary spaces; what a person sees."""
    if text.isascii() and text.isprintable() and "  " not in text:  # nearly all of a long list
        return text.strip()
    return _SPACE.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def key(text: str) -> str:
    """The form in which two spellings of one name are equal.

    Case, spaces, quotes and dashes do not count.
    """
    text = clean(text)
    if text.isascii() and "`" not in text:
        return text.lower()
    return text.translate(_QUOTES).casefold()


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


def free_title(wanted: str, taken: Collection[str]) -> str:
    """``wanted`` as a sheet title; ``wanted (trustbook)`` where one of ``taken`` is that."""
    used = {key(title) for title in taken}
    if key(wanted) not in used:
        return wanted
    title, number = f"{wanted} (trustbook)", 2
    while key(title) in used:
        title, number = f"{wanted} (trustbook {number})", number + 1
    return title
