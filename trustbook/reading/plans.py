"""What was noted ahead stays planned until somebody says, after its day, that it was held.

Nobody is called warm for a talk that was only planned: a date that passes is no confirmation, nor
is "held" that was typed before the day came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from trustbook.model import ATTEMPT, CANCELLED, HELD, PLANNED, Ahead, Memory

_STATES = {"held": HELD, "planned": PLANNED, "cancelled": CANCELLED, "attempt": ATTEMPT}
# What people type of a moment that has yet to come.
_SAYS_NOTHING = (None, "planned")
# What is said of a moment that did not come to a talk.
_CAME_TO_NOTHING = ("cancelled", "attempt")
_REFERENCE = "held: "


def is_plan(reference: str) -> str | None:
    """The row of which To check asked whether it was held, by the reference that stands there."""
    return reference.removeprefix(_REFERENCE) if reference.startswith(_REFERENCE) else None


class Plans:
    """The state of every row: as it was typed, unless it was noted ahead and never confirmed."""

    def __init__(
        self,
        rows: Sequence[str],
        days: Sequence[date | None],
        words: Sequence[str | None],
        today: date,
        memory: Memory,
    ) -> None:
        self.rows = rows
        self._days, self._words, self._today, self._memory = days, words, today, memory
        # Rows that were noted ahead and that nobody confirmed since, by position; and those that
        # are read for the first time and say "planned" of a day that has passed.
        self._ahead = {
            i: known
            for i, row in enumerate(rows)
            if (known := memory.planned.get(row) or self._passed(i))
            and self._is_unconfirmed(i, known)
        }

    def _passed(self, i: int) -> Ahead | None:
        """A row that says "planned" of a day that has passed, as if it had been seen before."""
        day = self._days[i]
        # The word first: on which side of today a day lies is asked of few rows, so that a reading
        # that is kept goes for many days.
        if self._words[i] != "planned" or day is None or day >= self._today:
            return None
        return Ahead(day.toordinal(), "planned", True)

    def _is_unconfirmed(self, i: int, known: Ahead) -> bool:
        day, word = self._days[i], self._words[i]
        if day is None or day > self._today or word in _CAME_TO_NOTHING:
            return False
        moved = day.toordinal() - known.day
        if moved < 0 and not known.passed and day < self._today:
            return False  # it was moved into the past; one that was put off may not have come
        said_early = word == known.word and (moved >= 0 or known.passed)
        return word in _SAYS_NOTHING or said_early

    def share(self, twins: Mapping[int, int]) -> None:
        """Have rows that say the same (position to that of the first) share their state: one that
        was confirmed confirms the other, and one that was not leaves the other planned.
        """
        groups: dict[int, list[int]] = {}
        for i, first in twins.items():
            groups.setdefault(first, [first]).append(i)
        for group in groups.values():
            known = [self._ahead[i] for i in group if i in self._ahead]
            if known and self._is_confirmed(group, known):
                for i in group:
                    self._ahead.pop(i, None)
            elif known:
                self._ahead |= dict.fromkeys(group, known[0])

    def _is_confirmed(self, group: Sequence[int], known: Sequence[Ahead]) -> bool:
        """Whether a row of a group says "held", and it is no copy of one that said so too early."""
        early = any(one.word == "held" for one in known)
        says_held = any(self._words[i] == "held" for i in group if i not in self._ahead)
        return says_held and not early

    def is_planned(self, i: int) -> bool:
        """Whether row ``i`` is planned, for all that is known."""
        return self.state(i) == PLANNED

    def state(self, i: int) -> int:
        """The state of row ``i``: a blank one is held, or planned when its day lies ahead."""
        day, word = self._days[i], self._words[i]
        ahead = day is not None and day > self._today
        if i in self._ahead:
            return _STATES[self._answer(i) or "planned"]
        if ahead and word == "held":
            return PLANNED
        return _STATES[word or ("planned" if ahead else "held")]

    def _answer(self, i: int) -> str | None:
        """What somebody answered on To check, if it was asked of this day."""
        day = self._days[i]
        answer = self._memory.confirmed.get(self.rows[i])
        return answer[0] if answer and day and answer[1] == day.toordinal() else None

    def reference(self, i: int) -> dict[str, str]:
        """How To check refers to row ``i`` where it asks whether it was held."""
        return {"reference": f"{_REFERENCE}{self.rows[i]}"} if i in self._ahead else {}

    def to_remember(self) -> dict[str, Ahead | None]:
        """The rows that are planned from now on, and (None) those that no longer are."""
        found: dict[str, Ahead | None] = {}
        for i, (row, day) in enumerate(zip(self.rows, self._days, strict=True)):
            word = self._words[i]
            if day is not None and day > self._today:
                found[row] = Ahead(day.toordinal(), word or "")
            elif day is not None and (i in self._ahead or self._fell_through_early(row, word)):
                found[row] = Ahead(day.toordinal(), word or "", day < self._today)
            elif row in self._memory.planned:
                found[row] = None
        return found

    def _fell_through_early(self, row: str, word: str | None) -> bool:
        """Whether a row says what it said before its day: that nothing comes of it. Cleared later,
        that is no talk that was held.
        """
        known = self._memory.planned.get(row)
        return known is not None and word in _CAME_TO_NOTHING and word == known.word
