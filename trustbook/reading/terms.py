"""Between which days nobody of some people took up or left an office: there one answer holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from trustbook.model import Person


def turning_days(people: Iterable[Person]) -> list[int]:
    """The days (date.toordinal) from which ``Person.partners_on`` may say something else for one
    of ``people``, in order.
    """
    return sorted({day for person in people for day in _turns(person)})


def _turns(person: Person) -> Iterator[int]:
    yield from _ends(person.from_, person.until)
    for earlier in person.before:
        yield earlier.to.toordinal()
        yield from _ends(earlier.from_, earlier.until)


def _ends(first: date | None, last: date | None) -> Iterator[int]:
    if first is not None:
        yield first.toordinal()
    if last is not None:
        yield last.toordinal() + 1
