"""A night that uses what it worked out before writes what a night without that memory writes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.nights import TODAY, Nights
from trustbook.ledger import facts
from trustbook.model import Learned
from trustbook.privacy import guard

_TOPICS = ("Koffie", "Overleg Noord", "Jongen van 16 uit Noord is opgepakt", "BSN 111222333", None)
_KINDS = ("meant", "since", "problems", "planned", "carried", "said_once", "kept_texts")
_TURNS = count()


@contextmanager
def drawn(seed: int) -> Iterator[None]:
    """IDs and marks that are the same whenever the seed is."""
    chance = Random(seed)
    with pytest.MonkeyPatch.context() as drawn:
        drawn.setattr(secrets, "randbelow", chance.randrange)
        drawn.setattr(secrets, "token_hex", lambda n=16: chance.randbytes(n).hex())
        drawn.setattr(secrets, "token_bytes", chance.randbytes)
        yield


@contextmanager
def _forgetful() -> Iterator[None]:
    """Nothing that was judged or learned before is known."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(guard, "_judges", lambda: str(next(_TURNS)))
        changed.setattr(facts, "Learned", lambda known: Learned())
        yield


def _edit(nights: Nights, chance: Random) -> None:
    rows = nights.rows("Moments")
    for _ in range(chance.randrange(4)):
        chance.choice(rows)[4] = chance.choice(_TOPICS)
    if chance.random() < 0.3:
        day = TODAY - timedelta(days=chance.randrange(200))
        nights.sheet("Moments").append([None, day, "Partner 03", None, chance.choice(_TOPICS)])
    if chance.random() < 0.3:
        chance.shuffle(rows)
        nights.sheet("Moments")[1:] = rows
    if chance.random() < 0.3:
        chance.choice(nights.rows())[1] = f"Renamed {chance.randrange(99)}"


def _left(nights: Nights) -> tuple[Any, ...]:
    """All that a night leaves, but for what it keeps to work less."""
    with nights.ledger() as ledger:
        known = ledger.known(nights.book.address)
        assert known is not None
        state = {name: value for name, value in known.state.items() if name not in _OWN}
        kept = [ledger.facts(kind) for kind in _KINDS]
        rows = [(ledger.records(one), ledger.archived(one)) for one in ("partners", "moments")]
    return nights.book.sheets, state, kept, rows


# What says who keeps the memory, which is another place for each of the two.
_OWN = ("graded", "asked")


@pytest.mark.parametrize("seed", range(2))
def test_the_memory_changes_nothing(tmp_path: Path, seed: int) -> None:
    with_memory, without = Nights(tmp_path / "a"), Nights(tmp_path / "b")
    days, today = Random(seed), TODAY
    for turn in range(4):
        for nights in (with_memory, without):
            _edit(nights, Random(f"{seed} {turn}"))
        with drawn(turn):
            with_memory.night(today)
        with drawn(turn), _forgetful():
            without.night(today)
        assert _left(with_memory) == _left(without)
        today += timedelta(days=days.choice((0, 1, 1, 30)))
    with with_memory.ledger() as ledger:
        known = ledger.known(with_memory.book.address)
        assert known is not None
        assert known.state["graded"]["columns"]
        assert ledger.facts("learned")
