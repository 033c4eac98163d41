"""What was read as values of JSON, column by column, and back again: thousands of rows that say
nearly the same are taken out in no time.

Only what a reading is made of can be put so; anything else is refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from typing import Any

from trustbook.agreements import Consultation, Requirement, Route, RouteContact
from trustbook.model import (
    Ahead,
    Employment,
    Moments,
    Partner,
    Period,
    Person,
    Problem,
    Promise,
    Settings,
)
from trustbook.snapshot import ArrayArea, CellFault, MergedArea, TableArea

# As JSON has them.
_NATIVE = frozenset((str, int, float, bool, type(None)))
_DAYS = frozenset((date, type(None)))
_RECORDS: Mapping[str, type[Any]] = {
    one.__name__: one
    for one in (
        Ahead, ArrayArea, CellFault, Consultation, Employment, MergedArea, Moments,
        Partner, Period, Person, Problem, Promise, Requirement, Route, RouteContact, Settings,
        TableArea,
    )
}  # fmt: skip
_AREAS = (ArrayArea, MergedArea)  # tuples whose places have names
_FIELDS = {
    one: one._fields if one in _AREAS else tuple(field.name for field in fields(one))
    for one in _RECORDS.values()
}


def to_plain(value: object) -> Any:
    """``value`` as JSON can have it: itself, or a list of what it is and what is in it.

    Raises TypeError for what is no part of a reading.
    """
    kind = type(value)
    if kind in _NATIVE:
        return value
    if kind in _FIELDS:
        return [kind.__name__, [to_plain(getattr(value, name)) for name in _FIELDS[kind]]]
    if kind not in _PUT:
        raise TypeError(f"{kind.__name__} is no part of a reading")
    mark, put = _PUT[kind]
    return put(value) if kind is list else [mark, put(value)]


def from_plain(plain: Any) -> Any:
    """What ``to_plain`` made ``plain`` of. Raises ValueError, LookupError or TypeError for anything
    else.
    """
    if type(plain) is not list:
        return plain
    mark, inside = plain
    if mark in _TAKE:
        return _TAKE[mark](inside)
    return _RECORDS[mark](*map(from_plain, inside))


def _put_list(values: Sequence[Any]) -> list[Any]:
    """A column: as it is, as days, or what each of its values is."""
    kinds = {*map(type, values)}
    if kinds <= _NATIVE:
        return ["column", values]
    if kinds <= _DAYS:
        return ["days", [day.toordinal() if day else None for day in values]]
    if len(kinds) > 1 or not (kinds & _FIELDS.keys()):
        return _put_odd(values, kinds)
    [kind] = kinds
    columns = [[getattr(one, name) for one in values] for name in _FIELDS[kind]]
    return ["records", [kind.__name__, [_put_list(column) for column in columns]]]


def _put_odd(values: Sequence[Any], kinds: set[type]) -> list[Any]:
    """Values of any kind; texts together that stand there again and again, once each."""
    if kinds == {tuple} and all(type(text) is str for one in values for text in one):
        each = dict.fromkeys(values)
        at = {one: i for i, one in enumerate(each)}
        return ["shared", [[[*one] for one in each], [at[one] for one in values]]]
    return ["list", [to_plain(value) for value in values]]


def _take_records(inside: Sequence[Any]) -> list[Any]:
    name, columns = inside
    return list(map(_RECORDS[name], *map(from_plain, columns)))


def _take_shared(inside: Sequence[Any]) -> list[Any]:
    each, places = inside
    texts = [*map(tuple, each)]
    return [texts[i] for i in places]


def _put_dict(value: Mapping[Any, Any]) -> list[Any]:
    return [_put_list([*value]), _put_list([*value.values()])]


def _take_dict(inside: Sequence[Any]) -> dict[Any, Any]:
    return dict(zip(*map(from_plain, inside), strict=True))


def _put_duration(value: timedelta) -> list[int]:
    return [value.days, value.seconds, value.microseconds]


_PUT: Mapping[type, tuple[str, Callable[[Any], Any]]] = {
    list: ("", _put_list),
    tuple: ("tuple", _put_list),
    dict: ("dict", _put_dict),
    frozenset: ("set", lambda value: _put_list([*value])),
    set: ("set", lambda value: _put_list([*value])),
    date: ("day", date.toordinal),
    datetime: ("moment", datetime.isoformat),
    time: ("time", time.isoformat),
    timedelta: ("duration", _put_duration),
}
_TAKE: Mapping[str, Callable[[Any], Any]] = {
    "column": list,
    "days": lambda column: [day and date.fromordinal(day) for day in column],
    "records": _take_records,
    "shared": _take_shared,
    "list": lambda inside: [*map(from_plain, inside)],
    "tuple": lambda inside: tuple(from_plain(inside)),
    "dict": _take_dict,
    "set": lambda inside: frozenset(from_plain(inside)),
    "day": date.fromordinal,
    "moment": datetime.fromisoformat,
    "time": time.fromisoformat,
    "duration": lambda inside: timedelta(*inside),
}
