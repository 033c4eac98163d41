"""Whatever is corrected and in whatever order it is read, each contact of a source waits once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.books import book
from trustbook.adopt.contact_log import find_in_rows
from trustbook.adopt.form_answers import find_in_forms
from trustbook.adopt.sources import Looking, window_on
from trustbook.intake.calendars import find_in_calendar
from trustbook.intake.contacts import Findings
from trustbook.intake.corrected_rows import CorrectedRows
from trustbook.intake.proposals import Proposal
from trustbook.intake.proposing import Proposing
from trustbook.model import Partner
from trustbook.snapshot import Grid, Snapshot

TODAY = date(2026, 11, 27)
WINDOW = window_on(TODAY)
NAMES = ("Moskee El Noor", "Politie", "VV Zandloo")
NETWORK = book([Partner(name, id=f"P-{at}") for at, name in enumerate(NAMES)], lang="nl")
# A contact of a source: its day in October and its partner.
Told = tuple[int, str]
Waiting = dict[str, Proposal]


def in_calendar(contacts: Sequence[tuple[int, Told]]) -> Findings:
    events = (
        f"BEGIN:VEVENT\nUID:{uid}\nSUMMARY:{name}\nDTSTART;VALUE=DATE:202610{day:02}\nEND:VEVENT\n"
        for uid, (day, name) in contacts
    )
    return find_in_calendar(f"BEGIN:VCALENDAR\n{''.join(events)}END:VCALENDAR\n", "a.ics", WINDOW)


def in_form(contacts: Sequence[tuple[int, Told]]) -> Findings:
    rows = [
        (datetime(2026, 11, 1, 10, number), name, date(2026, 10, day))
        for number, (day, name) in contacts
    ]
    grid = Grid("F", [("Tijdstempel", "Met wie?", "Welke dag?"), *rows])
    snapshot = Snapshot("n.xlsx", "1", ("F",), [grid])
    return find_in_forms(snapshot, {"f"}, Looking(WINDOW, TODAY))


def in_list(contacts: Sequence[tuple[int, Told]]) -> Findings:
    rows = [[str(number), f"2026-10-{day:02}", name] for number, (day, name) in contacts]
    return find_in_rows([["ID", "Datum", "Met"], *rows], "a.csv", WINDOW)


def proposed(findings: Findings, waiting: Waiting) -> Waiting:
    ids = iter(f"M-{number}" for number in range(len(waiting), 1000))
    used = {*waiting}
    proposing = Proposing(
        NETWORK, waiting, (), (), b"secret", lambda _: next(one for one in ids if one not in used)
    )
    return proposing.propose(findings).waiting


def told_by(waiting: Waiting) -> list[Told]:
    return sorted((one.day.day, one.with_) for one in waiting.values())


def test_another_event_may_stand_where_one_moves_away_whichever_is_read_first() -> None:
    waiting = proposed(in_calendar([(1, (10, "Politie"))]), {})
    now = [(2, (10, "Politie")), (1, (17, "Politie"))]
    for order in (now, now[::-1]):
        assert told_by(proposed(in_calendar(order), waiting)) == [(10, "Politie"), (17, "Politie")]


def test_two_contacts_that_change_places_both_stay() -> None:
    before, after = (
        [(1, (10, "Politie")), (2, (17, "Politie"))],
        [(1, (17, "Politie")), (2, (10, "Politie"))],
    )
    for find in (in_calendar, in_form, in_list):
        waiting = proposed(find(before), {})
        assert told_by(proposed(find(after), waiting)) == [(10, "Politie"), (17, "Politie")]


CONTACTS = st.lists(st.tuples(st.integers(1, 5), st.sampled_from(NAMES)), min_size=1, max_size=5)
CHANGES = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 5), st.sampled_from((None, *NAMES)), st.randoms()),
    max_size=6,
)


@settings(max_examples=150, deadline=timedelta(seconds=5))
@given(CONTACTS, CHANGES, st.sampled_from((in_calendar, in_form, in_list)))
def test_after_any_corrections_what_waits_is_what_the_source_says(
    contacts: list[Told],
    changes: list[tuple[int, int, str | None, Random]],
    find: Callable[[Sequence[tuple[int, Told]]], Findings],
) -> None:
    """Two contacts of one day with one partner are one; a row that moves takes its proposal. That
    of a list may give a number to another contact, so what was told before stays.
    """
    rows = [*enumerate(contacts)]
    waiting = proposed(find(rows), {})
    for at, day, name, order in changes:
        number, (_, was) = rows[at % len(rows)]
        rows[at % len(rows)] = (number, (day, name or was))
        order.shuffle(rows)
        waiting = proposed(find(rows), waiting)
        wanted = sorted({told for _, told in rows})
        told = told_by(waiting)
        assert len(told) == len({*told}), "nothing waits twice"
        assert wanted == (sorted({*told} & {*wanted}) if find is in_list else told)


@settings(max_examples=150, deadline=timedelta(seconds=5))
@given(CONTACTS, CHANGES)
def test_no_row_of_a_list_without_numbers_is_lost_by_what_is_corrected(
    contacts: list[Told], changes: list[tuple[int, int, str | None, Random]]
) -> None:
    """Each row waits once; what was told before may wait beside it, and nothing waits twice."""

    def read(rows: Sequence[Told]) -> Findings:
        told = [[f"2026-10-{day:02}", name] for day, name in rows]
        return find_in_rows([["Datum", "Met"], *told], "a.csv", WINDOW)

    rows = [*contacts]
    waiting = proposed(read(rows), {})
    for at, day, name, order in changes:
        before = {*waiting}
        if name is None:
            rows.append((day, NAMES[at % len(NAMES)]))
        else:
            rows[at % len(rows)] = (day, name)
        order.shuffle(rows)
        findings = read(rows)
        waiting = CorrectedRows((), b"secret").followed(waiting, findings.contacts)
        waiting = proposed(findings, waiting)
        told = told_by(waiting)
        assert len(told) == len({*told}), "nothing waits twice"
        assert {*rows} <= {*told} and before <= {*waiting}
