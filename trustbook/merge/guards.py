"""What stops a run before its first write: signs that somebody's work would be taken for something
it is not.

The rules, as a coordinator may be told them. A run stops when

1. more than five rows of a sheet, and more than a tenth of them, are gone (a list that is named by
   its own cells may take as many new rows for old ones);
2. more than five cells of a column stand in other rows (sorted or slid on their own), or the IDs
   do;
3. more than five dates came back with day and month exchanged, or numbers without their leading
   zeros;
4. more than five cells of a column, and more than half of what it held, became blank or errors;
5. more than five partners, and more than a tenth, were ended or paused at once; the same for
   moments that would no longer count as a meeting in calm times;
6. more than ten cells, and more than half of what a column held, became something else; unless
   words or pieces of text were each replaced by one other, partners were handed over, dates of
   checking and planning went forward, or a state became "held".

Settings are edited freely. A cell that says the same in another way did not change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from trustbook.columns import (
    CONSULTATIONS,
    MOMENTS,
    PARTNERS,
    PEOPLE,
    REQUIRED,
    SETTINGS,
    Column,
    Sheet,
)
from trustbook.errors import SafetyStop
from trustbook.merge.allowances import Allowances, command, shell_quoted
from trustbook.merge.cell_codec import Row, Value, is_fault, is_withheld
from trustbook.merge.column_patterns import (
    FEW,
    Pair,
    day_in_cell,
    is_displaced,
    is_forward,
    is_handover,
    is_mostly,
    is_replacement,
    is_rewording,
    is_turned,
    lost_zeros,
    moved,
    reads_alike,
)
from trustbook.merge.equality import meaning, meanings
from trustbook.merge.identity import NATURAL, names_of
from trustbook.merge.threeway import Same
from trustbook.messages import say, say_parts

# A tenth of a sheet is what people do on an ordinary day; so many changed cells a person can look
# over.
_SHARE = 10
_AT_A_GLANCE = 10

# Filled for many rows at once, these take them out of sight: any value (None), or these.
_TAKES_OUT: dict[tuple[str, str], frozenset[str] | None] = {
    (PARTNERS.key, "ended_on"): None,
    (PARTNERS.key, "paused_until"): None,
    (PEOPLE.key, "until"): None,
    (MOMENTS.key, "state"): frozenset({"cancelled", "planned", "attempt"}),
    (MOMENTS.key, "weather"): frozenset({"crisis"}),
}
# Dates that people move on for a whole list at once.
_MOVES_ON = {
    (PARTNERS.key, "goals_shared_on"),
    (PARTNERS.key, "checked_on"),
    (PARTNERS.key, "snooze_until"),
    (PEOPLE.key, "informed_on"),
    (MOMENTS.key, "promise_due"),
    (CONSULTATIONS.key, "next"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One sign of an accident: the key of its words ([what, remedy]) and their blanks.

    ``deletes`` or ``changes`` is the number that lets it through; with neither, nothing does.
    """

    key: str
    params: Mapping[str, object]
    deletes: int = 0
    changes: int = 0

    def passes(self, allowed: Allowances) -> bool:
        """Whether people said that this was meant."""
        return 0 < self.deletes <= allowed.deletes or 0 < self.changes <= allowed.changes


