"""Learns the weights by which the guard against case data asks about a text.

    python scripts/train_guard.py

It learns from all of scripts/guard_lines/ but the blind_*.txt, which it never sees: by those
scripts/bench_guard.py measures. The limit is set so that a given share of ordinary lines is asked
about, by lines that the weights had not learned from (folds).
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

LINES = Path(__file__).parent / "guard_lines"
_STEPS, _RATE, _RIDGE, _CASES_COUNT = 300, 0.05, 8.0, 2.0
_ASKED = 0.01
_FOLDS = 5
VISIBLE = ("case_visible", "case_voices", "case_visible_more", "case_visible_late")
SUBTLE = ("case_subtle", "case_subtle_more", "case_subtle_late")
CASES = (*VISIBLE, *SUBTLE)
ORDINARY = ("innocent", "innocent_more", "innocent_voices", "innocent_calm", "innocent_late")
Line = tuple[str, bool]
_Numbers = NDArray[np.float32]


def lines_in(name: str) -> list[str]:
    """The lines of a file, without its remarks."""
    text = (LINES / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def tuning_lines() -> list[Line]:
    """The lines to learn from by which the limit is set, too."""
    cases = [line for name in CASES for line in lines_in(name)]
    ordinary = [line for name in ORDINARY for line in lines_in(name)]
    return [*((line, True) for line in cases), *((line, False) for line in ordinary)]


def further_lines() -> list[Line]:
    """The lines that are only learned from."""
    cases, ordinary = lines_in("training_case"), lines_in("training_innocent")
    return [*((line, True) for line in cases), *((line, False) for line in ordinary)]


def seen_in(line: str) -> dict[str, float]:
    """All features of a line."""
    signs = signs_of(plain_text(line))
    seen = Counter(dict(features(signs)))
    for word in signs.words:
        for name, value in word_features(word):
            seen[name] += value  # type: ignore[assignment]
    return dict(seen)


def learn(lines: Sequence[Line]) -> dict[str, float]:
    """Weights by logistic regression with a ridge; features that occur once are left out."""
    seen = [seen_in(line) for line, _ in lines]
    often = Counter(name for one in seen for name in one)
    place = {name: i for i, name in enumerate(sorted(n for n, c in often.items() if c > 1))}
    table = np.zeros((len(lines), len(place)), dtype=np.float32)
    for row, one in enumerate(seen):
        for name, value in one.items():
            if name in place:
                table[row, place[name]] = value
    cases = np.array([case for _, case in lines], dtype=np.float32)
    share = np.where(cases == 1, _CASES_COUNT, 1.0) / len(lines)
    ridge = np.full(len(place), _RIDGE / len(lines), dtype=np.float32)
    ridge[place["bias"]] = 0
    weights = _descend(table, cases, share.astype(np.float32), ridge)
    return {name: round(float(weights[i]), 4) for name, i in place.items()}


def _descend(table: _Numbers, cases: _Numbers, share: _Numbers, ridge: _Numbers) -> _Numbers:
    """Gradient descent with momentum per weight (Adam)."""
    weights = np.zeros(table.shape[1], dtype=np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        guess = 1 / (1 + np.exp(-(table @ weights)))
        slope = table.T @ (share * (guess - cases)) + ridge * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope * slope
        size = np.sqrt(square / (1 - 0.999**step)) + 1e-8
        weights -= _RATE * (mean / (1 - 0.9**step)) / size
    return weights


def fold_of(line: str) -> int:
    """In which fold a line is left out."""
    return hashlib.blake2b(line.encode(), digest_size=2).digest()[1] % _FOLDS


def limit_for(lines: Sequence[Line], further: Sequence[Line], asked: float) -> float:
    """The score that a share ``asked`` of ordinary lines passes, each judged by weights that had
    not learned from it.
    """
    scores = []
    for fold in range(_FOLDS):
        weights = Weights(learn([*(o for o in lines if fold_of(o[0]) != fold), *further]), 0)
        left = [line for line, case in lines if not case and fold_of(line) == fold]
        scores += [weights.score(signs_of(plain_text(line))) for line in left]
    return sorted(scores, reverse=True)[int(asked * len(scores))]


def main() -> None:
    """Learn, and write the weights where the guard reads them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asked", type=float, default=_ASKED)
    asked = parser.parse_args().asked
    lines, further = tuning_lines(), further_lines()
    weights = learn([*lines, *further])
    kept = {name: value for name, value in weights.items() if abs(value) >= 0.01}
    limit = round(limit_for(lines, further, asked), 3)
    path = templates() / "privacy" / "weights.json"
    told = json.dumps({"limit": limit, "weights": kept}, ensure_ascii=False, separators=(",", ":"))
    path.write_text(told.replace(',"', ',\n"') + "\n", encoding="utf-8")
    print(f"{len(kept)} weights, limit {limit}, {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
