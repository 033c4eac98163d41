"""Work shared among processes of this machine, each of which does one piece after another.

Every piece has a deadline: a process that is past it is ended, as by a crash, and another takes its
place. So no piece that hangs or takes its process down with it stops the others.
"""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from threading import Thread
from time import monotonic
from typing import Any, Literal

_SECONDS_TO_END = 5.0


@dataclass(frozen=True, slots=True)
class MissedPiece:
    """A piece of which there is no outcome: past its ``deadline``, ``lost`` with its process, or
    ``failed`` with an error that is told by ``what``.
    """

    why: Literal["deadline", "lost", "failed"]
    what: str = ""


def in_processes(
    work: Callable[[Any], Any], pieces: Sequence[Any], jobs: int, deadline: float
) -> Generator[tuple[int, Any], None, None]:
    """Do every piece in one of ``jobs`` processes; (its place, its outcome or MissedPiece), as each
    is done.

    ``work`` is a function at the top of a module, ``deadline`` is in seconds. What is given up on,
    by an error or Ctrl-C in between, leaves no process behind.
    """
    waiting = deque(enumerate(pieces))
    busy: list[_Worker] = []
    try:
        while waiting or busy:
            while waiting and len(busy) < jobs:
                busy.append(_Worker(work))
                busy[-1].take(*waiting.popleft(), deadline)
            for worker in _ready(busy):
                outcome = worker.outcome()
                yield worker.place, outcome
                if worker.is_of_use and waiting:
                    worker.take(*waiting.popleft(), deadline)
                else:
                    busy.remove(worker)
                    worker.end(at_work=not worker.is_of_use)
    finally:
        for worker in busy:
            worker.end(at_work=True)


class KeptProcess:
    """One process that stays for the next piece; where it is lost, another takes its place."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self._work = work
        self._worker: _Worker | None = None

    def do(self, piece: Any, deadline: float) -> Any:
        """The outcome of one piece; MissedPiece where ``deadline`` (seconds) is past."""
        if self._worker is None or not self._worker.is_there:
            self._worker = _Worker(self._work)
        worker = self._worker
        worker.take(0, piece, deadline)
        _ready([worker])
        outcome = worker.outcome()
        if not worker.is_of_use:
            worker.end(at_work=True)
            self._worker = None
        return outcome


def let_go() -> None:
    """Let go of all that a piece of work left in memory.

    Python does not look for it by itself (main.py turns that off). What is left after it are
    modules and the like: they are not looked at again, for that takes longer than a piece.
    """
    gc.collect()
    gc.freeze()


def _ready(busy: Sequence[_Worker]) -> list[_Worker]:
    """The workers that are done, or past their deadline."""
    soonest = min(worker.until for worker in busy)
    done = wait([worker.line for worker in busy], max(0.0, soonest - monotonic()))
    now = monotonic()
    return [worker for worker in busy if worker.line in done or worker.until <= now]


class _Worker:
    """One process, and the line to it."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        # Spawned on every system, as Windows must: nothing of ours is shared by accident.
        context = get_context("spawn")
        self.line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, work), daemon=True)
        self._process.start()
        theirs.close()
        self.place, self.until, self.is_of_use = -1, 0.0, True

    @property
    def is_there(self) -> bool:
        """Whether the process has not ended."""
        return self._process.is_alive()

    def take(self, place: int, piece: Any, deadline: float) -> None:
        """Begin a piece."""
        self.place, self.until = place, monotonic() + deadline
        with suppress(OSError):  # that the process is gone shows when its outcome is read
            self.line.send(piece)

    def outcome(self) -> Any:
        """What became of the piece."""
        try:
            if self.line.poll():
                return self.line.recv()
            why: Literal["deadline", "lost"] = "deadline"
        except (EOFError, OSError):
            why = "lost"
        self.is_of_use = False
        return MissedPiece(why)

    def end(self, at_work: bool) -> None:
        """End the process; one that is ``at_work`` is given some time to put down what it holds."""
        self.line.close()
        if at_work:
            self._process.terminate()
        self._process.join(_SECONDS_TO_END)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _serve(line: Connection, work: Callable[[Any], Any]) -> None:
    """Do what comes over the line until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who gave the work
    signal.signal(signal.SIGTERM, _give_up)
    Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            line.send(_outcome_of(work, line.recv()))
            let_go()


def _end_with_parent() -> None:
    """End as by a crash when who gave the work is gone: a piece nobody waits for may have been
    given to another already.
    """
    giver = parent_process()
    if giver is not None:
        giver.join()
        os._exit(1)


def _outcome_of(work: Callable[[Any], Any], piece: Any) -> Any:
    try:
        return work(piece)
    except Exception as fault:  # one piece stops no other
        return MissedPiece("failed", f"{type(fault).__name__}: {fault}")


def _give_up(number: int, frame: object) -> None:
    raise KeyboardInterrupt
