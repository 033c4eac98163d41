"""The same moment written twice, however it is typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from trustbook.model import Period, Settings
from trustbook.names import key
from trustbook.reading.cells import Reader, shown
from trustbook.reading.listing import has_content
from trustbook.reading.presence import Present

_PROMISE = ("promise", "promised_by", "promise_due", "promise_kept_on")
Texts = Mapping[str, Sequence[str | None]]


def find_twins(
    reader: Reader,
    days: Sequence[date | None],
    choices: Texts,
    texts: Texts,
    present: Sequence[Present | None],
    settings: Settings,
    today: date,
) -> dict[int, int]:
    """The rows (positions) that say the same as an earlier one, with that one: the same day, the
    same partners and the same texts, whatever their case and spaces; a blank state is held.
    """
    # Most rows share their day and topic with no other, and need no closer look.
    alike: dict[object, list[int]] = {}
    for i, day in enumerate(days):
        if day is not None:
            topic = texts["topic"][i]
            alike.setdefault((day, topic and key(topic)), []).append(i)
    sayings = _Sayings(reader, days, choices, texts, settings.crisis, today)
    first: dict[object, int] = {}
    twins: dict[int, int] = {}
    for i in _in_groups(alike):
        other = first.setdefault((sayings.apart_from_names(i), _names(present[i])), i)
        if other != i:
            twins[i] = other
    return dict(sorted(twins.items()))


def _in_groups(alike: Mapping[object, Sequence[int]]) -> Iterator[int]:
    for rows in alike.values():
        if len(rows) > 1:
            yield from rows


def _names(who: Present | None) -> object:
    """The partners that a row names, and the pieces that name nobody."""
    if who is None:
        return None
    return frozenset(who.partners), frozenset(key(trouble.piece) for _, trouble in who.troubles)


class _Sayings:
    """What each row of Moments says, so that the same said twice is equal however it is typed."""

    def __init__(
        self,
        reader: Reader,
        days: Sequence[date | None],
        choices: Texts,
        texts: Texts,
        crisis: Sequence[Period],
        today: date,
    ) -> None:
        self._days, self._choices, self._texts = days, choices, texts
        self._crisis, self._today = crisis, today
        self._cells = [reader.listing.get(name) for name in _PROMISE]
        # What a withheld cell says is unknown, so it equals nothing.
        self._withheld = {i for _, i in reader.withheld}

    def apart_from_names(self, i: int) -> tuple[object, ...]:
        """What row ``i`` says but for who was there: its day, choices and normalised texts."""
        choices, texts = self._choices, self._texts
        cells = [texts["by"][i], texts["topic"][i], *(column[i] for column in self._cells)]
        said = [key(shown(cell)) if has_content(cell) else None for cell in cells]
        alone = i if i in self._withheld else -1
        kind = choices["initiative"][i], choices["kind"][i]
        return self._days[i], self._state(i), self._weather(i), kind, *said, alone

    def _state(self, i: int) -> str:
        day = self._days[i]
        ahead = day is not None and day > self._today
        return self._choices["state"][i] or ("planned" if ahead else "held")

    def _weather(self, i: int) -> str:
        day = self._days[i]
        stormy = day is not None and any(day in period for period in self._crisis)
        return self._choices["weather"][i] or ("crisis" if stormy else "sunny")
