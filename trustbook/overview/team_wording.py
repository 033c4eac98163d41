"""What the team looks at among itself, put into sentences."""

from __future__ import annotations

from collections.abc import Iterator

from trustbook.overview.spoken import Spoken
from trustbook.overview.team import PRACTICE, TeamWork

_NAMED = 3


class TeamTexts(Spoken):
    """The sentences of one team edition."""

    def __init__(self, team: TeamWork, lang: str) -> None:
        super().__init__(lang)
        self._team = team

    def sentences(self) -> list[str]:
        """Everything, in the order it is read."""
        return [*self._practice(), *self._never(), *self._turnover(), *self._memory()]

    def _practice(self) -> Iterator[str]:
        for kind in PRACTICE:
            now, before = self._team.held[kind]
            yield self.say(f"team_{kind}", count=now, before=before)
        for kind in PRACTICE:
            if day := self._team.ahead.get(kind):
                yield self.say(f"team_next_{kind}", day=self.date(day))
        if not self._team.ahead:
            yield self.say("team_none_planned")

    def _never(self) -> Iterator[str]:
        for phenomenon, group, of in self._team.never:
            names = [self.name(one) for one in group.names[:_NAMED]]
            rest = (group.count or 0) - len(names)
            more = " " + self.say("and_more", count=rest) if rest else ""
            listed = f"{', '.join(names)}{more}"
            label = phenomenon.label(self.lang)
            yield self.say("team_never", phenomenon=label, count=group.count, of=of, listed=listed)

    def _turnover(self) -> Iterator[str]:
        yield self.say("team_people", came=self._team.came, left=self._team.left)

    def _memory(self) -> Iterator[str]:
        memory = self._team.memory
        if memory is None:
            return
        yield self.say("team_holders", count=memory.holders_changed, days=memory.days_without)
        if memory.warm_answers:
            yield self.say("team_warm_answers")
