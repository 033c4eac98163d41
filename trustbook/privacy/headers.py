"""Columns with no place in a trust network, known by their headers; the headers stand in
templates/privacy/headers.toml.

A stem refuses a header by one word or a few in a row; what an organisation, a place or our own work
is called stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from trustbook.messages import templates
from trustbook.names import key
from trustbook.privacy.lexicon import plain_word

_WORD = re.compile(r"[a-z0-9]+")
_LONGEST = 4
# So many words in a row say what they mean, whatever stands beside them.
_SURE_RUN = 3
_ASIDE = re.compile(
    r"\((?:optioneel|optional|verplicht|required|ja/nee|j/n|y/n|yes/no|indien bekend|if known"
    r"|passport"
    r"|persoon|person|contact|invullen|niet invullen|vertrouwelijk|confidential|years|jaren|jaar)\)"
)


@dataclass(frozen=True, slots=True)
class RefusedKind:
    """A kind of data: its ``name``, headers refused ``whole``, and ``stems`` of a word or more."""

    name: str
    whole: frozenset[str]
    stems: tuple[str, ...]


@cache
def refused_kinds() -> tuple[RefusedKind, ...]:
    """The kinds of data that no column may hold, with the headers that tell of them."""
    return tuple(
        RefusedKind(name, frozenset(said["whole"].split()), tuple(said["stems"].split()))
        for name, said in _shipped()["kinds"].items()
    )


@lru_cache(maxsize=10_000)
def refused_header(header: str) -> str | None:
    """The kind of data a column of this header would hold ("religion", …), or None."""
    words = _words(header)
    if found := _whole().get("_".join(words)) or _whole().get("_".join(_of_whom(words))):
        return found
    harmless = not _harmless("words").isdisjoint(words)
    return next(_kinds_by_stems(words, _SURE_RUN if harmless else 1), None)


def _kinds_by_stems(words: Sequence[str], least: int) -> Iterator[str]:
    """The kinds that stems of at ``least`` so many words tell of."""
    exact, beginnings = _stems()
    endings = tuple(_harmless("endings"))
    for run in _runs(words, least):
        if run in exact:
            yield exact[run]
        elif not run.endswith(endings):
            yield from (kind for stem, kind in beginnings.items() if run.startswith(stem))


def _of_whom(words: Sequence[str]) -> list[str]:
    """The words but for those that say that it is about a person."""
    return [word for word in words if word not in _harmless("said_aside")]


@cache
def _whole() -> dict[str, str]:
    return {whole: kind.name for kind in refused_kinds() for whole in kind.whole}


def _words(header: str) -> list[str]:
    """The words of a header without accents, punctuation and what is said aside."""
    return _WORD.findall(plain_word(_ASIDE.sub(" ", key(header))).replace("'", ""))


def _runs(words: Sequence[str], least: int) -> Iterator[str]:
    """Each word, and each few in a row, joined; at ``least`` so many words."""
    for at in range(len(words)):
        for length in range(least, min(_LONGEST, len(words) - at) + 1):
            yield "_".join(words[at : at + length])


@cache
def _stems() -> tuple[dict[str, str], dict[str, str]]:
    """Kinds by the words that stand for themselves, and by those with which longer ones begin."""
    every = [(stem, kind.name) for kind in refused_kinds() for stem in kind.stems]
    exact = {stem: name for stem, name in every if not stem.endswith("*")}
    return exact, {stem[:-1]: name for stem, name in every if stem.endswith("*")}


@cache
def _harmless(kind: str) -> frozenset[str]:
    return frozenset(_shipped()["harmless"][kind].split())


@cache
def _shipped() -> dict[str, Any]:
    import tomllib  # --help has no use for it

    path = templates() / "privacy" / "headers.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
