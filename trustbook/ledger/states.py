"""What may happen to a ledger, and when: the states of a run's share in it, and the events that
lead from one to the next.

    IDLE -- prepare --> PREPARED
    PREPARED -- commit or abort --> IDLE, or PENDING while a workbook is away
    PENDING -- resume --> IDLE

A run is *prepared* before its first write and *committed* after its last; the next run commits
or *aborts* what broke off in between. Of a workbook that is away nobody can tell then whether it
was written: its part stays *pending* until the workbook is in sight, and is *resumed* by the stamp
it bears. Meanwhile other runs may be prepared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum

from trustbook.ledger.errors import WrongState
from trustbook.ledger.staged_lines import IN_PENDING_KINDS, PENDING_KINDS
from trustbook.ledger.statements import Statements


class CommitState(Enum):
    """What a ledger holds besides what it knows."""

    IDLE = "nothing is prepared"
    PREPARED = "a run is prepared"
    PENDING = "nothing is prepared, and a workbook that is away has a part pending"
    PREPARED_PENDING = "a run is prepared, and a workbook that is away has a part pending"


class CommitEvent(Enum):
    """What is done to it. ``forget`` drops whatever is prepared or pending, because names stand in
    it.
    """

    PREPARE = "prepare"
    COMMIT = "commit"
    ABORT = "abort"
    RESUME = "resume"
    FORGET = "forget"


_IDLE, _PREPARED = CommitState.IDLE, CommitState.PREPARED
_PENDING, _PREPARED_PENDING = CommitState.PENDING, CommitState.PREPARED_PENDING

# Where each event may lead; what is not here may not happen. What was prepared and written nowhere
# gives way to what is prepared next.
TRANSITIONS: Mapping[tuple[CommitState, CommitEvent], frozenset[CommitState]] = {
    (_IDLE, CommitEvent.PREPARE): frozenset({_PREPARED}),
    (_IDLE, CommitEvent.RESUME): frozenset({_IDLE}),
    (_IDLE, CommitEvent.FORGET): frozenset({_IDLE}),
    (_PREPARED, CommitEvent.PREPARE): frozenset({_PREPARED}),
    (_PREPARED, CommitEvent.COMMIT): frozenset({_IDLE, _PENDING}),
    (_PREPARED, CommitEvent.ABORT): frozenset({_IDLE, _PENDING}),
    (_PREPARED, CommitEvent.RESUME): frozenset({_PREPARED}),
    (_PREPARED, CommitEvent.FORGET): frozenset({_IDLE}),
    (_PENDING, CommitEvent.PREPARE): frozenset({_PREPARED_PENDING}),
    (_PENDING, CommitEvent.RESUME): frozenset({_IDLE, _PENDING}),
    (_PENDING, CommitEvent.FORGET): frozenset({_IDLE}),
    (_PREPARED_PENDING, CommitEvent.PREPARE): frozenset({_PREPARED_PENDING}),
    (_PREPARED_PENDING, CommitEvent.COMMIT): frozenset({_PENDING}),
    (_PREPARED_PENDING, CommitEvent.ABORT): frozenset({_PENDING}),
    (_PREPARED_PENDING, CommitEvent.RESUME): frozenset({_PREPARED, _PREPARED_PENDING}),
    (_PREPARED_PENDING, CommitEvent.FORGET): frozenset({_IDLE}),
}


def state_of(db: Statements) -> CommitState:
    """The state a ledger is in."""
    pending = db.execute(
        f"SELECT count(*) FROM staged WHERE kind IN {IN_PENDING_KINDS}", PENDING_KINDS
    ).fetchone()[0]
    prepared = db.execute("SELECT count(*) FROM staged WHERE kind = 'about'").fetchone()[0]
    if prepared:
        return _PREPARED_PENDING if pending else _PREPARED
    return _PENDING if pending else _IDLE


@contextmanager
def happening(db: Statements, event: CommitEvent) -> Iterator[None]:
    """Let an event happen where it may, and see that it led where it should.

    Raises WrongState where it may not; the transaction around it is then taken back.
    """
    before = state_of(db)
    allowed = TRANSITIONS.get((before, event))
    if allowed is None:
        raise WrongState(f"cannot {event.value}: {before.value}")
    yield
    after = state_of(db)
    if after not in allowed:
        raise WrongState(f"{event.value} must not lead here: {after.value}")
