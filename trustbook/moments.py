"""The long list: rows of Moments to contacts, with what does not count left out and said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trustbook import model
from trustbook.linking import Directory
from trustbook.model import CRISIS, HELD, PLANNED, SUNNY, Moments, Period, Promise, Settings
from trustbook.reading import Reader, report, shown
from trustbook.workbooks.base import Fault

_STATES = {"held": HELD, "planned": PLANNED, "cancelled": model.CANCELLED, "attempt": model.ATTEMPT}
_WHO = {None: model.NOBODY, "us": model.US, "them": model.THEM, "together": model.TOGETHER}
EARLIEST = date(2000, 1, 1)


def read_moments(reader: Reader, directory: Directory, settings: Settings, today: date) -> Moments:
    """Every row with a readable date, as columns.

    A blank state is held, or planned when the day lies ahead of ``today``; a blank weather is sunny, or crisis inside
    a crisis period of Settings. Rows that must not count (held in the future, before 2000, a row written twice) are
    reported and left out.
    """
    days = reader.dates("date", "error")
    states, weathers = reader.choices("state"), reader.choices("weather")
    initiatives, kinds = reader.choices("initiative"), reader.choices("kind")
    by, topics = reader.texts("by"), reader.texts("topic")
    with_, also = _names(reader, "with"), _names(reader, "also_present")
    moments, seen = Moments(), _Seen(reader)
    for i, row in enumerate(reader.listing.rows):
        day = days[i]
        if day is None or with_[i] is None:
            reader.required("date", i)
            reader.required("with", i)
            if day is None:
                continue
        state = _state(reader, i, day, states[i], today)
        if state is None or seen.before(i, (day, with_[i], also[i], states[i], weathers[i], kinds[i], initiatives[i],
                                            by[i], topics[i])):  # fmt: skip
            continue
        at = len(moments.row)
        moments.row.append(row)
        moments.day.append(day.toordinal())
        moments.state.append(state)
        moments.weather.append(_weather(reader, i, day, weathers[i], settings.crisis, state))
        moments.initiative.append(_WHO[initiatives[i]])
        moments.kind.append(kinds[i])
        moments.by.append(by[i])
        moments.topic.append(topics[i])
        _add_contacts(moments, at, reader, i, day, directory, (("with", with_[i]), ("also_present", also[i])))
    _add_ids(moments, reader)
    _add_promises(moments, reader)
    return moments


def _names(reader: Reader, name: str) -> Sequence[str | None]:
    """A column of names with its line breaks kept: they part the names."""
    result: list[str | None] = []
    for i, cell in enumerate(reader.listing.get(name)):
        if cell is None or isinstance(cell, str):
            result.append(cell if cell is None or not cell.isspace() else None)
        elif isinstance(cell, Fault):
            reader.fault(name, i, cell)
            result.append(None)
        else:
            result.append(shown(cell))
    return result


def _state(reader: Reader, i: int, day: date, typed: str | None, today: date) -> int | None:
    """What state the row counts in; None when it must not count at all."""
    if day < EARLIEST:
        reader.note("too_early", "error", "date", i)
        return None
    if typed is None:
        return PLANNED if day > today else HELD
    state = _STATES[typed]
    if state == HELD and day > today:
        reader.note("held_ahead", "error", "date", i)
        return None
    if state == PLANNED and day < today:
        reader.note("was_it_held", "warning", "state", i)
    return state


def _weather(reader: Reader, i: int, day: date, typed: str | None, periods: Sequence[Period], state: int) -> int:
    if typed is not None:
        return CRISIS if typed == "crisis" else SUNNY
    if any(day in period for period in periods):
        if state == HELD:
            reader.note("crisis_assumed", "warning", "weather" if "weather" in reader.listing.columns else "date", i)
        return CRISIS
    return SUNNY


def _add_contacts(
    moments: Moments,
    at: int,
    reader: Reader,
    i: int,
    day: date,
    directory: Directory,
    named: Sequence[tuple[str, str | None]],
) -> None:
    present: list[int] = []
    for name, text in named:
        if text is None:
            continue
        partners, troubles = directory.who(text, day)
        present += [p for p in partners if p not in present] if present else partners
        for trouble in troubles:
            report(reader, name, i, trouble)
    moments.contact_moment += [at] * len(present)
    moments.contact_partner += present


class _Seen:
    """Rows already read, so that the same row written twice counts once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._first: dict[object, int] = {}
        self._promises = list(zip(*(reader.listing.get(name) for name in (
            "promise", "promised_by", "promise_due", "promise_kept_on")), strict=True))  # fmt: skip

    def before(self, i: int, row: tuple[object, ...]) -> bool:
        first = self._first.setdefault((row, self._promises[i]), i)
        if first != i:
            other = self._reader.listing.rows[first]
            self._reader.note("doubled_moment", "warning", "date", i, other=other)
        return first != i


def _add_ids(moments: Moments, reader: Reader) -> None:
    ids = dict(zip(reader.listing.rows, reader.texts("id"), strict=True))
    moments.id = [ids[row] for row in moments.row]


def _add_promises(moments: Moments, reader: Reader) -> None:
    texts, makers = reader.texts("promise"), reader.choices("promised_by")
    due, kept = reader.dates("promise_due"), reader.dates("promise_kept_on")
    places = {row: at for at, row in enumerate(moments.row)}
    for i, row in enumerate(reader.listing.rows):
        if row in places and (texts[i] is not None or due[i] is not None):
            moments.promises.append(Promise(places[row], texts[i] or "", _WHO[makers[i]], due[i], kept[i]))
