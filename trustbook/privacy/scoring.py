"""How much a text sounds like one person's case: a sum of weights of what is seen in it.

The weights (templates/privacy/weights.json) are learned by scripts/train_guard.py. A text is only
ever asked about for its score, never withheld for good.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from trustbook.messages import templates
from trustbook.privacy.lexicon import WHAT, WHO
from trustbook.privacy.signs import Signs

_SOFT = frozenset(("worry", "change"))
_CALM = frozenset("work ordinary office place setting role".split())
_MOST = 3
_LONG = 20
PIECE_SHARE = 0.3
"""What a piece of a word counts for, beside the word itself."""
NEIGHBOURS_SHARE = 0.5
"""What two signs that follow on each other count for, beside the signs themselves."""


def features(signs: Signs) -> Iterator[tuple[str, float]]:
    """What is seen in a text as a whole, and how strongly; words apart (``word_features``)."""
    classes = signs.classes()
    who = sorted(classes & WHO) + [f"m:{mark}" for mark in sorted(signs.marks)]
    what, calm = sorted(classes & WHAT), sorted(classes & _CALM)
    yield "bias", 1.0
    yield from ((f"c:{name}", 1.0) for name in sorted(classes))
    yield from ((f"m:{mark}", 1.0) for mark in sorted(signs.marks))
    yield from ((f"p:{one}+{other}", 1.0) for one in who for other in [*what, *calm])
    yield from _counts(who, what, bool(calm), sum(name == "work" for _, name in signs.at))
    yield "first:" + ",".join(sorted(name for at, name in signs.at if at == 0)), 1.0
    yield from _neighbours(signs)
    yield "length", min(len(signs.words), _LONG) / 10


def _neighbours(signs: Signs) -> Iterator[tuple[str, float]]:
    """Which signs follow on each other: in the next word, and with other words between."""
    told: dict[int, list[str]] = {-1: ["<"]}
    for at, name in signs.at:
        told.setdefault(at, []).append(name)
    places = {at: "|".join(sorted({*names})) for at, names in told.items()}
    for at, then in pairwise(places):
        yield f"n:{places[at]}>{places[then]}", NEIGHBOURS_SHARE
        if then == at + 1:
            yield f"d:{places[at]}>{places[then]}", NEIGHBOURS_SHARE


def _counts(who: list[str], what: list[str], calm: bool, work: int) -> Iterator[tuple[str, float]]:
    yield "work", min(work, _MOST)
    yield "what", min(len(what), _MOST)
    yield "hard", min(len(set(what) - _SOFT), _MOST)
    yield ("somebody" if who else "nobody"), 1.0
    if not what:
        yield "nothing", 1.0
    elif who:
        yield ("both_calmly" if calm else "both"), 1.0


def word_features(word: str) -> Iterator[tuple[str, float]]:
    """A word, and its pieces of three to five letters."""
    yield f"w:{word}", 1.0
    framed = f"<{word}>"
    for length in (3, 4, 5):
        for at in range(len(framed) - length + 1):
            yield f"g:{framed[at : at + length]}", PIECE_SHARE


class Weights:
    """What each feature adds to a score; the ``limit`` from which a text is asked about."""

    def __init__(self, weights: Mapping[str, float], limit: float) -> None:
        self._weights, self.limit = weights, limit
        self._of_word: dict[str, float] = {}

    def score(self, signs: Signs) -> float:
        """The sum of the weights of all that is seen in a text."""
        whole = sum(self._weights.get(name, 0.0) * value for name, value in features(signs))
        return whole + sum(map(self._word, signs.words))

    def _word(self, word: str) -> float:
        if word not in self._of_word:
            seen = word_features(word)
            self._of_word[word] = sum(self._weights.get(name, 0.0) * value for name, value in seen)
        return self._of_word[word]


@cache
def shipped_weights() -> Weights:
    """The weights that are shipped."""
    path = templates() / "privacy" / "weights.json"
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Weights(kept["weights"], kept["limit"])
