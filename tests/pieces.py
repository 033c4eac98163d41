"""Work that is given to other processes; a module of its own, so that they begin at once."""

from __future__ import annotations

import os
import time


def half(number: int) -> int:
    """Work of these tests: what it does is told by its piece."""
    if number == 0:
        raise ValueError("nothing to halve")
    if number == -1:
        os._exit(9)
    if number == -2:
        time.sleep(60)
    return number // 2
