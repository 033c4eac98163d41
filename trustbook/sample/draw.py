"""Chance with a seed, and the words and days it picks for the sample."""

from __future__ import annotations

import random
import tomllib
from datetime import date, timedelta
from functools import cache
from typing import Any

from trustbook.columns import find_column
from trustbook.messages import templates

Row = dict[str, Any]
"""A row of a sheet: column key (columns.py) to value."""

DAYS = 3 * 365 + 1
"""How far back the sample goes."""


@cache
def sample_words() -> dict[str, Any]:
    """Names and texts of the sample (templates/demo.toml)."""
    return tomllib.loads((templates() / "demo.toml").read_text(encoding="utf-8"))


class Draw:
    """What chance picks, in one language and as of one day."""

    def __init__(self, lang: str, today: date, seed: int) -> None:
        self.lang, self.today = lang, today
        self.words = sample_words()
        self.chance = random.Random(seed)

    def happens(self, share: float) -> bool:
        """True in this share of all cases."""
        return self.chance.random() < share

    def ago(self, most: float, least: float = 1) -> date:
        """A day so many days back."""
        return self.today - timedelta(days=round(self.chance.uniform(least, most)))

    def pick(self, kind: str) -> str:
        """One of the texts of a kind."""
        return str(self.own(self.chance.choice(self.words["words"][kind])))

    def own(self, text: dict[str, Any]) -> Any:
        """A text in our language."""
        return text[self.lang]

    def label(self, choices: Any, key: str) -> str:
        """A choice as people write it."""
        return find_column(choices, key).label(self.lang)
