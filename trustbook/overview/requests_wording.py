"""What we ask of the reader and what comes next, put into sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trustbook.names import joined_names
from trustbook.overview.editions import Figures
from trustbook.overview.naming import PartnerName
from trustbook.overview.requests import NamedFew
from trustbook.overview.spoken import Spoken


class RequestTexts(Spoken):
    """Both lists of one overview, each of three sentences at most; what is asked of the team has
    one more.
    """

    def __init__(self, figures: Figures, lang: str) -> None:
        super().__init__(lang)
        self._f, self._requests = figures, figures.requests

    def asked(self) -> list[str]:
        """What a reader can do: fill a gap, open a door, hold us to our word."""
        asked = self._requests
        said = []
        if asked.short:
            parties = [party.label(self.lang) for party in asked.parties]
            listed = self._listed(parties, asked.more_parties)
            said.append(self.say("ask_gap", short=asked.short, listed=listed))
        said += self._sentences(("ask_cold", asked.cold), ("ask_late", asked.late))
        said += self._informed()
        nothing = "ask_hidden" if self._f.edition == "public" else "ask_nothing"
        return said or [self.say(nothing)]

    def _informed(self) -> list[str]:
        """How many people know that we keep their work contact (GDPR art. 14)."""
        told, people = self._f.informed or (0, 0)
        if told == people:
            return []
        percent = 100 * told // people  # never said to be more than it is
        return [self.say("ask_inform", left=people - told, percent=percent)]

    def coming(self) -> list[str]:
        """What the days ahead bring, as far as the book knows."""
        coming = self._requests
        said = self._sentences(
            ("next_turning", coming.turning),
            ("next_due", coming.due),
            ("next_planned", coming.planned),
        )
        nothing = "next_hidden" if self._f.edition == "public" else "next_nothing"
        return said or [self.say(nothing)]

    def coming_title(self) -> str:
        """What those days are called."""
        return self.say("next_quarter" if self._requests.days.quarter else "next_days")

    def _sentences(self, *groups: tuple[str, NamedFew]) -> list[str]:
        return [
            self.say(key, count=few.count, listed=self._few(few))
            for key, few in groups
            if few.count
        ]

    def _few(self, few: NamedFew) -> str:
        names = [self._dated(name, day) for name, day in few.first]
        return self._listed(names, few.count - len(names))

    def _dated(self, name: PartnerName, day: date | None) -> str:
        said = self.name(name)
        return self.say("name_and_day", name=said, day=self._near(day)) if day else said

    def _near(self, day: date) -> str:
        """A day; without its year where that is the year of the overview."""
        year = f" {day.year}" if day.year == self._f.span.last.year else ""
        return self.date(day).removesuffix(year)

    def _listed(self, names: Sequence[str], rest: int) -> str:
        """``: A, B and 3 more``; nothing where nobody is named."""
        if not names:
            return ""
        more = " " + self.say("and_more", count=rest) if rest else ""
        return f": {joined_names(names)}{more}"
