"""The long list: rows of Moments to contacts, with what does not count left out and said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from trustbook import model
from trustbook.model import CRISIS, HELD, PLANNED, SUNNY, Memory, Moments, Period, Promise, Settings
from trustbook.names import key
from trustbook.reading.cells import Reader, report, shown
from trustbook.reading.listing import has_content
from trustbook.reading.references import Directory
from trustbook.snapshot import CellFault

_STATES = {"held": HELD, "planned": PLANNED, "cancelled": model.CANCELLED, "attempt": model.ATTEMPT}
_WHO = {None: model.NOBODY, "us": model.US, "them": model.THEM, "together": model.TOGETHER}
EARLIEST = date(2000, 1, 1)


def read_moments(
    reader: Reader,
    directory: Directory,
    settings: Settings,
    today: date,
    memory: Memory | None = None,
    rounds: Sequence[Directory] = (),
) -> Moments:
    """Every row with a readable date, as columns.

    A blank state is held, or planned when the day lies ahead of ``today``; a blank weather is
    sunny, or crisis inside a crisis period of Settings. Rows that must not count (held in the
    future, before 2000, a row written twice) are reported and left out. ``memory`` knows which rows
    were typed before their day and so stay planned, and which were first read when a consultation
    had other members: ``rounds`` are the directories of those times.
    """
    memory = memory or Memory()
    typed = _read_columns(reader)
    _report_blanks(reader, typed)
    said = _said(typed.choices["state"], typed.days, typed.texts["id"], today, memory)
    states = _states(reader, typed.days, said, today)
    counted = [i for i, state in enumerate(states) if state is not None]
    directories = _directories(typed.texts["id"], directory, rounds, memory)
    sayings = _Sayings(reader, typed, directories, settings.crisis, today)
    counted = _without_doubles(reader, counted, typed, sayings)
    moments = _as_columns(reader, counted, typed, states)
    moments.weather = _weathers(
        reader, counted, typed.days, states, typed.choices["weather"], settings.crisis
    )
    _add_contacts(moments, counted, reader, typed.days, directories, typed.names)
    _add_promises(moments, counted, reader)
    return moments


@dataclass(frozen=True, slots=True)
class _Typed:
    """The columns of Moments as they were typed, one value a row; by the name of the column."""

    days: list[date | None]
    choices: Mapping[str, Sequence[str | None]]
    texts: Mapping[str, Sequence[str | None]]
    names: Mapping[str, Sequence[str | None]]


def _read_columns(reader: Reader) -> _Typed:
    return _Typed(
        days=reader.dates("date", "error"),
        choices={name: reader.choices(name) for name in ("state", "weather", "initiative", "kind")},
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
    moments.initiative = [_WHO[typed.choices["initiative"][i]] for i in counted]
    moments.id, moments.kind, moments.by, moments.topic = (
        [column[i] for i in counted]
        for column in (
            typed.texts["id"],
            typed.choices["kind"],
            typed.texts["by"],
            typed.texts["topic"],
        )
    )
    return moments


def _directories(
    ids: Sequence[str | None],
    directory: Directory,
    rounds: Sequence[Directory],
    memory: Memory,
) -> list[Directory]:
    """For each row the directory of its time: today's, unless it was first read when a
    consultation had other members.
    """
    if not memory.sat or not rounds:
        return [directory] * len(ids)
    then = [memory.sat.get(identity or "") for identity in ids]
    return [directory if at is None else rounds[at] for at in then]


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


def _said(
    typed: Sequence[str | None],
    days: Sequence[date | None],
    ids: Sequence[str | None],
    today: date,
    memory: Memory,
) -> Sequence[str | None]:
    """The states as typed; a row that was typed before its day, and not touched since, still says
    planned.
    """
    if not memory.planned:
        return typed

    def still_planned(day: date | None, i: str | None) -> bool:
        if day is None or day > today:
            return False
        return memory.planned.get(i or "") == day.toordinal()

    return [
        "planned" if word is None and still_planned(day, i) else word
        for word, day, i in zip(typed, days, ids, strict=True)
    ]


def _states(
    reader: Reader, days: Sequence[date | None], typed: Sequence[str | None], today: date
) -> list[int | None]:
    """What state each row counts in; None when it must not count at all."""
    states: list[int | None] = []
    for i, (day, word) in enumerate(zip(days, typed, strict=True)):
        if day is None:
            states.append(None)
        elif day < EARLIEST:
            reader.note("too_early", "error", "date", i)
            states.append(None)
        elif word is None:
            states.append(PLANNED if day > today else HELD)
        elif word == "held" and day > today:
            reader.note("held_ahead", "error", "date", i)
            states.append(None)
        else:
            if word == "planned" and day < today:
                reader.note("was_it_held", "warning", "state", i)
            states.append(_STATES[word])
    return states


class _Sayings:
    """What each row of Moments says, so that the same said twice is equal however it is typed."""

    def __init__(
        self,
        reader: Reader,
        typed: _Typed,
        directories: Sequence[Directory],
        crisis: Sequence[Period],
        today: date,
    ) -> None:
        self._typed, self._directories = typed, directories
        self._crisis, self._today = crisis, today
        promise = ("promise", "promised_by", "promise_due", "promise_kept_on")
        self._cells = [reader.listing.get(name) for name in promise]
        # What a withheld cell says is unknown, so it equals nothing.
        self._withheld = {i for _, i in reader.withheld}

    def apart_from_names(self, i: int) -> tuple[object, ...]:
        """What row ``i`` says but for who was there: its day, choices and normalised texts."""
        choices, texts = self._typed.choices, self._typed.texts
        cells = [texts["by"][i], texts["topic"][i], *(column[i] for column in self._cells)]
        said = [key(shown(cell)) if has_content(cell) else None for cell in cells]
        alone = i if i in self._withheld else -1
        return *self._as_meant(i), choices["initiative"][i], choices["kind"][i], *said, alone

    def _as_meant(self, i: int) -> tuple[object, ...]:
        """Day, state and weather of row ``i``, with what a blank one means."""
        day, choices = self._typed.days[i], self._typed.choices
        state = choices["state"][i] or ("planned" if day and day > self._today else "held")
        stormy = _in_one_of(self._crisis, day)
        return day, state, choices["weather"][i] or ("crisis" if stormy else "sunny")

    def names(self, i: int, at: int) -> tuple[frozenset[int], frozenset[str]]:
        """The partners that row ``i`` names, and the pieces that name nobody, as read in row
        ``at``.
        """
        partners: set[int] = set()
        pieces: set[str] = set()
        day = self._typed.days[i]
        for column in self._typed.names.values():
            if column[i] is not None and day is not None:
                found, troubles = self._directories[at].who(str(column[i]), day)
                partners.update(found)
                pieces.update(key(trouble.piece) for trouble in troubles)
        return frozenset(partners), frozenset(pieces)


def _without_doubles(
    reader: Reader, counted: list[int], typed: _Typed, sayings: _Sayings
) -> list[int]:
    """The rows that count, without those that say the same as an earlier one."""
    # Most rows share their day and topic with no other, and need no closer look.
    alike: dict[object, list[int]] = {}
    for i in counted:
        topic = typed.texts["topic"][i]
        alike.setdefault((typed.days[i], topic and key(topic)), []).append(i)
    doubles: dict[int, int] = {}
    for rows in alike.values():
        if len(rows) > 1:
            doubles |= _doubles_among(rows, sayings)
    for i, other in sorted(doubles.items()):
        reader.note("doubled_moment", "warning", "date", i, other=reader.listing.rows[other])
    return [i for i in counted if i not in doubles]


def _doubles_among(rows: Sequence[int], sayings: _Sayings) -> dict[int, int]:
    """Of these rows each that repeats an earlier one, with that one."""
    first: dict[object, int] = {}
    said = ((i, (sayings.apart_from_names(i), sayings.names(i, rows[0]))) for i in rows)
    earlier = {i: first.setdefault(what, i) for i, what in said}
    return {i: other for i, other in earlier.items() if other != i}


def _weathers(
    reader: Reader,
    counted: Sequence[int],
    days: Sequence[date | None],
    states: Sequence[int | None],
    typed: Sequence[str | None],
    periods: Sequence[Period],
) -> list[int]:
    weathers = [CRISIS if typed[i] == "crisis" else SUNNY for i in counted]
    if not periods:
        return weathers
    column = "weather" if "weather" in reader.listing.columns else "date"
    for at, i in enumerate(counted):
        if typed[i] is None and _in_one_of(periods, days[i]):
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
    days: Sequence[date | None],
    directories: Sequence[Directory],
    names: Mapping[str, Sequence[str | None]],
) -> None:
    for at, i in enumerate(counted):
        day = days[i]
        present: Sequence[int] = ()
        for name, column in names.items():
            text = column[i]
            if text is None or day is None:
                continue
            partners, troubles = directories[i].who(text, day)
            present = (
                [*present, *(p for p in partners if p not in present)] if present else partners
            )
            for trouble in troubles:
                report(reader, name, i, trouble)
        moments.contact_moment.extend([at] * len(present))
        moments.contact_partner.extend(present)


def _add_promises(moments: Moments, counted: Sequence[int], reader: Reader) -> None:
    texts, makers = reader.texts("promise"), reader.choices("promised_by")
    due, kept = reader.dates("promise_due"), reader.dates("promise_kept_on")
    moments.promises = [
        Promise(at, texts[i] or "", _WHO[makers[i]], due[i], kept[i])
        for at, i in enumerate(counted)
        if texts[i] is not None or due[i] is not None
    ]
