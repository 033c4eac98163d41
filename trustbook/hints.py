"""What stands beside a verdict and never changes it: promises, familiarity, one-sidedness, plans, slipping."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from trustbook.dates import write_date
from trustbook.facts import Facts, months_before
from trustbook.messages import say
from trustbook.model import Partner, Person, Settings


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing worth knowing: its stable ``code``, the sentence, and ``short``, the few words for a sheet.

    ``short`` holds no number that moves with the days; ``text`` of ``slipping`` does.
    """

    code: str
    text: str
    short: str


@dataclass(slots=True)
class Familiarity:
    """What we still have to ask or tell: blank columns of theirs, and the dates that are missing or too old."""

    unknown: list[str]
    not_shared: bool = False
    shared_long_ago: date | None = None
    checked_long_ago: date | None = None

    def __bool__(self) -> bool:
        return bool(self.unknown or self.not_shared or self.shared_long_ago or self.checked_long_ago)


class Hints:
    """All hints of one book as of a day, partner by partner."""

    def __init__(self, people: list[Person], settings: Settings, today: date, lang: str) -> None:
        self._today, self._lang = today, lang
        self._in_office = Counter(p.partner for p in people if p.partner is not None and p.in_office(today))
        self._old = months_before(today, settings.familiarity_months)
        self._old_civil_society = months_before(today, settings.familiarity_months_civil_society)

    def of(self, position: int, partner: Partner, facts: Facts) -> list[Hint]:
        """Every hint that the facts of the partner at ``position`` of the book give, risk left aside."""
        hints = []
        if facts.overdue:
            hints.append(self._promise(facts.overdue))
        if partner.kind != "individual" and self._in_office[position] == 1:
            hints.append(self._hint("one_person"))
        if facts.last_sunny and (gaps := self.familiarity(partner)):
            hints.append(Hint("unfamiliar", self._familiarity(gaps), say(self._lang, "health.short_unfamiliar")))
        if facts.all_by_us:
            hints.append(self._hint("one_sided"))
        if facts.only_at_table:
            hints.append(self._hint("only_at_table"))
        if facts.planned:
            hints.append(self._hint("planned", day=self._written(date.fromordinal(facts.planned))))
        return hints

    def slipping(self, risk: float, horizon: int) -> Hint:
        """The hint that at this ``risk`` no contact is to be expected within ``horizon`` days."""
        day = date.fromordinal(self._today.toordinal() + horizon)
        return self._hint("slipping", tenths=min(round(risk * 10), 9), day=self._written(day))

    def familiarity(self, partner: Partner) -> Familiarity:
        """What of each other's tasks, goals and way of working is unknown, unshared or older than the setting.

        A date that lies after the day of asking has not come yet; a blank "checked on" is not old.
        """
        old = self._old_civil_society if partner.tier == "civil_society" else self._old
        shared, checked = partner.goals_shared_on, partner.checked_on
        gaps = Familiarity([name for name in ("their_tasks", "their_goals", "their_way") if not getattr(partner, name)])
        if shared is None or shared > self._today:
            gaps.not_shared = True
        elif shared < old:
            gaps.shared_long_ago = shared
        if checked is not None and checked < old:
            gaps.checked_long_ago = checked
        return gaps

    def _familiarity(self, gaps: Familiarity) -> str:
        lang, said = self._lang, []
        if gaps.unknown:
            what = ", ".join(say(lang, f"health.{name}") for name in gaps.unknown)
            said.append(say(lang, "health.unfamiliar_unknown", what=what))
        if gaps.not_shared:
            said.append(say(lang, "health.unfamiliar_not_shared"))
        if gaps.shared_long_ago:
            said.append(say(lang, "health.unfamiliar_shared", day=self._written(gaps.shared_long_ago)))
        if gaps.checked_long_ago:
            said.append(say(lang, "health.unfamiliar_checked", day=self._written(gaps.checked_long_ago)))
        return " ".join(said)

    def _promise(self, overdue: list[int]) -> Hint:
        due, many = self._written(date.fromordinal(overdue[0])), len(overdue) > 1
        return Hint(
            "promise_overdue",
            say(
                self._lang, "health.promises_overdue" if many else "health.promise_overdue", count=len(overdue), due=due
            ),
            say(self._lang, "health.short_promise_overdue", due=due),
        )

    def _hint(self, code: str, **params: object) -> Hint:
        return Hint(
            code, say(self._lang, f"health.{code}", **params), say(self._lang, f"health.short_{code}", **params)
        )

    def _written(self, day: date) -> str:
        return write_date(day, self._lang)
