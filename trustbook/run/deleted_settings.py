"""A row of Settings that was deleted: it is an edit, applied at once, and told once with what it
moves. The line stands until the next day's run; until then every reading shows it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from trustbook.columns import SETTINGS
from trustbook.ledger import Ledger
from trustbook.merge.cell_codec import Row, decode, is_withheld, unpack
from trustbook.model import Problem
from trustbook.names import key
from trustbook.reading.cells import shown
from trustbook.reading.lists import Listing

# How every partner stands, by identity, as these lists have it.
Standing = Callable[[Mapping[str, Listing]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class DeletedSettings:
    """The rows of Settings that are gone since the last run: the ``problems`` that tell of them,
    and the ``facts`` that keep these lines, by identity of the row.
    """

    problems: list[Problem]
    facts: dict[str, str]


def deleted_settings(
    ledger: Ledger,
    archived: Mapping[str, bool],
    lists: Mapping[str, Listing],
    standing: Standing,
    today: date,
    writes: bool,
) -> DeletedSettings:
    """The rows of Settings that are gone since the last run (``archived``: True, or False for one
    that came back), and those told before.

    Such a line stands on To check until the row is typed again, or a run ``writes`` on a later day
    than it was told; ``today`` is the day of this one.
    """
    listing = lists.get(SETTINGS.key)
    lines = _told_before(ledger, archived, today if writes else date.min)
    if gone := [one for one, flag in archived.items() if flag and listing is not None]:
        lines |= _gone_now(ledger, gone, lists, standing, today)
    problems = [_problem(listing, line) for line in lines.values()] if listing else []
    return DeletedSettings(problems, {one: json.dumps(line) for one, line in lines.items()})


def _told_before(
    ledger: Ledger, archived: Mapping[str, bool], told_since: date
) -> dict[str, dict[str, Any]]:
    gone = ledger.archived(SETTINGS.key) - archived.keys()
    kept = {one: json.loads(text) for one, text in ledger.facts("settings_gone").items()}
    return {
        one: line
        for one, line in kept.items()
        if one in gone and date.fromisoformat(line["told"]) >= told_since
    }


def _gone_now(
    ledger: Ledger,
    gone: Sequence[str],
    lists: Mapping[str, Listing],
    standing: Standing,
    today: date,
) -> dict[str, dict[str, Any]]:
    records, now, lines = ledger.records(SETTINGS.key), standing(lists), {}
    for one in _not_typed_over(ledger, gone, lists[SETTINGS.key]):
        row = unpack(records.get(one, "{}"))
        value = row.get("value")
        if value is None or is_withheld(value):
            continue
        before = standing({**lists, SETTINGS.key: _with_row(lists[SETTINGS.key], row)})
        moved = sum(now.get(partner) != status for partner, status in before.items())
        lines[one] = {
            "told": today.isoformat(),
            "setting": shown(decode(row.get("setting"))),
            "value": shown(decode(value)),
            "count": moved,
        }
    return lines


def _not_typed_over(ledger: Ledger, gone: Sequence[str], listing: Listing) -> Iterator[str]:
    """Those that are ``gone`` of which no other row took the place: of a setting that may stand
    there twice, a row whose value is typed over is another row, and is not gone.
    """
    records = ledger.records(SETTINGS.key).items()
    called = {one: key(str(unpack(text).get("setting"))) for one, text in records}
    there = called.keys() - ledger.archived(SETTINGS.key) - {*gone}
    new = Counter(key(cell) for cell in listing.get("setting") if isinstance(cell, str))
    new -= Counter(called[one] for one in there)
    for one in gone:
        if new[called.get(one, "")] > 0:
            new[called[one]] -= 1
        else:
            yield one


def _problem(listing: Listing, line: Mapping[str, Any]) -> Problem:
    params = {"setting": line["setting"], "count": line["count"]}
    return Problem(
        "setting_gone", "warning", listing.title, None, listing.header("value"), None,
        line["value"], params,
    )  # fmt: skip


def _with_row(listing: Listing, row: Row) -> Listing:
    cells = {name: [*cells, decode(row.get(name))] for name, cells in listing.cells.items()}
    rows = [*listing.rows, max(listing.rows, default=listing.header_row) + 1]
    return replace(listing, rows=rows, cells=cells, withheld=None)
