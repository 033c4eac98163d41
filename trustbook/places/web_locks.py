"""Locks of a WebDAV server (RFC 4918): taken before an upload, given back after it.

The token is put down before the upload, so that a run that was killed leaves no lock behind: the
next one gives it back. By itself it ends after some minutes.
"""

from __future__ import annotations

import getpass
import platform
from contextlib import suppress

import requests
from lxml import etree

from trustbook.errors import TrustbookError
from trustbook.places.web_client import UnknownOutcome, WebClient
from trustbook.places.web_memory import WebMemory, note_server_locks, server_locks

_SECONDS = 300
_DAV = "{DAV:}"
_LONGEST_NAME = 60
_ASK_FOR_HOLDER = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<D:propfind xmlns:D="DAV:"><D:prop><D:lockdiscovery/></D:prop></D:propfind>'
)


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

    A lock of ours that a killed run left is given back first.
    """
    answer = _lock(client)
    if answer is None and (left := memory.get("token")):
        release(client, memory, left)
        answer = _lock(client)
    if answer:
        memory.put(token=answer)
    return answer


def _lock(client: WebClient) -> str | None:
    """The token of a new lock; None where one stands, "" where the server gives none after all."""
    owner = etree.Element(_DAV + "owner")
    owner.text = f"trustbook ({_who()})"
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


def holder(client: WebClient) -> str:
    """Who holds the lock, as far as the server says; "" where it does not."""
    headers = {"Depth": "0", "Content-Type": "application/xml; charset=utf-8"}
    answer = client.ask("PROPFIND", headers=headers, data=_ASK_FOR_HOLDER)
    if answer.status_code != 207:
        return ""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with suppress(etree.XMLSyntaxError, ValueError):
        root = etree.fromstring(answer.content, parser)
        for owner in root.iter(_DAV + "owner"):
            return " ".join("".join(map(str, owner.itertext())).split())[:_LONGEST_NAME]
    return ""


def _who() -> str:
    """Who we are to others: a user and a machine."""
    user = ""
    with suppress(Exception):  # no such user, no variable that names one
        user = getpass.getuser()
    return "@".join(part for part in (user, platform.node()) if part)
