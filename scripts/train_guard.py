"""Learns the weights by which the guard against case data asks about a text.

    python scripts/train_guard.py

It learns from all of scripts/guard_lines/ but the blind_*.txt, which it never sees: by those
scripts/bench_guard.py measures. The limit is set so that a given share of ordinary lines is asked
about, by weights or rules: of the newest lines, by which the rules were hardly made, each judged by
weights that had not learned from it (folds).
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trustbook.messages import templates
from trustbook.privacy.guard import plain_text
from trustbook.privacy.scoring import Weights, features, word_features
from trustbook.privacy.signs import signs_of
from trustbook.privacy.wording import case_grade

LINES = Path(__file__).parent / "guard_lines"
_STEPS, _RATE, _RIDGE, _CASES_COUNT = 300, 0.05, 1.5, 2.0
_ASKED = 0.03
_LEAST_WEIGHT = 0.03
_FOLDS = 5
VISIBLE = (
    "case_visible", "case_voices", "case_visible_more", "case_visible_late", "case_visible_kinds",
    "case_visible_kinds_more", "case_visible_haste", "case_visible_short", "case_visible_sentences",
)  # fmt: skip
SUBTLE = (
    "case_subtle", "case_subtle_more", "case_subtle_late", "case_subtle_kinds",
    "case_subtle_kinds_more", "case_subtle_haste", "case_subtle_sentences",
)  # fmt: skip
CASES = (*VISIBLE, *SUBTLE)
NEWEST = (
    "innocent_kinds",
    "innocent_kinds_more",
    "innocent_haste",
    "innocent_short",
    "innocent_sentences",
)
ORDINARY = (
    "innocent", "innocent_more", "innocent_voices", "innocent_calm", "innocent_late", *NEWEST,
)  # fmt: skip
Line = tuple[str, bool]
_Numbers = NDArray[np.float64]


def lines_in(name: str) -> list[str]:
    """The lines of a file, without its remarks."""
    text = (LINES / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def learned_lines() -> list[Line]:
    """All lines to learn from."""
    cases = [line for name in (*CASES, "training_case") for line in lines_in(name)]
    ordinary = [line for name in (*ORDINARY, "training_innocent") for line in lines_in(name)]
    return [*((line, True) for line in cases), *((line, False) for line in ordinary)]


def seen_in(line: str) -> dict[str, float]:
    """All features of a line."""
    signs = signs_of(plain_text(line))
    seen = Counter(dict(features(signs)))
    for word in signs.words:
        for name, value in word_features(word):
            seen[name] += value  # type: ignore[assignment]
    return dict(seen)


class Table:
    """What is seen in lines: at each place of ``row`` and ``column`` a value, elsewhere none."""

    def __init__(self, lines: Sequence[dict[str, float]], place: dict[str, int]) -> None:
        kept = [
            (row, place[name], value)
            for row, seen in enumerate(lines)
            for name, value in seen.items()
            if name in place
        ]
        self.row = np.array([row for row, _, _ in kept])
        self.column = np.array([column for _, column, _ in kept])
        self.value = np.array([value for _, _, value in kept])
        self.shape = len(lines), len(place)

    def scores(self, weights: _Numbers) -> _Numbers:
        """The score of each line."""
        told: _Numbers = np.zeros(self.shape[0])
        np.add.at(told, self.row, self.value * weights[self.column])
        return told

    def slopes(self, errors: _Numbers) -> _Numbers:
        """How much each feature has part in the errors of the lines."""
        told: _Numbers = np.zeros(self.shape[1])
        np.add.at(told, self.column, self.value * errors[self.row])
        return told


def learn(lines: Sequence[Line]) -> dict[str, float]:
    """Weights by logistic regression with a ridge; features that occur once are left out."""
    seen = [seen_in(line) for line, _ in lines]
    often = Counter(name for one in seen for name in one)
    place = {name: i for i, name in enumerate(sorted(n for n, c in often.items() if c > 1))}
    cases = np.array([case for _, case in lines], dtype=float)
    share = np.where(cases == 1, _CASES_COUNT, 1.0) / len(lines)
    ridge = np.full(len(place), _RIDGE / len(lines))
    ridge[place["bias"]] = 0
    weights = _descend(Table(seen, place), cases, share, ridge)
    return {name: round(float(weights[i]), 3) for name, i in place.items()}


def _descend(table: Table, cases: _Numbers, share: _Numbers, ridge: _Numbers) -> _Numbers:
    """Gradient descent with momentum per weight (Adam)."""
    weights = np.zeros(table.shape[1])
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        guess = 1 / (1 + np.exp(-table.scores(weights)))
        slope = table.slopes(share * (guess - cases)) + ridge * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope * slope
        size = np.sqrt(square / (1 - 0.999**step)) + 1e-8
        weights -= _RATE * (mean / (1 - 0.9**step)) / size
    return weights


def fold_of(line: str) -> int:
    """In which fold a line is left out."""
    return hashlib.blake2b(line.encode(), digest_size=2).digest()[1] % _FOLDS


def limit_for(lines: Sequence[Line], asked: float) -> float:
    """The score that has a share ``asked`` of the newest ordinary lines asked about, with what the
    rules ask.
    """
    newest = [line for name in NEWEST for line in lines_in(name)]
    by_rules = {line for line in newest if asked_by_rules(line)}
    scores = []
    for fold in range(_FOLDS):
        weights = Weights(learn([one for one in lines if fold_of(one[0]) != fold]), 0)
        left = [line for line in newest if fold_of(line) == fold and line not in by_rules]
        scores += [weights.score(signs_of(plain_text(line))) for line in left]
    return sorted(scores, reverse=True)[max(0, int(asked * len(newest)) - len(by_rules))]


def asked_by_rules(line: str) -> bool:
    """Whether the guard asks about a line, or withholds it, whatever it weighs."""
    text = plain_text(line)
    return case_grade(text, weights=Weights({}, 1)) is not None


def main() -> None:
    """Learn, and write the weights where the guard reads them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asked", type=float, default=_ASKED)
    asked = parser.parse_args().asked
    lines = learned_lines()
    kept = {name: value for name, value in learn(lines).items() if abs(value) >= _LEAST_WEIGHT}
    limit = round(limit_for(lines, asked), 3)
    path = templates() / "privacy" / "weights.json"
    told = json.dumps({"limit": limit, "weights": kept}, ensure_ascii=False, separators=(",", ":"))
    path.write_text(told.replace(',"', ',\n"') + "\n", encoding="utf-8")
    print(f"{len(kept)} weights, limit {limit}, {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
