"""What the team looks at among itself, put into sentences."""

from __future__ import annotations

from collections.abc import Iterator

from trustbook.names import joined_names
from trustbook.overview.spoken import Spoken
from trustbook.overview.team import PRACTICE, TeamWork

_NAMED = 3


class TeamTexts(Spoken):
    """The sentences of one team edition."""

    def __init__(self, team: TeamWork, lang: str) -> None:
        super().__init__(lang)
        self._team = team

    def sentences(self) -> list[str]:
        """Everything, in the order it is read: few lines, for the page is to stay short."""
        practice = [*self._practice(), *self._never()]
        return [" ".join(practice), " ".join(self._turnover())]

    def _practice(self) -> Iterator[str]:
        counts = {}
        for kind in PRACTICE:
            counts[f"{kind}s"], counts[f"{kind}s_before"] = self._team.held[kind]
        yield self.say("team_practice", **counts)
        for kind in PRACTICE:
            if day := self._team.ahead.get(kind):
                yield self.say(f"team_next_{kind}", day=self.date(day))
        if not self._team.ahead:
            yield self.say("team_none_planned")

    def _never(self) -> Iterator[str]:
        """By phenomenon; with names where they are few."""
        if not self._team.never:
            return
        if all(group.count == of for _, group, of in self._team.never):
            yield self.say("team_nobody_yet")
            return
        parts = []
        for phenomenon, group, of in self._team.never:
            few = len(group.names) == group.count and len(group.names) <= _NAMED
            names = joined_names(map(self.name, group.names))
            key = "team_never_named" if few else "team_never_part"
            label = phenomenon.label(self.lang)
            parts.append(self.say(key, phenomenon=label, count=group.count, of=of, names=names))
        yield self.say("team_never", listed="; ".join(parts))

    def _turnover(self) -> Iterator[str]:
        memory = self._team.memory
        yield self.say("team_people", came=self._team.came, left=self._team.left)
        if memory is None:
            return
        yield self.say("team_holders", count=memory.holders_changed, days=memory.days_without)
        if memory.warm_answers:
            yield self.say("team_warm_answers")
