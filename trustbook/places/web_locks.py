"""Locks of a WebDAV server (RFC 4918): taken before an upload, given back after it.

The token is put down before the upload, so that a run that was killed leaves no lock behind: the
next one gives it back. Where the answer with the token was lost, the lock is known by a sign in the
name of its owner, that only this machine has. By itself a lock ends after some minutes.
"""

from __future__ import annotations

import getpass
import platform
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import requests
from lxml import etree

from trustbook.errors import Busy, TrustbookError
from trustbook.places.web_client import UnknownOutcome, WebClient
from trustbook.places.web_memory import WebMemory, note_server_locks, server_locks

_SECONDS = 300
_DAV = "{DAV:}"
_LONGEST_NAME = 60
_WHO_HOLDS_IT = "<D:lockdiscovery/>"


@dataclass(frozen=True, slots=True)
class ServerLock:
    """A lock that a server tells of: its ``owner`` in his own words, and its ``token``; "" for what
    the server does not say.
    """

    owner: str
    token: str


def offered(client: WebClient) -> bool:
    """Whether the server has locks; asked once for each server."""
    known = server_locks(client.address.origin)
    if known is not None:
        return known
    answer = client.ask("OPTIONS")
    found = are_offered(answer)
    if answer.ok:
        note_server_locks(client.address.origin, found)
    return found


def are_offered(answer: requests.Response) -> bool:
    """Whether an answer to OPTIONS names the class of servers with locks."""
    return "2" in {each.strip() for each in answer.headers.get("DAV", "").split(",")}


def take(client: WebClient, memory: WebMemory) -> str | None:
    """Lock the file; the token, None where somebody else has it locked.

    A lock of ours that was left is given back first.
    """
    if not memory.get("sign"):
        memory.put(sign=secrets.token_hex(4))
    answer = _lock(client, memory)
    if answer is None and (left := memory.get("token") or _token_of_ours(client, memory)):
        release(client, memory, left)
        answer = _lock(client, memory)
    if answer:
        memory.put(token=answer)
    return answer


def _token_of_ours(client: WebClient, memory: WebMemory) -> str:
    """The token of a lock with our sign; "" where there is none."""
    with suppress(TrustbookError):
        found = lock_on_file(client)
        if found is not None and is_own_lock(found, memory):
            return found.token
    return ""


def is_own_lock(lock: ServerLock, memory: WebMemory) -> bool:
    """Whether a lock was taken by this machine."""
    sign = memory.get("sign")
    return bool(sign) and f"({sign})" in lock.owner


def refusal_of_lock(lock: ServerLock | None, name: str) -> Busy:
    """The sentence for a workbook called ``name`` that ``lock`` keeps us out of."""
    who = lock.owner[:_LONGEST_NAME] if lock is not None else ""
    return Busy("webdav.open_by" if who else "webdav.open", name=name, who=who)


def _lock(client: WebClient, memory: WebMemory) -> str | None:
    """The token of a new lock; None where one stands, "" where the server gives none after all."""
    owner = etree.Element(_DAV + "owner")
    owner.text = f"trustbook {_who()} ({memory.get('sign')})"
    body = etree.Element(_DAV + "lockinfo", nsmap={"D": "DAV:"})
    etree.SubElement(etree.SubElement(body, _DAV + "lockscope"), _DAV + "exclusive")
    etree.SubElement(etree.SubElement(body, _DAV + "locktype"), _DAV + "write")
    body.append(owner)
    headers = {
        "Timeout": f"Second-{_SECONDS}",
        "Depth": "0",
        "Content-Type": "application/xml; charset=utf-8",
    }
    data = etree.tostring(body, xml_declaration=True, encoding="utf-8")
    answer = client.ask("LOCK", headers=headers, data=data)
    if answer.status_code == 423:
        return None
    if answer.status_code in (405, 501):
        note_server_locks(client.address.origin, False)
    return answer.headers.get("Lock-Token", "").strip(" <>") if answer.ok else ""


def release(client: WebClient, memory: WebMemory, token: str) -> None:
    """Give a lock back. Where that does not arrive, the next run tries again."""
    with suppress(TrustbookError, UnknownOutcome):
        if not token or client.ask("UNLOCK", headers={"Lock-Token": f"<{token}>"}).ok:
            memory.put(token="")


def lock_on_file(client: WebClient) -> ServerLock | None:
    """The lock that stands on the file, as far as the server says; None where it tells of none."""
    told = ask_property(client, _WHO_HOLDS_IT)
    return next(_locks(told), None) if told is not None else None


def ask_property(client: WebClient, wanted: str) -> etree._Element | None:
    """What the server says of one property of the file (XML); None where it says nothing."""
    data = f'<D:propfind xmlns:D="DAV:"><D:prop>{wanted}</D:prop></D:propfind>'.encode()
    headers = {"Depth": "0", "Content-Type": "application/xml; charset=utf-8"}
    answer = client.ask("PROPFIND", headers=headers, data=data)
    if answer.status_code == 207:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        with suppress(etree.XMLSyntaxError, ValueError):
            return etree.fromstring(answer.content, parser)
    return None


def _locks(root: etree._Element) -> Iterator[ServerLock]:
    for lock in root.iter(_DAV + "activelock"):
        owner = _text(lock.find(_DAV + "owner"))
        yield ServerLock(owner, _text(lock.find(f"{_DAV}locktoken/{_DAV}href")))


def _text(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())


def _who() -> str:
    """Who we are to others: a user and a machine."""
    user = ""
    with suppress(Exception):  # no such user, no variable that names one
        user = getpass.getuser()
    return "@".join(part for part in (user, platform.node()) if part)
