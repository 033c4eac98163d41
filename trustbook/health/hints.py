"""What stands beside a verdict and never changes it: promises, familiarity, plans and more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from trustbook.dates import write_date
from trustbook.health.facts import Facts, months_before
from trustbook.health.sentences import written_day
from trustbook.messages import say
from trustbook.model import Partner, Person, Settings

_FAMILIARITY = ("their_tasks", "their_goals", "their_way")


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing worth knowing: its stable ``code``, the sentence, and a few words for a sheet.

    ``short`` holds no number that moves with the days; ``text`` of ``slipping`` does.
    """

    code: str
    text: str
    short: str


class Hints:
    """All hints of one book as of a day, partner by partner."""

    def __init__(self, people: list[Person], settings: Settings, today: date, lang: str) -> None:
        self._today, self._lang = today, lang
        self._in_office = Counter(
            partner for p in people if p.in_office(today) for partner in p.partners
        )
        self._not_informed = {
            partner
            for p in people
            if p.informed_on is None and p.in_office(today)
            for partner in p.partners
        }
        self._old = months_before(today, settings.familiarity_months)
        self._old_civil_society = months_before(today, settings.familiarity_months_civil_society)
        # Most partners share their texts, and each is put into words once.
        self._written: dict[object, Hint] = {}

    def of(self, position: int, partner: Partner, facts: Facts) -> list[Hint]:
        """Every hint that the facts of the partner at ``position`` give, risk left aside."""
        hints = []
        if facts.overdue:
            hints.append(self._promise(facts.overdue))
        if partner.kind != "individual" and self._in_office[position] == 1:
            hints.append(self._plain("one_person"))
        if facts.last_sunny and (hint := self._unfamiliar(partner)):
            hints.append(hint)
        if position in self._not_informed:
            hints.append(self._plain("not_informed"))
        if facts.all_by_us:
            hints.append(self._plain("one_sided"))
        if facts.only_at_table:
            hints.append(self._plain("only_at_table"))
        if facts.planned:
            hints.append(self._planned(facts.planned))
        return hints

    def slipping(self, sentence: str) -> Hint:
        """The hint that no contact is to be expected in time; ``sentence`` (risk) says why."""
        return Hint("slipping", sentence, self._say("short_slipping"))

    def shared(self, partner: Partner) -> bool:
        """Whether we told them our goals by the day of asking."""
        return partner.goals_shared_on is not None and partner.goals_shared_on <= self._today

    def _unfamiliar(self, partner: Partner) -> Hint | None:
        """What is unknown, unshared or older than the setting; a blank "checked on" is not old."""
        old = self._old_civil_society if partner.tier == "civil_society" else self._old
        told, checked = partner.goals_shared_on, partner.checked_on
        unknown = tuple(name for name in _FAMILIARITY if not getattr(partner, name))
        gaps = unknown, not self.shared(partner), _before(told, old), _before(checked, old)
        if not any(gaps):
            return None
        if gaps not in self._written:
            self._written[gaps] = self._unfamiliar_hint(*gaps)
        return self._written[gaps]

    def _unfamiliar_hint(
        self, unknown: tuple[str, ...], not_shared: bool, told: date | None, checked: date | None
    ) -> Hint:
        said = []
        if unknown:
            said.append(self._say("unfamiliar_unknown", what=", ".join(map(self._say, unknown))))
        if not_shared:
            said.append(self._say("unfamiliar_not_shared"))
        if told:
            said.append(self._say("unfamiliar_shared", day=write_date(told, self._lang)))
        if checked:
            said.append(self._say("unfamiliar_checked", day=write_date(checked, self._lang)))
        return Hint("unfamiliar", " ".join(said), self._say("short_unfamiliar"))

    def _promise(self, overdue: Sequence[int]) -> Hint:
        code, due = "promise_overdue", written_day(overdue[0], self._lang)
        key = "promises_overdue" if len(overdue) > 1 else code
        text = self._say(key, count=len(overdue), due=due)
        return Hint(code, text, self._say(f"short_{code}", due=due))

    def _planned(self, day: int) -> Hint:
        written = written_day(day, self._lang)
        return Hint(
            "planned",
            self._say("planned", day=written),
            self._say("short_planned", day=written),
        )

    def _plain(self, code: str) -> Hint:
        if code not in self._written:
            self._written[code] = Hint(code, self._say(code), self._say(f"short_{code}"))
        return self._written[code]

    def _say(self, name: str, **params: object) -> str:
        return say(self._lang, f"health.{name}", **params)


def _before(day: date | None, limit: date) -> date | None:
    return day if day and day < limit else None
