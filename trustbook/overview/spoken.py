"""The words of the overview in one language, shared by all who put figures into words."""

from __future__ import annotations

import datetime
import unicodedata

from trustbook.columns import STATUSES, Choice, find_column
from trustbook.dates import write_date
from trustbook.messages import say
from trustbook.overview.naming import PartnerName
from trustbook.overview.trend import ShownShare

_RTL_OR_MARK = ("R", "AL")


class Spoken:
    """Texts, days, months, statuses and names as people read them in ``lang``."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def say(self, key: str, **params: object) -> str:
        """A text of this room."""
        return say(self.lang, f"overview.{key}", **params)

    def status(self, status: str) -> str:
        """The word for a status."""
        return find_column(STATUSES, status).label(self.lang)

    def date(self, day: datetime.date) -> str:
        """A day: ``1 juni 2026``."""
        return write_date(day, self.lang)

    def month(self, first: datetime.date) -> str:
        """A month as people read it: ``juni 2026``."""
        return write_date(first, self.lang).removeprefix("1 ")

    def name(self, name: PartnerName) -> str:
        """A partner's name; in general words for who is not named."""
        return isolated(name.text) if name.text is not None else self.say("individual")

    def domain(self, domain: Choice | None) -> str:
        """The word for a domain of partners; for no domain, that there is none."""
        return domain.label(self.lang) if domain else self.say("no_domain")

    def percent(self, share: ShownShare) -> str:
        """A share: ``62%``, or words where it is not shown."""
        if share.percent is None:
            return self.say("nothing")
        return self.say("percent", percent=share.percent)

    def share(self, share: ShownShare) -> str:
        """A quarter with its share: ``eerste kwartaal van 2026 62%``."""
        return f"{share.quarter.label(self.lang)} {self.percent(share)}"


def isolated(text: str) -> str:
    """``text`` without control characters, and isolated where it runs from right to left.

    So it cannot turn what stands around it.
    """
    plain = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs") or c in "\t\n")
    if any(unicodedata.bidirectional(c) in _RTL_OR_MARK for c in plain):
        return f"\u2068{plain}\u2069"
    return plain


def capital(text: str) -> str:
    """The same text with its first letter as a capital."""
    return text[:1].upper() + text[1:]
