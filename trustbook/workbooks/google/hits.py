"""The cells that a write of ours hit, followed through what people do to their rows meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from trustbook.snapshot import CellValue
from trustbook.workbooks.google import lookups
from trustbook.workbooks.google.arrays import Place
from trustbook.workbooks.google.cells import PLAIN
from trustbook.workbooks.google.matching import Matching
from trustbook.workbooks.google.people_tabs import CellPut
from trustbook.workbooks.google.reader import Tab


@dataclass(frozen=True, slots=True)
class Hit:
    """A cell that a batch wrote upon: where it is now, and what was written.

    ``source`` is where it was before the write; None for one that was nowhere.
    """

    place: Place
    source: Place | None
    put: CellPut


def find_hits(
    sent: Iterable[CellPut], matching: Matching, meant: Mapping[Place, CellValue], direct: bool
) -> list[Hit]:
    """The cells that the last batch wrote upon.

    ``direct``: every value stands where it was sent. Else rows may have moved once more since: then
    our value is known by standing where it did not before.
    """
    hits = []
    for put in sent:
        place = (put.row, put.column)
        if direct or holds(matching.after, place, put):
            hits.append(Hit(place, matching.then(*place), put))
        if not direct and put.value is not None:
            hits += _strayed(put, matching, meant)
    return hits


def _strayed(put: CellPut, matching: Matching, meant: Mapping[Place, CellValue]) -> Iterator[Hit]:
    """Cells of the same column that hold our value and should not."""
    for row in range(1, len(matching.after.values) + 1):
        hit = Hit((row, put.column), matching.then(row, put.column), put)
        wrong = hit.source is not None and not is_right(hit, matching, meant)
        if wrong and holds(matching.after, hit.place, put):
            yield hit


def is_right(hit: Hit, matching: Matching, meant: Mapping[Place, CellValue]) -> bool:
    """Whether a cell was to get this value, or held it before."""
    if hit.source is None:
        return hit.put.value is None and hit.put.formula is None
    if hit.source in meant and meant[hit.source] == hit.put.value:
        return True
    return holds(matching.before, hit.source, hit.put)


def holds(tab: Tab, place: Place, put: CellPut) -> bool:
    """Whether a cell shows what the put wrote."""
    if put.formula is not None:
        return lookups.same_formula(tab.formulas.get(place), put.formula)
    return tab.value(*place) == put.value and not tab.computes(*place)


def moved_hits(hits: Iterable[Hit], since: Matching) -> list[Hit]:
    """The same cells where they are now; those that are gone left out."""
    found = []
    for hit in hits:
        row, column = since.now.get(hit.place[0]), since.column(hit.place[1])
        if row and column:
            found.append(replace(hit, place=(row, column)))
    return found


def restored(hit: Hit, before: Tab) -> CellPut:
    """The put that gives a cell back what stood there, and its number format if it was changed."""
    tab, source, formatted = hit.put.tab, hit.source, hit.put.shown is not None
    if source is None:
        return CellPut(tab, *hit.place, shown=PLAIN if formatted else None)
    shown = before.formats.get(source, PLAIN) if formatted else None
    return CellPut(tab, *hit.place, before.entered(*source), before.formulas.get(source), shown)