class Accident(SafetyStop):
    """A run stopped by what was found; its sentence names all of it and the one command that lets
    it through.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        numbers: dict[str, object] = {}
        if all(one.deletes or one.changes for one in findings):
            numbers = {
                "deletes": max(f.deletes for f in findings),
                "changes": max(f.changes for f in findings),
            }
        super().__init__(findings[0].key, **findings[0].params, **numbers)
        self.findings = tuple(findings)

    def sentence(self, lang: str) -> str:
        """What was found, that nothing was written, what to do, and what to type if it was meant."""
        found = [say_parts(lang, one.key, **one.params) for one in self.findings]
        parts = [*(what for what, _ in found), say(lang, "guards.nothing_written")]
        parts += dict.fromkeys(remedy for _, remedy in found)
        if "deletes" in self.params:
            asked = f"trustbook sync {shell_quoted(str(self.params['name']))}"
            typed = self.params.get("command") or command(asked, Allowances(), None, self)
            parts.append(say(lang, "guards.if_meant", command=typed))
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class SheetSight:
    """One list as the guards see it: the rows as they last agreed and as they stand, in the order
    of the sheet.

    ``headers`` maps the columns in sight to what the coordinator calls them; ``changed`` are the
    rows that differ; ``unsure`` those of which it cannot be told whether they are gone;
    ``numbered``: the list has a column ID; ``given`` are the IDs that this run gave; ``broken``
    tells by column how many errors there were already.
    """

    sheet: Sheet
    name: str
    title: str
    headers: Mapping[str, str]
    base: Mapping[str, Row]
    now: Mapping[str, Row]
    changed: Collection[str]
    unsure: Collection[str] = ()
    numbered: bool = True
    given: Collection[object] = ()
    broken: Mapping[str, int] = field(default_factory=dict)
    same: Same = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "same", meanings(self.sheet))

    def finding(
        self, key: str, count: int, of: int, column: str = "", deletes: bool = False
    ) -> Finding:
        """A finding in this list; ``column`` is a key."""
        params = {"name": self.name, "sheet": self.title, "count": count, "of": of}
        if column:
            params["column"] = self.headers.get(column, column)
        return Finding(f"guards.{key}", params, count if deletes else 0, 0 if deletes else count)


def many(of: int) -> int:
    """Above how many out of ``of`` it is no longer an ordinary day: max(5, 10 %)."""
    return max(FEW, of // _SHARE)


def find_accidents(sight: SheetSight) -> list[Finding]:
    """All that looks like an accident in one list; of each kind only where it is worst."""
    if sight.sheet is SETTINGS or not sight.base:
        return []
    gone = [
        identity
        for identity in sight.base
        if identity not in sight.now and identity not in sight.unsure
    ]
    if found := _in_identities(sight, gone):
        return [found]
    worst: dict[str, Finding] = {}
    for one in (*_in_rows(sight, gone), *(_in_columns(sight) if len(sight.changed) > FEW else ())):
        if one.key not in worst or one.changes > worst[one.key].changes:
            worst[one.key] = one
    return list(worst.values())


def _in_identities(sight: SheetSight, gone: Sequence[str]) -> Finding | None:
    """The IDs stand beside other rows, or others were put in their place: then nothing else can be
    told.

    Only where people made IDs empty or double, and trustbook gave new ones, may a number let that
    through.
    """
    if not (sight.sheet.prefix and sight.numbered):
        return None
    known = Counter(names_of(sight.sheet, sight.base[i]) for i in gone)
    came = [
        i for i in sight.now if i not in sight.base and names_of(sight.sheet, sight.now[i]) in known
    ]
    count = sum(identity not in sight.given for identity in came)
    if count <= FEW and len(sight.changed) > FEW:
        old = {frozenset(sight.base[i].items()) for i in sight.changed}
        count = sum(frozenset(sight.now[i].items()) in old for i in sight.changed)
    if count > FEW:
        params = {"name": sight.name, "sheet": sight.title, "count": count, "of": len(sight.base)}
        return Finding("guards.ids_changed", params)
    if len(came) > many(len(sight.base)):
        return sight.finding(
            "ids_changed", max(len(came), len(gone)), len(sight.base), deletes=True
        )
    return None


def _in_rows(sight: SheetSight, gone: Sequence[str]) -> Iterator[Finding]:
    natural = sight.sheet.key in NATURAL
    came = [identity for identity in sight.now if identity not in sight.base]
    if natural and len(gone) > FEW and (column := _sorted_name(sight, gone, came)):
        yield sight.finding("column_sorted", len(gone), len(sight.base), column)
        return
    count = len(gone) - (len(came) if natural else 0)
    if count > many(len(sight.base)):
        key = "many_deleted" if natural or sight.numbered else "many_lost"
        yield sight.finding(key, count, len(sight.base), deletes=True)


def _sorted_name(sight: SheetSight, gone: Sequence[str], came: Sequence[str]) -> str | None:
    """The column among those that name a row whose values all came back, beside others: sorted on
    its own.
    """

    def back(names: Sequence[str]) -> int:
        old, new = (
            Counter(tuple(rows[i].get(name) for name in names) for i in identities)
            for rows, identities in ((sight.base, gone), (sight.now, came))
        )
        return (old & new).total()

    columns = NATURAL[sight.sheet.key]
    for column in columns if len(columns) > 1 else ():
        rest = [name for name in columns if name != column]
        if 10 * min(back([column]), back(rest)) >= 9 * len(gone):
            return column
    return None


def _in_columns(sight: SheetSight) -> Iterator[Finding]:
    rows = [
        (sight.base[identity], row) for identity, row in sight.now.items() if identity in sight.base
    ]
    for name in sight.headers:
        column = sight.sheet.column(name)
        cells = [_pair(sight, column, old.get(name), new.get(name)) for old, new in rows]
        pairs = moved(cells)
        if len(pairs) <= FEW:
            continue
        held = sum(old is not None and not is_fault(old) for old, _ in cells)
        for key, count in _signs(
            sight.sheet, column, cells, pairs, held, sight.broken.get(name, 0)
        ):
            yield sight.finding(key, count, held if key != "taken_out" else len(rows), name)
            break


def _pair(sight: SheetSight, column: Column, old: Value | None, new: Value | None) -> Pair:
    """Before and after of a cell; alike where nothing changed that people would call a change."""
    if old == new:
        return old, new
    if is_withheld(old) or is_withheld(new) or is_fault(old) or sight.same(column.key, old, new):
        return new, new
    alike = (
        day_in_cell(old) == day_in_cell(new) is not None
        if column.type == "date"
        else reads_alike(old, new)
    )
    return (new, new) if alike else (old, new)


def _signs(
    sheet: Sheet,
    column: Column,
    cells: Sequence[Pair],
    pairs: Sequence[Pair],
    held: int,
    broken: int,
) -> Iterator[tuple[str, int]]:
    """What a column looks like, the surest sign first: the key of its words and how many cells."""
    changed = [
        (old, new)
        for old, new in pairs
        if old is not None and new is not None and not is_fault(new)
    ]
    turned = sum(is_turned(old, new) for old, new in changed) if column.type == "date" else 0
    if is_mostly(turned, changed):
        yield "dates_turned", turned
    zeros = sum(lost_zeros(old, new) for old, new in changed)
    if zeros > FEW:
        yield "zeros_lost", zeros
    if is_displaced(cells):
        yield "column_sorted", len(pairs)
    faults = sum(is_fault(new) for _, new in pairs)
    if faults > max(FEW, broken) and 2 * faults >= held:
        yield "column_broken", faults
    cleared = sum(old is not None and new is None for old, new in pairs)
    if cleared > FEW and 3 * cleared >= 2 * held:
        yield "column_cleared", cleared
    out = _taken_out(sheet, column, pairs)
    if out > many(len(cells)):
        yield "taken_out", out
    if len(changed) > _AT_A_GLANCE and not _is_usual(sheet, column, changed):
        filled_down = (
            len({new for _, new in cells} - {None}) == 1
            and len({old for old, _ in cells} - {None}) > 2
        )
        replaced = is_replacement(changed) or is_rewording(changed)
        if filled_down or (2 * len(changed) >= held and not replaced):
            yield "column_changed", len(changed)


def _taken_out(sheet: Sheet, column: Column, pairs: Sequence[Pair]) -> int:
    """How many rows now hold a value that takes them out of sight, and did not before."""
    place = (sheet.key, column.key)
    if place not in _TAKES_OUT:
        return 0
    words = _TAKES_OUT[place]
    if words is None:
        return sum(old is None and new is not None for old, new in pairs)
    return sum(new is not None and meaning(column, new) in words for _, new in pairs)


def _is_usual(sheet: Sheet, column: Column, changed: Sequence[Pair]) -> bool:
    """Whether it is in the nature of a column that so many of its cells change at once, and in this
    way.
    """
    place = (sheet.key, column.key)
    if place in _MOVES_ON:
        return is_forward(changed)
    if place == (PARTNERS.key, "holder"):
        return is_handover(changed)
    if place == (MOMENTS.key, "state"):
        return {meaning(column, new) for _, new in changed if new is not None} == {"held"}
    return sheet is REQUIRED
