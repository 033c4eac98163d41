"""A run is prepared, committed, aborted or resumed, and nothing else: every event in every state;
and ledgers of an earlier time.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from trustbook.columns import PARTNERS, typed_sheet
from trustbook.ledger import Change, Known, Ledger
from trustbook.ledger.errors import WrongState
from trustbook.ledger.locate import LedgerLocator
from trustbook.ledger.row_parts import changing
from trustbook.ledger.staged_lines import put_lines
from trustbook.ledger.states import TRANSITIONS, CommitEvent, CommitState, happening
from trustbook.merge.cell_codec import Row, pack, unpack
from trustbook.merge.threeway import Conflict, Event
from trustbook.run.answers import DERIVED
from trustbook.run.settle import recover
from trustbook.run.sync import run_sync
from trustbook.workbooks.excel import ExcelWorkbook

DAY, AT = date(2026, 9, 30), "2026-09-30T02:00:00"
OLD_LEDGERS = Path(__file__).parent / "data" / "ledger"
IDLE, PREPARED = CommitState.IDLE, CommitState.PREPARED
PENDING, PREPARED_PENDING = CommitState.PENDING, CommitState.PREPARED_PENDING


def told(area: str, shown: str | None = None, address: str = "one") -> Change:
    """A run that learned an area and tells it one workbook, which shows ``shown`` until then."""
    row: Row = {"name": "De Brug", "area": area}
    change = Change(
        records={"partners": {"P-1": row}},
        bases={address: {"partners": {"P-1": row}}},
        events=[Event("partners", "P-1", "area", "before", area, "two")],
        known=[Known(address, address, "v1", {"digests": {"partners": "x", "people": "y"}})],
        before={address: "v0"},
        learned={address},
    )
    if shown is not None:
        change.stands = {address: {"partners": {"P-1": {"name": "De Brug", "area": shown}}}}
    return change


def prepare(ledger: Ledger, area: str = "new", shown: str | None = None, run: int = 0) -> str:
    """Prepare the next run; its token."""
    number = run or ledger.next_run()
    ledger.prepare(number, f"token {number}", told(area, shown), AT, DAY, {})
    return f"token {number}"


def ledger_in(state: CommitState) -> Ledger:
    """A ledger brought into a state as runs do it; what is pending is of workbook "one"."""
    ledger = Ledger(None)
    if state in (PENDING, PREPARED_PENDING):
        prepare(ledger)
        ledger.abort(["one"])
    if state in (PREPARED, PREPARED_PENDING):
        number = ledger.next_run()
        ledger.prepare(number, "other", told("other", address="two"), AT, DAY, {})
    assert ledger.state is state
    return ledger


# One way for each event to happen, and where it leads from each state; an error where it may not.
HAPPENINGS: dict[str, tuple[CommitEvent, Callable[[Ledger], object]]] = {
    "prepare": (CommitEvent.PREPARE, prepare),
    "commit": (CommitEvent.COMMIT, lambda ledger: ledger.commit({"two": "v2"})),
    "commit, one away": (
        CommitEvent.COMMIT,
        lambda ledger: ledger.commit({}, skip=["two"], pending=["two"]),
    ),
    "abort": (CommitEvent.ABORT, lambda ledger: ledger.abort()),
    "abort, one away": (CommitEvent.ABORT, lambda ledger: ledger.abort(["two"])),
    "resume": (CommitEvent.RESUME, lambda ledger: ledger.resume({"one": "token 1"})),
    "resume, still away": (CommitEvent.RESUME, lambda ledger: ledger.resume({"three": "x"})),
    "forget": (CommitEvent.FORGET, lambda ledger: ledger.forget([])),
}
LEADS_TO: dict[str, dict[CommitState, CommitState]] = {
    "prepare": {
        IDLE: PREPARED, PREPARED: PREPARED, PENDING: PREPARED_PENDING,
        PREPARED_PENDING: PREPARED_PENDING,
    },
    "commit": {PREPARED: IDLE, PREPARED_PENDING: PENDING},
    "commit, one away": {PREPARED: PENDING, PREPARED_PENDING: PENDING},
    "abort": {PREPARED: IDLE, PREPARED_PENDING: PENDING},
    "abort, one away": {PREPARED: PENDING, PREPARED_PENDING: PENDING},
    "resume": {
        IDLE: IDLE, PREPARED: PREPARED, PENDING: IDLE, PREPARED_PENDING: PREPARED,
    },
    "resume, still away": {state: state for state in CommitState},
    "forget": dict.fromkeys(CommitState, IDLE),
}  # fmt: skip


@pytest.mark.parametrize("state", CommitState, ids=lambda state: state.name)
@pytest.mark.parametrize("name", HAPPENINGS)
def test_every_event_in_every_state(state: CommitState, name: str) -> None:
    event, happen = HAPPENINGS[name]
    with ledger_in(state) as ledger:
        if state in LEADS_TO[name]:
            happen(ledger)
            assert ledger.state is LEADS_TO[name][state]
            assert LEADS_TO[name][state] in TRANSITIONS[state, event]
            return
        assert (state, event) not in TRANSITIONS
        with pytest.raises(WrongState, match=f"cannot {event.value}: nothing is prepared"):
            happen(ledger)
        assert ledger.state is state


def test_the_table_allows_nothing_that_does_not_happen() -> None:
    seen: dict[tuple[CommitState, CommitEvent], set[CommitState]] = {}
    for name, (event, _) in HAPPENINGS.items():
        for state, after in LEADS_TO[name].items():
            seen.setdefault((state, event), set()).add(after)
    assert seen == {key: set(states) for key, states in TRANSITIONS.items()}


def test_an_event_that_led_elsewhere_is_taken_back() -> None:
    with (
        ledger_in(PREPARED) as ledger,
        pytest.raises(WrongState, match="abort must not lead here: a run is prepared"),
        happening(ledger._db, CommitEvent.ABORT),
    ):
        pass


# what each of them leaves


def area(ledger: Ledger) -> object:
    return unpack(ledger.records("partners")["P-1"]).get("area")


def agreed(ledger: Ledger) -> object:
    """What workbook "one" agreed to."""
    base = ledger.base("one", "partners").get("P-1")
    return unpack(base).get("area") if base else None


def committed(area: str = "before") -> Ledger:
    """A ledger that knows an area, and a workbook that agreed to it."""
    ledger = Ledger(None)
    prepare(ledger, area)
    ledger.commit({"one": "v1"})
    return ledger


def test_a_committed_run_is_the_memory() -> None:
    with committed() as ledger:
        prepare(ledger, "new")
        assert (area(ledger), agreed(ledger)) == ("before", "before")
        assert ledger.prepared() == (2, "token 2")
        assert ledger.prepared_writes() == {"one": True}
        assert ledger.next_run() == 3
        ledger.commit({"one": "v2"})
        assert (area(ledger), agreed(ledger)) == ("new", "new")
        known = ledger.known("one")
        assert known and known.version == "v2" and ledger.stamp("one", "token 2") == "current"
        assert ledger.stamp("one", "token 1") == "older"
        assert [(run, event.new) for run, _, event in ledger.journal()] == [
            (1, "before"),
            (2, "new"),
        ]
        assert ledger.prepared() is None and ledger.next_run() == 3


def test_what_is_prepared_next_takes_the_place_of_what_was() -> None:
    with committed() as ledger:
        prepare(ledger, "never written")
        prepare(ledger, "new")
        ledger.commit({"one": "v2"})
        assert area(ledger) == "new"
        assert [event.new for _, _, event in ledger.journal()] == ["before", "new"]


def test_an_aborted_run_leaves_everything_as_it_was() -> None:
    with committed() as ledger:
        prepare(ledger, "new")
        ledger.abort()
        assert (area(ledger), agreed(ledger), len(ledger.runs())) == ("before", "before", 1)


def test_a_workbook_that_was_not_written_agrees_to_what_it_said() -> None:
    with committed() as ledger:
        prepare(ledger, "new", shown="before")
        ledger.commit({}, skip=["one"])
        assert (area(ledger), agreed(ledger)) == ("new", "before")
        prepare(ledger, "typed there", shown="typed there")
        ledger.commit({}, skip=["one"])
        assert agreed(ledger) == "typed there"


def test_a_cell_that_a_workbook_must_lose_stays_agreed_until_it_is_written() -> None:
    with committed() as ledger:
        change = told("before")
        change.bases["one"]["partners"]["P-1"] = {"name": "De Brug"}
        change.stands = {"one": {"partners": {"P-1": {"name": "De Brug", "area": "before"}}}}
        ledger.prepare(2, "token 2", change, AT, DAY, {})
        ledger.commit({}, skip=["one"])
        assert agreed(ledger) == "before"


def test_a_cell_that_shows_already_what_was_told_is_agreed_to_and_the_others_are_not() -> None:
    with Ledger(None) as ledger:
        old: Row = {"name": "De Brug", "area": "before", "holder": "Anna", "kind": "other"}
        shown: Row = {"name": "De Brug", "area": "before", "holder": "Bert"}
        wanted: Row = {"name": "De Brug", "area": "new", "holder": "Bert"}
        for number, (base, stands) in enumerate(((old, old), (wanted, shown)), 1):
            change = Change(bases={"one": {"partners": {"P-1": base}}}, known=[Known("one", "one")])
            if base is not stands:
                change.stands = {"one": {"partners": {"P-1": stands}}}
            ledger.prepare(number, f"token {number}", change, AT, DAY, {})
            ledger.commit({}, skip=["one"])
        # Kind went in both; the area was not told yet; the holder was typed there.
        kept = {"name": "De Brug", "area": "before", "holder": "Bert"}
        assert unpack(ledger.base("one", "partners")["P-1"]) == kept


@pytest.mark.parametrize("row", [{"name": "De Brug", "area": "new"}, None])
def test_a_row_that_is_to_be_added_or_cleared_has_no_say_before(row: Row | None) -> None:
    with committed() as ledger:
        change = told("new")
        change.bases["one"]["partners"] = {"P-2": row} if row else {"P-1": None}
        shown: Row | None = None if row else {"name": "De Brug", "area": "before"}
        change.stands = {"one": {"partners": {"P-2" if row else "P-1": shown}}}
        ledger.prepare(2, "token 2", change, AT, DAY, {})
        ledger.commit({}, skip=["one"])
        assert agreed(ledger) == "before" and set(ledger.base("one", "partners")) == {"P-1"}


def test_a_row_that_is_gone_there_already_leaves_its_base() -> None:
    for skip in ([], ["one"]):
        with committed() as ledger:
            change = told("new")
            change.bases["one"]["partners"] = {"P-1": None}
            ledger.prepare(2, "token 2", change, AT, DAY, {})
            ledger.commit({}, skip=skip)
            assert ledger.base("one", "partners") == {}


def test_a_row_that_could_not_be_placed_keeps_its_base() -> None:
    with committed() as ledger:
        prepare(ledger, "new")
        ledger.commit({"one": "v2"}, undone=[("one", "partners", "P-1")])
        assert (area(ledger), agreed(ledger)) == ("new", "before")
        known = ledger.known("one")
        assert known and known.state["digests"] == {"people": "y"}, "that sheet is compared again"


def test_whoever_was_not_told_is_compared_again() -> None:
    with committed() as ledger:
        ledger.prepare(2, "token 2", told("new", address="two"), AT, DAY, {})
        ledger.commit({"two": "v1"})
        known = ledger.known("one")
        assert known and (known.version, known.state["digests"]) == ("", {"people": "y"})


def test_an_open_conflict_keeps_its_day() -> None:
    with committed() as ledger:
        for day, values in ((1, {"one": "a", "two": "b"}), (2, {"one": "a", "two": "c"})):
            change = told("before")
            change.conflicts = [Conflict("partners", "P-1", "area", values)]
            if day == 2:
                change.conflicts.append(Conflict("partners", "P-1", "holder", values))
            ledger.prepare(ledger.next_run(), f"day {day}", change, AT, date(2026, 10, day), {})
            ledger.commit({"one": f"v{day}"})
        found = [(conflict.column, since) for conflict, since in ledger.conflicts()]
        assert found == [("area", "2026-10-01"), ("holder", "2026-10-02")]
        assert ledger.conflicts()[0][0].values == {"one": "a", "two": "c"}


# a workbook that was away


def cut_off(learned: bool, shown: str | None = None) -> Ledger:
    """A run broke off, and the next could not ask workbook "one" whether it was written."""
    ledger = committed()
    prepare(ledger, "new", shown)
    if learned:
        ledger.commit({}, skip=["one"], pending=["one"])
    else:
        ledger.abort(["one"])
    assert ledger.state is PENDING
    assert agreed(ledger) == "before"
    return ledger


@pytest.mark.parametrize("learned", [True, False])
def test_it_was_written_as_its_stamp_tells(learned: bool) -> None:
    with cut_off(learned) as ledger:
        ledger.resume({"one": "token 2"})
        assert (area(ledger), agreed(ledger)) == ("new", "new")
        assert ledger.stamp("one", "token 2") == "current" and ledger.state is IDLE
        known = ledger.known("one")
        assert known and (known.version, known.state["digests"]) == ("", {})


@pytest.mark.parametrize(("learned", "shown"), [(True, "before"), (False, "before")])
def test_it_was_not_written_as_its_stamp_tells(learned: bool, shown: str) -> None:
    with cut_off(learned, shown) as ledger:
        ledger.resume({"one": "token 1"})
        assert (area(ledger), agreed(ledger)) == ("new" if learned else "before", "before")
        assert ledger.state is IDLE


def test_it_agrees_to_what_it_said_itself_in_a_run_that_the_ledger_learned() -> None:
    with cut_off(learned=True, shown="new") as ledger:
        ledger.resume({"one": "token 1"})
        assert agreed(ledger) == "new"


def test_a_record_that_changed_since_is_not_written_over() -> None:
    for since, stands in (("newer", "newer"), (None, None), ("before", "new")):
        with cut_off(learned=False) as ledger:
            row: Row = {"name": "De Brug"}
            if since:
                row["area"] = since
            change = Change(records={"partners": {"P-1": row | {"holder": "Anna"}}})
            ledger.prepare(3, "token 3", change, AT, DAY, {})
            ledger.commit({})
            ledger.resume({"one": "token 2"})
            assert area(ledger) == stands
            assert unpack(ledger.records("partners")["P-1"])["holder"] == "Anna"
            assert agreed(ledger) == "new"


def test_a_cell_that_it_lost_in_a_run_nobody_knew_of_is_lost() -> None:
    with committed() as ledger:
        change = told("before")
        change.bases["one"]["partners"]["P-1"] = {"name": "De Brug"}
        ledger.prepare(2, "token 2", change, AT, DAY, {})
        ledger.abort(["one"])
        ledger.resume({"one": "token 2"})
        assert area(ledger) is None and agreed(ledger) is None


# ledgers of an earlier time


def of_old(name: str, folder: Path) -> tuple[Path, Path]:
    """A copy of a workbook and its ledger as commit 6e92395 left them."""
    book, memory = folder / "network.xlsx", folder / "memory" / "x"
    memory.parent.mkdir()
    shutil.copy(OLD_LEDGERS / f"{name}.xlsx", book)
    memory.write_bytes(gzip.decompress((OLD_LEDGERS / f"{name}.ledger.gz").read_bytes()))
    with Ledger(memory) as ledger:
        path = memory.with_name(f"{ledger.book}.ledger")
    return book, memory.rename(path)


def learned_in(ledger: Ledger) -> list[tuple[int, object]]:
    return [(run, event.new) for run, _, event in ledger.journal()]


HISTORY: list[tuple[int, object]] = [(2, "first"), (3, "second"), (3, "third")]


def people_typed(data: bytes) -> dict[str, list[tuple[object, ...]]]:
    """Every cell of the sheets people type in, but for the columns that are ours."""
    book = openpyxl.load_workbook(BytesIO(data))
    titles = [title for title in book.sheetnames if typed_sheet(title)]
    ours = {name for column in DERIVED for name in PARTNERS.column(column).names}
    columns = {title: list(book[title].iter_cols(values_only=True)) for title in titles}
    return {title: [one for one in found if one[0] not in ours] for title, found in columns.items()}


def test_an_old_ledger_keeps_its_history_and_the_next_night_is_quiet(tmp_path: Path) -> None:
    path, memory = of_old("healthy", tmp_path)
    book, keeper = ExcelWorkbook(path, locks=tmp_path / "locks"), LedgerLocator(memory.parent)
    night = datetime(2026, 10, 3, 2, 0)
    before = path.read_bytes()
    first = run_sync(book, date(2026, 10, 2), night, lang="en", keeper=keeper)
    # Sheets of ours say now what they did not say then: To check has a line per cause, and Quarter
    # that its undated facts are those of then.
    assert not first.conflicts and first.changed
    assert people_typed(path.read_bytes()) == people_typed(before)
    report = run_sync(book, date(2026, 10, 2), night, lang="en", keeper=keeper)
    assert not report.changed and not report.conflicts
    with Ledger(memory, reads_only=True) as ledger:
        assert learned_in(ledger) == HISTORY
        assert [run for run, *_ in ledger.runs()] == [1, 2, 3, 4]
        assert ledger.state is IDLE


def test_a_run_that_broke_off_in_an_old_ledger_is_made_good(tmp_path: Path) -> None:
    path, memory = of_old("cut_off", tmp_path)
    token = ExcelWorkbook(path).read().marks["run"]
    with Ledger(memory) as ledger:
        (address,) = ledger.addresses()
        assert ledger.state is PREPARED and ledger.prepared() == (4, token)
        assert learned_in(ledger) == HISTORY
        ledger.abort([address])
        assert ledger.state is PENDING
        recover(ledger, {address: token})
        assert ledger.state is IDLE
        words = {unpack(row).get("area") for row in ledger.records("partners").values()}
        assert ledger.stamp(address, token) == "current" and "second" in words

    (tmp_path / "again").mkdir()
    _, memory = of_old("cut_off", tmp_path / "again")
    with Ledger(memory) as ledger:
        recover(ledger, {address: token})
        assert ledger.state is IDLE
        assert learned_in(ledger) == [*HISTORY, (4, "before the cut")]


@pytest.mark.parametrize(
    ("kind", "wanted"), [("late-", ("new", "new")), ("late-lost-", ("new", "new"))]
)
def test_what_was_pending_in_an_old_ledger_is_resumed(kind: str, wanted: tuple[str, str]) -> None:
    with committed() as ledger:
        row = pack({"name": "De Brug", "area": "new"})
        kept = {"name": "one", "version": "", "state": {}, "before": ""}
        known = json.dumps({**kept, "stamped": True, "learned": True})
        if kind == "late-":
            with changing(ledger._db, "partners") as rows:
                rows.records = dict.fromkeys(rows.records, row)
        told = (f"{kind}base", "one", "partners", "P-1", row)
        put_lines(ledger._db, 9, "token 9", [told, (f"{kind}known", "one", "", "", known)])
        assert ledger.state is PENDING
        ledger.resume({"one": "token 9"})
        assert (area(ledger), agreed(ledger)) == wanted
