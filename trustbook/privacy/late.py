"""Expressions that are read where they are first needed: most nights need few of the guard's."""

from __future__ import annotations

import re
from functools import cache


@cache
def expression(pattern: str) -> re.Pattern[str]:
    """``pattern``, compiled once."""
    return re.compile(pattern)
