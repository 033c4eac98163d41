"""A memory that is lost: a workbook bears the stamp of a run that no ledger here knows, and by its
mark that ledger was kept here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from trustbook.errors import TrustbookError
from trustbook.ledger.copies import copies_of, how_to_put_back
from trustbook.ledger.ledger_names import odd_marks
from trustbook.ledger.ledger_place import Place, home_of
from trustbook.ledger.store import Ledger
from trustbook.ledger.whole import is_whole
from trustbook.merge.accidents import Accident
from trustbook.merge.guards import guard_named


@dataclass(slots=True)
class Arrival:
    """A workbook that was read: its place, what messages call it, its marks, and how many rows of
    it trustbook knew (to be counted where the memory of it is lost).

    ``odd`` are the marks that are not of our form: they are not among ``marks``.
    """

    address: str
    name: str
    marks: Mapping[str, str]
    rows: Callable[[], int] = field(default=lambda: 1, repr=False)
    odd: Sequence[str] = field(default=(), init=False)

    def __post_init__(self) -> None:
        self.odd = odd_marks(self.marks)
        self.marks = {name: text for name, text in self.marks.items() if name not in self.odd}

    @property
    def token(self) -> str:
        """The stamp of the run that wrote the workbook last; "" where none did."""
        return self.marks.get("run", "")


def marks_accident(arrivals: Sequence[Arrival]) -> Accident:
    """What is told of workbooks that bear marks which trustbook does not write."""
    odd = [one for one in arrivals if one.odd]
    names = ", ".join(dict.fromkeys(f"trustbook_{name}" for one in odd for name in one.odd))
    workbooks = ", ".join(dict.fromkeys(one.name for one in odd))
    count = sum(len(one.odd) for one in odd)
    return guard_named("odd_marks").accident(count, name=workbooks, names=names)


def is_remembered(token: str, ledgers: Iterable[Place]) -> bool:
    """Whether one of some ledgers knows a stamp, of whatever workbook."""
    return any(_bears(path, token) for path in ledgers)


def _bears(path: Place, token: str) -> bool:
    with suppress(TrustbookError), Ledger(path, reads_only=True) as ledger:
        return ledger.bears(token)
    return False


def memory_accident(
    arrivals: Sequence[Arrival], ledger: Ledger, places: Sequence[Place]
) -> Accident:
    """What is told of workbooks whose stamps ``ledger`` does not know.

    ``places`` are where their memory may have stood, the likeliest first: the newest copy that
    knows one of the stamps says which.
    """
    lost = ledger.last_run() is None
    copy, place = _copy_of(arrivals, places)
    names = ", ".join(dict.fromkeys(one.name for one in arrivals))
    guard = guard_named("memory_lost") if lost else guard_named("memory_older")
    run = arrivals[0].token.partition("-")[0]
    rows = sum(one.rows() for one in arrivals)
    found = guard.accident(rows, name=names, path=place.absolute(), run=run)
    return replace(found, more=how_to_put_back(place, copy) if copy or lost else ())


def _copy_of(arrivals: Sequence[Arrival], places: Sequence[Place]) -> tuple[Path | None, Place]:
    for place in places:
        home = home_of(place)
        for copy in reversed(copies_of(home) if home else []):
            if any(_bears(copy, one.token) for one in arrivals) and is_whole(copy):
                return copy, place
    return None, places[0]


def runs_behind(ledger: Ledger, stamps: Iterable[tuple[str, str]]) -> int:
    """How many runs of the ledger came after the stamps that workbooks bear (address, stamp), for
    the one that is furthest behind; all of them where there is no stamp.
    """
    return max(ledger.runs_since(address, token) for address, token in stamps)
