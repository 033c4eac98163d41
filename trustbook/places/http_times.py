"""What an answer of a server says of time: when to ask again, and by how much our clocks differ."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

import requests


def retry_after(answer: requests.Response | None) -> float | None:
    """Seconds the server asks us to wait, given as a number or as a date; None where no answer came
    or it does not say.
    """
    text = answer.headers.get("Retry-After", "").strip() if answer is not None else ""
    if text.isdecimal():
        return float(text)
    moment = moment_of(text)
    return None if moment is None else max(0.0, moment - time.time())


def clock_ahead(answer: requests.Response) -> float:
    """By how many seconds our clock is ahead of the server's; 0 where it does not say."""
    moment = moment_of(answer.headers.get("Date", ""))
    return 0.0 if moment is None else time.time() - moment


def moment_of(text: str) -> float | None:
    """A date of an HTTP header as seconds since 1970; None for what is none."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError):
        return None
