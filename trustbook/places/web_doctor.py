"""What a WebDAV server offers for a workbook, found without changing anything."""

from __future__ import annotations

from collections.abc import Iterator

from trustbook.errors import Busy, TrustbookError
from trustbook.places import web_locks
from trustbook.places.base import Sight
from trustbook.places.web_client import WebClient
from trustbook.places.web_memory import WebMemory, note_server_locks

_SKEW = 600  # seconds; a clock further off is told


def examine_server(client: WebClient, memory: WebMemory) -> Iterator[Sight]:
    """Reachable, locks, who has it open, whether the server lets us write, clocks."""
    host = client.address.host
    try:
        answer = client.ask("OPTIONS")
    except TrustbookError as fault:
        yield Sight("webdav_reachable", "bad", fault=fault)
        return
    allowed = answer.headers.get("Allow", "").upper()
    classes = {each.strip() for each in answer.headers.get("DAV", "").split(",")}
    if not answer.ok:
        return  # reading it says why
    note_server_locks(client.address.origin, "2" in classes)
    yield Sight("webdav_locks" if "2" in classes else "webdav_no_locks", params={"host": host})
    if allowed and "PUT" not in allowed:
        yield Sight("webdav_no_put", "note", {"host": host})
    if not client.address.is_private:
        yield Sight("webdav_plain", "note", {"host": host})
    with_lock = web_locks.holder(client)
    if with_lock and not memory.get("token"):
        busy = Busy("webdav.open_by", name=client.address.name, who=with_lock)
        yield Sight("not_open", "bad", fault=busy)
    elif "2" in classes:
        yield Sight("not_open")
    if abs(client.skew) > _SKEW:
        yield Sight("webdav_clock", "note", {"host": host, "minutes": round(abs(client.skew) / 60)})
