"""A deadline for work in this process, where the system has an alarm clock for it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Overdue(BaseException):
    """The work is past its deadline."""


def has_alarm() -> bool:
    """Whether a deadline can be kept here: not on Windows, and only in the first thread."""
    here = threading.current_thread() is threading.main_thread()
    return here and hasattr(signal, "setitimer")


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Break off what is done in it after so many seconds, as Ctrl-C would. Raises Overdue."""
    if not has_alarm():
        yield
        return

    def ring(number: int, frame: object) -> None:
        raise Overdue

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
