"""A ledger of today holds what one of before held, in far fewer bytes."""

from __future__ import annotations

import gzip
import json
import random
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from trustbook.errors import SafetyStop
from trustbook.ledger import Ledger, content
from trustbook.ledger.change import Change
from trustbook.ledger.fact_table import fact_kinds
from trustbook.ledger.facts import kept_plan, planned_in
from trustbook.ledger.packed import SheetRows, pack_lines
from trustbook.ledger.row_parts import all_rows, changing, put_all, some_rows
from trustbook.merge.cell_codec import Row
from trustbook.model import Ahead

OLD = Path(__file__).parent / "data" / "ledger"
SHEETS = ("partners", "people", "moments", "consultations")


def old(name: str, folder: Path) -> Path:
    """A ledger as the version before kept it."""
    path = folder / f"{name}.ledger"
    path.write_bytes(gzip.decompress((OLD / f"{name}.ledger.gz").read_bytes()))
    return path


def as_it_was_told(name: str) -> Any:
    """What the version before read in it."""
    return json.loads(gzip.decompress((OLD / f"{name}.json.gz").read_bytes()))


def all_told(ledger: Ledger) -> Any:
    """All that a ledger answers."""
    return json.loads(json.dumps({
        "book": ledger.book, "secret": ledger.meta("secret"), "addresses": ledger.addresses(),
        "known": {known.address: [known.name, known.version, known.state]
                  for one in ledger.addresses() if (known := ledger.known(one))},
        "bases": {one: {sheet: ledger.base(one, sheet) for sheet in SHEETS}
                  for one in ledger.addresses()},
        "records": {sheet: ledger.records(sheet) for sheet in SHEETS},
        "archived": {sheet: sorted(ledger.archived(sheet)) for sheet in SHEETS},
        "first_runs": {sheet: ledger.first_runs(sheet, 99) for sheet in SHEETS},
        "facts": {kind: ledger.facts(kind) for kind in fact_kinds(ledger._db)},
        "conflicts": [[c.sheet, c.id, c.column, dict(c.values), since]
                      for c, since in ledger.conflicts()],
        "runs": ledger.runs(),
        "journal": [[run, at, e.sheet, e.id, e.column, e.old, e.new, e.source, e.what]
                    for run, at, e in ledger.journal()],
        "waiting": ledger.waiting(), "state": ledger.state.name, "prepared": ledger.prepared(),
        "next": ledger.next_run(),
    }))  # fmt: skip


@pytest.mark.parametrize("reads_only", [True, False])
@pytest.mark.parametrize("name", ["two_books", "pending"])
def test_a_ledger_of_before_tells_the_same(name: str, reads_only: bool, tmp_path: Path) -> None:
    path = old(name, tmp_path)
    before = path.read_bytes()
    with Ledger(path, reads_only=reads_only) as ledger:
        assert all_told(ledger) == as_it_was_told(name)
        ledger.check()
    assert (path.read_bytes() == before) is reads_only
    with Ledger(path) as ledger:
        assert all_told(ledger) == as_it_was_told(name)


@pytest.mark.parametrize("written", [True, False])
@pytest.mark.parametrize("committed", [True, False])
def test_what_was_open_in_a_ledger_of_before_ends_the_same(
    written: bool, committed: bool, tmp_path: Path
) -> None:
    outcomes = as_it_was_told("pending_after")
    with Ledger(old("pending", tmp_path)) as ledger:
        _, other = ledger.addresses()
        if committed:
            ledger.commit({other: "va10"})
        else:
            ledger.abort()
        token = next(name for name in outcomes if name[0] == "7")[:10] if written else "other"
        ledger.resume({other: token})
        assert all_told(ledger) == outcomes[f"{token}{committed}"]


def rows_of(chance: random.Random, count: int) -> SheetRows:
    rows = SheetRows(bases={"one": {}, "two": {}})
    for number in range(count):
        identity, text = f"M-{chance.randrange(10**9)}", json.dumps({"topic": f"Talk {number}"})
        if chance.random() < 0.9:
            rows.records[identity], rows.runs[identity] = text, chance.randrange(1, 4)
        if chance.random() < 0.1 and identity in rows.records:
            rows.archived.add(identity)
        for base in rows.bases.values():
            if chance.random() < 0.9:
                base[identity] = chance.choice((text, text, text, json.dumps({"n": number})))
    return rows


