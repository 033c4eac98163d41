"""What a WebDAV server offers for a workbook, found without changing anything."""

from __future__ import annotations

from collections.abc import Iterator

from trustbook.errors import NoAccess, TrustbookError
from trustbook.places import web_locks
from trustbook.places.base import Sight
from trustbook.places.web_client import WebClient
from trustbook.places.web_memory import WebMemory, note_server_locks

# Nextcloud and ownCloud tell by letters what may be done with a file; W: change it.
_OWNCLOUD = "http://owncloud.org/ns"
_SKEW = 600  # seconds; a clock further off is told


def examine_server(client: WebClient, memory: WebMemory) -> Iterator[Sight]:
    """Reachable, locks, who has it open, whether the server lets us write, clocks."""
    host = client.address.host
    try:
        answer = client.ask("OPTIONS")
    except TrustbookError as fault:
        yield Sight("webdav_reachable", "bad", fault=fault)
        return
    if not answer.ok:
        return  # reading it says why
    locks = web_locks.are_offered(answer)
    note_server_locks(client.address.origin, locks)
    yield Sight("webdav_locks" if locks else "webdav_no_locks", params={"host": host})
    if locks:
        yield _open_elsewhere(client, memory)
    yield from _rights(client)
    if "PUT" not in answer.headers.get("Allow", "PUT").upper():
        yield Sight("webdav_no_put", "note", {"host": host})
    if not client.address.is_private:
        yield Sight("webdav_plain", "note", {"host": host})
    if abs(client.skew) > _SKEW:
        yield Sight("webdav_clock", "note", {"host": host, "minutes": round(abs(client.skew) / 60)})


def _rights(client: WebClient) -> Iterator[Sight]:
    """Whether we may change it, where the server is one of those that say so."""
    told = web_locks.ask_property(client, f'<o:permissions xmlns:o="{_OWNCLOUD}"/>')
    for rights in told.iter(f"{{{_OWNCLOUD}}}permissions") if told is not None else ():
        if not rights.text:
            continue
        if "W" in rights.text:
            yield Sight("webdav_may_write")
        else:
            name, host = client.address.name, client.address.host
            fault = NoAccess("webdav.forbidden", name=name, host=host)
            yield Sight("webdav_may_write", "bad", fault=fault)


def _open_elsewhere(client: WebClient, memory: WebMemory) -> Sight:
    """Whether somebody but us has a lock on it."""
    lock = web_locks.lock_on_file(client)
    if lock is None or web_locks.is_own_lock(lock, memory):
        return Sight("webdav_not_open")
    fault = web_locks.refusal_of_lock(lock, client.address.name)
    return Sight("not_open", "bad", fault=fault)
