"""Work shared among the workers of a Dask cluster, on this machine or on others.

A piece whose worker is lost is done by another. A worker that was only cut off may still be at it:
the lock of the book keeps the second one away, and it says so.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import current_process
from typing import Any, TypeAlias

from trustbook.errors import Busy, UsageError
from trustbook.run.jobs import KeptProcess, MissedPiece, let_go

_SECONDS_TO_REACH = 15
_ADDRESS = re.compile(r"\w+://[^\s/]+:\d+/?")
# A worker has several threads, and a piece uses what is the process's own.
_one_at_a_time = threading.Lock()
# So much longer than a piece may take does its worker need to say that it took too long.
_SECONDS_TO_TELL = 60.0
# The process of this worker in which pieces are done, by how they are done.
_kept: dict[Callable[[Any], Any], KeptProcess] = {}

# A piece with how it is done, and the seconds it may take.
_Given: TypeAlias = tuple[Callable[[Any], Any], Any, float]


def on_cluster(
    work: Callable[[Any], Any], pieces: Sequence[Any], address: str, deadline: float
) -> Iterator[tuple[int, Any]]:
    """Do every piece on the cluster at ``address`` (``tcp://HOST:PORT``); see in_processes.

    Where for somewhat longer than ``deadline`` none is done, as when no worker is left, those that
    are left are given up. Raises UsageError
    where the library is missing, Busy where nobody answers there.
    """
    client = _client(address)
    try:
        yield from _outcomes(client, work, pieces, deadline)
    finally:
        client.close(timeout=5)


def _client(address: str) -> Any:
    library = _library()
    if not _ADDRESS.fullmatch(address):  # a client that is not made ends with a traceback
        raise UsageError("cluster_address", address=address)
    try:
        return library.Client(address, timeout=_SECONDS_TO_REACH, set_as_default=False)
    except ValueError:
        raise UsageError("cluster_address", address=address) from None
    except (OSError, TimeoutError) as fault:
        raise Busy("cluster_silent", address=address) from fault


def _library() -> Any:
    """Dask's own, which has no types."""
    try:
        import distributed
    except ImportError:
        raise UsageError("cluster_library") from None
    return distributed


def _outcomes(
    client: Any, work: Callable[[Any], Any], pieces: Sequence[Any], deadline: float
) -> Iterator[tuple[int, Any]]:
    library, patience = _library(), deadline + _SECONDS_TO_TELL
    places = {
        client.submit(_done, (work, piece, deadline), pure=False): place
        for place, piece in enumerate(pieces)
    }
    while places:
        try:
            with client.as_current():
                found = library.wait(list(places), patience, return_when="FIRST_COMPLETED")
        except TimeoutError:
            client.cancel(list(places), force=True)
            yield from ((place, MissedPiece("deadline")) for place in places.values())
            return
        for future in found.done:
            yield places.pop(future), _outcome(future)
            future.release()


def _outcome(future: Any) -> Any:
    """The outcome of a piece that is over, one way or another."""
    if future.status == "finished":
        return future.result()
    fault = future.exception() if future.status == "error" else None
    if fault is None or type(fault).__name__ == "KilledWorker":
        return MissedPiece("lost")
    return MissedPiece("failed", f"{type(fault).__name__}: {fault}")


def _done(given: _Given) -> Any:
    """Do a piece in a process of its own, which can be ended where a thread cannot."""
    work, piece, deadline = given
    with _one_at_a_time:
        if not current_process().daemon:
            return _kept.setdefault(work, KeptProcess(work)).do(piece, deadline)
        try:  # under a nanny a worker may have no process of its own
            return work(piece)
        finally:
            let_go()