def test_rows_come_back_as_they_were_put() -> None:
    chance = random.Random(3)
    with Ledger(None) as ledger:
        db, kept = ledger._db, rows_of(chance, 1000)
        put_all(db, "moments", kept)
        assert all_rows(db, "moments") == kept
        for _ in range(30):
            some = chance.sample(sorted(kept.identities()), 5)
            new = rows_of(chance, chance.choice((0, 1, 700)))
            with changing(db, "moments", {*some, *new.identities()}) as rows:
                for each in (rows, kept):
                    for identity in some:
                        each.records[identity] = '{"topic":"typed"}'
                        each.runs[identity] = 9
                        each.bases["two"].pop(identity, None)
                    each.records.update(new.records)
                    each.runs.update(new.runs)
                    each.bases["one"].update(new.bases["one"])
            assert all_rows(db, "moments") == kept
        one = min(kept.records)
        assert some_rows(db, "moments", [one]).records[one] == kept.records[one]


def test_ten_rows_cost_ten_parts(tmp_path: Path) -> None:
    chance = random.Random(4)
    with Ledger(tmp_path / "a.ledger") as ledger:
        put_all(ledger._db, "moments", rows_of(chance, 20_000))
        before = dict(ledger._db.execute("SELECT part, lines FROM row_parts").fetchall())
        some = chance.sample(sorted(all_rows(ledger._db, "moments").records), 10)
        with changing(ledger._db, "moments", some) as rows:
            rows.records.update(dict.fromkeys(some, "{}"))
        after = dict(ledger._db.execute("SELECT part, lines FROM row_parts").fetchall())
    assert len(before) > 40
    assert 1 <= sum(before[part] != after[part] for part in before) <= 10


def test_one_row_more_than_the_parts_hold(tmp_path: Path) -> None:
    chance = random.Random(5)
    with Ledger(tmp_path / "a.ledger") as ledger:
        db, kept = ledger._db, rows_of(chance, 900)
        put_all(db, "moments", kept)
        for number in range(500):
            identity = f"N-{number}"
            with changing(db, "moments", [identity]) as rows:
                rows.records[identity], rows.runs[identity] = "{}", 4
            kept.records[identity], kept.runs[identity] = "{}", 4
        assert all_rows(db, "moments") == kept


def test_an_older_ledger_that_is_damaged_stays_as_it_is(tmp_path: Path) -> None:
    path = old("two_books", tmp_path)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE workbooks SET state = '{'")
    db.close()
    before = path.read_bytes()
    with pytest.raises(SafetyStop, match="two_books"):
        Ledger(path)
    assert path.read_bytes() == before


def test_a_moment_noted_ahead_by_an_older_version_has_its_day_alone() -> None:
    assert planned_in("739000") == Ahead(739000)
    assert planned_in(kept_plan(Ahead(739000, "held", True))) == Ahead(739000, "held", True)


def test_no_room_is_left_in_the_file(tmp_path: Path) -> None:
    with Ledger(old("two_books", tmp_path)):
        pass
    with sqlite3.connect(tmp_path / "two_books.ledger") as db:
        assert db.execute("PRAGMA freelist_count").fetchone()[0] == 0
        assert db.execute("PRAGMA auto_vacuum").fetchone()[0] == 2
    db.close()


def test_a_run_leaves_no_room_where_it_was_prepared(tmp_path: Path) -> None:
    rows: dict[str, Row] = {
        f"M-{number}": {"topic": f"Talk {number * 7919 % 65537}"} for number in range(3000)
    }
    change = Change(records={"moments": rows}, bases={"one": {"moments": dict(rows)}})
    with Ledger(tmp_path / "a.ledger") as ledger:
        ledger.prepare(1, "1-aaaaaaaa", change, "2026-09-30T02:00", date(2026, 9, 30), {})
        ledger.commit({})
        pages = ledger._db.execute("PRAGMA page_count").fetchone()[0]
        assert ledger._db.execute("PRAGMA freelist_count").fetchone()[0] * 4 <= pages
        assert ledger.base("one", "moments") == ledger.records("moments")
        assert len(ledger.records("moments")) == len(rows)


@pytest.mark.parametrize("data", [b"x", "{}", None, pack_lines([], ["{}"])])
def test_what_was_never_packed_like_this_is_noticed(data: Any) -> None:
    """On a server, too, whose engine does not look into what it holds."""
    for sound in (content._is_packed_object, content._is_part, content._is_lines):
        assert not content._holds(sound, data)


def test_what_was_packed_is_taken_as_it_is() -> None:
    assert content._is_packed_object(pack_lines({"a": 1}))
    assert content._is_lines(pack_lines(["M-1"], ["{}"]))
    assert content._is_value(None) and not content._holds(content._is_object, None)
