"""The long list: rows of Moments to contacts, with what does not count left out and said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from trustbook import model
from trustbook.model import (
    CRISIS,
    HELD,
    PLANNED,
    SUNNY,
    Meanings,
    Memory,
    Moments,
    Period,
    Settings,
)
from trustbook.names import key
from trustbook.reading.cells import Reader, report, shown
from trustbook.reading.differently import tell_differences
from trustbook.reading.plans import Plans
from trustbook.reading.presence import Attendance, Present
from trustbook.reading.promises import WHO, read_promises
from trustbook.reading.twins import find_twins
from trustbook.snapshot import CellFault

_CHOICES = ("state", "weather", "initiative", "kind", "answered")
# What is practised in calm times is calm also where a crisis is on.
_PRACTICE = ("training", "exercise")
# What is wrong with a name whatever its day is.
_ON_ANY_DAY = ("unknown", "ambiguous")
EARLIEST = date(2000, 1, 1)


def read_moments(
    reader: Reader,
    readings: Sequence[Attendance],
    settings: Settings,
    today: date,
    memory: Memory | None = None,
) -> Moments:
    """Every row with a readable date, as columns.

    A blank state is held, or planned when the day lies ahead of ``today``; a blank weather is
    sunny, or crisis inside a crisis period of Settings. Rows that must not count (held in the
    future, before 2000, a row written twice) are reported and left out. ``memory`` knows which rows
    were typed before their day and so stay planned, and what the names of each meant. ``readings``
    read the names as today and, for a memory that noted no meanings yet, as when consultations had
    other members.
    """
    memory = memory or Memory()
    typed = _read_columns(reader)
    _report_blanks(reader, typed)
    rows = [typed.identity(i) for i in range(len(typed.days))]
    before = _names_before(reader, typed, rows)
    memory = _by_its_name_now(memory, before, rows)
    plans = Plans(rows, typed.days, typed.choices["state"], today, memory)
    present = _present(typed, plans, readings, memory)
    twins = find_twins(reader, typed.days, typed.choices, typed.texts, present, settings, today)
    plans.share(twins)
    states = _states(reader, typed, plans, today)
    for i, other in twins.items():
        if states[i] is not None and states[other] is not None:
            reader.note("doubled_moment", "warning", "date", i, other=reader.listing.rows[other])
            states[i] = None
    counted = [i for i, state in enumerate(states) if state is not None]
    moments = _as_columns(reader, counted, typed, states)
    moments.weather = _weathers(reader, counted, typed, states, settings.crisis)
    _add_contacts(moments, counted, reader, present)
    _tell_names_of(_uncounted(states, twins), reader, readings[0], typed, present)
    moments.meant = _meanings(rows, plans, present)
    moments.met = _last_meetings(moments, [present[i] for i in counted], today)
    moments.ahead = plans.to_remember()
    moments.ahead |= dict.fromkeys(memory.planned.keys() & ({*before.values()} - {*rows}))
    tell_differences(reader, readings[0], typed.days, typed.names, present, memory)
    moments.promises = read_promises(reader, counted, states, today)
    return moments


@dataclass(frozen=True, slots=True)
class _Typed:
    """The columns of Moments as they were typed, one value a row; by the name of the column."""

    days: list[date | None]
    choices: Mapping[str, Sequence[str | None]]
    texts: Mapping[str, Sequence[str | None]]
    names: Mapping[str, Sequence[str | None]]

    def identity(self, i: int) -> str:
        """Under what a row is remembered: its ID, else what stands in it."""
        return self.texts["id"][i] or self.without_id(i)

    def without_id(self, i: int) -> str:
        """Under what a row was remembered before it had an ID."""
        return identity_without_id(self.days[i], (column[i] for column in self.names.values()))


def identity_without_id(day: date | None, names: Iterable[object]) -> str:
    """Under what a moment without an ID is remembered: its day, With and Also present."""
    return " | ".join([str(day), *(key(str(name or "")) for name in names)])


def _read_columns(reader: Reader) -> _Typed:
    return _Typed(
        days=reader.dates("date", "error"),
        choices={name: reader.choices(name) for name in _CHOICES},
        texts={"id": reader.ids(), "by": reader.texts("by"), "topic": reader.texts("topic")},
        names={name: _names(reader, name) for name in ("with", "also_present")},
    )


def _report_blanks(reader: Reader, typed: _Typed) -> None:
    for i, (day, with_) in enumerate(zip(typed.days, typed.names["with"], strict=True)):
        if day is None or with_ is None:
            reader.required("date", i)
            reader.required("with", i)


def _as_columns(
    reader: Reader, counted: Sequence[int], typed: _Typed, states: Sequence[int | None]
) -> Moments:
    """The rows that count, as they were typed; weather, contacts and promises are not in yet."""
    moments = Moments()
    moments.row = [reader.listing.rows[i] for i in counted]
    moments.day = [day.toordinal() for i in counted if (day := typed.days[i]) is not None]
    moments.state = [state for i in counted if (state := states[i]) is not None]
    moments.initiative = [WHO[typed.choices["initiative"][i]] for i in counted]
    moments.id, moments.kind, moments.by, moments.topic, moments.answered = (
        [column[i] for i in counted]
        for column in (
            typed.texts["id"],
            typed.choices["kind"],
            typed.texts["by"],
            typed.texts["topic"],
            typed.choices["answered"],
        )
    )
    return moments


def _names_before(reader: Reader, typed: _Typed, rows: Sequence[str]) -> dict[int, str]:
    """Under what a row was remembered, where that was not what it is now: it had no ID, or has none
    and was edited.
    """
    found: dict[int, str] = {}
    for i, row in enumerate(rows):
        cells = reader.listing.before.get(reader.listing.rows[i])
        if typed.texts["id"][i]:
            found[i] = typed.without_id(i)
        elif cells is not None and (day := reader.day_in(cells.get("date"))) is not None:
            names = (cells.get(name) for name in typed.names)
            found[i] = identity_without_id(day, (name and shown(name) for name in names))
        if found.get(i) == row:
            del found[i]
    return found


def _by_its_name_now(memory: Memory, before: Mapping[int, str], rows: Sequence[str]) -> Memory:
    """What is remembered of rows, by what they are called now."""
    meant, planned = dict(memory.meant or {}), dict(memory.planned)
    for i, old in before.items():
        row = rows[i]
        if old in meant and row not in meant:
            meant[row] = meant[old]
        if old in planned and row not in planned and row not in (memory.meant or {}):
            planned[row] = planned[old]
    _keep_answers(memory, before, rows)
    return replace(memory, meant=meant if memory.meant is not None else None, planned=planned)


def _keep_answers(memory: Memory, before: Mapping[int, str], rows: Sequence[str]) -> None:
    """What was answered of a row is kept under what it is called now."""
    for i, old in before.items():
        if old in memory.confirmed:
            memory.confirmed.setdefault(rows[i], memory.confirmed[old])


def _present(
    typed: _Typed, plans: Plans, readings: Sequence[Attendance], memory: Memory
) -> list[Present | None]:
    """Who was at each moment; None where its day or its names cannot be read. What is only planned
    is read anew every time.
    """
    present: list[Present | None] = []
    for i, day in enumerate(typed.days):
        cells = {name: column[i] for name, column in typed.names.items()}
        if day is None or not any(cells.values()):
            present.append(None)
            continue
        row, planned = plans.rows[i], plans.is_planned(i)
        known = None if planned or memory.meant is None else memory.meant.get(row)
        reading = readings[0] if planned else _reading(readings, memory, row)
        present.append(reading.at(day, cells, known))
    return present


def _reading(readings: Sequence[Attendance], memory: Memory, row: str) -> Attendance:
    """By which names a moment is read: today's, unless it was first read when a consultation had
    other members and no meanings were noted yet.
    """
    today, *rounds = readings
    at = memory.sat.get(row) if rounds and memory.meant is None else None
    return today if at is None else rounds[at]


def _last_meetings(
    moments: Moments, present: Sequence[Present | None], today: date
) -> dict[str, int]:
    """The last day by ``today`` on which each consultation was held, by the name that was typed."""
    met: dict[str, int] = {}
    for day, state, who in zip(moments.day, moments.state, present, strict=True):
        if who is None or state != HELD or day > today.toordinal():
            continue
        for name, meant in who.meant.items():
            if meant.kind == "consultation":
                met[name] = max(day, met.get(name, 0))
    return met


def _meanings(
    rows: Sequence[str], plans: Plans, present: Sequence[Present | None]
) -> dict[str, Meanings]:
    """What the names of each moment mean from now on; nothing of what is only planned."""
    return {
        row: {} if plans.is_planned(i) else who.meant
        for i, (row, who) in enumerate(zip(rows, present, strict=True))
        if who is not None
    }


def _states(reader: Reader, typed: _Typed, plans: Plans, today: date) -> list[int | None]:
    """What state each row counts in; None when it must not count at all."""
    states: list[int | None] = []
    for i, day in enumerate(typed.days):
        word = typed.choices["state"][i]
        if day is None:
            states.append(None)
        elif day < EARLIEST:
            reader.note("too_early", "error", "date", i)
            states.append(None)
        elif word == "held" and day > today:
            reader.note("held_ahead", "error", "date", i)
            states.append(None)
        else:
            states.append(_state(typed, plans, i))
            if states[i] == PLANNED and day < today:
                code = "was_it_held_early" if word == "held" else "was_it_held"
                reader.note(code, "warning", "state", i, **plans.reference(i))
    return states


def _state(typed: _Typed, plans: Plans, i: int) -> int:
    """The state of a row; who was not reached was not spoken."""
    state = plans.state(i)
    not_reached = typed.choices["answered"][i] == "not"
    return model.ATTEMPT if state == HELD and not_reached else state


def _names(reader: Reader, name: str) -> Sequence[str | None]:
    """A column of names with its line breaks kept: they part the names."""
    result: list[str | None] = []
    for i, cell in enumerate(reader.listing.get(name)):
        if cell is None or isinstance(cell, str):
            result.append(cell if cell is None or not cell.isspace() else None)
        elif isinstance(cell, CellFault):
            reader.fault(name, i, cell)
            result.append(None)
        else:
            result.append(shown(cell))
    return result


def _weathers(
    reader: Reader,
    counted: Sequence[int],
    typed: _Typed,
    states: Sequence[int | None],
    periods: Sequence[Period],
) -> list[int]:
    said, kinds = typed.choices["weather"], typed.choices["kind"]
    weathers = [CRISIS if said[i] == "crisis" else SUNNY for i in counted]
    if not periods:
        return weathers
    column = "weather" if "weather" in reader.listing.columns else "date"
    for at, i in enumerate(counted):
        if said[i] is None and kinds[i] not in _PRACTICE and _in_one_of(periods, typed.days[i]):
            weathers[at] = CRISIS
            if states[i] == HELD:
                reader.note("crisis_assumed", "warning", column, i)
    return weathers


def _in_one_of(periods: Sequence[Period], day: date | None) -> bool:
    return day is not None and any(day in period for period in periods)


def _add_contacts(
    moments: Moments,
    counted: Sequence[int],
    reader: Reader,
    present: Sequence[Present | None],
) -> None:
    for at, i in enumerate(counted):
        who = present[i]
        if who is None:
            continue
        for name, trouble in who.troubles:
            report(reader, name, i, trouble)
        moments.contact_moment.extend([at] * len(who.partners))
        moments.contact_partner.extend(who.partners)


def _uncounted(states: Sequence[int | None], twins: Mapping[int, int]) -> list[int]:
    """The rows that do not count, but for those that say what another one says."""
    return [i for i, state in enumerate(states) if state is None and i not in twins]


def _tell_names_of(
    rows: Sequence[int],
    reader: Reader,
    names: Attendance,
    typed: _Typed,
    present: Sequence[Present | None],
) -> None:
    """Report the names of rows that do not count, so that every fault of a row is told at once.

    Where no day can be read nobody knows who was in office.
    """
    for i in rows:
        who = present[i] or _on_any_day(typed, i, names)
        for name, trouble in who.troubles:
            report(reader, name, i, trouble)


def _on_any_day(typed: _Typed, i: int, names: Attendance) -> Present:
    """What is wrong with the names of a row without a day, whatever its day is."""
    cells = {name: column[i] for name, column in typed.names.items() if column[i]}
    found = names.at(date.max, cells) if cells else Present()
    return Present(troubles=[one for one in found.troubles if one[1].code in _ON_ANY_DAY])
